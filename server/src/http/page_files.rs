//! The tables of the office's pages as files: `GET /<page>/export` with the page's own filters, made of the page's own
//! answer. Pages whose tables are papers have their own (`document_files`, `duties_files`, `book_papers`).

use app::api::{
    ApiError, Visitor,
    audit::{Audit as _, AuditQuery},
    duties::{CalendarQuery, CompareQuery, Duties as _},
    oversight::{Oversight as _, ReadingsQuery, TakingsQuery},
    overview::{OverviewPage, OverviewQuery},
    people::{DirectoryQuery, MapQuery, People as _, RolesQuery, UnitQuery},
    reminders::{DraftQuery, Reminders as _},
    reviews::{
        MeetingsQuery, Reviews as _,
        feedback::{FeedbackDesk as _, SheetsQuery},
    },
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use domain::{
    board::{Duty, Tone},
    duties::Change,
    ids::UnitId,
    overview::{Line, Panel, Tones},
    people::Role,
    time::zh_in,
};

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::{App, services::overview::FILE_LINES};

/// What every handler gets: the house, who asks, the address with its filters.
type Asked = (State<App>, Extension<Visitor>, Uri);
type Answer = Result<Response, Response>;

/// Rows of the log in one file; more is for `wuze export`.
const LOG_ROWS: usize = 5_000;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    let signed = Policy::SignedIn;
    builder
        .get(Kind::File, "/overview/export", signed, overview)
        .get(Kind::File, "/people/export", signed, directory)
        .get(Kind::File, "/people/units/{id}/export", signed, unit)
        .get(Kind::File, "/people/map/export", signed, map)
        .get(Kind::File, "/people/roles/export", signed, roles)
        .get(Kind::File, "/people/slips/export", signed, slips)
        .get(Kind::File, "/oversight/export", signed, readings)
        .get(Kind::File, "/oversight/takings/export", signed, takings)
        .get(Kind::File, "/reminders/export", signed, desk)
        .get(Kind::File, "/reminders/urges/export", signed, urges)
        .get(Kind::File, "/reviews/export", signed, meetings)
        .get(Kind::File, "/reviews/feedback/export", signed, sheets)
        .get(Kind::File, "/duties/calendar/export", signed, calendar)
        .get(Kind::File, "/duties/compare/export", signed, compare)
        .get(Kind::File, "/audit/export", Policy::Roles(&[Role::AuditAdmin]), log)
}

fn no(e: ApiError) -> Response {
    refused(&e)
}

async fn overview((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<OverviewQuery>(&uri)?);
    let page = Box::pin(app.services().overview_with(&actor, query, FILE_LINES)).await.map_err(no)?;
    let title = if page.district { "全区总览" } else { "归口单位总览" };
    TableFile::new("overview.xlsx", title)
        .note(format!("{}年度，截至{}", page.year, page.as_of))
        .sheet(chain(&page))
        .sheet(types(&page))
        .sheet(lines("到期", &page.due, page.year, true))
        .sheet(lines(&format!("{}办结", page.month), &page.closed, page.year, false))
        .answer()
        .await
}

fn chain(page: &OverviewPage) -> Sheet {
    let mut sheet = Sheet::new("五责链", &[("环节", 10), ("情况", 30), ("数量", 10), ("说明", 60)]);
    for stage in &page.stages {
        let (label, note) = (stage.duty.label(), stage.note.as_str());
        for count in stage.counts.iter().chain(&stage.going) {
            sheet.row([
                label.to_owned(),
                format!("{} {}", count.tone.icon(), count.words),
                format!("{} {}", count.n, count.measure),
                note.to_owned(),
            ]);
        }
    }
    sheet
}

fn types(page: &OverviewPage) -> Sheet {
    let mut heads = vec![("单位类型", 16), ("单位", 8), ("状态", 60)];
    heads.extend(Duty::ALL.into_iter().map(|duty| (duty.label(), 30)));
    let mut sheet = Sheet::new("各类单位", &heads);
    let words = |tones: Tones| tones.words();
    for row in &page.standing.rows {
        let mut cells = vec![row.kind.label().to_owned(), row.all.total().to_string(), words(row.all)];
        cells.extend(row.duties.map(words));
        sheet.row(cells);
    }
    let all = &page.standing;
    let mut cells = vec!["合计".to_owned(), all.all.total().to_string(), words(all.all)];
    cells.extend(all.duties.map(words));
    sheet.row(cells);
    sheet
}

fn lines(name: &str, panel: &Panel, year: i32, due: bool) -> Sheet {
    let heads = if due { ["到期", "由谁办"] } else { ["办结", "办理"] };
    let mut sheet =
        Sheet::new(name, &[(heads[0], 12), ("类别", 14), ("事项", 50), ("单位", 26), (heads[1], 26), ("提示", 10)]);
    let cells = |line: &Line| {
        let kind = if due { line.kind.due_label() } else { line.kind.done_label() };
        let late = if line.late { format!("{} 已过期", Tone::Warn.icon()) } else { String::new() };
        [zh_in(line.on, year), kind.to_owned(), line.what.clone(), line.who.clone(), line.by.clone(), late]
    };
    for line in &panel.lines {
        sheet.row(cells(line));
    }
    sheet
}

async fn directory((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<DirectoryQuery>(&uri)?);
    let query = DirectoryQuery { draft: None, ..query };
    let page = app.services().directory(&actor, query).await.map_err(no)?;
    let mut units =
        Sheet::new("单位", &[("单位", 26), ("单位类型", 16), ("主要负责人", 28), ("归口监督", 36), ("备注", 20)]);
    for unit in page.units {
        let head = if unit.vacant { format!("{}（空缺）", unit.head) } else { unit.head };
        units.row([unit.name, unit.kind.label().to_owned(), head, unit.watched_by, unit.ended]);
    }
    let mut persons = Sheet::new("人员", &[("姓名", 14), ("任职", 40)]);
    let found = !page.persons.is_empty();
    for person in page.persons {
        persons.row([person.name, person.place]);
    }
    let file = TableFile::new("people.xlsx", "组织与人员").sheet(units);
    if found { file.sheet(persons) } else { file }.answer().await
}

async fn unit(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let actor = posted::actor(&visitor)?;
    let page = app.services().unit(&actor, UnitQuery { id, ..UnitQuery::default() }).await.map_err(no)?;
    let mut posts = Sheet::new("岗位和任职", &[("岗位", 22), ("姓名", 14), ("任职", 36), ("备注", 24)]);
    for post in page.posts {
        let title = if post.is_head { format!("{}（主要负责人）", post.title) } else { post.title };
        if post.terms.is_empty() {
            posts.row([title.as_str(), "", "空缺", ""]);
        }
        for term in post.terms {
            let note = if term.acting { "主持工作" } else { "" };
            posts.row([title.as_str(), &term.name, &term.span, note]);
        }
    }
    let mut roles = Sheet::new("角色", &[("人员", 14), ("角色", 22), ("状态", 14), ("提出人", 16)]);
    for grant in page.grants {
        let state = if grant.waits { "待确认" } else { "现任" };
        roles.row([grant.name.as_str(), grant.role.label(), state, &grant.proposed_by]);
    }
    TableFile::new("unit.xlsx", page.unit.name).note(page.unit.kind.label()).sheet(posts).sheet(roles).answer().await
}

async fn map((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().map(&actor, MapQuery::default()).await.map_err(no)?;
    let mut sheet =
        Sheet::new("归口表", &[("单位", 26), ("单位类型", 16), ("派驻组", 26), ("联系室", 26), ("镇街纪（工）委", 26)]);
    let body = |of: Option<(UnitId, String)>| of.map_or_else(|| "—".to_owned(), |(_, name)| name);
    for row in page.rows {
        let kind = row.kind.label().to_owned();
        sheet.row([row.name, kind, body(row.by.team), body(row.by.office), body(row.by.committee)]);
    }
    TableFile::new("oversight-map.xlsx", "归口表").sheet(sheet).answer().await
}

async fn roles((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().roles(&actor, RolesQuery::default()).await.map_err(no)?;
    let mut sheet = Sheet::new("角色", &[("状态", 12), ("人员", 14), ("角色", 22), ("单位", 28), ("提出人", 16)]);
    for (state, grants) in [("待确认", page.waiting), ("现任", page.running)] {
        for grant in grants {
            let role = grant.role.label().to_owned();
            sheet.row([state.to_owned(), grant.name, role, grant.unit_name, grant.proposed_by]);
        }
    }
    TableFile::new("roles.xlsx", "角色确认").sheet(sheet).answer().await
}

async fn slips((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().slips(&actor, RolesQuery::default()).await.map_err(no)?;
    let mut sheet = Sheet::new("未启用账号", &[("单位", 28), ("姓名", 14), ("启用单", 30)]);
    for unit in page.units {
        for person in unit.people {
            let printed = match (person.printed.as_str(), person.opens) {
                ("", _) => "没有打印过".to_owned(),
                (day, true) => format!("{day}打印，仍可启用"),
                (day, false) => format!("{day}打印，已失效"),
            };
            sheet.row([unit.name.clone(), person.name, printed]);
        }
    }
    TableFile::new("slips.xlsx", "账号启用单").sheet(sheet).answer().await
}

async fn readings((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, mut query) = (posted::actor(&visitor)?, asked::<ReadingsQuery>(&uri)?);
    // The page shows so many at once; the file has all books of the year.
    (query.after, query.draft) = (None, None);
    let mut sheet = Sheet::new(
        "翻阅检查",
        &[("单位", 26), ("负责人", 28), ("本期督责", 26), ("办理", 14), ("翻阅检查", 34), ("进度", 14)],
    );
    let year = loop {
        let page = app.services().readings(&actor, query.clone()).await.map_err(no)?;
        for row in page.rows {
            let state = match (row.done, row.late) {
                (true, _) => "✓ 已完成",
                (false, true) => "▲ 监督单位超期",
                (false, false) => "— 待完成",
            };
            sheet.row([row.unit, row.who, row.step, state.to_owned(), row.words, row.phase]);
        }
        match page.next {
            Some(after) => query.after = Some(after.to_string()),
            None => break page.year,
        }
    };
    TableFile::new("oversight.xlsx", format!("{year}年翻阅检查")).sheet(sheet).answer().await
}

async fn takings((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let mut query = TakingsQuery::default();
    let mut sheet = Sheet::new("依规调取", &[("文号", 24), ("记录本", 36), ("事由", 40), ("状态", 16), ("经办", 40)]);
    loop {
        let page = app.services().takings(&actor, query.clone()).await.map_err(no)?;
        for row in page.rows {
            sheet.row([row.number, row.book, row.reason, row.state, row.who]);
        }
        match page.older {
            Some(older) => query.before = Some(older.to_string()),
            None => break,
        }
    }
    TableFile::new("takings.xlsx", "依规调取").sheet(sheet).answer().await
}

async fn desk((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().reminder_desk(&actor, DraftQuery::default()).await.map_err(no)?;
    let mut totals =
        Sheet::new("打扰次数", &[("季度", 16), ("季度履责提醒", 16), ("法定期限提醒", 16), ("请联络员跟进", 16)]);
    for total in page.totals {
        let mut cells = vec![total.quarter];
        cells.extend(total.times.map(|n| format!("{n} 次")));
        totals.row(cells);
    }
    let mut file = TableFile::new("reminders.xlsx", "提醒").sheet(totals);
    if let Some(round) = page.round {
        let mut preview =
            Sheet::new("本季提醒预览", &[("单位", 26), ("发给", 16), ("事项", 10), ("方式", 20), ("附言", 40)]);
        for (unit, person, items, way, note) in round.preview {
            preview.row([unit, person, format!("{items} 项"), way, note]);
        }
        file = file.sheet(preview);
    }
    let mut undelivered = Sheet::new("未送达", &[("收件人", 20), ("方式", 16), ("日期", 16), ("状态", 24)]);
    for (who, channel, day, state) in page.undelivered {
        undelivered.row([who, channel, day, state]);
    }
    file.sheet(undelivered).answer().await
}

async fn urges((State(app), Extension(visitor), _): Asked) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().urgeable(&actor, DraftQuery::default()).await.map_err(no)?;
    let mut sheet =
        Sheet::new("请联络员跟进", &[("单位", 26), ("事项", 50), ("期限", 16), ("状态", 16), ("已请跟进", 30)]);
    for row in page.rows {
        sheet.row([row.unit, row.title, row.due, format!("{} {}", row.tone.icon(), row.word), row.urged]);
    }
    TableFile::new("urges.xlsx", "请联络员跟进").sheet(sheet).answer().await
}

async fn meetings((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<MeetingsQuery>(&uri)?);
    let page = app.services().meetings(&actor, MeetingsQuery { draft: None, ..query }).await.map_err(no)?;
    let mut sheet = Sheet::new(
        "述责评议",
        &[("会议", 36), ("时间", 24), ("地点", 24), ("状态", 18), ("您的身份", 20), ("待办", 40)],
    );
    for row in page.rows {
        sheet.row([row.title, row.day, row.place, row.state, row.parts, row.waits.join("；")]);
    }
    TableFile::new("reviews.xlsx", "述责评议").sheet(sheet).answer().await
}

async fn sheets((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<SheetsQuery>(&uri)?);
    let page = app.services().sheets(&actor, SheetsQuery { draft: None, ..query }).await.map_err(no)?;
    let mut sheet =
        Sheet::new("评议反馈单", &[("述责对象", 40), ("等次", 12), ("反馈单", 18), ("交接", 26), ("评议意见", 30)]);
    for row in page.rows {
        let grade = if row.study { format!("{}　提请研究", row.grade) } else { row.grade };
        sheet.row([format!("{}，{}", row.name, row.title), grade, row.state, row.owed, row.comments]);
    }
    TableFile::new("feedback.xlsx", "评议反馈单").note(page.title).sheet(sheet).answer().await
}

async fn calendar((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<CalendarQuery>(&uri)?);
    let query = CalendarQuery { year: query.year, ..CalendarQuery::default() };
    let page = app.services().calendar(&actor, query).await.map_err(no)?;
    let mut sheet = Sheet::new("工作日历", &[("日期", 14), ("星期", 10), ("安排", 12), ("名称", 24)]);
    for day in page.days {
        let kind = if day.kind == "workday" { "上班" } else { "放假" };
        sheet.row([day.day, day.weekday, kind.to_owned(), day.name]);
    }
    TableFile::new("calendar.xlsx", format!("{}年工作日历", page.year)).sheet(sheet).answer().await
}

async fn compare((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<CompareQuery>(&uri)?);
    let page = app.services().compare(&actor, query).await.map_err(no)?;
    let mut sheet = Sheet::new("对比", &[("变化", 10), ("编号", 10), ("条目", 50), ("原来 → 现在", 60)]);
    let said = |text: String| if text.is_empty() { "（无）".to_owned() } else { text };
    for change in page.changes {
        match change {
            Change::Added { item } => sheet.row(["＋ 新增".to_owned(), item.code, item.text, String::new()]),
            Change::Dropped { item } => sheet.row(["－ 删除".to_owned(), item.code, item.text, String::new()]),
            Change::Changed { item, fields } => {
                let fields = fields.into_iter().map(|f| format!("{}：{} → {}", f.field, said(f.before), said(f.after)));
                let detail = fields.collect::<Vec<_>>().join("；");
                sheet.row(["↻ 调整".to_owned(), item.code, item.text, detail]);
            }
            Change::Same { count } => {
                let words = format!("其余 {count} 条没有变化");
                sheet.row(["— 不变".to_owned(), String::new(), words, String::new()]);
            }
        }
    }
    TableFile::new("compare.xlsx", page.title)
        .note(format!("{} → {}", page.before, page.after))
        .sheet(sheet)
        .answer()
        .await
}

async fn log((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, mut query) = (posted::actor(&visitor)?, asked::<AuditQuery>(&uri)?);
    let mut sheet = Sheet::new(
        "审计日志",
        &[("序号", 10), ("时间", 18), ("操作人", 24), ("操作", 26), ("对象", 40), ("校验码", 20)],
    );
    let mut rows = 0;
    let (size, head) = loop {
        let page = app.services().log(&actor, query.clone()).await.map_err(no)?;
        rows += page.rows.len();
        for row in page.rows {
            sheet.row([row.seq.to_string(), row.at, row.who, row.action, row.object, row.hash]);
        }
        match page.older.filter(|_| rows < LOG_ROWS) {
            Some(older) => query.before = Some(older),
            None => break (page.size, page.head),
        }
    };
    let head: String = head.chars().take(16).collect();
    let note = format!("全部 {size} 条，末条校验码 {head}，本表 {rows} 条");
    TableFile::new("audit.xlsx", "审计日志").note(note).sheet(sheet).answer().await
}
