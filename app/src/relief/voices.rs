//! 「这条没必要」: the form, the own suggestions, what waits for its answer, and the answers.

use domain::relief::{Verdict, WORDS_MAX, adoption};
use leptos::prelude::*;

use super::page::draft_of;
use crate::{
    api::relief::{AnswerRow, MineRow, OpenRow, ReliefPage},
    ui::{ChoiceChip, FormMarks, Problem, TextArea, area_text},
};

/// What is true of a suggestion without a name, no less and no more.
const NAMELESS: &str = "勾选后，系统里不存您的账号、姓名和提交的时刻，只存事项、文字和日期；管理员、数据库、日志和备份里都查不到是谁，\
     没有通过的也不留草稿和访问记录。为防止刷屏，服务器运行时只在内存里记住今天提了几条、不记是哪件事，零点和重启即清，从不写盘；\
     再提一次也试不出有没有提过。不能保证的：文字的口气、只有您一个单位才有的条目、同一时间恰好只有您在使用。不署名的建议不能撤回。";

pub(super) fn suggest(page: &ReliefPage, draft_id: String) -> AnyView {
    let draft = draft_of(page, "suggest");
    let chosen = page.about.as_ref().map_or_else(|| draft.value("about", ""), |(key, _)| key.clone());
    let groups = page
        .choices
        .iter()
        .map(|(label, options)| {
            let options = options
                .iter()
                .map(|(key, words)| {
                    let here = *key == chosen;
                    view! { <option value=key.clone() selected=here>{words.clone()}</option> }
                })
                .collect_view();
            view! { <optgroup label=label.clone()>{options}</optgroup> }
        })
        .collect_view();
    // An item that the link named and the own list does not have.
    let listed = page.choices.iter().any(|(_, options)| options.iter().any(|(key, _)| *key == chosen));
    let brought = page.about.clone().filter(|_| !listed).map(|(key, words)| {
        view! { <option value=key selected=true>{words}</option> }
    });
    let error = draft.problem_of("about");
    let bad = error.is_some();
    view! {
        <section class="panel" id="suggest">
            <h2>"这条没必要"</h2>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/relief/suggest">
                <FormMarks command=page.command draft=draft_id />
                <div class="field">
                    <label for="about">"哪件事"</label>
                    <select id="about" name="about" aria-invalid=bad.then_some("true") aria-describedby="about-e">
                        <option value="" selected=chosen.is_empty()>"请选一项"</option>
                        {brought}
                        {groups}
                    </select>
                    {error.map(|e| view! { <p class="error" id="about-e">{e}</p> })}
                </div>
                <TextArea name="words" label="想说的话（可不写）" rows=3 value=draft.value("words", "")
                    error=draft.problem_of("words")
                    hint=format!("最多 {WORDS_MAX} 字。勿写案情、举报内容和身份证号。") />
                <div class="field check">
                    <label><input type="checkbox" name="share" value="1" checked=draft.has("share", "1") /> " "
                        <span>"答复时可以公开我写的话（不带姓名）"</span></label>
                </div>
                <div class="field check">
                    <label><input type="checkbox" name="nameless" value="1" aria-describedby="nameless-h" /> " "
                        <span>"不署名"</span></label>
                    <p class="hint" id="nameless-h">{NAMELESS}</p>
                </div>
                <p class="hint">{format!("署名的，只有党风政风监督室看得到是谁。{} 个工作日内答复（{}）。", page.rates.days,
                    if page.confirmed.is_empty() { "示范" } else { "已确认" })}</p>
                <div class="actions"><button class="btn primary">"提交建议"</button></div>
            </form>
        </section>
    }
    .into_any()
}

pub(super) fn mine(page: &ReliefPage) -> AnyView {
    if page.mine.is_empty() {
        return ().into_any();
    }
    let row = |row: &MineRow| {
        let state = match row.verdict {
            Some(verdict) => mark(verdict),
            None => view! { <span class="state pending">"◔ 待答复"</span> }.into_any(),
        };
        let back = row.verdict.is_none().then(|| {
            view! {
                <form class="inline-form" method="post" action="/relief/withdraw">
                    <FormMarks command=page.command />
                    <input type="hidden" name="voice" value=row.id.to_string() />
                    <button class="btn small" aria-label=format!("撤回：{}", row.title)>"撤回"</button>
                </form>
            }
        });
        view! { <li><div><b>{row.title.clone()}</b><small>{format!("{} {}", row.on, row.words)}</small>{state} {back}</div></li> }
    };
    let rows = page.mine.iter().map(row).collect_view();
    view! {
        <section class="panel" id="mine">
            <h2>"我署名提过的"</h2>
            <ul class="rows voices">{rows}</ul>
        </section>
    }
    .into_any()
}

fn mark(verdict: Verdict) -> AnyView {
    let (class, icon) = match verdict {
        Verdict::Adopted => ("ok", "✓"),
        Verdict::Partly => ("pending", "◑"),
        Verdict::Declined => ("none", "—"),
    };
    view! { <span class=format!("state {class}")>{icon} " " {verdict.label()}</span> }.into_any()
}

pub(super) fn open(page: &ReliefPage) -> AnyView {
    let draft = draft_of(page, "answer");
    let rows = page.open.iter().enumerate().map(|(n, row)| open_row(page, n, row)).collect_view();
    let none = page.open.is_empty();
    let address = |n: u32| format!("/relief?page={n}#open");
    let pager = (page.page > 1 || page.next).then(|| {
        view! {
            <nav class="pager" aria-label="待答复分页">
                {(page.page > 1).then(|| view! { <a rel="prev" href=address(page.page - 1)>"前面的"</a> })}
                {page.next.then(|| view! { <a rel="next" href=address(page.page + 1)>"后面的"</a> })}
            </nav>
        }
    });
    view! {
        <section class="panel" id="open">
            <h2>"待答复 " <small>{format!("{} 件", page.open_total)}</small></h2>
            <Problem draft=draft.clone() />
            {none.then(|| view! { <p class="muted">"没有待答复的建议。"</p> })}
            {(!none).then(|| view! { <ul class="rows voices">{rows}</ul> })}
            {pager}
        </section>
    }
    .into_any()
}

fn open_row(page: &ReliefPage, n: usize, row: &OpenRow) -> AnyView {
    let state = if row.late {
        view! { <span class="state warn">{format!("▲ 应于{}前答复，监督室已超期", row.due)}</span> }.into_any()
    } else {
        view! { <span class="state pending">{format!("◔ {}前答复", row.due)}</span> }.into_any()
    };
    let words = row.words.iter().map(|(who, words)| view! { <p>{format!("{who}：{words}")}</p> }).collect_view();
    let more = (page.office && row.more > 0)
        .then(|| view! { <p class="hint">{format!("另有 {} 次没有写话。", row.more)}</p> });
    let cut = (row.cut > 0)
        .then(|| view! { <p class="hint">{format!("还有 {} 次写的话没有列在这里，请看导出的表。", row.cut)}</p> });
    view! {
        <li><div>
            <b>{row.title.clone()}</b>
            <small>{format!("{} 次提出，{}起", row.voices, row.since)}</small>
            {state}
            {words} {more} {cut}
            {page.office.then(|| answer_form(page, n, row))}
        </div></li>
    }
    .into_any()
}

fn answer_form(page: &ReliefPage, n: usize, row: &OpenRow) -> AnyView {
    let draft = draft_of(page, "answer");
    // What was typed belongs to the subject that was refused, and to no other.
    let draft = if draft.value("about", "") == row.key { draft } else { crate::api::drafts::Draft::default() };
    let open = !draft.fields.is_empty();
    let verdicts = Verdict::ALL
        .into_iter()
        .map(|v| {
            let chosen = draft.value("verdict", "") == v.key();
            view! { <ChoiceChip kind="radio" name="verdict" value=v.key() label=v.label() checked=chosen /> }
        })
        .collect_view();
    let area = |name: &'static str, label: &'static str| {
        let id = format!("{name}-{n}");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <textarea id=id name=name rows="2" aria-invalid=draft.problem_of(name).map(|_| "true")>{area_text(draft.value(name, ""))}</textarea>
                {draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> })}
            </div>
        }
    };
    view! {
        <details class="dialog" open=open>
            <summary class="btn small" aria-label=format!("答复：{}", row.title)>"答复…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/relief/answer">
                    <FormMarks command=page.command />
                    <input type="hidden" name="about" value=row.key.clone() />
                    <fieldset class="field">
                        <legend>{format!("答复（{} 次提出）", row.voices)}</legend>
                        <div class="radio-chips">{verdicts}</div>
                        {draft.problem_of("verdict").map(|e| view! { <p class="error">{e}</p> })}
                    </fieldset>
                    {area("changed", "改了什么、从什么时候起（采纳、部分采纳时填）")}
                    {area("reason", "理由（部分采纳、不采纳时填）")}
                    <p class="hint">"答复公开。采纳后请在清单模板、提醒或设置里落实。"</p>
                    <div class="actions"><button class="btn primary">"公开答复"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

pub(super) fn answers(page: &ReliefPage) -> AnyView {
    let [answered, changed] = page.tally;
    let rate = match adoption(changed, answered) {
        Some(rate) => format!("已答复 {answered} 件，采纳和部分采纳 {changed} 件，采纳率 {rate}%"),
        None => "还没有答复过建议".to_owned(),
    };
    let rows = page.answers.iter().map(answer_row).collect_view();
    let none = page.answers.is_empty();
    let older = page.older.map(|id| {
        view! { <nav class="pager" aria-label="答复分页"><a rel="next" href=format!("/relief?before={id}#answers")>"更早的答复"</a></nav> }
    });
    view! {
        <section class="panel" id="answers">
            <h2>"答复"</h2>
            <p>{rate}</p>
            {(!none).then(|| view! { <ul class="rows voices">{rows}</ul> })}
            {older}
        </section>
    }
    .into_any()
}

fn answer_row(row: &AnswerRow) -> AnyView {
    let words = row.words.iter().map(|words| view! { <p class="muted">{format!("“{words}”")}</p> }).collect_view();
    view! {
        <li id=format!("answer-{}", row.id)><div>
            <b>{row.title.clone()}</b>
            <small>{format!("{} 次提出，{}答复", row.voices, row.on)}</small>
            {mark(row.verdict)}
            {(!row.changed.is_empty()).then(|| view! { <p>{format!("改动：{}", row.changed)}</p> })}
            {(!row.reason.is_empty()).then(|| view! { <p>{format!("理由：{}", row.reason)}</p> })}
            {words}
        </div></li>
    }
    .into_any()
}
