//! Yearly tasks (年度任务) of every unit, and readings of the books (翻阅检查).

use chrono::{Datelike as _, Days};
use domain::{
    duties::Source,
    time::{Day, WorkCalendar, first_of},
};

use super::{
    dice::Dice,
    history::issue_day,
    houses::{HOUSES, part},
    plan::{Act, Reading, Step, TaskPlan, UnitNo, at, worked},
};

/// 任务, 节点, month and day, 完成标志, source.
type Offer = (&'static str, &'static str, (u32, u32), &'static str, Option<Source>);

const TASKS: [Offer; 7] = [
    ("修订五张责任清单并公开", "一季度完成修订，可公开的主动公开", (3, 20), "清单文本和公开截图", None),
    ("组织警示教育和关键岗位廉洁承诺", "五月集中教育，九月签订承诺", (5, 29), "会议记录和承诺书", None),
    ("开展{focus}专项自查", "上半年自查，下半年整改", (6, 20), "自查报告和整改台账", Some(Source::Inspection)),
    ("补齐{focus}制度短板", "三季度出台制度", (9, 18), "印发的制度文件", Some(Source::Patrol)),
    ("核对小额工程和零星采购台账", "十月核对，十一月整改", (11, 6), "核对清单", Some(Source::Inspection)),
    ("完成上年述责评议反馈问题整改", "逐季对账销号", (11, 20), "整改情况报告", Some(Source::Review)),
    ("梳理{focus}岗位廉政风险", "年底前更新风险台账", (12, 18), "更新后的风险台账", Some(Source::Own)),
];

/// Tasks of all houses in both years.
pub fn tasks(seed: u64, base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let mut steps = Vec::new();
    for (house, plan) in HOUSES.iter().enumerate() {
        for year in [base.year() - 1, base.year()] {
            let mut dice = Dice::new(seed, &format!("task {house} {year}"));
            let given = calendar.plus_working(issue_day(calendar, base, year), dice.within(1, 4));
            let leave_out = dice.below(TASKS.len());
            for (n, (title, node, (month, day), done_mark, source)) in TASKS.into_iter().enumerate() {
                if n == leave_out || n == (leave_out + 3) % TASKS.len() {
                    continue;
                }
                let title = title.replace("{focus}", plan.focus[(n + house) % plan.focus.len()]);
                let due_on = worked(calendar, first_of(year, month) + Days::new(u64::from(day) - 1));
                let owner = plan.members[n % 2];
                let done = worked(calendar, due_on - Days::new(u64::from(dice.within(0, 14))));
                let minute = u32::try_from(house).unwrap_or(0);
                let task = TaskPlan { title: title.clone(), node, due_on, owner, done_mark, source };
                steps.push(Step { at: at(given, 14, minute), house, year, act: Act::Task(task) });
                if done > given && !(slow(house) && due_on.year() == base.year() && n >= leave_out.min(2)) {
                    steps.push(Step { at: at(done, 16, minute), house, year, act: Act::Done(title) });
                }
            }
        }
    }
    steps
}

/// Houses that are behind with this year's tasks.
fn slow(house: UnitNo) -> bool {
    matches!(house, part::GAP | part::NO_REPORT | part::SECOND_GAP)
}

/// Readings that the first start finds going on or just signed: house, how many days before, how far.
const GOING_ON: [(UnitNo, u64, Reading); 7] = [
    (1, 6, Reading::Running),
    (part::TO_CHECK[1], 7, Reading::Running),
    (part::TO_CHECK[0], 9, Reading::Running),
    (7, 7, Reading::Signing),
    (10, 7, Reading::Signing),
    (22, 5, Reading::Signed),
    (23, 2, Reading::Signed),
];

/// The day on which such a reading began, before it is moved to a working day.
fn going_day(base: Day, back: u64) -> Day {
    base - Days::new(back)
}

/// 半年梳理 and 年底检查: the books are read, announced, by who checks the house.
pub fn readings(seed: u64, base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let mut steps = Vec::new();
    for house in 0..HOUSES.len() - 1 {
        for year in [base.year() - 1, base.year()] {
            let mut dice = Dice::new(seed, &format!("reading {house} {year}"));
            for (month, first) in [(7, 5), (12, 8)] {
                // With the one that is going on and the one of October no book is read more often than thrice a year.
                let going =
                    |(of, back, _): &(UnitNo, u64, Reading)| *of == house && going_day(base, *back).year() == year;
                if month == 12 && GOING_ON.iter().any(going) {
                    continue;
                }
                // Nobody came yet: their bodies are late.
                if month == 7 && year == base.year() && super::season::LATE.contains(&house) {
                    continue;
                }
                let day = worked(calendar, first_of(year, month) + Days::new(u64::from(first + dice.within(0, 6))));
                steps.push(Step { at: at(day, 9, dice.within(0, 59)), house, year, act: Act::Read(Reading::Signed) });
            }
        }
    }
    // What the first start finds going on: books being read, the shown leader's and those with records to check, two
    // sheets waiting for their heads, and two that were signed on the last days: something is done in most months.
    for (house, back, how) in GOING_ON {
        let day = worked(calendar, going_day(base, back));
        steps.push(Step { at: at(day.min(base - Days::new(1)), 15, 20), house, year: day.year(), act: Act::Read(how) });
    }
    steps
}
