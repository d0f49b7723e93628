//! 「与实际不符」 is two persons' word, however the second one says it: by his own mark as well as by the button. What it
//! takes off is told before, chosen where a page speaks for several items, and named on the paper.

use serde_json::Value;
use server::storage::q;

use super::{only, page, registered, remark, tone, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

/// A tap on the row of a record below an item.
fn tap<'a>(work: &'a str, duty: &'a str, kind: &'a str, text: &'a str) -> [(&'a str, &'a str); 5] {
    [("record", work), ("duty", duty), ("kind", kind), ("text", text), ("tap", "1")]
}

fn marks(page: &Value) -> String {
    page["sample"][0]["records"][0]["marks"].to_string()
}

#[tokio::test]
async fn the_same_verdict_of_a_second_reader_confirms_the_first() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        only(&app, &id, &[&duty]).await;
        let first = remark(&app, "office", &id, &tap(&work, &duty, "mismatch", "没有这项议题")).await;
        // Nothing can be concluded yet, and the page says for whom it waits.
        let mut office = app.sign_in("office").await;
        let waits = page(&mut office, &id).await;
        assert_eq!(waits["may_feed_back"], false, "{database:?}");
        assert_eq!(waits["blocked"][0][0], first.as_str(), "{}", waits["blocked"]);
        assert!(waits["blocked"][0][1].as_str().unwrap().contains("待另一名翻阅人员认定"), "{}", waits["blocked"]);
        let html = office.get(&format!("/oversight/{id}")).await.text();
        assert!(html.contains(&format!("href=\"#remark-{first}\"")) && !html.contains("href=\"#feedback\""), "{html}");
        // The second reader is told what his word comes to, at the row and at the remark.
        let mut second = app.sign_in("office2").await;
        let shown = page(&mut second, &id).await;
        assert!(marks(&shown).contains("即为认定") && marks(&shown).contains("与 9.1 的对应"), "{}", marks(&shown));
        let row = &shown["remarks"][0];
        assert!(row["may_agree"] == true && row["reach"].as_str().unwrap().contains("9.1 按核查不符转红"), "{row}");
        // He had marked it otherwise, and says it of the page as a whole, which speaks for this item only.
        remark(&app, "office2", &id, &tap(&work, &duty, "sound", "")).await;
        let said = [("record", work.as_str()), ("kind", "mismatch"), ("text", "日期也对不上"), ("tap", "1")];
        remark(&app, "office2", &id, &said).await;
        let find = "SELECT id, agreed_name, text FROM inspection_remarks WHERE withdrawn_at IS NULL";
        let standing = rows(&app, q(find)).await;
        assert_eq!(standing.len(), 1, "{database:?}: one finding");
        assert_eq!(standing[0].text("id").unwrap(), first);
        assert_eq!(standing[0].text("agreed_name").unwrap(), "陶文博");
        assert_eq!(standing[0].text("text").unwrap(), "没有这项议题；陶文博：日期也对不上");
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}");
        let after = page(&mut office, &id).await;
        assert!(!after.to_string().contains("待第二人认定"), "{database:?}: {after}");
        assert_eq!(after["blocked"], serde_json::json!([]), "{database:?}");
        let paper = office.get(&format!("/documents/reading/{id}/page")).await.text();
        for words in ["林思源、陶文博", "取消对应：9.1", "第 1 页 9.1"] {
            assert!(paper.contains(words), "{database:?} {words}: {paper}");
        }
    }
}

#[tokio::test]
async fn a_mismatch_takes_off_the_item_that_was_meant_and_no_other() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        only(&app, &id, &[&duty]).await;
        // The page speaks for another item too, which is not in the sample.
        let other = rows(&app, q("SELECT duty_id, code FROM leader_items WHERE code <> '9.1' ORDER BY code")).await;
        let (other, code) = (other[0].text("duty_id").unwrap(), other[0].text("code").unwrap());
        let ticked = q("INSERT INTO record_duties (record_id, duty_id, district_id, code) VALUES ($1, $2, $3, $4)");
        execute(&app, ticked.bind(&work).bind(&other).bind(app.district.id).bind(&code)).await;
        let mut second = app.sign_in("office2").await;
        let html = second.get(&format!("/oversight/{id}")).await.text();
        assert!(html.contains("意见针对") && html.contains(&format!("只对 {code}")), "{database:?}: {html}");
        let first = remark(&app, "office", &id, &tap(&work, &duty, "mismatch", "没有这项议题")).await;
        let shown = page(&mut second, &id).await;
        let reach = shown["remarks"][0]["reach"].as_str().unwrap().to_owned();
        assert!(reach.contains(&format!("同一页对应的 {code} 不变")), "{database:?}: {reach}");
        // Of another item it would be another finding.
        app.clock.advance_ms(1_000);
        let apart = remark(&app, "office2", &id, &tap(&work, &other, "mismatch", "也没有这一项")).await;
        assert_ne!(apart, first);
        let agree = [("inspection", id.as_str()), ("remark", &first), ("do", "agree"), ("words", "")];
        done(&mut second, "/oversight/remark/step", &agree).await;
        let off = "SELECT unmatched_why FROM record_duties WHERE record_id = $1 AND duty_id = $2";
        let is_off = async |duty: &str| {
            let row = rows(&app, q(off).bind(&work).bind(duty)).await;
            row[0].opt_text("unmatched_why").unwrap().is_some()
        };
        assert!(is_off(&duty).await && !is_off(&other).await, "{database:?}");
        assert!(!tone(&app, &other).await.1.contains("核查不符"), "{database:?}");
        // Taken back before anybody agreed, it waits for nobody.
        let back = page(&mut second, &id).await;
        let row = back["remarks"].as_array().unwrap().iter().find(|row| row["id"] == apart.as_str()).unwrap().clone();
        let seen = row["seen"].to_string();
        let retract =
            [("inspection", id.as_str()), ("remark", &apart), ("do", "retract"), ("seen", &seen), ("words", "重复了")];
        done(&mut second, "/oversight/remark/step", &retract).await;
        let back = page(&mut second, &id).await;
        let row = back["remarks"].as_array().unwrap().iter().find(|row| row["id"] == apart.as_str()).unwrap().clone();
        assert!(row["withdrawn"] == "重复了" && row["second"] == "", "{database:?}: {row}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_tap_is_said_at_its_row() {
    let app = TestApp::new(BOTH[0]).await;
    let (work, _, duty) = written(&app).await;
    let id = registered(&app, "2026-11-02", "2026-11-06").await;
    only(&app, &id, &[&duty]).await;
    let row = format!("{work}-{duty}");
    let mut fields = vec![("inspection", id.as_str()), ("row", row.as_str())];
    fields.extend(tap(&work, &duty, "mismatch", ""));
    let mut office = app.sign_in("office").await;
    let reply = crate::duties::send(&mut office, "/oversight/remark", &fields).await;
    assert!(reply.location().ends_with(&format!("#row-{row}")), "{}", reply.location());
    let html = refused(&mut office, "/oversight/remark", &fields).await;
    let at = html.find(&format!("id=\"row-{row}\"")).unwrap();
    assert!(html[at..].contains("说明还没有填") && !html.contains("检查意见还没有填"), "{html}");
}
