//! What lets a phone in: the code and QR address on the hall's screen, the ticket that a code is
//! exchanged for, printed card codes. Refuses what is older than the slot before or five minutes.
//!
//! The secret is random per meeting and stored (`meeting_secrets`): derived from a secret of the
//! server it would outlive the meeting, kept only in memory a restart would turn away the whole hall.

use domain::{ids::MeetingId, time::Instant};
use sha2::{Digest, Sha256};

use crate::random;

/// How long one code is shown, in milliseconds.
pub const SLOT_MS: i64 = 30_000;
/// How long a ticket lets its holder finish checking in, in milliseconds.
pub const TICKET_MS: i64 = 5 * 60_000;
/// How long a tablet that the desk opened may seat people, in milliseconds.
pub const TABLET_MS: i64 = 12 * 3_600_000;

/// The secret of a meeting's codes.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A phone that showed a code of the hall's screen.
    Phone,
    /// A shared tablet that the desk opened.
    Tablet,
}

impl Secret {
    /// From its stored text; anything else than 64 hex digits is none.
    pub fn from_hex(text: &str) -> Option<Self> {
        Some(Self(hex::decode(text).ok()?.try_into().ok()?))
    }

    /// Six digits and the token of the QR address, for the slot of `now`.
    pub fn code(&self, now: Instant) -> (String, String) {
        self.code_of(now.0.div_euclid(SLOT_MS))
    }

    fn code_of(&self, slot: i64) -> (String, String) {
        let mac = hmac(&self.0, &[b"code", &slot.to_be_bytes()]);
        let number = u64::from_be_bytes([0, 0, 0, mac[0], mac[1], mac[2], mac[3], mac[4]]) % 1_000_000;
        (format!("{number:06}"), hex::encode(&mac[16..26]))
    }

    /// Is `text` the code or the QR token of this slot or the one before?
    pub fn accepts(&self, text: &str, now: Instant) -> bool {
        let slot = now.0.div_euclid(SLOT_MS);
        [slot, slot - 1].into_iter().any(|slot| {
            let (digits, token) = self.code_of(slot);
            same(text.as_bytes(), digits.as_bytes()) || same(text.as_bytes(), token.as_bytes())
        })
    }

    /// A signed ticket.
    pub fn ticket(&self, meeting: MeetingId, entry: Entry, now: Instant) -> String {
        let (letter, life) = match entry {
            Entry::Phone => ('p', TICKET_MS),
            Entry::Tablet => ('t', TABLET_MS),
        };
        let until = now.0 + life;
        format!("{letter}{until:x}.{}", hex::encode(&self.sign(meeting, letter, until)[..16]))
    }

    /// What a ticket is for, while it is valid. A clock set back lets old ones in longer, no new ones.
    pub fn opens(&self, meeting: MeetingId, ticket: &str, now: Instant) -> Option<Entry> {
        let (head, signature) = ticket.split_once('.')?;
        let letter = head.chars().next()?;
        let entry = match letter {
            'p' => Entry::Phone,
            't' => Entry::Tablet,
            _ => return None,
        };
        let until = i64::from_str_radix(head.get(1..)?, 16).ok()?;
        let right = hex::encode(&self.sign(meeting, letter, until)[..16]);
        (same(signature.as_bytes(), right.as_bytes()) && now.0 < until).then_some(entry)
    }

    fn sign(&self, meeting: MeetingId, letter: char, until: i64) -> [u8; 32] {
        let letter = [u8::try_from(letter).unwrap_or_default()];
        hmac(&self.0, &[b"ticket", meeting.0.as_bytes(), &letter, &until.to_be_bytes()])
    }
}

/// A printed card code, as typed or scanned, in its one spelling.
pub fn card_text(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A fresh card code: 128 bits without mistakable letters, in groups of four.
pub fn card() -> String {
    random::slip_code()
}

/// What is stored of a card or a seat's token: hex SHA-256.
pub fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A seat's token: 128 random bits as 32 hex digits.
pub fn seat_token() -> String {
    let mut token = random::token();
    token.truncate(32);
    token
}

/// Equality that takes the same time wherever the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

/// HMAC-SHA256 (RFC 2104) over the parts, each led by its length.
fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut message = Vec::new();
    for part in parts {
        message.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend_from_slice(part);
    }
    mac(key, &message)
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let padded = |fill: u8| {
        let mut block = [fill; 64];
        for (b, k) in block.iter_mut().zip(key) {
            *b ^= k;
        }
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(n: u128) -> MeetingId {
        MeetingId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn the_mac_is_the_one_of_the_standard() {
        // RFC 4231, case 1, its key of 20 bytes padded with zeros as HMAC itself does.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hex::encode(mac(&key, b"Hi There")), expected);
    }

    #[test]
    fn a_code_lives_for_its_slot_and_the_next() {
        let secret = Secret([7; 32]);
        let now = Instant(1_800_000_000_000);
        let (digits, token) = secret.code(now);
        for text in [&digits, &token] {
            assert!(secret.accepts(text, now));
            assert!(secret.accepts(text, now.plus_ms(SLOT_MS)));
            assert!(!secret.accepts(text, now.plus_ms(2 * SLOT_MS)));
            assert!(!Secret([8; 32]).accepts(text, now));
        }
        assert_eq!(digits.len(), 6);
    }

    #[test]
    fn a_ticket_is_for_one_meeting_and_five_minutes() {
        let secret = Secret([7; 32]);
        let now = Instant(1_800_000_000_000);
        let ticket = secret.ticket(meeting(1), Entry::Phone, now);
        assert_eq!(secret.opens(meeting(1), &ticket, now), Some(Entry::Phone));
        assert_eq!(secret.opens(meeting(2), &ticket, now), None);
        assert_eq!(secret.opens(meeting(1), &ticket, now.plus_ms(TICKET_MS)), None);
        assert_eq!(secret.opens(meeting(1), &ticket.replacen('p', "t", 1), now), None, "no tablet of a phone");
        for bad in ["", ".", "p.", "pzz.00", "p1", "\u{20ac}1.00"] {
            assert_eq!(secret.opens(meeting(1), bad, now), None);
        }
    }

    #[test]
    fn a_card_is_read_however_it_is_typed() {
        let code = card();
        assert_eq!(card_text(&code), card_text(&format!(" {} ", code.to_lowercase().replace('-', " "))));
    }
}
