//! `/settings`: what the office sets for the record books and their readings, four forms of their own. Values are 示范
//! until the office has saved them once.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        drafts::Draft,
        reminders::DraftQuery,
        settings::{PartState, RecordSettings, SettingsPage},
    },
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/settings`.
#[component]
pub fn SettingsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| DraftQuery { draft: query.read().get("draft") });
    let data = page_data(move || RecordSettings { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><b>"已保存，立即生效"</b></div> }
        })
    };
    view! {
        <OfficePage current="/settings">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"系统设置"</h1>
                    <p class="lead">"履责记录本的规则。标“示范”的还没有经区里确认；每次保存记入审计日志。"</p>
                </div>
                {done}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

/// The draft, where it is of this part; else an empty one.
fn of(page: &SettingsPage, part: &str) -> Draft {
    if page.draft.value("part", "") == part { page.draft.clone() } else { Draft::default() }
}

fn head(title: &'static str, state: &PartState) -> AnyView {
    let confirmed = state.confirmed.clone();
    if confirmed.is_empty() {
        return view! { <h2>{title} " " <span class="tag">"示范"</span></h2> }.into_any();
    }
    view! { <h2>{title}</h2> <p class="hint">{format!("已确认：{confirmed}")}</p> }.into_any()
}

fn marks(page: &SettingsPage, part: &'static str, state: &PartState) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="part" value=part />
        <input type="hidden" name="seen" value=state.seen.clone() />
    }
    .into_any()
}

fn page_view(page: SettingsPage) -> AnyView {
    let [words, days, closing, share] = &page.parts;
    view! {
        {clue_words(&page, words)} {proxy_days(&page, days)} {book_closes(&page, closing)} {sample_share(&page, share)}
    }
    .into_any()
}

fn sample_share(page: &SettingsPage, state: &PartState) -> AnyView {
    let draft = of(page, "share");
    view! {
        <section class="panel" id="share">
            {head("翻阅检查的抽查比例", state)}
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/settings/records">
                {marks(page, "share", state)}
                <TextField name="percent" label="按清单条目抽查百分之几" class="short"
                    value=draft.value("percent", page.share.to_string()) error=draft.problem_of("share")
                    hint="1 到 100；登记时可以改，也可以要求不少于几条。已经登记的检查不变" />
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn clue_words(page: &SettingsPage, state: &PartState) -> AnyView {
    let draft = of(page, "clues");
    let refused = !draft.fields.is_empty();
    let chips = page
        .words
        .iter()
        .map(|(word, warns)| {
            let checked = if refused { draft.has("warn", word) } else { *warns };
            view! { <ChoiceChip kind="checkbox" name="warn" value=word.clone() label=word.clone() checked=checked /> }
        })
        .collect_view();
    view! {
        <section class="panel" id="clues">
            {head("涉线索词", state)}
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/settings/records">
                {marks(page, "clues", state)}
                <fieldset class="field">
                    <legend>"通用词 " <small>"打勾的在保存记录时提示"</small></legend>
                    <div class="chips">{chips}</div>
                    <p class="hint">"只提示，不拦截：点一下“不涉及具体内容”就能保存。身份证号和密级标志一律不能保存，不在这里设置。"</p>
                </fieldset>
                <TextArea name="more" label="本区另加的词（每行一个）" value=draft.value("more", page.more.clone())
                    error=draft.problem_of("more") />
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn proxy_days(page: &SettingsPage, state: &PartState) -> AnyView {
    let draft = of(page, "days");
    let [drafted, confirmed] = page.days;
    view! {
        <section class="panel" id="days">
            {head("代录期限", state)}
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/settings/records">
                {marks(page, "days", state)}
                <TextField name="drafted" label="联络员在事后几个工作日内代录" class="short"
                    value=draft.value("drafted", drafted.to_string()) error=draft.problem_of("drafted")
                    hint="超过的照样可以代录，标明补记" />
                <TextField name="confirmed" label="负责人在几个工作日内确认" class="short"
                    value=draft.value("confirmed", confirmed.to_string()) error=draft.problem_of("confirmed")
                    hint="到期没有确认的退回联络员，不计入；正在等待的也按新的天数算" />
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn book_closes(page: &SettingsPage, state: &PartState) -> AnyView {
    let draft = of(page, "closing");
    let refused = !draft.fields.is_empty();
    let on = if refused { draft.has("automatic", "1") } else { page.closes.is_some() };
    let (month, day) = page.closes.unwrap_or((3, 31));
    view! {
        <section class="panel" id="closing">
            {head("记录本到期自动结转", state)}
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/settings/records">
                {marks(page, "closing", state)}
                <div class="field check">
                    <label><input type="checkbox" name="automatic" value="1" checked=on /> " "
                        <span>"上一年度的记录本到期没有办理结转的，自动结转"</span></label>
                </div>
                <TextField name="month" label="次年几月" class="short" value=draft.value("month", month.to_string()) />
                <TextField name="day" label="几日" class="short" value=draft.value("day", day.to_string())
                    error=draft.problem_of("day")
                    hint="这一天还可以签字结转，第二天起自动结转。改成已经过去的日子，未结转的记录本当晚就自动结转，不能撤回" />
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}
