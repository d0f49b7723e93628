//! Texts that ask for the same thing twice. An item that repeats another costs every unit a second entry, so it is
//! pointed out before it is saved or issued; whether both stay is decided by people, never here.
//!
//! Compares pairs of characters of the normalised texts: what both have of what either has, and how much of the
//! shorter one stands in the longer. The limits are 示范, chosen so that no two of the 60 示范 items meet them.

use std::cmp::Ordering;

use super::{Action, DutyItem};
use crate::Rejection;

/// Form field in which somebody says that both shall stay.
pub const ALIKE_FIELD: &str = "alike";
/// Fewest pairs of characters of a text that can be compared; shorter ones only repeat what is equal.
const PAIRS_MIN: usize = 4;
/// Shared of all pairs, per mille, where most of the shorter text also stands in the longer.
const SHARED: usize = 500;
/// The shorter text in the longer, per mille, beside [`SHARED`].
const MOSTLY: usize = 700;
/// The shorter text in the longer, per mille, whatever the longer says besides.
const WHOLLY: usize = 850;

/// Says how often, not what: the frequency is compared by itself.
const OFTEN: [&str; 15] = [
    "不少于",
    "至少",
    "每季度",
    "每半年",
    "每季",
    "每月",
    "每年",
    "年内",
    "一次",
    "两次",
    "二次",
    "1次",
    "2次",
    "定期",
    "不少",
];
/// Characters that join words and change nothing of what is asked.
const JOINS: &str = "的了和及与并或对在于把将为就等之其";
/// Words of which one excludes the other: who is told, which half of the year.
const DISTINCT: [&[&str]; 4] = [
    &["上半年", "下半年"],
    &["一季度", "二季度", "三季度", "四季度"],
    &["区纪委", "区委", "区政府"],
    &["上年度", "本年度", "下年度"],
];

/// The text without width, case, punctuation, frequency and joining words.
fn plain(text: &str) -> String {
    let mut text: String = text
        .chars()
        .map(|c| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    for word in OFTEN {
        text = text.replace(word, "");
    }
    text.chars().filter(|c| c.is_alphanumeric() && !JOINS.contains(*c)).collect()
}

/// A text made ready for comparing: of many texts each is read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    plain: String,
    /// Pairs of characters, sorted, each once.
    pairs: Vec<u64>,
    /// Which words of each class of [`DISTINCT`] it names, as bits.
    named: [u8; DISTINCT.len()],
}

impl Wording {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let plain = plain(text);
        let pair = |(a, b): (char, char)| (u64::from(u32::from(a)) << 32) | u64::from(u32::from(b));
        let mut pairs: Vec<u64> = plain.chars().zip(plain.chars().skip(1)).map(pair).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let bits = |class: &[&str]| {
            let named = class.iter().enumerate().filter(|(_, word)| text.contains(**word));
            named.fold(0_u8, |bits, (n, _)| bits | (1 << n))
        };
        Self { plain, pairs, named: DISTINCT.map(bits) }
    }

    /// Does one name what the other excludes?
    fn differs(&self, other: &Self) -> bool {
        self.named.iter().zip(&other.named).any(|(a, b)| *a != 0 && *b != 0 && a != b)
    }

    /// Pairs that both have.
    fn common(&self, other: &Self) -> usize {
        let (mut a, mut b, mut both) = (self.pairs.iter().peekable(), other.pairs.iter().peekable(), 0);
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                Ordering::Less => {
                    a.next();
                }
                Ordering::Greater => {
                    b.next();
                }
                Ordering::Equal => {
                    both += 1;
                    a.next();
                    b.next();
                }
            }
        }
        both
    }

    /// Do two texts ask for the same thing, as far as characters can tell? The same either way round.
    pub fn is_like(&self, other: &Self) -> bool {
        if self.differs(other) {
            return false;
        }
        let shorter = self.pairs.len().min(other.pairs.len());
        if shorter < PAIRS_MIN {
            return self.plain == other.plain && self.plain.chars().count() >= PAIRS_MIN;
        }
        let both = self.common(other);
        let all = self.pairs.len() + other.pairs.len() - both;
        let (shared, contained) = (both * 1_000 / all, both * 1_000 / shorter);
        contained >= WHOLLY || (shared >= SHARED && contained >= MOSTLY)
    }
}

/// [`Wording::is_like`] of two texts.
pub fn alike(a: &str, b: &str) -> bool {
    Wording::of(a).is_like(&Wording::of(b))
}

/// Items among `others` that `item` repeats: alike in words, of the same frequency, and not itself.
pub fn twins<'a>(item: &DutyItem, others: &'a [DutyItem]) -> Vec<&'a DutyItem> {
    let words = Wording::of(&item.text);
    others
        .iter()
        .filter(|other| other.duty != item.duty && other.frequency == item.frequency)
        .filter(|other| Wording::of(&other.text).is_like(&words))
        .collect()
}

/// Pairs of a list of which at least one was merged into it (自选动作). Pairs of the template were looked at when the
/// template was made and are not asked about once more for every unit.
pub fn merged_twins(items: &[DutyItem]) -> Vec<(&DutyItem, &DutyItem)> {
    let mut found = Vec::new();
    for (n, one) in items.iter().enumerate() {
        for other in twins(one, items.get(n + 1..).unwrap_or_default()) {
            if one.action == Action::Optional || other.action == Action::Optional {
                found.push((one, other));
            }
        }
    }
    found
}

/// `6.3「与年轻干部经常性谈心谈话」（每季度）`.
fn named(item: &DutyItem) -> String {
    format!("{}「{}」（{}）", item.code, item.text, item.frequency.label())
}

/// Asks about an item that repeats others; `None` where it repeats nothing.
pub fn ask_about(twins: &[&DutyItem]) -> Option<Rejection> {
    let first = twins.first()?;
    let words = twins.iter().map(|item| named(item)).collect::<Vec<_>>().join("、");
    Some(Rejection::field(
        ALIKE_FIELD,
        format!(
            "这一条与已有的 {words}很相近，还没有保存。要合并，请修改 {}，不再另列；确需分列，勾选“仍要保存”后再保存一次；\
             不要了，点“返回”。",
            first.code
        ),
    ))
}

/// Asks before a list is issued that has such pairs; `None` where there is none.
pub fn ask_before_issue(items: &[DutyItem]) -> Option<Rejection> {
    let pairs = merged_twins(items);
    if pairs.is_empty() {
        return None;
    }
    let words: Vec<String> =
        pairs.iter().take(3).map(|(one, other)| format!("{} 与 {}", named(one), named(other))).collect();
    Some(Rejection::field(
        ALIKE_FIELD,
        format!(
            "清单里有 {} 处条目很相近，还没有下达：{}。要合并，请先退回起草，移出其中一条；确需分列，勾选“仍要下达”后再办理一次。",
            pairs.len(),
            words.join("；")
        ),
    ))
}

/// Asks about a yearly task that repeats an item or another task of the unit; `None` where it repeats nothing.
pub fn ask_about_task<'a>(title: &str, known: impl IntoIterator<Item = (String, &'a str)>) -> Option<Rejection> {
    let title = Wording::of(title);
    let found: Vec<String> = known
        .into_iter()
        .filter(|(_, text)| Wording::of(text).is_like(&title))
        .map(|(name, text)| format!("{name}「{text}」"))
        .take(3)
        .collect();
    if found.is_empty() {
        return None;
    }
    Some(Rejection::field(
        ALIKE_FIELD,
        format!(
            "这项任务与已有的 {}很相近，还没有添加。同一件事请在原处办理，不重复下任务；确需另列，勾选“仍要添加”后再点一次。",
            found.join("、")
        ),
    ))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        duties::{Frequency, sample::sample_items},
        ids::DutyId,
    };

    fn item(n: u128, text: &str, frequency: Frequency) -> DutyItem {
        let sample = sample_items().into_iter().next().unwrap();
        DutyItem { code: format!("6.{n}"), text: text.into(), frequency, ..sample.item(DutyId(Uuid::from_u128(n))) }
    }

    #[test]
    fn no_two_of_the_sample_items_are_alike() {
        let all = sample_items();
        for (n, one) in all.iter().enumerate() {
            for other in &all[n + 1..] {
                assert!(!alike(one.text, other.text), "{} {} / {} {}", one.code, one.text, other.code, other.text);
            }
        }
    }

    #[test]
    fn the_same_thing_in_other_words_is_found() {
        for (a, b) in [
            ("与年轻干部经常性谈心谈话", "经常与年轻干部开展谈心谈话"),
            ("主持专题会议研究全面从严治党", "主持召开专题会议，研究全面从严治党工作"),
            ("每季度听取一次派驻组意见", "听取派驻组意见，每季度不少于一次"),
            ("为干部讲专题党课", "为干部讲专题党课，引用本系统案例"),
            ("牵头修订五张责任清单，可公开的主动公开", "修订五张责任清单并公开"),
            ("ＡＢＣ系统巡检情况通报", "abc系统巡检情况、通报"),
            ("节前部署纠“四风”提醒", "节前部署纠四风提醒"),
        ] {
            assert!(alike(a, b) && alike(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn near_misses_stay_apart() {
        for (a, b) in [
            ("专题研究党风廉政建设", "专题研究意识形态工作"),
            ("开展小额工程专项自查", "开展零星采购专项自查"),
            ("向区委书面报告履责情况", "向区纪委书面报告履责情况"),
            ("上半年开展作风问题自查", "下半年开展作风问题自查"),
            ("与班子成员逐一谈心谈话", "与年轻干部经常性谈心谈话"),
            ("自选", "自选"),
            ("", ""),
            ("每月", "每季度至少一次"),
        ] {
            assert!(!alike(a, b) && !alike(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn another_frequency_is_another_item_and_an_item_is_not_its_own_twin() {
        let text = "到联系企业走访并解决一个问题";
        let one = item(1, text, Frequency::Quarterly);
        let others = [
            one.clone(),
            item(2, text, Frequency::Yearly),
            item(3, "到联系企业走访，解决一个问题", Frequency::Quarterly),
        ];
        assert_eq!(twins(&one, &others).iter().map(|i| i.code.as_str()).collect::<Vec<_>>(), ["6.3"]);
        let asked = ask_about(&twins(&one, &others)).unwrap();
        assert!(
            asked.field_name() == Some(ALIKE_FIELD) && asked.to_string().contains("6.3「到联系企业走访"),
            "{asked}"
        );
        assert_eq!(ask_about(&[]), None);
    }

    #[test]
    fn only_what_was_merged_is_asked_about_before_issuing() {
        let text = "到联系企业走访并解决一个问题";
        let mut items = vec![item(1, text, Frequency::Quarterly), item(2, text, Frequency::Quarterly)];
        assert_eq!(ask_before_issue(&items), None);
        items[1].action = Action::Optional;
        assert!(ask_before_issue(&items).is_some_and(|r| r.to_string().contains("6.1")));
    }

    #[test]
    fn a_task_names_what_it_repeats() {
        let known =
            || [("清单 3.2".to_owned(), "牵头修订五张责任清单，可公开的主动公开"), ("任务".to_owned(), "组织演练")];
        assert!(ask_about_task("修订五张责任清单并公开", known()).is_some_and(|r| r.to_string().contains("清单 3.2")));
        assert_eq!(ask_about_task("核对公务接待台账", known()), None);
    }
}
