//! The wall: what a hundred streams and a write each second take of a core, beyond the same writes alone.

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use domain::ids::{AccountId, DistrictId, PersonId};
use futures::StreamExt as _;
use server::{
    http::router::site,
    random,
    services::people::fingerprint,
    storage::{Failure, q},
};
use tokio::time::sleep;
use tower::ServiceExt as _;

use super::{Outcome, district::Bench, limits};

/// Who look.
const VIEWERS: usize = 100;
/// Seconds of each part.
const SECONDS: u64 = 30;
/// Most of a core for them, in percent (issue 5).
const SHARE: f64 = 1.0;

/// Measures the writes alone, then with everybody looking.
pub async fn look(bench: &Bench) -> Outcome<()> {
    let router = site(&bench.app).router;
    let cookie = office(bench).await?;
    let alone = writes(bench, &mut []).await?;
    let mut open = Vec::new();
    for _ in 0..VIEWERS {
        open.push(stream(&router, &cookie).await?);
    }
    let with = writes(bench, &mut open).await?;
    let percent = |cpu: Duration| 100.0 * cpu.as_secs_f64() / Duration::from_secs(SECONDS).as_secs_f64();
    let added = (percent(with) - percent(alone)).max(0.0);
    println!(
        "  wall, {VIEWERS} viewers, a write each second: {:.2}% of a core with them, {:.2}% without, added {added:.2}% {}",
        percent(with),
        percent(alone),
        limits::of(added, SHARE, "%")
    );
    Ok(())
}

/// A session of somebody of the 党风政风监督室.
async fn office(bench: &Bench) -> Outcome<String> {
    let actor = bench.office();
    let (district, unit) = (actor.district, actor.grants.first().ok_or("no grant")?.unit);
    bench
        .app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let (person, account) = (PersonId(random::id(now)), AccountId(random::id(now)));
                tx.insert(
                    "INSERT INTO persons (id, district_id, name)",
                    vec![person.into(), district.into(), "林思源".into()],
                )
                .await?;
                tx.insert(
                    "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
                    vec![
                        random::id(now).to_string().into(),
                        district.into(),
                        person.into(),
                        "conduct_office".into(),
                        unit.into(),
                        "active".into(),
                        "system".into(),
                        "2024-01-01".into(),
                    ],
                )
                .await?;
                tx.insert(
                    "INSERT INTO accounts (id, district_id, person_id, login, changed_at)",
                    vec![account.into(), district.into(), person.into(), "wall".into(), now.into()],
                )
                .await?;
                tx.insert(
                    "INSERT INTO sessions (id, district_id, account_id, token_hash, form_token, label, created_at, seen_at, expires_at)",
                    vec![
                        random::id(now).to_string().into(),
                        district.into(),
                        account.into(),
                        fingerprint("wall").into(),
                        "wall".into(),
                        "wall".into(),
                        now.into(),
                        now.into(),
                        now.plus_ms(3_600_000).into(),
                    ],
                )
                .await?;
                Ok::<(), Failure>(())
            })
        })
        .await?;
    Ok("wuze=wall".into())
}

async fn stream(router: &Router, cookie: &str) -> Outcome<BodyDataStream> {
    let request = Request::builder().uri("/api/v1/wall/stream").header(header::COOKIE, cookie).body(Body::empty())?;
    let response = router.clone().oneshot(request).await?;
    if !response.status().is_success() {
        return Err(format!("the wall answers {}", response.status()).into());
    }
    Ok(response.into_body().into_data_stream())
}

/// A write each second that changes what the wall shows, while all streams are read; the time of all cores on it.
async fn writes(bench: &Bench, open: &mut [BodyDataStream]) -> Outcome<Duration> {
    let district = bench.office().district;
    let start = (Instant::now(), cpu()?);
    let write = async {
        for n in 0..SECONDS {
            bench.app.store().write(move |tx| Box::pin(touch(tx, district, n))).await?;
            sleep(Duration::from_secs(n + 1).saturating_sub(start.0.elapsed())).await;
        }
        Ok::<(), Failure>(())
    };
    if open.is_empty() {
        write.await?;
    } else {
        let read =
            futures::future::join_all(open.iter_mut().map(|stream| async { while stream.next().await.is_some() {} }));
        tokio::select! {
            done = write => done?,
            _ = read => return Err("every stream ended".into()),
        }
    }
    Ok(cpu()?.saturating_sub(start.1))
}

async fn touch(tx: &mut server::storage::Tx, district: DistrictId, n: u64) -> Result<(), Failure> {
    let tone = if n.is_multiple_of(2) { "late" } else { "warn" };
    tx.execute(
        q("UPDATE board_cells SET tone = $1 WHERE district_id = $2 AND duty = 'lv' AND post_id =
             (SELECT MIN(post_id) FROM board_cells WHERE district_id = $2)")
        .bind(tone)
        .bind(district),
    )
    .await?;
    Ok(())
}

/// Time that all threads of this process had of a core.
fn cpu() -> Outcome<Duration> {
    // Fields 14 and 15, in ticks of 10 ms; the name in the second field may hold anything up to its last bracket.
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let rest = stat.rsplit_once(')').ok_or("stat")?.1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<u64>().ok()).ok_or("stat");
    Ok(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}
