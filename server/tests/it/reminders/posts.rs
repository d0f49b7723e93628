//! Somebody with several posts is one person: one reminder a quarter, one digest a day, over all of them.

use domain::ids::TermId;
use server::{random, storage::q};

use super::{d, done, quarters, remind, told};
use crate::{
    duties::{execute, issued, list_of, rows, through},
    harness::{BOTH, TestApp},
};

/// `leader_b` heads 区民政局 too, in its head's place; both lists are issued, neither is signed.
async fn two_posts(app: &TestApp) {
    let post = app.district.civil_post;
    execute(app, q("UPDATE terms SET ends_on = '2025-12-31' WHERE post_id = $1").bind(post)).await;
    let term =
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-01-01')");
    let id = TermId(random::id(domain::time::Instant(1)));
    execute(app, term.bind(id).bind(app.district.id).bind(post).bind(app.district.person("leader_b"))).await;
    let grant = q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
                   VALUES ($1, $2, $3, 'liaison', $4, 'active', 'system', '2026-01-01')");
    let id = random::id(domain::time::Instant(1)).to_string();
    let liaison = app.district.person("liaison_a");
    execute(app, grant.bind(id).bind(app.district.id).bind(liaison).bind(app.district.civil)).await;
    issued(app, "区教育局").await;
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    let list = list_of(&mut office, "区民政局").await;
    through(app, &mut office, &mut deputy, &list).await;
}

#[tokio::test]
async fn one_digest_a_day_speaks_for_every_post() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        two_posts(&app).await;
        let find = q("SELECT receipt_due FROM leader_lists WHERE receipt_due IS NOT NULL ORDER BY receipt_due");
        let due = rows(&app, find).await;
        assert_eq!(due.len(), 2);
        let last = due[1].day("receipt_due").unwrap() + chrono::Days::new(5);
        while app.app.services().today() < last {
            app.clock.set_day(app.app.services().today() + chrono::Days::new(1));
            app.app.services().remind().await.unwrap();
        }
        let got = told(&app, "leader_b").await;
        let days: Vec<&str> = got.iter().filter(|(kind, _)| kind == "digest").map(|(_, day)| day.as_str()).collect();
        let mut once = days.clone();
        once.dedup();
        assert!(!days.is_empty(), "{database:?}: something is due");
        assert_eq!(days, once, "{database:?}: one a day");
        // The one of that day counts both: nothing is left to a second one.
        let due = domain::time::iso(due[0].day("receipt_due").unwrap());
        let find = q("SELECT n FROM reminders WHERE person_id = $1 AND kind = 'digest' AND on_day = $2");
        let found = rows(&app, find.bind(app.district.person("leader_b")).bind(due)).await;
        assert!(found[0].int("n").unwrap() >= 2, "{database:?}: both lists wait to be signed");
    }
}

#[tokio::test]
async fn one_reminder_a_quarter_speaks_for_every_post() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        two_posts(&app).await;
        remind(&app, "2026-12-01").await;
        app.clock.set_day(d("2026-12-04"));
        let mut office = app.sign_in("office").await;
        let seen = super::desk(&app, "office").await["round"]["version"].to_string();
        let fields = [("year", "2026"), ("quarter", "4"), ("seen", seen.as_str()), ("do", "send")];
        done(&mut office, "/reminders/decide", &fields).await;
        for day in ["2026-12-04", "2026-12-07", "2026-12-08", "2026-12-31"] {
            remind(&app, day).await;
        }
        assert_eq!(quarters(&app, "leader_b").await, 1, "{database:?}");
    }
}
