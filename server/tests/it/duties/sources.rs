//! Internal sources never leave the office, and lists stay with those they concern.

use serde_json::json;

use super::{done, list_of, made, page, published, refused, send, sqlite, step, version};
use crate::harness::Client;

const WORDS: [&str; 2] = ["信访", "petition"];

/// Everything a reader can get of a list: data, page with its hydration data, exports.
async fn everything(client: &mut Client, list: &str) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for path in ["list", "sign"] {
        let reply = client.call(&format!("/api/duties/{path}"), json!({ "id": list })).await;
        all.push((path.to_owned(), reply.body));
    }
    all.push(("mine".into(), client.call("/api/duties/mine", json!({})).await.body));
    all.push(("overview".into(), client.call("/api/duties/overview", json!({})).await.body));
    all.push(("compare".into(), client.call("/api/duties/compare", json!({ "what": "list", "id": list })).await.body));
    for path in
        ["/duties".to_owned(), "/duties/mine".into(), format!("/duties/lists/{list}"), format!("/duties/sign/{list}")]
    {
        all.push((path.clone(), client.get(&path).await.body));
    }
    let export = client.get(&format!("/duties/export?what=list&id={list}")).await;
    all.push(("export".into(), unzipped(&export.body)));
    all
}

/// Texts of a workbook.
fn unzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())) else { return bytes.to_vec() };
    let mut all = Vec::new();
    for n in 0..zip.len() {
        zip.by_index(n).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|w| w == words.as_bytes())
}

#[tokio::test]
async fn a_proposed_source_is_read_by_the_office_only() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let mut team = app.sign_in("team").await;
    published(&mut office).await;
    let list = made(&mut office, "区教育局").await;
    // The team that supervises the unit proposes; the other team finds nothing.
    let seen = version(&mut team, &list).await;
    let fields = [
        ("leader", list.as_str()),
        ("seen", seen.as_str()),
        ("text", "每季度检查公务接待台账"),
        ("frequency", "quarterly"),
        ("source", "petition"),
        ("evidence", "ledger"),
    ];
    let mut team2 = app.sign_in("team2").await;
    assert!(send(&mut team2, "/duties/lists/propose", &fields).await.location().contains("draft="));
    assert_eq!(team2.call("/api/duties/list", json!({ "id": list })).await.status, 404);
    done(&mut team, "/duties/lists/propose", &fields).await;
    let inside = page(&mut office, "/api/duties/list", &list).await;
    let row = inside["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((row["source"].clone(), row["item"]["code"].clone()), (json!("信访举报"), json!("14.1")));
    step(&mut office, &list, "send", &[]).await;
    for login in ["liaison_b", "leader_b", "team"] {
        let mut client = app.sign_in(login).await;
        let mut marked = false;
        for (place, bytes) in everything(&mut client, &list).await {
            for word in WORDS {
                // The form of a proposer lists every source to choose from; none is tied to the item.
                if login == "team" && place.starts_with("/duties/lists/") {
                    continue;
                }
                assert!(!holds(&bytes, word), "{login} reads {word} in {place}");
            }
            marked |= holds(&bytes, "监督中发现");
        }
        assert!(marked, "{login} reads 监督中发现");
    }
    let mut deputy = app.sign_in("deputy").await;
    let read = page(&mut deputy, "/api/duties/list", &list).await;
    assert_eq!(read["items"].as_array().unwrap().last().unwrap()["source"], "信访举报");
}

#[tokio::test]
async fn other_units_find_nothing() {
    let app = sqlite().await;
    let list = super::issued(&app, "区教育局").await;
    for login in ["leader_a", "leader_c", "team2", "liaison_a", "sysadmin", "security", "audit"] {
        let mut client = app.sign_in(login).await;
        for path in ["/api/duties/list", "/api/duties/sign"] {
            assert_eq!(client.call(path, json!({ "id": list })).await.status, 404, "{login} {path}");
        }
        let export = client.get(&format!("/duties/export?what=list&id={list}")).await;
        assert_eq!(export.status, 404, "{login}");
        let fields = [("leader", list.as_str()), ("seen", "1"), ("step", "return"), ("reason", "试")];
        assert!(send(&mut client, "/duties/lists/step", &fields).await.location().contains("draft="), "{login}");
    }
    // Members of the unit read the issued list.
    let mut own = app.sign_in("liaison_b").await;
    assert_eq!(page(&mut own, "/api/duties/list", &list).await["state"], "issued");
}

#[tokio::test]
async fn handed_down_contents_stay_below_and_states_go_up() {
    let app = sqlite().await;
    let (unit, post) = below(&app, app.district.school).await;
    let list = super::issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let own = page(&mut leader, "/api/duties/list", &list).await;
    assert_eq!(own["subordinates"].as_array().unwrap().len(), 1);
    let duty = own["items"][0]["item"]["duty"].as_str().unwrap().to_owned();
    let post_text = post.to_string();
    let no = refused(
        &mut leader,
        "/duties/lists/pass",
        &[("leader", &list), ("post", &post_text), ("effective_on", "2026-01-01")],
    )
    .await;
    assert!(no.contains("还没有勾选条目"));
    done(
        &mut leader,
        "/duties/lists/pass",
        &[("leader", &list), ("item", &duty), ("post", &post_text), ("effective_on", "2026-01-01")],
    )
    .await;
    let rows = super::rows(&app, server::storage::q("SELECT id FROM leader_lists WHERE unit_id = $1").bind(unit)).await;
    let handed = rows[0].text("id").unwrap();
    // The parent issues what it handed down; the office cannot take that step and reads the state only.
    let mut office = app.sign_in("office").await;
    let seen = version(&mut leader, &handed).await;
    let fields = [("leader", handed.as_str()), ("seen", seen.as_str()), ("step", "issue")];
    assert!(send(&mut office, "/duties/lists/step", &fields).await.location().contains("draft="));
    done(&mut leader, "/duties/lists/step", &fields).await;
    let above = page(&mut office, "/api/duties/list", &handed).await;
    assert_eq!((above["state"].clone(), above["contents"].clone()), (json!("issued"), json!(false)));
    assert!(above["items"].as_array().unwrap().is_empty());
    assert_eq!(office.get(&format!("/duties/export?what=list&id={handed}")).await.status, 404);
    assert_eq!(page(&mut leader, "/api/duties/list", &handed).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(list_of(&mut office, "区实验小学").await, handed);
    // The board's words too: a cell that speaks of an item says its state only to the office.
    super::execute(
        &app,
        server::storage::q(
            "UPDATE board_cells SET text = '1.1 第一议题', why = '1.1 第一议题' WHERE post_id = $1 AND duty = 'lv'",
        )
        .bind(post),
    )
    .await;
    let cell = json!({ "post": post_text, "duty": "lv" });
    let words = unzipped(&office.get("/board/export").await.body);
    assert!(holds(&words, "区实验小学") && !holds(&words, "第一议题"));
    assert!(!holds(&office.call("/api/board/matrix", json!({})).await.body, "第一议题"));
    let reply = office.call("/api/board/cell", cell.clone()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(!reply.text().contains("第一议题"));
    let mut own = app.sign_in("leader_a").await;
    assert!(!holds(&own.call("/api/board/matrix", json!({})).await.body, "第一议题"));
}

/// A 下属单位 of `parent` with a head.
async fn below(
    app: &crate::harness::TestApp,
    parent: domain::ids::UnitId,
) -> (domain::ids::UnitId, domain::ids::PostId) {
    let district = app.district.id;
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let unit = domain::ids::UnitId(server::random::id(now));
                let post = domain::ids::PostId(server::random::id(now));
                let person = domain::ids::PersonId(server::random::id(now));
                tx.insert(
                    "INSERT INTO units (id, district_id, name, kind, parent_id, starts_on, position)",
                    vec![
                        unit.into(),
                        district.into(),
                        "区实验小学".into(),
                        "subordinate".into(),
                        parent.into(),
                        "2024-01-01".into(),
                        90_i64.into(),
                    ],
                )
                .await?;
                tx.insert(
                    "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
                    vec![
                        post.into(),
                        district.into(),
                        unit.into(),
                        "党支部书记".into(),
                        true.into(),
                        "2024-01-01".into(),
                    ],
                )
                .await?;
                tx.insert(
                    "INSERT INTO persons (id, district_id, name)",
                    vec![person.into(), district.into(), "钟一鸣".into()],
                )
                .await?;
                tx.insert(
                    "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
                    vec![
                        domain::ids::TermId(server::random::id(now)).into(),
                        district.into(),
                        post.into(),
                        person.into(),
                        "2024-01-01".into(),
                    ],
                )
                .await?;
                Ok((unit, post))
            })
        })
        .await
        .unwrap()
}
