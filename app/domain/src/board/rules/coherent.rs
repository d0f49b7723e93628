//! Is a rule set coherent? Refuses what contradicts itself, what would colour everything, and what has no effect;
//! each refusal shows an example of what the rule would do.

use super::{Condition, Count, Rule, RuleSet};
use crate::{Rejection, board::Tone, duties::Frequency, text};

/// Most additional rules.
pub(super) const RULES_MAX: usize = 12;
/// Most numbers of items in one place.
const CODES_MAX: usize = 60;
/// Longest name of a rule, in characters.
pub(super) const NAME_MAX: usize = 30;
/// Longest reason of a rule, in characters.
pub(super) const BECAUSE_MAX: usize = 200;

/// Days of the shortest window of a cadence; `None` where windows do not follow the calendar.
fn shortest(cadence: Frequency) -> Option<(u32, &'static str)> {
    match cadence {
        Frequency::Monthly => Some((28, "一个月最短 28 天")),
        Frequency::Quarterly => Some((90, "一个季度最短 90 天")),
        Frequency::HalfYearly => Some((181, "半年最短 181 天")),
        Frequency::Yearly => Some((365, "一年 365 天")),
        Frequency::OncePerTerm => Some((90, "任期一次的事项自到任起三个月到期")),
        Frequency::AnyTime => None,
    }
}

/// Cadences that a rule is about; all that have due dates where it names none.
fn cadences(rule: &Rule) -> Vec<Frequency> {
    rule.when
        .iter()
        .find_map(|c| match c {
            Condition::Cadence { one_of } => Some(one_of.clone()),
            _ => None,
        })
        .unwrap_or_else(|| Frequency::ALL.into_iter().filter(|f| shortest(*f).is_some()).collect())
}

fn days_to_due(rule: &Rule) -> Option<u32> {
    rule.when.iter().find_map(|c| if let Condition::DaysToDue { at_most } = c { Some(*at_most) } else { None })
}

fn days_overdue(rule: &Rule) -> Option<u32> {
    rule.when.iter().find_map(|c| if let Condition::DaysOverdue { at_least } = c { Some(*at_least) } else { None })
}

/// Is `code` a printed number of an item or a 大项?
fn is_code(code: &str) -> bool {
    let mut parts = code.split('.');
    let number = |part: &str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    parts.clone().count() <= 2 && parts.all(number)
}

fn codes(field: &str, codes: &[String]) -> Result<(), Rejection> {
    if codes.len() > CODES_MAX {
        return Err(Rejection::field(field, format!("条目编号最多写 {CODES_MAX} 个，没有保存。请改用大项编号。")));
    }
    match codes.iter().find(|code| !is_code(code)) {
        Some(wrong) => Err(Rejection::field(
            field,
            format!("“{wrong}”不是条目编号，没有保存。请写清单上的编号，如 3.3，或大项编号，如 3。"),
        )),
        None => Ok(()),
    }
}

/// See [`RuleSet::validate`].
pub(super) fn check(rules: &RuleSet) -> Result<(), Rejection> {
    codes("hard_also", &rules.hard.also)?;
    codes("hard_never", &rules.hard.never)?;
    if let Some(both) = rules.hard.also.iter().find(|code| rules.hard.never.contains(code)) {
        return Err(Rejection::field(
            "hard_never",
            format!("{both} 既列为硬性事项又列为一般事项，互相矛盾，没有保存。请只留一处。"),
        ));
    }
    if rules.rules.len() > RULES_MAX {
        return Err(Rejection::field("rules", format!("补充规则最多 {RULES_MAX} 条，没有保存。请合并后再提交。")));
    }
    for (at, rule) in rules.rules.iter().enumerate() {
        alone(rules, at, rule)?;
        for (before, other) in rules.rules.iter().enumerate().take(at) {
            together((before, other), (at, rule))?;
        }
    }
    Ok(())
}

/// Field of rule `at` (from 0): `rule0`.
fn field(at: usize) -> String {
    format!("rule{at}")
}

fn no(at: usize, words: &str) -> Rejection {
    Rejection::field(field(at), format!("补充规则第 {} 条{words}", at + 1))
}

/// Text as the house takes it. The form cleans what people type; what a file brings or an older draft has is refused,
/// so that nobody approves words other than those he sees.
fn clean(at: usize, what: &str, words: &str, max: usize) -> Result<(), Rejection> {
    let label = format!("补充规则第 {} 条的{what}", at + 1);
    if words.chars().any(text::is_hidden) {
        let said = "里有看不见的控制字符（如换向符、空字符），会打乱显示";
        return Err(Rejection::field(field(at), format!("{label}{said}，没有保存。请删去后重新填写再提交。")));
    }
    text::required(&field(at), &label, words, max).map(drop)
}

/// Words that would have readers believe in a factor that the language does not have.
const NO_FACTOR: [&str; 8] = ["登录", "条数", "字数", "在线时长", "在线时间", "使用时长", "点击量", "浏览量"];

/// One rule by itself.
fn alone(rules: &RuleSet, at: usize, rule: &Rule) -> Result<(), Rejection> {
    clean(at, "名称", &rule.name, NAME_MAX)?;
    clean(at, "说明", &rule.because, BECAUSE_MAX)?;
    if let Some(word) = NO_FACTOR.iter().find(|word| rule.name.contains(**word) || rule.because.contains(**word)) {
        let words = format!(
            "的名称或说明写了“{word}”。颜色不看登录、记录条数、在线时长和字数，规则里没有这些条件，没有保存。请按实际条件写。"
        );
        return Err(no(at, &words));
    }
    if rule.name.contains(['\n', '\t']) {
        return Err(no(at, "的名称里有换行，没有保存。请写成一行。"));
    }
    if rule.when.is_empty() {
        return Err(no(at, "没有写条件，会给所有事项变色，没有保存。请至少写一个条件。"));
    }
    for (n, condition) in rule.when.iter().enumerate() {
        if rule.when.iter().take(n).any(|c| c.factor() == condition.factor()) {
            return Err(no(at, "把同一个条件写了两次，没有保存。请只留一个。"));
        }
        values(at, condition)?;
    }
    if let (Some(left), Some(past)) = (days_to_due(rule), days_overdue(rule)) {
        return Err(no(
            at,
            &format!(
                "既写了“距到期不超过 {left} 天”又写了“逾期 {past} 天以上”，一个说到期以前、一个说到期以后，互相矛盾，没有保存。请只留一个：黄色规则留距到期天数，红色规则留逾期天数。"
            ),
        ));
    }
    match rule.tone {
        Tone::Warn => yellow(rules, at, rule),
        Tone::Late => red(rules, at, rule),
        _ => Err(no(at, "只能显示黄色或红色，没有保存。正常和已补记由记录和核实决定，规则不能指定。")),
    }?;
    window(at, rule)
}

/// Values of one condition.
fn values(at: usize, condition: &Condition) -> Result<(), Rejection> {
    let ranged = |label: &str, value: u32, from: u32, to: u32| {
        if (from..=to).contains(&value) {
            Ok(())
        } else {
            Err(no(at, &format!("的{label}是 {value}，应在 {from} 到 {to} 之间，没有保存。请改正后再提交。")))
        }
    };
    match condition {
        Condition::DaysToDue { at_most } => ranged("距到期天数", *at_most, 0, 180),
        Condition::DaysOverdue { at_least } => ranged("逾期天数", *at_least, 1, 365),
        Condition::TimesWanting { at_least } => ranged("到期未落实次数", *at_least, 1, 12),
        Condition::TimesLate { at_least } => ranged("补记次数", *at_least, 1, 12),
        Condition::Cadence { one_of } if one_of.is_empty() => {
            Err(no(at, "没有选频次，没有保存。请选一个，或去掉这个条件。"))
        }
        Condition::Cadence { one_of } if one_of.contains(&Frequency::AnyTime) => {
            Err(no(at, "选了“随时”的事项。随时开展的事项不设期限、不会变色，没有保存。请去掉“随时”。"))
        }
        Condition::Hard { .. } | Condition::Cadence { .. } => Ok(()),
        Condition::Items { one_of } if one_of.is_empty() => {
            Err(no(at, "没有写条目编号，没有保存。请写上，或去掉这个条件。"))
        }
        Condition::Items { one_of } => codes(&field(at), one_of),
        Condition::Share { of, per, at_least } => {
            if of == per {
                return Err(no(at, "的比值是同一个数除以自己，永远是 100%，没有保存。请选两个不同的次数。"));
            }
            // What fell due holds all the others: no part of it is more than the whole.
            ranged("比值（%）", *at_least, 1, if *per == Count::FellDue { 100 } else { 1_000 })
        }
    }
}

/// 黄: it must say how long before the day; what is yellow anyway needs no rule.
fn yellow(rules: &RuleSet, at: usize, rule: &Rule) -> Result<(), Rejection> {
    if days_overdue(rule).is_some() {
        return Err(no(at, "用不上：到期还没有记录的事项本来就是黄色，没有保存。请改用距到期天数。"));
    }
    let Some(days) = days_to_due(rule) else {
        return Err(no(
            at,
            "没有写距到期天数，会让符合的事项整期都是黄色，没有保存。例如一条每季度事项，1月1日刚开始就是黄色。请加上距到期天数。",
        ));
    };
    let wins = |f: &Frequency| rules.yellow_days(*f).is_some_and(|usual| days > usual);
    if !cadences(rule).iter().any(wins) {
        return Err(no(
            at,
            &format!("用不上：基本规则的提醒期已经包含到期前 {days} 天，没有保存。请写更长的天数，或改基本规则。"),
        ));
    }
    Ok(())
}

/// 红: hard items past their day only, and only where it makes a difference.
fn red(rules: &RuleSet, at: usize, rule: &Rule) -> Result<(), Rejection> {
    if !rules.hard_can_be_red {
        return Err(no(at, "要显示红色，但本规则已设为不使用红色，互相矛盾，没有保存。请改其中一处。"));
    }
    let hard = rule.when.contains(&Condition::Hard { is: true });
    if !hard {
        return Err(no(
            at,
            "会让一般事项变红，没有保存。例如 6.3「谈心谈话」这样的一般事项也会变红。红色只用于硬性事项，请加上“属硬性事项”。",
        ));
    }
    let Some(days) = days_overdue(rule) else {
        return Err(no(
            at,
            "会让还没有到期的事项变红，没有保存。例如 3.3「专题研究」12月31日到期，12月1日就是红色。请加上逾期天数。",
        ));
    };
    if days > rules.red_after_days {
        return Err(no(
            at,
            &format!(
                "用不上：按基本规则，硬性事项逾期第 {} 天已经是红色，没有保存。请改小逾期天数，或放宽基本规则。",
                rules.red_after_days + 1
            ),
        ));
    }
    for condition in &rule.when {
        if let Condition::Items { one_of } = condition
            && let Some(code) = one_of.iter().find(|code| rules.hard.never.contains(code))
        {
            return Err(no(
                at,
                &format!("要让 {code} 变红，但 {code} 已列为一般事项，互相矛盾，没有保存。请改其中一处。"),
            ));
        }
    }
    Ok(())
}

/// No reminder longer than the window itself.
fn window(at: usize, rule: &Rule) -> Result<(), Rejection> {
    let Some(days) = days_to_due(rule) else { return Ok(()) };
    for cadence in cadences(rule) {
        let Some((length, words)) = shortest(cadence) else { continue };
        if days >= length {
            return Err(no(
                at,
                &format!(
                    "的距到期天数 {days} 天比周期还长（{words}），没有保存。例如一条{}事项从周期第一天起就是黄色。请改小，或加上频次条件。",
                    cadence.label()
                ),
            ));
        }
    }
    Ok(())
}

/// Two rules beside each other.
fn together((before, other): (usize, &Rule), (at, rule): (usize, &Rule)) -> Result<(), Rejection> {
    let first = before + 1;
    if rule.name == other.name {
        return Err(no(at, &format!("和第 {first} 条名称相同，没有保存。请换一个名称，原因里要写明是哪一条。")));
    }
    let (narrower, wider) = (rule.within(other), other.within(rule));
    if narrower && wider {
        let words = if rule.tone == other.tone {
            format!("和第 {first} 条的条件、颜色都相同，没有保存。请删去一条。")
        } else {
            format!(
                "和第 {first} 条条件相同（{}），一条显示{}、一条显示{}，互相矛盾，没有保存。请只留一条。",
                rule.conditions(),
                other.colour(),
                rule.colour()
            )
        };
        return Err(no(at, &words));
    }
    if narrower && other.tone >= rule.tone {
        return Err(no(
            at,
            &format!("用不上：第 {first} 条更宽，符合这一条的都已经按第 {first} 条显示。没有保存，请删去一条。"),
        ));
    }
    if wider && rule.tone >= other.tone {
        return Err(no(at, &format!("使第 {first} 条用不上：这一条更宽，颜色也不更轻。没有保存，请删去一条。")));
    }
    Ok(())
}

/// What to know of rule `n` (from 1).
pub(super) fn notes(n: usize, rule: &Rule) -> Vec<String> {
    let by = |count: Count| match count {
        Count::FellDue => "年初还没有事项到期",
        Count::InTime => "本年还没有按期落实过",
        Count::Late => "本年没有补记过",
        Count::Wanting => "本年没有到期未落实的",
    };
    let note = |condition: &Condition| match condition {
        Condition::Share { of, per, .. } => Some(format!(
            "补充规则第 {n} 条“{}”用到 {} ÷ {}：{}时分母是 0，这一条不适用，不会据此变色。",
            rule.name,
            of.label(),
            per.label(),
            by(*per)
        )),
        _ => None,
    };
    rule.when.iter().filter_map(note).collect()
}
