//! 「转线下」: asking for a record; for whatever went offline (a meeting's texts ask in `review_own_forms`) the
//! page of those who handle it, the sheet that each of the two officers sees once, and his word that it is
//! printed. Plain pages without scripts.

use app::api::{ApiError, Visitor, drafts::Drafts as _};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::Rejection;
use serde::Deserialize;

use super::{
    bare,
    handling_sheet::{self, HandlingSheet},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply::{self, escape},
};
use crate::{
    App,
    services::records::offline::{Handling, HandlingPage, Part, Sheet},
};

/// Form of the drafts of the handling page.
const DRAFT: &str = "records.handling";

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/handling/{id}", Policy::SignedIn, page)
        .form("/records/offline", Policy::SignedIn, ask)
        .form("/handling/back", Policy::SignedIn, back)
        .form("/handling/officer", Policy::SignedIn, officer)
        .form("/handling/sheet", Policy::SignedIn, sheet)
        .form("/handling/printed", Policy::SignedIn, printed)
}

fn place(posted: &Posted) -> String {
    format!("/handling/{}", reply::encode(&posted.fields.text("id")))
}

fn home(posted: &Posted) -> Home {
    Home::new(DRAFT, place(posted)).about(posted.fields.text("id"))
}

/// Refused on the page of the record, with what was chosen.
async fn ask(posted: Posted) -> Response {
    let record = reply::encode(&posted.fields.text("record"));
    let job = async {
        let fields = posted.only(&["record", "first", "second"])?;
        fields.once(&[])?;
        let mut chosen = Vec::new();
        for name in ["first", "second"] {
            if fields.opt(name).is_none() {
                return Err(Rejection::field(name, "还没有选好两名干部，没有转出。请选好后再提交。").into());
            }
            chosen.push(fields.parsed(name)?);
        }
        let of = Handling { record: fields.parsed("record")?, officers: (chosen[0], chosen[1]) };
        posted.services().ask_record_offline(&posted.actor, of).await
    };
    let home = Home::new("records.correct", format!("/records/{record}")).about(posted.fields.text("record"));
    posted.ended(job, home.at("#offline"), |()| format!("/records/{record}")).await
}

/// To the page where it stands again.
async fn back(posted: Posted) -> Response {
    let job = async {
        let id = posted.only(&["id"])?.text("id");
        posted.services().keep_online(&posted.actor, &id).await
    };
    posted.ended(job, home(&posted), |to| to).await
}

async fn officer(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["id", "slot", "officer"])?;
        fields.once(&[])?;
        if fields.opt("officer").is_none() {
            return Err(Rejection::field("officer", "还没有选干部，没有保存。请选好后再提交。").into());
        }
        let (slot, officer) = (fields.parsed("slot")?, fields.parsed("officer")?);
        posted.services().name_offline_officer(&posted.actor, &fields.text("id"), slot, officer).await
    };
    posted.ended(job, home(&posted), |()| place(&posted)).await
}

/// The sheet stands in the answer itself: it has no address to come back to.
async fn sheet(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let job = async {
        let id = posted.only(&["id"])?.text("id");
        posted.services().show_offline_sheet(&posted.actor, &id).await
    };
    match job.await {
        Ok(sheet) => shown(&sheet, &posted, &visitor),
        Err(e) => posted.back(home(&posted), &e).await,
    }
}

/// 「已打印并签字」. A second click says the same.
async fn printed(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["id", "printed"])?;
        fields.once(&[])?;
        handling_sheet::printed(fields)?;
        posted.services().confirm_offline(&posted.actor, &fields.text("id")).await
    };
    posted.ended(job, home(&posted), |()| place(&posted)).await
}

fn shown(sheet: &Sheet, posted: &Posted, visitor: &Visitor) -> Response {
    let notice = if sheet.record {
        "打印后签字，交信访室。佐证材料请先逐个打开、打印或另存。两名干部都确认后，系统里的内容删除，只留页码，不能恢复。"
    } else {
        "打印后签字，交信访室。两名干部都确认后，系统里的内容删除，不能恢复。"
    };
    let answer = HandlingSheet {
        action: "/handling/printed",
        repeat: &["id"],
        title: "内容只显示这一次，请现在打印",
        notice,
        check: "办理单已经打印，我已经签字",
        button: "已打印并签字",
        source: sheet.source.clone(),
        text: &sheet.text,
        lines: &sheet.lines,
        files: &sheet.files,
        officers: &sheet.officers,
        former: &sheet.former,
        at: sheet.at,
    };
    answer.answer(&posted.fields, visitor)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    draft: Option<String>,
}

async fn page(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let page = app.services().handling_page(&actor, &id).await.map_err(|e| refused(&e))?;
    let draft = app.services().load(&actor, DRAFT, asked.draft.as_deref()).await.map_err(|e| refused(&e))?;
    let problem = bare::problem(Some(draft.problem.as_str()).filter(|p| !p.is_empty()));
    let chosen =
        |slot: i64| if draft.has("slot", &slot.to_string()) { draft.value("officer", "") } else { String::new() };
    let marks = format!("{}{}", bare::token(&visitor.viewer), bare::hidden("id", &page.subject));
    let body = format!(
        "<main class=\"main read\" id=\"main\"><h1>转线下办理</h1>{problem}<section class=\"card\"><h2>{post}</h2>\
         <p>{about}</p><p class=\"hint\">{asked}</p>{step}</section>{officers}{elsewhere}\
         <div class=\"actions\"><a class=\"btn\" href=\"/todo\">返回待办</a></div></main>",
        post = escape(&page.post),
        about = escape(&page.about),
        asked = escape(&page.asked),
        step = step(&page, &marks),
        officers = officers(&page, &marks, &chosen),
        elsewhere = elsewhere(&page.elsewhere),
    );
    Ok(bare::page(&visitor.viewer, StatusCode::OK, "转线下办理 · 五责链", &body))
}

fn refused(error: &ApiError) -> Response {
    let mut response = reply::refused(error);
    if error.status() == 404 {
        response.extensions_mut().insert(super::guard::Denied);
    }
    response
}

/// What the viewer does next.
fn step(page: &HandlingPage, marks: &str) -> String {
    let form = |action: &str, words: &str, inner: &str| {
        format!("<p>{words}</p><form class=\"form\" method=\"post\" action=\"{action}\">{marks}{inner}</form>")
    };
    match page.part {
        None if page.sweeping => {
            "<p>两名干部都已打印并签字，内容已经删除，正在清除旧副本。几分钟后刷新本页，看是否清完。</p>".to_owned()
        }
        None if page.record => "<p>两名干部都已打印并签字，系统里的内容已经删除，只留页码。</p>".to_owned(),
        None => "<p>两名干部都已打印并签字，系统里的内容已经删除。</p>".to_owned(),
        Some(Part::Look) => form(
            "/handling/sheet",
            "内容只给您显示一次。请在连着打印机的电脑上打开，当场打印、签字。",
            "<div class=\"actions\"><button class=\"btn primary\">查看并打印办理单</button></div>",
        ),
        Some(Part::Print) => form(
            "/handling/printed",
            "您已经查看过，内容不再显示。没有打印成的，请在另一名干部打印的办理单上签字，再确认。",
            "<p><label class=\"check\"><input type=\"checkbox\" name=\"printed\" value=\"1\" required> 办理单已经打印，我已经签字</label></p>\
             <div class=\"actions\"><button class=\"btn primary\">已打印并签字</button></div>",
        ),
        Some(Part::Done) => "<p>您已经确认。另一名干部也确认后，系统里的内容删除。</p>".to_owned(),
        Some(Part::Asker { may_take_back: true }) => form(
            "/handling/back",
            "内容已经不再显示，等两名干部办理。第一名干部查看以前可以撤回。",
            "<div class=\"actions\"><button class=\"btn\">撤回，恢复显示</button></div>",
        ),
        Some(Part::Asker { .. }) => "<p>已有干部查看过，不能撤回。</p>".to_owned(),
        Some(Part::Former) => {
            "<p>您查看过内容，后来换了别人办理。您不能再办理，也不能指定干部；内容还没有删除，等现在的两名干部办理。</p>".to_owned()
        }
        Some(Part::Office) => {
            "<p>内容已经不再显示，等两名干部办理。干部调离、不能办理的，可以另选一名。</p>".to_owned()
        }
    }
}

/// What the two speak about with the owners themselves.
fn elsewhere(places: &[String]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let rows: Vec<String> = places.iter().map(|place| format!("<li>{}</li>", escape(place))).collect();
    format!(
        "<section class=\"card\"><h2>别处还有相同的句子</h2><p class=\"hint\">写明由系统删去的，在办结时删去；其余的系统不改动，请两名干部与本人核实，需要的由本人删除。</p>\
         <ul>{}</ul></section>",
        rows.concat()
    )
}

fn officers(page: &HandlingPage, marks: &str, chosen: &dyn Fn(i64) -> String) -> String {
    if page.officers.is_empty() {
        return String::new();
    }
    let rows: Vec<String> = page
        .officers
        .iter()
        .map(|officer| {
            let form = if officer.replaceable && page.choices.is_empty() {
                "<small>没有可以另选的干部。请系统管理员给其他纪检干部授予角色并开通账号，由安全管理员确认后，再来指定。</small>".to_owned()
            } else if officer.replaceable {
                let chosen = chosen(officer.slot);
                let options: Vec<String> = page
                    .choices
                    .iter()
                    .map(|(id, name)| {
                        let mark = if *id == chosen { " selected" } else { "" };
                        format!("<option value=\"{}\"{mark}>{}</option>", escape(id), escape(name))
                    })
                    .collect();
                format!(
                    "<details class=\"more\"><summary class=\"btn small\">重新指定…</summary><form class=\"form\" method=\"post\" \
                     action=\"/handling/officer\">{marks}{slot}<div class=\"field\"><label for=\"officer-{n}\">干部</label>\
                     <select id=\"officer-{n}\" name=\"officer\" required><option value=\"\">请选择</option>{options}</select></div>\
                     <div class=\"actions\"><button class=\"btn\">保存</button></div></form></details>",
                    n = officer.slot,
                    slot = bare::hidden("slot", &officer.slot.to_string()),
                    options = options.concat(),
                )
            } else {
                String::new()
            };
            format!("<li><div><b>{}</b><small>{}</small>{form}</div></li>", escape(&officer.name), officer.state)
        })
        .collect();
    format!("<section class=\"card\"><h2>办理干部</h2><ul class=\"rows\">{}</ul></section>", rows.concat())
}
