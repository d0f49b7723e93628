//! `/hall/{id}/counter`: 计票人 enter paper ballots and count what is spoiled or did not come back, two of
//! them independently. A sheet is named by the colour of its group and its place in the pile; where the
//! two differ only the sheet or the group is said, never what the other one read or counted.

use std::{collections::HashMap, fmt::Write as _};

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    reviews::{PaperCount, Part, Sheet, Stated},
};

use super::{
    Hall,
    ballot::{self, Typed},
    problem, said,
    sheet::{self, Offers},
    work,
};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
    },
    live::PaperState,
};

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/hall/{id}/counter", Policy::SignedIn, open)
        .form("/hall/{id}/counter", Policy::SignedIn, enter)
        .form("/hall/{id}/spoiled", Policy::SignedIn, state)
        .form("/hall/{id}/withdraw", Policy::SignedIn, withdraw)
}

/// What the form of a sheet starts with.
#[derive(Debug, Clone, Default)]
struct Start {
    group: String,
    number: u32,
    typed: Typed,
    wrong: Vec<Rejection>,
}

/// Which group comes next, carried over from the sheet before.
#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    said: Option<String>,
    group: Option<String>,
    number: Option<u32>,
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Counter], false).await?;
    let asked = asked.map(|q| q.0).unwrap_or_default();
    let start = Start { group: asked.group.unwrap_or_default(), number: asked.number.unwrap_or(1), ..Start::default() };
    Ok(page(&app, &visitor, &hall, asked.said.as_deref(), None, &start))
}

fn page(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    said_key: Option<&str>,
    refused: Option<&str>,
    start: &Start,
) -> Response {
    let paper = hall.room.paper();
    let form = match &paper.sheet {
        Some(printed) => entry_form(visitor, hall, printed, start),
        None => {
            "<section class=\"card\"><p class=\"who\">现在没有要录入的测评表<small>测评开始、发出纸质测评表以后，在这里录入。</small></p></section>"
                .to_owned()
        }
    };
    let live = format!(
        "{}{}<div class=\"cols\"><div class=\"wide\">{form}</div><div>{}{}</div></div>",
        said(said_key),
        problem(refused),
        differences(visitor, hall, &paper),
        piles(visitor, hall, &paper),
    );
    work(app, visitor, hall, "/counter", "计票录入", ("teller", "round state paper"), &live)
}

fn entry_form(visitor: &Visitor, hall: &Hall, printed: &Sheet, start: &Start) -> String {
    let meeting = &hall.meeting;
    let groups: String = meeting
        .plan
        .rules
        .groups
        .iter()
        .map(|g| {
            let chosen = if g.key == start.group { " selected" } else { "" };
            format!("<option value=\"{}\"{chosen}>{}　{}</option>", escape(&g.key), escape(&g.colour), escape(&g.name))
        })
        .collect();
    let round = meeting.current().map(|r| r.id.to_string()).unwrap_or_default();
    format!(
        "<form class=\"card\" method=\"post\" action=\"/hall/{}/counter\">{}{}\
         <h2>录入一张纸质测评表</h2><p class=\"muted\">照纸上的勾录入，不要看另一名计票人的屏幕。没有勾总体评价的、看不清的，放到废票里；没有交回来的不录，最后登记为未收回。纸上写的意见照抄到各人下面的意见里，和手机上写的一样另行封存；两人都抄了才算，字句不必完全一样。废票上的意见不录。</p>\
         <div class=\"field inline\"><label for=\"group\">颜色</label><select id=\"group\" name=\"group\">{groups}</select>\
         <label for=\"number\">这叠里的第几张</label><input id=\"number\" name=\"number\" type=\"number\" min=\"1\" max=\"9999\" value=\"{}\" required></div>\
         {}{}<button class=\"btn primary big\">录入这一张</button></form>",
        hall.id,
        bare::token(&visitor.viewer),
        bare::hidden("round", &round),
        start.number.max(1),
        sheet::rows(printed, &meeting.plan.rules, &start.typed, &start.wrong, Offers { recuse: true, comment: true }),
        if start.typed.is_empty() { "" } else { super::KEPT },
    )
}

/// Sheets that only one entered, or the two entered differently. The number, nothing of the content.
fn differences(visitor: &Visitor, hall: &Hall, paper: &PaperState) -> String {
    let open = &paper.unsettled;
    if open.is_empty() && paper.unstated.is_empty() {
        return String::new();
    }
    let colour = |key: &str| hall.meeting.plan.rules.group(key).map_or_else(String::new, |g| escape(&g.colour));
    let mut rows = String::new();
    for (group, number, readings) in open {
        let words = if *readings > 1 {
            format!(
                "<span class=\"tag bad\">◆ 不一致</span> {}第{number}张两人录入不一致，请各自对着纸重新录入",
                colour(group)
            )
        } else {
            format!("<span class=\"tag warn\">▲ 一人已录</span> {}第{number}张还差一人录入", colour(group))
        };
        let _ = write!(
            rows,
            "<li><div>{words}</div><span class=\"acts\"><a class=\"btn small\" href=\"?group={}&amp;number={number}\">录这一张</a>\
             <form method=\"post\" action=\"/hall/{}/withdraw\">{}{}{}<button class=\"btn small plain\">撤回我录的</button></form></span></li>",
            reply::encode(group),
            hall.id,
            bare::token(&visitor.viewer),
            bare::hidden("group", group),
            bare::hidden("number", &number.to_string()),
        );
    }
    for (group, counted) in &paper.unstated {
        let words = if *counted > 1 {
            format!(
                "<span class=\"tag bad\">◆ 不一致</span> {}的废票、未收回张数两人报得不一致，请各自重新清点后登记",
                colour(group)
            )
        } else {
            format!("<span class=\"tag warn\">▲ 一人已报</span> {}的废票、未收回张数还差一人清点登记", colour(group))
        };
        let _ = write!(rows, "<li><div>{words}</div></li>");
    }
    format!("<section class=\"card\"><h2>还没有对上的</h2><ul class=\"order\">{rows}</ul></section>")
}

fn piles(visitor: &Visitor, hall: &Hall, paper: &PaperState) -> String {
    let own: HashMap<String, Stated> = hall.room.own_statements(&hall.actor);
    let mut rows = String::new();
    for group in &paper.groups {
        let PaperCount { name, out, entered, spoiled, unreturned } = &group.count;
        let said = own.get(&group.key).copied().unwrap_or_default();
        let both = if spoiled + unreturned > 0 {
            format!("<p class=\"quiet\">两人一致：废票 {spoiled} 张，未收回 {unreturned} 张。</p>")
        } else {
            String::new()
        };
        let field = |name: &str, label: &str, value: u32| {
            format!(
                "<span class=\"pair\"><label for=\"{name}-{key}\">{label}</label><input id=\"{name}-{key}\" name=\"{name}\" type=\"number\" min=\"0\" max=\"{out}\" value=\"{value}\" required></span>",
                key = escape(&group.key),
            )
        };
        let _ = write!(
            rows,
            "<tr><td>{colour} <small>{name}</small></td><td class=\"num-col\" data-label=\"发出\">{out}</td>\
             <td class=\"num-col\" data-label=\"录入一致\">{entered}</td><td>\
             <form method=\"post\" action=\"/hall/{id}/spoiled\" class=\"field inline\">{token}{of}{}{}\
             <button class=\"btn small\">登记</button></form>{both}</td></tr>",
            field("spoiled", "废票", said.spoiled),
            field("unreturned", "未收回", said.unreturned),
            colour = escape(&group.colour),
            name = escape(name),
            id = hall.id,
            token = bare::token(&visitor.viewer),
            of = bare::hidden("group", &group.key),
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"card\"><h2>各叠</h2><p class=\"quiet\">废票是交回来的空白、看不清的；未收回是发出去没有交回来的。两名计票人各自清点、\
         各自登记，一致了才算。发出 = 录入 + 废票 + 未收回。</p><table class=\"stack-table\"><thead><tr><th>颜色</th><th class=\"num-col\">发出</th>\
         <th class=\"num-col\">录入一致</th><th>您清点的废票、未收回</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )
}

/// A sheet for a round that is over: nothing was entered.
fn ended(app: &App, visitor: &Visitor, hall: &Hall, fields: &Fields) -> Response {
    let start = Start { group: fields.text("group"), ..Start::default() };
    let words = "这一轮已经结束，没有录入。请核对后重新录入。";
    let mut page = page(app, visitor, hall, None, Some(words), &start);
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

async fn enter(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Counter], false).await?;
    let Some(sheet) = hall.room.paper().sheet else { return Ok(ended(&app, &visitor, &hall, &fields)) };
    let group = fields.text("group");
    let number: u32 = fields.text("number").trim().parse().unwrap_or(0);
    // The sheet's own fields, with the key of an electronic form in their place.
    let more = [("epoch", "0"), ("rev", "0")];
    let content = fields
        .content()
        .into_iter()
        .filter(|(n, _)| n != "group" && n != "number")
        .chain(more.map(|(n, v)| (n.to_owned(), v.to_owned())));
    let posted = ballot::read(&Fields::new(content.collect()), &sheet, &hall.meeting.plan.rules);
    let back = |words: &str, wrong: Vec<Rejection>, status: StatusCode| {
        let start = Start { group: group.clone(), number, typed: Typed::of(&fields), wrong };
        let mut page = page(&app, &visitor, &hall, None, Some(words), &start);
        *page.status_mut() = status;
        page
    };
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let posted = match posted {
        Ok(posted) => posted,
        Err(wrong) => {
            let words = wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            return Ok(back(&words, wrong, refused));
        }
    };
    if hall.meeting.current().is_none_or(|round| round.id != posted.round) {
        return Ok(ended(&app, &visitor, &hall, &fields));
    }
    match hall.room.enter_paper(&hall.actor, &group, number, posted.ballot).await {
        Ok(_) => Ok(reply::to(&format!(
            "/hall/{id}/counter?said=entered&group={}&number={}",
            reply::encode(&group),
            number + 1
        ))),
        Err(e) => Ok(back(&e.to_string(), Vec::new(), reply::status(&e))),
    }
}

async fn state(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Counter], false).await?;
    let result = async {
        fields.only(&["group", "spoiled", "unreturned"])?;
        let counted = Stated { spoiled: fields.parsed("spoiled")?, unreturned: fields.parsed("unreturned")? };
        hall.room.state_paper(&hall.actor, &fields.text("group"), counted).await
    }
    .await;
    Ok(match result {
        Ok(_) => reply::to(&format!("/hall/{id}/counter?said=spoiled")),
        Err(e) => super::refused_on(page(&app, &visitor, &hall, None, Some(&e.to_string()), &Start::default()), &e),
    })
}

async fn withdraw(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Counter], false).await?;
    let result = async {
        fields.only(&["group", "number"])?;
        hall.room.withdraw_paper(&hall.actor, &fields.text("group"), fields.parsed("number")?).await
    }
    .await;
    Ok(match result {
        Ok(_) => reply::to(&format!("/hall/{id}/counter?said=withdrawn")),
        Err(e) => super::refused_on(page(&app, &visitor, &hall, None, Some(&e.to_string()), &Start::default()), &e),
    })
}
