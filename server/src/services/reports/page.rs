//! One report: facts with their sources, judgements with their forms, and what may be done next. Of a filed one the
//! sources are looked at again, and what differs is said beside it; the report itself stays.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    reports::{PartView, ProgressQuery, ReportPage, ReportProgress, ReportQuery},
};
use domain::{
    ids::{CommandId, ReportId},
    people::access::{Actor, ResultRef, draft_office_report, review_office_report, see_results},
    reports::{FactBlock, FactChange, Job, State, changes},
    time::{Instant, zh},
};

use super::{
    super::{Services, parse, rows::Rows, storage, told},
    STEP, TEXT,
    gather::{self, Ask},
    make::title,
    store::{self, Edition, Kept, Text},
    work, write,
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// `2026年11月2日 12:00`.
fn moment(at: Instant) -> String {
    format!("{} {}", zh(at.day()), at.clock())
}

/// The facts as the actor may read them: a 等次 only where it is for him.
pub fn in_sight(actor: &Actor, facts: Vec<FactBlock>) -> Vec<FactBlock> {
    let may = |grade: &domain::reports::GradeOf| {
        // The district's own leader is in no report.
        let result = ResultRef { person: grade.person, unit: grade.unit, leads_district: false };
        see_results(actor, result).is_ok()
    };
    facts.into_iter().map(|block| block.seen_by(may)).collect()
}

/// Editions in words, oldest first.
pub fn edition_words(all: &[Edition]) -> Vec<(i64, String)> {
    all.iter()
        .map(|edition| {
            let why = match edition.cause.as_str() {
                "refreshed" => "更新事实",
                "returned" => "退回修改",
                _ => "新建",
            };
            let at = if edition.as_of.0 == 0 { edition.queued_at } else { edition.as_of };
            (edition.no, format!("第{}稿　{why}　事实取于{}　{}", edition.no, moment(at), edition.made_name))
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
        let kept = store::readable(&mut read, actor, id).await.map_err(told)?;
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
        let drafts = draft_office_report(actor, kept.cover).is_ok();
        let plain = kept.plain;
        let may_file = drafts && plain.state == State::Approved;
        let candidates = if may_file {
            write::candidates(&mut read, actor, self.today()).await.map_err(storage)?
        } else {
            Vec::new()
        };
        Ok(ReportPage {
            id,
            title: title(&kept),
            state: plain.state,
            progress: progress(&mut read, &kept).await.map_err(storage)?,
            as_of: as_of(&kept),
            facts: in_sight(actor, raw),
            parts: parts(&kept, &texts),
            writer: format!("{}　{}", kept.made_name, zh(kept.made_at.day())),
            returned: kept.returned_why.clone(),
            approved: signed(kept.approved.as_ref()),
            filed: signed(kept.filed.as_ref()),
            readers: store::readers(&mut read, id).await.map_err(storage)?,
            hash: kept.hash.clone(),
            hash_holds,
            drift,
            not_looked,
            editions: edition_words(&store::editions(&mut read, id).await.map_err(storage)?),
            may_write: drafts && plain.state == State::Draft,
            may_refresh: drafts && plain.refresh().is_ok(),
            may_cancel: drafts && plain.cancel().is_ok(),
            may_ask: drafts && plain.state == State::Draft && plain.job == Job::Done,
            may_decide: matches!(plain.state, State::Asked | State::Approved)
                && review_office_report(actor, &hands).is_ok(),
            may_file,
            may_drop: drafts && plain.give_up().is_ok(),
            candidates,
            version: kept.version,
            command: CommandId(random::id(self.clock.now())),
            draft: self.report_draft(actor, query.draft.as_deref()).await?,
        })
    }

    /// A refused form of the page: of a judgement or of a step.
    async fn report_draft(&self, actor: &Actor, id: Option<&str>) -> Result<Draft, ApiError> {
        let text = self.load(actor, TEXT, id).await?;
        if text.fields.is_empty() { self.load(actor, STEP, id).await } else { Ok(text) }
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
        let ask =
            Ask { district: actor.district, posts: kept.posts.clone(), period: kept.period, as_of: kept.edition.as_of };
        let (mut was, mut is) = (Vec::new(), Vec::new());
        for block in frozen.iter().filter(|block| block.block.is_checked()) {
            let now = gather::block(&mut read, &ask, block.block, self.clock.now()).await.map_err(storage)?;
            was.push(block.clone());
            is.push(now);
        }
        // A 等次 that is none of the viewer's differs for nobody but those who may see it.
        Ok((changes(&in_sight(actor, was), &in_sight(actor, is)), String::new()))
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

fn parts(kept: &Kept, texts: &[Text]) -> Vec<PartView> {
    texts
        .iter()
        .map(|text| PartView {
            key: text.part.key().to_owned(),
            label: text.part.label(kept.plain.kind).to_owned(),
            text: text.words.clone(),
            version: text.version,
            saved: text.saved.as_ref().map(|(name, at)| format!("{name}　{}", moment(*at))).unwrap_or_default(),
        })
        .collect()
}
