//! `/reminders`: the quarter's reminder with its preview, what did not arrive, channels, totals.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::totals;
use crate::{
    api::reminders::{DeskPage, DraftQuery, ReminderDesk, RoundView},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/reminders`.
#[component]
pub fn DeskView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| DraftQuery { draft: query.read().get("draft") });
    let data = page_data(move || ReminderDesk { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><b>"已办好"</b></div> }
        })
    };
    view! {
        <OfficePage current="/reminders">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"提醒"</h1>
                    <p class="lead">"每季度由区纪委统一提醒一次；法定期限每天合并成一条；催办只找联络员。"</p>
                    <div class="actions"><a class="btn" rel="external" href="/reminders/export">"导出 .xlsx"</a></div>
                </div>
                {done}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn page_view(page: DeskPage) -> AnyView {
    let round = page.office.then(|| page.round.as_ref().map_or_else(no_round, |r| round_view(r, &page)));
    view! {
        <Problem draft=page.draft.clone() />
        {round}
        {page.office.then(|| undelivered(&page))}
        {page.sysadmin.then(|| channels(&page))}
        {totals(&page.totals)}
    }
    .into_any()
}

fn no_round() -> AnyView {
    view! {
        <section class="panel">
            <h2>"季度履责提醒"</h2>
            <p class="muted">"系统在三月、六月、九月、十二月起草，审定后发送。"</p>
        </section>
    }
    .into_any()
}

fn round_view(round: &RoundView, page: &DeskPage) -> AnyView {
    let waits = round.state == "draft";
    let some = !round.preview.is_empty();
    let n = round.preview.len();
    let rows = round
        .preview
        .iter()
        .map(|(place, name, n, way, note)| {
            let got = match n {
                0 => "监督单位的提示".to_owned(),
                n => format!("还有 {n} 项，打开本月卡查看"),
            };
            view! {
                <tr>
                    <td data-label="单位和岗位" class="title">{place.clone()}</td>
                    <td data-label="姓名">{name.clone()}</td>
                    <td data-label="收到的内容">{got} {(!note.is_empty()).then(|| view! { <small>{note.clone()}</small> })}</td>
                    <td data-label="方式">{way.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{format!("{}履责提醒", round.name)}</h2>
            <p>{round.note.clone()}</p>
            {some.then(|| view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"单位和岗位"</th><th>"姓名"</th><th>"收到的内容"</th><th>"方式"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
            {(waits && !some).then(|| view! { <p class="muted">"现在没有人需要提醒。"</p> })}
            {waits.then(|| view! {
                <form method="post" action="/reminders/decide">
                    <FormMarks command=page.command />
                    <input type="hidden" name="year" value=round.year.to_string() />
                    <input type="hidden" name="quarter" value=round.quarter.to_string() />
                    <input type="hidden" name="seen" value=round.version.to_string() />
                    <div class="actions">
                        {some.then(|| view! {
                            <button class="btn primary" name="do" value="send">{format!("审定并发给 {n} 人")}</button>
                        })}
                        <button class="btn" name="do" value="skip">"本季度不发"</button>
                    </div>
                </form>
            })}
        </section>
    }
    .into_any()
}

fn undelivered(page: &DeskPage) -> AnyView {
    if page.undelivered.is_empty() {
        return ().into_any();
    }
    let rows = page
        .undelivered
        .iter()
        .map(|(who, channel, on, state)| {
            view! {
                <tr>
                    <td data-label="收件人" class="title">{who.clone()}</td>
                    <td data-label="方式">{channel.clone()}</td>
                    <td data-label="日期">{on.clone()}</td>
                    <td data-label="状态">{state.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"系统外没有送到的"</h2>
            <p class="hint">"系统内的待办都在，不受影响。“未确认送达”可能已经收到，不会重发。"</p>
            <table class="table">
                <thead><tr><th>"收件人"</th><th>"方式"</th><th>"日期"</th><th>"状态"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn channels(page: &DeskPage) -> AnyView {
    let [email, feed, robot] = page.switches;
    let [mail_ready, robot_ready] = page.ready;
    let boxes = [
        ("email", "电子邮件", email, mail_ready),
        ("feed", "日历订阅", feed, true),
        ("robot", "工作群机器人", robot, robot_ready),
    ]
    .into_iter()
    .map(|(name, label, on, ready)| {
        view! {
            <div class="field check">
                <label>
                    <input type="checkbox" name=name value="on" checked=on disabled=!ready && !on />
                    " "
                    <span>{label} {(!ready).then_some("（服务器上还没有配置）")}</span>
                </label>
            </div>
        }
    })
    .collect_view();
    view! {
        <section class="panel">
            <h2>"系统外的提醒渠道"</h2>
            <form class="form" method="post" action="/reminders/channels">
                <FormMarks command=page.command />
                {boxes}
                <p class="hint">"发出去的只有“有几项”，没有内容。邮件服务器和机器人的地址、密码写在服务器的配置文件里。"</p>
                <div class="actions"><button class="btn primary">"保存"</button></div>
            </form>
            {(robot && robot_ready).then(|| view! {
                <form method="post" action="/reminders/test">
                    <FormMarks command=page.command />
                    <button class="btn" name="group" value="yes">"给工作群发测试消息"</button>
                </form>
            })}
        </section>
    }
    .into_any()
}
