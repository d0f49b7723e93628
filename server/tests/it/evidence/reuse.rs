//! 用已有材料: a file that stands beside one record is put beside another one of the same book without being sent.

use serde_json::json;
use server::storage::q;

use super::{PDF, WORD, added, count, jpeg, listed, on_disk, package, record};
use crate::{
    duties::{command, execute, rows},
    harness::{BOTH, Client, Database, Reply, TestApp},
    records::offline::{ask, handle},
};

/// The page on which files are chosen; `more` is its query.
async fn shelf(client: &mut Client, record: &str, more: &str) -> Reply {
    client.get(&format!("/records/{record}/evidence{more}")).await
}

/// Sends the form of that page.
async fn link(client: &mut Client, record: &str, files: &[&str]) -> Reply {
    link_as(client, &command(), record, files).await
}

async fn link_as(client: &mut Client, key: &str, record: &str, files: &[&str]) -> Reply {
    let mut fields = vec![("command", key), ("record", record)];
    fields.extend(files.iter().map(|id| ("evidence", *id)));
    client.post("/evidence/link", &fields).await
}

async fn withdraw(client: &mut Client, id: &str) -> Reply {
    let key = command();
    client.post("/evidence/withdraw", &[("command", &key), ("evidence", id), ("reason", "放错了地方")]).await
}

/// What the page says after it came back.
async fn came_back(client: &mut Client, record: &str, reply: &Reply) -> String {
    let place = reply.location();
    assert!(place.starts_with(&format!("/records/{record}/evidence?draft=")), "{place} {}", reply.text());
    client.get(&place).await.text()
}

/// Names of the files of a record, those added at once in any order; and the link of the one called so.
fn names(rows: &[serde_json::Value]) -> Vec<&str> {
    let mut names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

fn called(rows: &[serde_json::Value], name: &str) -> String {
    rows.iter().find(|row| row["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_used_again_without_being_sent_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let one = record(&mut leader, "第一件", "other").await;
        app.clock.advance_ms(1_000);
        let two = record(&mut leader, "第二件", "visit").await;
        assert!(shelf(&mut leader, &two, "").await.text().contains("没有可以用的材料"));
        let word = package(WORD, &["word/document.xml"]);
        let minutes = added(&mut leader, &one, "纪要 A&B.docx", &word).await;
        app.clock.advance_ms(1_000);
        let photo = added(&mut leader, &one, "现场.jpg", &jpeg(60, 40, 1)).await;
        let stored = on_disk(&app);
        let page = leader.get(&format!("/records/{two}")).await.text();
        assert!(page.contains(&format!("href=\"/records/{two}/evidence\"")), "a plain link, without scripts");
        let page = shelf(&mut leader, &two, "").await.text();
        assert!(page.contains("纪要 A&amp;B.docx") && !page.contains("A&B"));
        assert!(
            page.contains("第 1 页") && page.contains("其他") && page.contains(&format!("/evidence/{photo}/thumb"))
        );
        assert!(page.find("现场.jpg") < page.find("纪要"), "the last added first");
        assert!(!page.contains(" checked"), "nothing is chosen beforehand");
        // By name, whatever its signs mean to a database.
        for (asked, hits) in [("%E7%8E%B0%E5%9C%BA", 1), (".DOCX", 1), ("%25", 0), ("_", 0), ("!", 0)] {
            let found = shelf(&mut leader, &two, &format!("?q={asked}")).await.text();
            assert_eq!(found.matches("name=\"evidence\"").count(), hits, "{asked}");
        }
        assert_eq!(shelf(&mut leader, &two, "?page=2").await.status, 400);
        // Both at once; the form sent twice is one.
        let key = command();
        for _ in 0..2 {
            let reply = link_as(&mut leader, &key, &two, &[&minutes, &photo]).await;
            assert_eq!(reply.location(), format!("/records/{two}#evidence"), "{}", reply.text());
        }
        let there = listed(&mut leader, &two).await;
        assert_eq!(names(&there), ["现场.jpg", "纪要 A&B.docx"]);
        let of_two = called(&there, "纪要 A&B.docx");
        assert!(![&minutes, &photo].contains(&&of_two), "a link of its own");
        assert_eq!(leader.get(&format!("/evidence/{of_two}")).await.body, word);
        assert_eq!((count(&app, "files").await, count(&app, "links").await, on_disk(&app)), (2, 4, stored.clone()));
        // It is said where there is nothing left to add, and where somebody tries all the same.
        assert!(shelf(&mut leader, &two, "").await.text().contains("没有可以用的材料"));
        let again = link(&mut leader, &two, &[&photo]).await;
        assert!(came_back(&mut leader, &two, &again).await.contains("「现场.jpg」已经在这条记录里了"));
        let nothing = link(&mut leader, &two, &[]).await;
        assert!(came_back(&mut leader, &two, &nothing).await.contains("还没有勾选材料"));
        let other = link_as(&mut leader, &key, &two, &[&photo]).await;
        assert!(other.location().contains("draft="), "the same key with another choice");
        assert_eq!(count(&app, "links").await, 4);
        let noted = rows(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'records.evidence_linked'")).await;
        assert_eq!(noted[0].int("n").unwrap(), 2, "{database:?}");
        // Withdrawn in one place, it stands in the other; of a third record it is one file.
        assert_eq!(withdraw(&mut leader, &minutes).await.status, 303);
        assert_eq!(leader.get(&format!("/evidence/{of_two}")).await.body, word);
        let three = record(&mut leader, "第三件", "other").await;
        let page = shelf(&mut leader, &three, "").await.text();
        assert_eq!(page.matches("name=\"evidence\"").count(), 2, "each file once");
        let gone = link(&mut leader, &three, &[&photo, &minutes]).await;
        assert!(came_back(&mut leader, &three, &gone).await.contains("已经从原来的记录撤下"));
        assert!(listed(&mut leader, &three).await.is_empty(), "all of them or none");
        assert_eq!(withdraw(&mut leader, &of_two).await.status, 303);
        assert_eq!(on_disk(&app), stored, "what was withdrawn stays named, and can be opened");
        // By whichever of its links, the same file is there already.
        let of_photo = called(&listed(&mut leader, &two).await, "现场.jpg");
        let back = link(&mut leader, &one, &[&of_photo]).await;
        assert!(came_back(&mut leader, &one, &back).await.contains("已经在这条记录里了"));
    }
}

#[tokio::test]
async fn nobody_takes_what_he_does_not_see_or_gives_to_what_is_not_his() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
        let mut stranger = app.sign_in("leader_a").await;
        let talk = record(&mut leader, "谈话", "talk").await;
        let visit = record(&mut leader, "到学校看食堂", "visit").await;
        let drafted = record(&mut liaison, "代录一件", "other").await;
        let foreign = record(&mut stranger, "别的单位", "other").await;
        let of_talk = added(&mut leader, &talk, "谈话提纲.pdf", PDF).await;
        let of_visit = added(&mut leader, &visit, "食堂.pdf", &[PDF, b"visit"].concat()).await;
        let of_foreign = added(&mut stranger, &foreign, "别处.pdf", &[PDF, b"foreign"].concat()).await;
        // The 联络员 adds to what he drafted; notes of a talk are neither listed nor taken.
        let page = shelf(&mut liaison, &drafted, "").await.text();
        assert!(page.contains("食堂.pdf") && !page.contains("谈话提纲") && !page.contains("别处"));
        let found = shelf(&mut liaison, &drafted, "?q=%E8%B0%88%E8%AF%9D").await.text();
        assert!(found.contains("没有找到"));
        let nothing = link(&mut liaison, &drafted, &[&command()]).await;
        assert_eq!(nothing.status, 404);
        let tries: [(&Client, &str, Vec<&str>); 5] = [
            (&liaison, &drafted, vec![&of_talk]),
            (&liaison, &drafted, vec![&of_visit, &of_talk]),
            (&leader, &visit, vec![&of_foreign]),
            (&stranger, &foreign, vec![&of_visit]),
            (&stranger, &visit, vec![&of_foreign]),
        ];
        for (client, target, files) in tries {
            let reply = link(&mut client.clone(), target, &files).await;
            assert_eq!((reply.status, reply.text()), (404, nothing.text()), "{target} {files:?}");
        }
        // What he may read he may not add to, and its shelf is not there for him.
        assert_eq!(link(&mut liaison, &visit, &[&of_visit]).await.status, 404);
        for login in ["liaison_b", "leader_a", "office", "team", "general", "audit"] {
            let mut client = app.sign_in(login).await;
            let there = shelf(&mut client, &visit, "").await;
            let nowhere = shelf(&mut client, &command(), "").await;
            assert_eq!((there.status, there.text()), (404, nowhere.text()), "{login}");
        }
        assert_eq!(link(&mut liaison, &drafted, &[&of_visit]).await.status, 303);
        assert_eq!(names(&listed(&mut leader, &drafted).await), ["食堂.pdf"]);
        // The head gives his own talk's file to a record, knowing who reads that one.
        assert!(shelf(&mut leader, &visit, "").await.text().contains("能看到那条记录的人也能打开它"));
        assert_eq!(link(&mut leader, &visit, &[&of_talk]).await.status, 303);
        // Another year is another book.
        let past = record(&mut leader, "去年的一件", "visit").await;
        let of_past = added(&mut leader, &past, "去年.pdf", &[PDF, b"past"].concat()).await;
        execute(&app, q("UPDATE records SET year = 2025, page = 1 WHERE id = $1").bind(&past)).await;
        assert!(!shelf(&mut leader, &visit, "").await.text().contains("去年.pdf"));
        assert_eq!(link(&mut leader, &visit, &[&of_past]).await.status, 404, "{database:?}");
    }
}

#[tokio::test]
async fn a_link_takes_the_check_back_and_a_closed_book_takes_none() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (one, two) = (record(&mut leader, "第一件", "other").await, record(&mut leader, "第二件", "other").await);
        let file = added(&mut leader, &one, "一.pdf", PDF).await;
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let mut office = app.sign_in("office").await;
        let seen = office.call("/api/records/one", json!({ "id": two })).await.json()["version"].to_string();
        let key = command();
        let verify =
            [("command", key.as_str()), ("record", &two), ("seen", &seen), ("decision", "verify"), ("reason", "")];
        office.post("/records/decide", &verify).await;
        let page = office.call("/api/records/one", json!({ "id": two })).await.json();
        assert_eq!(page["row"]["verified"], true);
        assert_eq!(link(&mut leader, &two, &[&file]).await.status, 303);
        let page = office.call("/api/records/one", json!({ "id": two })).await.json();
        assert_eq!((&page["row"]["verified"], &page["may_verify"]), (&json!(false), &json!(true)), "{database:?}");
        let three = record(&mut leader, "第三件", "other").await;
        let close = q("INSERT INTO book_closings
             (post_id, year, district_id, unit_id, closed_on, closed_at, by_whom, person_name, done)
           VALUES ($1, 2026, $2, $3, '2026-11-02', 0, 'head', '', '{}')")
        .bind(app.district.school_post)
        .bind(app.district.id)
        .bind(app.district.school);
        execute(&app, close).await;
        let page = shelf(&mut leader, &three, "").await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("结转"));
        let reply = link(&mut leader, &three, &[&file]).await;
        assert!(reply.location().contains("draft="), "{}", reply.text());
        assert!(listed(&mut leader, &three).await.is_empty());
    }
}

#[tokio::test]
async fn what_went_offline_gives_nothing_and_what_was_taken_over_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (one, two) = (record(&mut leader, "鸬鹚一事", "visit").await, record(&mut leader, "另一件", "visit").await);
        let file = added(&mut leader, &one, "两处都用.pdf", PDF).await;
        assert_eq!(link(&mut leader, &two, &[&file]).await.status, 303);
        assert!(!ask(&app, &mut leader, &one, ["secretary", "deputy"]).await.contains("draft="));
        let three = record(&mut leader, "第三件", "visit").await;
        // While two officers look at it, it is nobody's to take.
        assert_eq!(link(&mut leader, &three, &[&file]).await.status, 404, "{database:?}");
        handle(&app, "secretary", &one).await;
        handle(&app, "deputy", &one).await;
        assert_eq!(link(&mut leader, &three, &[&file]).await.status, 404);
        let stays = called(&listed(&mut leader, &two).await, "两处都用.pdf");
        assert_eq!(leader.get(&format!("/evidence/{stays}")).await.body, PDF);
        let page = shelf(&mut leader, &three, "").await.text();
        assert!(page.contains(&stays) && !page.contains(&file));
        assert_eq!((count(&app, "files").await, count(&app, "links").await, on_disk(&app).len()), (1, 1, 1));
    }
}

#[tokio::test]
async fn forty_beside_one_record_and_fifty_on_the_page() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    let sources = [record(&mut leader, "一", "other").await, record(&mut leader, "二", "other").await];
    let target = record(&mut leader, "三", "other").await;
    let mut files = Vec::new();
    for n in 0..52_u8 {
        app.clock.advance_ms(1_000);
        let about = &sources[usize::from(n / 26)];
        let name = format!("材料{n:02}.pdf");
        files.push(added(&mut leader, about, &name, &[PDF, &[n]].concat()).await);
    }
    let page = shelf(&mut leader, &target, "").await.text();
    assert_eq!(page.matches("name=\"evidence\"").count(), 50);
    assert!(page.contains("更早的请按文件名查找") && page.contains("材料51") && !page.contains("材料01"));
    let found = shelf(&mut leader, &target, "?q=%E6%9D%90%E6%96%9901").await.text();
    assert!(found.contains("材料01.pdf") && !found.contains("更早的"));
    let all: Vec<&str> = files.iter().map(String::as_str).collect();
    let reply = link(&mut leader, &target, &all[..41]).await;
    let page = came_back(&mut leader, &target, &reply).await;
    assert!(page.contains("已有 40 个佐证材料") && page.matches(" checked").count() >= 39, "ticks are kept");
    assert!(listed(&mut leader, &target).await.is_empty(), "all of them or none");
    assert_eq!(link(&mut leader, &target, &all[..40]).await.status, 303);
    assert_eq!(listed(&mut leader, &target).await.len(), 40);
}
