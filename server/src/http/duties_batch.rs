//! One step for many lists. 「全部」 and 下达 are asked first, on a page that says what will happen to
//! how many; the lists named there are those that are then worked on.

use std::fmt::Write as _;

use app::api::{
    Visitor,
    duties::{Duties as _, DutiesPage, DutiesQuery, LeaderLine},
};
use axum::{Extension, http::StatusCode, response::Response};
use domain::{Rejection, duties::ListState, ids::LeaderListId};

use super::{
    bare,
    duties_forms::{run, the_step},
    fields::Fields,
    posted::{Home, Posted},
    reply::{self, escape},
};
use crate::services::duties::{Command, Step};

/// Units named on the page that asks; the rest is counted.
const NAMED: usize = 40;

type Pick = (LeaderListId, i64);

/// `POST /duties/batch`.
pub(super) async fn batch(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let asked = async {
        let fields = posted.only(&["year", "step", "pick", "all", "sure", "kind", "state", "q"])?;
        let (step, year, picks) = (the_step(fields)?, fields.parsed("year")?, picks(fields)?);
        let all = fields.opt("all").is_some();
        if fields.opt("sure").is_some() || !(all || step == Step::Issue) {
            return Ok((Command::Batch { step, year, lists: picks }, None));
        }
        let page = posted.services().overview(&posted.actor, query(fields, year, all)).await?;
        let ask = if all { Some(all_of(&page, step)?) } else { chosen(&page, step, &picks) };
        // What cannot be done is refused by the command itself, list by list.
        Ok::<_, app::api::ApiError>((Command::Batch { step, year, lists: picks }, ask.map(|ask| (step, year, ask))))
    };
    let home = Home::new("duties.page", format!("/duties?year={}", reply::encode(posted.fields.text("year").trim())));
    match asked.await {
        Ok((_, Some((step, year, ask)))) => question(&posted, &visitor, step, year, &ask),
        Ok((command, None)) => run(&posted, "batch", home, Ok(command)).await,
        Err(e) => posted.back(home, &e).await,
    }
}

fn picks(fields: &Fields) -> Result<Vec<Pick>, Rejection> {
    let read = |pick: &String| {
        let (id, seen) = pick.split_once(':')?;
        Some((id.parse::<LeaderListId>().ok()?, seen.parse::<i64>().ok()?))
    };
    fields
        .many("pick")
        .iter()
        .map(|pick| read(pick).ok_or_else(|| Rejection::state("页面内容不完整，没有办理。请刷新页面后重试。")))
        .collect()
}

/// The page that the form stood on; its filters count for 「全部」 only.
fn query(fields: &Fields, year: i32, filtered: bool) -> DutiesQuery {
    let filter = |name| fields.opt(name).filter(|_| filtered);
    DutiesQuery { year: Some(year), kind: filter("kind"), state: filter("state"), q: filter("q"), draft: None }
}

/// What is asked about.
struct Ask {
    lists: Vec<Pick>,
    units: Vec<String>,
    /// On the page, but in another state.
    others: usize,
}

fn fits(row: &LeaderLine, step: Step) -> bool {
    row.pick
        && match step {
            Step::Send => row.state == Some(ListState::Draft),
            Step::Submit => matches!(row.state, Some(ListState::Draft | ListState::Commenting)),
            Step::Approve => row.state == Some(ListState::Reviewing),
            Step::Issue => row.state == Some(ListState::Approved),
            Step::Return => false,
        }
}

/// Every list of the page on which the step can be done.
fn all_of(page: &DutiesPage, step: Step) -> Result<Ask, Rejection> {
    let (fit, rest): (Vec<&LeaderLine>, Vec<&LeaderLine>) =
        page.rows.iter().filter(|row| row.list.is_some()).partition(|row| fits(row, step));
    if fit.is_empty() {
        return Err(Rejection::state(format!(
            "列出的清单里没有可以{}的，没有办理。请按状态筛选后再选。",
            words(step).0
        )));
    }
    Ok(Ask {
        lists: fit.iter().filter_map(|row| row.list).collect(),
        units: fit.iter().map(|row| row.unit.clone()).collect(),
        others: rest.len(),
    })
}

/// The ticked lists, if the step can be done on every one as it was seen.
fn chosen(page: &DutiesPage, step: Step, picks: &[Pick]) -> Option<Ask> {
    let units = picks
        .iter()
        .map(|pick| page.rows.iter().find(|row| row.list == Some(*pick) && fits(row, step)).map(|row| row.unit.clone()))
        .collect::<Option<Vec<_>>>()?;
    (!units.is_empty()).then(|| Ask { lists: picks.to_vec(), units, others: 0 })
}

/// The step, and what happens to a list and its people by it.
fn words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Send => ("送单位征求意见", "各单位的主要负责人和联络员可以查看清单，5 个工作日内反馈意见。"),
        Step::Submit => ("提交审定", "清单转给分管副书记审定，审定前不能再修改。"),
        Step::Approve => ("审定", "清单定稿，由党风政风监督室下达。"),
        Step::Return => ("退回起草", "清单退回起草。"),
        Step::Issue => {
            ("下达", "清单立即生效，各单位党组织主要负责人在 5 个工作日内签收；下达后不能撤回，只能另制新版。")
        }
    }
}

fn question(posted: &Posted, visitor: &Visitor, step: Step, year: i32, ask: &Ask) -> Response {
    let viewer = &visitor.viewer;
    let (verb, effect) = words(step);
    let count = ask.lists.len();
    let mut marks = bare::token(viewer);
    for (name, value) in [
        ("command", posted.fields.text("command")),
        ("year", year.to_string()),
        ("step", posted.fields.text("step")),
        ("sure", "1".to_owned()),
    ] {
        marks.push_str(&bare::hidden(name, &value));
    }
    for (id, seen) in &ask.lists {
        marks.push_str(&bare::hidden("pick", &format!("{id}:{seen}")));
    }
    let units: String = ask.units.iter().take(NAMED).fold(String::new(), |mut out, unit| {
        let _ = write!(out, "<li>{}</li>", escape(unit));
        out
    });
    let more = match count.saturating_sub(NAMED) {
        0 => String::new(),
        n => format!("<p>以及另外 {n} 个单位。</p>"),
    };
    let others = match ask.others {
        0 => String::new(),
        n => format!("<p>列出的另外 {n} 份现在不能{verb}，不在其中。</p>"),
    };
    let body = format!(
        "<main class=\"main read\" id=\"main\"><h1>{verb} {count} 份{year}年第一责任人履责清单？</h1>\
         <div class=\"notice warn\" role=\"status\"><p>{effect}</p>{others}</div>\
         <ul>{units}</ul>{more}\
         <form method=\"post\" action=\"/duties/batch\">{marks}<div class=\"actions\">\
         <button class=\"btn primary\">确认{verb} {count} 份</button>\
         <a class=\"btn\" href=\"/duties?year={year}\">返回，不办理</a></div></form></main>"
    );
    bare::page(viewer, StatusCode::OK, &format!("{verb}前请确认"), &body)
}
