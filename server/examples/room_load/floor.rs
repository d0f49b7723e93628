//! The floors that the product is compared with, each a process of its own started by us: a
//! broadcast by hand over tokio, and a bare stream of axum as its manual serves one.

use std::{
    convert::Infallible,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{
    Router,
    response::sse::{Event, Sse},
    routing::{get, post},
};
use bytes::Bytes;
use futures::StreamExt as _;
use server::http::accept;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};

use crate::load::{
    hall::Outcome,
    http::{Events, Wire},
};

/// As long as a rater's state is.
const PADDING: usize = 400;

/// A running floor.
pub struct Floor {
    child: Child,
    pub addr: SocketAddr,
}

impl Floor {
    /// Starts this program again as a floor.
    pub fn start(kind: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?).args(["floor", kind]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        Ok(Self { child, addr: line.trim().parse()? })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub async fn listen(&self) -> Outcome<Events> {
        Ok(Wire::connect(self.addr).await?.events("/", &[]).await?)
    }

    /// Sends one event to everybody.
    pub async fn tick(&self) -> Outcome<()> {
        Wire::connect(self.addr).await?.ask("POST", "/tick", &[], b"").await?;
        Ok(())
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(n: u64) -> String {
    format!("{n}:{}", "x".repeat(PADDING))
}

/// Serves a floor until it is killed, or for ten minutes at most.
pub async fn serve(kind: &str) -> Outcome<()> {
    let listener = accept::bind((Ipv4Addr::LOCALHOST, 0).into())?;
    println!("{}", listener.local_addr()?);
    let (tick, _) = watch::channel(0_u64);
    let serving = async {
        if kind == "axum" {
            return Ok(axum::serve(listener, bare(tick).into_make_service()).await?);
        }
        let (news, _) = watch::channel(block(0));
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(by_hand(stream, news.clone()));
        }
    };
    tokio::time::timeout(Duration::from_mins(10), serving).await.unwrap_or(Ok(()))
}

/// One SSE route and nothing else.
fn bare(tick: watch::Sender<u64>) -> Router {
    let listen = tick.clone();
    let stream = move || {
        let events = tokio_stream(listen.subscribe());
        async move { Sse::new(events) }
    };
    let ticked = move || {
        tick.send_modify(|n| *n += 1);
        async { "ok" }
    };
    Router::new().route("/", get(stream)).route("/tick", post(ticked))
}

fn tokio_stream(news: watch::Receiver<u64>) -> impl futures::Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold((news, true), |(mut news, first)| async move {
        if !first {
            news.changed().await.ok()?;
        }
        let n = *news.borrow_and_update();
        Some((n, (news, false)))
    })
    .map(|n| Ok(Event::default().data(text(n))))
}

/// An event as one chunk.
fn block(n: u64) -> Bytes {
    let event = format!("event: state\ndata: {}\n\n", text(n));
    format!("{:x}\r\n{event}\r\n", event.len()).into()
}

async fn by_hand(mut stream: TcpStream, news: watch::Sender<Bytes>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = [0; 512];
    let n = stream.read(&mut head).await?;
    if head[..n].starts_with(b"POST") {
        news.send_modify(|b| *b = block(1));
        return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    }
    let mut news = news.subscribe();
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        .await?;
    loop {
        let bytes = news.borrow_and_update().clone();
        stream.write_all(&bytes).await?;
        if news.changed().await.is_err() {
            return Ok(());
        }
    }
}
