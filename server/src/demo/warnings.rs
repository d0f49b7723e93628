//! 三色预警 in the story: rules changed early in the year by two persons, another draft that is still open, one question
//! about a colour that was answered and one that waits.

use chrono::{Datelike as _, Days};
use domain::{
    board::{Condition, Rule, RuleSet, Tone},
    duties::Frequency,
    ids::{CheckId, CommandId, DutyId, PostId, RuleDraftId},
    people::access::Actor,
    time::{Day, WorkCalendar, first_of},
};

use super::{
    houses::{self, HOUSES, part},
    load::Loader,
    people::checking_body,
    plan::{Act, Step, at, minus_working, worked},
};
use crate::{
    random,
    services::{
        checks::{AskCheck, CheckAct, CheckStep, ask_quietly, step_quietly as answer_quietly},
        colours, posts,
        rules::{RuleAct, RuleStep, SaveRules, save_quietly, step_quietly},
    },
    storage::{Failure, StorageError, Tx, q},
};

/// A step of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The office drafts the second version and sends it up.
    Draft,
    /// The 分管副书记 adopts it.
    Adopt,
    /// The office drafts again; nobody decided yet.
    Again,
    /// A head asks whether a colour is right; in the first house after this one that has something to ask about.
    Ask,
    /// The office answers what was asked first.
    Answer,
}

/// The second version: a yearly report is announced earlier.
fn second(now: &RuleSet) -> RuleSet {
    let early = Rule {
        name: "年度报告早提醒".into(),
        when: vec![
            Condition::DaysToDue { at_most: 45 },
            Condition::Cadence { one_of: vec![Frequency::Yearly] },
            Condition::Items { one_of: vec!["3.5".into()] },
        ],
        tone: Tone::Warn,
        because: "年度书面报告要经党组会研究，提早半个月提醒（示范）。".into(),
    };
    RuleSet { once_per_term_days: 15, rules: vec![early], ..now.clone() }
}

/// What the office tries out now.
fn third(now: &RuleSet) -> RuleSet {
    RuleSet { quarterly_days: 20, half_yearly_days: 30, red_after_days: 5, ..now.clone() }
}

/// The steps up to the evening before `base`.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let year = base.year();
    let step = |at, house, what| Step { at, house, year, act: Act::Warn(what) };
    vec![
        step(at(worked(calendar, first_of(year, 2) + Days::new(24)), 9, 40), part::LEADER, Warning::Draft),
        step(at(worked(calendar, first_of(year, 3) + Days::new(3)), 15, 10), part::LEADER, Warning::Adopt),
        step(at(minus_working(calendar, base, 9), 10, 5), part::LEADER, Warning::Ask),
        step(at(minus_working(calendar, base, 7), 14, 30), part::LEADER, Warning::Answer),
        step(at(minus_working(calendar, base, 4), 9, 20), part::LEADER, Warning::Again),
        step(at(minus_working(calendar, base, 2), 11, 15), part::LEADER + 1, Warning::Ask),
    ]
}

impl Loader {
    /// One of them.
    pub(super) async fn warn(&self, tx: &mut Tx, step: &Step, what: Warning) -> Result<(), Failure> {
        match what {
            Warning::Draft => {
                let office = self.actor(self.named(houses::CONDUCT_STAFF[0])?, step.at.day())?;
                let rules = second(&posts::rules(tx, self.district).await?);
                let id = self.drafted(tx, &office, rules, "年度书面报告年年都赶在最后几天。").await?;
                self.rule_step(tx, &office, id, 1, RuleAct::Ask, "").await
            }
            Warning::Adopt => {
                let deputy = self.actor(self.named(houses::DEPUTY)?, step.at.day())?;
                let find =
                    q("SELECT id, version FROM rule_drafts WHERE district_id = $1 AND state = 'asked' ORDER BY id");
                let Some(row) = tx.row(find.bind(self.district)).await? else { return Ok(()) };
                let (id, seen) = (row.id("id")?, row.int("version")?);
                self.rule_step(tx, &deputy, id, seen, RuleAct::Adopt, "同意，从本月起执行。").await
            }
            Warning::Again => {
                let office = self.actor(self.named(houses::CONDUCT_STAFF[1])?, step.at.day())?;
                let rules = third(&posts::rules(tx, self.district).await?);
                self.drafted(tx, &office, rules, "季度末集中补记较多，想早一点提醒、宽限几天再变红。").await.map(drop)
            }
            Warning::Ask => self.asks(tx, step).await,
            Warning::Answer => self.answers(tx, step).await,
        }
    }

    async fn drafted(&self, tx: &mut Tx, by: &Actor, rules: RuleSet, note: &str) -> Result<RuleDraftId, Failure> {
        let command = CommandId(random::id(tx.now()));
        let form = SaveRules { command, draft: None, seen: 0, base: None, note: note.to_owned(), rules };
        save_quietly(tx, by, &form).await
    }

    async fn rule_step(
        &self,
        tx: &mut Tx,
        by: &Actor,
        draft: RuleDraftId,
        seen: i64,
        act: RuleAct,
        words: &str,
    ) -> Result<(), Failure> {
        let command = CommandId(random::id(tx.now()));
        let form = RuleStep { command, draft, seen, act, words: words.to_owned(), paper: None };
        step_quietly(tx, by, &form).await.map(drop)
    }

    /// The head of the first house from that of the step on who has something to ask about, and asked nothing yet.
    async fn asks(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let day = step.at.day();
        for n in 0..HOUSES.len() {
            let house = (step.house + n) % HOUSES.len();
            let leads = self.plan.units.get(house).is_some_and(|u| u.leads_district);
            let Some(term) = self.plan.head_on(house, day).filter(|_| !leads) else { continue };
            let post = self.post(house)?;
            colours::refresh(tx, self.district, post, step.year, day).await?;
            let Some(duty) = worth_asking(tx, post, step.year).await? else { continue };
            let head = self.actor(term.person, day)?;
            let body = checking_body(&self.plan.units, house).unwrap_or(houses::CONDUCT);
            let words = format!("材料已交{body}，当时在外地开会，没有来得及随手记，请核对。");
            let form = AskCheck {
                command: CommandId(random::id(tx.now())),
                kind: "colour".to_owned(),
                post,
                year: step.year,
                key: duty.to_string(),
                words,
            };
            return ask_quietly(tx, &head, &form).await.map(drop);
        }
        Ok(())
    }

    async fn answers(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let find =
            q("SELECT id, post_id FROM fact_checks WHERE district_id = $1 AND state = 'asked' ORDER BY asked_at, id");
        let Some(row) = tx.row(find.bind(self.district)).await? else { return Ok(()) };
        let (check, post): (CheckId, PostId) = (row.id("id")?, row.id("post_id")?);
        let house = self.head_posts.iter().find(|(_, of)| **of == post).map(|(house, _)| *house);
        let body = house.and_then(|house| checking_body(&self.plan.units, house)).unwrap_or(houses::CONDUCT);
        let office = self.actor(self.named(houses::CONDUCT_STAFF[0])?, step.at.day())?;
        let form = CheckStep {
            command: CommandId(random::id(tx.now())),
            check,
            act: CheckAct::Uphold,
            words: format!("已与{body}核对，材料里没有写明日期，暂按原来的颜色。请把开展的日期记下来，记录后即变回。"),
        };
        answer_quietly(tx, &office, &form).await
    }
}

/// The first item of a post, in printed order, that needs attention and about which nobody asked.
async fn worth_asking(tx: &mut Tx, post: PostId, year: i32) -> Result<Option<DutyId>, StorageError> {
    let find = q("SELECT c.duty_id FROM colours c WHERE c.post_id = $1 AND c.year = $2 AND c.tone IN ('warn', 'late')
                    AND NOT EXISTS (SELECT 1 FROM fact_checks f WHERE f.post_id = c.post_id)
                  ORDER BY c.code, c.duty_id");
    tx.row(find.bind(post).bind(year)).await?.map(|row| row.id("duty_id")).transpose()
}
