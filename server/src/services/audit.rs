//! The audit log for the 审计管理员. Reads rows of the chain and the names of what they are about;
//! the details table is not touched here, so business texts stay out of his sight.

mod names;
mod words;

use std::collections::BTreeMap;

use app::api::{
    ApiError,
    audit::{Audit, AuditPage, AuditQuery, AuditRow},
};
use async_trait::async_trait;
use domain::{
    people::access::{self, Actor},
    text::NAME_MAX,
    time::{DAY_MS, Instant, iso, parse_iso},
};

use super::{Services, people::like, storage};
use crate::storage::{Query, Row, StorageError, q};

/// Rows of a page.
const ROWS: i64 = 100;

#[async_trait]
impl Audit for Services {
    async fn log(&self, actor: &Actor, query: AuditQuery) -> Result<AuditPage, ApiError> {
        let _proof = access::read_audit(actor)?;
        let find = filtered(actor, &query).push("ORDER BY a.seq DESC").push_bind("LIMIT ?", ROWS);
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let head = self
            .store
            .read()
            .row(q("SELECT seq, hash FROM audit WHERE district_id = $1 ORDER BY seq DESC LIMIT 1").bind(actor.district))
            .await
            .map_err(storage)?;
        let (size, head) = match head {
            Some(row) => (row.int("seq").map_err(storage)?, row.text("hash").map_err(storage)?),
            None => (0, String::new()),
        };
        let objects = rows.iter().map(|row| row.text("object")).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        let mut read = self.store.read().clone();
        let known = names::of(&mut read, actor.district, &objects).await.map_err(storage)?;
        let rows =
            rows.iter().map(|row| audit_row(actor, row, &known)).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == ROWS);
        let owned = |(key, label): &(&str, &str)| ((*key).to_owned(), (*label).to_owned());
        Ok(AuditPage {
            older: rows.last().filter(|_| full).map(|row| row.seq),
            rows,
            size,
            head,
            actions: words::FEATURES
                .iter()
                .map(|(feature, label)| {
                    let of_feature = |(key, _): &&(&str, &str)| key.split_once('.').is_some_and(|(f, _)| f == *feature);
                    (
                        (*feature).to_owned(),
                        (*label).to_owned(),
                        words::ACTIONS.iter().filter(of_feature).map(owned).collect(),
                    )
                })
                .collect(),
            kinds: words::KINDS.iter().map(owned).collect(),
        })
    }
}

/// The rows that a query asks for; a filter that is not among the choices is none.
fn filtered(actor: &Actor, query: &AuditQuery) -> Query {
    let mut find = q("SELECT a.seq, a.at, a.actor, a.action, a.object, a.hash, p.name, c.login FROM audit a
                      LEFT JOIN accounts c ON c.id = a.actor LEFT JOIN persons p ON p.id = c.person_id
                      WHERE a.district_id = $1")
    .bind(actor.district);
    if let Some(key) = query.action.as_deref() {
        if words::ACTIONS.iter().any(|(known, _)| *known == key) {
            find = find.push_bind("AND a.action = ?", key);
        } else if words::FEATURES.iter().any(|(known, _)| *known == key) {
            find = find.push_bind("AND a.action LIKE ?", format!("{key}.%"));
        }
    }
    if let Some(key) = query.kind.as_deref().filter(|key| words::KINDS.iter().any(|(known, _)| known == key)) {
        find = find.push_bind("AND (a.object LIKE ?", format!("{key}:%"));
        // Rows of a meeting in session carry its bare id.
        find = find.push(if key == "meeting" { "OR a.object NOT LIKE '%:%')" } else { ")" });
    }
    let who: String = query
        .who
        .as_deref()
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(|c| !domain::text::is_hidden(*c))
        .take(NAME_MAX)
        .collect();
    if who == SYSTEM {
        find = find.push("AND c.id IS NULL");
    } else if !who.is_empty() {
        find = find
            .push_bind("AND (p.name LIKE ? ESCAPE '!'", format!("%{}%", like(&who)))
            .push_bind("OR c.login = ?)", who.to_lowercase());
    }
    if let Some(day) = query.from.as_deref().and_then(parse_iso) {
        find = find.push_bind("AND a.at >= ?", Instant::start_of(day));
    }
    if let Some(day) = query.to.as_deref().and_then(parse_iso) {
        find = find.push_bind("AND a.at < ?", Instant::start_of(day).plus_ms(DAY_MS));
    }
    if let Some(before) = query.before {
        find = find.push_bind("AND a.seq < ?", before);
    }
    find
}

/// Who acts where nobody signed in does.
const SYSTEM: &str = "系统";

fn audit_row(actor: &Actor, row: &Row, known: &BTreeMap<String, String>) -> Result<AuditRow, StorageError> {
    let at = row.instant("at")?;
    let who = match (row.opt_text("name")?, row.opt_text("login")?) {
        (Some(name), Some(login)) => format!("{name}（{login}）"),
        _ => SYSTEM.to_owned(),
    };
    let object = row.text("object")?;
    Ok(AuditRow {
        seq: row.int("seq")?,
        at: format!("{} {}", iso(at.day()), at.clock()),
        who,
        action: words::action(&row.text("action")?),
        link: names::link(actor, &object),
        object: names::shown(&object, known),
        hash: row.text("hash")?.chars().take(12).collect(),
    })
}
