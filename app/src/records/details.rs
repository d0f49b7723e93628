//! Fields of a kind: one input for every field there is, of which those of the chosen kind and
//! type of talk are shown and sent. Refuses to stand between the sentence and 保存: they are folded.

use domain::records::{DetailField, FieldShape, RecordKind, Shareable, TalkKept, TalkType, fields, kind_notice};
use leptos::prelude::*;

use crate::{
    api::{
        drafts::Draft,
        records::{LookAgain, RecordPage},
    },
    ui::{ChoiceChip, area_text},
};

/// What the form shows at first.
#[derive(Debug, Clone, Default)]
pub(super) struct Filled {
    /// What came back with a refused form.
    pub draft: Draft,
    /// What stands in the book.
    pub stored: domain::records::RecordDetails,
    /// The draft is of this form and stands for everything.
    pub refused: bool,
}

impl Filled {
    /// Of a new record.
    pub fn draft(draft: &Draft) -> Self {
        Self { draft: draft.clone(), refused: true, ..Self::default() }
    }

    /// Of a record in the book.
    pub fn stored(page: &RecordPage, refused: bool) -> Self {
        Self { draft: page.draft.clone(), stored: page.details.clone(), refused }
    }

    /// Type of talk.
    pub fn talk(&self) -> Option<TalkType> {
        if self.refused { TalkType::from_key(&self.draft.value("d.talk", "")) } else { self.stored.talk }
    }

    fn value(&self, field: DetailField) -> String {
        if self.refused { self.draft.value(field.name(), "") } else { self.stored.value(field).to_owned() }
    }

    fn covers(&self, element: &str) -> bool {
        let ticked = |value: &str| value.split('、').any(|one| one == element);
        if self.refused {
            self.draft.fields.iter().any(|(n, v)| n == DetailField::Covered.name() && ticked(v))
        } else {
            ticked(self.stored.value(DetailField::Covered))
        }
    }
}

/// The fields; `kind` and `talk` follow the taps.
pub(super) fn inputs(kind: RwSignal<Option<RecordKind>>, talk: RwSignal<Option<TalkType>>, filled: &Filled) -> AnyView {
    let is_talk = move || kind.get() == Some(RecordKind::Talk);
    let chosen = talk.get_untracked();
    let options = TalkType::ALL
        .into_iter()
        .filter(|t| t.kept() != TalkKept::Nothing)
        .map(|t| view! { <option value=t.key() selected=chosen == Some(t)>{t.label()}</option> })
        .collect_view();
    let notice = move || match talk.get() {
        Some(talk) if is_talk() => talk.notice(),
        _ => kind.get().map_or("", kind_notice),
    };
    let all = DetailField::ALL.into_iter().map(|f| field(f, kind, talk, filled)).collect_view();
    let talk_problem = filled.draft.problem_of("d.talk");
    view! {
        <p class="hint" hidden=move || kind.get().is_some()>
            "先点一个履责类型，这里会列出它的几个细节；也可以先保存，在这条记录的页面补充。"
        </p>
        <p class="hint" hidden=move || notice().is_empty()>{notice}</p>
        <div class="field" hidden=move || !is_talk()>
            <label for="d.talk">"谈话类型"</label>
            <select
                id="d.talk"
                name="d.talk"
                disabled=move || !is_talk()
                on:change:target=move |e| talk.set(TalkType::from_key(&e.target().value()))
            >
                <option value="">"不选"</option>
                {options}
            </select>
            <p class="hint">"谈话函询不在这里记，按规定在线下办理。"</p>
            {talk_problem.map(|e| view! { <p class="error">{e}</p> })}
        </div>
        {all}
        <p class="hint" hidden=move || !is_talk() || Shareable::confined_of(talk.get()).is_some()>"谈话要点只有您本人看得到；要让联络员看到，保存后在记录页面设置。"</p>
    }
    .into_any()
}

fn field(
    field: DetailField,
    kind: RwSignal<Option<RecordKind>>,
    talk: RwSignal<Option<TalkType>>,
    filled: &Filled,
) -> AnyView {
    let off = move || !kind.get().is_some_and(|k| fields(k, talk.get()).contains(&field));
    let label = move || field.label(kind.get().unwrap_or(RecordKind::Other));
    let (name, value) = (field.name(), filled.value(field));
    let problem = filled.draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> });
    let hint = (!field.hint().is_empty()).then(|| view! { <p class="hint">{field.hint()}</p> });
    match field.shape() {
        FieldShape::Ticks => {
            let filled = filled.clone();
            let chips = move || {
                let elements = if off() { Vec::new() } else { talk.get().map(TalkType::elements).unwrap_or_default() };
                elements
                    .into_iter()
                    .map(|e| {
                        let checked = filled.covers(e);
                        view! { <ChoiceChip kind="checkbox" name=name value=e label=e checked=checked /> }
                    })
                    .collect_view()
            };
            let none = move || off() || talk.get().is_none();
            view! {
                <fieldset class="field" hidden=none>
                    <legend>{label}</legend>
                    <div class="chips">{chips}</div>
                    {hint}
                </fieldset>
            }
            .into_any()
        }
        FieldShape::Long => view! {
            <div class="field" hidden=off>
                <label for=name>{label}</label>
                <textarea id=name name=name rows="3" disabled=off>
                    {area_text(value)}
                </textarea>
                {hint}
                {problem}
            </div>
        }
        .into_any(),
        FieldShape::Line | FieldShape::Day => {
            let (class, input) =
                if field.shape() == FieldShape::Day { ("field short", "date") } else { ("field", "text") };
            view! {
                <div class=class hidden=off>
                    <label for=name>{label}</label>
                    <input id=name name=name type=input value=value disabled=off />
                    {hint}
                    {problem}
                </div>
            }
            .into_any()
        }
    }
}

/// The question that a form came back with, and its one tap. In a form of decisions the button
/// says which `decision` it is about: there no second field may say another one.
pub(super) fn look_again(look: &LookAgain, question: String, decision: &str) -> AnyView {
    let button = |value: &'static str, words: String, first: bool| {
        let class = if first { "btn primary" } else { "btn" };
        let (name, value) =
            if decision.is_empty() { ("look", value.to_owned()) } else { ("decision", format!("{decision}+{value}")) };
        view! { <button class=class name=name value=value>{words}</button> }.into_any()
    };
    let buttons = match (&look.marker, look.words, look.numbers) {
        (Some(marker), ..) => vec![button("mark", format!("只存“{marker}”"), true)],
        (None, false, true) => vec![
            button("mask", "把号码中间四位遮住再保存".to_owned(), true),
            button("keep", "保留号码并保存".to_owned(), false),
        ],
        (None, true, true) => vec![
            button("mask", "不涉及具体内容，遮住号码后保存".to_owned(), true),
            button("keep", "不涉及具体内容，保留号码并保存".to_owned(), false),
        ],
        (None, ..) => vec![button("keep", "不涉及具体内容，仍然保存".to_owned(), true)],
    };
    view! {
        <div class="notice warn" role="alert">
            <b>"还没有保存，请再看一眼"</b>
            <p>{question}</p>
            <div class="actions">{buttons}</div>
        </div>
    }
    .into_any()
}
