//! The book's list of records: numbered pages, corrections and 补记 visible.

use domain::people::access::Sight;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::records::{Book, BookPage, BookQuery, RecordRow},
    ui::{PhonePage, loaded, page_data, search_box},
};

/// `/records`.
#[component]
pub fn BookView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        BookQuery {
            post: q.get("post"),
            year: q.get("year").and_then(|y| y.parse().ok()),
            duty: q.get("duty"),
            before: q.get("before"),
        }
    });
    let data = page_data(move || Book { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年记录本", page.year),
        _ => "记录本".to_owned(),
    });
    let posts = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.posts,
        _ => Vec::new(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.title,
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note posts=posts tab="/records">{loaded(data, move |page| page_view(page, asked.get_untracked().duty))}</PhonePage>
        </Transition>
    }
}

fn page_view(page: BookPage, duty: Option<String>) -> AnyView {
    // From a reminder: 随手记 shows its item first.
    let write = duty.as_ref().map_or_else(|| "/records/new".to_owned(), |id| format!("/records/new?duty={id}"));
    let duty = duty.map(|id| format!("&duty={id}")).unwrap_or_default();
    let ways = crate::book::ways(page.post, page.year, "/records");
    let about =
        page.about.clone().map(|(code, text)| view! { <section class="card"><h2>{code} " " {text}</h2></section> });
    if page.rows.is_empty() {
        return view! {
            {ways}
            {about}
            <div class="empty">
                <b>"还没有记录"</b>
                <p>"做了一件事，说一句就能记下来；一条记录可以同时对应几条清单。"</p>
                {page.may_write.then(|| view! {
                    <div class="actions"><a class="btn primary" href=write>"随手记"</a></div>
                })}
            </div>
        }
        .into_any();
    }
    let outline = page.sight == Sight::Outline;
    let post = page.post;
    let year = page.year;
    // In one's own books one searches all of them.
    let book = if outline { vec![("post", post.to_string())] } else { Vec::new() };
    // A 代录 that came to nothing does not stand above what was recorded.
    let (unused, rows): (Vec<_>, Vec<_>) =
        page.rows.into_iter().partition(|row| row.page.is_none() && !row.unconfirmed && !row.stub);
    let rows = rows.into_iter().map(row_view).collect_view();
    let unused = (!unused.is_empty()).then(|| {
        view! {
            <details>
                <summary class="btn plain">"未采用和已撤回的代录"</summary>
                <ul class="rows">{unused.into_iter().map(row_view).collect_view()}</ul>
            </details>
        }
    });
    view! {
        {ways}
        {about}
        {outline.then(|| view! {
            <p class="hint">"这里只列类型、日期和对应条目；正文在登记翻阅检查后查看，谈话内容只有本人看得到。"</p>
        })}
        {search_box("在记录本里搜索", book)}
        <ul class="rows">{rows}</ul>
        {unused}
        {page.older.map(|before| view! {
            <nav class="pager" aria-label="分页">
                <a rel="next" href=format!("/records?post={post}&year={year}{duty}&before={before}")>"更早的记录"</a>
            </nav>
        })}
        {page.may_write.then(|| view! {
            <div class="primary-bar above-tabs"><a class="btn primary" href=write>"随手记"</a></div>
        })}
    }
    .into_any()
}

/// Words that tell what is particular about a record.
pub(crate) fn tags(row: &RecordRow) -> AnyView {
    row.tags.iter().cloned().map(|t| view! { <span class="tag">{t}</span> " " }).collect_view().into_any()
}

fn row_view(row: RecordRow) -> AnyView {
    let page = row.page.map_or_else(|| "未编页".to_owned(), |p| format!("第 {p} 页"));
    let dates = if row.event_on == row.recorded_on {
        row.event_on.clone()
    } else {
        format!("{}发生，{}记录", row.event_on, row.recorded_on)
    };
    let codes = if row.codes.is_empty() { String::new() } else { format!("　对应 {}", row.codes.join("、")) };
    let text = row.text.clone().unwrap_or_else(|| row.kind.label().to_owned());
    view! {
        <li>
            <a href=format!("/records/{}", row.id)>
                <b>{text}</b>
                <small>{row.kind.label()} " · " {dates} " · " {page} {codes}</small>
                {tags(&row)}
            </a>
        </li>
    }
    .into_any()
}
