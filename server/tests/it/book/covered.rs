//! What the signature under a closing covers, and what may still come to a closed book.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;
use sha2::{Digest as _, Sha256};

use super::{execute, saved};
use crate::{
    duties::{done, issued, rows, send},
    evidence::{PDF, add, added},
    harness::{BOTH, Client, TestApp},
};

async fn page(client: &mut Client, post: &str) -> serde_json::Value {
    client.call("/api/book/closing", json!({ "post": post, "year": 2026 })).await.json()
}

async fn close(client: &mut Client, post: &str, seen: &str) -> crate::harness::Reply {
    send(client, "/book/close", &[("post", post), ("year", "2026"), ("seen", seen), ("typed", "叶国平")]).await
}

fn seen(page: &serde_json::Value) -> String {
    page["seen"].as_str().unwrap().to_owned()
}

/// The hash as it was made before corrections, ticks and files were covered.
async fn first_form(app: &TestApp) -> String {
    let find = q(
        "SELECT * FROM records WHERE post_id = $1 AND year = 2026 AND state NOT IN ('refused', 'offline') ORDER BY id",
    );
    let mut hasher = Sha256::new();
    for row in rows(app, find.bind(app.district.school_post)).await {
        let mut put = |part: String| {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part);
        };
        put(row.opt_int("page").unwrap().map(|p| p.to_string()).unwrap_or_default());
        for column in ["id", "state", "kind", "text", "details", "event_on"] {
            put(row.text(column).unwrap());
        }
        hasher.update(row.int("version").unwrap().to_be_bytes());
    }
    hex::encode(hasher.finalize())
}

#[tokio::test]
async fn a_closing_covers_files_corrections_and_ticks_and_no_marks() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        let items = super::items(&mut leader).await;
        let duty = super::duty(&items, "9.1").to_owned();
        let record = saved(&mut leader, &post, "主持警示教育会", "warning", "", &[&duty]).await;
        let first = added(&mut leader, &record, "会议记录.pdf", PDF).await;
        let talk = saved(&mut leader, &post, "与班子成员谈心", "talk", "", &[]).await;
        let share = [("record", talk.as_str()), ("seen", "1"), ("decision", "share"), ("reason", "")];
        done(&mut leader, "/records/decide", &share).await;
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        let mut leader = app.sign_in("leader_b").await;

        // Whatever comes or goes after the form was shown makes it stale.
        let mut hashes = vec![seen(&page(&mut leader, &post).await)];
        let other = [PDF, b"other"].concat();
        let second = added(&mut leader, &record, "签到表.pdf", &other).await;
        hashes.push(seen(&page(&mut leader, &post).await));
        done(&mut leader, "/evidence/withdraw", &[("evidence", &first), ("reason", "换一份")]).await;
        hashes.push(seen(&page(&mut leader, &post).await));
        let version = rows(&app, q("SELECT version FROM records WHERE id = $1").bind(&record)).await;
        let version = version[0].int("version").unwrap().to_string();
        let correct = [
            ("record", record.as_str()),
            ("seen", &version),
            ("text", "主持警示教育会"),
            ("kind", "warning"),
            ("items", "1"),
            ("reason", "对应错了"),
        ];
        done(&mut leader, "/records/correct", &correct).await;
        hashes.push(seen(&page(&mut leader, &post).await));
        let mut again = correct.to_vec();
        let version = (version.parse::<i64>().unwrap() + 1).to_string();
        again[1] = ("seen", &version);
        again.push(("duty", &duty));
        done(&mut leader, "/records/correct", &again).await;
        let last = seen(&page(&mut leader, &post).await);
        for (n, stale) in hashes.iter().enumerate() {
            assert_ne!(*stale, last, "{database:?} {n}");
            assert!(hashes[..n].iter().all(|before| before != stale), "{database:?} {n}");
            assert!(close(&mut leader, &post, stale).await.location().contains("draft="), "{database:?} {n}");
        }
        let reply = close(&mut leader, &post, &last).await;
        assert!(!reply.location().contains("draft="), "{database:?}: {}", reply.location());
        assert_eq!(page(&mut leader, &post).await["intact"], true, "{database:?}");

        // A 翻阅检查 of the closed year marks; the author takes back what he shared. The content stays.
        crate::oversight::open(&app, app.district.school_post, "office").await;
        execute(&app, q("UPDATE inspections SET to_day = '2027-12-31'")).await;
        let reading = rows(&app, q("SELECT id FROM inspections")).await[0].text("id").unwrap();
        let mut office = app.sign_in("office").await;
        let one = office.call("/api/records/one", json!({ "id": record })).await.json();
        let verify = [
            ("record", record.as_str()),
            ("seen", &one["version"].to_string()),
            ("decision", "verify"),
            ("reason", ""),
        ];
        done(&mut office, "/records/decide", &verify).await;
        let off = [("inspection", reading.as_str()), ("record", &record), ("duty", &duty), ("reason", "不是警示教育")];
        done(&mut office, "/oversight/unmatch", &off).await;
        let about = [("inspection", reading.as_str()), ("record", &record), ("kind", "wanting"), ("text", "补充名单")];
        done(&mut office, "/oversight/remark", &about).await;
        let version = rows(&app, q("SELECT version FROM records WHERE id = $1").bind(&talk)).await;
        let version = version[0].int("version").unwrap().to_string();
        let unshare = [("record", talk.as_str()), ("seen", &version), ("decision", "unshare"), ("reason", "")];
        done(&mut leader, "/records/decide", &unshare).await;
        let now = page(&mut leader, &post).await;
        assert_eq!((seen(&now), &now["intact"]), (last, &json!(true)), "{database:?}: marks change no signature");
        assert!(leader.get("/book/closing?year=2026").await.text().contains("内容与签字时一致"), "{database:?}");

        // What changes content is refused.
        assert!(add(&mut leader, &record, "又一份.pdf", PDF).await.location().contains("draft="), "{database:?}");
        let no = send(&mut leader, "/evidence/withdraw", &[("evidence", &second), ("reason", "撤")]).await;
        assert!(no.text().contains("已于2027年1月8日结转"), "{database:?}: {}", no.text());
        // And behind the back of all that it is seen.
        let renamed = q("UPDATE evidence_links SET name = '换了.pdf' WHERE id = $1").bind(&second);
        execute(&app, renamed).await;
        assert_eq!(page(&mut leader, &post).await["intact"], false, "{database:?}");
    }
}

#[tokio::test]
async fn signatures_of_the_first_form_still_verify() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        let record = saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        let shown = seen(&page(&mut leader, &post).await);
        close(&mut leader, &post, &shown).await;
        let signed = rows(&app, q("SELECT version FROM signatures WHERE purpose = 'records.closing'")).await;
        assert_eq!(signed[0].int("version").unwrap(), 2, "{database:?}: the form of the hash");
        let old = q("UPDATE signatures SET version = 1, content_hash = $1 WHERE purpose = 'records.closing'");
        execute(&app, old.bind(first_form(&app).await)).await;
        assert_eq!(page(&mut leader, &post).await["intact"], true, "{database:?}");
        // That form changed with marks as well: what does not fit tells nothing.
        execute(&app, q("UPDATE records SET version = version + 1 WHERE id = $1").bind(record)).await;
        assert!(page(&mut leader, &post).await["intact"].is_null(), "{database:?}");
    }
}
