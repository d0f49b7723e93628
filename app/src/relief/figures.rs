//! The figures: quarters in a table and a picture, the formula, the forms with their fields, what became lighter.

use domain::relief::{FORMS, GROUP_MIN};
use leptos::prelude::*;

use super::{chart, page::draft_of};
use crate::{
    api::relief::{QuarterRow, ReliefPage},
    ui::{FormMarks, Problem, TextField},
};

/// A cell: a number, or a dash where it may not be shown.
fn cell(quarter: &QuarterRow, n: u32) -> String {
    if quarter.shown { n.to_string() } else { "—".to_owned() }
}

pub(super) fn panel(page: &ReliefPage) -> AnyView {
    let shown = page.quarters.iter().any(|q| q.shown);
    view! {
        <section class="panel" id="figures">
            <h2>"系统向大家要了什么"</h2>
            <p class="hint">{format!("只按全区合计，不算到人；少于 {GROUP_MIN} 个单位的不单列。进行中的季度算到今天。")}</p>
            {if shown {
                table(page)
            } else {
                view! {
                    <div class="empty"><b>"还没有可以公布的数字"</b>
                        <p>{format!("签过清单的单位不到 {GROUP_MIN} 个，合计会看得出是谁，所以不显示。")}</p></div>
                }
                .into_any()
            }}
            {formula(page)}
            {groups(page)}
            {lighter(page)}
        </section>
    }
    .into_any()
}

fn table(page: &ReliefPage) -> AnyView {
    let heads = page
        .quarters
        .iter()
        .map(|q| {
            let now = q.running.then(|| view! { <small>"到今天"</small> });
            view! { <th scope="col" class="num">{q.label.clone()} {now}</th> }
        })
        .collect_view();
    let line = |name: String, of: &dyn Fn(&QuarterRow) -> String| {
        let cells = page
            .quarters
            .iter()
            .map(|q| view! { <td class="num" data-label=q.label.clone()>{of(q)}</td> })
            .collect_view();
        view! { <tr><th scope="row" class="title">{name}</th>{cells}</tr> }.into_any()
    };
    let mut kinds: Vec<String> = Vec::new();
    for (kind, _) in page.quarters.iter().flat_map(|q| &q.reminders) {
        if !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    let reminders = kinds
        .into_iter()
        .map(|kind| {
            let of = |q: &QuarterRow| {
                let n = q.reminders.iter().filter(|(known, _)| *known == kind).map(|(_, n)| n).sum();
                cell(q, n)
            };
            line(format!("{kind}（条）"), &of)
        })
        .collect_view();
    let forms = FORMS
        .iter()
        .enumerate()
        .map(|(at, form)| {
            line(format!("{}（次）", form.label), &move |q: &QuarterRow| cell(q, q.forms.get(at).map_or(0, |f| f.1)))
        })
        .collect_view();
    let bars: Vec<(String, u32, bool)> =
        page.quarters.iter().filter(|q| q.shown).map(|q| (q.label.clone(), q.minutes, q.running)).collect();
    view! {
        <div class="table-wrap">
            <table class="table keep dense numbers">
                <caption>"各季度合计（用时是估算）"</caption>
                <thead><tr><th scope="col">"项目"</th>{heads}</tr></thead>
                <tbody>
                    {reminders}
                    {forms}
                    {line("填报项：必填 / 选填（个）".to_owned(), &|q| format!("{} / {}", q.fields[0], q.fields[1]))}
                    {line("估算用时（分钟）".to_owned(), &|q| cell(q, q.minutes))}
                </tbody>
            </table>
        </div>
        {chart::bars(&bars)}
    }
    .into_any()
}

fn formula(page: &ReliefPage) -> AnyView {
    let rates = page.rates;
    let sample = page.confirmed.is_empty();
    view! {
        <details class="card">
            <summary>"用时怎么估算的" {sample.then(|| view! { " " <span class="tag">"示范"</span> })}</summary>
            <p>{format!(
                "每次填报 = 点按次数 × {} 秒 + 必填项 × {} 秒；每条提醒 × {} 秒；选填项不计。合计后折成分钟，不足一分钟按一分钟。",
                rates.tap, rates.field, rates.reminder
            )}</p>
            <p>"这是按步骤算出的估计，系统不记录谁用了多久。各季度都按现在的秒数计算，便于前后比较。"</p>
            {(!sample).then(|| view! { <p class="hint">{format!("已确认：{}", page.confirmed)}</p> })}
        </details>
    }
    .into_any()
}

fn groups(page: &ReliefPage) -> Option<AnyView> {
    // One group is the total again.
    (page.groups.len() > 1).then(|| {
        let rows = page
            .groups
            .iter()
            .map(|(words, units, minutes)| {
                view! {
                    <tr>
                        <th scope="row" class="title">{words.clone()}</th>
                        <td class="num" data-label="单位（个）">{units.to_string()}</td>
                        <td class="num" data-label="填报用时（分钟）">{minutes.to_string()}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="table-wrap">
                <table class="table">
                    <caption>"本季度填报用时，按单位类型合计"</caption>
                    <thead><tr><th scope="col">"单位类型"</th><th scope="col" class="num">"单位（个）"</th><th scope="col" class="num">"填报用时（分钟）"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    })
}

fn lighter(page: &ReliefPage) -> AnyView {
    let from_forms =
        page.lighter.iter().map(|words| view! { <li><div><b>{words.clone()}</b></div></li> }).collect_view();
    let adopted = page
        .answers
        .iter()
        .filter(|a| a.verdict.changes())
        .map(|a| {
            view! { <li><div><b>{a.changed.clone()}</b><small>{format!("{} · {}{}的建议", a.title, a.on, a.verdict.label())}</small></div></li> }
        })
        .collect_view();
    let nothing = page.lighter.is_empty() && !page.answers.iter().any(|a| a.verdict.changes());
    view! {
        <p class="section-label">"减下来的"</p>
        {nothing.then(|| view! { <p class="muted">"这几个季度还没有减下来的。"</p> })}
        {(!nothing).then(|| view! { <ul class="rows">{from_forms}{adopted}</ul> })}
    }
    .into_any()
}

/// The forms asked of units, field by field; each can be said to be not needed.
pub(super) fn forms_asked() -> AnyView {
    let forms = FORMS
        .iter()
        .map(|form| {
            let fields = form
                .fields
                .iter()
                .map(|field| {
                    let about = format!("/relief?about=field:{}.{}#suggest", form.key, field.name);
                    let label = format!("对{}的“{}”提减负建议", form.label, field.label);
                    view! {
                        <li><div>
                            <b>{field.label}</b>
                            <small>{if field.required { "必填" } else { "选填" }} " · " <a href=about aria-label=label>"没必要？"</a></small>
                        </div></li>
                    }
                })
                .collect_view();
            let words = format!(
                "{}：必填 {} 项，选填 {} 项，点按 {} 次",
                form.label,
                form.required(),
                form.optional(),
                form.taps
            );
            view! {
                <details class="card">
                    <summary>{words}</summary>
                    <p class="hint">{format!("由{}填", form.who)}</p>
                    <ul class="rows">{fields}</ul>
                </details>
            }
        })
        .collect_view();
    view! {
        <section class="panel" id="forms">
            <h2>"请单位填的表"</h2>
            <p class="hint">"项数取自系统里真实的表单；点按次数为示范，由人数出来。照片和定位从不要求。"</p>
            {forms}
        </section>
    }
    .into_any()
}

/// The office sets the seconds and the days.
pub(super) fn rates(page: &ReliefPage) -> AnyView {
    let draft = draft_of(page, "rates");
    let field = |name: &'static str, label: &'static str, value: u32| {
        view! {
            <TextField name=name label=label class="short" value=draft.value(name, value.to_string())
                error=draft.problem_of(name) />
        }
    };
    view! {
        <section class="panel" id="rates">
            <h2>"估算用的秒数和答复期限" {page.confirmed.is_empty().then(|| view! { " " <span class="tag">"示范"</span> })}</h2>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/relief/rates">
                <FormMarks command=page.command />
                <input type="hidden" name="seen" value=page.seen.clone() />
                {field("tap", "每次点按（秒）", page.rates.tap)}
                {field("field", "每个必填项（秒）", page.rates.field)}
                {field("reminder", "读一条提醒（秒）", page.rates.reminder)}
                {field("days", "建议在几个工作日内答复", page.rates.days)}
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}
