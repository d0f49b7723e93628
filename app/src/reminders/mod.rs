//! 提醒: the month's card, ways to be told, the desk of the quarter's reminder, 催办.

mod desk;
mod month;
mod urges;
mod ways;

pub use desk::DeskView;
pub use month::MonthView;
pub use urges::UrgesView;
pub use ways::WaysView;

use leptos::prelude::*;

use crate::api::reminders::QuarterTotal;

/// How often the system disturbed: totals by quarter. Never per person.
fn totals(all: &[QuarterTotal]) -> AnyView {
    let rows = all
        .iter()
        .map(|of| {
            let [quarter, digest, urge] = of.times;
            view! {
                <tr>
                    <td data-label="季度" class="title">{of.quarter.clone()}</td>
                    <td data-label="季度履责提醒" class="num">{quarter}</td>
                    <td data-label="法定期限提醒" class="num">{digest}</td>
                    <td data-label="请联络员跟进" class="num">{urge}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"系统提醒了多少次"</h2>
            <p class="hint">"把关用：提醒多了就是打扰。全区合计，不按人统计，也不记录点击和用时。每人每季度最多一次履责提醒，法定期限每天最多合并成一条，休息日不发。"</p>
            <table class="table">
                <thead>
                    <tr>
                        <th>"季度"</th><th class="num">"季度履责提醒"</th><th class="num">"法定期限提醒"</th>
                        <th class="num">"请联络员跟进"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
