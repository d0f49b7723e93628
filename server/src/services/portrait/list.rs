//! The posts whose portraits somebody oversees, in the order of the directory.

use std::collections::HashMap;

use app::api::{
    ApiError,
    portrait::{PortraitRow, PortraitsPage, PortraitsQuery},
};
use chrono::Datelike as _;
use domain::{
    ids::{PostId, TermId, UnitId},
    people::access::{self, Actor, PostRef},
    time::first_of,
};

use super::{
    super::{Services, parse, posts, rows::Rows as _, storage},
    load::{Term, term_of, terms_query},
};
use crate::storage::{Row, StorageError, q};

/// Posts of a page.
const ROWS: usize = 100;

/// Post, unit name and title of a row.
fn post_of(row: &Row) -> Result<(PostRef, String, String), StorageError> {
    let (post, unit): (PostId, UnitId) = (row.id("post_id")?, row.id("unit_id")?);
    let post = PostRef { post, unit, leads_district: row.flag("leads_district")? };
    Ok((post, row.text("unit_name")?, row.text("title")?))
}

impl Services {
    pub(super) async fn portraits_page(&self, actor: &Actor, query: PortraitsQuery) -> Result<PortraitsPage, ApiError> {
        let _may = access::list_portraits(actor)?;
        let after: Option<PostId> = query.after.as_deref().filter(|a| !a.is_empty()).map(parse).transpose()?;
        let (rows, next) = self.posts_overseen(actor, after).await?;
        Ok(PortraitsPage { rows, later: after.is_some(), next })
    }

    async fn posts_overseen(
        &self,
        actor: &Actor,
        after: Option<PostId>,
    ) -> Result<(Vec<PortraitRow>, Option<PostId>), ApiError> {
        let today = self.today();
        let scope = access::board_scope(actor)?;
        let mut read = self.store.read().clone();
        let mut find = q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name, u.leads_district
                   FROM posts p JOIN units u ON u.id = p.unit_id
                   WHERE p.district_id = $1 AND p.is_head = 1 AND (p.ends_on IS NULL OR p.ends_on >= $2)
                     AND (u.ends_on IS NULL OR u.ends_on >= $2)
                     AND u.kind NOT IN ('team', 'committee', 'commission')")
        .bind(actor.district)
        .bind(today)
        .and_scope("u.id", &scope);
        if let Some(after) = after {
            find = find.push_bind(
                "AND (u.position, u.name, p.position, p.id) > (SELECT v.position, v.name, o.position, o.id
                   FROM posts o JOIN units v ON v.id = o.unit_id WHERE o.district_id = $1 AND o.id = ?)",
                after,
            );
        }
        let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
        let found = read
            .all(find.push_bind("ORDER BY u.position, u.name, p.position, p.id LIMIT ?", limit))
            .await
            .map_err(storage)?;
        let more = found.len() > ROWS;
        let mut about = Vec::new();
        let mut last = None;
        for row in found.iter().take(ROWS) {
            let (post, unit, title) = post_of(row).map_err(storage)?;
            last = Some(post.post);
            if access::see_portrait(actor, post).is_ok() {
                about.push((post.post, unit, title));
            }
        }
        let enabled = posts::enabled_on(&mut read, actor.district).await.map_err(storage)?;
        let find = terms_query(actor.district)
            .push_bind("AND (t.ends_on IS NULL OR t.ends_on >= ?)", enabled.unwrap_or(first_of(today.year(), 1)))
            .push_bind("AND t.starts_on <= ?", today)
            .and_in("p.id", about.iter().map(|(post, ..)| *post))
            .push("ORDER BY t.starts_on DESC, t.id DESC");
        let mut terms: HashMap<PostId, Vec<Term>> = HashMap::new();
        for row in &read.all(find).await.map_err(storage)? {
            let term = term_of(row).map_err(storage)?;
            terms.entry(term.post).or_default().push(term);
        }
        let rows = about
            .into_iter()
            .map(|(post, unit, title)| {
                let all = terms.remove(&post).unwrap_or_default();
                let head = all.iter().find(|t| t.runs(today));
                let running: Option<TermId> = head.map(|t| t.id);
                PortraitRow {
                    post,
                    unit,
                    who: head.map_or_else(|| format!("{title}（空缺）"), Term::who),
                    days: head.map(Term::days).unwrap_or_default(),
                    held: head.is_some(),
                    earlier: all
                        .iter()
                        .filter(|t| Some(t.id) != running)
                        .map(|t| (t.id, format!("{}　{}", t.name, t.days())))
                        .collect(),
                }
            })
            .collect();
        Ok((rows, last.filter(|_| more)))
    }
}
