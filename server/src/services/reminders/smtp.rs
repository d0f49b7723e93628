//! A submission client of one fixed kind of letter: EHLO, STARTTLS or TLS, AUTH PLAIN, one
//! recipient, DATA (RFC 5321, 3207, 4954). Our own hundred lines instead of a library, because it
//! must be known to the byte whether the letter was handed over when the line broke.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::reminders::Outcome;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::carrier::{Letter, Line, Progress, close, connect};
use crate::config::{Channels, Smtp, SmtpTls};

/// Longest reply that is read, in bytes; a server that talks on is not a mail server.
const REPLY: u64 = 16 * 1024;
/// Base64 characters in a line (RFC 2045).
const WIDTH: usize = 76;

/// Sends a letter; an error is judged by the caller with `progress`.
pub(super) async fn send(
    server: &Smtp,
    channels: &Channels,
    letter: &Letter,
    progress: &mut Progress,
) -> io::Result<Outcome> {
    let plain = connect(&server.host, server.port).await?;
    let mut talk = match server.tls {
        SmtpTls::Tls => Talk::new(close(plain, &server.host, channels).await?),
        SmtpTls::None => Talk::new(Box::new(plain)),
        SmtpTls::Starttls => {
            let mut plain = plain;
            // Read byte by byte: nothing that came before the TLS may be taken for what comes after.
            for (say, want) in [("", 220), ("EHLO wuze\r\n", 250), ("STARTTLS\r\n", 220)] {
                plain.write_all(say.as_bytes()).await?;
                if bare_reply(&mut plain).await? != want {
                    return Ok(Outcome::NotNow);
                }
            }
            Talk::new(close(plain, &server.host, channels).await?)
        }
    };
    if server.tls != SmtpTls::Starttls && talk.reply().await? != 220 {
        return Ok(Outcome::NotNow);
    }
    let mut said = talk.say("EHLO wuze").await?;
    if let (250, Some((user, password))) = (said, &server.login) {
        said = talk.say(&format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}")))).await?;
        if said != 235 {
            tracing::warn!(code = said, "the mail server refused our login");
            return Ok(Outcome::NotNow);
        }
        said = 250;
    }
    if said != 250 {
        return Ok(Outcome::NotNow);
    }
    // A refused sender is our configuration's fault and may be put right; a refused recipient is not.
    if talk.say(&format!("MAIL FROM:<{}>", server.from)).await? != 250 {
        return Ok(Outcome::NotNow);
    }
    match talk.say(&format!("RCPT TO:<{}>", letter.to)).await? {
        250 | 251 => {}
        500..=599 => return Ok(Outcome::Refused),
        _ => return Ok(Outcome::NotNow),
    }
    if talk.say("DATA").await? != 354 {
        return Ok(Outcome::NotNow);
    }
    talk.write(body(server, letter).as_bytes()).await?;
    // A server that got everything but the last dot drops the letter; after it nobody knows.
    progress.handed_over = true;
    let outcome = match talk.say(".").await? {
        200..=299 => Outcome::Accepted,
        500..=599 => Outcome::Refused,
        _ => Outcome::NotNow,
    };
    // The answer is there: what happens to the line now changes nothing.
    let _ = talk.write(b"QUIT\r\n").await;
    Ok(outcome)
}

/// The letter: plain text in base64, so that no line can begin with a dot.
fn body(server: &Smtp, letter: &Letter) -> String {
    let domain = server.from.rsplit('@').next().unwrap_or("wuze");
    let mut text = format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: =?UTF-8?B?{subject}?=\r\nDate: {date}\r\n\
         Message-ID: <{id}@{domain}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        from = server.from,
        to = letter.to,
        subject = STANDARD.encode(&letter.subject),
        date = date(letter.at),
        id = letter.id,
    );
    let coded = STANDARD.encode(&letter.text);
    for line in coded.as_bytes().chunks(WIDTH) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push_str("\r\n");
    }
    text
}

/// `Mon, 23 Nov 2026 09:00:00 +0800`.
fn date(at: domain::time::Instant) -> String {
    use chrono::Datelike as _;
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = at.day();
    let month = usize::try_from(day.month0()).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"Jan");
    format!("{}, {} {month} {} {}:00 +0800", day.weekday(), day.day(), day.year(), at.clock())
}

struct Talk {
    line: BufReader<Box<dyn Line>>,
}

impl Talk {
    fn new(line: Box<dyn Line>) -> Self {
        Self { line: BufReader::new(line) }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.line.get_mut().write_all(bytes).await?;
        self.line.get_mut().flush().await
    }

    async fn say(&mut self, words: &str) -> io::Result<u16> {
        self.write(format!("{words}\r\n").as_bytes()).await?;
        self.reply().await
    }

    /// Code of a reply of one line or more.
    async fn reply(&mut self) -> io::Result<u16> {
        let mut limited = (&mut self.line).take(REPLY);
        loop {
            let mut line = String::new();
            limited.read_line(&mut line).await?;
            if let Some(code) = last_code(&line)? {
                return Ok(code);
            }
        }
    }
}

/// The code, if this is the last line of a reply.
fn last_code(line: &str) -> io::Result<Option<u16>> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "not a mail server");
    if !line.ends_with('\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let code = line.get(..3).and_then(|c| c.parse().ok()).ok_or_else(odd)?;
    Ok((line.as_bytes().get(3) != Some(&b'-')).then_some(code))
}

async fn bare_reply(stream: &mut tokio::net::TcpStream) -> io::Result<u16> {
    let mut line = Vec::new();
    for _ in 0..REPLY {
        line.push(stream.read_u8().await?);
        if line.ends_with(b"\n") {
            if let Some(code) = last_code(&String::from_utf8_lossy(&line))? {
                return Ok(code);
            }
            line.clear();
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "not a mail server"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_is_plain_ascii_without_a_dot_at_the_start_of_a_line() {
        let server =
            Smtp { host: "h".into(), port: 1, tls: SmtpTls::None, login: None, from: "wuze@example.gov.cn".into() };
        // 2026-11-23 09:00 in Shanghai.
        let at = domain::time::Instant::start_of(domain::time::parse_iso("2026-11-23").unwrap()).plus_ms(9 * 3_600_000);
        let letter =
            Letter {
                id: "m1".into(), to: "a@b.cn".into(), subject: "履责提醒".into(), text: ".履".repeat(60), at
            };
        let text = body(&server, &letter);
        assert!(text.is_ascii() && text.lines().all(|l| !l.starts_with('.') && l.len() < 998));
        assert!(text.contains("Message-ID: <m1@example.gov.cn>\r\n"));
        assert!(text.contains("Date: Mon, 23 Nov 2026 09:00:00 +0800\r\n"));
        let coded: String = text.split("\r\n\r\n").nth(1).unwrap().split("\r\n").collect();
        assert_eq!(String::from_utf8(STANDARD.decode(coded).unwrap()).unwrap(), letter.text);
    }
}
