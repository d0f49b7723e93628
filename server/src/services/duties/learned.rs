//! Suggestions of a list that come from problems of the closed loop: shown beside the draft, taken with one tap,
//! refused with one, asked for by the unit. One that nobody touches blocks nothing and is not asked again once the list
//! is out.

use std::collections::BTreeSet;

use app::api::duties::Learned;
use domain::{
    Rejection,
    chain::Answer,
    duties::{Action, DutyItem, DutyListKey, Frequency, ListState},
    ids::{ItemId, LeaderListId},
    people::{
        Role,
        access::{self, Actor},
    },
};

use super::{
    command::{keeper, leading_role, visible_list},
    lists, office, steps,
    store::{self, By, ItemsOf, ListRow},
};
use crate::{
    services::{
        chain::{self, Offered},
        rows::Rows,
    },
    storage::{Failure, StorageError, Tx},
};

/// Characters of a suggestion that a comment quotes.
const QUOTED: usize = 120;

/// Which of the three answers the actor may give now.
fn may(actor: &Actor, row: &ListRow, answer: Answer) -> bool {
    let editable = row.list.check_editable().is_ok();
    let keeps = keeper(actor, row).is_ok();
    editable
        && match answer {
            Answer::Taken => keeps || access::propose_items(actor, row.unit).is_ok(),
            Answer::Refused => keeps,
            Answer::Asked => {
                row.list.state == ListState::Commenting && !keeps && access::comment_list(actor, row.unit).is_ok()
            }
        }
}

fn texts(items: &[DutyItem]) -> BTreeSet<String> {
    items.iter().map(|item| item.text.clone()).collect()
}

/// Suggestions beside the draft, and the problems that its items came from, for this reader.
pub(super) async fn learned(
    rows: &mut impl Rows,
    actor: &Actor,
    row: &ListRow,
    items: &[DutyItem],
) -> Result<Learned, StorageError> {
    let [take, refuse, ask] = [Answer::Taken, Answer::Refused, Answer::Asked].map(|answer| may(actor, row, answer));
    let mut out = Learned { take, refuse, ask, ..Learned::default() };
    let (post, year) = (row.list.post, row.list.year);
    if take || refuse || ask {
        for Offered { plain, number } in chain::offered(rows, actor, post, year, &texts(items)).await? {
            let why = plain.why.label().to_owned();
            out.offered.push((plain.id, number, why, plain.words, plain.asked));
        }
    }
    for (duty, problem, number) in chain::origins(rows, actor, post, year).await? {
        if let Some(item) = items.iter().find(|item| item.duty == duty) {
            out.taken.push((item.code.clone(), problem, number));
        }
    }
    Ok(out)
}

/// Answers one suggestion of a list that the actor sees; the path to go to.
pub(super) async fn answer(
    tx: &mut Tx,
    actor: &Actor,
    id: LeaderListId,
    seen: i64,
    problem: ItemId,
    answer: Answer,
) -> Result<String, Failure> {
    let row = visible_list(tx, actor, id).await?;
    row.list.check_editable()?;
    if !may(actor, &row, answer) {
        return Err(Rejection::NotAllowed.into());
    }
    let mut items = store::load_items(tx, ItemsOf::Leader(id)).await?;
    let (post, year) = (row.list.post, row.list.year);
    let found = chain::offered(tx, actor, post, year, &texts(&items)).await?;
    let Some(Offered { plain, number }) = found.into_iter().find(|one| one.plain.id == problem) else {
        return Err(Rejection::state("这条建议已经办理过，或已不在建议之列，没有保存。请刷新页面查看。").into());
    };
    let by = By::of(actor, leading_role(actor), tx.now());
    let mut duty = None;
    match answer {
        Answer::Taken => {
            office::raise_list(tx, id, seen).await?;
            let (group_no, group, code) = lists::optional_place(&items);
            let item = DutyItem {
                duty: lists::new_duty(tx.now()),
                code,
                group_no,
                group,
                text: plain.words.clone(),
                frequency: Frequency::HalfYearly,
                due: None,
                months: Vec::new(),
                evidence: Vec::new(),
                action: Action::Optional,
                hard: false,
                routine: false,
                list: DutyListKey::first_responsible(),
                source: Some(plain.source),
            };
            duty = Some(item.duty);
            items.push(item);
            store::replace_items(tx, actor.district, ItemsOf::Leader(id), &items).await?;
        }
        Answer::Refused => {}
        Answer::Asked => {
            if plain.asked {
                return Ok(format!("/duties/lists/{id}?done=asked"));
            }
            let proof = access::comment_list(actor, row.unit)?;
            let role = if actor.has_in(Role::Principal, row.unit) { Role::Principal } else { Role::Liaison };
            let quoted: String = plain.words.chars().take(QUOTED).collect();
            let words = format!("建议将{number}号问题列为自选动作：{quoted}");
            let unit = By::of(actor, role, tx.now());
            steps::comment(tx, &unit, proof, id, &words).await?;
        }
    }
    chain::note(tx, actor, (problem, post, year), answer, duty).await?;
    let words = format!("{} {year}年 {number}号问题 {}", row.unit_name, answer.label());
    tx.audit(by.district, by.account, "duties.learned", &format!("leader_list:{id}"), &words).await?;
    let done = match answer {
        Answer::Taken => "learned",
        Answer::Refused => "left",
        Answer::Asked => "asked",
    };
    Ok(format!("/duties/lists/{id}?done={done}"))
}
