//! 文号, 通报, 容错纠错 and 澄清正名 of the demonstration district, each through the service's own function: two 通报
//! of before the system with one voided number, one that is out and partly received, one that waits for its approval;
//! a case of 容错 that was decided and told, one that waits to be taken on; a 澄清 that waits for its approval. All
//! invented.

use chrono::{Datelike as _, Days};
use domain::{
    ids::{ItemId, LetterId, PostId, ToleranceId, UnitId},
    papers::number::Series,
    people::access::Actor,
    time::{Day, WorkCalendar},
    tolerance::{Application, Findings, SITUATIONS, Step as CaseStep, Way},
};

use super::{
    houses,
    load::{Loader, missing},
    plan::{Act as PlanAct, Step, UnitNo, at, rising, worked},
};
use crate::{
    services::{
        letters::{self, Act, SaveLetter, StepLetter},
        numbers::{self, Claim, SetSeries, VoidNumber},
        tolerance::{self, Ask, AskClear, Said, SetSettings, Take, Whom},
    },
    storage::{Failure, Tx, q},
};

/// Houses that the 通报 goes to; the first of them have received it.
const READERS: [UnitNo; 6] = [1, 2, 4, 5, 7, 8];
/// How many have.
const RECEIVED: usize = 4;
/// Houses whose heads asked for 容错.
const ASKERS: [UnitNo; 2] = [5, 7];
/// Title of the 通报 that is out, by which a step finds it.
const ON_DUTY: &str = "节日期间值班值守抽查情况";

/// A step of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// Numbers of before the system, the next free one.
    Numbers,
    /// A 通报 is drafted and sent up.
    Draft,
    /// The 分管副书记 approves it.
    Approve,
    /// 区纪委办公室 sends it out.
    Issue,
    /// The house receives it.
    Receive,
    /// Another one is drafted and sent up.
    Again,
    /// The kinds of 容错, 澄清 switched on.
    Settings,
    /// A head asks.
    Ask,
    /// It is taken on.
    Accept,
    /// It is verified.
    Verify,
    /// It is decided.
    Allow,
    /// It is told.
    Tell,
    /// Another head asks, for a cadre.
    AskAgain,
    /// A 澄清 is asked for.
    Clear,
}

/// The steps up to the evening before `base`.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let step = |back: u64, (hour, minute): (u32, u32), house: UnitNo, what: Filing| {
        let day = worked(calendar, base - Days::new(back));
        Step { at: at(day, hour, minute), house, year: day.year(), act: PlanAct::File(what) }
    };
    let mut papers = vec![
        step(40, (9, 5), 0, Filing::Numbers),
        step(24, (9, 30), 0, Filing::Draft),
        step(24, (15, 20), 0, Filing::Approve),
        step(24, (16, 40), 0, Filing::Issue),
    ];
    papers.extend(READERS.into_iter().take(RECEIVED).map(|house| step(24, (17, 0), house, Filing::Receive)));
    papers.push(step(5, (10, 15), 0, Filing::Again));
    let cases = vec![
        step(33, (8, 50), 0, Filing::Settings),
        step(33, (9, 40), ASKERS[0], Filing::Ask),
        step(33, (15, 0), ASKERS[0], Filing::Accept),
        step(26, (10, 20), ASKERS[0], Filing::Verify),
        step(26, (16, 30), ASKERS[0], Filing::Allow),
        step(19, (9, 10), ASKERS[0], Filing::Tell),
        step(6, (14, 10), ASKERS[1], Filing::AskAgain),
        step(4, (11, 5), 0, Filing::Clear),
    ];
    rising(papers).into_iter().chain(rising(cases)).collect()
}

impl Loader {
    /// A step.
    pub(super) async fn filing(&self, tx: &mut Tx, step: &Step, what: Filing) -> Result<(), Failure> {
        let on = step.at.day();
        let (office, other) = (houses::CONDUCT_STAFF[0], houses::CONDUCT_STAFF[1]);
        match what {
            Filing::Numbers => self.rows_of_numbers(tx, on).await,
            Filing::Draft => {
                let form = SaveLetter {
                    letter: None,
                    title: ON_DUTY.to_owned(),
                    facts: "监督中发现，个别单位值班人员在岗不在状态，值班记录不完整，交接手续不清楚。".to_owned(),
                    demands: "对照问题举一反三，健全值班和交接制度。\n\
                              主要负责人亲自过问，一个月内把整改情况报党风政风监督室。"
                        .to_owned(),
                    units: READERS.iter().map(|house| self.unit(*house)).collect::<Result<Vec<_>, _>>()?,
                    all: false,
                };
                self.drafted_letter(tx, &self.called(office, on)?, form).await
            }
            Filing::Approve => self.letter_step(tx, &self.called(houses::DEPUTY, on)?, Act::Approve).await,
            Filing::Issue => self.letter_step(tx, &self.called(houses::GENERAL_HEAD, on)?, Act::Issue).await,
            Filing::Receive => {
                let unit = self.unit(step.house)?;
                match self.plan.head_on(step.house, on).and_then(|term| self.actor(term.person, on).ok()) {
                    Some(head) => self.letter_step(tx, &head, Act::Receive(unit)).await,
                    None => self.noted_receipt(tx, unit, on).await,
                }
            }
            Filing::Again => {
                let form = SaveLetter {
                    letter: None,
                    title: "会议文件压减情况".to_owned(),
                    facts: "监督中发现，部分会议可合并召开而分头召开，个别文件篇幅偏长。".to_owned(),
                    demands: "年内对会议和文件再作一次梳理，能合并的合并，能不发的不发。".to_owned(),
                    units: Vec::new(),
                    all: true,
                };
                self.drafted_letter(tx, &self.called(other, on)?, form).await
            }
            Filing::Settings => {
                let form = SetSettings { clearance: true, situations: SITUATIONS.join("\n"), seen: 0 };
                tolerance::set_quietly(tx, &self.called(office, on)?, form).await
            }
            Filing::Ask | Filing::AskAgain => self.asks_tolerance(tx, step, what).await,
            Filing::Accept | Filing::Verify | Filing::Allow | Filing::Tell => self.case_step(tx, on, what).await,
            Filing::Clear => self.clearance(tx, on).await,
        }
    }

    async fn rows_of_numbers(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        let (general, year) = (self.called(houses::GENERAL_HEAD, on)?, on.year());
        for (n, title) in [(1, "关于节前作风建设提醒情况的通报"), (2, "关于会风会纪抽查情况的通报")]
        {
            let form = Claim { series: Series::Circular, year, number: n.to_string(), title: title.to_owned() };
            numbers::bring_quietly(tx, &general, form).await?;
        }
        let reason = "印发前内容有调整，重新起草".to_owned();
        numbers::void_quietly(tx, &general, VoidNumber { series: Series::Circular, year, number: 2, reason }).await?;
        let seen = numbers::seen_now(tx, self.district, Series::Circular, year).await?;
        let prefix = Series::Circular.sample_prefix(houses::DISTRICT);
        let form = SetSeries { series: Series::Circular, year, prefix, next: "3".to_owned(), seen };
        numbers::set_quietly(tx, &general, form).await
    }

    async fn drafted_letter(&self, tx: &mut Tx, by: &Actor, form: SaveLetter) -> Result<(), Failure> {
        let letter = letters::save_quietly(tx, by, form).await?;
        letters::step_quietly(tx, by, StepLetter { letter, seen: 1, act: Act::Ask }).await
    }

    /// A step of the one that goes out.
    async fn letter_step(&self, tx: &mut Tx, by: &Actor, act: Act) -> Result<(), Failure> {
        let find = q("SELECT id, version FROM letters WHERE district_id = $1 AND title = $2");
        let row = tx.row(find.bind(self.district).bind(ON_DUTY)).await?.ok_or_else(|| missing("letter"))?;
        let (letter, seen): (LetterId, u32) = (row.id("id")?, row.small("version")?);
        letters::step_quietly(tx, by, StepLetter { letter, seen, act }).await
    }

    /// A head without an account received it on paper.
    async fn noted_receipt(&self, tx: &mut Tx, unit: UnitId, on: Day) -> Result<(), Failure> {
        let handler = houses::CONDUCT_STAFF[0].to_owned();
        self.letter_step(tx, &self.called(houses::GENERAL_HEAD, on)?, Act::Paper(unit, Some(on), handler)).await
    }

    /// The head of a house, or of the next one that has a head with an account.
    fn asker(&self, house: UnitNo, on: Day) -> Result<(Actor, PostId), Failure> {
        let all = houses::HOUSES.len();
        for next in (0..all).map(|n| (house + n) % all) {
            let leads = self.plan.units.get(next).is_some_and(|unit| unit.leads_district);
            if let Some(term) = self.plan.head_on(next, on).filter(|_| !leads)
                && let Ok(actor) = self.actor(term.person, on)
            {
                return Ok((actor, self.post(next)?));
            }
        }
        Err(missing("head"))
    }

    async fn asks_tolerance(&self, tx: &mut Tx, step: &Step, what: Filing) -> Result<(), Failure> {
        let (head, post) = self.asker(step.house, step.at.day())?;
        let (matter, whom, [facts, reasons, remedy]) = if what == Filing::Ask {
            let words = [
                "年初经党组会研究，选一处闲置厂房试行“先租后让”。因没有先例，评估办法两次调整，比计划晚了两个月。",
                "上级没有现成的评估办法，试点中边做边改。",
                "已请区财政、审计部门一起定下评估办法，并公开了结果，没有造成损失。",
            ];
            ("闲置厂房改造试点延期", Whom::Head, words)
        } else {
            let words = [
                "夜间管道爆裂，分管干部现场决定先抢修、后补办掘路手续。",
                "抢修不能等，当晚影响两个小区供水。",
                "次日补办了手续，并向主管部门作了书面说明。",
            ];
            ("老旧管网应急抢修先行施工", Whom::Cadre("秦舒然".to_owned()), words)
        };
        let application =
            Application { facts: facts.to_owned(), reasons: reasons.to_owned(), remedy: remedy.to_owned() };
        let form = Ask { post, about: "matter".to_owned(), matter: matter.to_owned(), whom, application };
        tolerance::ask_quietly(tx, &head, form).await.map(drop)
    }

    /// A step of the first case.
    async fn case_step(&self, tx: &mut Tx, on: Day, what: Filing) -> Result<(), Failure> {
        let find = q("SELECT id, version FROM tolerance_cases WHERE district_id = $1 ORDER BY asked_on, id LIMIT 1");
        let row = tx.row(find.bind(self.district)).await?.ok_or_else(|| missing("case"))?;
        let (case, seen): (ToleranceId, u32) = (row.id("id")?, row.small("version")?);
        let (office, verifier) =
            (self.called(houses::CONDUCT_STAFF[0], on)?, self.called(houses::CONDUCT_STAFF[1], on)?);
        let (by, step, said) = match what {
            Filing::Accept => {
                let said = Said { verifier: Some(verifier.person), ..Said::default() };
                (office, CaseStep::Accept, said)
            }
            Filing::Verify => {
                let findings = Findings {
                    motive: "为盘活闲置资产，没有发现谋取私利的情况。".to_owned(),
                    procedure: "事前经党组会研究，过程中两次向分管领导报告，有会议记录。".to_owned(),
                    outcome: "进度延后两个月，没有造成经济损失。".to_owned(),
                    remedy: "评估办法已定，试点已恢复推进。".to_owned(),
                    situations: vec![SITUATIONS[0].to_owned()],
                    eligible: true,
                };
                (verifier, CaseStep::Verify, Said { findings, ..Said::default() })
            }
            Filing::Allow => {
                let reason = "事前研究、过程报告、及时补救，符合可容错情形。".to_owned();
                (self.called(houses::DEPUTY, on)?, CaseStep::Allow, Said { reason, ..Said::default() })
            }
            _ => {
                let how = format!("当面反馈，{}", office.name);
                (office, CaseStep::Tell, Said { told_on: Some(on), how, ..Said::default() })
            }
        };
        tolerance::take_quietly(tx, &by, Take { case, seen, step, said }).await
    }

    /// Of the first item of the story, where its post had a head then.
    async fn clearance(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        let office = self.called(houses::CONDUCT_STAFF[0], on)?;
        let find = q("SELECT i.id, i.post_id FROM items i JOIN units u ON u.id = i.unit_id
                      JOIN terms t ON t.post_id = i.post_id AND t.starts_on <= i.opened_on
                        AND (t.ends_on IS NULL OR t.ends_on >= i.opened_on)
                      WHERE i.district_id = $1 AND u.leads_district = 0 ORDER BY i.opened_on, i.id");
        let Some(row) = tx.row(find.bind(self.district)).await? else { return Ok(()) };
        let (item, post): (ItemId, PostId) = (row.id("id")?, row.id("post_id")?);
        let form = AskClear {
            post,
            about: format!("item:{item}"),
            way: Some(Way::Meeting),
            summary: "经核对原始材料，这一项当时已经办理，记载有误。".to_owned(),
            untrue: true,
        };
        tolerance::clear_quietly(tx, &office, form).await.map(drop)
    }
}
