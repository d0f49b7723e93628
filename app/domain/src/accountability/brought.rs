//! An item that was kept in a ledger outside until now (the 整改, 三交底, 提示单, 建议书 ledgers of the first day). What was
//! struck off on paper comes in struck off; what is open goes on here, with its own hands from here on.

use serde::{Deserialize, Serialize};

use super::{
    External, Hand, Item, ItemEvent, NewItem, Owner, State, Step,
    item::{TEXT_MAX, clean},
    keyed::keyed,
    near,
};
use crate::{
    Rejection, text,
    time::{Day, WorkCalendar, zh},
};

keyed! {
    /// How far the matter was when it was brought.
    Progress {
        /// Handed over, not signed for.
        Unsigned = "unsigned", "待签收";
        /// Under way.
        Working = "working", "整改中";
        /// Reported as done, to be checked.
        Checking = "checking", "待复核";
        /// Struck off.
        Closed = "closed", "已销号";
    }
}

/// What a line of such a ledger says beside what every new item has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// How far.
    pub progress: Option<Progress>,
    /// Put on the account there; without, today.
    pub opened_on: Option<Day>,
    /// 责任领导.
    pub owner: Option<Owner>,
    /// 责任部门.
    pub department: String,
    /// 整改措施.
    pub measures: String,
    /// 整改情况.
    pub evidence: String,
    /// Struck off there; needed where it was.
    pub closed_on: Option<Day>,
    /// Its number there.
    pub external: Option<External>,
}

fn maybe(field: &str, label: &str, value: &str, max: usize) -> Result<String, Rejection> {
    if value.trim().is_empty() { Ok(String::new()) } else { clean(field, label, value, max) }
}

impl Item {
    /// Brings a line of an outside ledger in. The deadline stays as it is written there, also where it is over: what
    /// was late on paper is late, unless the office names a new day when it brings it.
    ///
    /// # Errors
    /// A text that is missing, too long or must not be stored; days after today or in the wrong order; a deadline too
    /// far from now; struck off without a day.
    pub fn brought(
        new: NewItem,
        line: Brought,
        by: &Hand,
        on: Day,
        calendar: &WorkCalendar,
    ) -> Result<(Self, ItemEvent), Rejection> {
        let opened_on = line.opened_on.unwrap_or(on);
        if opened_on > on {
            let words = format!("挂账日期{}晚于今天，没有导入。请核对日期。", zh(opened_on));
            return Err(Rejection::field("opened_on", words));
        }
        let deadline = new.deadline.unwrap_or_else(|| calendar.plus_working(opened_on, new.kind.days().work));
        if deadline < opened_on {
            let words = format!("整改期限{}早于挂账日期{}，没有导入。请核对日期。", zh(deadline), zh(opened_on));
            return Err(Rejection::field("deadline", words));
        }
        // A ledger of years holds long deadlines: what counts is how far the day is from now.
        let deadline = near("deadline", deadline, on)?;
        // Opened on its own day with a day ahead; the real deadline follows.
        let ahead = NewItem { deadline: Some(opened_on + chrono::Days::new(1)), ..new };
        let (mut item, _) = Self::open(ahead, by, opened_on, calendar)?;
        item.deadline = deadline;
        item.owner = match line.owner {
            Some(owner) => {
                Some(Owner { name: clean("owner", "责任领导", &owner.name, text::NAME_MAX)?, person: owner.person })
            }
            None => None,
        };
        item.department = maybe("department", "责任部门", &line.department, text::NAME_MAX)?;
        item.measures = maybe("measures", "整改措施", &line.measures, TEXT_MAX)?;
        item.evidence = maybe("evidence", "整改情况", &line.evidence, TEXT_MAX)?;
        if let Some(external) = line.external {
            item.external = Some(External {
                ledger: clean("ledger", "台账名称", &external.ledger, text::NAME_MAX)?,
                number: clean("number", "编号", &external.number, text::NAME_MAX)?,
            });
        }
        if !item.measures.is_empty() {
            item.planned_on = Some(opened_on);
        }
        let progress = line.progress.unwrap_or(Progress::Working);
        item.state = match progress {
            Progress::Unsigned => item.kind.first(),
            Progress::Working => State::Working,
            Progress::Checking => State::Checking,
            Progress::Closed => State::Closed,
        };
        item.since = opened_on;
        match progress {
            Progress::Checking => {
                item.applied.on = Some(on);
                item.since = on;
            }
            Progress::Closed => {
                let Some(closed) = line.closed_on else {
                    return Err(Rejection::field("closed_on", "已销号的要写明销号日期，没有导入。请补上日期。"));
                };
                if closed > on || closed < opened_on {
                    let words = format!("销号日期应在{}到今天之间，没有导入。请核对日期。", zh(opened_on));
                    return Err(Rejection::field("closed_on", words));
                }
                item.closed_on = Some(closed);
                item.since = closed;
            }
            Progress::Unsigned | Progress::Working => {}
        }
        let number = item.external.as_ref().map(|e| format!("（{} {}）", e.ledger, e.number)).unwrap_or_default();
        let words = format!("原台账记载：{}{number}", progress.label());
        let event = ItemEvent::new(Step::Bring, by, on, item.state, words);
        Ok((item, event))
    }
}
