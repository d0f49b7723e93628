//! 一级抓一级: the head passes his list on; only the state of an answer comes up.

use domain::ids::UnitId;
use serde_json::json;
use server::{random, storage::q};

use super::{no, page, problems, signed, take};
use crate::{
    duties::{done, execute, refused},
    harness::{Database, TestApp},
};

/// A 下属单位 of the school whose 联络员 is `liaison_a`.
async fn below(app: &TestApp) -> String {
    let unit = UnitId(random::id(domain::time::Instant(9)));
    execute(
        app,
        q("INSERT INTO units (id, district_id, name, kind, parent_id, leads_district, starts_on, position)
           VALUES ($1, $2, '区实验小学', 'subordinate', $3, 0, '2024-01-01', 99)")
        .bind(unit)
        .bind(app.district.id)
        .bind(app.district.school),
    )
    .await;
    execute(
        app,
        q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
           VALUES ($1, $2, $3, 'liaison', $4, 'active', 'system', '2024-01-01')")
        .bind(random::id(domain::time::Instant(10)).to_string())
        .bind(app.district.id)
        .bind(app.district.person("liaison_a"))
        .bind(unit),
    )
    .await;
    unit.to_string()
}

#[tokio::test]
async fn a_list_goes_down_and_only_states_come_up() {
    let app = TestApp::new(Database::Sqlite).await;
    let id = signed(&app, 3).await;
    let unit = below(&app).await;
    let all = problems(&app, &id).await;
    let (first, second) = (all[0].0.to_string(), all[1].0.to_string());
    let fields = [
        ("unit", unit.as_str()),
        ("problem", first.as_str()),
        ("problem", second.as_str()),
        ("words", "请对照自查，12月底前报送"),
    ];
    // The head alone passes on what he was told, and only to those below him.
    no(&app, "liaison_b", &id, "/talks/pass", &fields).await;
    let town = app.district.town.to_string();
    let elsewhere = [("unit", town.as_str()), fields[1], fields[3]];
    no(&app, "member_a", &id, "/talks/pass", &elsewhere).await;
    take(&app, "member_a", &id, "/talks/pass", &fields).await;
    let mut child = app.sign_in("liaison_a").await;
    let reply = child.call("/api/talks/passed", json!({ "id": id })).await.json();
    assert_eq!(reply["one"]["problems"].as_array().unwrap().len(), 2);
    assert!(!reply.to_string().contains("patrol") && !reply.to_string().contains("研究部署不经常"));
    assert_eq!(child.call("/api/talks/one", json!({ "id": id })).await.status, 404);
    let answer = [("talk", id.as_str()), ("unit", unit.as_str()), ("state", "done"), ("answer", "")];
    assert!(refused(&mut child, "/talks/passed", &answer).await.contains("对照整改情况"));
    let answer = [answer[0], answer[1], answer[2], ("answer", "我校也有类似情况，已改")];
    done(&mut child, "/talks/passed", &answer).await;
    for login in ["member_a", "office", "team"] {
        let one = page(&mut app.sign_in(login).await, &id).await.to_string();
        assert!(!one.contains("我校也有"), "{login}");
    }
    let own = page(&mut app.sign_in("member_a").await, &id).await;
    assert_eq!(own["passed"][0]["state"], "已对照整改");
    let mut other = app.sign_in("leader_c").await;
    assert_eq!(other.call("/api/talks/passed", json!({ "id": id })).await.status, 404);
    refused(&mut other, "/talks/passed", &answer).await;
}
