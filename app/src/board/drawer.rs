//! The drawer: a cell with its reason and items, or one item with its thread.

use domain::{board::Duty, people::Role};
use leptos::prelude::*;

use super::view::Place;
use crate::{
    api::{
        ApiError,
        board::{CellPage, CellProblem, CellQuery, ItemPage, ItemQuery, ThreadRow, cell, item},
    },
    ui::{loaded, page_data_of, ring, state, state_as, why},
    viewer::viewer,
};

/// What the drawer shows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Shown {
    Nothing,
    Cell(Box<CellPage>),
    Item(Box<ItemPage>),
}

async fn fetch(place: Place) -> Result<Shown, ApiError> {
    let Some(post) = place.post else { return Ok(Shown::Nothing) };
    if let Some(id) = place.item {
        return item(ItemQuery { post, year: place.year, item: id }).await.map(|p| Shown::Item(Box::new(p)));
    }
    let duty = place.duty.unwrap_or_else(|| "lv".to_owned());
    cell(CellQuery { post, year: place.year, duty, period: place.period }).await.map(|p| Shown::Cell(Box::new(p)))
}

/// The drawer of `place`.
pub(super) fn drawer(place: Memo<Place>) -> AnyView {
    let data = page_data_of(move || place.get(), fetch);
    view! {
        <aside class="drawer" aria-label="详情" class:closed=move || place.get().post.is_none()>
            {loaded(data, move |shown| match shown {
                Shown::Nothing => ().into_any(),
                Shown::Cell(page) => cell_view(*page, place),
                Shown::Item(page) => item_view(*page, place),
            })}
        </aside>
    }
    .into_any()
}

fn cell_view(page: CellPage, place: Memo<Place>) -> AnyView {
    let duty = Duty::from_key(&page.duty).unwrap_or(Duty::Lv);
    let listed = page.items.len();
    let items = page
        .items
        .into_iter()
        .map(|i| {
            let to = move || {
                let p = place.get();
                p.with(&format!("{}&item={}", p.cell(duty.key()), i.duty))
            };
            view! {
                <li>
                    <a href=to>
                        <b>{i.code.clone()} " " {i.text.clone()}</b>
                        {state_as(i.tone, i.word.clone())}
                    </a>
                </li>
            }
        })
        .collect_view();
    let row_only = !page.book;
    let narrowed = !page.only.is_empty();
    let book = page.book.then(|| {
        let to = move || {
            let p = place.get();
            let year = p.year.map(|y| format!("&year={y}")).unwrap_or_default();
            format!("/records?post={}{year}", p.post.unwrap_or_default())
        };
        let turned = move || {
            let p = place.get();
            let year = p.year.map(|y| format!("&year={y}")).unwrap_or_default();
            format!("/book?post={}{year}", p.post.unwrap_or_default())
        };
        view! {
            <div class="actions">
                <a class="btn primary" rel="external" href=to>"打开记录本"</a>
                <a class="btn" rel="external" href=turned>"翻开"</a>
                {(duty == Duty::Lv && sees_colours()).then(|| view! {
                    <a class="btn" href=move || colours(&place.get(), "")>"颜色经过"</a>
                })}
            </div>
        }
    });
    view! {
        <a class="drawer-close" href=move || place.get().with("")>"← 返回看板"</a>
        <h2>{page.unit} " · " {duty.label()}</h2>
        <p class="lead">{page.head}</p>
        {why(page.tone, page.word, page.why, page.rule)}
        {(!page.progress.is_empty()).then(|| view! { <p class="muted">{page.progress.clone()}</p> })}
        {ledger(&page.ledger, &page.problems)}
        {thread(page.thread)}
        {narrowed.then(|| view! {
            <p class="hint" role="status">
                {format!("只列{}应落实的 {listed} 条。", page.only)}
                <a href=move || whole(&place.get(), duty)>"列出全年"</a>
            </p>
        })}
        <ul class="rows">{items}</ul>
        {book}
        {row_only.then(|| view! { <p class="hint">"这里只显示状态和原因。清单条目和履责记录由本人、联络员和监督它的单位查看。"</p> })}
    }
    .into_any()
}

/// 问责: the numbers with their ledgers, and each open problem with its thread.
fn ledger(numbers: &[(String, String)], problems: &[CellProblem]) -> AnyView {
    if numbers.is_empty() {
        return ().into_any();
    }
    let numbers = numbers
        .iter()
        .cloned()
        .map(|(words, to)| view! { <li><a href=to rel="external">{words}</a></li> })
        .collect_view();
    let problems = problems
        .iter()
        .cloned()
        .map(|one| {
            let to = format!("/chain/item?problem={}", one.id);
            view! {
                <li>
                    <a href=to rel="external"><b>{one.number} " " {one.problem}</b> {state_as(one.tone, one.word)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="o-parts" aria-label="问题整改台账">{numbers}</ul>
        <ul class="rows">{problems}</ul>
    }
    .into_any()
}

/// The same cell with every item of the year.
fn whole(place: &Place, duty: Duty) -> String {
    let all = Place { period: None, ..place.clone() };
    all.with(&all.cell(duty.key()))
}

fn item_view(page: ItemPage, place: Memo<Place>) -> AnyView {
    let back = move || {
        let p = place.get();
        p.with(&p.cell(p.duty.as_deref().unwrap_or_default()))
    };
    let occurrences = page
        .occurrences
        .into_iter()
        .map(|o| {
            view! {
                <tr>
                    <td data-label="周期">{o.period}</td>
                    <td data-label="到期">{o.due}</td>
                    <td data-label="情况">{state(o.tone)} <small>{o.state}</small></td>
                </tr>
            }
        })
        .collect_view();
    let export = move || {
        let p = place.get();
        let year = p.year.map(|y| format!("&year={y}")).unwrap_or_default();
        format!("/board/item/export?post={}&item={}{year}", p.post.unwrap_or_default(), p.item.unwrap_or_default())
    };
    let chain = move || {
        let p = place.get();
        let year = p.year.map(|y| format!("&year={y}")).unwrap_or_default();
        format!("/chain/item?post={}&duty={}{year}", p.post.unwrap_or_default(), p.item.unwrap_or_default())
    };
    view! {
        <a class="drawer-close" href=back>"← 返回本单位"</a>
        <h2>{page.code} " " {page.text}</h2>
        <p class="lead">{page.unit} "，" {page.head} " · " {page.group}</p>
        <p class="muted">{page.note}</p>
        {why(page.tone, page.word, page.why, page.rule)}
        {sees_colours().then(|| view! {
            <p><a href=move || { let p = place.get(); let item = p.item.clone().unwrap_or_default(); colours(&p, &item) }>"颜色经过"</a></p>
        })}
        {thread(page.thread)}
        <table class="table keep dense">
            <thead><tr><th>"周期"</th><th>"到期"</th><th>"情况"</th></tr></thead>
            <tbody>{occurrences}</tbody>
        </table>
        <div class="actions">
            <a class="btn small primary" rel="external" href=chain>"全程一条线"</a>
            <a class="btn small" rel="external" href=export>"导出 .xlsx"</a>
        </div>
    }
    .into_any()
}

/// The head for himself, and the commission; not the 联络员.
fn sees_colours() -> bool {
    let viewer = viewer();
    viewer.has(Role::Principal) || viewer.in_office()
}

/// The colours of a place with their history, at one item.
fn colours(place: &Place, item: &str) -> String {
    let year = place.year.map(|y| format!("?year={y}")).unwrap_or_default();
    let at = if item.is_empty() { String::new() } else { format!("#i{item}") };
    format!("/oversight/colours/{}{year}{at}", place.post.clone().unwrap_or_default())
}

fn thread(rows: Vec<ThreadRow>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let duty = Duty::from_key(&row.stage).unwrap_or(Duty::Ming);
            let title = if row.link.is_empty() {
                view! { <b>{row.title}</b> }.into_any()
            } else {
                view! { <a href=row.link rel="external"><b>{row.title}</b></a> }.into_any()
            };
            view! { <li>{ring(duty, "small")} {title} <small>{row.note}</small></li> }
        })
        .collect_view();
    view! { <ol class="thread">{rows}</ol> }.into_any()
}
