//! The group robot against a server of our own in the same process: how many, never what, and at most once.

use domain::reminders::MessageState;
use server::{
    config::{Channels, Robot, RobotStyle},
    storage::q,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use tokio_util::sync::CancellationToken;

use super::desk;
use crate::{
    duties::{self, done, rows},
    harness::{BOTH, Database, TestApp},
};

/// A robot that takes every message; it answers only where `answers`.
async fn robot(answers: bool) -> (u16, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, messages) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let (mut text, mut part) = (Vec::new(), [0; 1024]);
                while !text.ends_with(b"}}") {
                    let n = stream.read(&mut part).await.unwrap();
                    text.extend_from_slice(&part[..n]);
                }
                sender.send(String::from_utf8(text).unwrap()).unwrap();
                if !answers {
                    std::future::pending::<()>().await;
                }
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"errcode\":0}").await;
            });
        }
    });
    (port, messages)
}

/// A district with a robot, a list issued, and the digest of its last day made.
async fn waiting(database: Database, port: u16) -> TestApp {
    let robot = Robot {
        secure: false,
        host: "127.0.0.1".into(),
        port,
        path: "/send?token=x".into(),
        style: RobotStyle::Dingtalk,
    };
    let app = TestApp::with(database, |config| {
        config.channels = Channels { robot: Some(robot), ..Channels::default() };
    })
    .await;
    duties::issued(&app, "区教育局").await;
    done(&mut app.sign_in("sysadmin").await, "/reminders/channels", &[("robot", "on")]).await;
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

async fn states(app: &TestApp) -> Vec<String> {
    rows(app, q("SELECT state FROM reminder_messages")).await.iter().map(|r| r.text("state").unwrap()).collect()
}

#[tokio::test]
async fn the_group_hears_how_many_and_once() {
    for database in BOTH {
        let (port, mut messages) = robot(true).await;
        let app = waiting(database, port).await;
        assert_eq!((send(&app).await, send(&app).await), (1, 0));
        let message = messages.try_recv().unwrap();
        let body = message.split_once("\r\n\r\n").unwrap().1;
        let said: serde_json::Value = serde_json::from_str(body).unwrap();
        let text = said["text"]["content"].as_str().unwrap();
        assert!(text.starts_with("履责提醒（有 ") && text.ends_with(" 项）。内容请登录系统查看。"), "{text}");
        for word in ["区教育局", "叶国平", "签收", "清单", "2026"] {
            assert!(!message.contains(word), "{word}: {message}");
        }
        let app = app.restart().await;
        app.app.services().recover_messages().await.unwrap();
        app.app.services().remind().await.unwrap();
        assert_eq!((send(&app).await, states(&app).await), (0, vec![MessageState::Sent.key().to_owned()]));
        assert!(messages.try_recv().is_err());
    }
}

#[tokio::test]
async fn what_the_robot_took_before_the_process_died_is_not_said_again() {
    for database in BOTH {
        let (port, mut messages) = robot(false).await;
        let app = waiting(database, port).await;
        let services = app.app.services().clone();
        let sending = tokio::spawn(async move { services.send_due(&CancellationToken::new()).await });
        // Taken, and never answered: now the process dies.
        assert!(messages.recv().await.is_some());
        sending.abort();
        assert!(sending.await.is_err_and(|e| e.is_cancelled()));
        assert_eq!(states(&app).await, [MessageState::Sending.key()]);
        let app = app.restart().await;
        assert_eq!(app.app.services().recover_messages().await.unwrap(), 1);
        assert_eq!((send(&app).await, states(&app).await), (0, vec![MessageState::Unknown.key().to_owned()]));
        assert!(messages.try_recv().is_err());
        let told = desk(&app, "office").await["undelivered"].to_string();
        assert!(told.contains("工作群") && told.contains("未确认送达"), "{told}");
    }
}
