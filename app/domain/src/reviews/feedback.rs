//! 评议反馈单, one person one sheet (H6): 拟稿 → 待签发 → 待当面交接 → 已交接 → 已办结. Owns its states
//! up to the handing over. There every problem becomes an item of the closed loop, which alone
//! knows plan, progress and end. Refuses marks and means: a sheet names a 等次 only, and that is
//! added by whoever draws it, from the sealed result.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    accountability::near,
    ids::{AccountId, DutyId, ItemId, PersonId},
    signature::Signing,
    text,
    time::{Day, WorkCalendar, zh, zh_short},
};

/// Working days from the meeting to the handing over (H6).
pub const HAND_DAYS: u32 = 5;
/// Most problems of one sheet.
pub const PROBLEMS_MAX: usize = 20;

/// State of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackState {
    /// 拟稿, by the 监督室.
    Draft,
    /// 待签发, with the 分管副书记.
    Asked,
    /// 已签发, to be handed over face to face.
    Signed,
    /// 已交接: both signed; the problems are on the account.
    Handed,
    /// 已办结: every item struck off.
    Closed,
}

impl FeedbackState {
    /// In the order of the work.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Asked, Self::Signed, Self::Handed, Self::Closed];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "拟稿",
            Self::Asked => "待签发",
            Self::Signed => "待当面交接",
            Self::Handed => "已交接，整改中",
            Self::Closed => "已办结",
        }
    }

    /// Storage key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Signed => "signed",
            Self::Handed => "handed",
            Self::Closed => "closed",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// May the presenter read it? Nothing is his before it was signed.
    pub fn is_told(self) -> bool {
        self >= Self::Signed
    }
}

/// A problem with what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackProblem {
    /// What is wrong.
    pub text: String,
    /// What is asked (整改要求).
    pub requirement: String,
    /// Last day.
    pub due: Day,
    /// Item of the presenter's list it belongs to.
    pub duty: Option<DutyId>,
    /// Its item of the closed loop, from the handing over on.
    pub item: Option<ItemId>,
}

/// Who acted, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActedBy {
    /// Account.
    pub account: AccountId,
    /// Name at the time.
    pub name: String,
    /// Day.
    pub on: Day,
}

/// A side's signature at the handing over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandSign {
    /// Person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Day.
    pub on: Day,
    /// On screen or on paper.
    pub signing: Signing,
}

/// 签发 by a higher level on paper, where nobody of the house may sign: the sheet of the 区委书记 would be drafted and
/// signed by the same 书记.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuperiorSign {
    /// Who signed: body, office, name.
    pub signer: String,
    /// Day on the paper.
    pub on: Day,
    /// Who handled the paper.
    pub handler: String,
}

/// The sheet without its 等次 and comments, which come from the sealed round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Opinion on the whole.
    pub opinion: String,
    /// Problems.
    pub problems: Vec<FeedbackProblem>,
    /// Who drafted it last.
    pub drafted: Option<ActedBy>,
    /// Why it came back from the signature.
    pub returned: Option<String>,
    /// 签发; of a paper of a higher level, who noted it.
    pub signed: Option<ActedBy>,
    /// The paper of a higher level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<SuperiorSign>,
    /// Who handed it over.
    pub given: Option<HandSign>,
    /// Who received it.
    pub received: Option<HandSign>,
    /// Its problems stood as suggestions on the list of the next year: whatever was answered there, they are
    /// not suggested again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suggested: bool,
}

fn only(state: FeedbackState, wanted: FeedbackState, what: &str) -> Result<(), Rejection> {
    if state == wanted {
        return Ok(());
    }
    Err(Rejection::state(format!("反馈单现在是“{}”，不能{what}，没有保存。请刷新页面查看最新情况。", state.label())))
}

impl Feedback {
    /// 拟稿.
    ///
    /// # Errors
    /// Not a draft any more; a wrong field, problems as `problem_0`, `requirement_0`, `due_0`.
    pub fn draft(
        mut self,
        state: FeedbackState,
        by: ActedBy,
        opinion: &str,
        problems: Vec<FeedbackProblem>,
    ) -> Result<Self, Rejection> {
        only(state, FeedbackState::Draft, "修改")?;
        if problems.len() > PROBLEMS_MAX {
            return Err(Rejection::state(format!("一张反馈单最多列 {PROBLEMS_MAX} 个问题。请合并后再保存。")));
        }
        self.opinion = text::optional("opinion", "总体意见", opinion, text::RECORD_MAX)?;
        self.problems = problems
            .into_iter()
            .enumerate()
            .map(|(n, p)| {
                if p.due < by.on {
                    let words = "整改期限早于今天，没有保存。请核对日期。";
                    return Err(Rejection::field(format!("due_{n}"), words));
                }
                near(&format!("due_{n}"), p.due, by.on)?;
                Ok(FeedbackProblem {
                    text: text::required(&format!("problem_{n}"), "问题", &p.text, text::LINE_MAX)?,
                    requirement: text::required(
                        &format!("requirement_{n}"),
                        "整改要求",
                        &p.requirement,
                        text::LINE_MAX,
                    )?,
                    item: None,
                    ..p
                })
            })
            .collect::<Result<_, _>>()?;
        self.drafted = Some(by);
        Ok(self)
    }

    /// 送签.
    ///
    /// # Errors
    /// Not a draft, or empty.
    pub fn ask(mut self, state: FeedbackState) -> Result<(Self, FeedbackState), Rejection> {
        only(state, FeedbackState::Draft, "送签")?;
        if self.opinion.is_empty() && self.problems.is_empty() {
            return Err(Rejection::field("opinion", "反馈单还是空的，没有送签。请写总体意见，或至少列一个问题。"));
        }
        self.returned = None;
        Ok((self, FeedbackState::Asked))
    }

    /// 签发, by another person than who drafted it.
    ///
    /// # Errors
    /// Not waiting, or the drafter himself.
    pub fn sign(mut self, state: FeedbackState, by: ActedBy) -> Result<(Self, FeedbackState), Rejection> {
        only(state, FeedbackState::Asked, "签发")?;
        if self.drafted.as_ref().is_some_and(|d| d.account == by.account) {
            return Err(Rejection::state("这张反馈单是您拟的稿，不能由您自己签发。请由另一位负责同志签发。"));
        }
        self.signed = Some(by);
        Ok((self, FeedbackState::Signed))
    }

    /// 签发 by a higher level on paper, noted by `by`, who may have drafted the sheet.
    ///
    /// # Errors
    /// Not waiting; no signer or handler; a day before the draft or after today.
    pub fn sign_above(
        mut self,
        state: FeedbackState,
        by: ActedBy,
        paper: SuperiorSign,
    ) -> Result<(Self, FeedbackState), Rejection> {
        only(state, FeedbackState::Asked, "登记签发")?;
        let signer = text::required("signer", "签发人", &paper.signer, text::NAME_MAX)?;
        let handler = text::required("handler", "经办人", &paper.handler, text::NAME_MAX)?;
        if paper.on > by.on {
            return Err(Rejection::field("paper_on", "签发日期晚于今天，没有保存。请核对日期。"));
        }
        if self.drafted.as_ref().is_some_and(|d| paper.on < d.on) {
            return Err(Rejection::field("paper_on", "签发日期早于拟稿日期，没有保存。请核对日期。"));
        }
        self.superior = Some(SuperiorSign { signer, on: paper.on, handler });
        self.signed = Some(by);
        Ok((self, FeedbackState::Signed))
    }

    /// Who signed and when, in words; empty before.
    pub fn signed_words(&self) -> String {
        match (&self.superior, &self.signed) {
            (Some(p), _) => format!("{} 纸质签发：{}，经办人{}", p.signer, zh(p.on), p.handler),
            (None, Some(s)) => format!("{} {}", s.name, zh(s.on)),
            (None, None) => String::new(),
        }
    }

    /// 退回修改.
    ///
    /// # Errors
    /// Not waiting, or no reason.
    pub fn send_back(mut self, state: FeedbackState, reason: &str) -> Result<(Self, FeedbackState), Rejection> {
        only(state, FeedbackState::Asked, "退回")?;
        self.returned = Some(text::required("reason", "退回理由", reason, text::LINE_MAX)?);
        Ok((self, FeedbackState::Draft))
    }

    /// One side signs the handing over; with the second it is handed. Paper signs for both.
    ///
    /// # Errors
    /// Not signed yet, or this side signed before.
    pub fn hand(
        mut self,
        state: FeedbackState,
        given: Option<HandSign>,
        received: Option<HandSign>,
    ) -> Result<(Self, FeedbackState), Rejection> {
        only(state, FeedbackState::Signed, "交接")?;
        for (new, old) in [(given, &mut self.given), (received, &mut self.received)] {
            match (new, &old) {
                (Some(_), Some(had)) => {
                    return Err(Rejection::state(format!("“{}”已于{}签过，不用再签。", had.name, zh_short(had.on))));
                }
                (Some(sign), None) => *old = Some(sign),
                (None, _) => {}
            }
        }
        let both = self.given.is_some() && self.received.is_some();
        // Nothing to put right: handed over is ended.
        let end = if self.problems.is_empty() { FeedbackState::Closed } else { FeedbackState::Handed };
        Ok((self, if both { end } else { FeedbackState::Signed }))
    }

    /// The day of the handing over, once both signed.
    pub fn handed_on(&self) -> Option<Day> {
        Some(self.given.as_ref()?.on.max(self.received.as_ref()?.on))
    }

    /// Last working day of the handing over, counted from the meeting.
    pub fn hand_by(met: Day, calendar: &WorkCalendar) -> Day {
        calendar.plus_working(met, HAND_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        parse_iso(text).unwrap()
    }

    fn by(n: u128) -> ActedBy {
        ActedBy { account: AccountId(Uuid::from_u128(n)), name: "某".into(), on: day("2026-12-09") }
    }

    fn problem(due: &str) -> FeedbackProblem {
        FeedbackProblem {
            text: "研究不够".into(),
            requirement: "每季度研究一次".into(),
            due: day(due),
            duty: None,
            item: None,
        }
    }

    fn hand(on: &str) -> HandSign {
        let signing = Signing::Typed { name: "某".into() };
        HandSign { person: PersonId(Uuid::from_u128(7)), name: "某".into(), on: day(on), signing }
    }

    #[test]
    fn a_paper_of_a_higher_level_signs_what_nobody_here_may() {
        let sheet = Feedback::default().draft(FeedbackState::Draft, by(1), "总体较好", Vec::new()).unwrap();
        let paper = |signer: &str, on| SuperiorSign { signer: signer.into(), on: day(on), handler: "林思源".into() };
        assert!(sheet.clone().sign_above(FeedbackState::Draft, by(1), paper("市纪委", "2026-12-09")).is_err());
        let (sheet, state) = sheet.ask(FeedbackState::Draft).unwrap();
        for (signer, on, field) in
            [(" ", "2026-12-09", "signer"), ("市纪委", "2026-12-10", "paper_on"), ("市纪委", "2026-12-08", "paper_on")]
        {
            let no = sheet.clone().sign_above(state, by(1), paper(signer, on)).unwrap_err();
            assert_eq!(no.field_name(), Some(field));
        }
        let (sheet, state) = sheet.sign_above(state, by(1), paper("市纪委副书记某某", "2026-12-09")).unwrap();
        assert_eq!(state, FeedbackState::Signed);
        assert_eq!(sheet.signed_words(), "市纪委副书记某某 纸质签发：2026年12月9日，经办人林思源");
        let text = serde_json::to_string(&sheet).unwrap();
        assert_eq!(serde_json::from_str::<Feedback>(&text).unwrap(), sheet);
    }

    #[test]
    fn a_sheet_goes_its_way_and_nobody_signs_his_own_draft() {
        let sheet = Feedback::default();
        assert!(sheet.clone().ask(FeedbackState::Draft).is_err());
        let late = sheet.clone().draft(FeedbackState::Draft, by(1), "", vec![problem("2026-12-01")]);
        assert_eq!(late.unwrap_err().field_name(), Some("due_0"));
        let sheet = sheet.draft(FeedbackState::Draft, by(1), "总体较好", vec![problem("2027-03-01")]).unwrap();
        let (sheet, state) = sheet.ask(FeedbackState::Draft).unwrap();
        assert!(sheet.clone().sign(state, by(1)).is_err());
        assert!(sheet.clone().send_back(state, " ").is_err());
        let (sheet, state) = sheet.sign(state, by(2)).unwrap();
        let (sheet, state) = sheet.hand(state, Some(hand("2026-12-10")), None).unwrap();
        assert_eq!((state, sheet.handed_on()), (FeedbackState::Signed, None));
        assert!(sheet.clone().hand(state, Some(hand("2026-12-10")), None).is_err());
        let (sheet, state) = sheet.hand(state, None, Some(hand("2026-12-11"))).unwrap();
        assert_eq!((state, sheet.handed_on()), (FeedbackState::Handed, Some(day("2026-12-11"))));
        assert_eq!(sheet.signed_words(), "某 2026年12月9日");
        // Five working days after Wednesday, 9 December 2026.
        assert_eq!(Feedback::hand_by(day("2026-12-09"), &WorkCalendar::default()), day("2026-12-16"));
    }
}
