//! Paper as the 计票人 enter it: their readings, what they take back, what is spoiled. In the order of
//! commands, so that a seal counts all of it or none. Refuses whoever is no 计票人.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::AccountId,
    people::access::Actor,
    reviews::{Ballot, Event, Frame, Round, Verdict},
};

use super::{
    cast::{at_hand, sheet_of},
    command::{journal, told_of},
    room::{Need, Room, State},
    store,
};
use crate::services::told;

/// Most paper sheets of one group.
const PILE: u32 = 9_999;

impl Room {
    /// A 计票人 enters a paper sheet; it counts once both entered it alike.
    ///
    /// # Errors
    /// Not a 计票人; no round; no such group; the sheet does not fit; two agreed on it already.
    pub async fn enter_paper(
        self: &Arc<Self>,
        by: &Actor,
        group: &str,
        number: u32,
        ballot: Ballot,
    ) -> Result<Verdict, ApiError> {
        let (group, person) = (group.to_owned(), by.person);
        let made = move |state: &State, round: &Round| {
            if state.meeting.plan.rules.group(&group).is_none() {
                return Err(Rejection::NotFound);
            }
            if !(1..=PILE).contains(&number) {
                return Err(Rejection::field("number", "纸质测评表的顺序号从 1 起。请核对顺序号。"));
            }
            let ballot = ballot.check(&sheet_of(&state.meeting, round, None), &state.meeting.plan.rules)?;
            Ok(Frame::Entered { group, number, by: person, ballot })
        };
        let verdict = self.count_paper(by, made).await?;
        if verdict == Verdict::Conflict {
            let words = format!("第 {number} 张两名计票人已录成一致，不能再改。如有差错请作废本轮。");
            return Err(Rejection::field("number", words).into());
        }
        Ok(verdict)
    }

    /// A 计票人 takes his reading back: a sheet numbered twice, or put on the wrong pile.
    ///
    /// # Errors
    /// Not a 计票人; no round.
    pub async fn withdraw_paper(self: &Arc<Self>, by: &Actor, group: &str, number: u32) -> Result<Verdict, ApiError> {
        let frame = Frame::Withdrawn { group: group.to_owned(), number, by: by.person };
        self.count_paper(by, move |_, _| Ok(frame)).await
    }

    /// A 计票人 declares how many sheets of a group came back unreadable, blank or not at all.
    ///
    /// # Errors
    /// Not a 计票人; no round; no such group.
    pub async fn declare_spoiled(self: &Arc<Self>, by: &Actor, group: &str, count: u32) -> Result<(), ApiError> {
        let group = group.to_owned();
        let made = move |state: &State, _: &Round| {
            if state.meeting.plan.rules.group(&group).is_none() || count > PILE {
                return Err(Rejection::NotFound);
            }
            Ok(Frame::Spoiled { group, count })
        };
        self.count_paper(by, made).await.map(drop)
    }

    /// A frame of a 计票人, in the order of commands: between a seal's count and its commit nothing may
    /// be acknowledged. In a task of its own, so that a browser that goes away does not let it slip past
    /// that order.
    async fn count_paper(
        self: &Arc<Self>,
        by: &Actor,
        made: impl FnOnce(&State, &Round) -> Result<Frame, Rejection> + Send + 'static,
    ) -> Result<Verdict, ApiError> {
        self.may(by, Need::Count)?;
        let (room, account) = (self.clone(), by.account);
        let done = tokio::spawn(async move {
            let _order = room.order.lock().await;
            let (open, frame) = {
                let state = room.read();
                let (open, round) = at_hand(&state)?;
                let frame = made(&state, round)?;
                (open, frame)
            };
            if open.with(|fold| fold.judge(&frame)) == Verdict::Accepted {
                room.drop_confirmations(account).await?;
            }
            open.submit(frame).await.map_err(|e| journal(&e))
        });
        done.await.unwrap_or(Err(ApiError::Unavailable))
    }

    /// Both 监票人 confirm the same pile: who confirmed another one confirms again. Before the pile
    /// changes, so that a crash between the two leaves a confirmation too few, never one too many.
    async fn drop_confirmations(&self, account: AccountId) -> Result<(), ApiError> {
        let (before, version) = {
            let state = self.read();
            ((*state.meeting).clone(), state.version)
        };
        if before.current().is_none_or(|round| round.confirmed.is_empty()) {
            return Ok(());
        }
        let events = [(self.house.clock.now(), Event::ConfirmationsDropped)];
        let mut after = before.clone();
        for (at, event) in &events {
            after.apply(*at, event);
        }
        let (district, meeting) = (self.district(), self.id());
        let written = self.house.store.write(move |tx| {
            Box::pin(async move {
                store::append(tx, (district, meeting, version), &before, Some(account), &events).await?;
                let words = told_of(&events);
                tx.audit(district, Some(account), "reviews.command", &meeting.to_string(), &words).await?;
                Ok(())
            })
        });
        written.await.map_err(|failure| self.stored_none(told(failure)))?;
        self.write().meeting = Arc::new(after);
        self.hub.touch();
        Ok(())
    }
}
