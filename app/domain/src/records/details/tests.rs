//! What a record's fields take and refuse.

use super::*;

fn details(talk: Option<TalkType>, values: &[(F, &str)]) -> RecordDetails {
    RecordDetails { talk, values: values.iter().map(|(f, v)| (*f, (*v).to_owned())).collect() }
}

#[test]
fn every_kind_takes_its_own_fields_and_no_others() {
    for kind in RecordKind::ALL {
        let known = fields(kind, None);
        assert!(!known.is_empty(), "{kind:?}");
        for field in F::ALL {
            let value = if field.shape() == FieldShape::Day { "2026-12-01" } else { "一句" };
            let made = details(None, &[(field, value)]).check(kind);
            assert_eq!(made.is_ok(), known.contains(&field), "{kind:?} {field:?}");
        }
    }
}

#[test]
fn of_some_talks_only_a_mark_is_kept() {
    let check = |talk, values: &[(F, &str)]| details(Some(talk), values).check(RecordKind::Talk);
    assert!(check(TalkType::Member, &[(F::Points, "分管领域")]).is_ok());
    for talk in [TalkType::Reminder, TalkType::Criticism, TalkType::Admonition, TalkType::Arrival] {
        assert_eq!(check(talk, &[(F::Points, "内容")]).unwrap_err().field_name(), Some("d.points"), "{talk:?}");
    }
    assert!(check(TalkType::Reminder, &[(F::DueOn, "2026-12-01")]).is_ok());
    assert!(check(TalkType::Admonition, &[(F::Document, "〔2026〕3号")]).is_ok());
    let no = check(TalkType::Inquiry, &[]).unwrap_err();
    assert!(no.to_string().contains("线下"), "{no}");
    // A type belongs to a talk only.
    assert_eq!(details(Some(TalkType::Member), &[]).check(RecordKind::Visit).unwrap().talk, None);
}

#[test]
fn of_an_endorsement_only_a_mark_is_kept() {
    let check = |values: &[(F, &str)]| details(None, values).check(RecordKind::Endorsement);
    let mark = [(F::Title, "关于某事项的请示"), (F::Document, "〔2026〕3号"), (F::SignedOn, "2026-11-05")];
    let made = check(&mark).unwrap();
    assert_eq!(made.marker(RecordKind::Endorsement).as_deref(), Some("签批督办：只作标记"));
    let lines = made.details_lines(RecordKind::Endorsement);
    let labels: Vec<&str> = lines.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["件名", "文号", "签批日期"]);
    for field in [F::Title, F::Document] {
        assert!(check(&[(field, &"字".repeat(60))]).is_ok());
        assert_eq!(check(&[(field, &"字".repeat(61))]).unwrap_err().field_name(), Some(field.name()));
    }
    assert_eq!(check(&[(F::Decided, "批示内容")]).unwrap_err().field_name(), Some("d.decided"));
    // Every kind that keeps a mark only says so first.
    for kind in RecordKind::ALL {
        for talk in std::iter::once(None).chain(TalkType::ALL.map(Some)) {
            let one = details(talk, &[]);
            assert!(one.marker(kind).is_none() || !one.notice(kind).is_empty(), "{kind:?} {talk:?}");
        }
    }
}

#[test]
fn values_are_clean_bounded_and_guarded() {
    let check = |field: F, value: &str| details(None, &[(field, value)]).check(RecordKind::Visit);
    assert_eq!(check(F::Place, " 窗口 ").unwrap().value(F::Place), "窗口");
    assert!(check(F::Place, "  ").unwrap().is_empty());
    assert_eq!(check(F::DueOn, "下周").unwrap_err().field_name(), Some("d.due_on"));
    assert_eq!(check(F::Place, &"字".repeat(501)).unwrap_err().field_name(), Some("d.place"));
    assert_eq!(check(F::Problems, &"字".repeat(2_001)).unwrap_err().field_name(), Some("d.problems"));
    let no = check(F::Problems, "11010519491231002X").unwrap_err();
    assert!(no.to_string().contains("身份证号") && no.field_name() == Some(F::Problems.name()), "{no}");
}

#[test]
fn lines_stand_in_the_order_of_the_page() {
    let made = details(
        Some(TalkType::KeyPost),
        &[(F::DueOn, "2026-12-01"), (F::Partner, "科长 2 人"), (F::Covered, "流程、捏造、承诺")],
    )
    .check(RecordKind::Talk)
    .unwrap();
    let lines = made.details_lines(RecordKind::Talk);
    let lines: Vec<(&str, &str)> = lines.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("谈话类型", "重点岗位廉政谈话"),
            ("谈话对象", "科长 2 人"),
            ("谈到的要素", "流程、承诺"),
            ("到期日", "2026年12月1日")
        ]
    );
}

#[test]
fn adding_is_told_from_changing() {
    let before = details(None, &[(F::Place, "窗口")]);
    assert!(details(None, &[(F::Place, "窗口"), (F::Problems, "排队")]).only_adds_to(&before));
    assert!(details(Some(TalkType::Member), &[(F::Place, "窗口")]).only_adds_to(&before));
    assert!(!details(None, &[(F::Place, "大厅")]).only_adds_to(&before));
    assert!(!details(None, &[]).only_adds_to(&before));
}

#[test]
fn unknown_fields_are_refused_and_nothing_is_stored_for_nothing() {
    assert_eq!(serde_json::to_string(&RecordDetails::default()).unwrap(), "{}");
    assert!(serde_json::from_str::<RecordDetails>(r#"{"values":{"id_number":"1"}}"#).is_err());
    assert!(serde_json::from_str::<RecordDetails>(r#"{"more":1}"#).is_err());
    let made = details(Some(TalkType::Young), &[(F::FollowUp, "下季度再谈")]);
    assert_eq!(serde_json::from_str::<RecordDetails>(&serde_json::to_string(&made).unwrap()).unwrap(), made);
}
