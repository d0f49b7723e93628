//! Paper as the 计票人 enter it: their readings, what they take back, what was spoiled or did not come
//! back. In the order of commands, so that a seal counts all of it or none; each change leaves a line
//! in the log with the sheet it is about, never what stands on it. Refuses whoever is no 计票人, and
//! numbers above what was handed out.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{AccountId, PersonId},
    people::access::Actor,
    reviews::{Ballot, Event, Fold, Frame, Group, PaperCount, Round, Stated, Verdict},
};

use super::{
    cast::{at_hand, sheet_of},
    command::{journal, told_of},
    facts,
    room::{Need, Room, State},
    store,
};
use crate::services::told;

/// Most paper sheets of one group.
const PILE: u32 = 9_999;

/// What a 计票人 does, and its line in the log.
type Deed = (Frame, String);

impl Room {
    /// A 计票人 enters a paper sheet; it counts once both entered it alike.
    ///
    /// # Errors
    /// Not a 计票人; no round; no such group; more than was handed out; the sheet does not fit; two
    /// agreed on it already.
    pub async fn enter_paper(
        self: &Arc<Self>,
        by: &Actor,
        group: &str,
        number: u32,
        ballot: Ballot,
    ) -> Result<Verdict, ApiError> {
        let (group, person) = (group.to_owned(), by.person);
        let made = move |state: &State, round: &Round, fold: &Fold| {
            let of = group_of(state, &group)?;
            if !(1..=PILE).contains(&number) {
                return Err(Rejection::field("number", "纸质测评表的顺序号从 1 起。请核对顺序号。"));
            }
            let ballot = ballot.check(&sheet_of(&state.meeting, round, None), &state.meeting.plan.rules)?;
            Entry { pile: pile(state, round, fold, &group), round, fold, group: &group }.may_enter(number, person)?;
            let words = format!("录入纸质测评表：{}（{}）第 {number} 张", of.colour, of.name);
            Ok((Frame::Entered { group, number, by: person, ballot }, words))
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
    /// Not a 计票人; no round; no such group.
    pub async fn withdraw_paper(self: &Arc<Self>, by: &Actor, group: &str, number: u32) -> Result<Verdict, ApiError> {
        let (group, by_person) = (group.to_owned(), by.person);
        let made = move |state: &State, _: &Round, _: &Fold| {
            let of = group_of(state, &group)?;
            let words = format!("撤回本人录入的纸质测评表：{}（{}）第 {number} 张", of.colour, of.name);
            Ok((Frame::Withdrawn { group, number, by: by_person }, words))
        };
        self.count_paper(by, made).await
    }

    /// A 计票人 states how many papers of a group came back unreadable or blank, and how many did not come
    /// back; it counts once both stated the same.
    ///
    /// # Errors
    /// Not a 计票人; no round; no such group; more than was handed out; two agreed on other numbers.
    pub async fn state_paper(self: &Arc<Self>, by: &Actor, group: &str, counted: Stated) -> Result<Verdict, ApiError> {
        let (group, person) = (group.to_owned(), by.person);
        let made = move |state: &State, round: &Round, fold: &Fold| {
            let of = group_of(state, &group)?;
            let entry = Entry { pile: pile(state, round, fold, &group), round, fold, group: &group };
            entry.may_state(counted, person)?;
            let words = format!("报废票、未收回张数：{}（{}）", of.colour, of.name);
            Ok((Frame::Stated { group, by: person, counted }, words))
        };
        let verdict = self.count_paper(by, made).await?;
        if verdict == Verdict::Conflict {
            let words = "这一组的废票、未收回张数两名计票人已报成一致，没有改。请由这两人更正。";
            return Err(Rejection::field("spoiled", words).into());
        }
        Ok(verdict)
    }

    /// A frame of a 计票人, in the order of commands: between a seal's count and its commit nothing may
    /// be acknowledged. In a task of its own, so that a browser that goes away does not let it slip past
    /// that order.
    async fn count_paper(
        self: &Arc<Self>,
        by: &Actor,
        made: impl FnOnce(&State, &Round, &Fold) -> Result<Deed, Rejection> + Send + 'static,
    ) -> Result<Verdict, ApiError> {
        self.may(by, Need::Count)?;
        let (room, account) = (self.clone(), by.account);
        let done = tokio::spawn(async move {
            let _order = room.order.lock().await;
            let (open, frame, words, changes) = {
                let state = room.read();
                let (open, round) = at_hand(&state)?;
                let ((frame, words), changes) = open.with(|fold| {
                    let deed = made(&state, round, fold)?;
                    let changes = fold.judge(&deed.0) == Verdict::Accepted;
                    Ok::<_, Rejection>((deed, changes))
                })?;
                (open, frame, words, changes)
            };
            if changes {
                room.note_paper(account, words).await?;
            }
            open.submit(frame).await.map_err(|e| journal(&e))
        });
        done.await.unwrap_or(Err(ApiError::Unavailable))
    }

    /// The line in the log, before the pile changes: a crash between the two leaves a line too many, never
    /// a change without one. With it the 监票人 who confirmed another pile confirm again, for the same
    /// reason first.
    async fn note_paper(&self, account: AccountId, words: String) -> Result<(), ApiError> {
        let (before, version) = {
            let state = self.read();
            ((*state.meeting).clone(), state.version)
        };
        let confirmed = before.current().is_some_and(|round| !round.confirmed.is_empty());
        let events: Vec<_> =
            confirmed.then(|| (self.house.clock.now(), Event::ConfirmationsDropped)).into_iter().collect();
        let mut after = before.clone();
        for (at, event) in &events {
            after.apply(*at, event);
        }
        let (district, meeting) = (self.district(), self.id());
        let written = self.house.store.write(move |tx| {
            Box::pin(async move {
                let object = meeting.to_string();
                tx.audit(district, Some(account), "reviews.paper", &object, &words).await?;
                if !events.is_empty() {
                    store::append(tx, (district, meeting, version), &before, Some(account), &events).await?;
                    tx.audit(district, Some(account), "reviews.command", &object, &told_of(&events)).await?;
                }
                Ok(())
            })
        });
        written.await.map_err(|failure| self.stored_none(told(failure)))?;
        if confirmed {
            self.write().meeting = Arc::new(after);
            self.hub.touch();
        }
        Ok(())
    }
}

fn group_of<'s>(state: &'s State, key: &str) -> Result<&'s Group, Rejection> {
    state.meeting.plan.rules.group(key).ok_or(Rejection::NotFound)
}

fn pile(state: &State, round: &Round, fold: &Fold, key: &str) -> PaperCount {
    let groups = facts::paper(&state.meeting, round, &state.seats, fold);
    groups.into_iter().find(|g| g.key == key).map(|g| g.count).unwrap_or_default()
}

/// What a 计票人 is about to say of a group. Judged by his own numbers first, so that a refusal tells him
/// which of them to check and nothing of the other one's.
struct Entry<'a> {
    pile: PaperCount,
    round: &'a Round,
    fold: &'a Fold,
    group: &'a str,
}

/// What is left where more came back than was handed out (收回 > 发出).
const OVER: &str = "确实多收回的，请告诉主持人，按规则作废本轮、重新测评。";

impl Entry<'_> {
    fn may_enter(&self, number: u32, by: PersonId) -> Result<(), Rejection> {
        let PaperCount { name, out, entered, .. } = &self.pile;
        let no = |words: String| Err(Rejection::field("number", words));
        if *out == 0 {
            return no(format!("“{name}”没有登记发出纸质测评表，没有录入。请核对颜色，或请签到台核对发出张数。{OVER}"));
        }
        if number > *out {
            return no(format!("“{name}”发出纸质测评表 {out} 张，没有第 {number} 张。请核对颜色和顺序号。{OVER}"));
        }
        let mut own = self.fold.entered_by(self.group, by);
        own.insert(number);
        let mine = count(own.len());
        let stated = self.fold.stated_by(self.group, by);
        if mine.saturating_add(stated.sum()) > *out {
            return no(format!(
                "“{name}”发出 {out} 张。连这一张您录入 {mine} 张，另报废票 {} 张、未收回 {} 张，多于发出数，没有录入。\
                 请核对有没有编重顺序号，或先更正废票、未收回张数。",
                stated.spoiled, stated.unreturned
            ));
        }
        let fresh = u32::from(!self.fold.is_settled(self.group, number, &self.round.presenters));
        if self.pile.known().saturating_add(fresh) > *out {
            return no(format!(
                "“{name}”发出 {out} 张，两名计票人已录成一致 {entered} 张、报废票 {} 张、未收回 {} 张，再录一张就多于发出数，\
                 没有录入。请核对废票、未收回张数和顺序号。",
                self.pile.spoiled, self.pile.unreturned
            ));
        }
        Ok(())
    }

    fn may_state(&self, counted: Stated, by: PersonId) -> Result<(), Rejection> {
        let PaperCount { name, out, entered, .. } = &self.pile;
        let Stated { spoiled, unreturned } = counted;
        let mine = count(self.fold.entered_by(self.group, by).len()).max(*entered);
        let all = mine.saturating_add(counted.sum());
        // Taking numbers back is always possible.
        if counted == Stated::default() || all <= *out {
            return Ok(());
        }
        Err(Rejection::field(
            "spoiled",
            format!(
                "“{name}”发出 {out} 张。录入 {mine} 张，加上废票 {spoiled} 张、未收回 {unreturned} 张共 {all} 张，多于发出数，\
                 没有登记。请核对废票和未收回张数，或把不算的那一张先撤回。"
            ),
        ))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
