//! The marks of the house: the five rings, states by icon + word + colour, reasons.

use domain::board::{Duty, Tone};
use leptos::prelude::*;

/// A state badge: icon, word, colour.
pub fn state(tone: Tone) -> AnyView {
    view! { <span class=format!("state {}", tone.css())>{tone.icon()} " " {tone.word()}</span> }.into_any()
}

/// A ring with the glyph of a duty; `classes` such as `small`, `full`, `off`.
pub fn ring(duty: Duty, classes: &str) -> AnyView {
    view! { <span class=format!("ring {} {}", duty.css(), classes)>{duty.glyph()}</span> }.into_any()
}

/// The reason of a colour in one sentence, with the rule in small print.
pub fn why(tone: Tone, reason: String, rule: String) -> AnyView {
    view! {
        <div class=format!("why {}", tone.css())>
            <p>
                <b>{tone.icon()} " " {tone.word()}</b>
                "　"
                {reason}
            </p>
            {(!rule.is_empty()).then(|| view! { <small>{rule}</small> })}
        </div>
    }
    .into_any()
}

/// The chain of five links: duty key, tone, words.
pub fn chain(links: Vec<(String, Tone, String)>) -> AnyView {
    let links = links
        .into_iter()
        .filter_map(|(key, tone, text)| Duty::from_key(&key).map(|duty| (duty, tone, text)))
        .map(|(duty, tone, text)| {
            let fill = match tone {
                Tone::Ok => "full",
                Tone::None => "off",
                _ => "",
            };
            let words = match tone {
                Tone::Warn | Tone::Late | Tone::Pending => format!("{} {text}", tone.icon()),
                _ => text,
            };
            view! {
                <li class=format!("link {}", duty.css())>
                    <span class=format!("ring {fill}")>{duty.glyph()}</span>
                    <span class=format!("link-text {}", tone.css())>{words}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="chain" aria-label="五责链">{links}</ol> }.into_any()
}
