//! Why a rule says no. Every variant answers 「发生了什么 + 怎么办」 in plain Chinese.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A refusal by a rule. Not an error of the machine: the user can do something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rejection {
    /// The actor may not do or see this. Never says whether the object exists.
    NotAllowed,
    /// No such object for this actor (same answer as "exists, but not yours").
    NotFound,
    /// The object changed since the actor saw it.
    Stale,
    /// One field is wrong: name of the form field, then what happened and what to do.
    Field {
        /// Form field name.
        field: String,
        /// Chinese sentence shown beside the field.
        message: String,
    },
    /// The state of the object does not permit this step.
    State {
        /// Chinese sentence: what state it is in and what to do instead.
        message: String,
    },
    /// The same command id was used with other content.
    KeyReused,
    /// The command was carried out so long ago that only its id is known any more. Nothing was done again.
    DoneBefore,
    /// The text holds something that must not be stored here (身份证号, 密级标志).
    MustNotEnter {
        /// What was recognised, in Chinese.
        what: String,
    },
}

impl Rejection {
    /// A wrong field with its message.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), message: message.into() }
    }

    /// A step that the present state does not permit.
    pub fn state(message: impl Into<String>) -> Self {
        Self::State { message: message.into() }
    }

    /// The form field this is about, if any.
    pub fn field_name(&self) -> Option<&str> {
        match self {
            Self::Field { field, .. } => Some(field),
            Self::MustNotEnter { .. } => Some("text"),
            _ => None,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed => f.write_str("您没有办理这件事的权限。如确需办理，请联系党风政风监督室。"),
            Self::NotFound => f.write_str("没有找到这项内容，可能已被移走或不在您的查看范围。请返回上一页重新选择。"),
            Self::Stale => {
                f.write_str("这项内容刚刚被别人改过，您的修改还没有保存。请核对最新内容后再提交，您填写的文字已保留。")
            }
            Self::Field { message, .. } | Self::State { message } => f.write_str(message),
            Self::KeyReused => f.write_str("这次提交与之前的一次编号相同、内容不同，没有保存。请刷新页面后重新提交。"),
            Self::DoneBefore => f.write_str("这次提交以前已经保存过，没有重复保存。请打开记录本查看。"),
            Self::MustNotEnter { what } => {
                write!(f, "文字里有{what}，不能存入本系统，没有保存。请删去后再提交，您填写的文字已保留。")
            }
        }
    }
}

impl std::error::Error for Rejection {}
