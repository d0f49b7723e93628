//! `/oversight`: the books a body reads, this period's step of each, and the registration of many at
//! once with a page that asks once more.

use domain::oversight::Purpose;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::oversight::{ReadingRow, Readings, ReadingsPage, ReadingsQuery},
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/oversight`.
#[component]
pub fn ReadingsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| ReadingsQuery {
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        draft: query.read().get("draft"),
        after: query.read().get("after"),
        step: query.read().get("step"),
        state: query.read().get("state"),
        post: query.read().get("post"),
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || Readings { form: asked.get() });
    view! {
        <OfficePage current="/oversight">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"翻阅检查"</h1>
                    <p class="lead">"先登记、告知，再按日期翻阅；意见当面反馈，双方签字。"</p>
                </div>
                {move || done.get().map(|made| {
                    // One reading is named; those of many stand at their units.
                    let one = (made.len() > 1).then(|| view! { " " <a href=format!("/oversight/{made}") rel="external">"打开这次检查"</a> });
                    view! { <div class="notice ok" role="status"><p>"已登记，并已告知各单位负责人。" {one}</p></div> }
                })}
                {loaded(data, move |page| {
                    let asked = asked.get_untracked();
                    show(&page, asked.draft.unwrap_or_default(), asked.step.unwrap_or_default())
                })}
            </main>
        </OfficePage>
    }
}

fn show(page: &ReadingsPage, draft: String, step: String) -> AnyView {
    if page.confirm {
        return confirm(page, draft);
    }
    let years = page
        .years
        .iter()
        .map(|year| {
            let here = (*year == page.year).then_some("true");
            view! { <a href=address(*year, page.running) aria-current=here>{format!("{year}年")}</a> }
        })
        .collect_view();
    let export = address(page.year, page.running).replace("/oversight?", "/oversight/export?");
    let here = |yes: bool| yes.then_some("true");
    let states = view! {
        <span class="filter-links">
            <a href=address(page.year, false) aria-current=here(!page.running)>"全部"</a>
            <a href=address(page.year, true) aria-current=here(page.running)>"翻阅进行中"</a>
        </span>
    };
    let rows = page.rows.iter().map(|row| line(row, page)).collect_view();
    let table = view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        {page.may_register.then(|| view! { <th class="pick">"选择"</th> })}
                        <th>"单位"</th>
                        <th>"本期督责"</th>
                        <th>"翻阅检查"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let takings = page.takings.then(|| view! { <a class="btn" href="/oversight/takings">"依规调取"</a> });
    view! {
        <div class="filter"><span class="filter-links">{years}</span> {states} {takings} <a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        {if page.running && page.rows.is_empty() {
            view! { <p class="muted">"现在没有正在进行的翻阅检查。"</p> }.into_any()
        } else if page.may_register {
            view! {
                <form class="form" method="post" action="/oversight/register" id="register">
                    <FormMarks command=page.command draft=draft />
                    <input type="hidden" name="year" value=page.year.to_string() />
                    <input type="hidden" name="after" value=page.after.clone() />
                    <input type="hidden" name="step" value=page.draft.value("step", step) />
                    <Problem draft=page.draft.clone() />
                    <p class="hint">"先在下面选择单位，再" <a href="#fields" rel="external">"填写日期和人员"</a> "。"</p>
                    {table}
                    {fields(page)}
                </form>
            }
            .into_any()
        } else {
            table.into_any()
        }}
        {pager(page)}
    }
    .into_any()
}

/// The list of a year, or of those in it that are being read.
fn address(year: i32, running: bool) -> String {
    format!("/oversight?year={year}{}", if running { "&state=open" } else { "" })
}

/// What is chosen is registered page by page.
fn pager(page: &ReadingsPage) -> Option<AnyView> {
    let address = address(page.year, page.running);
    let next = page.next.map(|after| format!("{address}&after={after}"));
    (next.is_some() || !page.after.is_empty()).then(|| {
        let first = (!page.after.is_empty()).then(|| view! { <a href=address rel="first">"回到第一页"</a> });
        let next = next.map(|next| view! { <a href=next rel="next">"后面的单位"</a> });
        view! { <nav class="pager" aria-label="分页">{first} {next}</nav> }.into_any()
    })
}

fn line(row: &ReadingRow, page: &ReadingsPage) -> AnyView {
    let step = if row.done {
        view! { <span class="state ok">"✓ 已确认"</span> }.into_any()
    } else if row.late {
        // The body's own delay; the unit is not coloured by it.
        view! { <span class="state warn">"▲ 本单位待完成"</span> }.into_any()
    } else if row.underway {
        view! { <span class="state none">"— 检查进行中"</span> }.into_any()
    } else {
        view! { <span class="state none">"— 待确认"</span> }.into_any()
    };
    let reading = row.reading.map(|id| {
        view! { <a class="sheet-link" href=format!("/oversight/{id}") rel="external">{row.words.clone()}</a> <small>{row.phase.clone()}</small> }
    });
    let post = row.post.to_string();
    let label = format!("选择{}", row.unit);
    let pick = page.may_register.then(|| {
        if row.open {
            // One reading of a book at a time.
            return view! { <td class="pick named"><small>"检查未办结"</small></td> }.into_any();
        }
        let chosen = page.draft.has("post", &post) || page.chosen == post;
        view! {
            <td class="pick named">
                <label><input type="checkbox" name="post" value=post.clone() aria-label=label checked=chosen /> "选择"</label>
            </td>
        }
        .into_any()
    });
    view! {
        <tr>
            {pick}
            <td class="title" data-label="单位"><b>{row.unit.clone()}</b> <small>{row.who.clone()}</small></td>
            <td data-label="本期督责">{step} <small>{row.step.clone()}</small></td>
            <td data-label="翻阅检查">{reading}</td>
        </tr>
    }
    .into_any()
}

fn fields(page: &ReadingsPage) -> AnyView {
    let draft = page.draft.clone();
    let purposes = Purpose::ALL
        .into_iter()
        .map(|p| {
            let chosen = draft.value("purpose", page.purpose.key()) == p.key();
            view! { <ChoiceChip kind="radio" name="purpose" value=p.key() label=p.label() checked=chosen /> }
        })
        .collect_view();
    let readers = page
        .readers
        .iter()
        .map(|(id, name)| {
            let id = id.to_string();
            // The only one there is needs no choosing.
            let chosen = draft.has("reader", &id) || (page.readers.len() == 1 && draft.fields.is_empty());
            view! { <ChoiceChip kind="checkbox" name="reader" value=id label=name.clone() checked=chosen /> }
        })
        .collect_view();
    view! {
        <section class="panel" id="fields">
            <h2>"登记翻阅检查"</h2>
            {draft.problem_of("post").map(|e| view! { <p class="error">{e}</p> })}
            <fieldset class="field"><legend>"检查类型"</legend><div class="radio-chips">{purposes}</div></fieldset>
            <TextField name="from" label="开始日期" kind="date" class="half"
                value=draft.value("from", page.today.clone()) error=draft.problem_of("from") />
            <TextField name="to" label="结束日期" kind="date" class="half" hint="留空为当天"
                value=draft.value("to", "") error=draft.problem_of("to") />
            <fieldset class="field">
                <legend>"翻阅人员"</legend>
                <div class="chips">{readers}</div>
                {draft.problem_of("reader").map(|e| view! { <p class="error">{e}</p> })}
            </fieldset>
            <TextField name="share" label="抽查比例（%）" class="short" hint="示范值，按条目抽取，可复核；登记后打开这次检查，可改为人工选定"
                value=draft.value("share", page.share.to_string()) error=draft.problem_of("share") />
            <TextField name="least" label="不少于几条" class="short" hint="可不填；清单不够的全部列入，下一步会列出各抽几条"
                value=draft.value("least", "") error=draft.problem_of("least") />
            <p class="hint">"核对、确认登记后，当天就告知各单位负责人，不等到开始日期。"</p>
            <div class="actions"><button class="btn primary">"下一步：核对"</button></div>
        </section>
    }
    .into_any()
}

/// Everything once more, before the heads are told.
fn confirm(page: &ReadingsPage, draft: String) -> AnyView {
    let kept = page.draft.clone();
    let hidden = kept
        .fields
        .iter()
        .filter(|(name, _)| name != "sure")
        .cloned()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let units = page
        .rows
        .iter()
        .filter(|row| kept.has("post", &row.post.to_string()))
        .map(|row| {
            let note = format!("{}　{}", row.who, row.draw);
            view! { <li><div><b>{row.unit.clone()}</b><small>{note}</small></div></li> }
        })
        .collect_view();
    let names: Vec<String> =
        page.readers.iter().filter(|(id, _)| kept.has("reader", &id.to_string())).map(|(_, n)| n.clone()).collect();
    let purpose = Purpose::from_key(&kept.value("purpose", "")).map_or("", Purpose::label);
    let (from, to) = (kept.value("from", ""), kept.value("to", ""));
    let least = match kept.value("least", "") {
        none if none.trim().is_empty() => String::new(),
        least => format!("，不少于 {least} 条"),
    };
    let days = if to.is_empty() { from } else { format!("{from} 至 {to}") };
    view! {
        <section class="panel" id="confirm">
            <h2>"核对后登记"</h2>
            <dl class="kv">
                <dt>"检查类型"</dt><dd>{purpose}</dd>
                <dt>"记录本年度"</dt><dd>{kept.value("year", "")}</dd>
                <dt>"日期"</dt><dd>{days}</dd>
                <dt>"告知负责人"</dt><dd>{format!("确认登记后立即告知（{}）", page.today)}</dd>
                <dt>"翻阅人员"</dt><dd>{names.join("、")}</dd>
                <dt>"抽查比例"</dt><dd>{kept.value("share", "")} "%" {least}</dd>
            </dl>
            <ul class="rows">{units}</ul>
            <form method="post" action="/oversight/register">
                <FormMarks command=page.command draft=draft />
                {hidden}
                <input type="hidden" name="sure" value="1" />
                <p class="hint">"登记后立即告知负责人，翻阅人员只在这些日期可以查看正文。"</p>
                <div class="actions">
                    <button class="btn primary">"确认登记并告知"</button>
                    <a class="btn" href="/oversight">"返回"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}
