//! Dry run (试算): what other rules would make of the facts of today, before anybody adopts them. Counts items by
//! tone over the whole district and names each change; never a sum per unit.

use uuid::Uuid;

use super::{super::row::receipt, RuleSet, evaluate, reach::is_many};
use crate::{
    board::{Duty, Facts, ListFacts, Tone, word_of},
    duties::LeaderList,
    ids::{DutyId, PostId},
    time::{Day, WorkCalendar},
};

/// An item, or what stands in a cell of its own, that another rule set colours otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Post.
    pub post: PostId,
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub text: String,
    /// Tone and reason under the rules in force.
    pub from: (Tone, String),
    /// Tone and reason under the others.
    pub to: (Tone, String),
    /// Closer words of a cell, before and after.
    pub said: Option<(String, String)>,
}

impl Shift {
    /// Words beside the icons, before and after: the same ones that the item's own page shows.
    pub fn words(&self) -> (&str, &str) {
        match &self.said {
            Some((before, after)) => (before, after),
            None => (word_of(self.from.0, &self.from.1), word_of(self.to.0, &self.to.1)),
        }
    }

    /// Is it about a cell, and about no item of a list?
    pub fn is_cell(&self) -> bool {
        self.duty.0.is_nil()
    }
}

/// What other rules make of the receipt of a list that waits for it: its last day, the telephone call, the colour.
/// `None` where all of it stays, as with every list that is signed.
pub fn receipt_shift(
    (old, new): (&RuleSet, &RuleSet),
    list: &LeaderList,
    calendar: &WorkCalendar,
    today: Day,
) -> Option<Shift> {
    let cell = |rules: &RuleSet| {
        let known = ListFacts {
            state: list.state,
            receipt_due: list.receipt_due(rules.list, calendar),
            telephone_after: list.telephone_after(rules.list, calendar),
            signed_on: None,
        };
        receipt(rules, &Facts { list: Some(known), ..Facts::empty(list.post, list.year, today) }, today)
    };
    let (was, will) = (cell(old), cell(new));
    ((was.tone, &was.why) != (will.tone, &will.why)).then(|| Shift {
        post: list.post,
        duty: DutyId(Uuid::nil()),
        code: Duty::Ming.label().to_owned(),
        text: format!("{}年清单签收", list.year),
        from: (was.tone, was.why),
        to: (will.tone, will.why),
        said: Some((was.word, will.word)),
    })
}

/// What came of it; fed one post after another, so that a district need not be in memory at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Items in the order in which they were fed.
    pub shifts: Vec<Shift>,
    /// Items by tone under the rules in force, in the order of [`Tone::ALL`].
    pub before: [u32; 5],
    /// The same under the others.
    pub after: [u32; 5],
    reddened: Option<String>,
}

/// Place of a tone in [`Tone::ALL`].
fn place(tone: Tone) -> usize {
    Tone::ALL.iter().position(|t| *t == tone).unwrap_or(0)
}

impl DryRun {
    /// Runs `new` beside `old` over the facts of one post.
    pub fn try_out(&mut self, old: &RuleSet, new: &RuleSet, post: &Facts, today: Day) {
        let (was, will) = (evaluate(old, post, today), evaluate(new, post, today));
        for (was, will) in was.into_iter().zip(will) {
            for (all, tone) in [(&mut self.before, was.tone), (&mut self.after, will.tone)] {
                if let Some(n) = all.get_mut(place(tone)) {
                    *n += 1;
                }
            }
            if was.tone == will.tone {
                continue;
            }
            if will.tone == Tone::Late && self.reddened.is_none() {
                self.reddened = Some(will.reason.clone());
            }
            self.shifts.push(Shift {
                post: post.post,
                duty: will.duty_id,
                code: will.code,
                text: will.text,
                from: (was.tone, was.reason),
                to: (will.tone, will.reason),
                said: None,
            });
        }
    }

    /// What whoever decides should see first: more than a third of all items would turn red or yellow.
    pub fn many_turn(&self) -> Option<String> {
        let turned = |tone: Tone| self.shifts.iter().filter(|s| s.to.0 == tone && s.from.0 < tone).count();
        let (red, yellow) = (turned(Tone::Late), turned(Tone::Warn));
        let all: u32 = self.after.iter().sum();
        is_many(u32::try_from(red + yellow).unwrap_or(u32::MAX), all).then(|| {
            format!("全区 {all} 条事项里会有 {red} 条变红、{yellow} 条变黄，超过三分之一（示范）。红色、黄色太多，需要关注的反而看不出来，请核对天数和编号。")
        })
    }

    /// The other rules would make everything red that has a colour at all: the reason of one that is not red today.
    pub fn all_red(&self) -> Option<&str> {
        let [red, pending, warn, ok, _] = self.after;
        self.reddened.as_deref().filter(|_| red > 0 && pending + warn + ok == 0)
    }
}
