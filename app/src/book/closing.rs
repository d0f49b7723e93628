//! `/book/closing`: what closing the book of a year does, and the signature under it.

use domain::time::zh;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{of, whose};
use crate::{
    api::book::{Closing, ClosingPage, YearQuery},
    duties::SignaturePad,
    ui::{FormMarks, PhonePage, Problem, TextField, loaded, page_data},
};

/// `/book/closing`.
#[component]
pub fn ClosingView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        YearQuery { post: q.get("post"), year: q.get("year").and_then(|y| y.parse().ok()), draft: q.get("draft") }
    });
    let data = page_data(move || Closing { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年记录本年度结转", page.face.year),
        _ => "年度结转".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => whose(&page.face),
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note back="/records">{loaded(data, closing_view)}</PhonePage>
        </Transition>
    }
}

fn lines(lines: &[String], none: &'static str) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    let lines = lines.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    view! { <ul>{lines}</ul> }.into_any()
}

fn closing_view(page: ClosingPage) -> AnyView {
    let book = format!("/book?{}", of(&page.face));
    if let Some(on) = page.face.closed_on {
        let signed = match page.intact {
            Some(true) => Some("内容与签字时一致。"),
            // Said above: what went offline is not there any more.
            Some(false) if page.offline == 0 => Some("内容与签字时不一致，请联系系统管理员核对审计日志和备份。"),
            _ => None,
        };
        return view! {
            <section class="card">
                <h2>"已经结转"</h2>
                <p>{format!("{}年记录本已于{}结转，只供阅读和打印。", page.face.year, zh(on))}</p>
                {(page.offline > 0).then(|| view! {
                    <p>{format!("结转后有 {} 页转到系统外办理，只留页码；签字时的内容校验码不变。", page.offline)}</p>
                })}
                {signed.map(|words| view! { <p>{words}</p> })}
                <p class="hint">"翻阅检查的意见、核实和核查结果在结转后仍可补上，不改动记录内容。"</p>
                <div class="actions"><a class="btn" href=book>"翻开记录本"</a></div>
            </section>
        }
        .into_any();
    }
    let returned = if page.outline {
        view! { <p>"联络员替写、您没有确认的，退回联络员，不入册。"</p> }.into_any()
    } else {
        lines(&page.effects.returned, "没有待确认的代录。")
    };
    let automatic = page.automatic.map(|day| format!("{}以后还没有办理的，由系统到期自动结转，不需要签字。", zh(day)));
    view! {
        <section class="card">
            <h2>"结转以后"</h2>
            <p>{format!("年度结转就是封存一年的记录本，没办完的转到下一年。{}年的记录本此后不再记录、确认和更正，可以一直阅读和打印。结转前仍可补记和更正。", page.face.year)}</p>
            <p class="section-label">"退回联络员，不入册"</p>
            {returned}
            <p class="section-label">"继续整改，编号不变"</p>
            {lines(&page.effects.items, "没有在办的整改。")}
            <p class="section-label">"转到下一年度接着落实"</p>
            {lines(&page.effects.carried, "没有任期内尚未落实的事项。")}
            {automatic.map(|words| view! { <p class="hint">{words}</p> })}
        </section>
        {if page.face.may_close { form(&page) } else { early(&page) }}
    }
    .into_any()
}

fn early(page: &ClosingPage) -> AnyView {
    let words = format!("{0}年还没有过完，{1}年1月1日起可以办理。", page.face.year, page.face.year + 1);
    view! { <p class="hint">{words}</p> }.into_any()
}

fn form(page: &ClosingPage) -> AnyView {
    let draft = page.draft.clone();
    let signing = if page.on_screen {
        view! {
            <SignaturePad
                name=page.signer.clone()
                typed=draft.value("typed", "")
                error=draft.problem_of("typed").or(draft.problem_of("drawing"))
            />
        }
        .into_any()
    } else {
        view! {
            <input type="hidden" name="how" value="paper" />
            <p class="hint">{format!("由{}本人签字；已在纸质件上签字的，在这里登记日期和经办人。", page.signer)}</p>
            <TextField
                name="paper_on"
                label="纸质签字日期"
                kind="date"
                value=draft.value("paper_on", "")
                error=draft.problem_of("paper_on")
            />
            <TextField
                name="handler"
                label="经办人"
                value=draft.value("handler", "")
                error=draft.problem_of("handler")
            />
        }
        .into_any()
    };
    let check: String = page.seen.chars().take(8).collect();
    view! {
        <form class="card" method="post" action="/book/close" id="close">
            <FormMarks command=page.command />
            <input type="hidden" name="post" value=page.face.post.to_string() />
            <input type="hidden" name="year" value=page.face.year.to_string() />
            <input type="hidden" name="seen" value=page.seen.clone() />
            <Problem draft=draft.clone() />
            <h2>{format!("签字人：{}", page.signer)}</h2>
            {signing}
            <p class="hint">{format!("签名只对现在的内容有效；内容改动过，校验码 {check} 就对不上。")}</p>
            <div class="actions"><button class="btn primary">"签字结转"</button></div>
        </form>
    }
    .into_any()
}
