//! Forms of 明责. Plain posts for every browser: each parses its fields into one
//! [`Command`], which runs at most once and answers with the page to go to; a refusal
//! keeps everything typed as a draft and goes back.

use app::api::Visitor;
use axum::{Extension, extract::State, response::Response};
use domain::{
    Rejection,
    ids::{LeaderListId, TemplateId},
    people::{Role, UnitKind},
    signature::Signing,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    record_forms::actor,
    reply,
};
use crate::{
    App,
    services::duties::{Command, DayLine, ItemForm, ItemsOf, ListEdit, Side, Step, TaskForm, read_pasted},
};

const OFFICE: Policy = Policy::Roles(&[Role::ConductOffice]);
const ITEM: [&str; 13] = [
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
        .form("/duties/lists/item", Policy::SignedIn, list_item)
        .form("/duties/lists/propose", Policy::SignedIn, propose)
        .form("/duties/lists/step", Policy::SignedIn, step)
        .form("/duties/lists/comment", Policy::SignedIn, comment)
        .form("/duties/lists/paper", Policy::SignedIn, paper)
        .form("/duties/lists/edition", Policy::SignedIn, edition)
        .form("/duties/lists/pass", Policy::SignedIn, pass)
        .form("/duties/sign", Policy::SignedIn, sign)
        .form("/duties/calendar/days", OFFICE, days)
        .form("/duties/calendar/enable", OFFICE, enable)
        .form("/duties/tasks/add", Policy::SignedIn, add_task)
        .form("/duties/tasks/finish", Policy::SignedIn, finish_task)
        .form("/duties/tasks/remove", Policy::SignedIn, remove_task)
        .form("/duties/handovers/sign", Policy::SignedIn, sign_handover)
}

/// Where a form belongs: its draft key and the page it goes back to.
struct Home {
    form: &'static str,
    page: String,
}

/// Runs the command of a form. `route` is part of its identity: the same fields sent to
/// another form are another intention.
async fn run(
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

type Posted = (State<App>, Extension<Visitor>, Fields);

fn page(path: &str, id: &str) -> String {
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

fn item_form(fields: &Fields) -> Result<ItemForm, Rejection> {
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
fn item_command(fields: &Fields, of: ItemsOf) -> Result<Command, Rejection> {
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

fn item_page(path: &str, id: &str, fields: &Fields) -> String {
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

async fn list_item((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        let known: Vec<&str> = ITEM.into_iter().chain(["leader", "seen", "do"]).collect();
        fields.only(&known)?;
        item_command(&fields, ItemsOf::Leader(fields.parsed("leader")?))
    };
    let home = Home { form: "duties.list", page: item_page("/duties/lists/", &fields.text("leader"), &fields) };
    run(&app, &visitor, &fields, "list_item", home, command()).await
}

async fn propose((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "text", "frequency", "due", "evidence", "source"])?;
        Ok(Command::Propose {
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            form: ItemForm { duty: None, ..item_form(&fields)? },
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "propose", home, command()).await
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

fn the_step(fields: &Fields) -> Result<Step, Rejection> {
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

async fn step((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "step", "reason", "effective_on"])?;
        Ok(Command::Step {
            step: the_step(&fields)?,
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            reason: fields.text("reason"),
            effective_on: fields.day("effective_on", "生效日期")?,
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "step", home, command()).await
}

async fn comment((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let mine = fields.text("back") == "mine";
    let command = || {
        fields.only(&["leader", "comment", "back"])?;
        let back = if mine { "mine" } else { "" };
        Ok(Command::Comment { list: fields.parsed("leader")?, words: fields.text("comment"), back })
    };
    let home = if mine {
        Home { form: "duties.mine", page: "/duties/mine".into() }
    } else {
        Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) }
    };
    run(&app, &visitor, &fields, "comment", home, command()).await
}

/// The paper signature in the fields `paper_on`, `handler`.
fn paper_signing(fields: &Fields) -> Result<Signing, Rejection> {
    let on = fields
        .day("paper_on", "纸质签收日期")?
        .ok_or_else(|| Rejection::field("paper_on", "还没有填纸质签收日期，没有保存。请按纸上的日期填写。"))?;
    Ok(Signing::Paper { on, handler: fields.text("handler").trim().to_owned() })
}

/// A drawn path if there is one, else the typed name.
fn screen_signing(fields: &Fields) -> Result<Signing, Rejection> {
    match (fields.opt("drawing"), fields.opt("typed")) {
        (Some(path), _) => Ok(Signing::Drawn { path }),
        (None, Some(name)) => Ok(Signing::Typed { name: name.trim().to_owned() }),
        (None, None) => Err(Rejection::field("typed", "还没有签名，没有保存。请在框内手写签名，或输入姓名。")),
    }
}

async fn paper((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "paper_on", "handler"])?;
        let signing = paper_signing(&fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "paper", home, command()).await
}

async fn sign((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "drawing", "typed"])?;
        let signing = screen_signing(&fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = Home { form: "duties.sign", page: page("/duties/sign/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "sign", home, command()).await
}

async fn edition((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "effective_on"])?;
        let effective_on = fields
            .day("effective_on", "生效日期")?
            .ok_or_else(|| Rejection::field("effective_on", "还没有填生效日期，没有保存。请选一个日期。"))?;
        Ok(Command::NextEdition { list: fields.parsed("leader")?, effective_on })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "edition", home, command()).await
}

async fn pass((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "item", "post", "effective_on"])?;
        let effective_on = fields
            .day("effective_on", "生效日期")?
            .ok_or_else(|| Rejection::field("effective_on", "还没有填生效日期，没有保存。请选一个日期。"))?;
        Ok(Command::PassDown {
            list: fields.parsed("leader")?,
            duties: fields.ids("item")?,
            posts: fields.ids("post")?,
            effective_on,
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "pass", home, command()).await
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

async fn sign_handover((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["handover", "seen", "side", "how", "drawing", "typed", "paper_on", "handler"])?;
        let side = match fields.text("side").as_str() {
            "from" => Side::From,
            "to" => Side::To,
            _ => return Err(Rejection::field("side", "还没有选由哪一方签字，没有保存。请选择移交人或接收人。")),
        };
        let signing = if fields.text("how") == "paper" { paper_signing(&fields)? } else { screen_signing(&fields)? };
        Ok(Command::SignHandover { id: fields.parsed("handover")?, seen: fields.parsed("seen")?, side, signing })
    };
    let home = Home { form: "duties.handover", page: page("/duties/handovers/", &fields.text("handover")) };
    run(&app, &visitor, &fields, "sign_handover", home, command()).await
}
