//! Duty lists as an office brings them, and the same file twice.

use std::collections::BTreeMap;

use domain::{
    duties::{DutyItem, DutyListKey, Frequency},
    ids::DutyId,
};
use server::import::{
    Answers, Kind, Outcome, Preview,
    duties::{DutyRow, plan},
    filled, paste, read, template,
};
use uuid::Uuid;

use super::{book, sheet};

/// The draft that committing a preview leaves behind.
pub(super) fn committed(preview: &Preview<DutyRow>) -> Vec<DutyItem> {
    (1_u128..)
        .zip(&preview.rows)
        .map(|(n, row)| {
            let item = row.item.clone();
            DutyItem {
                duty: item.duty.unwrap_or(DutyId(Uuid::from_u128(n))),
                code: item.code,
                group_no: item.group_no,
                group: item.group,
                text: item.text,
                frequency: item.frequency,
                due: item.due,
                months: item.months.unwrap_or_default(),
                evidence: item.evidence,
                action: item.action,
                hard: item.hard.unwrap_or(false),
                routine: false,
                list: DutyListKey::first_responsible(),
                source: None,
            }
        })
        .collect()
}

fn counts<T>(preview: &Preview<T>) -> (u32, u32, u32, usize) {
    (preview.new, preview.updated, preview.skipped, preview.errors.len())
}

#[test]
fn every_shape_of_the_same_list_is_the_same_list() {
    let answers = Answers::default();
    let plain = plan(&book("duties_plain.xlsx"), &[], &answers);
    assert_eq!(counts(&plain), (60, 0, 0, 0), "{:#?}", plain.errors);
    assert!(plain.questions.is_empty());
    let draft = committed(&plain);
    assert_eq!(draft[0].code, "1.1");
    assert_eq!(draft.iter().map(|i| i.group_no).max(), Some(13));
    for name in ["duties_plain.xlsx", "duties_office.xlsx", "duties_gbk.csv", "duties_annex.docx"] {
        let again = plan(&book(name), &draft, &answers);
        assert_eq!(
            counts(&again),
            (0, 0, 60, 0),
            "{name}: {:#?}",
            again.rows.iter().find(|r| r.outcome != Outcome::Skipped)
        );
    }
}

#[test]
fn an_office_layout_is_read_from_nothing() {
    let preview = plan(&book("duties_office.xlsx"), &[], &Answers::default());
    assert_eq!(counts(&preview), (60, 0, 0, 0), "{:#?}", preview.errors);
    let last = preview.rows.last().unwrap();
    assert_eq!((last.row, last.item.code.as_str(), last.item.group.as_str()), (63, "13.5", "廉洁表率"));
    assert_eq!(preview.rows[1].item.group, "政治建设", "merged group filled down");
    assert_eq!(preview.rows[0].item.evidence.len(), 2);
    let again = plan(&book("duties_office.xlsx"), &committed(&preview), &Answers::default());
    assert_eq!(counts(&again), (0, 0, 60, 0));
}

#[test]
fn wordings_of_an_annex_are_asked_not_failed() {
    let annex = book("duties_annex.docx");
    let preview = plan(&annex, &[], &Answers::default());
    assert_eq!(counts(&preview), (60, 0, 0, 0), "{:#?}", preview.errors);
    let asked: BTreeMap<&str, &str> =
        preview.questions.iter().map(|q| (q.value.as_str(), q.proposal.as_str())).collect();
    assert_eq!(asked.get("每年不少于2次"), Some(&"half_yearly"));
    assert_eq!(asked.get("常态化"), Some(&"any_time"));
    let guessed: usize = preview.questions.iter().map(|q| q.rows.len()).sum();
    assert!((50..=60).contains(&guessed), "{guessed}");
    let often = preview.questions.iter().find(|q| q.value == "常态化").unwrap();
    let answers = Answers([(often.id.clone(), "monthly".to_owned())].into());
    let answered = plan(&annex, &[], &answers);
    let changed = answered.rows.iter().filter(|r| often.rows.contains(&r.row)).map(|r| r.item.frequency);
    assert!(changed.eq(often.rows.iter().map(|_| Frequency::Monthly)));
    assert_eq!(counts(&plan(&annex, &committed(&answered), &answers)), (0, 0, 60, 0));
    let nonsense = Answers([(often.id.clone(), "hourly".to_owned())].into());
    assert_eq!(plan(&annex, &[], &nonsense), preview, "an unknown answer is no answer");
}

#[test]
fn errors_name_row_letter_value_and_fix() {
    let preview = plan(
        &sheet(&[
            &["频次", "编号", "大项", "履责条目"],
            &["每月", "1.1", "政治建设", "甲"],
            &["每旬", "1.2", "政治建设", "乙"],
            &["每年", "1.1", "政治建设", "丙"],
            &["", "1.4", "政治建设", "丁"],
            &["每年", "1.5", "政治建设", ""],
            &["每年", "", "政治建设", "戊"],
        ]),
        &[],
        &Answers::default(),
    );
    let places: Vec<(u32, &str, &str)> =
        preview.errors.iter().map(|e| (e.row, e.column.as_str(), e.value.as_str())).collect();
    assert_eq!(places, [(3, "A", "每旬"), (4, "B", "1.1"), (5, "A", ""), (6, "D", ""), (7, "B", "")]);
    assert!(preview.errors[0].message.contains("每季度"), "says what to write instead");
    assert!(preview.errors[1].message.contains("第2行和第4行"));
    assert_eq!(preview.new, 1);
    let json = serde_json::to_value(preview.summary()).unwrap();
    assert_eq!(json["errors"][0]["row"], 3);
    assert_eq!(json["errors"][0]["column"], "A");
    assert_eq!(json["errors"][0].as_object().unwrap().len(), 4);
    let back: Preview<DutyRow> = serde_json::from_value(serde_json::to_value(&preview).unwrap()).unwrap();
    assert_eq!(back, preview);
}

#[test]
fn edits_are_updates_and_renumbering_keeps_identity() {
    let base: &[&[&str]] = &[
        &["编号", "大项", "条目", "频次"],
        &["1.1", "政治建设", "甲事项", "每月"],
        &["1.2", "政治建设", "乙事项", "每年"],
    ];
    let draft = committed(&plan(&sheet(base), &[], &Answers::default()));
    let preview = plan(
        &sheet(&[
            &["编号", "大项", "条目", "频次"],
            &["1.1", "政治建设", "新插一条", "每月"],
            &["1.2", "政治建设", "甲事项。", "每月"],
            &["1.3", "政治 建设", "乙事项", "每季度"],
        ]),
        &draft,
        &Answers::default(),
    );
    assert_eq!(counts(&preview), (1, 2, 0, 0));
    assert_eq!(preview.rows[1].item.duty, Some(draft[0].duty));
    let Outcome::Updated(changes) = &preview.rows[2].outcome else { panic!() };
    let fields: Vec<&str> = changes.iter().map(|c| c.field.as_str()).collect();
    assert_eq!(fields, ["编号", "频次"]);
}

#[test]
fn numbers_without_a_column_or_running_ones_are_derived() {
    let codes = |rows: &[&[&str]]| {
        let preview = plan(&sheet(rows), &[], &Answers::default());
        assert!(preview.is_clean(), "{:#?}", preview.errors);
        preview.rows.iter().map(|r| r.item.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&[&["大项", "条目", "频次"], &["一、甲", "a", "每月"], &["", "b", "每月"], &["二、乙", "c", "每月"]]),
        ["1.1", "1.2", "2.1"]
    );
    assert_eq!(
        codes(&[
            &["序号", "大项", "条目", "频次"],
            &["1", "甲", "a", "每月"],
            &["2", "甲", "b", "每月"],
            &["3", "乙", "c", "每月"],
        ]),
        ["1.1", "1.2", "2.1"]
    );
    assert_eq!(
        codes(&[
            &["序号", "条目", "频次"],
            &["一、甲", "", ""],
            &["1", "a", "每月"],
            &["2", "b", "每月"],
            &["二、乙", "", ""],
            &["1", "c", "每月"],
        ]),
        ["1.1", "1.2", "2.1"]
    );
}

#[test]
fn a_list_without_frequencies_is_asked_as_a_whole() {
    let rows: &[&[&str]] = &[&["编号", "大项", "条目"], &["1.1", "甲", "每半年专题研究"], &["1.2", "甲", "签订承诺书"]];
    let preview = plan(&sheet(rows), &[], &Answers::default());
    assert_eq!(counts(&preview), (2, 0, 0, 0));
    assert_eq!(preview.questions.len(), 2);
    assert_eq!(preview.rows[0].item.frequency, Frequency::HalfYearly);
    let mut draft = committed(&preview);
    draft[1].frequency = Frequency::Monthly;
    let again = plan(&sheet(rows), &draft, &Answers::default());
    assert_eq!(counts(&again), (0, 0, 2, 0), "the draft keeps what it has");
    assert!(again.questions.is_empty());
}

#[test]
fn a_pasted_table_is_read() {
    let book = paste("编号\t大项\t条目\t频次\n1.1\t政治建设\t=1+1\t每月\n").unwrap();
    let preview = plan(&book, &[], &Answers::default());
    assert_eq!(counts(&preview), (1, 0, 0, 0));
    assert_eq!(preview.rows[0].item.text, "=1+1");
    assert!(paste("").is_err());
}

#[test]
fn templates_import_what_they_were_filled_with() {
    for kind in [Kind::Duties, Kind::People, Kind::Units] {
        assert!(read("模板.xlsx", &template(kind).unwrap()).is_ok());
    }
    let row =
        ["1.1", "政治建设", "=cmd|' /C calc'!A0", "每月", "会议记录、台账", "规定动作"].map(str::to_owned).to_vec();
    let bytes = filled(Kind::Duties, &[row]).unwrap();
    let preview = plan(&read("模板.xlsx", &bytes).unwrap(), &[], &Answers::default());
    assert_eq!(counts(&preview), (1, 0, 0, 0), "{:#?}", preview.errors);
    assert_eq!(preview.rows[0].item.text, "=cmd|' /C calc'!A0");
    assert!(preview.notes.is_empty(), "{:?}", preview.notes);
    let empty = plan(&read("模板.xlsx", &template(Kind::Duties).unwrap()).unwrap(), &[], &Answers::default());
    assert_eq!(counts(&empty), (0, 0, 0, 0));
    assert_eq!(empty.notes.len(), 1);
}

#[test]
fn a_ledger_of_something_else_is_no_duty_list() {
    for name in ["people.xlsx", "units.xlsx", "ledger.xlsx"] {
        let preview = plan(&book(name), &[], &Answers::default());
        assert_eq!(preview.errors.len(), 1, "{name}");
        assert!(preview.errors[0].message.contains("没有找到表头"));
        assert_eq!(preview.errors[0].row, 1);
    }
}
