use super::{
    super::{LINES_MAX, ListKind, Lists, RiskLevel, drafted_points, item_of},
    day, duty, fill, problem, risk, signed, talk,
};
use crate::{accountability::ItemKind, ids::ItemId, time::WorkCalendar};

#[test]
fn lists_are_whole_or_say_what_is_wanting() {
    let mut lists = Lists::default();
    assert_eq!(lists.wanting().len(), 3);
    fill(&mut lists);
    assert_eq!((lists.wanting(), lists.words()), (Vec::new(), "4 个方面 15 个问题".to_owned()));
    lists.drop_line(ListKind::Duty, lists.duties[0].no).unwrap();
    lists.put_duty(super::super::DutyLine { optional: false, ..duty("第一议题") }).unwrap();
    assert_eq!(lists.wanting(), vec!["履责清单还没有自选动作".to_owned()]);
}

#[test]
fn a_line_says_what_it_must_and_stands_once() {
    let today = day("2026-03-05");
    let mut lists = Lists::default();
    let bare = super::super::Problem { cause: String::new(), ..problem("方面", "病症") };
    assert_eq!(lists.put_problem(bare, today).unwrap_err().field_name(), Some("cause"));
    let late = super::super::Problem { due: Some(today), ..problem("方面", "病症") };
    assert_eq!(lists.put_problem(late, today).unwrap_err().field_name(), Some("due"));
    let no = lists.put_problem(problem("方面", "病症"), today).unwrap();
    assert_eq!(lists.put_problem(problem("方面", "病症"), today).unwrap_err().field_name(), Some("symptom"));
    let again = super::super::Problem { no, ..problem("方面", "另一个病症") };
    assert_eq!(lists.put_problem(again, today), Ok(no));
    assert!(lists.put_problem(super::super::Problem { no: 77, ..problem("方面", "第三个") }, today).is_err());
    // A number is never given again.
    lists.drop_line(ListKind::Problem, no).unwrap();
    assert!(lists.put_problem(problem("方面", "病症"), today).unwrap() > no);
    assert!(lists.drop_line(ListKind::Risk, no).is_err());
    for n in 0..LINES_MAX {
        lists.put_risk(risk(&format!("风险{n}"), RiskLevel::Low)).unwrap();
    }
    assert!(lists.put_risk(risk("再一个", RiskLevel::Low)).is_err());
}

#[test]
fn numbers_only_keeps_no_word_of_a_problem() {
    let mut talk = talk();
    fill(&mut talk.lists);
    assert!(talk.lists.seal(" ", "机要室").is_err());
    talk.lists.seal("交底〔2026〕3号", "机要室").unwrap();
    let json = serde_json::to_string(&talk).unwrap();
    assert!(!json.contains("问题3") && !json.contains("研究不够"), "{json}");
    let no = talk.lists.put_problem(problem("决策落实", "又一个"), day("2026-03-05")).unwrap_err();
    assert_eq!(no.field_name(), Some("symptom"));
    assert!(talk.lists.wanting().is_empty());
    let first = talk.lists.problems[0].no;
    let item = item_of(&talk, first, ItemId(uuid::Uuid::nil()), day("2026-03-20"), &WorkCalendar::default()).unwrap();
    assert_eq!(item.kind, ItemKind::Talk);
    assert!(item.problem.contains("第 1 项") && item.problem.contains("交底〔2026〕3号"), "{}", item.problem);
    talk.lists.unseal();
    assert_eq!(talk.lists.wanting(), vec!["问题清单有 15 条没有写全病症、病因、处方".to_owned()]);
}

#[test]
fn an_item_has_the_remedy_as_its_demand_and_three_months() {
    let talk = signed();
    let calendar = WorkCalendar::default();
    let no = talk.lists.problems[1].no;
    let item = item_of(&talk, no, ItemId(uuid::Uuid::nil()), day("2026-03-20"), &calendar).unwrap();
    assert_eq!((item.problem.as_str(), item.demand.as_str()), ("主体责任：问题1", "每季度研究一次"));
    assert_eq!(item.deadline, Some(day("2026-06-19")));
    assert!(!item.problem.contains("研究不够"), "病因 stays with the talk");
    assert!(item_of(&talk, 999, item.id, day("2026-03-20"), &calendar).is_none());
}

#[test]
fn the_check_plan_is_cut_from_the_three_lists() {
    let talk = signed();
    let points = drafted_points(&talk.lists, day("2026-06-01"));
    // 15 problems, the one high risk, the one 自选动作.
    assert_eq!(points.len(), 17);
    assert_eq!(points.iter().filter(|p| p.list == ListKind::Risk).count(), 1);
}

#[test]
fn grades_are_read_as_districts_write_them() {
    for (word, level) in
        [("高", RiskLevel::High), (" 一级", RiskLevel::High), ("中风险", RiskLevel::Middle), ("三级", RiskLevel::Low)]
    {
        assert_eq!(RiskLevel::from_word(word), Some(level), "{word}");
    }
    assert_eq!(RiskLevel::from_word("红"), None);
}
