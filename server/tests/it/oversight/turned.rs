//! What two said and both see otherwise now: 「印证充分」 of its author asks for the withdrawal, that of the second
//! reader confirms it, and whoever may not conclude yet reads whose turn it is.

use serde_json::Value;

use super::{act, not, page, registered, remark, tone, written};
use crate::{
    duties::done,
    harness::{BOTH, TestApp},
};

/// A mismatch of the office's page of 9.1, agreed on; reading, record, item, remark.
async fn agreed(app: &TestApp) -> [String; 4] {
    let (work, _, duty) = written(app).await;
    let id = registered(app, "2026-11-02", "2026-11-06").await;
    let said =
        [("record", work.as_str()), ("duty", &duty), ("kind", "mismatch"), ("text", "没有这项议题"), ("tap", "1")];
    let wrong = remark(app, "office", &id, &said).await;
    done(
        &mut app.sign_in("office2").await,
        "/oversight/remark",
        &[&[("inspection", id.as_str())][..], &said[..3], &[("text", "也没有看到"), ("tap", "1")]].concat(),
    )
    .await;
    assert_eq!(tone(app, &duty).await.0, "late");
    app.clock.advance_ms(1_000);
    [id, work, duty, wrong]
}

fn of<'a>(page: &'a Value, id: &str) -> &'a Value {
    page["remarks"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()
}

#[tokio::test]
async fn both_change_to_sound_and_the_mismatch_is_gone() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let [id, work, duty, wrong] = agreed(&app).await;
        let row = format!("{work}-{duty}");
        let sound = [("record", work.as_str()), ("duty", &duty), ("kind", "sound"), ("tap", "1"), ("row", &row)];
        remark(&app, "office", &id, &sound).await;
        // One of the two is not enough, and it is said who is waited for.
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}");
        let none = not(&app, "office", &id, "feedback", &[("words", "意见"), ("early", "1")]).await;
        assert!(none.contains("林思源已提出撤回“与实际不符”，待陶文博同意"), "{database:?}: {none}");
        let shown = page(&mut app.sign_in("office2").await, &id).await;
        assert!(of(&shown, &wrong)["second"].as_str().unwrap().contains("林思源提出撤回"), "{shown}");
        app.clock.advance_ms(1_000);
        remark(&app, "office2", &id, &sound).await;
        assert_eq!(tone(&app, &duty).await.0, "ok", "{database:?}");
        let mut office = app.sign_in("office").await;
        let shown = page(&mut office, &id).await;
        assert!(of(&shown, &wrong)["withdrawn"].as_str().unwrap().contains("陶文博改为“印证充分”"), "{shown}");
        assert_eq!(shown["blocked"], serde_json::json!([]), "{database:?}");
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        let paper = office.get(&format!("/documents/reading/{id}/page")).await.text();
        assert!(!paper.contains("与实际不符"), "{database:?}: {paper}");
    }
}

#[tokio::test]
async fn the_second_reader_alone_does_not_turn_it_and_is_told_the_way() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let [id, work, duty, wrong] = agreed(&app).await;
        let sound = [("record", work.as_str()), ("duty", &duty), ("kind", "sound"), ("tap", "1")];
        remark(&app, "office2", &id, &sound).await;
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}");
        let none = not(&app, "office", &id, "feedback", &[("words", "意见"), ("early", "1")]).await;
        let way = "先由林思源提出（点“撤回…”或在同一处标“印证充分”），再由陶文博同意";
        assert!(none.contains(way) && !none.contains("其中一人改过来"), "{database:?}: {none}");
        let shown = page(&mut app.sign_in("office2").await, &id).await;
        assert!(of(&shown, &wrong)["against"].as_str().unwrap().contains(way), "{database:?}: {shown}");
        assert!(shown["blocked"].to_string().contains(way), "{database:?}: {shown}");
        // Its author asks; the second reader says it once more, or presses 「撤回…」: here the latter.
        app.clock.advance_ms(1_000);
        remark(&app, "office", &id, &sound).await;
        let mut second = app.sign_in("office2").await;
        let seen = of(&page(&mut second, &id).await, &wrong)["seen"].to_string();
        let back =
            [("inspection", id.as_str()), ("remark", &wrong), ("do", "retract"), ("seen", &seen), ("words", "同意")];
        done(&mut second, "/oversight/remark/step", &back).await;
        assert_eq!(tone(&app, &duty).await.0, "ok", "{database:?}");
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
    }
}
