//! Rules that reach too far, drafts that were overtaken, texts that hide something, and colours that no date made.

use super::{
    super::{DryRun, Reach, Rule, RuleSet, changes, evaluate, from_form, rebased, to_form},
    Condition::{DaysOverdue, DaysToDue, Hard},
    HardItems, d, done, facts, item, refused, rule, with,
};
use crate::{
    board::{FactId, Refuted, Tone, row, word_of},
    duties::{Frequency, fixture::id},
    ids::RemarkId,
};

fn also(codes: impl IntoIterator<Item = String>) -> RuleSet {
    RuleSet { hard: HardItems { also: codes.into_iter().collect(), ..HardItems::default() }, ..RuleSet::default() }
}

/// Fourteen 大项 of four items each, one of them hard by its list.
fn reach(new: &RuleSet) -> Reach {
    let (old, mut reach) = (RuleSet::default(), Reach::default());
    for (group, place) in (1..=14).flat_map(|group| (1..=4).map(move |place| (group, place))) {
        let (code, marked) = (format!("{group}.{place}"), (group, place) == (3, 3));
        reach.add((&old, new), (marked, &code, if marked { "专题研究" } else { "谈心谈话" }), 24);
    }
    reach
}

#[test]
fn a_list_of_hard_items_that_holds_everything_is_refused_with_an_example() {
    let every = also((1..=14).map(|n| n.to_string()));
    assert!(every.validate().is_ok(), "nothing is wrong with the numbers themselves");
    let no = reach(&every).check(&every).unwrap_err();
    assert_eq!(no.field_name(), Some("hard_also"));
    let said = no.to_string();
    assert!(said.contains("全部大项") && said.contains("例如 1.1「谈心谈话」") && said.contains("1344 条"), "{said}");
    // Neither a few exceptions nor the numbers of the items themselves make it another rule.
    let never = HardItems { never: vec!["6.3".into()], ..every.hard.clone() };
    let excepted = RuleSet { hard: never, ..every };
    assert!(reach(&excepted).check(&excepted).is_err());
    let single = also((1..=14).flat_map(|g| (1..=4).map(move |p| format!("{g}.{p}"))).take(55));
    assert!(reach(&single).check(&single).is_err());
    // Half of them is said aloud; a few are nobody's business.
    let half = also((1..=7).map(|n| n.to_string()));
    assert!(reach(&half).check(&half).is_ok());
    assert!(reach(&half).warning().unwrap().contains("超过三分之一（示范）"));
    let few = also(["6.3".to_owned()]);
    assert!(reach(&few).check(&few).is_ok() && reach(&few).warning().is_none());
    // What is never red takes hold of nothing; to switch red on afterwards does.
    let off = RuleSet { hard_can_be_red: false, ..also((1..=14).map(|n| n.to_string())) };
    assert!(reach(&off).check(&off).is_ok());
}

#[test]
fn many_changes_of_colour_are_said_first() {
    let talks: Vec<_> = (1..=4).map(|n| item(&format!("6.{n}"), "谈心谈话", Frequency::Quarterly, false)).collect();
    let mut run = DryRun::default();
    let longer = RuleSet { quarterly_days: 30, ..RuleSet::default() };
    let mut started = facts(talks);
    started.enabled_on = d("2026-07-01");
    run.try_out(&RuleSet::default(), &longer, &started, d("2026-09-05"));
    assert!(run.many_turn().unwrap().contains("4 条变黄"), "{run:?}");
    assert_eq!(DryRun::default().many_turn(), None);
}

#[test]
fn an_overtaken_draft_keeps_what_its_writer_changed_and_nothing_else() {
    let quarter = |name: &str, days| rule(name, Tone::Warn, vec![DaysToDue { at_most: days }]);
    let base = with(vec![quarter("甲", 20), quarter("乙", 21)]);
    let draft = RuleSet { yearly_days: 45, ..with(vec![quarter("甲", 22), quarter("丁", 23)]) };
    let later = with(vec![quarter("甲", 20), quarter("乙", 21), quarter("丙", 24)]);
    let now = RuleSet { version: 3, quarterly_days: 40, ..later };
    let merged = rebased(&draft, &base, &now);
    assert_eq!((merged.quarterly_days, merged.yearly_days), (40, 45));
    let names: Vec<(&str, bool)> = merged.rules.iter().map(|r| (r.name.as_str(), now.rules.contains(r))).collect();
    assert_eq!(names, [("甲", false), ("丙", true), ("丁", false)]);
    let said = changes(&now, &merged).join("\n");
    assert!(said.contains("每年事项") && !said.contains("每季度"), "{said}");
    assert_eq!(rebased(&base, &base, &now), RuleSet { version: base.version, ..now });
}

#[test]
fn texts_that_hide_something_are_refused_and_the_form_cleans_them() {
    let when = vec![DaysOverdue { at_least: 2 }, Hard { is: true }];
    for bad in ["=1+1\u{0}\u{b}\u{202e}<b>x", "@SUM(A1)\u{1}\u{fffe}", "甲\u{200b}乙"] {
        let named = refused(&with(vec![rule(bad, Tone::Late, when.clone())]));
        assert!(named.contains("第 1 条的名称里有看不见的控制字符"), "{named}");
        let why = Rule { because: bad.into(), ..rule("甲", Tone::Late, when.clone()) };
        assert!(refused(&with(vec![why])).contains("第 1 条的说明里有看不见的控制字符"));
    }
    assert!(refused(&with(vec![rule("甲\n乙", Tone::Late, when.clone())])).contains("写成一行"));
    let secret = Rule { because: "身份证 11010519491231002X".into(), ..rule("甲", Tone::Late, when.clone()) };
    assert!(refused(&with(vec![secret])).contains("不能存入本系统"));
    let form = to_form(&with(vec![rule("重\u{202e}复", Tone::Late, when)]));
    let one = |name: &str| form.get(name).cloned().unwrap_or_default();
    let all = |name: &str| one(name).split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(from_form(one, all).unwrap().rules[0].name, "重复");
}

#[test]
fn before_and_after_the_due_day_at_once_is_named_as_what_it_is() {
    for tone in [Tone::Warn, Tone::Late] {
        let when = vec![DaysToDue { at_most: 10 }, DaysOverdue { at_least: 5 }, Hard { is: true }];
        let said = refused(&with(vec![rule("甲", tone, when)]));
        assert!(said.contains("“距到期不超过 10 天”又写了“逾期 5 天以上”") && said.contains("互相矛盾"), "{said}");
    }
}

#[test]
fn what_two_readers_found_is_called_by_its_name_and_rests_on_their_remark() {
    let found = Refuted { remark: RemarkId(id("remark")), on: d("2026-05-12"), answered: None };
    let mut study = item("11.1", "专题研究", Frequency::HalfYearly, false);
    study.occurrences[0].satisfied = Some(done("2026-03-02", "2026-03-02", true));
    study.refuted = Some(found);
    let post = facts(vec![study]);
    let red = evaluate(&RuleSet::default(), &post, d("2026-05-20")).remove(0);
    assert_eq!((red.tone, red.word(), red.overdue), (Tone::Late, "核查不符", false));
    assert_eq!(red.facts, [FactId::Remark(found.remark)]);
    assert_eq!(word_of(red.tone, &red.reason), "核查不符");
    let cells = row(&RuleSet::default(), &post, std::slice::from_ref(&red), d("2026-05-20")).cells;
    assert!(cells.iter().any(|cell| cell.tone == Tone::Late && cell.word == "核查不符"), "{cells:?}");
    // Where 核查不符 is no hard item it is yellow by the same name.
    let soft = RuleSet { hard: HardItems { refuted: false, ..HardItems::default() }, ..RuleSet::default() };
    let yellow = evaluate(&soft, &post, d("2026-05-20")).remove(0);
    assert_eq!((yellow.tone, yellow.word()), (Tone::Warn, "核查不符"));
}

#[test]
fn a_kept_reason_leads_back_to_its_word() {
    let talk = facts(vec![item("6.3", "已到期的谈话", Frequency::Quarterly, false)]);
    for day in ["2026-03-25", "2026-04-05"] {
        let colour = evaluate(&RuleSet::default(), &talk, d(day)).remove(0);
        assert_eq!(word_of(colour.tone, &colour.reason), colour.word(), "{}", colour.reason);
    }
    let hard = facts(vec![item("3.3", "专题研究", Frequency::Quarterly, true)]);
    let late = evaluate(&RuleSet::default(), &hard, d("2026-04-05")).remove(0);
    assert_eq!((word_of(late.tone, &late.reason), late.word()), ("逾期", "逾期"));
}
