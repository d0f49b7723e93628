//! What of 通报 waits for somebody. Two statements, however many papers there are.

use app::api::records::TodoRow;
use domain::{
    ids::UnitId,
    letters::{Circular, LetterState},
    people::{
        Role,
        access::{self, Actor},
    },
};

use super::super::{Services, rows::Rows};
use crate::storage::{StorageError, q};

/// Most rows in one list.
const SHOWN: usize = 10;

/// Units for which the actor confirms that a paper arrived.
fn own(actor: &Actor) -> Vec<UnitId> {
    let grants = actor.grants.iter().filter(|grant| grant.role == Role::Liaison).map(|grant| grant.unit);
    actor.terms.iter().map(|term| term.unit).chain(grants).collect()
}

/// Papers that wait for those who write, approve and number them.
async fn worked_on(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<Circular>, StorageError> {
    let (drafts, approves, issues) = (
        access::draft_letter(actor).is_ok(),
        access::approve_letter(actor).is_ok(),
        access::issue_letter(actor).is_ok(),
    );
    if !drafts && !approves && !issues {
        return Ok(Vec::new());
    }
    let find = q("SELECT plain FROM letters WHERE district_id = $1 AND state IN ('asked', 'approved', 'returned')
                  ORDER BY drafted_on, id");
    let found = rows.all(find.bind(actor.district)).await?;
    let all = found.iter().map(|row| row.json("plain")).collect::<Result<Vec<Circular>, _>>()?;
    let waits = |paper: &Circular| match paper.state {
        LetterState::Asked => approves && paper.drafted_by.0 != actor.person,
        LetterState::Approved => issues,
        LetterState::Returned => drafts && paper.drafted_by.0 == actor.person,
        _ => false,
    };
    Ok(all.into_iter().filter(waits).collect())
}

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn letter_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        if access::list_letters(actor).is_err() {
            return Ok(out);
        }
        let mut read = self.store.read().clone();
        let line = |paper: &Circular, title: String| TodoRow {
            title,
            note: format!("关于{}的通报", paper.words.title),
            link: format!("/letters/{}", paper.id),
        };
        for paper in &worked_on(&mut read, actor).await? {
            out.push(line(paper, format!("通报 · {}", paper.state.label())));
        }
        let units = own(actor);
        if !units.is_empty() {
            let find = q("SELECT l.plain FROM letters l WHERE l.district_id = $1 AND l.state = 'issued'
                          AND EXISTS (SELECT 1 FROM letter_units u WHERE u.letter_id = l.id AND u.received_on IS NULL")
            .bind(actor.district)
            .and_in("u.unit_id", units)
            .push(") ORDER BY l.issued_on, l.id");
            for row in &read.rows(find).await? {
                out.push(line(&row.json("plain")?, "签收通报".to_owned()));
            }
        }
        out.truncate(SHOWN);
        Ok(out)
    }
}
