//! A book of 500 records with corrections as print page, .docx, screen page and .xlsx: time and peak of
//! memory, against the limits of issue 4. Each runs in a process of its own, so that the peak is that of one paper.
//! How often the database is asked for it is counted by the test `papers::speed`. The .docx and the print page then once
//! more through the router, with a book in a database: rights, questions and drawing together. Exits 1 above a limit.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

#[path = "chain/district.rs"]
#[expect(dead_code, reason = "the district of `chain`, of which this needs one book")]
mod district;
#[path = "parts/limits.rs"]
mod limits;
#[path = "chain/list.rs"]
mod list;
#[path = "parts/long_book.rs"]
mod long_book;
#[path = "parts/people.rs"]
mod people;
#[path = "../src/documents/tests/book.rs"]
mod sample;

use std::{error::Error, fs, process::Command, time::Instant};

use domain::{
    ids::{DutyId, RecordId},
    papers::{FiveLists, Range, ReportKind, book_doc, drafted, report_doc},
    records::{BookCorrection, BookEntry, BookItem, RecordKind, YearBook},
    time::{first_of, last_of},
};
use server::documents::{Form, as_form};
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn Error>>;

const RECORDS: u32 = 500;
/// Most milliseconds of a paper.
const MS: f64 = 1_500.0;
/// Most megabytes of the process that makes it.
const MB: f64 = 200.0;
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
        duties: vec![DutyId(Uuid::from_u128((n % 12 * 5 + n % 5).into()))],
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

/// The most memory this process ever had, in megabytes.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}

/// One paper of the sample book, drawn.
fn drawn(form: &str) -> Vec<u8> {
    let book = book();
    let doc = match form {
        "report" => report_doc(&book, ReportKind::Annual, &drafted(&book, &FiveLists::default(), ReportKind::Annual)),
        _ => book_doc(&book, Range::default()),
    };
    as_form(&doc, Form::from_key(form).unwrap_or(Form::Docx)).unwrap()
}

/// What a child does, and the line it leaves.
fn one(form: &str) -> Outcome<()> {
    let (before, ms, bytes) = if let Some(form) = form.strip_prefix("served ") {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let dir = tempfile::tempdir()?;
            let book = long_book::LongBook::new(dir.path(), RECORDS).await?;
            let (before, start) = (peak(), Instant::now());
            let bytes = book.drawn(form).await?;
            Ok::<_, Box<dyn Error>>((before, start.elapsed(), bytes))
        })?
    } else {
        let (before, start) = (peak(), Instant::now());
        let bytes = drawn(form);
        (before, start.elapsed(), bytes)
    };
    let (ms, peak) = (ms.as_secs_f64() * 1e3, peak());
    println!(
        "{ms:.0} ms {}, peak {peak:.0} MB {}, of which {before:.0} MB before; {} KB",
        limits::of(ms, MS, "ms"),
        limits::of(peak, MB, "MB"),
        bytes.len() / 1024
    );
    limits::verdict()
}

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--one") {
        return one(&args[at + 1]);
    }
    let mut over = Vec::new();
    for form in ["print", "docx", "page", "xlsx", "report", "served docx", "served print"] {
        let child = Command::new(&args[0]).arg("--one").arg(form).output()?;
        println!("{RECORDS} records as {form}: {}", String::from_utf8_lossy(&child.stdout).trim());
        if !child.status.success() {
            over.push(format!("{form}: {}", String::from_utf8_lossy(&child.stderr).trim()));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ").into()) }
}
