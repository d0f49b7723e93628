//! `/reviews/comments?meeting=`: what raters wrote, to be read by two persons.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::reviews::feedback::{CommentRow, Comments, CommentsPage, CommentsQuery},
    ui::{FormMarks, OfficePage, Problem, area_text, loaded, page_data},
};

/// `/reviews/comments`.
#[component]
pub fn CommentsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| CommentsQuery {
        meeting: query.read().get("meeting").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Comments { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"评议意见"</span></nav>
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: CommentsPage) -> AnyView {
    let back = format!("/reviews/feedback?meeting={}", page.meeting);
    let export = format!("/reviews/comments/export?meeting={}", page.meeting);
    let withheld = page.withheld.iter().filter_map(|(name, least)| least.map(|n| withheld(name, n))).collect_view();
    let nothing = nothing(&page);
    let alone = page.alone.iter().map(|words| warned(words)).collect_view();
    let rows = page.rows.iter().map(|row| one(&page, row)).collect_view();
    view! {
        <div class="page-head">
            <h1>"评议意见阅定"</h1>
            <p class="lead">{format!("{} · 由两人逐条阅看，意见一致才算阅定；顺序已打乱，不显示组别。", page.title)}</p>
            <div class="actions">
                <a class="btn" rel="external" href=export>"导出 .xlsx"</a>
                <a class="btn" href=back>"返回一人一单"</a>
            </div>
        </div>
        <p class="hint">"含有问题线索的转线下：请先打印这一条交信访室；第二人也选“转线下”后，文字即从本系统删除。"</p>
        <Problem draft=page.draft.clone() />
        {withheld}
        {alone}
        {nothing.map(|words| view! { <div class="empty"><b>"没有可以阅看的意见"</b><p>{words}</p></div> })}
        {rows}
    }
    .into_any()
}

/// Never whether there were any words, and never how many.
pub fn withheld_words(name: &str, least: u32) -> String {
    format!("对{name}的意见：有效票不足 {least} 张，为保护评议人员，意见未予显示。")
}

/// What is left of a settled comment: as it was kept, or as it was written.
pub fn read_text(row: &CommentRow) -> &str {
    if row.state == "保留" { &row.words } else { &row.text }
}

fn withheld(name: &str, least: u32) -> AnyView {
    view! { <div class="notice info" role="status"><p>{withheld_words(name, least)}</p></div> }.into_any()
}

/// Nobody is there to be the second.
fn warned(words: &str) -> AnyView {
    view! { <div class="notice warn" role="status"><p>{words.to_owned()}</p></div> }.into_any()
}

/// Why the list is empty, where that is true of anybody.
fn nothing(page: &CommentsPage) -> Option<&'static str> {
    if !page.rows.is_empty() {
        return None;
    }
    if !page.sealed {
        return Some("测评还没有封存。封存以后再来阅看。");
    }
    let shown = page.withheld.iter().filter(|(_, least)| least.is_none()).count();
    match shown {
        0 => None,
        n if n == page.withheld.len() => Some("评议人员没有填写文字意见。"),
        _ => Some("对其他述责对象，评议人员没有填写文字意见。"),
    }
}

fn one(page: &CommentsPage, row: &CommentRow) -> AnyView {
    let head = format!("对{}的意见", row.name);
    if row.settled {
        let text = read_text(row).to_owned();
        return view! {
            <section class="panel">
                <h2>{head} " " <span class="tag">{row.state.clone()}</span></h2>
                <p class="read">{text}</p>
            </section>
        }
        .into_any();
    }
    let id = format!("words-{}", row.id);
    let choices = [("kept", "保留"), ("dropped", "不采用"), ("offline", "转线下")]
        .into_iter()
        .map(|(key, words)| {
            // Only what this reader chose himself; the other's choice is said, never ticked.
            let here = row.mine == key;
            view! { <label class="chip"><input type="radio" name="decision" value=key checked=here /><span>{words}</span></label> }
        })
        .collect_view();
    view! {
        <form class="panel form" method="post" action="/reviews/comments/read">
            <FormMarks command=row.command />
            <input type="hidden" name="meeting" value=page.meeting.to_string() />
            <input type="hidden" name="comment" value=row.id.clone() />
            <h2>{head}</h2>
            <p class="read">{row.text.clone()}</p>
            {(!row.other.is_empty()).then(|| view! { <p class="hint">{row.other.clone()}</p> })}
            <fieldset class="field"><legend>"处理意见"</legend><div class="radio-chips">{choices}</div></fieldset>
            <div class="field">
                <label for=id.clone()>"保留的文字 " <small>"隐去能认出评议人员的字句"</small></label>
                <textarea id=id name="words" rows="2">{area_text(row.words.clone())}</textarea>
            </div>
            {row.paper.then(|| on_paper(&row.id, &page.today))}
            <div class="actions"><button class="btn">"保存"</button></div>
        </form>
    }
    .into_any()
}

/// The second reader, where nobody else of the house may read.
fn on_paper(id: &str, today: &str) -> AnyView {
    let (name, on, reason) = (format!("second-{id}"), format!("second-on-{id}"), format!("reason-{id}"));
    view! {
        <details>
            <summary>"另一位在纸上阅看（登记）"</summary>
            <p class="hint">"本区没有第二人可以阅看的，打印交上级或者指定的一位同志阅看，意见一致后在这里登记；登记后即为阅定，并记入日志。"</p>
            <div class="field">
                <label for=name.clone()>"另一位阅看人 " <small>"单位职务、姓名"</small></label>
                <input id=name name="second" maxlength="60" autocomplete="off" />
            </div>
            <div class="field">
                <label for=on.clone()>"纸质阅看日期"</label>
                <input id=on name="second_on" type="date" max=today.to_owned() value=today.to_owned() />
            </div>
            <div class="field">
                <label for=reason.clone()>"原因"</label>
                <input id=reason name="reason" maxlength="200" autocomplete="off" />
            </div>
        </details>
    }
    .into_any()
}
