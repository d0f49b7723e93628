//! What the tests can ask of an entry that takes an id, and how answers are compared.

use serde_json::Value;
use server::storage::q;

use crate::{
    duties::{command, rows},
    harness::{Client, Reply, TestApp},
};

/// A request about an object.
#[derive(Debug, Clone)]
pub enum To {
    /// A page or file.
    Get(String),
    /// A server function.
    Call(Value),
    /// A form; its command id is added.
    Form(Vec<(String, String)>),
    /// A form at an address with an id in it.
    FormAt(String, Vec<(String, String)>),
    /// A call of the open interface: method, path, body; its key is added to commands.
    Api(&'static str, String, Value),
}

/// A request, who may succeed with it, and who may at least know of the object.
#[derive(Debug, Clone)]
pub struct Ask {
    pub to: To,
    /// Logins for whom it works.
    pub allowed: Vec<&'static str>,
    /// Logins who may see the object without being able to do this.
    pub sees: &'static [&'static str],
    /// A wrong version stops it before anything changes.
    pub versioned: bool,
    /// It changes something.
    pub write: bool,
}

impl Ask {
    fn new(to: To, allowed: &[&'static str]) -> Self {
        let write = matches!(to, To::Form(_) | To::FormAt(..) | To::Api(..));
        Self { to, allowed: allowed.to_vec(), sees: &[], versioned: false, write }
    }

    /// Others who may know that the object exists.
    pub fn seen_by(mut self, sees: &'static [&'static str]) -> Self {
        self.sees = sees;
        self
    }

    /// The form shows a version.
    pub fn versioned(mut self) -> Self {
        self.versioned = true;
        self
    }
}

pub fn get(path: impl Into<String>, allowed: &[&'static str]) -> Ask {
    Ask::new(To::Get(path.into()), allowed)
}

pub fn call(form: Value, allowed: &[&'static str]) -> Ask {
    Ask::new(To::Call(form), allowed)
}

pub fn form(fields: &[(&str, &str)], allowed: &[&'static str]) -> Ask {
    Ask::new(To::Form(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()), allowed)
}

pub fn form_at(path: String, fields: &[(&str, &str)], allowed: &[&'static str]) -> Ask {
    let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Ask::new(To::FormAt(path, fields), allowed)
}

pub fn api(method: &'static str, path: String, body: Value, allowed: &[&'static str]) -> Ask {
    Ask::new(To::Api(method, path, body), allowed)
}

/// What came back, with everything taken out that differs from one answer to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub problem: String,
    pub body: String,
}

impl Answer {
    /// A refused form, a missing page, a refused call.
    pub fn is_refusal(&self) -> bool {
        self.status >= 400 || !self.problem.is_empty()
    }
}

/// Sends `ask` to `path` as `client`.
pub async fn send(app: &TestApp, client: &mut Client, path: &str, ask: &Ask) -> Answer {
    // Drafts are kept by age: two of one millisecond would leave in any order.
    app.clock.advance_ms(1);
    let reply = match &ask.to {
        To::Get(concrete) => client.get(concrete).await,
        To::Call(value) => {
            let mut value = value.clone();
            if let Some(key) = value.get_mut("command") {
                *key = command().into();
            }
            client.call(path, value).await
        }
        To::Api(method, concrete, body) => {
            let mut body = body.clone();
            if body.get("command").is_some() {
                body["key"] = command().into();
            }
            let request = axum::http::Request::builder()
                .method(*method)
                .uri(concrete)
                .header(axum::http::header::CONTENT_TYPE, "application/json");
            client.send(request, body.to_string().into()).await
        }
        To::Form(fields) | To::FormAt(_, fields) => {
            let path = if let To::FormAt(concrete, _) = &ask.to { concrete } else { path };
            let key = command();
            let mut all = vec![("command", key.as_str())];
            all.extend(fields.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            client.post(path, &all).await
        }
    };
    answer(app, &reply).await
}

/// The comparable part of a reply.
pub async fn answer(app: &TestApp, reply: &Reply) -> Answer {
    let location = reply.location();
    let problem = match location.split("draft=").nth(1).and_then(|rest| rest.split('#').next()) {
        None => String::new(),
        Some(draft) => {
            let kept = rows(app, q("SELECT problem FROM drafts WHERE id = $1").bind(draft)).await;
            kept.first().map_or_else(|| "no draft".to_owned(), |r| r.text("problem").unwrap())
        }
    };
    Answer { status: reply.status, location: plain(&location), problem, body: plain(&readable(&reply.body)) }
}

/// Text of a body; of a workbook the texts in its parts.
pub fn readable(bytes: &[u8]) -> String {
    use std::io::Read as _;
    let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let mut all = String::new();
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        // The time of making stands in the properties.
        let name = part.name().unwrap().into_owned();
        if name.ends_with("xml") && !name.starts_with("docProps") {
            part.read_to_string(&mut all).unwrap();
        }
    }
    all
}

/// Without ids and nonces.
fn plain(text: &str) -> String {
    // What is left of the session runs down between two requests.
    without_ids(&without(&without(text, "nonce=\"", '"'), "left&quot;:", ','))
}

/// Cuts what stands between each `from` and the next `to`.
fn without(text: &str, from: &str, to: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = rest.split_at(at + from.len());
        out.push_str(before);
        rest = after.split_once(to).map_or("", |(_, r)| r);
    }
    out.push_str(rest);
    out
}

fn without_ids(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_id = |at: usize| {
        bytes.get(at..at + 36).is_some_and(|id| {
            id.iter().enumerate().all(|(n, b)| match n {
                8 | 13 | 18 | 23 => *b == b'-',
                _ => b.is_ascii_hexdigit(),
            })
        })
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if is_id(at) {
            out.push(b'#');
            at += 36;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Every table whose rows no refused request may touch, with what changes when one does.
pub async fn fingerprint(app: &TestApp) -> Vec<i64> {
    let mut all = Vec::new();
    for query in TOUCHABLE {
        let row = &rows(app, q(query)).await[0];
        all.push(row.int("n").unwrap());
    }
    all
}

/// Drafts of refused forms and the time of the last request are what a refusal may leave.
const TOUCHABLE: [&str; 68] = [
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM talks",
    "SELECT COUNT(*) AS n FROM talk_events",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM talk_risks",
    "SELECT COUNT(*) AS n FROM talk_passed WHERE state <> 'sent'",
    "SELECT COUNT(*) AS n FROM talk_cases",
    "SELECT COUNT(*) AS n FROM talk_settings",
    "SELECT COUNT(*) AS n FROM document_numbers",
    "SELECT COUNT(*) AS n FROM document_series",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM letters",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM tolerance_cases",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM clearances",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM reports",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM report_texts",
    "SELECT COUNT(*) AS n FROM report_editions",
    "SELECT COUNT(*) AS n FROM relief_suggestions",
    // A denial leaves its own row, and no other.
    "SELECT COUNT(*) AS n FROM audit WHERE action <> 'people.denied'",
    "SELECT COUNT(*) AS n FROM commands",
    "SELECT COUNT(*) AS n FROM sessions",
    "SELECT COUNT(*) AS n FROM persons",
    "SELECT COUNT(*) AS n FROM posts WHERE ends_on IS NULL",
    "SELECT COUNT(*) AS n FROM terms WHERE ends_on IS NULL",
    "SELECT COUNT(*) AS n FROM accounts WHERE disabled_at IS NULL",
    "SELECT COUNT(*) AS n FROM activations",
    "SELECT COUNT(*) AS n FROM devices WHERE ended_at IS NULL",
    "SELECT COUNT(*) AS n FROM role_grants WHERE state <> 'ended'",
    "SELECT COUNT(*) AS n FROM role_grants WHERE state = 'active'",
    "SELECT COUNT(*) AS n FROM oversight_map",
    "SELECT COUNT(*) AS n FROM uploads WHERE done_at IS NULL",
    "SELECT COUNT(*) AS n FROM duty_lists",
    "SELECT COUNT(*) AS n FROM approvals",
    "SELECT COUNT(*) AS n FROM signatures",
    "SELECT COUNT(*) AS n FROM thread_events",
    "SELECT COUNT(*) AS n FROM record_corrections",
    "SELECT COUNT(*) AS n FROM evidence_links WHERE withdrawn_at IS NULL",
    "SELECT COUNT(*) AS n FROM evidence_uploads",
    "SELECT COUNT(*) AS n FROM template_items",
    "SELECT COUNT(*) AS n FROM leader_items",
    "SELECT COUNT(*) AS n FROM readings",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM units",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM leader_lists",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM templates",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM records",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM handovers",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM annual_tasks",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM meetings",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM meeting_reports",
    "SELECT COUNT(*) AS n FROM item_events",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM items",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM feedback_sheets",
    "SELECT COUNT(*) AS n FROM inspection_remarks",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM inspections",
    "SELECT COUNT(*) AS n FROM book_takings WHERE state = 'asked'",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM season_steps",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM rule_drafts",
    "SELECT COUNT(*) AS n FROM fact_checks",
    "SELECT COUNT(*) AS n FROM comment_readings",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM measures",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM advices",
    "SELECT COUNT(*) AS n FROM regulations WHERE withdrawn_at IS NULL",
    "SELECT COUNT(*) AS n FROM regulation_items",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM warning_matters",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM warning_notices",
    "SELECT COUNT(*) AS n FROM warning_talks",
    "SELECT COUNT(*) AS n FROM warning_cells",
    "SELECT COUNT(*) AS n FROM warning_countersigns WHERE state <> 'asked'",
    "SELECT COUNT(*) AS n FROM warning_starts",
    "SELECT COUNT(*) AS n FROM book_closings",
    // The last one: tests of suggestions without a name know its place.
    "SELECT COUNT(*) AS n FROM meeting_questions",
];
