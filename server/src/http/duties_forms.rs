//! Forms of 明责. Plain posts for every browser: each parses its fields into one
//! [`Command`], which runs at most once and answers with the page to go to; a refusal
//! keeps everything typed as a draft and goes back.

use app::api::Visitor;
use axum::{Extension, extract::State, response::Response};
use domain::{
    Rejection,
    ids::{LeaderListId, TemplateId},
    people::{Role, UnitKind},
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    record_forms::actor,
    reply,
};
use crate::{
    App,
    services::duties::{Command, DayLine, ItemForm, ItemsOf, ListEdit, Step, TaskForm, read_pasted},
};

const OFFICE: Policy = Policy::Roles(&[Role::ConductOffice]);
pub(super) const ITEM: [&str; 13] = [
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
        .form("/duties/batch", Policy::SignedIn, batch)
        .form("/duties/calendar/days", OFFICE, days)
        .form("/duties/calendar/enable", OFFICE, enable)
        .form("/duties/tasks/add", Policy::SignedIn, add_task)
        .form("/duties/tasks/finish", Policy::SignedIn, finish_task)
        .form("/duties/tasks/remove", Policy::SignedIn, remove_task)
}

/// Where a form belongs: its draft key and the page it goes back to.
pub(super) struct Home {
    pub form: &'static str,
    pub page: String,
}

/// Runs the command of a form. `route` is part of its identity: the same fields sent to
/// another form are another intention.
pub(super) async fn run(
    app: &App,
    visitor: &Visitor,
    fields: &Fields,
    route: &str,
    home: Home,
    command: Result<Command, Rejection>,
) -> Result<Response, Response> {
    let actor = actor(visitor)?;
    let result = match command.and_then(|c| Ok((c, fields.command()?))) {
        Ok((command, key)) => {
            let mut body = route.as_bytes().to_vec();
            body.push(0);
            body.extend(fields.body());
            app.services().duties_do(&actor, key, &body, command).await
        }
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(path) => reply::to(&path),
        Err(e) => fields::back(app, &actor, home.form, "", &home.page, fields, &e).await,
    })
}

pub(super) type Posted = (State<App>, Extension<Visitor>, Fields);

pub(super) fn page(path: &str, id: &str) -> String {
    format!("{path}{}", reply::encode(id.trim()))
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
fn only(fields: &Fields, fixed: &[&str], numbered: &[&str], rows: usize) -> Result<(), Rejection> {
    let names: Vec<String> = (0..rows).flat_map(|n| numbered.iter().map(move |name| format!("{name}_{n}"))).collect();
    let known: Vec<&str> = fixed.iter().copied().chain(names.iter().map(String::as_str)).collect();
    fields.only(&known)
}

async fn names((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        only(&fields, &[], &["id", "name", "party", "position", "drop"], LISTS)?;
        let mut edits = Vec::new();
        for n in 0..LISTS {
            let at = |name: &str| format!("{name}_{n}");
            let id = match fields.opt(&at("id")) {
                Some(_) => Some(fields.parsed(&at("id"))?),
                None => None,
            };
            edits.push(ListEdit {
                id,
                name: fields.text(&at("name")),
                party: fields.text(&at("party")),
                position: fields.text(&at("position")),
                drop: fields.opt(&at("drop")).is_some(),
            });
        }
        Ok(Command::SaveLists(edits))
    };
    let home = Home { form: "duties.page", page: "/duties".into() };
    run(&app, &visitor, &fields, "names", home, command()).await
}

async fn new_template((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["list", "kind", "year", "from"])?;
        let from: Option<TemplateId> = fields.opt("from").map(|_| fields.parsed("from")).transpose()?;
        Ok(Command::NewTemplate { list: fields.text("list"), kind: kind(&fields)?, year: year(&fields)?, from })
    };
    let home = Home { form: "duties.page", page: "/duties".into() };
    run(&app, &visitor, &fields, "new_template", home, command()).await
}

async fn publish((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["template", "seen"])?;
        Ok(Command::Publish { template: fields.parsed("template")?, seen: fields.parsed("seen")? })
    };
    let home = Home { form: "duties.template", page: page("/duties/templates/", &fields.text("template")) };
    run(&app, &visitor, &fields, "publish", home, command()).await
}

pub(super) fn item_form(fields: &Fields) -> Result<ItemForm, Rejection> {
    Ok(ItemForm {
        duty: fields.opt("duty").map(|_| fields.parsed("duty")).transpose()?,
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
    })
}

/// `do` = `save`, or `up:ID`, `down:ID`, `drop:ID` from the buttons of a row.
pub(super) fn item_command(fields: &Fields, of: ItemsOf) -> Result<Command, Rejection> {
    let seen = fields.parsed("seen")?;
    let what = fields.text("do");
    let Some((verb, id)) = what.split_once(':') else {
        return Ok(Command::SaveItem { of, seen, form: item_form(fields)? });
    };
    let duty = id.parse().map_err(|_| Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。"))?;
    match verb {
        "drop" => Ok(Command::DropItem { of, seen, duty }),
        "up" | "down" => Ok(Command::MoveItem { of, seen, duty, up: verb == "up" }),
        _ => Err(Rejection::state("没有这个办理步骤，没有保存。请刷新页面后重试。")),
    }
}

pub(super) fn item_page(path: &str, id: &str, fields: &Fields) -> String {
    let home = page(path, id);
    if fields.text("do") != "save" {
        return home;
    }
    let edit = fields.opt("duty").unwrap_or_else(|| "new".into());
    format!("{home}?edit={}", reply::encode(&edit))
}

async fn template_item((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        let known: Vec<&str> = ITEM.into_iter().chain(["template", "seen", "do"]).collect();
        fields.only(&known)?;
        item_command(&fields, ItemsOf::Template(fields.parsed("template")?))
    };
    let home =
        Home { form: "duties.template", page: item_page("/duties/templates/", &fields.text("template"), &fields) };
    run(&app, &visitor, &fields, "template_item", home, command()).await
}

async fn make((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["year", "kind", "effective_on"])?;
        let effective_on = fields
            .day("effective_on", "生效日期")?
            .ok_or_else(|| Rejection::field("effective_on", "还没有填生效日期，没有保存。请选一个日期。"))?;
        Ok(Command::MakeLists { year: year(&fields)?, kind: kind(&fields)?, effective_on })
    };
    let home = Home { form: "duties.page", page: page("/duties?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "make", home, command()).await
}

pub(super) fn the_step(fields: &Fields) -> Result<Step, Rejection> {
    Step::from_key(&fields.text("step"))
        .ok_or_else(|| Rejection::state("没有这个办理步骤，没有办理。请刷新页面后重试。"))
}

async fn batch((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["year", "step", "pick"])?;
        let mut lists = Vec::new();
        for pick in fields.many("pick") {
            let parsed = pick
                .split_once(':')
                .and_then(|(id, seen)| Some((id.parse::<LeaderListId>().ok()?, seen.parse::<i64>().ok()?)));
            lists.push(parsed.ok_or_else(|| Rejection::state("页面内容不完整，没有办理。请刷新页面后重试。"))?);
        }
        Ok(Command::Batch { step: the_step(&fields)?, year: year(&fields)?, lists })
    };
    let home = Home { form: "duties.page", page: page("/duties?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "batch", home, command()).await
}

async fn days((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        only(&fields, &["year", "paste"], &["day", "kind", "name"], DAYS)?;
        let mut lines: Vec<DayLine> = (0..DAYS)
            .filter(|n| fields.opt(&format!("day_{n}")).is_some())
            .map(|n| DayLine {
                day: fields.text(&format!("day_{n}")),
                kind: fields.text(&format!("kind_{n}")),
                name: fields.text(&format!("name_{n}")),
            })
            .collect();
        lines.extend(read_pasted(&fields.text("paste"))?);
        Ok(Command::SaveDays { year: year(&fields)?, lines })
    };
    let home = Home { form: "duties.calendar", page: page("/duties/calendar?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "days", home, command()).await
}

async fn enable((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["day", "sure"])?;
        if fields.opt("sure").is_none() {
            return Err(Rejection::field("sure", "还没有勾选「我已核对」，没有设定。启用日设定后不能再改。"));
        }
        let day = fields
            .day("day", "启用日")?
            .ok_or_else(|| Rejection::field("day", "还没有填启用日，没有设定。请选一个日期。"))?;
        Ok(Command::Enable { day })
    };
    let home = Home { form: "duties.calendar", page: page("/duties/calendar?enable=", &fields.text("day")) };
    run(&app, &visitor, &fields, "enable", home, command()).await
}

async fn add_task((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["year", "unit", "title", "node", "due_on", "owner", "done_mark", "source"])?;
        Ok(Command::AddTask {
            unit: fields.parsed("unit")?,
            year: year(&fields)?,
            form: TaskForm {
                title: fields.text("title"),
                node: fields.text("node"),
                due_on: fields.day("due_on", "完成时限")?,
                owner: fields.text("owner"),
                done_mark: fields.text("done_mark"),
                source: fields.text("source"),
            },
        })
    };
    let home = Home { form: "duties.task", page: page("/duties/tasks?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "add_task", home, command()).await
}

async fn finish_task((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["year", "task", "seen", "done_on"])?;
        let on = fields.day("done_on", "完成日期")?.unwrap_or(app.services().today());
        Ok(Command::FinishTask { task: fields.parsed("task")?, seen: fields.parsed("seen")?, on })
    };
    let home = Home { form: "duties.task", page: page("/duties/tasks?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "finish_task", home, command()).await
}

async fn remove_task((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["year", "task", "seen"])?;
        Ok(Command::RemoveTask { task: fields.parsed("task")?, seen: fields.parsed("seen")? })
    };
    let home = Home { form: "duties.task", page: page("/duties/tasks?year=", &fields.text("year")) };
    run(&app, &visitor, &fields, "remove_task", home, command()).await
}
