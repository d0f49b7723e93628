//! “三交底”廉政谈话 through the whole router: what every file here does stands first.

mod bad;
mod case;
mod groups;
mod papers;
mod passed;
mod risks;
mod sight;

use domain::ids::{PostId, TermId};
use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{done, execute, published, refused, rows},
    harness::{Client, TestApp},
};

/// What the page of a talk reads.
pub async fn page(client: &mut Client, id: &str) -> Value {
    let reply = client.call("/api/talks/one", json!({ "id": id })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

async fn seen(app: &TestApp, id: &str) -> String {
    let row = rows(app, q("SELECT version FROM talks WHERE id = $1").bind(id)).await;
    row[0].int("version").unwrap().to_string()
}

/// A form of a talk that must succeed.
pub async fn take(app: &TestApp, login: &str, id: &str, path: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = seen(app, id).await;
    let mut fields = vec![("talk", id), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    done(&mut client, path, &fields).await
}

/// A form of a talk that must be refused; the page it comes back to.
pub async fn no(app: &TestApp, login: &str, id: &str, path: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = seen(app, id).await;
    let mut fields = vec![("talk", id), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    refused(&mut client, path, &fields).await
}

/// A step that must succeed.
pub async fn act(app: &TestApp, login: &str, id: &str, what: &str, more: &[(&str, &str)]) {
    let mut fields = vec![("do", what)];
    fields.extend_from_slice(more);
    take(app, login, id, "/talks/step", &fields).await;
}

/// A step that must be refused.
pub async fn cannot(app: &TestApp, login: &str, id: &str, what: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("do", what)];
    fields.extend_from_slice(more);
    no(app, login, id, "/talks/step", &fields).await
}

/// `login` becomes head of a post today: a new term, the old one over.
pub async fn arrives(app: &TestApp, login: &str, post: PostId, on: &str) -> TermId {
    let term = TermId(random::id(domain::time::Instant(7)));
    let before = domain::time::parse_iso(on).unwrap().pred_opt().unwrap();
    execute(app, q("UPDATE terms SET ends_on = $1 WHERE post_id = $2 AND ends_on IS NULL").bind(before).bind(post))
        .await;
    execute(
        app,
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, $5)")
            .bind(term)
            .bind(app.district.id)
            .bind(post)
            .bind(app.district.person(login))
            .bind(on),
    )
    .await;
    term
}

/// 王晓岚 (`member_a`) arrived in the school today; the talk with her is registered. Its id.
pub async fn registered(app: &TestApp) -> String {
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let term = arrives(app, "member_a", app.district.school_post, "2026-11-02").await.to_string();
    let place = done(&mut office, "/talks/register", &[("term", &term)]).await;
    place.split('/').nth(2).unwrap().to_owned()
}

/// Adds a problem to the lists.
pub async fn problem(app: &TestApp, login: &str, id: &str, area: &str, symptom: &str) {
    let fields = [
        ("list", "problem"),
        ("area", area),
        ("symptom", symptom),
        ("cause", "研究部署不经常"),
        ("remedy", "每季度专题研究一次"),
        ("source", "patrol"),
    ];
    take(app, login, id, "/talks/line", &fields).await;
}

/// One 自选动作 and one high risk.
pub async fn rest(app: &TestApp, id: &str) {
    let duty = [("list", "duty"), ("text", "每季度专题研究对口协作项目"), ("frequency", "quarterly")];
    take(app, "team", id, "/talks/line", &duty).await;
    let risk = [
        ("list", "risk"),
        ("post_name", "项目科"),
        ("point", "项目资金拨付审核不严"),
        ("level", "high"),
        ("control", "双人审核，集体研究"),
        ("owner", "项目科科长"),
    ];
    take(app, "team", id, "/talks/line", &risk).await;
}

/// Lists of `n` problems in four 方面, approved and with a speaker.
pub async fn approved(app: &TestApp, n: usize) -> String {
    let id = registered(app).await;
    for at in 0..n {
        let area = ["政治站位", "主体责任", "权力运行", "队伍作风"][at % 4];
        problem(app, "office", &id, area, &format!("第{}个问题的表现", at + 1)).await;
    }
    rest(app, &id).await;
    act(app, "team", &id, "ask", &[]).await;
    act(app, "secretary", &id, "approve", &[]).await;
    let speaker = app.district.person("secretary").to_string();
    act(app, "office", &id, "delegate", &[("speaker", "secretary"), ("speaker_person", &speaker)]).await;
    id
}

/// What is said on the day.
pub const MINUTES: [(&str, &str); 5] = [
    ("held_on", "2026-11-02"),
    ("place", "区纪委谈话室"),
    ("writer", "林思源"),
    ("words", "逐条指出问题，交三张清单"),
    ("answer", "照单整改，按时报告"),
];

/// The three signatures on the screen.
pub async fn signed_by_all(app: &TestApp, id: &str) {
    for (login, paper, side, name) in [
        ("member_a", "record", "leader", "王晓岚"),
        ("member_a", "commitment", "leader", "王晓岚"),
        ("secretary", "record", "speaker", "罗启明"),
    ] {
        take(app, login, id, "/talks/sign", &[("paper", paper), ("side", side), ("typed", name)]).await;
    }
}

/// A talk of `n` problems, signed.
pub async fn signed(app: &TestApp, n: usize) -> String {
    let id = approved(app, n).await;
    act(app, "office", &id, "hold", &MINUTES).await;
    signed_by_all(app, &id).await;
    id
}

/// Numbers and items of the problems of a talk.
pub async fn problems(app: &TestApp, id: &str) -> Vec<(u64, String)> {
    let mut office = app.sign_in("office").await;
    let page = page(&mut office, id).await;
    let all = page["items"].as_array().unwrap();
    all.iter().map(|line| (line["no"].as_u64().unwrap(), line["id"].as_str().unwrap().to_owned())).collect()
}

/// Borrowed fields.
pub fn lent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The three parts of a report.
pub fn parts() -> Vec<(String, String)> {
    ["ecology", "problems", "risks"].map(|part| (format!("part_{part}"), format!("{part}：已经落实"))).to_vec()
}
