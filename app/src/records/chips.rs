//! The chips of 随手记 and of a correction, kinds of record and the items of the list, and the day of both.
//! Suggested items come first where scripts run; nothing is ever pre-ticked by a suggestion.

use domain::{
    ids::DutyId,
    records::{RecordKind, TalkType},
};
use leptos::prelude::*;

use crate::{
    api::{
        drafts::Draft,
        records::{Choice, Suggested},
    },
    ui::ChoiceChip,
};

/// Radio chips of the kinds; `kind` follows the taps.
pub(super) fn kinds(kind: RwSignal<Option<RecordKind>>) -> AnyView {
    let chosen = kind.get_untracked();
    let chips = RecordKind::ALL
        .into_iter()
        .map(|k| {
            let checked = Some(k) == chosen;
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="kind"
                        value=k.key()
                        checked=checked
                        on:change=move |_| kind.set(Some(k))
                    />
                    <span>{k.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="radio-chips">{chips}</div> }.into_any()
}

/// 发生日期: what was typed or `day`, not before `min` and not after `max`.
pub(super) fn event_day(draft: &Draft, day: String, min: Option<String>, max: String) -> AnyView {
    view! {
        <div class="field short">
            <label for="event_on">"发生日期"</label>
            <input id="event_on" name="event_on" type="date" value=draft.value("event_on", day) max=max min=min />
            {draft.problem_of("event_on").map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

/// The suggestions of a kind, and of the type of a talk.
pub(super) fn suggestion(
    suggested: &[Suggested],
    kind: Option<RecordKind>,
    talk: Option<TalkType>,
) -> Option<&Suggested> {
    let talk = talk.filter(|_| kind == Some(RecordKind::Talk));
    suggested.iter().find(|s| Some(s.kind) == kind && s.talk == talk)
}

/// Class that puts a suggested item, or the group of the best one, in its place.
fn class(base: &str, place: Option<usize>) -> String {
    place.map_or_else(|| base.to_owned(), |n| format!("{base} suggested fit-{n}"))
}

/// Every item by 大项, as one checkbox each, so that a tick is never sent twice.
/// `ticked` are those ticked before.
pub(super) fn items(
    choices: Vec<Choice>,
    suggested: Vec<Suggested>,
    ticked: &dyn Fn(DutyId) -> bool,
    kind: RwSignal<Option<RecordKind>>,
    talk: RwSignal<Option<TalkType>>,
) -> AnyView {
    let suggested = StoredValue::new(suggested);
    // Place of an item among the suggestions: 0 fits best.
    let at = move |duty: DutyId| {
        suggested.with_value(|s| {
            suggestion(s, kind.get(), talk.get()).and_then(|s| s.duties.iter().position(|d| *d == duty))
        })
    };
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for choice in choices {
        match groups.last_mut() {
            Some((name, list)) if *name == choice.group => list.push(choice),
            _ => groups.push((choice.group.clone(), vec![choice])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(name, list)| {
            let duties: Vec<DutyId> = list.iter().map(|c| c.duty).collect();
            let best = move || duties.iter().filter_map(|d| at(*d)).min();
            let any = list.iter().any(|c| ticked(c.duty));
            let chips = list
                .into_iter()
                .map(|c| {
                    let duty = c.duty;
                    view! {
                        <span class=move || class("choice", at(duty))>
                            <ChoiceChip
                                kind="checkbox"
                                name="duty"
                                value=duty.to_string()
                                label=format!("{} {}", c.code, c.short)
                                checked=ticked(duty)
                            />
                        </span>
                    }
                })
                .collect_view();
            let opened = best.clone();
            view! {
                <details class=move || class("choice-group", best()) open=move || any || opened().is_some()>
                    <summary>{name}</summary>
                    <div class="chips">{chips}</div>
                </details>
            }
        })
        .collect_view();
    view! { <div class="choice-groups">{groups}</div> }.into_any()
}
