//! Steps beside the straight way: 立行立改, another 责任领导, another unit, a link to an earlier problem, a look on
//! site, the number of another ledger. Each checks as the others do and changes nothing when it is refused.

use super::{
    Applied, External, Hand, Hands, Item, ItemEvent, Owner, Proof, Standing, State, Step, Waits,
    item::{TEXT_MAX, clean},
    near,
    steps::no,
};
use crate::{
    Rejection, text,
    time::{Day, WorkCalendar, zh},
};

/// Most proofs of one item.
const PROOFS_MAX: usize = 20;

/// Bounded, each once.
pub(super) fn proven(proofs: Vec<Proof>) -> Result<Vec<Proof>, Rejection> {
    let mut once: Vec<Proof> = Vec::with_capacity(proofs.len().min(PROOFS_MAX));
    for proof in proofs {
        if !once.contains(&proof) {
            once.push(proof);
        }
    }
    if once.len() > PROOFS_MAX {
        let words = format!("一次最多关联 {PROOFS_MAX} 份佐证，没有保存。请只选最能说明问题的。");
        return Err(Rejection::field("proof", words));
    }
    Ok(once)
}

impl Item {
    /// Word of [`look`](Self::look) where it was put right,
    pub const SETTLED: &str = "已见整改";
    /// and where it was not.
    pub const UNSETTLED: &str = "仍未整改";

    /// Where a returned item goes: what was to be put right at once and was not gets a plan like the others.
    pub(super) fn after_return(&mut self) -> State {
        let short = std::mem::take(&mut self.quick);
        if short && self.kind.is_planned() && self.planned_on.is_none() { State::Planning } else { State::Working }
    }

    /// Last day of the short path: the plan's own day, after which only the plan is left.
    pub fn settle_by(&self, calendar: &WorkCalendar) -> Day {
        calendar.plus_working(self.handed(), self.kind.days().plan).min(self.deadline)
    }

    /// 立行立改: the department says what was put right at once. There is no plan and no 责任领导; the head still
    /// applies, and check and 销号 stay with their own hands.
    ///
    /// # Errors
    /// Planned already; after the day of the plan; a text that is missing, too long or must not be stored.
    pub fn settle(
        &mut self,
        by: &Hand,
        on: Day,
        department: &str,
        evidence: &str,
        proofs: Vec<Proof>,
        calendar: &WorkCalendar,
    ) -> Result<ItemEvent, Rejection> {
        if !matches!(self.state, State::Unsigned | State::Planning) {
            let words = format!("这一项现在是“{}”，不能按立行立改办理。请刷新页面查看最新进度。", self.state.label());
            return no(&words);
        }
        let last = self.settle_by(calendar);
        if on > last {
            return no(&format!("立行立改应在{}前完成，现已超过。请按整改方案办理。", zh(last)));
        }
        let department = clean("department", "责任部门", department, text::NAME_MAX)?;
        let evidence = clean("evidence", "整改情况", evidence, TEXT_MAX)?;
        self.proofs = proven(proofs)?;
        self.department = department;
        self.evidence.clone_from(&evidence);
        self.quick = true;
        self.hands = Hands { filler: Some(by.person), ..Hands::default() };
        Ok(self.becomes(Step::Settle, State::Confirmed, by, on, evidence))
    }

    /// Another 责任领导, with the reason: the one of the plan left, or the work was divided anew.
    ///
    /// # Errors
    /// Nobody answers for it now; the same person; the filler of the present run; a name or reason that is missing, too
    /// long or must not be stored.
    pub fn reassign(&mut self, by: &Hand, on: Day, owner: Owner, reason: &str) -> Result<ItemEvent, Rejection> {
        if !matches!(self.state, State::Working | State::Filled) {
            return no(&format!("这一项现在是“{}”，不用更换责任领导。", self.state.label()));
        }
        let name = clean("owner", "责任领导", &owner.name, text::NAME_MAX)?;
        if self.owner.as_ref().is_some_and(|now| now.person == owner.person && now.name == name) {
            return Err(Rejection::field("owner", format!("责任领导现在就是{name}，没有更换。")));
        }
        if self.state == State::Filled && owner.person.is_some() && self.hands.filler == owner.person {
            return Err(Rejection::field("owner", "这次整改情况由他填报，不能再作责任领导确认。请换一位。"));
        }
        let reason = clean("reason", "更换原因", reason, text::LINE_MAX)?;
        let before = self.owner.as_ref().map_or("未定", |owner| owner.name.as_str());
        let words = format!("由{before}改为{name}：{reason}");
        self.owner = Some(Owner { person: owner.person, name });
        let state = self.state;
        Ok(self.becomes(Step::Owner, state, by, on, words))
    }

    /// To another unit, which signs for it and plans anew; what was done before stays in the history, and neither its
    /// returns nor its 容错 are the heir's. `standing` is the heir as the district knows it, `from` the name of the unit
    /// that hands over.
    ///
    /// # Errors
    /// The supervising bodies' turn, ended, the same unit; one of either unit; no reason; the deadline over and no new
    /// one, or one that is not in the future or too far.
    pub fn transfer(
        &mut self,
        by: &Hand,
        on: Day,
        from: &str,
        standing: &Standing,
        reason: &str,
        until: Option<Day>,
    ) -> Result<ItemEvent, Rejection> {
        if self.state.waits() != Waits::Unit && self.state != State::Suspended {
            return no(&format!("这一项现在是“{}”，不能移交。请先办完这一步。", self.state.label()));
        }
        if standing.unit == self.unit {
            return Err(Rejection::field("unit", "承接单位就是现在的办理单位，没有移交。请重新选择。"));
        }
        if by.units.contains(&self.unit) || by.units.contains(&standing.unit) {
            return no("移交双方单位的同志不能办理移交。请由党风政风监督室的其他同志办理。");
        }
        let reason = clean("reason", "移交原因", reason, text::LINE_MAX)?;
        let deadline = until.unwrap_or(self.deadline);
        if deadline <= on {
            let words = "移交后要有晚于今天的整改期限，没有保存。请选择日期。";
            return Err(Rejection::field("until", words));
        }
        let deadline = until.map_or(Ok(deadline), |until| near("until", until, on))?;
        self.unit = standing.unit;
        self.post = standing.post;
        self.deadline = deadline;
        self.owner = None;
        self.department = String::new();
        self.measures = String::new();
        self.planned_on = None;
        self.evidence = String::new();
        self.proofs = Vec::new();
        self.quick = false;
        self.hands = Hands::default();
        self.applied = Applied::default();
        self.excused = false;
        self.extension = None;
        self.pause = None;
        self.handed_on = Some(on);
        let to = self.kind.first();
        Ok(self.becomes(Step::Transfer, to, by, on, format!("由{from}移交{}：{reason}", standing.name)))
    }

    /// Links an earlier problem of the same unit that this one repeats, where the rule of unit, item and kind did not
    /// see it.
    ///
    /// # Errors
    /// Another unit's, a later one, itself, one that is said to repeat this one; one of the unit.
    pub fn relate(&mut self, by: &Hand, on: Day, earlier: &Self, number: &str) -> Result<ItemEvent, Rejection> {
        if by.units.contains(&self.unit) {
            return no("本单位的同志不能认定重复问题。请由党风政风监督室的其他同志办理。");
        }
        if earlier.id == self.id || earlier.unit != self.unit || earlier.opened_on > self.opened_on {
            let words = "只能关联同一单位更早挂账的问题，没有保存。请核对编号。";
            return Err(Rejection::field("earlier", words));
        }
        if earlier.repeats == Some(self.id) {
            let words = "那个问题已经关联为这一项的重复发生，不能互相关联，没有保存。请核对先后。";
            return Err(Rejection::field("earlier", words));
        }
        if self.repeats == Some(earlier.id) {
            return Err(Rejection::field("earlier", "已经关联过这个问题，没有重复保存。"));
        }
        self.repeats = Some(earlier.id);
        let state = self.state;
        Ok(self.becomes(Step::Relate, state, by, on, format!("与 {number} 为同类问题重复发生")))
    }

    /// What an inspector found of it on site: a line of the history and nothing else. It strikes nothing off (复核 and
    /// 销号 have their own hands), moves no deadline, and whoever fills in a form meanwhile is not disturbed: the
    /// version stays.
    ///
    /// # Errors
    /// Ended; one of the unit; not seen put right and nothing said; a text that is too long or must not be stored.
    pub fn look(&self, by: &Hand, on: Day, settled: bool, words: &str) -> Result<ItemEvent, Rejection> {
        if self.is_closed() {
            return no("这一项已经销号，不用再标记。请刷新页面查看。");
        }
        if by.units.contains(&self.unit) {
            return no("本单位的同志不能标记自己的整改事项。请由翻阅人员标记。");
        }
        let found = if settled { Self::SETTLED } else { Self::UNSETTLED };
        let words = text::optional("words", "说明", words, text::LINE_MAX)?;
        if !settled && words.is_empty() {
            return Err(Rejection::field("words", "选“仍未整改”请写一句看到的情况，没有保存。"));
        }
        let said = if words.is_empty() { found.to_owned() } else { format!("{found}：{words}") };
        Ok(ItemEvent::new(Step::Look, by, on, self.state, said))
    }

    /// Links the number of another ledger; may be corrected, also after the end.
    ///
    /// # Errors
    /// A name or number that is missing, too long or must not be stored.
    pub fn link(&mut self, by: &Hand, on: Day, ledger: &str, number: &str) -> Result<ItemEvent, Rejection> {
        let ledger = clean("ledger", "台账名称", ledger, text::NAME_MAX)?;
        let number = clean("number", "编号", number, text::NAME_MAX)?;
        let words = format!("{ledger} {number}");
        self.external = Some(External { ledger, number });
        let state = self.state;
        Ok(self.becomes(Step::Link, state, by, on, words))
    }
}
