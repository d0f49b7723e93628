//! What changed between two lists, item by item. Matched by the stable id of an item,
//! never by its number: a renumbered item is the same item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DutyItem, Evidence, Source};

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// 新增.
    Added {
        /// The new item.
        item: DutyItem,
    },
    /// 删除.
    Dropped {
        /// The item as it was.
        item: DutyItem,
    },
    /// 调整.
    Changed {
        /// The item as it is now.
        item: DutyItem,
        /// What differs, at least one.
        fields: Vec<FieldChange>,
    },
    /// 不变: last line, only where there are any.
    Same {
        /// How many items.
        count: usize,
    },
}

/// One field of a changed item, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Chinese name of the field.
    pub field: String,
    /// As it was.
    pub before: String,
    /// As it is now.
    pub after: String,
}

/// Compares two lists, ordered by printed number (an item dropped stands at its old one).
/// Give items without their internal source wherever the reader must not see it.
pub fn diff(before: &[DutyItem], after: &[DutyItem]) -> Vec<Change> {
    let was: BTreeMap<_, _> = before.iter().map(|item| (item.duty, item)).collect();
    let is: BTreeMap<_, _> = after.iter().map(|item| (item.duty, item)).collect();
    let mut same = 0;
    let mut lines: Vec<(Vec<u32>, Change)> = Vec::new();
    for item in after {
        let change = match was.get(&item.duty) {
            None => Change::Added { item: item.clone() },
            Some(old) => {
                let fields = fields(old, item);
                if fields.is_empty() {
                    same += 1;
                    continue;
                }
                Change::Changed { item: item.clone(), fields }
            }
        };
        lines.push((DutyItem::order(&item.code), change));
    }
    for item in before.iter().filter(|item| !is.contains_key(&item.duty)) {
        lines.push((DutyItem::order(&item.code), Change::Dropped { item: item.clone() }));
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    let mut changes: Vec<Change> = lines.into_iter().map(|(_, change)| change).collect();
    if same > 0 {
        changes.push(Change::Same { count: same });
    }
    changes
}

/// Every field in words; a field a reader cannot see has none.
fn words(item: &DutyItem) -> [(&'static str, String); 11] {
    let yes = |flag: bool| if flag { "是" } else { "否" }.to_owned();
    [
        ("编号", item.code.clone()),
        ("大项", item.group.clone()),
        ("内容", item.text.clone()),
        ("频次", item.frequency.label().to_owned()),
        ("期限", item.due.map_or_else(|| "按周期末".to_owned(), |(m, d)| format!("{m}月{d}日"))),
        ("月历", item.months.iter().map(|m| format!("{m}月")).collect::<Vec<_>>().join("、")),
        ("佐证材料", item.evidence.iter().map(|e| Evidence::label(*e)).collect::<Vec<_>>().join("、")),
        ("动作", item.action.label().to_owned()),
        ("硬性事项", yes(item.hard)),
        ("按季确认", yes(item.routine)),
        ("来源", item.source.map_or(String::new(), |s| Source::label(s).to_owned())),
    ]
}

fn fields(old: &DutyItem, new: &DutyItem) -> Vec<FieldChange> {
    let mut fields: Vec<FieldChange> = words(old)
        .into_iter()
        .zip(words(new))
        .filter(|(a, b)| a.1 != b.1)
        .map(|((field, before), (_, after))| FieldChange { field: field.to_owned(), before, after })
        .collect();
    if old.list != new.list {
        fields.push(FieldChange {
            field: "所属清单".to_owned(),
            before: old.list.0.clone(),
            after: new.list.0.clone(),
        });
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duties::{Frequency, fixture::item};

    #[test]
    fn added_dropped_changed_and_the_count_of_the_rest() {
        let kept = item("1.1", "第一议题", Frequency::Monthly);
        let moved = item("6.3", "与年轻干部谈心谈话", Frequency::Quarterly);
        let dropped = item("9.10", "旧项目", Frequency::Yearly);
        let added = item("9.2", "新项目", Frequency::Yearly);
        let after = DutyItem { code: "6.4".into(), frequency: Frequency::HalfYearly, ..moved.clone() };
        let lines = diff(&[dropped.clone(), moved, kept.clone()], &[added.clone(), kept, after.clone()]);
        assert_eq!(lines.len(), 4);
        let Change::Changed { item, fields } = &lines[0] else { panic!("{lines:?}") };
        assert_eq!(item, &after);
        let seen: Vec<_> = fields.iter().map(|f| (f.field.as_str(), f.before.as_str(), f.after.as_str())).collect();
        assert_eq!(seen, [("编号", "6.3", "6.4"), ("频次", "每季度", "每半年")]);
        assert_eq!(lines[1], Change::Added { item: added });
        assert_eq!(lines[2], Change::Dropped { item: dropped });
        assert_eq!(lines[3], Change::Same { count: 1 });
    }

    #[test]
    fn two_equal_lists_say_only_how_many_stayed() {
        let items = [item("1.1", "第一议题", Frequency::Monthly)];
        assert_eq!(diff(&items, &items), [Change::Same { count: 1 }]);
        assert!(diff(&[], &[]).is_empty());
    }

    #[test]
    fn every_visible_field_is_compared() {
        let old = item("1.1", "第一议题", Frequency::Monthly);
        let variants = [
            DutyItem { due: Some((6, 30)), ..old.clone() },
            DutyItem { months: vec![3], ..old.clone() },
            DutyItem { evidence: vec![Evidence::Report], ..old.clone() },
            DutyItem { hard: true, ..old.clone() },
            DutyItem { routine: true, ..old.clone() },
            DutyItem { source: Some(Source::Patrol), ..old.clone() },
            DutyItem { group: "另一大项".into(), ..old.clone() },
        ];
        for new in variants {
            assert!(
                matches!(&diff(std::slice::from_ref(&old), &[new])[0], Change::Changed { fields, .. } if fields.len() == 1)
            );
        }
    }
}
