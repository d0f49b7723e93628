//! Log lines to stderr, as text or JSON. Control characters are escaped: a name
//! with a line break or a terminal code in it must not forge a line.

use std::io::{self, Write};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::config::LogFormat;

/// Starts logging. A wrong filter falls back to `info`. Called once per process; later calls change nothing.
pub fn start(filter: &str, format: LogFormat) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Escaped);
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// Writes to stderr what is safe to show.
struct Escaped;

impl<'a> MakeWriter<'a> for Escaped {
    type Writer = Line;
    fn make_writer(&'a self) -> Line {
        Line
    }
}

/// One event: the subscriber writes each with a single call.
struct Line;

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(escape(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

/// Every control character but the last line break as `\u{1b}`; so too the marks that turn text around.
fn escape(text: &str) -> String {
    let (body, end) = match text.strip_suffix('\n') {
        Some(body) => (body, "\n"),
        None => (text, ""),
    };
    let mut out = String::with_capacity(text.len());
    for c in body.chars() {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_forge_a_line() {
        assert_eq!(escape("name=a\nINFO b\u{1b}[2J\u{85}\n"), "name=a\\u{a}INFO b\\u{1b}[2J\\u{85}\n");
        assert_eq!(escape("第5行\n"), "第5行\n");
    }
}
