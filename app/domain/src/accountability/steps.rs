//! The steps of the loop (H6, H7). Each checks the state, the hands and the words, changes the
//! item and gives the event to be stored with it. Nothing changes when a step is refused.

use serde::{Deserialize, Serialize};

use super::{
    Extension, Hand, Hands, Item, ItemEvent, Owner, Paper, Pause, Proof, State, Step, Waits,
    item::{TEXT_MAX, clean},
    moves::proven,
    near,
};
use crate::{
    Rejection, text,
    time::{Day, zh},
};

/// What the 分管副书记 decides after two returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// 继续整改, by a new day.
    GoOn {
        /// New deadline.
        until: Day,
    },
    /// 同意销号.
    Strike,
    /// 挂起.
    Suspend,
}

pub(super) fn no<T>(message: &str) -> Result<T, Rejection> {
    Err(Rejection::state(message))
}

impl Item {
    pub(super) fn wants(&self, state: State, otherwise: &str) -> Result<(), Rejection> {
        if self.state == state {
            Ok(())
        } else {
            no(&format!("这一项现在是“{}”，{otherwise}", self.state.label()))
        }
    }

    /// Takes the step: the only place where state, since and version change.
    pub(super) fn becomes(&mut self, step: Step, to: State, by: &Hand, on: Day, words: String) -> ItemEvent {
        if self.state != to {
            self.since = on;
        }
        self.state = to;
        self.version += 1;
        ItemEvent::new(step, by, on, to, words)
    }

    /// Not of the unit, and none of those who filled in, confirmed or applied.
    pub(super) fn outside(&self, by: &Hand) -> Result<(), Rejection> {
        let own = by.units.contains(&self.unit);
        let owner = self.owner.as_ref().and_then(|o| o.person);
        let took_part = [self.hands.filler, self.hands.leader, self.hands.applicant, owner];
        if own || took_part.contains(&Some(by.person)) {
            return no("复核和销号须由本单位以外、没有参与填报的人办理。请由其他同志办理。");
        }
        Ok(())
    }

    /// 签收 by the head, or noted from paper.
    ///
    /// # Errors
    /// Signed already, or a paper without handler or of a day before the hand-over or after today.
    pub fn sign(&mut self, by: &Hand, on: Day, paper: Option<Paper>) -> Result<ItemEvent, Rejection> {
        self.wants(State::Unsigned, "不用再签收。请刷新页面查看最新进度。")?;
        let paper = Paper::check(paper, self.handed(), on)?;
        let to = if self.kind.is_planned() { State::Planning } else { State::Working };
        let event = self.becomes(Step::Sign, to, by, on, String::new());
        Ok(ItemEvent { paper, ..event })
    }

    /// The plan as the 党组会 adopted it on `adopted_on`: 责任领导, 责任部门, measures.
    ///
    /// # Errors
    /// Not signed yet or past the plan; a 党组会 day before the hand-over or after today; a text that is missing,
    /// too long or must not be stored.
    pub fn plan(
        &mut self,
        by: &Hand,
        on: Day,
        owner: Owner,
        department: &str,
        measures: &str,
        adopted_on: Day,
    ) -> Result<ItemEvent, Rejection> {
        if self.state == State::Unsigned {
            return no("这一项还没有签收。请先签收，再报送整改方案。");
        }
        self.wants(State::Planning, "方案已经报送，不能再改。需要调整请联系党风政风监督室。")?;
        if adopted_on > on || adopted_on < self.opened_on {
            return Err(Rejection::field(
                "adopted_on",
                format!("党组会日期应在{}到今天之间，没有保存。请核对日期。", zh(self.opened_on)),
            ));
        }
        let name = clean("owner", "责任领导", &owner.name, text::NAME_MAX)?;
        let department = clean("department", "责任部门", department, text::NAME_MAX)?;
        let measures = clean("measures", "整改措施", measures, TEXT_MAX)?;
        self.owner = Some(Owner { name, ..owner });
        self.department = department;
        self.planned_on = Some(adopted_on);
        self.measures = measures.clone();
        Ok(self.becomes(Step::Plan, State::Working, by, on, measures))
    }

    /// Progress in between (quarterly, by the 联络员): a line of the history, no change of state.
    ///
    /// # Errors
    /// Not 整改; a text that is missing, too long or must not be stored.
    pub fn progress(&mut self, by: &Hand, on: Day, words: &str) -> Result<ItemEvent, Rejection> {
        self.wants(State::Working, "不用填报进展。请刷新页面查看最新进度。")?;
        let words = clean("words", "进展", words, TEXT_MAX)?;
        Ok(self.becomes(Step::Progress, State::Working, by, on, words))
    }

    /// [`fill_with`](Self::fill_with) words alone.
    ///
    /// # Errors
    /// As there.
    pub fn fill(&mut self, by: &Hand, on: Day, evidence: &str) -> Result<ItemEvent, Rejection> {
        self.fill_with(by, on, evidence, Vec::new())
    }

    /// 责任部门 fills in what was done, with what proves it. Whether the proofs are the unit's own is the caller's to
    /// check: they are ids here.
    ///
    /// # Errors
    /// Not 整改; the 责任领导 himself; a text that is missing, too long or must not be stored; too many proofs.
    pub fn fill_with(
        &mut self,
        by: &Hand,
        on: Day,
        evidence: &str,
        proofs: Vec<Proof>,
    ) -> Result<ItemEvent, Rejection> {
        self.wants(State::Working, "不能填报整改情况。请刷新页面查看最新进度。")?;
        if self.owner.as_ref().is_some_and(|o| o.person == Some(by.person)) {
            return no("填报人不能同时是责任领导。请由责任部门的同志填报。");
        }
        let evidence = clean("evidence", "整改情况", evidence, TEXT_MAX)?;
        self.proofs = proven(proofs)?;
        self.hands = Hands { filler: Some(by.person), ..Hands::default() };
        self.evidence = evidence.clone();
        Ok(self.becomes(Step::Fill, State::Filled, by, on, evidence))
    }

    /// The 责任领导 confirms in person, or his paper is noted by somebody of the unit.
    ///
    /// # Errors
    /// Not filled in; the filler himself, or another than the plan's 责任领导, without his paper; a wrong paper.
    pub fn lead(&mut self, by: &Hand, on: Day, paper: Option<Paper>) -> Result<ItemEvent, Rejection> {
        self.wants(State::Filled, "不用责任领导确认。请刷新页面查看最新进度。")?;
        let paper = Paper::check(paper, self.handed(), on)?;
        let owner = self.owner.as_ref().and_then(|o| o.person);
        match (&paper, owner) {
            (Some(_), _) => {}
            _ if self.hands.filler == Some(by.person) => {
                return no("填报人不能自己确认。请由责任领导确认，或登记责任领导的纸质签字。");
            }
            // Kinds without a plan have no named owner: any other leader of the unit confirms.
            (None, Some(person)) if person != by.person => {
                return no("请由整改方案里的责任领导确认，或登记责任领导的纸质签字。");
            }
            (None, None) if self.owner.is_some() => {
                return no("责任领导没有账号，不能在线确认。请登记责任领导的纸质签字。");
            }
            (None, _) => {}
        }
        self.hands.leader = if paper.is_some() { owner } else { Some(by.person) };
        let event = self.becomes(Step::Lead, State::Confirmed, by, on, String::new());
        Ok(ItemEvent { paper, ..event })
    }

    /// The head applies to be struck off; not who filled in.
    ///
    /// # Errors
    /// Not confirmed; the filler himself without a paper; a wrong paper.
    pub fn apply(&mut self, by: &Hand, on: Day, paper: Option<Paper>) -> Result<ItemEvent, Rejection> {
        self.wants(State::Confirmed, "不能申请销号。请先由责任部门填报、责任领导确认。")?;
        let paper = Paper::check(paper, self.handed(), on)?;
        if paper.is_none() && self.hands.filler == Some(by.person) {
            return no("填报人不能自己申请销号。请由主要负责人申请。");
        }
        if paper.is_none() {
            self.hands.applicant = Some(by.person);
        }
        self.applied.on = Some(on);
        let event = self.becomes(Step::Apply, State::Checking, by, on, String::new());
        Ok(ItemEvent { paper, ..event })
    }

    /// 复核 passed, by a person outside the unit.
    ///
    /// # Errors
    /// Nothing applied for; one of the unit or who took part; a text that is missing or must not be stored.
    pub fn check(&mut self, by: &Hand, on: Day, words: &str) -> Result<ItemEvent, Rejection> {
        self.wants(State::Checking, "不用复核。请刷新页面查看最新进度。")?;
        self.outside(by)?;
        let words = clean("words", "复核意见", words, TEXT_MAX)?;
        self.hands.checker = Some(by.person);
        Ok(self.becomes(Step::Check, State::Checked, by, on, words))
    }

    /// 销号 by the 党风政风监督室; not the checker himself.
    ///
    /// # Errors
    /// Not checked; one of the unit, who took part or checked.
    pub fn strike(&mut self, by: &Hand, on: Day) -> Result<ItemEvent, Rejection> {
        self.wants(State::Checked, "不能销号。请先由派驻纪检监察组或联系纪检监察室复核。")?;
        self.outside(by)?;
        if self.hands.checker == Some(by.person) {
            return no("复核人不能自己销号。请由党风政风监督室的其他同志销号。");
        }
        self.closed_on = Some(on);
        Ok(self.becomes(Step::Strike, State::Closed, by, on, String::new()))
    }

    /// 退回 to the department. Inside the unit (责任领导, head) it is a correction and does not count; by the
    /// checker or the office it counts, may give a new day, and the second hands the item to the 分管副书记.
    ///
    /// # Errors
    /// No state to go back from; no reason; outside the unit: one of it or who took part, or a new day that is
    /// wanting or not in the future.
    pub fn send_back(&mut self, by: &Hand, on: Day, reason: &str, until: Option<Day>) -> Result<ItemEvent, Rejection> {
        let inside = match self.state {
            State::Filled | State::Confirmed => true,
            State::Checking | State::Checked => false,
            _ => return no(&format!("这一项现在是“{}”，不能退回。请刷新页面查看最新进度。", self.state.label())),
        };
        let reason = clean("reason", "退回原因", reason, text::LINE_MAX)?;
        if inside {
            let to = self.after_return();
            return Ok(self.becomes(Step::Return, to, by, on, reason));
        }
        self.outside(by)?;
        if let Some(until) = until
            && until <= on
        {
            return Err(Rejection::field("until", "退回后的整改期限应晚于今天，没有保存。请重新选择日期。"));
        }
        until.map(|until| near("until", until, on)).transpose()?;
        // What comes back after its day needs a new one, or it would be late at once by another's check.
        if until.is_none() && self.deadline <= on && self.applied.returns == 0 {
            return Err(Rejection::field("until", "原期限已过，退回时要写明新的整改期限。请选择日期。"));
        }
        self.applied.returns += 1;
        self.applied.on = None;
        self.applied.returned_for.clone_from(&reason);
        if self.applied.returns >= 2 {
            return Ok(self.becomes(Step::Return, State::Deciding, by, on, reason));
        }
        if let Some(until) = until {
            self.deadline = self.deadline.max(until);
        }
        let to = self.after_return();
        Ok(self.becomes(Step::Return, to, by, on, reason))
    }

    /// The 分管副书记 decides what becomes of an item returned twice.
    ///
    /// # Errors
    /// Not returned twice; one of the unit or who took part, and for 销号 who checked; no reason; a new day that is not
    /// in the future.
    pub fn decide(&mut self, by: &Hand, on: Day, ruling: &Ruling, reason: &str) -> Result<ItemEvent, Rejection> {
        self.wants(State::Deciding, "不用分管副书记审定。请刷新页面查看最新进度。")?;
        self.outside(by)?;
        let reason = clean("reason", "审定意见", reason, text::LINE_MAX)?;
        if *ruling == Ruling::Strike && self.hands.checker == Some(by.person) {
            return no("复核人不能自己同意销号。请由其他负责同志审定。");
        }
        match ruling {
            Ruling::GoOn { until } if *until <= on => {
                Err(Rejection::field("until", "新的整改期限应晚于今天，没有保存。请重新选择日期。"))
            }
            Ruling::GoOn { until } => {
                self.deadline = near("until", *until, on)?;
                let to = self.after_return();
                Ok(self.becomes(Step::Decide, to, by, on, reason))
            }
            Ruling::Strike => {
                self.closed_on = Some(on);
                Ok(self.becomes(Step::Decide, State::Closed, by, on, reason))
            }
            Ruling::Suspend => {
                let state = self.after_return();
                self.pause = Some(Pause { since: on, reason: reason.clone(), state });
                Ok(self.becomes(Step::Decide, State::Suspended, by, on, reason))
            }
        }
    }

    /// The unit asks for its one extension.
    ///
    /// # Errors
    /// Asked for before; not the unit's turn; a day not after the deadline and today, or too far; no reason.
    pub fn ask_extension(&mut self, by: &Hand, on: Day, to: Day, reason: &str) -> Result<ItemEvent, Rejection> {
        if self.extension.is_some() {
            return no("这一项已经申请过延期，只能延期一次。请按期完成，或与党风政风监督室联系。");
        }
        if self.state.waits() != Waits::Unit {
            return no(&format!("这一项现在是“{}”，不用申请延期。", self.state.label()));
        }
        if to <= self.deadline || to <= on {
            return Err(Rejection::field(
                "to",
                format!("延期后的日期应晚于原期限{}和今天，没有保存。请重新选择日期。", zh(self.deadline)),
            ));
        }
        let to = near("to", to, on)?;
        let reason = clean("reason", "延期原因", reason, text::LINE_MAX)?;
        self.extension = Some(Extension { from: self.deadline, to, reason: reason.clone(), granted: None });
        let state = self.state;
        Ok(self.becomes(Step::AskExtension, state, by, on, format!("延至{}：{reason}", zh(to))))
    }

    /// The office grants or refuses it while the unit works on it; a refusal uses it up as well.
    ///
    /// # Errors
    /// One of the unit; not the unit's turn; nothing asked for; a refusal without a reason.
    pub fn answer_extension(&mut self, by: &Hand, on: Day, agree: bool, words: &str) -> Result<ItemEvent, Rejection> {
        if by.units.contains(&self.unit) {
            return no("本单位的同志不能审批自己的延期。请由党风政风监督室的其他同志办理。");
        }
        // A day that moved after the application would change what is being checked.
        if self.state.waits() != Waits::Unit {
            return no(&format!("这一项现在是“{}”，不能审批延期。请刷新页面查看最新进度。", self.state.label()));
        }
        let words = if agree {
            text::optional("words", "意见", words, text::LINE_MAX)?
        } else {
            clean("words", "不同意的原因", words, text::LINE_MAX)?
        };
        match &mut self.extension {
            Some(e) if e.granted.is_none() => {
                e.granted = Some(agree);
                if agree {
                    self.deadline = self.deadline.max(e.to);
                }
            }
            _ => return no("这一项没有待审批的延期申请。请刷新页面查看最新进度。"),
        }
        let (step, state) = (if agree { Step::Extend } else { Step::RefuseExtension }, self.state);
        Ok(self.becomes(step, state, by, on, words))
    }

    /// 挂起 by the office: what cannot go on now, such as a matter before a court.
    ///
    /// # Errors
    /// Ended or on hold already; one of the unit; no reason.
    pub fn suspend(&mut self, by: &Hand, on: Day, reason: &str) -> Result<ItemEvent, Rejection> {
        if matches!(self.state, State::Closed | State::Suspended) {
            return no(&format!("这一项现在是“{}”，不能挂起。", self.state.label()));
        }
        if by.units.contains(&self.unit) {
            return no("本单位的同志不能挂起自己的整改事项。请由党风政风监督室的其他同志办理。");
        }
        let reason = clean("reason", "挂起原因", reason, text::LINE_MAX)?;
        self.pause = Some(Pause { since: on, reason: reason.clone(), state: self.state });
        Ok(self.becomes(Step::Suspend, State::Suspended, by, on, reason))
    }

    /// Taken up again, with a new deadline where the old one is over.
    ///
    /// # Errors
    /// Not on hold; one of the unit; a deadline that is not in the future, or too far.
    pub fn resume(&mut self, by: &Hand, on: Day, until: Option<Day>) -> Result<ItemEvent, Rejection> {
        let Some(pause) = self.pause.clone().filter(|_| self.state == State::Suspended) else {
            return no("这一项没有挂起，不用恢复。请刷新页面查看最新进度。");
        };
        if by.units.contains(&self.unit) {
            return no("本单位的同志不能恢复自己的整改事项。请由党风政风监督室的其他同志办理。");
        }
        let deadline = until.unwrap_or(self.deadline);
        if deadline <= on {
            return Err(Rejection::field("until", "恢复办理要有晚于今天的整改期限，没有保存。请重新选择日期。"));
        }
        self.deadline = until.map_or(Ok(deadline), |until| near("until", until, on))?;
        self.pause = None;
        Ok(self.becomes(Step::Resume, pause.state, by, on, String::new()))
    }
}
