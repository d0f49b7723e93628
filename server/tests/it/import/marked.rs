//! 「下载错误文件」: the user's own workbook, bad cells coloured, a column 备注.

use std::io::{Cursor, Read};

use calamine::{Reader, Xlsx, open_workbook_from_rs};
use server::import::{Answers, CellProblem, duties::plan, error_file, read};

use super::{data, workbook};

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn problem(row: u32, column: &str, header: &str, message: &str) -> CellProblem {
    CellProblem {
        sheet: "Sheet1".into(),
        row,
        column: column.into(),
        header: header.into(),
        value: String::new(),
        message: message.into(),
    }
}

#[test]
fn an_office_workbook_keeps_its_own_shape() {
    let original = data("duties_office.xlsx");
    let problems = [
        problem(5, "D", "完成频次", "=频次 <不对> & 请改"),
        problem(70, "H", "", "很远的一格"),
        problem(90, "A", "", "没有的行"),
    ];
    let marked = error_file("清单.xlsx", &original, &problems).unwrap();
    let sheet = part(&marked, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<mergeCell ").count(), 15, "merges survive");
    assert!(sheet.contains("<c r=\"D5\" t=\"inlineStr\" s=\""), "{sheet}");
    assert!(!sheet.contains("<f>"));
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(&marked)).unwrap();
    let range = book.worksheet_range("Sheet1").unwrap();
    let text = |row: u32, column: u32| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(text(2, 6), "备注（导入检查）");
    assert_eq!(text(4, 6), "D列：=频次 <不对> & 请改");
    assert_eq!(text(69, 6), "H列：很远的一格");
    assert_eq!(text(89, 6), "A列：没有的行");
    assert_eq!(text(3, 2), "把上级重大决策和重要批示列为“第一议题”学习，定出本单位举措和责任人。");
    let before = part(&original, "xl/styles.xml");
    let styles = part(&marked, "xl/styles.xml");
    assert!(styles.contains("FFFFC7CE") && styles.contains("<fills count=\"3\">"));
    assert!(styles.len() > before.len());
    assert_eq!(part(&original, "xl/theme/theme1.xml"), part(&marked, "xl/theme/theme1.xml"));
    let style = book.worksheet_style("Sheet1").unwrap();
    assert!(style.get((4, 3)).and_then(|s| s.fill.as_ref()).is_some(), "the bad cell is coloured");
}

#[test]
fn the_error_file_can_be_corrected_and_uploaded_again() {
    let bytes = workbook(&[&["编号", "大项", "条目", "频次"], &["1.1", "甲", "乙", "每旬"]]);
    let preview = plan(&read("a.xlsx", &bytes).unwrap(), &[], &Answers::default());
    let marked = error_file("a.xlsx", &bytes, &preview.errors).unwrap();
    let again = plan(&read("a.xlsx", &marked).unwrap(), &[], &Answers::default());
    assert_eq!(again.errors, preview.errors, "nothing but the marks was added");
    let twice = error_file("a.xlsx", &marked, &again.errors).unwrap();
    assert_eq!(part(&twice, "xl/worksheets/sheet1.xml").matches("备注").count(), 1, "one column of remarks, not two");
}

#[test]
fn other_formats_become_a_workbook_with_the_same_grid() {
    let csv = "编号,大项,条目,频次\n1.1,甲,\"=HYPERLINK(\"\"http://x\"\")\",每旬\n";
    for (name, bytes) in [("a.csv", csv.as_bytes().to_vec()), ("b.docx", data("duties_annex.docx"))] {
        let book = read(name, &bytes).unwrap();
        let mut problems = plan(&book, &[], &Answers::default()).errors;
        problems.push(CellProblem { sheet: book.tables[0].name.clone(), ..problem(2, "C", "", "请改") });
        let marked = error_file(name, &bytes, &problems).unwrap();
        let again = read("错误.xlsx", &marked).unwrap();
        let width = book.tables[0].width();
        assert_eq!(again.tables[0].rows.len(), book.tables[0].rows.len());
        assert_eq!(again.tables[0].rows[1].cells[2].text, book.tables[0].rows[1].cells[2].text);
        assert!(again.tables[0].rows[1].cells[width].text.contains("C列：请改"));
        assert!(!part(&marked, "xl/worksheets/sheet1.xml").contains("<f>"));
    }
}
