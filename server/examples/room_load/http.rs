//! HTTP/1.1 by hand over one TCP connection: small enough that 10,000 of them fit beside the server.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// Nothing on loopback takes longer unless something hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is kept open.
pub struct Wire {
    stream: BufReader<TcpStream>,
    addr: SocketAddr,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// One server-sent event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: String,
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, work).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

impl Answer {
    pub fn json(&self) -> io::Result<serde_json::Value> {
        serde_json::from_slice(&self.body).map_err(|e| wrong(format!("{e}: {}", self.text())))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Wire {
    pub async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let stream = in_time(TcpStream::connect(addr)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(1_024, stream), addr })
    }

    /// The bytes of a request, so that they can be made before the clock runs.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.addr);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if method != "GET" {
            head += &format!("content-length: {}\r\n", body.len());
        }
        head += "\r\n";
        let mut all = head.into_bytes();
        all.extend_from_slice(body);
        all
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    async fn head(&mut self) -> io::Result<(u16, Vec<(String, String)>)> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| wrong(first.clone()))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { return Ok((status, headers)) };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// The next chunk of a chunked body; empty at its end.
    async fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let line = self.line().await?;
        let size = usize::from_str_radix(line.split(';').next().unwrap_or(""), 16).map_err(|_| wrong(line))?;
        let mut bytes = vec![0; size + 2];
        self.stream.read_exact(&mut bytes).await?;
        bytes.truncate(size);
        Ok(bytes)
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        self.exchange(&self.request(method, path, headers, body)).await
    }

    /// Sends the bytes of a request and reads the whole answer.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        in_time(async {
            self.stream.get_mut().write_all(request).await?;
            let (status, headers) = self.head().await?;
            let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
            let mut body = Vec::new();
            if let Some(len) = find("content-length") {
                body.resize(len.parse().map_err(|_| wrong(len))?, 0);
                self.stream.read_exact(&mut body).await?;
            } else if find("transfer-encoding").is_some() {
                loop {
                    let chunk = self.chunk().await?;
                    if chunk.is_empty() {
                        break;
                    }
                    body.extend(chunk);
                }
            }
            Ok(Answer { status, headers, body })
        })
        .await
    }

    /// Opens a stream of events; the connection is the stream's from here.
    pub async fn events(mut self, path: &str, headers: &[(&str, &str)]) -> io::Result<Events> {
        in_time(async {
            let request = self.request("GET", path, headers, b"");
            self.stream.get_mut().write_all(&request).await?;
            let (status, _) = self.head().await?;
            if status != 200 {
                return Err(wrong(format!("the stream was refused: {status}")));
            }
            Ok(Events { wire: self, text: String::new() })
        })
        .await
    }
}

/// An open stream of events.
pub struct Events {
    wire: Wire,
    text: String,
}

impl Events {
    /// The next event; comments are passed over. Waits as long as it takes.
    pub async fn next(&mut self) -> io::Result<Event> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(event) = parse(&block) {
                    return Ok(event);
                }
                continue;
            }
            // What was read is used up: an idle stream must hold nothing.
            self.text.shrink_to_fit();
            let chunk = self.wire.chunk().await?;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.text.push_str(std::str::from_utf8(&chunk).map_err(|_| wrong("not UTF-8"))?);
        }
    }
}

fn parse(block: &str) -> Option<Event> {
    let mut event = Event::default();
    for line in block.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => value.clone_into(&mut event.id),
            "event" => value.clone_into(&mut event.name),
            "data" => event.data.push_str(value),
            _ => {}
        }
    }
    (!event.data.is_empty() || !event.name.is_empty()).then_some(event)
}
