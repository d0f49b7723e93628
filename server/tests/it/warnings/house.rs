//! More units for a matter: each with a head post, a head, a 联络员, and the first team over it.

use domain::{
    ids::{AccountId, PersonId, PostId, TermId, UnitId},
    people::Role,
    time::Instant,
};
use server::random;

use crate::harness::{PASSWORD, TestApp};

const SINCE: &str = "2024-01-01";

/// Adds units; names that end in 街道 or 镇 are towns. Their names and ids.
pub async fn added(app: &TestApp, names: &[&str]) -> Vec<(String, String)> {
    let (district, team) = (app.district.id, app.district.team);
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let mut out = Vec::new();
                for (n, name) in names.iter().enumerate() {
                    let unit = UnitId(random::id(now));
                    let town = name.ends_with("街道") || name.ends_with('镇');
                    let kind = if town { "town" } else { "department" };
                    let place = i64::try_from(n).unwrap() + 100;
                    tx.insert(
                        "INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)",
                        vec![
                            unit.into(),
                            district.into(),
                            name.into(),
                            kind.into(),
                            false.into(),
                            SINCE.into(),
                            place.into(),
                        ],
                    )
                    .await?;
                    tx.insert(
                        "INSERT INTO unit_names (unit_id, district_id, from_day, name)",
                        vec![unit.into(), district.into(), SINCE.into(), name.into()],
                    )
                    .await?;
                    let post = PostId(random::id(now));
                    tx.insert(
                        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
                        vec![post.into(), district.into(), unit.into(), "党组书记".into(), true.into(), SINCE.into()],
                    )
                    .await?;
                    let head = person(tx, district, &format!("h{n}"), now).await?;
                    tx.insert(
                        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
                        vec![
                            TermId(random::id(now)).into(),
                            district.into(),
                            post.into(),
                            head.into(),
                            SINCE.into(),
                        ],
                    )
                    .await?;
                    let liaison = person(tx, district, &format!("l{n}"), now).await?;
                    tx.insert(
                        "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
                        vec![
                            random::id(now).to_string().into(),
                            district.into(),
                            liaison.into(),
                            Role::Liaison.key().into(),
                            unit.into(),
                            "active".into(),
                            "system".into(),
                            SINCE.into(),
                        ],
                    )
                    .await?;
                    tx.insert(
                        "INSERT INTO oversight_map (unit_id, district_id, team_id)",
                        vec![unit.into(), district.into(), team.into()],
                    )
                    .await?;
                    out.push((name.clone(), unit.to_string()));
                }
                Ok(out)
            })
        })
        .await
        .unwrap()
}

async fn person(
    tx: &mut server::storage::Tx,
    district: domain::ids::DistrictId,
    login: &str,
    now: Instant,
) -> Result<PersonId, server::storage::Failure> {
    let (person, account) = (PersonId(random::id(now)), AccountId(random::id(now)));
    tx.insert(
        "INSERT INTO persons (id, district_id, name)",
        vec![person.into(), district.into(), format!("示范{login}").into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO accounts (id, district_id, person_id, login, password_hash, changed_at)",
        vec![
            account.into(),
            district.into(),
            person.into(),
            login.into(),
            format!("hashed:{PASSWORD}").into(),
            now.into(),
        ],
    )
    .await?;
    Ok(person)
}
