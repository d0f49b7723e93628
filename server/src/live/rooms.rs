//! The rooms of an installation: loaded once, kept in memory while the server runs. Owns the
//! start-up that finishes what a crash left: sealed rounds whose key is still there are destroyed
//! before anybody is let in, open ones are taken up again, lost ones are said to be lost.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{DistrictId, MeetingId, RoundId},
    reviews::{Phase, Secrecy},
};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{
    attempts::{Attempts, Who},
    attend::{is_digits, stale_code},
    code::Entry,
    room::Room,
    round::{OpenRound, RoundFiles},
    store,
};
use crate::{
    clock::Clock,
    config::Config,
    services::{storage, told},
    storage::{Failure, Store},
};

/// What every room needs of the installation.
#[derive(Debug, Clone)]
pub(super) struct House {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) files: RoundFiles,
    pub(super) origin: String,
    /// Failures at the doors of all rooms.
    pub(super) attempts: Arc<Attempts>,
}

/// All rooms.
#[derive(Debug)]
pub struct Rooms {
    house: House,
    open: RwLock<HashMap<MeetingId, Arc<Room>>>,
    /// One loading at a time: a round's journal must never be opened twice.
    loading: Mutex<()>,
    closing: CancellationToken,
}

impl Rooms {
    /// Rooms of an installation; nothing is read yet.
    pub fn new(config: &Config, store: Store, clock: Arc<dyn Clock>) -> Self {
        let files = RoundFiles::of(config, &store);
        let house = House { store, clock, files, origin: config.origin(), attempts: Arc::default() };
        Self { house, open: RwLock::default(), loading: Mutex::default(), closing: CancellationToken::new() }
    }

    /// Cancelled when the server stops: streams end then.
    pub fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// The room of an approved meeting of the district.
    ///
    /// # Errors
    /// Not found, also for another district's; storage failed; an open round cannot be read.
    pub async fn room(&self, district: DistrictId, meeting: MeetingId) -> Result<Arc<Room>, ApiError> {
        let room = self.meeting(meeting).await?;
        if room.district() == district { Ok(room) } else { Err(Rejection::NotFound.into()) }
    }

    /// The room of an approved meeting, for those who hold a seat of it.
    ///
    /// # Errors
    /// As [`Rooms::room`].
    pub async fn meeting(&self, meeting: MeetingId) -> Result<Arc<Room>, ApiError> {
        if let Some(room) = self.known(meeting) {
            return Ok(room);
        }
        let _one = self.loading.lock().await;
        if let Some(room) = self.known(meeting) {
            return Ok(room);
        }
        let room = Room::load(&self.house, meeting).await?;
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        // A meeting that is over stays while a stream or a handler holds it; nobody can take a new hold
        // of it here. Whoever asks again loads it again.
        open.retain(|_, room| !room.is_over() || Arc::strong_count(room) > 1);
        open.insert(meeting, room.clone());
        Ok(room)
    }

    /// The room that held or holds a round.
    ///
    /// # Errors
    /// As [`Rooms::room`].
    pub async fn of_round(&self, round: RoundId) -> Result<Arc<Room>, ApiError> {
        let held = |room: &&Arc<Room>| room.meeting().rounds.iter().any(|r| r.id == round);
        let known = self.open.read().unwrap_or_else(PoisonError::into_inner).values().find(held).cloned();
        if let Some(room) = known {
            return Ok(room);
        }
        let mut read = self.house.store.read().clone();
        match store::round(&mut read, round).await.map_err(storage)? {
            Some((_, meeting, _)) => self.meeting(meeting).await,
            None => Err(Rejection::NotFound.into()),
        }
    }

    /// The room on whose screen this code or QR address stands now, with a ticket for checking in.
    /// `client` is the address; only wrong digits are counted on it.
    ///
    /// # Errors
    /// No room that is in 签到 or 进行 shows it; two show the same digits; too many were wrong.
    pub fn by_code(&self, text: &str, client: &str) -> Result<(Arc<Room>, String), ApiError> {
        let now = self.house.clock.now();
        let (text, who) = (text.trim(), Who::Address(client.to_owned()));
        let digits = is_digits(text);
        if digits {
            self.house.attempts.check(&who, now)?;
        }
        let rooms = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let going = |room: &&Arc<Room>| matches!(room.meeting().phase, Phase::CheckIn | Phase::Running);
        let mut found = rooms.values().filter(going).filter(|r| r.secret.accepts(text, now));
        match (found.next(), found.next()) {
            (Some(room), None) => Ok((room.clone(), room.secret.ticket(room.id(), Entry::Phone, now))),
            (Some(_), Some(_)) => {
                let words = "这六位数字现在有两个会场在用，没有签到。请扫描大屏上的二维码，或等大屏换了数字再输入。";
                Err(Rejection::field("code", words).into())
            }
            (None, _) => {
                if digits {
                    self.house.attempts.failed(&who, now);
                }
                Err(stale_code().into())
            }
        }
    }

    /// Drops the room of a meeting whose plan changed, so that the next one who asks loads it
    /// again. Only before 签到: nothing of a running meeting may lose its room. Whoever still holds it
    /// is refused by the database with his next command.
    pub fn forget(&self, meeting: MeetingId) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = open.get(&meeting)
            && room.meeting().phase == Phase::Preparing
        {
            room.write().outdated = true;
            open.remove(&meeting);
        }
    }

    fn known(&self, meeting: MeetingId) -> Option<Arc<Room>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&meeting).filter(|room| !room.read().outdated).cloned()
    }

    /// Finishes what the last run left, before anybody is let in.
    ///
    /// # Errors
    /// Storage or the rounds' folder cannot be read; a key could not be destroyed.
    pub async fn recover(&self) -> Result<(), ApiError> {
        super::rehearse::sweep(&self.house);
        let mut read = self.house.store.read().clone();
        for round in self.found()? {
            match store::round(&mut read, round).await.map_err(storage)? {
                Some((_, _, state)) if state == "open" => {}
                // The key's medium is not connected: its room says so, and goes on trying.
                _ if self.house.key_is_away(round) => {
                    tracing::error!(%round, "the key of an ended round is on a medium that is not connected");
                }
                Some((_, _, _)) => self.house.destroy(round).await?,
                // A crash between the files and the event: nobody ever had this round.
                None if self.house.is_blank(round) => self.house.destroy(round).await?,
                None => {
                    tracing::error!(%round, "a round's journal belongs to no meeting of this database; left alone");
                }
            }
        }
        // Also where a crash came between the destruction and its line in the log. A folder of keys that
        // is not mounted may still hold one: nothing is claimed then.
        if self.house.keys_are_there() {
            let left = self.found()?;
            for (district, meeting, round, state) in store::unnoted(&mut read).await.map_err(storage)? {
                if left.contains(&round) {
                    continue;
                }
                self.house.note_destroyed(district, meeting, round, &state).await.map_err(told)?;
            }
        }
        for meeting in store::going_on(&mut read).await.map_err(storage)? {
            if let Err(error) = self.meeting(meeting).await {
                tracing::error!(%meeting, %error, "a meeting that is going on could not be opened");
            }
        }
        Ok(())
    }

    /// Rounds whose journal is here and whose key is not, as said to the operator: the medium of `--key-dir` is
    /// not connected. Nothing of an open one is lost before the key is; an ended one is not destroyed.
    ///
    /// # Errors
    /// Storage or the rounds' folder cannot be read.
    pub async fn missing_keys(&self) -> Result<Vec<String>, ApiError> {
        let mut read = self.house.store.read().clone();
        let mut said = Vec::new();
        for round in self.found()? {
            let key = self.house.files.key(round);
            if key.exists() || !self.house.files.votes(round).exists() {
                continue;
            }
            let Some((_, meeting, state)) = store::round(&mut read, round).await.map_err(storage)? else { continue };
            let title = store::plan(&mut read, meeting).await.map_err(storage)?.map(|p| p.title).unwrap_or_default();
            if state != "open" {
                said.push(format!(
                    "“{title}”有一轮测评已经结束，但读不到它的密钥 {}，席位与测评表的对应关系还没有销毁。\
                     请接好存放密钥的介质（--key-dir 指定的文件夹），再重新启动，系统会把密钥销毁。",
                    key.display()
                ));
                continue;
            }
            said.push(format!(
                "“{title}”有一轮测评没有封存，但读不到它的密钥 {}，这场评议会暂时打不开。已收下的测评表还在数据文件夹里，没有丢。\
                 请接好存放密钥的介质（--key-dir 指定的文件夹），再重新启动；密钥确实不在了的，这一轮需重新测评。",
                key.display()
            ));
        }
        Ok(said)
    }

    fn found(&self) -> Result<Vec<RoundId>, ApiError> {
        OpenRound::found(&self.house.files).map_err(|error| {
            tracing::error!(%error, "the folder of rounds cannot be read");
            ApiError::Unavailable
        })
    }
}

impl House {
    /// Is the folder of keys there, where it is one of its own?
    fn keys_are_there(&self) -> bool {
        self.files.keys == self.files.dir || self.files.keys.is_dir()
    }

    /// Is the medium with this round's key not connected? The key's folder is made before the journal and
    /// goes after it, so a journal without that folder says that the folder is elsewhere.
    pub(super) fn key_is_away(&self, round: RoundId) -> bool {
        !self.keys_are_there() || (self.files.votes(round).exists() && !self.files.key_folder(round).is_dir())
    }

    /// Are files of this round here, or may its key be on a medium that is not connected?
    pub(super) fn is_linked(&self, round: RoundId) -> bool {
        self.files.folder(round).exists() || self.files.key_folder(round).exists()
    }

    /// Destroys key and journal of a round. Calling again goes on where it stopped. A key that is only out of
    /// reach is not called destroyed: nothing is touched then, so that the journal goes on saying so.
    pub(super) async fn destroy(&self, round: RoundId) -> Result<(), ApiError> {
        if self.key_is_away(round) {
            tracing::error!(%round, "the medium of the keys is not connected; the key is not destroyed");
            return Err(ApiError::Unavailable);
        }
        let files = self.files.clone();
        let done = tokio::task::spawn_blocking(move || OpenRound::destroy(&files, round)).await;
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%round, %error, "a round's key could not be destroyed; the next start tries again");
                Err(ApiError::Unavailable)
            }
            Err(_) => Err(ApiError::Unavailable),
        }
    }

    /// 「对应关系已销毁」 in the log, once per round.
    pub(super) async fn note_destroyed(
        &self,
        district: DistrictId,
        meeting: MeetingId,
        round: RoundId,
        state: &str,
    ) -> Result<(), Failure> {
        let plan = store::plan(&mut self.store.read().clone(), meeting).await?;
        let named = plan.is_some_and(|plan| plan.secrecy == Secrecy::Named);
        let words = match state {
            // The sealed ballots keep their seats: only what was written while the round was open is gone.
            "sealed" if named => "已封存（记名，席位随测评表保存），测评时的记录连同密钥已销毁",
            "sealed" => "已封存，席位与测评表的对应关系连同密钥已销毁",
            _ => "本轮没有封存，测评表和密钥已销毁",
        };
        let details = format!("第 {round} 轮{words}");
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.audit(district, None, "reviews.link_destroyed", &meeting.to_string(), &details).await?;
                    Ok::<(), Failure>(())
                })
            })
            .await
    }

    fn is_blank(&self, round: RoundId) -> bool {
        match OpenRound::resume(&self.files, round) {
            Ok(open) => open.with(|fold| *fold == domain::reviews::Fold::default()),
            // Half made: without both files nothing can be in it.
            Err(super::round::JournalError::Missing) => true,
            Err(_) => false,
        }
    }
}
