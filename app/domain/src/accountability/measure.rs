//! A 问责 measure as it was published: number, date, kind, filled in by one person and confirmed by another. The decision
//! is made outside by whoever has the right to it; its reasons, the name it is about, defences and conclusions have no
//! field here, and a decision that is not published is refused (domain 2.8, practice 3.1, 3.9).

use serde::{Deserialize, Serialize};

use super::{Dictionary, Form, Responsibility, Rulebook, Target, Way, keyed::keyed};
use crate::{
    Rejection,
    ids::{ItemId, MeasureId, PersonId, PostId, UnitId},
    papers::number,
    text,
    time::{Day, zh},
};

keyed! {
    /// How far the note of a measure is.
    MeasureState {
        /// Filled in by one person.
        Entered = "entered", "待第二人核对";
        /// Confirmed by another.
        Confirmed = "confirmed", "已核对";
        /// Sent back by the second person.
        Returned = "returned", "已退回";
        /// Struck out with its reason; the stub stays.
        Void = "void", "已作废";
    }
}

/// 一案双查 as a marker: that it was done, with number and date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dual {
    /// 文号; may be empty.
    pub number: String,
    /// Done on.
    pub on: Day,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMeasure {
    /// Unit.
    pub unit: UnitId,
    /// Its head post, for access.
    pub post: PostId,
    /// The problem it followed from, if it is on the account here.
    pub item: Option<ItemId>,
    /// Key of the dictionary.
    pub kind: String,
    /// Level, where the decision names one.
    pub responsibility: Option<Responsibility>,
    /// 文号.
    pub number: String,
    /// Day of the decision.
    pub decided_on: Day,
    /// Day of the publication.
    pub published_on: Option<Day>,
    /// 一案双查.
    pub dual: Option<Dual>,
}

/// A noted measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Id.
    pub id: MeasureId,
    /// What was filled in; the kind by its key.
    pub what: NewMeasure,
    /// Word of the kind when it was filled in.
    pub label: String,
    /// Dictionary.
    pub book: Rulebook,
    /// How it is sorted.
    pub way: Way,
    /// 四种形态.
    pub form: Option<Form>,
    /// Against whom.
    pub target: Target,
    /// How far.
    pub state: MeasureState,
    /// Who filled in, with his name.
    pub entered_by: (PersonId, String),
    /// Who confirmed.
    pub confirmed_by: Option<(PersonId, String)>,
    /// Why it was sent back or struck out.
    pub reason: String,
    /// Counted up.
    pub version: u32,
}

/// A 文号 and nothing else: a field that takes any text would soon hold what must not be stored.
fn number_of(field: &str, value: &str, needed: bool) -> Result<String, Rejection> {
    let value = text::optional(field, "文号", value, text::NAME_MAX)?;
    if value.is_empty() {
        if needed {
            return Err(Rejection::field(field, "还没有填文号，没有保存。请照文件填写，如“滨纪通〔2026〕3号”。"));
        }
        return Ok(value);
    }
    match number::parse(&value) {
        Some(_) => Ok(value),
        None => Err(Rejection::field(
            field,
            format!(
                "“{value}”不是文号，没有保存。这里只填文号，如“滨纪通〔2026〕3号”；姓名、事由、结论不能存入本系统。"
            ),
        )),
    }
}

impl NewMeasure {
    /// Checked against the dictionary and today.
    ///
    /// # Errors
    /// A kind that is unknown or no longer used; no number where one is needed, or what is none; not published; days
    /// after today or in the wrong order; a level where the organisation is meant and it has none but 全面领导责任.
    fn checked(self, dictionary: &Dictionary, today: Day) -> Result<(Self, super::MeasureKind), Rejection> {
        let kind = dictionary
            .find(&self.kind)
            .filter(|kind| !kind.retired)
            .ok_or_else(|| Rejection::field("kind", "还没有选处理方式，没有保存。请选一项。"))?
            .clone();
        let number = number_of("number", &self.number, kind.numbered)?;
        if self.decided_on > today {
            return Err(Rejection::field("decided_on", "决定日期晚于今天，没有保存。请核对日期。"));
        }
        let Some(published) = self.published_on else {
            let words = "没有公布的处理决定不能存入本系统，没有保存。请在公布后填写公布日期。";
            return Err(Rejection::field("published_on", words));
        };
        if published > today || published < self.decided_on {
            let words = format!("公布日期应在{}到今天之间，没有保存。尚未公布的不能录入。", zh(self.decided_on));
            return Err(Rejection::field("published_on", words));
        }
        if kind.target == Target::Organisation && self.responsibility.is_some_and(|r| r != Responsibility::Overall) {
            let words = "对党组织的处理只对应全面领导责任，没有保存。请改选或留空。";
            return Err(Rejection::field("responsibility", words));
        }
        if kind.target == Target::Leader && self.responsibility == Some(Responsibility::Overall) {
            let words = "全面领导责任是领导班子的责任，没有保存。对领导干部请选直接、主要领导或重要领导责任。";
            return Err(Rejection::field("responsibility", words));
        }
        let dual = match self.dual {
            Some(dual) => {
                if dual.on > today {
                    return Err(Rejection::field("dual_on", "一案双查日期晚于今天，没有保存。请核对日期。"));
                }
                Some(Dual { number: number_of("dual_number", &dual.number, false)?, on: dual.on })
            }
            None => None,
        };
        Ok((Self { number, dual, ..self }, kind))
    }
}

impl Measure {
    /// Filled in by the first person.
    ///
    /// # Errors
    /// As the checks of [`NewMeasure`] say.
    pub fn enter(
        id: MeasureId,
        what: NewMeasure,
        by: (PersonId, String),
        dictionary: &Dictionary,
        today: Day,
    ) -> Result<Self, Rejection> {
        let (what, kind) = what.checked(dictionary, today)?;
        Ok(Self {
            id,
            what,
            label: kind.label,
            book: kind.book,
            way: kind.way,
            form: kind.form,
            target: kind.target,
            state: MeasureState::Entered,
            entered_by: by,
            confirmed_by: None,
            reason: String::new(),
            version: 1,
        })
    }

    /// Filled in anew after a return, by whoever does it now.
    ///
    /// # Errors
    /// Not sent back; as [`enter`](Self::enter).
    pub fn mend(
        &mut self,
        what: NewMeasure,
        by: (PersonId, String),
        dictionary: &Dictionary,
        today: Day,
    ) -> Result<(), Rejection> {
        if self.state != MeasureState::Returned {
            return Err(Rejection::state("只有退回的才能修改。已核对的有误，请作废后重新填写。"));
        }
        // The unit it is about never changes under a decision that somebody looked at.
        if what.unit != self.what.unit || what.post != self.what.post {
            return Err(Rejection::field("unit", "不能改为另一个单位，没有保存。请作废后重新填写。"));
        }
        let version = self.version + 1;
        *self = Self { version, ..Self::enter(self.id, what, by, dictionary, today)? };
        Ok(())
    }

    /// The second person compared it with the published document.
    ///
    /// # Errors
    /// Not waiting; the first person himself.
    pub fn confirm(&mut self, by: (PersonId, String)) -> Result<(), Rejection> {
        self.second(by.0)?;
        self.state = MeasureState::Confirmed;
        self.confirmed_by = Some(by);
        self.version += 1;
        Ok(())
    }

    /// The second person sends it back.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm); no reason.
    pub fn send_back(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        self.second(by)?;
        self.reason = text::required("reason", "退回原因", reason, text::NAME_MAX)?;
        self.state = MeasureState::Returned;
        self.version += 1;
        Ok(())
    }

    /// Struck out: a wrong entry, or the decision was changed. Of a confirmed one only by another than who filled it in.
    ///
    /// # Errors
    /// Struck out already; the first person himself where it was confirmed; no reason.
    pub fn strike_out(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        match self.state {
            MeasureState::Void => return Err(Rejection::state("这一条已经作废。")),
            MeasureState::Confirmed if by == self.entered_by.0 => {
                return Err(Rejection::state("已核对的由填写人以外的同志作废。请由另一位同志办理。"));
            }
            _ => {}
        }
        self.reason = text::required("reason", "作废原因", reason, text::NAME_MAX)?;
        self.state = MeasureState::Void;
        self.version += 1;
        Ok(())
    }

    fn second(&self, by: PersonId) -> Result<(), Rejection> {
        if self.state != MeasureState::Entered {
            return Err(Rejection::state(format!("这一条现在是“{}”，不用核对。请刷新页面。", self.state.label())));
        }
        if by == self.entered_by.0 {
            return Err(Rejection::state("填写人不能自己核对。请由另一位同志对照公布的文件核对。"));
        }
        Ok(())
    }
}
