//! Fields of a URL-encoded form, typed and strict: refuses names that a form does not have
//! and values that are none of its choices.

use axum::{body::Bytes, extract::FromRequest, extract::Request, response::Response};
use domain::{
    Rejection,
    ids::CommandId,
    records::Look,
    time::{self, Day},
};

use super::reply;
use crate::App;

/// Names that every form may carry.
const ALWAYS: [&str; 3] = ["command", "_token", "_draft"];

/// What a form is told whose hidden parts are missing or were changed.
pub fn incomplete() -> Rejection {
    Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。")
}

/// The fields of a form in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Splits a URL-encoded body; repeated names stay repeated.
pub fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    bytes
        .split(|b| *b == b'&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = match part.iter().position(|b| *b == b'=') {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &part[..0]),
            };
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => {
                if let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2)) {
                    out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    at += 2;
                } else {
                    out.push(b'%');
                }
            }
            b => out.push(b),
        }
        at += 1;
    }
    // No text holds a zero byte, and PostgreSQL takes none.
    out.retain(|b| *b != 0);
    String::from_utf8_lossy(&out).into_owned()
}

impl Fields {
    /// Fields given as pairs (multipart forms).
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Refuses names that the form does not have (mass assignment, B05).
    pub fn only(&self, known: &[&str]) -> Result<(), Rejection> {
        let unknown = self.0.iter().any(|(n, _)| !known.contains(&n.as_str()) && !ALWAYS.contains(&n.as_str()));
        if unknown {
            return Err(Rejection::state("表单里有本页没有的内容，没有保存。请刷新页面后重新填写。"));
        }
        Ok(())
    }

    /// Refuses a name that has more than one value, but for those of lists: two programs that read such a form would
    /// read two forms.
    pub fn once(&self, lists: &[&str]) -> Result<(), Rejection> {
        let twice = |name: &str| self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).count() > 1;
        if self.0.iter().any(|(n, _)| !lists.contains(&n.as_str()) && twice(n)) {
            return Err(Rejection::state("表单内容重复，没有保存。请刷新页面后重新填写。"));
        }
        Ok(())
    }

    /// A choice that may be left open; a word that is none of the page is refused and never read as no choice.
    pub fn chosen<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Rejection> {
        let no = || Rejection::field(name, "选项不在可选范围，没有保存。请刷新页面后重新选择。");
        self.opt(name).map(|word| read(word.trim()).ok_or_else(no)).transpose()
    }

    /// One more value, as if it had been sent last.
    pub fn add(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// The first value, or an empty text.
    pub fn text(&self, name: &str) -> String {
        self.sent(name).unwrap_or_default()
    }

    /// What was answered about the mobile numbers of a text.
    pub fn look(&self) -> Result<Look, Rejection> {
        match self.sent("look").as_deref() {
            None => Ok(Look::Unasked),
            Some("mask") => Ok(Look::Mask),
            Some("keep") => Ok(Look::Keep),
            Some(_) => Err(incomplete()),
        }
    }

    /// Every value of a repeated name.
    pub fn many(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.clone()).collect()
    }

    /// The first value where the name was sent at all, even if empty.
    pub fn sent(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }

    /// The value, if there is one and it is not empty.
    pub fn opt(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|v| !v.trim().is_empty())
    }

    /// An id or number that must be there.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, Rejection> {
        self.text(name).trim().parse().map_err(|_| incomplete())
    }

    /// An id or number; `None` when left empty.
    pub fn maybe<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Rejection> {
        self.opt(name).map(|_| self.parsed(name)).transpose()
    }

    /// Ids of a repeated name.
    pub fn ids<T: std::str::FromStr>(&self, name: &str) -> Result<Vec<T>, Rejection> {
        self.many(name).iter().map(|v| v.parse().map_err(|_| incomplete())).collect()
    }

    /// One of a few words; anything else is no choice of the page.
    pub fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<T, Rejection> {
        let typed = self.text(name);
        words
            .iter()
            .find(|(word, _)| *word == typed)
            .map(|(_, value)| *value)
            .ok_or_else(|| Rejection::field(name, "选项不在可选范围，没有保存。请刷新页面后重新选择。"))
    }

    /// A day; `None` when left empty.
    pub fn day(&self, name: &str, label: &str) -> Result<Option<Day>, Rejection> {
        let Some(text) = self.opt(name) else { return Ok(None) };
        time::parse_iso(text.trim())
            .map(Some)
            .ok_or_else(|| Rejection::field(name, format!("{label}「{text}」不是日期。请写成 2026-11-05 这样的格式。")))
    }

    /// A day that must be there; `missing` says what to do when it is not.
    pub fn needed_day(&self, name: &str, label: &str, missing: &str) -> Result<Day, Rejection> {
        self.day(name, label)?.ok_or_else(|| Rejection::field(name, missing))
    }

    /// The idempotency key of the form.
    pub fn command(&self) -> Result<CommandId, Rejection> {
        self.parsed("command")
    }

    /// Everything but the marks, for the idempotency body and for drafts.
    pub fn content(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(n, _)| !ALWAYS.contains(&n.as_str())).cloned().collect()
    }

    /// Every pair as it was sent, marks and all.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// Bytes that identify the content of the form under its command id.
    pub fn body(&self) -> Vec<u8> {
        serde_json::to_vec(&self.content()).unwrap_or_default()
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Response;

    async fn from_request(req: Request, state: &App) -> Result<Self, Response> {
        // The guard has already limited and buffered the body.
        let bytes = Bytes::from_request(req, state).await.map_err(|_| {
            reply::sorry(axum::http::StatusCode::BAD_REQUEST, "提交的内容没有收完整，没有保存。请返回重试。")
        })?;
        Ok(Self(pairs(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_and_chinese_survive() {
        let fields = Fields(pairs("duty=a&duty=b&text=%E8%B9%B2%E7%82%B9+1%2B1&x".as_bytes()));
        assert_eq!(fields.many("duty"), ["a", "b"]);
        assert_eq!(fields.text("text"), "蹲点 1+1");
        assert!(fields.only(&["duty", "text"]).is_err());
        assert!(fields.only(&["duty", "text", "x"]).is_ok());
    }

    #[test]
    fn empty_is_not_wrong_and_wrong_is_not_empty() {
        let fields = Fields(pairs(b"none=&four=4&word=four&on=2026-11-05&off=soon"));
        assert_eq!(fields.maybe::<i64>("none"), Ok(None));
        assert_eq!((fields.sent("none"), fields.sent("never")), (Some(String::new()), None));
        assert_eq!(fields.maybe::<i64>("four"), Ok(Some(4)));
        assert_eq!(fields.maybe::<i64>("word"), Err(incomplete()));
        assert_eq!(fields.choice("four", &[("4", true)]), Ok(true));
        assert!(fields.choice("word", &[("4", true)]).is_err_and(|r| r.field_name() == Some("word")));
        assert!(fields.needed_day("on", "日期", "还没有填日期。").is_ok());
        assert_eq!(fields.needed_day("none", "日期", "还没有填。"), Err(Rejection::field("none", "还没有填。")));
        assert!(fields.needed_day("off", "日期", "还没有填。").is_err_and(|r| r.to_string().contains("不是日期")));
    }

    #[test]
    fn a_single_field_sent_twice_and_an_unknown_choice_are_refused() {
        let fields = Fields(pairs(b"duty=a&duty=b&kind=talk&look=&look=keep&odd=zzz&none="));
        assert_eq!(fields.once(&["duty"]), Ok(()));
        assert!(fields.once(&[]).is_err_and(|r| r.to_string().contains("表单内容重复")));
        assert!(Fields(pairs(b"kind=talk&kind=other")).once(&["duty"]).is_err());
        assert!(Fields(pairs(b"_token=1&_token=2")).once(&[]).is_err());
        let four = |word: &str| (word == "talk").then_some(4);
        assert_eq!(fields.chosen("kind", four), Ok(Some(4)));
        assert_eq!(fields.chosen("none", four), Ok(None));
        assert!(fields.chosen("odd", four).is_err_and(|r| r.field_name() == Some("odd")));
    }

    #[test]
    fn broken_escapes_do_not_panic() {
        assert_eq!(
            pairs(b"a=%&b=%4&c=%zz"),
            vec![("a".into(), "%".into()), ("b".into(), "%4".into()), ("c".into(), "%zz".into())]
        );
    }
}
