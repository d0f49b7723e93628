//! A reading that is registered again after one of the same kind was taken back: it gets the same draw, so that nobody
//! draws until the sample suits, and the sheet and the paper tell of those before it.

use std::collections::HashMap;

use domain::{
    ids::{InspectionId, PostId},
    oversight::{Purpose, Sampling, Standing},
};
use uuid::Uuid;

use super::{
    super::rows::Rows,
    store::{self, Kept},
};
use crate::storage::{StorageError, q};

/// The draws that go on: of each post whose last reading of this kind was taken back, the number and the seed that it
/// was drawn by. One statement.
pub async fn draws(
    from: &mut impl Rows,
    posts: &[PostId],
    (purpose, year): (Purpose, i32),
) -> Result<HashMap<PostId, (Uuid, u32)>, StorageError> {
    let find = q("SELECT id, post_id, standing, sampling FROM inspections WHERE purpose = $1 AND year = $2")
        .bind(purpose.key())
        .bind(year)
        .and_in("post_id", posts.iter().copied())
        .push("ORDER BY announced_at, id");
    let mut out: HashMap<PostId, (Uuid, u32)> = HashMap::new();
    for row in &from.all(find).await? {
        let post: PostId = row.id("post_id")?;
        let id: InspectionId = row.id("id")?;
        // What was read is read: the next one of the kind is drawn anew.
        if row.keyed("standing", Standing::from_key)? != Standing::Withdrawn {
            out.remove(&post);
        } else if let Some(drawn) = row.json::<Sampling>("sampling")?.drawn() {
            // The first one stays, also where it was put aside for a choice by hand.
            out.entry(post).or_insert((drawn.of.unwrap_or(id.0), drawn.seed));
        }
    }
    Ok(out)
}

/// Readings of this book that were registered before this one and taken back, in words; empty without one.
pub async fn earlier(from: &mut impl Rows, kept: &Kept) -> Result<String, StorageError> {
    let rows = from
        .all(
            q("SELECT i.*, s.name AS registrant FROM inspections i LEFT JOIN persons s ON s.id = i.announced_by
               WHERE i.post_id = $1 AND i.year = $2 AND i.standing = 'withdrawn' AND i.id <> $3
                 AND i.announced_at <= (SELECT o.announced_at FROM inspections o WHERE o.id = $3)
               ORDER BY i.announced_at, i.id")
            .bind(kept.info.post)
            .bind(kept.plain.year)
            .bind(kept.id),
        )
        .await?;
    let said = |row| -> Result<String, StorageError> {
        let plain = store::plain(row, Vec::new())?;
        let by = row.opt_text("registrant")?.unwrap_or_default();
        let code = row.json::<Sampling>("sampling")?.code();
        let why = row.text("withdrawn_why")?;
        Ok(format!("{}{}（{by}登记；{code}；撤销原因：{why}）", plain.purpose.label(), plain.days()))
    };
    let all = rows.iter().map(said).collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() {
        return Ok(String::new());
    }
    let same = match &kept.sampling {
        Sampling::Draw { of: Some(_), .. } => "本次沿用撤销的那次的抽取码，抽取结果不因重新登记改变。",
        _ => "",
    };
    Ok(format!("本年度此前登记后撤销过 {} 次：{}。{same}", all.len(), all.join("；")))
}
