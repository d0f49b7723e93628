//! 「细节以后补」: a correction adds kind, date and items, both versions stay, and nothing
//! late becomes punctual by it.

use serde_json::{Value, json};
use server::storage::q;

use super::form;
use crate::{
    duties::{issued, rows},
    harness::{BOTH, Client, Database, TestApp},
};

/// 区教育局 with a list in force; its head signed in.
async fn ready(database: Database) -> (TestApp, Client) {
    let app = TestApp::new(database).await;
    issued(&app, "区教育局").await;
    let leader = app.sign_in("leader_b").await;
    (app, leader)
}

/// Saves one sentence with ticks; the record's id.
async fn save(leader: &mut Client, more: &[(&str, &str)]) -> String {
    let (command, post, _) = form(leader).await;
    let mut fields = vec![("command", command.as_str()), ("post", &post), ("text", "与三名干部谈心")];
    fields.extend_from_slice(more);
    let reply = leader.post("/records/save", &fields).await;
    assert!(reply.location().contains("saved=1"), "{}", reply.location());
    reply.location().split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn one(client: &mut Client, id: &str) -> Value {
    client.call("/api/records/one", json!({ "id": id, "draft": null })).await.json()
}

/// Sends a correction of the record as it stands now; where it leads.
async fn correct(leader: &mut Client, id: &str, more: &[(&str, &str)]) -> String {
    let now = one(leader, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let text = now["row"]["text"].as_str().unwrap();
    let mut fields = vec![("command", command), ("record", id), ("seen", &seen), ("text", text)];
    fields.extend_from_slice(more);
    leader.post("/records/correct", &fields).await.location()
}

/// The item of a printed number.
async fn duty(leader: &mut Client, code: &str) -> String {
    form(leader).await.2.into_iter().find(|(c, _)| c == code).unwrap().1
}

/// `window_from`, day of recording of the windows of 6.3 that have a record.
async fn satisfied(app: &TestApp) -> Vec<(String, String)> {
    let found = q("SELECT window_from, recorded_on FROM occurrences
                   WHERE post_id = $1 AND code = '6.3' AND record_id IS NOT NULL ORDER BY window_from")
    .bind(app.district.school_post);
    let found = rows(app, found).await;
    found.iter().map(|r| (r.text("window_from").unwrap(), r.text("recorded_on").unwrap())).collect()
}

#[tokio::test]
async fn details_come_later_and_both_versions_stay() {
    for database in BOTH {
        let (app, mut leader) = ready(database).await;
        let id = save(&mut leader, &[("event_on", "")]).await;
        let (talk, warning) = (duty(&mut leader, "6.3").await, duty(&mut leader, "9.1").await);
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(
            page.contains("补充细节…") && page.contains("更正…") && page.contains(&warning),
            "the form offers every item"
        );
        let to =
            correct(&mut leader, &id, &[("kind", "talk"), ("items", "1"), ("duty", &talk), ("duty", &warning)]).await;
        assert_eq!(to, format!("/records/{id}?done=corrected"));
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["kind"].clone(), now["row"]["page"].clone()), (json!("talk"), json!(1)));
        assert_eq!(now["row"]["codes"], json!(["6.3", "9.1"]));
        let kept = &now["corrections"][0];
        assert_eq!((kept["before"].clone(), kept["reason"].clone()), (json!(null), json!("")));
        // Left open at first: nothing was corrected.
        assert_eq!((kept["supplement"].clone(), now["row"]["corrected"].clone()), (json!(true), json!(false)));
        assert_eq!(kept["parts"], json!([["履责类型", "其他", "谈心谈话"], ["对应条目", "", "6.3、9.1"]]));
        // Occurrence, colour and thread follow in the same command.
        assert_eq!(satisfied(&app).await, [("2026-10-01".to_owned(), "2026-11-02".to_owned())]);
        let colour =
            q("SELECT progress FROM colours WHERE post_id = $1 AND code = '9.1'").bind(app.district.school_post);
        assert_eq!(rows(&app, colour).await[0].text("progress").unwrap(), "done");
        let told = rows(&app, q("SELECT title FROM thread_events WHERE source = 'records.corrected'")).await;
        assert_eq!(told.len(), 2);
        assert!(told[0].text("title").unwrap().contains("后来补充"));
        // Nothing new, a foreign item, a tick taken back without a word: refused, nothing changes.
        for fields in [
            vec![("kind", "talk")],
            vec![("items", "1"), ("duty", talk.as_str()), ("duty", "11111111-1111-4111-8111-111111111111")],
            vec![("items", "1"), ("duty", talk.as_str())],
        ] {
            assert!(correct(&mut leader, &id, &fields).await.contains("draft="), "{fields:?}");
        }
        assert_eq!(one(&mut leader, &id).await["corrections"].as_array().unwrap().len(), 1);
        let taken = [("items", "1"), ("duty", warning.as_str()), ("reason", "不是谈心谈话")];
        correct(&mut leader, &id, &taken).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["codes"].clone(), now["row"]["corrected"].clone()), (json!(["9.1"]), json!(true)));
        assert!(leader.get(&format!("/records/{id}")).await.text().contains("更正原因：不是谈心谈话"));
        assert!(satisfied(&app).await.is_empty());
        // Ticked again later: his own doing, so it may.
        correct(&mut leader, &id, &[("items", "1"), ("duty", &talk), ("duty", &warning)]).await;
        assert_eq!(satisfied(&app).await.len(), 1);
    }
}

#[tokio::test]
async fn a_moved_date_makes_nothing_punctual() {
    for database in BOTH {
        let (app, mut leader) = ready(database).await;
        let talk = duty(&mut leader, "6.3").await;
        let id = save(&mut leader, &[("event_on", "2026-11-02"), ("duty", &talk)]).await;
        assert_eq!(one(&mut leader, &id).await["row"]["late"], false);
        let fourth = ("2026-10-01".to_owned(), "2026-11-02".to_owned());
        assert_eq!(satisfied(&app).await, std::slice::from_ref(&fourth));
        for (day, reason) in [("2025-12-30", "日期记错"), ("2026-11-03", "日期记错"), ("2026-09-28", "")] {
            let to = correct(&mut leader, &id, &[("event_on", day), ("reason", reason)]).await;
            assert!(to.contains("draft="), "{day}");
        }
        // Into the third quarter, which was due on 30 September: 补记, by the day of the correction.
        app.clock.set_day(domain::time::parse_iso("2026-11-10").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        correct(&mut leader, &id, &[("event_on", "2026-09-28"), ("reason", "日期记错")]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["late"].clone(), now["row"]["event_on"].clone()), (json!(true), json!("9月28日")));
        assert_eq!(now["corrections"][0]["parts"], json!([["发生日期", "11月2日", "9月28日"]]));
        assert_eq!(satisfied(&app).await, [("2026-07-01".to_owned(), "2026-11-10".to_owned())]);
        // And back: the windows are right again, the mark stays.
        correct(&mut leader, &id, &[("event_on", "2026-11-02"), ("reason", "原来没错")]).await;
        assert_eq!(one(&mut leader, &id).await["row"]["late"], true);
        let freed = satisfied(&app).await;
        assert_eq!((freed.len(), freed[0].0.as_str()), (1, "2026-10-01"));
    }
}

#[tokio::test]
async fn the_next_record_takes_a_freed_window() {
    for database in BOTH {
        let (app, mut leader) = ready(database).await;
        let talk = duty(&mut leader, "6.3").await;
        let first = save(&mut leader, &[("event_on", ""), ("duty", &talk)]).await;
        let second = save(&mut leader, &[("event_on", ""), ("duty", &talk)]).await;
        correct(&mut leader, &first, &[("items", "1"), ("reason", "对应错了")]).await;
        let holds =
            q("SELECT record_id FROM occurrences WHERE post_id = $1 AND code = '6.3' AND record_id IS NOT NULL");
        let holds = rows(&app, holds.bind(app.district.school_post)).await;
        assert_eq!(holds.iter().map(|r| r.text("record_id").unwrap()).collect::<Vec<_>>(), [second]);
    }
}

#[tokio::test]
async fn a_talk_called_something_else_opens_nothing() {
    let (app, mut leader) = ready(Database::Sqlite).await;
    let id = save(&mut leader, &[("event_on", ""), ("kind", "talk"), ("text", "")]).await;
    // A kind that was chosen is changed for a reason.
    assert!(correct(&mut leader, &id, &[("kind", "other")]).await.contains("draft="));
    correct(&mut leader, &id, &[("kind", "other"), ("reason", "类型选错")]).await;
    for login in ["liaison_b", "office", "team"] {
        let mut other = app.sign_in(login).await;
        let page = other.get(&format!("/records/{id}")).await.text();
        assert!(!page.contains("与三名干部谈心"), "{login} reads the talk");
        // That kind, date or items changed is no secret of the text.
        assert!(page.contains("履责类型"), "{login}");
    }
}
