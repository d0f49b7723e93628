//! One post to a group robot (钉钉、浙政钉、企业微信): a text message as JSON over https. Follows no
//! redirect and reads no more of the answer than it needs.

use std::io;

use domain::reminders::Outcome;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::carrier::{Line, Progress, close, connect};
use crate::config::{Channels, Robot, RobotStyle};

/// Longest answer that is read, in bytes.
const ANSWER: u64 = 16 * 1024;
/// `errcode` of 「sending too fast」: 钉钉 130101 and 410100, 企业微信 45009.
const TOO_FAST: [i64; 3] = [130_101, 410_100, 45_009];

/// Posts `text`; an error is judged by the caller with `progress`.
pub(super) async fn post(
    robot: &Robot,
    channels: &Channels,
    text: &str,
    progress: &mut Progress,
) -> io::Result<Outcome> {
    let plain = connect(&robot.host, robot.port).await?;
    let mut line: Box<dyn Line> =
        if robot.secure { close(plain, &robot.host, channels).await? } else { Box::new(plain) };
    let body = match robot.style {
        RobotStyle::Dingtalk | RobotStyle::Wecom => json!({ "msgtype": "text", "text": { "content": text } }),
    }
    .to_string();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\
         User-Agent: wuze\r\nConnection: close\r\n\r\n",
        robot.path,
        robot.host,
        body.len(),
    );
    line.write_all(head.as_bytes()).await?;
    // From the first byte of the body on, a robot may have read it all.
    progress.handed_over = true;
    line.write_all(body.as_bytes()).await?;
    line.flush().await?;
    let mut answer = Vec::new();
    // Servers that close without a TLS goodbye have answered all the same.
    let read = line.take(ANSWER).read_to_end(&mut answer).await;
    let judged = judge(&answer);
    match (judged, read) {
        (Some(outcome), _) => Ok(outcome),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Ok(Outcome::Uncertain),
    }
}

/// What the answer says; `None` for none that can be understood.
fn judge(answer: &[u8]) -> Option<Outcome> {
    let text = String::from_utf8_lossy(answer);
    let status: u16 = text.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    match status {
        200..=299 => {}
        429 | 503 => return Some(Outcome::NotNow),
        500..=599 => return Some(Outcome::Uncertain),
        // A redirect too: the address was named by the operator and is not changed by a server.
        _ => return Some(Outcome::Refused),
    }
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    // Chunked or not: the one JSON object of the answer.
    let object = body.find('{').zip(body.rfind('}')).and_then(|(from, to)| body.get(from..=to))?;
    let said: serde_json::Value = serde_json::from_str(object).ok()?;
    match said.get("errcode").and_then(serde_json::Value::as_i64) {
        Some(0) => Some(Outcome::Accepted),
        Some(code) if TOO_FAST.contains(&code) => Some(Outcome::NotNow),
        Some(_) => Some(Outcome::Refused),
        None => match said.get("success").and_then(serde_json::Value::as_bool) {
            Some(true) => Some(Outcome::Accepted),
            Some(false) => Some(Outcome::Refused),
            None => Some(Outcome::Uncertain),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged() {
        let table = [
            ("HTTP/1.1 200 OK\r\n\r\n{\"errcode\":0,\"errmsg\":\"ok\"}", Some(Outcome::Accepted)),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"errcode\":0 }\r\n0\r\n\r\n",
                Some(Outcome::Accepted),
            ),
            ("HTTP/1.1 200 OK\r\n\r\n{\"errcode\":130101}", Some(Outcome::NotNow)),
            ("HTTP/1.1 200 OK\r\n\r\n{\"errcode\":310000}", Some(Outcome::Refused)),
            ("HTTP/1.1 200 OK\r\n\r\n{\"success\":true}", Some(Outcome::Accepted)),
            ("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n", Some(Outcome::Refused)),
            ("HTTP/1.1 429 Slow\r\n\r\n", Some(Outcome::NotNow)),
            ("HTTP/1.1 502 Bad\r\n\r\n", Some(Outcome::Uncertain)),
            ("HTTP/1.1 200 OK\r\n\r\n", None),
            ("", None),
        ];
        for (answer, want) in table {
            assert_eq!(judge(answer.as_bytes()), want, "{answer}");
        }
    }
}
