//! B09 and the organisation: roles of two persons, units with history, terms, 归口.

use domain::people::Role;
use server::storage::q;

use super::{audited, command, count, live, refusal, row, version};
use crate::harness::{BOTH, Client, Database, Reply, TestApp};

async fn propose(app: &TestApp, client: &mut Client, n: u32, login: &str, role: &str, unit: impl ToString) -> Reply {
    let (key, person, unit) = (command(n), app.district.person(login).to_string(), unit.to_string());
    client
        .post("/people/roles/propose", &[("command", &key), ("person", &person), ("role", role), ("unit", &unit)])
        .await
}

async fn waiting(app: &TestApp) -> String {
    row(app, q("SELECT id FROM role_grants WHERE state = 'proposed'")).await.unwrap().text("id").unwrap()
}

async fn decide(client: &mut Client, n: u32, grant: &str, decision: &str) -> Reply {
    client.post("/people/roles/decide", &[("command", &command(n)), ("grant", grant), ("decision", decision)]).await
}

#[tokio::test]
async fn b09_a_role_needs_two_persons_and_none_of_them_is_the_subject() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let d = app.district.clone();
        let mut admin = app.sign_in("sysadmin").await;
        let mut security = app.sign_in("security").await;
        let reply = propose(&app, &mut admin, 1, "sysadmin", "security_admin", d.office).await;
        assert!(refusal(&mut admin, &reply).await.contains("不能给自己授予角色"));
        let reply = propose(&app, &mut admin, 2, "audit", "security_admin", d.office).await;
        assert!(refusal(&mut admin, &reply).await.contains("分别由不同的人担任"));
        let reply = propose(&app, &mut admin, 3, "member_a", "conduct_office", d.town).await;
        assert!(refusal(&mut admin, &reply).await.contains("纪委监委机关"));
        // Security confirms but cannot propose, the office cannot confirm.
        assert_eq!(propose(&app, &mut security, 4, "member_a", "conduct_office", d.office).await.status, 404);

        let reply = propose(&app, &mut admin, 5, "member_a", "conduct_office", d.office).await;
        assert!(reply.location().contains("done=role_proposed"));
        let member = app.sign_in("member_a").await;
        assert!(!live(&app, &member).await.unwrap().actor.has(Role::ConductOffice), "waits");
        let grant = waiting(&app).await;
        let mut office = app.sign_in("office").await;
        assert_eq!(decide(&mut office, 6, &grant, "confirm").await.status, 404);
        assert_eq!(decide(&mut admin, 7, &grant, "confirm").await.status, 404);
        assert!(decide(&mut security, 8, &grant, "confirm").await.location().contains("done=role_confirmed"));
        // What others could have opened is closed; the slip of the 安全管理员 opens it with the role.
        assert!(live(&app, &member).await.is_none());
        let hash = q("SELECT password_hash FROM accounts WHERE id = $1").bind(d.account("member_a"));
        assert_eq!(row(&app, hash).await.unwrap().text("password_hash").unwrap(), "");
        assert!(security.get("/people/roles").await.text().contains("须由安全管理员重新打印启用单"));
        let code = super::devices::slip(&app, &mut security, "member_a").await;
        let mut member = app.visitor();
        let fields = [
            ("login", "member_a"),
            ("code", code.as_str()),
            ("way", "password"),
            ("password", "gui-hua-kai-le"),
            ("again", "gui-hua-kai-le"),
        ];
        assert_eq!(member.post("/activate", &fields).await.status, 303);
        assert!(live(&app, &member).await.unwrap().actor.has(Role::ConductOffice));
        let again = decide(&mut security, 9, &grant, "refuse").await;
        assert!(refusal(&mut security, &again).await.contains("已经有人处理过"));

        // A role for the security administrator is nobody's to confirm but another one's.
        propose(&app, &mut admin, 10, "security", "deputy_secretary", d.office).await;
        let grant = waiting(&app).await;
        let own = decide(&mut security, 11, &grant, "confirm").await;
        assert!(refusal(&mut security, &own).await.contains("本人都不能确认"));
        assert_eq!(audited(&app, "people.role_confirmed").await, 1);
    }
}

#[tokio::test]
async fn b09_the_three_administrators_stay_in_their_own_rooms() {
    let app = TestApp::new(Database::Sqlite).await;
    let unit = app.district.town.to_string();
    let form = |n| command(n);
    for login in ["audit", "leader_a", "team", "secretary", "member_a"] {
        let mut client = app.sign_in(login).await;
        let rename = [
            ("command", form(1)),
            ("unit", unit.clone()),
            ("seen", "1".into()),
            ("name", "甲".into()),
            ("from_day", "2026-11-02".into()),
        ];
        let rename: Vec<(&str, &str)> = rename.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(client.post("/people/units/rename", &rename).await.status, 404, "{login}");
        assert_eq!(client.call("/api/people/directory", serde_json::json!({})).await.status, 404, "{login}");
        assert_eq!(client.get("/people").await.status, 404, "{login}");
    }
    // Administrators see no business.
    for login in ["sysadmin", "security", "audit"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.call("/api/board/matrix", serde_json::json!({})).await.status, 404, "{login}");
        // Their own page and their 待办 stand all the same.
        assert_eq!(client.get("/me").await.status, 200, "{login}");
        assert_eq!(client.get("/todo").await.status, 200, "{login}");
    }
    // Whose role reaches beyond one unit is not handled by the system administrator.
    let mut admin = app.sign_in("sysadmin").await;
    let fields = [
        ("command", form(2)),
        ("person", app.district.person("security").to_string()),
        ("account", app.district.account("security").to_string()),
        ("state", "disabled".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert!(admin.post("/people/accounts/set", &fields).await.location().contains("draft="));
    assert_eq!(admin.post("/people/accounts/slip", &fields[..3]).await.status, 303, "no slip, no takeover");
}

#[tokio::test]
async fn a_unit_keeps_its_old_names_and_a_stale_form_changes_nothing() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let unit = app.district.town.to_string();
        let mut admin = app.sign_in("sysadmin").await;
        let seen = version(&app, &unit).await;
        let base = [("command", "x"), ("unit", unit.as_str()), ("seen", seen.as_str())];
        let rename = |key: String, name: &'static str, day: &'static str| {
            let mut client = admin.clone();
            let fields: Vec<(String, String)> =
                base[1..].iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            async move {
                let mut all: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                all.extend([("command", key.as_str()), ("name", name), ("from_day", day)]);
                client.post("/people/units/rename", &all).await
            }
        };
        let reply = rename(command(1), "东湖\u{202E}镇😀", "2026-11-01").await;
        assert!(reply.location().contains("done=renamed"), "{}", reply.location());
        // The very same form again: same answer, nothing twice.
        assert!(rename(command(1), "东湖\u{202E}镇😀", "2026-11-01").await.location().contains("done=renamed"));
        assert_eq!(audited(&app, "people.unit_renamed").await, 1);
        let stale = rename(command(2), "西湖镇", "2026-11-02").await;
        let page = refusal(&mut admin, &stale).await;
        assert!(page.contains("刚刚被别人改过") && page.contains("西湖镇"), "typed text is still there");
        let page = admin.call("/api/people/unit", serde_json::json!({ "id": unit })).await.json();
        assert_eq!(page["unit"]["name"], "东湖镇😀");
        assert_eq!(page["names"][1][0], "东湖街道");
        assert!(page["names"][1][1].as_str().unwrap().ends_with("2026年10月31日"));
    }
}

#[tokio::test]
async fn a_merged_unit_ends_with_its_posts_and_roles_and_can_still_be_read() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (town, civil) = (app.district.town.to_string(), app.district.civil.to_string());
        let mut admin = app.sign_in("sysadmin").await;
        let leader = app.sign_in("leader_a").await;
        let seen = version(&app, &town).await;
        let key = command(1);
        let own =
            [("command", key.as_str()), ("unit", &town), ("seen", &seen), ("into", &town), ("ends_on", "2026-11-01")];
        let reply = admin.post("/people/units/end", &own).await;
        assert!(refusal(&mut admin, &reply).await.contains("不能并入"));
        let key = command(2);
        let fields =
            [("command", key.as_str()), ("unit", &town), ("seen", &seen), ("into", &civil), ("ends_on", "2026-11-01")];
        assert!(admin.post("/people/units/end", &fields).await.location().contains("done=unit_ended"));
        assert!(!live(&app, &leader).await.unwrap().actor.has(Role::Principal));
        let page = admin.call("/api/people/unit", serde_json::json!({ "id": town })).await.json();
        assert_eq!(page["merged_into"][1], "区民政局");
        assert_eq!(page["running"], false);
        assert_eq!(page["posts"][0]["terms"][0]["name"], "段敏", "history stays");
        let live_roles =
            count(&app, q("SELECT COUNT(*) AS n FROM role_grants WHERE unit_id = $1 AND state = 'active'").bind(&town))
                .await;
        assert_eq!(live_roles, 0);
    }
}

#[tokio::test]
async fn an_appointment_ends_the_term_before_and_the_new_head_is_in_at_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (town, post) = (app.district.town.to_string(), app.district.town_post.to_string());
        let mut admin = app.sign_in("office").await;
        let (old, new) = (app.sign_in("leader_a").await, app.sign_in("member_a").await);
        let person = app.district.person("member_a").to_string();
        let mut n = 0;
        let mut appoint = async |admin: &mut Client, person: &str, name: &str, day: &str| {
            n += 1;
            let (key, seen) = (command(n), version(&app, &town).await);
            let fields = [
                ("command", key.as_str()),
                ("unit", &town),
                ("seen", &seen),
                ("post", &post),
                ("person", person),
                ("name", name),
                ("starts_on", day),
            ];
            admin.post("/people/terms/appoint", &fields).await
        };
        let early = appoint(&mut admin, &person, "", "2023-01-01").await;
        assert!(refusal(&mut admin, &early).await.contains("晚于前任"));
        let future = appoint(&mut admin, &person, "", "2026-12-01").await;
        assert!(refusal(&mut admin, &future).await.contains("晚于今天"));
        assert!(appoint(&mut admin, &person, "", "2026-11-02").await.location().contains("done=appointed"));
        assert!(!live(&app, &old).await.unwrap().actor.has(Role::Principal));
        assert!(live(&app, &new).await.unwrap().actor.has(Role::Principal));
        let ended =
            row(&app, q("SELECT ends_on FROM terms WHERE person_id = $1").bind(app.district.person("leader_a"))).await;
        assert_eq!(ended.unwrap().text("ends_on").unwrap(), "2026-11-01");
        app.clock.advance_ms(24 * 3_600_000);
        let mut admin = app.sign_in("office").await;
        assert!(appoint(&mut admin, "new", "曾𠮷", "2026-11-03").await.location().contains("done=appointed"));
        let made = row(&app, q("SELECT pinyin, initials FROM persons WHERE name = '曾𠮷'")).await.unwrap();
        assert!(made.text("pinyin").unwrap().starts_with("zeng"));
        // Vacancy.
        let term = row(&app, q("SELECT id FROM terms WHERE post_id = $1 AND ends_on IS NULL").bind(&post))
            .await
            .unwrap()
            .text("id")
            .unwrap();
        let (key, seen) = (command(90), version(&app, &town).await);
        let end =
            [("command", key.as_str()), ("unit", &town), ("seen", &seen), ("term", &term), ("ends_on", "2026-11-03")];
        assert!(admin.post("/people/terms/end", &end).await.location().contains("done=term_ended"));
        app.clock.advance_ms(24 * 3_600_000);
        let mut admin = app.sign_in("office").await;
        let page = admin.call("/api/people/directory", serde_json::json!({ "find": "东湖" })).await.json();
        assert_eq!(page["units"][0]["vacant"], true);
    }
}

#[tokio::test]
async fn the_map_decides_whom_a_team_sees_from_the_next_request_on() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let d = app.district.clone();
        let mut admin = app.sign_in("sysadmin").await;
        let team = app.sign_in("team").await;
        assert!(live(&app, &team).await.unwrap().actor.watched.contains(&d.school));
        let (school, team2, seen) = (d.school.to_string(), d.team2.to_string(), version(&app, d.school).await);
        let key = command(1);
        let fields = [
            ("command", key.as_str()),
            ("unit", &school),
            ("seen", &seen),
            ("team", &team2),
            ("office", ""),
            ("committee", ""),
        ];
        assert!(admin.post("/people/map/save", &fields).await.location().contains("done=mapped"));
        assert!(live(&app, &team).await.unwrap().actor.watched.is_empty());
        let seen = version(&app, d.school).await;
        let (key, office) = (command(2), d.office.to_string());
        let wrong = [("command", key.as_str()), ("unit", &school), ("seen", &seen), ("team", &office)];
        let reply = admin.post("/people/map/save", &wrong).await;
        assert!(refusal(&mut admin, &reply).await.contains("不能归口"));
    }
}

#[tokio::test]
async fn hidden_fields_are_refused_and_html_in_names_is_shown_as_text() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let key = command(1);
    let more = [
        ("command", key.as_str()),
        ("name", "甲局"),
        ("kind", "department"),
        ("starts_on", "2026-11-01"),
        ("leads_district", "1"),
    ];
    let reply = admin.post("/people/units/add", &more).await;
    assert!(refusal(&mut admin, &reply).await.contains("本页没有的内容"));
    let key = command(2);
    let html = [
        ("command", key.as_str()),
        ("name", "<script>alert(1)</script>局"),
        ("kind", "department"),
        ("starts_on", "2026-11-01"),
    ];
    let reply = admin.post("/people/units/add", &html).await;
    let page = admin.get(&reply.location()).await.text();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert(1)"), "{page}");
}

#[tokio::test]
async fn a_misspelt_name_is_corrected_where_it_was_seen() {
    let app = TestApp::new(Database::Sqlite).await;
    let person = app.district.person("leader_a").to_string();
    let mut admin = app.sign_in("sysadmin").await;
    let (one, two, three) = (command(1), command(2), command(3));
    let form = |key, seen, name, phone| {
        [("command", key), ("person", person.as_str()), ("seen", seen), ("name", name), ("phone", phone)]
    };
    let bad = admin.post("/people/correct", &form(&one, "段敏", "段敏", "打给秘书")).await;
    assert!(refusal(&mut admin, &bad).await.contains("数字以外"));
    let done = admin.post("/people/correct", &form(&two, "段敏", "解敏", "13900000000")).await;
    assert!(done.location().contains("done=corrected"));
    let stored = row(&app, q("SELECT pinyin FROM persons WHERE id = $1").bind(&person)).await.unwrap();
    assert_eq!(stored.text("pinyin").unwrap(), "xie min");
    let stale = admin.post("/people/correct", &form(&three, "段敏", "段闽", "")).await;
    assert!(refusal(&mut admin, &stale).await.contains("刚刚被别人改过"));
    // Another one's new telephone is not overwritten unseen.
    let key = command(4);
    let stale = admin.post("/people/correct", &form(&key, "解敏", "解敏", "")).await;
    assert!(refusal(&mut admin, &stale).await.contains("刚刚被别人改过"));
    let key = command(5);
    let fresh = [&form(&key, "解敏", "解敏", "")[..], &[("seen_phone", "13900000000")]].concat();
    assert!(admin.post("/people/correct", &fresh).await.location().contains("done=corrected"));
    // Telephones are for those who maintain people, not for the 安全管理员.
    let mut security = app.sign_in("security").await;
    let page = security.call("/api/people/person", serde_json::json!({ "id": person })).await.json();
    assert_eq!(page["phone"], "");
}
