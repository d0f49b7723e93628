//! A reading of a year whose book is closed: opens on its days, takes remarks, changes nothing in the book.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{act, page, registered, remark, text_of, written};
use crate::{
    duties::{done, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_closed_year_is_read_and_stays_as_it_was_signed() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, talk, duty) = written(&app).await;
        let post = app.district.school_post.to_string();
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        let closing = json!({ "post": post, "year": 2026 });
        let seen = leader.call("/api/book/closing", closing.clone()).await.json()["seen"].as_str().unwrap().to_owned();
        let fields = [("post", post.as_str()), ("year", "2026"), ("seen", &seen), ("typed", "叶国平")];
        done(&mut leader, "/book/close", &fields).await;
        let signed = leader.call("/api/book/closing", closing.clone()).await.json()["seen"].clone();

        let id = registered(&app, "2027-01-12", "2027-01-13").await;
        assert!(leader.get("/home").await.text().contains("翻阅您的2026年度记录本"));
        for (day, opens) in [("2027-01-11", false), ("2027-01-12", true), ("2027-01-13", true), ("2027-01-14", false)] {
            app.clock.set_day(parse_iso(day).unwrap());
            let mut office = app.sign_in("office").await;
            assert_eq!(text_of(&mut office, &work).await.is_string(), opens, "{database:?} {day}");
            assert!(text_of(&mut office, &talk).await.is_null(), "{day}");
        }
        app.clock.set_day(parse_iso("2027-01-12").unwrap());
        remark(&app, "office", &id, &[("record", &work), ("kind", "sound"), ("text", "")]).await;
        remark(&app, "office", &id, &[("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(page(&mut leader, &id).await["phase"], "closed");
        // Read, not reopened: what stands under the signature of the year is what it was.
        let hash = rows(&app, q("SELECT content_hash FROM signatures WHERE purpose = 'records.closing'")).await;
        assert_eq!(hash.len(), 1);
        let after = leader.call("/api/book/closing", closing).await.json();
        assert_eq!(after["seen"], signed, "{database:?}");
        assert_eq!(rows(&app, q("SELECT post_id FROM book_closings WHERE year = 2026")).await.len(), 1);
    }
}
