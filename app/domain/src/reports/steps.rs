//! The course of a report: 起草 → 审核 → 限阅归档. Who may take a step at all is asked of
//! [`crate::people::access`]; here only whether it makes sense now.

use serde::{Deserialize, Serialize};

use super::{JUDGEMENT_MAX, Judgement, Kind};
use crate::{Rejection, ids::PersonId, text};

/// Most readers of a filed report.
const READERS_MAX: usize = 40;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 起草.
    Draft,
    /// 待审核.
    Asked,
    /// 已审核，待归档.
    Approved,
    /// 已限阅归档: nothing changes any more.
    Filed,
    /// 已作废.
    Dropped,
}

impl State {
    const ALL: [Self; 5] = [Self::Draft, Self::Asked, Self::Approved, Self::Filed, Self::Dropped];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "起草中",
            Self::Asked => "待审核",
            Self::Approved => "已审核，待归档",
            Self::Filed => "已限阅归档",
            Self::Dropped => "已作废",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Filed => "filed",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// How far the facts of an edition are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Waits for its turn: one report at a time in the whole system.
    Queued,
    /// Being computed.
    Running,
    /// Complete.
    Done,
    /// Stopped by somebody.
    Cancelled,
    /// The machine failed.
    Failed,
}

impl Job {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Cancelled, Self::Failed];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "排队等待取数",
            Self::Running => "正在取数",
            Self::Done => "事实已取好",
            Self::Cancelled => "取数已取消",
            Self::Failed => "取数没有完成",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// The job of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|j| j.key() == key)
    }

    /// Does it still go on?
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// A report as the rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Kind.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// How far its facts are.
    pub job: Job,
}

impl Report {
    fn in_draft(self, undone: &str) -> Result<(), Rejection> {
        match self.state {
            State::Draft => Ok(()),
            State::Filed => Err(Rejection::state(format!(
                "这份报告已经限阅归档，内容不再改动，{undone}。如有新情况，请另写一份报告。"
            ))),
            state => Err(Rejection::state(format!("这份报告现在是“{}”，{undone}。请刷新页面查看。", state.label()))),
        }
    }

    /// May a judgement be saved? While facts are still being computed, too: nobody has to wait for them.
    ///
    /// # Errors
    /// Not a draft, or no judgement of this kind of report.
    pub fn write(self, part: Judgement, words: &str) -> Result<String, Rejection> {
        self.in_draft("文字没有保存")?;
        if !self.kind.judgements().contains(&part) {
            return Err(Rejection::NotFound);
        }
        text::optional(&format!("text.{}", part.key()), part.label(self.kind), words, JUDGEMENT_MAX)
    }

    /// May it go to 审核? `texts` are the judgements as they stand.
    ///
    /// # Errors
    /// Its facts are not complete, or a judgement is not written: nobody else writes it.
    pub fn ask(self, texts: &[(Judgement, String)]) -> Result<(), Rejection> {
        self.in_draft("没有送审")?;
        if self.job != Job::Done {
            return Err(Rejection::state(format!("{}，没有送审。请等事实取好后再送审。", self.job.label())));
        }
        let empty: Vec<&str> = self
            .kind
            .judgements()
            .iter()
            .filter(|part| texts.iter().all(|(known, words)| known != *part || words.trim().is_empty()))
            .map(|part| part.label(self.kind))
            .collect();
        if empty.is_empty() {
            Ok(())
        } else {
            Err(Rejection::state(format!("还没有填写：{}，没有送审。这些部分由人填写，系统不代写。", empty.join("、"))))
        }
    }

    /// May it be decided on? Sent back needs a reason. What is found to be wrong after it was approved is sent back
    /// as long as it is not filed.
    ///
    /// # Errors
    /// Not waiting, or sent back without a word.
    pub fn decide(self, agreed: bool, reason: &str) -> Result<String, Rejection> {
        match self.state {
            State::Asked => {}
            State::Approved if !agreed => {}
            State::Filed | State::Approved => {
                return Err(Rejection::state("这份报告已经审核，没有重复审核。请刷新页面查看。"));
            }
            _ => return Err(Rejection::state("这份报告没有送审，没有审核。请刷新页面查看。")),
        }
        if agreed {
            text::optional("reason", "审核意见", reason, text::LINE_MAX)
        } else {
            text::required("reason", "退回原因", reason, text::LINE_MAX)
        }
    }

    /// May it be filed for these readers? Whoever is in `always` (who wrote, approved and files it) reads it, too.
    ///
    /// # Errors
    /// Filed before, not approved, or nobody was chosen.
    pub fn file(self, readers: &[PersonId], always: &[PersonId]) -> Result<Vec<PersonId>, Rejection> {
        match self.state {
            State::Approved => {}
            State::Filed => return Err(Rejection::state("这份报告已经限阅归档，没有重复归档。请刷新页面查看。")),
            _ => return Err(Rejection::state("这份报告还没有审核通过，没有归档。请先送分管副书记审核。")),
        }
        if readers.is_empty() {
            return Err(Rejection::field("reader", "还没有选阅读人员，没有归档。请至少选一人。"));
        }
        let mut chosen: Vec<PersonId> = Vec::new();
        for reader in always.iter().chain(readers) {
            if !chosen.contains(reader) {
                chosen.push(*reader);
            }
        }
        few_enough(chosen.len(), "没有归档。限阅的报告请减少人数。")?;
        Ok(chosen)
    }

    /// May these read it from now on, besides those `known`? Nobody lets himself in.
    ///
    /// # Errors
    /// Not filed, nobody new, the actor himself, too many, or no reason.
    pub fn widen(
        self,
        readers: &[PersonId],
        known: &[PersonId],
        by: PersonId,
        reason: &str,
    ) -> Result<(Vec<PersonId>, String), Rejection> {
        if self.state != State::Filed {
            return Err(Rejection::state("这份报告还没有限阅归档，没有增加阅读人。阅读人员在归档时选。"));
        }
        let mut new: Vec<PersonId> = Vec::new();
        for reader in readers.iter().filter(|reader| !known.contains(reader)) {
            if !new.contains(reader) {
                new.push(*reader);
            }
        }
        if new.is_empty() {
            return Err(Rejection::field("reader", "没有选新的阅读人，没有增加。请至少选一人。"));
        }
        if new.contains(&by) {
            return Err(Rejection::field(
                "reader",
                "不能给自己增加，没有增加。请由书记、分管副书记或党风政风监督室的另一人办理。",
            ));
        }
        few_enough(known.len() + new.len(), "没有增加。")?;
        Ok((new, text::required("reason", "增加原因", reason, text::LINE_MAX)?))
    }

    /// May the facts be computed anew, as a further edition?
    ///
    /// # Errors
    /// Not a draft, or still being computed.
    pub fn refresh(self) -> Result<(), Rejection> {
        self.in_draft("事实没有更新")?;
        if self.job.goes_on() {
            return Err(Rejection::state("正在取数，没有重复开始。请等这一次完成，或先取消。"));
        }
        Ok(())
    }

    /// May the computing be stopped?
    ///
    /// # Errors
    /// It is complete, or the report is past its draft.
    pub fn cancel(self) -> Result<(), Rejection> {
        self.in_draft("没有取消")?;
        if self.job.goes_on() {
            Ok(())
        } else {
            Err(Rejection::state(format!("{}，没有可以取消的取数。请刷新页面查看。", self.job.label())))
        }
    }

    /// May it be given up? Without a reason only by whoever began it (`own`).
    ///
    /// # Errors
    /// It is past its draft, or somebody else's and no reason is given.
    pub fn give_up(self, own: bool, reason: &str) -> Result<String, Rejection> {
        self.in_draft("没有作废")?;
        let says = if own { text::optional } else { text::required };
        says("reason", "作废原因", reason, text::LINE_MAX)
    }
}

fn few_enough(readers: usize, undone: &str) -> Result<(), Rejection> {
    if readers > READERS_MAX {
        return Err(Rejection::field("reader", format!("阅读人员最多 {READERS_MAX} 人，{undone}")));
    }
    Ok(())
}
