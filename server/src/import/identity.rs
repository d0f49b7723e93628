//! Recognises 身份证号 so that it never enters: by header and by checksum.
//! Owns the test and the masking; refuses to keep, log or show a number.

/// What stands in place of a number found where it does not belong.
pub(super) const MASK: &str = "（身份证号，已隐去）";

/// Is a column with this folded header personal data that must not be read?
pub(super) fn forbidden_header(header: &str) -> bool {
    ["身份证", "证件号", "公民身份", "身份号", "出生", "生日", "idcard"]
        .iter()
        .any(|word| header.to_lowercase().contains(word))
}

/// Does the text hold an 18-digit number with a right checksum and a possible birthday, or was one masked in it?
pub(super) fn holds_number(text: &str) -> bool {
    text.contains(MASK) || find(text).is_some()
}

/// The text with any such number replaced.
pub(super) fn masked(text: &str) -> String {
    if holds_number(text) { MASK.to_owned() } else { text.to_owned() }
}

fn find(text: &str) -> Option<()> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(super::folding::half_width).collect();
    chars.windows(18).enumerate().find_map(|(at, window)| {
        let bounded = |c: Option<&char>| c.is_none_or(|c| !c.is_ascii_digit());
        // Nearly every window ends here; the checksum is for the few that may be a number.
        if !window.iter().take(17).all(char::is_ascii_digit) {
            return None;
        }
        let free = bounded(at.checked_sub(1).and_then(|i| chars.get(i))) && bounded(chars.get(at + 18));
        (free && checks(window)).then_some(())
    })
}

/// GB 11643: weights modulo 11 over the first seventeen digits.
fn checks(window: &[char]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let Some((last, digits)) = window.split_last() else { return false };
    let Some(digits) = digits.iter().map(|c| c.to_digit(10)).collect::<Option<Vec<u32>>>() else { return false };
    let number = |from: usize, to: usize| digits.iter().skip(from).take(to - from).fold(0, |n, d| n * 10 + d);
    let plausible = (1900..=2100).contains(&number(6, 10))
        && (1..=12).contains(&number(10, 12))
        && (1..=31).contains(&number(12, 14));
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    plausible && CHECK.get(usize::try_from(sum % 11).unwrap_or(0)) == Some(&last.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_their_checksum() {
        // The specimen of the standard itself.
        assert!(holds_number("11010519491231002X"));
        assert!(holds_number("证号１１０１０５１９４９１２３１００２x。"));
        assert!(!holds_number("110105194912310021"));
        assert!(!holds_number("110105194913310021"));
        assert!(!holds_number("合同 330100202600000001"));
        assert_eq!(masked("王某 11010519491231002X"), MASK);
        assert!(forbidden_header("身份证号码") && forbidden_header("出生年月") && !forbidden_header("手机"));
    }
}
