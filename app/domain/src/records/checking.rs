//! 已核实: how a checker came to his mark. The text of a talk is open to nobody who checks, so a talk is
//! checked against its paper, and that is a choice of its own, kept as such. Refuses a mark about words that
//! the checker did not see.

use crate::Rejection;

/// What the checker held in his hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checking {
    /// The text, as he reads it here during a 翻阅检查.
    Text,
    /// The paper of a talk.
    Paper,
}

impl Checking {
    /// The only way to check a record that is a talk (`RecordKind::is_talk`), or is none.
    pub fn of(talk: bool) -> Self {
        if talk { Self::Paper } else { Self::Text }
    }

    /// Name of the button.
    pub fn key(self) -> &'static str {
        match self {
            Self::Text => "verify",
            Self::Paper => "verify_paper",
        }
    }

    /// The choice of a button.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Text, Self::Paper].into_iter().find(|c| c.key() == key)
    }

    /// What stands at a record that was checked so.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "已核实",
            Self::Paper => "已对照纸质核实",
        }
    }

    /// May a record be marked so that is a `talk`, or none?
    ///
    /// # Errors
    /// A talk without its paper, a text that can be read here.
    pub fn check(self, talk: bool) -> Result<(), Rejection> {
        match (self, talk) {
            (Self::Text, false) | (Self::Paper, true) => Ok(()),
            (Self::Text, true) => Err(Rejection::state(
                "谈话内容在系统里只有本人看得到，没有标为已核实。请与纸质谈话记录核对，再选“已对照纸质核实”。",
            )),
            (Self::Paper, false) => {
                Err(Rejection::state("这条记录的正文在系统里看得到，没有保存。请看过正文，再选“标为已核实”。"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_talk_is_checked_on_paper_and_everything_else_here() {
        for talk in [true, false] {
            for how in [Checking::Text, Checking::Paper] {
                assert_eq!(how.check(talk).is_ok(), how == Checking::of(talk), "{how:?} {talk}");
                assert_eq!(Checking::from_key(how.key()), Some(how));
            }
        }
        assert_eq!(Checking::from_key("confirm"), None);
    }
}
