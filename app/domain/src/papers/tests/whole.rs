//! The whole book on paper: its map, its months, its end; and facts that stand in reports once.

use super::*;

#[test]
fn the_map_is_drawn_and_told_in_full_words_in_rows_that_break() {
    let mut now = book();
    now.items[0].text = "每半年主持专题会议研究全面从严治党和党风廉政建设工作并逐项明确责任人和时限".into();
    let doc = book_doc(&now, Range::default());
    let words = text(&doc);
    assert!(!words.contains('…'), "{words}");
    let found = doc.blocks.iter().find_map(|block| match block {
        crate::documents::Block::Map { tree, outline } => Some((tree, outline)),
        _ => None,
    });
    let (tree, outline) = found.unwrap();
    assert_eq!(tree.kind, crate::records::MapKind::Root);
    assert!(outline.rows.iter().flatten().all(|cell| cell.rows == 1), "a page cannot break in {outline:?}");
    assert!(outline.rows.iter().any(|row| row.iter().any(|cell| cell.text == now.items[0].text)), "{outline:?}");
}

#[test]
fn twelve_months_take_three_pages_at_most() {
    let mut now = book();
    let of = |month: u32, n: u32| crate::records::BookMonthItem {
        duty: now.items[0].duty,
        code: format!("{}.{}", n % 14 + 1, n % 6 + 1),
        short: "每半年主持专题会议研究…".into(),
        due: n.is_multiple_of(3).then(|| crate::time::last_of(2026, month)),
        done: n.is_multiple_of(2),
        awaited: false,
        state: None,
    };
    now.months = (1..=12)
        .map(|month| crate::records::BookMonth {
            month,
            items: (0..24).map(|n| of(month, n)).collect(),
            phrase: crate::records::month_phrase(month).to_owned(),
        })
        .collect();
    let doc = book_doc(&now, Range::default());
    let table = doc.blocks.iter().find_map(|block| match block {
        crate::documents::Block::Table(table) if table.rows.iter().flatten().any(|c| c.text.starts_with("一月")) => {
            Some(table)
        }
        _ => None,
    });
    let table = table.unwrap();
    // 12 pt letters and lines of 18 pt on 156 × 225 mm, with half a letter of room on both sides of a cell.
    let (letters, sum): (f64, u32) = (156.0 / 4.233, table.columns.iter().map(|c| c.width).sum());
    let tall = |row: &Vec<crate::documents::Cell>| {
        let lines = row.iter().enumerate().map(|(at, cell)| {
            let parts = if cell.columns > 1 { sum } else { table.columns[at].width };
            let wide: f64 = cell.text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum();
            (wide / (letters * f64::from(parts) / f64::from(sum) - 1.0)).ceil().max(1.0)
        });
        lines.fold(1.0, f64::max).mul_add(6.35, 2.6)
    };
    let all: f64 = table.rows.iter().map(tall).sum();
    assert!(all <= 3.0 * 225.0, "{} pages", all / 225.0);
    assert!(table.rows.iter().any(|row| row[0].text == "已落实" && row[1].text.contains("1.1")), "{table:?}");
    assert!(table.rows.iter().any(|row| row[0].text == "1月31日前"), "{table:?}");
    assert_eq!(table.rows.iter().flatten().filter(|cell| cell.text.is_empty()).count(), 0);
}

#[test]
fn a_line_of_the_calendar_says_what_the_board_says() {
    let mut now = book();
    (now.items[0].tone, now.items[0].word) = (Tone::Late, "逾期".into());
    let line = |month: u32, done: bool| crate::records::BookMonthItem {
        duty: now.items[0].duty,
        code: "3.3".into(),
        short: String::new(),
        due: Some(crate::time::last_of(2026, month)),
        done,
        awaited: false,
        state: None,
    };
    let month = |month: u32, done: bool| crate::records::BookMonth {
        month,
        items: vec![line(month, done)],
        phrase: String::new(),
    };
    now.months = vec![month(3, true), month(6, false), month(12, false)];
    let states = |on: &str| -> Vec<_> {
        now.clone().on(day(on)).months.into_iter().map(|month| month.items[0].state.clone()).collect()
    };
    let late = Some((Tone::Late, "逾期".to_owned()));
    assert_eq!(states("2026-11-22"), [None, late.clone(), None]);
    assert_eq!(states("2026-12-01"), [None, late.clone(), late]);
}

#[test]
fn a_month_recorded_late_waits_for_the_checker_on_the_board_and_in_the_calendar() {
    let line = |now: &YearBook, month: u32, done: bool, awaited: bool| crate::records::BookMonth {
        month,
        items: vec![crate::records::BookMonthItem {
            duty: now.items[0].duty,
            // Another item bears the number today.
            code: "6.1".into(),
            short: String::new(),
            due: Some(crate::time::last_of(2026, month)),
            done,
            awaited,
            state: None,
        }],
        phrase: String::new(),
    };
    let states = |now: &YearBook| -> Vec<Option<(Tone, String)>> {
        now.months.iter().map(|month| month.items[0].state.clone()).collect()
    };
    let mut now = book();
    (now.items[0].tone, now.items[0].word) = (Tone::Pending, Tone::Pending.word().into());
    now.months = vec![line(&now, 3, true, true), line(&now, 6, true, false)];
    let waits = Some((Tone::Pending, Tone::Pending.word().to_owned()));
    let read = now.clone().on(day("2026-11-22"));
    assert_eq!(states(&read), [waits.clone(), None], "the other window was recorded in time");
    let months = |of: &YearBook| {
        let all = text(&book_doc(of, Range::default()));
        let (_, after) = all.split_once("履职月历").unwrap();
        after.split_once("谈心谈话要素梳理").unwrap().0.to_owned()
    };
    let paper = months(&read);
    assert!(paper.contains("已补记，待核") && paper.contains("已落实"), "{paper}");
    // What is not recorded at all waits for nobody's check.
    now.months.push(line(&now, 9, false, false));
    assert_eq!(states(&now.clone().on(day("2026-11-22"))), [waits.clone(), None, None]);
    // The item is red for another window; this one still waits.
    (now.items[0].tone, now.items[0].word) = (Tone::Late, "逾期".into());
    let late = Some((Tone::Late, "逾期".to_owned()));
    assert_eq!(states(&now.clone().on(day("2026-11-22"))), [waits, None, late.clone()]);
    // 核查不符: everything is recorded, and the board is red for what was.
    now.months = vec![line(&now, 3, true, false)];
    let read = now.clone().on(day("2026-11-22"));
    assert_eq!(states(&read), [late]);
    assert!(months(&read).contains("逾期") && !months(&read).contains("已落实"), "{}", months(&read));
    // Checked: green everywhere.
    (now.items[0].tone, now.items[0].word) = (Tone::Ok, "已落实".into());
    now.months = vec![line(&now, 3, true, true)];
    assert_eq!(states(&now.on(day("2026-11-22"))), [None]);
}

#[test]
fn a_book_says_how_its_end_was_signed() {
    let mut now = book();
    let words = |book: &YearBook| text(&book_doc(book, Range::default()));
    assert!(words(&now).contains("2027年1月1日起，由党组织主要负责人"), "{}", words(&now));
    (now.closed_on, now.closed_by) = (Some(day("2027-03-31")), Some(ClosedBy::Due));
    assert!(words(&now).contains("2027年3月31日到期自动结转，未签字"), "{}", words(&now));
    // Whether a signature is among those that are read does not matter: the closing says by whom it was.
    now.closed_by = Some(ClosedBy::Head);
    assert!(words(&now).contains("2027年3月31日年度结转") && !words(&now).contains("未签字"), "{}", words(&now));
}

#[test]
fn a_record_of_two_items_is_told_once() {
    let mut now = book();
    now.entries[0].duties.push(duty("6.1"));
    for kind in ReportKind::ALL {
        let sections = drafted(&now, &FiveLists::default(), kind);
        let words = sections.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("\n");
        assert_eq!(words.matches("党工委会研究上半年任务").count(), 1, "{words}");
        assert!(words.contains("（记录本第1页）（同时对应6.1）"), "{words}");
        assert!(words.contains("（记录本第2页）；3月5日的做法见3.3。"), "{words}");
    }
}
