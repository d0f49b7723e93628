//! Pinyin of names for sorting, finding and login names, and their stroke order (姓氏笔画).
//! Owns the readings that surnames have and dictionaries miss, and the keys stored in the
//! columns `strokes`: text that both databases compare alike.

use std::sync::LazyLock;

use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences, options::CollatorOptions};
use pinyin::ToPinyin as _;

use crate::{
    services::Services,
    storage::{Failure, q},
};

/// Chinese by total strokes, then radical (CLDR `zh-u-co-stroke`); none only where its data is missing.
static STROKES: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let wanted = CollatorPreferences::from(icu_locale_core::locale!("zh-u-co-stroke"));
    Collator::try_new(wanted, CollatorOptions::default()).ok()
});

/// Rows of one table whose stroke keys are looked at together.
const PAGE: usize = 500;

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

/// How a name sorts by strokes: per character the count and the sort key of the collation as
/// hex, so that comparing text compares names. Keys of another edition of the collation differ;
/// [`Services::refresh_strokes`] brings stored ones up to date at every start.
pub fn stroke_key(name: &str) -> String {
    // Unified beyond the data's planes: as the common form, not behind everybody.
    let common = name.trim().replace('𠮷', "吉");
    let keys: Vec<String> =
        common.chars().map(|c| format!("{:02x}{}", strokes_of(c), hex::encode(collated(c)))).collect();
    keys.concat()
}

fn collated(c: char) -> Vec<u8> {
    let mut key = Vec::new();
    if let Some(strokes) = STROKES.as_ref() {
        let Ok(()) = strokes.write_sort_key_to(c.encode_utf8(&mut [0; 4]), &mut key);
    }
    key
}

/// Strokes as the mainland counts them. The collation counts 艹, 辶 and 阝 with one stroke more
/// (the older forms); the code points of these radicals are ranges, other parts are named.
fn strokes_of(c: char) -> u8 {
    let key = collated(c);
    let counted = STEPS.iter().filter(|step| **step <= key).count();
    let older = match c {
        '都' => 2,
        '\u{8279}'..='\u{864D}' | '\u{8FB6}'..='\u{9148}' | '\u{961D}'..='\u{96B6}' => 1,
        '黄' | '魏' | '骨' | '鬼' | '甄' | '褚' | '慕' | '诸' | '储' | '署' | '瓦' | '魁' | '瑰' | '滑' => {
            1
        }
        _ => 0,
    };
    u8::try_from(counted.saturating_sub(older)).unwrap_or(u8::MAX)
}

/// Sort keys of the marks that stand before the characters of 1, 2, … strokes.
static STEPS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let Some(strokes) = STROKES.as_ref() else { return Vec::new() };
    let mark = |n: u32| char::from_u32(0x2800 + n).map(|c| format!("\u{FDD0}{c}"));
    let key = |mark: String| {
        let mut key = Vec::new();
        let Ok(()) = strokes.write_sort_key_to(&mark, &mut key);
        key
    };
    (1..=48).filter_map(mark).map(key).collect()
});

impl Services {
    /// Computes the stroke keys of all persons and units and stores those that are missing or of
    /// an older edition; how many. Runs at the start, so an upgraded database has them too.
    pub async fn refresh_strokes(&self) -> Result<u64, Failure> {
        let mut changed = 0;
        for (read, write) in [
            ("SELECT id, name, strokes FROM persons", "UPDATE persons SET strokes = $1 WHERE id = $2 AND name = $3"),
            ("SELECT id, name, strokes FROM units", "UPDATE units SET strokes = $1 WHERE id = $2 AND name = $3"),
        ] {
            let mut keys = Vec::new();
            for row in self.store.read().rows(q(read)).await? {
                let name = row.text("name")?;
                let key = stroke_key(&name);
                if row.text("strokes")? != key {
                    keys.push((row.text("id")?, name, key));
                }
            }
            for page in keys.chunks(PAGE) {
                let page: Vec<(String, String, String)> = page.to_vec();
                changed += self
                    .store
                    .write(move |tx| {
                        Box::pin(async move {
                            let mut done = 0;
                            for (id, name, key) in page {
                                // A name changed meanwhile got its key with it.
                                done += tx.execute(q(write).bind(key).bind(id).bind(name)).await?;
                            }
                            Ok(done)
                        })
                    })
                    .await?;
            }
        }
        Ok(changed)
    }
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
    fn names_sort_by_strokes_of_the_surname_then_of_the_rest() {
        let mut names = ["魏明", "丁一", "王二", "李三", "王一", "卜凡", "赵六", "欧阳九", "𠮷田", "陈七", "刘八"];
        names.sort_by_key(|name| stroke_key(name));
        assert_eq!(names, ["丁一", "卜凡", "王一", "王二", "刘八", "𠮷田", "李三", "陈七", "欧阳九", "赵六", "魏明"]);
        assert!(stroke_key("丁一").bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    }

    /// 姓氏笔画 as the mainland counts them.
    #[test]
    fn surnames_have_the_strokes_that_everybody_counts() {
        for (count, surnames) in [
            (2, "丁"),
            (4, "王方邓毛"),
            (5, "叶田白石冯龙史卢凸"),
            (6, "刘许朱任孙汤乔阮江毕安纪向"),
            (7, "李杨吴陈何宋沈张陆苏余杜邱邹邵严连迟贡"),
            (8, "周林金郑罗范孟武欧易庞"),
            (9, "赵胡钟姜姚洪施俞侯段贺柳郝费骆逄骨鬼"),
            (10, "徐高郭袁唐夏陶贾顾秦莫钱翁倪凌"),
            (11, "黄曹梁萧章龚康盛符庾"),
            (12, "彭曾董蒋傅程韩谢葛温游鲁舒童遆"),
            (13, "蓝虞解楚詹雷靳甄褚"),
            (14, "谭廖熊蔡臧裴慕"),
            (15, "黎潘颜滕樊"),
            (16, "薛穆霍燕"),
            (17, "戴魏鞠"),
            (18, "瞿"),
        ] {
            for surname in surnames.chars() {
                assert_eq!(strokes_of(surname), count, "{surname}");
            }
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
