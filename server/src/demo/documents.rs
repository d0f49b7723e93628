//! 文号, 通报, 容错纠错 and 澄清正名 of the demonstration district, each through the service's own function: two 通报
//! of before the system with one voided number, one that is out and partly received, one that waits for its approval;
//! a case of 容错 that was decided and told, one that waits to be taken on; a 澄清 that waits for its approval. All
//! invented.

use chrono::{Datelike as _, Days};
use domain::{
    ids::{ItemId, LetterId, PostId, ToleranceId},
    papers::number::Series,
    people::access::Actor,
    time::{Day, Instant},
    tolerance::{Application, Findings, SITUATIONS, Step, Way},
};

use super::{
    holidays, houses,
    load::{Loader, missing},
    plan::{at, worked},
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
const READERS: [usize; 6] = [1, 2, 4, 5, 7, 8];
/// Houses whose heads asked for 容错.
const ASKERS: [usize; 2] = [5, 7];

impl Loader {
    /// Writes it all.
    pub(super) async fn documents(&self, tx: &mut Tx) -> Result<(), Failure> {
        let base = self.plan.base;
        let calendar = holidays::calendar(&self.plan.holidays);
        let day = |back: u64| worked(&calendar, base - Days::new(back));
        self.rows_of_numbers(tx, day(40)).await?;
        self.circulars(tx, day(24), day(5)).await?;
        self.cases(tx, [day(33), day(26), day(19), day(6)]).await?;
        self.clearance(tx, day(4)).await?;
        tx.pretend(Instant::start_of(base));
        Ok(())
    }

    fn by_name(&self, name: &str, on: Day) -> Result<Actor, Failure> {
        self.actor(self.plan.person(name).ok_or_else(|| missing(name))?, on)
    }

    /// The head of a house, or of the next one that has a head with an account.
    fn asker(&self, house: usize, on: Day) -> Result<(Actor, PostId), Failure> {
        let all = houses::HOUSES.len();
        for next in (0..all).map(|n| (house + n) % all) {
            let leads = self.plan.units.get(next).is_some_and(|unit| unit.leads_district);
            if let Some(term) = self.plan.head_on(next, on).filter(|_| !leads)
                && let Ok(actor) = self.actor(term.person, on)
            {
                let post = self.head_posts.get(&next).copied().ok_or_else(|| missing("head post"))?;
                return Ok((actor, post));
            }
        }
        Err(missing("head"))
    }

    async fn rows_of_numbers(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        tx.pretend(at(on, 9, 5));
        let (general, year) = (self.by_name(houses::GENERAL_HEAD, on)?, on.year());
        for (n, title) in [(1, "关于节前作风建设提醒情况的通报"), (2, "关于会风会纪抽查情况的通报")] {
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

    async fn circulars(&self, tx: &mut Tx, first: Day, second: Day) -> Result<(), Failure> {
        let (office, deputy) = (self.by_name(houses::CONDUCT_STAFF[0], first)?, self.by_name(houses::DEPUTY, first)?);
        let general = self.by_name(houses::GENERAL_HEAD, first)?;
        tx.pretend(at(first, 9, 30));
        let units = READERS.iter().map(|house| self.unit(*house)).collect::<Result<Vec<_>, _>>()?;
        let form = SaveLetter {
            letter: None,
            title: "节日期间值班值守抽查情况".to_owned(),
            facts: "监督中发现，个别单位值班人员在岗不在状态，值班记录不完整，交接手续不清楚。".to_owned(),
            demands: "对照问题举一反三，健全值班和交接制度。\n主要负责人亲自过问，一个月内把整改情况报党风政风监督室。".to_owned(),
            units: units.clone(),
            all: false,
        };
        let letter = letters::save_quietly(tx, &office, form).await?;
        self.letter_step(tx, &office, letter, 1, Act::Ask).await?;
        tx.pretend(at(first, 15, 20));
        self.letter_step(tx, &deputy, letter, 2, Act::Approve).await?;
        tx.pretend(at(first, 16, 40));
        self.letter_step(tx, &general, letter, 3, Act::Issue).await?;
        for (house, unit) in READERS.into_iter().zip(units).take(4) {
            tx.pretend(at(first, 17, u32::try_from(house).unwrap_or(0)));
            match self.plan.head_on(house, first).and_then(|term| self.actor(term.person, first).ok()) {
                Some(head) => self.letter_step(tx, &head, letter, 4, Act::Receive(unit)).await?,
                None => {
                    let paper = Act::Paper(unit, Some(first), office.name.clone());
                    self.letter_step(tx, &general, letter, 4, paper).await?;
                }
            }
        }
        tx.pretend(at(second, 10, 15));
        let office = self.by_name(houses::CONDUCT_STAFF[1], second)?;
        let form = SaveLetter {
            letter: None,
            title: "会议文件压减情况".to_owned(),
            facts: "监督中发现，部分会议可合并召开而分头召开，个别文件篇幅偏长。".to_owned(),
            demands: "年内对会议和文件再作一次梳理，能合并的合并，能不发的不发。".to_owned(),
            units: Vec::new(),
            all: true,
        };
        let letter = letters::save_quietly(tx, &office, form).await?;
        self.letter_step(tx, &office, letter, 1, Act::Ask).await
    }

    async fn letter_step(&self, tx: &mut Tx, by: &Actor, letter: LetterId, seen: u32, act: Act) -> Result<(), Failure> {
        letters::step_quietly(tx, by, StepLetter { letter, seen, act }).await
    }

    async fn cases(&self, tx: &mut Tx, [asked, verified, told, second]: [Day; 4]) -> Result<(), Failure> {
        let (office, deputy) = (self.by_name(houses::CONDUCT_STAFF[0], asked)?, self.by_name(houses::DEPUTY, asked)?);
        let verifier = self.by_name(houses::CONDUCT_STAFF[1], asked)?;
        tx.pretend(at(asked, 8, 50));
        let situations = SITUATIONS.join("\n");
        tolerance::set_quietly(tx, &office, SetSettings { clearance: true, situations, seen: 0 }).await?;
        tx.pretend(at(asked, 9, 40));
        let (head, post) = self.asker(ASKERS[0], asked)?;
        let form = Ask {
            post,
            about: "matter".to_owned(),
            matter: "闲置厂房改造试点延期".to_owned(),
            whom: Whom::Head,
            application: Application {
                facts: "年初经党组会研究，选一处闲置厂房试行“先租后让”。因没有先例，评估办法两次调整，比计划晚了两个月。".to_owned(),
                reasons: "上级没有现成的评估办法，试点中边做边改。".to_owned(),
                remedy: "已请区财政、审计部门一起定下评估办法，并公开了结果，没有造成损失。".to_owned(),
            },
        };
        let case = tolerance::ask_quietly(tx, &head, form).await?;
        tx.pretend(at(asked, 15, 0));
        let said = Said { verifier: Some(verifier.person), ..Said::default() };
        self.case_step(tx, &office, case, (1, Step::Accept), said).await?;
        tx.pretend(at(verified, 10, 20));
        let findings = Findings {
            motive: "为盘活闲置资产，没有发现谋取私利的情况。".to_owned(),
            procedure: "事前经党组会研究，过程中两次向分管领导报告，有会议记录。".to_owned(),
            outcome: "进度延后两个月，没有造成经济损失。".to_owned(),
            remedy: "评估办法已定，试点已恢复推进。".to_owned(),
            situations: vec![SITUATIONS[0].to_owned()],
            eligible: true,
        };
        self.case_step(tx, &verifier, case, (2, Step::Verify), Said { findings, ..Said::default() }).await?;
        tx.pretend(at(verified, 16, 30));
        let reason = "事前研究、过程报告、及时补救，符合可容错情形。".to_owned();
        self.case_step(tx, &deputy, case, (3, Step::Allow), Said { reason, ..Said::default() }).await?;
        tx.pretend(at(told, 9, 10));
        let how = format!("当面反馈，{}", office.name);
        let said = Said { told_on: Some(told), how, ..Said::default() };
        self.case_step(tx, &office, case, (4, Step::Tell), said).await?;

        tx.pretend(at(second, 14, 10));
        let (head, post) = self.asker(ASKERS[1], second)?;
        let form = Ask {
            post,
            about: "matter".to_owned(),
            matter: "老旧管网应急抢修先行施工".to_owned(),
            whom: Whom::Cadre("秦舒然".to_owned()),
            application: Application {
                facts: "夜间管道爆裂，分管干部现场决定先抢修、后补办掘路手续。".to_owned(),
                reasons: "抢修不能等，当晚影响两个小区供水。".to_owned(),
                remedy: "次日补办了手续，并向主管部门作了书面说明。".to_owned(),
            },
        };
        tolerance::ask_quietly(tx, &head, form).await.map(drop)
    }

    async fn case_step(
        &self,
        tx: &mut Tx,
        by: &Actor,
        case: ToleranceId,
        (seen, step): (u32, Step),
        said: Said,
    ) -> Result<(), Failure> {
        tolerance::take_quietly(tx, by, Take { case, seen, step, said }).await
    }

    /// Of the first item of the story, where its post had a head then.
    async fn clearance(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        tx.pretend(at(on, 11, 5));
        let office = self.by_name(houses::CONDUCT_STAFF[0], on)?;
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
