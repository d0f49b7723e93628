//! Commands of a room, one after the other. What a crash may come between: first the round's journal
//! (a frame, durable), then the database (events, audit, answer in one transaction), then memory.
//! A command is judged against the newest state; whoever saw an older one is told so.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, RoundId},
    people::{Role, access::Actor},
    reviews::{Command, Event, Frame, Meeting, RoundState},
    text,
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{
    facts, pile,
    room::{Need, Room},
    round::{JournalError, OpenRound},
    seal::{self, Sealed},
    store,
};
use crate::{
    services::{storage, told},
    storage::q,
};

/// Pause before a key that could not be destroyed is tried again.
const AGAIN: std::time::Duration = std::time::Duration::from_secs(10);

/// What a caller may learn of a journal that did not take something.
pub(super) fn journal(error: &JournalError) -> ApiError {
    match error {
        JournalError::Full => ApiError::Full,
        _ => ApiError::Unavailable,
    }
}

/// An error in the words of the hall.
pub fn said(error: &ApiError) -> String {
    match error {
        ApiError::Rejected(Rejection::Stale) => {
            "另一位会务人员刚刚操作过，会场状态已经变了，这一步没有执行。请看清现在的状态后再操作。".into()
        }
        other => other.to_string(),
    }
}

impl Room {
    /// Carries a command out once: `key` is made by the client, `seen` is the version it saw
    /// (`Meeting::seq`). The version after it.
    ///
    /// # Errors
    /// No part in the meeting; [`Rejection::Stale`]; what the state does not permit; disk or storage.
    pub async fn command(
        self: &Arc<Self>,
        by: &Actor,
        key: CommandId,
        seen: Option<u64>,
        command: Command,
    ) -> Result<u64, ApiError> {
        self.may(by, need_of(&command)).or_else(|e| {
            // After the meeting the office goes on with it.
            let after = matches!(command, Command::StartFeedback | Command::Archive { .. });
            if after && by.has(Role::ConductOffice) && by.district == self.district() { Ok(()) } else { Err(e) }
        })?;
        let command = clean(command)?;
        // In a task of its own: a browser that goes away must not stop it between journal and database.
        let (room, by) = (self.clone(), by.clone());
        let done = tokio::spawn(async move { room.carry_out(by, key, seen, command).await });
        done.await.unwrap_or(Err(ApiError::Unavailable))
    }

    async fn carry_out(
        self: Arc<Self>,
        by: Actor,
        key: CommandId,
        seen: Option<u64>,
        command: Command,
    ) -> Result<u64, ApiError> {
        let _order = self.order.lock().await;
        self.end_linked().await;
        let body = serde_json::to_vec(&(self.id(), &command)).map_err(|_| ApiError::Unavailable)?;
        if let Some(seq) = self.done_before(&by, key, &body).await? {
            return Ok(seq);
        }
        let meeting = (*self.meeting()).clone();
        if seen.is_some_and(|seen| seen != meeting.seq) {
            return Err(Rejection::Stale.into());
        }
        if let Command::OpenRound { .. } = command
            && self.read().linked.is_some()
        {
            let words = "上一轮席位与测评表的对应关系还没有销毁成功，不能开始新一轮测评。密钥放在单独介质上的，请先接好介质；\
                     已接好的，请联系系统管理员检查磁盘。";
            return Err(Rejection::state(words).into());
        }
        let presence = facts::presence(&self.read().seats);
        let now = self.house.clock.now();
        let mut events: Vec<(Instant, Event)> =
            meeting.decide(&command, by.person, presence)?.into_iter().map(|e| (now, e)).collect();
        let mut opened = None;
        let mut sealed = None;
        match (&command, events.is_empty()) {
            (Command::OpenRound { round }, false) => opened = Some(self.open_files(*round).await?),
            (Command::PauseRound, _) => self.frame(Frame::Paused).await?,
            (Command::ResumeRound, _) => self.frame(Frame::Resumed).await?,
            (Command::CloseRound, _) => self.take_in(now).await?,
            (Command::ReopenRound { reason }, _) => {
                self.frame(Frame::Reopened { reason: reason.trim().to_owned() }).await?;
            }
            (Command::ConfirmSeal { .. }, false) => sealed = self.confirmed(&meeting, &mut events).await?,
            _ => {}
        }
        let certificate = sealed.as_ref().map(|s: &Sealed| s.short.clone());
        match self.store_events(&by, key, body, &meeting, &events, sealed).await {
            Ok(seq) => {
                self.settle(meeting, &events, opened, certificate.is_some()).await;
                Ok(seq)
            }
            Err(error) => {
                if matches!(command, Command::PauseRound | Command::ResumeRound) {
                    self.as_before().await;
                }
                if let Some(open) = opened {
                    let id = open.id();
                    open.stop().await;
                    drop(open);
                    let _ = self.house.destroy(id).await;
                }
                Err(error)
            }
        }
    }

    /// The answer that was given to this command before; a retry sees an older state by nature.
    async fn done_before(&self, by: &Actor, key: CommandId, body: &[u8]) -> Result<Option<u64>, ApiError> {
        let query = q("SELECT body_hash, answer FROM commands WHERE account_id = $1 AND key = $2")
            .bind(by.account)
            .bind(key.to_string());
        let Some(row) = self.house.store.read().row(query).await.map_err(storage)? else { return Ok(None) };
        let hash = row.text("body_hash").map_err(storage)?;
        if hash.is_empty() {
            // Blanked, or forgotten with its answer: see `Store::once`.
            return row.json("answer").map(Some).map_err(|_| Rejection::KeyReused.into());
        }
        if hash != hex::encode(Sha256::digest(body)) {
            return Err(Rejection::KeyReused.into());
        }
        row.json("answer").map(Some).map_err(storage)
    }

    /// A frame that a command writes; the round's journal first, the database after.
    async fn frame(&self, frame: Frame) -> Result<(), ApiError> {
        let Some(open) = self.read().round.clone() else { return Err(ApiError::Unavailable) };
        open.submit(frame).await.map_err(|e| journal(&e))?;
        Ok(())
    }

    /// 收回, with the seats nobody had come to: two frames, queued one behind the other, mostly of one write.
    /// Where a crash comes between them the round is still open, and the next 收回 says anew who is away. Whose
    /// ballot comes between them was there all the same ([`domain::reviews::Fold::was_there`]).
    async fn take_in(&self, at: Instant) -> Result<(), ApiError> {
        let seats = self.read().seats.iter().filter(|s| !s.arrived).map(|s| s.id).collect();
        let (away, closed) = tokio::join!(self.frame(Frame::Away { seats }), self.frame(Frame::Closed { at }));
        away.and(closed)
    }

    async fn open_files(&self, round: RoundId) -> Result<OpenRound, ApiError> {
        let mut read = self.house.store.read().clone();
        if store::round(&mut read, round).await.map_err(storage)?.is_some() {
            return Err(Rejection::state("这一轮的编号已经用过，测评没有开始。请刷新页面后重新开始测评。").into());
        }
        let files = self.house.files.clone();
        let made = tokio::task::spawn_blocking(move || {
            OpenRound::create(&files, round).inspect_err(|error| {
                tracing::error!(%round, %error, "a round could not be opened");
                let _ = OpenRound::destroy(&files, round);
            })
        });
        match made.await {
            Ok(Ok(open)) => Ok(open),
            Ok(Err(e)) if matches!(e.kind(), std::io::ErrorKind::StorageFull) => Err(ApiError::Full),
            _ => Err(ApiError::Unavailable),
        }
    }

    /// A 监票人 confirmed: the paper must be complete; with the second one the round is sealed.
    /// Nothing changes the fold meanwhile: it is closed, and paper waits for the order of commands.
    async fn confirmed(
        &self,
        meeting: &Meeting,
        events: &mut Vec<(Instant, Event)>,
    ) -> Result<Option<Sealed>, ApiError> {
        let (fold, seats) = {
            let state = self.read();
            let Some(open) = &state.round else { return Err(ApiError::Unavailable) };
            (open.fold(), state.seats.clone())
        };
        pile::paper_is_complete(meeting, &seats, &fold)?;
        let mut after = meeting.clone();
        for (at, event) in events.iter() {
            after.apply(*at, event);
        }
        if !after.may_seal() {
            return Ok(None);
        }
        // Thousands of ballots: neither the phones' threads nor the room's lock wait for it.
        let name = self.district_name.clone();
        let made = tokio::task::spawn_blocking(move || seal::prepare(&after, &seats, &fold, &name));
        let sealed = made.await.map_err(|_| ApiError::Unavailable)??;
        let at = self.house.clock.now();
        events.push((at, Event::RoundSealed { certificate: sealed.short.clone() }));
        Ok(Some(sealed))
    }

    async fn store_events(
        &self,
        by: &Actor,
        key: CommandId,
        body: Vec<u8>,
        before: &Meeting,
        events: &[(Instant, Event)],
        sealed: Option<Sealed>,
    ) -> Result<u64, ApiError> {
        let (district, meeting, account, version) = (self.district(), self.id(), by.account, self.read().version);
        let seq = before.seq + u64::try_from(events.len()).unwrap_or(0);
        let (before, events) = (before.clone(), events.to_vec());
        let words = told_of(&events);
        let job = self.house.store.once(by.account, key.to_string(), &body, move |tx| {
            Box::pin(async move {
                store::append(tx, (district, meeting, version), &before, Some(account), &events).await?;
                if let Some(sealed) = sealed {
                    seal::write(tx, (district, meeting), account, &sealed).await?;
                } else if !events.is_empty() {
                    tx.audit(district, Some(account), "reviews.command", &meeting.to_string(), &words).await?;
                }
                Ok(seq)
            })
        });
        job.await.map_err(|failure| self.stored_none(told(failure)))
    }

    /// What could not be stored. Where the plan was changed behind this room, it is loaded again by
    /// whoever asks next. An open round keeps its room: a journal has one owner.
    pub(super) fn stored_none(&self, error: ApiError) -> ApiError {
        if matches!(error, ApiError::Rejected(Rejection::Stale)) {
            let mut state = self.write();
            state.outdated = state.round.is_none();
        }
        error
    }

    /// After the commit: memory, then what must not outlive the round.
    async fn settle(
        self: &Arc<Self>,
        mut meeting: Meeting,
        events: &[(Instant, Event)],
        opened: Option<OpenRound>,
        sealed: bool,
    ) {
        for (at, event) in events {
            meeting.apply(*at, event);
        }
        let voided = events.iter().any(|(_, e)| matches!(e, Event::RoundVoided { .. }));
        let ended = {
            let mut state = self.write();
            if sealed {
                state.sealed = facts::keep(&state.meeting, &state.seats, state.round.as_ref(), &self.hub);
            }
            state.meeting = Arc::new(meeting);
            let ended = if sealed || voided { state.round.take() } else { None };
            state.linked = ended.as_ref().map(|open| (open.id(), false)).or(state.linked);
            ended
        };
        if opened.is_some() {
            self.follow(opened);
        }
        if let Some(open) = ended {
            open.stop().await;
            drop(open);
            if !self.end_linked().await {
                self.keep_trying();
            }
        }
        self.hub.touch();
    }

    /// Destroys what linked seats to ballots, and notes it; true once nothing is left of it. What fails
    /// is said to the operator, tried again in the background, with the next command, and before the
    /// next start lets anybody in.
    async fn end_linked(&self) -> bool {
        let Some((round, _)) = self.read().linked else { return true };
        let state = match self.meeting().rounds.iter().find(|r| r.id == round).map(|r| r.state) {
            Some(RoundState::Sealed) => "sealed",
            _ => "void",
        };
        let done = self.house.destroy(round).await.is_ok();
        {
            let mut state = self.write();
            // Two may have tried at once: who comes second finds it done.
            if state.linked.is_none() {
                return true;
            }
            state.linked = (!done).then_some((round, true));
        }
        self.hub.touch();
        if done && let Err(error) = self.house.note_destroyed(self.district(), self.id(), round, state).await {
            tracing::error!(%round, %error, "the destruction could not be noted; the next start notes it");
        }
        done
    }

    /// Tries again until it is destroyed or the server stops.
    pub(super) fn keep_trying(self: &Arc<Self>) {
        let room = self.clone();
        tokio::spawn(async move {
            while !room.end_linked().await {
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// After a pause or its end that the database refused: the journal says again what the meeting says, or
    /// the phones would be put off while nobody can press 继续.
    async fn as_before(&self) {
        let frame = match self.meeting().current().map(|r| r.state) {
            Some(RoundState::Open) => Frame::Resumed,
            Some(RoundState::Paused) => Frame::Paused,
            _ => return,
        };
        if let Err(error) = self.frame(frame).await {
            tracing::error!(?error, "a pause that was not stored stays in the journal");
        }
    }
}

/// Reasons are printed: no hidden characters, no book.
fn clean(command: Command) -> Result<Command, Rejection> {
    let text = |reason: &str| text::optional("reason", "原因", reason, text::LINE_MAX);
    Ok(match command {
        Command::Excuse { presenter, reason } => Command::Excuse { presenter, reason: text(&reason)? },
        Command::ReopenRound { reason } => Command::ReopenRound { reason: text(&reason)? },
        Command::VoidRound { reason } => Command::VoidRound { reason: text(&reason)? },
        other => other,
    })
}

fn need_of(command: &Command) -> Need {
    if matches!(command, Command::ConfirmSeal { .. }) { Need::Confirm } else { Need::Command }
}

/// What events say in the log: words, no ids of seats, no counts.
pub(super) fn told_of(events: &[(Instant, Event)]) -> String {
    let word = |event: &Event| match event {
        Event::CheckInOpened => "开始签到".to_owned(),
        Event::Called { .. } => "请人述责".to_owned(),
        Event::Excused { reason, .. } => format!("注明未述责：{reason}"),
        Event::Moved { step } => format!("转入{}", step.label()),
        Event::Clock { run: true } => "述责开始计时".to_owned(),
        Event::Clock { run: false } => "述责停止计时".to_owned(),
        Event::RoundOpened { presence, .. } => {
            format!("开始测评（应到 {} 人，实到 {} 人）", presence.entitled, presence.present)
        }
        Event::RoundPaused => "暂停测评".to_owned(),
        Event::RoundResumed => "继续测评".to_owned(),
        Event::RoundClosed => "收回测评表".to_owned(),
        Event::RoundReopened { reason } => format!("重新开放：{reason}"),
        Event::SealConfirmed { .. } => "监票人确认封存".to_owned(),
        Event::ConfirmationsDropped => "纸质测评表有改动，监票人的确认作废，须重新确认".to_owned(),
        Event::RoundSealed { certificate } => format!("封存，封存码 {certificate}"),
        Event::RoundVoided { reason } => format!("作废本轮：{reason}"),
        Event::RoundLost => format!("测评数据不在本机（{}）", RoundState::Lost.label()),
        Event::Announced { .. } => "宣布结果".to_owned(),
        Event::LeftOpen { reason } => format!("反馈单没有办完也归档：{reason}"),
        Event::Entered { phase } => format!("转入{}", phase.label()),
    };
    events.iter().map(|(_, e)| word(e)).collect::<Vec<_>>().join("；")
}
