//! The roll of a plan: raters by hand and from a table, and who does not rate whom.

use domain::reviews::{Identity, Plan};
use leptos::prelude::*;

use super::{plan::marks, words::select};
use crate::{
    api::reviews::{PlanPage, RecusalLine},
    imports::UploadForm,
    ui::TextField,
};

/// Lines shown of a long roll; the rest is counted.
const SHOWN: usize = 300;

fn groups(plan: &Plan) -> Vec<(String, String)> {
    plan.rules.groups.iter().map(|g| (g.key.clone(), g.name.clone())).collect()
}

/// 评议人员.
pub(super) fn raters(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    let tally = plan
        .rules
        .groups
        .iter()
        .map(|g| {
            let n = plan.raters.iter().filter(|r| r.group == g.key).count();
            view! { <li><b class="num">{n}</b> " " {g.name.clone()} <small>{format!("（权重 {}%）", g.weight)}</small></li> }
        })
        .collect_view();
    let rows = plan.raters.iter().enumerate().take(SHOWN).map(|(at, _)| line(page, at)).collect_view();
    let more = plan.raters.len().saturating_sub(SHOWN);
    let draft = page.draft.clone();
    let units = std::iter::once((String::new(), "不填，或区外单位".to_owned()))
        .chain(page.units.iter().map(|(id, name)| (id.to_string(), name.clone())))
        .collect();
    view! {
        <div class="stack">
        <ul class="tally">{tally}</ul>
        {if plan.raters.is_empty() {
            view! { <div class="empty"><b>"名册是空的"</b><p>"逐人添加，或从表格导入：姓名、分组、单位三列。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table dense">
                        <thead><tr><th>"姓名"</th><th>"分组"</th><th>"单位"</th><th>"系统人员"</th><th class="act"></th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {(more > 0).then(|| view! { <p class="hint">{format!("其余 {more} 人没有列出。")}</p> })}
        {page.may.edit.then(|| view! {
            <section class="panel">
                <h2>"逐人添加"</h2>
                <form class="form" method="post" action="/reviews/raters">
                    {marks(page)}
                    <TextField name="name" label="姓名" class="half" required=true
                        value=draft.value("name", "") error=draft.problem_of("name") />
                    {select("r-group", "group", "分组", groups(plan), &draft.value("group", ""), draft.problem_of("group"))}
                    {select("r-unit", "unit", "单位", units, &draft.value("unit", ""), draft.problem_of("unit"))}
                    <TextField name="place" label="区外单位或区分说明" class="half" hint="如区人大代表；同名的两位请写明"
                        value=draft.value("place", "") error=draft.problem_of("place") />
                    <p class="hint">"单位用于提示回避，也用来区分同名的人。"</p>
                    <div class="actions"><button class="btn primary" name="do" value="add">"添加"</button></div>
                </form>
            </section>
            <section class="panel">
                <h2>"从表格导入"</h2>
                <UploadForm kind="raters" target=page.id.to_string() command=page.command problem=page.upload_problem.clone() />
            </section>
        })}
        </div>
    }
    .into_any()
}

fn line(page: &PlanPage, at: usize) -> AnyView {
    let plan = &page.plan;
    let Some(rater) = plan.raters.get(at) else { return ().into_any() };
    let unit = page.rater_units.get(at).cloned().unwrap_or_default();
    let group = plan.rules.group(&rater.group).map_or_else(|| "分组已取消".to_owned(), |g| g.name.clone());
    let known = if rater.person.is_some() { "✓ 已对应" } else { "—" };
    let hidden = || view! { {marks(page)} <input type="hidden" name="rater" value=rater.id.to_string() /> };
    let options = groups(plan)
        .into_iter()
        .map(|(key, name)| {
            let here = key == rater.group;
            view! { <option value=key selected=here>{name}</option> }
        })
        .collect_view();
    view! {
        <tr>
            <td data-label="姓名" class="title"><b>{rater.name.clone()}</b></td>
            <td data-label="分组">
                {if page.may.edit {
                    view! {
                        <form class="inline-form" method="post" action="/reviews/raters">
                            {hidden()}
                            <select name="group" aria-label=format!("{}的分组", rater.name)>{options}</select>
                            <button class="btn small" name="do" value="move">"改"</button>
                        </form>
                    }
                    .into_any()
                } else {
                    group.into_any()
                }}
            </td>
            <td data-label="单位">{unit}</td>
            <td data-label="系统人员">{known}</td>
            <td class="act">
                {page.may.edit.then(|| view! {
                    <form method="post" action="/reviews/raters">
                        {hidden()}
                        <button class="btn small danger-plain" name="do" value="remove">"去掉"</button>
                    </form>
                })}
            </td>
        </tr>
    }
    .into_any()
}

/// 回避.
pub(super) fn recusals(page: &PlanPage) -> AnyView {
    let plan = &page.plan;
    let cards = plan.identity == Identity::Card;
    let set = page.recusals.iter().map(|r| recusal(page, r, page.may.edit)).collect_view();
    let proposed = page.implied.iter().map(|r| recusal(page, r, false)).collect_view();
    let pick = |all: Vec<(String, String)>| std::iter::once((String::new(), "请选择".to_owned())).chain(all).collect();
    let raters = plan.raters.iter().map(|r| (r.id.to_string(), r.name.clone())).collect();
    let presenters = plan.presenters.iter().map(|p| (p.id.to_string(), format!("{}　{}", p.title, p.name))).collect();
    let draft = page.draft.clone();
    let head = || view! { <thead><tr><th>"评议人员"</th><th>"不评议"</th><th>"原因（仅办公室可见）"</th><th class="act"></th></tr></thead> };
    view! {
        <div class="stack">
        <p class="hint">{if cards {
            "抽卡签到认卡不认人，事先定的回避无法落实：述责对象本人和同单位的人请移出名册，或改用账号签到；其他回避由评议人员当场点“回避”。应到按名册全员计。"
        } else {
            "回避只减少这一位述责对象的应到；会上由本人再点的回避不在这里，也不上大屏。"
        }}</p>
        {(!page.implied.is_empty()).then(|| view! {
            <section class="panel">
                <h2>"建议回避"</h2>
                <div class="table-wrap"><table class="table dense">{head()}<tbody>{proposed}</tbody></table></div>
                {(page.may.recuse && !cards).then(|| view! {
                    <form class="actions" method="post" action="/reviews/recusals">
                        {marks(page)}
                        <button class="btn primary" name="do" value="implied">"全部列为回避"</button>
                    </form>
                })}
            </section>
        })}
        {if page.recusals.is_empty() {
            view! { <div class="empty"><b>"还没有回避"</b><p>"本人、同一单位的会自动提示；亲属等其他情形在下面添加。"</p></div> }.into_any()
        } else {
            view! { <div class="table-wrap"><table class="table dense">{head()}<tbody>{set}</tbody></table></div> }.into_any()
        }}
        {(page.may.recuse && !cards).then(|| view! {
            <section class="panel">
                <h2>"添加回避"</h2>
                <form class="form" method="post" action="/reviews/recusals">
                    {marks(page)}
                    {select("c-rater", "rater", "评议人员", pick(raters), &draft.value("rater", ""), draft.problem_of("rater"))}
                    {select("c-presenter", "presenter", "述责对象", pick(presenters), &draft.value("presenter", ""), draft.problem_of("presenter"))}
                    <TextField name="reason" label="原因" required=true hint="只有办公室看得到"
                        value=draft.value("reason", "") error=draft.problem_of("reason") />
                    <div class="actions"><button class="btn primary" name="do" value="add">"添加回避"</button></div>
                </form>
            </section>
        })}
        </div>
    }
    .into_any()
}

fn recusal(page: &PlanPage, line: &RecusalLine, removable: bool) -> AnyView {
    let off_roll = !removable && page.may.edit && page.unheld.contains(&line.rater);
    view! {
        <tr>
            <td data-label="评议人员" class="title"><b>{line.rater_name.clone()}</b></td>
            <td data-label="不评议">{line.presenter_name.clone()}</td>
            <td data-label="原因">{line.why.clone()}</td>
            <td class="act">
                {off_roll.then(|| view! {
                    <form method="post" action="/reviews/raters">
                        {marks(page)}
                        <input type="hidden" name="rater" value=line.rater.to_string() />
                        <button class="btn small danger-plain" name="do" value="remove">"移出名册"</button>
                    </form>
                })}
                {removable.then(|| view! {
                    <form method="post" action="/reviews/recusals">
                        {marks(page)}
                        <input type="hidden" name="rater" value=line.rater.to_string() />
                        <input type="hidden" name="presenter" value=line.presenter.to_string() />
                        <button class="btn small danger-plain" name="do" value="remove">"去掉"</button>
                    </form>
                })}
            </td>
        </tr>
    }
    .into_any()
}
