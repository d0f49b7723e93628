//! A question to an index: tokens joined by and, or, not. What can be decided without the index
//! is decided here, so that both databases get the same short question or none.

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// Documents that hold the token.
    Token(String),
    /// All of these; never empty.
    All(Vec<Self>),
    /// One of these; empty: no document.
    Any(Vec<Self>),
    /// The first without the second.
    But(Box<Self>, Box<Self>),
}

impl Expr {
    /// No document.
    pub const NONE: Self = Self::Any(Vec::new());

    /// A token.
    pub fn token(text: impl Into<String>) -> Self {
        Self::Token(text.into())
    }

    /// Can nothing match?
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Any(parts) if parts.is_empty())
    }

    /// All of `parts`, of which there is at least one; otherwise no document.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Vec::new();
        for part in parts {
            match part {
                part if part.is_none() => return Self::NONE,
                Self::All(more) => out.extend(more),
                part => out.push(part),
            }
        }
        out.dedup();
        match out.len() {
            0 => Self::NONE,
            1 => out.remove(0),
            _ => Self::All(out),
        }
    }

    /// One of `parts`.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Vec::new();
        for part in parts {
            match part {
                Self::Any(more) => out.extend(more),
                part => out.push(part),
            }
        }
        if out.len() == 1 { out.remove(0) } else { Self::Any(out) }
    }

    /// This without `not`.
    #[must_use]
    pub fn but(self, not: Self) -> Self {
        if self.is_none() || not.is_none() { self } else { Self::But(Box::new(self), Box::new(not)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(text: &str) -> Expr {
        Expr::token(text)
    }

    #[test]
    fn what_nothing_matches_is_known_before_asking() {
        assert!(Expr::all([t("a"), Expr::NONE]).is_none());
        assert!(Expr::all([]).is_none() && Expr::any([]).is_none() && Expr::NONE.but(t("a")).is_none());
        assert_eq!(Expr::any([Expr::NONE, t("a")]), t("a"));
        assert_eq!(Expr::all([t("a"), Expr::all([t("b"), t("c")])]), Expr::All(vec![t("a"), t("b"), t("c")]));
        assert_eq!(t("a").but(Expr::NONE), t("a"));
    }
}
