//! 评议反馈单, one person one sheet (H6): drafted by the 监督室, signed by the 分管副书记, handed over
//! face to face. With the second signature every problem is put on the account; from then on the
//! closed loop alone knows how far it is, and the sheet ends when its last item is struck off.
//!
//! Refuses to show a sheet to anybody but its presenter and the office.

mod hand;
mod open;
mod page;
mod sealed;
pub(crate) mod suggestions;
mod todo;

use std::{collections::BTreeSet, sync::Arc};

use app::api::{
    ApiError,
    reviews::feedback::{CommentsPage, CommentsQuery, FeedbackDesk, SheetPage, SheetQuery, SheetsPage, SheetsQuery},
};
use async_trait::async_trait;
use domain::{
    Rejection,
    accountability::Item,
    board::{Duty, ThreadEvent, Visibility},
    ids::{CommandId, DistrictId, DutyId, MeetingId, PersonId},
    people::{
        Role,
        access::{self, Actor, ResultRef, ResultSight, see_results},
    },
    reviews::{ActedBy, Feedback, FeedbackProblem, FeedbackState, Plan, Presenter, SuperiorSign},
    signature::Signing,
    time::Day,
};
use serde::Serialize;

use super::{
    super::{Services, people::held_on, rows::Rows, told},
    report::plan_of,
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

pub(crate) use open::may_archive;
pub(crate) use sealed::Counted;
use sealed::{below_line, grade, grades, kept_comments, unsettled, waiting};
pub(crate) use sealed::{links, sealed_words};
pub use suggestions::suggested;

/// Form of the drafts.
pub const DRAFT: &str = "reviews.feedback";

/// A sheet with what stands around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: String,
    /// Meeting.
    pub meeting: MeetingId,
    /// Its plan, one for all sheets of a meeting.
    pub plan: Arc<Plan>,
    /// Whose.
    pub presenter: Presenter,
    /// 区委书记's.
    pub leads_district: bool,
    /// 区纪委书记's own: everybody who drafts or signs here answers to the presenter.
    pub heads_commission: bool,
    /// State.
    pub state: FeedbackState,
    /// The sheet.
    pub sheet: Feedback,
    /// Row version.
    pub version: i64,
}

impl Kept {
    /// For access questions.
    pub fn result(&self) -> ResultRef {
        ResultRef { person: self.presenter.person, unit: self.presenter.unit, leads_district: self.leads_district }
    }

    /// Is the actor the presenter himself?
    pub fn own(&self, actor: &Actor) -> bool {
        self.presenter.person == actor.person
    }

    /// The office reads every sheet, the presenter his own once it is signed; for all others there is none.
    pub fn sees(&self, actor: &Actor) -> bool {
        if self.own(actor) {
            return self.state.is_told();
        }
        // All of the house is his own unit: the office that drafts reads it all the same.
        if self.heads_commission && actor.has(Role::ConductOffice) {
            return true;
        }
        see_results(actor, self.result()) == Ok(ResultSight::Score)
    }

    /// The role in which the actor works on the draft or hands the sheet over.
    fn office(&self, actor: &Actor) -> Option<Role> {
        if self.heads_commission {
            return (actor.has(Role::ConductOffice) && !self.own(actor)).then_some(Role::ConductOffice);
        }
        if self.leads_district {
            return (actor.has(Role::Secretary) && !self.own(actor)).then_some(Role::Secretary);
        }
        let may = access::draft_feedback(actor, self.presenter.unit).is_ok() && !self.own(actor);
        may.then_some(Role::ConductOffice)
    }

    /// Signed by nobody of the house but by a higher level, on paper: the 区委书记's sheet, which only the 书记
    /// reads and therefore drafts, and the 书记's own, who leads everybody that could sign it.
    fn signed_above(&self) -> bool {
        self.leads_district || self.heads_commission
    }

    /// The role in which the actor notes that a higher level signed on paper.
    fn notes_superior(&self, actor: &Actor) -> Option<Role> {
        self.office(actor).filter(|_| self.signed_above())
    }

    /// The role in which the actor signs.
    fn signer(&self, actor: &Actor) -> Option<Role> {
        if self.own(actor) || self.heads_commission || access::sign_feedback(actor, self.presenter.unit).is_err() {
            return None;
        }
        [Role::DeputySecretary, Role::Secretary]
            .into_iter()
            .find(|r| actor.has(*r) && (!self.leads_district || *r == Role::Secretary))
    }
}

/// One sheet, or 「没有找到」.
pub(crate) async fn load(from: &mut impl Rows, district: DistrictId, id: &str, today: Day) -> Result<Kept, Failure> {
    let row = from
        .first(
            q("SELECT f.*, u.leads_district FROM feedback_sheets f JOIN units u ON u.id = f.unit_id
               WHERE f.id = $1 AND f.district_id = $2")
            .bind(id)
            .bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let meeting: MeetingId = row.id("meeting_id")?;
    let plan = plan_of(from, district, meeting).await?;
    let presenter = plan.presenter(row.id("presenter_id")?).cloned().ok_or(Rejection::NotFound)?;
    let heads_commission = heads_of_commission(from, district, today).await?.contains(&presenter.person);
    kept(&row, Arc::new(plan), presenter, heads_commission)
}

fn kept(row: &Row, plan: Arc<Plan>, presenter: Presenter, heads_commission: bool) -> Result<Kept, Failure> {
    Ok(Kept {
        heads_commission,
        id: row.text("id")?,
        meeting: row.id("meeting_id")?,
        plan,
        presenter,
        leads_district: row.flag("leads_district")?,
        state: row.keyed("state", FeedbackState::from_key)?,
        sheet: row.json("text")?,
        version: row.int("version")?,
    })
}

/// Who is 区纪委书记 today: all of the house answer to him, so that nobody of it signs his sheet.
pub(super) async fn heads_of_commission(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<BTreeSet<PersonId>, StorageError> {
    let heads = q("SELECT g.person_id FROM role_grants g WHERE g.district_id = $1 AND g.role = $2")
        .bind(district)
        .bind(Role::Secretary.key());
    rows.all(held_on(heads, today)).await?.iter().map(|r| r.id("person_id")).collect()
}

async fn save(tx: &mut Tx, kept: &Kept, sheet: &Feedback, state: FeedbackState) -> Result<(), Failure> {
    let text = serde_json::to_string(sheet).map_err(|_| StorageError::shape("text"))?;
    let paper = [&sheet.given, &sheet.received].into_iter().flatten().find_map(|s| match &s.signing {
        Signing::Paper { on, handler } => Some((*on, handler.clone())),
        _ => None,
    });
    let handed = sheet.handed_on().map(domain::time::Instant::start_of);
    let touched = tx
        .execute(
            q("UPDATE feedback_sheets SET state = $1, text = $2, version = version + 1, signed_by = $3, handed_at = $4,
               paper_on = $5, paper_handler = $6 WHERE id = $7 AND version = $8")
            .bind(state.key())
            .bind(text)
            .bind(sheet.signed.as_ref().map(|s| s.account))
            .bind(handed)
            .bind(paper.as_ref().map(|p| p.0))
            .bind(paper.map(|p| p.1))
            .bind(&kept.id)
            .bind(kept.version),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// A line in the presenter's thread.
async fn thread(tx: &mut Tx, district: DistrictId, kept: &Kept, source: &str, title: &str) -> Result<(), StorageError> {
    let line = |visibility, link: String| ThreadEvent {
        post: kept.presenter.post,
        year: kept.plan.year,
        duty: None,
        stage: Duty::Ping,
        at: tx.now(),
        source: source.to_owned(),
        title: title.to_owned(),
        link: Some(link),
        visibility,
    };
    let (office, owner) = (
        line(Visibility::Office, format!("/reviews/feedback/{}", kept.id)),
        line(Visibility::Owner, format!("/reviews/mine/{}", kept.id)),
    );
    tx.thread(district, &office).await?;
    tx.thread(district, &owner).await
}

/// What the form of a sheet asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Saves the draft; `ask` sends it to the signature.
    Draft {
        /// Opinion.
        opinion: String,
        /// Problems: text, requirement, last day, item of the list.
        problems: Vec<(String, String, Day, Option<DutyId>)>,
        /// Send it on.
        ask: bool,
    },
    /// 签发.
    Sign,
    /// 签发 by a higher level on paper.
    SignAbove {
        /// Signer, day, handler.
        paper: SuperiorSign,
    },
    /// 退回.
    Return {
        /// Why.
        reason: String,
    },
    /// Signs as the one who hands over.
    Give {
        /// Typed or drawn.
        signing: Signing,
    },
    /// Signs as the one who receives.
    Receive {
        /// Typed or drawn.
        signing: Signing,
    },
    /// 「纸质已签」 of both sides, noted by the office.
    Paper {
        /// Day and handler.
        signing: Signing,
    },
}

impl Services {
    /// A step of a sheet, at most once for its key.
    ///
    /// # Errors
    /// No such sheet for this actor, a stale version, or a rule said no.
    pub async fn sheet_do(
        &self,
        actor: &Actor,
        key: CommandId,
        id: String,
        seen: i64,
        what: Do,
    ) -> Result<(), ApiError> {
        let actor = actor.clone();
        let body = serde_json::to_vec(&(&id, seen, &what)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, key.to_string(), &body, move |tx| {
                Box::pin(async move { run(tx, &actor, &id, seen, what).await })
            })
            .await
            .map_err(told)
    }
}

pub(crate) async fn run(tx: &mut Tx, actor: &Actor, id: &str, seen: i64, what: Do) -> Result<(), Failure> {
    let today = tx.now().day();
    let kept = load(tx, actor.district, id, today).await?;
    if !kept.sees(actor) {
        return Err(Rejection::NotFound.into());
    }
    if kept.version != seen {
        return Err(Rejection::Stale.into());
    }
    let today = tx.now().day();
    let me = ActedBy { account: actor.account, name: actor.name.clone(), on: today };
    let (state, sheet) = (kept.state, kept.sheet.clone());
    let action = match what {
        Do::Draft { opinion, problems, ask } => {
            kept.office(actor).ok_or(Rejection::NotAllowed)?;
            let problems = problems
                .into_iter()
                .map(|(text, requirement, due, duty)| FeedbackProblem { text, requirement, due, duty, item: None })
                .collect();
            let sheet = sheet.draft(state, me, &opinion, problems)?;
            let (sheet, state) = if ask {
                unread(tx, &kept).await?;
                sheet.ask(state)?
            } else {
                (sheet, state)
            };
            save(tx, &kept, &sheet, state).await?;
            if ask { "reviews.feedback_asked" } else { "reviews.feedback_drafted" }
        }
        Do::Sign => {
            kept.signer(actor).ok_or(Rejection::NotAllowed)?;
            let (sheet, state) = sheet.sign(state, me)?;
            save(tx, &kept, &sheet, state).await?;
            thread(tx, actor.district, &kept, "reviews.feedback", "评议反馈单已签发，待当面交接").await?;
            "reviews.feedback_signed"
        }
        Do::SignAbove { paper } => {
            kept.notes_superior(actor).ok_or(Rejection::NotAllowed)?;
            if paper.on < kept.plan.on {
                return Err(Rejection::field("paper_on", "签发日期早于评议会，没有保存。请核对日期。").into());
            }
            let (sheet, state) = sheet.sign_above(state, me, paper)?;
            save(tx, &kept, &sheet, state).await?;
            thread(tx, actor.district, &kept, "reviews.feedback", "评议反馈单已签发，待当面交接").await?;
            "reviews.feedback_signed_paper"
        }
        Do::Return { reason } => {
            // What the higher level sends back comes through whoever notes its signature.
            kept.signer(actor).or_else(|| kept.notes_superior(actor)).ok_or(Rejection::NotAllowed)?;
            let (sheet, state) = sheet.send_back(state, &reason)?;
            save(tx, &kept, &sheet, state).await?;
            "reviews.feedback_returned"
        }
        Do::Give { signing } => hand::give(tx, actor, &kept, signing).await?,
        Do::Receive { signing } => hand::receive(tx, actor, &kept, signing).await?,
        Do::Paper { signing } => hand::paper(tx, actor, &kept, signing).await?,
    };
    tx.audit(actor.district, Some(actor.account), action, &format!("feedback:{}", kept.id), &kept.presenter.name)
        .await?;
    Ok(())
}

/// A sheet goes to the signature only when every comment on its presenter was read by two.
async fn unread(tx: &mut Tx, kept: &Kept) -> Result<(), Failure> {
    let waiting = waiting(tx, kept.meeting, &kept.presenter.id.to_string()).await?;
    if waiting > 0 {
        return Err(Rejection::state(format!(
            "还有 {waiting} 条评议意见没有经两人阅定，反馈单没有送签。请先到「评议意见」逐条阅定。"
        ))
        .into());
    }
    Ok(())
}

/// An item of a sheet was struck off: with the last one the sheet ends.
pub(crate) async fn item_closed(tx: &mut Tx, district: DistrictId, item: &Item) -> Result<(), Failure> {
    if item.origin.feature != "reviews" {
        return Ok(());
    }
    let open = tx
        .row(
            q("SELECT COUNT(*) AS n FROM items WHERE origin = 'reviews' AND origin_id = $1 AND closed_on IS NULL")
                .bind(&item.origin.id),
        )
        .await?;
    if open.map_or(Ok(0), |r| r.int("n"))? > 0 {
        return Ok(());
    }
    let today = tx.now().day();
    let kept = match load(tx, district, &item.origin.id, today).await {
        Ok(kept) if kept.state == FeedbackState::Handed => kept,
        // A sheet of another kind, or one that an import brought: nothing to end.
        Ok(_) | Err(Failure::Rejected(_)) => return Ok(()),
        Err(e) => return Err(e),
    };
    save(tx, &kept, &kept.sheet, FeedbackState::Closed).await?;
    thread(tx, district, &kept, "reviews.closed", "评议反馈的问题已全部销号").await?;
    Ok(())
}

#[async_trait]
impl FeedbackDesk for Services {
    async fn sheets(&self, actor: &Actor, query: SheetsQuery) -> Result<SheetsPage, ApiError> {
        self.sheets_page(actor, query).await
    }

    async fn sheet(&self, actor: &Actor, query: SheetQuery) -> Result<SheetPage, ApiError> {
        self.sheet_page(actor, query).await
    }

    async fn comments(&self, actor: &Actor, query: CommentsQuery) -> Result<CommentsPage, ApiError> {
        self.comments_page(actor, query).await
    }
}
