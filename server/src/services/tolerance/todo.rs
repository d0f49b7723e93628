//! What of 容错纠错 and 澄清正名 waits for somebody, and the 勉励谈话 that are suggested.

use app::api::records::TodoRow;
use domain::{
    people::access::{self, Actor},
    tolerance::{Concerned, Step},
};

use super::{
    super::Services,
    clear,
    lists::{Part, cases_in_sight, clearances_in_sight},
    settings, step,
};
use crate::storage::StorageError;

/// Most rows in one list.
const SHOWN: usize = 10;

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn tolerance_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        if access::open_tolerance(actor).is_err() {
            return Ok(out);
        }
        let mut read = self.store.read().clone();
        for kept in &cases_in_sight(&mut read, actor, Part::Waiting).await? {
            let (post, case) = (kept.access(), &kept.plain);
            let mut steps = step::open_steps(actor, post, case);
            // To take it back, or to name another verifier, is nobody's task.
            steps.retain(|step| !matches!(step, Step::Withdraw | Step::Reassign));
            let link = format!("/tolerance/{}", case.id);
            let about = format!("{} {}", kept.unit, case.concerned.name());
            if let Some(first) = steps.first() {
                let what = match first {
                    Step::Accept | Step::Decline => "受理",
                    Step::Verify => "核实",
                    Step::SendBack | Step::Allow | Step::Deny => "认定",
                    Step::Tell => "反馈",
                    Step::Use => "备案应用",
                    Step::Withdraw | Step::Reassign => continue,
                };
                let note = format!("{about}，{}", case.state.label());
                out.push(TodoRow { title: format!("容错纠错 · 待{what}"), note, link });
            } else if case.suggests_talk() {
                let for_head = matches!(case.concerned, Concerned::Head { .. });
                if access::note_talk(actor, post, for_head).is_ok() {
                    out.push(talk(about, link));
                }
            }
        }
        if settings::load(&mut read, actor.district).await?.0.clearance {
            for kept in &clearances_in_sight(&mut read, actor, Part::Waiting).await? {
                let case = &kept.plain;
                let (about, link) = (format!("{} {}", kept.unit, case.person.1), format!("/clearances/{}", case.id));
                let acts = clear::acts(actor, kept);
                if let Some(act) = acts.first() {
                    let what = match act.as_str() {
                        "decide" => "待审定",
                        "carry" => "待澄清",
                        "receive" => "请确认",
                        _ => "待登记确认",
                    };
                    let note = format!("{about}，{}", case.state.label());
                    out.push(TodoRow { title: format!("澄清正名 · {what}"), note, link });
                } else if case.suggests_talk() && access::note_talk(actor, kept.access(), true).is_ok() {
                    out.push(talk(about, link));
                }
            }
        }
        out.truncate(SHOWN);
        Ok(out)
    }
}

/// Suggested, never asked for: it can be noted as not needed.
fn talk(about: String, link: String) -> TodoRow {
    TodoRow { title: "建议开展勉励谈话".to_owned(), note: format!("{about}，谈过或不需要的请记一下"), link }
}
