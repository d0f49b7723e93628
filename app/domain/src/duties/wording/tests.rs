//! Wordings that offices really use.

use super::*;
use proptest::prelude::*;

#[test]
fn plain_words_are_known() {
    let table: [(&str, Frequency); 22] = [
        ("每月", Frequency::Monthly),
        ("每个月", Frequency::Monthly),
        ("月度", Frequency::Monthly),
        ("每季度", Frequency::Quarterly),
        ("每 季度", Frequency::Quarterly),
        ("每　季　度", Frequency::Quarterly),
        ("每个季度", Frequency::Quarterly),
        ("季度", Frequency::Quarterly),
        ("每季度。", Frequency::Quarterly),
        ("每半年", Frequency::HalfYearly),
        ("半年", Frequency::HalfYearly),
        ("半年度", Frequency::HalfYearly),
        ("每年", Frequency::Yearly),
        ("每一年", Frequency::Yearly),
        ("年度", Frequency::Yearly),
        (" 随时 ", Frequency::AnyTime),
        ("随 时", Frequency::AnyTime),
        ("任期一次", Frequency::OncePerTerm),
        ("任期1次", Frequency::OncePerTerm),
        ("任期１次", Frequency::OncePerTerm),
        ("任期内一次", Frequency::OncePerTerm),
        ("每季\u{200B}度", Frequency::Quarterly),
    ];
    for (text, frequency) in table {
        assert_eq!(read_frequency(text), Reading::Known { frequency }, "{text}");
    }
    for frequency in Frequency::ALL {
        assert_eq!(read_frequency(frequency.label()), Reading::Known { frequency });
    }
}

#[test]
fn looser_words_are_guessed_and_asked() {
    use Frequency::{AnyTime, HalfYearly, Monthly, OncePerTerm, Quarterly, Yearly};

    type Row = (&'static str, Frequency, Option<(u32, u32)>);
    let table: [Row; 65] = [
        ("每年不少于2次", HalfYearly, None),
        ("每年不少于两次", HalfYearly, None),
        ("每年不少于２次", HalfYearly, None),
        ("每年至少1次", Yearly, None),
        ("一年两次", HalfYearly, None),
        ("年内不少于2次", HalfYearly, None),
        ("全年4次", Quarterly, None),
        ("每年4次", Quarterly, None),
        ("每年3次", Quarterly, None),
        ("每年十二次", Monthly, None),
        ("每年专题研究2次以上", HalfYearly, None),
        ("每季度不少于1次", Quarterly, None),
        ("每季一次", Quarterly, None),
        ("每季度1-2次", Quarterly, None),
        ("每季度不少于3次", Monthly, None),
        ("1次/季度", Quarterly, None),
        ("季度一次", Quarterly, None),
        ("每月1次", Monthly, None),
        ("每月不少于2次", Monthly, None),
        ("每半年1次", HalfYearly, None),
        ("半年一次", HalfYearly, None),
        ("每半年不少于2次", Quarterly, None),
        ("上下半年各1次", HalfYearly, None),
        ("上半年、下半年各一次", HalfYearly, None),
        ("6月、12月各1次", HalfYearly, None),
        ("常态化", AnyTime, None),
        ("常态化开展", AnyTime, None),
        ("全年常态化", AnyTime, None),
        ("经常性", AnyTime, None),
        ("适时", AnyTime, None),
        ("按需", AnyTime, None),
        ("及时", AnyTime, None),
        ("不定期", AnyTime, None),
        ("常态化，每季度不少于1次", Quarterly, None),
        ("6月底前", Yearly, Some((6, 30))),
        ("６月底前", Yearly, Some((6, 30))),
        ("六月底前", Yearly, Some((6, 30))),
        ("2026年6月底前", Yearly, Some((6, 30))),
        ("每年6月底前", Yearly, Some((6, 30))),
        ("6月前", Yearly, Some((5, 31))),
        ("9月份", Yearly, Some((9, 30))),
        ("12月10日前", Yearly, Some((12, 10))),
        ("十二月十日前", Yearly, Some((12, 10))),
        ("每年12月20日前完成1次", Yearly, Some((12, 20))),
        ("5月中旬前", Yearly, Some((5, 20))),
        ("3月至5月", Yearly, Some((5, 31))),
        ("第一季度", Yearly, Some((3, 31))),
        ("一季度", Yearly, Some((3, 31))),
        ("第四季度", Yearly, Some((12, 31))),
        ("上半年", Yearly, Some((6, 30))),
        ("下半年", Yearly, Some((12, 31))),
        ("年内完成", Yearly, Some((12, 31))),
        ("年底前", Yearly, Some((12, 31))),
        ("2026年内完成", Yearly, Some((12, 31))),
        ("年内及时完成", Yearly, Some((12, 31))),
        ("本年度按要求完成", Yearly, Some((12, 31))),
        ("当年完成", Yearly, Some((12, 31))),
        ("年底前按需完成", Yearly, Some((12, 31))),
        ("年内完成1次", Yearly, None),
        ("年内持续推进", AnyTime, None),
        ("年初", Yearly, Some((3, 31))),
        ("每月25日前", Monthly, None),
        ("每季度末", Quarterly, None),
        ("到任满3个月", OncePerTerm, None),
        ("任期内至少1次", OncePerTerm, None),
    ];
    for (text, frequency, due) in table {
        match read_frequency(text) {
            Reading::Guess { frequency: f, due: d, question } => {
                assert_eq!((f, d), (frequency, due), "{text}");
                assert!(question.contains(text) && question.contains(frequency.label()), "{question}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn the_rest_is_unknown() {
    for text in [
        "",
        "  ",
        "每旬",
        "每周",
        "每周一次",
        "每天",
        "每两个月",
        "每2月",
        "每两年1次",
        "双月",
        "会议记录",
        "13月底前",
        "6月31日前",
        "经费保障",
        "1",
        "每季度0次",
        "每年100次",
        "每月4294967295次",
    ] {
        assert_eq!(read_frequency(text), Reading::Unknown, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_guessed_dates_are_real(text in "[每不少于至次年月季度半底前内上下旬初任期0-9一二三十两个、-]{0,12}") {
        if let Reading::Guess { due: Some((month, day)), .. } = read_frequency(&text) {
            prop_assert!((1..=12).contains(&month) && (1..=last_day(month)).contains(&day));
        }
    }

    #[test]
    fn any_text_at_all(text in ".{0,40}") {
        let _ = read_frequency(&text);
    }
}
