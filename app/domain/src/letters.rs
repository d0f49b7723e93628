//! 通报: drafted by the 监督室, approved by another, numbered and sealed by the 办公室, received by the units it goes
//! to. 工作建议 and 纪检监察建议书 are [`crate::accountability`]'s, which waits for their reply; a 通报 waits for none.
//!
//! Refuses a number before the approval, and a change after it: what was issued can only be voided, with its reason.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::{LetterId, PersonId, UnitId},
    papers::{number::DocumentNumber, official::Letter},
    text,
    time::Day,
};

/// Longest title, in characters.
const TITLE_MAX: usize = 60;
/// Longest text, in characters.
const TEXT_MAX: usize = 4_000;
/// Most requirements.
const DEMANDS_MAX: usize = 20;
/// Most units of one paper.
pub const UNITS_MAX: usize = 1_000;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// Being written.
    Draft,
    /// Waits for the approval.
    Asked,
    /// Sent back with a reason.
    Returned,
    /// Approved; waits for its number and seal.
    Approved,
    /// Numbered and out.
    Issued,
    /// Voided after it was out; number and reason stay.
    Void,
    /// Given up before it was out.
    Dropped,
}

impl LetterState {
    /// All, in order.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Asked, Self::Returned, Self::Approved, Self::Issued, Self::Void, Self::Dropped];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "起草中",
            Self::Asked => "待审定",
            Self::Returned => "已退回",
            Self::Approved => "待编号用印",
            Self::Issued => "已印发",
            Self::Void => "已作废",
            Self::Dropped => "不再印发",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Issued => "issued",
            Self::Void => "void",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// May its words be changed?
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// What is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// 关于…的通报.
    pub title: String,
    /// What was found; never where from.
    pub facts: String,
    /// What is asked for, point by point.
    pub demands: Vec<String>,
}

impl Words {
    /// As typed; requirements stand one a line.
    ///
    /// # Errors
    /// A title or text that is missing, too long or must not be stored; too many requirements.
    pub fn typed(title: &str, facts: &str, demands: &str) -> Result<Self, Rejection> {
        let title = text::required("title", "标题", title, TITLE_MAX)?;
        let facts = text::required("facts", "基本情况", facts, TEXT_MAX)?;
        let mut points = Vec::new();
        for line in demands.lines().map(str::trim).filter(|line| !line.is_empty()) {
            points.push(text::required("demands", "有关要求", line, text::LINE_MAX)?);
        }
        if points.len() > DEMANDS_MAX {
            let words = format!("有关要求最多 {DEMANDS_MAX} 条，没有保存。请合并后再保存。");
            return Err(Rejection::field("demands", words));
        }
        Ok(Self { title, facts, demands: points })
    }
}

/// A 通报.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circular {
    /// Id.
    pub id: LetterId,
    /// Words.
    pub words: Words,
    /// Units that it goes to, with their names then.
    pub units: Vec<(UnitId, String)>,
    /// Who wrote it last.
    pub drafted_by: (PersonId, String),
    /// When it was begun.
    pub drafted_on: Day,
    /// Who approved it, and when.
    pub approved: Option<(PersonId, String, Day)>,
    /// Why it was sent back, dropped or voided.
    pub reason: String,
    /// Number, and the day of issue.
    pub issued: Option<(DocumentNumber, Day)>,
    /// How far.
    pub state: LetterState,
    /// Counted up.
    pub version: u32,
}

impl Circular {
    /// Begins a draft.
    ///
    /// # Errors
    /// No unit, or too many.
    pub fn draft(
        id: LetterId,
        words: Words,
        units: Vec<(UnitId, String)>,
        by: (PersonId, String),
        on: Day,
    ) -> Result<Self, Rejection> {
        Ok(Self {
            id,
            words,
            units: bounded(units)?,
            drafted_by: by,
            drafted_on: on,
            approved: None,
            reason: String::new(),
            issued: None,
            state: LetterState::Draft,
            version: 1,
        })
    }

    fn at(&self, may: bool, what: &str) -> Result<(), Rejection> {
        if may {
            return Ok(());
        }
        Err(Rejection::state(format!("现在是“{}”，不能{what}，没有改动。请刷新页面查看。", self.state.label())))
    }

    /// Written anew.
    ///
    /// # Errors
    /// Not open; no unit, or too many.
    pub fn rewrite(
        &mut self,
        words: Words,
        units: Vec<(UnitId, String)>,
        by: (PersonId, String),
    ) -> Result<(), Rejection> {
        self.at(self.state.is_open(), "修改")?;
        self.units = bounded(units)?;
        self.words = words;
        self.drafted_by = by;
        self.version += 1;
        Ok(())
    }

    /// Asks for the approval.
    ///
    /// # Errors
    /// Not open.
    pub fn ask(&mut self) -> Result<(), Rejection> {
        self.at(self.state.is_open(), "报审")?;
        self.state = LetterState::Asked;
        self.version += 1;
        Ok(())
    }

    fn other(&self, by: PersonId) -> Result<(), Rejection> {
        self.at(self.state == LetterState::Asked, "审定")?;
        if by == self.drafted_by.0 {
            return Err(Rejection::state("起草人不能自己审定，没有办理。请由另一位负责同志审定。"));
        }
        Ok(())
    }

    /// Approved by another than the drafter.
    ///
    /// # Errors
    /// Not asked for; the drafter himself.
    pub fn approve(&mut self, by: (PersonId, String), on: Day) -> Result<(), Rejection> {
        self.other(by.0)?;
        self.approved = Some((by.0, by.1, on));
        self.reason = String::new();
        self.state = LetterState::Approved;
        self.version += 1;
        Ok(())
    }

    /// Sent back.
    ///
    /// # Errors
    /// Not asked for; the drafter himself; no reason.
    pub fn send_back(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        self.other(by)?;
        self.reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.state = LetterState::Returned;
        self.version += 1;
        Ok(())
    }

    /// Back from the seal: something changed since the approval, such as a unit that ended. It is approved anew.
    ///
    /// # Errors
    /// Not waiting for its number; no reason.
    pub fn recall(&mut self, reason: &str) -> Result<(), Rejection> {
        self.issues()?;
        self.reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.approved = None;
        self.state = LetterState::Returned;
        self.version += 1;
        Ok(())
    }

    /// May it be numbered now?
    ///
    /// # Errors
    /// Not approved.
    pub fn issues(&self) -> Result<(), Rejection> {
        self.at(self.state == LetterState::Approved && self.approved.is_some(), "编号用印")
    }

    /// Numbered and out.
    ///
    /// # Errors
    /// Not approved.
    pub fn issue(&mut self, number: DocumentNumber, on: Day) -> Result<(), Rejection> {
        self.issues()?;
        self.issued = Some((number, on));
        self.state = LetterState::Issued;
        self.version += 1;
        Ok(())
    }

    /// Voided; the number that goes with it.
    ///
    /// # Errors
    /// Not out; no reason.
    pub fn void(&mut self, reason: &str) -> Result<DocumentNumber, Rejection> {
        self.at(self.state == LetterState::Issued, "作废")?;
        self.reason = text::required("reason", "作废原因", reason, text::LINE_MAX)?;
        self.state = LetterState::Void;
        self.version += 1;
        self.issued.as_ref().map(|(number, _)| number.clone()).ok_or(Rejection::NotFound)
    }

    /// Given up before it was out.
    ///
    /// # Errors
    /// Out, voided or given up already; no reason.
    pub fn drop_it(&mut self, reason: &str) -> Result<(), Rejection> {
        let over = matches!(self.state, LetterState::Issued | LetterState::Void | LetterState::Dropped);
        self.at(!over, "撤下")?;
        self.reason = text::required("reason", "原因", reason, text::LINE_MAX)?;
        self.state = LetterState::Dropped;
        self.version += 1;
        Ok(())
    }

    /// The paper.
    pub fn letter(&self, from: &str) -> Letter {
        Letter {
            kind: "通报".to_owned(),
            about: self.words.title.clone(),
            number: self.issued.as_ref().map(|(number, _)| number.clone()),
            to: self.units.iter().map(|(_, name)| name.clone()).collect(),
            facts: self.words.facts.clone(),
            demands: self.words.demands.clone(),
            reply_by: None,
            from: from.to_owned(),
            on: self.issued.as_ref().map(|(_, on)| *on),
        }
    }
}

fn bounded(units: Vec<(UnitId, String)>) -> Result<Vec<(UnitId, String)>, Rejection> {
    if units.is_empty() {
        return Err(Rejection::field("unit", "还没有选收文单位，没有保存。请至少选一个单位。"));
    }
    if units.len() > UNITS_MAX {
        let words = format!("收文单位有 {} 个，超过了 {UNITS_MAX} 个，没有保存。请分开印发。", units.len());
        return Err(Rejection::field("unit", words));
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{papers::number::Series, time::first_of};

    fn person(n: u128) -> (PersonId, String) {
        (PersonId(Uuid::from_u128(n)), format!("人{n}"))
    }

    fn circular() -> Circular {
        let words = Words::typed("作风问题", "监督中发现。", "一、整改\n\n二、报告").unwrap();
        let units = vec![(UnitId(Uuid::from_u128(7)), "东湖街道".to_owned())];
        Circular::draft(LetterId(Uuid::from_u128(1)), words, units, person(1), first_of(2026, 11)).unwrap()
    }

    fn number() -> DocumentNumber {
        DocumentNumber { series: Series::Circular, year: 2026, number: 3, prefix: "滨纪通".into() }
    }

    #[test]
    fn a_circular_goes_through_another_hand_before_its_number() {
        let mut c = circular();
        let on = first_of(2026, 11);
        assert!(c.issue(number(), on).is_err() && c.approve(person(2), on).is_err());
        c.ask().unwrap();
        assert!(c.ask().is_err() && c.rewrite(c.words.clone(), c.units.clone(), person(1)).is_err());
        assert!(c.approve(person(1), on).is_err(), "the drafter");
        assert!(c.send_back(person(2).0, " ").is_err());
        c.send_back(person(2).0, "数字再核对").unwrap();
        c.rewrite(c.words.clone(), c.units.clone(), person(1)).unwrap();
        c.ask().unwrap();
        c.approve(person(2), on).unwrap();
        c.issue(number(), on).unwrap();
        assert!(c.drop_it("不发").is_err() && c.issue(number(), on).is_err());
        assert_eq!(c.letter("区纪委").doc().number, "滨纪通〔2026〕3号");
        assert!(c.void("").is_err());
        assert_eq!(c.void("印发有误").unwrap(), number());
        assert!(c.void("再来").is_err());
    }

    #[test]
    fn what_came_back_from_the_seal_is_approved_anew() {
        let (mut c, on) = (circular(), first_of(2026, 11));
        assert!(c.recall("单位已撤并").is_err());
        c.ask().unwrap();
        c.approve(person(2), on).unwrap();
        assert_eq!(c.recall(" ").unwrap_err().field_name(), Some("reason"));
        c.recall("单位已撤并").unwrap();
        assert!(c.state == LetterState::Returned && c.issue(number(), on).is_err());
        c.ask().unwrap();
        assert!(c.issue(number(), on).is_err(), "nobody approved what it is now");
    }

    #[test]
    fn what_is_typed_is_checked() {
        assert_eq!(Words::typed("", "甲", "").unwrap_err().field_name(), Some("title"));
        assert_eq!(Words::typed("甲", " ", "").unwrap_err().field_name(), Some("facts"));
        assert!(Words::typed("甲", "乙", &"丙\n".repeat(DEMANDS_MAX + 1)).is_err());
        assert_eq!(circular().words.demands, ["一、整改", "二、报告"]);
        let mut c = circular();
        assert_eq!(c.rewrite(c.words.clone(), Vec::new(), person(1)).unwrap_err().field_name(), Some("unit"));
        assert!(LetterState::ALL.into_iter().all(|s| LetterState::from_key(s.key()) == Some(s)));
    }
}
