//! What a question (申请核对) about a portrait is about: a number of one term, or one fact behind it.

use std::fmt;

use super::Key;
use crate::ids::TermId;

/// `{term}:{number}`, or `{term}:{number}:{fact}`: a successor never meets it, and a question of the time when only
/// whole numbers could be asked about is known again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Term.
    pub term: TermId,
    /// Number.
    pub key: Key,
    /// One fact of it, by its [`super::Fact::key`]; `None` is the number itself.
    pub fact: Option<String>,
}

impl Subject {
    /// The subject of a [`Display`](fmt::Display) text; `None` for one that no portrait makes.
    pub fn parse(text: &str) -> Option<Self> {
        let (term, rest) = text.split_once(':')?;
        let (key, fact) = match rest.split_once(':') {
            Some((key, fact)) => (key, Some(fact)),
            None => (rest, None),
        };
        let named = |fact: &str| !fact.is_empty() && fact.bytes().all(|b| b.is_ascii_alphanumeric());
        if !fact.is_none_or(named) {
            return None;
        }
        Some(Self { term: term.parse().ok()?, key: Key::parse(key)?, fact: fact.map(str::to_owned) })
    }

    /// The same number without the fact.
    #[must_use]
    pub fn number(&self) -> Self {
        Self { fact: None, ..self.clone() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.term, self.key)?;
        match &self.fact {
            Some(fact) => write!(f, ":{fact}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{duties::fixture::id, oversight::CheckSubject};

    #[test]
    fn a_number_and_one_of_its_facts_are_known_again() {
        let term = TermId(id("term"));
        let fact = id("duty").simple().to_string();
        for text in [
            format!("{term}:2026q3.late"),
            format!("{term}:2026q3.late:{fact}"),
            format!("{term}:2026.list.first_responsible.any_time:{fact}"),
        ] {
            let subject = Subject::parse(&text).unwrap();
            assert_eq!((subject.to_string(), subject.term), (text.clone(), term));
            // What the engine of questions keeps as a key.
            assert!(CheckSubject::portrait(crate::ids::PostId(id("post")), 2026, &text).is_ok(), "{text}");
            assert_eq!(Subject::parse(&subject.number().to_string()).unwrap().fact, None);
        }
        for wrong in ["", "2026q3.late", ":2026q3.late", "x:2026q3.late", "2026q3.late:fact"] {
            assert_eq!(Subject::parse(wrong), None, "{wrong}");
        }
        for wrong in ["2026q3.score", "2026q3.late:", "2026q3.late:a:b", "2026q3.late:带汉字"] {
            assert_eq!(Subject::parse(&format!("{term}:{wrong}")), None, "{wrong}");
        }
    }
}
