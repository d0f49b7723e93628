//! What is blocked, asked about and masked, and the ordinary words that are not.

use super::*;
use proptest::prelude::*;

// Invented: regions and serials made up, check characters computed.
const VALID: &str = "110105194912310021";

fn with_check(first17: &str) -> String {
    "0123456789X"
        .chars()
        .map(|c| format!("{first17}{c}"))
        .find(|id| is_identity(&id.chars().collect::<Vec<_>>()))
        .unwrap()
}

#[test]
fn identity_numbers_are_blocked_however_written() {
    let id = with_check(&VALID[..17]);
    let x = (100..999).map(|n| with_check(&format!("11010519491231{n}"))).find(|id| id.ends_with('X')).unwrap();
    let wide: String = id.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let cases = [
        id.clone(),
        format!("张某身份证{id}。"),
        format!("2026 {id} 100"),
        x.clone(),
        x.to_lowercase(),
        wide,
        format!("{} {} {}", &id[..6], &id[6..14], &id[14..]),
        format!("{}-{}-{}", &id[..6], &id[6..14], &id[14..]),
        format!("{}\u{200B}{}", &id[..6], &id[6..]),
    ];
    for text in cases {
        assert_eq!(blocked(&text).as_deref(), Some(IDENTITY), "{text}");
    }
}

#[test]
fn signs_that_come_with_pasting_hide_no_number() {
    let id = with_check(&VALID[..17]);
    let (region, born, last) = (&id[..6], &id[6..14], &id[14..]);
    for between in [
        "\u{2002}",
        "\u{2009}",
        "\u{202F}",
        "\u{205F}",
        "\u{2800}",
        "\u{AD}",
        "\u{34F}",
        "\u{FE0F}",
        "\u{115F}",
        "\u{3164}",
        "\u{E0030}",
        "•",
        "・",
        "‧",
        "⋅",
        "−",
        "⁃",
        "…",
        "*",
        "#",
        "×",
        "&",
        "@",
        "\n      ",
        " \n",
    ] {
        let text = format!("证件{region}{between}{born}{between}{last}。");
        assert_eq!(blocked(&text).as_deref(), Some(IDENTITY), "{text:?}");
    }
    let other = |zero: u32| -> String {
        id.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(zero + d).unwrap())).collect()
    };
    let keys: String = id.chars().flat_map(|c| [c, '\u{FE0F}', '\u{20E3}']).collect();
    for text in [other(0x660), other(0x6F0), other(0x2080), keys] {
        assert_eq!(blocked(&text).as_deref(), Some(IDENTITY), "{text}");
    }
    for text in ["机密\u{A0}★10年", "机密\u{2009}★10年", "机\u{AD}密★10年", "机密●10年", "机密▲10年", "秘密※长期"]
    {
        assert_eq!(blocked(text).as_deref(), Some(CLASSIFIED), "{text:?}");
    }
    for text in ["谈心谈话①机密文件管理②作风", "严守秘密●10月部署", "3×4、5×6，共 20 处", "抽查 12*3 次"]
    {
        assert_eq!(blocked(text), None, "{text}");
    }
}

#[test]
fn groups_parted_by_signs_of_lists_are_one_number() {
    let id = with_check(&VALID[..17]);
    let x = (100..999).map(|n| with_check(&format!("11010519491231{n}"))).find(|id| id.ends_with('X')).unwrap();
    let (region, born, last) = (&id[..6], &id[6..14], &id[14..]);
    let bold: String =
        id.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0x1_D7CE + d).unwrap())).collect();
    let mut cases: Vec<String> = ["\r\n", ",", "，", "、", "/", "_", ".", "．", "\n\n", ", ", " / "]
        .iter()
        .map(|between| format!("证件{region}{between}{born}{between}{last}。"))
        .collect();
    cases.extend([
        format!("{region}（{born}）{last}"),
        format!("{region}({born}){last}"),
        format!("[{region}]{born},{last}"),
        format!("{region}{born}/{last}"),
        format!("{region}，{born}{last}"),
        format!("1，{region} {born}\n{last}"),
        bold,
        format!("{}Х", &x[..17]),
        format!("{}χ", &x[..17]),
        format!("{}Ⅹ", &x[..17]),
        format!("{}\u{1D417}", &x[..17]),
    ]);
    for text in cases {
        assert_eq!(blocked(&text).as_deref(), Some(IDENTITY), "{text}");
    }
    for text in [
        format!("{}，{}", &id[..9], &id[9..]),
        format!("{region}，共{born}，{last}"),
        format!("9{region}，{born}，{last}"),
        format!("{region}，{born}，{last}5"),
        format!("{region},,,,,{born},{last}"),
    ] {
        assert_eq!(blocked(&text), None, "{text}");
    }
}

#[test]
fn other_long_numbers_pass() {
    let id = with_check(&VALID[..17]);
    let wrong = if id.ends_with('1') { '2' } else { '1' };
    let cases = [
        format!("{}{wrong}", &id[..17]),
        "工程编号 110000202611220000".to_owned(),
        "6222 0000 0000 0000 000".to_owned(),
        "文号〔2026〕8号，2026-11-22".to_owned(),
        format!("{}\n{}", &id[..9], &id[9..]),
    ];
    for text in cases {
        assert_eq!(blocked(&text), None, "{text}");
    }
}

#[test]
fn classification_marks_are_blocked_ordinary_words_are_not() {
    for text in [
        "机密★10年",
        "传达文件（秘密★5年）",
        "秘密*10年",
        "绝 密 ★ 长期",
        "「机密」★10年",
        "【秘密】",
        "[机密]",
        "（绝密）",
        "（机密级）",
        "机密",
        "会议纪要\n秘密\n今天研究",
        "密级：机密",
        "密级: 秘密",
        "机密☆",
        "　机　密　",
        "機密",
        "絕密⭐",
        "秘密⭐️10年",
        "机密✮长期",
        "祕密☆",
        "機密✩5年",
        "机密级",
        "秘密级★",
        "绝密级☆长期",
        "密級：機密",
    ] {
        assert_eq!(blocked(text).as_deref(), Some(CLASSIFIED), "{text}");
    }
    for text in [
        "严守秘密",
        "保守国家秘密",
        "学习保密法，保守党的秘密",
        "强调要严守工作秘密、商业秘密",
        "密级：无",
        "组织学习《中华人民共和国保守国家秘密法》",
        "这不是秘密",
        "秘密5年来始终坚持",
        "机密文件管理自查",
        "機密文件管理自查",
        "学习绝密级国家秘密载体管理规定",
        "本单位没有机密级文件",
    ] {
        assert_eq!(blocked(text), None, "{text}");
    }
}

#[test]
fn clue_words_warn_and_ordinary_sentences_do_not() {
    let warned = |text: &str| inspect(text).iter().any(|hit| matches!(hit, Hit::Warn { .. }));
    for text in ["收到信访举报件一件", "移送问题线索", "已立案", "采取留置措施", "正在初核", "函询回复", "谈话函询"]
    {
        assert!(warned(text), "{text}");
    }
    for text in [
        "听取信访形势分析",
        "建立案例库",
        "设立案例点",
        "发函询问进展",
        "信访举报宣传",
        "停留置换",
        "核对台账",
        "研究全面从严治党",
    ] {
        assert!(!warned(text), "{text}");
    }
    assert_eq!(blocked("移送问题线索"), None);
}

#[test]
fn an_old_number_is_asked_about_and_never_blocked() {
    // Invented.
    let hit = Hit::Mask { number: "330205****31002".into() };
    for text in ["证件 330205 490131 002", "工单 330205490131002 已办结"] {
        assert_eq!((blocked(text), inspect(text)), (None, vec![hit.clone()]), "{text}");
    }
    assert!(hit.message().contains("疑似15位身份证号 330205****31002"), "{}", hit.message());
    assert_eq!(masked("证件 330205 490131 002。"), "证件 330205 ****31 002。");
    for text in ["330205491331002", "990205490131002", "3302054901310021", "33020549013100"] {
        assert!(inspect(text).is_empty(), "{text}");
    }
}

#[test]
fn a_mistyped_number_is_asked_about() {
    let id = with_check(&VALID[..17]);
    let wrong = format!("{}{}", &id[..17], if id.ends_with('1') { '2' } else { '1' });
    let hit = Hit::Mask { number: format!("{}****{}", &wrong[..10], &wrong[14..]) };
    assert_eq!((blocked(&wrong), inspect(&format!("证件{wrong}。"))), (None, vec![hit.clone()]));
    assert!(hit.message().contains("疑似身份证号"), "{}", hit.message());
    assert!(inspect("工程编号 110000202611220000，账号 110105299912310021").is_empty());
}

#[test]
fn mobile_numbers_are_masked() {
    let mask = |number: &str| vec![Hit::Mask { number: number.into() }];
    assert_eq!(inspect("联系 13800000000"), mask("138****0000"));
    assert_eq!(inspect("联系 138-0000-0000，138 0000 0000"), mask("138****0000"));
    assert_eq!(masked("联系 138-0000-0000。"), "联系 138-****-0000。");
    assert_eq!(masked("电话 １３８００００００００"), "电话 １３８****００００");
    assert!(inspect("电话 0574-87000000，编号 138000000001").is_empty());
}

proptest! {
    #[test]
    fn a_valid_number_is_found_wherever_it_stands(
        region in 11_u32..92, year in 1930_u32..2010, month in 1_u32..13, day in 1_u32..29, serial in 0_u32..1000,
        before in "[一-龥]{0,6}", after in "[一-龥]{0,6}", joint in "[ -]{0,2}",
    ) {
        let id = with_check(&format!("{region:02}0105{year:04}{month:02}{day:02}{serial:03}"));
        let text = format!("{before}{}{joint}{}{after}", &id[..6], &id[6..]);
        prop_assert_eq!(blocked(&text), Some(IDENTITY.to_owned()));
    }

    #[test]
    fn lists_of_amounts_days_and_telephones_pass(
        amounts in prop::collection::vec((1_u32..99_999, 0_u32..100), 1..6),
        days in prop::collection::vec((2015_u32..2030, 1_u32..13, 1_u32..29), 1..6),
        phones in prop::collection::vec(13_000_000_000_u64..20_000_000_000, 1..6),
        between in prop::sample::select(vec!["，", ",", "、", "\n", "/", "；", "\r\n"]),
    ) {
        let mut all: Vec<String> = amounts.iter().map(|(yuan, fen)| format!("{yuan}.{fen:02}")).collect();
        all.extend(days.iter().map(|(y, m, d)| format!("{y}{m:02}{d:02}")));
        all.extend(phones.iter().map(u64::to_string));
        all.extend(days.iter().map(|(y, m, d)| format!("{y}.{m}.{d}")));
        prop_assert_eq!(blocked(&all.join(between)), None);
    }

    #[test]
    fn nothing_panics_and_masking_keeps_the_length(text in ".{0,60}") {
        let _ = inspect(&text);
        prop_assert_eq!(masked(&text).chars().count(), text.chars().count());
    }
}
