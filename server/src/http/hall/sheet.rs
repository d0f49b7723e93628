//! The sheet as markup: a row per presenter with 总体评价, 弃权, 回避, optional rows and words. The
//! same rows serve the rater's page and the entry of paper ballots.

use std::fmt::Write as _;

use domain::{
    Rejection,
    reviews::{COMMENT_MAX, Grade, ReviewRules, Scale, Sheet},
};

use super::ballot::Typed;
use crate::http::reply::escape;

/// What a row offers beyond 总体评价 and 弃权.
#[derive(Debug, Clone, Copy)]
pub struct Offers {
    /// 回避.
    pub recuse: bool,
    /// A field for words.
    pub comment: bool,
}

/// All rows of a sheet with what was typed and what is wrong.
pub fn rows(sheet: &Sheet, rules: &ReviewRules, typed: &Typed, wrong: &[Rejection], offers: Offers) -> String {
    let count = sheet.lines.len();
    let mut out = String::new();
    for (i, line) in sheet.lines.iter().enumerate() {
        let id = line.presenter.to_string();
        let problem = wrong.iter().find(|r| r.field_name() == Some(&id)).map(ToString::to_string);
        let place = if count > 1 { format!("　{} / {count}", i + 1) } else { String::new() };
        let _ = write!(
            out,
            "<fieldset class=\"row{wrong}\" data-row=\"{id}\"><legend>{name}<small>{title}{place}</small></legend>\
             <div>{marks}{alt}<p class=\"error\" data-error role=\"alert\"{hide}>{problem}</p>{more}</div></fieldset>",
            wrong = if problem.is_some() { " wrong" } else { "" },
            name = escape(&line.name),
            title = escape(&line.title),
            marks = marks(&format!("v.{id}"), "总体评价", rules.scale, typed, "seg"),
            alt = alternatives(&id, typed, offers.recuse),
            hide = if problem.is_some() { "" } else { " hidden" },
            problem = escape(problem.as_deref().unwrap_or("")),
            more = more(&id, rules, typed, offers.comment),
        );
    }
    out
}

fn marks(name: &str, label: &str, scale: Scale, typed: &Typed, class: &str) -> String {
    let value = typed.get(name);
    if scale == Scale::Points {
        let number = if value == "abstain" || value == "recuse" { "" } else { value };
        return format!(
            "<p class=\"points\"><input name=\"{name}\" value=\"{}\" inputmode=\"numeric\" maxlength=\"3\" \
             autocomplete=\"off\" aria-label=\"{label}，0 到 100 分\"><span>分（0—100）</span></p>",
            escape(number)
        );
    }
    let mut out = format!("<div class=\"{class}\" role=\"radiogroup\" aria-label=\"{}\">", escape(label));
    for grade in Grade::ALL {
        let checked = if value == grade.key() { " checked" } else { "" };
        let _ = write!(
            out,
            "<label><input type=\"radio\" name=\"{name}\" value=\"{}\"{checked}><span>{}</span></label>",
            grade.key(),
            grade.label()
        );
    }
    out.push_str("</div>");
    out
}

fn alternatives(id: &str, typed: &Typed, recuse: bool) -> String {
    let value = typed.get(&format!("v.{id}")).to_owned();
    let one = |key: &str, word: &str| {
        let checked = if value == key { " checked" } else { "" };
        format!("<label><input type=\"radio\" name=\"v.{id}\" value=\"{key}\"{checked}><span>{word}</span></label>")
    };
    let recuse = if recuse { one("recuse", "回避") } else { String::new() };
    format!("<div class=\"alt\">{}{recuse}</div>", one("abstain", "弃权"))
}

fn more(id: &str, rules: &ReviewRules, typed: &Typed, comment: bool) -> String {
    let mut out = String::new();
    if !rules.dimensions.is_empty() {
        let filled = rules.dimensions.iter().any(|d| !typed.get(&format!("d.{id}.{}", d.key)).is_empty());
        let _ = write!(out, "<details{}><summary>分项评价（可不填）</summary>", if filled { " open" } else { "" });
        for dimension in &rules.dimensions {
            let name = format!("d.{id}.{}", escape(&dimension.key));
            let _ = write!(
                out,
                "<fieldset class=\"dim\"><legend>{}</legend>{}</fieldset>",
                escape(&dimension.label),
                marks(&name, &dimension.label, rules.scale, typed, "seg small")
            );
        }
        out.push_str("</details>");
    }
    if comment {
        let words = typed.get(&format!("c.{id}"));
        let _ = write!(
            out,
            "<details{}><summary>写一句意见（可不写）</summary><textarea name=\"c.{id}\" maxlength=\"{COMMENT_MAX}\" \
             aria-label=\"意见\" placeholder=\"与评价分开保存，不写也可以\">{}</textarea></details>",
            if words.is_empty() { "" } else { " open" },
            escape(words)
        );
    }
    out
}
