//! 经过 of a report: who did what, when and why, from its beginning to its readers. Refuses to name somebody for what
//! another did: every step is written down with whoever took it.

use domain::{
    people::{Role, access::Actor},
    time::{Instant, zh},
};

use super::{
    super::rows::Rows,
    store::{Edition, Kept},
};
use crate::{
    random,
    storage::{StorageError, Tx, q},
};

/// Step of 送审.
pub const ASK: &str = "送审";
/// Step of 审核.
pub const REVIEW: &str = "审核";
/// Step of 限阅归档.
pub const FILE: &str = "限阅归档";
/// Step of 增加阅读人.
pub const WIDEN: &str = "增加阅读人";
/// Step of 作废.
pub const DROP: &str = "作废";

/// Roles in which steps of a report are taken, the weightier first.
const ROLES: [Role; 5] =
    [Role::DeputySecretary, Role::Secretary, Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice];

/// Writes a step down; `why` is clean already.
pub async fn note(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (step, decision): (&'static str, &'static str),
    why: &str,
) -> Result<(), StorageError> {
    let role = ROLES.into_iter().find(|role| actor.has(*role));
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason,
           at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.to_string().into(),
            step.into(),
            role.map_or("", Role::key).into(),
            actor.account.to_string().into(),
            (&actor.name).into(),
            decision.into(),
            why.into(),
            tx.now().into(),
        ],
    )
    .await?;
    Ok(())
}

/// `2026年11月2日 12:00`.
pub fn moment(at: Instant) -> String {
    format!("{} {}", zh(at.day()), at.clock())
}

/// Lines of 经过, the earliest first.
pub async fn course(from: &mut impl Rows, kept: &Kept, editions: &[Edition]) -> Result<Vec<String>, StorageError> {
    let line = |at: Instant, what: &str, who: &str, why: &str| {
        let why = if why.is_empty() { String::new() } else { format!("　{why}") };
        (at, format!("{}　{what}　{who}{why}", moment(at)))
    };
    let mut all = vec![line(kept.made_at, "起草", &kept.made_name, "")];
    for edition in editions.iter().filter(|edition| edition.cause == "refreshed") {
        let words = format!("第{}稿", edition.no);
        all.push(line(edition.queued_at, "更新事实", &edition.made_name, &words));
    }
    let find = q("SELECT step, decision, person_name, reason, at FROM approvals WHERE subject = $1 ORDER BY at, id");
    for row in &from.all(find.bind(kept.id.to_string())).await? {
        let (step, decision, why) = (row.text("step")?, row.text("decision")?, row.text("reason")?);
        let what = match decision.as_str() {
            "agreed" => "审核通过",
            "returned" => "退回修改",
            _ => step.as_str(),
        };
        let why = match decision.as_str() {
            "returned" => format!("原因：{why}"),
            "agreed" if !why.is_empty() => format!("意见：{why}"),
            _ => why,
        };
        all.push(line(row.instant("at")?, what, &row.text("person_name")?, &why));
    }
    // Stable: what happened within one millisecond stays in its order.
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, words)| words).collect())
}
