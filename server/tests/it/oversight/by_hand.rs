//! A sample chosen by hand has a reason and as many items as the draw, and the draw comes back with the next
//! registration: nobody draws until the sample suits.

use serde_json::Value;
use server::storage::q;

use super::{act, ids, not, page, written};
use crate::{
    duties::{done, rows, send},
    harness::{BOTH, TestApp},
};

/// Half of the school's six items for `purpose`; the id.
async fn drawn(app: &TestApp, purpose: &str) -> String {
    let (post, one, _) = ids(app);
    let fields = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", purpose),
        ("from", "2026-11-02"),
        ("reader", &one),
        ("share", "50"),
        ("sure", "1"),
    ];
    done(&mut app.sign_in("office").await, "/oversight/register", &fields).await;
    rows(app, q("SELECT id FROM inspections WHERE standing = 'open'")).await[0].text("id").unwrap()
}

async fn sheet(app: &TestApp, id: &str) -> Value {
    page(&mut app.sign_in("office").await, id).await
}

fn codes(page: &Value) -> Vec<String> {
    page["sample"].as_array().unwrap().iter().map(|row| row["code"].to_string()).collect()
}

/// 抽取码 of a page or a line.
fn seed(words: &str) -> String {
    let after = words.split("抽取码 ").nth(1).unwrap_or_else(|| panic!("{words}"));
    after.chars().take_while(char::is_ascii_digit).collect()
}

fn choices(page: &Value) -> Vec<String> {
    page["choices"].as_array().unwrap().iter().map(|choice| choice[0].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_choice_by_hand_does_not_bring_another_draw() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let first = drawn(&app, "daily").await;
        let shown = sheet(&app, &first).await;
        let (sample, code, all) = (codes(&shown), seed(shown["sampling"].as_str().unwrap()), choices(&shown));
        let mut open = first;
        // Four draws of three out of six would hardly all be the same by chance.
        for n in 0..4 {
            let from = n % 3;
            let chosen = all[from..from + 3].iter().map(|duty| ("duty", duty.as_str()));
            let chosen: Vec<(&str, &str)> = chosen.chain([("words", "结合信访情况")]).collect();
            act(&app, "office", &open, "choose", &chosen).await;
            let hand = sheet(&app, &open).await;
            assert_eq!(seed(hand["sampling"].as_str().unwrap()), code, "{database:?} {n}");
            act(&app, "office", &open, "withdraw", &[("words", "日期有变")]).await;
            app.clock.advance_ms(1_000);
            open = drawn(&app, "daily").await;
            let again = sheet(&app, &open).await;
            assert_eq!(codes(&again), sample, "{database:?} {n}");
            assert_eq!(seed(again["sampling"].as_str().unwrap()), code, "{database:?} {n}");
            let earlier = again["earlier"].as_str().unwrap();
            assert_eq!(earlier.matches(&format!("抽取码 {code}，后改为人工选定")).count(), n + 1, "{earlier}");
        }
        // Another kind of check has another draw.
        act(&app, "office", &open, "withdraw", &[("words", "日期有变")]).await;
        let other = sheet(&app, &drawn(&app, "year_end").await).await;
        assert_ne!(seed(other["sampling"].as_str().unwrap()), code, "{database:?}");
        assert!(other["earlier"].as_str().unwrap().contains(&format!("抽取码 {code}")), "{database:?}");
    }
}

#[tokio::test]
async fn a_choice_by_hand_has_a_reason_and_is_not_smaller_than_the_draw() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let id = drawn(&app, "daily").await;
        let shown = sheet(&app, &id).await;
        let (sample, code, all) = (codes(&shown), seed(shown["sampling"].as_str().unwrap()), choices(&shown));
        let (one, two, three) = (("duty", all[0].as_str()), ("duty", all[1].as_str()), ("duty", all[2].as_str()));
        let why = ("words", "结合信访情况");
        let table: [(&[(&str, &str)], &str); 5] = [
            (&[one, why], "选了 1 条，按抽查比例应查 3 条"),
            (&[one, one, one, one, one, why], "选了 1 条，按抽查比例应查 3 条"),
            (&[one, two, two, why], "选了 2 条，按抽查比例应查 3 条"),
            (&[one, two, three], "人工选定的原因还没有填"),
            (&[one, two, three, ("words", " ")], "人工选定的原因还没有填"),
        ];
        for (fields, said) in table {
            let back = not(&app, "office", &id, "choose", fields).await;
            assert!(back.contains(said), "{database:?} {fields:?}: {back}");
            assert_eq!(codes(&sheet(&app, &id).await), sample, "{database:?} {fields:?}");
        }
        // What was ticked and written is still there.
        let mut office = app.sign_in("office").await;
        let seen = shown["version"].to_string();
        let fields = [("inspection", id.as_str()), ("seen", &seen), ("do", "choose"), one, why];
        let reply = send(&mut office, "/oversight/step", &fields).await;
        assert!(reply.location().ends_with("#choose"), "{}", reply.location());
        let html = office.get(reply.location().split('#').next().unwrap()).await.text();
        let at = html.find("id=\"choose\"").unwrap();
        let form = &html[at..at + html[at..].find("</details>").unwrap()];
        assert!(form.contains("value=\"结合信访情况\"") && form.contains("应查 3 条"), "{form}");
        assert_eq!(form.matches(" checked").count(), 1, "{form}");
        act(&app, "office", &id, "choose", &[one, two, three, why]).await;
        let paper = office.get(&format!("/documents/reading/{id}/page")).await.text();
        let html = office.get(&format!("/oversight/{id}")).await.text();
        for place in [&paper, &html] {
            for words in ["人工选定", "原因：结合信访情况", &format!("原抽取码 {code}")] {
                assert!(place.contains(words), "{database:?} {words}: {place}");
            }
        }
    }
}
