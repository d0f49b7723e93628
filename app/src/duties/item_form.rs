//! The form of one item, for templates and leaders' lists.

use domain::duties::{ALIKE_FIELD, Action, DutyItem, Evidence, Frequency, Source, Wording};
use domain::ids::CommandId;
use leptos::prelude::*;

use super::words::select;
use crate::{
    api::{drafts::Draft, duties::ItemRow},
    ui::{ChoiceChip, FormMarks, TextArea, TextField},
};

/// Where the form posts to and what it carries besides the item.
pub(super) struct Place {
    /// Path of the form.
    pub action: &'static str,
    /// Name of the hidden owner field: `template` or `leader`.
    pub owner: &'static str,
    /// Its id.
    pub id: String,
    /// Version seen.
    pub seen: i64,
    /// Idempotency key.
    pub command: CommandId,
    /// Internal sources may be named.
    pub inside: bool,
    /// Path to go back to.
    pub back: String,
    /// Items that what was typed repeats: id and number.
    pub twins: Vec<(String, String)>,
}

/// A value restored from the refused form, else the item's own.
fn chosen(draft: &Draft, name: &str, value: &str, own: bool) -> bool {
    if draft.fields.is_empty() { own } else { draft.has(name, value) }
}

/// Frequencies as options.
pub(super) fn frequencies() -> Vec<(String, String)> {
    Frequency::ALL.into_iter().map(|f| (f.key().to_owned(), f.label().to_owned())).collect()
}

/// Sources as options, with none first.
pub(super) fn sources() -> Vec<(String, String)> {
    std::iter::once((String::new(), "无".to_owned()))
        .chain(Source::ALL.into_iter().map(|s| (s.key().to_owned(), s.label().to_owned())))
        .collect()
}

/// Evidence kinds as chips.
pub(super) fn evidence_chips(draft: &Draft, own: &[Evidence]) -> AnyView {
    Evidence::ALL
        .into_iter()
        .map(|e| {
            let checked = chosen(draft, "evidence", e.key(), own.contains(&e));
            view! { <ChoiceChip kind="checkbox" name="evidence" value=e.key() label=e.label() checked=checked /> }
        })
        .collect_view()
        .into_any()
}

/// The one tick that says 「仍要这样做」, where a form came back because what it adds repeats something.
pub(super) fn alike(draft: &Draft, words: &'static str) -> Option<AnyView> {
    draft.problem_of(ALIKE_FIELD).map(|_| {
        view! {
            <div class="field check">
                <label><input type="checkbox" name=ALIKE_FIELD value="1" /> " " <span>{words}</span></label>
            </div>
        }
        .into_any()
    })
}

/// What a refused item repeats among those of its page: id and number.
pub(super) fn twins(draft: &Draft, items: &[ItemRow]) -> Vec<(String, String)> {
    if draft.problem_of(ALIKE_FIELD).is_none() {
        return Vec::new();
    }
    let (words, often, own) =
        (Wording::of(&draft.value("text", "")), draft.value("frequency", ""), draft.value("duty", ""));
    items
        .iter()
        .map(|row| &row.item)
        .filter(|item| item.frequency.key() == often && item.duty.to_string() != own)
        .filter(|item| Wording::of(&item.text).is_like(&words))
        .map(|item| (item.duty.to_string(), item.code.clone()))
        .collect()
}

/// The way to one item instead of two.
fn merge(back: &str, twins: &[(String, String)]) -> AnyView {
    twins
        .iter()
        .map(|(duty, code)| {
            view! { <p><a href=format!("{back}?edit={duty}#item")>{format!("合并：不另列，去修改 {code}")}</a></p> }
        })
        .collect_view()
        .into_any()
}

/// The form; a new item has no text yet.
pub(super) fn form(place: Place, item: DutyItem, lists: Vec<(String, String)>, draft: Draft) -> AnyView {
    let new = item.text.is_empty();
    let due =
        item.due.map(|(m, d)| if d == 31 { format!("{m}月底") } else { format!("{m}月{d}日") }).unwrap_or_default();
    let months = item.months.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
    let frequency = draft.value("frequency", item.frequency.key());
    let list = draft.value("list", item.list.0.clone());
    let source = draft.value("source", item.source.map_or("", |s| s.adopted().key()));
    let actions = [Action::Mandatory, Action::Optional]
        .into_iter()
        .map(|a| {
            let checked = chosen(&draft, "action", a.key(), item.action == a);
            view! { <ChoiceChip kind="radio" name="action" value=a.key() label=a.label() checked=checked /> }
        })
        .collect_view();
    let flags = [
        ("hard", "硬性事项：逾期可显示红色，其余事项最多黄色（示范）", item.hard),
        ("routine", "每月的日常事项按季度确认一次", item.routine),
    ]
    .into_iter()
    .map(|(name, words, own)| {
        let checked = chosen(&draft, name, "1", own);
        view! {
            <div class="field check">
                <label><input type="checkbox" name=name value="1" checked=checked /> " " <span>{words}</span></label>
            </div>
        }
    })
    .collect_view();
    view! {
        <section class="panel" id="item">
            <h2>{if new { "添加条目".to_owned() } else { format!("修改 {}", item.code) }}</h2>
            <form class="form" method="post" action=place.action>
                <FormMarks command=place.command />
                <input type="hidden" name=place.owner value=place.id />
                <input type="hidden" name="seen" value=place.seen.to_string() />
                <input type="hidden" name="do" value="save" />
                {(!new).then(|| view! { <input type="hidden" name="duty" value=item.duty.to_string() /> })}
                <TextField name="code" label="编号" class="half" required=true
                    value=draft.value("code", item.code.clone()) error=draft.problem_of("code")
                    hint="大项号加点加序号，如 6.3；换大项就改编号" />
                <TextField name="group" label="大项" class="half" required=true
                    value=draft.value("group", item.group.clone()) error=draft.problem_of("group") />
                <TextArea name="text" label="履责条目" rows=3
                    value=draft.value("text", item.text.clone()) error=draft.problem_of("text") />
                {select("frequency", "频次", frequencies(), &frequency, "half")}
                <TextField name="due" label="期限（可不填）" class="half"
                    value=draft.value("due", due) error=draft.problem_of("due")
                    hint="如 6月30日、6月底；不填按周期末的工作日" />
                <TextField name="months" label="建议月份（可不填）" class="half"
                    value=draft.value("months", months) error=draft.problem_of("months")
                    hint="只用于月度提醒，不是期限；如 3、6" />
                {select("list", "所属清单", lists, &list, "half")}
                <fieldset class="field">
                    <legend>"佐证材料 " <small>"照片总是可选"</small></legend>
                    <div class="chips">{evidence_chips(&draft, &item.evidence)}</div>
                </fieldset>
                <fieldset class="field"><legend>"动作"</legend><div class="radio-chips">{actions}</div></fieldset>
                {place.inside.then(|| select("source", "内部来源（单位只看到“监督中发现”）", sources(), &source, "half"))}
                {flags}
                {alike(&draft, "仍要保存：与已有条目并列")}
                {merge(&place.back, &place.twins)}
                <div class="actions">
                    <button class="btn primary">"保存"</button>
                    <a class="btn" href=place.back>"返回"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}
