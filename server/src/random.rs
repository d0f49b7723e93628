//! Randomness, drawn in one place: ids, tokens, one-time codes.

use domain::time::Instant;
use rand::Rng as _;
use uuid::Uuid;

/// A `UUIDv7` whose time part is the server's `now`.
pub fn id(now: Instant) -> Uuid {
    let mut bytes = [0_u8; 10];
    rand::rng().fill_bytes(&mut bytes);
    let ms = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}

/// 256 random bits as 64 hex digits: session tokens, salts.
pub fn token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// A one-time code for a printed slip: 128 bits as 26 letters and digits that
/// cannot be mistaken for each other (no 0, 1, I, L, O, U), in groups of four.
pub fn slip_code() -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ+=";
    let mut out = String::with_capacity(32);
    let mut bytes = [0_u8; 26];
    rand::rng().fill_bytes(&mut bytes);
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        // 30 unambiguous signs: draw again beyond them to stay uniform.
        let mut n = byte & 31;
        while n >= 30 {
            let mut one = [0_u8; 1];
            rand::rng().fill_bytes(&mut one);
            n = one[0] & 31;
        }
        out.push(char::from(LETTERS[usize::from(n)]));
    }
    out
}
