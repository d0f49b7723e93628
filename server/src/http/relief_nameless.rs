//! A suggestion of 减负反馈 without a name. Whatever the answer, nothing of it is tied to the account: no draft of what
//! was refused, no row of a refused access, no line in the log; the words stand on the page of the answer alone.
//! Refuses to read a form as signed that says 「不署名」 in any way.

use app::{
    api::{
        ApiError,
        relief::{Relief as _, ReliefQuery},
    },
    viewer::Viewer,
};
use axum::{http::StatusCode, response::Response};
use domain::{Rejection, ids::CommandId, relief::WORDS_MAX};

use super::{
    bare::{self, hidden},
    fields::Fields,
    posted::{Home, Posted},
    reply::{self, escape},
};
use crate::services::relief::{SUGGEST, Suggest};

/// Name of the mark.
pub(super) const FIELD: &str = "nameless";

/// Was 「不署名」 asked for? Whatever was sent under that name counts, and sent twice it counts even if empty: a form
/// that can be read in two ways must not bring the name along.
pub(super) fn asked(fields: &Fields) -> bool {
    let is_mark = |name: &str| name.trim().to_ascii_lowercase().starts_with(FIELD);
    let sent: Vec<&str> =
        fields.all().iter().filter(|(name, _)| is_mark(name)).map(|(_, value)| value.as_str()).collect();
    sent.len() > 1 || sent.iter().any(|value| !value.is_empty())
}

/// The item went out of the list while the page was open, or never was in it.
pub(super) fn stale() -> Rejection {
    Rejection::field("about", "清单在您打开这一页以后有变化，您选的这一条现在不在您的清单里，没有提交。请重新选一项。")
}

/// Takes it, or draws the form again with every word.
pub(super) async fn suggest(
    viewer: &Viewer,
    posted: &Posted,
    form: Result<(CommandId, Suggest), Rejection>,
) -> Response {
    let job = async {
        let (key, form) = form?;
        posted.services().suggest_nameless(&posted.actor, key, form).await
    };
    if let Err(error) = job.await {
        return again(viewer, posted, error).await;
    }
    // The same words may stand in a draft that was refused under the name before.
    posted.mended(Home::new(SUGGEST, "/relief").at("#suggest")).await;
    if posted.fields.opt("_draft").is_some()
        && let Err(error) = posted.services().sweep_named_draft().await
    {
        tracing::warn!(?error, "a draft that was dropped may be left in old pages");
    }
    reply::to("/relief?done=nameless#suggest")
}

/// The form once more. Never 404: the door writes that down with the account.
async fn again(viewer: &Viewer, posted: &Posted, error: ApiError) -> Response {
    let error = if error.status() == 404 { stale().into() } else { error };
    let inner = format!(
        "{problem}<div class=\"notice info\"><p>不署名的不存草稿：写的内容只在这一页上。改好后直接提交；离开或关掉这一页，内容就没有了。</p></div>\
         <form class=\"form\" method=\"post\" action=\"/relief/suggest\">{token}{marks}{about}\
         <div class=\"field\"><label for=\"words\">想说的话（可不写）</label>\
         <textarea id=\"words\" name=\"words\" rows=\"4\">\n{words}</textarea>\
         <p class=\"hint\">最多 {WORDS_MAX} 字。勿写案情、举报内容和身份证号。</p></div>\
         <div class=\"field check\"><label><input type=\"checkbox\" name=\"share\" value=\"1\"{share}> \
         <span>答复时可以公开我写的话（不带姓名）</span></label></div>\
         <div class=\"actions\"><button class=\"btn primary block\">不署名提交</button></div></form>\
         <p><a href=\"/relief\">不提了，回到减负反馈</a></p>",
        problem = bare::problem(Some(&error.to_string())),
        token = bare::token(viewer),
        marks = marks(posted).await,
        about = about(posted).await,
        words = escape(&posted.fields.text("words")),
        share = if posted.fields.text("share") == "1" { " checked" } else { "" },
    );
    let status =
        if matches!(error, ApiError::Rejected(_)) { StatusCode::UNPROCESSABLE_ENTITY } else { reply::status(&error) };
    bare::holding_page(viewer, status, "不署名的建议还没有提交", &inner)
}

/// The hidden part. The key stays where the page had one, so that a click sent twice is one suggestion.
async fn marks(posted: &Posted) -> String {
    let key = match posted.fields.command() {
        Ok(key) => Some(key),
        // Sent without a key: one of the page's.
        Err(_) => {
            let page = posted.services().relief_page(&posted.actor, ReliefQuery::default()).await;
            page.ok().map(|page| page.command)
        }
    };
    let mut out = hidden(FIELD, "1");
    if let Some(key) = key {
        out.push_str(&hidden("command", &key.to_string()));
    }
    if let Some(draft) = posted.fields.opt("_draft") {
        out.push_str(&hidden("_draft", &draft));
    }
    out
}

/// The choice, as it is now. Where it cannot be read the subject stays as it was sent.
async fn about(posted: &Posted) -> String {
    let chosen = posted.fields.text("about").trim().to_owned();
    let Ok((choices, brought)) = posted.services().relief_choices(&posted.actor, &chosen).await else {
        return hidden("about", &chosen);
    };
    let option = |(key, words): &(String, String)| {
        let here = if *key == chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{here}>{}</option>", escape(key), escape(words))
    };
    let mut groups = String::new();
    for (label, all) in &choices {
        let options: String = all.iter().map(option).collect();
        groups.push_str(&format!("<optgroup label=\"{}\">{options}</optgroup>", escape(label)));
    }
    format!(
        "<div class=\"field\"><label for=\"about\">哪件事</label><select id=\"about\" name=\"about\">\
         <option value=\"\">请选一项</option>{}{groups}</select></div>",
        brought.as_ref().map(option).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fields::pairs;

    #[test]
    fn whatever_says_nameless_is_nameless() {
        let of = |body: &str| asked(&Fields::new(pairs(body.as_bytes())));
        for body in [
            "nameless=1",
            "nameless=on",
            "nameless=0",
            "nameless=%20",
            "nameless=&nameless=1",
            "nameless=&nameless=",
            "Nameless=1",
            "nameless%5B%5D=1",
        ] {
            assert!(of(body), "{body}");
        }
        for body in ["", "about=rule%3Ahard", "nameless=", "words=nameless"] {
            assert!(!of(body), "{body}");
        }
    }
}
