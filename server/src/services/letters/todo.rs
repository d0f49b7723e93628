//! What of 通报 waits for somebody.

use app::api::records::TodoRow;
use domain::{
    letters::LetterState,
    people::access::{self, Actor},
};

use super::{super::Services, page::in_sight};
use crate::storage::{StorageError, q};

/// Most rows in one list.
const SHOWN: usize = 10;

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn letter_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        if access::list_letters(actor).is_err() {
            return Ok(out);
        }
        let mut read = self.store.read().clone();
        for paper in &in_sight(&mut read, actor).await? {
            let link = format!("/letters/{}", paper.id);
            let title = format!("关于{}的通报", paper.words.title);
            let waits = match paper.state {
                LetterState::Asked => {
                    access::approve_letter(actor).is_ok() && paper.drafted_by.0 != actor.person
                }
                LetterState::Approved => access::issue_letter(actor).is_ok(),
                LetterState::Returned => access::draft_letter(actor).is_ok() && paper.drafted_by.0 == actor.person,
                _ => false,
            };
            if waits {
                out.push(TodoRow { title: format!("通报 · {}", paper.state.label()), note: title, link });
            } else if paper.state == LetterState::Issued {
                let units = paper.units.iter().filter(|(unit, _)| access::receive_letter(actor, *unit).is_ok());
                let units: Vec<_> = units.map(|(unit, _)| *unit).collect();
                if units.is_empty() {
                    continue;
                }
                let find = q("SELECT COUNT(*) AS n FROM letter_units WHERE letter_id = $1 AND received_on IS NULL")
                    .bind(paper.id)
                    .and_in("unit_id", units);
                if read.row(find).await?.map_or(Ok(0), |row| row.small("n"))? > 0 {
                    out.push(TodoRow { title: "签收通报".to_owned(), note: title, link });
                }
            }
            if out.len() == SHOWN {
                break;
            }
        }
        Ok(out)
    }
}
