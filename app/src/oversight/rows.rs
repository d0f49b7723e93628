//! The rows of the sheet: the open book beside the list. Each item with its records, one tap per mark; open items of
//! the post, looked at where they are kept. The same forms work without scripts, and from a place without a network
//! through public/onsite.js.

use domain::{
    ids::DutyId,
    oversight::{REMARK_MAX, RemarkKind},
};
use leptos::prelude::*;

use crate::{
    api::{
        drafts::Draft,
        oversight::{MarkLine, OpenRow, ReadingPage, SampleRow, SheetRecord},
    },
    ui::FormMarks,
};

/// The sample beside its records. `just`: the row that was marked last, which stays open.
pub(super) fn sample(page: &ReadingPage, just: &str) -> AnyView {
    if page.sample.is_empty() {
        return view! { <p class="muted">"没有抽到条目。可以翻阅整本，在下面写检查意见。"</p> }.into_any();
    }
    page.sample.iter().map(|row| item(page, row, just)).collect_view().into_any()
}

/// A row with every mark it can have is folded to a line; it opens with a tap.
fn item(page: &ReadingPage, row: &SampleRow, just: &str) -> AnyView {
    let duty = row.duty.to_string();
    let records = row.records.iter().map(|r| record(page, r, row)).collect_view();
    let none = row.records.is_empty();
    let name = format!("{} {}", row.code, row.text);
    let done = !row.marks.is_empty() || (!none && row.records.iter().all(|r| !r.marks.is_empty()));
    let place = format!("row-{duty}");
    let open = refused_in(page, row) || just.contains(&duty);
    let on = On { row: duty.clone(), record: None, duty: &duty, items: &[], bare: row.bare };
    let inside = view! {
        <div>
            <p class="section-label">{name.clone()}</p>
            {marks(&row.marks)}
            {page.may_remark.then(|| taps(page, &on, &row.marks, &name))}
        </div>
        <div>
            {if none { view! { <p class="muted">"还没有对应的记录"</p> }.into_any() } else { records.into_any() }}
        </div>
    };
    if !(done && page.may_remark) {
        return view! { <div class="sheet-row" id=place data-onsite-row=duty>{inside}</div> }.into_any();
    }
    let all = row.marks.iter().chain(row.records.iter().flat_map(|r| &r.marks));
    let mut said: Vec<&str> = all.map(|mark| mark.kind.label()).collect();
    said.dedup();
    let summary = format!("{name}　已标：{}", said.join("、"));
    view! {
        <details class="sheet-fold" id=place open=open>
            <summary>{summary}</summary>
            <div class="sheet-row" data-onsite-row=duty>{inside}</div>
        </details>
    }
    .into_any()
}

/// Was a tap within this row refused? Then it stands open.
fn refused_in(page: &ReadingPage, row: &SampleRow) -> bool {
    page.draft.value("tap", "") == "1" && page.draft.value("row", "").contains(&row.duty.to_string())
}

/// A record may stand beside several items: what is tapped there is about this one, unless another choice is made.
fn record(page: &ReadingPage, row: &SheetRecord, item: &SampleRow) -> AnyView {
    let (id, duty) = (row.id.to_string(), item.duty.to_string());
    let key = format!("{id}-{duty}");
    let details =
        row.details.iter().cloned().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    let tags = row.tags.iter().chain((!row.of.is_empty()).then_some(&row.of)).cloned();
    let tags = tags.map(|tag| view! { " " <span class="tag">{tag}</span> }).collect_view();
    let text = match (&row.text, row.talk) {
        (Some(text), _) => view! { <p class="read">{text.clone()}</p> }.into_any(),
        (None, true) => view! { <p class="muted">"谈心谈话要点不开放。"</p> }.into_any(),
        (None, false) => ().into_any(),
    };
    let on = On { row: key.clone(), record: Some(&id), duty: &duty, items: &row.items, bare: false };
    view! {
        <div class="sheet-leaf" id=format!("row-{key}") data-onsite-row=key.clone()>
            <p><a class="sheet-link" href=format!("/records/{id}")>{row.words.clone()}</a> {tags}</p>
            {text}
            {(!row.details.is_empty()).then(|| view! { <dl class="kv">{details}</dl> })}
            {marks(&row.marks)}
            {page.may_remark.then(|| taps(page, &on, &row.marks, &format!("{} {}", row.words, item.code)))}
        </div>
    }
    .into_any()
}

/// What the buttons of a row are about.
struct On<'a> {
    /// Its place on the page, and its name for the device.
    row: String,
    /// The record, where it is about one.
    record: Option<&'a str>,
    /// The item of the sheet.
    duty: &'a str,
    /// What the record corresponds to.
    items: &'a [(DutyId, String)],
    /// An item for which no record speaks: 印证充分 needs words too.
    bare: bool,
}

impl On<'_> {
    /// Does a refused form of `draft` belong here?
    fn is_of(&self, draft: &Draft) -> bool {
        let here = match self.record {
            _ if draft.has("row", &self.row) => true,
            Some(record) => draft.has("record", record),
            None => draft.has("duty", self.duty) && draft.value("record", "").is_empty(),
        };
        here && draft.value("tap", "") == "1" && (draft.value("row", "").is_empty() || draft.has("row", &self.row))
    }

    /// Which of the items of a page is meant: this one, another one, or all of them.
    fn choice(&self, draft: Option<&Draft>) -> AnyView {
        let several = self.items.len() > 1 && self.items.iter().any(|(duty, _)| duty.to_string() == self.duty);
        if !several {
            return view! { <input type="hidden" name="duty" value=self.duty.to_owned() /> }.into_any();
        }
        let chosen = draft.map_or_else(|| self.duty.to_owned(), |draft| draft.value("duty", ""));
        let codes = self.items.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>().join("、");
        let options = self
            .items
            .iter()
            .map(|(duty, code)| {
                let value = duty.to_string();
                let here = chosen == value;
                view! { <option value=value selected=here>{format!("只对 {code}")}</option> }
            })
            .collect_view();
        let field = format!("meant-{}", self.row);
        view! {
            <div class="field">
                <label for=field.clone()>{format!("这一页对应 {codes}，意见针对")}</label>
                <select id=field name="duty">
                    {options}
                    <option value="" selected=chosen.is_empty()>{format!("全部（{codes}）")}</option>
                </select>
                <p class="hint">"与实际不符经两人认定后，所选条目取消对应并转红。"</p>
            </div>
        }
        .into_any()
    }
}

fn marks(marks: &[MarkLine]) -> AnyView {
    let lines = marks
        .iter()
        .map(|mark| {
            let tone = match mark.kind {
                RemarkKind::Sound => "state ok",
                RemarkKind::Mismatch => "state late",
                RemarkKind::Wanting => "state warn",
            };
            let against = mark.against.clone();
            view! {
                <li>
                    <span class=tone>{mark.kind.label()}</span> " " {mark.words.clone()}
                    {(!against.is_empty()).then(|| view! { <p class="error">{against}</p> })}
                </li>
            }
        })
        .collect_view();
    (!marks.is_empty()).then(|| view! { <ul class="sheet-marks">{lines}</ul> }).into_any()
}

/// One tap a mark; the remark beside it. `of` is what a screen reader says the buttons are about.
fn taps(page: &ReadingPage, on: &On<'_>, marks: &[MarkLine], of: &str) -> AnyView {
    let own = marks.iter().find(|mark| mark.own).map(|mark| mark.kind);
    let draft = &page.draft;
    let refused = on.is_of(draft);
    let buttons = RemarkKind::ALL
        .into_iter()
        .map(|kind| {
            let label = if kind == RemarkKind::Mismatch { "与实际不符（须两人）" } else { kind.label() };
            let pressed = if own == Some(kind) { "true" } else { "false" };
            view! { <button class="btn small" name="kind" value=kind.key() aria-pressed=pressed>{label}</button> }
        })
        .collect_view();
    let value = if refused { draft.value("text", "") } else { String::new() };
    let error = Some(draft.problem.clone()).filter(|problem| refused && !problem.is_empty());
    let field = format!("said-{}", on.row);
    let record = on.record.map(str::to_owned);
    let hint =
        if on.bare { "说明（没有对应的记录，都要写）" } else { "说明（印证充分可不写）" };
    view! {
        <form class="sheet-taps" method="post" action="/oversight/remark" data-onsite="" aria-label=of.to_owned()
            data-onsite-bare=on.bare.then_some("")>
            <FormMarks command=page.command />
            <input type="hidden" name="inspection" value=page.id.to_string() />
            {record.map(|id| view! { <input type="hidden" name="record" value=id /> })}
            <input type="hidden" name="row" value=on.row.clone() />
            <input type="hidden" name="tap" value="1" />
            {no_choice()}
            {on.choice(refused.then_some(draft))}
            <label class="visually-hidden" for=field.clone()>"说明"</label>
            <input id=field name="text" value=value maxlength=REMARK_MAX.to_string() autocomplete="off" placeholder=hint />
            {error.map(|e| view! { <p class="error" role="alert">{e}</p> })}
            <div class="actions">{buttons}</div>
            <p class="save-state" aria-live="polite" data-onsite-state="">""</p>
        </form>
    }
    .into_any()
}

/// Enter in the field presses the first button of a form: this one says nothing, so nothing is marked by accident.
fn no_choice() -> AnyView {
    view! { <button class="visually-hidden" name="kind" value="" tabindex="-1" aria-hidden="true">"不选"</button> }
        .into_any()
}

/// What the 监督检查方案 of a talk asks to be looked at; noted with the talk.
fn planned(page: &ReadingPage) -> AnyView {
    if page.planned.is_empty() {
        return ().into_any();
    }
    let rows = page.planned.iter().map(|row| {
        view! {
            <li><div>
                <a href=row.link.clone() rel="external">{row.words.clone()}</a>
                <p>{row.how.clone()}</p>
                <small>{row.seen.clone()}</small>
            </div></li>
        }
    });
    view! {
        <section class="card" id="planned">
            <h2>"“三交底”监督检查方案"</h2>
            <p class="hint">"按三张清单定的检查点，只有检查人员看得到；看到的情况登记在谈话的“监督检查方案”里。"</p>
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Open items of the post. What is marked goes to the item itself.
pub(super) fn items(page: &ReadingPage) -> AnyView {
    if page.items.is_empty() {
        return planned(page);
    }
    let rows = page.items.iter().map(|row| open(page, row)).collect_view();
    view! {
        <section class="card" id="items">
            <h2>"未销号的问题"</h2>
            <p class="hint">"本岗位还在整改的事项，检查时一并查看；标记记在整改事项的办理经过里，不另列清单，不改变办理状态。"</p>
            {rows}
        </section>
        {planned(page)}
    }
    .into_any()
}

fn open(page: &ReadingPage, row: &OpenRow) -> AnyView {
    let id = row.id.to_string();
    let looks = row.looks.iter().cloned().map(|look| view! { <li>{look}</li> }).collect_view();
    let (field, of) = (format!("said-{id}"), format!("{} {}", row.words, row.problem));
    let draft = &page.draft;
    let refused = draft.has("item", &id);
    let value = if refused { draft.value("text", "") } else { String::new() };
    view! {
        <div class="sheet-row" id=format!("row-{id}") data-onsite-row=id.clone()>
            <div>
                <p class="section-label"><a href=format!("/accountability/{id}") rel="external">{row.words.clone()}</a></p>
                <p class="read">{row.problem.clone()}</p>
                <p class="hint">{row.state.clone()}</p>
            </div>
            <div>
                <p>"整改要求：" {row.demand.clone()}</p>
                {(!row.looks.is_empty()).then(|| view! { <ul class="sheet-marks">{looks}</ul> })}
                {page.may_remark.then(|| view! {
                    <form class="sheet-taps" method="post" action="/oversight/look" data-onsite="" aria-label=of>
                        <FormMarks command=page.command />
                        <input type="hidden" name="inspection" value=page.id.to_string() />
                        <input type="hidden" name="item" value=id.clone() />
                        {no_choice()}
                        <label class="visually-hidden" for=field.clone()>"说明"</label>
                        <input id=field name="text" value=value maxlength="500" autocomplete="off"
                            placeholder="看到的情况（已见整改可不写）" />
                        {refused.then(|| view! { <p class="error" role="alert">{draft.problem.clone()}</p> })}
                        <div class="actions">
                            <button class="btn small" name="kind" value="settled">"已见整改"</button>
                            <button class="btn small" name="kind" value="unsettled">"仍未整改"</button>
                        </div>
                        <p class="save-state" aria-live="polite" data-onsite-state="">""</p>
                    </form>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// The draw once more, for anybody of the reading and its head.
pub(super) fn redraw(page: &ReadingPage) -> AnyView {
    if !page.drawn {
        return ().into_any();
    }
    let Some(again) = &page.redraw else {
        let link = format!("/oversight/{}?recheck=true#recheck", page.id);
        return view! { <p><a href=link rel="external">"复核抽取"</a></p> }.into_any();
    };
    let lines = again
        .lines
        .iter()
        .cloned()
        .map(|(name, rank, drawn)| {
            let word = if drawn { "✓ 抽中" } else { "" };
            view! { <tr><td>{name}</td><td><code>{rank}</code></td><td>{word}</td></tr> }
        })
        .collect_view();
    let result = if again.same {
        view! { <p class="notice ok" role="status">"重新计算的结果与本表一致。"</p> }.into_any()
    } else {
        view! { <p class="notice warn" role="status">"重新计算的结果与本表不一致。请联系党风政风监督室核对。"</p> }
            .into_any()
    };
    view! {
        <section id="recheck">
            <h3>"复核抽取"</h3>
            {result}
            <p>{again.words.clone()}</p>
            <p class="hint">"排序码由检查编号、抽取码和条目编号算出，从小到大取前几条；同样的编号任何时候算都一样。"</p>
            {(!again.kept).then(|| view! { <p class="hint">"登记时的清单没有留存，按现行清单计算；清单调整过的，结果可能不同。"</p> })}
            <div class="table-wrap">
                <table class="table dense">
                    <thead><tr><th>"条目"</th><th>"排序码"</th><th>"结果"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            <div class="actions"><a class="btn small" rel="external" href=format!("/oversight/{}/export", page.id)>"导出 .xlsx"</a></div>
        </section>
    }
    .into_any()
}
