//! The form of 系统设置: one part a time, as typed. The words of a refusal are the domain's.

use axum::response::Response;
use domain::records::{closing_day, clue_words, proxy_days};

use super::{
    policy::{Builder, Policy},
    posted::{Home, Posted},
};
use crate::services::settings::{Part, SETTINGS_DRAFT};

/// Adds the form.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/settings/records", Policy::SignedIn, save)
}

async fn save(posted: Posted) -> Response {
    let (of, place) = match &*posted.fields.text("part") {
        "clues" => ("clues", "#clues"),
        "days" => ("days", "#days"),
        "share" => ("share", "#share"),
        _ => ("closing", "#closing"),
    };
    let job = async {
        // Whoever may not set anything is told so, and not what is wrong with what he sent.
        let _proof = domain::people::access::set_record_rules(&posted.actor)?;
        let known: &[&str] = match of {
            "clues" => &["part", "seen", "warn", "more"],
            "days" => &["part", "seen", "drafted", "confirmed"],
            "share" => &["part", "seen", "percent"],
            _ => &["part", "seen", "automatic", "month", "day"],
        };
        let fields = posted.only(known)?;
        fields.choice("part", &[("clues", ()), ("days", ()), ("closing", ()), ("share", ())])?;
        let part = match of {
            "clues" => Part::Clues(clue_words(&fields.many("warn"), &fields.text("more"))?),
            "days" => Part::Days(proxy_days(&fields.text("drafted"), &fields.text("confirmed"))?),
            "share" => {
                let percent = fields.text("percent").trim().parse();
                let percent = percent.map_err(|_| {
                    domain::Rejection::field("share", "抽查比例不是整数，没有保存。请填写 1 到 100 的整数。")
                })?;
                Part::Share(domain::oversight::share(percent)?)
            }
            _ => {
                let automatic = fields.opt("automatic").is_some();
                Part::Closing(closing_day(automatic, &fields.text("month"), &fields.text("day"))?)
            }
        };
        posted.services().set_record_rules(&posted.actor, fields.command()?, fields.text("seen"), part).await
    };
    posted.ended(job, Home::new(SETTINGS_DRAFT, "/settings").at(place), |()| format!("/settings?done=1{place}")).await
}
