//! The outbox against a mail server of our own in the same process: at most once, whatever breaks.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::Datelike as _;
use domain::time::iso;
use server::{
    config::{Channels, Smtp, SmtpTls},
    storage::q,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_util::sync::CancellationToken;

use super::d;
use crate::{
    duties::{self, done, refused, rows},
    harness::{BOTH, Database, TestApp},
};

/// Takes the letter and says so.
const TAKES: u8 = 0;
/// Says 「later」 before it has the letter.
const LATER: u8 = 1;
/// Has the letter and never answers.
const SILENT: u8 = 2;
/// Refuses the recipient.
const REFUSES: u8 = 3;

struct Mail {
    port: u16,
    mode: Arc<AtomicU8>,
    letters: UnboundedReceiver<String>,
}

impl Mail {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(TAKES));
        let (sender, letters) = unbounded_channel();
        let known = mode.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, known.clone(), sender.clone()));
            }
        });
        Self { port, mode, letters }
    }

    fn says(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }

    fn arrived(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.letters.try_recv().ok()).collect()
    }
}

async fn talk(stream: tokio::net::TcpStream, mode: Arc<AtomicU8>, letters: UnboundedSender<String>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 test\r\n").await;
    let mut letter: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let mode = mode.load(Ordering::SeqCst);
        let answer = match &mut letter {
            Some(text) if line == "." => {
                letters.send(std::mem::take(text)).unwrap();
                letter = None;
                if mode == SILENT {
                    std::future::pending::<()>().await;
                }
                "250 taken"
            }
            Some(text) => {
                text.push_str(&line);
                text.push('\n');
                continue;
            }
            None if line.starts_with("EHLO") => "250-test\r\n250 SIZE",
            None if line.starts_with("RCPT") && mode == LATER => "450 later",
            None if line.starts_with("RCPT") && mode == REFUSES => "550 nobody",
            None if line == "DATA" => {
                letter = Some(String::new());
                "354 go on"
            }
            None if line == "QUIT" => "221 bye",
            None => "250 ok",
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A head who wants e-mail, and has one digest to get at nine.
async fn waiting(database: Database, mail: &Mail) -> TestApp {
    let smtp = Smtp {
        host: "127.0.0.1".into(),
        port: mail.port,
        tls: SmtpTls::None,
        login: None,
        from: "wuze@example.gov.cn".into(),
    };
    let app = TestApp::with(database, |config| {
        config.channels = Channels { smtp: Some(smtp), ..Channels::default() };
    })
    .await;
    duties::issued(&app, "区教育局").await;
    let mut sysadmin = app.sign_in("sysadmin").await;
    done(&mut sysadmin, "/reminders/channels", &[("email", "on")]).await;
    let mut leader = app.sign_in("leader_b").await;
    for bad in ["", "x", "a@b.cn\r\nDATA"] {
        refused(&mut leader, "/reminders/ways", &[("way", "email"), ("email", bad)]).await;
    }
    done(&mut leader, "/reminders/ways", &[("way", "email"), ("email", "ye@example.gov.cn")]).await;
    let due = rows(&app, q("SELECT receipt_due FROM leader_lists WHERE receipt_due IS NOT NULL")).await[0]
        .day("receipt_due")
        .unwrap();
    app.clock.set_day(due);
    app.app.services().remind().await.unwrap();
    app
}

async fn send(app: &TestApp) -> u64 {
    app.app.services().send_due(&CancellationToken::new()).await.unwrap()
}

async fn state(app: &TestApp) -> String {
    rows(app, q("SELECT state FROM reminder_messages")).await[0].text("state").unwrap()
}

#[tokio::test]
async fn a_letter_says_only_how_many_and_goes_once() {
    for database in BOTH {
        let mut mail = Mail::new().await;
        let app = waiting(database, &mail).await;
        assert_eq!((send(&app).await, send(&app).await), (1, 0));
        let letters = mail.arrived();
        assert_eq!(letters.len(), 1);
        let (head, body) = letters[0].split_once("\n\n").unwrap();
        assert!(head.contains("To: <ye@example.gov.cn>") && head.contains("Message-ID: <"));
        let text = String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap();
        assert!(text.starts_with("履责提醒（有 ") && text.ends_with("项）。内容请登录系统查看。"), "{text}");
        assert_eq!(state(&app).await, "sent");
        // Run again, restarted, with the clock set back: nothing more.
        let app = app.restart().await;
        app.app.services().recover_messages().await.unwrap();
        app.app.services().remind().await.unwrap();
        app.clock.set_day(d("2026-11-03"));
        app.app.services().remind().await.unwrap();
        assert_eq!(send(&app).await, 0);
        assert!(mail.arrived().is_empty());
    }
}

#[tokio::test]
async fn what_was_being_sent_when_the_process_died_is_not_sent_again() {
    for database in BOTH {
        let mut mail = Mail::new().await;
        let app = waiting(database, &mail).await;
        mail.says(SILENT);
        let services = app.app.services().clone();
        let sending = tokio::spawn(async move { services.send_due(&CancellationToken::new()).await });
        // The letter is there, the answer is not: now it dies.
        assert!(mail.letters.recv().await.is_some());
        sending.abort();
        assert!(sending.await.is_err_and(|e| e.is_cancelled()));
        assert_eq!(state(&app).await, "sending");
        mail.says(TAKES);
        let app = app.restart().await;
        assert_eq!(app.app.services().recover_messages().await.unwrap(), 1);
        assert_eq!(send(&app).await, 0);
        assert!(mail.arrived().is_empty());
        assert_eq!(state(&app).await, "unknown");
        let desk = super::desk(&app, "office").await;
        assert!(desk["undelivered"].to_string().contains("未确认送达"), "{desk}");
    }
}

#[tokio::test]
async fn tries_grow_apart_survive_restarts_and_are_given_up() {
    for database in BOTH {
        let mut mail = Mail::new().await;
        let mut app = waiting(database, &mail).await;
        mail.says(LATER);
        let mut tries = 0;
        for _ in 0..12 {
            tries += send(&app).await;
            assert_eq!(send(&app).await, 0, "not before its time");
            app = app.restart().await;
            app.app.services().recover_messages().await.unwrap();
            // Noon of the next day: longer than any pause; on days off nothing leaves.
            app.clock.advance_ms(24 * 3_600_000);
        }
        assert_eq!(tries, 6);
        assert_eq!(state(&app).await, "given_up");
        assert!(mail.arrived().is_empty());
        assert!(super::desk(&app, "office").await["undelivered"].to_string().contains("未送达"));
        assert!(super::desk(&app, "sysadmin").await["undelivered"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_is_not_wanted_any_more_or_refused_ends() {
    for (mode, want) in [(REFUSES, "given_up"), (TAKES, "dropped")] {
        let mut mail = Mail::new().await;
        let app = waiting(Database::Sqlite, &mail).await;
        mail.says(mode);
        if want == "dropped" {
            let fields = [("way", "app"), ("email", "")];
            done(&mut app.sign_in("leader_b").await, "/reminders/ways", &fields).await;
        }
        send(&app).await;
        assert_eq!(state(&app).await, want);
        assert!(mail.arrived().is_empty());
    }
}

#[tokio::test]
async fn a_test_message_leaves_at_once_and_not_too_often() {
    let mut mail = Mail::new().await;
    let app = waiting(Database::Sqlite, &mail).await;
    // A Sunday: the digest waits, the test does not.
    app.clock.set_day(d("2026-11-08"));
    let mut leader = app.sign_in("leader_b").await;
    done(&mut leader, "/reminders/test", &[]).await;
    assert!(refused(&mut leader, "/reminders/test", &[]).await.contains("10 分钟"));
    refused(&mut leader, "/reminders/test", &[("group", "yes")]).await;
    assert_eq!(send(&app).await, 1);
    assert_eq!(mail.arrived().len(), 1);
}

#[tokio::test]
async fn what_comes_up_in_the_evening_goes_with_the_next_mornings_letter() {
    for database in BOTH {
        let mut mail = Mail::new().await;
        let app = waiting(database, &mail).await;
        let due = iso(app.app.services().today());
        // As if the deadline had become known at 19:00 only.
        duties::execute(&app, q("DELETE FROM reminder_messages")).await;
        duties::execute(&app, q("DELETE FROM reminders")).await;
        app.clock.advance_ms(7 * 3_600_000);
        app.app.services().remind().await.unwrap();
        let mark = rows(&app, q("SELECT mark FROM reminder_messages")).await[0].text("mark").unwrap();
        assert!(mark > due, "{mark} of the evening of {due}");
        assert_eq!(send(&app).await, 0);
        // Midnight has something more to say: the same letter says it.
        let next = q("UPDATE leader_lists SET receipt_due = $1 WHERE receipt_due IS NOT NULL");
        duties::execute(&app, next.bind(&mark)).await;
        app.clock.set_day(d(&mark));
        app.clock.advance_ms(-12 * 3_600_000);
        app.app.services().remind().await.unwrap();
        let all = rows(&app, q("SELECT mark, n FROM reminder_messages")).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].text("mark").unwrap(), all[0].int("n").unwrap()), (mark, 2));
        assert_eq!(send(&app).await, 0, "at midnight");
        app.clock.advance_ms(9 * 3_600_000);
        assert_eq!((send(&app).await, send(&app).await, mail.arrived().len()), (1, 0, 1));
    }
}

#[tokio::test]
async fn a_letter_that_missed_its_day_takes_what_comes_up_before_it_leaves() {
    let mut mail = Mail::new().await;
    let app = waiting(Database::Sqlite, &mail).await;
    // Made at noon, and the sender did not run until the next morning.
    let mut tomorrow = app.app.services().today() + chrono::Days::new(1);
    while tomorrow.weekday().num_days_from_monday() > 4 {
        tomorrow = tomorrow + chrono::Days::new(1);
    }
    duties::execute(&app, q("UPDATE leader_lists SET receipt_due = $1 WHERE receipt_due IS NOT NULL").bind(tomorrow))
        .await;
    app.clock.set_day(tomorrow);
    app.app.services().remind().await.unwrap();
    assert_eq!(rows(&app, q("SELECT kind FROM reminders WHERE kind = 'digest'")).await.len(), 2);
    assert_eq!((send(&app).await, mail.arrived().len()), (1, 1));
}

#[tokio::test]
async fn a_district_on_a_day_off_holds_up_nobody_else() {
    for database in BOTH {
        let mut mail = Mail::new().await;
        let app = waiting(database, &mail).await;
        let other = duties::command();
        let make = q("INSERT INTO districts (id, name, created_at) VALUES ($1, '邻区', 0)").bind(&other);
        duties::execute(&app, make).await;
        let off = q("INSERT INTO holidays (district_id, day, kind, name) VALUES ($1, $2, 'holiday', '休息')");
        duties::execute(&app, off.bind(&other).bind(app.app.services().today())).await;
        for n in 0..60 {
            let waits =
                q("INSERT INTO reminder_messages (id, district_id, channel, person_id, address, mark, n, state,
                             next_at, made_at, changed_at)
                           VALUES ($1, $2, 'email', $3, 'x@example.gov.cn', '2026-11-01', 1, 'waiting', $4, 0, 0)");
            duties::execute(&app, waits.bind(duties::command()).bind(&other).bind(duties::command()).bind(n)).await;
        }
        assert_eq!((send(&app).await, mail.arrived().len()), (1, 1));
        let still = rows(&app, q("SELECT id FROM reminder_messages WHERE state = 'waiting'")).await;
        assert_eq!(still.len(), 60);
    }
}
