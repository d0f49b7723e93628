//! Identifiers as newtypes, so that a unit can never be passed where a post is
//! meant. All are `UUIDv7` made by the server (ballots, which must not reveal
//! their order, get random ones elsewhere).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text was no identifier of this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("编号不对")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(s: &str) -> Result<Self, NotAnId> {
                // Only the canonical 36 characters: one id, one spelling.
                if s.len() != 36 {
                    return Err(NotAnId);
                }
                Uuid::parse_str(s).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// A district (区): the tenant; every row of storage carries it.
    DistrictId,
    /// A unit (单位): 街道、部门、国企、派驻组、纪检监察室 and so on.
    UnitId,
    /// A post (岗位) of a unit, such as 党工委书记.
    PostId,
    /// A natural person.
    PersonId,
    /// A term (任期): one person in one post for a while.
    TermId,
    /// A sign-in account.
    AccountId,
    /// A server-side session.
    SessionId,
    /// One of the five duty lists (责任清单) of the district.
    DutyListId,
    /// A version of a list template.
    TemplateId,
    /// The stable identity of a list item across versions of a list.
    DutyId,
    /// A leader's own list (第一责任人履责清单) of one post, year and version.
    LeaderListId,
    /// An occurrence: one item due once in one window.
    OccurrenceId,
    /// A record (履责记录).
    RecordId,
    /// A file that stands beside a record (佐证材料).
    EvidenceId,
    /// A draft of a form, kept by the server.
    DraftId,
    /// An uploaded file waiting between preview and commit.
    UploadId,
    /// A yearly task (年度任务).
    TaskId,
    /// A hand-over (移交单) between two terms of one post.
    HandoverId,
    /// A client-made command id: the idempotency key of one intention.
    CommandId,
    /// A review meeting (述责述廉评议会).
    MeetingId,
    /// A round of a meeting (一轮测评): one sheet, opened, closed and sealed once.
    RoundId,
    /// One who reports in a meeting (述责对象).
    PresenterId,
    /// A line of a meeting's roll (评议人员名册).
    RaterId,
    /// A seat of a meeting: what a ballot belongs to until it is sealed. Random, never in order.
    SeatId,
    /// A sealed ballot. Random: the order of casting must not be readable from it.
    BallotId,
    /// A question put or drafted for a presenter (询问题).
    QuestionId,
    /// An item of the closed loop (问题整改项).
    ItemId,
    /// A notice of 提醒, an entry of somebody's ledger of interruptions.
    ReminderId,
    /// A registered 翻阅检查.
    InspectionId,
    /// A remark of a 翻阅检查 (检查意见).
    RemarkId,
    /// A suggestion of 减负反馈.
    VoiceId,
    /// An answer to suggestions of 减负反馈.
    ReliefAnswerId,
    /// A statutory 调取 of a book.
    TakingId,
    /// A report of the office (报告), not a leader's own 述责报告.
    ReportId,
    /// A step of the year's plan of 督责 (季度提醒, 半年梳理, 年底检查).
    SeasonStepId,
    /// A question whether a colour or a fact is right (申请核对).
    CheckId,
    /// A draft of the colour rules (三色预警规则草稿).
    RuleDraftId,
    /// A matter of “一件事”问责预警.
    WarningId,
    /// A line of a matter's lists: a problem, a duty or a situation.
    WarningLineId,
    /// A 问责预警提示单: one unit's notice of a matter.
    WarningNoticeId,
    /// A “三交底” talk (廉政谈话) with one head.
    TalkId,
    /// A talk with several heads at once (集体谈话).
    TalkGroupId,
    /// An entry of the register of 廉政风险点.
    RiskId,
    /// A document that the office writes: 工作建议, 纪检监察建议书, 通报, 工作提示单.
    LetterId,
    /// A case of 容错纠错.
    ToleranceId,
    /// A case of 澄清正名.
    ClearanceId,
    /// A published 问责 measure as it is noted (number, date, kind).
    MeasureId,
    /// A 工作建议 or 纪检监察建议书.
    AdviceId,
    /// A 制度 that was made as a result of a problem.
    RegulationId,
}
