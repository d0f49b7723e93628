//! The file of one thing holds what its page shows to the same reader, and what raters wrote keeps its order and names
//! nobody.

use serde_json::{Value, json};

use super::{
    table::readable,
    world::{Ids, World},
};
use crate::harness::{BOTH, Client, Database};

/// A file as everything that can be read of it.
async fn file(client: &mut Client, path: &str) -> String {
    let reply = client.get(path).await;
    assert_eq!((reply.status, &reply.body[..2]), (200, b"PK".as_slice()), "{path}");
    readable(&reply.body)
}

async fn page(client: &mut Client, path: &str, form: Value) -> Value {
    let reply = client.call(path, form).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

fn xml(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Every one of the words stands in the file; how many there are.
fn told<'a>(file: &str, path: &str, words: impl IntoIterator<Item = &'a Value>) -> usize {
    let words = words.into_iter().map(|w| w.as_str().unwrap_or_else(|| panic!("{path}: {w}")));
    words.inspect(|words| assert!(file.contains(&xml(words)), "{path} without {words}")).count()
}

/// The same where the page shows some for certain.
fn holds<'a>(file: &str, path: &str, words: impl IntoIterator<Item = &'a Value>) {
    assert!(told(file, path, words) > 0, "{path}: the page shows nothing");
}

/// Some fields of the rows of a list.
fn cells<'a>(rows: &'a Value, names: &'a [&'a str]) -> impl Iterator<Item = &'a Value> {
    rows.as_array().unwrap().iter().flat_map(move |row| names.iter().map(move |name| &row[*name]))
}

#[tokio::test]
async fn files_of_one_thing_hold_what_its_page_shows() {
    for database in BOTH {
        let world = World::new(database).await;
        let (mut office, of) = (world.app.sign_in("office").await, &world.school);
        people_and_lists(&mut office, of).await;
        drawer_and_import(&mut office, of).await;
        facts(&mut office, of).await;
        plan(&world).await;
        portrait(&world).await;
        account(&mut office, of).await;
        talks_and_matters(&mut office, of).await;
    }
}

async fn people_and_lists(office: &mut Client, of: &Ids) {
    let path = format!("/people/{}/export", of.person);
    let (shown, saved) =
        (page(office, "/api/people/person", json!({ "id": of.person })).await, file(office, &path).await);
    holds(&saved, &path, [&shown["name"], &shown["accounts"][0]["login"], &shown["accounts"][0]["state"]]);
    holds(&saved, &path, shown["posts"].as_array().unwrap().iter().flat_map(|post| [&post[1], &post[3]]));
    holds(&saved, &path, cells(&shown["grants"], &["unit_name"]));

    let path = format!("/duties/handovers/{}/export", of.handover);
    let shown = page(office, "/api/duties/handover", json!({ "id": of.handover })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, cells(&shown["items"], &["code", "text", "state", "wanting"]));
    holds(&saved, &path, cells(&shown["sides"], &["label", "name", "note"]));

    let path = format!("/duties/export?what=steps&id={}", of.list);
    let shown = page(office, "/api/duties/list", json!({ "id": of.list })).await;
    holds(&file(office, &path).await, &path, cells(&shown["decisions"], &["step", "outcome", "who", "on"]));

    let shown = page(office, "/api/duties/overview", json!({ "year": 2026 })).await;
    let path = "/duties/export?what=names&year=2026";
    holds(&file(office, path).await, path, cells(&shown["lists"], &["name", "party"]));
    let path = "/duties/export?what=templates&year=2026";
    holds(&file(office, path).await, path, cells(&shown["templates"], &["list", "kind", "state"]));
    // A search of the page is a search of its file.
    let found = file(office, "/duties/export?what=year&year=2026&q=%E6%95%99%E8%82%B2").await;
    assert!(found.contains("区教育局") && !found.contains("东湖街道"));
}

async fn drawer_and_import(office: &mut Client, of: &Ids) {
    let path = format!("/board/item/export?post={}&item={}", of.post, of.duty);
    let shown = page(office, "/api/board/item", json!({ "post": of.post, "item": of.duty })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, cells(&shown["occurrences"], &["period", "due", "state"]));
    told(&saved, &path, cells(&shown["thread"], &["title", "note"]));
    holds(&saved, &path, [&shown["unit"], &shown["code"], &shown["text"]]);

    let path = format!("/imports/{}/export", of.upload);
    let shown = page(office, "/api/imports/upload", json!({ "id": of.upload })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, shown["sheet"]["columns"].as_array().unwrap());
    let rows = shown["sheet"]["rows"].as_array().unwrap();
    holds(&saved, &path, rows.iter().flat_map(|row| row["cells"].as_array().unwrap()));

    let path = format!("/oversight/{}/export", of.reading);
    let shown = page(office, "/api/oversight/one", json!({ "id": of.reading, "recheck": true })).await;
    let saved = file(office, &path).await;
    let lines = shown["redraw"]["lines"].as_array().unwrap();
    holds(&saved, &path, lines.iter().flat_map(|line| [&line[0], &line[1]]));
}

async fn facts(office: &mut Client, of: &Ids) {
    let path = format!("/reports/{}/export", of.report);
    let shown = page(office, "/api/reports/one", json!({ "id": of.report })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, [&shown["title"]]);
    let blocks = shown["facts"].as_array().unwrap();
    holds(&saved, &path, blocks.iter().flat_map(|block| cells(&block["lines"], &["label", "value"])));
    let rows = || blocks.iter().flat_map(|block| block["rows"].as_array().unwrap());
    holds(&saved, &path, rows().flat_map(|row| row["cells"].as_array().unwrap()));
    // The rows of one number alone, as on the page that was asked for them.
    let one = blocks.iter().find_map(|block| {
        let (key, rows) = (block["block"].as_str()?, block["rows"].as_array()?);
        let line = rows.iter().find_map(|row| row["counts"].as_array()?.first()?.as_str())?;
        let counted = |row: &&Value| row["counts"].as_array().is_some_and(|all| all.iter().any(|one| one == line));
        Some((format!("{path}?rows={key}.{line}"), rows.iter().filter(counted).collect::<Vec<_>>()))
    });
    if let Some((path, rows)) = one {
        holds(&file(office, &path).await, &path, rows.into_iter().flat_map(|row| row["cells"].as_array().unwrap()));
    }
    assert_eq!(office.get(&format!("{path}?draft=1")).await.status, 400);

    let path = format!("/reports/{}/compare/export", of.report);
    let shown = page(office, "/api/reports/compare", json!({ "id": of.report })).await;
    let saved = file(office, &path).await;
    assert!(saved.contains("事实的变化") && saved.contains("较早"), "{path}");
    told(&saved, &path, cells(&shown["facts"], &["about"]));
}

/// Measures, 工作建议, 制度, the numbers of the year, 通报 with its receipts, 容错.
async fn account(office: &mut Client, of: &Ids) {
    let lists: [(&str, &str, &[&str]); 3] = [
        ("measures", "/api/accountability/measures", &["unit", "kind", "number", "published_on", "state", "hands"]),
        ("advices", "/api/accountability/advices", &["unit", "kind", "title", "word"]),
        ("regulations", "/api/accountability/regulations", &["unit", "kind", "title", "adopted_on", "made"]),
    ];
    for (name, call, columns) in lists {
        let path = format!("/accountability/{name}/export");
        let shown = page(office, call, json!({})).await;
        holds(&file(office, &path).await, &path, cells(&shown["rows"], columns));
    }
    // A filter of the page is one of its file.
    let path = "/accountability/regulations/export?kind=assets";
    assert!(!file(office, path).await.contains("金丝雀议事规则"), "{path}");

    let path = "/accountability/figures/export?year=2026";
    let shown = page(office, "/api/accountability/figures", json!({ "year": 2026 })).await;
    let saved = file(office, path).await;
    for group in ["head", "stages", "kinds", "marks", "waits", "measures"] {
        told(&saved, path, cells(&shown[group], &["label"]));
    }
    let counts = shown["head"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["count"], one["unit"].as_str().unwrap()));
    counts.for_each(|words| assert!(saved.contains(&words), "{path} without {words}"));

    let shown = page(office, "/api/letters/list", json!({})).await;
    holds(&file(office, "/letters/export").await, "/letters/export", cells(&shown["rows"], &["title", "number", "on"]));
    let path = format!("/letters/{}/export", of.letter);
    let shown = page(office, "/api/letters/one", json!({ "id": of.letter })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, cells(&shown["receipts"], &["name", "receipt"]));
    holds(&saved, &path, [&shown["title"], &shown["number"]]);

    let shown = page(office, "/api/tolerance/page", json!({})).await;
    let path = "/tolerance/export";
    let saved = file(office, path).await;
    let columns = ["title", "unit", "who", "on", "state"];
    holds(&saved, path, cells(&shown["cases"], &columns));
    holds(&saved, path, cells(&shown["clearances"], &columns));
}

/// A talk, the register of risks, a “一件事” with its lists and its notice.
async fn talks_and_matters(office: &mut Client, of: &Ids) {
    let path = format!("/talks/{}/export", of.talk);
    let shown = page(office, "/api/talks/one", json!({ "id": of.talk })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, cells(&shown["talk"]["lists"]["problems"], &["area", "symptom", "cause", "remedy"]));
    told(&saved, &path, cells(&shown["talk"]["lists"]["duties"], &["text"]));

    let path = format!("/talks/risks/export?unit={}", of.unit);
    let shown = page(office, "/api/talks/risks", json!({ "unit": of.unit })).await;
    let saved = file(office, &path).await;
    assert!(saved.contains(shown["unit_name"].as_str().unwrap()), "{path}");
    told(&saved, &path, cells(&shown["rows"], &["post", "point", "control", "owner"]));
    told(&saved, &path, cells(&shown["cases"], &["title", "post", "point", "control", "published"]));
    let path = "/talks/passed/export";
    let shown = page(office, "/api/talks/passed", json!({})).await;
    told(&file(office, path).await, path, cells(&shown["rows"], &["from", "at", "state"]));

    let shown = page(office, "/api/warnings/list", json!({})).await;
    holds(
        &file(office, "/warnings/export").await,
        "/warnings/export",
        cells(&shown["rows"], &["title", "lead", "words"]),
    );
    let path = format!("/warnings/{}/export", of.matter);
    let saved = file(office, &path).await;
    let first = page(office, "/api/warnings/one", json!({ "id": of.matter })).await;
    holds(&saved, &path, [&first["title"], &first["aim"]]);
    for view in first["views"].as_array().unwrap() {
        let shown = page(office, "/api/warnings/one", json!({ "id": of.matter, "view": view[0] })).await;
        told(&saved, &path, cells(&shown["problems"], &["group", "text"]));
        told(&saved, &path, cells(&shown["duties"], &["text", "standard"]));
        let cell = ["name", "office", "person", "leader", "measure"];
        told(&saved, &path, shown["duties"].as_array().unwrap().iter().flat_map(|duty| cells(&duty["cells"], &cell)));
        told(&saved, &path, cells(&shown["situations"], &["text", "basis"]));
        told(&saved, &path, cells(&shown["signs"], &["name", "words"]));
        told(&saved, &path, cells(&shown["notices"], &["number", "unit", "words"]));
        told(&saved, &path, cells(&shown["flow"], &["text", "unit", "words"]));
    }
    let path = format!("/warnings/notices/{}/export", of.notice);
    let shown = page(office, "/api/warnings/notice", json!({ "id": of.notice })).await;
    let saved = file(office, &path).await;
    holds(&saved, &path, [&shown["unit"], &shown["number"]]);
    holds(&saved, &path, cells(&shown["lines"], &["text"]));
    holds(&saved, &path, cells(&shown["situations"], &["text", "basis"]));
}

async fn plan(world: &World) {
    let path = format!("/reviews/{}/export", world.school.meeting);
    for login in ["office", "deputy"] {
        let mut client = world.app.sign_in(login).await;
        let shown = page(&mut client, "/api/reviews/plan", json!({ "id": world.school.meeting })).await;
        let saved = file(&mut client, &path).await;
        let plan = &shown["plan"];
        holds(&saved, &path, [&plan["title"], &plan["place"], &shown["state"]]);
        holds(&saved, &path, cells(&plan["presenters"], &["name", "title"]));
        holds(&saved, &path, cells(&plan["raters"], &["name"]));
        holds(&saved, &path, shown["rater_units"].as_array().unwrap());
        holds(&saved, &path, cells(&plan["rules"]["groups"], &["name", "colour"]));
        holds(&saved, &path, cells(&shown["dates"], &["label", "what", "day", "word"]));
        holds(&saved, &path, cells(&shown["reports"], &["name", "report", "facts", "note"]));
        holds(&saved, &path, cells(&shown["approvals"], &["words", "who", "at"]));
        told(&saved, &path, cells(&shown["recusals"], &["rater_name", "presenter_name", "why"]));
        // What may still be taken offline and erased is in no file.
        assert!(!saved.contains("金丝雀询问建议") && !saved.contains("金丝雀询问题"), "{login}");
    }
}

/// The year on the screen is the year of the file.
async fn portrait(world: &World) {
    let of = &world.school;
    let (mut team, mut leader) = (world.app.sign_in("team").await, world.app.sign_in("leader_b").await);
    for year in [2025, 2026] {
        let form = json!({ "post": of.post, "term": of.term, "year": year });
        let shown = page(&mut team, "/api/portrait/one", form).await;
        let path = format!("/portraits/{}/export?term={}&year={year}", of.post, of.term);
        let saved = file(&mut team, &path).await;
        assert!(saved.contains(&format!("{}年度", shown["portrait"]["year"])), "{path}");
        holds(&saved, &path, [&shown["who"], &shown["unit"]]);
        told(&saved, &path, cells(&shown["portrait"]["groups"], &["name"]));
        told(&saved, &path, cells(&shown["portrait"]["findings"], &["problem", "number"]));
        let own = file(&mut leader, &format!("/portrait/export?term={}&year={year}", of.term)).await;
        holds(&own, "/portrait/export", [&shown["who"], &shown["unit"]]);
    }
    assert!(team.get("/portraits").await.text().contains("/portraits/export"));
}

#[tokio::test]
async fn comments_in_a_file_keep_the_order_of_the_page_and_name_nobody() {
    let world = World::new(Database::Sqlite).await;
    let (mut office, meeting) = (world.app.sign_in("office").await, &world.school.reviewed);
    let path = format!("/reviews/comments/export?meeting={meeting}");
    let shown = page(&mut office, "/api/reviews/comments", json!({ "meeting": meeting })).await;
    let saved = file(&mut office, &path).await;
    let rows = shown["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    let mut last = 0;
    let mut said = std::collections::BTreeSet::new();
    for row in rows {
        let text = row[if row["state"] == "保留" { "words" } else { "text" }].as_str().unwrap();
        if !text.is_empty() && said.insert(text) {
            let at = saved.find(&format!(">{}<", xml(text))).unwrap_or_else(|| panic!("no {text}"));
            assert!(at >= last, "{text} stands before those above it");
            last = at;
        }
        assert!(!saved.contains(row["id"].as_str().unwrap()));
    }
    let plan = page(&mut office, "/api/reviews/plan", json!({ "id": meeting })).await;
    let presenters: Vec<&Value> = cells(&plan["plan"]["presenters"], &["name"]).collect();
    let groups = cells(&plan["plan"]["rules"]["groups"], &["name"]);
    for name in groups.chain(cells(&plan["plan"]["raters"], &["name"])).filter(|name| !presenters.contains(name)) {
        assert!(!saved.contains(name.as_str().unwrap()), "{name} in the file of comments");
    }
}
