//! A report of the office about a district of many units: its facts computed in the background and drawn as .docx and
//! print page, against the limit of issue 5 (60 pages in 5 seconds). Exits 1 above it.

#[path = "chain/district.rs"]
#[expect(dead_code, reason = "the district of `chain`, of which this needs the office only")]
mod district;
#[path = "parts/limits.rs"]
mod limits;
#[path = "chain/list.rs"]
mod list;
#[path = "parts/people.rs"]
mod people;

use std::{error::Error, time::Instant};

use domain::{
    documents::{Block, Doc},
    ids::CommandId,
    reports::{Kind, Period},
};
use server::{
    documents::{Form, as_form},
    random,
    services::reports::New,
};

use district::Bench;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Units that make a report of more than 60 pages with the unmet items of `chain`.
const UNITS: usize = 120;
/// Most milliseconds from the press of the button to the file (issue 5).
const MS: f64 = 5_000.0;
/// Lines of a page by GB/T 9704.
const LINES: usize = 22;
/// Characters of a line of a table cell that takes a fifth of the page.
const CELL: usize = 6;

/// Pages, roughly: lines of tables by their longest cell, everything else by 28 characters a line.
fn pages(doc: &Doc) -> usize {
    let of = |text: &str, width: usize| text.chars().count().div_ceil(width).max(1);
    let lines: usize = doc
        .blocks
        .iter()
        .map(|block| match block {
            Block::Table(table) => {
                table.rows.iter().map(|row| row.iter().map(|cell| of(&cell.text, CELL * 2)).max().unwrap_or(1)).sum()
            }
            Block::Paragraph { text } | Block::Note { text } | Block::Title { text, .. } => of(text, 28),
            _ => 1,
        })
        .sum();
    lines.div_ceil(LINES)
}

async fn measured() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let bench = Bench::new(&dir.path().join("wuze.db"), UNITS, true).await?;
    let (office, services) = (bench.office(), bench.app.services());
    let period = Period::from_key("2026").ok_or("period")?;
    let command = CommandId(random::id(bench.clock_now()));
    let form = New { command, kind: Kind::Ecology, cover: "district".into(), period, sure: false };
    let start = Instant::now();
    let id = services.new_report(&office, form).await?;
    let blocks = services.work_on_reports().await?;
    let computed = start.elapsed().as_secs_f64() * 1e3;
    let doc = services.office_report_paper(&office, id).await?;
    let bytes = as_form(&doc, Form::Docx).ok_or("docx")?;
    let all = start.elapsed().as_secs_f64() * 1e3;
    let print = Instant::now();
    let sheet = as_form(&doc, Form::Print).ok_or("print")?;
    println!(
        "{UNITS} units, {blocks} blocks, about {} pages: facts {computed:.0} ms, with .docx {all:.0} ms {}; {} KB, print page {:.0} ms, {} KB",
        pages(&doc),
        limits::of(all, MS, "ms"),
        bytes.len() / 1024,
        print.elapsed().as_secs_f64() * 1e3,
        sheet.len() / 1024,
    );
    if pages(&doc) < 60 {
        return Err("the report has fewer than 60 pages".into());
    }
    limits::verdict()
}

fn main() -> Outcome<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(measured())
}
