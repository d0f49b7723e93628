//! The table of forms in the code is compared with the forms that the pages really draw: a field that is added without
//! a line in the table fails here.

use std::collections::BTreeSet;

use domain::{
    relief::{AskedForm, FORMS, form},
    time::parse_iso,
};
use serde_json::json;

use crate::{
    duties::{self, done, issued},
    harness::{Client, Database, TestApp},
    reviews::sealed::{handed_item, sealed},
    talks, warnings,
};

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    let rest = &tag[tag.find(&mark)? + mark.len()..];
    rest.split('"').next().map(str::to_owned)
}

/// Tags of a text.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest))
}

/// `d.aim` is a detail, `words_3` and `leader.…` are those of one of many lines: as the table names them.
fn of_lines(name: String) -> String {
    match (name.split_once('.'), name.rsplit_once('_')) {
        (Some((what, _)), _) => format!("{what}.*"),
        (_, Some((what, no))) if no.parse::<u32>().is_ok() => format!("{what}_*"),
        _ => name,
    }
}

/// Names of the fields of the form on a page that posts to its path and bears its mark; details of a record as one.
fn fields(html: &str, of: &AskedForm) -> Option<BTreeSet<String>> {
    html.split("<form").skip(1).find_map(|rest| {
        let inside = rest.split("</form>").next().unwrap_or(rest);
        let head = inside.split('>').next().unwrap_or("");
        if attribute(&format!("form {head}"), "action").as_deref() != Some(of.action) {
            return None;
        }
        let mut names = BTreeSet::new();
        let mut marked = of.mark.0.is_empty();
        for tag in tags(inside) {
            let kind = tag.split([' ', '/']).next().unwrap_or("");
            let Some(name) = attribute(tag, "name").filter(|_| matches!(kind, "input" | "textarea" | "select")) else {
                continue;
            };
            if attribute(tag, "type").as_deref() == Some("hidden") {
                marked |= name == of.mark.0 && attribute(tag, "value").as_deref() == Some(of.mark.1);
            } else {
                names.insert(of_lines(name));
            }
        }
        marked.then_some(names)
    })
}

async fn compare(client: &mut Client, path: &str, key: &str, seen: &mut BTreeSet<String>) {
    let of = form(key).unwrap();
    let html = client.get(path).await.text();
    let drawn = fields(&html, of).unwrap_or_else(|| panic!("{key}: no form on {path}"));
    let known: BTreeSet<String> = of.fields.iter().map(|f| f.name.to_owned()).collect();
    assert_eq!(drawn, known, "{key}: domain/src/relief/forms.rs does not say what {path} asks");
    seen.insert(key.to_owned());
}

#[tokio::test]
async fn every_form_of_the_table_is_as_its_page_draws_it() {
    let mut seen = BTreeSet::new();
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    duties::published(&mut office).await;
    let list = duties::made(&mut office, "区教育局").await;
    duties::step(&mut office, &list, "send", &[]).await;
    let mut leader = app.sign_in("leader_b").await;
    compare(&mut leader, "/duties/mine", "comment", &mut seen).await;
    duties::agree(&app, &mut office, &list).await;
    duties::step(&mut office, &list, "submit", &[]).await;
    duties::step(&mut deputy, &list, "approve", &[]).await;
    duties::step(&mut office, &list, "issue", &[("effective_on", "2026-01-01")]).await;
    compare(&mut leader, &format!("/duties/sign/{list}"), "receipt", &mut seen).await;
    compare(&mut leader, "/records/new", "record", &mut seen).await;
    compare(&mut app.sign_in("liaison_b").await, "/records/new", "record", &mut seen).await;

    let app = TestApp::new(Database::Sqlite).await;
    sealed(&app).await;
    let item = handed_item(&app).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let path = format!("/accountability/{item}");
    compare(&mut liaison, &path, "plan", &mut seen).await;
    let version = liaison.call("/api/accountability/item", json!({ "id": item })).await.json()["version"].to_string();
    let owner = app.district.person("leader_b").to_string();
    let plan = [
        ("item", item.as_str()),
        ("seen", &version),
        ("step", "plan"),
        ("owner", &owner),
        ("department", "办公室"),
        ("adopted_on", "2026-11-02"),
        ("words", "建立制度"),
    ];
    done(&mut liaison, "/accountability/step", &plan).await;
    compare(&mut liaison, &path, "fill", &mut seen).await;

    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    app.clock.set_day(parse_iso("2027-01-08").unwrap());
    let post = app.district.school_post.to_string();
    let mut leader = app.sign_in("leader_b").await;
    compare(&mut leader, &format!("/book/closing?post={post}&year=2026"), "closing", &mut seen).await;

    let app = TestApp::new(Database::Sqlite).await;
    let talk = talks::signed(&app, 2).await;
    talks::act(&app, "liaison_b", &talk, "meet", &[("met_on", "2026-11-02"), ("met_words", "逐条研究")]).await;
    let (mut liaison, path) = (app.sign_in("liaison_b").await, format!("/talks/{talk}"));
    compare(&mut liaison, &path, "talk_plan", &mut seen).await;
    compare(&mut liaison, &path, "talk_report", &mut seen).await;

    let (_app, mut liaison, path) = warnings::to_answer(Database::Sqlite).await;
    compare(&mut liaison, &path, "notice", &mut seen).await;

    let all: BTreeSet<String> = FORMS.iter().map(|f| f.key.to_owned()).collect();
    assert_eq!(seen, all, "a form of the table that no page was looked at for");
}
