//! A meeting that is over: sealed, its comments read, its sheet signed and handed over.

use std::collections::BTreeMap;

use domain::{
    ids::{BallotId, MeetingId, PresenterId, RaterId, RoundId},
    reviews::{
        Announce, Bundle, BundleMeeting, BundleResult, Grade, Identity, Mark, Mode, Plan, Presenter, Rater,
        ReviewRules, RollMark, SealedBallot, Secrecy, Vote, tally,
    },
};
use serde_json::{Value, json};
use server::{services::reviews::report::on_sealed, storage::q};
use uuid::Uuid;

use crate::{
    duties::{done, rows},
    harness::{Client, TestApp, first_day},
};

pub const MEETING: u128 = 0xA1;
pub const ROUND: u128 = 0xA2;
pub const SCHOOL: u128 = 0xA3;
const CIVIL: u128 = 0xA4;
pub const COMMENTS: [(u128, &str); 2] = [(0xC1, "研究少了些"), (0xC2, "反映某某收了东西")];

fn plan(app: &TestApp) -> Plan {
    let d = &app.district;
    let presenter = |id, post, unit, login: &str, name: &str| Presenter {
        id: PresenterId(Uuid::from_u128(id)),
        post,
        unit,
        person: d.person(login),
        name: name.into(),
        title: format!("{name}的岗位"),
    };
    Plan {
        title: "2026年度述责述廉评议会".into(),
        year: 2026,
        on: first_day(),
        place: "一号会议室".into(),
        mode: Mode::Together,
        secrecy: Secrecy::Anonymous,
        identity: Identity::Card,
        announce: Announce::Afterwards,
        rules: ReviewRules::default(),
        presenters: vec![
            presenter(SCHOOL, d.school_post, d.school, "leader_b", "叶国平"),
            presenter(CIVIL, d.civil_post, d.civil, "leader_c", "崔嘉怡"),
        ],
        raters: (0..12)
            .map(|n| Rater {
                id: RaterId(Uuid::from_u128(0x100 + n)),
                person: None,
                unit: None,
                name: format!("评议人{n}"),
                place: String::new(),
                group: if n < 5 { "a".into() } else { "b".into() },
            })
            .collect(),
        recusals: std::collections::BTreeSet::default(),
        chair: Some(d.person("secretary")),
        operators: std::collections::BTreeSet::default(),
        tellers: vec![d.person("general"), d.person("office2")],
        counters: Vec::new(),
    }
}

fn bundle(plan: &Plan) -> Bundle {
    let vote = |grade| Vote::Rate { overall: Mark::Grade(grade), dimensions: BTreeMap::new() };
    let mut ballots = Vec::new();
    for (place, presenter) in (0_u128..).zip(&plan.presenters) {
        for n in 0..12_u128 {
            let grade = if place == 0 { Grade::Better } else { Grade::Good };
            ballots.push(SealedBallot {
                id: BallotId(Uuid::from_u128(0x1000 + place * 100 + n)),
                presenter: presenter.id,
                group: if n < 5 { "a".into() } else { "b".into() },
                vote: vote(grade),
                seat: None,
            });
        }
    }
    let results = plan
        .presenters
        .iter()
        .map(|p| {
            let votes: Vec<_> =
                ballots.iter().filter(|b| b.presenter == p.id).map(|b| (b.group.clone(), b.vote.clone())).collect();
            BundleResult {
                presenter: p.id,
                name: p.name.clone(),
                title: p.title.clone(),
                entitled: 12,
                spoiled: 0,
                tally: tally(&votes, 12, 0, &plan.rules),
            }
        })
        .collect();
    let roll = plan
        .raters
        .iter()
        .map(|r| RollMark { seat: r.name.clone(), group: r.group.clone(), present: true, returned: true })
        .collect();
    Bundle {
        format: Bundle::FORMAT,
        meeting: BundleMeeting { title: plan.title.clone(), on: plan.on, district: "滨海示范区".into() },
        round: RoundId(Uuid::from_u128(ROUND)),
        rules: plan.rules.clone(),
        roll,
        ballots,
        marks: Vec::new(),
        results,
        comments: String::new(),
        reopened: vec!["有一人误触".into()],
        voided: Vec::new(),
        taken_off: Vec::new(),
        issued: None,
        unreturned: BTreeMap::new(),
        papers: BTreeMap::new(),
        certificate: "a1b2c3d4e5f60718aa".repeat(4)[..64].to_owned(),
    }
}

/// A meeting whose one round was sealed, with two comments on the head of the school.
pub async fn sealed(app: &TestApp) {
    sealed_by(app, ReviewRules::default()).await;
}

/// The same by other rules.
pub async fn sealed_by(app: &TestApp, rules: ReviewRules) {
    let plan = Plan { rules, ..plan(app) };
    let (text, made) = (serde_json::to_string(&plan).unwrap(), bundle(&plan));
    let bundle_text = serde_json::to_string(&made).unwrap();
    let district = app.district.id;
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let (meeting, round) = (MeetingId(Uuid::from_u128(MEETING)), RoundId(Uuid::from_u128(ROUND)));
                tx.execute(
                    q("INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, created_at)
                       VALUES ($1, $2, 2026, '2026-11-02', $3, 'feedback', $4, 0)")
                    .bind(meeting)
                    .bind(district)
                    .bind(&plan.title)
                    .bind(text),
                )
                .await?;
                tx.execute(
                    q("INSERT INTO meeting_rounds (id, meeting_id, district_id, state, certificate, bundle, sealed_at)
                       VALUES ($1, $2, $3, 'sealed', 'A1B2-C3D4-E5F6-0718', $4, 0)")
                    .bind(round)
                    .bind(meeting)
                    .bind(district)
                    .bind(bundle_text),
                )
                .await?;
                for (id, words) in COMMENTS {
                    tx.execute(
                        q("INSERT INTO sealed_comments (id, district_id, round_id, presenter_id, text, state)
                           VALUES ($1, $2, $3, $4, $5, 'raw')")
                        .bind(Uuid::from_u128(id).to_string())
                        .bind(district)
                        .bind(round)
                        .bind(PresenterId(Uuid::from_u128(SCHOOL)))
                        .bind(words),
                    )
                    .await?;
                }
                on_sealed(tx, district, meeting, round, &made).await
            })
        })
        .await
        .unwrap();
}

pub fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// The sheet of the head of the school.
pub async fn sheet_of_school(app: &TestApp) -> String {
    let query = q("SELECT id FROM feedback_sheets WHERE presenter_id = $1").bind(id(SCHOOL));
    rows(app, query).await[0].text("id").unwrap()
}

pub async fn seen(client: &mut Client, sheet: &str) -> String {
    sheet_page(client, sheet).await["version"].to_string()
}

pub async fn sheet_page(client: &mut Client, sheet: &str) -> Value {
    client.call("/api/reviews/sheet", json!({ "id": sheet })).await.json()
}

/// Both readers settle both comments: the first is kept, the second goes offline.
async fn read_all(app: &TestApp) {
    for login in ["office", "office2"] {
        let mut reader = app.sign_in(login).await;
        for ((comment, words), decision) in COMMENTS.into_iter().zip(["kept", "offline"]) {
            let (meeting, comment) = (id(MEETING), id(comment));
            let fields =
                [("meeting", meeting.as_str()), ("comment", &comment), ("decision", decision), ("words", words)];
            done(&mut reader, "/reviews/comments/read", &fields).await;
        }
    }
}

/// One reader settles both comments, the second read them on paper.
pub async fn read_on_paper(app: &TestApp, login: &str) {
    let mut reader = app.sign_in(login).await;
    for ((comment, words), decision) in COMMENTS.into_iter().zip(["kept", "offline"]) {
        let (meeting, comment) = (id(MEETING), id(comment));
        let fields = [
            ("meeting", meeting.as_str()),
            ("comment", &comment),
            ("decision", decision),
            ("words", words),
            ("second", "市纪委副书记某某"),
            ("second_on", "2026-11-02"),
            ("reason", "本区没有第二人可以阅看"),
        ];
        done(&mut reader, "/reviews/comments/read", &fields).await;
    }
}

/// Draft with one problem, sent to the signature and signed.
pub async fn signed_sheet(app: &TestApp) -> String {
    signed_with(app, "专题研究不够").await
}

async fn signed_with(app: &TestApp, problem: &str) -> String {
    read_all(app).await;
    let sheet = sheet_of_school(app).await;
    let mut office = app.sign_in("office").await;
    let version = seen(&mut office, &sheet).await;
    let fields = [
        ("sheet", sheet.as_str()),
        ("seen", &version),
        ("do", "ask"),
        ("opinion", "总体较好"),
        ("problem_0", problem),
        ("requirement_0", "每季度专题研究一次"),
        ("due_0", "2027-01-15"),
    ];
    done(&mut office, "/reviews/feedback/draft", &fields).await;
    let mut deputy = app.sign_in("deputy").await;
    let version = seen(&mut deputy, &sheet).await;
    done(&mut deputy, "/reviews/feedback/step", &[("sheet", &sheet), ("seen", &version), ("step", "sign")]).await;
    sheet
}

/// Handed over on the screen by both; the item of its one problem.
pub async fn handed_item(app: &TestApp) -> String {
    handed_with(app, "专题研究不够").await
}

/// The same with another problem.
pub async fn handed_with(app: &TestApp, problem: &str) -> String {
    let sheet = signed_with(app, problem).await;
    hand_over(app, &sheet).await;
    rows(app, q("SELECT id FROM items WHERE origin_id = $1").bind(sheet)).await[0].text("id").unwrap()
}

/// Both sign on the screen.
pub async fn hand_over(app: &TestApp, sheet: &str) {
    for (login, step, name) in [("office", "give", "林思源"), ("leader_b", "receive", "叶国平")] {
        let mut client = app.sign_in(login).await;
        let version = seen(&mut client, sheet).await;
        let fields = [("sheet", sheet), ("seen", version.as_str()), ("step", step), ("typed", name)];
        done(&mut client, "/reviews/feedback/step", &fields).await;
    }
}
