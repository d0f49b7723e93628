//! Forms of 明责. Plain posts for every browser: each parses its fields into one
//! [`Command`], which runs at most once and answers with the page to go to; a refusal
//! keeps everything typed as a draft and goes back.

use axum::response::Response;
use domain::{
    Rejection,
    ids::TemplateId,
    people::{Role, UnitKind},
    time::Day,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::duties::{Command, DayLine, ItemForm, ItemsOf, ListEdit, Step, TaskForm, read_pasted};

const OFFICE: Policy = Policy::Roles(&[Role::ConductOffice]);
pub(super) const ITEM: [&str; 14] = [
    "duty",
    "code",
    "group",
    "text",
    "frequency",
    "due",
    "months",
    "evidence",
    "action",
    "hard",
    "routine",
    "list",
    "source",
    "alike",
];
/// Most lines of the names table and of the holiday table that one form carries.
const LISTS: usize = 13;
const DAYS: usize = 120;

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/duties/names", OFFICE, names)
        .form("/duties/templates/new", OFFICE, new_template)
        .form("/duties/templates/publish", OFFICE, publish)
        .form("/duties/templates/item", OFFICE, template_item)
        .form("/duties/make", OFFICE, make)
        .form("/duties/batch", Policy::SignedIn, super::duties_batch::batch)
        .form("/duties/calendar/days", OFFICE, days)
        .form("/duties/calendar/enable", OFFICE, enable)
        .form("/duties/tasks/add", Policy::SignedIn, add_task)
        .form("/duties/tasks/finish", Policy::SignedIn, finish_task)
        .form("/duties/tasks/remove", Policy::SignedIn, remove_task)
}

/// Runs the command of a form. `route` is part of its identity: the same fields sent to
/// another form are another intention.
pub(super) async fn run(posted: &Posted, route: &str, home: Home, command: Result<Command, Rejection>) -> Response {
    let job = async {
        let (command, key) = (command?, posted.fields.command()?);
        let mut body = route.as_bytes().to_vec();
        body.push(0);
        body.extend(posted.fields.body());
        posted.services().duties_do(&posted.actor, key, &body, command).await
    };
    posted.ended(job, home, |path| path).await
}

fn page(path: &str, id: &str) -> String {
    format!("{path}{}", reply::encode(id.trim()))
}

/// The page of `path` for what the field `id` names.
pub(super) fn home(posted: &Posted, form: &'static str, path: &str, id: &str) -> Home {
    Home::new(form, page(path, &posted.fields.text(id)))
}

fn year(fields: &Fields) -> Result<i32, Rejection> {
    fields.parsed("year")
}

/// An empty choice means all kinds; an unknown one is refused.
fn kind(fields: &Fields) -> Result<Option<UnitKind>, Rejection> {
    match fields.opt("kind") {
        None => Ok(None),
        Some(key) => UnitKind::from_key(&key)
            .map(Some)
            .ok_or_else(|| Rejection::field("kind", "单位类型不在可选范围，没有保存。请重新选择。")),
    }
}

/// Refuses names that are neither in `fixed` nor one of `rows` numbered from 0 (`name_3`).
fn only<'a>(posted: &'a Posted, fixed: &[&str], numbered: &[&str], rows: usize) -> Result<&'a Fields, Rejection> {
    let names: Vec<String> = (0..rows).flat_map(|n| numbered.iter().map(move |name| format!("{name}_{n}"))).collect();
    let known: Vec<&str> = fixed.iter().copied().chain(names.iter().map(String::as_str)).collect();
    posted.only(&known)
}

async fn names(posted: Posted) -> Response {
    let command = || {
        let fields = only(&posted, &[], &["id", "name", "party", "position", "drop"], LISTS)?;
        let mut edits = Vec::new();
        for n in 0..LISTS {
            let at = |name: &str| format!("{name}_{n}");
            edits.push(ListEdit {
                id: fields.maybe(&at("id"))?,
                name: fields.text(&at("name")),
                party: fields.text(&at("party")),
                position: fields.text(&at("position")),
                drop: fields.opt(&at("drop")).is_some(),
            });
        }
        Ok(Command::SaveLists(edits))
    };
    let home = Home::new("duties.page", "/duties");
    run(&posted, "names", home, command()).await
}

async fn new_template(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["list", "kind", "year", "from"])?;
        let from: Option<TemplateId> = fields.maybe("from")?;
        Ok(Command::NewTemplate { list: fields.text("list"), kind: kind(fields)?, year: year(fields)?, from })
    };
    let home = Home::new("duties.page", "/duties");
    run(&posted, "new_template", home, command()).await
}

async fn publish(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["template", "seen"])?;
        Ok(Command::Publish { template: fields.parsed("template")?, seen: fields.parsed("seen")? })
    };
    let home = home(&posted, "duties.template", "/duties/templates/", "template");
    run(&posted, "publish", home, command()).await
}

pub(super) fn item_form(fields: &Fields) -> Result<ItemForm, Rejection> {
    Ok(ItemForm {
        duty: fields.maybe("duty")?,
        code: fields.text("code"),
        group: fields.text("group"),
        text: fields.text("text"),
        frequency: fields.text("frequency"),
        due: fields.text("due"),
        months: fields.text("months"),
        evidence: fields.many("evidence"),
        action: fields.text("action"),
        hard: fields.opt("hard").is_some(),
        routine: fields.opt("routine").is_some(),
        list: fields.text("list"),
        source: fields.text("source"),
        alike: fields.opt("alike").is_some(),
    })
}

/// `do` = `save`, or `up:ID`, `down:ID`, `drop:ID` from the buttons of a row.
pub(super) fn item_command(fields: &Fields, of: ItemsOf) -> Result<Command, Rejection> {
    let seen = fields.parsed("seen")?;
    let what = fields.text("do");
    let Some((verb, id)) = what.split_once(':') else {
        return Ok(Command::SaveItem { of, seen, form: item_form(fields)? });
    };
    let duty = id.parse().map_err(|_| fields::incomplete())?;
    match verb {
        "adopt" => Ok(Command::AdoptItem { of, seen, duty }),
        "drop" => Ok(Command::DropItem { of, seen, duty }),
        "up" | "down" => Ok(Command::MoveItem { of, seen, duty, up: verb == "up" }),
        _ => Err(Rejection::state("没有这个办理步骤，没有保存。请刷新页面后重试。")),
    }
}

/// Like [`home`]; a refused item comes back in its editor.
pub(super) fn item_home(posted: &Posted, form: &'static str, path: &str, id: &str) -> Home {
    let fields = &posted.fields;
    let page = page(path, &fields.text(id));
    if fields.text("do") != "save" {
        return Home::new(form, page);
    }
    let edit = fields.opt("duty").unwrap_or_else(|| "new".into());
    Home::new(form, format!("{page}?edit={}", reply::encode(&edit)))
}

async fn template_item(posted: Posted) -> Response {
    let command = || {
        let known: Vec<&str> = ITEM.into_iter().chain(["template", "seen", "do"]).collect();
        let fields = posted.only(&known)?;
        item_command(fields, ItemsOf::Template(fields.parsed("template")?))
    };
    let home = item_home(&posted, "duties.template", "/duties/templates/", "template");
    run(&posted, "template_item", home, command()).await
}

pub(super) fn effective_on(fields: &Fields) -> Result<Day, Rejection> {
    fields.needed_day("effective_on", "生效日期", "还没有填生效日期，没有保存。请选一个日期。")
}

async fn make(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["year", "kind", "effective_on"])?;
        let effective_on = effective_on(fields)?;
        Ok(Command::MakeLists { year: year(fields)?, kind: kind(fields)?, effective_on })
    };
    let home = home(&posted, "duties.page", "/duties?year=", "year");
    run(&posted, "make", home, command()).await
}

pub(super) fn the_step(fields: &Fields) -> Result<Step, Rejection> {
    Step::from_key(&fields.text("step"))
        .ok_or_else(|| Rejection::state("没有这个办理步骤，没有办理。请刷新页面后重试。"))
}

async fn days(posted: Posted) -> Response {
    let command = || {
        let fields = only(&posted, &["year", "paste"], &["day", "kind", "name"], DAYS)?;
        let mut lines: Vec<DayLine> = (0..DAYS)
            .filter(|n| fields.opt(&format!("day_{n}")).is_some())
            .map(|n| DayLine {
                day: fields.text(&format!("day_{n}")),
                kind: fields.text(&format!("kind_{n}")),
                name: fields.text(&format!("name_{n}")),
            })
            .collect();
        lines.extend(read_pasted(&fields.text("paste"))?);
        Ok(Command::SaveDays { year: year(fields)?, lines })
    };
    let home = home(&posted, "duties.calendar", "/duties/calendar?year=", "year");
    run(&posted, "days", home, command()).await
}

async fn enable(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["day", "sure"])?;
        if fields.opt("sure").is_none() {
            return Err(Rejection::field("sure", "还没有勾选「我已核对」，没有设定。启用日设定后不能再改。"));
        }
        let day = fields.needed_day("day", "启用日", "还没有填启用日，没有设定。请选一个日期。")?;
        Ok(Command::Enable { day })
    };
    let home = home(&posted, "duties.calendar", "/duties/calendar?enable=", "day");
    run(&posted, "enable", home, command()).await
}

async fn add_task(posted: Posted) -> Response {
    let command = || {
        let fields =
            posted.only(&["year", "unit", "title", "node", "due_on", "owner", "done_mark", "source", "alike"])?;
        Ok(Command::AddTask {
            unit: fields.parsed("unit")?,
            year: year(fields)?,
            form: TaskForm {
                title: fields.text("title"),
                node: fields.text("node"),
                due_on: fields.day("due_on", "完成时限")?,
                owner: fields.text("owner"),
                done_mark: fields.text("done_mark"),
                source: fields.text("source"),
                alike: fields.opt("alike").is_some(),
            },
        })
    };
    let home = home(&posted, "duties.task", "/duties/tasks?year=", "year");
    run(&posted, "add_task", home, command()).await
}

async fn finish_task(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["year", "task", "seen", "done_on"])?;
        let on = fields.day("done_on", "完成日期")?.unwrap_or(posted.services().today());
        Ok(Command::FinishTask { task: fields.parsed("task")?, seen: fields.parsed("seen")?, on })
    };
    let home = home(&posted, "duties.task", "/duties/tasks?year=", "year");
    run(&posted, "finish_task", home, command()).await
}

async fn remove_task(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["year", "task", "seen"])?;
        Ok(Command::RemoveTask { task: fields.parsed("task")?, seen: fields.parsed("seen")? })
    };
    let home = home(&posted, "duties.task", "/duties/tasks?year=", "year");
    run(&posted, "remove_task", home, command()).await
}
