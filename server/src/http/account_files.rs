//! The tables of 问责 as files: published measures, 工作建议, 制度, statistics, 通报, 容错纠错. Each is made of its page's
//! own answer, all of its pages, so that no file holds more than its reader could turn to. The ledger's own file stands in
//! `document_files`, talks and “一件事” in `matter_files`.

use app::api::{
    ApiError, Visitor,
    accountability::{Accountability as _, AdvicesQuery, FiguresQuery, MeasuresQuery, RegulationsQuery},
    letters::{LetterQuery, Letters as _, LettersQuery},
    tolerance::{CaseRow, ToleranceQuery},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use domain::{people::access::Actor, time::zh_short};

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

/// What every handler gets: the house, who asks, the address with its filters.
type Asked = (State<App>, Extension<Visitor>, Uri);
type Answer = Result<Response, Response>;

/// Pages of one file: five thousand rows.
pub(super) const PAGES: u32 = 100;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    let signed = Policy::SignedIn;
    builder
        .get(Kind::File, "/accountability/measures/export", signed, measures)
        .get(Kind::File, "/accountability/advices/export", signed, advices)
        .get(Kind::File, "/accountability/regulations/export", signed, regulations)
        .get(Kind::File, "/accountability/figures/export", signed, figures)
        .get(Kind::File, "/letters/export", signed, letters)
        .get(Kind::File, "/letters/{id}/export", signed, receipts)
        .get(Kind::File, "/tolerance/export", signed, tolerance)
}

fn no(e: ApiError) -> Response {
    refused(&e)
}

/// 「截至11月20日」.
pub(super) fn as_of(app: &App) -> String {
    format!("截至{}", zh_short(app.services().today()))
}

/// Parts that are there, with a dot between them.
fn joined(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

async fn measures((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<MeasuresQuery>(&uri)?);
    let heads = [
        ("公布日期", 16),
        ("决定日期", 16),
        ("种类", 20),
        ("文号", 26),
        ("单位", 24),
        ("对象", 22),
        ("形态", 16),
        ("分类", 14),
        ("一案双查", 28),
        ("核对", 14),
        ("填写、核对", 30),
        ("退回、作废原因", 28),
    ];
    let mut sheet = Sheet::new("问责处理", &heads);
    for n in 1..=PAGES {
        let query = MeasuresQuery { page: Some(n), draft: None, mend: None, ..query.clone() };
        let page = app.services().measures(&actor, query).await.map_err(no)?;
        for row in page.rows {
            let words = [row.published_on, row.decided_on, row.kind, row.number, row.unit, row.target];
            sheet.row(words.into_iter().chain([row.form, row.way, row.dual, row.state, row.hands, row.reason]));
        }
        if n >= page.pages {
            break;
        }
    }
    TableFile::new("measures.xlsx", "问责处理").note(as_of(&app)).sheet(sheet).answer().await
}

async fn advices((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<AdvicesQuery>(&uri)?);
    let heads = [("种类", 20), ("文号", 26), ("标题", 44), ("单位", 24), ("发出", 16), ("答复期限", 16), ("状态", 20)];
    let mut sheet = Sheet::new("工作建议和建议书", &heads);
    for n in 1..=PAGES {
        let query = AdvicesQuery { page: Some(n), draft: None, ..query.clone() };
        let page = app.services().advices(&actor, query).await.map_err(no)?;
        for row in page.rows {
            let state = format!("{} {}", row.tone.icon(), row.word);
            sheet.row([row.kind, row.number, row.title, row.unit, row.issued_on, row.reply_by, state]);
        }
        if n >= page.pages {
            break;
        }
    }
    TableFile::new("advices.xlsx", "工作建议和纪检监察建议书").note(as_of(&app)).sheet(sheet).answer().await
}

async fn regulations((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<RegulationsQuery>(&uri)?);
    let heads = [
        ("单位", 24),
        ("类别", 16),
        ("制度", 44),
        ("文号", 24),
        ("通过日期", 16),
        ("新建、修订", 12),
        ("对应的问题", 24),
        ("登记", 36),
    ];
    let mut sheet = Sheet::new("制度", &heads);
    for n in 1..=PAGES {
        let query = RegulationsQuery { page: Some(n), draft: None, ..query.clone() };
        let page = app.services().regulations(&actor, query).await.map_err(no)?;
        for row in page.rows {
            let items = row.items.into_iter().map(|(_, number)| number).collect::<Vec<_>>().join("、");
            let withdrawn = if row.withdrawn { "已撤下" } else { "" };
            let note = joined(&[withdrawn, &row.note]);
            sheet.row([row.unit, row.kind, row.title, row.number, row.adopted_on, row.made, items, note]);
        }
        if n >= page.pages {
            break;
        }
    }
    TableFile::new("regulations.xlsx", "整改建立的制度").note(as_of(&app)).sheet(sheet).answer().await
}

async fn figures((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<FiguresQuery>(&uri)?);
    let page = app.services().statistics(&actor, query).await.map_err(no)?;
    let mut file = TableFile::new("figures.xlsx", format!("{}年问责统计", page.year)).note(as_of(&app));
    let groups = [
        ("总数", page.head),
        ("进度", page.stages),
        ("来源", page.kinds),
        ("情形", page.marks),
        ("由谁办", page.waits),
        ("问责处理", page.measures),
    ];
    for (name, figures) in groups.into_iter().filter(|(_, figures)| !figures.is_empty()) {
        let mut sheet = Sheet::new(name, &[("项目", 30), ("数量", 14)]);
        figures.into_iter().for_each(|one| sheet.row([one.label, format!("{} {}", one.count, one.unit)]));
        file = file.sheet(sheet);
    }
    file.answer().await
}

async fn letters((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, _) = (posted::actor(&visitor)?, asked::<LettersQuery>(&uri)?);
    let rows = app.services().letters_for_file(&actor).await.map_err(no)?;
    let mut sheet = Sheet::new("通报", &[("文号", 26), ("标题", 50), ("日期", 16), ("状态", 16)]);
    for row in rows {
        sheet.row([row.number.as_str(), &row.title, &row.on, row.state.label()]);
    }
    TableFile::new("letters.xlsx", "通报").note(as_of(&app)).sheet(sheet).answer().await
}

async fn receipts(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let actor = posted::actor(&visitor)?;
    let page = app.services().letter_page(&actor, LetterQuery { id, draft: None }).await.map_err(no)?;
    let mut sheet = Sheet::new("签收情况", &[("单位", 28), ("签收", 44)]);
    for row in page.receipts {
        let receipt = if row.receipt.is_empty() { "未签收".to_owned() } else { row.receipt };
        sheet.row([row.name, receipt]);
    }
    let note = joined(&[&page.number, &as_of(&app)]);
    TableFile::new("receipts.xlsx", format!("关于{}的通报签收情况", page.title)).note(note).sheet(sheet).answer().await
}

async fn tolerance((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, _) = (posted::actor(&visitor)?, asked::<ToleranceQuery>(&uri)?);
    tolerance_file(&app, &actor).await
}

async fn tolerance_file(app: &App, actor: &Actor) -> Answer {
    let (cases, clearances) = app.services().tolerance_for_file(actor).await.map_err(no)?;
    let table = |name: &str, rows: Vec<CaseRow>| {
        let heads = [("事项", 44), ("单位", 24), ("对象", 16), ("提出日期", 16), ("进度", 22)];
        let mut sheet = Sheet::new(name, &heads);
        rows.into_iter().for_each(|row| sheet.row([row.title, row.unit, row.who, row.on, row.state]));
        sheet
    };
    let file = TableFile::new("tolerance.xlsx", "容错纠错").note(as_of(app)).sheet(table("容错纠错", cases));
    if clearances.is_empty() { file } else { file.sheet(table("澄清正名", clearances)) }.answer().await
}
