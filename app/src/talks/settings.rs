//! `/talks/settings`: who talks, days, 方面, the promise.

use domain::{
    people::UnitKind,
    talks::{Delegation, Level, Speaker, TalkDays},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{area, choice, field, options};
use crate::{
    api::talks::{SetOfTalks, TalkSettingsPage, TalksQuery},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/talks/settings`.
#[component]
pub fn SettingsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| TalksQuery { draft: query.read().get("draft"), ..TalksQuery::default() });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || SetOfTalks { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/talks">"“三交底”廉政谈话"</a> " / " <span>"谈话设置"</span></nav>
                <div class="page-head">
                    <h1>"谈话设置"</h1>
                    <p class="lead">"谁来谈、各环节几天、问题分几个方面、承诺书写什么。已经登记的谈话按登记时的期限。"</p>
                </div>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> })}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

const KINDS: [UnitKind; 5] =
    [UnitKind::Town, UnitKind::Department, UnitKind::Enterprise, UnitKind::Leading, UnitKind::Subordinate];

fn show(page: &TalkSettingsPage, draft: &str) -> AnyView {
    let (kept, now) = (&page.draft, &page.settings);
    let mark = if kept.fields.is_empty() { String::new() } else { draft.to_owned() };
    let speakers = options(Speaker::ALL, Speaker::key, Speaker::label);
    let levels = options(Level::ALL, Level::key, Level::label);
    let leads = Level::ALL
        .iter()
        .map(|level| {
            let name = format!("lead_{}", level.key());
            let value = kept.value(&name, now.rule.lead(*level).key());
            let error = kept.problem_of(&name);
            choice(name, format!("{}，由谁主谈", level.label()), &speakers, &value, error)
        })
        .collect_view();
    let kinds = KINDS
        .iter()
        .map(|kind| {
            let name = format!("kind_{}", kind.key());
            let value = kept.value(&name, now.rule.level(*kind, false).key());
            let error = kept.problem_of(&name);
            choice(name, format!("{}负责人", kind.label()), &levels, &value, error)
        })
        .collect_view();
    // Every pair that could be chosen is too many: those of the same house, and those that stand.
    let pairs = [
        (Speaker::CitySecretary, Speaker::CityDeputy),
        (Speaker::Secretary, Speaker::Deputy),
        (Speaker::Secretary, Speaker::Team),
        (Speaker::Deputy, Speaker::Team),
        (Speaker::Team, Speaker::Deputy),
    ];
    let delegations = pairs
        .into_iter()
        .map(|(from, to)| {
            let value = format!("{}:{}", from.key(), to.key());
            let stands = now.rule.delegations.contains(&Delegation { from, to });
            let ticked = if kept.fields.is_empty() { stands } else { kept.has("delegation", &value) };
            let words = format!("{}可以委托{}", from.label(), to.label());
            view! { <label class="check"><input type="checkbox" name="delegation" value=value checked=ticked /> {words}</label> }
        })
        .collect_view();
    let ticked = |name: &str, stands: bool| if kept.fields.is_empty() { stands } else { kept.value(name, "") == "1" };
    let days = TalkDays::NAMES
        .iter()
        .zip(now.days.values())
        .map(|((name, words), value)| {
            field(*name, (name, words), "number", kept.value(name, value.to_string()), kept.problem_of(name))
        })
        .collect_view();
    let confirmed = if page.confirmed.is_empty() {
        "示范，还没有确认。保存后即按本区的规定执行。".to_owned()
    } else {
        format!("已确认：{}", page.confirmed)
    };
    view! {
        <Problem draft=kept.clone() />
        <form class="form panel" method="post" action="/talks/settings">
            <p class="hint">{confirmed}</p>
            <FormMarks command=page.command draft=mark />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <h2>"谁来谈"</h2>
            {leads}
            <fieldset class="field"><legend>"委托"</legend>{delegations}
                {kept.problem_of("delegation").map(|words| view! { <p class="error">{words}</p> })}
            </fieldset>
            <h3>"干部管理权限（示范，登记时可以改）"</h3>
            {kinds}
            <label class="check"><input type="checkbox" name="party_leader" value="1" checked=ticked("party_leader", now.rule.party_leader_with_groups) /> "集体谈话由党委主要领导一同参加"</label>
            <label class="check"><input type="checkbox" name="acting" value="1" checked=ticked("acting", now.rule.acting) /> "主持工作的也谈话"</label>
            <h2>"期限"</h2>
            {days}
            <h2>"清单和承诺书"</h2>
            {area("areas", ("areas", "问题清单的方面，一行一个"), 5, kept.value("areas", now.areas.join("\n")), kept.problem_of("areas"))}
            {area("commitment", ("commitment", "承诺书正文，一行一条"), 8, kept.value("commitment", now.commitment.clone()), kept.problem_of("commitment"))}
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}
