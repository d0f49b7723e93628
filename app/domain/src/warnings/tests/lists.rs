use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{d, line, unit};
use crate::{
    ids::{UnitId, WarningLineId},
    warnings::{Cell, Duty, Lists, NoticeFacts, Part, Problem, Situation, ahead, circle, notice_doc, paste, stages},
};

fn names() -> BTreeMap<UnitId, (String, Option<String>)> {
    [(unit(1), ("区教育局".to_owned(), None)), (unit(2), ("东湖街道".to_owned(), None))].into()
}

fn cell(duty: u128, of: u128, part: Part) -> Cell {
    Cell {
        duty: line(duty),
        unit: unit(of),
        part,
        office: "综合科".into(),
        person: "某某".into(),
        leader: "某某".into(),
        measure: "逐点排查".into(),
        due: Some(d("2026-12-31")),
    }
}

fn whole() -> Lists {
    Lists {
        problems: vec![Problem { id: line(1), group: "环境".into(), text: "清运不及时".into() }],
        duties: vec![Duty {
            id: line(11),
            problem: Some(line(1)),
            text: "按时清运".into(),
            standard: String::new(),
            after: vec![],
        }],
        cells: vec![cell(11, 1, Part::Lead), cell(11, 2, Part::Local)],
        situations: vec![Situation {
            id: line(21),
            text: "推诿卸责".into(),
            handling: ["提醒谈话".into(), "提醒谈话".into(), "约谈".into()],
            basis: "办法".into(),
        }],
    }
}

#[test]
fn whole_lists_lack_nothing_and_empty_ones_say_so() {
    assert_eq!(whole().gaps(&names(), d("2026-11-02")), vec![]);
    let gaps = Lists::default().gaps(&names(), d("2026-11-02"));
    let words: Vec<_> = gaps.iter().map(|g| g.words.as_str()).collect();
    assert!(words[0].contains("问题清单还是空的") && words[1].contains("责任清单还是空的"), "{words:?}");
    assert!(words[2].contains("问责清单还是空的"), "{words:?}");
}

#[test]
fn everything_that_is_missing_is_named() {
    let (mut lists, mut names) = (whole(), names());
    lists.problems.push(Problem { id: line(2), group: String::new(), text: "无人接件".into() });
    lists.cells[1].part = Part::Lead;
    lists.cells[0].person.clear();
    lists.cells[0].due = Some(d("2026-11-02"));
    lists.situations[0].handling[2].clear();
    lists.situations[0].basis.clear();
    names.insert(unit(2), ("东湖街道".into(), Some("已并入西湖街道".into())));
    let words: String = lists.gaps(&names, d("2026-11-02")).into_iter().map(|g| g.words).collect();
    for part in [
        "问题2“无人接件”还没有落到责任",
        "2 家牵头单位",
        "还没有填责任人",
        "时限2026年11月2日已过",
        "主要领导责任人的处理方式",
        "还没有填依据",
        "已并入西湖街道",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn a_circle_is_found_and_told_in_words() {
    let mut lists = whole();
    for n in [12, 13] {
        let duty = Duty { id: line(n), text: format!("事{n}"), after: vec![line(n - 1)], ..lists.duties[0].clone() };
        lists.duties.push(duty);
        lists.cells.push(cell(n, 1, Part::Lead));
    }
    assert!(lists.shape_gaps(&names()).is_empty());
    lists.duties[0].after = vec![line(13)];
    let words = lists.shape_gaps(&names())[0].words.clone();
    assert!(words.contains("绕成一圈") && words.contains("“事13”"), "{words}");
}

#[test]
fn times_lie_ahead_and_within_the_matter() {
    let (today, end) = (d("2026-11-02"), d("2026-12-31"));
    assert!(ahead(Some(today), today, end).unwrap_err().to_string().contains("不晚于今天"));
    assert!(ahead(Some(d("2027-01-01")), today, end).unwrap_err().to_string().contains("晚于这件事的完成时限"));
    assert_eq!(ahead(None, today, end), Ok(None));
    assert_eq!(stages("动员部署→申请兑现→材料审核→资金兑付").unwrap().len(), 4);
    assert!(stages("一个").is_err() && stages("甲、甲").is_err() && stages(" ").unwrap().is_empty());
}

#[test]
fn a_pasted_table_fills_what_was_merged() {
    let units: BTreeMap<String, UnitId> = [("区教育局".to_owned(), unit(1)), ("东湖街道".to_owned(), unit(2))].into();
    let table = "大类\t问题\t任务\t单位\t分工\t科室\t时限\n环境\t清运不及时\t按时清运\t区教育局\t牵头\t综合科\t12月31日\n\t\t\t东湖街道\t属地\t城管科\t全程\n\t无人接件\t\t东湖街道\t牵头\t\t2026/12/1";
    let rows = paste(table, &units, 2026).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[1].group.as_str(), rows[1].duty.as_str(), rows[1].due), ("环境", "按时清运", None));
    assert_eq!(
        (rows[2].problem.as_str(), rows[2].duty.as_str()),
        ("无人接件", "无人接件"),
        "a problem is its own duty"
    );
    assert_eq!((rows[0].due, rows[2].due), (Some(d("2026-12-31")), Some(d("2026-12-01"))));
    for (table, words) in [
        ("", "还没有粘贴"),
        ("任务\t科室\n甲\t乙", "没有“单位”"),
        ("任务\t单位\n甲\t火星局", "第2行的单位“火星局”"),
        ("任务\t单位\t分工\n甲\t区教育局\t旁观", "第2行的分工“旁观”"),
        ("任务\t单位\t时限\n甲\t区教育局\t尽快", "第2行的时限“尽快”"),
        ("任务\t单位\n\t区教育局", "第2行没有任务"),
        ("任务\t单位", "只有表头"),
    ] {
        let no = paste(table, &units, 2026).unwrap_err();
        assert!(no.field_name() == Some("table") && no.to_string().contains(words), "{table}: {no}");
    }
}

#[test]
fn a_notice_holds_the_units_own_lines_and_warns_only() {
    let lists = whole();
    let (problems, lines) = NoticeFacts::lines_of(&lists, unit(2));
    let doc = notice_doc(&NoticeFacts {
        number: "滨纪预〔2026〕8号".into(),
        unit: "东湖街道党工委".into(),
        matter: "专业市场文明创建".into(),
        aim: String::new(),
        lead: "区文明办".into(),
        supervisors: vec!["第一纪检监察室".into()],
        problems,
        lines,
        situations: lists.situations.iter().map(|s| (s.text.clone(), s.handling.clone(), s.basis.clone())).collect(),
        terms: "送达后 5 个工作日内签收".into(),
        on: Some(d("2026-11-02")),
        from: "滨海示范区纪委监委".into(),
    });
    let text = doc.plain_text();
    for part in ["东湖街道党工委", "清运不及时", "属地", "推诿卸责", "不是处理决定"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("区教育局"), "{text}");
}

proptest! {
    #[test]
    fn a_circle_is_found_exactly_where_there_is_one(edges in proptest::collection::vec((0_u128..8, 0_u128..8), 0..20)) {
        let mut after: BTreeMap<WarningLineId, Vec<WarningLineId>> = (0..8).map(|n| (line(n), vec![])).collect();
        for (from, to) in &edges {
            after.get_mut(&line(*from)).unwrap().push(line(*to));
        }
        let list: Vec<_> = after.clone().into_iter().collect();
        // Kahn: what can be ordered has none.
        let mut left = after.clone();
        while let Some(id) = left.iter().find(|(_, all)| all.iter().all(|to| !left.contains_key(to))).map(|(id, _)| *id) {
            left.remove(&id);
        }
        let found = circle(&list);
        prop_assert_eq!(found.is_none(), left.is_empty());
        if let Some(round) = found {
            for (n, id) in round.iter().enumerate() {
                prop_assert!(after[id].contains(&round[(n + 1) % round.len()]));
            }
        }
    }

    #[test]
    fn pasting_never_panics(text in "[\\PC\t\n]{0,200}") {
        let _ = paste(&text, &BTreeMap::new(), 2026);
    }
}
