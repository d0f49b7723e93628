//! The tables of a review as files: the plan with its roll and rules, and what raters wrote for those who read it. Each
//! is its page's own answer in the page's own order, with nothing that tells one rater from another.

use app::{
    api::{
        ApiError, Visitor,
        reviews::{
            PlanPage, PlanQuery, RecusalLine, Reviews as _,
            feedback::{CommentRow, CommentsQuery, FeedbackDesk as _},
        },
    },
    reviews::{
        arranged,
        feedback::{read_text, withheld_words},
        in_charge, rule_lines,
    },
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

type Answer = Result<Response, Response>;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/reviews/{id}/export", Policy::SignedIn, plan).get(
        Kind::File,
        "/reviews/comments/export",
        Policy::SignedIn,
        comments,
    )
}

fn no(e: ApiError) -> Response {
    refused(&e)
}

async fn plan(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let actor = posted::actor(&visitor)?;
    let page = Box::pin(app.services().plan(&actor, PlanQuery { id, draft: None })).await.map_err(no)?;
    let mut file = TableFile::new("plan.xlsx", page.plan.title.clone())
        .note(format!("会议方案，{}", page.state))
        .sheet(dates(&page))
        .sheet(listed("会议安排", arranged(&page.plan).into_iter().chain(in_charge(&page))))
        .sheet(presenters(&page))
        .sheet(raters(&page))
        .sheet(recusals("回避", &page.recusals));
    if !page.implied.is_empty() {
        file = file.sheet(recusals("建议回避", &page.implied));
    }
    file = file.sheet(listed("评议规则", rule_lines(&page.plan.rules)));
    if page.approved {
        file = file.sheet(materials(&page));
    }
    if !page.approvals.is_empty() {
        file = file.sheet(approvals(&page));
    }
    file.answer().await
}

fn dates(page: &PlanPage) -> Sheet {
    let mut sheet = Sheet::new("会前时间表", &[("时间", 28), ("事项", 40), ("状态", 14), ("还差", 50)]);
    for line in &page.dates {
        let state = format!("{} {}", line.tone.icon(), line.word);
        sheet.row([format!("{} {}", line.day, line.label), line.what.clone(), state, line.missing.join("、")]);
    }
    sheet
}

fn listed(name: &str, lines: impl IntoIterator<Item = (&'static str, String)>) -> Sheet {
    let mut sheet = Sheet::new(name, &[("项目", 20), ("内容", 90)]);
    for (label, words) in lines {
        sheet.row([label.to_owned(), words]);
    }
    sheet
}

fn presenters(page: &PlanPage) -> Sheet {
    let mut sheet = Sheet::new("述责对象", &[("次序", 8), ("述责对象", 18), ("单位、职务", 40), ("应到", 8)]);
    for (n, p) in (1_usize..).zip(&page.plan.presenters) {
        sheet.row([n.to_string(), p.name.clone(), p.title.clone(), page.plan.entitled(p.id).to_string()]);
    }
    sheet
}

fn raters(page: &PlanPage) -> Sheet {
    let mut sheet = Sheet::new("评议人员", &[("姓名", 16), ("分组", 26), ("单位", 36), ("系统人员", 12)]);
    let units = page.rater_units.iter().map(String::as_str).chain(std::iter::repeat(""));
    for (rater, unit) in page.plan.raters.iter().zip(units) {
        let group = page.plan.rules.group(&rater.group).map_or("分组已取消", |g| g.name.as_str());
        sheet.row([rater.name.as_str(), group, unit, if rater.person.is_some() { "✓ 已对应" } else { "—" }]);
    }
    sheet
}

fn recusals(name: &str, lines: &[RecusalLine]) -> Sheet {
    let mut sheet = Sheet::new(name, &[("评议人员", 18), ("不评议", 18), ("原因（仅办公室可见）", 50)]);
    for line in lines {
        sheet.row([line.rater_name.as_str(), &line.presenter_name, &line.why]);
    }
    sheet
}

/// Where the materials stand. Suggestions without a name are no table of the page: what is taken offline from there is
/// to be erased, not to live on in a file.
fn materials(page: &PlanPage) -> Sheet {
    let mut sheet = Sheet::new("述责材料", &[("述责对象", 40), ("述责报告", 26), ("事实核对", 50), ("询问题", 14)]);
    for row in &page.reports {
        let facts =
            if row.note.is_empty() { row.facts.clone() } else { format!("{}　说明：{}", row.facts, row.note) };
        let questions = match row.questions {
            0 => "还没有",
            1 => "还差一道",
            _ => "已备齐",
        };
        sheet.row([row.name.clone(), row.report.clone(), facts, questions.to_owned()]);
    }
    sheet
}

fn approvals(page: &PlanPage) -> Sheet {
    let mut sheet = Sheet::new("审定经过", &[("环节", 24), ("办理人", 18), ("时间", 36), ("意见或理由", 60)]);
    for step in &page.approvals {
        sheet.row([step.words.as_str(), &step.who, &step.at, &step.reason]);
    }
    sheet
}

async fn comments((State(app), Extension(visitor), uri): (State<App>, Extension<Visitor>, Uri)) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<CommentsQuery>(&uri)?);
    let page = app.services().comments(&actor, CommentsQuery { draft: None, ..query }).await.map_err(no)?;
    let mut sheet =
        Sheet::new("评议意见", &[("述责对象", 18), ("意见", 70), ("处理意见", 18), ("另一位", 26), ("保留的文字", 50)]);
    for row in &page.rows {
        sheet.row(comment(row));
    }
    let mut file = TableFile::new("comments.xlsx", "评议意见").note(page.title).sheet(sheet);
    let withheld = page.withheld.iter().filter_map(|(name, least)| least.map(|n| withheld_words(name, n)));
    let withheld: Vec<String> = withheld.collect();
    if !withheld.is_empty() {
        let mut sheet = Sheet::new("未予显示", &[("说明", 90)]);
        for words in withheld {
            sheet.row([words]);
        }
        file = file.sheet(sheet);
    }
    file.answer().await
}

/// What its reader sees of a comment: settled ones with their outcome, the others with what he chose himself.
fn comment(row: &CommentRow) -> [&str; 5] {
    if row.settled {
        return [&row.name, read_text(row), &row.state, "", ""];
    }
    let mine = match row.mine.as_str() {
        "kept" => "保留",
        "dropped" => "不采用",
        "offline" => "转线下",
        _ => "",
    };
    [&row.name, &row.text, mine, &row.other, &row.words]
}
