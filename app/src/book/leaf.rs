//! What stands on each leaf of the book.

use domain::{
    records::{
        BookCorrection, BookEntry, BookItem, BookMonth, BookRemark, BookSignature, CARRIED, Checking, ContentsLine,
        Leaf, MapKind, MapNode, TALK_COMMON, TALKS, map_below, map_layout, map_svg, to_be_signed,
    },
    time::{month_name, zh, zh_short},
};
use leptos::prelude::*;

use super::{closed_words, demo, of, sample_mark, whose};
use crate::{api::book::BookFace, duties::drawn, ui::state_as};

/// A leaf. `drawn` are the keys of the leaves beside it: links to these stay on the page.
pub(super) fn leaf_view(
    key: &str,
    leaf: &Leaf,
    face: &BookFace,
    contents: &[ContentsLine],
    map: Option<&MapNode>,
    here: &[String],
) -> AnyView {
    match leaf {
        Leaf::Cover => cover(face),
        Leaf::Contents => contents_view(face, contents, here),
        Leaf::Map => map_leaf(face, map),
        Leaf::Months(months) => months_leaf(face, months),
        Leaf::Talks => talks(),
        Leaf::Items(items) => items_leaf(face, items, here),
        Leaf::Page(entry) => page(key, entry),
        Leaf::Waiting(entries) => waiting(entries),
        Leaf::Remarks(remarks) => remarks_leaf(remarks),
        Leaf::Signatures(signatures) => signatures_leaf(face, signatures),
    }
}

/// A link to another leaf: within the page where it is drawn, else to where it is.
fn to_leaf(face: &BookFace, key: &str, here: &[String], words: String) -> AnyView {
    if here.iter().any(|own| own == key) {
        return view! { <a href=format!("#{key}") rel="external">{words}</a> }.into_any();
    }
    view! { <a href=format!("/book?{}&at={key}#{key}", of(face)) rel="external">{words}</a> }.into_any()
}

fn cover(face: &BookFace) -> AnyView {
    let list = face.list.as_ref().map(|list| {
        let signed = list.signed_on.map_or_else(|| "待签收".to_owned(), |on| format!("{}签收", zh(on)));
        view! { <p>{format!("第一责任人履责清单第{}版，{signed}", list.version)}</p> }
    });
    let closed = closed_words(face).map(|words| view! { <p>{words}</p> });
    view! {
        <div class="leaf-cover">
            <p>{face.district.clone()} " " {demo().then(sample_mark)}</p>
            <h2>"履责记录本"</h2>
            <p class="leaf-year">{format!("{}年", face.year)}</p>
            <p><b>{whose(face)}</b></p>
            {list}
            {closed}
        </div>
    }
    .into_any()
}

fn contents_view(face: &BookFace, contents: &[ContentsLine], here: &[String]) -> AnyView {
    let lines = contents
        .iter()
        .map(|line| view! { <li>{to_leaf(face, &line.key, here, line.label.clone())}</li> })
        .collect_view();
    view! { <h2>"目录"</h2> <ul class="leaf-contents">{lines}</ul> }.into_any()
}

fn map_leaf(face: &BookFace, map: Option<&MapNode>) -> AnyView {
    let picture = map.map(|tree| {
        let folded = map_below(tree, MapKind::Group);
        map_svg(&map_layout(tree, &folded), "主体责任思维导图，文字大纲见思维导图页", |_| None)
    });
    view! {
        <h2>"主体责任思维导图 " {sample_mark()}</h2>
        <div class="leaf-map" role="region" aria-label="思维导图" tabindex="0" inner_html=picture.unwrap_or_default()></div>
        <p><a href=format!("/book/map?{}", of(face))>"展开到每一条，可缩放"</a></p>
    }
    .into_any()
}

fn months_leaf(face: &BookFace, months: &[BookMonth]) -> AnyView {
    let months = months
        .iter()
        .map(|month| {
            let lines = month
                .items
                .iter()
                .map(|line| {
                    let mark = match (&line.state, line.done) {
                        (Some((tone, word)), _) => format!("{}{word}", tone.icon()),
                        (None, true) => "✓已落实".to_owned(),
                        (None, false) => "○".to_owned(),
                    };
                    let due = line.due.map(|day| format!("　{}到期", zh_short(day))).unwrap_or_default();
                    view! { <li>{format!("{mark} {} {}{due}", line.code, line.short)}</li> }
                })
                .collect_view();
            view! { <h3>{month_name(month.month)}</h3> <p class="hint">{month.phrase.clone()}</p> <ul class="leaf-lines">{lines}</ul> }
        })
        .collect_view();
    view! {
        <h2>"履职月历 " {sample_mark()}</h2>
        {months}
        <p><a href=format!("/book/calendar?{}", of(face))>"打开月历"</a></p>
    }
    .into_any()
}

fn talks() -> AnyView {
    let rows = TALKS
        .iter()
        .map(|talk| {
            view! {
                <tr>
                    <td class="title"><b>{talk.kind}</b><small>{talk.who}</small></td>
                    <td data-label="时机">{talk.when}</td>
                    <td data-label="要素">{talk.elements}</td>
                    <td data-label="本系统留存">{talk.kept}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"谈心谈话要素梳理 " {sample_mark()}</h2>
        <p class="hint">{format!("通用要素：{TALK_COMMON}")}</p>
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th>"类型"</th><th>"时机"</th><th>"要素"</th><th>"本系统留存"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn items_leaf(face: &BookFace, items: &[BookItem], here: &[String]) -> AnyView {
    let mut group = String::new();
    let lines = items
        .iter()
        .map(|item| {
            let name = format!("{}　{}", item.group_no, item.group);
            let head = (name != group).then(|| view! { <h3>{name.clone()}</h3> });
            group = name;
            let pages = item
                .pages
                .iter()
                .map(|page| view! { " " {to_leaf(face, &format!("p{page}"), here, format!("第 {page} 页"))} })
                .collect_view();
            view! {
                {head}
                <p class="leaf-item">
                    <b>{item.code.clone()} " " {item.text.clone()}</b>
                    <small>
                        {item.frequency.label()} " · " {item.action.label()} " · "
                        {(item.word != CARRIED).then(|| item.far())} " "
                        {state_as(item.tone, item.word.clone())} {pages}
                    </small>
                </p>
            }
        })
        .collect_view();
    view! { <h2>"第一责任人履责清单"</h2> {lines} }.into_any()
}

fn page(key: &str, entry: &BookEntry) -> AnyView {
    let number = entry.page.map(|page| format!("第 {page} 页")).unwrap_or_default();
    if entry.stub {
        return view! {
            <h2>{number}</h2>
            <p class="leaf-text">"本页内容已按规定转到系统外办理，只留页码。"</p>
        }
        .into_any();
    }
    view! {
        <h2 id=format!("{key}-h")>{entry.kind.label()} <small>{number}</small></h2>
        {entry_view(entry)}
    }
    .into_any()
}

fn tags(entry: &BookEntry) -> AnyView {
    let mut tags = Vec::new();
    match (&entry.proxy, entry.page) {
        (Some(by), Some(_)) => tags.push(format!("代录 {by}")),
        (Some(by), None) => tags.push(format!("代录 {by}，待确认")),
        (None, _) => {}
    }
    if entry.late {
        tags.push("补记".to_owned());
    }
    if entry.corrections.iter().any(|c| !c.supplement) {
        tags.push("有更正".to_owned());
    }
    if entry.verified {
        tags.push(Checking::of(entry.is_talk()).label().to_owned());
    }
    tags.into_iter().map(|tag| view! { <span class="tag">{tag}</span> " " }).collect_view().into_any()
}

fn entry_view(entry: &BookEntry) -> AnyView {
    let dates = if entry.event_on == entry.recorded_on {
        zh(entry.event_on)
    } else {
        format!("{}发生，{}记录", zh(entry.event_on), zh(entry.recorded_on))
    };
    let text = match &entry.text {
        Some(text) => view! { <p class="leaf-text">{text.clone()}</p> }.into_any(),
        None if entry.is_talk() => view! { <p class="hint">"谈话内容只有本人看得到。"</p> }.into_any(),
        None => view! { <p class="hint">"正文不在您的查看范围。"</p> }.into_any(),
    };
    let details = (!entry.details.is_empty()).then(|| {
        let rows = entry
            .details
            .iter()
            .map(|(label, value)| view! { <dt>{label.clone()}</dt><dd>{value.clone()}</dd> })
            .collect_view();
        view! { <dl class="kv">{rows}</dl> }
    });
    let codes = (!entry.codes.is_empty()).then(|| view! { <p>{format!("对应 {}", entry.codes.join("、"))}</p> });
    view! {
        <p class="muted">{dates} " " {tags(entry)}</p>
        {text}
        {details}
        {codes}
        {entry.corrections.iter().map(correction).collect_view()}
        <p class="muted">
            {entry.head.clone()} " "
            <a class="screen-only" href=format!("/records/{}", entry.record)>"打开这条记录"</a>
        </p>
    }
    .into_any()
}

/// Both versions stay readable.
fn correction(correction: &BookCorrection) -> AnyView {
    let texts = correction.texts.clone().map(|(before, after)| {
        view! { <p class="leaf-text"><del>{before}</del></p> <p class="leaf-text"><ins>{after}</ins></p> }
    });
    let parts = correction
        .parts
        .iter()
        .map(|(what, before, after)| {
            let before = (!before.is_empty()).then(|| view! { <del>{before.clone()}</del> " → " });
            view! { <p>{what.clone()} "：" {before} <ins>{after.clone()}</ins></p> }
        })
        .collect_view();
    let reason = (!correction.reason.is_empty()).then(|| format!("　{}", correction.reason));
    view! {
        <div class="leaf-correction">
            <p><b>{zh(correction.on)} {if correction.supplement { "补充" } else { "更正" }}</b> {reason}</p>
            {texts}
            {parts}
        </div>
    }
    .into_any()
}

fn waiting(entries: &[BookEntry]) -> AnyView {
    let lines = entries
        .iter()
        .map(|entry| view! { <h3>{entry.kind.label()} " " <small>"未编页"</small></h3> {entry_view(entry)} })
        .collect_view();
    view! { <h2>"代录，待确认"</h2> <p class="hint">"联络员替写的，负责人确认以后才编页、才算入册。"</p> {lines} }
        .into_any()
}

fn remarks_leaf(remarks: &[BookRemark]) -> AnyView {
    let lines = remarks
        .iter()
        .map(|remark| {
            let about = if remark.about.is_empty() { "全本".to_owned() } else { remark.about.clone() };
            let answer = (!remark.answer.is_empty())
                .then(|| view! { <p class="leaf-text">"负责人说明：" {remark.answer.clone()}</p> });
            view! {
                <h3>{about} " " <small>{format!("{} {}", remark.by, zh(remark.on))}</small></h3>
                <p class="leaf-text">{remark.text.clone()}</p>
                {answer}
            }
        })
        .collect_view();
    view! {
        <h2>"检查反馈意见"</h2>
        {remarks.is_empty().then(|| view! { <p class="muted">"还没有检查反馈意见。"</p> })}
        {lines}
    }
    .into_any()
}

fn signatures_leaf(face: &BookFace, signatures: &[BookSignature]) -> AnyView {
    let mut named = "";
    let lines = signatures
        .iter()
        .map(|signature| {
            let paper = (!signature.paper.is_empty()).then(|| view! { <p>{signature.paper.clone()}</p> });
            // What two sign is named once.
            let head = (named != signature.purpose || signature.role.is_empty())
                .then(|| view! { <h3>{signature.purpose.clone()}</h3> });
            named = &signature.purpose;
            view! {
                {head}
                <p>{format!("{} {}　{}", signature.role, signature.name, zh(signature.on)).trim_start().to_owned()}</p>
                {signature.drawing.clone().map(drawn)}
                {paper}
            }
        })
        .collect_view();
    let closing = match (face.closed_on, face.may_close) {
        (Some(_), _) => view! { <p>{closed_words(face).unwrap_or_default()} "。"</p> }.into_any(),
        (None, true) => view! {
            <p class="screen-only"><a class="btn" href=format!("/book/closing?{}", of(face))>"办理年度结转"</a></p>
        }
        .into_any(),
        (None, false) => view! { <p class="hint">{to_be_signed(face.year)}</p> }.into_any(),
    };
    view! {
        <h2>"签名"</h2>
        {signatures.is_empty().then(|| view! { <p class="muted">"还没有签名。"</p> })}
        {lines}
        {closing}
    }
    .into_any()
}
