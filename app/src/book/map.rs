//! `/book/map`: the mind map to zoom and fold, an outline of the same tree, and one page to print.

use std::collections::BTreeSet;

use domain::records::{MapKind, MapNode, map_below as below, map_layout, map_svg};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{map_live::LiveMap, notices, of, sample_mark, ways, whose};
use crate::{
    api::book::{Map, MapPage, YearQuery},
    ui::{PhonePage, loaded, page_data, state_as},
};

/// `/book/map`.
#[component]
pub fn MapView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        YearQuery { post: q.get("post"), year: q.get("year").and_then(|y| y.parse().ok()), draft: None }
    });
    let data = page_data(move || Map { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年主体责任思维导图", page.face.year),
        _ => "主体责任思维导图".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => whose(&page.face),
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note back="/records" wide=true>{loaded(data, map_page)}</PhonePage>
        </Transition>
    }
}

fn map_page(page: MapPage) -> AnyView {
    let records = format!("/records?{}", of(&page.face));
    let tree = page.tree;
    let whole = map_svg(&map_layout(&tree, &BTreeSet::new()), "主体责任思维导图", |_| None);
    let outline = tree.children.iter().map(|node| outline(node, &records)).collect_view();
    // Items fold away at first: the 大项 and their states fit on one screen.
    let folded = below(&tree, MapKind::Group);
    // On a phone only the branches do.
    let narrow =
        [MapKind::Branch, MapKind::Topic].into_iter().flat_map(|kind| below(&tree, kind)).chain(folded.clone());
    let narrow = narrow.collect();
    view! {
        {ways(page.face.post, page.face.year, "/book/map")}
        <div class="screen-only">
            {notices(&page.face)}
            <p class="hint">"框架为示范内容，条目和状态取自本人清单。点开大项看条目，点条目看记录。" {sample_mark()}</p>
        </div>
        <LiveMap tree=tree.clone() folded=folded narrow=narrow records=records />
        <div class="map-outline card">
            <h2>"大纲"</h2>
            <ul class="map-tree">{outline}</ul>
        </div>
        <div class="print-only print-wide map-print">
            <h1>{format!("{}年主体责任思维导图　{}", page.face.year, whose(&page.face))}</h1>
            <div inner_html=whole></div>
        </div>
    }
    .into_any()
}

/// A node with what hangs below it, to open without scripts.
fn outline(node: &MapNode, records: &str) -> AnyView {
    let state = node.state.as_ref().map(|s| view! { " " {state_as(s.tone, s.word.clone())} });
    if let Some(duty) = node.duty {
        return view! { <li><a href=format!("{records}&duty={duty}")>{node.title.clone()}</a> {state}</li> }.into_any();
    }
    if node.children.is_empty() {
        return view! { <li>{node.title.clone()} {state}</li> }.into_any();
    }
    let open = matches!(node.kind, MapKind::Branch | MapKind::Topic);
    let below = node.children.iter().map(|child| outline(child, records)).collect_view();
    view! {
        <li>
            <details open=open>
                <summary>{node.title.clone()} {state}</summary>
                <ul>{below}</ul>
            </details>
        </li>
    }
    .into_any()
}
