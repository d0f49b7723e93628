//! “一件事”问责预警 of the demonstration district, each step through the service's own function: a market whose notices
//! are answered and whose first items are struck off, subsidies that stand at a stage and wait for a unit, a school
//! project whose borders are countersigned, and one that somebody just 点题. All invented.

use chrono::Days;
use domain::{
    accountability::Step as ItemStep,
    ids::{CommandId, ItemId, UnitId, WarningId, WarningLineId, WarningNoticeId},
    people::access::Actor,
    time::{Day, WorkCalendar},
};

use super::{
    houses,
    load::{Loader, missing},
    people::checking_body,
    plan::{Act as PlanAct, Step as PlanStep, at, rising, worked},
};
use crate::{
    random,
    services::{
        accountability::step::{StepWords, take},
        warnings::{Do, Follow, Note, NoticeForm, follow_quietly, notice_quietly},
    },
    storage::{Failure, Tx, q},
};

/// Departments and towns of the market, the first leads.
pub(super) const MARKET_UNITS: [usize; 8] = [20, 16, 19, 13, 3, 4, 5, 7];
/// Departments of the subsidies, the first leads and pays.
pub(super) const POLICY_UNITS: [usize; 3] = [11, 8, 16];
/// Town, department and enterprise of the school project, as the sample counts them; the enterprise leads.
pub(super) const SCHOOL_UNITS: [usize; 3] = [6, 13, 22];
/// Items of the market that are struck off.
const STRUCK: i64 = 6;

/// A matter whose lists are made in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The market.
    Market,
    /// The subsidies.
    Policy,
    /// The school project.
    School,
}

impl Which {
    /// Title, by which a step finds its matter.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Market => "专业市场文明创建",
            Self::Policy => "助企政策兑现",
            Self::School => "新建学校项目开工",
        }
    }

    /// Houses whose units are in it, the first leads.
    pub(super) fn houses(self) -> &'static [usize] {
        match self {
            Self::Market => &MARKET_UNITS,
            Self::Policy => &POLICY_UNITS,
            Self::School => &SCHOOL_UNITS,
        }
    }

    /// The one that leads.
    pub(super) fn lead(self) -> usize {
        match self {
            Self::Market => MARKET_UNITS[0],
            Self::Policy => POLICY_UNITS[0],
            Self::School => SCHOOL_UNITS[2],
        }
    }
}

/// A step of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// 点题.
    Propose(Which),
    /// 采纳.
    Adopt(Which),
    /// The lists are pasted from a table.
    Paste(Which),
    /// They go to the units for 会签.
    Ask(Which),
    /// The units countersign.
    Countersign(Which),
    /// The 问责清单 is added, and all goes up.
    Send(Which),
    /// 审定 and 签发.
    Issue(Which),
    /// 用印, and the notices are made.
    Seal(Which),
    /// The last one that somebody 点题.
    Asked,
    /// Notices are delivered.
    Deliver(Which),
    /// They are signed for.
    Sign(Which),
    /// They are answered.
    Answer(Which),
    /// A 会商 of the market, by its place.
    Talk(usize),
    /// The first items of the market take a step of the loop.
    Item(ItemStep),
    /// The stages of the subsidies are noted, after a 会商.
    Progress,
}

/// What was said at the 会商 of the market.
const TALKS: [&str; 3] = [
    "逐项对照清单看进展，消防通道和停车两项需市场方配合。",
    "卫生、占道两类问题明显减少，投诉件逐件回访。",
    "第一批事项申请销号，其余按月推进。",
];

/// The steps of the story up to the evening before `base`: of each matter in their order.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<PlanStep> {
    use Telling::{
        Adopt, Answer, Ask, Asked, Countersign, Deliver, Issue, Item, Paste, Progress, Propose, Seal, Send, Sign, Talk,
    };
    let told = |all: &[(u64, u32, Telling)]| {
        let step = |(back, hour, what): &(u64, u32, Telling)| {
            let day = worked(calendar, base - Days::new(*back));
            let year = chrono::Datelike::year(&day);
            PlanStep { at: at(day, *hour, 20), house: MARKET_UNITS[0], year, act: PlanAct::Matter(*what) }
        };
        rising(all.iter().map(step).collect())
    };
    let market = told(&[
        (84, 9, Propose(Which::Market)),
        (82, 15, Adopt(Which::Market)),
        (78, 16, Paste(Which::Market)),
        (74, 9, Ask(Which::Market)),
        (72, 10, Countersign(Which::Market)),
        (71, 11, Send(Which::Market)),
        (70, 14, Issue(Which::Market)),
        (69, 16, Seal(Which::Market)),
        (67, 9, Deliver(Which::Market)),
        (65, 10, Sign(Which::Market)),
        (61, 11, Answer(Which::Market)),
        (52, 14, Talk(0)),
        (38, 14, Talk(1)),
        (24, 14, Talk(2)),
        (22, 9, Item(ItemStep::Fill)),
        (21, 10, Item(ItemStep::Lead)),
        (20, 11, Item(ItemStep::Apply)),
        (18, 14, Item(ItemStep::Check)),
        (16, 15, Item(ItemStep::Strike)),
    ]);
    let policy = told(&[
        (47, 9, Propose(Which::Policy)),
        (45, 15, Adopt(Which::Policy)),
        (43, 16, Paste(Which::Policy)),
        (40, 9, Ask(Which::Policy)),
        (38, 10, Countersign(Which::Policy)),
        (37, 11, Send(Which::Policy)),
        (36, 14, Issue(Which::Policy)),
        (35, 16, Seal(Which::Policy)),
        (33, 9, Deliver(Which::Policy)),
        (31, 10, Sign(Which::Policy)),
        (27, 11, Answer(Which::Policy)),
        (11, 14, Progress),
    ]);
    let school = told(&[
        (12, 9, Propose(Which::School)),
        (10, 15, Adopt(Which::School)),
        (7, 16, Paste(Which::School)),
        (4, 9, Ask(Which::School)),
        (2, 10, Countersign(Which::School)),
    ]);
    [market, policy, school, told(&[(3, 16, Asked)])].concat()
}

pub(super) fn key(tx: &Tx) -> CommandId {
    CommandId(random::id(tx.now()))
}

impl Loader {
    /// A step of it.
    pub(super) async fn matter(&self, tx: &mut Tx, step: &PlanStep, what: Telling) -> Result<(), Failure> {
        let on = step.at.day();
        match what {
            Telling::Propose(which) => self.proposed(tx, on, which).await,
            Telling::Adopt(which) => self.adopted(tx, on, which).await,
            Telling::Paste(which) => self.pasted(tx, on, which).await,
            Telling::Ask(_) | Telling::Send(_) | Telling::Issue(_) | Telling::Seal(_) => self.sent(tx, on, what).await,
            Telling::Countersign(which) => self.countersigned(tx, on, which).await,
            Telling::Asked => self.asked(tx, on).await,
            Telling::Deliver(which) | Telling::Sign(which) | Telling::Answer(which) => {
                self.responds(tx, on, what, which).await
            }
            Telling::Talk(n) => self.talked(tx, Which::Market, on, TALKS[n % TALKS.len()]).await,
            Telling::Item(step) => self.loop_step(tx, on, step).await,
            Telling::Progress => self.progressed(tx, on).await,
        }
    }

    /// Id and version of a matter.
    pub(super) async fn told(&self, tx: &mut Tx, which: Which) -> Result<(WarningId, i64), Failure> {
        let find = q("SELECT id, version FROM warning_matters WHERE district_id = $1 AND title = $2");
        let row = tx.row(find.bind(self.district).bind(which.title())).await?.ok_or_else(|| missing("matter"))?;
        Ok((row.id("id")?, row.int("version")?))
    }

    pub(super) fn called(&self, name: &str, on: Day) -> Result<Actor, Failure> {
        self.actor(self.plan.person(name).ok_or_else(|| missing(name))?, on)
    }

    pub(super) fn house_name(&self, house: usize) -> &'static str {
        houses::HOUSES[house].name
    }

    pub(super) fn head_actor(&self, house: usize, on: Day) -> Result<Actor, Failure> {
        self.actor(self.plan.head_on(house, on).ok_or_else(|| missing("head"))?.person, on)
    }

    pub(super) fn liaison_of(&self, house: usize, on: Day) -> Result<Actor, Failure> {
        self.called(houses::HOUSES[house].liaison, on)
    }

    /// Who supervises a house: the head of its 派驻组, for towns of its 联系室.
    pub(super) fn body_of_house(&self, house: usize, on: Day) -> Result<Actor, Failure> {
        let house = houses::HOUSES[house];
        let name = if house.team > 0 { houses::TEAMS[house.team - 1].1 } else { houses::OFFICES[house.office - 1].1 };
        self.called(name, on)
    }

    pub(super) fn body_id(&self, house: usize) -> Result<UnitId, Failure> {
        let name = checking_body(&self.plan.units, house).ok_or_else(|| missing("body"))?;
        let no = self.plan.units.iter().position(|unit| unit.name == name).ok_or_else(|| missing(name))?;
        self.unit(no)
    }

    /// The notices of a matter: id, version, house.
    async fn notices(&self, tx: &mut Tx, which: Which) -> Result<Vec<(WarningNoticeId, i64, usize)>, Failure> {
        let (matter, _) = self.told(tx, which).await?;
        let find = q("SELECT id, version, unit_id FROM warning_notices WHERE matter_id = $1 ORDER BY position");
        let mut out = Vec::new();
        for row in tx.rows(find.bind(matter)).await? {
            let unit: UnitId = row.id("unit_id")?;
            for house in which.houses() {
                if self.unit(*house)? == unit {
                    out.push((row.id("id")?, row.int("version")?, *house));
                }
            }
        }
        Ok(out)
    }

    /// Delivered, signed or answered.
    async fn responds(&self, tx: &mut Tx, on: Day, what: Telling, which: Which) -> Result<(), Failure> {
        for (id, version, house) in self.notices(tx, which).await? {
            let (by, what) = match what {
                Telling::Deliver(_) => (self.body_of_house(house, on)?, Do::Deliver(None)),
                Telling::Sign(_) => (self.head_actor(house, on)?, Do::Sign),
                _ => {
                    let words = "党组专题研究，逐项明确责任科室和责任人，按周调度。".to_owned();
                    (self.liaison_of(house, on)?, Do::Answer(words, Some(on), Vec::new()))
                }
            };
            let form = NoticeForm { command: key(tx), notices: vec![(id, version)], what };
            notice_quietly(tx, &by, &form).await?;
        }
        Ok(())
    }

    async fn talked(&self, tx: &mut Tx, which: Which, on: Day, words: &str) -> Result<(), Failure> {
        let (matter, _) = self.told(tx, which).await?;
        let note = Note::Talk(Some(on), words.to_owned(), 3, 3);
        let form = Follow { command: key(tx), matter, note };
        follow_quietly(tx, &self.body_of_house(which.lead(), on)?, &form).await
    }

    /// The first items take a step of the closed loop.
    async fn loop_step(&self, tx: &mut Tx, on: Day, step: ItemStep) -> Result<(), Failure> {
        let (matter, _) = self.told(tx, Which::Market).await?;
        let find = q("SELECT i.id, i.unit_id, i.version FROM warning_cells c JOIN items i ON i.id = c.item_id
                      WHERE c.matter_id = $1 AND c.part = 'lead' ORDER BY i.year, i.number LIMIT $2");
        for row in tx.rows(find.bind(matter).bind(STRUCK)).await? {
            let (id, unit): (ItemId, UnitId) = (row.id("id")?, row.id("unit_id")?);
            let mut house = MARKET_UNITS[0];
            for one in MARKET_UNITS {
                if self.unit(one)? == unit {
                    house = one;
                }
            }
            let (by, words) = match step {
                ItemStep::Fill => (self.liaison_of(house, on)?, "已逐点整改，建立巡查台账，连续三周复查没有反弹。"),
                ItemStep::Check => (self.body_of_house(house, on)?, "到现场看过，印证充分。"),
                ItemStep::Strike => (self.called(houses::CONDUCT_STAFF[0], on)?, ""),
                _ => (self.head_actor(house, on)?, ""),
            };
            let said = StepWords { words: words.to_owned(), ..StepWords::default() };
            take(tx, &by, id, row.small("version")?, step, said).await?;
        }
        Ok(())
    }

    /// A 会商, and where the first sub-items stand.
    async fn progressed(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        let lead = Which::Policy.lead();
        self.talked(tx, Which::Policy, on, "17 个子项逐一过筛，卡点集中在材料审核。").await?;
        let (matter, _) = self.told(tx, Which::Policy).await?;
        let by = self.body_of_house(lead, on)?;
        let find = q("SELECT id FROM warning_duties WHERE matter_id = $1 ORDER BY position");
        let duties: Vec<WarningLineId> =
            tx.rows(find.bind(matter)).await?.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
        for (n, duty) in duties.iter().enumerate().take(6) {
            let done = u32::try_from(n % 3 + 1).unwrap_or(1);
            for stage in 0..done {
                let note = Note::Progress(*duty, stage, Some(on), None, String::new());
                let form = Follow { command: key(tx), matter, note };
                follow_quietly(tx, &by, &form).await?;
            }
            if n == 1 {
                let words = "申报材料口径不一，等财政部门确认。".to_owned();
                let note = Note::Progress(*duty, done, None, Some(self.unit(lead)?), words);
                let form = Follow { command: key(tx), matter, note };
                follow_quietly(tx, &by, &form).await?;
            }
        }
        Ok(())
    }
}
