//! A sealed round as paper and as a file: the 计票报告单, made of the sealed bundle alone, the note that it was
//! signed by hand, and the bundle itself for whoever wants to count again. Refuses live numbers.

use std::collections::BTreeSet;

use app::api::ApiError;
use domain::{
    Rejection,
    approval::Decision,
    documents::{Align, Block, Doc, Signature, table},
    ids::{CommandId, MeetingId, PersonId, RoundId},
    people::{
        Role,
        access::{self, Actor, ResultRef},
    },
    reviews::{Bundle, BundleResult, Outcome, Plan, Scale, Secrecy},
    signature::Signing,
    time::{Day, Instant, zh},
};

use super::{
    super::{Services, rows::Rows, storage, told},
    course::course,
    report::plan_of,
    store::{self, Kept},
};
use crate::{
    live::seal::short,
    storage::{Failure, StorageError, q},
};

/// Form of the drafts of a refused note of signatures.
pub const COUNT_DRAFT: &str = "reviews.count";
/// Step under which the signatures by hand are kept.
const SIGNED: &str = "计票报告单签字";

/// What tells a reader how to check the downloaded file; the one of a named round holds who chose what, so
/// nobody of the hall gets it ([`access::take_bundle`]).
pub fn how_to_check(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Anonymous => {
            "核验：在任一台装有本程序的电脑上运行 wuze verify-meeting 文件名，重新计算并核对封存校验码。"
        }
        Secrecy::Named => {
            "核验：记名测评的封存数据写明谁作了什么评价，不提供给监票人和主持人。需要核验的，由有权查看全部得分的党风政风监督室或区纪委领导下载，运行 wuze verify-meeting 文件名重新计算并核对封存校验码。"
        }
    }
}

/// A sealed round with what decides who may read it.
struct Sealed {
    meeting: MeetingId,
    plan: Plan,
    bundle: Bundle,
    /// The bundle as it was stored: the bytes that the certificate was made of.
    text: String,
    on: Option<Day>,
    results: Vec<ResultRef>,
}

/// Those who sign a 计票报告单, by name, and how.
#[derive(Debug, Clone, Default)]
pub struct Signers {
    /// 计票人.
    pub counters: Vec<String>,
    /// 监票人; they confirmed the seal on the screen.
    pub tellers: Vec<String>,
    /// 主持人.
    pub chair: String,
    /// Day of the seal.
    pub sealed_on: Option<Day>,
    /// Signed by hand: day and handler.
    pub paper: Option<(Day, String)>,
}

async fn load(rows: &mut impl Rows, actor: &Actor, round: RoundId) -> Result<Sealed, Failure> {
    let row = rows
        .first(
            q("SELECT meeting_id, bundle, sealed_at FROM meeting_rounds
               WHERE id = $1 AND district_id = $2 AND state = 'sealed'")
            .bind(round)
            .bind(actor.district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let meeting = row.id("meeting_id")?;
    let plan = plan_of(rows, actor.district, meeting).await?;
    let results = results(rows, actor, &plan).await?;
    let on = row.opt_int("sealed_at")?.map(|at| Instant(at).day());
    Ok(Sealed { meeting, plan, bundle: row.json("bundle")?, text: row.text("bundle")?, on, results })
}

/// Whose results a plan leads to, for access questions.
pub(super) async fn results(rows: &mut impl Rows, actor: &Actor, plan: &Plan) -> Result<Vec<ResultRef>, StorageError> {
    let found =
        rows.all(q("SELECT id FROM units WHERE district_id = $1 AND leads_district = 1").bind(actor.district)).await?;
    let leading: BTreeSet<String> = found.iter().map(|r| r.text("id")).collect::<Result<_, _>>()?;
    let one = |p: &domain::reviews::Presenter| ResultRef {
        person: p.person,
        unit: p.unit,
        leads_district: leading.contains(&p.unit.to_string()),
    };
    Ok(plan.presenters.iter().map(one).collect())
}

async fn paper(rows: &mut impl Rows, round: RoundId) -> Result<Option<(Day, String)>, StorageError> {
    let row = rows
        .first(
            q("SELECT paper_on, paper_handler FROM approvals WHERE subject = $1 AND step = $2
               ORDER BY at DESC, id DESC LIMIT 1")
            .bind(format!("count:{round}"))
            .bind(SIGNED),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(row.opt_day("paper_on")?.zip(row.opt_text("paper_handler")?))
}

async fn name(rows: &mut impl Rows, actor: &Actor, person: PersonId) -> Result<String, StorageError> {
    let query = q("SELECT name FROM persons WHERE id = $1 AND district_id = $2").bind(person).bind(actor.district);
    rows.first(query).await?.map_or(Ok(String::new()), |r| r.text("name"))
}

/// What the page says of the 计票报告单 of a round: may the signature be noted by this actor, may he take the
/// bundle, and what was noted.
#[derive(Debug, Clone, Default)]
pub(super) struct CountMay {
    pub(super) note: bool,
    pub(super) take: bool,
    pub(super) signed: String,
}

/// See [`CountMay`]; none where the actor may not read the 计票报告单 at all.
pub(super) async fn may(
    rows: &mut impl Rows,
    actor: &Actor,
    plan: &Plan,
    round: RoundId,
) -> Result<Option<CountMay>, StorageError> {
    let results = results(rows, actor, plan).await?;
    let parts = plan.parts(actor.person);
    let Ok(read) = access::read_count(actor, &results, &parts) else { return Ok(None) };
    let signed = paper(rows, round).await?;
    Ok(Some(CountMay {
        note: access::note_count_signed(actor, &read).is_ok(),
        take: access::take_bundle(actor, &results, &parts, plan.secrecy).is_ok(),
        signed: signed.map(|(on, by)| format!("纸质已签：{}，经办人{by}", zh(on))).unwrap_or_default(),
    }))
}

impl Services {
    /// 计票报告单 of a sealed round, for the office, the 主持人 and the two 监票人 of the meeting.
    ///
    /// # Errors
    /// Not sealed, or nothing that this actor may see.
    pub async fn count_paper(&self, actor: &Actor, round: RoundId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let sealed = load(&mut read, actor, round).await.map_err(told)?;
        let plan = &sealed.plan;
        let _proof =
            access::read_count(actor, &sealed.results, &plan.parts(actor.person)).map_err(|_| Rejection::NotFound)?;
        let mut signers = Signers {
            sealed_on: sealed.on,
            paper: paper(&mut read, round).await.map_err(storage)?,
            ..Signers::default()
        };
        for person in &plan.counters {
            signers.counters.push(name(&mut read, actor, *person).await.map_err(storage)?);
        }
        for person in &plan.tellers {
            signers.tellers.push(name(&mut read, actor, *person).await.map_err(storage)?);
        }
        if let Some(person) = plan.chair {
            signers.chair = name(&mut read, actor, person).await.map_err(storage)?;
        }
        let told = course(&mut read, plan, sealed.meeting, round).await.map_err(storage)?;
        Ok(count_doc(&sealed.bundle, plan.secrecy, &signers, &told))
    }

    /// The sealed bundle as a file, byte for byte as it was sealed; who took it is noted.
    ///
    /// # Errors
    /// Not sealed, or not for this actor; storage failed.
    pub async fn take_bundle(&self, actor: &Actor, round: RoundId) -> Result<(String, Vec<u8>), ApiError> {
        let mut read = self.store.read().clone();
        let sealed = load(&mut read, actor, round).await.map_err(told)?;
        let parts = sealed.plan.parts(actor.person);
        let _proof = access::take_bundle(actor, &sealed.results, &parts, sealed.plan.secrecy)
            .map_err(|_| Rejection::NotFound)?;
        let (district, account, object) = (actor.district, actor.account, sealed.meeting.to_string());
        let words = format!("封存校验码 {}", short(&sealed.bundle.certificate));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.audit(district, Some(account), "reviews.bundle_read", &object, &words).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)?;
        let name = format!("封存测评数据 {}.json", short(&sealed.bundle.certificate));
        Ok((name, sealed.text.into_bytes()))
    }

    /// 「纸质已签」 of a 计票报告单 by 计票人, 监票人 and 主持人. Noted again: the last one counts, all are kept.
    ///
    /// # Errors
    /// Not for this actor; the day or the handler is wrong.
    pub async fn note_count_signed(
        &self,
        actor: &Actor,
        key: CommandId,
        round: RoundId,
        signing: Signing,
    ) -> Result<MeetingId, ApiError> {
        let actor = actor.clone();
        let body = serde_json::to_vec(&(round, &signing)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, key.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let sealed = load(tx, &actor, round).await?;
                    let parts = sealed.plan.parts(actor.person);
                    let read = access::read_count(&actor, &sealed.results, &parts).map_err(|_| Rejection::NotFound)?;
                    let _proof = access::note_count_signed(&actor, &read)?;
                    let Signing::Paper { on, handler } =
                        signing.check_for("计票报告单", &actor.name, tx.now().day())?
                    else {
                        return Err(
                            Rejection::field("paper_on", "还没有填签字日期，没有保存。请填写日期和经办人。").into()
                        );
                    };
                    if on < sealed.plan.on {
                        return Err(Rejection::field("paper_on", "签字日期早于评议会，没有保存。请核对日期。").into());
                    }
                    let role = if actor.has(Role::ConductOffice) { Role::ConductOffice } else { Role::Secretary };
                    let subject = format!("count:{round}");
                    let words = format!("{}，经办人{handler}", zh(on));
                    let kept = Kept {
                        subject: &subject,
                        step: SIGNED,
                        role,
                        decision: Decision::Agreed,
                        reason: "",
                        paper: Some((on, handler)),
                    };
                    store::keep(tx, &actor, kept).await?;
                    let object = sealed.meeting.to_string();
                    tx.audit(actor.district, Some(actor.account), "reviews.count_signed", &object, &words).await?;
                    Ok(sealed.meeting)
                })
            })
            .await
            .map_err(told)
    }
}

fn people(n: u32) -> String {
    format!("{n} 人")
}

fn sheets(n: u32) -> String {
    format!("{n} 张")
}

/// So many sheets in all, on a screen and on paper apart where the file tells them.
fn apart(all: u32, by_way: Option<[u32; 2]>) -> String {
    let told = |[screen, paper]: [u32; 2]| format!("{all} 张（电子 {screen} 张，纸质 {paper} 张）");
    by_way.map_or_else(|| sheets(all), told)
}

/// The report of a count. A pure function of the bundle and of what went otherwise than planned; who signs
/// stands below it.
pub fn count_doc(bundle: &Bundle, secrecy: Secrecy, signers: &Signers, course: &[String]) -> Doc {
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
        ("发出", apart(turnout.issued, bundle.by_way().map(|w| w.issued))),
        ("收回", apart(turnout.returned, bundle.by_way().map(|w| w.returned))),
    ]);
    doc.title(1, 2, "计票结果");
    for (n, result) in (1_u32..).zip(&bundle.results) {
        one_result(&mut doc, n, result, bundle);
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
    if !course.is_empty() {
        doc.title(1, if bundle.reopened.is_empty() { 4 } else { 5 }, "其他情况");
        doc.push(Block::List { items: course.to_vec() });
    }
    doc.push(Block::Code { label: "封存校验码".into(), text: short(&bundle.certificate) });
    doc.note("校验码由封存的测评表、签到册、规则和结果共同算出，任何一处改动都会改变。");
    doc.note(how_to_check(secrecy));
    doc.push(Block::Signatures { places: places(signers) });
    doc.footer = format!("测评{}", bundle.rules.edition());
    doc
}

/// 计票人, 监票人, 主持人. A 监票人 confirmed the seal on the screen, which is said until the paper is signed.
fn places(signers: &Signers) -> Vec<Signature> {
    let paper = signers.paper.as_ref().map(|(on, by)| format!("纸质已签：{}，经办人{by}", zh(*on)));
    let place = |role: &str, name: &str, screen: Option<String>| {
        let day = paper.clone().or(screen).unwrap_or_default();
        // An empty name leaves a line to sign on; whose line it is stands beside the role.
        let (role, name) = match (name.is_empty(), day.is_empty()) {
            (true, _) => (role.to_owned(), String::new()),
            (false, true) => (format!("{role}（{name}）"), String::new()),
            (false, false) => (role.to_owned(), name.to_owned()),
        };
        Signature { role, name, day }
    };
    let on_screen = signers.sealed_on.map(|on| format!("{}在系统中确认封存", zh(on)));
    let counters = signers.counters.iter().map(|name| place("计票人", name, None));
    let tellers = signers.tellers.iter().map(|name| place("监票人", name, on_screen.clone()));
    counters.chain(tellers).chain([place("主持人", &signers.chair, None)]).collect()
}

fn one_result(doc: &mut Doc, n: u32, result: &BundleResult, bundle: &Bundle) {
    let (tally, rules) = (&result.tally, &bundle.rules);
    doc.title(2, n, &format!("{}（{}）", result.name, result.title));
    let turnout = bundle.turnout();
    let mut pairs = vec![("应到（不含回避）", people(tally.entitled)), ("收回（不含回避）", sheets(tally.returned))];
    // Turnout only: how few were valid says what those few said.
    if tally.outcome == Outcome::TooFewToShow {
        pairs.push(("回避", format!("有效票不足 {} 张，不显示", rules.smallest_cell)));
    } else {
        // With it the sheets of the round add up.
        if let Some(n) = turnout.returned.checked_sub(tally.returned) {
            pairs.push(("回避", format!("{n} 张（本轮共收回 {} 张）", turnout.returned)));
        }
        pairs.extend([
            ("有效", sheets(tally.valid)),
            ("弃权", sheets(tally.abstained)),
            ("废票", sheets(tally.spoiled)),
        ]);
    }
    pairs.push(("等次", outcome(&tally.outcome, bundle)));
    pairs.extend(tally.score().map(|score| ("综合得分", score.to_string())));
    doc.pairs(pairs);
    if !tally.groups.is_empty() {
        let mut columns = vec![(7, Align::Start, "组别"), (3, Align::End, "权重"), (3, Align::End, "有效")];
        if rules.scale == Scale::Grades {
            columns.extend(["好", "较好", "一般", "差"].map(|word| (2, Align::End, word)));
        }
        columns.push((3, Align::End, "平均分"));
        let rows = tally.groups.iter().map(|g| {
            let merged = if g.is_merged() { "（合并计票）" } else { "" };
            let mut row = vec![format!("{}{merged}", g.name), format!("{}%", g.weight), g.valid.to_string()];
            if rules.scale == Scale::Grades {
                let counts = g.grades.unwrap_or_default();
                row.extend(counts.map(|c| c.to_string()));
            }
            row.push(g.mean.to_string());
            row
        });
        doc.push(Block::Table(table(&columns, rows)));
        for line in bundle.weighing(result) {
            doc.paragraph(line);
        }
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

fn outcome(outcome: &Outcome, bundle: &Bundle) -> String {
    let (n, d) = bundle.rules.valid_quorum;
    match outcome {
        Outcome::Graded { grade, .. } => grade.label().to_owned(),
        Outcome::TooFewValid => format!("有效票不足应到的 {n}/{d}，结果无效"),
        Outcome::TooFewToShow => format!("有效票不足 {} 张，只公布收回情况", bundle.rules.smallest_cell),
    }
}
