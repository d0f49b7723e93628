//! Upload → preview → commit of name lists and the 归口表, on both databases.

use server::storage::q;

use super::{audited, command, count, row};
use crate::harness::{BOTH, Client, Database, TestApp};

const PEOPLE: &[u8] = include_bytes!("../data/people.xlsx");
const UNITS: &[u8] = include_bytes!("../data/units.xlsx");

/// The office's file brings units of the same names as the test district's, with other heads.
async fn ready(database: Database) -> TestApp {
    let app = TestApp::new(database).await;
    app.app
        .store()
        .write(|tx| {
            Box::pin(async move {
                tx.execute(q("DELETE FROM unit_names")).await?;
                Ok(tx.execute(q("UPDATE units SET name = name || '（试）'")).await?)
            })
        })
        .await
        .unwrap();
    app
}

async fn upload(client: &mut Client, kind: &str, name: &str, file: &[u8]) -> String {
    let reply = client.upload("/imports/upload", &[("kind", kind), ("target", "")], name, file).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.location()
}

async fn preview(client: &mut Client, location: &str) -> serde_json::Value {
    let id = location.rsplit('/').next().unwrap();
    client.call("/api/imports/upload", serde_json::json!({ "id": id })).await.json()["sheet"].clone()
}

async fn commit(client: &mut Client, location: &str, n: u32) -> String {
    let id = location.rsplit('/').next().unwrap().to_owned();
    client.post("/imports/commit", &[("command", &command(n)), ("upload", &id)]).await.location()
}

#[tokio::test]
async fn the_offices_own_files_come_in_and_the_same_again_changes_nothing() {
    for database in BOTH {
        let app = ready(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        for (kind, file, done, n) in
            [("people", PEOPLE, "/people?done=imported", 1), ("units", UNITS, "/people/map?done=imported", 3)]
        {
            let at = upload(&mut admin, kind, "名单.xlsx", file).await;
            let sheet = preview(&mut admin, &at).await;
            assert_eq!(sheet["errors"], serde_json::json!([]), "{kind}");
            assert!(sheet["new"].as_u64().unwrap() > 20, "{kind}: {}", sheet["new"]);
            let before = count(&app, q("SELECT COUNT(*) AS n FROM units")).await;
            assert!(admin.get(&at).await.text().contains("确认导入"));
            assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM units")).await, before, "a preview changes nothing");
            let to = commit(&mut admin, &at, n).await;
            assert!(to.starts_with(done), "{to}");
            // The page it lands on says what happened.
            let words = format!("已导入：新增 {}、更新 {}、跳过 {}", sheet["new"], sheet["updated"], sheet["skipped"]);
            assert!(admin.get(&to).await.text().contains(&words), "{kind}: {words}");
            // A double click and a second commit of the same upload.
            assert_eq!(commit(&mut admin, &at, n).await, to);
            assert!(commit(&mut admin, &at, n + 1).await.contains("draft="));
            let again = upload(&mut admin, kind, "名单.xlsx", file).await;
            let sheet = preview(&mut admin, &again).await;
            assert_eq!((sheet["new"].as_u64(), sheet["updated"].as_u64()), (Some(0), Some(0)), "{kind}: {sheet}");
        }
        assert!(count(&app, q("SELECT COUNT(*) AS n FROM oversight_map WHERE office_id IS NOT NULL")).await > 20);
        // Roles for the whole district wait; a head comes from his term.
        let active =
            count(&app, q("SELECT COUNT(*) AS n FROM role_grants WHERE state = 'active' AND role = 'resident_team'"))
                .await;
        assert_eq!(active, 2, "only those of the test district itself");
        assert!(count(&app, q("SELECT COUNT(*) AS n FROM role_grants WHERE state = 'proposed'")).await > 0);
        let head = row(&app, q("SELECT o.is_head FROM posts o JOIN units u ON u.id = o.unit_id WHERE u.name = '西桥街道' AND o.title = '党工委书记'")).await;
        assert_eq!(head.unwrap().int("is_head").unwrap(), 1);
        assert_eq!(audited(&app, "import.done").await, 2);
        let zeng = row(&app, q("SELECT pinyin FROM persons WHERE name = '曾国平'")).await.unwrap();
        assert_eq!(zeng.text("pinyin").unwrap(), "zeng guo ping");
    }
}

#[tokio::test]
async fn a_wrong_cell_stops_everything_and_the_error_file_is_the_users_own() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let file = "单位,单位类型,姓名,职务,系统角色,任职起,身份证号\n\
                    甲镇,街道（镇）,曾小雨,党委书记,一把手,2026-03-01,110101199001011234\n\
                    乙镇,街道（镇）,单小兵,党委书记,厨师,2026-03-01,\n";
        let at = upload(&mut admin, "people", "名单.csv", file.as_bytes()).await;
        let sheet = preview(&mut admin, &at).await;
        assert_eq!(sheet["errors"][0]["row"], 3);
        assert_eq!(sheet["errors"][0]["value"], "厨师");
        let page = admin.get(&at).await.text();
        assert!(page.contains("下载错误文件") && !page.contains("确认导入"));
        assert!(!page.contains("110101199001011234"), "身份证号 are dropped unread");
        assert!(commit(&mut admin, &at, 1).await.contains("draft="));
        assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM persons WHERE name = '曾小雨'")).await, 0);
        let file = admin.get(&format!("{at}/errors")).await;
        assert_eq!(file.status, 200);
        assert!(file.body.starts_with(b"PK"));
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    }
}

#[tokio::test]
async fn uploads_belong_to_who_made_them_and_kinds_to_who_may() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let at = upload(&mut admin, "people", "名单.xlsx", PEOPLE).await;
    let mut office = app.sign_in("office").await;
    assert_eq!(office.get(&at).await.status, 404);
    assert_eq!(office.get(&format!("{at}/errors")).await.status, 404);
    assert!(commit(&mut office, &at, 1).await.contains("draft="));
    let mut leader = app.sign_in("leader_a").await;
    let refused = leader.upload("/imports/upload", &[("kind", "people"), ("target", "")], "名单.xlsx", PEOPLE).await;
    assert!(refused.location().contains("draft="));
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM uploads")).await, 1);
    assert_eq!(leader.get("/imports/template/people").await.status, 404);
    assert_eq!(admin.get("/imports/template/people").await.status, 200);
    // Not a table at all: said in words, nothing kept.
    let reply = admin.upload("/imports/upload", &[("kind", "people"), ("target", "")], "名单.pdf", b"%PDF-1.7 x").await;
    let page = admin.get(&reply.location()).await.text();
    assert!(page.contains("不是表格"), "{page}");
}

#[tokio::test]
async fn the_command_line_imports_the_same_way() {
    let app = ready(Database::Sqlite).await;
    let services = app.app.services();
    let dry = services.import_file("people", "", "people.xlsx", PEOPLE.to_vec(), true).await.unwrap();
    assert!(dry.new > 20);
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM persons WHERE name = '孔一帆'")).await, 0);
    services.import_file("people", "", "people.xlsx", PEOPLE.to_vec(), false).await.unwrap();
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM persons WHERE name = '孔一帆'")).await, 1);
    let again = services.import_file("people", "", "people.xlsx", PEOPLE.to_vec(), false).await.unwrap();
    assert_eq!((again.new, again.updated), (0, 0));
}

#[tokio::test]
async fn a_row_with_the_heads_title_is_about_the_head() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    // 段敏 is 党组织书记 of 东湖街道; the file says nothing of a 系统角色.
    let head = "单位,单位类型,姓名,职务,系统角色,任职起,任职止\n";
    let clash = format!("{head}东湖街道,街道（镇）,曾小雨,党组织书记,,2026-10-01,\n");
    let at = upload(&mut admin, "people", "名单.csv", clash.as_bytes()).await;
    let sheet = preview(&mut admin, &at).await;
    assert!(sheet["errors"][0]["message"].as_str().unwrap().contains("“段敏”，与第2行“曾小雨”"), "{sheet}");
    let handed = format!("{clash}东湖街道,街道（镇）,段敏,党组织书记,,2024-01-01,2026-09-30\n");
    let at = upload(&mut admin, "people", "名单.csv", handed.as_bytes()).await;
    assert_eq!(preview(&mut admin, &at).await["errors"], serde_json::json!([]));
    assert_eq!(commit(&mut admin, &at, 1).await, "/people?done=imported&new=1&updated=1&skipped=0");
    let terms = q("SELECT COUNT(*) AS n FROM terms WHERE post_id = $1").bind(app.district.town_post);
    assert_eq!(count(&app, terms).await, 2);
}

#[tokio::test]
async fn a_unit_to_be_made_is_named_with_the_one_it_resembles() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let file = "单位,单位类型,姓名,职务,系统角色,任职起\n\
                东湖街到,街道（镇）,曾小雨,办公室主任,,2026-03-01\n\
                彩虹谷产业园管委会,街道（镇）,单小兵,办公室主任,,2026-03-01\n";
    let at = upload(&mut admin, "people", "名单.csv", file.as_bytes()).await;
    let sheet = preview(&mut admin, &at).await;
    assert_eq!(sheet["errors"], serde_json::json!([]));
    let notes = sheet["notes"].to_string();
    assert!(notes.contains("将新建单位：东湖街到（与“东湖街道”相近，请核对）"), "{notes}");
    assert!(notes.contains("将新建单位：彩虹谷产业园管委会\""), "{notes}");
}
