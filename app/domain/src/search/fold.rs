//! Folding: what looks the same is the same. A small part of NFKC that Chinese typing and
//! copying need: full and half width, letters without case, numbers in circles, radicals that
//! PDF readers put in the place of characters. Refuses to touch simplified and traditional forms.

use crate::text;

/// Kangxi radicals U+2F00 to U+2FD5 as the characters they stand for.
const RADICALS: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// Every character of `text` in its folded form, with the place (in characters) it came from.
pub(super) fn folded(text: &str) -> Vec<(char, usize)> {
    let mut out = Vec::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        each(c, &mut |c| out.push((c, at)));
    }
    out
}

/// `text` in its folded form.
pub fn fold(text: &str) -> String {
    folded(text).into_iter().map(|(c, _)| c).collect()
}

fn each(c: char, put: &mut dyn FnMut(char)) {
    let code = u32::from(c);
    match code {
        // Line ends and tabs separate; nothing else that cannot be seen says anything.
        _ if c.is_whitespace() => put(' '),
        // Which of two drawings of a character is meant.
        0xFE00..=0xFE0F | 0xE_0100..=0xE_01EF => {}
        _ if text::is_hidden(c) => {}
        0xFF01..=0xFF5E => lower(char::from_u32(code - 0xFEE0).unwrap_or(c), put),
        0xFFE5 => put('¥'),
        // ① ⑴ ⒈ each to 20.
        0x2460..=0x2473 => number(code - 0x245F, put),
        0x2474..=0x2487 => number(code - 0x2473, put),
        0x2488..=0x249B => number(code - 0x2487, put),
        // Ⅰ to Ⅻ and ⅰ to ⅻ.
        0x2160..=0x216B => roman(code - 0x2160, put),
        0x2170..=0x217B => roman(code - 0x2170, put),
        0x2F00..=0x2FD5 => {
            let place = usize::try_from(code - 0x2F00).unwrap_or(0);
            put(RADICALS.chars().nth(place).unwrap_or(c));
        }
        _ => lower(c, put),
    }
}

fn lower(c: char, put: &mut dyn FnMut(char)) {
    if c.is_ascii() {
        put(c.to_ascii_lowercase());
    } else {
        c.to_lowercase().for_each(put);
    }
}

fn number(n: u32, put: &mut dyn FnMut(char)) {
    n.to_string().chars().for_each(put);
}

fn roman(n: u32, put: &mut dyn FnMut(char)) {
    const NUMBERS: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let n = usize::try_from(n).unwrap_or(0);
    NUMBERS.get(n).unwrap_or(&"").chars().for_each(put);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (typed, same) in [
            ("ＡＢｃ１２３", "abc123"),
            ("第①项，第⑳项", "第1项，第20项"),
            ("（３．３）", "(3.3)"),
            ("第Ⅳ期", "第iv期"),
            ("⼀⽅⾯", "一方面"),
            ("廉\u{200B}政\u{FE00}", "廉政"),
            ("党　组\n会", "党 组 会"),
            ("𠮷䶮😀", "𠮷䶮😀"),
        ] {
            assert_eq!(fold(typed), fold(same), "{typed}");
        }
        assert_eq!(RADICALS.chars().count(), 0x2FD6 - 0x2F00);
    }

    #[test]
    fn places_are_those_of_the_typed_text() {
        let places: Vec<usize> = folded("①⑳廉").into_iter().map(|(_, at)| at).collect();
        assert_eq!(places, [0, 1, 1, 2]);
    }
}
