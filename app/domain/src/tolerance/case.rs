//! A case of 容错纠错.

use serde::{Deserialize, Serialize};

use super::{About, CaseState, Step};
use crate::{
    Rejection,
    ids::{PersonId, PostId, ToleranceId, UnitId},
    text,
    time::{Day, zh},
};

/// Longest text of an application or of what was verified, in characters.
const TEXT_MAX: usize = 1_000;

/// Whom a case is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum Concerned {
    /// The head of the post himself.
    Head {
        /// Person.
        person: PersonId,
        /// Name.
        name: String,
    },
    /// A cadre of the unit, by name: not everybody has an account.
    Cadre {
        /// Name.
        name: String,
    },
    /// The unit's party organisation.
    Unit,
}

impl Concerned {
    /// Name; 「本单位党组织」 for the unit.
    pub fn name(&self) -> &str {
        match self {
            Self::Head { name, .. } | Self::Cadre { name } => name,
            Self::Unit => "本单位党组织",
        }
    }
}

/// What is asked for: facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// What happened.
    pub facts: String,
    /// Why it came to that.
    pub reasons: String,
    /// What was done to put it right.
    pub remedy: String,
}

impl Application {
    /// Checked.
    ///
    /// # Errors
    /// A part that is missing, too long or must not be stored.
    pub fn checked(self) -> Result<Self, Rejection> {
        Ok(Self {
            facts: text::required("facts", "事情经过", &self.facts, TEXT_MAX)?,
            reasons: text::required("reasons", "原因", &self.reasons, TEXT_MAX)?,
            remedy: text::required("remedy", "已采取的补救措施", &self.remedy, TEXT_MAX)?,
        })
    }
}

/// What was verified: 动机、程序、后果、补救, as facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// 动机.
    pub motive: String,
    /// 程序.
    pub procedure: String,
    /// 后果.
    pub outcome: String,
    /// 补救.
    pub remedy: String,
    /// The district's situations that apply, in its own words at the time.
    pub situations: Vec<String>,
    /// Verified that it is none of those that 容错 never covers.
    pub eligible: bool,
}

impl Findings {
    /// Checked against the district's situations.
    ///
    /// # Errors
    /// A part that is missing, too long or must not be stored; a situation that is none; none although eligible.
    pub fn checked(self, known: &[String]) -> Result<Self, Rejection> {
        let part = |field: &str, label: &str, value: &str| text::required(field, label, value, TEXT_MAX);
        let found = Self {
            motive: part("motive", "动机", &self.motive)?,
            procedure: part("procedure", "程序", &self.procedure)?,
            outcome: part("outcome", "后果", &self.outcome)?,
            remedy: part("remedy", "补救", &self.remedy)?,
            ..self
        };
        if found.situations.iter().any(|one| !known.contains(one)) {
            return Err(Rejection::field("situation", "容错情形有改动，没有提交。请刷新页面后重新选择。"));
        }
        if found.eligible && found.situations.is_empty() {
            let words = "还没有选符合哪一种容错情形，没有提交。请至少选一种；都不符合的，请选“不属于可容错情形”。";
            return Err(Rejection::field("situation", words));
        }
        Ok(found)
    }
}

/// What became of the 勉励谈话 that is suggested. Never a duty, and never ticked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkState {
    /// Held.
    Held,
    /// Not needed.
    Skipped,
}

/// A 勉励谈话 as it was noted: that it was held, never what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// Held or not needed.
    pub state: TalkState,
    /// Day.
    pub on: Day,
    /// Who held it, or who said that it is not needed.
    pub by: String,
}

impl Talk {
    /// What was noted.
    ///
    /// # Errors
    /// A day to come or before the decision, or no name of whoever held it.
    pub fn noted(state: TalkState, on: Day, by: &str, since: Day, today: Day) -> Result<Self, Rejection> {
        if on > today || on < since {
            let words = format!("日期要在{}到今天之间，没有保存。请改正。", zh(since));
            return Err(Rejection::field("talk_on", words));
        }
        let by = text::required("talk_by", "谈话人", by, text::NAME_MAX)?;
        Ok(Self { state, on, by })
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Id.
    pub id: ToleranceId,
    /// Unit.
    pub unit: UnitId,
    /// Its head post.
    pub post: PostId,
    /// What it is about.
    pub about: About,
    /// That in words, as they were at the time.
    pub title: String,
    /// Whom it is for.
    pub concerned: Concerned,
    /// Who asked or proposed.
    pub by: (PersonId, String),
    /// Proposed by those who supervise the unit, not asked for by the unit.
    pub proposed: bool,
    /// When.
    pub asked_on: Day,
    /// What is asked for.
    pub application: Application,
    /// Who took it on.
    pub accepted_by: Option<PersonId>,
    /// Who verifies.
    pub verifier: Option<(PersonId, String)>,
    /// What was verified.
    pub findings: Option<Findings>,
    /// Who decided, and when.
    pub decided: Option<(PersonId, String, Day)>,
    /// Reason of the last decision, refusal or return.
    pub reason: String,
    /// When and how it was told.
    pub told: Option<(Day, String)>,
    /// For what it was used.
    pub used: String,
    /// 勉励谈话.
    pub talk: Option<Talk>,
    /// How far.
    pub state: CaseState,
    /// Counted up.
    pub version: u32,
}

impl Case {
    /// Begins a case.
    ///
    /// # Errors
    /// A part of the application that is missing, too long or must not be stored; no name of the cadre.
    pub fn ask(mut self) -> Result<Self, Rejection> {
        self.application = self.application.checked()?;
        if let Concerned::Cadre { name } = &self.concerned {
            let name = text::required("cadre", "干部姓名", name, text::NAME_MAX)?;
            self.concerned = Concerned::Cadre { name };
        }
        if self.about == About::Matter {
            self.title = text::required("matter", "事项名称", &self.title, 80)?;
        }
        self.state = CaseState::Asked;
        self.version = 1;
        Ok(self)
    }

    /// Whoever asked, or whom it is for: none of them works on it.
    pub fn parties(&self) -> Vec<PersonId> {
        let head = match &self.concerned {
            Concerned::Head { person, .. } => Some(*person),
            _ => None,
        };
        [Some(self.by.0), head].into_iter().flatten().collect()
    }

    /// Whoever had a hand in it before the decision, or whom it is for: none of them decides.
    pub fn hands(&self) -> Vec<PersonId> {
        let verifier = self.verifier.as_ref().map(|(person, _)| *person);
        self.parties().into_iter().chain(self.accepted_by).chain(verifier).collect()
    }

    fn go(&mut self, step: Step) -> Result<(), Rejection> {
        let Some(next) = self.state.after(step) else {
            let words = format!("现在是“{}”，不能{}，没有改动。请刷新页面查看。", self.state.label(), step.label());
            return Err(Rejection::state(words));
        };
        self.state = next;
        self.version += 1;
        Ok(())
    }

    /// Another person than `hands`, or the words say why not.
    fn other(&self, who: PersonId, what: &str) -> Result<(), Rejection> {
        if self.hands().contains(&who) {
            let words = format!("提出、受理、核实和当事的同志不能{what}，没有办理。请由其他同志办理。");
            return Err(Rejection::state(words));
        }
        Ok(())
    }

    /// Another verifier: the named one left, or belongs to the unit by now.
    ///
    /// # Errors
    /// Not being verified; one of the parties takes the step or is to verify; the present verifier again.
    pub fn reassign(&mut self, by: PersonId, verifier: (PersonId, String)) -> Result<(), Rejection> {
        if [by, verifier.0].iter().any(|person| self.parties().contains(person)) {
            return Err(Rejection::state("提出和当事的同志不能改派核实人，也不能核实，没有办理。请由其他同志办理。"));
        }
        if self.verifier.as_ref().is_some_and(|(person, _)| *person == verifier.0) {
            return Err(Rejection::field("verifier", format!("核实人现在就是{}，没有改派。", verifier.1)));
        }
        self.go(Step::Reassign)?;
        self.verifier = Some(verifier);
        Ok(())
    }

    /// 受理, with a verifier who neither asked nor is concerned.
    ///
    /// # Errors
    /// Not waiting for it; the verifier is one of those.
    pub fn accept(&mut self, by: PersonId, verifier: (PersonId, String)) -> Result<(), Rejection> {
        self.other(by, "受理")?;
        self.other(verifier.0, "核实")?;
        self.go(Step::Accept)?;
        self.accepted_by = Some(by);
        self.verifier = Some(verifier);
        Ok(())
    }

    /// 不予受理.
    ///
    /// # Errors
    /// Not waiting for it; whoever asked; no reason.
    pub fn decline(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        self.other(by, "决定是否受理")?;
        let reason = text::required("reason", "不予受理的理由", reason, text::LINE_MAX)?;
        self.go(Step::Decline)?;
        self.reason = reason;
        Ok(())
    }

    /// Taken back before it is verified.
    ///
    /// # Errors
    /// Somebody else; verified already.
    pub fn withdraw(&mut self, by: PersonId) -> Result<(), Rejection> {
        if by != self.by.0 {
            return Err(Rejection::NotAllowed);
        }
        self.go(Step::Withdraw)
    }

    /// What was verified is handed over by the named verifier.
    ///
    /// # Errors
    /// Not the verifier; not waiting for it.
    pub fn verify(&mut self, by: PersonId, findings: Findings) -> Result<(), Rejection> {
        if self.verifier.as_ref().is_none_or(|(person, _)| *person != by) {
            return Err(Rejection::NotAllowed);
        }
        self.go(Step::Verify)?;
        self.findings = Some(findings);
        Ok(())
    }

    /// Back to the verifier.
    ///
    /// # Errors
    /// Not waiting for a decision; one of the hands; no reason.
    pub fn send_back(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        self.other(by, "认定")?;
        let reason = text::required("reason", "退回的原因", reason, text::LINE_MAX)?;
        self.go(Step::SendBack)?;
        self.reason = reason;
        Ok(())
    }

    /// 认定 by somebody who had no hand in it.
    ///
    /// # Errors
    /// Not waiting for it; one of the hands; no reason; allowed although it was verified that it is not eligible.
    pub fn decide(&mut self, by: (PersonId, String), allow: bool, reason: &str, on: Day) -> Result<(), Rejection> {
        self.other(by.0, "认定")?;
        let reason = text::required("reason", "认定意见", reason, text::LINE_MAX)?;
        if allow && self.findings.as_ref().is_some_and(|found| !found.eligible) {
            let words = "核实情况写明不属于可容错情形，不能认定予以容错，没有保存。有不同意见的，请退回补充核实。";
            return Err(Rejection::state(words));
        }
        self.go(if allow { Step::Allow } else { Step::Deny })?;
        self.decided = Some((by.0, by.1, on));
        self.reason = reason;
        Ok(())
    }

    /// 反馈: face to face or in writing, with the day and whoever did it.
    ///
    /// # Errors
    /// Nothing was decided; a day before the decision or to come; no words.
    pub fn tell(&mut self, on: Day, how: &str, today: Day) -> Result<(), Rejection> {
        let decided = self.decided.as_ref().map_or(today, |(_, _, on)| *on);
        if on > today || on < decided {
            let words = format!("反馈日期要在认定之日（{}）到今天之间，没有保存。请改正。", zh(decided));
            return Err(Rejection::field("told_on", words));
        }
        let how = text::required("how", "反馈方式和经办人", how, 120)?;
        self.go(Step::Tell)?;
        self.told = Some((on, how));
        Ok(())
    }

    /// 备案应用: what the result was taken into account for.
    ///
    /// # Errors
    /// Not told yet; no words.
    pub fn put_to_use(&mut self, words: &str) -> Result<(), Rejection> {
        let words = text::required("used", "应用情况", words, text::LINE_MAX)?;
        self.go(Step::Use)?;
        self.used = words;
        Ok(())
    }

    /// Is a 勉励谈话 suggested and nothing noted of it?
    pub fn suggests_talk(&self) -> bool {
        matches!(self.state, CaseState::Told | CaseState::Used)
            && self.talk.is_none()
            && self.concerned != Concerned::Unit
    }

    /// Notes the 勉励谈话.
    ///
    /// # Errors
    /// None is suggested; see [`Talk::noted`].
    pub fn note_talk(&mut self, state: TalkState, on: Day, by: &str, today: Day) -> Result<(), Rejection> {
        if !self.suggests_talk() {
            return Err(Rejection::state("现在没有待记的勉励谈话，没有保存。请刷新页面查看。"));
        }
        let since = self.decided.as_ref().map_or(today, |(_, _, on)| *on);
        self.talk = Some(Talk::noted(state, on, by, since, today)?);
        self.version += 1;
        Ok(())
    }
}
