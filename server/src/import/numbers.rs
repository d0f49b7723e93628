//! The text that a spreadsheet program shows for a number. Owns plain fixed
//! formats, which is what numbers and codes carry; refuses dates (the reader
//! knows them) and anything exotic, which is shown as if unformatted.

/// The text shown for `value` under the number format `code`.
pub(super) fn shown(value: f64, code: Option<&str>) -> String {
    match code.and_then(fixed) {
        Some(Fixed { whole, least, most, percent }) => {
            let value = if percent { value * 100.0 } else { value };
            let mut text = format!("{value:.most$}");
            if let Some((digits, decimals)) = text.clone().split_once('.') {
                let mut decimals = decimals.to_owned();
                while decimals.len() > least && decimals.ends_with('0') {
                    decimals.pop();
                }
                text = if decimals.is_empty() { digits.to_owned() } else { format!("{digits}.{decimals}") };
            }
            let digits = text.trim_start_matches('-').split('.').next().map_or(0, str::len);
            if digits < whole && !text.starts_with('-') {
                text = format!("{}{text}", "0".repeat(whole - digits));
            }
            if percent { text + "%" } else { text }
        }
        None => general(value),
    }
}

/// The General format: 15 significant digits, no trailing zeros.
pub(super) fn general(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    if !(-9.0..15.0).contains(&magnitude) {
        return format!("{value:e}").to_uppercase();
    }
    // Between 0 and 23 by the check above.
    let mut decimals = 0_usize;
    let mut room = 14.0 - magnitude;
    while room >= 1.0 {
        decimals += 1;
        room -= 1.0;
    }
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

struct Fixed {
    /// Least digits before the point.
    whole: usize,
    /// Least decimals.
    least: usize,
    /// Most decimals.
    most: usize,
    percent: bool,
}

fn fixed(code: &str) -> Option<Fixed> {
    let positive = code.split(';').next()?.trim();
    let positive = positive.strip_suffix("_ ").or_else(|| positive.strip_suffix("_)")).unwrap_or(positive);
    let (positive, percent) = positive.strip_suffix('%').map_or((positive, false), |rest| (rest, true));
    if positive.is_empty() || !positive.chars().all(|c| matches!(c, '0' | '#' | '.' | ',')) {
        return None;
    }
    let (whole, decimals) = positive.split_once('.').unwrap_or((positive, ""));
    let zeros = |part: &str| part.chars().filter(|c| *c == '0').count();
    // 30 is the most Excel allows; it also bounds the text.
    Some(Fixed { whole: zeros(whole).min(30), least: zeros(decimals).min(30), most: decimals.len().min(30), percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_shown() {
        for (value, code, text) in [
            (1.1, None, "1.1"),
            (1.1, Some("General"), "1.1"),
            (1.1, Some("0.00"), "1.10"),
            (13.0, Some("0.0"), "13.0"),
            (7.0, Some("000"), "007"),
            (1234.5, Some("#,##0.##"), "1234.5"),
            (0.1 + 0.2, None, "0.3"),
            (13_800_000_000.0, None, "13800000000"),
            (46_093.0, Some("0_ "), "46093"),
            (0.25, Some("0%"), "25%"),
            (-2.5, None, "-2.5"),
        ] {
            assert_eq!(shown(value, code), text, "{value} {code:?}");
        }
    }
}
