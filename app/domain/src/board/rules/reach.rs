//! How many items a rule set takes hold of. Red is rare (practice 3.7): a set that makes every item hard would in time
//! colour everything red, whatever today's facts are, so it is refused before any of it is red.

use std::collections::BTreeSet;

use super::RuleSet;
use crate::Rejection;

/// Most tenths of all items that may be hard: beyond it a few exceptions make no difference any more.
const MOST_TENTHS: u64 = 9;
/// From this part of all items on, a change is said before anything else (示范): one in three.
const MANY: u64 = 3;

/// Is `part` more than a third of `all`?
pub(super) fn is_many(part: u32, all: u32) -> bool {
    u64::from(part) * MANY > u64::from(all)
}

/// Items of the lists in force that may go red under the rules in force and under others; fed kind by kind of item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    items: u32,
    before: u32,
    after: u32,
    groups: BTreeSet<String>,
    example: Option<String>,
}

impl Reach {
    /// Adds an item that stands on `times` lists: marked 硬性 by its list, its printed number, its short text.
    pub fn add(&mut self, (old, new): (&RuleSet, &RuleSet), (marked, code, text): (bool, &str, &str), times: u32) {
        let red = |rules: &RuleSet| rules.hard_can_be_red && rules.counts_as_hard(marked, code, text);
        let (was, will) = (red(old), red(new));
        self.items += times;
        self.before += if was { times } else { 0 };
        self.after += if will { times } else { 0 };
        let group = code.split('.').next().unwrap_or(code);
        if !self.groups.contains(group) {
            self.groups.insert(group.to_owned());
        }
        if will && !was && self.example.is_none() {
            self.example = Some(format!("{code}「{text}」"));
        }
    }

    /// The new rules make (nearly) every item hard, or name every 大项: what is wrong, with an example.
    pub fn everything(&self, new: &RuleSet) -> Option<String> {
        let example = self.example.as_deref().filter(|_| self.after > self.before)?;
        let named = self.groups.len() > 1 && self.groups.iter().all(|group| new.hard.also.contains(group));
        if u64::from(self.after) * 10 < u64::from(self.items) * MOST_TENTHS && !named {
            return None;
        }
        let what = if named { "把清单的全部大项都列为硬性" } else { "几乎把全部事项列为硬性" };
        Some(format!(
            "{what}：{} 条事项里有 {} 条逾期会变红（现行规则 {} 条）。例如 {example}这样的一般事项也会变红。红色只用于少数硬性事项，请只列确实需要的编号。",
            self.items, self.after, self.before
        ))
    }

    /// Refuses what [`everything`](Self::everything) sees.
    ///
    /// # Errors
    /// At the field of the numbers.
    pub fn check(&self, new: &RuleSet) -> Result<(), Rejection> {
        let words = |said: String| Rejection::field("hard_also", format!("这份规则{said}没有保存，填写的内容都留着。"));
        self.everything(new).map_or(Ok(()), |said| Err(words(said)))
    }

    /// What whoever decides should see first: more than a third of all items would be hard.
    pub fn warning(&self) -> Option<String> {
        (self.after > self.before && is_many(self.after, self.items)).then(|| {
            format!(
                "全区 {} 条事项里有 {} 条会算硬性事项（现行规则 {} 条），超过三分之一（示范）：逾期都会变红。红色只用于少数硬性事项，请核对编号是否写多了。",
                self.items, self.after, self.before
            )
        })
    }
}
