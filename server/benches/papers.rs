//! A book of 500 records with corrections as print page, .docx, screen page and .xlsx: time and peak of
//! memory, against the limits of issue 4. Each runs in a process of its own, so that the peak is that of one paper.
//! How often the database is asked for it is counted by the test `papers::speed`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

#[path = "../src/documents/tests/book.rs"]
mod sample;

use std::{fs, process::Command, time::Instant};

use domain::{
    ids::{DutyId, RecordId},
    papers::{FiveLists, Range, ReportKind, book_doc, drafted, report_doc},
    records::{BookCorrection, BookEntry, BookItem, RecordKind, YearBook},
    time::{first_of, last_of},
};
use server::documents::{Form, as_form};
use uuid::Uuid;

const RECORDS: u32 = 500;
/// Most milliseconds of a paper.
const MS: u128 = 1_500;
/// Most megabytes of the process that makes it.
const MB: u64 = 200;
const TEXT: &str = "到村里现场走访，听取意见，研究解决办法；逐项定人、定责、定时限。";

fn item(n: u32, like: &BookItem) -> BookItem {
    BookItem {
        duty: DutyId(Uuid::from_u128(n.into())),
        code: format!("{}.{}", n / 5 + 1, n % 5 + 1),
        group_no: n / 5 + 1,
        group: format!("第{}大项", n / 5 + 1),
        text: TEXT.into(),
        pages: (1..=9).collect(),
        ..like.clone()
    }
}

fn entry(n: u32, like: &BookEntry) -> BookEntry {
    let text = TEXT.repeat(6);
    let on = first_of(2026, n % 12 + 1);
    BookEntry {
        record: RecordId(Uuid::from_u128(n.into())),
        page: Some(n + 1),
        kind: RecordKind::ALL[usize::try_from(n).unwrap() % RecordKind::ALL.len()],
        text: Some(text.clone()),
        event_on: on,
        recorded_on: last_of(2026, n % 12 + 1),
        late: n.is_multiple_of(7),
        proxy: like.proxy.clone().filter(|_| n.is_multiple_of(3)),
        verified: n.is_multiple_of(5),
        codes: vec![format!("{}.{}", n % 12 + 1, n % 5 + 1)],
        corrections: vec![BookCorrection { on, texts: Some((TEXT.repeat(5), text)), ..like.corrections[0].clone() }],
        ..like.clone()
    }
}

/// The sample book with 60 items and [`RECORDS`] records.
fn book() -> YearBook {
    let small = sample::full();
    let items = (0..60).map(|n| item(n, &small.items[0])).collect();
    let entries = (0..RECORDS).map(|n| entry(n, &small.entries[0])).collect();
    YearBook { items, entries, ..small }
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--one") {
        let book = book();
        let (before, start) = (peak(), Instant::now());
        let doc = match args[at + 1].as_str() {
            "report" => {
                report_doc(&book, ReportKind::Annual, &drafted(&book, &FiveLists::default(), ReportKind::Annual))
            }
            _ => book_doc(&book, Range::default()),
        };
        let bytes = as_form(&doc, Form::from_key(&args[at + 1]).unwrap_or(Form::Docx)).unwrap();
        let ms = start.elapsed().as_millis();
        let (peak, said) = (peak() / 1024, |fits| if fits { "ok" } else { "OVER" });
        println!(
            "{ms} ms of {MS} {}, peak {peak} MB of {MB} {}, of which {} MB before; {} KB",
            said(ms <= MS),
            said(peak <= MB),
            before / 1024,
            bytes.len() / 1024
        );
        return;
    }
    for form in ["print", "docx", "page", "xlsx", "report"] {
        let child = Command::new(&args[0]).arg("--one").arg(form).output().unwrap();
        println!("{RECORDS} records as {form}: {}", String::from_utf8_lossy(&child.stdout).trim());
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    }
}
