//! Papers of a book through the whole router: who sees what of it, ranges, watermark, reports drafted and
//! changed, the district's own templates. With `WUZE_PAPERS` set to a folder (`make papers`) they are written there.

pub mod reports;
mod speed;
mod templates;

use std::io::{Cursor, Read as _};

use serde_json::json;

use crate::{
    duties::{self, done},
    harness::{BOTH, Client, Database, Reply, TestApp},
};

/// A record of whoever `client` is, for the items with these numbers; `more` are fields beside text and kind.
pub async fn record(client: &mut Client, text: &str, kind: &str, codes: &[&str], on: &str) -> String {
    let form = client.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap().to_owned();
    let items: Vec<String> = form["choices"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| codes.contains(&c["code"].as_str().unwrap()))
        .map(|c| c["duty"].as_str().unwrap().to_owned())
        .collect();
    let mut fields = vec![("post", post.as_str()), ("text", text), ("kind", kind), ("event_on", on)];
    fields.extend(items.iter().map(|duty| ("duty", duty.as_str())));
    let place = done(client, "/records/save", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// A signed list of 东湖街道 and some records of its head and 联络员, one of them corrected.
pub async fn book(app: &TestApp) -> String {
    let mut office = app.sign_in("office").await;
    duties::published(&mut office).await;
    let list = duties::issued(app, "东湖街道").await;
    let mut leader = app.sign_in("leader_a").await;
    let seen = duties::version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "段敏")]).await;
    let first =
        record(&mut leader, "党工委会研究全面从严治党任务。逐项定人定时限", "study", &["3.3"], "2026-11-02").await;
    record(&mut leader, "与王某谈家风和交往", "talk", &["6.3"], "2026-10-20").await;
    record(&mut leader, "到办事窗口蹲点半天，现场交办 <b>排队</b> 问题", "visit", &["1.1"], "2026-10-28").await;
    record(&mut app.sign_in("liaison_a").await, "代录一条没有确认的", "other", &[], "2026-11-01").await;
    let one = leader.call("/api/records/one", json!({ "id": first, "draft": null })).await.json();
    let seen = one["version"].to_string();
    let fields = [
        ("record", first.as_str()),
        ("seen", &seen),
        ("text", "党工委会研究全面从严治党任务。逐项定人、定责、定时限"),
        ("reason", "漏写定责"),
    ];
    done(&mut leader, "/records/correct", &fields).await;
    app.district.town_post.to_string()
}

/// All words of a .docx.
pub fn docx_words(reply: &Reply) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(reply.body.clone())).unwrap();
    let mut out = String::new();
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        out.push_str(&String::from_utf8_lossy(&text));
    }
    out
}

/// Keeps a paper to be looked at.
pub fn shown(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("WUZE_PAPERS") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

#[tokio::test]
async fn everybody_prints_what_he_may_read_and_nothing_else() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let place = format!("/documents/book/{post}/2026");
        let mut leader = app.sign_in("leader_a").await;
        let own = leader.get(&format!("{place}/print")).await;
        assert_eq!(own.status, 200, "{}", own.text());
        let own = own.text();
        for part in ["与王某谈家风", "更正前：党工委会", "漏写定责", "代录一条没有确认的", "&lt;b&gt;排队", "第1页"]
        {
            assert!(own.contains(part), "{part}");
        }
        assert!(!own.contains("doc-mark") && !own.contains("<b>排队"), "the own book without a watermark");
        let mut liaison = app.sign_in("liaison_a").await;
        let seen = liaison.get(&format!("{place}/page")).await.text();
        assert!(!seen.contains("王某谈家风") && seen.contains("谈话内容只有本人看得到") && seen.contains("排队"));
        for login in ["office", "secretary", "deputy"] {
            let seen = app.sign_in(login).await.get(&format!("{place}/page")).await.text();
            for hidden in ["王某谈家风", "排队", "逐项定人", "代录一条", "漏写定责"] {
                assert!(!seen.contains(hidden), "{login} reads {hidden}");
            }
            assert!(seen.contains("doc-mark") && seen.contains("内部资料"), "{login} has a watermark");
        }
        for login in ["leader_b", "liaison_b", "member_a", "general", "audit", "sysadmin", "team"] {
            for form in ["page", "print", "docx", "xlsx"] {
                let reply = app.sign_in(login).await.get(&format!("{place}/{form}")).await;
                assert_eq!(reply.status, 404, "{login} {form}");
            }
        }
        let outside = app.visitor().get(&format!("{place}/docx")).await;
        assert_ne!(outside.status, 200);
    }
}

#[tokio::test]
async fn a_watermark_is_switched_for_each_print() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let place = format!("/documents/book/{post}/2026");
    let mut leader = app.sign_in("leader_a").await;
    let with = leader.get(&format!("{place}/docx?watermark=1")).await;
    let words = docx_words(&with);
    assert!(words.contains("string=\"内部资料　段敏　2026年11月2日\""), "name and day");
    assert!(words.contains("<w:headerReference w:type=\"even\""));
    shown("book-watermark.docx", &with.body);
    let without = leader.get(&format!("{place}/docx")).await;
    assert!(!docx_words(&without).contains("headerReference"));
    shown("book.docx", &without.body);
    shown("book-print.html", &leader.get(&format!("{place}/print?watermark=1")).await.body);
    let mut office = app.sign_in("office").await;
    assert!(docx_words(&office.get(&format!("{place}/docx")).await).contains("内部资料　林思源"));
    let off = office.get(&format!("{place}/page?watermark=0&kind=talk")).await.text();
    assert!(!off.contains("doc-mark"));
    assert!(off.contains("docx?kind=talk&amp;watermark=0"), "links keep what was asked");
    for (name, path) in [("cover", "cover"), ("remarks", "remarks")] {
        let reply = leader.get(&format!("/documents/{path}/{post}/2026/docx")).await;
        assert_eq!(reply.status, 200);
        shown(&format!("{name}.docx"), &reply.body);
    }
    shown("book.xlsx", &leader.get(&format!("{place}/xlsx")).await.body);
}

#[tokio::test]
async fn a_part_of_the_book_and_hostile_questions() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let mut leader = app.sign_in("leader_a").await;
    let place = format!("/documents/book/{post}/2026/page");
    let part = leader.get(&format!("{place}?from=2&to=2")).await.text();
    assert!(part.contains("王某") && !part.contains("定责") && part.contains("其中：第2页"));
    let days = leader.get(&format!("{place}?from=2026-10-25&to=2026-10-31")).await.text();
    assert!(days.contains("排队") && !days.contains("王某谈家风"));
    let fields =
        leader.get(&format!("{place}?from=&to=&since=2026-10-25&until=2026-10-31&kind=&watermark=")).await.text();
    assert!(fields.contains("排队") && !fields.contains("王某谈家风"));
    let whole = leader.get(&format!("/papers?post={post}&year=2026")).await.text();
    assert!(whole.contains("都不填就是整本（第 1 页到第 3 页）。"), "{whole}");
    let talks = leader.get(&format!("{place}?kind=talk")).await.text();
    assert!(talks.contains("王某谈家风") && !talks.contains("排队"));
    for bad in [
        "from=0",
        "from=-1",
        "from=1&to=2026-10-31",
        "from=9&to=1",
        "from=1&until=2026-10-31",
        "since=2026-10-31&until=2026-10-25",
        "kind=all",
        "watermark=2",
        "from=2026-02-30",
        "from=99999999999999999999",
        "from=%00",
        "from=1%3B--",
        "to=%F0%9F%98%80",
    ] {
        let reply = leader.get(&format!("{place}?{bad}")).await;
        assert!((400..500).contains(&reply.status), "{bad}: {}", reply.status);
        assert!(reply.text().contains("请"), "{bad}");
    }
    // The form comes back with what was typed and the message at its field.
    for (bad, field, kept) in [
        ("from=9&to=1&kind=talk", "to", "value=\"9\""),
        ("from=1&since=2026-10-01", "since", "value=\"2026-10-01\""),
        ("since=2026-10-31&until=2026-10-25&watermark=1", "until", "value=\"2026-10-31\""),
        ("watermark=2", "watermark", "从第几页"),
        // Behind the last page there is nothing but a cover and signatures.
        ("from=4", "from", "这本记录本有第 1 页到第 3 页，没有这个范围"),
        ("from=9999&to=9999", "from", "value=\"9999\""),
    ] {
        for form in ["page", "print", "docx", "xlsx"] {
            let reply = leader.get(&format!("{}?{bad}", place.replace("/page", &format!("/{form}")))).await;
            let text = reply.text();
            assert_eq!(reply.status, 422, "{bad}");
            assert!(text.contains(&format!("id=\"{field}-e\"")) && text.contains(kept), "{bad}: {text}");
            assert!(text.contains(&format!("action=\"/documents/book/{post}/2026/print\"")), "{bad}");
        }
    }
    let talk = leader.get(&format!("{place}?from=9&to=1&kind=talk")).await.text();
    assert!(talk.contains("<option value=\"talk\" selected>"), "{talk}");
    assert_eq!(app.sign_in("leader_b").await.get(&format!("{place}?from=9&to=1")).await.status, 404);
    for unknown in ["all=1", "from=1&from=2", "post=1", "plain[]=1"] {
        assert_eq!(leader.get(&format!("{place}?{unknown}")).await.status, 400, "{unknown}");
    }
    for path in [
        format!("/documents/book/{post}/2026/pdf"),
        format!("/documents/book/{post}/999999999999/page"),
        format!("/documents/book/{post}/1/page"),
        format!("/documents/book/{post}x/2026/page"),
        format!("/documents/secret/{post}/2026/page"),
        format!("/documents/book/{post}/..%2F2026/page"),
    ] {
        assert_eq!(leader.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn downloads_say_once_what_they_hold() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let mut leader = app.sign_in("leader_a").await;
    for (path, name) in [
        ("book", "东湖街道2026年度履责记录本.docx"),
        ("book?kind=talk", "东湖街道2026年度履责记录本（谈心谈话）.docx"),
        ("book?from=1&to=2", "东湖街道2026年度履责记录本（第1页至第2页）.docx"),
        ("book?since=2026-10-01&until=2026-10-31", "东湖街道2026年度履责记录本（2026年10月1日至2026年10月31日）.docx"),
        ("conduct", "东湖街道2026年度述责述廉报告.docx"),
        ("annual", "东湖街道关于2026年度落实全面从严治党主体责任情况的报告.docx"),
        ("cover", "东湖街道2026年度履责记录本封面.docx"),
    ] {
        let (what, query) = path.split_once('?').unwrap_or((path, ""));
        let reply = leader.get(&format!("/documents/{what}/{post}/2026/docx?{query}")).await;
        let told = reply.headers["content-disposition"].to_str().unwrap().to_owned();
        assert!(told.ends_with(&format!("UTF-8''{}", server::http::reply::encode(name))), "{name}: {told}");
    }
}

#[tokio::test]
async fn the_page_of_papers_offers_what_the_viewer_may_do() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let own = app.sign_in("leader_a").await.get("/papers").await.text();
    assert!(own.contains("/papers/annual/") && own.contains(&format!("/documents/book/{post}/2026/print")));
    let mut office = app.sign_in("office").await;
    assert!(office.get("/papers").await.text().contains("/papers/templates"));
    let other = office.get(&format!("/papers?post={post}")).await.text();
    assert!(other.contains("/documents/book/") && !other.contains("/papers/annual/"));
    assert_eq!(app.sign_in("leader_b").await.get(&format!("/papers?post={post}")).await.status, 404);
    assert!(app.sign_in("audit").await.get("/papers").await.status >= 400);
}

#[tokio::test]
async fn a_record_on_paper_names_every_item_and_how_many() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let mut leader = app.sign_in("leader_a").await;
        let id = record(&mut leader, "一次会议议了三件事", "study", &["12.2", "3.3", "9.1"], "").await;
        let one = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        let codes: Vec<&str> = one["row"]["codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(codes, ["3.3", "9.1", "12.2"], "{one}");
        let print = leader.get(&format!("/documents/book/{post}/2026/print")).await.text();
        let page = leader.get(&format!("/documents/book/{post}/2026/page")).await.text();
        let docx = docx_words(&leader.get(&format!("/documents/book/{post}/2026/docx")).await);
        for (what, text) in [("print", print), ("page", page), ("docx", docx)] {
            assert!(text.contains("对应清单条目：3.3、9.1、12.2（一次对应3条）"), "{database:?} {what}");
            // A record of one item says nothing about how many.
            assert_eq!(text.matches("一次对应").count(), 1, "{database:?} {what}");
        }
    }
}
