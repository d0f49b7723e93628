//! What is decided before a meeting (H4): who reports, who rates, in which groups, who
//! recuses, how ballots are cast. Fixed by approval; afterwards only recusals are added.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ReviewRules;
use crate::{
    Rejection,
    ids::{PersonId, PostId, PresenterId, RaterId, UnitId},
    time::Day,
};

/// One sheet for all, or one round per presenter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 集中测评: one sheet with all presenters, filled as they speak, closed once.
    Together,
    /// 逐人测评.
    OneByOne,
}

/// Are ballots tied to names after the seal?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// 无记名.
    Anonymous,
    /// 记名: the seat stays with the sealed ballot.
    Named,
}

/// What gives a rater a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The rater's account.
    Account,
    /// A drawn 评议卡 in the colour of the group; the roll is ticked apart.
    Card,
}

/// When results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announce {
    /// 会后反馈 (default): never on the screen.
    Afterwards,
    /// 主持人控制: the chair decides per presenter.
    Chair,
    /// 当场: on the screen as soon as sealed.
    AtOnce,
}

/// One who reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presenter {
    /// Id within the meeting.
    pub id: PresenterId,
    /// Post reported on.
    pub post: PostId,
    /// Its unit.
    pub unit: UnitId,
    /// The person who reports.
    pub person: PersonId,
    /// Name on the screen.
    pub name: String,
    /// Unit and title on the screen, such as 西桥街道党工委书记.
    pub title: String,
}

/// A line of the roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rater {
    /// Id within the meeting.
    pub id: RaterId,
    /// The person, where the rater is known to the system.
    pub person: Option<PersonId>,
    /// Unit of the rater, for recusal.
    pub unit: Option<UnitId>,
    /// Name on the roll.
    pub name: String,
    /// Unit outside of the district, or a word that tells namesakes apart: as typed. Empty where
    /// [`Self::unit`] is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Key of the group.
    pub group: String,
}

/// A rater does not rate a presenter: set before, or tapped in the ballot (then not here).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recusal {
    /// Who.
    pub rater: RaterId,
    /// Whom not.
    pub presenter: PresenterId,
}

/// A part that a person has in one meeting; parts are per meeting, not roles of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 主持人.
    Chair,
    /// 会务操作员: clicks for the chair.
    Operator,
    /// 监票人.
    Teller,
    /// 计票人: enters paper ballots, two independently.
    Counter,
    /// 评议人员.
    Rater,
    /// 述责对象.
    Presenter,
}

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Title, such as 2026年度述责述廉评议会.
    pub title: String,
    /// Year reported on.
    pub year: i32,
    /// Day of the meeting.
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
    /// Rules of appraisal.
    pub rules: ReviewRules,
    /// Who reports, in order.
    pub presenters: Vec<Presenter>,
    /// The roll.
    pub raters: Vec<Rater>,
    /// Recusals set before the meeting.
    pub recusals: BTreeSet<Recusal>,
    /// 主持人.
    pub chair: Option<PersonId>,
    /// 会务操作员.
    pub operators: BTreeSet<PersonId>,
    /// 监票人: exactly two, never presenters, 计票人 or 会务操作员.
    pub tellers: Vec<PersonId>,
    /// 计票人: two, for paper; in a small house also 会务操作员.
    pub counters: Vec<PersonId>,
}

impl Plan {
    /// Checks the whole plan, as before approval.
    ///
    /// # Errors
    /// The first of [`Self::problems`].
    pub fn check(&self) -> Result<(), Rejection> {
        self.problems().into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that is missing or contradictory, each with the field of the plan page, so that
    /// whoever drafts reads all of it at once.
    pub fn problems(&self) -> Vec<Rejection> {
        let mut found = Vec::new();
        let mut wrong = |field: &str, message: String| found.push(Rejection::field(field, message));
        if self.title.trim().is_empty() {
            wrong("title", "会议名称还没有填。请填写名称。".into());
        }
        if let Err(Rejection::Field { field, message }) = self.rules.check() {
            wrong(&field, message);
        }
        if self.presenters.is_empty() {
            wrong("presenters", "还没有述责对象。请至少选择一位。".into());
        }
        if self.raters.is_empty() {
            wrong("raters", "评议人员名册是空的。请先导入或添加。".into());
        }
        let doubled = (1..self.presenters.len())
            .any(|i| self.presenters[..i].iter().any(|p| p.id == self.presenters[i].id))
            || (1..self.raters.len()).any(|i| self.raters[..i].iter().any(|r| r.id == self.raters[i].id));
        if doubled {
            wrong("raters", "名册里有重复的编号。请删去重复的一行后重新添加。".into());
        }
        for (i, rater) in self.raters.iter().enumerate() {
            if self.rules.group(&rater.group).is_none() {
                wrong("raters", format!("“{}”所在的分组不存在。请重新选择分组。", rater.name));
            }
            let twice = rater.person.is_some() && self.raters[..i].iter().any(|r| r.person == rater.person);
            if twice {
                wrong("raters", format!("“{}”在名册上出现了两次，一人只能进一个组。请删去一行。", rater.name));
            }
        }
        if (1..self.presenters.len()).any(|i| self.presenters[..i].iter().any(|p| p.post == self.presenters[i].post)) {
            wrong("presenters", "同一岗位的述责对象出现了两次。请删去一位。".into());
        }
        for (field, message) in self.hands() {
            wrong(field, message.to_owned());
        }
        let known = |r: &Recusal| {
            self.raters.iter().any(|x| x.id == r.rater) && self.presenters.iter().any(|x| x.id == r.presenter)
        };
        if !self.recusals.iter().all(known) {
            wrong("recusals", "回避名单里有人已不在名册上。请重新选择。".into());
        }
        if let Some(names) = self.cards_cannot_hold() {
            wrong(
                "raters",
                format!(
                    "抽卡签到认卡不认人，事先定的回避无法落实：请把{names}移出名册，或改用账号签到；\
                     其他回避由评议人员当场点“回避”。"
                ),
            );
        }
        found
    }

    /// What stands against those who run the meeting: field and message.
    fn hands(&self) -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        let reports = |person: &PersonId| self.presenters.iter().any(|p| p.person == *person);
        match self.tellers[..] {
            [first, second] if first == second => found.push(("tellers", "两名监票人不能是同一人。请换一名。")),
            [_, _] => {}
            _ => found.push(("tellers", "监票人应为两名。请补齐。")),
        }
        if self.tellers.iter().any(reports) {
            found.push(("tellers", "监票人不能同时是述责对象。请换一名。"));
        }
        // Who watches the count neither counts nor runs the hall. Small houses may have one who does both.
        if self.tellers.iter().any(|t| self.counters.contains(t)) {
            found.push(("tellers", "监票人不能同时是计票人，计票要由监票人监督。请换一名。"));
        }
        if self.tellers.iter().any(|t| self.operators.contains(t)) {
            found.push(("tellers", "监票人不能同时是会务操作员，收回和封存要由两方办理。请换一名。"));
        }
        if (1..self.counters.len()).any(|i| self.counters[..i].contains(&self.counters[i])) {
            found.push(("counters", "两名计票人不能是同一人，纸质测评表要两人各录一遍。请换一名。"));
        }
        if self.counters.len() == 1 {
            found.push(("counters", "计票人应为两名，纸质测评表要两人各录一遍。请再选一名，或都不选。"));
        }
        if self.counters.iter().any(reports) {
            found.push(("counters", "计票人不能同时是述责对象。请换一名。"));
        }
        if self.operators.iter().any(reports) {
            found.push(("operators", "会务操作员不能同时是述责对象。请换一名。"));
        }
        if self.chair.iter().any(reports) {
            found.push(("chair", "主持人不能同时是述责对象。请换一名。"));
        }
        found
    }

    /// Recusals that follow from the roll itself: same person, same unit.
    pub fn implied_recusals(&self) -> BTreeSet<Recusal> {
        let mut found = BTreeSet::new();
        for rater in &self.raters {
            for presenter in &self.presenters {
                let same_person = rater.person == Some(presenter.person);
                let same_unit = rater.unit == Some(presenter.unit);
                if same_person || same_unit {
                    found.insert(Recusal { rater: rater.id, presenter: presenter.id });
                }
            }
        }
        found
    }

    /// Names of raters whose recusal is known before the meeting while cards are drawn: a card is
    /// tied to nobody, so that it could be held against no ballot. `None` where there is nobody.
    pub fn cards_cannot_hold(&self) -> Option<String> {
        if self.identity != Identity::Card {
            return None;
        }
        let known: BTreeSet<RaterId> =
            self.implied_recusals().iter().chain(&self.recusals).map(|recusal| recusal.rater).collect();
        let names: Vec<String> =
            self.raters.iter().filter(|r| known.contains(&r.id)).map(|r| format!("“{}”", r.name)).collect();
        (!names.is_empty()).then(|| names.join("、"))
    }

    /// Does the rater recuse himself from the presenter by the plan?
    pub fn recused(&self, rater: RaterId, presenter: PresenterId) -> bool {
        self.recusals.contains(&Recusal { rater, presenter })
    }

    /// 应到 of a presenter by the plan: the roll without those who recuse themselves. What
    /// [`super::tally`] takes, unless paper was used (then [`Plan::entitled_beside_paper`]).
    pub fn entitled(&self, presenter: PresenterId) -> u32 {
        self.entitled_beside_paper(presenter, |_| false)
    }

    /// As [`Plan::entitled`], where some raters took paper. A paper ballot names every presenter, so
    /// that 回避 is marked on it and taken off by the tally; the same with drawn cards, whose seats
    /// are linked to no line of the roll. Nobody may be taken off twice.
    pub fn entitled_beside_paper(&self, presenter: PresenterId, on_paper: impl Fn(RaterId) -> bool) -> u32 {
        let mut out = self.recusals.iter().filter(|r| r.presenter == presenter && !on_paper(r.rater)).count();
        if self.identity == Identity::Card {
            out = 0;
        }
        u32::try_from(self.raters.len().saturating_sub(out)).unwrap_or(u32::MAX)
    }

    /// A presenter of the plan.
    pub fn presenter(&self, id: PresenterId) -> Option<&Presenter> {
        self.presenters.iter().find(|p| p.id == id)
    }

    /// The parts of a person.
    pub fn parts(&self, person: PersonId) -> BTreeSet<Part> {
        let mut parts = BTreeSet::new();
        let mut add = |is: bool, part| {
            if is {
                parts.insert(part);
            }
        };
        add(self.chair == Some(person), Part::Chair);
        add(self.operators.contains(&person), Part::Operator);
        add(self.tellers.contains(&person), Part::Teller);
        add(self.counters.contains(&person), Part::Counter);
        add(self.raters.iter().any(|r| r.person == Some(person)), Part::Rater);
        add(self.presenters.iter().any(|p| p.person == person), Part::Presenter);
        parts
    }
}
