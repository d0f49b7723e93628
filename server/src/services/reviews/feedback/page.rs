//! The sheets of a meeting and one sheet as pages. The page of the presenter is the same sheet
//! without what is only the office's: drafts, unread comments, the items of his list.

use std::{collections::BTreeMap, sync::Arc};

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reviews::feedback::{
        ProblemRow, RoundRow, SheetMay, SheetPage, SheetQuery, SheetRow, SheetsPage, SheetsQuery, SideRow,
    },
};
use domain::{
    Rejection,
    accountability::State,
    board::Tone,
    ids::{CommandId, DistrictId, MeetingId, PresenterId},
    people::access::{Actor, sees_study_hint},
    reviews::{Feedback, FeedbackState, HandSign, Plan},
    signature::Signing,
    time::{Day, WorkCalendar, iso, zh},
};

use super::{
    DRAFT, Kept, below_line, grade, grades, heads_of_commission, kept, kept_comments, load, sealed::NO_GRADE,
    unsettled, waiting,
};
use crate::{
    random,
    services::{
        Services, accountability, facts, items, parse, posts,
        reviews::{
            count::{self, COUNT_DRAFT},
            report::plan_of,
        },
        rows::Rows,
        storage, told,
    },
    storage::{Failure, StorageError, q},
};

impl Services {
    pub(super) async fn sheets_page(&self, actor: &Actor, query: SheetsQuery) -> Result<SheetsPage, ApiError> {
        let meeting: MeetingId = parse(&query.meeting)?;
        let mut read = self.store.read().clone();
        let plan = plan_of(&mut read, actor.district, meeting).await.map_err(told)?;
        let today = self.today();
        let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
        let plan = Arc::new(plan);
        let sheets = of_meeting(&mut read, actor.district, meeting, &plan, today).await.map_err(told)?;
        let waits = unsettled(&mut read, meeting).await.map_err(storage)?;
        let grades = grades(&mut read, meeting).await.map_err(storage)?;
        let mut rows = Vec::new();
        let mut below = None;
        for kept in sheets {
            let presenter = &kept.presenter;
            // The presenter himself has a page of his own.
            if kept.own(actor) || !kept.sees(actor) {
                continue;
            }
            let study = sees_study_hint(actor, kept.result());
            if study && below.is_none() {
                below = Some(below_line(&mut read, meeting, &plan).await.map_err(storage)?);
            }
            let unread = waits.get(&presenter.id).copied().unwrap_or(0);
            rows.push(SheetRow {
                name: presenter.name.clone(),
                title: presenter.title.clone(),
                grade: grades.get(&presenter.id).cloned().unwrap_or_else(|| NO_GRADE.to_owned()),
                study: study && below.as_ref().is_some_and(|b| b.contains(&presenter.id)),
                state: kept.state.label().to_owned(),
                tone: tone(&kept, today, &calendar),
                owed: owed(&kept, &calendar),
                comments: if unread > 0 { format!("{unread} 条意见待两人阅定") } else { String::new() },
                id: kept.id,
            });
        }
        if rows.is_empty() {
            return Err(Rejection::NotFound.into());
        }
        let rounds = read
            .rows(
                q("SELECT id, certificate FROM meeting_rounds WHERE meeting_id = $1 AND state = 'sealed' ORDER BY sealed_at")
                    .bind(meeting),
            )
            .await
            .map_err(storage)?;
        let mut shown = Vec::new();
        for row in &rounds {
            let round = row.id("id").map_err(storage)?;
            let Some(may) = count::may(&mut read, actor, &plan, round).await.map_err(storage)? else { continue };
            shown.push(RoundRow {
                id: round.to_string(),
                code: row.opt_text("certificate").map_err(storage)?.unwrap_or_default(),
                signed: may.signed,
                may_note: may.note,
                may_take: may.take,
            });
        }
        Ok(SheetsPage {
            meeting,
            title: plan.title.clone(),
            day: zh(plan.on),
            rounds: shown,
            command: CommandId(random::id(self.clock.now())),
            today: iso(today),
            draft: self.load(actor, COUNT_DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?,
            rows,
        })
    }

    pub(super) async fn sheet_page(&self, actor: &Actor, query: SheetQuery) -> Result<SheetPage, ApiError> {
        let mut read = self.store.read().clone();
        let kept = load(&mut read, actor.district, query.id.trim(), self.today()).await.map_err(told)?;
        if !kept.sees(actor) {
            return Err(Rejection::NotFound.into());
        }
        let own = kept.own(actor);
        let presenter = kept.presenter.id.to_string();
        let may = SheetMay {
            draft: kept.state == FeedbackState::Draft && kept.office(actor).is_some(),
            sign: kept.state == FeedbackState::Asked
                && kept.signer(actor).is_some()
                && kept.sheet.drafted.as_ref().is_none_or(|d| d.account != actor.account),
            give: kept.state == FeedbackState::Signed && kept.office(actor).is_some(),
            receive: kept.state == FeedbackState::Signed && own && kept.sheet.received.is_none(),
            superior: kept.state == FeedbackState::Asked && kept.notes_superior(actor).is_some(),
        };
        let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
        let mut duties = Vec::new();
        if may.draft {
            let heads = facts::lists(&mut read, kept.presenter.post, kept.plan.year).await.map_err(storage)?;
            if let Some(list) = heads.iter().find(|l| l.state.is_in_force()) {
                let all = items::items_of_list(&mut read, list.id).await.map_err(storage)?;
                duties = all.iter().map(|i| (i.duty.to_string(), format!("{} {}", i.code, i.short()))).collect();
            }
        }
        let study = sees_study_hint(actor, kept.result())
            && below_line(&mut read, kept.meeting, &kept.plan).await.map_err(storage)?.contains(&kept.presenter.id);
        let unread = if own { 0 } else { waiting(&mut read, kept.meeting, &presenter).await.map_err(storage)? };
        Ok(SheetPage {
            meeting: kept.meeting,
            title: kept.plan.title.clone(),
            day: zh(kept.plan.on),
            name: kept.presenter.name.clone(),
            post: kept.presenter.title.clone(),
            grade: grade(&mut read, kept.meeting, &presenter).await.map_err(storage)?,
            study,
            state: (kept.state.key().to_owned(), kept.state.label().to_owned()),
            version: kept.version,
            command: CommandId(random::id(self.clock.now())),
            owed: owed(&kept, &calendar),
            opinion: kept.sheet.opinion.clone(),
            comments: kept_comments(&mut read, kept.meeting, &presenter).await.map_err(storage)?,
            problems: self.problem_rows(actor, &kept.sheet, if may.draft { iso } else { zh }).await?,
            returned: kept.sheet.returned.clone().filter(|_| may.draft).unwrap_or_default(),
            signed: kept.sheet.signed_words(),
            sides: vec![side("移交", kept.sheet.given.as_ref()), side("接收", kept.sheet.received.as_ref())],
            duties,
            may,
            own,
            unread,
            today: iso(self.today()),
            draft: self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?,
            id: kept.id,
        })
    }

    /// The problems; `written` writes a day as the form takes it, or as people read it.
    async fn problem_rows(
        &self,
        actor: &Actor,
        sheet: &Feedback,
        written: fn(Day) -> String,
    ) -> Result<Vec<ProblemRow>, ApiError> {
        let mut read = self.store.read().clone();
        let mut out = Vec::with_capacity(sheet.problems.len());
        for problem in &sheet.problems {
            let mut row = ProblemRow {
                text: problem.text.clone(),
                requirement: problem.requirement.clone(),
                due: written(problem.due),
                duty: problem.duty.map(|d| d.to_string()).unwrap_or_default(),
                item: String::new(),
                state: String::new(),
            };
            if let Some(id) = problem.item {
                let item = accountability::store::load(&mut read, actor.district, id).await.map_err(told)?;
                row.due = written(item.item.deadline);
                row.state = match item.item.closed_on {
                    Some(on) if item.item.state == State::Closed => {
                        format!("{} 已销号（{}）", item.number, zh(on))
                    }
                    _ => format!("{} {}", item.number, item.item.state.label()),
                };
                // A successor of the post works on the item, the presenter of then reads its state.
                if accountability::access::sees(actor, &item) {
                    row.item = id.to_string();
                }
            }
            out.push(row);
        }
        Ok(out)
    }
}

/// The sheets of a meeting in its order, read at once.
async fn of_meeting(
    rows: &mut impl Rows,
    district: DistrictId,
    meeting: MeetingId,
    plan: &Arc<Plan>,
    today: Day,
) -> Result<Vec<Kept>, Failure> {
    let found = rows
        .all(
            q("SELECT f.*, u.leads_district FROM feedback_sheets f JOIN units u ON u.id = f.unit_id
               WHERE f.meeting_id = $1 AND f.district_id = $2")
            .bind(meeting)
            .bind(district),
        )
        .await?;
    let heads = heads_of_commission(rows, district, today).await?;
    let by_presenter = found
        .iter()
        .map(|row| Ok((row.id("presenter_id")?, row)))
        .collect::<Result<BTreeMap<PresenterId, _>, StorageError>>()?;
    let sheets = plan.presenters.iter().filter_map(|p| Some((p, *by_presenter.get(&p.id)?)));
    sheets.map(|(p, row)| kept(row, plan.clone(), p.clone(), heads.contains(&p.person))).collect()
}

fn side(side: &str, sign: Option<&HandSign>) -> SideRow {
    let words = sign.map(|s| match &s.signing {
        Signing::Paper { on, handler } => format!("{} 纸质已签：{}，经办人{handler}", s.name, zh(*on)),
        other => format!("{} {} {}", s.name, zh(s.on), other.label()),
    });
    SideRow { side: side.to_owned(), words: words.unwrap_or_default() }
}

fn owed(kept: &Kept, calendar: &WorkCalendar) -> String {
    match kept.state {
        FeedbackState::Draft | FeedbackState::Asked | FeedbackState::Signed => {
            format!("应于{}前当面交接", zh(Feedback::hand_by(kept.plan.on, calendar)))
        }
        FeedbackState::Handed => "整改进度见问题整改台账".to_owned(),
        FeedbackState::Closed => String::new(),
    }
}

/// A delay before the handing over is the office's own, yellow at most.
fn tone(kept: &Kept, today: Day, calendar: &WorkCalendar) -> Tone {
    match kept.state {
        FeedbackState::Draft | FeedbackState::Asked | FeedbackState::Signed => {
            if today > Feedback::hand_by(kept.plan.on, calendar) { Tone::Warn } else { Tone::Pending }
        }
        FeedbackState::Handed | FeedbackState::Closed => Tone::Ok,
    }
}
