//! What stands on the account of the demonstration district beside reviews, talks and matters: problems that were found
//! outside of the system, one put right at once, one that came back, a 制度 that was made, a 工作建议 and a 建议书, published
//! measures. All invented, in the order of time, through the services' own functions.

use chrono::Days;
use domain::{
    accountability::{AdviceKind, ItemKind, Paper, RegulationKind, Responsibility, Step as LoopStep},
    ids::{AdviceId, ItemId, MeasureId},
    people::access::Actor,
    time::{Day, WorkCalendar},
};

use super::{
    houses::{self, HOUSES},
    load::{Loader, missing},
    plan::{Act, Step, at, rising, worked},
};
use crate::{
    services::accountability::{
        advices::{AdviceDo, Wrote, advice_quietly},
        by_hand::{self, Opened},
        measures::{Fill, MeasureDo, measure_quietly},
        regulations::{self, RegulationDo},
        step::{self, StepWords},
        store,
    },
    storage::{Failure, Tx, q},
};

/// A step of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accounting {
    /// The 监督室 puts a problem on the account: kind, what is wrong, days that it has from the last day of the story.
    Open(ItemKind, &'static str, u64),
    /// 签收, on the screen or from paper.
    Sign,
    /// 立行立改.
    Settle,
    /// The head applies.
    Apply,
    /// Checked, by another than who struck off.
    Check,
    /// Struck off.
    Strike,
    /// The plan of the 党组会.
    Plan,
    /// A 制度 is registered.
    Regulate,
    /// Linked to the earlier one.
    Again,
    /// A 工作建议 is written.
    Advise,
    /// It is approved and sent.
    Issue,
    /// A 建议书 is written.
    Ask,
    /// A published measure is noted.
    Note(&'static str),
    /// A second person compares it.
    Compare,
}

/// Houses of this story.
const QUICK: usize = 10;
const AUDITED: usize = 11;
const VISITED: usize = 14;
const AGAIN: usize = 16;
const ADVISED: usize = 18;
const ASKED: usize = 22;

/// The steps, by house, days before the last day of the story, and hour.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    use Accounting::{
        Advise, Again, Apply, Ask, Check, Compare, Issue, Note, Open, Plan, Regulate, Settle, Sign, Strike,
    };
    let all: [(usize, u64, u32, Accounting); 25] = [
        (AGAIN, 190, 9, Open(ItemKind::Daily, "消费券核销抽查没有记录", 1)),
        (AGAIN, 188, 15, Settle),
        (AGAIN, 188, 16, Apply),
        (AGAIN, 180, 14, Check),
        (AGAIN, 180, 16, Strike),
        (AUDITED, 60, 9, Open(ItemKind::Audit, "部分资产出租没有公开招租", 30)),
        (AUDITED, 52, 10, Sign),
        (AUDITED, 40, 11, Plan),
        (QUICK, 30, 9, Open(ItemKind::Daily, "养老机构检查记录不完整", 20)),
        (QUICK, 28, 15, Settle),
        (QUICK, 28, 16, Apply),
        (VISITED, 25, 9, Open(ItemKind::Patrol, "水利工程变更没有逐项上会", 45)),
        (VISITED, 22, 10, Sign),
        (QUICK, 20, 14, Check),
        (QUICK, 20, 16, Strike),
        (AUDITED, 20, 10, Note("circular")),
        (AUDITED, 20, 11, Compare),
        (ADVISED, 16, 10, Advise),
        (ADVISED, 15, 15, Issue),
        (ADVISED, 14, 10, Sign),
        (AUDITED, 12, 9, Regulate),
        (AGAIN, 8, 9, Open(ItemKind::Daily, "消费券核销抽查记录不全", 40)),
        (AGAIN, 8, 10, Again),
        (VISITED, 6, 16, Note("remind_talk")),
        (ASKED, 3, 11, Ask),
    ];
    let step = |(house, back, hour, what)| {
        let day = worked(calendar, base - Days::new(back));
        let year = chrono::Datelike::year(&day);
        Step { at: at(day, hour, 35), house, year, act: Act::Account(what) }
    };
    rising(all.into_iter().map(step).collect())
}

fn said(words: &str) -> StepWords {
    StepWords { words: words.to_owned(), ..StepWords::default() }
}

impl Loader {
    /// Carries out a step.
    pub(super) async fn accounting(&self, tx: &mut Tx, step: &Step, what: Accounting) -> Result<(), Failure> {
        let (house, day) = (step.house, step.at.day());
        let (office, other) = (self.officer(0, day)?, self.officer(1, day)?);
        match what {
            Accounting::Open(kind, problem, ahead) => {
                let form = Opened {
                    kind,
                    post: self.post(house)?,
                    problem: problem.to_owned(),
                    demand: "查明原因，限期整改，举一反三完善制度。".to_owned(),
                    deadline: Some(self.plan.base + Days::new(ahead)),
                    code: String::new(),
                    ledger: String::new(),
                    number: String::new(),
                };
                by_hand::open(tx, &office, form).await.map(drop)
            }
            Accounting::Sign => {
                let item = self.newest(tx, house).await?;
                if let Some(head) = self.head_of_house(house, day) {
                    return self.takes(tx, &head, item, LoopStep::Sign, StepWords::default()).await;
                }
                let paper = Some(Paper { on: day, handler: office.name.clone() });
                self.takes(tx, &office, item, LoopStep::Sign, StepWords { paper, ..StepWords::default() }).await
            }
            Accounting::Settle => {
                let item = self.newest(tx, house).await?;
                let words = StepWords {
                    department: "办公室".to_owned(),
                    ..said("当天补齐记录，并在科务会上作了说明。")
                };
                self.takes(tx, &self.helper(house, day)?, item, LoopStep::Settle, words).await
            }
            Accounting::Apply => {
                let item = self.newest(tx, house).await?;
                if let Some(head) = self.head_of_house(house, day) {
                    return self.takes(tx, &head, item, LoopStep::Apply, StepWords::default()).await;
                }
                let helper = self.helper(house, day)?;
                let paper = Some(Paper { on: day, handler: helper.name.clone() });
                self.takes(tx, &helper, item, LoopStep::Apply, StepWords { paper, ..StepWords::default() }).await
            }
            Accounting::Check => {
                let item = self.newest(tx, house).await?;
                let team = HOUSES[house].team.checked_sub(1).and_then(|n| houses::TEAMS.get(n));
                let (_, name) = team.ok_or_else(|| missing("team"))?;
                let team = self.actor(self.named(name)?, day)?;
                self.takes(tx, &team, item, LoopStep::Check, said("现场翻看记录，已补齐。")).await
            }
            Accounting::Strike => {
                let item = self.newest(tx, house).await?;
                self.takes(tx, &other, item, LoopStep::Strike, StepWords::default()).await
            }
            Accounting::Plan => {
                let item = self.newest(tx, house).await?;
                let words = StepWords {
                    owner_name: HOUSES[house].members[0].to_owned(),
                    department: "资产管理科".to_owned(),
                    adopted_on: Some(day),
                    ..said("清理在租资产台账，到期的一律公开招租，修订出租管理办法。")
                };
                self.takes(tx, &self.helper(house, day)?, item, LoopStep::Plan, words).await
            }
            Accounting::Regulate => {
                let item = self.newest(tx, house).await?;
                let helper = self.helper(house, day)?;
                let act = RegulationDo::Add {
                    unit: self.unit(house)?,
                    kind: RegulationKind::Assets,
                    title: "行政事业单位资产出租管理办法".to_owned(),
                    number: String::new(),
                    adopted_on: day,
                    mended: true,
                    item: Some(item),
                };
                regulations::act(tx, &helper, act).await?;
                let words = said("台账已清理，两处到期资产已挂网招租。");
                self.takes(tx, &helper, item, LoopStep::Progress, words).await
            }
            Accounting::Again => {
                let earlier = self.first_number(tx, house).await?;
                let item = self.newest(tx, house).await?;
                self.takes(tx, &office, item, LoopStep::Relate, StepWords { earlier, ..StepWords::default() }).await
            }
            Accounting::Advise | Accounting::Issue | Accounting::Ask => self.advising(tx, step, what).await,
            Accounting::Note(kind) => {
                let item = self.newest(tx, house).await?;
                let year = chrono::Datelike::year(&day);
                let numbered = kind == "circular";
                let form = Fill {
                    post: self.post(house)?,
                    item: Some(item),
                    kind: kind.to_owned(),
                    responsibility: Some(Responsibility::Important),
                    number: if numbered { format!("滨纪通〔{year}〕11号") } else { String::new() },
                    decided_on: day - Days::new(5),
                    published_on: Some(day - Days::new(1)),
                    dual: numbered.then(|| (String::new(), Some(day - Days::new(5)))),
                };
                measure_quietly(tx, &office, MeasureDo::Enter(form)).await
            }
            Accounting::Compare => {
                let find = q("SELECT id FROM measures WHERE district_id = $1 AND state = 'entered'");
                let row = tx.row(find.bind(self.district)).await?.ok_or_else(|| missing("measure"))?;
                let id: MeasureId = row.id("id")?;
                measure_quietly(tx, &other, MeasureDo::Confirm(id, 1)).await
            }
        }
    }

    async fn advising(&self, tx: &mut Tx, step: &Step, what: Accounting) -> Result<(), Failure> {
        let day = step.at.day();
        if what == Accounting::Issue {
            let find = q("SELECT id, version FROM advices WHERE district_id = $1 AND state = 'asked' ORDER BY made_at");
            let row = tx.row(find.bind(self.district)).await?.ok_or_else(|| missing("advice"))?;
            let (id, seen): (AdviceId, u32) = (row.id("id")?, row.small("version")?);
            let deputy = self.actor(self.named(houses::DEPUTY)?, day)?;
            return advice_quietly(tx, &deputy, AdviceDo::Issue(id, seen)).await.map(drop);
        }
        let (kind, title, problem, demand, reply_by) = if what == Accounting::Advise {
            (
                AdviceKind::Suggestion,
                "关于规范药品耗材采购管理的建议",
                "监督中发现，部分低值耗材分批采购，没有比选记录，医药代表来访没有登记。",
                "修订采购管理制度，明确比选标准和流程。\n实行医药代表来访登记备案。\n每季度抽查一次采购台账。",
                Some(self.plan.base + Days::new(20)),
            )
        } else {
            (
                AdviceKind::Recommendation,
                "关于完善工程变更管理的建议",
                "监督中发现，个别项目工程变更先实施后审批，变更资料不完整。",
                "完善工程变更分级审批制度。\n对在建项目变更情况开展自查。",
                None,
            )
        };
        let wrote = Wrote {
            title: title.to_owned(),
            problem: problem.to_owned(),
            demand: demand.to_owned(),
            reply_by,
            ask: true,
        };
        let office = self.officer(1, day)?;
        let act = AdviceDo::Draft(kind, self.post(step.house)?, None, wrote);
        advice_quietly(tx, &office, act).await.map(drop)
    }

    fn officer(&self, n: usize, day: Day) -> Result<Actor, Failure> {
        let name = houses::CONDUCT_STAFF.get(n).ok_or_else(|| missing("office"))?;
        self.actor(self.named(name)?, day)
    }

    fn helper(&self, house: usize, day: Day) -> Result<Actor, Failure> {
        self.actor(self.named(HOUSES[house].liaison)?, day)
    }

    /// The head of a house, if he has an account.
    fn head_of_house(&self, house: usize, day: Day) -> Option<Actor> {
        self.plan.head_on(house, day).and_then(|term| self.actor(term.person, day).ok())
    }

    async fn takes(
        &self,
        tx: &mut Tx,
        by: &Actor,
        item: ItemId,
        step: LoopStep,
        words: StepWords,
    ) -> Result<(), Failure> {
        let seen = store::load(tx, self.district, item).await?.item.version;
        step::take(tx, by, item, seen, step, words).await
    }

    /// The newest item of a house in this story.
    async fn newest(&self, tx: &mut Tx, house: usize) -> Result<ItemId, Failure> {
        let find = q("SELECT id FROM items WHERE post_id = $1 AND origin IN ('by_hand', 'advices')
             ORDER BY year DESC, number DESC LIMIT 1");
        Ok(tx.row(find.bind(self.post(house)?)).await?.ok_or_else(|| missing("problem"))?.id("id")?)
    }

    /// Number of the first one, as the ledger shows it.
    async fn first_number(&self, tx: &mut Tx, house: usize) -> Result<String, Failure> {
        let find = q("SELECT year, number FROM items WHERE post_id = $1 AND origin = 'by_hand'
             ORDER BY year, number LIMIT 1");
        let row = tx.row(find.bind(self.post(house)?)).await?.ok_or_else(|| missing("earlier problem"))?;
        Ok(format!("{}-{:03}", row.int("year")?, row.int("number")?))
    }
}
