//! The dry run: totals over items, then each item that another rule set colours otherwise. Never a sum per unit.

use domain::board::Tone;
use leptos::prelude::*;

use crate::{
    api::rules::{DryPage, RuleDraftPage, ShiftRow},
    ui::state_as,
};

/// The dry run of a draft.
pub(super) fn show(open: &RuleDraftPage, dry: &DryPage) -> AnyView {
    let id = open.id.map(|id| id.to_string()).unwrap_or_default();
    let totals = dry
        .totals
        .iter()
        .map(|(tone, before, after)| {
            let change = i64::from(*after) - i64::from(*before);
            let change = match change {
                0 => "不变".to_owned(),
                n if n > 0 => format!("多 {n} 条"),
                n => format!("少 {} 条", -n),
            };
            view! {
                <tr>
                    <th scope="row">{state_as(*tone, tone.word().to_owned())}</th>
                    <td data-label="现在">{format!("{before} 条")}</td>
                    <td data-label="试算后">{format!("{after} 条")}</td>
                    <td data-label="变化">{change}</td>
                </tr>
            }
        })
        .collect_view();
    let receipts = match dry.receipts {
        0 => String::new(),
        n => format!("另有 {n} 份等待签收的清单，签收期限、电话提醒或颜色会变，列在最后。"),
    };
    let rows = dry.rows.iter().map(line).collect_view();
    let tones = Tone::ALL
        .into_iter()
        .map(|tone| {
            let chosen = dry.to == tone.key();
            view! { <option value=tone.key() selected=chosen>{format!("变为{}", tone.word())}</option> }
        })
        .collect_view();
    let units = dry
        .units
        .iter()
        .cloned()
        .map(|(post, name)| {
            let post = post.to_string();
            let chosen = dry.post == post;
            view! { <option value=post selected=chosen>{name}</option> }
        })
        .collect_view();
    let export = format!("/oversight/rules/export?id={id}&dry=1&to={}&post={}&page={}", dry.to, dry.post, dry.page);
    view! {
        <section class="panel" id="dry" aria-labelledby="dry-head">
            <h2 id="dry-head">"试算"</h2>
            <p>{format!("按{}的事实，采用这份规则会有 {} 条事项变色。{receipts}只是试算，没有改动任何颜色。", dry.as_of, dry.changed)}</p>
            {(!dry.all_red.is_empty()).then(|| view! {
                <div class="notice error" role="alert">
                    <b>"会把已有颜色的事项全部变成红色，不能报审"</b><p>{format!("例如：{}", dry.all_red)}</p>
                </div>
            })}
            {(!dry.all_hard.is_empty()).then(|| view! {
                <div class="notice error" role="alert"><b>"硬性事项写得太多，不能报审"</b><p>{dry.all_hard.clone()}</p></div>
            })}
            {(!dry.warnings.is_empty()).then(|| {
                let lines = dry.warnings.iter().cloned().map(|line| view! { <p>{line}</p> }).collect_view();
                view! { <div class="notice warn" role="alert"><b>"变动很大，请先核对"</b>{lines}</div> }
            })}
            {(!dry.unknown.is_empty()).then(|| view! {
                <div class="notice warn"><p>{format!("草稿里写了本年清单上没有的编号：{}。对应的规则不起作用，请核对。", dry.unknown.join("、"))}</p></div>
            })}
            <div class="table-wrap">
                <table class="table">
                    <caption class="visually-hidden">"全区条目按颜色合计"</caption>
                    <thead><tr><th scope="col">"颜色"</th><th scope="col">"现在"</th><th scope="col">"试算后"</th><th scope="col">"变化"</th></tr></thead>
                    <tbody>{totals}</tbody>
                </table>
            </div>
            <form class="filter" method="get" action="/oversight/rules">
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="dry" value="1" />
                <label for="dry-to">"颜色"</label>
                <select id="dry-to" name="to"><option value="">"全部变化"</option>{tones}</select>
                <label for="dry-post">"单位"</label>
                <select id="dry-post" name="post"><option value="">"全部单位"</option>{units}</select>
                <button class="btn">"筛选"</button>
                <a class="btn" rel="external" href=export>"导出"</a>
            </form>
            {if dry.rows.is_empty() {
                view! { <div class="empty"><b>"没有事项变色"</b><p>"按今天的事实，这份规则和现行规则的颜色相同，或没有符合筛选条件的。"</p></div> }
                    .into_any()
            } else {
                view! {
                    <div class="table-wrap">
                        <table class="table">
                            <thead><tr><th scope="col">"单位、条目"</th><th scope="col">"现在"</th><th scope="col">"试算后"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
            {pager(open, dry)}
        </section>
    }
    .into_any()
}

fn line(row: &ShiftRow) -> AnyView {
    let side = |(tone, word, why): &(Tone, String, String)| {
        view! { {state_as(*tone, word.clone())} <p><small>{why.clone()}</small></p> }.into_any()
    };
    view! {
        <tr>
            <td class="title" data-label="单位、条目"><b>{row.unit.clone()}</b> <a href=row.link.clone()>{row.item.clone()}</a></td>
            <td data-label="现在">{side(&row.from)}</td>
            <td data-label="试算后">{side(&row.to)}</td>
        </tr>
    }
    .into_any()
}

fn pager(open: &RuleDraftPage, dry: &DryPage) -> Option<AnyView> {
    let id = open.id?;
    let to = |n: u32| format!("/oversight/rules?id={id}&dry=1&to={}&post={}&page={n}#dry", dry.to, dry.post);
    let before = (dry.page > 1).then(|| dry.page - 1);
    let next = dry.more.then(|| dry.page + 1);
    (before.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="分页">
                {before.map(|n| view! { <a href=to(n) rel="prev">"上一页"</a> })}
                {next.map(|n| view! { <a href=to(n) rel="next">"下一页"</a> })}
            </nav>
        }
        .into_any()
    })
}
