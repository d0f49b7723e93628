//! Prints of a meeting: the roll for ticking in 姓氏笔画 order, cards to cut, coloured paper ballots
//! without number or QR. Card codes exist on the one answer that printed them and nowhere else.

use std::fmt::Write as _;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::reviews::{Grade, Group, Identity, Meeting, Part, Scale};

use super::{Hall, Page, qr, work};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Kind, Policy},
        reply::escape,
    },
    services::people::names::stroke_key,
};

/// Adds the pages.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/hall/{id}/papers", Policy::SignedIn, open)
        .get(Kind::Page, "/hall/{id}/papers/roll", Policy::SignedIn, roll)
        .get(Kind::Page, "/hall/{id}/papers/ballots", Policy::SignedIn, ballots)
        .form("/hall/{id}/papers/cards", Policy::SignedIn, cards)
}

async fn hall(app: &App, visitor: &Visitor, id: &str) -> Result<Hall, Response> {
    Hall::open(app, visitor, id, &[Part::Chair, Part::Operator], true).await
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = hall(&app, &visitor, &id).await?;
    let cards = if hall.meeting.plan.identity == Identity::Card {
        format!(
            "<section class=\"card\"><h2>评议卡</h2><p>每人一张，按组分颜色，裁开、打乱，签到时本人随意抽取。卡上的码只在打印这一次显示，\
             重新打印后旧卡作废。</p><form method=\"post\" action=\"/hall/{id}/papers/cards\">{}<button class=\"btn\">打印评议卡</button></form></section>",
            bare::token(&visitor.viewer)
        )
    } else {
        "<section class=\"card\"><h2>评议卡</h2><p class=\"muted\">这次会议用各人的账号签到，不用评议卡。</p></section>"
            .into()
    };
    let live = format!(
        "<section class=\"card\"><h2>签到名册</h2><p>按组、按姓氏笔画排列，现场打勾。</p><p><a class=\"btn\" href=\"/hall/{id}/papers/roll\">打开名册</a></p></section>\
         {cards}<section class=\"card\"><h2>纸质测评表</h2><p>按组的颜色各印若干份，没有号码、没有二维码。发一张，在签到台登记一张。</p>\
         <p><a class=\"btn\" href=\"/hall/{id}/papers/ballots\">打开测评表</a></p></section>"
    );
    Ok(work(&app, &visitor, &hall, "/papers", "打印", ("screen", ""), &live))
}

fn paper(app: &App, visitor: &Visitor, title: &str, note: &str, body: &str) -> Response {
    let page = Page {
        viewer: &visitor.viewer,
        title,
        family: "paper",
        stream: None,
        watch: "",
        scripts: &[],
        refresh: 0,
        now: app.services().now().0,
    };
    page.answer(
        StatusCode::OK,
        &format!("<div class=\"wrap narrow screen-only\"><div class=\"note\">{note}</div></div><main id=\"main\">{body}</main>"),
    )
}

async fn roll(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = hall(&app, &visitor, &id).await?;
    let meeting = &hall.meeting;
    let mut body = String::new();
    for group in &meeting.plan.rules.groups {
        let mut raters: Vec<_> = meeting.plan.raters.iter().filter(|r| r.group == group.key).collect();
        if raters.is_empty() {
            continue;
        }
        raters.sort_by_key(|r| stroke_key(&r.name));
        let mut rows = String::new();
        for (i, rater) in raters.iter().enumerate() {
            let _ = write!(
                rows,
                "<tr><td class=\"num-col\">{}</td><td>{}</td><td class=\"tick\"></td><td class=\"tick\"></td><td></td></tr>",
                i + 1,
                escape(&rater.name)
            );
        }
        let second = if meeting.plan.identity == Identity::Card { "已发卡" } else { "发纸质表" };
        let _ = write!(
            body,
            "<article class=\"sheet-a4\"><h1>签到名册</h1><p>{}　{}　{}</p><p><b>{}（{} 人）</b>　按姓氏笔画排列</p>\
             <table class=\"roll\"><thead><tr><th>序</th><th>姓名</th><th>到场</th><th>{second}</th><th>备注</th></tr></thead><tbody>{rows}</tbody></table></article>",
            escape(&meeting.plan.title),
            escape(&domain::time::zh(meeting.plan.on)),
            escape(&meeting.plan.place),
            escape(&group.name),
            raters.len(),
        );
    }
    Ok(paper(&app, &visitor, "签到名册", "用 A4 纸打印（Ctrl+P），放在签到台打勾。", &body))
}

async fn ballots(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = hall(&app, &visitor, &id).await?;
    let meeting = &hall.meeting;
    let body: String = meeting.plan.rules.groups.iter().map(|g| paper_ballot(meeting, g)).collect();
    let note = "每组一页，请用对应颜色的 A4 纸按人数复印。测评表上没有号码，也没有二维码，交回后对不到人。";
    Ok(paper(&app, &visitor, "纸质测评表", note, &body))
}

fn paper_ballot(meeting: &Meeting, group: &Group) -> String {
    let box_of = |word: &str| format!("<td><span class=\"box\"></span>{word}</td>");
    let (how, rule) = match meeting.plan.rules.scale {
        Scale::Grades => ("选一个打勾", "每行只打一个勾，没有打勾或打了两个勾的，这张按废票计。"),
        Scale::Points => {
            ("0 到 100 的整数", "每行写一个分数，或在弃权、回避里打一个勾；空着、看不清的，这张按废票计。")
        }
    };
    let mut rows = String::new();
    for presenter in &meeting.plan.presenters {
        let marks = if meeting.plan.rules.scale == Scale::Grades {
            Grade::ALL.iter().map(|g| box_of(g.label())).collect::<String>()
        } else {
            "<td colspan=\"4\">　　　　分（0—100）</td>".to_owned()
        };
        let _ = write!(
            rows,
            "<tr><td><b>{}</b><br><small>{}</small></td>{marks}{}{}</tr>",
            escape(&presenter.name),
            escape(&presenter.title),
            box_of("弃权"),
            box_of("回避"),
        );
    }
    format!(
        "<article class=\"paper-ballot\"><h1>测评表</h1><p class=\"colour\">{}　{}</p><p class=\"colour\">{}</p>\
         <table class=\"roll\"><thead><tr><th>述责对象</th><th colspan=\"4\">总体评价（必填，{how}）</th><th colspan=\"2\">或者</th></tr></thead>\
         <tbody>{rows}</tbody></table><p>{rule}请勿署名、勿作记号。</p>\
         <p>意见（可不写）：</p><p><br><br></p></article>",
        escape(&group.colour),
        escape(&group.name),
        escape(&meeting.plan.title),
    )
}

async fn cards(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = hall(&app, &visitor, &id).await?;
    fields.only(&[]).map_err(|r| super::refused(&r.into()))?;
    let printed = hall.room.deal_cards(&hall.actor).await.map_err(|e| super::refused(&e))?;
    let plan = &hall.meeting.plan;
    let origin = app.config().origin();
    let mut out = String::new();
    for card in &printed {
        let _ = write!(
            out,
            "<section class=\"slip-card\"><div><h2>{title}</h2><p class=\"group\">{label}</p><small>{name}</small>\
             <p class=\"card-code\">{code}</p><small>先扫大屏上的码，再扫右边的码，或输入上面的卡号。交还前请勿转交他人。</small></div>{qr}</section>",
            title = escape(&plan.title),
            label = escape(&card.label),
            name = escape(&card.group),
            code = two_lines(&card.code),
            qr = qr::svg(&format!("{origin}/m#{}", card.code), "评议卡"),
        );
    }
    let note = format!(
        "<b>卡号只显示这一次</b>共 {} 张。请现在打印（Ctrl+P），按组的颜色用纸，裁开后打乱。关闭本页后不能再看，只能重新打印，重新打印后旧卡作废。",
        printed.len()
    );
    Ok(paper(&app, &visitor, "评议卡", &note, &format!("<div class=\"cards\">{out}</div>")))
}

/// Seven groups of a code in two lines that can be typed without losing one's place.
fn two_lines(code: &str) -> String {
    match code.match_indices('-').nth(3) {
        Some((at, _)) => format!("{}<br>{}", escape(&code[..at]), escape(&code[at + 1..])),
        None => escape(code),
    }
}
