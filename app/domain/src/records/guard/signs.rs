//! Signs that read like others: what people, and whoever wants to pass, write in place of digits, X, stars and the
//! characters of the marks. A small table instead of the whole of Unicode; numbers in circles stay what they are,
//! they stand before items of lists.

/// A sign as the plain one that it is read as.
pub(super) fn fold(c: char) -> char {
    let code = u32::from(c);
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(code - 0xFEE0).unwrap_or(c),
        // Mathematical digits: bold, double-struck, sans-serif, monospace.
        '\u{1D7CE}'..='\u{1D7FF}' => char::from_digit((code - 0x1_D7CE) % 10, 10).unwrap_or(c),
        '\u{1FBF0}'..='\u{1FBF9}' => char::from_digit(code - 0x1_FBF0, 10).unwrap_or(c),
        // Arabic, Persian, Devanagari; raised and lowered ones.
        '\u{660}'..='\u{669}' => char::from_digit(code - 0x660, 10).unwrap_or(c),
        '\u{6F0}'..='\u{6F9}' => char::from_digit(code - 0x6F0, 10).unwrap_or(c),
        '\u{966}'..='\u{96F}' => char::from_digit(code - 0x966, 10).unwrap_or(c),
        '\u{2080}'..='\u{2089}' => char::from_digit(code - 0x2080, 10).unwrap_or(c),
        '\u{2074}'..='\u{2079}' => char::from_digit(code - 0x2070, 10).unwrap_or(c),
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        // Cyrillic, Greek, the Roman ten, and the mathematical alphabets of 52 letters each.
        'Х' | 'Χ' | 'Ⅹ' => 'X',
        'х' | 'χ' | 'ⅹ' => 'x',
        '\u{1D400}'..='\u{1D6A3}' => match (code - 0x1_D400) % 52 {
            23 => 'X',
            49 => 'x',
            _ => c,
        },
        _ => c,
    }
}

/// What only chooses how the character before it is drawn: a picture, a variant, the frame of a key.
pub(super) fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{E0100}'..='\u{E01EF}')
}

/// A character of a mark (密级标志) in its simplified form.
pub(super) fn plain(c: char) -> char {
    match c {
        '機' => '机',
        '絕' | '絶' => '绝',
        '祕' => '秘',
        '級' => '级',
        '長' => '长',
        _ => c,
    }
}

/// Stars as they are drawn in marks. `*` is none: it means emphasis too.
pub(super) fn is_star(c: char) -> bool {
    matches!(
        c,
        '★' | '☆' | '⭐' | '🌟' | '⋆' | '✦' | '✧' | '✩'..='✰' | '⚝' | '⛤'..='⛧' | '🟉' | '🟊' | '🟌' | '🟑' | '⭑' | '⭒'
            | '⍟' | '🞰'..='🞿'
    )
}

/// What stands for the star where a keyboard has none: a mark only together with a term.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '●' | '▲' | '■' | '◆' | '※' | '✱' | '✲' | '✳')
}
