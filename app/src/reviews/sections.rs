//! Sections of the plan: arrangement, presenters, who runs the meeting.

use domain::{
    ids::PersonId,
    reviews::{Announce, Identity, Mode, Plan, Secrecy},
};
use leptos::prelude::*;

use super::{
    plan::marks,
    words::{chips, select},
};
use crate::{api::reviews::PlanPage, ui::TextField};

const MODES: [(&str, &str); 2] = [("together", "集中测评"), ("one_by_one", "逐人测评")];
const SECRETS: [(&str, &str); 2] = [("anonymous", "无记名"), ("named", "记名")];
const IDENTITIES: [(&str, &str); 2] = [("card", "抽取评议卡"), ("account", "本人账号")];
const TOLD: [(&str, &str); 3] = [("afterwards", "会后反馈"), ("chair", "主持人控制"), ("at_once", "当场宣布")];

/// Names shown of a group in the summary; the roll has the rest.
const NAMED: usize = 60;

/// Words of mode, secrecy, identity and announcement.
fn choices(plan: &Plan) -> [&'static str; 4] {
    [
        match plan.mode {
            Mode::Together => "集中测评",
            Mode::OneByOne => "逐人测评",
        },
        match plan.secrecy {
            Secrecy::Anonymous => "无记名",
            Secrecy::Named => "记名",
        },
        match plan.identity {
            Identity::Account => "本人账号",
            Identity::Card => "抽取评议卡",
        },
        match plan.announce {
            Announce::Afterwards => "会后反馈",
            Announce::Chair => "主持人控制",
            Announce::AtOnce => "当场宣布",
        },
    ]
}

/// 会议安排 in words, line by line.
pub fn arranged(plan: &Plan) -> Vec<(&'static str, String)> {
    let [mode, secrecy, identity, announce] = choices(plan);
    vec![
        ("会议名称", plan.title.clone()),
        ("述责年度", plan.year.to_string()),
        ("时间、地点", format!("{} {}", domain::time::zh(plan.on), plan.place)),
        ("测评方式", format!("{mode}，{secrecy}")),
        ("签到凭据", identity.to_owned()),
        ("结果宣布", announce.to_owned()),
    ]
}

/// 会务人员 in words, line by line.
pub fn in_charge(page: &PlanPage) -> Vec<(&'static str, String)> {
    let plan = &page.plan;
    let all = |ids: Vec<&PersonId>| ids.into_iter().map(|id| who(page, Some(id))).collect::<Vec<_>>().join("、");
    vec![
        ("主持人", who(page, plan.chair.as_ref())),
        ("会务操作员", all(plan.operators.iter().collect())),
        ("监票人", all(plan.tellers.iter().collect())),
        ("计票人", all(plan.counters.iter().collect())),
    ]
}

/// Lines that nobody changes here.
pub(super) fn definitions(lines: Vec<(&'static str, String)>) -> AnyView {
    let lines = lines.into_iter().map(|(label, words)| view! { <dt>{label}</dt><dd>{words}</dd> }).collect_view();
    view! { <dl class="kv">{lines}</dl> }.into_any()
}

/// The plan on one page, for whoever decides on it.
pub(super) fn summary(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    let [mode, secrecy, identity, announce] = choices(plan);
    let presenters =
        plan.presenters.iter().map(|p| view! { <li>{p.title.clone()} "　" {p.name.clone()}</li> }).collect_view();
    let groups = plan
        .rules
        .groups
        .iter()
        .map(|group| {
            let all: Vec<&str> = plan.raters.iter().filter(|r| r.group == group.key).map(|r| r.name.as_str()).collect();
            let more = all.len().saturating_sub(NAMED);
            let tail = if more > 0 { format!(" 等，其余 {more} 人见“评议人员”") } else { String::new() };
            let names = all.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
            view! {
                <li>
                    <b>{group.name.clone()}</b> {format!(" {} 人，权重 {}%", all.len(), group.weight)}
                    <br/><small>{names} {tail}</small>
                </li>
            }
        })
        .collect_view();
    let recusals = match (plan.identity, plan.recusals.len()) {
        (Identity::Card, _) => "由评议人员当场点“回避”".to_owned(),
        (Identity::Account, 0) => "没有".to_owned(),
        (Identity::Account, n) => format!("{n} 条，见“回避”"),
    };
    let dates =
        page.dates.iter().map(|d| format!("{} {}", d.day, d.what)).map(|d| view! { <li>{d}</li> }).collect_view();
    let all = |ids: Vec<&PersonId>| {
        let names: Vec<_> = ids.into_iter().map(|id| who(page, Some(id))).collect();
        if names.is_empty() { "未确定".to_owned() } else { names.join("、") }
    };
    view! {
        <section class="panel">
            <h2>"方案摘要"</h2>
            <dl class="kv">
                <dt>"会议"</dt>
                <dd>{plan.title.clone()} <br/> {domain::time::zh(plan.on)} " " {plan.place.clone()}</dd>
                <dt>{format!("述责对象 {} 位", plan.presenters.len())}</dt><dd><ol>{presenters}</ol></dd>
                <dt>{format!("评议人员 {} 人", plan.raters.len())}</dt><dd><ul>{groups}</ul></dd>
                <dt>"事先回避"</dt><dd>{recusals}</dd>
                <dt>"测评方式"</dt><dd>{mode} "，" {secrecy}</dd>
                <dt>"签到凭据"</dt><dd>{identity}</dd>
                <dt>"结果宣布"</dt><dd>{announce}</dd>
                <dt>"主持人"</dt><dd>{who(page, plan.chair.as_ref())}</dd>
                <dt>"会务操作员"</dt><dd>{all(plan.operators.iter().collect())}</dd>
                <dt>"监票人"</dt><dd>{all(plan.tellers.iter().collect())}</dd>
                <dt>"计票人"</dt><dd>{all(plan.counters.iter().collect())}</dd>
                <dt>"会前安排"</dt><dd><ul>{dates}</ul></dd>
            </dl>
        </section>
    }
    .into_any()
}

/// 会议安排.
pub(super) fn base(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    let mode = match plan.mode {
        Mode::Together => "together",
        Mode::OneByOne => "one_by_one",
    };
    let secrecy = match plan.secrecy {
        Secrecy::Anonymous => "anonymous",
        Secrecy::Named => "named",
    };
    let identity = match plan.identity {
        Identity::Account => "account",
        Identity::Card => "card",
    };
    let announce = match plan.announce {
        Announce::Afterwards => "afterwards",
        Announce::Chair => "chair",
        Announce::AtOnce => "at_once",
    };
    if !page.may.edit {
        return definitions(arranged(plan));
    }
    let draft = page.draft.clone();
    view! {
        <form class="form" method="post" action="/reviews/base">
            {marks(page)}
            <TextField name="title" label="会议名称" class="half" required=true
                value=draft.value("title", plan.title.clone()) error=draft.problem_of("title") />
            <TextField name="year" label="述责年度" class="half" required=true
                value=draft.value("year", plan.year.to_string()) error=draft.problem_of("year") />
            <TextField name="on_day" label="会议日期" kind="date" class="half" required=true
                value=draft.value("on_day", domain::time::iso(plan.on)) error=draft.problem_of("on_day") />
            <TextField name="place" label="地点" class="half"
                value=draft.value("place", plan.place.clone()) error=draft.problem_of("place") />
            {chips("mode", "测评方式", "集中测评：一张测评表列出全部述责对象，边听边填，一次收回", &MODES, &draft.value("mode", mode))}
            {chips("secrecy", "是否记名", "无记名：封存时票和席位的对应关系随密钥一起销毁", &SECRETS, &draft.value("secrecy", secrecy))}
            {chips("identity", "签到凭据", "抽取评议卡：名册另行打勾，席位与姓名不相联系", &IDENTITIES, &draft.value("identity", identity))}
            {chips("announce", "结果宣布", "会后反馈：结果不上大屏，一人一单", &TOLD, &draft.value("announce", announce))}
            <div class="actions"><button class="btn primary">"保存会议安排"</button></div>
        </form>
    }
    .into_any()
}

/// 述责对象.
pub(super) fn presenters(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    let edit = page.may.edit;
    let rows = (1_usize..)
        .zip(&plan.presenters)
        .map(|(n, p)| {
            let place = if edit {
                let name = format!("n.{}", p.post);
                let value = page.draft.value(&name, n.to_string());
                view! { <input class="num" name=name value=value inputmode="numeric" size="3" aria-label=format!("{}的次序", p.name) /> }
                    .into_any()
            } else {
                n.to_string().into_any()
            };
            view! {
                <tr>
                    <td data-label="次序">{place}</td>
                    <td data-label="述责对象" class="title"><b>{p.name.clone()}</b></td>
                    <td data-label="单位、职务">{p.title.clone()}</td>
                    <td data-label="应到" class="num">{plan.entitled(p.id)}</td>
                </tr>
            }
        })
        .collect_view();
    let more = page
        .posts
        .iter()
        .filter(|(post, _)| plan.presenters.iter().all(|p| p.post != *post))
        .map(|(post, words)| {
            let on = page.draft.has("add", &post.to_string());
            view! {
                <label class="chip">
                    <input type="checkbox" name="add" value=post.to_string() checked=on />
                    <span>{words.clone()}</span>
                </label>
            }
        })
        .collect_view();
    let table = view! {
        {if plan.presenters.is_empty() {
            view! { <div class="empty"><b>"还没有述责对象"</b><p>"在下面勾选述责的党组织主要负责人。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"次序"</th><th>"述责对象"</th><th>"单位、职务"</th><th class="num">"应到"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
    };
    let problem = page.draft.problem_of("presenters");
    if !edit {
        return table.into_any();
    }
    view! {
        <form class="form" method="post" action="/reviews/presenters">
            {marks(page)}
            {table}
            {problem.map(|e| view! { <p class="error">{e}</p> })}
            <p class="hint">"改数字调整次序，清空数字去掉这一位。"</p>
            <fieldset class="field">
                <legend>"添加述责对象"</legend>
                <div class="chips">{more}</div>
            </fieldset>
            <div class="actions"><button class="btn primary">"保存述责对象"</button></div>
        </form>
    }
    .into_any()
}

fn who(page: &PlanPage, person: Option<&PersonId>) -> String {
    person
        .and_then(|id| page.people.iter().find(|(known, _)| known == id))
        .map_or_else(|| "未确定".to_owned(), |(_, name)| name.clone())
}

/// 会务人员.
pub(super) fn people(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    if !page.may.edit {
        return definitions(in_charge(page));
    }
    let draft = page.draft.clone();
    let refused = !draft.fields.is_empty();
    let options = || {
        std::iter::once((String::new(), "未确定".to_owned()))
            .chain(page.people.iter().map(|(id, name)| (id.to_string(), name.clone())))
            .collect::<Vec<_>>()
    };
    let typed = |name: &str, at: usize| {
        draft.fields.iter().filter(|(n, _)| n == name).nth(at).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let chosen = |name: &str, at: usize, now: Option<&PersonId>| {
        if refused { typed(name, at) } else { now.map(ToString::to_string).unwrap_or_default() }
    };
    let operators: Vec<PersonId> = plan.operators.iter().copied().collect();
    let error = |name: &str| draft.problem_of(name);
    view! {
        <form class="form" method="post" action="/reviews/people">
            {marks(page)}
            {select("p1", "chair", "主持人", options(), &chosen("chair", 0, plan.chair.as_ref()), error("chair"))}
            {select("p2", "operator", "会务操作员", options(), &chosen("operator", 0, operators.first()), error("operators"))}
            {select("p3", "operator", "会务操作员（第二名，可不设）", options(), &chosen("operator", 1, operators.get(1)), None)}
            {select("p4", "teller", "监票人", options(), &chosen("teller", 0, plan.tellers.first()), error("tellers"))}
            {select("p5", "teller", "监票人（第二名）", options(), &chosen("teller", 1, plan.tellers.get(1)), None)}
            {select("p6", "counter", "计票人", options(), &chosen("counter", 0, plan.counters.first()), error("counters"))}
            {select("p7", "counter", "计票人（第二名）", options(), &chosen("counter", 1, plan.counters.get(1)), None)}
            <p class="hint">"主持人讲、会务操作员点；监票人两名，不能是述责对象；计票人两名，纸质测评表各录一遍。"</p>
            <div class="actions"><button class="btn primary">"保存会务人员"</button></div>
        </form>
    }
    .into_any()
}
