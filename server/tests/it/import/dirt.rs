//! Cells as people leave them: numbers, dates, formulas, stray columns, notes.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use server::import::{Answers, duties::plan, read};

use super::{sheet, with_sheet};

const HEAD: [&str; 4] = ["编号", "大项", "条目", "频次"];

fn made(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0_u16..).zip(HEAD) {
        sheet.write_string(0, column, title).unwrap();
    }
    fill(sheet);
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_number_that_lost_its_zero_is_repaired_and_said() {
    let bytes = made(|sheet| {
        for (row, n) in (1_u32..).zip([1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.1, 1.11]) {
            sheet.write_number(row, 0, n).unwrap();
            sheet.write_string(row, 1, "政治建设").unwrap();
            sheet.write_string(row, 2, format!("第{row}件事")).unwrap();
            sheet.write_string(row, 3, "每月").unwrap();
        }
    });
    let preview = plan(&read("a.xlsx", &bytes).unwrap(), &[], &Answers::default());
    assert!(preview.is_clean(), "{:#?}", preview.errors);
    assert_eq!(preview.rows[9].item.code, "1.10");
    assert!(preview.notes.iter().any(|n| n.contains("第11行") && n.contains("1.10")));
}

#[test]
fn a_shown_zero_is_kept_and_a_date_is_no_number() {
    let bytes = made(|sheet| {
        let two = Format::new().set_num_format("0.00");
        sheet.write_number_with_format(1, 0, 1.1, &two).unwrap();
        sheet.write_string(1, 2, "甲").unwrap();
        let day = Format::new().set_num_format("m\"月\"d\"日\"");
        sheet.write_datetime_with_format(2, 0, ExcelDateTime::from_ymd(2026, 1, 2).unwrap(), &day).unwrap();
        sheet.write_string(2, 2, "乙").unwrap();
        sheet.write_string(1, 1, "政治建设").unwrap();
        for row in [1, 2] {
            sheet.write_datetime_with_format(row, 3, ExcelDateTime::from_ymd(2026, 6, 30).unwrap(), &day).unwrap();
        }
    });
    let preview = plan(&read("a.xlsx", &bytes).unwrap(), &[], &Answers::default());
    assert_eq!(preview.rows[0].item.code, "1.10");
    assert_eq!(preview.rows[0].item.due, Some((6, 30)), "{:?}", preview.questions);
    assert_eq!(preview.errors.len(), 1);
    assert_eq!((preview.errors[0].row, preview.errors[0].column.as_str()), (3, "A"));
    assert!(preview.errors[0].message.contains("日期"));
}

#[test]
fn formulas_give_their_stored_result_and_are_never_run() {
    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |n: u32, formula: &str| {
        format!(
            "<row r=\"{n}\">{}{}{formula}{}</row>",
            text(&format!("A{n}"), &format!("1.{n}")),
            text(&format!("B{n}"), "甲"),
            text(&format!("D{n}"), "每月")
        )
    };
    let head: String = HEAD.iter().zip(["A1", "B1", "C1", "D1"]).map(|(title, at)| text(at, title)).collect();
    let xml = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">{head}</row>{}{}{}{}</sheetData></worksheet>",
        row(2, "<c r=\"C2\" t=\"str\"><f>A1&amp;B1</f><v>存好的结果</v></c>"),
        row(3, "<c r=\"C3\"><f>1+1</f><v></v></c>"),
        row(4, "<c r=\"C4\" t=\"e\"><f>NOWHERE()</f><v>#NAME?</v></c>"),
        row(5, "<c r=\"C5\" t=\"str\"><f>\"\"</f><v></v></c>"),
    );
    let preview = plan(&read("a.xlsx", &with_sheet(&xml)).unwrap(), &[], &Answers::default());
    assert_eq!(preview.rows[0].item.text, "存好的结果");
    let errors: Vec<(u32, &str)> = preview.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
    assert_eq!(errors, [(3, "C"), (4, "C"), (5, "C")]);
    assert!(preview.errors[0].message.contains("公式"));
    assert!(preview.errors[2].message.contains("没有填写"), "a stored empty result is an empty cell");
}

#[test]
fn titles_notes_blanks_and_repeated_headers_are_passed_over() {
    let preview = plan(
        &sheet(&[
            &["附件1"],
            &["2026年度责任清单"],
            &[" ", ""],
            &["完成\n频次", "条 目（不超过500字）", "*编号：", "责任大项", "备注"],
            &["每月", "<script>alert(1)</script>", "1.1", "一、政治建设", "不读"],
            &[],
            &["完成频次", "条目", "编号", "责任大项", "备注"],
            &["每 季 度", "𠮷䶮😀\n第二行", "1．2", "", ""],
            &["注：以上按实际填报。"],
            &["填表人：某某", "", "审核：某某"],
        ]),
        &[],
        &Answers::default(),
    );
    assert!(preview.is_clean(), "{:#?}", preview.errors);
    let texts: Vec<&str> = preview.rows.iter().map(|r| r.item.text.as_str()).collect();
    assert_eq!(texts, ["<script>alert(1)</script>", "𠮷䶮😀第二行"]);
    assert_eq!(preview.rows[1].item.code, "1.2");
    assert_eq!(preview.rows[1].row, 8);
    assert!(preview.notes.iter().any(|n| n.contains("备注")), "{:?}", preview.notes);
}

#[test]
fn numbers_in_front_of_blank_rows_are_no_items() {
    let preview = plan(
        &sheet(&[&HEAD, &["1.1", "甲", "a", "每月"], &["1.2"], &["1.3"], &["1.4", "", "", "每月"]]),
        &[],
        &Answers::default(),
    );
    assert_eq!(preview.new, 1);
    assert_eq!(preview.errors.iter().map(|e| (e.row, e.column.as_str())).collect::<Vec<_>>(), [(5, "C")]);
}

#[test]
fn unknown_evidence_is_left_out_and_said() {
    let preview = plan(
        &sheet(&[
            &["编号", "大项", "条目", "频次", "佐证材料"],
            &["1.1", "甲", "乙", "每月", "会议纪要；录音/现场照片、台账等"],
        ]),
        &[],
        &Answers::default(),
    );
    assert!(preview.is_clean());
    assert_eq!(preview.rows[0].item.evidence.len(), 3);
    assert!(preview.notes.iter().any(|n| n.contains("录音") && n.contains("第2行")));
}

#[test]
fn ten_thousand_rows_are_read_and_one_more_sheet_does_not_matter() {
    let bytes = made(|sheet| {
        for row in 1..=10_000_u32 {
            sheet.write_string(row, 0, format!("{}.{}", row / 100 + 1, row % 100 + 1)).unwrap();
            sheet.write_string(row, 1, format!("大项{}", row / 100 + 1)).unwrap();
            sheet.write_string(row, 2, format!("第{row}件事")).unwrap();
            sheet.write_string(row, 3, if row == 5_000 { "每旬" } else { "每月" }).unwrap();
        }
    });
    let preview = plan(&read("a.xlsx", &bytes).unwrap(), &[], &Answers::default());
    assert_eq!((preview.new, preview.errors.len()), (9_999, 1));
    assert_eq!(preview.errors[0].row, 5_001);
    let current = super::duties::committed(&preview);
    let again = plan(&read("a.xlsx", &bytes).unwrap(), &current, &Answers::default());
    assert_eq!((again.new, again.updated, again.skipped), (0, 0, 9_999));
}

/// What an office prints: a title and a header on every page, sums, page numbers, ruled lines, a merged group.
#[test]
fn what_a_printed_sheet_repeats_is_skipped_and_said() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    let title = "滨海示范区第一责任人履责清单";
    let mut row = 0_u32;
    for page in 1..=2_u32 {
        sheet.merge_range(row, 0, row, 3, title, &plain).unwrap();
        for (column, head) in (0_u16..).zip(HEAD) {
            sheet.write_string(row + 1, column, head).unwrap();
        }
        sheet.merge_range(row + 2, 1, row + 3, 1, if page == 1 { "政治建设" } else { "责任部署" }, &plain).unwrap();
        for n in 1..=2_u32 {
            sheet.write_string(row + 1 + n, 0, format!("{page}.{n}")).unwrap();
            sheet.write_string(row + 1 + n, 2, format!("第{page}页第{n}件事")).unwrap();
            sheet.write_string(row + 1 + n, 3, "每月").unwrap();
        }
        sheet.merge_range(row + 4, 0, row + 4, 2, "小 计", &plain).unwrap();
        sheet.write_number(row + 4, 3, 2).unwrap();
        sheet.write_string(row + 5, 0, "————————").unwrap();
        sheet.write_string(row + 6, 2, format!("第{page}页 共2页")).unwrap();
        // A blank line between the pages.
        row += 8;
    }
    sheet.write_string(row, 0, "合计").unwrap();
    sheet.write_formula(row, 3, "=SUM(D5,D13)").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let preview = plan(&read("a.xlsx", &bytes).unwrap(), &[], &Answers::default());
    assert!(preview.is_clean(), "{:#?}", preview.errors);
    let read: Vec<(&str, &str)> = preview.rows.iter().map(|r| (r.item.code.as_str(), r.item.group.as_str())).collect();
    assert_eq!(read, [("1.1", "政治建设"), ("1.2", "政治建设"), ("2.1", "责任部署"), ("2.2", "责任部署")]);
    for said in [
        "跳过第10行：每页重复的表头。",
        "跳过第9行：每页重复的标题。",
        "跳过第5、13、17行：合计、小计。",
        "跳过第7、15行：页码、续表字样。",
        "跳过第6、14行：分隔行。",
    ] {
        assert!(preview.notes.iter().any(|note| note == said), "{said} in {:#?}", preview.notes);
    }
}

#[test]
fn a_repeated_header_of_two_rows_is_known_too() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip([
        ["序号", "单位", "", ""],
        ["", "", "姓名", "职务"],
        ["1", "东湖街道", "段敏", "党工委书记"],
        ["序号", "单位", "", ""],
        ["", "", "姓名", "职务"],
        ["2", "区教育局", "叶国平", "党组书记"],
        ["", "", "", ""],
        ["3", "", "", ""],
        ["共计", "", "2人", ""],
    ]) {
        for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    for row in [0, 3] {
        sheet.merge_range(row, 2, row, 3, "负责人", &Format::new()).unwrap();
    }
    let book = read("a.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let preview =
        server::import::people::plan(&book, &server::import::people::PeopleSnapshot::default(), &Answers::default());
    let names: Vec<&str> = preview.rows.iter().map(|row| row.item.name.as_str()).collect();
    let errors: Vec<u32> = preview.errors.iter().map(|e| e.row).collect();
    assert!(!errors.iter().any(|row| [4, 5, 8, 9].contains(row)), "{:#?}", preview.errors);
    assert!(preview.notes.iter().any(|n| n.starts_with("跳过第4、5行：")), "{:#?}", preview.notes);
    assert!(preview.notes.iter().any(|n| n == "跳过第9行：合计、小计。"), "{names:?} {:#?}", preview.notes);
}
