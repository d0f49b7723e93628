//! What is carried: which forms may be, and which of their fields. Refuses paths that are no form of ours, passwords
//! and tokens.

use std::sync::Arc;

use crate::http::{
    bare::hidden,
    fields::Fields,
    policy::{Entry, Kind},
    reply::escape,
    sign_in_forms::own_path,
};

/// Most fields that are carried; the largest form of ours has a few hundred.
pub(super) const MOST: usize = 4_000;
/// Stands before the name of a carried field, so that none is taken for one of the sign-in.
pub(super) const MARK: &str = "f.";
/// Fields that hold a password: never written into a page.
const SECRETS: [&str; 4] = ["secret", "password", "current", "pin"];
/// Fields of the sign-in itself.
const OWN: [&str; 7] = ["login", "password", "pin", "by", "to", "retype", "_token"];
/// Needs a session and has nothing to be kept.
pub(super) const LEAVING: &str = "/signout";

/// The forms that may be carried: those of the product that need a session.
#[derive(Debug, Clone)]
pub(in crate::http) struct OwnForms(Arc<[&'static str]>);

impl OwnForms {
    /// From the inventory.
    pub(in crate::http) fn of(entries: &[Entry]) -> Self {
        Self(entries.iter().filter(|e| carried(e)).map(|e| e.path).collect())
    }

    /// Is `to` the path of one of them, with or without a query?
    fn has(&self, to: &str) -> bool {
        let path = to.split('?').next().unwrap_or_default();
        let fits = |pattern: &str| {
            let (mut wanted, mut said) = (pattern.split('/'), path.split('/'));
            loop {
                match (wanted.next(), said.next()) {
                    (None, None) => return true,
                    (Some(w), Some(s)) if w == s || (w.starts_with('{') && !s.is_empty()) => {}
                    _ => return false,
                }
            }
        };
        plain(to) && self.0.iter().any(|pattern| fits(pattern))
    }
}

/// A path of this house that can stand in a page and come back unchanged.
pub(super) fn plain(to: &str) -> bool {
    own_path(to).is_some() && to.bytes().all(|b| b.is_ascii_graphic())
}

/// Can a form of this route be carried?
pub(super) fn carried(entry: &Entry) -> bool {
    entry.kind == Kind::Form && entry.needs_session() && entry.path != LEAVING
}

/// A form on its way through the sign-in.
pub(super) struct Held {
    /// Path that it was posted to.
    pub(super) to: String,
    /// Its fields in the order sent, without tokens and passwords.
    pairs: Vec<(String, String)>,
    /// A password stood in it, which has to be typed again.
    pub(super) secret: bool,
}

impl Held {
    /// A form as it was posted to `to`, without what is never carried.
    pub(super) fn new(to: String, mut pairs: Vec<(String, String)>) -> Self {
        let sent = pairs.len();
        pairs.retain(|(name, _)| !SECRETS.contains(&name.as_str()));
        let secret = pairs.len() < sent;
        // Beside a password it is the same once more; elsewhere a choice.
        pairs.retain(|(name, _)| name != "_token" && !(secret && name == "again"));
        Self { to, pairs, secret }
    }

    /// What the page sent back; none where it was changed on the way.
    pub(super) fn read(fields: &Fields, forms: &OwnForms) -> Option<Self> {
        let mut pairs = Vec::new();
        for (name, value) in fields.all() {
            match name.strip_prefix(MARK) {
                Some(name) => pairs.push((name.to_owned(), value.clone())),
                None if OWN.contains(&name.as_str()) => {}
                None => return None,
            }
        }
        let to = fields.text("to");
        if !forms.has(&to) || pairs.len() > MOST {
            return None;
        }
        let held = Self::new(to, pairs);
        Some(Self { secret: held.secret || fields.opt("retype").is_some(), ..held })
    }

    /// What is said of the passwords that stood in it.
    pub(super) fn retype(&self) -> &'static str {
        if self.secret { "填过的密码没有带上，继续提交后请按提示再填。" } else { "" }
    }

    /// Its fields as hidden ones, `mark` before each name.
    pub(super) fn inputs(&self, mark: &str) -> String {
        let mut out = String::new();
        for (name, value) in &self.pairs {
            out.push_str(&hidden(&escape(&format!("{mark}{name}")), value));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::policy::Policy;

    #[test]
    fn only_forms_of_the_house_that_need_a_session_are_carried() {
        let entry = |kind, path, policy| Entry { kind, path, policy };
        let forms = OwnForms::of(&[
            entry(Kind::Form, "/records/save", Policy::SignedIn),
            entry(Kind::Form, "/hall/{id}/command", Policy::SignedIn),
            entry(Kind::Form, "/signin", Policy::Public),
            entry(Kind::Form, "/signout", Policy::SignedIn),
            entry(Kind::Upload, "/papers/draw", Policy::SignedIn),
            entry(Kind::Page, "/home", Policy::SignedIn),
        ]);
        for to in ["/records/save", "/records/save?a=1", "/hall/7/command"] {
            assert!(forms.has(to), "{to}");
        }
        for to in [
            "",
            "records/save",
            "//evil.example/records/save",
            "https://evil.example/records/save",
            "/\\records/save",
            "/records/save\n",
            "/records/save/",
            "/hall//command",
            "/hall/7/8/command",
            "/signin",
            "/signout",
            "/papers/draw",
            "/home",
            "javascript:alert(1)",
        ] {
            assert!(!forms.has(to), "{to}");
        }
    }

    #[test]
    fn tokens_and_passwords_are_left_behind_and_names_are_escaped() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let held = Held::new(
            "/records/save".into(),
            vec![pair("_token", "t"), pair("secret", "s"), pair("a\"><b>", "<i>"), pair("a\"><b>", "2")],
        );
        assert!(held.secret);
        let one = |value: &str| format!("<input type=\"hidden\" name=\"f.a&quot;&gt;&lt;b&gt;\" value=\"{value}\">");
        assert_eq!(held.inputs(MARK), one("&lt;i&gt;") + &one("2"));
        assert!(!Held::new("/".into(), vec![pair("_token", "t")]).secret);
        assert_eq!(Held::new("/".into(), vec![pair("current", "x"), pair("again", "x")]).inputs(MARK), "");
        assert!(Held::new("/".into(), vec![pair("again", "end")]).inputs("").contains("value=\"end\""));
    }
}
