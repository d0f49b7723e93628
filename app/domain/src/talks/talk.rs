//! The talk itself, from its registration to the last signature. What follows is in `after`.

use serde::{Deserialize, Serialize};

use super::{
    Acted, Arrival, CheckPlan, Claim, Finding, Lead, Level, ListKind, Lists, Met, Minutes, Side, Signed, SignedPaper,
    Speaker, StageCheck, TalkDays, TalkEvent, TalkState, TalkStep, Timetable, Written,
};
use crate::{
    Rejection,
    accountability::{Hand, Paper},
    ids::{PersonId, PostId, TalkGroupId, TalkId, TermId, UnitId},
    signature::Signing,
    text,
    time::{Day, WorkCalendar, zh},
};

/// A talk with one head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// Id.
    pub id: TalkId,
    /// Talk with several, where it is one.
    pub group: Option<TalkGroupId>,
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: UnitId,
    /// Its name on that day: a unit that is renamed or merged later keeps it here.
    pub unit_name: String,
    /// Title of the post.
    pub title: String,
    /// Term that made it due.
    pub term: TermId,
    /// The head.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// Level of the post.
    pub level: Level,
    /// New or transferred.
    pub arrival: Arrival,
    /// First day of the term.
    pub arrived_on: Day,
    /// Registered on.
    pub registered_on: Day,
    /// Days as they were set then.
    pub days: TalkDays,
    /// Who leads it.
    pub lead: Lead,
    /// The three lists.
    pub lists: Lists,
    /// Everybody who worked on the lists: none of them approves.
    pub prepared_by: Vec<PersonId>,
    /// Why the lists came back; empty otherwise.
    pub returned: String,
    /// 审定.
    pub approved: Option<Acted>,
    /// The talk.
    pub minutes: Option<Minutes>,
    /// Signatures.
    pub signatures: Vec<Signed>,
    /// 党组会.
    pub met: Option<Met>,
    /// Day of the 整改方案.
    pub planned_on: Option<Day>,
    /// Stage checks.
    pub stages: Vec<StageCheck>,
    /// 监督检查方案.
    pub checks: CheckPlan,
    /// The leader's report.
    pub report: Option<Written<Claim>>,
    /// 跟踪评估报告.
    pub tracking: Option<Written<Finding>>,
    /// What became of the new head's list when the talk was signed.
    pub list_words: String,
    /// Is the new head's list open, with the 自选动作 of the talk? Until then the office may try again.
    #[serde(default)]
    pub listed: bool,
    /// Lines of the promise as they were on the day of the talk: what was signed does not change with the settings.
    #[serde(default)]
    pub promise: String,
    /// Number of the record.
    pub number: String,
    /// State.
    pub state: TalkState,
    /// Since which day.
    pub since: Day,
    /// Closed or ended on.
    pub over_on: Option<Day>,
    /// Why it went no further; empty otherwise.
    pub over_why: String,
    /// Counted up by every step.
    pub version: u32,
}

pub(super) fn no<T>(words: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::state(words))
}

/// A paper of a day between `earliest` and today, with its handler.
pub(super) fn paper_of(paper: Option<Paper>, earliest: Day, today: Day) -> Result<Option<Paper>, Rejection> {
    let Some(paper) = paper else { return Ok(None) };
    let handler = text::required("handler", "经办人", &paper.handler, text::NAME_MAX)?;
    if paper.on > today || paper.on < earliest {
        let words = format!("纸质日期应在{}到今天之间，没有保存。请核对日期。", zh(earliest));
        return Err(Rejection::field("paper_on", words));
    }
    Ok(Some(Paper { on: paper.on, handler }))
}

impl Talk {
    /// Is the talk in this state?
    pub(super) fn wants(&self, state: TalkState, otherwise: &str) -> Result<(), Rejection> {
        if self.state == state {
            return Ok(());
        }
        no(format!("这次谈话现在是“{}”，{otherwise}，没有保存。请刷新页面查看最新情况。", self.state.label()))
    }

    /// Takes a step: the only place where state, since and version change.
    pub(super) fn becomes(
        &mut self,
        step: TalkStep,
        to: TalkState,
        by: &Hand,
        on: Day,
        words: impl Into<String>,
    ) -> TalkEvent {
        if self.state != to {
            self.since = on;
        }
        self.state = to;
        self.version += 1;
        TalkEvent::new(step, by, on, to, words)
    }

    /// Signatures stand since.
    pub fn signed_on(&self) -> Option<Day> {
        if self.state.is_inside() || self.state == TalkState::Held {
            return None;
        }
        self.signatures.iter().map(|s| s.on).max()
    }

    /// The days of this talk.
    pub fn timetable(&self, calendar: &WorkCalendar) -> Timetable {
        let reported = self.report.as_ref().and_then(|r| r.sent.as_ref()).map(|(.., on)| *on);
        self.days.timetable((self.arrived_on, self.registered_on), (self.signed_on(), reported), calendar)
    }

    /// The lists may be worked on.
    fn in_work(&self) -> Result<(), Rejection> {
        self.wants(TalkState::Preparing, "不能再改三张清单")
    }

    /// One change of the lists, by whatever `change` does.
    ///
    /// # Errors
    /// Not being prepared, or as `change` says.
    pub fn prepare<T>(
        &mut self,
        by: &Hand,
        on: Day,
        kind: ListKind,
        change: impl FnOnce(&mut Lists) -> Result<T, Rejection>,
    ) -> Result<(T, TalkEvent), Rejection> {
        self.in_work()?;
        let mut lists = self.lists.clone();
        let done = change(&mut lists)?;
        self.lists = lists;
        if !self.prepared_by.contains(&by.person) {
            self.prepared_by.push(by.person);
        }
        Ok((done, self.becomes(TalkStep::Prepare, TalkState::Preparing, by, on, kind.label())))
    }

    /// 报审 of the three lists.
    ///
    /// # Errors
    /// Not being prepared, or something is wanting: what, in words.
    pub fn ask(&mut self, by: &Hand, on: Day) -> Result<TalkEvent, Rejection> {
        self.in_work()?;
        let wanting = self.lists.wanting();
        if !wanting.is_empty() {
            return no(format!("{}，没有报审。请补齐后再报审。", wanting.join("；")));
        }
        self.returned.clear();
        Ok(self.becomes(TalkStep::Ask, TalkState::Asked, by, on, self.lists.words()))
    }

    /// 审定 by the 书记, on the screen or noted from paper.
    ///
    /// # Errors
    /// Not waiting; whoever worked on the lists, or the head himself; a wrong paper.
    pub fn approve(&mut self, by: &Hand, on: Day, paper: Option<Paper>) -> Result<TalkEvent, Rejection> {
        self.wants(TalkState::Asked, "不能审定")?;
        let paper = paper_of(paper, self.registered_on, on)?;
        if by.person == self.person || (paper.is_none() && self.prepared_by.contains(&by.person)) {
            return no("三张清单须由没有参与梳理的负责同志审定。请由其他同志审定，或登记纸质审定。");
        }
        self.approved = Some(Acted { by: by.person, name: by.name.clone(), on, paper: paper.clone() });
        let event = self.becomes(TalkStep::Approve, TalkState::Approved, by, on, "");
        Ok(TalkEvent { paper, ..event })
    }

    /// 退回, from the approval or before the talk.
    ///
    /// # Errors
    /// Neither waiting nor approved, or no reason.
    pub fn send_back(&mut self, by: &Hand, on: Day, reason: &str) -> Result<TalkEvent, Rejection> {
        if self.state != TalkState::Approved {
            self.wants(TalkState::Asked, "不能退回")?;
        }
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.returned.clone_from(&reason);
        self.approved = None;
        Ok(self.becomes(TalkStep::Return, TalkState::Preparing, by, on, reason))
    }

    /// Who leads it: whose talk it is by the rule, or whoever it is delegated to with a reason.
    ///
    /// # Errors
    /// Held already; the head himself; delegated without a reason; no name.
    pub fn delegate(&mut self, by: &Hand, on: Day, lead: Lead, own: Speaker) -> Result<TalkEvent, Rejection> {
        if !self.state.is_inside() {
            self.wants(TalkState::Approved, "不能再改主谈人")?;
        }
        if lead.person == Some(self.person) {
            return Err(Rejection::field("speaker_person", "谈话对象不能与自己谈话，没有保存。请另选主谈人。"));
        }
        let name = text::required("speaker_name", "主谈人姓名", &lead.name, text::NAME_MAX)?;
        let reason = if lead.speaker == own {
            String::new()
        } else {
            text::required("reason", "委托原因", &lead.reason, text::LINE_MAX)?
        };
        let words = format!("{} {name}", lead.speaker.label());
        self.lead = Lead { name, reason, ..lead };
        let state = self.state;
        Ok(self.becomes(TalkStep::Delegate, state, by, on, words))
    }

    /// The talk was held.
    ///
    /// # Errors
    /// Not approved; nobody chosen to lead it; a day before the registration or after today; texts that are missing.
    pub fn hold(&mut self, by: &Hand, today: Day, minutes: Minutes) -> Result<TalkEvent, Rejection> {
        self.wants(TalkState::Approved, "不能登记谈话")?;
        if self.lead.name.is_empty() {
            return no("还没有确定主谈人，没有保存。请先确定主谈人。");
        }
        if minutes.on > today || minutes.on < self.registered_on {
            let words = format!("谈话日期应在{}到今天之间，没有保存。请核对日期。", zh(self.registered_on));
            return Err(Rejection::field("held_on", words));
        }
        let minutes = Minutes {
            on: minutes.on,
            place: text::required("place", "谈话地点", &minutes.place, text::NAME_MAX)?,
            present: text::optional("present", "参加人员", &minutes.present, text::LINE_MAX)?,
            words: text::required("words", "谈话要点", &minutes.words, text::RECORD_MAX)?,
            answer: text::required("answer", "谈话对象表态", &minutes.answer, 2_000)?,
            writer: text::required("writer", "记录人", &minutes.writer, text::NAME_MAX)?,
        };
        let words = zh(minutes.on);
        self.minutes = Some(minutes);
        Ok(self.becomes(TalkStep::Hold, TalkState::Held, by, today, words))
    }

    /// Does this signature stand?
    pub fn signature(&self, paper: SignedPaper, side: Side) -> Option<&Signed> {
        self.signatures.iter().find(|s| s.paper == paper && s.side == side)
    }

    /// Signatures that are wanting, in the order of the table.
    pub fn unsigned(&self) -> Vec<(SignedPaper, Side)> {
        [
            (SignedPaper::Record, Side::Leader),
            (SignedPaper::Commitment, Side::Leader),
            (SignedPaper::Record, Side::Speaker),
        ]
        .into_iter()
        .filter(|(paper, side)| self.signature(*paper, *side).is_none())
        .collect()
    }

    /// Name of a side.
    pub fn signer(&self, side: Side) -> &str {
        match side {
            Side::Speaker => &self.lead.name,
            Side::Leader => &self.name,
        }
    }

    /// Signs one of the papers; the last signature puts the talk into the hands of the unit. Paper is noted for the
    /// side that is named. Whether the hand is that of the signer is asked of access.
    ///
    /// # Errors
    /// Not held; signed before; a drawing or name that does not do; a paper of a day before the talk or after today.
    pub fn sign(
        &mut self,
        by: &Hand,
        today: Day,
        (paper, side): (SignedPaper, Side),
        signing: Signing,
    ) -> Result<TalkEvent, Rejection> {
        self.wants(TalkState::Held, "不能签字")?;
        if paper == SignedPaper::Commitment && side == Side::Speaker {
            return Err(Rejection::NotFound);
        }
        if let Some(had) = self.signature(paper, side) {
            return no(format!("“{}”已于{}签过{}，不用再签。", had.name, zh(had.on), paper.label()));
        }
        let name = self.signer(side).to_owned();
        let signing = signing.check_for(paper.label(), &name, today)?;
        let held = self.minutes.as_ref().map_or(self.registered_on, |m| m.on);
        let on = match &signing {
            Signing::Paper { on, .. } if *on < held => {
                return Err(Rejection::field("paper_on", "纸质签字日期早于谈话日期，没有保存。请核对日期。"));
            }
            Signing::Paper { on, .. } => *on,
            _ => today,
        };
        let noted = match &signing {
            Signing::Paper { on, handler } => Some(Paper { on: *on, handler: handler.clone() }),
            _ => None,
        };
        self.signatures.push(Signed { paper, side, name, on, signing });
        let to = if self.unsigned().is_empty() { TalkState::Signed } else { TalkState::Held };
        let event = self.becomes(TalkStep::Sign, to, by, today, format!("{} {}", side.label(), paper.label()));
        Ok(TalkEvent { paper: noted, ..event })
    }
}
