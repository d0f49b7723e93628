//! `/oversight/season`: what is due by whom, with a line for each body; words of the bodies drafted and decided on; the
//! days of the plan. Every filter is a link or a plain form.

use chrono::Datelike as _;
use domain::{
    season::{NOTE_MAX, StepKind, StepState},
    time::{iso, parse_iso, zh_short},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::month::month_view;
use crate::{
    api::season::{SeasonBoard, SeasonPage, SeasonQuery, StepRow},
    board::escape,
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/oversight/season`.
#[component]
pub fn SeasonView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let text = |name: &str| query.get(name).filter(|value| !value.is_empty());
        SeasonQuery {
            year: text("year").and_then(|y| y.parse().ok()),
            view: text("view"),
            month: text("month").and_then(|m| m.parse().ok()),
            day: text("day"),
            done_on: text("done_on"),
            body: text("body"),
            kind: text("kind"),
            state: text("state"),
            cover: text("cover"),
            period: text("period"),
            page: text("page").and_then(|p| p.parse().ok()),
            draft: text("draft"),
        }
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || SeasonBoard { form: asked.get() });
    view! {
        <OfficePage current="/oversight/season">
            <main class="main print-wide" id="main">
                <div class="page-head">
                    <h1>"督责安排"</h1>
                    <p class="lead">"季度一提醒、半年一梳理、年底一检查。超过期限的，记在承办的监督单位，不影响被监督单位。"</p>
                </div>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><b>"已办好"</b></div> })}
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The address of the board with one choice changed; an empty value takes the choice back.
pub(super) fn with(page: &SeasonPage, changes: &[(&str, &str)]) -> String {
    let asked = &page.asked;
    let own = [
        ("year", Some(page.year.to_string())),
        ("view", asked.view.clone()),
        ("month", asked.month.map(|m| m.to_string())),
        ("day", asked.day.clone()),
        ("done_on", asked.done_on.clone()),
        ("body", asked.body.clone()),
        ("kind", asked.kind.clone()),
        ("state", asked.state.clone()),
        ("cover", asked.cover.clone()),
        ("period", asked.period.clone()),
    ];
    let chosen: Vec<String> = own
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
        .filter_map(|(name, value)| Some((name, value?)))
        .chain(changes.iter().map(|(name, value)| (*name, (*value).to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(&value)))
        .collect();
    chosen.join("&")
}

fn show(page: &SeasonPage, draft: String) -> AnyView {
    let month = page.asked.view.as_deref() == Some("month");
    view! {
        {(page.draft.problem_field.is_none()).then(|| view! { <Problem draft=page.draft.clone() /> })}
        {summary(page)}
        {notices(page)}
        {filters(page)}
        {if month { month_view(page) } else { list(page, draft.clone()) }}
        {days_form(page, draft)}
    }
    .into_any()
}

/// A delay colours the line of the body, and nothing else.
fn summary(page: &SeasonPage) -> AnyView {
    if page.summary.is_empty() {
        return ().into_any();
    }
    let rows = page
        .summary
        .iter()
        .map(|line| {
            let link = format!("/oversight/season?year={}&{}#steps", page.year, line.filter);
            view! {
                <li>
                    <a href=link>{line.name.clone()}</a>
                    <span class=format!("state {}", line.tone)>{line.word.clone()}</span>
                    <small>{line.words.clone()}</small>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{format!("{}年各监督单位承办情况", page.year)}</h2>
            <ul class="season-bodies">{rows}</ul>
        </section>
    }
    .into_any()
}

fn notices(page: &SeasonPage) -> AnyView {
    let unassigned = (!page.unassigned.is_empty()).then(|| {
        view! {
            <div class="notice warn">
                <b>"还没有归口的单位"</b>
                <p>{format!("{}还没有派驻组或联系室归口监督，安排无人承办。", page.unassigned.join("、"))}
                    {if page.office {
                        view! { "请在" <a href="/people/map">"归口表"</a> "里设定，或打开其中一项改派。" }.into_any()
                    } else {
                        "请联系党风政风监督室设定。".into_any()
                    }}
                </p>
            </div>
        }
    });
    let waiting = (page.waiting > 0).then(|| {
        view! {
            <div class="notice info">
                <p>{format!("有 {} 份起草的提示待审定。", page.waiting)} <a href=format!("/oversight/season?year={}&state=drafted", page.year)>"只看待审定"</a></p>
            </div>
        }
    });
    let round = (!page.round.is_empty()).then(|| {
        view! {
            <div class="notice info">
                <p>{page.round.clone()} "。提醒每季度以区纪委名义统一发送一次，审定的提示随它一起发。" <a href="/reminders">"打开提醒"</a></p>
            </div>
        }
    });
    view! { {unassigned} {waiting} {round} }.into_any()
}

fn filters(page: &SeasonPage) -> AnyView {
    let month = page.asked.view.as_deref() == Some("month");
    let here = |yes: bool| yes.then_some("true");
    let years = page
        .years
        .iter()
        .map(|year| {
            let chosen = with(page, &[("year", &year.to_string()), ("day", ""), ("done_on", "")]);
            let href = format!("/oversight/season?{chosen}");
            view! { <a href=href aria-current=here(*year == page.year)>{format!("{year}年")}</a> }
        })
        .collect_view();
    let as_list = with(page, &[("view", ""), ("month", ""), ("day", ""), ("done_on", "")]);
    let list = format!("/oversight/season?{as_list}");
    // A month shows what was done in it too.
    let state = page.asked.state.as_deref().filter(|state| *state != "open").unwrap_or("");
    let as_month = with(page, &[("view", "month"), ("day", ""), ("done_on", ""), ("state", state)]);
    let calendar = format!("/oversight/season?{as_month}");
    let option = |value: String, label: String, chosen: bool| {
        view! { <option value=value selected=chosen>{label}</option> }
    };
    let bodies = page
        .bodies
        .iter()
        .map(|(id, name)| option(id.to_string(), name.clone(), page.asked.body.as_deref() == Some(&*id.to_string())))
        .collect_view();
    let kinds = StepKind::ALL
        .into_iter()
        .map(|kind| option(kind.key().into(), kind.label().into(), page.asked.kind.as_deref() == Some(kind.key())))
        .collect_view();
    let states = [("open", "未完成"), ("late", "超过期限"), ("coming", "未到期限")]
        .into_iter()
        .chain(StepState::ALL.into_iter().map(|state| (state.key(), state.label())))
        .map(|(key, label)| option(key.into(), label.into(), page.asked.state.as_deref() == Some(key)))
        .collect_view();
    let months =
        (1..=12_u32).map(|m| option(m.to_string(), format!("{m}月"), page.asked.month == Some(m))).collect_view();
    let export = format!("/oversight/season/export?{}", with(page, &[("view", "")]));
    let days = [("day", page.asked.day.as_deref(), "前"), ("done_on", page.asked.done_on.as_deref(), "完成")]
        .into_iter()
        .filter_map(|(name, day, word)| {
            let words = format!("只看{}{word}的", zh_short(parse_iso(day?)?));
            let all = format!("/oversight/season?{}", with(page, &[(name, "")]));
            Some(view! { <p class="filter-links">{words} " " <a href=all>"不限这一天"</a></p> })
        })
        .collect_view();
    view! {
        <div class="filter">
            <span class="filter-links">{years}</span>
            <span class="filter-links">
                <a href=list aria-current=here(!month)>"列表"</a>
                <a href=calendar aria-current=here(month)>"月历"</a>
            </span>
        </div>
        <form class="filter" method="get" action="/oversight/season" aria-label="筛选">
            <input type="hidden" name="year" value=page.year.to_string() />
            {month.then(|| view! { <input type="hidden" name="view" value="month" /> })}
            {[("cover", &page.asked.cover), ("period", &page.asked.period)]
                .into_iter()
                .filter_map(|(name, value)| value.clone().map(|value| view! { <input type="hidden" name=name value=value /> }))
                .collect_view()}
            <select name="body" aria-label="承办单位"><option value="">"全部承办单位"</option>{bodies}
                <option value="none" selected=page.asked.body.as_deref() == Some("none")>"未归口"</option></select>
            <select name="kind" aria-label="事项"><option value="">"全部事项"</option>{kinds}</select>
            <select name="state" aria-label="状态"><option value="all">"全部状态"</option>{states}</select>
            <select name="month" aria-label="月份">{(!month).then(|| view! { <option value="">"全年"</option> })}{months}</select>
            <button class="btn">"筛选"</button>
            <a class="btn" href=export rel="external" download="">"导出"</a>
        </form>
        {days}
        {(!page.only.is_empty()).then(|| {
            let all = format!("/oversight/season?{}", with(page, &[("cover", ""), ("period", "")]));
            view! { <p class="filter-links">{format!("只看{}的", page.only)} " " <a href=all>"不限时段和范围"</a></p> }
        })}
    }
    .into_any()
}

fn list(page: &SeasonPage, draft: String) -> AnyView {
    if page.rows.is_empty() {
        let words = if page.planned {
            "没有符合条件的安排，请换一个条件，或在状态里选“全部状态”。"
        } else {
            "这一年还没有安排。设定启用日后，系统按工作日历自动生成。"
        };
        return view! { <div class="empty" id="steps"><b>"没有安排"</b><p>{words}</p></div> }.into_any();
    }
    let picks = page.rows.iter().any(|row| row.may_draft || row.may_decide);
    let rows = page.rows.iter().map(|row| line(row, page, picks)).collect_view();
    let table = view! {
        <div class="table-wrap">
            <table class="table season-list">
                <caption class="muted">{format!("共 {} 项", page.total)}</caption>
                <thead>
                    <tr>
                        {picks.then(|| view! { <th class="pick">"选择"</th> })}
                        <th>"单位"</th>
                        <th>"事项"</th>
                        <th>"期限"</th>
                        <th>"承办"</th>
                        <th>"状态"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let body = if picks {
        view! {
            <form class="form wide" method="post" action="/oversight/season/draft" id="steps">
                <FormMarks command=page.command draft=draft />
                <input type="hidden" name="at" value=with(page, &[("page", &page.page.to_string())]) />
                {page.draft.problem_of("pick").map(|e| view! { <p class="error" role="alert">{e}</p> })}
                {table}
                {pens(page)}
            </form>
        }
        .into_any()
    } else {
        view! { <div id="steps">{table}</div> }.into_any()
    };
    view! { {body} {pager(page)} }.into_any()
}

/// What is done with the ticked lines: words drafted by the body, decided on by the office.
fn pens(page: &SeasonPage) -> AnyView {
    let decides = page.rows.iter().any(|row| row.may_decide);
    view! {
        {page.drafts.then(|| view! {
            <section class="panel screen-only">
                <h2>"起草提示"</h2>
                <TextArea name="note" label="给所选单位的提示" rows=3
                    hint=format!("最多 {NOTE_MAX} 字，报党风政风监督室审定；季度提醒的提示随区纪委的提醒一次发送。勿写案情和举报内容。")
                    value=page.draft.value("note", "") error=page.draft.problem_of("note") />
                <div class="actions"><button class="btn primary">"报审所选"</button></div>
            </section>
        })}
        {decides.then(|| view! {
            <section class="panel screen-only">
                <h2>"审定提示"</h2>
                <div class="actions">
                    <button class="btn primary" formaction="/oversight/season/decide" name="do" value="approve">"审定所选"</button>
                </div>
                <TextField name="why" label="退回原因" value=page.draft.value("why", "") error=page.draft.problem_of("why") />
                <div class="actions">
                    <button class="btn" formaction="/oversight/season/decide" name="do" value="return">"退回所选"</button>
                </div>
            </section>
        })}
    }
    .into_any()
}

fn line(row: &StepRow, page: &SeasonPage, picks: bool) -> AnyView {
    let pick = format!("{}.{}", row.id, row.version);
    let may = row.may_draft || row.may_decide;
    let label = format!("选择{}{}", row.unit, row.title);
    let due = if row.due.year() == page.year { zh_short(row.due) } else { iso(row.due) };
    view! {
        <tr>
            {picks.then(|| view! {
                <td class="pick">
                    {may.then(|| view! {
                        <input type="checkbox" name="pick" value=pick.clone() aria-label=label checked=page.draft.has("pick", &pick) />
                    })}
                </td>
            })}
            <td class="title" data-label="单位"><b>{row.unit.clone()}</b></td>
            <td data-label="事项">
                <a href=format!("/oversight/season/{}", row.id)>{row.title.clone()}</a>
                {(!row.note.is_empty()).then(|| view! { " " <small>{row.note.clone()}</small> })}
            </td>
            <td data-label="期限">{due} "前" {row.moved.then(|| view! { " " <small>"已改期"</small> })}</td>
            <td data-label="承办">{if row.by.is_empty() { "未归口".to_owned() } else { row.by.clone() }}</td>
            <td data-label="状态"><span class=format!("state {}", row.tone)>{row.word.clone()}</span></td>
        </tr>
    }
    .into_any()
}

fn pager(page: &SeasonPage) -> Option<AnyView> {
    (page.more || page.page > 1).then(|| {
        let to = |n: u32| format!("/oversight/season?{}#steps", with(page, &[("page", &n.to_string())]));
        let first = (page.page > 1).then(|| view! { <a href=to(page.page - 1) rel="prev">"前面的"</a> });
        let next = page.more.then(|| view! { <a href=to(page.page + 1) rel="next">"后面的"</a> });
        view! { <nav class="pager" aria-label="分页">{first} {next}</nav> }.into_any()
    })
}

/// The days of the plan, for the office.
fn days_form(page: &SeasonPage, draft: String) -> Option<AnyView> {
    let (days, version) = page.days?;
    let kept = page.draft.clone();
    let open = ["reminder_day", "mid_year", "year_end", "resume_days"]
        .into_iter()
        .any(|field| kept.problem_field.as_deref() == Some(field));
    let value = |name: &str, now: u32| kept.value(name, now.to_string());
    Some(view! {
        <details class="panel screen-only" id="days" open=open>
            <summary><b>{if version == 0 { "督责期限（示范）" } else { "督责期限" }}</b></summary>
            <form class="form" method="post" action="/oversight/season/days">
                <FormMarks command=page.command draft=draft />
                <input type="hidden" name="seen" value=version.to_string() />
                <TextField name="reminder_day" label="季度提醒：季度最后一个月的几日前" class="short"
                    value=value("reminder_day", days.reminder_day) error=kept.problem_of("reminder_day") />
                <TextField name="mid_month" label="半年梳理：几月" class="short"
                    value=value("mid_month", days.mid_year.month) error=kept.problem_of("mid_year") />
                <TextField name="mid_day" label="半年梳理：几日前" class="short" value=value("mid_day", days.mid_year.day) />
                <TextField name="end_month" label="年底检查：几月" class="short"
                    value=value("end_month", days.year_end.month) error=kept.problem_of("year_end") />
                <TextField name="end_day" label="年底检查：几日前" class="short" value=value("end_day", days.year_end.day) />
                <TextField name="resume_days" label="岗位空缺期间到期的，到任后几个工作日内补办" class="short"
                    value=value("resume_days", days.resume_days) error=kept.problem_of("resume_days") />
                <p class="hint">"遇休息日提前到前一个工作日。已经改过期、已经到期的安排不变。"</p>
                <div class="actions"><button class="btn primary">"保存期限"</button></div>
            </form>
        </details>
    }
    .into_any())
}
