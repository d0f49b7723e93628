//! Every file of a page holds what the page shows, opens for whom the page opens, and for nobody else.

use std::{collections::BTreeSet, io::Read as _};

use domain::time::Instant;
use serde_json::json;
use server::{random, storage::q};

use super::busy;
use crate::{
    duties::execute,
    harness::{BOTH, Database, TestApp, logins},
};

/// A page and its file.
const FILES: [(&str, &str); 13] = [
    ("/overview", "/overview/export"),
    ("/people", "/people/export"),
    ("/people/map", "/people/map/export"),
    ("/people/roles", "/people/roles/export"),
    ("/people/slips", "/people/slips/export"),
    ("/oversight", "/oversight/export"),
    ("/oversight/takings", "/oversight/takings/export"),
    ("/reminders", "/reminders/export"),
    ("/reminders/urges", "/reminders/urges/export"),
    ("/reviews", "/reviews/export"),
    ("/duties/calendar", "/duties/calendar/export"),
    ("/relief", "/relief/export"),
    ("/audit", "/audit/export"),
];

/// Every text of a workbook.
pub fn texts(bytes: &[u8]) -> BTreeSet<String> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let mut xml = String::new();
    zip.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut xml).unwrap();
    let texts = xml.split("</t>").filter_map(|part| part.rsplit_once("<t").map(|(_, text)| text));
    texts.filter_map(|t| t.split_once('>')).map(|(_, t)| t.replace("&amp;", "&").replace("&lt;", "<")).collect()
}

#[tokio::test]
async fn a_file_opens_for_whom_its_page_opens() {
    let app = busy(Database::Sqlite).await;
    for login in logins() {
        let mut client = app.sign_in(login).await;
        for (page, file) in FILES {
            let (shown, reply) = (client.get(page).await.status, client.get(file).await);
            assert_eq!(shown == 200, reply.status == 200, "{login}: {page} {shown}, {file} {}", reply.status);
            if reply.status == 200 {
                assert_eq!(&reply.body[..2], b"PK", "{login}: {file}");
                assert!(!texts(&reply.body).is_empty(), "{login}: {file}");
            }
        }
    }
}

#[tokio::test]
async fn the_file_of_the_overview_says_what_the_page_says() {
    for database in BOTH {
        let app = busy(database).await;
        let mut office = app.sign_in("office").await;
        let page = office.call("/api/overview/page", json!({})).await.json();
        let texts = texts(&office.get("/overview/export?within=30").await.body);
        let has = |words: &str| assert!(texts.contains(words), "no {words} among {texts:?}");
        for stage in page["stages"].as_array().unwrap() {
            has(stage["note"].as_str().unwrap());
            for count in stage["counts"].as_array().unwrap() {
                has(&format!("{} {}", count["n"], count["measure"].as_str().unwrap()));
            }
        }
        for panel in ["due", "closed"] {
            for line in page[panel]["lines"].as_array().unwrap() {
                has(line["what"].as_str().unwrap());
                has(line["who"].as_str().unwrap());
                has(line["by"].as_str().unwrap());
            }
        }
    }
}

#[tokio::test]
async fn the_file_of_relief_has_every_word_for_the_office_and_none_for_others() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let reminder = "reminder:quarter";
        let insert = q("INSERT INTO relief_suggestions (id, district_id, family, name, title, common, words, share, person_name, on_day)
                        VALUES ($1, $2, 'reminder', 'quarter', '季度提醒', 1, $3, 0, '', '2026-11-02')");
        for n in 0..25 {
            let id = random::id(Instant(n)).to_string();
            let words = if n < 23 { format!("第{n}条说明") } else { String::new() };
            execute(&app, insert.clone().bind(id).bind(app.district.id).bind(words)).await;
        }
        let mut office = app.sign_in("office").await;
        let page = office.call("/api/relief/page", json!({})).await.json();
        let row = &page["open"][0];
        assert_eq!((row["key"].as_str(), row["voices"].as_u64()), (Some(reminder), Some(25)), "{row}");
        // Those who wrote and are not shown here are no people who wrote nothing.
        assert_eq!((row["more"].as_u64(), row["cut"].as_u64()), (Some(2), Some(3)), "{database:?} {row}");
        let html = office.get("/relief").await.text();
        assert!(html.contains("另有 2 次没有写话") && html.contains("还有 3 次写的话"), "{html}");
        let all = texts(&office.get("/relief/export").await.body);
        assert!((0..23).all(|n| all.contains(&format!("第{n}条说明"))) && all.contains("季度提醒"), "{all:?}");
        let other = texts(&app.sign_in("leader_a").await.get("/relief/export").await.body);
        assert!(other.contains("季度提醒") && !other.iter().any(|t| t.contains("条说明")), "{other:?}");
    }
}

#[tokio::test]
async fn filters_go_into_the_file_and_wrong_ones_are_explained() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let all = texts(&office.get("/people/export?kind=&find=").await.body);
        assert!(all.contains("东湖街道") && all.contains("区教育局"));
        let towns = texts(&office.get("/people/export?kind=town").await.body);
        assert!(towns.contains("东湖街道") && !towns.contains("区教育局"), "{towns:?}");
        let map = texts(&office.get("/people/map/export").await.body);
        assert!(map.contains("派驻第一纪检监察组") && map.contains("区教育局"), "{map:?}");
        let books = texts(&office.get("/oversight/export?year=2026").await.body);
        assert!(books.contains("区民政局"), "{books:?}");
        for wrong in ["/people/export?year=1", "/overview/export?within=x", "/oversight/export?year=zwei"] {
            let reply = office.get(wrong).await;
            assert_eq!(reply.status, 400, "{wrong}");
            assert!(reply.text().contains("导出条件不对"), "{wrong}");
        }
        // A sheet of another meeting does not exist.
        let none = "/reviews/feedback/export?meeting=0192f0c0-0000-7000-8000-000000000000";
        assert_eq!(office.get(none).await.status, 404);
        let log = app.sign_in("audit").await.get("/audit/export").await;
        assert!(texts(&log.body).iter().any(|t| t.starts_with("审计日志（全部")), "the log as a file");
    }
}
