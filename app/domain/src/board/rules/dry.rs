//! Dry run (试算): what other rules would make of the facts of today, before anybody adopts them. Counts items by
//! tone over the whole district and names each change; never a sum per unit.

use super::{RuleSet, evaluate};
use crate::{
    board::{Facts, Tone},
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

    /// The other rules would make everything red that has a colour at all: the reason of one that is not red today.
    pub fn all_red(&self) -> Option<&str> {
        let [red, pending, warn, ok, _] = self.after;
        self.reddened.as_deref().filter(|_| red > 0 && pending + warn + ok == 0)
    }
}
