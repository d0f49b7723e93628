//! 评议规则: groups and weights, scale, dimensions, lines, quorum. All numbers are 示范.

use domain::reviews::{Group, ReviewRules, Scale};
use leptos::prelude::*;

use super::{plan::marks, sections::definitions, words::chips};
use crate::{api::reviews::PlanPage, ui::TextField};

/// Rows for groups: those there are and two more, at most eight.
fn rows(rules: &ReviewRules) -> usize {
    (rules.groups.len() + 2).min(8)
}

/// 评议规则.
pub(super) fn show(page: &PlanPage) -> AnyView {
    if page.may.edit { form(page) } else { read(page) }
}

/// The rules in words, line by line.
pub fn rule_lines(rules: &ReviewRules) -> Vec<(&'static str, String)> {
    let groups: Vec<String> =
        rules.groups.iter().map(|g| format!("{} {}%（{}）", g.name, g.weight, g.colour)).collect();
    let dimensions: Vec<&str> = rules.dimensions.iter().map(|d| d.label.as_str()).collect();
    let [good, better, fair, poor] = rules.points;
    let [first, second, third] = rules.lines;
    let overall = match rules.scale {
        Scale::Grades => format!("好、较好、一般、差，分别折 {good}、{better}、{fair}、{poor} 分"),
        Scale::Points => "百分制".to_owned(),
    };
    let lines = format!("{first} 分以上为好，{second} 分以上为较好，{third} 分以上为一般，以下为差");
    vec![
        ("分组和权重", groups.join("；")),
        ("总体评价", overall),
        ("分项（可不填）", dimensions.join("、")),
        ("等次分数线", lines),
        ("到会人数", format!("应到的 {}/{} 到会方可测评", rules.start_quorum.0, rules.start_quorum.1)),
        ("有效票", format!("有效票达到应到的 {}/{} 方有结果", rules.valid_quorum.0, rules.valid_quorum.1)),
        ("并组", format!("一组有效票不足 {} 张时与其他组合并计票", rules.smallest_cell)),
        ("述责时间", format!("每位 {} 分钟", rules.speech_minutes)),
    ]
}

fn read(page: &PlanPage) -> AnyView {
    view! {
        <p class="hint">{format!("规则第{}版", page.plan.rules.version)}</p>
        {definitions(rule_lines(&page.plan.rules))}
    }
    .into_any()
}

fn form(page: &PlanPage) -> AnyView {
    let rules = page.plan.rules.clone();
    let draft = page.draft.clone();
    let refused = !draft.fields.is_empty();
    let value = |name: &str, now: String| draft.value(name, now);
    let small = |name: String, label: String, now: String| {
        let value = value(&name, now);
        view! { <label class="nowrap">{label} " " <input class="num" name=name value=value inputmode="numeric" size="4" /></label> " " }
    };
    let empty = Group { key: String::new(), name: String::new(), weight: 0, colour: String::new() };
    let groups = (0..rows(&rules))
        .map(|n| {
            let g = rules.groups.get(n).unwrap_or(&empty).clone();
            let weight = if g.weight == 0 { String::new() } else { g.weight.to_string() };
            let cell = |part: &str, label: &str, now: String, size: &'static str| {
                let name = format!("{part}.{n}");
                let value = value(&name, now);
                let hint = (part == "name" && n >= rules.groups.len()).then_some("再加一组");
                view! { <input name=name value=value size=size placeholder=hint aria-label=format!("第 {} 组{label}", n + 1) /> }
            };
            view! {
                <tr>
                    <td data-label="名称">
                        <input type="hidden" name=format!("key.{n}") value=value(&format!("key.{n}"), g.key.clone()) />
                        {cell("name", "名称", g.name.clone(), "16")}
                    </td>
                    <td data-label="权重（%）">{cell("weight", "权重", weight, "4")}</td>
                    <td data-label="颜色">{cell("colour", "颜色", g.colour.clone(), "6")}</td>
                </tr>
            }
        })
        .collect_view();
    let dimensions = page
        .lists
        .iter()
        .map(|(key, name)| {
            let on = if refused { draft.has("dimension", key) } else { rules.dimensions.iter().any(|d| d.key == *key) };
            view! {
                <label class="chip"><input type="checkbox" name="dimension" value=key.clone() checked=on /><span>{name.clone()}</span></label>
            }
        })
        .collect_view();
    let scale = match rules.scale {
        Scale::Grades => "grades",
        Scale::Points => "points",
    };
    let points = ["好", "较好", "一般", "差"]
        .into_iter()
        .zip(rules.points)
        .enumerate()
        .map(|(n, (word, p))| small(format!("point.{n}"), word.to_owned(), p.to_string()))
        .collect_view();
    let lines = ["好", "较好", "一般"]
        .into_iter()
        .zip(rules.lines)
        .enumerate()
        .map(|(n, (word, l))| small(format!("line.{n}"), format!("{word}不低于"), l.to_string()))
        .collect_view();
    let share = |name: &'static str, (n, d): (u32, u32)| {
        let (up, down) = (format!("{name}.n"), format!("{name}.d"));
        view! {
            <span class="nowrap">
                <input class="num" name=up.clone() value=value(&up, n.to_string()) size="2" inputmode="numeric" aria-label="分子" />
                " / "
                <input class="num" name=down.clone() value=value(&down, d.to_string()) size="2" inputmode="numeric" aria-label="分母" />
            </span>
        }
    };
    let error = |field: &str| draft.problem_of(field).map(|e| view! { <p class="error">{e}</p> });
    let trimmed = if refused { draft.has("trimmed", "1") } else { rules.trimmed };
    let study = rules.study_below.map(|s| s.to_string()).unwrap_or_default();
    view! {
        <p class="hint">{format!("规则第{}版；数字均为示范口径，可按本区办法修改，每次修改记为新的一版。", rules.version)}</p>
        <form class="form" method="post" action="/reviews/rules">
            {marks(page)}
            <fieldset class="field">
                <legend>"评议人员分组"</legend>
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"名称"</th><th>"权重（%）"</th><th>"评议卡、纸质测评表颜色"</th></tr></thead>
                        <tbody>{groups}</tbody>
                    </table>
                </div>
                {error("groups")}
                <p class="hint">"名称留空就去掉这一组；没有到会的组，其权重按比例分给其他组。"</p>
            </fieldset>
            {chips("scale", "总体评价", "必填的一行", &[("grades", "好、较好、一般、差"), ("points", "百分制")], &value("scale", scale.to_owned()))}
            <fieldset class="field">
                <legend>"分项 " <small>"本区五张责任清单，评议时可不填"</small></legend>
                <div class="chips">{dimensions}</div>
                {error("dimension")}
            </fieldset>
            <fieldset class="field"><legend>"等次折分"</legend><div class="row-line">{points}</div>{error("points")}</fieldset>
            <fieldset class="field"><legend>"等次分数线"</legend><div class="row-line">{lines}</div>{error("lines")}</fieldset>
            <fieldset class="field">
                <legend>"人数"</legend>
                <p>"实到达到应到的 " {share("start", rules.start_quorum)} " 方可测评；有效票达到应到的 " {share("valid", rules.valid_quorum)} " 方有结果。"</p>
                {error("start_quorum")}
                {error("valid_quorum")}
            </fieldset>
            <TextField name="smallest_cell" label="一组有效票不足几张时并组计算" class="half"
                value=value("smallest_cell", rules.smallest_cell.to_string()) error=draft.problem_of("smallest_cell") />
            <TextField name="speech_minutes" label="述责时间（分钟）" class="half"
                value=value("speech_minutes", rules.speech_minutes.to_string()) error=draft.problem_of("speech_minutes") />
            <TextField name="study_below" label="低于几分时提请研究（留空不用）" class="half"
                value=value("study_below", study) error=draft.problem_of("study_below")
                hint="默认不用；只提示书记和分管副书记，不作任何自动处理" />
            <div class="field check">
                <label><input type="checkbox" name="trimmed" value="1" checked=trimmed /> <span>"百分制时每组去掉一个最高分、一个最低分"</span></label>
                {error("trimmed")}
            </div>
            <div class="actions"><button class="btn primary">"保存评议规则"</button></div>
        </form>
    }
    .into_any()
}
