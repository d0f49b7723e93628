//! A suggestion without a name leaves nothing of who made it: no row, no command, no draft, no place in a file that
//! says when it came.

use std::collections::BTreeSet;

use server::storage::q;

use super::{answer, page, suggest, with_list};
use crate::{
    duties::{command, refused, rows},
    harness::{BOTH, Client, Database, TestApp},
};

async fn whisper(client: &mut Client, about: &str, words: &str) -> crate::harness::Reply {
    let key = command();
    let fields = [("command", key.as_str()), ("about", about), ("words", words), ("nameless", "1"), ("share", "1")];
    client.post("/relief/suggest", &fields).await
}

/// Every row of every table that names the account or person, as one text each.
async fn traces(app: &TestApp, login: &str) -> BTreeSet<String> {
    let (person, account) = (app.district.person(login).to_string(), app.district.account(login).to_string());
    let mut found = BTreeSet::new();
    for query in [
        "SELECT account_id || key || body_hash || answer AS v FROM commands ORDER BY key",
        "SELECT account_id || form || fields AS v FROM drafts ORDER BY id",
        "SELECT actor || action || object AS v FROM audit ORDER BY seq",
        "SELECT text AS v FROM audit_details ORDER BY seq",
        "SELECT account_id || subject || reason AS v FROM approvals ORDER BY id",
        "SELECT person_id || title || note AS v FROM reminders ORDER BY id",
        "SELECT COALESCE(account_id, '') || person_name || words AS v FROM relief_suggestions ORDER BY id",
        "SELECT COALESCE(account_id, '') || title AS v FROM relief_answers ORDER BY id",
        "SELECT source || title || link AS v FROM thread_events ORDER BY id",
    ] {
        for row in rows(app, q(query)).await {
            let text = row.text("v").unwrap();
            if text.contains(&person) || text.contains(&account) || text.contains("段敏") {
                found.insert(text);
            }
        }
    }
    found
}

#[tokio::test]
async fn nothing_says_who_suggested_without_a_name() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        suggest(&app, "leader_c", "rule:window", "署名的话").await;
        let mut leader = app.sign_in("leader_a").await;
        // Both pages were opened before.
        leader.get("/relief").await;
        let before = traces(&app, "leader_a").await;
        let commands = rows(&app, q("SELECT COUNT(*) AS n FROM commands")).await[0].int("n").unwrap();
        let audits = rows(&app, q("SELECT COUNT(*) AS n FROM audit")).await[0].int("n").unwrap();
        let reply = whisper(&mut leader, "rule:window", "不署名的话").await;
        assert_eq!(reply.location(), "/relief?done=nameless#suggest", "{}", reply.text());
        assert_eq!(traces(&app, "leader_a").await, before);
        assert_eq!(rows(&app, q("SELECT COUNT(*) AS n FROM commands")).await[0].int("n").unwrap(), commands);
        assert_eq!(rows(&app, q("SELECT COUNT(*) AS n FROM audit")).await[0].int("n").unwrap(), audits);
        let kept = rows(&app, q("SELECT * FROM relief_suggestions WHERE account_id IS NULL")).await;
        assert_eq!((kept.len(), kept[0].text("person_name").unwrap()), (1, String::new()));
        // A random id carries no time; the row itself only a day.
        assert_eq!(kept[0].text("id").unwrap().as_bytes()[14], b'4');
        assert_eq!(kept[0].text("on_day").unwrap(), "2026-11-02");
        let seen = page(&mut app.sign_in("office").await).await["open"][0].to_string();
        assert!(seen.contains("不署名") && seen.contains("不署名的话") && !seen.contains("段敏"), "{seen}");

        // It is no suggestion of his: his page has none to take back.
        assert_eq!(page(&mut leader).await["mine"], serde_json::json!([]));
        // A refused one is no draft either.
        let drafts = "SELECT COUNT(*) AS n FROM drafts";
        let n = rows(&app, q(drafts)).await[0].int("n").unwrap();
        let no = whisper(&mut leader, "other", " ").await;
        assert!(no.status == 422 && no.text().contains("还没有写是什么事"), "{}", no.text());
        // The form stands on the answer itself, still without a name.
        let text = no.text();
        assert!(text.contains("action=\"/relief/suggest\"") && text.contains("name=\"nameless\" value=\"1\""));
        assert_eq!(rows(&app, q(drafts)).await[0].int("n").unwrap(), n);
        // The answer goes to both; afterwards the words stand there without a name.
        answer(&app, "rule:window", "declined", "", "示范的天数今年先不动").await;
        assert_eq!(traces(&app, "leader_a").await, before);
        let row = page(&mut leader).await["answers"][0].clone();
        assert_eq!(
            (row["voices"].clone(), row["words"].clone()),
            (serde_json::json!(2), serde_json::json!(["不署名的话"]))
        );
    }
}

#[tokio::test]
async fn a_refused_one_leaves_no_row_of_a_refused_access() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let items = with_list(&app).await;
        // In the list of another unit, and in nobody's.
        let gone = [format!("item:{}", items[0].1), "item:00000000-0000-7000-8000-000000000009".to_owned()];
        let mut leader = app.sign_in("leader_c").await;
        let before = traces(&app, "leader_c").await;
        let count = |query: &'static str| {
            let app = &app;
            async move { rows(app, q(query)).await[0].int("n").unwrap() }
        };
        let audits = count("SELECT COUNT(*) AS n FROM audit").await;
        for about in gone.iter().map(String::as_str).chain(["person:1", "", "item:6.3"]) {
            let no = whisper(&mut leader, about, "写了很久的<一句>话").await;
            let text = no.text();
            assert_eq!(no.status, 422, "{about}: {text}");
            assert!(text.contains("写了很久的&lt;一句&gt;话</textarea>"), "{text}");
            assert!(text.contains("name=\"share\" value=\"1\" checked"), "{text}");
            assert!(text.contains("<optgroup label=\"提醒\">"), "{text}");
            assert!(!text.contains(&format!("value=\"{about}\" selected")), "{text}");
            assert!(about.is_empty() || text.contains("清单在您打开这一页以后有变化"), "{text}");
        }
        // Without a key, and with what the form does not have.
        let no = leader.post("/relief/suggest", &[("about", "rule:hard"), ("nameless", "1")]).await;
        assert!(no.status == 422 && no.text().contains("name=\"command\""), "{}", no.text());
        let key = command();
        let more = [("command", key.as_str()), ("about", "rule:hard"), ("nameless", "1"), ("who", "x")];
        assert_eq!(leader.post("/relief/suggest", &more).await.status, 422);
        app.app.services().flush_denials(true).await.unwrap();
        assert_eq!(count("SELECT COUNT(*) AS n FROM audit").await, audits);
        assert_eq!(count("SELECT COUNT(*) AS n FROM relief_suggestions").await, 0);
        assert_eq!(traces(&app, "leader_c").await, before);

        // Under the name it is a refused access as everywhere, and said as clearly.
        let no = refused(&mut leader, "/relief/suggest", &[("about", &gone[0]), ("words", "署名的话")]).await;
        assert!(no.contains("清单在您打开这一页以后有变化") && no.contains("署名的话"), "{no}");
        assert_eq!(count("SELECT COUNT(*) AS n FROM audit WHERE action = 'people.denied'").await, 1);
    }
}

#[tokio::test]
async fn whatever_says_nameless_brings_no_name() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let sent: [&[&str]; 4] = [&["on"], &["", "1"], &["", ""], &["0"]];
        for (n, values) in sent.into_iter().enumerate() {
            let (key, words) = (command(), format!("第{n}条"));
            let mut fields = vec![("command", key.as_str()), ("about", "rule:hard"), ("words", &words)];
            fields.extend(values.iter().map(|value| ("nameless", *value)));
            let reply = leader.post("/relief/suggest", &fields).await;
            assert!(reply.location().contains("done=nameless"), "{values:?}: {}", reply.text());
        }
        // Two subjects in one form are none.
        let key = command();
        let two = [("command", key.as_str()), ("about", "rule:hard"), ("about", "rule:worst"), ("nameless", "on")];
        assert_eq!(leader.post("/relief/suggest", &two).await.status, 422);
        let find = q("SELECT COUNT(*) AS n FROM relief_suggestions WHERE account_id IS NULL AND person_name = ''");
        assert_eq!(rows(&app, find).await[0].int("n").unwrap(), 4);
        assert_eq!(page(&mut leader).await["mine"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn no_answer_says_whether_he_said_so_before() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (key, about) = (command(), "reminder:quarter");
        let fields = [("command", key.as_str()), ("about", about), ("words", "少一次"), ("nameless", "1")];
        for _ in 0..2 {
            assert!(leader.post("/relief/suggest", &fields).await.location().contains("done=nameless"));
        }
        let count =
            || async { rows(&app, q("SELECT COUNT(*) AS n FROM relief_suggestions")).await[0].int("n").unwrap() };
        // The same click twice is one suggestion.
        assert_eq!(count().await, 1);
        // Whoever said so and whoever did not are answered alike, and the number goes up for both.
        let again = whisper(&mut leader, about, "换句话说").await;
        let other = whisper(&mut app.sign_in("leader_b").await, about, "换句话说").await;
        assert_eq!((again.status, again.location()), (other.status, other.location()));
        let seen = page(&mut leader).await;
        assert_eq!(seen["open"][0]["voices"], serde_json::json!(3));
        assert!(leader.get("/relief").await.text().contains("3 次提出"));
        for about in ["reminder:digest", "reminder:urge", "report:brief"] {
            assert!(whisper(&mut leader, about, "").await.location().contains("done=nameless"));
        }
        let no = whisper(&mut leader, "rule:worst", "").await;
        assert!(no.status == 422 && no.text().contains("最多提 5 条"), "{}", no.text());
        assert_eq!(count().await, 6);
        // Under his name the same is one of his own.
        suggest(&app, "leader_a", "rule:worst", "").await;
        app.clock.set_day(domain::time::parse_iso("2026-11-03").unwrap());
        let mut leader = app.sign_in("leader_a").await;
        assert!(whisper(&mut leader, about, "还是多").await.location().contains("done=nameless"));
        let no = refused(&mut leader, "/relief/withdraw", &[("voice", &command())]).await;
        assert!(no.contains("没有找到"), "{no}");
    }
}

#[tokio::test]
async fn the_place_of_a_row_does_not_say_when_it_came() {
    let app = TestApp::new(Database::Postgres).await;
    let abouts = ["rule:window", "rule:hard", "rule:made_up", "rule:worst", "rule:routine"];
    for (n, login) in ["leader_a", "leader_b", "leader_c"].into_iter().enumerate() {
        let mut client = app.sign_in(login).await;
        for about in abouts {
            assert!(whisper(&mut client, about, &format!("第{n}人")).await.location().contains("done=nameless"));
        }
    }
    let texts = |query: &'static str| {
        let app = &app;
        async move { rows(app, q(query)).await.iter().map(|r| r.text("v").unwrap()).collect::<Vec<_>>() }
    };
    let sorted = texts("SELECT id AS v FROM relief_suggestions ORDER BY id").await;
    assert_eq!(texts("SELECT id AS v FROM relief_suggestions ORDER BY ctid").await, sorted);
    assert_eq!(texts("SELECT DISTINCT xmin::text AS v FROM relief_suggestions").await.len(), 1);
    assert_eq!(texts("SELECT ctid::text AS v FROM relief_suggestions ORDER BY ctid LIMIT 1").await, ["(0,1)"]);
}
