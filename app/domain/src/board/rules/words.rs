//! The rules in plain Chinese, and two versions of them compared in words.

use super::{HardKind, RuleSet};
use crate::duties::Frequency;

/// A heading with its sentences, each as (what it is about, what it says).
type Part = (&'static str, Vec<(String, String)>);

fn parts(rules: &RuleSet) -> Vec<Part> {
    let window = |f: Frequency| {
        let days = rules.yellow_days(f).unwrap_or_default();
        (format!("{}事项", f.label()), format!("到期前 {days} 天进入提醒期，显示黄色"))
    };
    let windows = Frequency::ALL
        .into_iter()
        .filter(|f| rules.yellow_days(*f).is_some())
        .map(window)
        .chain([("随时开展的事项".to_owned(), "不设期限，不会变色".to_owned())]);
    let kinds: Vec<&str> =
        HardKind::ALL.into_iter().filter(|k| rules.hard.kinds.contains(k)).map(HardKind::label).collect();
    let list = |codes: &[String]| if codes.is_empty() { "无".to_owned() } else { codes.join("、") };
    let yes = |on: bool| if on { "算硬性事项" } else { "不算硬性事项" }.to_owned();
    let red = match (rules.hard_can_be_red, rules.red_after_days) {
        (false, _) => "不使用红色，最多显示黄色".to_owned(),
        (true, 0) => "到期次日起没有记录的显示红色".to_owned(),
        (true, days) => format!("逾期 {days} 天以内显示黄色，超过 {days} 天显示红色"),
    };
    let hard = vec![
        ("硬性事项".to_owned(), red),
        ("一般事项".to_owned(), "逾期也只显示黄色，不会变红".to_owned()),
        ("清单标为硬性的".to_owned(), if kinds.is_empty() { "都按一般事项".to_owned() } else { kinds.join("、") }),
        ("另按编号列为硬性".to_owned(), list(&rules.hard.also)),
        ("按编号列为一般".to_owned(), list(&rules.hard.never)),
        ("逾期整改".to_owned(), yes(rules.hard.rectification)),
        ("核查不符".to_owned(), yes(rules.hard.refuted)),
    ];
    let green = vec![
        ("黄色变绿色".to_owned(), "本人记录后立即变回".to_owned()),
        ("红色变绿色".to_owned(), "补记后先显示“已补记，待核”，由翻阅检查人员核实后变绿".to_owned()),
        ("单位".to_owned(), "按最需要关注的一项显示，并写明是哪一项、为什么".to_owned()),
        ("不计算".to_owned(), "启用日、到任前和岗位空缺期间到期的事项不算在任何人名下".to_owned()),
    ];
    let days = vec![
        ("征求意见".to_owned(), format!("{} 个工作日", rules.list.comment)),
        ("签收".to_owned(), format!("{} 个工作日", rules.list.receipt)),
        ("未签收转电话提醒".to_owned(), format!("{} 个工作日", rules.list.telephone)),
        ("申请核对的答复".to_owned(), format!("{} 个工作日", rules.check_days)),
    ];
    let added = rules.rules.iter().map(|rule| {
        (
            format!("补充规则“{}”", rule.name),
            format!("没有记录的事项{}时，显示{}。{}", rule.conditions(), rule.colour(), rule.because),
        )
    });
    vec![
        ("提醒期（黄色）", windows.collect()),
        ("硬性事项（红色）", hard),
        ("变回绿色", green),
        ("补充规则", added.collect()),
        ("工作日期限", days),
    ]
}

/// The rules as headings with sentences. A heading without sentences has nothing to say.
pub fn sentences(rules: &RuleSet) -> Vec<(String, Vec<String>)> {
    let line = |(about, says): (String, String)| format!("{about}：{says}");
    parts(rules).into_iter().map(|(head, lines)| (head.to_owned(), lines.into_iter().map(line).collect())).collect()
}

/// What the newer of two versions says differently, one sentence a change; empty where they say the same.
pub fn changes(old: &RuleSet, new: &RuleSet) -> Vec<String> {
    let (old, new): (Vec<_>, Vec<_>) =
        (parts(old).into_iter().flat_map(|p| p.1).collect(), parts(new).into_iter().flat_map(|p| p.1).collect());
    let of = |all: &[(String, String)], about: &str| all.iter().find(|l| l.0 == about).map(|l| l.1.clone());
    let mut out = Vec::new();
    for (about, says) in &new {
        match of(&old, about) {
            None => out.push(format!("新增{about}：{says}")),
            Some(was) if was != *says => out.push(format!("{about}：原为“{was}”，改为“{says}”")),
            Some(_) => {}
        }
    }
    out.extend(old.iter().filter(|(about, _)| of(&new, about).is_none()).map(|(about, _)| format!("取消{about}")));
    out
}
