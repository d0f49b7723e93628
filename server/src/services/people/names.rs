//! Pinyin of names for sorting, finding and login names. Owns the readings that
//! surnames have and dictionaries miss.

use pinyin::ToPinyin as _;

/// Surnames whose usual dictionary reading is another one, each with its reading.
const SURNAMES: &str = "单:shan 仇:qiu 曾:zeng 解:xie 区:ou 查:zha 任:ren 盖:ge 朴:piao 尉:wei 乐:yue 召:shao 覃:qin 冼:xian \
    翟:zhai 缪:miao 繁:po 种:chong 重:chong 秘:bi 折:she 黑:he 员:yun 逄:pang 祭:zhai 洗:xian 牟:mu \
    车:che 宿:su 句:gou 阚:kan 晟:cheng 哈:ha 那:na 能:nai 宓:mi 郇:xun 郗:xi 佴:nai 乜:nie 华:hua 纪:ji \
    沈:shen 石:shi 葛:ge 薄:bo 卜:bu 谌:chen 教:jiao 炅:gui 应:ying 相:xiang 隗:wei 万:wan 尹:yin 叶:ye \
    贾:jia 和:he";

/// Surnames of two characters with their readings.
const DOUBLE: &str = "单于:chan-yu 尉迟:yu-chi 万俟:mo-qi 长孙:zhang-sun 澹台:tan-tai 令狐:ling-hu 欧阳:ou-yang \
    上官:shang-guan 司马:si-ma 诸葛:zhu-ge 夏侯:xia-hou 皇甫:huang-fu 宇文:yu-wen 慕容:mu-rong";

/// Pairs of a table above.
fn readings(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.split_whitespace().filter_map(|pair| pair.split_once(':'))
}

fn syllables(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut joined = false;
    for (c, reading) in text.chars().zip(text.to_pinyin()) {
        if let Some(reading) = reading {
            out.push(reading.plain().replace('ü', "v"));
            joined = false;
        } else if c.is_alphanumeric() {
            // Letters and digits stay together; a character without reading sorts by itself.
            let small: String = c.to_lowercase().collect();
            match out.last_mut() {
                Some(last) if joined => last.push_str(&small),
                _ => out.push(small),
            }
            joined = c.is_ascii();
        } else {
            joined = false;
        }
    }
    out
}

fn person_syllables(name: &str) -> Vec<String> {
    let name = name.trim();
    for (surname, reading) in readings(DOUBLE) {
        if let Some(given) = name.strip_prefix(surname) {
            return reading.split('-').map(str::to_owned).chain(syllables(given)).collect();
        }
    }
    let mut all = syllables(name);
    if let Some((_, reading)) = readings(SURNAMES).find(|(surname, _)| name.starts_with(surname))
        && let Some(slot) = all.first_mut()
    {
        reading.clone_into(slot);
    }
    all
}

/// `zeng guo ping`: how a person's name sorts.
pub fn person_key(name: &str) -> String {
    person_syllables(name).join(" ")
}

/// `zgp`: how a person is found by initials.
pub fn initials(name: &str) -> String {
    person_syllables(name).iter().filter_map(|s| s.chars().next()).collect()
}

/// `xi qiao jie dao`: how a unit sorts.
pub fn unit_key(name: &str) -> String {
    syllables(name).join(" ")
}

/// `zengguoping`: the beginning of a login name; `user` where nothing of the name can be typed.
pub fn login_stem(name: &str) -> String {
    let letters: String =
        person_syllables(name).concat().chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    if letters.len() < 3 { format!("user{letters}") } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_have_their_own_readings() {
        for (name, key, short) in [
            ("曾国平", "zeng guo ping", "zgp"),
            ("单小兵", "shan xiao bing", "sxb"),
            ("解红", "xie hong", "xh"),
            ("尉迟恭明", "yu chi gong ming", "ycgm"),
            ("吕梁", "lv liang", "ll"),
        ] {
            assert_eq!((person_key(name).as_str(), initials(name).as_str()), (key, short));
        }
    }

    #[test]
    fn rare_characters_emoji_and_letters_do_not_break_it() {
        assert_eq!(person_key("A4纸😀"), "a4 zhi");
        assert!(!person_key("𠮷䶮").contains("😀"));
        assert_eq!(login_stem("😀"), "user");
        assert_eq!(unit_key("西桥街道"), "xi qiao jie dao");
    }
}
