//! Prints of a meeting: the roll for ticking in 姓氏笔画 order, cards to cut, coloured paper ballots
//! without number or QR, each with the presenters of one round and everything that is entered from it.
//! Nobody who is excused or sealed is on a ballot. Card codes exist on the one answer that printed them and nowhere else.

use std::fmt::Write as _;

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    reviews::{Grade, Group, Identity, Meeting, Mode, Part, Phase, Presenter, Scale},
};

use super::{Hall, Page, qr, refused, work};
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
        cards_form(&visitor, &hall, None)
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

/// The form that prints the cards. Where printed ones would stop working it says how many and asks once more;
/// once the meeting has begun it asks why.
fn cards_form(visitor: &Visitor, hall: &Hall, refused: Option<(&str, &str)>) -> String {
    let (id, out) = (hall.id, hall.room.cards_out());
    let (problem, typed) = refused.map_or((None, ""), |(words, typed)| (Some(words), typed));
    let start = format!(
        "{}<section class=\"card\"><h2>评议卡</h2><p>每人一张，按组分颜色，每组另起一页，裁开、打乱，签到时本人随意抽取。\
         卡上的码只在打印这一次显示。</p>",
        super::problem(problem)
    );
    let form = format!(
        "<form method=\"post\" action=\"/hall/{id}/papers/cards\">{}{}",
        bare::token(&visitor.viewer),
        bare::hidden("voids", &out.to_string())
    );
    if out == 0 {
        return format!("{start}{form}<button class=\"btn\">打印评议卡</button></form></section>");
    }
    let why = if hall.meeting.phase > Phase::Preparing {
        format!(
            "<div class=\"field\"><label for=\"why\">重新打印的原因</label><textarea id=\"why\" name=\"reason\" maxlength=\"200\" required>{}</textarea>\
             <p class=\"quiet\">例如一摞卡被人拿走。记入日志。</p></div>",
            escape(typed)
        )
    } else {
        String::new()
    };
    format!(
        "{start}<details class=\"more\"{}><summary class=\"btn\">重新打印评议卡…</summary>{form}\
         <p><b>已经打印、还没有签到的 {out} 张卡会立即作废</b>，手里拿着这些卡的人要换新卡才能签到。已经签到的不受影响。</p>{why}\
         <label><input type=\"checkbox\" name=\"sure\" value=\"yes\" required> 旧卡作废，重新打印</label>\
         <p><button class=\"btn\">作废旧卡，重新打印</button></p></form></details></section>",
        if refused.is_some() { " open" } else { "" }
    )
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
    let plan = &meeting.plan;
    let places = app.services().rater_places(hall.actor.district, &plan.raters).await.map_err(|e| refused(&e))?;
    let second = if plan.identity == Identity::Card { "已发卡" } else { "发纸质表" };
    let mut rows = String::new();
    for group in &plan.rules.groups {
        let mut raters: Vec<_> = plan.raters.iter().zip(&places).filter(|(r, _)| r.group == group.key).collect();
        if raters.is_empty() {
            continue;
        }
        raters.sort_by_key(|(r, _)| stroke_key(&r.name));
        let _ = write!(
            rows,
            "<tr><th colspan=\"6\">{}（{} 人）　按姓氏笔画排列</th></tr>",
            escape(&group.name),
            raters.len()
        );
        for (i, (rater, place)) in raters.iter().enumerate() {
            let _ = write!(
                rows,
                "<tr><td class=\"num-col\">{}</td><td>{}</td><td>{}</td><td class=\"tick\"></td><td class=\"tick\"></td><td></td></tr>",
                i + 1,
                escape(&rater.name),
                escape(place)
            );
        }
    }
    // One table for all groups: as many names as a page holds.
    let body = format!(
        "<article class=\"sheet-a4\"><h1>签到名册</h1><p>{}　{}　{}</p>\
         <table class=\"roll\"><thead><tr><th>序</th><th>姓名</th><th>单位</th><th>到场</th><th>{second}</th><th>备注</th></tr></thead>\
         <tbody>{rows}</tbody></table></article>",
        escape(&plan.title),
        escape(&domain::time::zh(plan.on)),
        escape(&plan.place),
    );
    Ok(paper(&app, &visitor, "签到名册", "用 A4 纸打印（Ctrl+P），放在签到台打勾。", &body))
}

async fn ballots(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = hall(&app, &visitor, &id).await?;
    let meeting = &hall.meeting;
    let rounds = rounds(meeting);
    let pages = |of: &Vec<&Presenter>| -> String {
        meeting.plan.rules.groups.iter().map(|g| paper_ballot(meeting, g, of)).collect()
    };
    let body: String = rounds.iter().map(pages).collect();
    let note = match meeting.plan.mode {
        _ if rounds.is_empty() => "没有要印的测评表：述责对象都已封存，或者不述责。",
        Mode::Together => "每组一页，请用对应颜色的 A4 纸按人数复印。测评表上没有号码，也没有二维码，交回后对不到人。",
        Mode::OneByOne => {
            "逐人测评：每位述责对象每组一页，轮到谁发谁的。请用对应颜色的 A4 纸按人数复印。测评表上没有号码，也没有二维码，交回后对不到人。"
        }
    };
    Ok(paper(&app, &visitor, "纸质测评表", note, &body))
}

/// Who stands on one sheet, per round that is still to be held: those of the round at hand, or who would be in
/// the next one.
fn rounds(meeting: &Meeting) -> Vec<Vec<&Presenter>> {
    let left = || {
        let settled = |p: &&Presenter| meeting.excused.contains_key(&p.id) || meeting.sealed(p.id).is_some();
        meeting.plan.presenters.iter().filter(move |p| !settled(p))
    };
    let all: Vec<&Presenter> = match (meeting.plan.mode, meeting.current()) {
        (Mode::OneByOne, _) => return left().map(|p| vec![p]).collect(),
        (Mode::Together, Some(round)) => round.presenters.iter().filter_map(|id| meeting.plan.presenter(*id)).collect(),
        (Mode::Together, None) => left().collect(),
    };
    if all.is_empty() { Vec::new() } else { vec![all] }
}

/// The optional rows, as a table to write into: what the two 计票人 are asked for stands on the paper.
fn dimensions(meeting: &Meeting, presenters: &[&Presenter]) -> String {
    let rules = &meeting.plan.rules;
    if rules.dimensions.is_empty() {
        return String::new();
    }
    let how = match rules.scale {
        Scale::Grades => "每格写好、较好、一般或差",
        Scale::Points => "每格写 0 到 100 的整数",
    };
    let head: String = rules.dimensions.iter().map(|d| format!("<th>{}</th>", escape(&d.label))).collect();
    let cells = "<td></td>".repeat(rules.dimensions.len());
    let rows: String =
        presenters.iter().map(|p| format!("<tr><td><b>{}</b></td>{cells}</tr>", escape(&p.name))).collect();
    format!(
        "<p>分项评价（可不填；{how}，弃权、回避的不填）：</p>\
         <table class=\"roll\"><thead><tr><th>述责对象</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
}

/// A box for words per presenter: they go to the one they are about.
fn opinions(presenters: &[&Presenter]) -> String {
    let rows: String = presenters.iter().map(|p| format!("<tr><th>{}</th><td></td></tr>", escape(&p.name))).collect();
    format!(
        "<p>意见（可不写，写在各人的格子里；由计票人照抄，与评价分开保存）：</p>\
         <table class=\"roll opinions\"><tbody>{rows}</tbody></table>"
    )
}

fn paper_ballot(meeting: &Meeting, group: &Group, presenters: &[&Presenter]) -> String {
    let box_of = |word: &str| format!("<td><span class=\"box\"></span>{word}</td>");
    let (how, rule) = match meeting.plan.rules.scale {
        Scale::Grades => ("选一个打勾", "总体评价每行只打一个勾，没有打勾或打了两个勾的，这张按废票计。"),
        Scale::Points => {
            ("0 到 100 的整数", "每行写一个分数，或在弃权、回避里打一个勾；空着、看不清的，这张按废票计。")
        }
    };
    let mut rows = String::new();
    for presenter in presenters {
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
         <tbody>{rows}</tbody></table>{dimensions}<p>{rule}请勿署名、勿作记号。</p>\
         {opinions}</article>",
        escape(&group.colour),
        escape(&group.name),
        escape(&meeting.plan.title),
        dimensions = dimensions(meeting, presenters),
        opinions = opinions(presenters),
    )
}

async fn cards(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    // Whoever may only look is told nothing, whatever he typed.
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator], false).await?;
    let reason = fields.text("reason");
    let dealt: Result<_, ApiError> = async {
        fields.only(&["voids", "sure", "reason"])?;
        let voids = fields.parsed("voids")?;
        if voids > 0 && fields.text("sure") != "yes" {
            return Err(Rejection::state("重新打印会让旧卡作废，还没有打印。请先确认。").into());
        }
        hall.room.deal_cards_again(&hall.actor, voids, &reason).await
    }
    .await;
    let printed = match dealt {
        Ok(printed) => printed,
        Err(e) => {
            let live = cards_form(&visitor, &hall, Some((&e.to_string(), &reason)));
            let page = work(&app, &visitor, &hall, "/papers", "打印", ("screen", ""), &live);
            return Err(super::refused_on(page, &e));
        }
    };
    let plan = &hall.meeting.plan;
    let origin = app.config().origin();
    let mut out = String::new();
    let mut group = "";
    for card in &printed {
        // Each colour on its own sheets.
        if card.group != group {
            let _ = write!(
                out,
                "{}<div class=\"cards\"><h2 class=\"screen-only\">{}　{}</h2>",
                if group.is_empty() { "" } else { "</div>" },
                escape(&card.colour),
                escape(&card.group)
            );
            group = &card.group;
        }
        let _ = write!(
            out,
            "<section class=\"slip-card\"><div><h2>{title}</h2><p class=\"group\">{label}</p><small>{name}</small>\
             <small>先扫大屏上的码，再扫右边的码，或输入下面的卡号。交还前请勿转交他人。</small></div>{qr}\
             <p class=\"card-code\">{code}</p></section>",
            title = escape(&plan.title),
            label = escape(&card.label),
            name = escape(&card.group),
            code = two_lines(&card.code),
            qr = qr::svg(&format!("{origin}/m#{}", card.code), "评议卡"),
        );
    }
    let note = format!(
        "<b>卡号只显示这一次</b>共 {} 张。请现在打印（Ctrl+P），每组另起一页，按组的颜色用纸，裁开后打乱。关闭本页后不能再看，只能重新打印，重新打印后旧卡作废。",
        printed.len()
    );
    Ok(paper(&app, &visitor, "评议卡", &note, &if group.is_empty() { out } else { format!("{out}</div>") }))
}

/// Seven groups of a code in two lines that can be typed without losing one's place.
fn two_lines(code: &str) -> String {
    match code.match_indices('-').nth(3) {
        Some((at, _)) => format!("{}<br>{}", escape(&code[..at]), escape(&code[at + 1..])),
        None => escape(code),
    }
}
