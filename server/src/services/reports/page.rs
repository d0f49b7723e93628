//! One report: facts with their sources, judgements with their forms, and what may be done next. Of a filed one the
//! sources are looked at again, and what differs is said beside it; the report itself stays.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    reports::{PartView, ProgressQuery, ReportPage, ReportProgress, ReportQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, ReportId},
    papers::{Change, Seen},
    people::access::{Actor, ResultRef, keep_office_readers, review_office_report, see_results},
    reports::{FactBlock, FactChange, Job, State, corrections},
    time::{Instant, zh},
};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    STEP, TEXT,
    course::{self, moment},
    file,
    gather::{self, Ask},
    make::title,
    store::{self, Edition, Kept, Text},
    work, write,
};
use crate::{
    random,
    storage::{Pool, StorageError, q},
};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// The facts as the actor may read them: a 等次 only where it is for him.
pub fn in_sight(actor: &Actor, facts: Vec<FactBlock>) -> Vec<FactBlock> {
    let may = |grade: &domain::reports::GradeOf| {
        // The district's own leader is in no report.
        let result = ResultRef { person: grade.person, unit: grade.unit, leads_district: false };
        see_results(actor, result).is_ok()
    };
    facts.into_iter().map(|block| block.seen_by(may)).collect()
}

/// Editions in words, oldest first: when and by whom each was begun, and the moment that its facts are about.
pub fn edition_words(all: &[Edition]) -> Vec<(i64, String)> {
    all.iter()
        .map(|edition| {
            let began = match edition.cause.as_str() {
                "refreshed" => format!("{}更新事实", edition.made_name),
                "returned" => format!("{}退回后修改", edition.made_name),
                _ => format!("{}新建", edition.made_name),
            };
            let facts = match edition.as_of.0 {
                0 => "事实还没有取好".to_owned(),
                _ => format!("事实取于{}", moment(edition.as_of)),
            };
            (edition.no, format!("第{}稿　{}　{began}　{facts}", edition.no, moment(edition.queued_at)))
        })
        .collect()
}

fn sentence(job: Job, done: u32, all: u32, busy: bool) -> String {
    match job {
        Job::Queued | Job::Running if busy => {
            format!("有评议会正在测评，取数先让路，测评收回封存后自动继续（{done}/{all}）。")
        }
        Job::Queued => "排队等待取数：同一时间只取一份报告的数。可以先写文字，不用等。".to_owned(),
        Job::Running => format!("正在取数：{all} 部分里已取好 {done} 部分。可以先写文字，不用等。"),
        Job::Done => String::new(),
        Job::Cancelled => "取数已取消。可以重新取数，或作废这份报告。".to_owned(),
        Job::Failed => "取数没有完成，没有留下不完整的数字。请重新取数；多次不成请联系系统管理员。".to_owned(),
    }
}

async fn progress(from: &mut impl Rows, kept: &Kept) -> Result<ReportProgress, StorageError> {
    let find = q("SELECT COUNT(*) AS n FROM report_facts WHERE report_id = $1 AND edition = $2");
    let row = from.first(find.bind(kept.id).bind(kept.edition.no)).await?;
    let done = row.map_or(Ok(0), |row| row.small("n"))?;
    let (job, all) = (kept.plain.job, kept.edition.blocks);
    let busy = job.goes_on() && work::is_busy(from).await?;
    Ok(ReportProgress { job, done, all, words: sentence(job, done, all, busy) })
}

impl Services {
    pub(super) async fn progress_of_report(
        &self,
        actor: &Actor,
        query: ProgressQuery,
    ) -> Result<ReportProgress, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::readable(&mut read, actor, parse(&query.id)?).await.map_err(told)?;
        progress(&mut read, &kept).await.map_err(storage)
    }

    pub(super) async fn office_report_page(&self, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError> {
        let id: ReportId = parse(&query.id)?;
        let mut read = self.store.read().clone();
        let kept = match store::readable(&mut read, actor, id).await.map_err(told) {
            Err(ApiError::Rejected(Rejection::NotFound)) => return self.closed_report(actor, id, query.draft).await,
            found => found?,
        };
        let filed = kept.plain.state == State::Filed;
        if filed {
            self.note_opening(actor, &kept).await?;
        }
        let raw = store::facts(&mut read, id, kept.edition.no).await.map_err(storage)?;
        let texts = store::texts(&mut read, &kept).await.map_err(storage)?;
        let (drift, not_looked) =
            if filed { self.drift(actor, &kept, &raw).await? } else { (Vec::new(), String::new()) };
        let hash_holds = !filed || store::hash(&kept, &raw, &store::words(&texts)).map_err(storage)? == kept.hash;
        let hands = write::hands(&mut read, &kept).await.map_err(storage)?;
        let plain = kept.plain;
        let writes = write::may_write(&mut read, actor, &kept).await.is_ok();
        let in_draft = writes && plain.state == State::Draft;
        let draft = self.report_draft(actor, id, query.draft.as_deref()).await?;
        let parts = parts(&kept, &texts, in_draft.then_some(&draft));
        let base = self.page_base(actor, &mut read, &kept, draft).await?;
        Ok(ReportPage {
            progress: progress(&mut read, &kept).await.map_err(storage)?,
            as_of: as_of(&kept),
            facts: in_sight(actor, raw),
            parts,
            hash: kept.hash.clone(),
            hash_holds,
            drift,
            not_looked,
            editions: edition_words(&store::editions(&mut read, id).await.map_err(storage)?),
            may_write: in_draft,
            may_refresh: writes && plain.refresh().is_ok(),
            may_cancel: writes && plain.cancel().is_ok(),
            may_ask: in_draft && plain.job == Job::Done,
            unready: if in_draft { write::unready(&kept, &texts) } else { String::new() },
            may_decide: matches!(plain.state, State::Asked | State::Approved)
                && review_office_report(actor, &hands).is_ok(),
            may_file: writes && plain.state == State::Approved,
            may_drop: in_draft,
            closed: false,
            ..base
        })
    }

    /// What every look at a report has: what it is, its course, its readers, and who may be added to them.
    async fn page_base(
        &self,
        actor: &Actor,
        read: &mut Pool,
        kept: &Kept,
        draft: Draft,
    ) -> Result<ReportPage, ApiError> {
        let (plain, today) = (kept.plain, self.today());
        let filed = plain.state == State::Filed;
        let may_widen = filed && keep_office_readers(actor, kept.cover).is_ok();
        let mut candidates = if may_widen || plain.state == State::Approved {
            file::candidates(read, actor, today).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let known = match plain.state {
            State::Filed => store::reader_ids(read, kept.id).await.map_err(storage)?,
            // They read it in any case: nobody has to choose them.
            State::Approved => {
                let always = file::always(read, actor, kept).await.map_err(storage)?;
                always.into_iter().map(|(id, _)| id).collect()
            }
            _ => Vec::new(),
        };
        candidates.retain(|(id, _)| !known.contains(id) && *id != actor.person);
        let editions = store::editions(read, kept.id).await.map_err(storage)?;
        Ok(ReportPage {
            id: kept.id,
            title: title(kept),
            state: plain.state,
            progress: ReportProgress { job: plain.job, done: 0, all: 0, words: String::new() },
            as_of: String::new(),
            facts: Vec::new(),
            parts: Vec::new(),
            writer: format!("{}　{}", kept.made_name, zh(kept.made_at.day())),
            own: kept.made_by == actor.person,
            returned: kept.returned_why.clone(),
            approved: signed(kept.approved.as_ref()),
            filed: signed(kept.filed.as_ref()),
            readers: store::readers(read, kept.id).await.map_err(storage)?,
            course: course::course(read, kept, &editions).await.map_err(storage)?,
            hash: String::new(),
            hash_holds: true,
            drift: Vec::new(),
            not_looked: String::new(),
            editions: Vec::new(),
            may_write: false,
            may_refresh: false,
            may_cancel: false,
            may_ask: false,
            unready: String::new(),
            may_decide: false,
            may_file: false,
            may_widen,
            may_drop: false,
            closed: true,
            candidates: file::described(read, candidates, today).await.map_err(storage)?,
            version: kept.version,
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    /// A filed report to whoever keeps its readers without being one: who may read it, and nothing of its content.
    async fn closed_report(&self, actor: &Actor, id: ReportId, draft: Option<String>) -> Result<ReportPage, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id).await.map_err(told)?;
        if kept.plain.state != State::Filed || keep_office_readers(actor, kept.cover).is_err() {
            return Err(Rejection::NotFound.into());
        }
        let draft = self.report_draft(actor, id, draft.as_deref()).await?;
        self.page_base(actor, &mut read, &kept, draft).await
    }

    /// A refused form of this report's page: of its judgements or of a step.
    async fn report_draft(&self, actor: &Actor, id: ReportId, draft: Option<&str>) -> Result<Draft, ApiError> {
        for form in [TEXT, STEP] {
            let kept = self.load(actor, form, draft).await?;
            if kept.value("report", "") == id.to_string() {
                return Ok(kept);
            }
        }
        Ok(Draft::default())
    }

    /// What the sources say today of the moment that a filed report is about, where that differs. Not while a meeting
    /// is being rated.
    async fn drift(
        &self,
        actor: &Actor,
        kept: &Kept,
        frozen: &[FactBlock],
    ) -> Result<(Vec<FactChange>, String), ApiError> {
        let mut read = self.store.read().clone();
        if work::is_busy(&mut read).await.map_err(storage)? {
            return Ok((Vec::new(), "有评议会正在测评，来源有没有更正，等测评封存后再核对。".to_owned()));
        }
        let ask = Ask {
            district: actor.district,
            cover: kept.cover,
            posts: kept.posts.clone(),
            period: kept.period,
            as_of: kept.edition.as_of,
        };
        let (mut was, mut is) = (Vec::new(), Vec::new());
        for block in frozen.iter().filter(|block| block.block.is_checked()) {
            let now = gather::block(&mut read, &ask, block.block, self.clock.now()).await.map_err(storage)?;
            was.push(block.clone());
            is.push(now);
        }
        // A 等次 that is none of the viewer's differs for nobody but those who may see it.
        Ok((corrections(&in_sight(actor, was), &in_sight(actor, is)), String::new()))
    }

    /// Who opened a filed report is in the log, once an hour.
    pub(super) async fn note_opening(&self, actor: &Actor, kept: &Kept) -> Result<(), ApiError> {
        let hour = self.clock.now().0 / HOUR_MS;
        let find = q("SELECT name FROM report_openings WHERE report_id = $1 AND person_id = $2 AND hour = $3");
        let known = self.store.read().row(find.bind(kept.id).bind(actor.person).bind(hour)).await.map_err(storage)?;
        if known.is_some() {
            return Ok(());
        }
        let (by, kept) = (actor.clone(), kept.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let hour = tx.now().0 / HOUR_MS;
                    let note = q("INSERT INTO report_openings (report_id, person_id, hour, district_id, name)
                                  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
                    .bind(kept.id)
                    .bind(by.person)
                    .bind(hour)
                    .bind(by.district)
                    .bind(&by.name);
                    if tx.execute(note).await? > 0 {
                        store::audit(tx, &by, "reports.opened", &kept, "").await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

fn as_of(kept: &Kept) -> String {
    if kept.edition.as_of.0 == 0 {
        return String::new();
    }
    format!("事实取于{}，颜色按规则第{}版", moment(kept.edition.as_of), kept.edition.rule_version)
}

fn signed(by: Option<&(String, Instant)>) -> String {
    by.map(|(name, at)| format!("{name}　{}", zh(at.day()))).unwrap_or_default()
}

/// Judgements as the page shows them; with a refused form of them also what was typed. What the person never touched
/// shows what stands there now, so that sending it again writes over nobody's words.
fn parts(kept: &Kept, texts: &[Text], draft: Option<&Draft>) -> Vec<PartView> {
    texts
        .iter()
        .map(|text| {
            let (key, now) = (text.part.key(), text.seen());
            let field = format!("text.{key}");
            let mut view = PartView {
                key: key.to_owned(),
                label: text.part.label(kept.plain.kind).to_owned(),
                text: text.words.clone(),
                typed: text.words.clone(),
                seen: now.to_string(),
                clash: false,
                error: draft.and_then(|draft| draft.problem_of(&field)).unwrap_or_default(),
                saved: text.saved.as_ref().map(|(name, at)| format!("{name}　{}", moment(*at))).unwrap_or_default(),
            };
            let Some(draft) = draft.filter(|draft| draft.fields.iter().any(|(name, _)| *name == field)) else {
                return view;
            };
            let Ok(seen) = draft.value(&format!("seen.{key}"), "").parse::<Seen>() else { return view };
            let typed = draft.value(&field, "");
            match seen.change(&typed, now) {
                Change::Same => {}
                Change::Own => {
                    view.typed = typed;
                    view.seen = seen.to_string();
                }
                // Sent again it is knowingly: both stand on the page.
                Change::Clash => {
                    view.typed = typed;
                    view.clash = true;
                }
            }
            view
        })
        .collect()
}
