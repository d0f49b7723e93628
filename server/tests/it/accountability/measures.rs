//! Published measures: two persons, number and date and kind only, never before the publication, read by few.

use super::*;

async fn enter(app: &TestApp, login: &str, change: &[(&'static str, &'static str)]) -> crate::harness::Reply {
    let post = app.district.school_post.to_string();
    let mut fields = vec![
        ("do", "enter"),
        ("post", post.as_str()),
        ("kind", "circular"),
        ("responsibility", "principal"),
        ("number", "滨纪通〔2026〕3号"),
        ("decided_on", "2026-10-26"),
        ("published_on", "2026-10-30"),
        ("dual", "1"),
        ("dual_on", "2026-10-28"),
    ];
    for (name, value) in change {
        if let Some(place) = fields.iter_mut().find(|(n, _)| n == name) {
            place.1 = value;
        }
    }
    send(&mut app.sign_in(login).await, "/accountability/measures/do", &fields).await
}

async fn list(app: &TestApp, login: &str) -> Value {
    app.sign_in(login).await.call("/api/accountability/measures", json!({ "year": 2026 })).await.json()
}

#[tokio::test]
async fn a_measure_takes_two_persons_and_is_read_by_few() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let reply = enter(&app, "office", &[]).await;
        assert!(reply.location().contains("done=1"), "{}", reply.location());
        let row = list(&app, "deputy").await["rows"][0].clone();
        assert_eq!((row["state"].as_str(), row["confirms"].as_bool()), (Some("待第二人核对"), Some(true)));
        assert_eq!(row["dual"], "已开展 2026年10月28日");
        let (id, seen) = (row["id"].as_str().unwrap().to_owned(), row["version"].to_string());
        let todo = app.sign_in("office2").await.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("问责处理 · 待第二人核对：通报"), "{todo}");
        // The first person is not the second.
        let own = [("do", "confirm"), ("id", id.as_str()), ("seen", seen.as_str())];
        let told = refused(&mut app.sign_in("office").await, "/accountability/measures/do", &own).await;
        assert!(told.contains("不能自己核对"));
        done(&mut app.sign_in("office2").await, "/accountability/measures/do", &own).await;
        let row = list(&app, "secretary").await["rows"][0].clone();
        assert_eq!((row["state"].as_str(), row["hands"].as_str()), (Some("已核对"), Some("林思源填写，陶文博核对")));
        // Not the unit, not the team, not the administrators.
        for login in ["leader_b", "liaison_b", "team", "general", "sysadmin", "audit"] {
            let mut client = app.sign_in(login).await;
            assert_eq!(client.call("/api/accountability/measures", json!({})).await.status, 403, "{login}");
            for path in ["/accountability", "/accountability/figures", "/board", "/todo"] {
                let text = client.get(path).await.text();
                assert!(!text.contains("滨纪通") && !text.contains("问责处理"), "{login} {path}");
            }
        }
        // It is no state of the unit: the board's column stays what it was.
        let board = app.sign_in("office").await.call("/api/board/matrix", json!({})).await.text();
        assert!(!board.contains("滨纪通"), "{board}");
        let counted =
            app.sign_in("office").await.call("/api/accountability/figures", json!({ "year": 2026 })).await.json();
        assert_eq!(counted["measures"][1]["count"], 1, "{}", counted["measures"]);
    }
}

#[tokio::test]
async fn what_may_not_be_stored_is_refused_and_nothing_is_kept() {
    let app = crate::duties::sqlite().await;
    for (change, told) in [
        (("published_on", ""), "没有公布"),
        (("published_on", "2026-11-03"), "尚未公布"),
        (("number", "给予某某党内警告处分"), "不是文号"),
        (("number", ""), "还没有填文号"),
        (("kind", "hanging"), "还没有选处理方式"),
        (("dual_on", ""), "一案双查日期"),
        (("responsibility", "overall"), "全面领导责任"),
    ] {
        let reply = enter(&app, "office", &[change]).await;
        assert!(reply.location().contains("draft="), "{told}: {}", reply.location());
        let page = app.sign_in("office").await.get(&reply.location()).await.text();
        assert!(page.contains(told), "{told}");
    }
    for login in ["deputy", "team", "leader_b"] {
        assert!(!enter(&app, login, &[]).await.location().contains("done=1"), "{login}");
    }
    // About the 区委书记 the office notes nothing: that is the 区纪委书记's alone.
    let leading = app.district.leading_post.to_string();
    let fields = [
        ("do", "enter"),
        ("post", leading.as_str()),
        ("kind", "circular"),
        ("number", "滨纪通〔2026〕4号"),
        ("decided_on", "2026-10-26"),
        ("published_on", "2026-10-30"),
    ];
    for login in ["office", "deputy", "district_head"] {
        send(&mut app.sign_in(login).await, "/accountability/measures/do", &fields).await;
        assert!(rows(&app, q("SELECT id FROM measures")).await.is_empty(), "{login}");
    }
    done(&mut app.sign_in("secretary").await, "/accountability/measures/do", &fields).await;
    let row = list(&app, "secretary").await["rows"][0].clone();
    assert!(row["hands"].as_str().unwrap().contains("另一位区纪委书记") && row["confirms"] == false, "{row}");
    let (id, seen) = (row["id"].as_str().unwrap().to_owned(), row["version"].to_string());
    let confirm = [("do", "confirm"), ("id", id.as_str()), ("seen", seen.as_str())];
    for login in ["office", "office2", "deputy"] {
        assert_eq!(list(&app, login).await["rows"], json!([]), "{login}");
        refused(&mut app.sign_in(login).await, "/accountability/measures/do", &confirm).await;
        let todo = app.sign_in(login).await.call("/api/records/todo", json!({})).await.text();
        assert!(!todo.contains("问责处理"), "{login}: {todo}");
    }
    let state = rows(&app, q("SELECT state FROM measures")).await;
    assert_eq!(state[0].text("state").unwrap(), "entered");
}

#[tokio::test]
async fn the_dictionaries_are_the_districts_own_and_marked_until_then() {
    let app = crate::duties::sqlite().await;
    let mut office = app.sign_in("office").await;
    assert!(office.get("/accountability/measures").await.text().contains("示范"));
    let add = [
        ("do", "add_kind"),
        ("seen", "0"),
        ("label", "工作约谈"),
        ("book", "party"),
        ("way", "remind"),
        ("form", "first"),
        ("target", "leader"),
    ];
    refused(&mut app.sign_in("deputy").await, "/accountability/measures/do", &add).await;
    done(&mut office, "/accountability/measures/do", &add).await;
    // The page of before does not overwrite it.
    assert!(refused(&mut office, "/accountability/measures/do", &add).await.contains("刚刚被别人改过"));
    let page = list(&app, "office").await;
    assert!(page["sample"] == false && page["kinds"].to_string().contains("工作约谈"));
    let retire = [("do", "retire_kind"), ("seen", "1"), ("key", "circular")];
    done(&mut office, "/accountability/measures/do", &retire).await;
    assert!(enter(&app, "office", &[]).await.location().contains("draft="), "no longer chosen");
}
