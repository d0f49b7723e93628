//! A broken-off reading goes on where it stopped: from the server's state on whatever device, and on days that are told
//! to the head again.

use domain::time::parse_iso;

use super::{act, not, only, page, registered, remark, text_of, written};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn it_goes_on_at_the_first_item_without_a_mark() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let all = page(&mut app.sign_in("office").await, &id).await["choices"].clone();
        let other = all.as_array().unwrap().iter().map(|c| c[0].as_str().unwrap()).find(|d| *d != duty).unwrap();
        only(&app, &id, &[&duty, other]).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(shown["resume"]["words"], "抽查 2 条，已标 0 条");
        // A mark on a record of the item counts for the item, and a colleague's device knows of it.
        remark(&app, "office", &id, &[("record", &work), ("kind", "sound"), ("text", ""), ("tap", "1")]).await;
        let shown = page(&mut app.sign_in("office2").await, &id).await;
        assert_eq!(shown["resume"]["words"], "抽查 2 条，已标 1 条", "{database:?}");
        assert_eq!(shown["resume"]["next"][0], other);
        let html = app.sign_in("office2").await.get(&format!("/oversight/{id}")).await.text();
        assert!(html.contains("接着查") && html.contains(&format!("#row-{other}")), "{html}");
        remark(&app, "office2", &id, &[("duty", other), ("kind", "wanting"), ("text", "补记"), ("tap", "1")]).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert!(shown["resume"]["next"].is_null(), "{shown}");
        assert!(page(&mut app.sign_in("leader_b").await, &id).await["resume"].is_null(), "the readers' own");
    }
}

#[tokio::test]
async fn its_days_can_be_prolonged_and_are_told_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, ..) = written(&app).await;
        let id = registered(&app, "2026-11-03", "2026-11-04").await;
        let to = [("to", "2026-11-09"), ("words", "有会议，没有查完")];
        not(&app, "office", &id, "prolong", &to).await;
        app.clock.set_day(parse_iso("2026-11-06").unwrap());
        let mut office = app.sign_in("office").await;
        assert!(text_of(&mut office, &work).await.is_null(), "its days are over");
        assert_eq!(page(&mut office, &id).await["may_prolong"], true);
        not(&app, "office", &id, "prolong", &[("to", "2026-11-05"), ("words", "没有查完")]).await;
        not(&app, "office", &id, "prolong", &[("to", "2026-12-20"), ("words", "没有查完")]).await;
        not(&app, "office", &id, "prolong", &[("to", "2026-11-09"), ("words", " ")]).await;
        for login in ["leader_b", "deputy"] {
            not(&app, login, &id, "prolong", &to).await;
        }
        act(&app, "office", &id, "prolong", &to).await;
        assert!(text_of(&mut office, &work).await.is_string(), "{database:?}");
        let home = app.sign_in("leader_b").await.get("/home").await.text();
        assert!(home.contains("11月3日至11月9日"), "{home}");
    }
}
