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
    fn nothing_panics_and_masking_keeps_the_length(text in ".{0,60}") {
        let _ = inspect(&text);
        prop_assert_eq!(masked(&text).chars().count(), text.chars().count());
    }
}
