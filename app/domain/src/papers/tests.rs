mod reports;
mod whole;

use uuid::Uuid;

use super::{book::NAME, *};
use crate::{
    board::{Progress, Tone},
    documents::Doc,
    duties::{Action, Frequency},
    ids::{DutyId, PostId, RecordId},
    oversight::RemarkKind,
    people::access::Sight,
    records::{
        BookCorrection, BookEntry, BookHead, BookItem, BookList, BookRemark, BookSignature, ClosedBy, RecordKind,
        YearBook,
    },
    time::{Day, parse_iso},
};

fn day(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn item(n: u128, code: &str, group: (u32, &str), text: &str, frequency: Frequency) -> BookItem {
    BookItem {
        duty: DutyId(Uuid::from_u128(n)),
        code: code.into(),
        group_no: group.0,
        group: group.1.into(),
        text: text.into(),
        frequency,
        action: Action::Mandatory,
        months: vec![6],
        routine: false,
        tone: Tone::Ok,
        word: "正常".into(),
        reason: String::new(),
        progress: Progress::Done,
        pages: vec![1],
    }
}

/// The item that bears this number in the sample.
fn duty(code: &str) -> DutyId {
    let at = ["3.3", "4.1", "6.1", "13.1"].iter().position(|known| *known == code);
    DutyId(Uuid::from_u128(at.map_or(99, |at| at as u128 + 1)))
}

fn entry(page: Option<u32>, kind: RecordKind, text: Option<&str>, on: &str, codes: &[&str]) -> BookEntry {
    BookEntry {
        record: RecordId(Uuid::from_u128(page.map_or(99, u128::from))),
        page,
        kind,
        text: text.map(str::to_owned),
        details: Vec::new(),
        event_on: day(on),
        recorded_on: day(on),
        late: false,
        proxy: None,
        head: "段敏".into(),
        verified: false,
        codes: codes.iter().map(|c| (*c).to_owned()).collect(),
        duties: codes.iter().map(|c| duty(c)).collect(),
        corrections: Vec::new(),
        stub: false,
        talked: false,
    }
}

fn book() -> YearBook {
    let mut entries = vec![
        entry(Some(1), RecordKind::Study, Some("党工委会研究上半年任务。逐项定人。"), "2026-03-05", &["3.3"]),
        entry(Some(2), RecordKind::Talk, Some("谈话要点原文"), "2026-04-02", &["6.1"]),
        entry(Some(3), RecordKind::Visit, Some("到窗口蹲点半天"), "2026-06-01", &["3.3"]),
        entry(None, RecordKind::Other, Some("还没有确认的代录"), "2026-06-03", &["3.3"]),
        entry(Some(4), RecordKind::Other, None, "2026-06-05", &[]),
    ];
    entries[0].corrections.push(BookCorrection {
        on: day("2026-03-06"),
        texts: Some(("党委会研究任务。".into(), "党工委会研究上半年任务。逐项定人。".into())),
        parts: vec![("履责类型".into(), "其他".into(), "专题研究部署".into())],
        reason: "名称写错".into(),
        supplement: false,
    });
    entries[2].corrections.push(BookCorrection {
        on: day("2026-06-02"),
        texts: None,
        parts: vec![],
        reason: String::new(),
        supplement: true,
    });
    entries[0].details = vec![("地点".into(), "三楼会议室".into())];
    (entries[2].late, entries[2].recorded_on) = (true, day("2026-07-20"));
    entries[2].proxy = Some("耿伟".into());
    entries[3].proxy = Some("耿伟".into());
    entries[4].stub = true;
    YearBook {
        post: PostId(Uuid::from_u128(7)),
        year: 2026,
        district: "滨海示范区".into(),
        unit: "东湖街道".into(),
        title: "党工委书记".into(),
        heads: vec![BookHead { name: "段敏".into(), from: day("2024-01-01"), until: None }],
        sight: Sight::Full,
        list: Some(BookList { version: 1, issued_on: Some(day("2026-02-03")), signed_on: Some(day("2026-02-11")) }),
        items: vec![
            item(1, "3.3", (3, "责任部署"), "主持专题会议研究全面从严治党", Frequency::HalfYearly),
            item(2, "4.1", (4, "班子与民主集中制"), "“三重一大”按目录上会", Frequency::AnyTime),
            item(3, "6.1", (6, "谈心谈话"), "与班子成员逐一谈心谈话", Frequency::HalfYearly),
            item(4, "13.1", (13, "廉洁表率"), "签订并践行廉洁从政承诺书", Frequency::Yearly),
        ],
        months: Vec::new(),
        entries,
        remarks: vec![BookRemark {
            on: day("2026-07-10"),
            by: "派驻第一纪检监察组".into(),
            about: "第3页".into(),
            kind: Some(RemarkKind::Wanting),
            text: "需补充：补记较晚".into(),
            answer: "以后及时记".into(),
        }],
        signatures: vec![BookSignature {
            purpose: "签收履责清单".into(),
            role: String::new(),
            name: "段敏".into(),
            on: day("2026-02-11"),
            drawing: Some("M 1 1 L 2 2".into()),
            paper: String::new(),
        }],
        closed_on: None,
        closed_by: None,
    }
}

fn text(doc: &Doc) -> String {
    doc.plain_text()
}

#[test]
fn the_book_holds_every_part_and_both_texts_of_a_correction() {
    let doc = book_doc(&book(), Range::default());
    let words = text(&doc);
    for part in [
        "履责记录本",
        "东湖街道",
        "主体责任思维导图",
        "履职月历",
        "谈心谈话要素梳理",
        "第一责任人履责清单和落实情况",
        "第1页　2026年3月5日　专题研究部署",
        "更正前：党委会研究任务。",
        "更正后：党工委会研究上半年任务。逐项定人。",
        "履责类型：其他 → 专题研究部署",
        "更正原因：名称写错",
        "2026年6月2日补充",
        "地点：三楼会议室",
        "2026年7月20日补记",
        "耿伟代录，本人确认",
        "耿伟代录，本人还没有确认，不作数",
        "此页内容已依规移除",
        "补记较晚",
        "段敏手写签名",
    ] {
        assert!(words.contains(part), "{part} is missing: {words}");
    }
    for block in &doc.blocks {
        if let crate::documents::Block::Table(table) = block {
            assert_eq!(table.broken_row(), None, "{table:?}");
        }
    }
}

#[test]
fn nothing_counts_entries() {
    let lists = FiveLists::default();
    let mut papers = vec![text(&book_doc(&book(), Range::default())), text(&cover_doc(&book()))];
    for kind in ReportKind::ALL {
        papers.push(text(&report_doc(&book(), kind, &drafted(&book(), &lists, kind))));
    }
    for words in papers {
        for (at, _) in words.match_indices('共') {
            let next = words[at + '共'.len_utf8()..].chars().next();
            assert!(!next.is_some_and(|c| c.is_ascii_digit()), "{words}");
        }
        for unit in ["条次", "次数", "条记录", "次谈话"] {
            assert!(!words.contains(unit), "{unit}: {words}");
        }
    }
}

#[test]
fn a_range_holds_pages_days_or_a_kind_and_says_so() {
    let of = |from: &str, to: &str, kind: &str| text(&book_doc(&book(), Range::parse(from, to, kind).unwrap()));
    let pages = of("1", "2", "");
    assert!(pages.contains("第1页至第2页") && pages.contains("第2页　") && !pages.contains("第3页　"), "{pages}");
    assert!(!pages.contains("履职月历"), "a part of the book is its records only");
    let days = of("2026-06-01", "2026-06-04", "");
    assert!(days.contains("第3页　") && days.contains("待确认") && !days.contains("第1页　"));
    assert!(of("2", "2", "").contains("本件为其中：第2页\n"));
    let talks = of("", "", "talk");
    assert!(talks.contains("第2页　") && !talks.contains("第1页　") && talks.contains("谈心谈话"));
    assert!(of("90", "", "").contains("这个范围里没有记录"));
}

#[test]
fn hostile_ranges_are_refused_with_words() {
    for (from, to, kind) in [
        ("0", "", ""),
        ("-1", "", ""),
        ("1", "2026-06-01", ""),
        ("9", "3", ""),
        ("2026-06-02", "2026-06-01", ""),
        ("2026-02-30", "", ""),
        ("99999999999999999999", "", ""),
        ("1;DROP", "", ""),
        ("", "", "secret"),
        ("１２", "", ""),
    ] {
        let no = Range::parse(from, to, kind).unwrap_err();
        assert!(no.to_string().contains("请"), "{from} {to} {kind}: {no}");
    }
}

#[test]
fn what_the_viewer_may_not_read_is_said_and_not_there() {
    let mut outline = book();
    outline.sight = Sight::Outline;
    for one in &mut outline.entries {
        (one.text, one.corrections) = (None, Vec::new());
    }
    let words = text(&book_doc(&outline, Range::default()));
    assert!(words.contains("登记的翻阅检查") && !words.contains("窗口蹲点"));
    // No reading opens the notes of a talk: nobody is sent to register one.
    assert!(words.contains("谈话内容只有本人看得到"));
    let mut liaison = book();
    (liaison.sight, liaison.entries[1].text) = (Sight::WithoutTalks, None);
    assert!(text(&book_doc(&liaison, Range::default())).contains("谈话内容只有本人看得到"));
}

#[test]
fn a_file_says_its_unit_year_and_part_once() {
    let names = [
        (NAME.to_owned(), Range::default(), "东湖街道2026年度履责记录本"),
        (
            NAME.to_owned(),
            Range::parse("2", "5", "talk").unwrap(),
            "东湖街道2026年度履责记录本（第2页至第5页，谈心谈话）",
        ),
        (
            NAME.to_owned(),
            Range::parse("2026-03-01", "2026-06-30", "").unwrap(),
            "东湖街道2026年度履责记录本（2026年3月1日至2026年6月30日）",
        ),
        (report_doc(&book(), ReportKind::Conduct, &[]).title, Range::default(), "东湖街道2026年度述责述廉报告"),
        (
            report_doc(&book(), ReportKind::Annual, &[]).title,
            Range::default(),
            "东湖街道关于2026年度落实全面从严治党主体责任情况的报告",
        ),
    ];
    for (title, range, name) in names {
        assert_eq!(paper_name(&book(), &title, range), name);
    }
}

#[test]
fn both_signatures_under_a_reading_stand_below_its_name_once() {
    let mut now = book();
    let reading = |role: &str, on: &str, of: &str| BookSignature {
        purpose: of.into(),
        role: role.into(),
        name: "段敏".into(),
        on: day(on),
        drawing: None,
        paper: String::new(),
    };
    let (one, two) = ("半年梳理反馈意见（2026年7月10日）", "日常翻阅检查反馈意见（2026年9月3日）");
    now.signatures.extend([
        reading("检查人员", "2026-07-09", one),
        reading("党组织主要负责人", "2026-07-10", one),
        reading("检查人员", "2026-09-03", two),
        reading("党组织主要负责人", "2026-09-03", two),
    ]);
    let words = text(&book_doc(&now, Range::default()));
    assert_eq!(words.matches("反馈意见\n（").count(), 2, "{words}");
    let [one, two] = [one, two].map(|name| name.replace('（', "\n（"));
    for said in [one.as_str(), &two, "检查人员：段敏　2026年7月9日\n党组织主要负责人：段敏　2026年7月10日"]
    {
        assert_eq!(words.matches(said).count(), 1, "{said}: {words}");
    }
}

#[test]
fn every_field_of_a_template_has_a_value() {
    let sections = drafted(&book(), &FiveLists::default(), ReportKind::Annual);
    for paper in Paper::ALL.into_iter().filter(|paper| paper.is_of_book()) {
        let empty = ["年度结转"];
        for (name, value) in report_fields(&book(), paper, &sections, day("2026-11-22")) {
            let elsewhere = paper == Paper::Conduct;
            assert!(!value.is_empty() || empty.contains(&name) || elsewhere, "{}: {name}", paper.label());
        }
        assert_eq!(Paper::from_key(paper.key()), Some(paper));
        assert!(sample_fields(paper).iter().all(|(_, value)| value.contains("示例")));
    }
    let annual = report_fields(&book(), Paper::Annual, &sections, day("2026-11-22"));
    let body = &annual.iter().find(|(name, _)| *name == "正文").unwrap().1;
    assert!(body.contains("一、总体情况") && body.contains("（一）责任部署"), "{body}");
}
