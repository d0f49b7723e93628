//! A remark is about what its page offers: two readers' word never reaches an item that the page never stood for.

use server::storage::q;

use super::{only, page, registered, remark, tone, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, Client, TestApp},
};

const REMARK: &str = "/oversight/remark";

async fn item(app: &TestApp, code: &str) -> String {
    let find = q("SELECT duty_id FROM leader_items WHERE code = $1").bind(code);
    rows(app, find).await[0].text("duty_id").unwrap()
}

/// Refused without a row in the tables.
async fn no(app: &TestApp, client: &mut Client, fields: &[(&str, &str)]) -> String {
    let before = rows(app, q("SELECT id FROM inspection_remarks")).await.len();
    let back = refused(client, REMARK, fields).await;
    assert_eq!(rows(app, q("SELECT id FROM inspection_remarks")).await.len(), before, "{fields:?}");
    back
}

#[tokio::test]
async fn a_page_is_marked_for_the_items_that_it_corresponds_to() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let other = item(&app, "3.3").await;
        let before = tone(&app, &other).await;
        let (mut office, mut second) = (app.sign_in("office").await, app.sign_in("office2").await);
        for (kind, tap) in [("mismatch", ""), ("mismatch", "1"), ("wanting", "1"), ("sound", "1")] {
            let about = [
                ("inspection", id.as_str()),
                ("record", &work),
                ("duty", &other),
                ("kind", kind),
                ("text", "没有这项议题"),
                ("tap", tap),
            ];
            for client in [&mut office, &mut second] {
                let back = no(&app, client, &about).await;
                assert!(back.contains("没有找到"), "{database:?} {kind} {tap}: {back}");
            }
        }
        assert_eq!(tone(&app, &other).await, before, "{database:?}: fulfilled or not, it is no matter of this page");
        // Once somebody took it off the page, the page speaks for it no more.
        let off = [("inspection", id.as_str()), ("record", &work), ("duty", &duty), ("reason", "蹲点不是专题研究")];
        let about = [
            ("inspection", id.as_str()),
            ("record", &work),
            ("duty", &duty),
            ("kind", "mismatch"),
            ("text", "没有这项议题"),
        ];
        done(&mut office, REMARK, &about).await;
        done(&mut second, "/oversight/unmatch", &off).await;
        let again = [&about[..4], &[("text", "日期也不对")]].concat();
        assert!(no(&app, &mut office, &again).await.contains("没有找到"), "{database:?}");
    }
}

#[tokio::test]
async fn an_item_is_marked_on_the_sheet_and_a_page_also_outside_the_sample() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let other = item(&app, "3.3").await;
        only(&app, &id, &[&other]).await;
        let mut office = app.sign_in("office").await;
        let alone = [("inspection", id.as_str()), ("duty", &duty), ("kind", "mismatch"), ("text", "没有做")];
        assert!(no(&app, &mut office, &alone).await.contains("不在本次抽查的条目里"), "{database:?}");
        let nowhere = server::random::id(domain::time::Instant(7)).to_string();
        let unknown = [("inspection", id.as_str()), ("duty", &nowhere), ("kind", "wanting"), ("text", "补充")];
        assert!(no(&app, &mut office, &unknown).await.contains("没有找到"), "{database:?}");
        // What the sheet and the record's own page offer stays possible.
        remark(&app, "office", &id, &[("duty", &other), ("kind", "wanting"), ("text", "补充")]).await;
        let on_page = [("record", work.as_str()), ("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充签到表")];
        remark(&app, "office", &id, &on_page).await;
        remark(&app, "office", &id, &[("kind", "wanting"), ("text", "整本补目录")]).await;
        assert_eq!(page(&mut office, &id).await["remarks"].as_array().unwrap().len(), 3, "{database:?}");
    }
}

#[tokio::test]
async fn a_tap_is_on_the_row_that_it_names() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, talk, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let other = item(&app, "3.3").await;
        let rows = [
            "zzz".to_owned(),
            other.clone(),
            format!("{work}-{other}"),
            format!("{talk}-{duty}"),
            format!("{work}-"),
            format!("{work}{duty}"),
        ];
        let mut office = app.sign_in("office").await;
        for row in &rows {
            // From the outbox it is the same form.
            let fields = [
                ("inspection", id.as_str()),
                ("record", &work),
                ("duty", &duty),
                ("kind", "wanting"),
                ("text", "补充签到表"),
                ("tap", "1"),
                ("row", row),
            ];
            assert!(no(&app, &mut office, &fields).await.contains("没有找到"), "{database:?} {row}");
        }
        let wrong = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充"), ("tap", "1"), ("row", "zzz")];
        let wrong = [&[("inspection", id.as_str())][..], &wrong].concat();
        assert!(no(&app, &mut office, &wrong).await.contains("没有找到"), "{database:?}");
        let (beside, of_item) = (format!("{work}-{duty}"), duty.as_str());
        let page_row = [("record", work.as_str()), ("duty", ""), ("row", &beside)];
        for on in [&page_row[..], &[("duty", of_item), ("row", of_item)]] {
            let said = [("kind", "wanting"), ("text", "补充签到表"), ("tap", "1")];
            remark(&app, "office", &id, &[on, &said].concat()).await;
        }
    }
}
