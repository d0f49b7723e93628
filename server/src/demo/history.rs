//! The way of the lists through both years (H1), the changes of heads (H10), and from
//! when to when each list is in force: what a record can correspond to.

use chrono::{Datelike as _, Days};
use domain::{
    duties::{Frequency, Source},
    people::UnitKind,
    time::{Day, WorkCalendar, first_of},
};

use super::{
    dice::Dice,
    houses::{HOUSES, part},
    people::Change,
    plan::{Act, How, OptionalItem, Step, UnitNo, at, minus_working, worked},
};

/// From when to when a list of a year is in force under one head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Force {
    /// House.
    pub house: UnitNo,
    /// Year of the list.
    pub year: i32,
    /// Signed.
    pub from: Day,
    /// Last day, if it was frozen.
    pub to: Option<Day>,
}

impl Force {
    /// Is the list in force on `day`?
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Steps and forces as they are found.
pub struct History<'a> {
    seed: u64,
    base: Day,
    calendar: &'a WorkCalendar,
    /// Steps.
    pub steps: Vec<Step>,
    /// Forces.
    pub forces: Vec<Force>,
}

/// The day on which a year's lists are issued: early in February, or three weeks before
/// `base` where the story would otherwise begin without lists.
pub fn issue_day(calendar: &WorkCalendar, base: Day, year: i32) -> Day {
    let usual = calendar.plus_working(first_of(year, 2) + Days::new(4), 1);
    if usual + Days::new(20) > base { worked(calendar, base - Days::new(24)) } else { usual }
}

const COMMENTS: [&str; 5] = [
    "无意见。",
    "条目符合本单位实际，无意见。",
    "建议自选动作的完成时间与上级专项安排一致。",
    "同意。请在下达时附填写说明。",
    "对条目无意见，联络员已确定。",
];

impl<'a> History<'a> {
    /// The whole history of the lists.
    pub fn of(seed: u64, base: Day, calendar: &'a WorkCalendar, changes: &[Change]) -> Self {
        let mut history = Self { seed, base, calendar, steps: Vec::new(), forces: Vec::new() };
        for year in [base.year() - 1, base.year()] {
            let day = minus_working(calendar, issue_day(calendar, base, year), 15);
            history.push(day, (9, 0), 0, year, Act::Publish);
            for house in 0..HOUSES.len() {
                history.yearly(house, year, changes);
            }
        }
        for change in changes {
            history.change(change);
        }
        history.second_edition();
        history
    }

    fn push(&mut self, day: Day, time: (u32, u32), house: UnitNo, year: i32, act: Act) {
        self.steps.push(Step { at: at(day, time.0, time.1), house, year, act });
    }

    fn after(&self, day: Day, working: u32) -> Day {
        self.calendar.plus_working(day, working)
    }

    /// H1 of a house and year.
    fn yearly(&mut self, house: UnitNo, year: i32, changes: &[Change]) {
        let this_year = year == self.base.year();
        let vacancy = changes.iter().any(|c| c.house == house && c.vacancy());
        if house == part::COMMENTING && this_year && !vacancy {
            // Early in the year one list is simply not so far yet.
            let (made, sent) = (minus_working(self.calendar, self.base, 6), minus_working(self.calendar, self.base, 3));
            self.push(made, (10, 5), house, year, Act::Make);
            self.push(sent, (10, 20), house, year, Act::Send);
            return;
        }
        let mut dice = Dice::new(self.seed, &format!("list {house} {year}"));
        let issued = issue_day(self.calendar, self.base, year);
        let sent = minus_working(self.calendar, issued, 11);
        let minute = u32::try_from(house).unwrap_or(0);
        let words = COMMENTS[dice.below(COMMENTS.len())];
        let commented = self.after(sent, dice.within(1, 4));
        self.push(minus_working(self.calendar, sent, 1), (9, 20 + minute), house, year, Act::Make);
        self.push(sent, (9, 30 + minute), house, year, Act::Send);
        self.push(commented, (15, dice.within(0, 59)), house, year, Act::Comment(words));
        self.push(self.after(sent, 6), (10, minute), house, year, Act::Submit);
        self.push(self.after(sent, 8), (15, minute), house, year, Act::Approve);
        self.push(issued, (9, 10 + minute), house, year, Act::Issue(first_of(year, 1)));
        let signed = self.after(issued, dice.within(1, 4));
        let how = match (dice.within(0, 9), house) {
            (_, part::LEADER) => How::Drawn,
            (0, _) => How::Paper,
            (1..=5, _) => How::Drawn,
            _ => How::Typed,
        };
        self.push(signed, (16, dice.within(0, 59)), house, year, Act::Sign(how));
        self.forces.push(Force { house, year, from: signed, to: None });
    }

    /// H10 of one change. Where no list of that year was in force, the usual way serves the new head.
    fn change(&mut self, change: &Change) {
        let Change { house, left, arrived, .. } = *change;
        let year = arrived.year();
        let mut found = false;
        for force in self.forces.iter_mut().filter(|f| f.house == house && f.year >= year && f.holds(left)) {
            force.to = Some(left);
            found = true;
        }
        if !found {
            return;
        }
        if change.vacancy() {
            self.push(left + Days::new(1), (8, 30), house, year, Act::Leave);
        }
        self.push(arrived, (8, 40), house, year, Act::Arrive);
        let signs = |former| Act::HandOver { former, how: How::Typed };
        match house {
            part::HANDOVER => self.push(self.after(arrived, 1), (16, 10), house, year, signs(true)),
            part::COMMENTING => {
                let paper = Act::HandOver { former: true, how: How::Paper };
                self.push(self.after(arrived, 1), (10, 30), house, year, paper);
                self.push(self.after(arrived, 1), (16, 45), house, year, signs(false));
                let why = "新任负责人分管领域有调整，请先征求单位意见。";
                self.push(self.after(arrived, 3), (9, 40), house, year, Act::Return(why));
                self.push(self.after(arrived, 5), (10, 15), house, year, Act::Send);
            }
            _ => {
                self.push(self.after(arrived, 2), (10, 30), house, year, signs(true));
                self.push(self.after(arrived, 3), (16, 20), house, year, signs(false));
                self.push(self.after(arrived, 4), (15, 5), house, year, Act::Approve);
                self.push(self.after(arrived, 6), (9, 15), house, year, Act::Issue(arrived));
                let signed = self.after(arrived, 8);
                self.push(signed, (17, 5), house, year, Act::Sign(How::Typed));
                self.forces.push(Force { house, year, from: signed, to: None });
            }
        }
    }

    /// One house gets a second edition, issued three days ago and not signed yet.
    fn second_edition(&mut self) {
        let (house, year) = (part::UNSIGNED, self.base.year());
        let issued = worked(self.calendar, self.base - Days::new(3));
        let effective = issued.max(first_of(year, 1));
        let sent = minus_working(self.calendar, issued, 5);
        self.push(sent, (9, 20), house, year, Act::Revise(effective));
        self.push(sent, (9, 40), house, year, Act::Send);
        self.push(self.after(sent, 2), (15, 30), house, year, Act::Comment("同意增加的自选动作。"));
        self.push(self.after(sent, 3), (10, 0), house, year, Act::Submit);
        self.push(self.after(sent, 4), (15, 20), house, year, Act::Approve);
        self.push(issued, (9, 30), house, year, Act::Issue(effective));
    }
}

type Offer = (&'static str, Frequency, Source);

const TOWN: [Offer; 3] = [
    ("抽查村级工程小额项目，做到会议、公示、验收三样齐", Frequency::HalfYearly, Source::Patrol),
    ("在便民服务中心公开信访接待，件件有回音", Frequency::Quarterly, Source::Petition),
    ("再次清理工作群和打卡程序，同一数据只报一次", Frequency::Yearly, Source::Review),
];
const DEPARTMENT: [Offer; 3] = [
    ("对专项资金使用逐笔对账，并按月公开", Frequency::Quarterly, Source::Inspection),
    ("暗访窗口服务，缩短群众等候时间", Frequency::Quarterly, Source::Review),
    ("再次清理工作群和打卡程序，同一数据只报一次", Frequency::Yearly, Source::Own),
];
const ENTERPRISE: [Offer; 3] = [
    ("对在建项目开展标后履约检查，核对人员到岗和变更手续", Frequency::HalfYearly, Source::Patrol),
    ("核对资产出租台账，清收逾期租金", Frequency::Yearly, Source::Inspection),
    ("抽查采购验收记录，杜绝先用后补", Frequency::Quarterly, Source::Discipline),
];
/// With a date that is near.
const SOON: [(UnitNo, Offer); 3] = [
    (part::LEADER, ("会同社区开展一次资产出租和村级工程专项核对", Frequency::Yearly, Source::Inspection)),
    (19, ("对应急物资采购验收开展一次全面核对", Frequency::Yearly, Source::Patrol)),
    (22, ("对本年在建项目开展一次标后履约全面检查", Frequency::Yearly, Source::Discipline)),
];

/// A working day within the reminder of a yearly item: the end of this month or a day of the next.
fn soon(calendar: &WorkCalendar, base: Day) -> Option<Day> {
    let end = worked(calendar, domain::time::last_of(base.year(), base.month()));
    let next = worked(calendar, base + Days::new(20));
    [end, next].into_iter().find(|day| *day >= base + Days::new(2) && day.year() == base.year())
}

/// The 自选动作 of every house, in both years.
pub fn optional_items(seed: u64, base: Day, calendar: &WorkCalendar) -> Vec<OptionalItem> {
    let mut all: Vec<OptionalItem> = Vec::new();
    for (house, plan) in HOUSES.iter().enumerate() {
        let pool = match plan.kind {
            UnitKind::Town => &TOWN[..],
            UnitKind::Enterprise => &ENTERPRISE[..],
            UnitKind::Leading => &DEPARTMENT[2..],
            _ => &DEPARTMENT[..],
        };
        let mut dice = Dice::new(seed, &format!("optional {house}"));
        let first = dice.below(pool.len());
        let many = (1 + dice.below(2)).min(pool.len());
        for year in [base.year() - 1, base.year()] {
            let mut add = |offer: Offer, due: Option<Day>, second_edition: bool| {
                let (text, frequency, source) = offer;
                let number = all.iter().filter(|o| o.house == house && o.year == year).count() + 1;
                let due = due.map(|d| (d.month(), d.day()));
                all.push(OptionalItem {
                    house,
                    year,
                    code: format!("14.{number}"),
                    text,
                    frequency,
                    due,
                    source,
                    second_edition,
                });
            };
            for n in 0..many {
                add(pool[(first + n) % pool.len()], None, false);
            }
            if year == base.year() {
                let soon = soon(calendar, base);
                if let Some((_, offer)) = SOON.iter().find(|s| s.0 == house).filter(|_| soon.is_some()) {
                    add(*offer, soon, false);
                }
                if house == part::UNSIGNED {
                    let text = "对文物保护专项资金和采购验收开展半年核对";
                    add((text, Frequency::HalfYearly, Source::Inspection), None, true);
                }
            }
        }
    }
    all
}
