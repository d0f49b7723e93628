//! The tables of “三交底” talks and of “一件事” as files, each made of its page's own answer: what a reader does not see on
//! the page is not in the file. The list of talks has its file in `talks_more_forms`.

use app::api::{
    ApiError, Visitor,
    talks::{PassedQuery, RisksQuery, TalkPage, TalkQuery, Talks as _},
    warnings::{CellRow, MatterPage, MatterQuery, MattersQuery, NoticeQuery, SituationRow, Warnings as _},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use domain::{
    people::access::Actor,
    talks::ListKind,
    time::{zh, zh_short},
    warnings::Level,
};

use super::{
    account_files::{PAGES, as_of},
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

type Asked = (State<App>, Extension<Visitor>, Uri);
/// The same for the file of one thing.
type One = (State<App>, Extension<Visitor>, Path<String>);
type Answer = Result<Response, Response>;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    let signed = Policy::SignedIn;
    builder
        .get(Kind::File, "/talks/risks/export", signed, risks)
        .get(Kind::File, "/talks/passed/export", signed, passed)
        .get(Kind::File, "/talks/{id}/export", signed, talk)
        .get(Kind::File, "/warnings/export", signed, matters)
        .get(Kind::File, "/warnings/{id}/export", signed, matter)
        .get(Kind::File, "/warnings/notices/{id}/export", signed, notice)
}

fn no(e: ApiError) -> Response {
    refused(&e)
}

async fn risks((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<RisksQuery>(&uri)?);
    let query = RisksQuery { risk: None, draft: None, ..query };
    let page = app.services().risks(&actor, query).await.map_err(no)?;
    let heads = [("岗位", 20), ("风险点", 44), ("等级", 10), ("防控措施", 44), ("责任人", 16), ("更新", 24)];
    let mut sheet = Sheet::new("廉政风险点", &heads);
    for row in page.rows {
        sheet.row([row.post, row.point, row.level.label().to_owned(), row.control, row.owner, row.changed]);
    }
    let name = page.unit_name;
    let mut file = TableFile::new("risks.xlsx", format!("{name}廉政风险点")).note(as_of(&app)).sheet(sheet);
    if !page.cases.is_empty() {
        let heads = [("案例", 40), ("岗位", 20), ("风险点", 40), ("防控措施", 44), ("通报", 30)];
        let mut sheet = Sheet::new("典型案例", &heads);
        page.cases.into_iter().for_each(|c| sheet.row([c.title, c.post, c.point, c.control, c.published]));
        file = file.sheet(sheet);
    }
    file.answer().await
}

async fn passed((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<PassedQuery>(&uri)?);
    let page = app.services().passed_on(&actor, PassedQuery { draft: None, ..query }).await.map_err(no)?;
    let Some(one) = page.one else {
        let mut sheet = Sheet::new("发布到本单位的清单", &[("发布单位", 28), ("发布", 30), ("进展", 16)]);
        page.rows.into_iter().for_each(|row| sheet.row([row.from, row.at, row.state]));
        return TableFile::new("passed.xlsx", "发布到本单位的问题清单").note(as_of(&app)).sheet(sheet).answer().await;
    };
    let mut sheet = Sheet::new("问题清单", &[("方面", 20), ("问题", 50), ("整改要求", 50)]);
    one.problems.into_iter().for_each(|problem| sheet.row(problem));
    let title = format!("{}发布的问题清单", one.from);
    TableFile::new("passed.xlsx", title).note(format!("{}，{}", one.unit_name, one.at)).sheet(sheet).answer().await
}

async fn talk((State(app), Extension(visitor), Path(id)): One) -> Answer {
    let actor = posted::actor(&visitor)?;
    let query = TalkQuery { id, ..TalkQuery::default() };
    let page = app.services().talk(&actor, query).await.map_err(no)?;
    let title = format!("{}“三交底”廉政谈话", page.talk.unit_name);
    let mut file = TableFile::new("talk.xlsx", title)
        .note(as_of(&app))
        .sheet(problems(&page))
        .sheet(duties(&page))
        .sheet(talk_risks(&page));
    if !page.talk.stages.is_empty() {
        file = file.sheet(stages(&page));
    }
    if page.inside && !page.talk.checks.points.is_empty() {
        file = file.sheet(points(&page));
    }
    file.answer().await
}

/// The problems with the plan and state of their items.
fn problems(page: &TalkPage) -> Sheet {
    let mut heads = vec![("序号", 8), ("方面", 16), ("病症", 40), ("病因", 30), ("处方", 40)];
    if page.sources {
        heads.push(("来源", 14));
    }
    let plan = [("责任领导", 14), ("责任部门", 16), ("整改时限", 16), ("整改措施", 40), ("进度", 18), ("台账编号", 14)];
    heads.extend(plan);
    let mut sheet = Sheet::new(ListKind::Problem.label(), &heads);
    let lists = &page.talk.lists;
    for problem in &lists.problems {
        let mut cells = vec![
            lists.printed(problem.no).to_string(),
            problem.area.clone(),
            lists.problem_words(problem.no),
            problem.cause.clone(),
            problem.remedy.clone(),
        ];
        if page.sources {
            cells.push(problem.source.label().to_owned());
        }
        if let Some(line) = page.items.iter().find(|line| line.no == problem.no) {
            let state = if line.overdue { format!("{}，逾期", line.state) } else { line.state.clone() };
            let (owner, department, deadline) = (line.owner.clone(), line.department.clone(), line.deadline.clone());
            cells.extend([owner, department, deadline, line.measures.clone(), state, line.number.clone()]);
        }
        sheet.row(cells);
    }
    sheet
}

fn duties(page: &TalkPage) -> Sheet {
    let mut sheet = Sheet::new(ListKind::Duty.label(), &[("履责事项", 60), ("频次", 12), ("类别", 12)]);
    for line in &page.talk.lists.duties {
        let kind = if line.optional { "自选动作" } else { "规定动作" };
        let words = format!("{} {}", line.code, line.text);
        sheet.row([words.trim(), line.frequency.label(), kind]);
    }
    sheet
}

fn talk_risks(page: &TalkPage) -> Sheet {
    let heads = [("岗位", 20), ("风险点", 40), ("成因", 30), ("等级", 10), ("防控措施", 44), ("责任人", 16)];
    let mut sheet = Sheet::new(ListKind::Risk.label(), &heads);
    for risk in &page.talk.lists.risks {
        sheet.row([&*risk.post, &risk.point, &risk.cause, risk.level.label(), &risk.control, &risk.owner]);
    }
    sheet
}

fn stages(page: &TalkPage) -> Sheet {
    let heads = [("评估日期", 16), ("评估人员", 16), ("问题", 44), ("评估", 16), ("情况", 44)];
    let mut sheet = Sheet::new("阶段评估", &heads);
    for stage in &page.talk.stages {
        for found in &stage.findings {
            let problem = page.talk.lists.problem_words(found.no);
            let kind = found.kind.label().to_owned();
            sheet.row([zh(stage.on), stage.by_name.clone(), problem, kind, found.words.clone()]);
        }
    }
    sheet
}

fn points(page: &TalkPage) -> Sheet {
    let heads = [("清单", 18), ("检查内容", 44), ("检查方法", 36), ("时间", 16), ("督查情况", 44)];
    let mut sheet = Sheet::new("监督检查方案", &heads);
    for point in &page.talk.checks.points {
        let looked = point.looked.as_ref().map(|l| format!("{} {}：{}", zh(l.on), l.by_name, l.words));
        let (kind, words) = (point.list.label().to_owned(), page.talk.point_words(point));
        sheet.row([kind, words, point.how.clone(), zh(point.by), looked.unwrap_or_default()]);
    }
    sheet
}

async fn matters((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<MattersQuery>(&uri)?);
    let heads = [("事项", 40), ("牵头部门", 24), ("步骤", 24), ("责任单位", 12), ("情况", 40)];
    let mut sheet = Sheet::new("一件事", &heads);
    for n in 1..=PAGES {
        let query = MattersQuery { page: Some(n), draft: None, ..query.clone() };
        let page = app.services().matters(&actor, query).await.map_err(no)?;
        for row in page.rows {
            let step = format!("{} · {}", row.stage.step().label(), row.stage.label());
            let units = if row.units > 0 { format!("{} 家", row.units) } else { String::new() };
            sheet.row([row.title, row.lead, step, units, row.words]);
        }
        if !page.more {
            break;
        }
    }
    TableFile::new("matters.xlsx", "“一件事”问责预警").note(as_of(&app)).sheet(sheet).answer().await
}

/// A view of the matter, all of its pages.
async fn viewed(app: &App, actor: &Actor, id: &str, view: &str) -> Result<Vec<MatterPage>, Response> {
    let mut all = Vec::new();
    for n in 1..=PAGES {
        let (id, view) = (id.to_owned(), Some(view.to_owned()));
        let query = MatterQuery { id, view, page: Some(n), ..MatterQuery::default() };
        let page = app.services().matter(actor, query).await.map_err(no)?;
        let more = page.page.1;
        all.push(page);
        if !more {
            break;
        }
    }
    Ok(all)
}

async fn matter((State(app), Extension(visitor), Path(id)): One) -> Answer {
    let actor = posted::actor(&visitor)?;
    let query = MatterQuery { id: id.clone(), ..MatterQuery::default() };
    let first = app.services().matter(&actor, query).await.map_err(no)?;
    let mut facts = Sheet::new("事项", &[("项目", 18), ("内容", 80)]);
    facts.row(["说明", &first.aim]);
    facts.row(["步骤", first.stage.label()]);
    first.facts.iter().for_each(|(label, words)| facts.row([label, words]));
    let mut file = TableFile::new("matter.xlsx", first.title.clone()).note(as_of(&app)).sheet(facts);
    for (key, label) in &first.views {
        let pages = viewed(&app, &actor, &id, key).await?;
        if let Some(sheet) = sheet_of(key, label, &pages) {
            file = file.sheet(sheet);
        }
    }
    file.answer().await
}

fn sheet_of(key: &str, label: &str, pages: &[MatterPage]) -> Option<Sheet> {
    let first = pages.first()?;
    Some(match key {
        "problems" => {
            let mut sheet = Sheet::new(label, &[("序号", 8), ("大类", 20), ("问题", 60), ("责任", 12)]);
            for row in &first.problems {
                let duties = format!("{} 项", row.duties);
                sheet.row([row.no.to_string(), row.group.clone(), row.text.clone(), duties]);
            }
            sheet
        }
        "duties" => matrix(label, pages),
        "situations" => situations(label, &first.situations),
        "signs" => {
            let mut sheet = Sheet::new(label, &[("单位", 26), ("会签", 16), ("情况", 60)]);
            for row in pages.iter().flat_map(|page| &page.signs) {
                sheet.row([row.name.clone(), format!("{} {}", row.tone.icon(), row.word), row.words.clone()]);
            }
            sheet
        }
        "notices" => {
            let heads = [("文号", 26), ("单位", 26), ("状态", 16), ("下一步", 36), ("销号", 12)];
            let mut sheet = Sheet::new(label, &heads);
            for row in pages.iter().flat_map(|page| &page.notices) {
                let items =
                    if row.items.0 == 0 { "—".to_owned() } else { format!("{}／{}", row.items.1, row.items.0) };
                let state = format!("{} {}", row.tone.icon(), row.word);
                sheet.row([row.number.clone(), row.unit.clone(), state, row.words.clone(), items]);
            }
            sheet
        }
        "flow" => flow(label, first),
        "talks" => {
            let mut sheet = Sheet::new(label, &[("会商、提请启动", 90)]);
            first.talks.iter().for_each(|words| sheet.row([words]));
            let start = |s: &app::api::warnings::StartRow| {
                format!("提请启动：{}　{}　{}　{}　{}", s.unit, s.situation, s.words, s.state, s.course)
            };
            first.starts.iter().for_each(|row| sheet.row([start(row)]));
            sheet
        }
        "course" => {
            let mut sheet = Sheet::new(label, &[("经过", 90)]);
            first.course.iter().for_each(|words| sheet.row([words]));
            sheet
        }
        _ => return None,
    })
}

const CELL: [(&str, u16); 7] =
    [("分工", 10), ("责任科室", 20), ("责任人", 14), ("分管领导", 14), ("措施", 40), ("时限", 14), ("整改", 18)];

fn cell(cell: &CellRow) -> [String; 7] {
    let item = cell.item.as_ref().map(|(_, word, tone)| format!("{} {word}", tone.icon()));
    [
        cell.part.label().to_owned(),
        cell.office.clone(),
        cell.person.clone(),
        cell.leader.clone(),
        cell.measure.clone(),
        cell.due.map_or_else(|| "全程".to_owned(), zh_short),
        item.unwrap_or_default(),
    ]
}

/// The matrix as lines: a duty, a unit, and what stands in their cell.
fn matrix(label: &str, pages: &[MatterPage]) -> Sheet {
    let mut heads = vec![("序号", 8), ("任务", 40), ("标准", 30), ("问题", 8), ("先办", 12), ("单位", 26)];
    heads.extend(CELL);
    let mut sheet = Sheet::new(label, &heads);
    let duties = pages.first().map(|page| page.duties.as_slice()).unwrap_or_default();
    for duty in duties {
        let after = duty.after.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
        let problem = duty.problem.map(|no| no.to_string()).unwrap_or_default();
        let head = [duty.no.to_string(), duty.text.clone(), duty.standard.clone(), problem, after];
        let same = pages.iter().flat_map(|page| &page.duties).filter(|other| other.id == duty.id);
        for of in same.flat_map(|other| &other.cells) {
            sheet.row(head.iter().cloned().chain([of.name.clone()]).chain(cell(of)));
        }
    }
    sheet
}

fn situations(label: &str, rows: &[SituationRow]) -> Sheet {
    let mut heads = vec![("序号", 8), ("情形", 44)];
    heads.extend(Level::ALL.map(|level| (level.label(), 24)));
    heads.push(("依据", 40));
    let mut sheet = Sheet::new(label, &heads);
    for row in rows {
        let ways = row.handling.iter().cloned();
        sheet.row([row.no.to_string(), row.text.clone()].into_iter().chain(ways).chain([row.basis.clone()]));
    }
    sheet
}

fn flow(label: &str, page: &MatterPage) -> Sheet {
    let heads = [("序号", 8), ("任务", 40), ("牵头", 26), ("时限", 14), ("进展", 40), ("流程环节", 50)];
    let mut sheet = Sheet::new(label, &heads);
    for row in &page.flow {
        let stage = |(name, done): &(String, Option<domain::time::Day>)| {
            done.map_or_else(|| name.clone(), |day| format!("{name}（{}办结）", zh_short(day)))
        };
        let stages = row.stages.iter().map(stage).collect::<Vec<_>>().join("→");
        let state = format!("{} {}", row.tone.icon(), row.words);
        sheet.row([row.no.to_string(), row.text.clone(), row.unit.clone(), zh_short(row.due), state, stages]);
    }
    sheet
}

async fn notice((State(app), Extension(visitor), Path(id)): One) -> Answer {
    let actor = posted::actor(&visitor)?;
    let page = app.services().warning_notice(&actor, NoticeQuery { id, draft: None }).await.map_err(no)?;
    let mut heads = vec![("序号", 8), ("任务", 40), ("标准", 30)];
    heads.extend(CELL);
    let mut lines = Sheet::new("责任清单", &heads);
    for line in &page.lines {
        let head = [line.no.to_string(), line.text.clone(), line.standard.clone()];
        lines.row(head.into_iter().chain(cell(&line.cell)));
    }
    let note = format!("{} {}，{}", page.unit, page.state.1, as_of(&app));
    TableFile::new("notice.xlsx", format!("问责预警提示单{}", page.number))
        .note(note)
        .sheet(lines)
        .sheet(situations("问责清单", &page.situations))
        .answer()
        .await
}
