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
    let empty = page.rows.is_empty();
    let rows = page.rows.iter().map(|row| one(&page, row)).collect_view();
    view! {
        <div class="page-head">
            <h1>"评议意见阅定"</h1>
            <p class="lead">{format!("{} · 由两人逐条阅看，意见一致才算阅定；顺序已打乱，不显示组别。", page.title)}</p>
            <div class="actions"><a class="btn" href=back>"返回一人一单"</a></div>
        </div>
        <p class="hint">"含有问题线索的转线下：请先打印这一条交信访室；第二人也选“转线下”后，文字即从本系统删除。"</p>
        <Problem draft=page.draft.clone() />
        {empty.then(|| view! { <div class="empty"><b>"没有评议意见"</b><p>"评议人员没有填写文字意见。"</p></div> })}
        {rows}
    }
    .into_any()
}

fn one(page: &CommentsPage, row: &CommentRow) -> AnyView {
    let head = format!("对{}的意见", row.name);
    if row.settled {
        let text = if row.state == "保留" { row.words.clone() } else { row.text.clone() };
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
            <FormMarks command=page.command />
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
            <div class="actions"><button class="btn">"保存"</button></div>
        </form>
    }
    .into_any()
}
