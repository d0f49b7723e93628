//! A book of 500 records with corrections as print page, .docx, screen page and .xlsx: time and peak of
//! memory. Each runs in a process of its own, so that the peak is that of one paper. The way through the
//! database is timed by the test `papers::speed`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::{fs, process::Command, time::Instant};

use domain::{
    board::{Progress, Tone},
    duties::{Action, Frequency},
    ids::{DutyId, PostId, RecordId},
    papers::{FiveLists, Range, ReportKind, book_doc, drafted, report_doc},
    people::access::Sight,
    records::{BookCorrection, BookEntry, BookHead, BookItem, RecordKind, YearBook},
    time::{first_of, last_of},
};
use server::documents::{Form, as_form};
use uuid::Uuid;

const RECORDS: u32 = 500;
const TEXT: &str = "到村里现场走访，听取意见，研究解决办法；逐项定人、定责、定时限。";

fn item(n: u32) -> BookItem {
    BookItem {
        duty: DutyId(Uuid::from_u128(n.into())),
        code: format!("{}.{}", n / 5 + 1, n % 5 + 1),
        group_no: n / 5 + 1,
        group: format!("第{}大项", n / 5 + 1),
        text: TEXT.into(),
        frequency: Frequency::Quarterly,
        action: Action::Mandatory,
        months: vec![3, 6],
        routine: false,
        tone: Tone::Ok,
        word: "正常".into(),
        reason: "第一季度已记录".into(),
        progress: Progress::Done,
        pages: (1..=9).collect(),
    }
}

fn entry(n: u32) -> BookEntry {
    let text = TEXT.repeat(6);
    let on = first_of(2026, n % 12 + 1);
    BookEntry {
        record: RecordId(Uuid::from_u128(n.into())),
        page: Some(n + 1),
        kind: RecordKind::ALL[usize::try_from(n).unwrap() % RecordKind::ALL.len()],
        text: Some(text.clone()),
        details: vec![("地点".into(), "三楼会议室".into()), ("参加人员".into(), "班子成员".into())],
        event_on: on,
        recorded_on: last_of(2026, n % 12 + 1),
        late: n.is_multiple_of(7),
        proxy: n.is_multiple_of(3).then(|| "耿伟".to_owned()),
        head: "段敏".into(),
        verified: n.is_multiple_of(5),
        codes: vec![format!("{}.{}", n % 12 + 1, n % 5 + 1)],
        corrections: vec![BookCorrection {
            on,
            texts: Some((TEXT.repeat(5), text)),
            parts: vec![("履责类型".into(), "其他".into(), "专题研究部署".into())],
            reason: "补充".into(),
        }],
        stub: false,
    }
}

fn book() -> YearBook {
    YearBook {
        post: PostId(Uuid::from_u128(7)),
        year: 2026,
        district: "滨海示范区".into(),
        unit: "东湖街道".into(),
        title: "党工委书记".into(),
        heads: vec![BookHead { name: "段敏".into(), from: first_of(2024, 1), until: None }],
        sight: Sight::Full,
        list: None,
        items: (0..60).map(item).collect(),
        months: Vec::new(),
        entries: (0..RECORDS).map(entry).collect(),
        remarks: Vec::new(),
        signatures: Vec::new(),
        closed_on: None,
    }
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
        println!("{ms} ms, peak {} MB of which {} MB before, {} KB", peak() / 1024, before / 1024, bytes.len() / 1024);
        return;
    }
    for form in ["print", "docx", "page", "xlsx", "report"] {
        let child = Command::new(&args[0]).arg("--one").arg(form).output().unwrap();
        println!("{RECORDS} records as {form}: {}", String::from_utf8_lossy(&child.stdout).trim());
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    }
}
