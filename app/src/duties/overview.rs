//! `/duties`: the year's five lists, templates and leaders' lists, with what waits for whom.

use domain::duties::ListState;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::{done_notice, no_holidays, select, year_links};
use crate::{
    api::duties::{DutiesPage, DutiesQuery, LeaderLine, ListName, Overview},
    board::escape,
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/duties`.
#[component]
pub fn DutiesView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        DutiesQuery {
            year: q.get("year").and_then(|y| y.parse().ok()),
            kind: q.get("kind"),
            state: q.get("state"),
            q: q.get("q"),
            draft: q.get("draft"),
        }
    });
    let data = page_data(move || Overview { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置">"明责"</nav>
                {done_notice()}
                {loaded(data, move |page| show(page, asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn show(page: DutiesPage, asked: DutiesQuery) -> AnyView {
    let (year, may) = (page.year, page.may);
    // What is typed into the search filters the rows at once; 「查询」 asks the server.
    let typed = RwSignal::new(String::new());
    let export = format!(
        "/duties/export?what=year&year={year}&kind={}&state={}&q={}",
        asked.kind.clone().unwrap_or_default(),
        asked.state.clone().unwrap_or_default(),
        escape(asked.q.as_deref().unwrap_or_default())
    );
    view! {
        <div class="page-head">
            <h1>{format!("{year}年责任清单")}</h1>
            <div class="actions">
                {may.edit.then(|| view! { <a class="btn" href="/duties/import">"导入清单"</a> })}
                {may.edit.then(|| view! { <a class="btn" href="/duties/calendar">"工作日历"</a> })}
                <a class="btn" href="/duties/tasks">"年度任务清单"</a>
                <a class="btn" href=export rel="external">"导出"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {(page.enabled_on.is_none() && may.edit).then(|| view! {
            <div class="notice warn" role="status">
                <b>"启用日还没有设定"</b>
                <p>"设定启用日后才能下达清单；启用日之前到期的事项不计入任何人。"<a href="/duties/calendar">"去设定"</a></p>
            </div>
        })}
        {no_holidays(&page.no_holidays, may.edit)}
        {waiting(&page)}
        {filter(&page, &asked, typed)}
        {leaders(&page, &asked, typed)}
        {may.edit.then(|| make(&page))}
        {lists(&page)}
        {may.templates.then(|| templates(&page))}
    }
    .into_any()
}

fn waiting(page: &DutiesPage) -> AnyView {
    if page.waiting.is_empty() && page.handovers.is_empty() {
        return ().into_any();
    }
    let year = page.year;
    let lines = page
        .waiting
        .iter()
        .map(|w| {
            let words = format!("{} {} 份", w.words, w.count);
            let href = format!("/duties?year={year}&state={}", w.state);
            view! { <li>{w.mine.then(|| view! { <span class="tag">"待您办理"</span> " " })}<a href=href>{words}</a></li> }
        })
        .collect_view();
    let handovers = page
        .handovers
        .iter()
        .map(|(id, words)| view! { <li><a href=format!("/duties/handovers/{id}")>{words.clone()}</a></li> })
        .collect_view();
    view! { <section class="panel"><h2>"正在办理"</h2><ul>{lines}{handovers}</ul></section> }.into_any()
}

fn filter(page: &DutiesPage, asked: &DutiesQuery, typed: RwSignal<String>) -> AnyView {
    let kinds = std::iter::once((String::new(), format!("全部 {}", page.total))).chain(page.kinds.clone());
    let states = [(String::new(), "全部".to_owned()), ("none".to_owned(), "未制作".to_owned())]
        .into_iter()
        .chain(ListState::ALL.into_iter().map(|s| (s.key().to_owned(), s.label().to_owned())));
    let options = |all: Vec<(String, String)>, chosen: Option<&str>| {
        all.into_iter()
            .map(|(key, words)| {
                let here = Some(key.as_str()) == chosen.or(Some(""));
                view! { <option value=key selected=here>{words}</option> }
            })
            .collect_view()
    };
    view! {
        <form class="filter" method="get" action="/duties">
            <input type="hidden" name="year" value=page.year.to_string() />
            <span class="filter-links">{year_links("/duties?year=", &page.years, page.year)}</span>
            <label>"单位类型 " <select name="kind">{options(kinds.collect(), asked.kind.as_deref())}</select></label>
            <label>"状态 " <select name="state">{options(states.collect(), asked.state.as_deref())}</select></label>
            <label class="grow">
                "搜索 "
                <input
                    type="search"
                    name="q"
                    value=asked.q.clone().unwrap_or_default()
                    placeholder="单位、姓名"
                    on:input=move |e| typed.set(event_target_value(&e).trim().to_owned())
                />
            </label>
            <button class="btn">"查询"</button>
        </form>
    }
    .into_any()
}

fn leaders(page: &DutiesPage, asked: &DutiesQuery, typed: RwSignal<String>) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <div class="empty"><b>"没有符合条件的单位"</b><p>"换一个条件再查询。"</p></div>
        }
        .into_any();
    }
    let count = page.rows.iter().filter(|r| r.pick).count();
    let pickable = count > 0;
    // What 「全部」 means without scripts: the rows that the address asked for.
    let filters = [("kind", &asked.kind), ("state", &asked.state), ("q", &asked.q)]
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.clone().unwrap_or_default() /> })
        .collect_view();
    let rows = page.rows.iter().map(|row| leader_row(row, pickable, typed)).collect_view();
    let may = page.may;
    let button = |value: &'static str, words: &'static str| {
        view! { <button class="btn" name="step" value=value>{words}</button> " " }
    };
    view! {
        <form method="post" action="/duties/batch">
            <FormMarks command=page.command />
            <input type="hidden" name="year" value=page.year.to_string() />
            {filters}
            <table class="table">
                <thead>
                    <tr>
                        {pickable.then(|| view! { <th class="pick">"选"</th> })}
                        <th>"单位"</th>
                        <th>"党组织主要负责人"</th>
                        <th>"清单"</th>
                        <th>"状态"</th>
                        <th>"说明"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {pickable.then(|| view! {
                <div class="batch-bar">
                    <label><input type="checkbox" name="all" value="1" data-all="pick" /> {format!(" 全部 {count} 项")}</label>
                    <span>"对勾选的清单："</span>
                    {may.edit.then(|| view! {
                        {button("send", "送单位征求意见")}
                        {button("submit", "提交审定")}
                        {button("issue", "下达…")}
                    })}
                    {may.approve.then(|| button("approve", "审定"))}
                </div>
            })}
        </form>
    }
    .into_any()
}

/// State of a list by icon and word.
pub(super) fn state_mark(state: Option<ListState>) -> AnyView {
    let (class, icon, word) = match state {
        None => ("none", "—", "未制作"),
        Some(s @ ListState::Signed) => ("ok", "✓", s.label()),
        Some(s @ (ListState::Superseded | ListState::Frozen)) => ("none", "—", s.label()),
        Some(s) => ("pending", "◔", s.label()),
    };
    view! { <span class=format!("state {class}")>{icon} " " {word}</span> }.into_any()
}

fn leader_row(row: &LeaderLine, pickable: bool, typed: RwSignal<String>) -> AnyView {
    let names = format!("{} {}", row.unit, row.head);
    let away = move || typed.with(|t| !t.is_empty() && !names.contains(t.as_str()));
    let pick = row.list.filter(|_| row.pick).map(|(id, seen)| {
        let label = format!("选 {}", row.unit);
        view! { <input type="checkbox" name="pick" value=format!("{id}:{seen}") aria-label=label /> }
    });
    let list = match row.list {
        Some((id, _)) => {
            view! { <a href=format!("/duties/lists/{id}")>{format!("{}履责清单", row.edition)}</a> }.into_any()
        }
        None => "—".into_any(),
    };
    view! {
        <tr hidden=away>
            {pickable.then(|| view! { <td class="pick">{pick}</td> })}
            <td data-label="单位" class="title"><b>{row.unit.clone()}</b><small>{row.kind.clone()}</small></td>
            <td data-label="负责人">{row.head.clone()}</td>
            <td data-label="清单">{list}</td>
            <td data-label="状态">{state_mark(row.state)}</td>
            <td data-label="说明">{row.note.clone()}</td>
        </tr>
    }
    .into_any()
}

fn make(page: &DutiesPage) -> AnyView {
    let kinds = std::iter::once((String::new(), "全部单位".to_owned())).chain(page.kinds.clone()).collect();
    view! {
        <details class="dialog">
            <summary class="btn">"为各单位制作清单…"</summary>
            <div class="dialog-box">
                <h2>{format!("制作{}年第一责任人履责清单", page.year)}</h2>
                <p>"按已发布的模板为还没有清单的单位各制一份草稿，已有清单的单位不受影响。"</p>
                <form class="form" method="post" action="/duties/make">
                    <FormMarks command=page.command />
                    <input type="hidden" name="year" value=page.year.to_string() />
                    {select("kind", "单位类型", kinds, &page.draft.value("kind", ""), "half")}
                    <TextField name="effective_on" label="生效日期" kind="date" class="half"
                        value=page.draft.value("effective_on", page.effective_on.clone())
                        error=page.draft.problem_of("effective_on") />
                    <div class="actions"><button class="btn primary">"制作"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// A table of the page as a file.
fn table_file(what: &str, year: i32) -> AnyView {
    let href = format!("/duties/export?what={what}&year={year}");
    view! { <div class="actions"><a class="btn small" href=href rel="external">"导出 .xlsx"</a></div> }.into_any()
}

fn lists(page: &DutiesPage) -> AnyView {
    let plain = page
        .lists
        .iter()
        .map(|l| view! { <tr><td data-label="清单"><b>{l.name.clone()}</b></td><td data-label="责任主体">{l.party.clone()}</td></tr> })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{format!("{} 张责任清单", page.lists.len())}</h2>
            <table class="table keep">
                <thead><tr><th>"清单"</th><th>"责任主体"</th></tr></thead>
                <tbody>{plain}</tbody>
            </table>
            {table_file("names", page.year)}
            {page.may.edit.then(|| names_form(page))}
        </section>
    }
    .into_any()
}

fn names_form(page: &DutiesPage) -> AnyView {
    let draft = page.draft.clone();
    let blank = ListName {
        id: domain::ids::DutyListId(page.command.0),
        key: String::new(),
        name: String::new(),
        party: String::new(),
        position: 0,
        used: true,
    };
    let known = page.lists.len();
    let rows = page
        .lists
        .iter()
        .cloned()
        .chain(std::iter::once(blank))
        .enumerate()
        .map(|(n, list)| {
            let old = n < known;
            let at = |name: &str| format!("{name}_{n}");
            let order = if old { (n + 1).to_string() } else { String::new() };
            let field = |name: &str, own: String, label: &str| {
                let key = at(name);
                let value = draft.value(&key, own);
                view! { <input name=key value=value aria-label=label.to_owned() /> }
            };
            view! {
                <tr>
                    <td data-label="次序">
                        {old.then(|| view! { <input type="hidden" name=at("id") value=list.id.to_string() /> })}
                        {field("position", order, "次序")}
                    </td>
                    <td data-label="清单名称">{field("name", list.name.clone(), "清单名称")}</td>
                    <td data-label="责任主体">{field("party", list.party.clone(), "责任主体")}</td>
                    <td data-label="去掉">
                        {(!list.used).then(|| view! {
                            <label><input type="checkbox" name=at("drop") value="1" /> " 去掉"</label>
                        })}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="dialog">
            <summary class="btn small">"改名称、次序、张数…"</summary>
            <div class="dialog-box">
                <form method="post" action="/duties/names">
                    <FormMarks command=page.command />
                    <table class="table">
                        <thead><tr><th>"次序"</th><th>"清单名称"</th><th>"责任主体"</th><th>"去掉"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                    <p class="hint">"最后一行用来增加一张；已有模板的清单不能去掉。"</p>
                    <div class="actions"><button class="btn primary">"保存"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn templates(page: &DutiesPage) -> AnyView {
    let rows = page
        .templates
        .iter()
        .map(|t| {
            let words = format!("{}（第{}版）", t.list, t.edition);
            view! {
                <tr>
                    <td data-label="模板"><a href=format!("/duties/templates/{}", t.id)>{words}</a></td>
                    <td data-label="适用单位">{t.kind.clone()}</td>
                    <td data-label="条目">{format!("{} 条", t.items)}</td>
                    <td data-label="状态">{t.state.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let empty = page.templates.is_empty();
    let lists = page.lists.iter().map(|l| (l.key.clone(), l.name.clone())).collect();
    let kinds = std::iter::once((String::new(), "各类单位通用".to_owned())).chain(page.kinds.clone()).collect();
    view! {
        <section class="panel">
            <h2>{format!("{}年清单模板", page.year)}</h2>
            {empty.then(|| view! {
                <div class="empty">
                    <b>"还没有责任清单"</b>
                    <p>"先下载模板，把区里的清单贴进去，再导入；也可以新制一版逐条添加。"</p>
                    {page.may.edit.then(|| view! {
                        <div class="actions"><a class="btn primary" href="/duties/import">"导入清单"</a></div>
                    })}
                </div>
            })}
            {(!empty).then(|| view! {
                <table class="table">
                    <thead><tr><th>"模板"</th><th>"适用单位"</th><th>"条目"</th><th>"状态"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {table_file("templates", page.year)}
            })}
            {page.may.edit.then(|| view! {
                <details class="dialog">
                    <summary class="btn small">"新制一版模板…"</summary>
                    <div class="dialog-box">
                        <form class="form" method="post" action="/duties/templates/new">
                            <FormMarks command=page.command />
                            <input type="hidden" name="year" value=page.year.to_string() />
                            {select("list", "清单", lists, &page.draft.value("list", "first_responsible"), "half")}
                            {select("kind", "适用单位", kinds, &page.draft.value("kind", ""), "half")}
                            <div class="actions"><button class="btn primary">"新制"</button></div>
                        </form>
                    </div>
                </details>
            })}
        </section>
    }
    .into_any()
}
