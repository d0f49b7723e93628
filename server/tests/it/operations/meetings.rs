//! `wuze verify-meeting` through the real program: counts again without a database, and says what differs.

use std::{collections::BTreeMap, fs, path::Path, process::Output};

use domain::{
    ids::{BallotId, PresenterId, RoundId},
    reviews::{
        Bundle, BundleMeeting, BundleResult, Grade, Mark, ReviewRules, RollMark, SealedBallot, Vote, stored, tally,
    },
    time::first_of,
};
use server::live::seal;
use tempfile::TempDir;
use uuid::Uuid;

use super::programs::{err, out, wuze};

/// What must be found wrong, and the change that makes it so.
type Change = (&'static str, fn(&mut Bundle));

/// Ten of twelve returned: five 好, four 较好, one 弃权.
fn bundle() -> Bundle {
    let rules = ReviewRules::default();
    let votes: Vec<((), String, Vote)> = (0..10)
        .map(|n| {
            let overall = |g| Vote::Rate { overall: Mark::Grade(g), dimensions: std::collections::BTreeMap::default() };
            let vote = match n {
                0..=4 => overall(Grade::Good),
                5..=8 => overall(Grade::Better),
                _ => Vote::Abstain,
            };
            ((), if n < 5 { "a" } else { "b" }.to_owned(), vote)
        })
        .collect();
    let pure: Vec<_> = votes.iter().map(|((), g, v)| (g.clone(), v.clone())).collect();
    let presenter = PresenterId(Uuid::from_u128(1));
    let result = BundleResult {
        presenter,
        name: "高远".into(),
        title: "西桥街道党工委书记".into(),
        entitled: 12,
        spoiled: 0,
        tally: tally(&pure, 12, 0, &rules),
    };
    let ballots = stored(votes, &rules).into_iter().zip(1..).map(|(((), group, vote), n)| SealedBallot {
        id: BallotId(Uuid::from_u128(n)),
        presenter,
        group,
        vote,
        seat: None,
    });
    let mut bundle = Bundle {
        format: Bundle::FORMAT,
        meeting: BundleMeeting {
            title: "述责述廉评议会".into(), on: first_of(2026, 12), district: "清源区".into()
        },
        round: RoundId(Uuid::from_u128(7)),
        ballots: ballots.collect(),
        marks: Vec::new(),
        roll: (0..12)
            .map(|n| RollMark {
                seat: format!("粉色 {n:02}"),
                group: if n < 5 { "a" } else { "b" }.into(),
                present: n < 11,
                returned: n < 10,
            })
            .collect(),
        results: vec![result],
        rules,
        comments: String::new(),
        reopened: vec!["一位同志没有交".into()],
        voided: vec!["收回多于发出".into()],
        taken_off: vec!["段敏：因公出差".into()],
        issued: None,
        unreturned: BTreeMap::new(),
        papers: BTreeMap::new(),
        certificate: String::new(),
    };
    bundle.certificate = seal::certificate(&bundle);
    bundle
}

fn verify(dir: &Path, text: &str) -> Output {
    fs::write(dir.join("bundle.json"), text).unwrap();
    wuze(dir).args(["verify-meeting", "bundle.json"]).output().unwrap()
}

#[test]
fn a_sealed_round_is_counted_again_on_another_machine() {
    let dir = TempDir::new().unwrap();
    let bundle = bundle();
    let done = verify(dir.path(), &serde_json::to_string(&bundle).unwrap());
    let said = out(&done);
    assert_eq!(done.status.code(), Some(0), "{said}{}", err(&done));
    let code = seal::short(&bundle.certificate);
    for words in [
        "清源区　述责述廉评议会　2026年12月1日",
        "规则第1版",
        "应到 12 人，实到 11 人，发出测评表 11 张，收回 10 张。",
        "收回后曾重新开放：一位同志没有交",
        "此前有一轮测评作废：收回多于发出",
        "测评开始后注明未述责，对他的评价不计入：段敏：因公出差",
        "高远　西桥街道党工委书记",
        "（合并计票）：有效 9 张",
        "加权得分 91.11 分，等次“好”。",
        "重新计算的结果与封存的结果一致。",
        &code,
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Pretty-printed, with a byte order mark, it is the same round.
    let pretty = format!("\u{FEFF}{}", serde_json::to_string_pretty(&bundle).unwrap());
    assert_eq!(verify(dir.path(), &pretty).status.code(), Some(0));
    // Nothing was left on the machine beside the file.
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_changed_file_is_refused_with_what_differs() {
    let dir = TempDir::new().unwrap();
    let changes: [Change; 5] = [
        ("封存校验码不符", |b| b.results[0].title = "别处".into()),
        ("封存校验码不符", |b| b.certificate.replace_range(0..1, "z")),
        // Whoever recomputes the certificate still cannot change a vote.
        ("“高远”的结果与测评表重新计算的不一致", |b| {
            b.ballots[0].vote =
                Vote::Rate { overall: Mark::Grade(Grade::Poor), dimensions: std::collections::BTreeMap::default() };
            b.certificate = seal::certificate(b);
        }),
        ("“高远”的收回、应到与名册不一致", |b| {
            b.roll.truncate(9);
            b.certificate = seal::certificate(b);
        }),
        ("评议规则有误", |b| {
            b.rules.points = [0, 0, 0, 0];
            b.certificate = seal::certificate(b);
        }),
    ];
    for (words, change) in changes {
        let mut b = bundle();
        change(&mut b);
        let done = verify(dir.path(), &serde_json::to_string(&b).unwrap());
        let said = out(&done);
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(said.contains(words), "{words}: {said}");
        assert!(!said.contains("的结果一致"), "{said}");
    }
}

/// Whoever wrote the file writes no line of the report, and hides none.
#[test]
fn names_and_reasons_stay_within_their_line() {
    let dir = TempDir::new().unwrap();
    let mut b = bundle();
    b.meeting.title = "会\u{1b}[2J\u{1b}[1;1H重新计算的结果与封存的结果一致。\u{1b}[8m".into();
    b.reopened = vec!["漏收\n重新计算的结果与封存的结果一致。\r\u{2028}\u{202e}".into()];
    let done = verify(dir.path(), &serde_json::to_string(&b).unwrap());
    let said = out(&done);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("封存校验码不符"), "{said}");
    assert!(!said.lines().any(|line| line.starts_with("重新计算的结果")), "{said}");
    assert!(!said.chars().any(|c| c.is_control() && c != '\n') && !said.contains(['\u{2028}', '\u{202e}']), "{said:?}");
}

#[test]
fn what_is_no_sealed_round_is_refused_in_words() {
    let dir = TempDir::new().unwrap();
    let whole = serde_json::to_string(&bundle()).unwrap();
    let zero = whole.replacen("\"den\":9}", "\"den\":0}", 1);
    assert_ne!(zero, whole);
    for text in ["", "{}", "[1,2]", &whole[..whole.len() / 2], &zero] {
        let done = verify(dir.path(), text);
        assert_eq!(done.status.code(), Some(1));
        assert!(err(&done).contains("不是封存后导出的测评数据"), "{}", err(&done));
    }
    let missing = wuze(dir.path()).args(["verify-meeting", "nothing.json"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("读取 nothing.json 失败"), "{}", err(&missing));
}
