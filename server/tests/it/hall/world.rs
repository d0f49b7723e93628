//! An approved meeting in the test district, and the hands that press its buttons.

use domain::{
    ids::{MeetingId, PresenterId, RaterId},
    reviews::{Announce, Identity, Mode, Plan, Presenter, Rater, ReviewRules, Scale, Secrecy},
};
use server::{live::seats, random, storage::Failure};

use crate::harness::{Client, Reply, TestApp, first_day};

/// Logins of the roll with their groups; no presenter is among them.
pub const RATERS: [(&str, &str); 6] = [
    ("secretary", "a"),
    ("member_a", "a"),
    ("liaison_a", "b"),
    ("liaison_b", "b"),
    ("leader_c", "c"),
    ("district_head", "c"),
];
/// A name that would be markup if anybody forgot to escape it.
pub const WILD: &str = "<b>甲</b>&\"𠮷";

/// How the meeting of a test differs.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub mode: Mode,
    pub identity: Identity,
    pub announce: Announce,
    pub scale: Scale,
}

impl Default for Kind {
    fn default() -> Self {
        Self { mode: Mode::Together, identity: Identity::Account, announce: Announce::Afterwards, scale: Scale::Grades }
    }
}

pub fn plan(app: &TestApp, kind: Kind) -> Plan {
    let d = &app.district;
    let now = app.app.services().now();
    let presenter = |login: &str, name: &str, post, unit| Presenter {
        id: PresenterId(random::id(now)),
        post,
        unit,
        person: d.person(login),
        name: name.into(),
        title: "街道党工委书记".into(),
    };
    Plan {
        title: "2026年度述责述廉评议会".into(),
        year: 2026,
        on: first_day(),
        place: "三楼会议室".into(),
        mode: kind.mode,
        secrecy: Secrecy::Anonymous,
        identity: kind.identity,
        announce: kind.announce,
        rules: ReviewRules { scale: kind.scale, ..ReviewRules::default() },
        presenters: vec![
            presenter("leader_a", WILD, d.town_post, d.town),
            presenter("leader_b", "叶国平", d.school_post, d.school),
        ],
        raters: RATERS
            .iter()
            .map(|(login, group)| Rater {
                id: RaterId(random::id(now)),
                person: Some(d.person(login)),
                unit: None,
                name: format!("评议{login}"),
                place: String::new(),
                group: (*group).into(),
            })
            .collect(),
        recusals: [].into(),
        chair: Some(d.person("secretary")),
        operators: [d.person("office")].into(),
        tellers: vec![d.person("deputy"), d.person("general")],
        counters: vec![d.person("team"), d.person("team2")],
    }
}

/// Stores an approved meeting.
pub async fn meeting(app: &TestApp, kind: Kind) -> (MeetingId, Plan) {
    approved(app, plan(app, kind)).await
}

/// As [`meeting`], of a plan of one's own.
pub async fn approved(app: &TestApp, plan: Plan) -> (MeetingId, Plan) {
    plan.check().unwrap();
    let id = MeetingId(random::id(app.app.services().now()));
    let (district, stored) = (app.district.id, plan.clone());
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                tx.insert(
                    "INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, approved_at, created_at)",
                    vec![
                        id.into(),
                        district.into(),
                        2026_i64.into(),
                        "2026-11-02".into(),
                        stored.title.clone().into(),
                        "preparing".into(),
                        serde_json::to_string(&stored).unwrap().into(),
                        tx.now().into(),
                        tx.now().into(),
                    ],
                )
                .await?;
                seats::make(tx, district, id, &stored).await?;
                Ok::<(), Failure>(())
            })
        })
        .await
        .unwrap();
    (id, plan)
}

/// Address, fields and words of the buttons of a form.
pub type DrawnForm = (String, Vec<(String, String)>, String);

/// The forms of a page: address, hidden and plain fields as drawn, words of its buttons.
pub fn forms(html: &str) -> Vec<DrawnForm> {
    let attribute = |tag: &str, name: &str| {
        let mark = format!(" {name}=\"");
        tag.find(&mark).map(|at| {
            let rest = &tag[at + mark.len()..];
            rest[..rest.find('"').unwrap()].replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
        })
    };
    html.split("<form").skip(1).map(|part| part.split("</form>").next().unwrap()).fold(Vec::new(), |mut all, form| {
        let head = form.split('>').next().unwrap();
        let mut fields = Vec::new();
        for input in form.split("<input").skip(1) {
            let tag = format!(" {}", input.split('>').next().unwrap());
            let plain = !tag.contains("type=\"radio\"") || tag.contains(" checked");
            if let (true, Some(name)) = (plain, attribute(&tag, "name")) {
                fields.push((name, attribute(&tag, "value").unwrap_or_default()));
            }
        }
        // The ballot's button stands in the bar below the form and names it.
        let below =
            html.split("<button").skip(1).find(|b| head.contains("id=\"ballot\"") && b.contains("form=\"ballot\""));
        let words =
            form.split("<button").skip(1).chain(below).map(|b| b.split_once('>').unwrap().1.split('<').next().unwrap());
        all.push((attribute(head, "action").unwrap_or_default(), fields, words.collect::<Vec<_>>().join("|")));
        all
    })
}

/// Presses the button with these words on a page, with more fields typed in.
pub async fn press(client: &mut Client, page: &str, words: &str, more: &[(&str, &str)]) -> Reply {
    let html = client.get(page).await;
    assert_eq!(html.status, 200, "{page}: {}", html.text());
    let found = forms(&html.text()).into_iter().find(|(.., w)| w.split('|').any(|w| w == words));
    let (action, fields, _) = found.unwrap_or_else(|| panic!("no button {words} on {page}: {}", html.text()));
    let mut sent: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(n, _)| !more.iter().any(|(m, _)| m == n))
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    sent.extend(more);
    client.post(&action, &sent).await
}

/// Presses a button that must work.
pub async fn does(client: &mut Client, page: &str, words: &str, more: &[(&str, &str)]) -> Reply {
    let reply = press(client, page, words, more).await;
    assert_eq!(reply.status, 303, "{words} on {page}: {}", reply.text());
    reply
}

/// What the big button of the console says.
pub async fn next_step(client: &mut Client, id: MeetingId) -> String {
    let html = client.get(&format!("/hall/{id}")).await.text();
    let at = html.find("big\"").unwrap_or_else(|| panic!("no big button: {html}"));
    html[at..].split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

/// Checks a rater in by the digits on the screen.
pub async fn come_in(app: &TestApp, screen: &mut Client, id: MeetingId, login: &str) -> Client {
    let code = screen.get(&format!("/screen/{id}/code")).await.text();
    let digits: String = code.split("<b>").nth(1).unwrap().chars().take(7).filter(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 6, "{code}");
    let mut rater = app.sign_in(login).await;
    let reply = does(&mut rater, &format!("/m/{digits}"), "签到", &[]).await;
    assert_eq!(reply.location(), format!("/room/{id}"));
    rater
}

/// A whole ballot: the same mark for everybody.
pub fn marks(plan: &Plan, mark: &str) -> Vec<(String, String)> {
    plan.presenters.iter().map(|p| (format!("v.{}", p.id), mark.to_owned())).collect()
}

/// Fields as the client takes them.
pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}
