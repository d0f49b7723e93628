//! The marks of the house: the five rings, states by icon + word + colour, reasons.

use domain::board::{Duty, Tone};
use leptos::prelude::*;

/// A state badge: icon, word, colour.
pub fn state(tone: Tone) -> AnyView {
    state_as(tone, tone.word().to_owned())
}

/// A state badge with a closer word than the tone's own.
pub fn state_as(tone: Tone, word: String) -> AnyView {
    view! { <span class=format!("state {}", tone.css())>{tone.icon()} " " {word}</span> }.into_any()
}

/// A ring with the glyph of a duty; `classes` such as `small`, `full`, `off`.
pub fn ring(duty: Duty, classes: &str) -> AnyView {
    view! { <span class=format!("ring {} {}", duty.css(), classes)>{duty.glyph()}</span> }.into_any()
}

/// The reason of a colour in one sentence, with the rule in small print.
pub fn why(tone: Tone, word: String, reason: String, rule: String) -> AnyView {
    view! {
        <div class=format!("why {}", tone.css())>
            <p>
                <b>{tone.icon()} " " {word}</b>
                "　"
                {reason}
            </p>
            {(!rule.is_empty()).then(|| view! { <small>{rule}</small> })}
        </div>
    }
    .into_any()
}

/// One link of [`chain`].
#[derive(Debug, Clone)]
pub struct Ring {
    /// Which duty.
    pub duty: Duty,
    /// State.
    pub tone: Tone,
    /// Its word as the board says it.
    pub word: String,
    /// Short words below the ring.
    pub text: String,
    /// One sentence: why.
    pub why: String,
    /// Page that holds the reason.
    pub to: String,
    /// The page is outside the bundle.
    pub outside: bool,
}

/// The chain of five links, each leading to where its reason is; below it the reasons in words,
/// opened by a tap without scripts.
pub fn chain(rings: Vec<Ring>) -> AnyView {
    let reasons = rings
        .iter()
        .cloned()
        .map(|r| {
            let external = r.outside.then_some("external");
            view! {
                <li>
                    <a href=r.to rel=external>{r.duty.label()}</a> " " {state_as(r.tone, r.word)}
                    <p>{r.why}</p>
                </li>
            }
        })
        .collect_view();
    let links = rings
        .into_iter()
        .map(|Ring { duty, tone, word, text, why, to, outside }| {
            let fill = match tone {
                Tone::Ok => "full",
                Tone::None => "off",
                _ => "",
            };
            // A ring has room for a word and a number, not for the text of an item.
            let (words, detail) = match tone {
                Tone::Warn | Tone::Late | Tone::Pending => (
                    format!("{} {word}", tone.icon()),
                    text.split(' ').next().unwrap_or_default().chars().take(12).collect(),
                ),
                _ => (text, String::new()),
            };
            view! {
                <li class=duty.css()>
                    <a class="link" href=to title=why rel=outside.then_some("external")>
                        <span class=format!("ring {fill}")>{duty.glyph()}</span>
                        <span class=format!("link-text {}", tone.css())>
                            {words}
                            {(!detail.is_empty()).then(|| view! { <small>{detail}</small> })}
                        </span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="chain" aria-label="五责链">{links}</ol>
        <details class="reasons">
            <summary>"为什么是这样"</summary>
            <ul>{reasons}</ul>
        </details>
    }
    .into_any()
}
