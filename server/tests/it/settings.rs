//! 系统设置 through the whole router: 示范 until confirmed, effective at once, bad input with words and kept.

use domain::{records::clue_list, time::parse_iso};
use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, Client, Database, TestApp},
};

async fn page(client: &mut Client) -> Value {
    let reply = client.call("/api/settings/records", json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Fields of a part, with what the page shows now.
async fn part<'a>(office: &mut Client, name: &'a str, n: usize, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let seen = page(office).await["parts"][n]["seen"].as_str().unwrap().to_owned();
    let mut all = vec![("part", name.to_owned()), ("seen", seen)];
    all.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
    all
}

fn plain<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

/// Records a sentence; where it leads.
async fn record(leader: &mut Client, text: &str) -> String {
    let form = leader.call("/api/records/new", json!({})).await.json();
    let fields = [("post", form["post"].as_str().unwrap()), ("text", text), ("event_on", "")];
    send(leader, "/records/save", &fields).await.location()
}

#[tokio::test]
async fn values_are_samples_until_confirmed_and_work_at_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // Another setting of the district stays as it is.
        execute(&app, q("UPDATE districts SET settings = '{\"strict_passwords\":true}'")).await;
        let (mut office, mut leader) = (app.sign_in("office").await, app.sign_in("leader_a").await);
        let shown = office.get("/settings").await.text();
        assert_eq!(shown.matches("class=\"tag\">示范").count(), 4, "{shown}");
        assert!(shown.contains("href=\"/settings\""), "the menu leads here");
        assert!(record(&mut leader, "谨防内鬼").await.contains("saved=1"));

        let mut more = vec![("more", "内鬼\n打招呼")];
        more.extend(clue_list().filter(|w| *w != "线索").map(|w| ("warn", w)));
        let fields = part(&mut office, "clues", 0, &more).await;
        assert_eq!(done(&mut office, "/settings/records", &plain(&fields)).await, "/settings?done=1#clues");
        assert!(record(&mut leader, "谨防内鬼两次").await.contains("draft="), "the district's word warns");
        assert!(record(&mut leader, "研究问题线索处置机制").await.contains("saved=1"), "a word taken away does not");
        // The same page sent again with another key: somebody saved meanwhile.
        assert!(refused(&mut office, "/settings/records", &plain(&fields)).await.contains("刚刚被别人改过"));

        let fields = part(&mut office, "days", 1, &[("drafted", "5"), ("confirmed", "7")]).await;
        done(&mut office, "/settings/records", &plain(&fields)).await;
        let fields = part(&mut office, "closing", 2, &[("automatic", "1"), ("month", "1"), ("day", "15")]).await;
        done(&mut office, "/settings/records", &plain(&fields)).await;
        let fields = part(&mut office, "share", 3, &[("percent", "10")]).await;
        done(&mut office, "/settings/records", &plain(&fields)).await;
        let shown = page(&mut office).await;
        assert_eq!((&shown["days"], &shown["closes"]), (&json!([5, 7]), &json!([1, 15])));
        assert!(shown["parts"][0]["confirmed"].as_str().unwrap().starts_with("林思源，2026年11月"), "{shown}");
        assert!(!office.get("/settings").await.text().contains("class=\"tag\">示范"));
        let kept = rows(&app, q("SELECT settings FROM districts")).await[0].text("settings").unwrap();
        assert!(kept.contains("strict_passwords"), "{kept}");
        let noted = rows(&app, q("SELECT seq FROM audit WHERE action = 'records.rules_set'")).await;
        assert_eq!(noted.len(), 4);

        // The day is the one that books close by.
        app.clock.set_day(parse_iso("2027-01-15").unwrap());
        assert_eq!(app.app.services().close_due_books().await.unwrap(), 0);
        app.clock.set_day(parse_iso("2027-01-16").unwrap());
        assert!(app.app.services().close_due_books().await.unwrap() > 0);
    }
}

#[tokio::test]
async fn bad_input_is_told_in_words_and_kept() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        for (name, n, more, words, kept) in [
            ("clues", 0, vec![("more", "查")], "只有一个字", ">查<"),
            ("days", 1, vec![("drafted", "三天"), ("confirmed", "10")], "不是 1 到 30 的整数", "value=\"三天\""),
            ("days", 1, vec![("drafted", "3"), ("confirmed", "999")], "不是 1 到 60 的整数", "value=\"999\""),
            ("closing", 2, vec![("automatic", "1"), ("month", "2"), ("day", "30")], "没有「2月30日」", "value=\"30\""),
        ] {
            let fields = part(&mut office, name, n, &more).await;
            let back = refused(&mut office, "/settings/records", &plain(&fields)).await;
            assert!(back.contains(words) && back.contains(kept), "{words}: {back}");
        }
        // A field that the part does not have; a part that the page does not have.
        for fields in [[("part", "days"), ("seen", ""), ("more", "x")], [("part", "x"), ("seen", ""), ("day", "1")]] {
            refused(&mut office, "/settings/records", &fields).await;
        }
        assert!(rows(&app, q("SELECT seq FROM audit WHERE action = 'records.rules_set'")).await.is_empty());
    }
}

#[tokio::test]
async fn it_is_the_offices_alone() {
    let app = TestApp::new(Database::Sqlite).await;
    for login in ["leader_a", "liaison_a", "team", "secretary", "deputy", "general", "sysadmin", "security", "audit"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.call("/api/settings/records", json!({})).await.status, 404, "{login}");
        let fields = [("part", "days"), ("seen", ""), ("drafted", "5"), ("confirmed", "5")];
        assert!(send(&mut client, "/settings/records", &fields).await.location().contains("draft="), "{login}");
        assert!(!client.get("/me").await.text().contains("href=\"/settings\""), "{login}");
    }
    let settings = rows(&app, q("SELECT settings FROM districts")).await[0].text("settings").unwrap();
    assert!(!settings.contains("proxy_days"), "{settings}");
}
