//! 计票报告单 and 评议反馈单 as documents. The first is made of the sealed bundle alone; the second of
//! the signed sheet. Refuses live numbers: what was not sealed is in neither.

use app::api::ApiError;
use domain::{
    Rejection,
    documents::{Align, Block, Cell, Doc, Signature, table},
    ids::RoundId,
    people::access::{Actor, ResultRef, ResultSight, see_results},
    reviews::{Bundle, BundleResult, FeedbackState, HandSign, Outcome, ReviewRules, Scale, Secrecy},
    signature::Signing,
    time::{Day, zh},
};

use super::{
    super::{Services, storage, told},
    feedback,
    report::plan_of,
};
use crate::{
    live::seal::short,
    storage::{StorageError, q},
};

impl Services {
    /// 计票报告单 of a sealed round, for the office, the 主持人 and the two 监票人 of the meeting.
    ///
    /// # Errors
    /// Not sealed, or nothing that this actor may see.
    pub async fn count_paper(&self, actor: &Actor, round: RoundId) -> Result<Doc, ApiError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT meeting_id, bundle FROM meeting_rounds WHERE id = $1 AND district_id = $2 AND state = 'sealed'")
                    .bind(round)
                    .bind(actor.district),
            )
            .await
            .map_err(storage)?
            .ok_or(Rejection::NotFound)?;
        let mut read = self.store.read().clone();
        let meeting = row.id("meeting_id").map_err(storage)?;
        let plan = plan_of(&mut read, actor.district, meeting).await.map_err(told)?;
        let leading = self.leading_units(actor).await.map_err(storage)?;
        let office = plan.presenters.iter().any(|p| {
            let result =
                ResultRef { person: p.person, unit: p.unit, leads_district: leading.contains(&p.unit.to_string()) };
            p.person != actor.person && see_results(actor, result) == Ok(ResultSight::Score)
        });
        let signs = plan.tellers.contains(&actor.person) || plan.chair == Some(actor.person);
        let reports = plan.presenters.iter().any(|p| p.person == actor.person);
        if reports || !(office || signs) {
            return Err(Rejection::NotFound.into());
        }
        let bundle: Bundle = row.json("bundle").map_err(storage)?;
        let mut tellers = Vec::new();
        for person in &plan.tellers {
            tellers.push(self.person_name(actor, *person).await.map_err(storage)?);
        }
        Ok(count_doc(&bundle, plan.secrecy, &tellers))
    }

    async fn leading_units(&self, actor: &Actor) -> Result<Vec<String>, StorageError> {
        let query = q("SELECT id FROM units WHERE district_id = $1 AND leads_district = 1").bind(actor.district);
        self.store.read().rows(query).await?.iter().map(|r| r.text("id")).collect()
    }

    async fn person_name(&self, actor: &Actor, person: domain::ids::PersonId) -> Result<String, StorageError> {
        let query = q("SELECT name FROM persons WHERE id = $1 AND district_id = $2").bind(person).bind(actor.district);
        self.store.read().row(query).await?.map_or(Ok(String::new()), |r| r.text("name"))
    }

    /// 评议反馈单, for the office and its presenter.
    ///
    /// # Errors
    /// No such sheet for this actor.
    pub async fn feedback_paper(&self, actor: &Actor, id: &str) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let kept = feedback::load(&mut read, actor.district, id.trim()).await.map_err(told)?;
        if !kept.sees(actor) {
            return Err(Rejection::NotFound.into());
        }
        let (grade, comments) = feedback::sealed_words(&mut read, &kept).await.map_err(storage)?;
        Ok(feedback_doc(&kept, &grade, &comments))
    }
}

fn people(n: u32) -> String {
    format!("{n} 人")
}

fn sheets(n: u32) -> String {
    format!("{n} 张")
}

/// The report of a count. A pure function of the bundle; names of the 监票人 stand below it.
pub fn count_doc(bundle: &Bundle, secrecy: Secrecy, tellers: &[String]) -> Doc {
    let mut doc = Doc::new("计票报告单");
    doc.subtitle = bundle.meeting.title.clone();
    let turnout = bundle.turnout();
    let how = match secrecy {
        Secrecy::Anonymous => "无记名",
        Secrecy::Named => "记名",
    };
    doc.title(1, 1, "参会和测评情况").pairs([
        ("会议日期", zh(bundle.meeting.on)),
        ("测评方式", how.to_owned()),
        ("应到", people(turnout.entitled)),
        ("实到", people(turnout.present)),
        ("发出", sheets(turnout.issued)),
        ("收回", sheets(turnout.returned)),
    ]);
    doc.title(1, 2, "计票结果");
    for (n, result) in (1_u32..).zip(&bundle.results) {
        one_result(&mut doc, n, result, &bundle.rules);
    }
    doc.title(1, 3, "计票规则");
    for line in bundle.rules.sentences() {
        doc.paragraph(line);
    }
    doc.paragraph("收回多于发出的，本轮作废，重新测评。");
    if !bundle.reopened.is_empty() {
        doc.title(1, 4, "重新开放情况");
        doc.push(Block::List {
            items: bundle.reopened.iter().map(|r| format!("封存前重新开放测评，理由：{r}")).collect(),
        });
    }
    doc.push(Block::Code { label: "封存校验码".into(), text: short(&bundle.certificate) });
    doc.note("校验码由封存的测评表、签到册、规则和结果共同算出，任何一处改动都会改变。");
    doc.push(Block::Signatures {
        places: tellers
            .iter()
            .map(|name| Signature { role: format!("监票人（{name}）"), name: String::new(), day: String::new() })
            .collect(),
    });
    doc.footer = format!("测评{}", bundle.rules.edition());
    doc
}

fn one_result(doc: &mut Doc, n: u32, result: &BundleResult, rules: &ReviewRules) {
    let tally = &result.tally;
    doc.title(2, n, &format!("{}（{}）", result.name, result.title));
    let mut pairs = vec![("应参加测评", people(tally.entitled)), ("收回", sheets(tally.returned))];
    // Turnout only: how few were valid says what those few said.
    if tally.outcome != Outcome::TooFewToShow {
        pairs.extend([
            ("有效", sheets(tally.valid)),
            ("弃权", sheets(tally.abstained)),
            ("废票", sheets(tally.spoiled)),
        ]);
    }
    pairs.push(("等次", outcome(&tally.outcome)));
    pairs.extend(tally.score().map(|score| ("综合得分", score.to_string())));
    doc.pairs(pairs);
    if !tally.groups.is_empty() {
        let mut columns = vec![(7, Align::Start, "组别"), (3, Align::End, "权重"), (3, Align::End, "有效票")];
        if rules.scale == Scale::Grades {
            columns.extend(["好", "较好", "一般", "差"].map(|word| (2, Align::End, word)));
        }
        columns.push((3, Align::End, "平均分"));
        let rows = tally.groups.iter().map(|g| {
            let mut row = vec![g.name.clone(), format!("{}%", g.weight), g.valid.to_string()];
            if rules.scale == Scale::Grades {
                let counts = g.grades.unwrap_or_default();
                row.extend(counts.map(|c| c.to_string()));
            }
            row.push(g.mean.to_string());
            row
        });
        doc.push(Block::Table(table(&columns, rows)));
    }
    let lines: Vec<Vec<String>> = tally
        .lines
        .iter()
        .filter(|l| l.marked > 0)
        .map(|l| {
            let mean = l.mean.map_or_else(|| "填写人数不足，不显示".to_owned(), |m| m.to_string());
            vec![l.label.clone(), l.marked.to_string(), mean]
        })
        .collect();
    if !lines.is_empty() {
        let columns = [(8, Align::Start, "分项"), (2, Align::End, "填写人数"), (4, Align::End, "平均分")];
        doc.push(Block::Table(table(&columns, lines)));
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Graded { grade, .. } => grade.label().to_owned(),
        Outcome::TooFewValid => "有效票不足应参加人数的规定比例，结果无效".to_owned(),
        Outcome::TooFewToShow => "有效票过少，只公布参加情况".to_owned(),
    }
}

/// One person, one sheet.
fn feedback_doc(kept: &feedback::Kept, grade: &str, comments: &[String]) -> Doc {
    let sheet = &kept.sheet;
    let mut doc = Doc::new("述责述廉评议反馈单");
    doc.subtitle = kept.plan.title.clone();
    if !kept.state.is_told() {
        doc.number = format!("（{}，未签发）", kept.state.label());
    }
    doc.pairs([
        ("述责对象", kept.presenter.name.clone()),
        ("岗位", kept.presenter.title.clone()),
        ("评议日期", zh(kept.plan.on)),
        ("评议等次", grade.to_owned()),
    ]);
    let mut n = 0;
    let mut next = || {
        n += 1;
        n
    };
    if !sheet.opinion.is_empty() {
        doc.title(1, next(), "总体意见").paragraph(sheet.opinion.clone());
    }
    if !comments.is_empty() {
        doc.title(1, next(), "评议意见");
        let items = (1..).zip(comments).map(|(n, c)| Doc::numbered(3, n, c)).collect();
        doc.push(Block::List { items });
    }
    doc.title(1, next(), "问题和整改要求");
    if sheet.problems.is_empty() {
        doc.paragraph("本次评议没有提出需要整改的具体问题。");
    } else {
        let columns = [
            (2, Align::Center, "序号"),
            (8, Align::Start, "问题"),
            (8, Align::Start, "整改要求"),
            (5, Align::Center, "整改期限"),
        ];
        let rows = (1..)
            .zip(&sheet.problems)
            .map(|(n, p): (u32, _)| vec![n.to_string(), p.text.clone(), p.requirement.clone(), zh(p.due)]);
        doc.push(Block::Table(table(&columns, rows)));
        doc.paragraph(
            "请在签收后15个工作日内经党委（党组）会议研究报送整改方案，每季度报送一次进展；整改完成后由责任部门填报、\
             责任领导确认、主要负责人申请销号。",
        );
    }
    let place = |role: &str, sign: Option<&HandSign>| {
        let (name, day) = sign.map(signed).unwrap_or_default();
        Signature { role: role.to_owned(), name, day }
    };
    let issued = sheet.signed.as_ref().filter(|_| kept.state >= FeedbackState::Signed);
    doc.push(Block::Signatures {
        places: vec![
            Signature {
                role: "签发人".into(),
                name: issued.map(|s| s.name.clone()).unwrap_or_default(),
                day: issued.map(|s| zh(s.on)).unwrap_or_default(),
            },
            place("移交人", sheet.given.as_ref()),
            place("接收人", sheet.received.as_ref()),
        ],
    });
    doc.note("本反馈单一人一单，只送述责对象本人，不得复印、转发。");
    doc
}

fn signed(sign: &HandSign) -> (String, String) {
    let day = |on: Day| zh(on);
    match &sign.signing {
        Signing::Paper { on, handler } => (sign.name.clone(), format!("纸质已签：{}，经办人{handler}", day(*on))),
        _ => (sign.name.clone(), day(sign.on)),
    }
}

/// The ledger as a table, exactly as the page shows it.
pub fn ledger_doc(page: &app::api::accountability::LedgerPage) -> Doc {
    let mut doc = Doc::new("问题整改台账");
    doc.subtitle = format!("截至{}", page.as_of);
    doc.orientation = domain::documents::Orientation::Landscape;
    let columns = [
        (3, Align::Center, "编号"),
        (4, Align::Start, "单位"),
        (3, Align::Center, "来源"),
        (8, Align::Start, "问题"),
        (8, Align::Start, "整改要求"),
        (3, Align::Center, "责任领导"),
        (4, Align::Start, "责任部门"),
        (3, Align::Center, "整改期限"),
        (4, Align::Center, "进度"),
    ];
    let mut ledger = table(&columns, Vec::<Vec<String>>::new());
    for row in &page.rows {
        let kind = if row.repeated { format!("{}（重复发生）", row.kind) } else { row.kind.clone() };
        let state = if row.word == row.state { row.state.clone() } else { format!("{}（{}）", row.state, row.word) };
        let cells = [
            &row.number,
            &row.unit,
            &kind,
            &row.problem,
            &row.demand,
            &row.owner,
            &row.department,
            &row.deadline,
            &state,
        ];
        ledger.rows.push(cells.into_iter().map(Cell::text).collect());
    }
    doc.push(Block::Table(ledger));
    doc
}
