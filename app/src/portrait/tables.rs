//! The numbers of the portrait: a chart of each duty with its table, the year's list by dimension, the findings.

use domain::{
    board::Duty,
    portrait::{Column, Dimension, ItemState, Part, Portrait, Series},
    time::zh,
};
use leptos::prelude::*;

use super::{
    facts,
    sheet::{duty_head, number},
};
use crate::{
    api::portrait::PortraitPage,
    ui::{Chart, ChartColumn, Fill, stacked_bars, stacked_html, step_html, step_line},
};

/// How the parts of a bar look; the same part looks the same in every chart.
fn fill(part: Part) -> Fill {
    match part {
        Part::Late | Part::SignedLate | Part::ToAdd => Fill::Hatched,
        Part::Wanting | Part::Mismatch => Fill::Crossed,
        Part::Pending | Part::Unsigned => Fill::Empty,
        Part::Closed => Fill::Dotted,
        _ => Fill::Solid,
    }
}

/// Lines below a column: 「三季度」, 「2026」, 「进行中」.
fn labels(column: &Column) -> Vec<String> {
    let name = match column.quarter.no {
        1 => "一季度",
        2 => "二季度",
        3 => "三季度",
        _ => "四季度",
    };
    let mut lines = vec![name.to_owned(), column.quarter.year.to_string()];
    if column.running {
        lines.push("进行中".to_owned());
    }
    lines
}

/// A duty over the quarters: chart and table, or one sentence where there never was anything.
pub(super) fn duty(page: &PortraitPage, series: &Series) -> AnyView {
    let duty = series.duty;
    if series.points.iter().all(Option::is_none) {
        let words = match duty {
            Duty::Ming => "这些季度里没有下达清单。",
            Duty::Lv => "这些季度里没有到期的条目。",
            Duty::Du => "这些季度里没有双方签字的翻阅检查。",
            Duty::Ping => "这些季度里没有可以查看的述责评议结果。",
            Duty::Wen => "任期内没有挂账的整改事项。",
        };
        return view! { <div class="portrait-duty">{duty_head(duty)}<p class="muted">{words}</p></div> }.into_any();
    }
    let drawn = chart(page, series);
    let side = if drawn.is_some() { " drawn" } else { "" };
    view! {
        <div class=format!("portrait-duty {}{side}", duty.css()) id=format!("duty-{}", duty.key())>
            {duty_head(duty)}
            <p class="muted">{measure(duty)}</p>
            {drawn}
            {quarters(page, series)}
            {facts::at(page, &format!("duty-{}", duty.key()))}
        </div>
    }
    .into_any()
}

/// What the numbers of a duty count.
fn measure(duty: Duty) -> &'static str {
    match duty {
        Duty::Ming => "本季度下达的清单，按签收期限。",
        Duty::Lv => {
            "本季度到期的条目，一条只算一次，按其中最差的一次。“本期未做”是期限还没有到、这一期还没有记录，前面各期已落实的也在内。"
        }
        Duty::Du => "双方签字的翻阅检查里，对本任期记录和条目的意见。",
        Duty::Ping => "述责评议等次，只有本人和按规定可以知道的人看得到。",
        Duty::Wen => "整改事项的挂账、销号和季末在办；到任时接续的从到任日算起。",
    }
}

/// A drawing of a duty.
enum Drawn {
    /// Stacked bars.
    Bars(Chart),
    /// A stepped line, with its words below.
    Steps(Chart, &'static str),
}

/// The drawings of a duty; none where there is nothing to draw.
fn drawings(portrait: &Portrait, series: &Series) -> Vec<Drawn> {
    let parts = Part::of(series.duty);
    let id = format!("chart-{}", series.duty.key());
    let made = |title: String, parts: Vec<Part>, skip: usize| {
        let columns: Vec<ChartColumn> = portrait
            .columns
            .iter()
            .zip(&series.points)
            .map(|(column, point)| ChartColumn {
                labels: labels(column),
                values: point.as_ref().map(|p| p.iter().skip(skip).take(parts.len()).map(|c| c.n).collect()),
            })
            .collect();
        let words = portrait
            .columns
            .iter()
            .zip(&columns)
            .map(|(column, drawn)| {
                let said = drawn.values.as_ref().map_or("没有数据".to_owned(), |values| {
                    let said = parts.iter().zip(values).map(|(p, v)| format!("{} {v}", p.label()));
                    said.collect::<Vec<_>>().join("，")
                });
                format!("{}：{said}", column.label())
            })
            .collect::<Vec<_>>()
            .join("；");
        Chart {
            id: format!("{id}-{skip}"),
            title,
            words,
            parts: parts.iter().map(|p| (p.label().to_owned(), fill(*p))).collect(),
            columns,
        }
    };
    match series.duty {
        // A 等次 is a word: nothing to draw.
        Duty::Ping => Vec::new(),
        _ if series.points.iter().all(Option::is_none) => Vec::new(),
        Duty::Wen => {
            let flow = made("各季度新挂账和已销号的整改事项".into(), vec![Part::Opened, Part::Closed], 0);
            let open = made("各季度末在办的整改事项".into(), vec![Part::Open], 2);
            vec![Drawn::Bars(flow), Drawn::Steps(open, "季末在办")]
        }
        duty => vec![Drawn::Bars(made(format!("{}，按季度", duty.label()), parts.to_vec(), 0))],
    }
}

/// Every drawing of a portrait as markup for paper, duty by duty: what it shows, and what stands in its
/// `<figure class="chart">`.
pub fn figures(portrait: &Portrait) -> Vec<(String, String)> {
    let paper = |duty: Duty, drawn: Drawn| match drawn {
        Drawn::Bars(chart) => (format!("{}：{}", duty.label(), measure(duty)), stacked_html(&chart)),
        Drawn::Steps(chart, words) => (format!("{}：{words}的整改事项。", duty.label()), step_html(&chart)),
    };
    portrait
        .series
        .iter()
        .flat_map(|series| drawings(portrait, series).into_iter().map(move |drawn| paper(series.duty, drawn)))
        .collect()
}

fn chart(page: &PortraitPage, series: &Series) -> Option<AnyView> {
    let drawn = drawings(&page.portrait, series);
    let pair = drawn.len() > 1;
    let all: Vec<AnyView> = drawn
        .iter()
        .map(|one| match one {
            Drawn::Bars(chart) => stacked_bars(chart),
            Drawn::Steps(chart, words) => {
                view! { <div>{step_line(chart)}<p class="muted">{*words}</p></div> }.into_any()
            }
        })
        .collect();
    match (all.is_empty(), pair) {
        (true, _) => None,
        (false, true) => Some(view! { <div class="chart-pair">{all}</div> }.into_any()),
        (false, false) => Some(all.into_any()),
    }
}

/// The table behind the chart: a line per quarter, the latest first.
fn quarters(page: &PortraitPage, series: &Series) -> AnyView {
    let parts = Part::of(series.duty);
    let heads = parts.iter().map(|p| view! { <th scope="col" class="num">{p.label()}</th> }).collect_view();
    let rows = page
        .portrait
        .columns
        .iter()
        .zip(&series.points)
        .rev()
        .map(|(column, point)| {
            let cells = parts
                .iter()
                .enumerate()
                .map(|(n, part)| {
                    let shown = point.as_ref().and_then(|p| p.get(n)).map_or_else(
                        || view! { "—" <span class="visually-hidden">"没有数据"</span> }.into_any(),
                        |count| {
                            let what = format!("{}{}", column.quarter.label(), part.label());
                            number(page, count, &what)
                        },
                    );
                    view! { <td class="num">{shown}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{column.label()}</th>{cells}</tr> }
        })
        .collect_view();
    let caption = format!("{}，按季度", series.duty.label());
    view! {
        <div class="table-wrap">
            <table class="table keep dense numbers">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">"季度"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The year's list, by 大项 and by responsibility list.
pub(super) fn dimensions(page: &PortraitPage) -> AnyView {
    let year = page.portrait.year;
    let groups = dimension(page, "大项", &page.portrait.groups);
    let lists = (page.portrait.lists.len() > 1).then(|| {
        view! { <h3>"按责任清单"</h3>{dimension(page, "责任清单", &page.portrait.lists)} }
    });
    view! {
        <section class="card" id="dimensions">
            <h2>{format!("{year}年度清单按大项")}</h2>
            <p class="muted">
                "每条只算一次：年内到期的，按其中最差的一次。“还要再做”是到今天为止按期落实、年内还有没到期的；“未到期”是还没有到期过，也没有记录（快到期的，首页和看板算“推进中”）；“随时”的没有期限，不算未落实。到任前到期的不列。"
            </p>
            {groups}
            {facts::at(page, "groups")}
            {lists}
            {facts::at(page, "lists")}
        </section>
    }
    .into_any()
}

fn dimension(page: &PortraitPage, word: &'static str, rows: &[Dimension]) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted">"本年度没有对本任期提出要求的条目。"</p> }.into_any();
    }
    let heads = ItemState::ALL.iter().map(|s| view! { <th scope="col" class="num">{s.label()}</th> }).collect_view();
    let rows = rows
        .iter()
        .map(|row| {
            let name = if row.no == 0 { row.name.clone() } else { format!("{}. {}", row.no, row.name) };
            let cells = row
                .counts
                .iter()
                .zip(ItemState::ALL)
                .map(|(count, state)| {
                    let what = format!("{name}{}", state.label());
                    // Empty cells fold away on a phone.
                    let shown = (count.n > 0).then(|| number(page, count, &what));
                    view! { <td class="num" data-label=state.label()>{shown}</td> }
                })
                .collect_view();
            view! { <tr><td class="title" data-label=word>{name.clone()}</td>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th scope="col">{word}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Findings, each with its own speed.
pub(super) fn findings(page: &PortraitPage) -> AnyView {
    let rows = page
        .portrait
        .findings
        .iter()
        .map(|f| {
            let from = if f.inherited { format!("{}（到任时接续）", zh(f.from)) } else { zh(f.from) };
            let (closed, days) = match f.closed_on {
                Some(day) => (zh(day), format!("{} 天销号", f.days)),
                None => ("在办".to_owned(), format!("已 {} 天", f.days)),
            };
            view! {
                <tr>
                    <td class="title" data-label="问题">{f.problem.clone()}<small>{f.number.clone()} "　" {f.kind.label()}</small></td>
                    <td data-label="挂账">{from}</td>
                    <td data-label="销号">{closed}</td>
                    <td class="num" data-label="天数">{days}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let body = if rows.is_empty() {
        view! { <p class="muted">"任期内没有挂账的整改事项。"</p> }.into_any()
    } else {
        view! {
            <div class="table-wrap">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"问题"</th><th scope="col">"挂账"</th><th scope="col">"销号"</th>
                            <th scope="col" class="num">"天数"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card" id="findings">
            <h2>"问题整改和销号天数"</h2>
            <p class="muted">"逐项列出，不求平均；天数是日历天。"</p>
            {body}
        </section>
    }
    .into_any()
}
