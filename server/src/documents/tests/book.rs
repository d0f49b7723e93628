//! A small book with everything that a page of it can hold.

use domain::{
    board::{Progress, Tone},
    duties::{Action, Frequency},
    ids::{DutyId, PostId, RecordId},
    people::access::Sight,
    records::{
        BookCorrection, BookEntry, BookHead, BookItem, BookList, BookMonth, BookMonthItem, BookRemark, BookSignature,
        ClosedBy, RecordKind, YearBook,
    },
    time::first_of,
};
use uuid::Uuid;

pub(super) fn full() -> YearBook {
    let duty = DutyId(Uuid::from_u128(1));
    let item = BookItem {
        duty,
        code: "3.3".into(),
        group_no: 3,
        group: "责任部署".into(),
        text: "主持专题会议研究<全面>从严治党".into(),
        frequency: Frequency::HalfYearly,
        action: Action::Mandatory,
        months: vec![6],
        routine: false,
        tone: Tone::Ok,
        word: "正常".into(),
        reason: "上半年已记录".into(),
        progress: Progress::Done,
        pages: vec![1],
    };
    let entry = BookEntry {
        record: RecordId(Uuid::from_u128(1)),
        page: Some(1),
        kind: RecordKind::Study,
        text: Some("研究任务，逐项定人 & 定时".into()),
        details: vec![("地点".into(), "三楼会议室".into())],
        event_on: first_of(2026, 3),
        recorded_on: first_of(2026, 4),
        late: true,
        proxy: Some("耿伟".into()),
        head: "段敏".into(),
        verified: true,
        codes: vec!["3.3".into()],
        duties: vec![duty],
        corrections: vec![BookCorrection {
            on: first_of(2026, 5),
            texts: Some(("研究任务".into(), "研究任务，逐项定人 & 定时".into())),
            parts: vec![("对应条目".into(), "无".into(), "3.3".into())],
            reason: "补充".into(),
            supplement: false,
        }],
        stub: false,
        talked: false,
    };
    YearBook {
        post: PostId(Uuid::from_u128(7)),
        year: 2026,
        district: "滨海示范区".into(),
        unit: "东湖街道".into(),
        title: "党工委书记".into(),
        heads: vec![BookHead { name: "段敏".into(), from: first_of(2024, 1), until: None }],
        sight: Sight::Full,
        list: Some(BookList { version: 1, issued_on: Some(first_of(2026, 2)), signed_on: None }),
        items: vec![item],
        months: vec![BookMonth {
            month: 6,
            items: vec![BookMonthItem {
                duty,
                code: "3.3".into(),
                short: "主持专题会议".into(),
                due: Some(first_of(2026, 6)),
                done: true,
                awaited: false,
                state: None,
            }],
            phrase: "半年梳理".into(),
        }],
        entries: vec![entry],
        remarks: vec![BookRemark {
            on: first_of(2026, 7),
            by: "派驻第一纪检监察组".into(),
            about: String::new(),
            kind: None,
            text: "补记较晚".into(),
            answer: "以后及时记".into(),
        }],
        signatures: vec![BookSignature {
            purpose: "签收履责清单".into(),
            role: String::new(),
            name: "段敏".into(),
            on: first_of(2026, 2),
            drawing: Some("M 1 1 L 2 2".into()),
            paper: "纸质已签，经办人：林思源".into(),
        }],
        closed_on: Some(first_of(2027, 1)),
        closed_by: Some(ClosedBy::Due),
    }
}
