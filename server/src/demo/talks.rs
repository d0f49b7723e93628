//! “三交底”廉政谈话 in the story: the registers of risks and published cases, a talk that was signed and has had its first
//! stage check, another whose lists wait for the 书记; the head who arrived last is still to be registered. All invented.

use chrono::Days;
use domain::{
    accountability::Step as ItemStep,
    duties::Action,
    ids::{CommandId, ItemId, PostId},
    people::access::Actor,
    signature::Signing,
    talks::{
        CheckPoint, Finding, FindingKind, ListKind, Minutes, Paper3, Side, SignedPaper, Speaker, Talk, drafted_points,
    },
    time::{Day, WorkCalendar},
};

use super::{
    houses::{self, HOUSES, part},
    load::{Loader, missing},
    people::{Change, checker, second_reader},
    plan::{Act, Step, at, rising, worked},
    talk_words::{CASES, PROBLEMS, RISKS},
};
use crate::{
    random,
    services::{
        accountability::step::{self as item_step, StepWords},
        duties::store::{self as duty_store, ItemsOf},
        talks::{
            act::{Act as Does, TalkDo},
            lines::{Change as Line, Prepare, Typed},
            plan::{PlanForm, PlanLine},
            quietly,
            register::Register,
            risks::{CaseForm, RiskForm},
            sign::TalkSign,
        },
    },
    storage::{Failure, Tx, q},
};

/// A step of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talking {
    /// The registers of risks, the published cases.
    Risks,
    /// The office registers the talk with the head of the house.
    Register,
    /// 派驻组 or 联系室 prepares the three lists and asks for the approval.
    Prepare,
    /// The 书记 approves.
    Approve,
    /// The talk is held and signed.
    Hold,
    /// 党组会 and 整改方案, the 监督检查方案 of the body.
    Plan,
    /// The first problems go through the loop.
    Mend,
    /// The stage check.
    Assess,
}

/// Houses with a register of risks.
const REGISTERS: [usize; 6] = [0, 9, 11, 12, 18, 22];
/// How many problems are struck off by the first stage check.
const MENDED: usize = 4;

/// The steps of the talks, with those heads who are new.
pub fn steps(base: Day, calendar: &WorkCalendar, changes: &[Change]) -> Vec<Step> {
    let step = |house: usize, day: Day, hour: u32, what: Talking| {
        let day = worked(calendar, day);
        let year = chrono::Datelike::year(&day);
        Step { at: at(day, hour, 25), house, year, act: Act::Talk(what) }
    };
    let mut all = vec![step(0, base - Days::new(120), 9, Talking::Risks)];
    let of = |house: usize| changes.iter().filter(|c| c.house == house && !c.acting).max_by_key(|c| c.arrived);
    // The list of a year stands from March on; before it there is nothing to draw the 履责清单 from.
    let in_year = |c: &&Change| {
        let (first, last) = (c.arrived + Days::new(3), c.arrived + Days::new(17));
        chrono::Datelike::year(&first) == chrono::Datelike::year(&last) && chrono::Datelike::month(&first) >= 3
    };
    if let Some(new) = of(part::NEW_HEAD).filter(in_year) {
        let after = |days: u64, hour, what| step(part::NEW_HEAD, new.arrived + Days::new(days), hour, what);
        all.extend(rising(vec![
            after(3, 10, Talking::Register),
            after(9, 10, Talking::Prepare),
            after(12, 16, Talking::Approve),
            after(17, 10, Talking::Hold),
            after(26, 16, Talking::Plan),
            after(60, 11, Talking::Mend),
            after(66, 15, Talking::Assess),
        ]));
    }
    if let Some(new) = of(part::COMMENTING) {
        let after = |days: u64, hour, what| step(part::COMMENTING, new.arrived + Days::new(days), hour, what);
        all.extend(rising(vec![after(3, 11, Talking::Register), after(9, 11, Talking::Prepare)]));
    }
    all
}

impl Loader {
    /// A step.
    pub(super) async fn talking(&mut self, tx: &mut Tx, step: &Step, what: Talking) -> Result<(), Failure> {
        match what {
            Talking::Risks => self.talk_risks(tx, step).await,
            Talking::Register => self.talk_register(tx, step).await,
            Talking::Prepare => self.talk_prepare(tx, step).await,
            Talking::Approve => {
                let secretary = self.talk_actor(houses::SECRETARY, step)?;
                self.talk_does(tx, &secretary, step.house, Does::Approve { paper: None, all: false }).await
            }
            Talking::Hold => self.talk_hold(tx, step).await,
            Talking::Plan => self.talk_plan(tx, step).await,
            Talking::Mend => self.talk_mend(tx, step).await,
            Talking::Assess => self.talk_assess(tx, step).await,
        }
    }

    fn talk_actor(&self, name: &str, step: &Step) -> Result<Actor, Failure> {
        self.actor(self.named(name)?, step.at.day())
    }

    fn talk_body(&self, step: &Step) -> Result<Actor, Failure> {
        let name = checker(&self.plan.units, step.house).ok_or_else(|| missing("body"))?;
        self.talk_actor(name, step)
    }

    async fn talk_of(&self, tx: &mut Tx, house: usize) -> Result<(Talk, u32), Failure> {
        let find = q("SELECT talk FROM talks WHERE post_id = $1 AND state <> 'ended'
                      ORDER BY registered_on DESC, id DESC");
        let row = tx.row(find.bind(self.post(house)?)).await?.ok_or_else(|| missing("talk"))?;
        let talk: Talk = row.json("talk")?;
        let seen = talk.version;
        Ok((talk, seen))
    }

    async fn talk_does(&self, tx: &mut Tx, actor: &Actor, house: usize, act: Does) -> Result<(), Failure> {
        let (talk, seen) = self.talk_of(tx, house).await?;
        quietly::take(tx, actor, TalkDo { command: key(tx), talk: talk.id, seen, act }).await
    }

    async fn talk_risks(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let office = self.talk_actor(houses::CONDUCT_STAFF[0], step)?;
        for house in REGISTERS {
            let unit = self.unit(house)?;
            let focus = HOUSES[house].focus[0];
            for (post, point, level, control, owner) in RISKS {
                let form = RiskForm {
                    command: key(tx),
                    unit,
                    risk: None,
                    seen: 0,
                    drop: false,
                    post: post.to_owned(),
                    point: point.replace("{}", focus),
                    level: level.to_owned(),
                    control: control.to_owned(),
                    owner: owner.to_owned(),
                };
                quietly::risk(tx, &office, form).await?;
            }
        }
        for (title, post, point, control) in CASES {
            let form = CaseForm {
                command: key(tx),
                case: None,
                title: title.to_owned(),
                post: post.to_owned(),
                point: point.to_owned(),
                control: control.to_owned(),
                on: Some(step.at.day() - Days::new(20)),
                place: "上级纪委公开通报（示范）".to_owned(),
            };
            quietly::case(tx, &office, form).await?;
        }
        Ok(())
    }

    async fn talk_register(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let office = self.talk_actor(houses::CONDUCT_STAFF[0], step)?;
        let day = step.at.day();
        let runs = |(_, t): &(usize, &super::plan::TermPlan)| t.head && t.unit == step.house && t.runs_on(day);
        let (place, _) = self.plan.terms.iter().enumerate().find(runs).ok_or_else(|| missing("term"))?;
        let term = *self.terms.get(place).ok_or_else(|| missing("term"))?;
        let form = Register { command: key(tx), terms: vec![term], level: None, title: String::new() };
        quietly::register(tx, &office, form).await.map(drop)
    }

    async fn talk_line(&self, tx: &mut Tx, actor: &Actor, house: usize, change: Line) -> Result<(), Failure> {
        let (talk, seen) = self.talk_of(tx, house).await?;
        quietly::change(tx, actor, Prepare { command: key(tx), talk: talk.id, seen, change }).await
    }

    async fn talk_prepare(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (body, house) = (self.talk_body(step)?, step.house);
        let focus = HOUSES[house].focus[0];
        // The younger talk has fewer problems.
        let n = if house == part::NEW_HEAD { PROBLEMS.len() } else { 9 };
        for (area, symptom, cause, remedy) in &PROBLEMS[..n] {
            let typed = Typed {
                area: (*area).to_owned(),
                symptom: symptom.replace("{}", focus),
                cause: (*cause).to_owned(),
                remedy: (*remedy).to_owned(),
                ..Typed::default()
            };
            let change = Line::Put { list: ListKind::Problem, no: 0, typed: Box::new(typed) };
            self.talk_line(tx, &body, house, change).await?;
        }
        let find = q("SELECT id FROM talk_risks WHERE unit_id = $1 ORDER BY id").bind(self.unit(house)?);
        let keys: Vec<String> = tx
            .rows(find)
            .await?
            .iter()
            .map(|row| row.text("id").map(|id| format!("risk:{id}")))
            .collect::<Result<_, _>>()?;
        self.talk_line(tx, &body, house, Line::Take(keys)).await?;
        let text = self.talk_duty(tx, step).await?;
        let typed = Typed { text, frequency: "quarterly".to_owned(), ..Typed::default() };
        let change = Line::Put { list: ListKind::Duty, no: 0, typed: Box::new(typed) };
        self.talk_line(tx, &body, house, change).await?;
        self.talk_does(tx, &body, house, Does::Ask).await
    }

    /// A 自选动作 that stands on the head's list already: his list of the year is as the story tells it.
    async fn talk_duty(&self, tx: &mut Tx, step: &Step) -> Result<String, Failure> {
        let (post, year): (PostId, i32) = (self.post(step.house)?, chrono::Datelike::year(&step.at.day()));
        let list = duty_store::newest_list(&mut *tx, self.district, post, year).await?;
        let list = list.ok_or_else(|| missing("list of the new head"))?;
        let items = duty_store::load_items(tx, ItemsOf::Leader(list.list.id)).await?;
        let chosen = items.iter().find(|item| item.action == Action::Optional).or(items.last());
        Ok(chosen.ok_or_else(|| missing("item"))?.text.clone())
    }

    async fn talk_hold(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (house, day) = (step.house, step.at.day());
        let office = self.talk_actor(houses::CONDUCT_STAFF[0], step)?;
        let secretary = self.talk_actor(houses::SECRETARY, step)?;
        let lead = Does::Delegate {
            speaker: Speaker::Secretary,
            person: Some(secretary.person),
            name: String::new(),
            reason: String::new(),
            all: false,
        };
        self.talk_does(tx, &office, house, lead).await?;
        let minutes = Minutes {
            on: day,
            place: "区纪委廉政谈话室".to_owned(),
            present: String::new(),
            words: "交主体责任履责清单、所在单位问题清单、重要廉政风险清单，逐条讲清病症、病因、处方；\
                    要求尽快进入角色，照单整改，三个月后书面报告。"
                .to_owned(),
            answer: "问题指得准，回去当天就开党组会逐条研究，照单整改，按时报告。".to_owned(),
            writer: office.name.clone(),
        };
        self.talk_does(tx, &office, house, Does::Hold { minutes: Box::new(minutes), all: false }).await?;
        let head = self.head(step, day)?.0;
        for (actor, paper, side) in [
            (&head, SignedPaper::Record, Side::Leader),
            (&head, SignedPaper::Commitment, Side::Leader),
            (&secretary, SignedPaper::Record, Side::Speaker),
        ] {
            let (talk, seen) = self.talk_of(tx, house).await?;
            let signing = Signing::Typed { name: actor.name.clone() };
            let form = TalkSign { command: key(tx), talk: talk.id, seen, paper, side, signing };
            quietly::sign(tx, actor, form, false).await?;
        }
        Ok(())
    }

    async fn talk_plan(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (house, day) = (step.house, step.at.day());
        let liaison = self.talk_actor(HOUSES[house].liaison, step)?;
        let met = self.talk_of(tx, house).await?.0.signed_on().unwrap_or(day);
        let words = "谈话当天逐条研究，明确责任领导、责任部门和时限".to_owned();
        self.talk_does(tx, &liaison, house, Does::Meet { on: met, words }).await?;
        let (talk, seen) = self.talk_of(tx, house).await?;
        let members = HOUSES[house].members;
        let lines = (0..)
            .zip(&talk.lists.problems)
            .map(|(n, problem)| {
                Ok(PlanLine {
                    no: problem.no,
                    owner: Some(self.person(self.named(members[n % members.len()])?)?),
                    owner_name: String::new(),
                    department: ["办公室", "业务科", "人事科", "机关党委"][n % 4].to_owned(),
                    due: None,
                    measures: format!("{}，形成制度并抓好执行", problem.remedy),
                })
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        quietly::plan(tx, &liaison, PlanForm { command: key(tx), talk: talk.id, seen, lines }).await?;
        let body = self.talk_body(step)?;
        let points: Vec<CheckPoint> = drafted_points(&talk.lists, day + Days::new(45)).into_iter().step_by(2).collect();
        let first = points.first().map(|point| point.no).ok_or_else(|| missing("point"))?;
        self.talk_does(tx, &body, house, Does::Checks { points }).await?;
        let words = "查看党组会记录和台账，已逐条定人定责".to_owned();
        self.talk_does(tx, &body, house, Does::Look { no: first, words }).await
    }

    async fn talk_item(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ItemId,
        step: ItemStep,
        words: &str,
    ) -> Result<(), Failure> {
        let row =
            tx.row(q("SELECT version FROM items WHERE id = $1").bind(id)).await?.ok_or_else(|| missing("item"))?;
        let said = StepWords { words: words.to_owned(), ..StepWords::default() };
        item_step::take(tx, actor, id, row.small("version")?, step, said).await
    }

    async fn talk_mend(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (house, day) = (step.house, step.at.day());
        let liaison = self.talk_actor(HOUSES[house].liaison, step)?;
        let (head, body) = (self.head(step, day)?.0, self.talk_body(step)?);
        let office = self.talk_actor(houses::CONDUCT_STAFF[1], step)?;
        let (talk, _) = self.talk_of(tx, house).await?;
        let ids: Vec<ItemId> = talk.lists.problems.iter().filter_map(|p| p.item).take(MENDED).collect();
        for id in ids {
            self.talk_item(tx, &liaison, id, ItemStep::Fill, "制度已经印发，有会议记录和台账").await?;
            // 责任领导 has no account: his paper is noted by the 联络员.
            let row = tx.row(q("SELECT version FROM items WHERE id = $1").bind(id)).await?;
            let seen = row.ok_or_else(|| missing("item"))?.small("version")?;
            let paper = domain::accountability::Paper { on: day, handler: liaison.name.clone() };
            let said = StepWords { paper: Some(paper), ..StepWords::default() };
            item_step::take(tx, &liaison, id, seen, ItemStep::Lead, said).await?;
            self.talk_item(tx, &head, id, ItemStep::Apply, "").await?;
            self.talk_item(tx, &body, id, ItemStep::Check, "看过制度原件和执行记录").await?;
            self.talk_item(tx, &office, id, ItemStep::Strike, "").await?;
        }
        Ok(())
    }

    async fn talk_assess(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (body, day) = (self.talk_body(step)?, step.at.day());
        let (talk, _) = self.talk_of(tx, step.house).await?;
        let findings = (0..)
            .zip(&talk.lists.problems)
            .take(MENDED + 3)
            .map(|(n, problem)| {
                let (kind, words) = if n < MENDED {
                    (FindingKind::Proved, "制度已经印发并执行")
                } else {
                    (FindingKind::Wanting, "措施已经启动，还缺执行记录")
                };
                Finding { no: problem.no, kind, words: words.to_owned() }
            })
            .collect();
        let parts = Paper3([
            "班子对标谈话要求，研究部署较以往扎实，氛围有好转。".to_owned(),
            "问题逐条挂账，四个已销号，其余按期推进。".to_owned(),
            "高风险岗位的防控措施已经上墙，抽查一处执行到位。".to_owned(),
        ]);
        let second = second_reader(&self.plan.units, step.house).unwrap_or_default().to_owned();
        let act = Does::Assess { on: day, second, parts, findings };
        self.talk_does(tx, &body, step.house, act).await
    }
}

fn key(tx: &Tx) -> CommandId {
    CommandId(random::id(tx.now()))
}
