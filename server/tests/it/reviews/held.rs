//! Roles that ended are named nowhere and allow nothing: 责任领导, staff of a meeting, units of known raters.

use serde_json::json;
use server::{random, storage::q};

use super::{
    own::DAY,
    planning::{drafted, page},
    sealed::{MEETING, handed_item, id, sealed},
};
use crate::{
    duties::{done, execute, refused},
    harness::{BOTH, Client, TestApp},
};

/// 班子成员 of the school, from and to a day.
async fn member(app: &TestApp, login: &str, from: &str, to: Option<&str>) {
    let grant =
        q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on, ends_on)
         VALUES ($1, $2, $3, 'member', $4, 'active', 'system', $5, $6)")
        .bind(random::id(domain::time::Instant(9)).to_string())
        .bind(app.district.id)
        .bind(app.district.person(login))
        .bind(app.district.school)
        .bind(from)
        .bind(to.map(str::to_owned));
    execute(app, grant).await;
}

async fn owners(client: &mut Client, item: &str) -> (String, String) {
    let page = client.call("/api/accountability/item", json!({ "id": item })).await.json();
    (page["owners"].to_string(), page["version"].to_string())
}

#[tokio::test]
async fn a_member_of_the_past_or_of_the_future_answers_for_nothing() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let item = handed_item(&app).await;
        // First day of every test: 2 November 2026.
        member(&app, "team", "2020-01-01", Some("2026-11-01")).await;
        member(&app, "team2", "2026-12-01", None).await;
        member(&app, "general", "2026-11-02", Some("2026-11-02")).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let (named, seen) = owners(&mut liaison, &item).await;
        let is_named = |login: &str| named.contains(&app.district.person(login).to_string());
        assert!(is_named("leader_b") && is_named("general"), "{named}");
        assert!(!is_named("team") && !is_named("team2"), "{named}");
        let fields = |owner: &str| {
            [
                ("item", item.clone()),
                ("seen", seen.clone()),
                ("step", "plan".to_owned()),
                ("owner", app.district.person(owner).to_string()),
                ("department", "办公室".to_owned()),
                ("adopted_on", "2026-11-02".to_owned()),
                ("words", "建立制度".to_owned()),
            ]
        };
        for owner in ["team", "team2"] {
            let fields = fields(owner);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let told = refused(&mut liaison, "/accountability/step", &fields).await;
            assert!(told.contains("现任班子成员"), "{owner} {told}");
        }
        let fields = fields("general");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut liaison, "/accountability/step", &fields).await;
    }
}

#[tokio::test]
async fn a_meeting_offers_no_staff_whose_role_ended() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = drafted(&app, "人员", DAY).await;
        let mut office = app.sign_in("office").await;
        let id = app.district.person("team2").to_string();
        let staff = page(&mut office, &planned.meeting).await["people"].to_string();
        assert!(staff.contains(&id), "{staff}");
        let end = q("UPDATE role_grants SET ends_on = '2026-11-01' WHERE person_id = $1");
        execute(&app, end.bind(app.district.person("team2"))).await;
        let staff = page(&mut office, &planned.meeting).await["people"].to_string();
        assert!(!staff.contains(&id), "{staff}");
    }
}

#[tokio::test]
async fn a_reader_who_is_alone_is_told_whom_to_appoint() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let mut office = app.sign_in("office").await;
        let asked = json!({ "meeting": id(MEETING) });
        let page = office.call("/api/reviews/comments", asked.clone()).await;
        assert!(page.status == 200 && !page.text().contains("不足两人"), "{}", page.text());
        let end = q("UPDATE role_grants SET ends_on = '2026-11-01'
             WHERE role IN ('secretary', 'deputy_secretary', 'conduct_office') AND person_id <> $1");
        execute(&app, end.bind(app.district.person("office"))).await;
        let page = office.call("/api/reviews/comments", asked).await;
        assert!(page.text().contains("不足两人") && page.text().contains("请系统管理员"), "{}", page.text());
    }
}
