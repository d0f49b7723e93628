//! Bars by quarter. The table beside it says the same in numbers, so the picture is described in one sentence and its
//! parts are hidden from readers of the page; bars differ by hatching too, for print without colour.

use leptos::prelude::*;

/// Width and height of the picture, and of its foot with the labels.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 220;
const FOOT: u32 = 44;

/// Minutes by quarter: label, minutes, still running.
pub(super) fn bars(rows: &[(String, u32, bool)]) -> AnyView {
    let most = rows.iter().map(|(_, minutes, _)| *minutes).max().unwrap_or(0).max(1);
    let n = u32::try_from(rows.len()).unwrap_or(1).max(1);
    let step = WIDTH / n;
    let wide = (step / 2).min(96);
    let room = HEIGHT - FOOT - 24;
    let said: Vec<String> = rows
        .iter()
        .map(|(label, minutes, running)| {
            format!("{label}{}约 {minutes} 分钟", if *running { "（到今天）" } else { "" })
        })
        .collect();
    let parts = rows
        .iter()
        .enumerate()
        .map(|(at, (label, minutes, running))| {
            let left = step * u32::try_from(at).unwrap_or(0) + (step - wide) / 2;
            // The picture is at most a few hundred units high: the product fits.
            let high = u32::try_from(u64::from(*minutes) * u64::from(room) / u64::from(most)).unwrap_or(0).max(1);
            let top = HEIGHT - FOOT - high;
            let middle = left + wide / 2;
            let fill = if *running { "none" } else { "currentColor" };
            view! {
                <g>
                    <rect x=left.to_string() y=top.to_string() width=wide.to_string() height=high.to_string() fill=fill
                        fill-opacity="0.55" stroke="currentColor" stroke-width="1.5"
                        stroke-dasharray=running.then_some("4 3") />
                    <text x=middle.to_string() y=(top - 6).to_string() text-anchor="middle" font-size="15"
                        fill="currentColor">{minutes.to_string()}</text>
                    <text x=middle.to_string() y=(HEIGHT - FOOT + 20).to_string() text-anchor="middle" font-size="15"
                        fill="currentColor">{label.clone()}</text>
                    {running.then(|| view! {
                        <text x=middle.to_string() y=(HEIGHT - FOOT + 38).to_string() text-anchor="middle" font-size="13"
                            fill="currentColor">"到今天"</text>
                    })}
                </g>
            }
        })
        .collect_view();
    let said = format!("各季度估算用时：{}", said.join("，"));
    view! {
        <svg class="relief-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=said>
            <line x1="0" x2=WIDTH.to_string() y1=(HEIGHT - FOOT).to_string() y2=(HEIGHT - FOOT).to_string()
                stroke="currentColor" stroke-width="1" />
            {parts}
        </svg>
    }
    .into_any()
}
