//! Anonymity beyond the link of seat and ballot: the pattern of one rater's marks, the order in which
//! suggestions came, the words that went offline, and the few whose words are not shown. Reads rows,
//! their places, and the bytes of database, log, backup and export.

use std::{collections::BTreeSet, path::Path};

use domain::reviews::{Bundle, ReviewRules};
use serde_json::{Value, json};
use server::{
    live::seal,
    operations::{backup::backup, export::export},
    storage::q,
};

use super::{
    hall::{Hall, Phone},
    planning::approved,
    room_anonymity::{bytes_below, holds, unpacked},
    sealed::{COMMENTS, MEETING, id, sealed},
};
use crate::{
    duties::{command, done, rows},
    harness::{BOTH, Database, TestApp},
};

const GRADES: [&str; 4] = ["good", "better", "fair", "poor"];
/// Seats that mark the last dimension: too few to show.
const FEW: usize = 3;

/// The marks of phone `n` on presenter `p`: a pattern that no other phone has.
fn marks(n: usize, p: usize) -> Value {
    let rules = ReviewRules::default();
    let last = rules.dimensions.len() - 1;
    let mut dimensions = serde_json::Map::new();
    for (d, of) in rules.dimensions.iter().enumerate().filter(|(d, _)| *d != last || n < FEW) {
        let at = (n >> (2 * (d % 2))) + d + p;
        dimensions.insert(of.key.clone(), json!({ "grade": GRADES[at % 4] }));
    }
    Value::Object(dimensions)
}

async fn cast_patterns(hall: &Hall, phones: &[Phone], round: domain::ids::RoundId) {
    for (n, phone) in phones.iter().enumerate() {
        let mut ballot = hall.ballot(GRADES[n % 4]);
        for p in 0..2 {
            ballot["lines"][p]["vote"]["rate"]["dimensions"] = marks(n, p);
        }
        assert_eq!(hall.try_cast(phone, round, 1, ballot).await.status, 200);
    }
}

/// Texts of a table in the order in which the rows lie in the file; PostgreSQL only.
async fn by_place(app: &TestApp, query: &'static str) -> Vec<String> {
    rows(app, q(query)).await.iter().map(|r| r.text("v").unwrap()).collect()
}

#[tokio::test]
async fn the_marks_of_one_rater_stand_nowhere_together() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(11).await;
        let round = hall.open_round().await;
        cast_patterns(&hall, &phones, round).await;
        hall.close_and_seal().await;

        let bundle: Bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.differences(), bundle.certificate.clone()), (Vec::new(), seal::certificate(&bundle)));
        // Four dimensions of eleven raters on two presenters; of the fifth, marked by three, nothing.
        assert_eq!((bundle.ballots.len(), bundle.marks.len()), (22, 2 * 4 * 11));
        assert!(bundle.results.iter().all(|r| r.tally.lines.iter().filter(|l| l.mean.is_some()).count() == 4));
        let votes = hall.rows(q("SELECT id, vote FROM sealed_ballots ORDER BY id")).await;
        assert!(votes.iter().all(|v| v.text("vote").unwrap().contains("\"dimensions\":{}")));
        let stored =
            hall.rows(q("SELECT id, presenter_id, group_key, dimension, mark FROM sealed_marks ORDER BY id")).await;
        let kept: Vec<[String; 5]> = stored
            .iter()
            .map(|r| ["id", "presenter_id", "group_key", "dimension", "mark"].map(|c| r.text(c).unwrap()))
            .collect();
        let said: Vec<[String; 5]> = bundle
            .marks
            .iter()
            .map(|m| [m.id.to_string(), m.presenter.to_string(), m.group.clone(), m.dimension.clone(), m.mark.key()])
            .collect();
        assert_eq!(kept, said);
        let ids: BTreeSet<String> =
            votes.iter().map(|r| r.text("id").unwrap()).chain(kept.iter().map(|k| k[0].clone())).collect();
        assert_eq!(ids.len(), 22 + 88, "every mark has an id of its own");
        assert!(ids.iter().all(|id| id.as_bytes()[14] == b'4'), "random ids carry no time");
        if database == Database::Postgres {
            for place in
                ["SELECT id AS v FROM sealed_marks ORDER BY ctid", "SELECT id AS v FROM sealed_ballots ORDER BY ctid"]
            {
                // Written in the order of their ids. What is left of a page may take a later row; the order in
                // which they were cast would descend at every second.
                let ids = by_place(&hall.app, place).await;
                let descents = ids.windows(2).filter(|w| w[0] > w[1]).count();
                assert!(descents <= 2, "{descents} of {}: {ids:?}", ids.len());
            }
        }

        // No file of the house holds two marks of one sheet side by side.
        let folder = tempfile::TempDir::new().unwrap();
        let (saved, exported) = (folder.path().join("all.backup"), folder.path().join("all.zip"));
        let (url, data) = (hall.app.app.store().url().clone(), hall.app.folder());
        let now = hall.app.app.store().now();
        backup(&url, &data, &saved, now).await.unwrap();
        export(&url, &data, &exported, now).await.unwrap();
        let mut files = [unpacked(&saved), unpacked(&exported)].concat();
        assert!(files.iter().any(|(_, bytes)| holds(bytes, "\"overall\"")), "the ballots are in them");
        bytes_below(&data, "none", &mut files);
        let key = &bundle.rules.dimensions[0].key;
        // In the journal's words, in the row's words and escaped within the export's.
        for joint in [format!("\"dimensions\":{{\"{key}"), format!("\\\"dimensions\\\":{{\\\"{key}")] {
            for (name, bytes) in &files {
                assert!(!holds(bytes, &joint), "{name} holds a rater's marks together");
            }
        }
    }
}

/// Texts that say in which order they came.
fn nth(n: usize) -> String {
    format!("第{n:02}个来的建议")
}

#[tokio::test]
async fn the_place_of_a_suggestion_does_not_say_when_it_came() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "建议", "2026-12-09").await;
        app.clock.set_day(domain::time::parse_iso("2026-12-04").unwrap());
        let mut rater = app.sign_in("office2").await;
        for n in 0..12 {
            let (key, text) = (command(), nth(n));
            let fields = [
                ("command", key.as_str()),
                ("meeting", &planned.meeting),
                ("presenter", &planned.presenters[n % 2]),
                ("text", &text),
            ];
            let reply = rater.post("/reviews/suggest", &fields).await;
            assert!(reply.location().ends_with("done=suggested"), "{}", reply.text());
        }
        let all = "SELECT text AS v FROM meeting_questions WHERE anonymous = 1 ORDER BY id";
        let sorted = by_place(&app, all).await;
        assert_eq!(sorted.len(), 12);
        assert_ne!(sorted, (0..12).map(nth).collect::<Vec<_>>());
        if database == Database::Postgres {
            let place = "SELECT text AS v FROM meeting_questions WHERE anonymous = 1 ORDER BY ctid";
            assert_eq!(by_place(&app, place).await, sorted);
            let writers = "SELECT DISTINCT xmin::text AS v FROM meeting_questions WHERE anonymous = 1";
            assert_eq!(by_place(&app, writers).await.len(), 1, "one transaction wrote them all");
            // Older versions would say it still: twelve rows begin on the first place of the first page.
            let first = "SELECT ctid::text AS v FROM meeting_questions ORDER BY ctid LIMIT 1";
            assert_eq!(by_place(&app, first).await, ["(0,1)"]);
        } else {
            let mut files = Vec::new();
            bytes_below(&app.folder(), "none", &mut files);
            let (_, main) = files.iter().find(|(name, _)| is_main(name)).unwrap();
            let places: Vec<usize> = sorted.iter().map(|text| only_place(main, text)).collect();
            let falls = places.windows(2).all(|w| w[0] > w[1]);
            assert!(
                falls || places.windows(2).all(|w| w[0] < w[1]),
                "within a page the order is that of the ids: {places:?}"
            );
            for (name, bytes) in files.iter().filter(|(name, _)| !is_main(name)) {
                assert!((0..12).all(|n| !holds(bytes, &nth(n))), "{name} holds a suggestion");
            }
        }
    }
}

/// Where a text stands; it must stand once.
fn only_place(bytes: &[u8], text: &str) -> usize {
    let mut at = bytes.windows(text.len()).enumerate().filter(|(_, w)| *w == text.as_bytes()).map(|(i, _)| i);
    let first = at.next().unwrap();
    assert_eq!(at.next(), None, "{text} stands there twice");
    first
}

fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    bytes_below(folder, "none", &mut files);
    files
}

#[tokio::test]
async fn words_taken_offline_are_in_no_byte_of_database_and_log() {
    let app = TestApp::new(Database::Sqlite).await;
    sealed(&app).await;
    let words = COMMENTS[1].1;
    assert!(files_of(&app.folder()).iter().any(|(_, bytes)| holds(bytes, words)), "they were there");
    let (meeting, comment) = (id(MEETING), id(COMMENTS[1].0));
    for (login, decision, typed) in
        [("office", "kept", "反映某某收了东西（隐去姓名）"), ("office2", "offline", ""), ("deputy", "offline", "")]
    {
        let fields = [("meeting", meeting.as_str()), ("comment", &comment), ("decision", decision), ("words", typed)];
        done(&mut app.sign_in(login).await, "/reviews/comments/read", &fields).await;
    }
    for (name, bytes) in files_of(&app.folder()) {
        assert!(!holds(&bytes, "收了东西"), "{name} holds words that were taken offline");
    }
    // What nobody took offline is still there.
    assert!(files_of(&app.folder()).iter().any(|(_, bytes)| holds(bytes, COMMENTS[0].1)));
}

#[tokio::test]
async fn old_versions_of_erased_words_are_swept_on_postgres() {
    let app = TestApp::new(Database::Postgres).await;
    sealed(&app).await;
    let (meeting, comment) = (id(MEETING), id(COMMENTS[1].0));
    let file = "SELECT pg_relation_filepath('sealed_comments') AS v";
    let before = by_place(&app, file).await;
    for login in ["office", "office2"] {
        let fields = [("meeting", meeting.as_str()), ("comment", &comment), ("decision", "offline"), ("words", "")];
        done(&mut app.sign_in(login).await, "/reviews/comments/read", &fields).await;
    }
    assert_ne!(by_place(&app, file).await, before, "the table was written anew");
    let places = "SELECT ctid::text AS v FROM sealed_comments ORDER BY ctid";
    assert_eq!(by_place(&app, places).await, ["(0,1)", "(0,2)"], "without old versions");
}

#[tokio::test]
async fn below_five_valid_nobody_is_told_whether_words_were_written() {
    let mut pages = Vec::new();
    for written in [true, false] {
        let hall = Hall::with_cards(Database::Sqlite).await;
        let phones = hall.check_in(11).await;
        let round = hall.open_round().await;
        for (n, phone) in phones.iter().enumerate() {
            let mut ballot = hall.ballot(if n < 4 { "good" } else { "abstain" });
            if written {
                ballot["lines"][0]["comment"] = json!(format!("少数人写的话{n}"));
            }
            assert_eq!(hall.try_cast(phone, round, 1, ballot).await.status, 200);
        }
        let mut office = hall.app.sign_in("office").await;
        let path = format!("/reviews/comments?meeting={}", hall.meeting);
        assert!(office.get(&path).await.text().contains("测评还没有封存"));
        hall.close_and_seal().await;
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_comments")).await, 0);
        let page = office.get(&path).await.text();
        for name in ["段敏", "叶国平"] {
            let words = format!("对{name}的意见：有效票不足 5 张，为保护评议人员，意见未予显示。");
            assert!(page.contains(&words), "{words}");
        }
        assert!(!page.contains("没有填写") && !page.contains("少数人"), "{page}");
        let mut answer = office.call("/api/reviews/comments", json!({ "meeting": hall.meeting })).await.json();
        answer["meeting"] = json!("");
        pages.push(answer);
    }
    assert_eq!(pages[0], pages[1]);
    // With enough valid ballots and no words that is said, and not of those withheld.
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(11).await;
    let round = hall.open_round().await;
    for phone in &phones {
        hall.cast(phone, round, 1, "good").await;
    }
    hall.close_and_seal().await;
    let path = format!("/reviews/comments?meeting={}", hall.meeting);
    let page = hall.app.sign_in("office").await.get(&path).await.text();
    assert!(page.contains("评议人员没有填写文字意见。") && !page.contains("未予显示"), "{page}");
}

#[tokio::test]
async fn every_comment_on_a_page_has_a_key_of_its_own() {
    let app = TestApp::new(Database::Sqlite).await;
    sealed(&app).await;
    let mut office = app.sign_in("office").await;
    let page = office.get(&format!("/reviews/comments?meeting={}", id(MEETING))).await.text();
    let forms: Vec<&str> = page.split("action=\"/reviews/comments/read\"").skip(1).collect();
    let field = |form: &str, name: &str| -> String {
        let from = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        from.split('"').next().unwrap().to_owned()
    };
    assert_eq!(forms.len(), 2);
    // Both forms of one page, sent one after the other without loading it again.
    for form in &forms {
        let (key, comment) = (field(form, "command"), field(form, "comment"));
        let fields = [
            ("command", key.as_str()),
            ("meeting", &id(MEETING)),
            ("comment", &comment),
            ("decision", "dropped"),
            ("words", ""),
        ];
        let reply = office.post("/reviews/comments/read", &fields).await;
        assert!(reply.status == 303 && !reply.location().contains("draft="), "{}", reply.text());
    }
    assert_eq!(rows(&app, q("SELECT comment_id FROM comment_readings")).await.len(), 2);
}

/// The database file itself, not its WAL.
fn is_main(name: &str) -> bool {
    name.strip_suffix(".db").is_some()
}
