//! Record and promise are signed: on this screen by whoever is signed in, or noted from paper.

use domain::talks::{Side, SignedPaper};
use leptos::prelude::*;

use super::{
    parts::{lines, marks, typed},
    steps::paper_fields,
};
use crate::{api::talks::TalkPage, duties::SignaturePad};

/// What is signed, what is wanting, and the forms.
pub fn forms(page: &TalkPage, draft: &str) -> AnyView {
    let talk = &page.talk;
    let signed = talk
        .signatures
        .iter()
        .map(|s| {
            let words = format!("{}　{} {}　{}", s.paper.label(), s.side.label(), s.name, s.signing.label());
            view! { <li>{words}</li> }
        })
        .collect_view();
    let wanting = talk.unsigned();
    let left = wanting
        .iter()
        .map(|(paper, side)| view! { <li>{format!("{}　{} {}　待签", paper.label(), side.label(), talk.signer(*side))}</li> })
        .collect_view();
    // One paper after the other: the first that the viewer can sign stands here.
    let own = wanting.iter().copied().find(|(_, side)| {
        let key = if *side == Side::Leader { "sign_leader" } else { "sign_speaker" };
        page.can(key)
    });
    view! {
        <section class="panel stack" id="sign">
            <h2>"签字"</h2>
            <ul class="rows">{signed}{left}</ul>
            <p class="hint">"签齐后清单即交到谈话对象手里：问题逐条挂账，新任负责人的履责清单自到任当月开出。"</p>
            {own.map(|(paper, side)| screen(page, draft, paper, side))}
            {page.can("sign_here").then(|| {
                let next = wanting.iter().copied().find(|(_, side)| *side == Side::Leader);
                next.map(|(paper, _)| here(page, draft, paper))
            })}
            {(page.can("sign_paper") && !wanting.is_empty()).then(|| paper(page, draft, &wanting))}
        </section>
    }
    .into_any()
}

fn screen(page: &TalkPage, draft: &str, paper: SignedPaper, side: Side) -> AnyView {
    let kept = typed(page, |name, value| name == "paper" && value == paper.key());
    let kept = if ["paper", "here"].contains(&kept.value("do", "").as_str()) {
        crate::api::drafts::Draft::default()
    } else {
        kept
    };
    let hash = &page.hashes[usize::from(paper == SignedPaper::Commitment)];
    view! {
        <form class="form" method="post" action="/talks/sign">
            <h3>{format!("{}：{}", paper.label(), page.talk.signer(side))}</h3>
            {marks(page, draft, &kept)}
            <input type="hidden" name="paper" value=paper.key() />
            <input type="hidden" name="side" value=side.key() />
            {(paper == SignedPaper::Commitment).then(|| view! { <div class="read">{lines(&page.commitment)}</div> })}
            <SignaturePad name=page.talk.signer(side).to_owned() typed=kept.value("typed", "")
                error=kept.problem_of("typed").or(kept.problem_of("drawing")) />
            <p class="hint">{format!("签名只对这一份内容有效（校验码 {hash}）。")}</p>
            <div class="actions"><button class="btn primary">"签字"</button></div>
        </form>
    }
    .into_any()
}

/// On the tablet of whoever holds the talk: the head signs and proves who he is.
fn here(page: &TalkPage, draft: &str, paper: SignedPaper) -> AnyView {
    let kept = typed(page, |name, value| name == "do" && value == "here");
    view! {
        <details id="here" open=!kept.fields.is_empty()>
            <summary>{format!("谈话对象在这台设备上签{}", paper.label())}</summary>
            <form class="form" method="post" action="/talks/sign" autocomplete="off">
                {marks(page, draft, &kept)}
                <input type="hidden" name="paper" value=paper.key() />
                <input type="hidden" name="side" value=Side::Leader.key() />
                {(paper == SignedPaper::Commitment).then(|| view! { <div class="read">{lines(&page.commitment)}</div> })}
                <SignaturePad name=page.talk.name.clone() id="here-typed" typed=kept.value("typed", "")
                    error=kept.problem_of("typed").or(kept.problem_of("drawing")) />
                {super::parts::field("here-secret", ("secret", "谈话对象本人的密码或数字密码"), "password", String::new(), kept.problem_of("secret"))}
                <p class="hint">"由谈话对象本人签名并输入；系统不保存，输错记入审计日志并告知本人。"</p>
                <div class="actions"><button class="btn primary" name="do" value="here">"签字"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn paper(page: &TalkPage, draft: &str, wanting: &[(SignedPaper, Side)]) -> AnyView {
    let kept = typed(page, |name, value| name == "do" && value == "paper");
    let forms = wanting
        .iter()
        .map(|(paper, side)| {
            let own = if kept.value("paper", "") == paper.key() && kept.value("side", "") == side.key() {
                kept.clone()
            } else {
                crate::api::drafts::Draft::default()
            };
            view! {
                <form class="form" method="post" action="/talks/sign">
                    <h3>{format!("{}　{} {}", paper.label(), side.label(), page.talk.signer(*side))}</h3>
                    {marks(page, draft, &own)}
                    <input type="hidden" name="paper" value=paper.key() />
                    <input type="hidden" name="side" value=side.key() />
                    {paper_fields(page, &own, &format!("{}-{}", paper.key(), side.key()))}
                    <div class="actions"><button class="btn" name="do" value="paper">"登记纸质已签"</button></div>
                </form>
            }
        })
        .collect_view();
    view! {
        <details open=!kept.fields.is_empty()>
            <summary>"登记纸质已签"</summary>
            <div class="stack">{forms}</div>
        </details>
    }
    .into_any()
}
