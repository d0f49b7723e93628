//! Nothing is signed as both 印证充分 and 与实际不符: not by one reader, and not of an item and a page of it.

use serde_json::Value;
use server::storage::q;

use super::{act, not, page, registered, remark, written};
use crate::{
    duties::{done, execute},
    harness::{BOTH, Client, TestApp},
};

/// Takes a remark back as its author.
async fn retract(client: &mut Client, id: &str, remark: &str) {
    let shown = page(client, id).await;
    let row = shown["remarks"].as_array().unwrap().iter().find(|row| row["id"] == remark).unwrap();
    let seen = row["seen"].to_string();
    let step = [("inspection", id), ("remark", remark), ("do", "retract"), ("seen", &seen), ("words", "按页另标")];
    done(client, "/oversight/remark/step", &step).await;
}

fn of<'a>(page: &'a Value, id: &str) -> &'a Value {
    page["remarks"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()
}

/// The item is the whole sample, whatever was drawn.
async fn sampled(app: &TestApp, id: &str, duty: &str) {
    let sample = serde_json::json!([{ "duty": duty, "code": "9.1", "text": "专题研究" }]).to_string();
    execute(app, q("UPDATE inspections SET sample = $1 WHERE id = $2").bind(sample).bind(id)).await;
}

#[tokio::test]
async fn one_readers_item_is_not_sound_while_its_page_does_not_match() {
    for database in BOTH {
        // Of the page for this item only, and of the page as a whole, which the second word takes off it.
        for whole in [false, true] {
            let app = TestApp::new(database).await;
            let (work, _, duty) = written(&app).await;
            let id = registered(&app, "2026-11-02", "2026-11-06").await;
            sampled(&app, &id, &duty).await;
            let sound = [("duty", duty.as_str()), ("kind", "sound"), ("text", ""), ("tap", "1")];
            let sound = remark(&app, "office", &id, &sound).await;
            app.clock.advance_ms(1_000);
            let mut said = vec![("record", work.as_str()), ("kind", "mismatch"), ("text", "没有这项议题")];
            if !whole {
                said.push(("duty", duty.as_str()));
            }
            let wrong = remark(&app, "office", &id, &said).await;
            let agree = [("inspection", id.as_str()), ("remark", &wrong), ("do", "agree"), ("words", "")];
            done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agree).await;
            let none = not(&app, "office", &id, "feedback", &[("words", "意见"), ("early", "1")]).await;
            assert!(none.contains("意见相反") && none.contains("第 1 页"), "{database:?} {whole}: {none}");
            let mut office = app.sign_in("office").await;
            let shown = page(&mut office, &id).await;
            assert_eq!(shown["blocked"].as_array().unwrap().len(), 2, "{database:?} {whole}: {}", shown["blocked"]);
            let against = of(&shown, &sound)["against"].as_str().unwrap().to_owned();
            assert!(against.contains("林思源、陶文博") && against.contains("对第 1 页"), "{whole}: {against}");
            // Settled, it is one opinion; what the item wants beside a page is no opposite.
            retract(&mut office, &id, &sound).await;
            assert_eq!(page(&mut office, &id).await["blocked"], serde_json::json!([]), "{database:?} {whole}");
            act(&app, "office", &id, "feedback", &[("words", "第 1 页不符")]).await;
            let paper = office.get(&format!("/documents/reading/{id}/page")).await.text();
            assert!(paper.contains("与实际不符") && !paper.contains("印证充分"), "{database:?} {whole}: {paper}");
        }
    }
}

#[tokio::test]
async fn one_reader_does_not_say_both_of_the_same_item() {
    let app = TestApp::new(BOTH[0]).await;
    let (_, _, duty) = written(&app).await;
    let id = registered(&app, "2026-11-02", "2026-11-06").await;
    sampled(&app, &id, &duty).await;
    // The form below the sheet puts one beside the other.
    remark(&app, "office", &id, &[("duty", &duty), ("kind", "sound"), ("text", "")]).await;
    app.clock.advance_ms(1_000);
    remark(&app, "office", &id, &[("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
    let none = not(&app, "office", &id, "feedback", &[("words", "意见"), ("early", "1")]).await;
    assert!(none.contains("同一名翻阅人员的两条意见相反"), "{none}");
}
