//! The book of the 区委书记 is his and the 区纪委书记's (practice 1): its unit's 联络员 drafts nothing into it,
//! reads nothing of it and is told nothing of what it wants.

use domain::people::Role;
use serde_json::json;
use server::{random, storage::q};

use crate::{
    duties::{command, execute, issued, refused, rows},
    evidence::{PDF, add},
    harness::{BOTH, PASSWORD, TestApp},
};

/// Login of the 联络员 of the 区委, whom the small district has not.
pub const LIAISON: &str = "liaison_d";

/// Gives the 区委 its 联络员.
pub async fn liaison(app: &TestApp) {
    let id = || random::id(domain::time::Instant(11)).to_string();
    let (person, account) = (id(), id());
    let district = app.district.id;
    let persons = q("INSERT INTO persons (id, district_id, name) VALUES ($1, $2, '贾文博')");
    execute(app, persons.bind(&person).bind(district)).await;
    execute(
        app,
        q("INSERT INTO accounts (id, district_id, person_id, login, password_hash, changed_at)
           VALUES ($1, $2, $3, $4, $5, 0)")
        .bind(&account)
        .bind(district)
        .bind(&person)
        .bind(LIAISON)
        .bind(format!("hashed:{PASSWORD}")),
    )
    .await;
    execute(
        app,
        q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
           VALUES ($1, $2, $3, $4, $5, 'active', 'system', '2024-01-01')")
        .bind(id())
        .bind(district)
        .bind(&person)
        .bind(Role::Liaison.key())
        .bind(app.district.leading),
    )
    .await;
}

#[tokio::test]
async fn nobody_drafts_for_the_secretary_of_the_district() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        liaison(&app).await;
        let post = app.district.leading_post.to_string();
        let mut head = app.sign_in("district_head").await;
        let record = crate::evidence::record(&mut head, "区委书记自己的记录", "other").await;
        let mut liaison = app.sign_in(LIAISON).await;
        for (path, form) in [
            ("/api/records/home", json!({})),
            ("/api/records/new", json!({})),
            ("/api/records/book", json!({})),
            ("/api/records/book", json!({ "post": post })),
            ("/api/records/one", json!({ "id": record })),
            ("/api/reminders/month", json!({})),
            ("/api/duties/mine", json!({})),
        ] {
            let reply = liaison.call(path, form).await;
            assert!(reply.status >= 400 && !reply.text().contains("区委书记自己的"), "{path}: {}", reply.text());
        }
        let home = liaison.get("/home").await.text();
        assert!(home.contains("目前没有需要您代录的记录本") && !home.contains("滨海示范区委党组织书记"), "{home}");
        let draft = [("post", post.as_str()), ("text", "替书记记一条"), ("event_on", "")];
        refused(&mut liaison, "/records/save", &draft).await;
        assert_eq!(rows(&app, q("SELECT id FROM records")).await.len(), 1, "{database:?}");
        // One that he drafted before stays out of his hands, too.
        let drafted = q("UPDATE records SET state = 'proxy', page = NULL, proxy_person =
                           (SELECT person_id FROM accounts WHERE login = $1) WHERE id = $2");
        execute(&app, drafted.bind(LIAISON).bind(&record)).await;
        let reply = add(&mut liaison, &record, "材料.pdf", PDF).await;
        assert!(reply.status >= 400 || reply.location().contains("draft="), "{} {}", reply.status, reply.location());
        assert!(rows(&app, q("SELECT id FROM evidence_links")).await.is_empty(), "{database:?}");
        for decision in ["withdraw", "resend"] {
            let fields = [("record", record.as_str()), ("seen", "1"), ("decision", decision), ("reason", "")];
            assert!(refused(&mut liaison, "/records/decide", &fields).await.contains("没有找到"), "{decision}");
        }
        let change = [("record", record.as_str()), ("seen", "1"), ("text", "改一改"), ("kind", "other")];
        refused(&mut liaison, "/records/correct", &change).await;
        let todo = liaison.call("/api/records/todo", json!({})).await;
        assert!(todo.status == 200 && !todo.text().contains("区委书记自己的"), "{}", todo.text());
    }
}

#[tokio::test]
async fn a_digest_tells_no_liaison_what_that_book_wants() {
    for database in BOTH {
        for (leads, told) in [(false, 1), (true, 0)] {
            let app = TestApp::new(database).await;
            issued(&app, "区教育局").await;
            // A 书面报告 of the school is near its day; the school is a department, or it is the 区委.
            let due = q("INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from, window_to, counts_from, due_on, state)
                         SELECT $1, i.district_id, l.post_id, l.unit_id, 2026, i.duty_id, i.code, 9, '2026-10-01', '2026-11-04', '2026-10-01', '2026-11-04', 'open'
                         FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE l.post_id = $2 AND i.code = '12.2'");
            execute(&app, due.bind(command()).bind(app.district.school_post)).await;
            execute(&app, q("UPDATE leader_items SET hard = 1, evidence = 'report' WHERE code = '12.2'")).await;
            let unit = q("UPDATE units SET leads_district = $1 WHERE id = $2");
            execute(&app, unit.bind(leads).bind(app.district.school)).await;
            app.clock.set_day(domain::time::parse_iso("2026-11-04").unwrap());
            app.app.services().remind().await.unwrap();
            let digests = q("SELECT id FROM reminders WHERE person_id = $1 AND kind = 'digest'");
            let got = rows(&app, digests.bind(app.district.person("liaison_b"))).await.len();
            assert_eq!(got, told, "{database:?} {leads}");
            let own = q("SELECT id FROM reminders WHERE person_id = $1 AND kind = 'digest'");
            assert_eq!(rows(&app, own.bind(app.district.person("leader_b"))).await.len(), 1, "{database:?} {leads}");
        }
    }
}
