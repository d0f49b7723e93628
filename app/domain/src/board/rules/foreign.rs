//! What the language of the rules has no word for, refused by name: in a form and in a file.

use super::Condition;
use crate::Rejection;

/// What people may try to make colours of, and what it is called. Never factors: practice 3.6, domain 2.9.
const NEVER: [(&[&str], &str); 5] = [
    (&["login", "signin", "sign_in", "visit", "登录", "登陆", "打卡", "签到"], "登录次数"),
    (&["record", "entries", "entry", "count_of", "条数", "记录数", "篇数"], "记录条数"),
    (&["online", "minute", "duration", "time_spent", "在线", "时长"], "在线时长"),
    (&["word", "length", "character", "字数", "篇幅"], "字数"),
    (&["photo", "picture", "location", "gps", "照片", "图片", "定位", "轨迹"], "照片和定位"),
];

/// Refusal of a factor that the language does not have, at `field`.
pub fn foreign(field: &str, factor: &str) -> Rejection {
    let low = factor.to_lowercase();
    let known: Vec<&str> = Condition::FACTORS.iter().map(|(_, word)| *word).collect();
    let known = known.join("、");
    let words = match NEVER.iter().find(|(marks, _)| marks.iter().any(|m| low.contains(m))) {
        Some((_, what)) => format!(
            "规则里写了“{factor}”。{what}不能作为变色的依据：登录次数、记录条数、在线时长、字数、照片和定位，规则语言里都没有这些说法，没有保存。可用的依据只有：{known}。"
        ),
        None => {
            let shown: String = factor.chars().take(40).collect();
            format!("规则里写了“{shown}”，没有这个依据，没有保存。可用的依据只有：{known}。")
        }
    };
    Rejection::field(field, words)
}
