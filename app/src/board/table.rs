//! The table: only rows in sight are drawn once scripts run; without scripts, all.

use domain::board::Duty;
use leptos::prelude::*;

use super::view::Place;
use crate::{
    api::board::{BoardPage, BoardRow},
    ui::ring,
};

/// Rows drawn around the visible ones.
const MARGIN: usize = 8;
/// Up to this many rows everything is drawn: scrolling costs nothing there.
const WHOLE: usize = 60;
/// Rows drawn at once beyond that; without scripts, rows of a page.
const WINDOW: usize = 60;

/// The table with its own scroller.
pub(super) fn table(page: &BoardPage, place: Memo<Place>) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <div class="empty">
                <b>"没有符合条件的单位"</b>
                <p>"放宽上面的条件再试；还没有导入组织和清单时，先从「组织与人员」「明责」开始。"</p>
                <div class="actions"><a class="btn" href="/board">"清空条件"</a></div>
            </div>
        }
        .into_any();
    }
    let heads = Duty::ALL
        .into_iter()
        .map(|d| view! { <th scope="col" class=d.css()>{ring(d, "small")} {d.label()}</th> })
        .collect_view();
    let rows = StoredValue::new(page.rows.clone());
    let total = page.rows.len();
    // First visible row; without scripts the page of the address.
    let start = place.get_untracked().from.min(total);
    let top = RwSignal::new(start);
    // Row height in pixels, once scripts measured it.
    let height = RwSignal::new(0_f64);
    let shown = Memo::new(move |_| {
        if total <= WHOLE {
            (0, total)
        } else if height.get() <= 0.0 {
            (start, (start + WINDOW).min(total))
        } else {
            let from = top.get().saturating_sub(MARGIN);
            (from, (from + WINDOW).min(total))
        }
    });
    let on_scroll = move |ev: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        measure(&ev, total, top, height);
        #[cfg(not(feature = "hydrate"))]
        {
            let _ = (&ev, height);
        }
    };
    let spacer = move |rows: usize| {
        (rows > 0).then(|| {
            let px = height.get() * f64::from(u32::try_from(rows).unwrap_or(0));
            view! { <tr class="spacer" aria-hidden="true"><td colspan="6" prop:height=format!("{px}")></td></tr> }
        })
    };
    view! {
        <div class="board-scroll" on:scroll=on_scroll tabindex="0" aria-label="五责链看板表">
            <table class="board">
                <thead><tr><th scope="col">"单位"</th>{heads}</tr></thead>
                <tbody>
                    {move || spacer(shown.get().0)}
                    {move || {
                        let (from, to) = shown.get();
                        rows.with_value(|rows| {
                            rows[from.min(rows.len())..to.min(rows.len())]
                                .iter()
                                .map(|row| row_view(row, place))
                                .collect_view()
                        })
                    }}
                    {move || spacer(total.saturating_sub(shown.get().1))}
                </tbody>
            </table>
        </div>
        {(total > WHOLE).then(|| pager(start, total, place))}
    }
    .into_any()
}

/// Pages for browsers without scripts (and for readers who prefer them).
fn pager(start: usize, total: usize, place: Memo<Place>) -> AnyView {
    let at = place.get_untracked();
    let link = |from: usize| at.with(&format!("from={from}"));
    let end = (start + WINDOW).min(total);
    view! {
        <nav class="pager" aria-label="分页">
            {(start > 0).then(|| view! { <a rel="prev" href=link(start.saturating_sub(WINDOW))>"上一页"</a> })}
            <span>"第 " {start + 1} "—" {end} " 个单位，共 " {total} " 个"</span>
            {(end < total).then(|| view! { <a rel="next" href=link(end)>"下一页"</a> })}
        </nav>
    }
    .into_any()
}

/// Reads the row height once and the first visible row on every scroll.
#[cfg(feature = "hydrate")]
fn measure(ev: &leptos::ev::Event, total: usize, top: RwSignal<usize>, height: RwSignal<f64>) {
    use leptos::wasm_bindgen::JsCast as _;
    if total <= WHOLE {
        return;
    }
    let Some(scroller) = ev.target().and_then(|t| t.dyn_into::<leptos::web_sys::Element>().ok()) else { return };
    if height.get_untracked() <= 0.0
        && let Ok(Some(row)) = scroller.query_selector("tbody tr:not(.spacer)")
    {
        height.set(row.get_bounding_client_rect().height());
    }
    let row = height.get_untracked().max(1.0);
    let at = f64::from(scroller.scroll_top()) / row;
    // Scroll positions are small and never negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the number of rows")]
    let first = at.max(0.0) as usize;
    if first != top.get_untracked() {
        top.set(first.min(total));
    }
}

fn row_view(row: &BoardRow, place: Memo<Place>) -> AnyView {
    let post = row.post.clone();
    let chosen = {
        let post = post.clone();
        move || place.get().post.as_deref() == Some(post.as_str())
    };
    let cells = Duty::ALL
        .into_iter()
        .zip(row.cells.iter())
        .map(|(duty, cell)| {
            let key = duty.key();
            let to = {
                let post = post.clone();
                move || place.get().with(&format!("post={post}&duty={key}"))
            };
            let here = {
                let post = post.clone();
                move || {
                    let p = place.get();
                    (p.post.as_deref() == Some(post.as_str()) && p.duty.as_deref() == Some(key)).then_some("true")
                }
            };
            view! {
                <td class=duty.css()>
                    <a href=to aria-current=here>
                        <span class=format!("state {}", cell.0.css())>{cell.0.icon()} " " {cell.1.clone()}</span>
                        <small>{cell.2.clone()}</small>
                    </a>
                </td>
            }
        })
        .collect_view();
    let unit_to = {
        let post = post.clone();
        move || place.get().with(&format!("post={post}&duty=lv"))
    };
    view! {
        <tr aria-selected=move || if chosen() { "true" } else { "false" }>
            <th scope="row" class="unit">
                <a href=unit_to>
                    <b>{row.unit.clone()}</b>
                    <small>{row.head.clone()}</small>
                </a>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}
