//! Dry run (试算): what other rules would make of the facts of today, before anybody adopts them. Counts items by
//! tone over the whole district and names each change; never a sum per unit.

use super::{RuleSet, evaluate, reach::is_many};
use crate::{
    board::{Facts, Tone, word_of},
    ids::{DutyId, PostId},
    time::Day,
};

/// An item that another rule set colours otherwise.
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
}

impl Shift {
    /// Words beside the icons, before and after: the same ones that the item's own page shows.
    pub fn words(&self) -> (&'static str, &'static str) {
        (word_of(self.from.0, &self.from.1), word_of(self.to.0, &self.to.1))
    }
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
