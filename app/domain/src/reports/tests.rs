use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    ids::{PersonId, UnitId},
    people::UnitKind,
    time::{Instant, parse_iso},
};

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(n))
}

fn line(id: &str, value: &str) -> FactLine {
    FactLine { id: id.into(), label: id.into(), value: value.into(), link: "/board".into() }
}

fn row(id: &str, cells: &[&str]) -> FactRow {
    let cells = cells.iter().map(|c| (*c).to_owned()).collect();
    FactRow { id: id.into(), cells, link: format!("/x/{id}"), grade: None, counts: Vec::new() }
}

fn block(lines: Vec<FactLine>, rows: Vec<FactRow>) -> FactBlock {
    let columns = vec!["单位".into(), "情况".into()];
    FactBlock { lines, columns, rows, ..FactBlock::without(Block::Loop, Instant(0), "") }
}

#[test]
fn keys_lead_back() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_key(kind.key()), Some(kind));
        assert!(!kind.blocks().is_empty() && !kind.judgements().is_empty());
    }
    for block in Block::ALL {
        assert_eq!(Block::from_key(block.key()), Some(block));
    }
    for part in Judgement::ALL {
        assert_eq!(Judgement::from_key(part.key()), Some(part));
    }
    for period in Period::of_year(2026) {
        assert_eq!(Period::from_key(&period.key()), Some(period));
    }
    for bad in ["2026-q5", "2026-h3", "1999", "2026-", "20261", "", "年年年年"] {
        assert_eq!(Period::from_key(bad), None, "{bad}");
    }
    for cover in [Cover::District, Cover::Kind(UnitKind::Town), Cover::Body(unit(1)), Cover::Unit(unit(2))] {
        assert_eq!(Cover::from_key(&cover.key()), Some(cover));
    }
    for bad in ["", "kind:team", "kind:x", "unit:1", "all"] {
        assert_eq!(Cover::from_key(bad), None, "{bad}");
    }
}

#[test]
fn a_period_knows_its_days_and_refuses_the_future() {
    let third = Period::from_key("2026-q3").unwrap();
    let day = |text| parse_iso(text).unwrap();
    assert_eq!((third.window().from, third.window().to), (day("2026-07-01"), day("2026-09-30")));
    assert_eq!(third.label(), "2026年第三季度");
    assert_eq!(Period::from_key("2026-h1").unwrap().window().to, day("2026-06-30"));
    let no = third.begun(day("2026-06-30")).unwrap_err();
    assert_eq!(no.field_name(), Some("period"));
    assert!(no.to_string().contains("2026年第三季度还没有开始"));
    assert!(third.begun(day("2026-07-01")).is_ok());
    assert_eq!(third.until(day("2026-08-05")), day("2026-08-05"));
    assert_eq!(third.until(day("2026-11-05")), day("2026-09-30"));
    let offered = Period::offered(day("2026-08-05"));
    assert!(offered.contains(&third) && offered.iter().all(|p| p.begun(day("2026-08-05")).is_ok()));
}

#[test]
fn lengths_fit_kinds() {
    assert!(Kind::Quarter.takes(Part::Quarter(2)) && !Kind::Quarter.takes(Part::Year));
    assert!(Kind::HalfYear.takes(Part::Half(1)) && !Kind::HalfYear.takes(Part::Quarter(1)));
    assert!(Kind::YearEnd.takes(Part::Year) && !Kind::YearEnd.takes(Part::Half(2)));
    assert!(Kind::Ecology.takes(Part::Year) && Kind::Ecology.takes(Part::Quarter(1)));
}

fn asked(kind: Kind, cover: Cover, period: &str, units: &[u128]) -> Asked {
    let units: BTreeSet<UnitId> = units.iter().copied().map(unit).collect();
    Asked { kind, cover, period: Period::from_key(period).unwrap(), units }
}

#[test]
fn a_second_report_for_the_same_facts_is_known() {
    let all = asked(Kind::Ecology, Cover::District, "2026-h1", &[1, 2, 3]);
    assert_eq!(overlap(&all, &all), Some(Overlap::Same));
    let one = asked(Kind::HalfYear, Cover::Unit(unit(2)), "2026-h1", &[2]);
    assert_eq!(overlap(&one, &all), Some(Overlap::Contained));
    assert_eq!(overlap(&all, &one), None, "the smaller one does not hold the larger");
    let other = asked(Kind::HalfYear, Cover::Unit(unit(2)), "2026-h2", &[2]);
    assert_eq!(overlap(&other, &all), None, "another period");
    let outside = asked(Kind::HalfYear, Cover::Unit(unit(9)), "2026-h1", &[9]);
    assert_eq!(overlap(&outside, &all), None, "a unit that it is not about");
    let more = asked(Kind::Ecology, Cover::Unit(unit(2)), "2026-h1", &[2]);
    let fewer = asked(Kind::HalfYear, Cover::District, "2026-h1", &[1, 2, 3]);
    assert_eq!(overlap(&more, &fewer), None, "facts that the other has not");
    let nobody = asked(Kind::HalfYear, Cover::Kind(UnitKind::Town), "2026-h1", &[]);
    assert_eq!(overlap(&nobody, &all), None);
}

#[test]
fn what_differs_is_named_with_its_source() {
    let was = block(
        vec![line("open", "3 项"), line("closed", "1 项")],
        vec![row("a", &["甲", "在办"]), row("b", &["乙", "在办"])],
    );
    let is = block(
        vec![line("open", "2 项"), line("closed", "1 项")],
        vec![row("b", &["乙", "已销号"]), row("c", &["丙", "在办"])],
    );
    let found = changes(std::slice::from_ref(&was), &[is]);
    let seen: Vec<(&str, &str, &str)> =
        found.iter().map(|c| (c.about.as_str(), c.before.as_str(), c.after.as_str())).collect();
    assert_eq!(seen, [("open", "3 项", "2 项"), ("甲", "在办", ""), ("乙", "在办", "已销号"), ("丙", "", "在办")]);
    assert_eq!(found[2].link, "/x/b");
    let later = FactBlock { at: Instant(9), note: "另一句".into(), ..was.clone() };
    assert!(changes(&[was], &[later]).is_empty(), "the moment is no fact");
}

#[test]
fn the_word_that_time_alone_changes_is_no_correction() {
    let of = |word: &str, reason: &str| {
        let rows = vec![row("a", &["甲", "3.3 某项", word, "▲ 需关注", reason])];
        vec![FactBlock { block: Block::Colours, ..block(Vec::new(), rows) }]
    };
    let filed = of("▲ 临近到期", "已进入提醒期");
    let later = of("▲ 需关注", "已进入提醒期");
    assert_eq!(changes(&filed, &later).len(), 1, "two editions are told apart");
    assert!(corrections(&filed, &later).is_empty());
    for other in [of("◆ 逾期", "已进入提醒期"), of("▲ 需关注", "另一个原因"), Vec::new()] {
        assert_eq!(corrections(&filed, &other).len(), 1, "{other:?}");
    }
}

#[test]
fn a_number_opens_the_rows_that_it_counts() {
    let of = |id: &str, counts: &[&str]| FactRow {
        counts: counts.iter().map(|c| (*c).to_owned()).collect(),
        ..row(id, &["甲", "在办"])
    };
    let all = block(
        vec![line("open", "1 项"), line("closed", "0 项")],
        vec![of("a", &["open"]), of("b", &["before"]), row("c", &["丙", "在办"])],
    );
    let (label, rows) = all.counted_by("open").unwrap();
    assert_eq!((label.as_str(), rows.len(), rows[0].id.as_str()), ("open", 1, "a"));
    assert!(all.counted_by("closed").is_none() && all.counted_by("before").is_none(), "no such rows, no such line");
    assert_eq!(rows_of(Block::Loop, "open"), "?rows=loop.open#facts-loop");
    // What was filed before rows said what counts them reads and is written as it was.
    let old = r#"{"id":"c","cells":["丙"],"link":"/x/c"}"#;
    let read: FactRow = serde_json::from_str(old).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), old);
}

#[test]
fn a_grade_is_read_by_whom_it_is_for() {
    let person = PersonId(Uuid::from_u128(7));
    let grade = GradeOf { person, unit: unit(1), cell: 1, closed: "已评议".into() };
    let rows = vec![FactRow { grade: Some(grade), ..row("a", &["甲", "较好"]) }];
    let all = block(Vec::new(), rows);
    assert_eq!(all.clone().seen_by(|_| true).rows[0].cells[1], "较好");
    let closed = all.seen_by(|_| false);
    assert_eq!(closed.rows[0].cells[1], "已评议");
    assert!(!serde_json::to_string(&closed).unwrap().contains("较好"));
}

fn report(state: State, job: Job) -> Report {
    Report { kind: Kind::Quarter, state, job }
}

fn texts(filled: bool) -> Vec<(Judgement, String)> {
    let words = if filled { "写了" } else { "  " };
    Kind::Quarter.judgements().iter().map(|part| (*part, words.to_owned())).collect()
}

#[test]
fn every_step_has_its_state() {
    let draft = report(State::Draft, Job::Done);
    assert!(draft.ask(&texts(true)).is_ok());
    let empty = draft.ask(&texts(false)).unwrap_err().to_string();
    assert!(empty.contains("主要特点") && empty.contains("系统不代写"), "{empty}");
    assert!(report(State::Draft, Job::Running).ask(&texts(true)).unwrap_err().to_string().contains("没有送审"));
    assert!(draft.write(Judgement::Causes, "x").is_err(), "no part of a brief");
    assert_eq!(report(State::Draft, Job::Queued).write(Judgement::Traits, " 字 ").unwrap(), "字");
    let asked = report(State::Asked, Job::Done);
    assert!(asked.write(Judgement::Traits, "字").is_err());
    assert_eq!(asked.decide(false, " ").unwrap_err().field_name(), Some("reason"));
    assert!(asked.decide(false, "补充数据").is_ok() && asked.decide(true, "").is_ok());
    assert!(report(State::Approved, Job::Done).decide(true, "").is_err());
    let approved = report(State::Approved, Job::Done);
    assert_eq!(approved.decide(false, "").unwrap_err().field_name(), Some("reason"));
    assert_eq!(approved.decide(false, "来源更正了").unwrap(), "来源更正了");
    assert!(report(State::Filed, Job::Done).decide(false, "来源更正了").is_err());
    let reader = PersonId(Uuid::from_u128(1));
    let author = PersonId(Uuid::from_u128(2));
    assert_eq!(approved.file(&[], &[author]).unwrap_err().field_name(), Some("reader"));
    assert_eq!(approved.file(&[reader, reader, author], &[author]).unwrap(), [author, reader]);
    assert!(asked.file(&[reader], &[]).unwrap_err().to_string().contains("还没有审核通过"));
    let filed = report(State::Filed, Job::Done);
    assert!(filed.file(&[reader], &[]).unwrap_err().to_string().contains("没有重复归档"));
    for no in [filed.cancel(), filed.refresh(), filed.give_up(true, "").map(drop)] {
        assert!(no.unwrap_err().to_string().contains("已经限阅归档"));
    }
    assert!(report(State::Draft, Job::Running).refresh().is_err() && draft.refresh().is_ok());
    assert!(report(State::Draft, Job::Running).cancel().is_ok() && draft.cancel().is_err());
}

#[test]
fn what_is_another_s_is_given_up_with_a_reason() {
    let draft = report(State::Draft, Job::Done);
    assert_eq!(draft.give_up(true, "").unwrap(), "");
    assert_eq!(draft.give_up(false, " ").unwrap_err().field_name(), Some("reason"));
    assert_eq!(draft.give_up(false, "范围选错").unwrap(), "范围选错");
}

#[test]
fn the_circle_of_readers_grows_by_another_hand_and_with_a_reason() {
    let person = |n| PersonId(Uuid::from_u128(n));
    let (filed, known) = (report(State::Filed, Job::Done), [person(1)]);
    let widen = |readers: &[PersonId], why: &str| filed.widen(readers, &known, person(9), why);
    assert_eq!(widen(&[person(2), person(2), person(1)], "接任").unwrap(), (vec![person(2)], "接任".to_owned()));
    assert_eq!(widen(&[person(2)], " ").unwrap_err().field_name(), Some("reason"));
    assert!(widen(&[person(9)], "自己看").unwrap_err().to_string().contains("不能给自己增加"));
    assert!(widen(&[person(1)], "接任").unwrap_err().to_string().contains("没有选新的阅读人"));
    let many: Vec<PersonId> = (100..140).map(person).collect();
    assert!(widen(&many, "接任").unwrap_err().to_string().contains("最多 40 人"));
    let approved = report(State::Approved, Job::Done);
    assert!(approved.widen(&[person(2)], &known, person(9), "接任").is_err());
}

#[test]
fn only_number_date_and_copies_of_what_is_finished_outside() {
    let today = parse_iso("2026-11-02").unwrap();
    let one = |number: &str, on: &str, copies| {
        let on = parse_iso(on).unwrap();
        Registered { paper: Outside::Cadres, number: number.into(), on, copies }.check(today)
    };
    assert!(one("〔2026〕8号", "2026-11-02", 3).is_ok());
    for (found, field) in [
        (one(" ", "2026-11-02", 3), "number"),
        (one("8号", "2026-11-03", 3), "on"),
        (one("8号", "2026-11-02", 0), "copies"),
        (one("8号", "2026-11-02", COPIES_MAX + 1), "copies"),
    ] {
        assert_eq!(found.unwrap_err().field_name(), Some(field));
    }
}

fn paper() -> Paper {
    Paper {
        kind: Kind::Quarter,
        cover: "滨海示范区".into(),
        period: Period::from_key("2026-q3").unwrap(),
        standing: "草稿".into(),
        as_of: Instant::start_of(parse_iso("2026-11-02").unwrap()),
        rule_version: 3,
        facts: vec![
            block(vec![line("open", "3 项")], vec![row("a", &["甲", "在办"])]),
            FactBlock::without(Block::Season, Instant(0), "本期没有数据。"),
        ],
        texts: vec![(Judgement::Traits, "第一段。\n第二段。".into())],
        writer: "林思源".into(),
        approved: (String::new(), String::new()),
        readers: String::new(),
        hash: String::new(),
    }
}

#[test]
fn the_paper_holds_facts_sources_and_what_people_wrote() {
    let text = report_doc(&paper()).plain_text();
    for words in [
        "滨海示范区2026年第三季度督责简报",
        "规则第3版",
        "open3 项",
        "本期没有数据。",
        "第二段。",
        "（待填写）",
        "不排名",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let filed =
        Paper { hash: "a1b2c3d4e5f60718ffff".into(), readers: "罗启明".into(), standing: String::new(), ..paper() };
    let text = report_doc(&filed).plain_text();
    assert!(text.contains("A1B2-C3D4-E5F6-0718") && text.contains("限阅：罗启明"), "{text}");
}

#[test]
fn a_skeleton_has_room_and_no_judgement() {
    let facts = paper().facts;
    let period = Period::from_key("2026-h1").unwrap();
    for kind in Outside::ALL {
        let doc = skeleton_doc(kind, "区教育局", period, (Instant(0), 1), &facts);
        assert!(doc.title.starts_with("区教育局2026年上半年"), "{}", doc.title);
        let text = doc.plain_text();
        assert!(text.contains(kind.label()) && text.contains("不保存本文"), "{text}");
        assert!(kind.blanks().iter().all(|heading| text.contains(heading)));
    }
}

#[test]
fn texts_are_compared_by_words() {
    let pieces = compare("总体平稳。问题3项。", "总体平稳。问题12项，已改。");
    let seen: Vec<(Mark, &str)> = pieces.iter().map(|p| (p.mark, p.text.as_str())).collect();
    assert_eq!(
        seen,
        [
            (Mark::Same, "总体平稳。问题"),
            (Mark::Removed, "3"),
            (Mark::Added, "12"),
            (Mark::Same, "项"),
            (Mark::Added, "，已改"),
            (Mark::Same, "。"),
        ]
    );
    assert!(compare("", "").is_empty());
    assert_eq!(compare("", "新").len(), 1);
}

proptest! {
    #[test]
    fn both_versions_can_be_read_back(before in "[甲乙丙。\n a1]{0,60}", after in "[甲乙丙。\n a1]{0,60}") {
        let pieces = compare(&before, &after);
        let side = |not: Mark| pieces.iter().filter(|p| p.mark != not).map(|p| p.text.as_str()).collect::<String>();
        prop_assert_eq!(side(Mark::Added), before);
        prop_assert_eq!(side(Mark::Removed), after);
        prop_assert!(pieces.windows(2).all(|two| two[0].mark != two[1].mark));
    }
}
