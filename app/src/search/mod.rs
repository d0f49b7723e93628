//! `/search`: one page for everybody. Heads and 联络员 get it on the phone's frame with their own
//! books, the office in its own frame with the outlines of the books it may see.

use domain::{ids::RecordId, records::RecordKind};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::search::{Find, Found, SearchPage, SearchQuery},
    records::tags,
    ui::{PhonePage, loaded, page_data, search_field},
};

/// Statuses to filter by; the second and third are seen by heads and 联络员 only.
const STATUSES: [(&str, &str); 7] = [
    ("recorded", "已编页"),
    ("proxy", "代录，待确认"),
    ("refused", "未采用"),
    ("late", "补记"),
    ("corrected", "有更正"),
    ("added", "有补充"),
    ("verified", "已核实"),
];

/// `/search`.
#[component]
pub fn SearchView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name| q.get(name).filter(|v| !v.trim().is_empty());
        SearchQuery {
            q: text("q"),
            kind: text("kind"),
            item: text("item"),
            month: text("month"),
            status: text("status"),
            post: text("post"),
            before: text("before"),
        }
    });
    let data = page_data(move || Find { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("搜索".to_owned()) tab="/search">
            // Outside of what is loaded: a refused search leaves the box with its words.
            {move || form(&asked.get())}
            {loaded(data, move |page| results(page, &asked.get_untracked()))}
        </PhonePage>
    }
}

/// The address of the same search with another cursor.
fn address(asked: &SearchQuery, before: RecordId) -> String {
    let parts = [
        ("q", &asked.q),
        ("kind", &asked.kind),
        ("item", &asked.item),
        ("month", &asked.month),
        ("status", &asked.status),
        ("post", &asked.post),
    ];
    let mut out = String::from("/search?");
    for (name, value) in parts {
        if let Some(value) = value {
            out.push_str(name);
            out.push('=');
            for byte in value.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => out.push(char::from(byte)),
                    _ => out.push_str(&format!("%{byte:02X}")),
                }
            }
            out.push('&');
        }
    }
    out + &format!("before={before}")
}

/// The box with its filters.
fn form(asked: &SearchQuery) -> AnyView {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let select = |name: &'static str,
                  label: &'static str,
                  all: &'static str,
                  options: Vec<(&'static str, &'static str)>,
                  now: String| {
        let options = std::iter::once(("", all))
            .chain(options)
            .map(|(key, words)| view! { <option value=key selected=key == now>{words}</option> })
            .collect_view();
        view! { <label>{label} " " <select name=name>{options}</select></label> }.into_any()
    };
    let kinds = RecordKind::ALL.into_iter().map(|k| (k.key(), k.label())).collect();
    view! {
        <form class="filter" role="search" method="get" action="/search">
            <label class="grow" for="q">
                "搜索 "
                {search_field("q", of(&asked.q), "文字、类型、条目、单位、姓名或首字母")}
            </label>
            {select("kind", "类型", "全部", kinds, of(&asked.kind))}
            <label>"条目 " <input name="item" size="4" value=of(&asked.item) placeholder="6.3" autocomplete="off" /></label>
            <label>"月份 " <input name="month" size="8" value=of(&asked.month) placeholder="2026-11" autocomplete="off" /></label>
            {select("status", "状态", "全部", STATUSES.to_vec(), of(&asked.status))}
            {asked.post.clone().map(|post| view! { <input type="hidden" name="post" value=post /> })}
            <button class="btn">"查询"</button>
        </form>
    }
    .into_any()
}

fn results(page: SearchPage, asked: &SearchQuery) -> AnyView {
    let about = page.about.clone().map(|about| {
        view! { <p class="hint">"只搜索：" {about} "　" <a href="/search">"搜索全部"</a></p> }
    });
    let outside = page.records && (page.outline || !page.drafts);
    let hint = if !page.records {
        "可以按单位、姓名、拼音或首字母查找。"
    } else if !outside {
        "在自己的记录本里搜索；更正过的记录按现在的内容查找。"
    } else {
        "可以按类型、条目编号、月份、单位或负责人查找；正文要先登记才能搜索："
    };
    let hint = view! { {hint} {outside.then(|| view! { <a href="/oversight" rel="external">"登记翻阅检查"</a> })} };
    if !page.asked {
        return view! { {about} <p class="hint">{hint}</p> }.into_any();
    }
    if page.rows.is_empty() && page.posts.is_empty() && page.persons.is_empty() {
        let more = page.older.map(|before| view! { <a class="btn" href=address(asked, before)>"继续往前找"</a> });
        return view! {
            {about}
            <div class="empty">
                <b>"没有找到"</b>
                <p>{hint}</p>
                <div class="actions">{more}</div>
            </div>
        }
        .into_any();
    }
    let people = people(&page);
    let empty = page.rows.is_empty();
    let older = page.older.map(|before| {
        view! {
            <nav class="pager" aria-label="分页"><a rel="next" href=address(asked, before)>"更早的记录"</a></nav>
        }
    });
    let rows = page.rows.into_iter().map(line).collect_view();
    view! {
        {about}
        {people}
        {(!empty).then(|| view! { <ul class="rows">{rows}</ul> })}
        {older}
    }
    .into_any()
}

fn people(page: &SearchPage) -> AnyView {
    if page.posts.is_empty() && page.persons.is_empty() {
        return ().into_any();
    }
    let posts = page
        .posts
        .iter()
        .map(|p| {
            let (to, outside) = if p.book {
                (format!("/records?post={}", p.post), None)
            } else {
                (format!("/board?post={}&duty=lv", p.post), Some("external"))
            };
            view! { <li><a href=to rel=outside><b>{p.unit.clone()}</b><small>{p.who.clone()}</small></a></li> }
        })
        .collect_view();
    let persons = page
        .persons
        .iter()
        .map(|p| {
            let to = format!("/people/{}", p.id);
            view! { <li><a href=to rel="external"><b>{p.name.clone()}</b><small>{p.place.clone()}</small></a></li> }
        })
        .collect_view();
    view! { <section class="card"><h2>"单位和人员"</h2><ul class="rows">{posts} {persons}</ul></section> }.into_any()
}

fn line(found: Found) -> AnyView {
    let Found { row, unit, year, snippet } = found;
    let place = match row.page {
        Some(page) => format!("{year}年第 {page} 页"),
        None => format!("{year}年，未编页"),
    };
    let title = if unit.is_empty() { place } else { format!("{unit}　{place}") };
    let codes = if row.codes.is_empty() { String::new() } else { format!("　对应 {}", row.codes.join("、")) };
    let text =
        snippet
            .into_iter()
            .map(|piece| {
                if piece.hit {
                    view! { <mark>{piece.text}</mark> }.into_any()
                } else {
                    view! { {piece.text} }.into_any()
                }
            })
            .collect_view();
    view! {
        <li>
            <a href=format!("/records/{}", row.id)>
                <b>{title}</b>
                <small>{text}</small>
                <small>{row.kind.label()} " · " {row.event_on.clone()} {codes}</small>
                {tags(&row)}
            </a>
        </li>
    }
    .into_any()
}
