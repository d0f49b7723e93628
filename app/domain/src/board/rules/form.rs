//! The rules as the fields of a form, there and back. A field that is none of them is refused with the reason.

use std::collections::BTreeMap;

use super::{Condition, Count, HardItems, HardKind, Rule, RuleSet, coherent, foreign::foreign};
use crate::{
    Rejection,
    board::Tone,
    duties::{Frequency, ListDays},
    text,
};

/// Most additional rules.
pub const RULES_MAX: usize = coherent::RULES_MAX;

/// Fields outside of the additional rules.
const PLAIN: [&str; 17] = [
    "monthly_days",
    "quarterly_days",
    "half_yearly_days",
    "yearly_days",
    "once_per_term_days",
    "comment_days",
    "receipt_days",
    "telephone_days",
    "check_days",
    "red_after_days",
    "red",
    "kinds",
    "hard_also",
    "hard_never",
    "rectification",
    "refuted",
    "note",
];
/// Fields of one additional rule, after `rule0_`.
const OF_RULE: [&str; 13] = [
    "name", "tone", "because", "to_due", "overdue", "hard", "cadence", "items", "wanting", "late", "of", "per", "share",
];

/// Name of a field of rule `at`: `rule0_name`.
fn of(at: usize, field: &str) -> String {
    format!("rule{at}_{field}")
}

/// Every field of the form.
pub fn field_names() -> Vec<String> {
    let rules = (0..RULES_MAX).flat_map(|at| OF_RULE.map(|f| of(at, f)));
    PLAIN.map(str::to_owned).into_iter().chain(rules).collect()
}

/// Refuses a form with a field for something that the language has no word for.
///
/// # Errors
/// Names what it is, and what there is instead.
pub fn refuse_foreign<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), Rejection> {
    let known = field_names();
    for name in names {
        let rule = name.strip_prefix("rule").and_then(|rest| rest.split_once('_'));
        if let Some((number, factor)) = rule
            && number.bytes().all(|b| b.is_ascii_digit())
            && !known.iter().any(|k| k == name)
        {
            return Err(foreign("rules", factor));
        }
    }
    Ok(())
}

/// Numbers that people separate by 、 or commas, without repetition, in the order of the list.
fn codes(typed: &str) -> Vec<String> {
    let parts = typed.split(|c: char| c.is_whitespace() || "、，,；;".contains(c)).filter(|part| !part.is_empty());
    let mut codes: Vec<String> = parts.map(str::to_owned).collect();
    codes.sort_by_key(|code| (crate::duties::DutyItem::order(code), code.clone()));
    codes.dedup();
    codes
}

fn number(field: &str, label: &str, typed: &str) -> Result<u32, Rejection> {
    let typed = typed.trim();
    if typed.len() > 4 || typed.is_empty() || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rejection::field(field, format!("{label}应填整数，没有保存。请改正后再提交。")));
    }
    typed.parse().map_err(|_| Rejection::field(field, format!("{label}应填整数，没有保存。请改正后再提交。")))
}

/// The rules of a form. `one` gives a field, empty where it is absent; `all` gives the values of boxes.
///
/// # Errors
/// What is no number, and everything that [`RuleSet::validate`] refuses.
pub fn from_form(one: impl Fn(&str) -> String, all: impl Fn(&str) -> Vec<String>) -> Result<RuleSet, Rejection> {
    let days = |field: &str, label: &str| number(field, label, &one(field));
    let kinds = all("kinds");
    let mut rules = Vec::new();
    for at in 0..RULES_MAX {
        rules.extend(rule(at, &one, &all)?);
    }
    let set = RuleSet {
        version: 1,
        monthly_days: days("monthly_days", "每月事项的提醒天数")?,
        quarterly_days: days("quarterly_days", "每季度事项的提醒天数")?,
        half_yearly_days: days("half_yearly_days", "每半年事项的提醒天数")?,
        yearly_days: days("yearly_days", "每年事项的提醒天数")?,
        once_per_term_days: days("once_per_term_days", "任期一次事项的提醒天数")?,
        list: ListDays {
            comment: days("comment_days", "征求意见工作日数")?,
            receipt: days("receipt_days", "签收工作日数")?,
            telephone: days("telephone_days", "电话提醒工作日数")?,
        },
        hard_can_be_red: !one("red").is_empty(),
        hard: HardItems {
            kinds: HardKind::ALL.into_iter().filter(|k| kinds.iter().any(|key| key == k.key())).collect(),
            also: codes(&one("hard_also")),
            never: codes(&one("hard_never")),
            rectification: !one("rectification").is_empty(),
            refuted: !one("refuted").is_empty(),
        },
        red_after_days: days("red_after_days", "硬性事项逾期后显示红色的天数")?,
        check_days: days("check_days", "申请核对的答复工作日数")?,
        rules,
    };
    set.validate()?;
    Ok(set)
}

/// Rule `at`; `None` where its fields are empty.
fn rule(
    at: usize,
    one: &impl Fn(&str) -> String,
    all: &impl Fn(&str) -> Vec<String>,
) -> Result<Option<Rule>, Rejection> {
    let get = |field: &str| one(&of(at, field)).trim().to_owned();
    let row = format!("rule{at}");
    let count = |field: &str, label: &str| {
        let typed = get(field);
        let label = format!("补充规则第 {} 条的{label}", at + 1);
        if typed.is_empty() { Ok(None) } else { number(&row, &label, &typed).map(Some) }
    };
    let mut when = Vec::new();
    when.extend(count("to_due", "距到期天数")?.map(|at_most| Condition::DaysToDue { at_most }));
    when.extend(count("overdue", "逾期天数")?.map(|at_least| Condition::DaysOverdue { at_least }));
    match get("hard").as_str() {
        "yes" => when.push(Condition::Hard { is: true }),
        "no" => when.push(Condition::Hard { is: false }),
        _ => {}
    }
    let chosen = all(&of(at, "cadence"));
    let cadences: Vec<Frequency> =
        Frequency::ALL.into_iter().filter(|f| chosen.iter().any(|key| key == f.key())).collect();
    if !cadences.is_empty() {
        when.push(Condition::Cadence { one_of: cadences });
    }
    let items = codes(&get("items"));
    if !items.is_empty() {
        when.push(Condition::Items { one_of: items });
    }
    when.extend(count("wanting", "到期未落实次数")?.map(|at_least| Condition::TimesWanting { at_least }));
    when.extend(count("late", "补记次数")?.map(|at_least| Condition::TimesLate { at_least }));
    if let Some(at_least) = count("share", "比值（%）")? {
        let (of, per) = (Count::from_key(&get("of")), Count::from_key(&get("per")));
        let (Some(of), Some(per)) = (of, per) else {
            let words = format!("补充规则第 {} 条写了比值，没有选哪两个次数相比，没有保存。请选好后再提交。", at + 1);
            return Err(Rejection::field(row, words));
        };
        when.push(Condition::Share { of, per, at_least });
    }
    let words = |what: &str, label: &str, max: usize| {
        text::optional(&row, &format!("补充规则第 {} 条的{label}", at + 1), &get(what), max)
    };
    let (name, because) =
        (words("name", "名称", coherent::NAME_MAX)?, words("because", "说明", coherent::BECAUSE_MAX)?);
    if name.is_empty() && because.is_empty() && when.is_empty() {
        return Ok(None);
    }
    let tone = if get("tone") == Tone::Late.key() { Tone::Late } else { Tone::Warn };
    Ok(Some(Rule { name, when, tone, because }))
}

/// The fields of a form that shows these rules; several values of one field are joined by a space.
pub fn to_form(rules: &RuleSet) -> BTreeMap<String, String> {
    let on = |yes: bool| if yes { "1" } else { "" }.to_owned();
    let kinds: Vec<&str> = rules.hard.kinds.iter().map(|k| k.key()).collect();
    let mut out: BTreeMap<String, String> = [
        ("monthly_days", rules.monthly_days.to_string()),
        ("quarterly_days", rules.quarterly_days.to_string()),
        ("half_yearly_days", rules.half_yearly_days.to_string()),
        ("yearly_days", rules.yearly_days.to_string()),
        ("once_per_term_days", rules.once_per_term_days.to_string()),
        ("comment_days", rules.list.comment.to_string()),
        ("receipt_days", rules.list.receipt.to_string()),
        ("telephone_days", rules.list.telephone.to_string()),
        ("check_days", rules.check_days.to_string()),
        ("red_after_days", rules.red_after_days.to_string()),
        ("red", on(rules.hard_can_be_red)),
        ("kinds", kinds.join(" ")),
        ("hard_also", rules.hard.also.join("、")),
        ("hard_never", rules.hard.never.join("、")),
        ("rectification", on(rules.hard.rectification)),
        ("refuted", on(rules.hard.refuted)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    for (at, rule) in rules.rules.iter().enumerate() {
        let mut put = |field: &str, value: String| drop(out.insert(of(at, field), value));
        put("name", rule.name.clone());
        put("tone", rule.tone.key().to_owned());
        put("because", rule.because.clone());
        for condition in &rule.when {
            match condition {
                Condition::DaysToDue { at_most } => put("to_due", at_most.to_string()),
                Condition::DaysOverdue { at_least } => put("overdue", at_least.to_string()),
                Condition::Hard { is } => put("hard", if *is { "yes" } else { "no" }.to_owned()),
                Condition::Cadence { one_of } => {
                    put("cadence", one_of.iter().map(|f| f.key()).collect::<Vec<_>>().join(" "));
                }
                Condition::Items { one_of } => put("items", one_of.join("、")),
                Condition::TimesWanting { at_least } => put("wanting", at_least.to_string()),
                Condition::TimesLate { at_least } => put("late", at_least.to_string()),
                Condition::Share { of, per, at_least } => {
                    put("of", of.key().to_owned());
                    put("per", per.key().to_owned());
                    put("share", at_least.to_string());
                }
            }
        }
    }
    out
}
