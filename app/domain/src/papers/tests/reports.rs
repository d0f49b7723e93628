//! 年度报告 and 述责述廉报告: facts under their items, judgement left to people.

use super::*;

#[test]
fn a_report_holds_facts_by_item_and_leaves_judgement_blank() {
    let sections = drafted(&book(), &FiveLists::default(), ReportKind::Annual);
    let of = |key: &str| &sections.iter().find(|s| s.key == key).unwrap().text;
    assert!(of("group-3").contains("3月5日，党工委会研究上半年任务（记录本第1页）"), "{}", of("group-3"));
    assert!(of("group-3").contains("（记录本第3页，补记）") && of("group-3").contains("〔请填写："));
    assert!(!of("group-3").contains("代录"), "unconfirmed records never count");
    assert!(of("group-6").contains("4月2日，开展谈心谈话（记录本第2页）") && !of("group-6").contains("谈话要点原文"));
    assert!(!of("group-4").contains("4.1"), "nobody had to do what is 随时");
    assert!(of("group-13").contains("记录本里还没有对应的记录"));
    assert!(of("problems").contains("补记较晚"));
    for section in sections.iter().filter(|s| !s.heading) {
        assert!(section.text.contains("〔请填写："), "{} holds a judgement", section.key);
    }
}

#[test]
fn praise_is_no_problem() {
    let mut now = book();
    let remark = |kind, text: &str| BookRemark { kind, text: text.into(), ..now.remarks[0].clone() };
    let found = vec![
        remark(Some(RemarkKind::Sound), "印证充分"),
        remark(None, "半年梳理综合意见：能够按清单落实"),
        remark(Some(RemarkKind::Mismatch), "与实际不符：签到表没有本人"),
    ];
    now.remarks.extend(found);
    for kind in ReportKind::ALL {
        let sections = drafted(&now, &FiveLists::default(), kind);
        let problems = &sections.iter().find(|s| s.key == "problems").unwrap().text;
        assert!(problems.contains("需补充：补记较晚") && problems.contains("与实际不符：签到表没有本人"), "{problems}");
        assert!(!problems.contains("印证充分") && !problems.contains("能够按清单落实"), "{problems}");
    }
    now.remarks.clear();
    let sections = drafted(&now, &FiveLists::default(), ReportKind::Annual);
    assert_eq!(sections.iter().find(|s| s.key == "problems").unwrap().text, blank("存在的问题和原因"));
}

#[test]
fn the_report_of_the_review_follows_the_five_lists() {
    let lists = FiveLists {
        names: vec![("function".into(), "职能责任清单".into()), ("first_responsible".into(), "书记责任清单".into())],
        of: [(DutyId(Uuid::from_u128(1)), "function".into())].into(),
    };
    let sections = drafted(&book(), &lists, ReportKind::Conduct);
    let of = |key: &str| sections.iter().find(|s| s.key == key).unwrap();
    assert_eq!(of("list-function").title, "职能责任");
    assert!(of("list-function").text.contains("3.3") && !of("list-first_responsible").text.contains("3.3"));
    assert!(of("list-first_responsible").text.contains("6.1"), "an item without a list is the leader's own");
    assert!(of("clean").text.contains("13.1") && !of("list-first_responsible").text.contains("13.1"));
}

#[test]
fn drawing_again_keeps_changed_sections_and_tells_what_is_new() {
    let (mut now, lists) = (book(), FiveLists::default());
    let mut kept = drafted(&now, &lists, ReportKind::Annual);
    let at = kept.iter().position(|s| s.key == "group-3").unwrap();
    kept[at].text = "我自己写的".into();
    now.entries.push(entry(Some(5), RecordKind::Study, Some("下半年研究"), "2026-11-02", &["3.3"]));
    now.entries.push(entry(Some(6), RecordKind::Other, Some("签了承诺书"), "2026-11-03", &["13.1"]));
    let fresh = drafted(&now, &lists, ReportKind::Annual);
    let new = added(&kept[at], &fresh);
    assert!(new.len() == 1 && new[0].contains("11月2日"), "{new:?}");
    let drawn = refreshed(&kept, fresh.clone());
    assert_eq!(drawn[at].text, "我自己写的");
    assert_eq!(added(&drawn[at], &fresh).len(), 1, "still to be looked at");
    let other = drawn.iter().find(|s| s.key == "group-13").unwrap();
    assert!(other.text.contains("11月3日") && other.version == 2);
    // The list lost the group: the person's words stay.
    now.items.retain(|i| i.group_no != 3);
    let less = refreshed(&drawn, drafted(&now, &lists, ReportKind::Annual));
    assert_eq!(less.last().unwrap().text, "我自己写的");
}

#[test]
fn facts_go_with_the_item_and_not_with_its_number() {
    let mut renumbered = book();
    // A new edition gave the first item another number, and its old one to the third.
    (renumbered.items[0].code, renumbered.items[2].code) = ("6.1".into(), "3.3".into());
    let sections = drafted(&renumbered, &FiveLists::default(), ReportKind::Annual);
    let text = sections.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("\n");
    assert!(text.contains("6.1　主持专题会议研究全面从严治党：3月5日，党工委会研究"), "{text}");
    assert!(text.contains("3.3　与班子成员逐一谈心谈话：4月2日，开展谈心谈话"), "{text}");
}
