//! One matter as a page: what is known of it, what the viewer may do, and the view that he opened. Reads only what that
//! view shows.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    warnings::{MatterMay, MatterPage, MatterQuery},
};
use domain::{
    ids::{CommandId, UnitId, WarningId},
    people::access::{self, Actor, MatterSight},
    time::{Day, zh},
    warnings::{Source, Stage},
};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    MATTER, follow,
    new::units,
    store::{self, Kept, Whole},
    view,
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// Units of a page of the matrix, and notices of a page.
pub(super) const COLUMNS: usize = 20;
/// Gaps that are named.
const GAPS: usize = 10;

fn may(actor: &Actor, kept: &Kept, sight: &MatterSight) -> MatterMay {
    let stage = kept.matter.stage;
    let runs = access::run_matter(actor).is_ok();
    let drafts = access::draft_matter(actor, kept.lead).is_ok();
    let follows = access::follow_matter(actor, &kept.bodies()).is_ok();
    let seals = access::seal_matter(actor).is_ok();
    MatterMay {
        judge: runs && stage == Stage::Proposed,
        draft: drafts && stage.drafts(),
        ask: drafts && stage == Stage::Drafting,
        settle: drafts && stage == Stage::Countersign,
        note: drafts && stage == Stage::Countersign,
        redraft: (drafts || runs) && matches!(stage, Stage::Countersign | Stage::Simulating),
        simulate: runs && matches!(stage, Stage::Drafting | Stage::Countersign | Stage::Simulating),
        review: (access::review_matter(actor).is_ok() || runs) && stage == Stage::Reviewing,
        issue: (access::issue_matter(actor).is_ok() || runs) && stage == Stage::Issuing,
        seal: seals && stage == Stage::Sealing,
        drop: runs && !stage.is_sent() && !stage.is_over(),
        follow: follows && stage == Stage::Responding,
        answer: access::answer_start(actor).is_ok() && stage == Stage::Responding,
        report: runs && stage == Stage::Responding,
        recall: false,
        close: (access::review_matter(actor).is_ok() || runs) && stage == Stage::Closing,
        whole: *sight == MatterSight::Whole,
    }
}

/// What is shown first: where the work is.
fn first(stage: Stage) -> &'static str {
    match stage {
        Stage::Proposed | Stage::Declined | Stage::Dropped => "course",
        Stage::Drafting => "problems",
        Stage::Countersign => "signs",
        Stage::Simulating | Stage::Reviewing | Stage::Issuing => "situations",
        Stage::Sealing | Stage::Responding => "notices",
        Stage::Closing | Stage::Closed => "course",
    }
}

/// Views that there is something in.
fn views(stage: Stage, sight: &MatterSight) -> Vec<(String, String)> {
    let whole = *sight == MatterSight::Whole;
    let lists = whole || *sight == MatterSight::Lists;
    let begun = !matches!(stage, Stage::Proposed | Stage::Declined);
    let units = *sight != MatterSight::Outcome;
    let asked = begun && stage != Stage::Drafting && stage != Stage::Dropped;
    [
        (begun && lists, "problems", "问题清单"),
        (begun && units, "duties", "责任清单"),
        (begun && whole || stage.is_sent() && lists, "situations", "问责清单"),
        (asked && units, "signs", "会签"),
        (stage.is_sent() && units || stage == Stage::Sealing && whole, "notices", "提示单与响应"),
        (stage.is_sent() && units, "flow", "进展与堵点"),
        (stage.is_sent() && whole, "talks", "会商与提请"),
        (whole || *sight == MatterSight::Outcome, "course", "经过"),
    ]
    .into_iter()
    .filter(|(there, ..)| *there)
    .map(|(_, key, label)| (key.to_owned(), label.to_owned()))
    .collect()
}

/// Is the reason said with the last step for everybody who sees the matter?
pub(super) fn reads_reason(stage: Stage) -> bool {
    matches!(stage, Stage::Declined | Stage::Dropped | Stage::Drafting)
}

fn facts(kept: &Kept, may: MatterMay, sees_source: bool, outcome: bool) -> Vec<(String, String)> {
    let day = |day: Option<Day>| day.map(zh).unwrap_or_default();
    let source = if sees_source {
        let words = if kept.source_words.is_empty() { String::new() } else { format!("：{}", kept.source_words) };
        format!("{}{words}", kept.source.label())
    } else if kept.source == Source::Department && outcome {
        Source::Department.label().to_owned()
    } else {
        "监督中发现".to_owned()
    };
    let (count, sign, answer) = kept.days;
    let proposed = format!("{} {} {}", kept.proposed.1, kept.proposed.0, zh(kept.proposed.2.day()));
    let all = [
        ("点题", if may.whole || outcome { proposed.trim().to_owned() } else { String::new() }),
        ("来源", source),
        ("分析研判", if may.whole { kept.analysis.clone() } else { String::new() }),
        ("牵头部门", kept.lead_name.clone()),
        ("监督牵头单位", kept.supervisors.iter().map(|(_, n)| n.clone()).collect::<Vec<_>>().join("、")),
        ("完成时限", day(kept.ends_on)),
        (
            "提示单期限",
            match kept.lead {
                Some(_) => format!("送达后 {sign} {0}内签收，{answer} {0}内报送措施", count.label()),
                None => String::new(),
            },
        ),
        ("流程环节", kept.stages.join(" → ")),
        ("签发", day(kept.issued_on)),
        ("用印", day(kept.sent_on)),
        ("办结", day(kept.closed_on)),
        // Why 副书记 or 书记 sent it back is the commission's own; the 牵头部门 reads why it drafts again.
        ("原因", if may.whole || reads_reason(kept.matter.stage) { kept.reason.clone() } else { String::new() }),
        ("办结报告", if may.whole { kept.report.clone() } else { String::new() }),
    ];
    all.into_iter().filter(|(_, words)| !words.is_empty()).map(|(label, words)| (label.to_owned(), words)).collect()
}

fn line(row: &Row) -> Result<String, StorageError> {
    let at = row.instant("at")?;
    let why = row.text("reason")?;
    let why = if why.is_empty() { why } else { format!("　{why}") };
    Ok(format!("{} {}　{}　{}{why}", zh(at.day()), at.clock(), row.text("step")?, row.text("person_name")?))
}

async fn course(from: &mut impl Rows, id: WarningId) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT step, person_name, reason, at FROM approvals WHERE subject = $1 ORDER BY at, id");
    from.all(find.bind(id.to_string())).await?.iter().map(line).collect()
}

/// The lists as the viewer may see them: his own lines with who else stands in them.
pub(super) fn kept_lines(whole: &mut Whole, sight: &MatterSight) {
    let MatterSight::Units(units) = sight else { return };
    let lists = &mut whole.lists;
    lists.duties.retain(|duty| lists.cells.iter().any(|c| c.duty == duty.id && units.contains(&c.unit)));
    let problems: Vec<_> = lists.duties.iter().filter_map(|d| d.problem).collect();
    lists.problems.retain(|problem| problems.contains(&problem.id));
    let duties: Vec<_> = lists.duties.iter().map(|d| d.id).collect();
    lists.cells.retain(|cell| duties.contains(&cell.duty));
}

impl Services {
    pub(super) async fn matter_page(&self, actor: &Actor, query: MatterQuery) -> Result<MatterPage, ApiError> {
        let id: WarningId = parse(&query.id)?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let (kept, sight) = store::seen(&mut read, actor, id).await.map_err(told)?;
        let may = may(actor, &kept, &sight);
        let views = views(kept.matter.stage, &sight);
        let asked = query.view.as_deref().unwrap_or_else(|| first(kept.matter.stage));
        let view = views.iter().find(|(key, _)| key == asked).or(views.first()).map(|(key, _)| key.clone());
        let view = view.unwrap_or_default();
        let page = query.page.unwrap_or(1).clamp(1, 1_000);
        let sources = may.whole && access::sees_sources(actor);
        let mut out = MatterPage {
            id,
            title: kept.title.clone(),
            aim: kept.aim.clone(),
            stage: kept.matter.stage,
            facts: facts(&kept, may, sources, sight == MatterSight::Outcome),
            view: view.clone(),
            views,
            may,
            gaps: (Vec::new(), 0),
            problems: Vec::new(),
            duties: Vec::new(),
            columns: Vec::new(),
            unit_total: 0,
            page: (page, false),
            situations: Vec::new(),
            signs: Vec::new(),
            handoffs: Vec::new(),
            notices: Vec::new(),
            making: None,
            flow: Vec::new(),
            span: None,
            talks: Vec::new(),
            next_talk: None,
            starts: Vec::new(),
            course: Vec::new(),
            choices: Vec::new(),
            bodies: Vec::new(),
            stages: kept.stages.clone(),
            ends_on: kept.ends_on,
            heirs: Vec::new(),
            open: (
                query.line.as_deref().and_then(|id| id.parse().ok()),
                query.unit.as_deref().and_then(|id| id.parse().ok()),
            ),
            today,
            name: actor.name.clone(),
            version: kept.version,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, MATTER, query.draft.as_deref()).await?,
        };
        if sight != MatterSight::Outcome {
            self.fill(actor, (&kept, &sight), &mut out, &mut read).await.map_err(storage)?;
        }
        Ok(out)
    }

    async fn fill(
        &self,
        actor: &Actor,
        (kept, sight): (&Kept, &MatterSight),
        out: &mut MatterPage,
        read: &mut impl Rows,
    ) -> Result<(), StorageError> {
        let (today, stage) = (self.today(), kept.matter.stage);
        let mut whole = store::whole(read, kept.id, today).await?;
        if (out.may.draft || out.may.simulate || stage == Stage::Sealing && out.may.whole) && stage != Stage::Proposed {
            let words = whole.missing((stage != Stage::Drafting).then_some(today));
            let all = u32::try_from(words.len()).unwrap_or(u32::MAX);
            out.gaps = (words.into_iter().take(GAPS).collect(), all);
        }
        let runs = access::run_matter(actor).is_ok() || access::draft_matter(actor, kept.lead).is_ok();
        if runs && stage.fills() {
            let parties = whole.lists.units();
            let ended = whole.heirs.iter().filter(|(unit, _)| parties.contains(unit));
            let words = |(unit, (_, heir)): (&UnitId, &(UnitId, String))| {
                (*unit, format!("{}已撤并，改由{heir}承担", whole.name(*unit)))
            };
            out.heirs = ended.map(words).collect();
        }
        kept_lines(&mut whole, sight);
        let mine: Option<&std::collections::BTreeSet<UnitId>> = match sight {
            MatterSight::Units(units) => Some(units),
            _ => None,
        };
        match out.view.as_str() {
            "problems" => out.problems = view::problems(&whole),
            "duties" => {
                out.problems = view::problems(&whole);
                let items = view::items(read, kept.id, today).await?;
                view::matrix(out, actor, kept, &whole, &items);
            }
            "situations" => out.situations = view::situations(&whole),
            "signs" => {
                out.duties = view::own_duties(&whole, actor);
                out.signs = view::signs(read, actor, (kept, out.may, today), mine).await?;
                out.handoffs = view::handoffs(read, kept.id, mine).await?;
            }
            "notices" => view::notices(read, actor, (kept, &whole), mine, out).await?,
            "flow" => view::flow(read, kept, &whole, today, out).await?,
            "talks" => {
                out.situations = view::situations(&whole);
                out.talks = view::talks(read, kept.id).await?;
                out.next_talk = follow::talk_due(read, kept, actor.district).await?;
                out.starts = view::starts(read, kept.id).await?;
                out.columns = whole.lists.units().into_iter().map(|unit| (unit, whole.name(unit))).collect();
            }
            "course" if out.may.whole => out.course = course(read, kept.id).await?,
            _ => {}
        }
        let chooses = match out.view.as_str() {
            "duties" => out.may.draft,
            "signs" => stage == Stage::Countersign,
            "flow" => out.may.follow,
            _ => out.may.judge || access::run_matter(actor).is_ok() && stage.fills(),
        };
        if chooses {
            out.choices = units(read, actor.district, today, false).await?;
        }
        if access::run_matter(actor).is_ok() && (stage == Stage::Proposed || stage.fills()) {
            out.bodies = units(read, actor.district, today, true).await?;
        }
        Ok(())
    }
}
