//! Pages and paper of 通报.

use std::collections::BTreeSet;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    letters::{LetterPage, LetterQuery, LetterRow, LettersPage, LettersQuery, ReceiptRow, UnitChoice},
};
use domain::{
    documents::Doc,
    ids::{CommandId, LetterId, UnitId},
    letters::{Circular, LetterState},
    people::access::{self, Actor},
    time::{zh, zh_short},
};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    SAVE, STEP, store,
};
use crate::{
    random,
    storage::{Query, Row, StorageError, q},
};

/// Papers of a page.
const ROWS: u32 = 50;
/// Papers of a file.
const FILE_ROWS: u32 = 20_000;

fn units_of(paper: &Circular) -> Vec<UnitId> {
    paper.units.iter().map(|(unit, _)| *unit).collect()
}

/// Papers that the actor may read (`l`), as `access::see_letter` says of one: the office all of them, the others what
/// is out and went to a unit of theirs.
fn sees(actor: &Actor) -> Query {
    let find = q("SELECT l.plain FROM letters l WHERE l.district_id = $1").bind(actor.district);
    if access::see_letter(actor, &[], false).is_ok() {
        return find;
    }
    let units: BTreeSet<UnitId> = actor
        .terms
        .iter()
        .map(|term| term.unit)
        .chain(actor.grants.iter().map(|grant| grant.unit))
        .chain(actor.watched.iter().copied())
        .filter(|unit| access::see_letter(actor, &[*unit], true).is_ok())
        .collect();
    find.push("AND l.issued_on IS NOT NULL AND l.id IN (SELECT letter_id FROM letter_units WHERE unit_id IN")
        .list(units)
        .push(")")
}

/// Papers that the actor may read, the latest first: `rows` of them from `skip` on.
async fn in_sight(
    from: &mut impl Rows,
    actor: &Actor,
    (rows, skip): (u32, u32),
) -> Result<Vec<Circular>, StorageError> {
    let find = sees(actor).push("ORDER BY l.drafted_on DESC, l.id DESC");
    let found = from.all(find.push_bind("LIMIT ?", rows).push_bind("OFFSET ?", skip)).await?;
    let mut all = found.iter().map(|row| row.json("plain")).collect::<Result<Vec<Circular>, _>>()?;
    // The rule itself has the last word.
    all.retain(|paper| access::see_letter(actor, &units_of(paper), paper.issued.is_some()).is_ok());
    Ok(all)
}

fn letter_row(paper: &Circular) -> LetterRow {
    LetterRow {
        id: paper.id.to_string(),
        title: format!("关于{}的通报", paper.words.title),
        number: paper.issued.as_ref().map(|(number, _)| number.to_string()).unwrap_or_default(),
        on: zh_short(paper.issued.as_ref().map_or(paper.drafted_on, |(_, on)| *on)),
        state: paper.state,
    }
}

/// Does the actor work on such papers, and so knows who wrote and who received them?
fn works(actor: &Actor) -> bool {
    access::draft_letter(actor).is_ok() || access::approve_letter(actor).is_ok() || access::issue_letter(actor).is_ok()
}

fn acts(actor: &Actor, paper: &Circular) -> Vec<String> {
    let (drafts, approves, issues) = (
        access::draft_letter(actor).is_ok(),
        access::approve_letter(actor).is_ok() && paper.drafted_by.0 != actor.person,
        access::issue_letter(actor).is_ok(),
    );
    let mut out: Vec<&str> = Vec::new();
    match paper.state {
        LetterState::Draft | LetterState::Returned if drafts => out.extend(["edit", "ask", "drop"]),
        LetterState::Asked if approves => out.push("approve"),
        LetterState::Approved if issues => out.extend(["issue", "recall"]),
        LetterState::Issued if issues => out.extend(["void", "paper"]),
        _ => {}
    }
    out.into_iter().map(str::to_owned).collect()
}

/// A unit that a paper went to, and how its receipt stands.
fn receipt_row(row: &Row, actor: &Actor, state: LetterState) -> Result<ReceiptRow, StorageError> {
    let (unit, handler): (UnitId, String) = (row.id("unit_id")?, row.text("paper_handler")?);
    let by = match handler.as_str() {
        "" => row.text("received_name")?,
        handler => format!("纸质已签，经办人 {handler}"),
    };
    let receipt = row.opt_day("received_on")?.map(|on| format!("{by}，{}", zh_short(on)));
    let mine = receipt.is_none() && state == LetterState::Issued && access::receive_letter(actor, unit).is_ok();
    Ok(ReceiptRow { unit, name: row.text("unit_name")?, mine, receipt: receipt.unwrap_or_default() })
}

impl Services {
    async fn unit_choices(&self, actor: &Actor, chosen: &[UnitId]) -> Result<Vec<UnitChoice>, ApiError> {
        let mut read = self.store.read().clone();
        let all = store::choices(&mut read, actor.district, self.today()).await.map_err(storage)?;
        Ok(all.into_iter().map(|(id, name)| UnitChoice { id, name, chosen: chosen.contains(&id) }).collect())
    }

    pub(super) async fn letters_seen(&self, actor: &Actor, query: LettersQuery) -> Result<LettersPage, ApiError> {
        let _proof = access::list_letters(actor)?;
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let part = (ROWS + 1, (page - 1) * ROWS);
        let all = in_sight(&mut self.store.read().clone(), actor, part).await.map_err(storage)?;
        let may_draft = access::draft_letter(actor).is_ok();
        Ok(LettersPage {
            rows: all.iter().take(ROWS as usize).map(letter_row).collect(),
            next: all.len() > ROWS as usize,
            page,
            units: if may_draft { self.unit_choices(actor, &[]).await? } else { Vec::new() },
            may_draft,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, SAVE, query.draft.as_deref()).await?,
        })
    }

    /// The papers in sight, as far as a file goes.
    ///
    /// # Errors
    /// Such papers are not the actor's, or storage failed.
    pub async fn letters_for_file(&self, actor: &Actor) -> Result<Vec<LetterRow>, ApiError> {
        let _proof = access::list_letters(actor)?;
        let all = in_sight(&mut self.store.read().clone(), actor, (FILE_ROWS, 0)).await.map_err(storage)?;
        Ok(all.iter().map(letter_row).collect())
    }

    pub(super) async fn letter_seen(&self, actor: &Actor, query: LetterQuery) -> Result<LetterPage, ApiError> {
        let mut read = self.store.read().clone();
        let id: LetterId = parse(&query.id)?;
        let paper = store::readable(&mut read, actor, id).await.map_err(told)?;
        let works = works(actor);
        let find = q("SELECT unit_id, unit_name, received_name, received_on, paper_handler FROM letter_units
                      WHERE letter_id = $1 ORDER BY unit_name, unit_id");
        let (mut receipts, mut waiting) = (Vec::new(), 0);
        for row in &read.rows(find.bind(id)).await.map_err(storage)? {
            let line = receipt_row(row, actor, paper.state).map_err(storage)?;
            waiting += u32::from(line.receipt.is_empty());
            if works || access::see_letter(actor, &[line.unit], true).is_ok() {
                receipts.push(line);
            }
        }
        let acts = acts(actor, &paper);
        let mut draft = self.load(actor, STEP, query.draft.as_deref()).await?;
        if draft.fields.is_empty() {
            draft = self.load(actor, SAVE, query.draft.as_deref()).await?;
        }
        let units = if acts.iter().any(|act| act == "edit") {
            self.unit_choices(actor, &units_of(&paper)).await?
        } else {
            Vec::new()
        };
        Ok(LetterPage {
            id: paper.id.to_string(),
            seen: paper.version,
            number: paper.issued.as_ref().map(|(number, _)| number.to_string()).unwrap_or_default(),
            drafted: if works { format!("{}，{}", paper.drafted_by.1, zh(paper.drafted_on)) } else { String::new() },
            approved: paper
                .approved
                .as_ref()
                .filter(|_| works)
                .map(|(_, name, on)| format!("{name}，{}", zh(*on)))
                .unwrap_or_default(),
            issued: paper.issued.as_ref().map(|(_, on)| zh(*on)).unwrap_or_default(),
            reason: if works || paper.state == LetterState::Void { paper.reason.clone() } else { String::new() },
            title: paper.words.title,
            facts: paper.words.facts,
            demands: paper.words.demands,
            state: paper.state,
            receipts,
            waiting: if works { waiting } else { 0 },
            units,
            acts,
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    /// The paper as a document, and the page it leads back to.
    ///
    /// # Errors
    /// Not in sight.
    pub async fn circular_paper(&self, actor: &Actor, id: &str) -> Result<(Doc, String), ApiError> {
        let mut read = self.store.read().clone();
        let paper = store::readable(&mut read, actor, parse(id)?).await.map_err(told)?;
        let from = format!("中共{}纪律检查委员会", self.district_name(actor.district).await?);
        let mut doc = paper.letter(&from).doc();
        if paper.state == LetterState::Void {
            doc.number = format!("{}（已作废）", doc.number);
        }
        Ok((doc, format!("/letters/{}", paper.id)))
    }
}
