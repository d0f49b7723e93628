//! The part of another page that a report counted: the posts of its cover in its period, so that a source opens what
//! was read there and nothing else. Refuses nothing of that page's own rules of sight.

use std::collections::HashSet;

use domain::{
    Rejection,
    ids::{DistrictId, PostId},
    people::access::Actor,
    reports::{Cover, Period},
    time::{Day, Window},
};

use super::{super::rows::Rows, cover};
use crate::storage::{Failure, Query};

/// Posts and period that a page is narrowed to.
#[derive(Debug, Clone)]
pub(in crate::services) struct Slice {
    posts: HashSet<PostId>,
    period: Period,
    /// `2026年下半年，区教育局`.
    pub(in crate::services) words: String,
}

/// What follows `?` or `&` in the address of a page that is narrowed.
pub(super) fn address(cover: Cover, period: Period) -> String {
    format!("cover={}&period={}", cover.key(), period.key())
}

/// The slice of an address; `None` where it asks for none.
///
/// # Errors
/// It names no cover or period of the district, or storage failed.
pub(in crate::services) async fn of(
    from: &mut impl Rows,
    actor: &Actor,
    (cover, period): (Option<&str>, Option<&str>),
    today: Day,
) -> Result<Option<Slice>, Failure> {
    let (Some(cover), Some(period)) = (cover.filter(|key| !key.is_empty()), period.filter(|key| !key.is_empty()))
    else {
        return Ok(None);
    };
    let cover = Cover::from_key(cover).ok_or(Rejection::NotFound)?;
    let period = Period::from_key(period).ok_or(Rejection::NotFound)?;
    read(from, actor.district, cover, period, today).await.map(Some)
}

async fn read(
    from: &mut impl Rows,
    district: DistrictId,
    cover: Cover,
    period: Period,
    today: Day,
) -> Result<Slice, Failure> {
    let name = cover::name(from, district, cover).await?;
    let posts = cover::posts(from, district, cover, today).await?;
    Ok(Slice {
        posts: posts.into_iter().map(|covered| covered.post).collect(),
        period,
        words: format!("{}，{name}", period.label()),
    })
}

impl Slice {
    /// Problems of these posts that were on the account in the period, of the narrow lines `l`.
    pub(in crate::services) fn items(&self, find: Query) -> Query {
        let Window { from, to } = self.period.window();
        find.and_in("l.post_id", self.posts.iter().copied())
            .push_bind("AND COALESCE(l.opened_on, '') <= ?", to)
            .push_bind("AND (l.closed_on IS NULL OR l.closed_on >= ?)", from)
    }

    /// Steps of 督责 that fall due in the period, as the block of a report counts them.
    pub(in crate::services) fn steps(&self, find: Query) -> Query {
        let Window { from, to } = self.period.window();
        find.and_in("e.post_id", self.posts.iter().copied())
            .push("AND e.state <> 'cancelled'")
            // 半年梳理 of July belongs to the first half, see `gather::Ask::takes`.
            .push("AND CASE WHEN e.kind = 'mid_year' AND substr(e.due_on, 6, 2) = '07'")
            .push_bind("THEN substr(e.due_on, 1, 4) || '-06-30' ELSE e.due_on END >= ?", from)
            .push("AND CASE WHEN e.kind = 'mid_year' AND substr(e.due_on, 6, 2) = '07'")
            .push_bind("THEN substr(e.due_on, 1, 4) || '-06-30' ELSE e.due_on END <= ?", to)
    }
}
