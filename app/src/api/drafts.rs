//! Drafts (草稿): a form that was refused or not finished keeps every field on the server.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::{ids::DraftId, people::access::Actor};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::ApiError;

/// What was typed, and why it was not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Every field in order; repeated names stay repeated.
    pub fields: Vec<(String, String)>,
    /// The sentence to show; empty for a draft that was just kept.
    pub problem: String,
    /// The form field the problem is about.
    pub problem_field: Option<String>,
}

impl Draft {
    /// The first value of a field, or `otherwise`.
    pub fn value(&self, name: &str, otherwise: impl Into<String>) -> String {
        self.fields.iter().find(|(n, _)| n == name).map_or_else(|| otherwise.into(), |(_, v)| v.clone())
    }

    /// Is `value` among the values of a repeated field?
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(n, v)| n == name && v == value)
    }

    /// The problem, if it is about `name`.
    pub fn problem_of(&self, name: &str) -> Option<String> {
        (self.problem_field.as_deref() == Some(name)).then(|| self.problem.clone())
    }
}

/// Port: drafts of the acting account.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Drafts: Send + Sync {
    /// Keeps the fields of a refused form; the id goes into `?draft=`.
    async fn keep(&self, actor: &Actor, form: &str, subject: &str, draft: Draft) -> Result<DraftId, ApiError>;
    /// A draft of the acting account for this form; empty where there is none.
    async fn load(&self, actor: &Actor, form: &str, id: Option<&str>) -> Result<Draft, ApiError>;
}
