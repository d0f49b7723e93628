//! `/duties/sign/{id}` on the phone: read the list, then sign it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    items::cadence,
    pad::{SignaturePad, drawn},
    words::done_notice,
};
use crate::{
    api::duties::{ItemRow, SignPage, SignQuery, SignatureView, Signing},
    ui::{FormMarks, PhonePage, Problem, loaded, page_data},
};

/// `/duties/sign/{id}`.
#[component]
pub fn SignView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| SignQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Signing { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("签收第一责任人履责清单".to_owned()) back="/duties/mine">
            {done_notice()}
            {loaded(data, show)}
        </PhonePage>
    }
}

fn show(page: SignPage) -> AnyView {
    let draft = page.draft.clone();
    let count = page.items.len();
    let form = match page.signature.clone() {
        Some(signature) => receipt(signature),
        None => view! {
            <form class="card" method="post" action="/duties/sign" id="sign">
                <FormMarks command=page.command />
                <input type="hidden" name="leader" value=page.id.to_string() />
                <input type="hidden" name="seen" value=page.version.to_string() />
                <Problem draft=draft.clone() />
                <h2>{format!("签收人：{}", page.name)}</h2>
                <SignaturePad
                    name=page.name.clone()
                    typed=draft.value("typed", "")
                    error=draft.problem_of("typed").or(draft.problem_of("drawing"))
                />
                <p class="hint">{format!("签名只对这一版内容有效（校验码 {}）。", page.hash)}</p>
                <div class="primary-bar"><button class="btn primary">"确认签收"</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="card">
            <h2>{page.title.clone()}</h2>
            <p>{format!("共 {count} 条。{}", page.note)}</p>
        </section>
        {groups(page.items)}
        {form}
    }
    .into_any()
}

/// The receipt as given.
pub(super) fn receipt(signature: SignatureView) -> AnyView {
    let handler = (!signature.handler.is_empty()).then(|| format!("，经办人 {}", signature.handler));
    view! {
        <section class="card">
            <h2>"已签收"</h2>
            <p>{format!("{} {} {}", signature.name, signature.on, signature.label)}{handler}</p>
            {(!signature.path.is_empty()).then(|| drawn(signature.path.clone()))}
        </section>
    }
    .into_any()
}

fn groups(items: Vec<ItemRow>) -> AnyView {
    let mut groups: Vec<(String, Vec<ItemRow>)> = Vec::new();
    for row in items {
        let title = format!("{}　{}", row.item.group_no, row.item.group);
        match groups.last_mut() {
            Some((last, rows)) if *last == title => rows.push(row),
            _ => groups.push((title, vec![row])),
        }
    }
    groups
        .into_iter()
        .map(|(title, rows)| {
            let rows = rows
                .into_iter()
                .map(|row| {
                    let source = if row.source.is_empty() { String::new() } else { format!(" · {}", row.source) };
                    let note = format!("{} · {}{source}", row.item.action.label(), cadence(&row.item));
                    view! {
                        <li><div><b>{format!("{} {}", row.item.code, row.item.text)}</b><small>{note}</small></div></li>
                    }
                })
                .collect_view();
            view! { <p class="section-label">{title}</p> <ul class="rows">{rows}</ul> }
        })
        .collect_view()
        .into_any()
}
