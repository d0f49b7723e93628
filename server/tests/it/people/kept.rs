//! What of an uploaded name list stays in the database: no 身份证号, and nothing after the import or a day.

use rust_xlsxwriter::Workbook;
use serde_json::json;
use server::{operations::midnight, storage::q};

use super::{command, count, row};
use crate::harness::{BOTH, Client, TestApp};

/// Invented; the second has a wrong check character.
const NUMBERS: [&str; 2] = ["11010519491231002X", "110101199001011234"];
const DAY: i64 = 24 * 3_600_000;

/// A name list with a column of numbers, and a hidden sheet with one more.
fn workbook(role: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip([
        ["单位", "单位类型", "姓名", "职务", "系统角色", "身份证号"],
        ["甲镇", "街道（镇）", "曾小雨", "办公室主任", "联络员", NUMBERS[0]],
        ["甲镇", "街道（镇）", "单小兵", "党委委员", role, NUMBERS[1]],
    ]) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    let other = book.add_worksheet();
    other.set_hidden(true);
    other.write_string(0, 0, NUMBERS[0]).unwrap();
    book.save_to_buffer().unwrap()
}

async fn upload(client: &mut Client, name: &str, file: &[u8]) -> String {
    let reply = client.upload("/imports/upload", &[("kind", "people"), ("target", "")], name, file).await;
    assert!(reply.location().starts_with("/imports/"), "{}", reply.location());
    reply.location().rsplit('/').next().unwrap().to_owned()
}

/// Everything that is stored of an upload, as text; packages as the bytes they are.
async fn stored(app: &TestApp, id: &str) -> (Vec<u8>, String) {
    let found =
        row(app, q("SELECT bytes, preview, file_name, target FROM uploads WHERE id = $1").bind(id)).await.unwrap();
    let text = ["preview", "file_name", "target"].map(|name| found.text(name).unwrap()).concat();
    (found.bytes("bytes").unwrap(), text)
}

async fn holds_none(app: &TestApp, id: &str) {
    let (bytes, text) = stored(app, id).await;
    // A package is packed, so that a search in its bytes would find nothing.
    assert!(!bytes.starts_with(b"PK"), "the file itself");
    let all = format!("{}{text}", String::from_utf8_lossy(&bytes));
    for number in NUMBERS {
        assert!(!all.contains(number), "{number}");
    }
}

#[tokio::test]
async fn no_identity_number_is_stored_with_an_upload() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let csv = format!(
            "单位,单位类型,姓名,职务,系统角色,身份证号\n甲镇,街道（镇）,曾小雨,办公室主任,联络员,{}\n甲镇,街道（镇）,单小兵,党委委员,,{}\n",
            NUMBERS[0], NUMBERS[1]
        );
        for (n, name, file) in [(1, "名单.csv", csv.into_bytes()), (2, "名单.xlsx", workbook(""))] {
            let id = upload(&mut admin, name, &file).await;
            holds_none(&app, &id).await;
            let sheet = admin.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone();
            assert_eq!(sheet["errors"], json!([]), "{name}");
            assert!(sheet["notes"].to_string().contains("已整列丢弃"), "{sheet}");
            let key = command(n);
            let fields = [("command", key.as_str()), ("upload", id.as_str())];
            let to = admin.post("/imports/commit", &fields).await.location();
            assert!(to.starts_with("/people?done=imported"), "{name}: {to}");
            holds_none(&app, &id).await;
            assert!(stored(&app, &id).await.0.is_empty(), "the bytes go with the import");
            // Twice, and with another command: nothing is left to read, and nothing fails.
            assert_eq!(admin.post("/imports/commit", &fields).await.location(), to);
            assert_eq!(admin.get(&format!("/imports/{id}")).await.status, 200);
            assert_ne!(admin.get(&format!("/imports/{id}/errors")).await.status, 200);
        }
        let named = q("SELECT COUNT(*) AS n FROM persons WHERE name IN ('曾小雨', '单小兵')");
        assert_eq!(count(&app, named).await, 2, "the rows themselves came in, once");
        let role = q("SELECT COUNT(*) AS n FROM role_grants g JOIN persons p ON p.id = g.person_id
                      WHERE p.name = '曾小雨' AND g.role = 'liaison' AND g.state = 'active'");
        assert_eq!(count(&app, role).await, 1, "a name list gives the role with the post");
    }
}

#[tokio::test]
async fn a_refused_list_keeps_none_either_and_goes_after_a_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let id = upload(&mut admin, "名单.xlsx", &workbook("厨师")).await;
        holds_none(&app, &id).await;
        let file = admin.get(&format!("/imports/{id}/errors")).await;
        assert_eq!(file.status, 200);
        assert!(file.body.starts_with(b"PK"), "the error file is made of what is kept");
        let key = command(1);
        let fields = [("command", key.as_str()), ("upload", id.as_str())];
        assert!(admin.post("/imports/commit", &fields).await.location().contains("draft="));
        // A list without numbers is kept as it came.
        let plain = include_bytes!("../data/people.xlsx");
        let own = upload(&mut admin, "名单.xlsx", plain).await;
        assert!(stored(&app, &own).await.0 == plain);
        let all = || count(&app, q("SELECT COUNT(*) AS n FROM uploads"));
        midnight::run(&midnight::jobs(&app.app)).await;
        assert_eq!(all().await, 2);
        app.clock.advance_ms(DAY + 1);
        midnight::run(&midnight::jobs(&app.app)).await;
        assert_eq!(all().await, 0, "left lying for a day");
    }
}
