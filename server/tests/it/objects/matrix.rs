//! B01, B03: role × object × every route and server function. Whoever may not see an
//! object gets the answer of an object that does not exist, and leaves nothing changed.

use std::collections::BTreeSet;

use serde_json::json;
use server::{http::policy::Policy, storage::q};

use super::{
    leading,
    table::{Answer, Ask, fingerprint, form, send},
    tables::asks,
    world::{Ids, World, one},
};
use crate::{
    duties::{execute, refused},
    harness::{Client, Database, counted, logins},
};

struct Case {
    path: &'static str,
    there: Ask,
    stale: Ask,
    nothing: Ask,
    nothing_stale: Ask,
}

fn cases(world: &World, nothing: &Ids) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut missing = BTreeSet::new();
    for entry in world.app.entries.iter().filter(|e| e.policy != Policy::Public) {
        let of = |ids: &Ids| asks(entry.kind, entry.path, ids);
        let Some(there) = of(&world.school) else {
            missing.insert(entry.path);
            continue;
        };
        let all = [of(&world.school.stale()), of(nothing), of(&nothing.stale())].map(Option::unwrap);
        let [stale, none, none_stale] = all.map(Vec::into_iter);
        for (((there, stale), nothing), nothing_stale) in there.into_iter().zip(stale).zip(none).zip(none_stale) {
            cases.push(Case { path: entry.path, there, stale, nothing, nothing_stale });
        }
    }
    assert!(missing.is_empty(), "entries without a row in the table of ids (objects/tables.rs): {missing:?}");
    cases
}

/// A stranger's answers: those of an object that does not exist.
async fn stranger(world: &World, client: &mut Client, case: &Case, wrong: &mut Vec<String>, login: &str) {
    let nothing = send(&world.app, client, case.path, &case.nothing).await;
    let there = send(&world.app, client, case.path, &case.there).await;
    compare(login, case, "", &there, &nothing, wrong);
    if case.there.versioned {
        let nothing = send(&world.app, client, case.path, &case.nothing_stale).await;
        let there = send(&world.app, client, case.path, &case.stale).await;
        compare(login, case, " (stale)", &there, &nothing, wrong);
    }
}

fn compare(login: &str, case: &Case, how: &str, there: &Answer, nothing: &Answer, wrong: &mut Vec<String>) {
    if there != nothing {
        wrong.push(format!(
            "{login}{how} on {}: {:?} answers {} {}{} and nothing {} {}{}",
            case.path,
            case.there.to,
            there.status,
            there.location,
            there.problem,
            nothing.status,
            nothing.location,
            nothing.problem
        ));
        if there.body != nothing.body {
            let at = there.body.chars().zip(nothing.body.chars()).take_while(|(a, b)| a == b).count();
            let from = at.saturating_sub(60);
            wrong.push(format!("   …{}", there.body.chars().skip(from).take(200).collect::<String>()));
            wrong.push(format!("   …{}", nothing.body.chars().skip(from).take(200).collect::<String>()));
        }
    }
    if case.there.write && !there.is_refusal() {
        wrong.push(format!("{login}{how} on {}: {:?} was taken: {}", case.path, case.there.to, there.location));
    }
}

/// One who may do it: what is there differs from nothing; a write is stopped by its version only.
async fn entitled(world: &World, client: &mut Client, case: &Case, wrong: &mut Vec<String>, login: &str) {
    if case.there.write && !case.there.versioned {
        return;
    }
    let (there, nothing) = if case.there.write {
        let there = send(&world.app, client, case.path, &case.stale).await;
        (there, send(&world.app, client, case.path, &case.nothing_stale).await)
    } else {
        let there = send(&world.app, client, case.path, &case.there).await;
        (there, send(&world.app, client, case.path, &case.nothing).await)
    };
    // The hall leads everybody with a part in the meeting to his own page.
    let led = there.status == 303 && case.path == "/hall/{id}";
    let fits =
        if case.there.write { there.problem.contains("刚刚被别人改过") } else { there.status == 200 || led };
    if !fits || there == nothing {
        wrong.push(format!(
            "{login} should get on with {} {:?}: {} {}",
            case.path, case.there.to, there.status, there.problem
        ));
    }
}

async fn matrix(database: Database) {
    let world = World::new(database).await;
    leading::liaison(&world.app).await;
    let nothing = world.school.of_nothing();
    let cases = cases(&world, &nothing);
    let mut wrong = Vec::new();
    for login in logins().into_iter().chain([leading::LIAISON]) {
        let mut client = world.app.sign_in(login).await;
        let (mine, others): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| c.there.allowed.contains(&login));
        for case in mine {
            entitled(&world, &mut client, case, &mut wrong, login).await;
        }
        let before = fingerprint(&world.app).await;
        for case in others {
            if case.there.sees.contains(&login) {
                let there = send(&world.app, &mut client, case.path, &case.there).await;
                if !there.is_refusal() {
                    wrong.push(format!("{login} on {} {:?}: {}", case.path, case.there.to, there.location));
                }
            } else {
                stranger(&world, &mut client, case, &mut wrong, login).await;
            }
        }
        let after = fingerprint(&world.app).await;
        if before != after {
            wrong.push(format!("{login}: refused requests changed something: {before:?} → {after:?}"));
        }
    }
    counted(&format!("B01 strangers and entitled, {database:?}"), logins().len() * cases.len());
    assert!(wrong.is_empty(), "{database:?}, {} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn strangers_get_the_answer_of_nothing_on_sqlite() {
    matrix(Database::Sqlite).await;
}

#[tokio::test]
async fn strangers_get_the_answer_of_nothing_on_postgres() {
    matrix(Database::Postgres).await;
}

/// Everything of the school belongs to another district, which has the same database.
#[tokio::test]
async fn objects_of_another_district_do_not_exist() {
    let mut world = World::new(Database::Sqlite).await;
    execute(&world.app, q("INSERT INTO districts (id, name, created_at) VALUES ('01ffffff-0000-7000-8000-000000000001', '邻区', 9000000000000)")).await;
    let ids = world.school.clone();
    for (sql, id) in [
        ("UPDATE units SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.unit),
        ("UPDATE posts SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.post),
        ("UPDATE terms SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.term),
        ("UPDATE persons SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.person),
        (
            "UPDATE persons SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id IN
               (SELECT person_id FROM role_grants WHERE unit_id = $1)",
            &ids.unit,
        ),
        ("UPDATE role_grants SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE unit_id = $1", &ids.unit),
        ("UPDATE accounts SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.account),
        ("UPDATE role_grants SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.grant),
        ("UPDATE leader_lists SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.list),
        ("UPDATE records SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE post_id = $1", &ids.post),
        ("UPDATE annual_tasks SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.task),
        ("UPDATE handovers SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.handover),
        ("UPDATE templates SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.template),
        ("UPDATE templates SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.open_template),
        ("UPDATE duty_lists SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.named_list),
        ("UPDATE meetings SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.meeting),
        ("UPDATE meetings SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.reviewed),
        ("UPDATE meeting_rounds SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.round),
        ("UPDATE feedback_sheets SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.sheet),
        ("UPDATE sealed_comments SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.comment),
        ("UPDATE items SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.item),
        ("UPDATE inspections SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.reading),
        (
            "UPDATE inspection_remarks SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1",
            &ids.remark,
        ),
        ("UPDATE book_takings SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.taking),
        ("UPDATE reports SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.report),
        ("UPDATE warning_matters SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.matter),
        ("UPDATE warning_notices SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.notice),
        ("UPDATE talks SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.talk),
        ("UPDATE rule_drafts SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.rule_draft),
        ("UPDATE fact_checks SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE id = $1", &ids.check),
        ("UPDATE season_steps SET district_id = '01ffffff-0000-7000-8000-000000000001' WHERE unit_id = $1", &ids.unit),
        ("DELETE FROM oversight_map WHERE unit_id = $1", &ids.unit),
    ] {
        execute(&world.app, q(sql).bind(id)).await;
    }
    let nothing = ids.of_nothing();
    // The 区委书记 is of the own district; uploads are an account's.
    world.school.leading.clone_from(&nothing.leading);
    let cases = cases(&world, &nothing);
    let mut wrong = Vec::new();
    for login in ["office", "sysadmin", "security", "deputy", "secretary", "general", "team", "leader_a", "audit"] {
        let mut client = world.app.sign_in(login).await;
        let before = fingerprint(&world.app).await;
        for case in cases.iter().filter(|c| !c.path.contains("/imports/")) {
            stranger(&world, &mut client, case, &mut wrong, login).await;
        }
        if before != fingerprint(&world.app).await {
            wrong.push(format!("{login}: something changed"));
        }
    }
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

/// 一级抓一级: only states go up. The office sees that the school's list is there, not what it says.
#[tokio::test]
async fn contents_of_a_list_handed_down_stay_below() {
    let world = World::new(Database::Sqlite).await;
    let ids = &world.school;
    let parent = q("UPDATE leader_lists SET from_unit_id = $1 WHERE id = $2");
    execute(&world.app, parent.bind(world.app.district.leading).bind(&ids.list)).await;
    for (login, below) in [("office", false), ("secretary", false), ("team", false), ("leader_b", true)] {
        let mut client = world.app.sign_in(login).await;
        let cell = client.call("/api/board/cell", json!({ "post": ids.post, "duty": "lv" })).await;
        assert_eq!(cell.json()["items"].as_array().unwrap().is_empty(), !below, "{login}");
        let item = client.call("/api/board/item", json!({ "post": ids.post, "item": ids.duty })).await;
        assert_eq!(item.status, if below { 200 } else { 404 }, "{login}");
        let record = client.call("/api/records/one", json!({ "id": ids.record })).await.text();
        assert_eq!(record.contains("金丝雀条目"), below, "{login}");
    }
}

/// One's own form with a part that is somebody else's: as if that part were nothing.
#[tokio::test]
async fn foreign_parts_in_own_forms_are_nothing() {
    let world = World::new(Database::Sqlite).await;
    let (app, ids) = (&world.app, &world.school);
    let mut leader = app.sign_in("leader_a").await;
    let nothing = ids.of_nothing();
    let list = one(app, q("SELECT id FROM leader_lists WHERE unit_id = $1").bind(app.district.town), "id").await;
    let duty = "SELECT duty_id FROM leader_items WHERE list_id = $1 AND code = '1.1'";
    let own = one(app, q(duty).bind(&list), "duty_id").await;
    let post = app.district.town_post.to_string();
    let before = fingerprint(app).await;
    let forms = |other: &Ids| {
        let (list, own, post) = (list.as_str(), own.as_str(), post.as_str());
        let day = ("effective_on", "2026-12-01");
        vec![
            ("/duties/lists/pass", form(&[("leader", list), ("item", own), ("post", &other.post), day], &[])),
            ("/duties/lists/pass", form(&[("leader", list), ("item", &other.duty), ("post", post), day], &[])),
            (
                "/records/save",
                form(&[("post", post), ("text", "自己的"), ("event_on", ""), ("duty", &other.duty)], &[]),
            ),
        ]
    };
    for ((path, foreign), (_, nothing)) in forms(ids).into_iter().zip(forms(&nothing)) {
        let foreign = send(app, &mut leader, path, &foreign).await;
        assert_eq!(foreign, send(app, &mut leader, path, &nothing).await, "{path}");
        assert!(foreign.is_refusal(), "{path}: {foreign:?}");
    }
    assert_eq!(fingerprint(app).await, before);
}

/// B09: whoever maintains people gives himself no post, and nobody a second account.
#[tokio::test]
async fn those_who_maintain_people_open_no_book_to_themselves() {
    let world = World::new(Database::Sqlite).await;
    let ids = &world.school;
    let mut sysadmin = world.app.sign_in("sysadmin").await;
    let person = world.app.district.person("sysadmin").to_string();
    let before = fingerprint(&world.app).await;
    let appoint = [
        ("unit", ids.unit.as_str()),
        ("seen", &ids.versions.unit),
        ("post", &ids.post),
        ("person", &person),
        ("starts_on", "2026-11-02"),
    ];
    assert!(refused(&mut sysadmin, "/people/terms/appoint", &appoint).await.contains("不能给自己"));
    let second = [("person", ids.person.as_str()), ("login", "second")];
    assert!(refused(&mut sysadmin, "/people/accounts/add", &second).await.contains("已有账号"));
    assert_eq!(fingerprint(&world.app).await, before);
}
