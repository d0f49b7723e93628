//! Sheets that wait for somebody, for his 待办.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use app::api::{ApiError, records::TodoRow};
use domain::{
    ids::MeetingId,
    people::access::Actor,
    reviews::{Feedback, FeedbackState, Plan},
    time::{Day, zh_short},
};

use super::{Kept, heads_of_commission, kept, load};
use crate::{
    services::{Services, posts, reviews::report::plan_of, storage, told},
    storage::q,
};

/// Names in one line; the page of the sheets has all.
const NAMED: usize = 3;

/// What the office and those who sign have still to do, one line per meeting and step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owed {
    Draft,
    Sign,
    Above,
    Give,
}

impl Owed {
    /// What of a sheet waits for the actor, if anything.
    fn of(kept: &Kept, actor: &Actor) -> Option<Self> {
        let drafted = kept.sheet.drafted.as_ref().is_some_and(|d| d.account == actor.account);
        match kept.state {
            FeedbackState::Draft => kept.office(actor).map(|_| Self::Draft),
            FeedbackState::Asked if kept.notes_superior(actor).is_some() => Some(Self::Above),
            FeedbackState::Asked => kept.signer(actor).filter(|_| !drafted).map(|_| Self::Sign),
            FeedbackState::Signed if kept.sheet.given.is_none() => kept.office(actor).map(|_| Self::Give),
            FeedbackState::Signed | FeedbackState::Handed | FeedbackState::Closed => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Draft => "拟评议反馈单",
            Self::Sign => "签发评议反馈单",
            Self::Above => "报上级签发评议反馈单",
            Self::Give => "当面交接评议反馈单",
        }
    }
}

impl Services {
    /// Sheets that wait for the office and for those who sign.
    async fn owed_sheets(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let [draft, asked, signed] = [FeedbackState::Draft, FeedbackState::Asked, FeedbackState::Signed];
        let mut read = self.store.read().clone();
        let rows = read
            .rows(
                q("SELECT f.*, u.leads_district FROM feedback_sheets f JOIN units u ON u.id = f.unit_id
                   WHERE f.district_id = $1")
                .bind(actor.district)
                .and_in("f.state", [draft, asked, signed].map(FeedbackState::key))
                .push("ORDER BY f.meeting_id, f.id"),
            )
            .await
            .map_err(storage)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let heads = heads_of_commission(&mut read, actor.district, self.today()).await.map_err(storage)?;
        let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
        let mut plans: HashMap<MeetingId, Arc<Plan>> = HashMap::new();
        let mut found: BTreeMap<(Day, MeetingId, Owed), Vec<Kept>> = BTreeMap::new();
        for row in &rows {
            let meeting: MeetingId = row.id("meeting_id").map_err(storage)?;
            let plan = match plans.get(&meeting) {
                Some(plan) => Arc::clone(plan),
                None => {
                    let plan = Arc::new(plan_of(&mut read, actor.district, meeting).await.map_err(told)?);
                    plans.insert(meeting, Arc::clone(&plan));
                    plan
                }
            };
            let presenter = row.id("presenter_id").map_err(storage)?;
            let Some(presenter) = plan.presenter(presenter).cloned() else { continue };
            let heads_commission = heads.contains(&presenter.person);
            let kept = kept(row, plan, presenter, heads_commission).map_err(told)?;
            if let Some(owed) = Owed::of(&kept, actor) {
                found.entry((kept.plan.on, meeting, owed)).or_default().push(kept);
            }
        }
        let mut out = Vec::new();
        for ((on, meeting, owed), sheets) in found {
            let [first, ..] = &sheets[..] else { continue };
            let names: Vec<&str> = sheets.iter().take(NAMED).map(|k| k.presenter.name.as_str()).collect();
            let more = if sheets.len() > NAMED { format!("等 {} 位", sheets.len()) } else { String::new() };
            out.push(TodoRow {
                title: format!("{}：{}{more}", owed.words(), names.join("、")),
                note: format!("{} · 应于{}前当面交接", first.plan.title, zh_short(Feedback::hand_by(on, &calendar))),
                link: if sheets.len() == 1 {
                    format!("/reviews/feedback/{}", first.id)
                } else {
                    format!("/reviews/feedback?meeting={meeting}")
                },
            });
        }
        Ok(out)
    }

    /// A signed sheet that its presenter has not received yet, and what waits for office and signers.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn sheet_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT f.id FROM feedback_sheets f
                   JOIN review_results r ON r.meeting_id = f.meeting_id AND r.presenter_id = f.presenter_id
                   WHERE f.district_id = $1 AND r.person_id = $2 AND f.state = $3 ORDER BY r.on_day DESC")
                .bind(actor.district)
                .bind(actor.person)
                .bind(FeedbackState::Signed.key()),
            )
            .await
            .map_err(storage)?;
        let mut read = self.store.read().clone();
        let mut out = Vec::new();
        for row in &rows {
            let kept =
                load(&mut read, actor.district, &row.text("id").map_err(storage)?, self.today()).await.map_err(told)?;
            if kept.sheet.received.is_none() {
                out.push(TodoRow {
                    title: "签收评议反馈单".to_owned(),
                    note: format!("{}召开的述责述廉评议会，当面交接时签收", zh_short(kept.plan.on)),
                    link: format!("/reviews/mine/{}", kept.id),
                });
            }
        }
        out.extend(self.owed_sheets(actor).await?);
        Ok(out)
    }
}
