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
    holidays, houses,
    load::{Loader, missing},
    people::checking_body,
    plan::{Act as PlanAct, Step as PlanStep, at, worked},
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
/// Items of the market that are struck off.
const STRUCK: i64 = 6;

/// Titles, by which a step finds its matter.
pub(super) const MARKET_TITLE: &str = "专业市场文明创建";
pub(super) const POLICY_TITLE: &str = "助企政策兑现";

/// A part of the story: what happens on one day, or on some days on which nobody's colours change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// The market from 点题 to its notices.
    Market,
    /// The subsidies likewise.
    Policy,
    /// The school project up to its 会签.
    School,
    /// The last one that somebody 点题.
    Asked,
    /// Notices of the market, or of the subsidies, are delivered.
    Deliver(bool),
    /// They are signed for.
    Sign(bool),
    /// They are answered.
    Answer(bool),
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

/// The steps of the story up to the evening before `base`.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<PlanStep> {
    // The hours of what follows one another rise: a holiday week pushes several days back to the one before it.
    [
        (84, 9, Telling::Market),
        (67, 9, Telling::Deliver(true)),
        (65, 10, Telling::Sign(true)),
        (61, 11, Telling::Answer(true)),
        (52, 14, Telling::Talk(0)),
        (47, 9, Telling::Policy),
        (38, 14, Telling::Talk(1)),
        (33, 9, Telling::Deliver(false)),
        (31, 10, Telling::Sign(false)),
        (27, 11, Telling::Answer(false)),
        (24, 14, Telling::Talk(2)),
        (22, 9, Telling::Item(ItemStep::Fill)),
        (21, 10, Telling::Item(ItemStep::Lead)),
        (20, 11, Telling::Item(ItemStep::Apply)),
        (18, 14, Telling::Item(ItemStep::Check)),
        (16, 15, Telling::Item(ItemStep::Strike)),
        (12, 9, Telling::School),
        (11, 14, Telling::Progress),
        (3, 16, Telling::Asked),
    ]
    .into_iter()
    .map(|(back, hour, what)| {
        let day = worked(calendar, base - Days::new(back));
        let year = chrono::Datelike::year(&day);
        PlanStep { at: at(day, hour, 20), house: MARKET_UNITS[0], year, act: PlanAct::Matter(what) }
    })
    .collect()
}

/// A matter of the story: its id, and the calendar of its days.
pub(super) struct Told {
    pub(super) id: WarningId,
    pub(super) calendar: WorkCalendar,
}

pub(super) fn key(tx: &Tx) -> CommandId {
    CommandId(random::id(tx.now()))
}

impl Loader {
    /// One part of it.
    pub(super) async fn matter(&self, tx: &mut Tx, step: &PlanStep, what: Telling) -> Result<(), Failure> {
        let (base, on) = (self.plan.base, step.at.day());
        let of = |market: bool| {
            if market { (MARKET_TITLE, &MARKET_UNITS[..]) } else { (POLICY_TITLE, &POLICY_UNITS[..]) }
        };
        match what {
            Telling::Market => self.market(tx, base).await,
            Telling::Policy => self.policy(tx, base).await,
            Telling::School => self.school(tx, base).await,
            Telling::Asked => self.asked(tx, on).await,
            Telling::Deliver(market) | Telling::Sign(market) | Telling::Answer(market) => {
                let (title, houses) = of(market);
                let told = self.told(tx, title).await?;
                self.responds(tx, &told, on, what, houses).await
            }
            Telling::Talk(n) => {
                let told = self.told(tx, MARKET_TITLE).await?;
                self.talked(tx, &told, MARKET_UNITS[0], on, TALKS[n % TALKS.len()]).await
            }
            Telling::Item(step) => {
                let told = self.told(tx, MARKET_TITLE).await?;
                self.loop_step(tx, &told, on, step).await
            }
            Telling::Progress => {
                let told = self.told(tx, POLICY_TITLE).await?;
                self.progressed(tx, &told, on).await
            }
        }
    }

    async fn told(&self, tx: &mut Tx, title: &str) -> Result<Told, Failure> {
        let find = q("SELECT id FROM warning_matters WHERE district_id = $1 AND title = $2");
        let row = tx.row(find.bind(self.district).bind(title)).await?.ok_or_else(|| missing("matter"))?;
        Ok(Told { id: row.id("id")?, calendar: holidays::calendar(&self.plan.holidays) })
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

    /// The notices of a matter in a state: id, version, house.
    async fn notices(
        &self,
        tx: &mut Tx,
        told: &Told,
        houses: &[usize],
    ) -> Result<Vec<(WarningNoticeId, i64, usize)>, Failure> {
        let find = q("SELECT id, version, unit_id FROM warning_notices WHERE matter_id = $1 ORDER BY position");
        let mut out = Vec::new();
        for row in tx.rows(find.bind(told.id)).await? {
            let unit: UnitId = row.id("unit_id")?;
            for house in houses {
                if self.unit(*house)? == unit {
                    out.push((row.id("id")?, row.int("version")?, *house));
                }
            }
        }
        Ok(out)
    }

    /// Delivered, signed or answered.
    async fn responds(
        &self,
        tx: &mut Tx,
        told: &Told,
        on: Day,
        what: Telling,
        houses: &[usize],
    ) -> Result<(), Failure> {
        for (id, version, house) in self.notices(tx, told, houses).await? {
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

    async fn talked(&self, tx: &mut Tx, told: &Told, lead: usize, on: Day, words: &str) -> Result<(), Failure> {
        let note = Note::Talk(Some(on), words.to_owned(), 3, 3);
        let form = Follow { command: key(tx), matter: told.id, note };
        follow_quietly(tx, &self.body_of_house(lead, on)?, &form).await
    }

    /// The first items take a step of the closed loop.
    async fn loop_step(&self, tx: &mut Tx, told: &Told, on: Day, step: ItemStep) -> Result<(), Failure> {
        let find = q("SELECT i.id, i.unit_id, i.version FROM warning_cells c JOIN items i ON i.id = c.item_id
                      WHERE c.matter_id = $1 AND c.part = 'lead' ORDER BY i.year, i.number LIMIT $2");
        for row in tx.rows(find.bind(told.id).bind(STRUCK)).await? {
            let (id, unit): (ItemId, UnitId) = (row.id("id")?, row.id("unit_id")?);
            let mut house = MARKET_UNITS[0];
            for one in MARKET_UNITS {
                if self.unit(one)? == unit {
                    house = one;
                }
            }
            let (by, words) = match step {
                ItemStep::Fill => {
                    (self.liaison_of(house, on)?, "已逐点整改，建立巡查台账，连续三周复查没有反弹。")
                }
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
    async fn progressed(&self, tx: &mut Tx, told: &Told, on: Day) -> Result<(), Failure> {
        let lead = POLICY_UNITS[0];
        self.talked(tx, told, lead, on, "17 个子项逐一过筛，卡点集中在材料审核。").await?;
        let by = self.body_of_house(lead, on)?;
        let find = q("SELECT id FROM warning_duties WHERE matter_id = $1 ORDER BY position");
        let duties: Vec<WarningLineId> =
            tx.rows(find.bind(told.id)).await?.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
        for (n, duty) in duties.iter().enumerate().take(6) {
            let done = u32::try_from(n % 3 + 1).unwrap_or(1);
            for stage in 0..done {
                let note = Note::Progress(*duty, stage, Some(on), None, String::new());
                let form = Follow { command: key(tx), matter: told.id, note };
                follow_quietly(tx, &by, &form).await?;
            }
            if n == 1 {
                let words = "申报材料口径不一，等财政部门确认。".to_owned();
                let note = Note::Progress(*duty, done, None, Some(self.unit(lead)?), words);
                let form = Follow { command: key(tx), matter: told.id, note };
                follow_quietly(tx, &by, &form).await?;
            }
        }
        Ok(())
    }

}
