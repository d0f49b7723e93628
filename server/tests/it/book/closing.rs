//! 年度结转: what it does, who may, and that a closed book takes nothing more.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::storage::{MIGRATIONS, q};

use super::{execute, leaves, saved};
use crate::{
    duties::{command, done, issued, refused, rows, send},
    harness::{BOTH, Client, Database, TestApp},
};

async fn page(client: &mut Client, post: &str) -> Value {
    let reply = client.call("/api/book/closing", json!({ "post": post, "year": 2026 })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn fields<'a>(post: &'a str, seen: &'a str, typed: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("post", post), ("year", "2026"), ("seen", seen), ("typed", typed)]
}

/// What migration 21 does to books that were closed before it.
fn upgrade(database: Database) -> &'static str {
    let migration = MIGRATIONS.iter().find(|m| m.version == 21).unwrap();
    let text = if database == Database::Sqlite { migration.sqlite } else { migration.postgres };
    text[text.find("UPDATE occurrences").unwrap()..].trim().trim_end_matches(';')
}

#[tokio::test]
async fn the_head_closes_last_years_book_and_it_stays_closed() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        let record = saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let proxy = saved(&mut liaison, &post, "没有确认的代录", "visit", "2026-11-01", &[]).await;
        // 任期一次 is wanting: his term began late enough for its day to lie in the year.
        execute(
            &app,
            q("INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from, window_to, counts_from, due_on, state)
               SELECT $1, i.district_id, l.post_id, l.unit_id, 2026, i.duty_id, i.code, 1, '2026-10-01', '2026-12-31', '2026-10-01', '2026-12-31', 'open'
               FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE l.post_id = $2 AND i.code = '12.2' LIMIT 1")
            .bind(command())
            .bind(app.district.school_post),
        )
        .await;

        // While the year runs.
        let early = page(&mut leader, &post).await;
        assert_eq!(early["face"]["may_close"], false);
        let seen = early["seen"].as_str().unwrap().to_owned();
        let no = refused(&mut leader, "/book/close", &fields(&post, &seen, "叶国平")).await;
        assert!(no.contains("还没有过完"), "the year runs");

        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        let shown = page(&mut leader, &post).await;
        assert_eq!(shown["face"]["may_close"], true);
        assert_eq!(shown["effects"]["returned"], json!(["蹲点调研 11月1日"]));
        assert!(shown["effects"]["carried"][0].as_str().unwrap().starts_with("12.2"));
        let seen = shown["seen"].as_str().unwrap().to_owned();

        // Late entries come in until it is closed, and make the page stale.
        saved(&mut leader, &post, "年前漏记的一件", "visit", "2026-12-20", &[]).await;
        let stale = refused(&mut leader, "/book/close", &fields(&post, &seen, "叶国平")).await;
        assert!(stale.contains("刚刚被别人改过"));
        let seen = page(&mut leader, &post).await["seen"].as_str().unwrap().to_owned();
        let wrong = refused(&mut leader, "/book/close", &fields(&post, &seen, "叶国")).await;
        assert!(wrong.contains("2026年度结转还没有签字。请输入「叶国平」"), "{wrong}");
        let mut drawn = fields(&post, &seen, "");
        drawn.push(("drawing", "M0 0"));
        let half = refused(&mut leader, "/book/close", &drawn).await;
        assert!(half.contains("签名没有写完整，2026年度结转还没有签字"), "{half}");
        assert!(!wrong.contains("还没有签收") && !half.contains("还没有签收"));
        let place = done(&mut leader, "/book/close", &fields(&post, &seen, "叶国平")).await;
        assert!(leader.get(&place).await.text().contains("年度结转"));

        // Twice.
        let again = refused(&mut leader, "/book/close", &fields(&post, &seen, "叶国平")).await;
        assert!(again.contains("已于2027年1月8日结转"));
        // Nothing enters any more, and it is said what to do.
        let late = [("post", post.as_str()), ("text", "又想起一件"), ("event_on", "2026-12-21")];
        assert!(refused(&mut leader, "/records/save", &late).await.contains("另记一条"));
        let correct = [("record", record.as_str()), ("seen", "1"), ("text", "改一改"), ("reason", "改")];
        let place = send(&mut leader, "/records/correct", &correct).await.location();
        assert!(leader.get(&place).await.text().contains("另记一条"));
        for decision in ["confirm", "refuse"] {
            let decide = [("record", proxy.as_str()), ("seen", "2"), ("decision", decision), ("reason", "迟了")];
            assert!(send(&mut leader, "/records/decide", &decide).await.location().contains("draft="), "{decision}");
        }
        // This year goes on.
        saved(&mut leader, &post, "新年的第一件事", "visit", "", &[]).await;

        let back = rows(&app, q("SELECT state, refused_why FROM records WHERE id = $1").bind(proxy.clone())).await;
        assert_eq!(back[0].text("state").unwrap(), "refused");
        assert!(back[0].text("refused_why").unwrap().contains("年度结转"));
        let carried = q("SELECT year FROM occurrences WHERE post_id = $1 AND code = '12.2' ORDER BY year");
        let years: Vec<i64> =
            rows(&app, carried.bind(app.district.school_post)).await.iter().map(|r| r.int("year").unwrap()).collect();
        assert_eq!(years, [2026, 2027]);
        let word = async |leader: &mut Client| {
            let book = leaves(leader, &post, 2026).await;
            let items = book.iter().flat_map(|(_, leaf)| leaf["items"].as_array().cloned().unwrap_or_default());
            items.into_iter().find(|item| item["code"] == "12.2").unwrap()["word"].clone()
        };
        assert_eq!(word(&mut leader).await, "已结转");
        // The board of the closed year says the same, and keeps no colour of it.
        let cell = leader.call("/api/board/cell", json!({ "post": post, "duty": "lv", "year": 2026 })).await.json();
        let item = cell["items"].as_array().unwrap().iter().find(|item| item["code"] == "12.2").unwrap().clone();
        assert_eq!((&item["word"], &item["tone"]), (&json!("已结转"), &json!("none")), "{database:?}");
        let asked = json!({ "post": post, "item": item["duty"], "year": 2026 });
        let shown = leader.call("/api/board/item", asked).await.json();
        assert_eq!((&shown["word"], &shown["why"]), (&json!("已结转"), &json!("没有记录的部分已结转到2027年。")));
        let paper = leader.get(&format!("/documents/book/{post}/2026/page")).await.text();
        assert!(paper.contains("已结转"), "{database:?}");
        // A book closed by an earlier version left it open, or called it cancelled; the upgrade puts it right.
        for before in ["open", "cancelled"] {
            let was = q("UPDATE occurrences SET state = $1 WHERE year = 2026 AND code = '12.2'").bind(before);
            execute(&app, was).await;
            assert_ne!(word(&mut leader).await, "已结转", "{before}");
            execute(&app, q(upgrade(database))).await;
            assert_eq!(word(&mut leader).await, "已结转", "{database:?} {before}");
            let next = q("SELECT state FROM occurrences WHERE year = 2027 AND code = '12.2'");
            assert_eq!(rows(&app, next).await[0].text("state").unwrap(), "open");
        }
        // It reads and prints as before, with the signature under it.
        let book = leaves(&mut leader, &post, 2026).await;
        assert!(book.iter().any(|(key, _)| key == "p2") && book.iter().all(|(key, _)| key != "waiting"));
        let signatures = &book.last().unwrap().1["signatures"];
        assert!(signatures.as_array().unwrap().iter().any(|s| s["purpose"] == "年度结转" && s["name"] == "叶国平"));
        let audited = rows(&app, q("SELECT object FROM audit WHERE action = 'records.closed'")).await;
        assert_eq!(audited.len(), 1);
    }
}

#[tokio::test]
async fn the_office_closes_for_a_vacant_post_or_notes_the_heads_paper() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = app.district.school_post.to_string();
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        // Whoever reads the book but is neither head nor office.
        for login in ["team", "deputy", "secretary", "liaison_b"] {
            let mut client = app.sign_in(login).await;
            assert_eq!(
                client.call("/api/book/closing", json!({ "post": post, "year": 2026 })).await.status,
                404,
                "{login}"
            );
            let reply = send(&mut client, "/book/close", &fields(&post, "", "某人")).await;
            assert!(reply.location().contains("draft="), "{login}");
        }
        // Somebody of another unit learns nothing.
        let mut foreign = app.sign_in("leader_a").await;
        let reply = send(&mut foreign, "/book/close", &fields(&post, "", "段敏")).await;
        assert!(foreign.get(&reply.location()).await.text().contains("没有找到"));

        let mut office = app.sign_in("office").await;
        let shown = page(&mut office, &post).await;
        assert_eq!((shown["on_screen"].clone(), shown["signer"].clone()), (json!(false), json!("叶国平")));
        let seen = shown["seen"].as_str().unwrap().to_owned();
        // On the screen only the head himself.
        let typed = refused(&mut office, "/book/close", &fields(&post, &seen, "叶国平")).await;
        assert!(typed.contains("没有办理这件事的权限"));
        let paper = |on: &'static str| {
            [
                ("post", post.as_str()),
                ("year", "2026"),
                ("seen", seen.as_str()),
                ("how", "paper"),
                ("paper_on", on),
                ("handler", "经办人"),
            ]
            .to_vec()
        };
        assert!(refused(&mut office, "/book/close", &paper("2026-12-30")).await.contains("还在2026年内"));
        for (on, words) in [("", "还没有填纸质签字日期"), ("2027-06-01", "纸质签字日期晚于今天")] {
            assert!(refused(&mut office, "/book/close", &paper(on)).await.contains(words), "{words}");
        }
        done(&mut office, "/book/close", &paper("2027-01-07")).await;
        let closed = rows(&app, q("SELECT by_whom, person_name FROM book_closings")).await;
        assert_eq!(
            (closed[0].text("by_whom").unwrap(), closed[0].text("person_name").unwrap()),
            ("head".into(), "叶国平".into())
        );
    }
    let app = TestApp::new(Database::Sqlite).await;
    let post = app.district.school_post.to_string();
    let mut leader = app.sign_in("leader_b").await;
    saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
    let gone = q("UPDATE terms SET ends_on = '2026-12-31' WHERE post_id = $1").bind(app.district.school_post);
    execute(&app, gone).await;
    app.clock.set_day(parse_iso("2027-01-08").unwrap());
    let mut office = app.sign_in("office").await;
    let shown = page(&mut office, &post).await;
    assert_eq!((shown["on_screen"].clone(), shown["signer"].clone()), (json!(true), json!("林思源")));
    let seen = shown["seen"].as_str().unwrap().to_owned();
    done(&mut office, "/book/close", &fields(&post, &seen, "林思源")).await;
    assert_eq!(rows(&app, q("SELECT by_whom FROM book_closings")).await[0].text("by_whom").unwrap(), "office");
    // By whom it was closed tells whether it was signed, whatever is read of the signature.
    execute(&app, q("DELETE FROM signatures WHERE purpose = 'records.closing'")).await;
    assert_eq!(page(&mut office, &post).await["face"]["closing_signed"], true);
}

#[tokio::test]
async fn what_nobody_closed_closes_by_itself_after_the_districts_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = app.district.school_post.to_string();
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
        app.clock.set_day(parse_iso("2027-03-31").unwrap());
        assert_eq!(app.app.services().close_due_books().await.unwrap(), 0);
        app.clock.set_day(parse_iso("2027-04-01").unwrap());
        execute(&app, q("UPDATE districts SET settings = '{\"book_closes_on\":\"off\"}'")).await;
        assert_eq!(app.app.services().close_due_books().await.unwrap(), 0);
        execute(&app, q("UPDATE districts SET settings = '{}'")).await;
        assert_eq!(app.app.services().close_due_books().await.unwrap(), 1);
        assert_eq!(app.app.services().close_due_books().await.unwrap(), 0);
        let told = rows(&app, q("SELECT title FROM thread_events WHERE source = 'records.closed'")).await;
        assert!(told[0].text("title").unwrap().contains("到期自动结转"));
        let mut leader = app.sign_in("leader_b").await;
        let late = [("post", post.as_str()), ("text", "又想起一件"), ("event_on", "2026-12-21")];
        assert!(refused(&mut leader, "/records/save", &late).await.contains("另记一条"));
        let book = leaves(&mut leader, &post, 2026).await;
        assert!(book.last().unwrap().1["signatures"].as_array().unwrap().is_empty(), "nobody signed");
        let cover = leader.get(&format!("/book?post={post}&year=2026")).await.text();
        assert!(cover.contains("2027年4月1日到期自动结转，未签字"), "{database:?} {cover}");
    }
}

#[tokio::test]
async fn a_closed_book_is_what_was_signed_and_stands_still() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let at = app.district.school_post;
        let post = at.to_string();
        saved(&mut leader, &post, "年内的一件事", "visit", "", &[]).await;
        saved(&mut app.sign_in("liaison_b").await, &post, "没有确认的代录", "visit", "2026-11-01", &[]).await;
        // 任期一次 still wanting; the next year has one of an earlier term under the same number.
        for (year, from, to) in [(2026, "2026-10-01", "2026-12-31"), (2027, "2025-01-01", "2027-03-01")] {
            let make = q("INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from, window_to, counts_from, due_on, state)
                          SELECT $1, i.district_id, l.post_id, l.unit_id, $2, i.duty_id, i.code, 1, $3, $4, $3, $4, 'open'
                          FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE l.post_id = $5 AND i.code = '12.2' LIMIT 1");
            execute(&app, make.bind(command()).bind(year).bind(from).bind(to).bind(at)).await;
        }
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        app.app.services().recolour_due().await.unwrap();
        let mut leader = app.sign_in("leader_b").await;
        let seen = page(&mut leader, &post).await["seen"].as_str().unwrap().to_owned();
        done(&mut leader, "/book/close", &fields(&post, &seen, "叶国平")).await;

        // The hash under the signature is that of the book as anybody can read it now.
        let signed = rows(&app, q("SELECT content_hash FROM signatures WHERE purpose = 'records.closing'")).await;
        let now = page(&mut leader, &post).await["seen"].as_str().unwrap().to_owned();
        assert_eq!(signed[0].text("content_hash").unwrap(), now);
        assert_ne!(seen, now, "the unconfirmed one went back");

        // Carried once, under the next free number, and asked for once.
        let found = q(
            "SELECT year, period_no, state, due_on FROM occurrences WHERE post_id = $1 AND code = '12.2' ORDER BY year, period_no",
        );
        let carried: Vec<_> = rows(&app, found.bind(at))
            .await
            .iter()
            .map(|r| {
                (
                    r.int("year").unwrap(),
                    r.int("period_no").unwrap(),
                    r.text("state").unwrap(),
                    r.text("due_on").unwrap(),
                )
            })
            .collect();
        let want = |year, no, state: &str, due: &str| (year, no, state.to_owned(), due.to_owned());
        assert_eq!(
            carried,
            [
                want(2026, 1, "carried", "2026-12-31"),
                want(2027, 1, "open", "2027-03-01"),
                want(2027, 2, "open", "2026-12-31"),
            ]
        );

        // Half a year later the closed year looks as on the day of its closing, also recomputed.
        let cells = |app: &TestApp| {
            let query = q("SELECT duty, tone, text, why, tally, valid_until FROM board_cells
                 WHERE post_id = $1 AND year = 2026 ORDER BY duty")
            .bind(at);
            let app = app.app.clone();
            async move { app.store().read().rows(query).await.unwrap() }
        };
        let shown = |rows: &[server::storage::Row]| -> Vec<[String; 5]> {
            rows.iter().map(|r| ["duty", "tone", "text", "why", "tally"].map(|name| r.text(name).unwrap())).collect()
        };
        let before = cells(&app).await;
        assert!(!before.is_empty() && before.iter().all(|r| r.opt_text("valid_until").unwrap().is_none()));
        app.clock.set_day(parse_iso("2027-07-01").unwrap());
        app.app.services().recolour_due().await.unwrap();
        assert_eq!(shown(&cells(&app).await), shown(&before));
        // Neither the head who left since nor another day of issue is news for it.
        for change in [
            "UPDATE terms SET ends_on = '2027-05-31' WHERE post_id = $1 AND ends_on IS NULL",
            "UPDATE leader_lists SET state = 'signed', signed_on = '2026-12-30' WHERE post_id = $1 AND year = 2026",
        ] {
            execute(&app, q(change).bind(at)).await;
        }
        let district = rows(&app, q("SELECT id FROM districts")).await[0].id("id").unwrap();
        app.app.services().recolour_district(district, 2026).await.unwrap();
        let after = cells(&app).await;
        assert!(after.iter().all(|r| r.opt_text("valid_until").unwrap().is_none()));
        assert_eq!(shown(&after), shown(&before));
    }
}
