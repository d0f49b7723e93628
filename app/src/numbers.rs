//! `/numbers`: 文号. Rows with their next free numbers, a number taken or brought by hand, and the register, which
//! keeps what was voided.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        drafts::Draft,
        numbers::{NumberRow, NumbersPage, NumbersQuery, NumbersRegister, SeriesRow},
    },
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/numbers`.
#[component]
pub fn NumbersView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        NumbersQuery {
            year: q.get("year").and_then(|year| year.parse().ok()),
            series: q.get("series").filter(|key| !key.is_empty()),
            page: q.get("page").and_then(|page| page.parse().ok()),
            draft: q.get("draft"),
        }
    });
    let data = page_data(move || NumbersRegister { form: asked.get() });
    let done = move || {
        let q = query.read();
        let words = match (q.get("done").as_deref(), q.get("number")) {
            (Some("set"), _) => "已保存，从下一份文书起按新的设置取号。".to_owned(),
            (Some("void"), _) => "已作废，号码保留在登记簿里，不再使用。".to_owned(),
            (Some("brought"), Some(number)) => format!("已登记 {number}。"),
            (Some("taken"), Some(number)) => format!("已取号 {number}。"),
            _ => return None,
        };
        Some(view! { <div class="notice ok" role="status"><p>{words}</p></div> })
    };
    view! {
        <OfficePage current="/numbers">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"文号"</h1>
                    <p class="lead">"每种文书每年一列号，取过的号不再用，作废的留存根。标“示范”的代字还没有经区里确认。"</p>
                </div>
                {done}
                {loaded(data, move |page| show(&page, &asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &NumbersPage, asked: &NumbersQuery) -> AnyView {
    view! {
        <Problem draft=page.draft.clone() />
        {filter(page, asked)}
        {rows(page)}
        {(page.may_keep && page.open).then(|| by_hand(page, "take"))}
        {page.may_keep.then(|| by_hand(page, "bring"))}
        {register(page, asked)}
    }
    .into_any()
}

fn filter(page: &NumbersPage, asked: &NumbersQuery) -> AnyView {
    let years = page
        .years
        .iter()
        .map(|year| {
            let here = *year == page.year;
            view! { <option value=year.to_string() selected=here>{format!("{year}年")}</option> }
        })
        .collect_view();
    let now = asked.series.clone().unwrap_or_default();
    let export = format!("/numbers/export?year={}&series={now}", page.year);
    view! {
        <form class="filter" method="get" action="/numbers">
            <label>"年份 " <select name="year">{years}</select></label>
            <label>"文书 " <select name="series">
                <option value="" selected=now.is_empty()>"全部"</option>
                {options(page, &now)}
            </select></label>
            <button class="btn">"查询"</button>
            <a class="btn" rel="external" href=export>"导出 .xlsx"</a>
        </form>
    }
    .into_any()
}

fn options(page: &NumbersPage, now: &str) -> Vec<AnyView> {
    let option = |row: &SeriesRow| {
        let here = row.key == now;
        view! { <option value=row.key.clone() selected=here>{row.label.clone()}</option> }.into_any()
    };
    page.series.iter().map(option).collect()
}

fn rows(page: &NumbersPage) -> AnyView {
    let rows = page
        .series
        .iter()
        .map(|row| {
            let state = if row.confirmed.is_empty() {
                view! { <span class="tag">"示范"</span> }.into_any()
            } else {
                view! { <small>{row.confirmed.clone()}</small> }.into_any()
            };
            view! {
                <tr id=format!("row-{}", row.key)>
                    <td data-label="文书" class="title">{row.label.clone()}</td>
                    <td data-label="发文代字">{row.prefix.clone()} " " {state}</td>
                    <td data-label="下一个文号" class="nowrap">{row.sample.clone()}</td>
                    <td>{(page.may_keep && page.open).then(|| set_form(page, row))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" id="rows">
            <h2>{format!("{}年各类文书的下一个文号", page.year)}</h2>
            <div class="table-wrap"><table class="table">
                <thead><tr><th>"文书"</th><th>"发文代字"</th><th>"下一个文号"</th><th>"设置"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

/// The draft, where it is of this form; else an empty one.
fn of(page: &NumbersPage, form: &str, series: &str) -> Draft {
    let mine = page.draft.value("of", "") == form && (series.is_empty() || page.draft.value("series", "") == series);
    if mine { page.draft.clone() } else { Draft::default() }
}

fn set_form(page: &NumbersPage, row: &SeriesRow) -> AnyView {
    let draft = of(page, "set", &row.key);
    let open = !draft.fields.is_empty();
    // Every row has such a form: fields are told apart by their rows.
    let field = |name: &'static str, label: &'static str, value: String| {
        let id = format!("{name}-{}", row.key);
        let error = draft.problem_of(name);
        view! {
            <div class="field short">
                <label for=id.clone()>{label}</label>
                <input id=id name=name type="text" autocomplete="off" value=draft.value(name, value)
                    aria-invalid=error.is_some().then_some("true") />
                {error.map(|e| view! { <p class="error">{e}</p> })}
            </div>
        }
    };
    view! {
        <details class="dialog" open=open>
            <summary class="btn small" aria-label=format!("设置：{}", row.label)>"设置…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/numbers/set">
                    <FormMarks command=page.command />
                    <input type="hidden" name="of" value="set" />
                    <input type="hidden" name="series" value=row.key.clone() />
                    <input type="hidden" name="year" value=page.year.to_string() />
                    <input type="hidden" name="seen" value=row.seen.clone() />
                    {field("prefix", "发文代字", row.prefix.clone())}
                    {field("next", "下一个文号（号数）", row.next.to_string())}
                    <p class="hint">"已发出的文书不改。下一个文号要大于已用过的号。"</p>
                    <div class="actions"><button class="btn primary">"确认并保存"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// A number for a paper of which the system has nothing else: the next free one, or one that was used before.
fn by_hand(page: &NumbersPage, what: &'static str) -> AnyView {
    let draft = of(page, what, "");
    let taking = what == "take";
    let chosen = draft.value("series", "");
    let action = if taking { "/numbers/take" } else { "/numbers/bring" };
    let id = |name: &str| format!("{what}-{name}");
    view! {
        <section class="panel" id=what>
            <h2>{if taking { "给线下文书取号" } else { "登记已用过的文号" }}</h2>
            <p class="hint">
                {if taking {
                    "系统里的文书在签发时自动取号，不用在这里取。"
                } else {
                    "启用前或线下用过的号登记在这里，系统取号时不会再用。"
                }}
            </p>
            <form class="form" method="post" action=action>
                <FormMarks command=page.command />
                <input type="hidden" name="of" value=what />
                <input type="hidden" name="year" value=page.year.to_string() />
                <div class="field">
                    <label for=id("series")>"文书"</label>
                    <select id=id("series") name="series">{options(page, &chosen)}</select>
                </div>
                {(!taking).then(|| view! {
                    <TextField name="number" label=format!("{}年的号数", page.year) class="short"
                        value=draft.value("number", "") error=draft.problem_of("number") hint="只填号数，例如 8" />
                })}
                <div class="field">
                    <label for=id("title")>"文书标题"</label>
                    <input id=id("title") name="title" type="text" autocomplete="off" value=draft.value("title", "")
                        aria-invalid=draft.problem_of("title").map(|_| "true") />
                    {draft.problem_of("title").map(|e| view! { <p class="error">{e}</p> })}
                </div>
                <div class="actions"><button class="btn primary">{if taking { "取号" } else { "登记" }}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn register(page: &NumbersPage, asked: &NumbersQuery) -> AnyView {
    let lines = page.rows.iter().map(|row| line(page, row)).collect_view();
    let none = page.rows.is_empty();
    let address = |n: u32| {
        format!("/numbers?year={}&series={}&page={n}#register", page.year, asked.series.clone().unwrap_or_default())
    };
    let pager = (page.page > 1 || page.next).then(|| {
        view! {
            <nav class="pager" aria-label="登记簿分页">
                {(page.page > 1).then(|| view! { <a rel="prev" href=address(page.page - 1)>"后登记的"</a> })}
                {page.next.then(|| view! { <a rel="next" href=address(page.page + 1)>"先登记的"</a> })}
            </nav>
        }
    });
    view! {
        <section class="panel" id="register">
            <h2>"登记簿 " <small>{format!("{}年 {} 个号", page.year, page.total)}</small></h2>
            {if none {
                view! { <p class="muted">"这一年还没有取过号。"</p> }.into_any()
            } else {
                view! {
                    <div class="table-wrap"><table class="table">
                        <thead><tr><th>"文号"</th><th>"日期"</th><th>"文书"</th><th>"标题"</th><th>"经办人"</th><th>"状态"</th></tr></thead>
                        <tbody>{lines}</tbody>
                    </table></div>
                }
                .into_any()
            }}
            {pager}
        </section>
    }
    .into_any()
}

fn line(page: &NumbersPage, row: &NumberRow) -> AnyView {
    let title = if row.link.is_empty() {
        view! { {row.title.clone()} }.into_any()
    } else {
        view! { <a href=row.link.clone() rel="external">{row.title.clone()}</a> }.into_any()
    };
    let state = if row.void.is_empty() {
        let word = if row.outside { "线下登记" } else { "在用" };
        view! { <span class="state ok">"✓ " {word}</span> }.into_any()
    } else {
        view! {
            <span class="state none">"— 已作废"</span>
            <small>{format!("{}（{}）", row.void, row.void_by)}</small>
        }
        .into_any()
    };
    view! {
        <tr>
            <td data-label="文号" class="nowrap">{row.text.clone()}</td>
            <td data-label="日期" class="nowrap">{row.on.clone()}</td>
            <td data-label="文书">{row.label.clone()}</td>
            <td data-label="标题" class="title">{title}</td>
            <td data-label="经办人">{row.who.clone()}</td>
            <td data-label="状态">{state} {row.may_void.clone().map(|(series, n)| void_form(page, row, &series, n))}</td>
        </tr>
    }
    .into_any()
}

fn void_form(page: &NumbersPage, row: &NumberRow, series: &str, number: u32) -> AnyView {
    let draft = of(page, "void", series);
    let mine = draft.value("number", "") == number.to_string();
    let draft = if mine { draft } else { Draft::default() };
    let id = format!("reason-{series}-{number}");
    view! {
        <details class="dialog" open=mine>
            <summary class="btn small" aria-label=format!("作废：{}", row.text)>"作废…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/numbers/void">
                    <FormMarks command=page.command />
                    <input type="hidden" name="of" value="void" />
                    <input type="hidden" name="series" value=series.to_owned() />
                    <input type="hidden" name="year" value=page.year.to_string() />
                    <input type="hidden" name="number" value=number.to_string() />
                    <div class="field">
                        <label for=id.clone()>{format!("作废{}的原因", row.text)}</label>
                        <input id=id name="reason" type="text" autocomplete="off" value=draft.value("reason", "")
                            aria-invalid=draft.problem_of("reason").map(|_| "true") />
                        {draft.problem_of("reason").map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <p class="hint">"作废后留存根和原因，这个号不再使用。"</p>
                    <div class="actions"><button class="btn danger-plain">"作废"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
