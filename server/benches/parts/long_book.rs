//! A year's book of many records with corrections and items, in a database, asked for as its owner asks: through the
//! router, with the session, the rights and every question to the database.

use std::path::Path;

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use domain::{Rejection, ids::RecordId, records::RecordKind, time::parse_iso};
use server::{
    http::router::site,
    random,
    storage::{Failure, Tx, q},
};
use tower::ServiceExt as _;

use super::{Outcome, district::Bench};

const TEXT: &str = "到村里现场走访，听取意见，研究解决办法；逐项定人、定责、定时限。";

/// The installation, the cookie of the owner, the address of the book's papers without the form.
pub struct LongBook {
    bench: Bench,
    cookie: String,
    place: String,
}

impl LongBook {
    /// Makes it below `dir`, with at least `records` records.
    pub async fn new(dir: &Path, records: u32) -> Outcome<Self> {
        let bench = Bench::new(&dir.join("book.db"), 1, false).await?;
        let cookie = bench.cookie().await?;
        let post = bench.leader(0).terms.first().ok_or("no term")?.post.to_string();
        let place = format!("/documents/book/{post}/2026");
        bench.app.store().write(move |tx| Box::pin(async move { fill(tx, &post, records).await })).await?;
        Ok(Self { bench, cookie, place })
    }

    /// The book in one of its forms.
    pub async fn drawn(&self, form: &str) -> Outcome<Vec<u8>> {
        let request =
            Request::get(format!("{}/{form}", self.place)).header(header::COOKIE, &self.cookie).body(Body::empty())?;
        let response = site(&self.bench.app).router.oneshot(request).await?;
        if !response.status().is_success() {
            return Err(format!("{form} answers {}", response.status()).into());
        }
        Ok(to_bytes(response.into_body(), usize::MAX).await?.to_vec())
    }
}

/// Puts records behind those that are there, each with a correction and one of the list's items.
async fn fill(tx: &mut Tx, post: &str, records: u32) -> Result<(), Failure> {
    let of = q("SELECT * FROM records WHERE post_id = $1 ORDER BY page DESC LIMIT 1").bind(post);
    let last = tx.row(of).await?.ok_or(Rejection::NotFound)?;
    let items = q("SELECT i.duty_id, i.code FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
                   WHERE l.post_id = $1 ORDER BY i.position")
    .bind(post);
    let items = tx.rows(items).await?;
    let from = last.int("page")?;
    for (n, page) in (from + 1..=i64::from(records)).enumerate() {
        let (now, kind) = (tx.now(), RecordKind::ALL[n % RecordKind::ALL.len()]);
        let id = RecordId(random::id(now));
        let on = parse_iso(&format!("2026-{:02}-{:02}", n % 10 + 1, n % 27 + 1));
        tx.insert(
            "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person, author_term)",
            vec![
                id.into(),
                last.text("district_id")?.into(),
                post.into(),
                last.text("unit_id")?.into(),
                2026.into(),
                page.into(),
                "recorded".into(),
                kind.key().into(),
                TEXT.repeat(6).into(),
                on.into(),
                now.into(),
                on.into(),
                last.text("author_person")?.into(),
                last.text("author_term")?.into(),
            ],
        )
        .await?;
        tx.insert(
            "INSERT INTO record_corrections (record_id, seq, district_id, before_text, after_text, reason, at, person_id)",
            vec![
                id.into(),
                1.into(),
                last.text("district_id")?.into(),
                TEXT.repeat(5).into(),
                TEXT.repeat(6).into(),
                "人数写错".into(),
                now.into(),
                last.text("author_person")?.into(),
            ],
        )
        .await?;
        let item = items.get(n % items.len().max(1)).ok_or(Rejection::NotFound)?;
        tx.insert(
            "INSERT INTO record_duties (record_id, duty_id, district_id, code)",
            vec![id.into(), item.text("duty_id")?.into(), last.text("district_id")?.into(), item.text("code")?.into()],
        )
        .await?;
    }
    Ok(())
}
