//! The canonical bytes of an audit entry. Hashing is the server's work; what is
//! hashed is decided here, so that a stand-alone verifier agrees byte for byte.

use crate::time::Instant;

/// Hash algorithm written before every entry; SM3 can follow without breaking old chains.
pub const ALGORITHM: &str = "sha256";

/// Entry of the append-only log, without its texts (they stand in a removable
/// detail table; only their salted digest is chained).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// Hash of the entry before, hex; empty for the first.
    pub prev: &'a str,
    /// Server time.
    pub at: Instant,
    /// Account that acted, or `system`.
    pub actor: &'a str,
    /// What was done, such as `duties.issue`.
    pub action: &'a str,
    /// What it was done to: `kind:id`.
    pub object: &'a str,
    /// Salted digest of the details, hex.
    pub digest: &'a str,
}

impl Entry<'_> {
    /// The bytes to be hashed: every field with its length before it, so that no
    /// two different entries share one spelling.
    pub fn canonical(&self) -> Vec<u8> {
        let seq = self.seq.to_string();
        let at = self.at.0.to_string();
        let fields = [ALGORITHM, &seq, self.prev, &at, self.actor, self.action, self.object, self.digest];
        let mut bytes = Vec::with_capacity(256);
        for field in fields {
            bytes.extend_from_slice(field.len().to_string().as_bytes());
            bytes.push(b':');
            bytes.extend_from_slice(field.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_character_between_fields_changes_the_bytes() {
        let a = Entry { seq: 1, prev: "", at: Instant(0), actor: "ab", action: "c", object: "", digest: "" };
        let b = Entry { actor: "a", action: "bc", ..a.clone() };
        assert_ne!(a.canonical(), b.canonical());
    }
}
