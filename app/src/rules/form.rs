//! The form of a draft: every field of the rules, and the additional rules one row each, two of them empty. Works
//! without scripts; more rows come with saving.

use domain::{
    board::{Count, HardKind},
    duties::Frequency,
};
use leptos::prelude::*;

use crate::{
    api::rules::{RuleDraftPage, RulesPage},
    ui::{FormMarks, Problem, TextArea, TextField},
};

/// Values of the form: what was typed before a refusal, or what is stored.
struct Values<'a> {
    page: &'a RulesPage,
    open: &'a RuleDraftPage,
    typed: bool,
}

impl Values<'_> {
    fn one(&self, name: &str) -> String {
        if self.typed {
            self.page.draft.value(name, "")
        } else {
            self.open.fields.get(name).cloned().unwrap_or_default()
        }
    }

    fn has(&self, name: &str, value: &str) -> bool {
        if self.typed {
            self.page.draft.has(name, value)
        } else {
            self.open.fields.get(name).is_some_and(|all| all.split(' ').any(|one| one == value))
        }
    }

    fn error(&self, name: &str) -> Option<String> {
        self.page.draft.problem_of(name).filter(|_| self.typed)
    }

    fn days(&self, name: &'static str, label: &'static str) -> AnyView {
        view! { <TextField name=name label=label class="short" value=self.one(name) error=self.error(name) /> }
            .into_any()
    }

    fn tick(&self, name: &'static str, value: String, label: String) -> AnyView {
        let checked = self.has(name, &value);
        view! {
            <label class="chip"><input type="checkbox" name=name value=value checked=checked /><span>{label}</span></label>
        }
        .into_any()
    }
}

/// Was this form refused, and does it come back with what was typed? A refused step has no such field.
pub(super) fn typed(page: &RulesPage) -> bool {
    !page.draft.value("quarterly_days", "").is_empty() || page.draft.fields.iter().any(|(n, _)| n == "red_after_days")
}

/// The form.
pub(super) fn show(page: &RulesPage, open: &RuleDraftPage) -> AnyView {
    let typed = typed(page);
    let values = Values { page, open, typed };
    let kinds = HardKind::ALL
        .into_iter()
        .map(|kind| values.tick("kinds", kind.key().to_owned(), kind.label().to_owned()))
        .collect_view();
    let rules = (0..page.rule_rows).map(|at| rule(&values, at)).collect_view();
    let id = open.id.map(|id| id.to_string()).unwrap_or_default();
    // What came back was filled from the version that was in force then.
    let base = if typed { page.draft.value("base", "") } else { open.base.to_string() };
    let problem = typed.then(|| view! { <Problem draft=page.draft.clone() /> });
    view! {
        <form class="form" method="post" action="/oversight/rules/save" id="form">
            <FormMarks command=page.command />
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="seen" value=open.version.to_string() />
            <input type="hidden" name="base" value=base />
            {problem}
            <section class="panel">
                <h2>"提醒期（黄色）"</h2>
                <p class="hint">"到期前多少天进入提醒期（日历天）。随时开展的事项不设期限，不会变色。"</p>
                <div class="fields">
                    {values.days("monthly_days", "每月")} {values.days("quarterly_days", "每季度")}
                    {values.days("half_yearly_days", "每半年")} {values.days("yearly_days", "每年")}
                    {values.days("once_per_term_days", "任期一次")}
                </div>
            </section>
            <section class="panel">
                <h2>"硬性事项（红色）"</h2>
                <div class="chips">{values.tick("red", "1".into(), "硬性事项逾期显示红色（不选则全部最多黄色）".into())}</div>
                {values.days("red_after_days", "逾期多少天以内仍为黄色（0 为次日即红）")}
                <fieldset class="field">
                    <legend>"清单标为硬性的事项里，哪些算硬性"</legend>
                    <div class="chips">{kinds}</div>
                </fieldset>
                <div class="chips">
                    {values.tick("rectification", "1".into(), "逾期整改算硬性事项".into())}
                    {values.tick("refuted", "1".into(), "核查不符算硬性事项".into())}
                </div>
                <TextField name="hard_also" label="另按编号列为硬性" hint="如 3.3、6；写大项编号即整个大项"
                    value=values.one("hard_also") error=values.error("hard_also") />
                <TextField name="hard_never" label="按编号列为一般" hint="编号更长的优先"
                    value=values.one("hard_never") error=values.error("hard_never") />
            </section>
            <section class="panel">
                <h2>"补充规则"</h2>
                <p class="hint">
                    "一条规则的条件全部符合时，没有记录的事项至少显示这个颜色，只会更早、更重，不会更轻。
                     红色只用于逾期的硬性事项；黄色要写距到期天数。留空的一行不算规则，存一次会再多出两行。"
                </p>
                {rules}
            </section>
            <section class="panel">
                <h2>"工作日期限"</h2>
                <div class="fields">
                    {values.days("comment_days", "征求意见")} {values.days("receipt_days", "签收")}
                    {values.days("telephone_days", "未签收转电话提醒")} {values.days("check_days", "申请核对的答复")}
                </div>
            </section>
            <section class="panel">
                <TextField name="note" label="修改原因（可不填）" value=values.one("note") error=values.error("note") />
                <div class="actions">
                    <button class="btn primary" name="do" value="dry">"保存并试算"</button>
                    <button class="btn" name="do" value="save">"保存草稿"</button>
                    <a class="btn" href="/oversight/rules">"返回"</a>
                </div>
            </section>
        </form>
    }
    .into_any()
}

fn rule(values: &Values<'_>, at: usize) -> AnyView {
    let name = |field: &str| format!("rule{at}_{field}");
    let text = |field: &str, label: &'static str, class: &'static str| {
        view! { <TextField name=name(field) label=label class=class value=values.one(&name(field)) /> }.into_any()
    };
    let select = |field: &str, label: &'static str, options: Vec<(&'static str, &'static str)>| {
        let chosen = values.one(&name(field));
        let options = options
            .into_iter()
            .map(|(key, words)| view! { <option value=key selected=chosen == key>{words}</option> })
            .collect_view();
        view! {
            <div class="field short"><label for=name(field)>{label}</label><select id=name(field) name=name(field)>{options}</select></div>
        }
        .into_any()
    };
    let cadences = Frequency::ALL
        .into_iter()
        .filter(|f| *f != Frequency::AnyTime)
        .map(|f| {
            let checked = values.has(&name("cadence"), f.key());
            view! {
                <label class="chip"><input type="checkbox" name=name("cadence") value=f.key() checked=checked /><span>{f.label()}</span></label>
            }
        })
        .collect_view();
    let counts = || std::iter::once(("", "—")).chain(Count::ALL.map(|c| (c.key(), c.label()))).collect::<Vec<_>>();
    let error = values.error(&format!("rule{at}"));
    let used = !values.one(&name("name")).is_empty() || error.is_some();
    view! {
        <details class="rule" open=used id=format!("rule{at}")>
            <summary>{if used { format!("第 {} 条：{}", at + 1, values.one(&name("name"))) } else { format!("第 {} 条（空）", at + 1) }}</summary>
            {error.map(|words| view! { <p class="error" role="alert">{words}</p> })}
            {text("name", "名称", "half")}
            {select("tone", "显示", vec![("warn", "黄色"), ("late", "红色")])}
            <div class="fields">
                {text("to_due", "距到期不超过（天）", "short")}
                {text("overdue", "逾期至少（天）", "short")}
                {select("hard", "事项", vec![("", "不限"), ("yes", "硬性事项"), ("no", "一般事项")])}
                {text("wanting", "本年到期未落实至少（次）", "short")}
                {text("late", "本年补记至少（次）", "short")}
            </div>
            <fieldset class="field"><legend>"频次（不选为不限）"</legend><div class="chips">{cadences}</div></fieldset>
            {text("items", "只对这些条目（编号或大项，不填为不限）", "half")}
            <fieldset class="field">
                <legend>"次数之比（不填为不限）"</legend>
                <div class="fields">
                    {select("of", "本年", counts())} {select("per", "占", counts())} {text("share", "至少（%）", "short")}
                </div>
            </fieldset>
            <TextArea name=name("because") label="说明（为什么要有这一条）" rows=3 value=values.one(&name("because")) />
        </details>
    }
    .into_any()
}
