//! The one type of signature: who signed which content of which version for what.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::{PersonId, PostId},
    text,
    time::{Day, Instant},
};

/// How a signature was given. Paper is equal to the screen (no upload asked).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Signing {
    /// Drawn by hand: an SVG path, labelled 手写签名.
    Drawn {
        /// `M x y L x y …` in a 600 × 200 box.
        path: String,
    },
    /// The name typed, where there are no scripts.
    Typed {
        /// The typed name; must equal the signer's.
        name: String,
    },
    /// 「纸质已签：日期、经办人」.
    Paper {
        /// Day on the paper.
        on: Day,
        /// Who handled the paper.
        handler: String,
    },
}

/// Longest path of a drawn signature, in bytes: about 60 seconds of pen.
pub const PATH_MAX: usize = 20_000;

impl Signing {
    /// Checks form and content of a signature by `signer` on `today` under something that is taken over (签收).
    ///
    /// # Errors
    /// Not a whole drawing, another name, a day to come; see [`Self::check_for`].
    pub fn check(self, signer: &str, today: Day) -> Result<Self, Rejection> {
        self.checked(signer, today, "签收", "还没有签收")
    }

    /// The same under something that is signed, named by `what`: 「年度结转」.
    ///
    /// # Errors
    /// As [`Self::check`], with words about `what`.
    pub fn check_for(self, what: &str, signer: &str, today: Day) -> Result<Self, Rejection> {
        self.checked(signer, today, "签字", &format!("{what}还没有签字"))
    }

    fn checked(self, signer: &str, today: Day, act: &str, open: &str) -> Result<Self, Rejection> {
        match &self {
            Self::Drawn { path } => {
                let points = path.matches(['M', 'L']).count();
                let clean = path.len() <= PATH_MAX
                    && path.chars().all(|c| matches!(c, 'M' | 'L' | ' ' | '.' | '-' | '0'..='9'));
                if !clean || points < 4 {
                    return Err(Rejection::field(
                        "drawing",
                        format!("签名没有写完整，{open}。请在框内重新签名，或改为输入姓名。"),
                    ));
                }
            }
            Self::Typed { name } => {
                if name.trim().is_empty() {
                    let words = format!("{open}，没有保存。请在框内手写签名，或输入「{signer}」。");
                    return Err(Rejection::field("typed", words));
                }
                if name.trim() != signer {
                    return Err(Rejection::field(
                        "typed",
                        format!("输入的姓名与{act}人不一致，{open}。请输入「{signer}」。"),
                    ));
                }
            }
            Self::Paper { on, handler } => {
                text::required("handler", "经办人", handler, text::NAME_MAX)?;
                if *on > today {
                    let words = format!("纸质{act}日期晚于今天，没有保存。请核对日期。");
                    return Err(Rejection::field("paper_on", words));
                }
            }
        }
        Ok(self)
    }

    /// The word shown beside a signature.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Drawn { .. } => "手写签名",
            Self::Typed { .. } => "输入姓名",
            Self::Paper { .. } => "纸质已签",
        }
    }
}

/// A given signature. Covers exactly one version of one subject for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// What the signature is for, such as `duties.receipt`.
    pub purpose: String,
    /// Id of the signed object.
    pub subject: String,
    /// Version of the signed object.
    pub version: i64,
    /// Hex SHA-256 of the signed content.
    pub content_hash: String,
    /// Signer.
    pub person: PersonId,
    /// Post in which the signer signed.
    pub post: PostId,
    /// When the server took it.
    pub at: Instant,
    /// How.
    pub signing: Signing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::first_of;

    #[test]
    fn a_typed_name_must_be_the_signers() {
        let no = Signing::Typed { name: "孔一凡".into() }.check("孔一帆", first_of(2026, 2));
        assert_eq!(no.unwrap_err().field_name(), Some("typed"));
    }

    #[test]
    fn who_typed_nothing_is_told_that_he_has_not_signed() {
        let nothing = Signing::Typed { name: " ".into() };
        let words = nothing.check_for("反馈意见", "孔一帆", first_of(2026, 2)).unwrap_err().to_string();
        assert!(words.contains("反馈意见还没有签字") && !words.contains("不一致"), "{words}");
    }

    #[test]
    fn what_is_signed_is_said() {
        let typed = || Signing::Typed { name: "孔一凡".into() };
        let receipt = typed().check("孔一帆", first_of(2026, 2)).unwrap_err().to_string();
        assert!(receipt.contains("签收人不一致，还没有签收"), "{receipt}");
        let wrong = [
            typed(),
            Signing::Drawn { path: "M0 0".into() },
            Signing::Paper { on: first_of(2026, 3), handler: "经办人".into() },
        ];
        for signing in wrong {
            let words = signing.check_for("2025年度结转", "孔一帆", first_of(2026, 2)).unwrap_err().to_string();
            assert!(!words.contains("签收"), "{words}");
            assert!(words.contains("2025年度结转还没有签字") || words.contains("纸质签字日期"), "{words}");
        }
    }

    #[test]
    fn a_drawn_path_holds_nothing_but_strokes() {
        let bad = Signing::Drawn { path: "M0 0L1 1L2 2L3 3\"/><script>".into() };
        assert!(bad.check("孔一帆", first_of(2026, 2)).is_err());
    }
}
