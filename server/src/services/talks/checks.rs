//! The 监督检查方案 of a talk on the sheet of a reading of the same post: what the lists of the talk ask to be looked at
//! stands beside what the year's inspection reads. Noted with the talk, never twice.

use app::api::oversight::PlannedCheck;
use domain::{
    ids::PostId,
    people::access::{Actor, TalkSight},
    time::zh_short,
};

use super::{super::rows::Rows, store};
use crate::storage::StorageError;

/// Points of the adopted plans of the talks with the head of a post that still run, as far as the actor is of the
/// commission. One statement.
pub(in crate::services) async fn checks_of(
    from: &mut impl Rows,
    actor: &Actor,
    post: PostId,
) -> Result<Vec<PlannedCheck>, StorageError> {
    let find = store::talks_query(actor.district)
        .push_bind("AND t.post_id = ?", post)
        .push("AND t.state = 'signed' ORDER BY t.signed_on, t.id");
    let mut out = Vec::new();
    for row in from.all(find).await? {
        let kept = store::read(&row)?;
        let talk = &kept.talk;
        if talk.checks.adopted.is_none() || !kept.sight(actor).is_ok_and(TalkSight::is_commission) {
            continue;
        }
        out.extend(talk.checks.points.iter().map(|point| PlannedCheck {
            words: format!("{}　{}", point.list.label(), talk.point_words(point)),
            how: point.how.clone(),
            seen: match &point.looked {
                Some(looked) => format!("{} {}：{}", zh_short(looked.on), looked.by_name, looked.words),
                None => format!("还没有督查，{}前", zh_short(point.by)),
            },
            link: format!("/talks/{}#checks", talk.id),
        }));
    }
    Ok(out)
}
