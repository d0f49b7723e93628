//! The tables of one thing's page as files: `GET /<page>/{id}/export`, made of the page's own answer. Lists have theirs
//! in `page_files`, a review in `review_files`.

use app::api::{
    ApiError, Visitor,
    board::{Board as _, ItemQuery, ThreadRow},
    duties::{Duties as _, HandoverQuery},
    imports::{Imports as _, Mark, UploadQuery},
    oversight::{Oversight as _, ReadingQuery},
    people::{People as _, PersonQuery},
    reports::{CompareQuery, ReportQuery, Reports as _},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use domain::{
    Rejection,
    board::Duty,
    reports::{FactBlock, FactChange, FactRow},
};
use serde::Deserialize;

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

/// What every handler gets: the house, who asks, the thing, the address with its filters.
type About = (State<App>, Extension<Visitor>, Path<String>, Uri);
type Answer = Result<Response, Response>;

/// Width of a column whose head the page makes.
const WIDE: u16 = 24;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    let signed = Policy::SignedIn;
    builder
        .get(Kind::File, "/people/{id}/export", signed, person)
        .get(Kind::File, "/duties/handovers/{id}/export", signed, handover)
        .get(Kind::File, "/imports/{id}/export", signed, preview)
        .get(Kind::File, "/board/item/export", signed, item)
        .get(Kind::File, "/oversight/{id}/export", signed, redraw)
        .get(Kind::File, "/reports/{id}/export", signed, report)
        .get(Kind::File, "/reports/{id}/compare/export", signed, compared)
}

fn no(e: ApiError) -> Response {
    refused(&e)
}

async fn person((State(app), Extension(visitor), Path(id), _): About) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().person(&actor, PersonQuery { id, draft: None }).await.map_err(no)?;
    let mut posts = Sheet::new("任职", &[("单位", 28), ("岗位", 28), ("任期", 36)]);
    for (_, unit, title, span, running) in page.posts {
        let title = if running { title } else { format!("{title}（曾任）") };
        posts.row([unit, title, span]);
    }
    let mut roles = Sheet::new("角色", &[("单位", 28), ("角色", 24), ("状态", 22)]);
    for grant in page.grants {
        let state = if grant.waits { "待安全管理员确认" } else { "现任" };
        roles.row([grant.unit_name.as_str(), grant.role.label(), state]);
    }
    let mut accounts = Sheet::new("账号", &[("账号名", 20), ("状态", 14), ("登录中", 28), ("启用单", 44)]);
    for account in page.accounts {
        let open = format!("{} 处，已绑定设备 {} 台", account.sessions, account.devices);
        let slip = if account.code_until.is_empty() {
            String::new()
        } else {
            format!("已打印（{}），还没有使用，{}前有效", account.printed, account.code_until)
        };
        accounts.row([account.login, account.state, open, slip]);
    }
    TableFile::new("person.xlsx", page.name).sheet(posts).sheet(roles).sheet(accounts).answer().await
}

async fn handover((State(app), Extension(visitor), Path(id), _): About) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().handover(&actor, HandoverQuery { id, draft: None }).await.map_err(no)?;
    let mut items = Sheet::new("未完事项", &[("编号", 10), ("条目", 60), ("进展", 16), ("待办期限", 40)]);
    for item in page.items {
        items.row([item.code, item.text, item.state, item.wanting]);
    }
    let mut sides = Sheet::new("签字", &[("一方", 12), ("姓名", 14), ("说明", 36), ("签字", 30)]);
    for side in page.sides {
        let signed = side.signature.map(|s| format!("{} {}", s.on, s.label)).unwrap_or_default();
        sides.row([side.label, side.name, side.note, signed]);
    }
    TableFile::new("handover.xlsx", "党组织主要负责人履责移交单")
        .note(format!("{}{}，{}年度，双方于{}前签字", page.unit, page.title, page.year, page.due_on))
        .sheet(items)
        .sheet(sides)
        .answer()
        .await
}

/// What an upload would do; once it is done its page tells nothing of the rows.
async fn preview((State(app), Extension(visitor), Path(id), _): About) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().upload(&actor, UploadQuery { id }).await.map_err(no)?;
    if page.done.is_some() {
        return Err(no(Rejection::NotFound.into()));
    }
    let plan = page.sheet;
    let mut heads = vec![("行", 8), ("处理", 12), ("变化", 40)];
    heads.extend(plan.columns.iter().map(|head| (head.as_str(), WIDE)));
    let mut rows = Sheet::new("预览", &heads);
    for row in plan.rows {
        let mark = match row.mark {
            Mark::New => "＋ 新增",
            Mark::Updated => "↻ 更新",
            Mark::Skipped => "— 跳过",
        };
        rows.row([row.row.to_string(), mark.to_owned(), row.changes.join("；")].into_iter().chain(row.cells));
    }
    let mut file = TableFile::new("preview.xlsx", format!("预览：{}", page.label)).sheet(rows);
    if plan.more > 0 {
        file = file.note(format!("其余 {} 行没有列出，会一并导入", plan.more));
    }
    if !plan.errors.is_empty() {
        let mut wrong = Sheet::new("错误", &[("工作表", 16), ("位置", 18), ("列名", 18), ("内容", 40), ("怎么改", 60)]);
        for e in plan.errors {
            let place = format!("第 {} 行 {} 列", e.row, e.column);
            wrong.row([e.sheet, place, e.header, e.value, e.message]);
        }
        file = file.sheet(wrong);
    }
    file.answer().await
}

/// One item in the drawer of the board: which post and which item stand in the query, as on its page.
async fn item((State(app), Extension(visitor), uri): (State<App>, Extension<Visitor>, Uri)) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<ItemQuery>(&uri)?);
    let page = app.services().item(&actor, query).await.map_err(no)?;
    let mut due = Sheet::new("各期", &[("周期", 20), ("到期", 16), ("情况", 40)]);
    for one in page.occurrences {
        due.row([one.period, one.due, format!("{} {}", one.tone.icon(), one.state)]);
    }
    TableFile::new("item.xlsx", "五责链看板条目")
        .note(format!("{}，{} {}，{} {}", page.unit, page.code, page.text, page.tone.icon(), page.word))
        .sheet(due)
        .sheet(thread(page.thread))
        .answer()
        .await
}

fn thread(rows: Vec<ThreadRow>) -> Sheet {
    let mut sheet = Sheet::new("经过", &[("环节", 10), ("事项", 60), ("说明", 40)]);
    for row in rows {
        let duty = Duty::from_key(&row.stage).unwrap_or(Duty::Ming);
        sheet.row([duty.label().to_owned(), row.title, row.note]);
    }
    sheet
}

/// The draw of a reading computed once more.
async fn redraw((State(app), Extension(visitor), Path(id), _): About) -> Answer {
    let actor = posted::actor(&visitor)?;
    let query = ReadingQuery { id, draft: None, recheck: true };
    let page = Box::pin(app.services().reading(&actor, query)).await.map_err(no)?;
    let mut sheet = Sheet::new("复核抽取", &[("条目", 60), ("排序码", 44), ("结果", 12)]);
    let mut file = TableFile::new("draw.xlsx", "翻阅检查复核抽取");
    if let Some(again) = page.redraw {
        for (name, rank, drawn) in again.lines {
            sheet.row([name, rank, if drawn { "✓ 抽中".to_owned() } else { String::new() }]);
        }
        file = file.note(format!("{}，{}", page.title, again.words));
    }
    file.sheet(sheet).answer().await
}

/// Which rows of a report's facts: `BLOCK.LINE`, as in the address of its page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsQuery {
    rows: Option<String>,
}

async fn report((State(app), Extension(visitor), Path(id), uri): About) -> Answer {
    let (actor, wish) = (posted::actor(&visitor)?, asked::<RowsQuery>(&uri)?.rows.unwrap_or_default());
    let query = ReportQuery { id, draft: None };
    let page = Box::pin(app.services().office_report(&actor, query)).await.map_err(no)?;
    if page.closed {
        return Err(no(Rejection::NotFound.into()));
    }
    let mut said = Sheet::new("基本情况", &[("类别", 28), ("项目", 36), ("数", 24)]);
    for facts in &page.facts {
        if !facts.empty.is_empty() {
            said.row([facts.block.label(), facts.empty.as_str(), ""]);
        }
        for line in &facts.lines {
            said.row([facts.block.label(), line.label.as_str(), line.value.as_str()]);
        }
    }
    let mut file = TableFile::new("report.xlsx", page.title)
        .note(format!("{}　{}", page.state.label(), page.as_of).trim().to_owned())
        .sheet(said);
    for facts in page.facts.iter().filter(|facts| !facts.rows.is_empty()) {
        file = file.sheet(table(facts, &wish));
    }
    if !page.drift.is_empty() {
        file = file.sheet(differences("归档后的更正", page.drift, ["归档时", "更正后"]));
    }
    file.answer().await
}

/// The table of a block; the rows alone that one of its numbers counts, where the page was asked for these.
fn table(facts: &FactBlock, wish: &str) -> Sheet {
    let heads: Vec<(&str, u16)> = facts.columns.iter().map(|head| (head.as_str(), WIDE)).collect();
    let mut sheet = Sheet::new(facts.block.label(), &heads);
    let line = wish.split_once('.').filter(|(key, _)| *key == facts.block.key()).map(|(_, line)| line);
    let chosen = line.and_then(|line| facts.counted_by(line)).map(|(_, rows)| rows);
    let rows: Vec<&FactRow> = chosen.unwrap_or_else(|| facts.rows.iter().collect());
    for row in rows {
        sheet.row(row.cells.clone());
    }
    sheet
}

fn differences(name: &str, all: Vec<FactChange>, [before, after]: [&str; 2]) -> Sheet {
    let mut sheet = Sheet::new(name, &[("事实", 28), ("所指", 40), (before, 40), (after, 40)]);
    let said = |text: &str| match text.trim() {
        "" => "（没有这一项）".to_owned(),
        words => words.to_owned(),
    };
    for change in all {
        let (was, is) = (said(&change.before), said(&change.after));
        sheet.row([change.block.label().to_owned(), change.about, was, is]);
    }
    sheet
}

/// Which editions of a report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionsQuery {
    from: Option<String>,
    to: Option<String>,
}

async fn compared((State(app), Extension(visitor), Path(id), uri): About) -> Answer {
    let (actor, EditionsQuery { from, to }) = (posted::actor(&visitor)?, asked(&uri)?);
    let page = Box::pin(app.services().compared(&actor, CompareQuery { id, from, to })).await.map_err(no)?;
    let words = |no: i64| page.editions.iter().find(|(known, _)| *known == no).map_or("", |(_, words)| words.as_str());
    let note = format!("{} → {}", words(page.from), words(page.to));
    TableFile::new("changes.xlsx", format!("{}版本对比", page.title))
        .note(note)
        .sheet(differences("事实的变化", page.facts, ["较早", "较晚"]))
        .answer()
        .await
}
