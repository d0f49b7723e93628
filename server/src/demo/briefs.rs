//! Reports of the office in the story: the 半年梳理情况报告 of the last half-year that is over, approved and filed, and
//! the 季度督责简报 of the running quarter as a draft. Facts are computed by the house's own code; the judgements are
//! invented words of nobody.

use chrono::{Datelike as _, Days};
use domain::{
    ids::PersonId,
    reports::{Cover, Judgement, Kind, Part, Period},
    time::{Day, WorkCalendar},
};

use super::{
    houses,
    load::Loader,
    plan::{Act, Step, at, worked},
};
use crate::{
    services::reports::{Story, tell},
    storage::{Failure, Tx},
};

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brief {
    /// Of the last half-year, filed.
    HalfYear(Period),
    /// Of the running quarter, a draft.
    Quarter(Period),
}

const HALF_YEAR: [(Judgement, &str); 4] = [
    (
        Judgement::Overall,
        "各单位党组织主要负责人能够按清单履行第一责任人责任，年初部署、专题研究、谈心谈话等规定动作总体按期开展。\n\
         少数单位到期事项补记较多，个别岗位调整后的衔接还要加强。",
    ),
    (
        Judgement::Traits,
        "一是规定动作落得比较实，专题研究和警示教育大多写明了具体事项。\n\
         二是边督边改，半年梳理提出的意见多数当面确认，需要补充的材料能够及时补上。",
    ),
    (
        Judgement::Problems,
        "一是自选动作安排不均衡，集中在季度末办理。\n二是部分单位对岗位廉政风险防控的做法记得不细，难以印证。",
    ),
    (
        Judgement::Advice,
        "一是把下半年的专题研究和谈心谈话往前排，避免集中补办。\n\
         二是对还没有销号的整改事项逐项明确完成时间，由联系室和派驻组跟进。",
    ),
];

const QUARTER: [(Judgement, &str); 1] =
    [(Judgement::Traits, "本季度各单位按月历推进，谈心谈话和调研类事项落实较好。其余部分待补充。")];

/// The last half-year that was over some weeks before `base`, and the quarter of the day before.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let yesterday = base - Days::new(1);
    let halves = [base.year() - 1, base.year()].into_iter().flat_map(Period::of_year);
    let over = halves.filter(|p| matches!(p.part, Part::Half(_)) && p.window().to + Days::new(24) < base);
    let mut steps = Vec::new();
    if let Some(half) = over.max_by_key(|p| p.window().to) {
        // After 半年梳理 is done, in the middle of the month.
        let day = worked(calendar, half.window().to + Days::new(22));
        steps.push(Step { at: at(day, 10, 20), house: 0, year: half.year, act: Act::Report(Brief::HalfYear(half)) });
    }
    let quarter = Period::of_year(yesterday.year())
        .into_iter()
        .find(|p| matches!(p.part, Part::Quarter(_)) && p.window().holds(yesterday));
    if let Some(quarter) = quarter {
        let act = Act::Report(Brief::Quarter(quarter));
        steps.push(Step { at: at(yesterday, 16, 40), house: 0, year: quarter.year, act });
    }
    steps
}

impl Loader {
    /// Writes the report of a step of the story at its own moment, about what was known then.
    pub(super) async fn brief(&self, tx: &mut Tx, at: usize) -> Result<(), Failure> {
        let Some(step) = self.plan.steps.get(at) else { return Ok(()) };
        let Act::Report(brief) = step.act else { return Ok(()) };
        tx.pretend(step.at);
        let day = step.at.day();
        let writer = self.actor(self.named(houses::CONDUCT_STAFF[0])?, day)?;
        let deputy = self.actor(self.named(houses::DEPUTY)?, day)?;
        let names = [houses::SECRETARY, houses::DEPUTY, houses::CONDUCT_STAFF[0], houses::CONDUCT_STAFF[1]];
        let readers: Vec<PersonId> =
            names.into_iter().map(|name| self.person(self.named(name)?)).collect::<Result<_, _>>()?;
        let (kind, period, texts, filed): (_, _, &[_], _) = match brief {
            Brief::HalfYear(period) => (Kind::HalfYear, period, &HALF_YEAR, Some((&deputy, readers))),
            Brief::Quarter(period) => (Kind::Quarter, period, &QUARTER, None),
        };
        tell(tx, &Story { writer: &writer, kind, cover: Cover::District, period, texts, filed }).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::parse_iso;

    #[test]
    fn both_lie_before_the_first_start() {
        let calendar = WorkCalendar::default();
        for day in ["2026-01-01", "2026-01-20", "2026-04-01", "2026-07-10", "2026-07-26", "2026-11-23", "2026-12-31"] {
            let base = parse_iso(day).unwrap();
            let steps = steps(base, &calendar);
            assert_eq!(steps.len(), 2, "{day}");
            assert!(steps.iter().all(|step| step.at.day() < base), "{day}");
        }
    }
}
