//! What a form may change of a plan, one value per section of the page.

use std::collections::BTreeSet;

use domain::{
    ids::{CommandId, MeetingId, PersonId, PostId, RaterId, UnitId},
    reviews::{Announce, Identity, Mode, Recusal, ReviewRules, Secrecy},
    time::Day,
};

/// Title, day, place and how ballots are cast.
#[derive(Debug, Clone)]
pub struct Base {
    /// Title.
    pub title: String,
    /// Year reported on.
    pub year: i32,
    /// Day.
    pub on: Day,
    /// Place.
    pub place: String,
    /// One sheet or one by one.
    pub mode: Mode,
    /// Anonymous or named.
    pub secrecy: Secrecy,
    /// Accounts or cards.
    pub identity: Identity,
    /// When results are told.
    pub announce: Announce,
}

/// A rater typed in by hand.
#[derive(Debug, Clone)]
pub struct NewRater {
    /// Name.
    pub name: String,
    /// Key of the group.
    pub group: String,
    /// Unit, if it is one of the district.
    pub unit: Option<UnitId>,
    /// Unit outside of the district, or what tells namesakes apart; may be empty.
    pub place: String,
}

/// One change.
#[derive(Debug, Clone)]
pub enum Change {
    /// Title, day, place and the four choices.
    Base(Base),
    /// Rules; the version is counted by the server. Labels of dimensions come from the district's lists.
    Rules(Box<ReviewRules>),
    /// Who reports, in order.
    Presenters(Vec<PostId>),
    /// Adds a line to the roll.
    AddRater(NewRater),
    /// Takes a line out.
    RemoveRater(RaterId),
    /// Another group.
    MoveRater(RaterId, String),
    /// A recusal with its reason, which stays with the office.
    Recuse(Recusal, String),
    /// Takes over every proposed recusal.
    RecuseImplied,
    /// Takes a recusal back.
    Unrecuse(Recusal),
    /// Who runs the meeting.
    People {
        /// 主持人.
        chair: Option<PersonId>,
        /// 会务操作员.
        operators: BTreeSet<PersonId>,
        /// 监票人.
        tellers: Vec<PersonId>,
        /// 计票人.
        counters: Vec<PersonId>,
    },
}

impl Change {
    /// Words for the audit log; never a reason of a recusal.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Base(_) => "会议安排",
            Self::Rules(_) => "评议规则",
            Self::Presenters(_) => "述责对象",
            Self::AddRater(_) | Self::RemoveRater(_) | Self::MoveRater(..) => "评议人员名册",
            Self::Recuse(..) | Self::RecuseImplied | Self::Unrecuse(_) => "回避",
            Self::People { .. } => "会务人员",
        }
    }
}

/// What a form about a meeting carries.
#[derive(Debug, Clone)]
pub struct About {
    /// Meeting.
    pub meeting: MeetingId,
    /// Version that the page showed.
    pub seen: i64,
    /// Idempotency key.
    pub command: CommandId,
    /// Content of the form.
    pub body: Vec<u8>,
}
