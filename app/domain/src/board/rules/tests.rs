//! The editable rules: what they do, what is refused with which example, and what holds whatever they say.

mod edges;
mod properties;

use std::collections::BTreeMap;

use super::*;
use crate::{
    board::{Fact, FactId, Facts, ItemFacts, Satisfied, Tone},
    duties::{Frequency, LeaderList, ListDays, ListState, fixture::id, windows},
    ids::{DutyId, LeaderListId, OccurrenceId, PostId, RecordId},
    time::{Day, Window, WorkCalendar, parse_iso},
};

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn item(code: &str, text: &str, cadence: Frequency, hard: bool) -> ItemFacts {
    let calendar = WorkCalendar::default();
    ItemFacts {
        duty: DutyId(id(code)),
        code: code.into(),
        text: text.into(),
        cadence,
        hard,
        recorded: false,
        refuted: None,
        occurrences: (1..)
            .zip(windows(cadence, 2026))
            .map(|(n, window): (u32, Window)| Fact {
                id: OccurrenceId(id(&format!("{code}-{n}"))),
                window,
                due: calendar.last_working(window.to, window.from),
                satisfied: None,
            })
            .collect(),
    }
}

fn facts(items: Vec<ItemFacts>) -> Facts {
    Facts { term_from: Some(d("2024-03-01")), items, ..Facts::empty(PostId(id("post")), 2026, d("2026-01-01")) }
}

fn done(event: &str, recorded: &str, verified: bool) -> Satisfied {
    Satisfied { record: RecordId(id(event)), event_on: d(event), recorded_on: d(recorded), verified }
}

fn rule(name: &str, tone: Tone, when: Vec<Condition>) -> Rule {
    Rule { name: name.into(), when, tone, because: "示范".into() }
}

fn with(rules: Vec<Rule>) -> RuleSet {
    RuleSet { red_after_days: 10, rules, ..RuleSet::default() }
}

fn refused(rules: &RuleSet) -> String {
    rules.validate().unwrap_err().to_string()
}

use Condition::{Cadence, DaysOverdue, DaysToDue, Hard, Items, Share, TimesLate, TimesWanting};

fn repeated() -> Rule {
    let when = vec![DaysOverdue { at_least: 3 }, Hard { is: true }, TimesWanting { at_least: 2 }];
    rule("重复逾期", Tone::Late, when)
}

#[test]
fn a_stored_set_of_before_still_loads_and_means_the_same() {
    let old = r#"{"version":1,"monthly_days":5,"quarterly_days":10,"half_yearly_days":20,"yearly_days":30,
        "once_per_term_days":10,"list":{"comment":5,"receipt":5,"telephone":10},"hard_can_be_red":true}"#;
    assert_eq!(serde_json::from_str::<RuleSet>(old).unwrap(), RuleSet::default());
    let edited = with(vec![repeated()]);
    let json = serde_json::to_string(&edited).unwrap();
    assert_eq!(serde_json::from_str::<RuleSet>(&json).unwrap(), edited);
    assert!(serde_json::from_str::<RuleSet>(&json.replace("times_wanting", "logins")).is_err());
}

#[test]
fn grace_keeps_a_hard_item_yellow_and_says_until_when() {
    let rules = with(Vec::new());
    let facts = facts(vec![item("3.3", "主持专题会议研究", Frequency::HalfYearly, true)]);
    let on = |day: &str| evaluate(&rules, &facts, d(day)).remove(0);
    let within = on("2026-07-10");
    assert_eq!((within.tone, within.overdue, within.valid_until), (Tone::Warn, true, Some(d("2026-07-11"))));
    assert!(within.reason.contains("逾期超过 10 天显示红色"), "{}", within.reason);
    assert_eq!(on("2026-07-11").tone, Tone::Late);
    // Recorded within the grace it was never red, and waits for nobody.
    let mut kept = facts.clone();
    kept.items[0].occurrences[0].satisfied = Some(done("2026-06-28", "2026-07-05", false));
    assert_eq!(evaluate(&rules, &kept, d("2026-07-12"))[0].tone, Tone::Ok);
    kept.items[0].occurrences[0].satisfied = Some(done("2026-06-28", "2026-07-11", false));
    assert_eq!(evaluate(&rules, &kept, d("2026-07-12"))[0].tone, Tone::Pending);
}

#[test]
fn a_repeated_gap_goes_red_earlier_and_the_reason_names_rule_and_counts() {
    let rules = with(vec![repeated()]);
    let mut study = item("3.3", "专题研究", Frequency::Quarterly, true);
    let first = evaluate(&rules, &facts(vec![study.clone()]), d("2026-04-05"))[0].clone();
    assert_eq!(first.tone, Tone::Warn, "once is not repeated");
    let again = evaluate(&rules, &facts(vec![study.clone()]), d("2026-07-03"))[0].clone();
    assert_eq!(again.tone, Tone::Late);
    // The earliest gap has been red by the basic rule for long; the second one by the added rule.
    study.occurrences[0].satisfied = Some(done("2026-04-02", "2026-04-02", false));
    let one = evaluate(&rules, &facts(vec![study.clone()]), d("2026-07-03"))[0].clone();
    assert_eq!(one.tone, Tone::Warn);
    study.occurrences[0].satisfied = None;
    study.occurrences[0].due = d("2026-06-29");
    let two = evaluate(&rules, &facts(vec![study.clone()]), d("2026-07-03"))[0].clone();
    assert_eq!(two.tone, Tone::Late);
    assert!(two.reason.contains("补充规则“重复逾期”") && two.reason.contains("到期未落实 2 次"), "{}", two.reason);
    assert!(two.facts.contains(&FactId::Occurrence(study.occurrences[1].id)));
}

#[test]
fn nothing_divided_by_nothing_is_no_share() {
    let share = Share { of: Count::Wanting, per: Count::InTime, at_least: 100 };
    let rules = with(vec![rule("比值", Tone::Late, vec![DaysOverdue { at_least: 1 }, Hard { is: true }, share])]);
    assert!(rules.validate().is_ok());
    let [note] = rules.notes().try_into().unwrap();
    assert!(note.contains("分母是 0") && note.contains("不适用"), "{note}");
    let mut study = item("3.3", "专题研究", Frequency::Quarterly, true);
    // Nothing was done in time: the divisor is 0, the rule does not apply and the grace stands.
    assert_eq!(evaluate(&rules, &facts(vec![study.clone()]), d("2026-04-05"))[0].tone, Tone::Warn);
    study.occurrences[0].satisfied = Some(done("2026-03-02", "2026-03-02", false));
    assert_eq!(evaluate(&rules, &facts(vec![study.clone()]), d("2026-07-03"))[0].tone, Tone::Late);
}

#[test]
fn hard_by_number_by_kind_or_not_at_all() {
    let codes = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    let hard = HardItems { also: codes(&["6", "7.2"]), never: codes(&["6.3", "3.5"]), ..HardItems::default() };
    let rules = RuleSet { hard, ..RuleSet::default() };
    assert!(rules.validate().is_ok());
    let table = [
        ("3.3", "主持专题会议研究", true, true),
        ("3.5", "书面报告", true, false),
        ("6.1", "谈心谈话", false, true),
        ("6.3", "谈心谈话", false, false),
        ("7.2", "调研", false, true),
        ("7.20", "调研", false, false),
        ("60.1", "调研", false, false),
    ];
    for (code, text, marked, expected) in table {
        assert_eq!(rules.counts_as_hard(marked, code, text), expected, "{code}");
    }
    let kinds = HardItems { kinds: vec![HardKind::Meeting], ..HardItems::default() };
    let rules = RuleSet { hard: kinds, ..RuleSet::default() };
    assert!(rules.counts_as_hard(true, "4.4", "主持民主生活会") && !rules.counts_as_hard(true, "3.3", "专题研究"));
}

#[test]
fn what_contradicts_itself_is_refused_with_an_example() {
    let quarter = |days| vec![DaysToDue { at_most: days }, Cadence { one_of: vec![Frequency::Quarterly] }];
    let red = |more: Vec<Condition>| {
        let mut when = vec![DaysOverdue { at_least: 2 }, Hard { is: true }];
        when.extend(more);
        when
    };
    let both = |a: Rule, b: Rule| with(vec![a, b]);
    let late = TimesLate { at_least: 2 };
    let table = [
        (with(vec![rule("甲", Tone::Late, vec![DaysOverdue { at_least: 2 }])]), "一般事项变红"),
        (with(vec![rule("甲", Tone::Late, vec![Hard { is: true }])]), "还没有到期的事项变红"),
        (with(vec![rule("甲", Tone::Late, vec![Hard { is: true }, DaysOverdue { at_least: 20 }])]), "用不上"),
        (with(vec![rule("甲", Tone::Warn, vec![Items { one_of: vec!["3.3".into()] }])]), "整期都是黄色"),
        (with(vec![rule("甲", Tone::Warn, vec![DaysOverdue { at_least: 2 }])]), "本来就是黄色"),
        (with(vec![rule("甲", Tone::Warn, quarter(5))]), "基本规则的提醒期已经包含"),
        (with(vec![rule("甲", Tone::Warn, quarter(100))]), "比周期还长"),
        (with(vec![rule("甲", Tone::Warn, vec![DaysToDue { at_most: 40 }])]), "每月事项从周期第一天起"),
        (with(vec![rule("甲", Tone::Ok, quarter(20))]), "只能显示黄色或红色"),
        (with(vec![rule("甲", Tone::Warn, Vec::new())]), "没有写条件"),
        (with(vec![rule("", Tone::Warn, quarter(20))]), "名称还没有填写"),
        (both(rule("甲", Tone::Warn, quarter(20)), rule("乙", Tone::Warn, quarter(20))), "条件、颜色都相同"),
        (both(rule("甲", Tone::Warn, quarter(20)), rule("甲", Tone::Warn, quarter(30))), "名称相同"),
        (both(rule("甲", Tone::Warn, quarter(30)), rule("乙", Tone::Warn, quarter(20))), "用不上：第 1 条更宽"),
        (both(rule("甲", Tone::Warn, quarter(20)), rule("乙", Tone::Warn, quarter(30))), "使第 1 条用不上"),
        (
            both(rule("甲", Tone::Late, red(Vec::new())), rule("乙", Tone::Late, red(vec![late.clone()]))),
            "用不上：第 1 条更宽",
        ),
        (RuleSet { hard_can_be_red: false, ..with(vec![rule("甲", Tone::Late, red(vec![late.clone()]))]) }, "互相矛盾"),
        (
            with(vec![rule("甲", Tone::Late, red(vec![Share { of: Count::Late, per: Count::Late, at_least: 50 }]))]),
            "同一个数除以自己",
        ),
        (
            with(vec![rule(
                "甲",
                Tone::Late,
                red(vec![Share { of: Count::Late, per: Count::FellDue, at_least: 101 }]),
            )]),
            "应在 1 到 100 之间",
        ),
        (with(vec![rule("登录少于三次", Tone::Warn, quarter(20))]), "颜色不看登录"),
        (with(vec![rule("甲", Tone::Warn, vec![Cadence { one_of: vec![Frequency::AnyTime] }])]), "随时"),
        (with(vec![rule("甲", Tone::Late, red(vec![Items { one_of: vec!["3.3'--".into()] }]))]), "不是条目编号"),
        (with(vec![rule("甲", Tone::Late, red(vec![late.clone(), late.clone()]))]), "写了两次"),
    ];
    for (rules, words) in table {
        let said = refused(&rules);
        assert!(said.contains(words), "{words}: {said}");
        assert!(said.contains("没有保存") || said.contains("还没有填写"), "{said}");
    }
    let code = || vec!["3.3".to_owned()];
    let hard = HardItems { also: code(), never: code(), ..HardItems::default() };
    assert!(refused(&RuleSet { hard, ..RuleSet::default() }).contains("互相矛盾"));
    let never = HardItems { never: code(), ..HardItems::default() };
    let listed = with(vec![rule("甲", Tone::Late, red(vec![Items { one_of: code() }]))]);
    assert!(refused(&RuleSet { hard: never, ..listed }).contains("已列为一般事项"));
}

#[test]
fn same_conditions_with_two_colours_contradict_each_other() {
    // Such a pair cannot pass the checks of one rule alone, so it is put together by hand.
    let when = vec![DaysOverdue { at_least: 2 }, Hard { is: true }];
    let mut pair = with(vec![rule("甲", Tone::Late, when.clone()), rule("乙", Tone::Late, when)]);
    assert!(refused(&pair).contains("条件、颜色都相同"));
    pair.rules[1].tone = Tone::Warn;
    assert!(pair.validate().is_err());
}

#[test]
fn a_form_leads_back_to_its_rules() {
    let hard = HardItems { also: vec!["6".into(), "7.2".into()], refuted: false, ..HardItems::default() };
    let early = rule("提前", Tone::Warn, vec![DaysToDue { at_most: 20 }, Items { one_of: vec!["3.3".into()] }]);
    let share = Share { of: Count::Late, per: Count::FellDue, at_least: 50 };
    let ratio = rule("补记多", Tone::Late, vec![DaysOverdue { at_least: 5 }, Hard { is: true }, share]);
    let rules = RuleSet { hard, ..with(vec![early, repeated(), ratio]) };
    rules.validate().unwrap();
    let form = to_form(&rules);
    assert!(form.keys().all(|name| field_names().contains(name)));
    let one = |name: &str| form.get(name).cloned().unwrap_or_default();
    let all = |name: &str| one(name).split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(from_form(one, all).unwrap(), rules);
    let mut bad: BTreeMap<String, String> = form.clone();
    bad.insert("quarterly_days".into(), "十".into());
    let no = from_form(|n| bad.get(n).cloned().unwrap_or_default(), all).unwrap_err();
    assert_eq!(no.field_name(), Some("quarterly_days"));
}

#[test]
fn the_language_has_no_word_for_counting_people() {
    for factor in ["logins", "record_count", "online_minutes", "words", "photos", "登录次数", "在线时长"] {
        let name = format!("rule0_{factor}");
        let said = refuse_foreign([name.as_str()]).unwrap_err().to_string();
        assert!(said.contains("不能作为变色的依据") && said.contains(factor), "{said}");
    }
    assert!(refuse_foreign(["rule0_colour"]).unwrap_err().to_string().contains("没有这个依据"));
    assert!(refuse_foreign(field_names().iter().map(String::as_str)).is_ok());
    assert!(refuse_foreign(["command", "_token", "note"]).is_ok());
}

#[test]
fn versions_are_compared_in_words() {
    let old = RuleSet::default();
    assert!(changes(&old, &RuleSet { version: 2, ..old.clone() }).is_empty());
    let new = RuleSet { quarterly_days: 15, ..with(vec![repeated()]) };
    let said = changes(&old, &new).join("\n");
    assert!(said.contains("每季度事项：原为“到期前 10 天"), "{said}");
    assert!(said.contains("新增补充规则“重复逾期”") && said.contains("逾期 10 天以内显示黄色"), "{said}");
    assert!(changes(&new, &old).iter().any(|line| line == "取消补充规则“重复逾期”"));
    let all = sentences(&new).into_iter().flat_map(|(_, lines)| lines).collect::<String>();
    assert!(all.contains("逾期也只显示黄色，不会变红"));
}

#[test]
fn a_dry_run_names_each_change_and_sees_that_everything_turns_red() {
    let hard = item("3.3", "专题研究", Frequency::HalfYearly, true);
    let talk = item("6.3", "谈心谈话", Frequency::Quarterly, false);
    let post = facts(vec![hard, talk]);
    let today = d("2026-07-03");
    let run = |new: &RuleSet| {
        let mut run = DryRun::default();
        run.try_out(&RuleSet::default(), new, &post, today);
        run
    };
    let eased = run(&with(Vec::new()));
    let [shift] = eased.shifts.as_slice() else { panic!("{eased:?}") };
    assert_eq!((shift.code.as_str(), shift.from.0, shift.to.0), ("3.3", Tone::Late, Tone::Warn));
    assert_eq!((eased.before, eased.after), ([1, 0, 1, 0, 0], [0, 0, 2, 0, 0]));
    assert_eq!(eased.all_red(), None);
    let everything = HardItems { also: vec!["6".into()], ..HardItems::default() };
    let red = run(&RuleSet { hard: everything, ..RuleSet::default() });
    assert!(red.all_red().unwrap().contains("6.3「谈心谈话」"));
    let same = run(&RuleSet::default());
    assert!(same.shifts.is_empty() && same.all_red().is_none(), "what is red already is not the new rules' doing");
}

#[test]
fn other_days_for_the_receipt_are_seen_in_its_cell() {
    let calendar = WorkCalendar::default();
    let list = LeaderList {
        state: ListState::Issued,
        issued_on: Some(d("2026-11-02")),
        ..LeaderList::draft(LeaderListId(id("list")), PostId(id("post")), 2026)
    };
    let old = RuleSet::default();
    let with = |receipt, telephone| RuleSet { list: ListDays { receipt, telephone, ..old.list }, ..old.clone() };
    let shift = |new: &RuleSet, list: &LeaderList, day: &str| receipt_shift((&old, new), list, &calendar, d(day));
    // On Tuesday a week later the five working days are over, eight are not.
    let eased = shift(&with(8, 12), &list, "2026-11-10").unwrap();
    assert_eq!((eased.from.0, eased.to.0, eased.words()), (Tone::Warn, Tone::None, ("需关注", "待签收")));
    assert!(eased.is_cell() && eased.from.1.contains("11月9日") && eased.to.1.contains("11月12日"), "{eased:?}");
    // The day alone, and the call alone.
    assert!(shift(&with(8, 12), &list, "2026-11-03").unwrap().to.1.contains("11月12日"));
    let called = shift(&with(5, 6), &list, "2026-11-11").unwrap();
    assert!(!called.from.1.contains("电话提醒") && called.to.1.contains("电话提醒"), "{called:?}");
    assert_eq!(shift(&with(5, 10), &list, "2026-11-10"), None, "the same days");
    let signed = LeaderList { state: ListState::Signed, ..list };
    assert_eq!(shift(&with(8, 12), &signed, "2026-11-10"), None);
}
