//! Who is where: units with their 归口, persons with roles, terms with their changes.

use chrono::{Datelike as _, Days, Months};
use domain::{
    people::{Role, UnitKind},
    time::{Day, WorkCalendar},
};

use super::{
    accounts,
    dice::Dice,
    houses::{self, COMMITTEES, FORMER, HOUSES, OFFICES, TEAMS, part},
    plan::{PersonNo, PersonPlan, TermPlan, UnitNo, UnitPlan, worked},
};

/// Places of the bodies after the houses.
pub const COMMISSION: UnitNo = HOUSES.len();
/// 党风政风监督室.
pub const CONDUCT: UnitNo = COMMISSION + 1;
/// 区纪委办公室.
pub const GENERAL: UnitNo = COMMISSION + 2;
const FIRST_OFFICE: UnitNo = COMMISSION + 3;
const FIRST_TEAM: UnitNo = FIRST_OFFICE + OFFICES.len();
const FIRST_COMMITTEE: UnitNo = FIRST_TEAM + TEAMS.len();

/// A change of heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// House.
    pub house: UnitNo,
    /// Last day of the former head.
    pub left: Day,
    /// First day of the new one.
    pub arrived: Day,
    /// 主持工作.
    pub acting: bool,
    /// Day on which the report of three months is due.
    pub report_due: Day,
}

impl Change {
    /// Was the post vacant in between?
    pub fn vacancy(&self) -> bool {
        self.left + Days::new(1) < self.arrived
    }
}

/// The last working day of three months, as the rules count them.
fn three_months(calendar: &WorkCalendar, arrived: Day) -> Day {
    calendar.last_working(arrived + Months::new(3), arrived)
}

/// An arrival whose three months end on a day that `fits`, the latest such day from `base + 12`
/// back to `base - 25`, in the year of `base`.
fn arrival(calendar: &WorkCalendar, base: Day, fits: impl Fn(Day) -> bool) -> Option<(Day, Day)> {
    (0..=37).find_map(|n| {
        let arrived = (base + Days::new(12) - Days::new(n)) - Months::new(3);
        let due = three_months(calendar, arrived);
        (calendar.is_working(arrived) && due.year() == base.year() && fits(due)).then_some((arrived, due))
    })
}

/// First day on which the yearly hard item (年度报告) is overdue in the year of `base`.
pub fn report_overdue_from(base: Day) -> Day {
    domain::time::first_of(base.year(), 4)
}

/// The changes of the story.
pub fn changes(calendar: &WorkCalendar, base: Day) -> Vec<Change> {
    let year = base.year();
    let plain = |house, arrived: Day| Change {
        house,
        left: arrived - Days::new(1),
        arrived,
        acting: false,
        report_due: three_months(calendar, arrived),
    };
    let mut all = Vec::new();
    // Never before New Year: the hand-over belongs to this year's list.
    let arrived = worked(calendar, base - Days::new(6)).max(domain::time::first_of(year, 1));
    all.push(plain(part::HANDOVER, arrived));
    if let Some((arrived, _)) = arrival(calendar, base, |due| due >= base && due <= base + Days::new(10)) {
        all.push(plain(part::NEW_HEAD, arrived));
    }
    all.push(Change { acting: true, ..plain(part::ACTING, worked(calendar, base - Days::new(130))) });
    if base.month() >= 5 {
        let arrived = worked(calendar, base - Days::new(12));
        let left = worked(calendar, base - Days::new(62));
        all.push(Change { left, ..plain(part::COMMENTING, arrived) });
    }
    if base < report_overdue_from(base) + Days::new(3) {
        // Early in the year only the report of three months can be overdue already.
        if let Some((arrived, _)) = arrival(calendar, base, |due| due + Days::new(3) <= base) {
            all.push(plain(part::NO_REPORT, arrived));
        }
        if let Some((arrived, _)) = arrival(calendar, base, |due| calendar.plus_working(due, 2) < base) {
            all.push(plain(part::MADE_GOOD, arrived));
        }
    }
    all.sort_by_key(|c| c.arrived);
    all
}

/// Units, the houses first.
pub fn units() -> Vec<UnitPlan> {
    let mut units: Vec<UnitPlan> = (0..)
        .zip(&HOUSES)
        .map(|(no, house)| UnitPlan {
            name: house.name.to_owned(),
            kind: house.kind,
            leads_district: no == part::DISTRICT_LEAD,
            watched_by: [
                house.team.checked_sub(1).map(|n| FIRST_TEAM + n),
                house.office.checked_sub(1).map(|n| FIRST_OFFICE + n),
                (no < COMMITTEES.len()).then_some(FIRST_COMMITTEE + no),
            ],
        })
        .collect();
    let bodies = [houses::COMMISSION, houses::CONDUCT, houses::GENERAL].into_iter().map(|n| (n, UnitKind::Commission));
    let offices = OFFICES.iter().map(|o| (o.0, UnitKind::Commission));
    let teams = TEAMS.iter().map(|t| (t.0, UnitKind::Team));
    let committees = COMMITTEES.iter().map(|c| (c.0, UnitKind::Committee));
    for (name, kind) in bodies.chain(offices).chain(teams).chain(committees) {
        units.push(UnitPlan { name: name.to_owned(), kind, leads_district: false, watched_by: [None; 3] });
    }
    units
}

/// Persons and terms, gathered by name: somebody may hold two posts.
#[derive(Default)]
pub struct Register {
    /// Persons.
    pub persons: Vec<PersonPlan>,
    /// Terms.
    pub terms: Vec<TermPlan>,
}

impl Register {
    fn person(&mut self, name: &str, acts: bool) -> PersonNo {
        let no = self.persons.iter().position(|p| p.name == name).unwrap_or_else(|| {
            self.persons.push(PersonPlan {
                name: name.to_owned(),
                acts: false,
                login: accounts::login_of(name),
                roles: Vec::new(),
            });
            self.persons.len() - 1
        });
        self.persons[no].acts |= acts;
        no
    }

    fn staff(&mut self, name: &str, unit: UnitNo, title: &'static str, role: Role, acts: bool, from: Day) {
        let no = self.person(name, acts);
        self.persons[no].roles.push((role, unit, true));
        self.terms.push(TermPlan { unit, title, head: false, person: no, from, to: None, acting: false });
    }

    fn heads(&mut self, house: UnitNo, changes: &[Change], first: Day) {
        let (title, name) = (HOUSES[house].title, HOUSES[house].head);
        let mut from = first;
        for change in changes.iter().filter(|c| c.house == house) {
            let former = FORMER.iter().find(|f| f.0 == house).map_or(name, |f| f.1);
            let person = self.person(former, true);
            self.terms.push(TermPlan {
                unit: house,
                title,
                head: true,
                person,
                from,
                to: Some(change.left),
                acting: false,
            });
            from = change.arrived;
        }
        let acting = changes.iter().any(|c| c.house == house && c.acting);
        let person = self.person(name, true);
        self.terms.push(TermPlan { unit: house, title, head: true, person, from, to: None, acting });
    }
}

/// Everybody.
pub fn register(seed: u64, base: Day, founded: Day, changes: &[Change]) -> Register {
    let mut all = Register::default();
    for (no, house) in (0..).zip(&HOUSES) {
        let mut dice = Dice::new(seed, &format!("term {no}"));
        // Long enough ago that the report of three months lies before the story.
        let first = founded - Months::new(dice.within(9, 50)) - Days::new(dice.within(0, 25).into());
        all.heads(no, changes, first);
        let title = match house.kind {
            UnitKind::Town if house.title.starts_with("党工委") => "党工委委员",
            UnitKind::Department => "党组成员、副局长",
            UnitKind::Leading => "常委",
            _ => "党委委员",
        };
        let from = founded - Months::new(dice.within(6, 30));
        for member in house.members {
            all.staff(member, no, title, Role::Member, false, from);
        }
        all.staff(house.liaison, no, "办公室主任", Role::Liaison, true, from);
    }
    let from = domain::time::first_of(base.year() - 3, 1) + Days::new(9);
    all.staff(houses::SECRETARY, COMMISSION, "书记", Role::Secretary, true, from);
    all.staff(houses::DEPUTY, COMMISSION, "副书记", Role::DeputySecretary, true, from);
    all.staff(houses::CONDUCT_STAFF[0], CONDUCT, "主任", Role::ConductOffice, true, from);
    all.staff(houses::CONDUCT_STAFF[1], CONDUCT, "干部", Role::ConductOffice, true, from);
    all.staff(houses::GENERAL_HEAD, GENERAL, "主任", Role::GeneralOffice, true, from);
    let admins = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
    for (name, role) in houses::ADMINS.into_iter().zip(admins) {
        all.staff(name, GENERAL, "干部", role, true, from);
    }
    let bodies = |first: UnitNo, list: &'static [(&'static str, &'static str)]| {
        list.iter().enumerate().map(move |(n, b)| (first + n, b.1))
    };
    for (unit, name) in bodies(FIRST_OFFICE, &OFFICES) {
        all.staff(name, unit, "主任", Role::SupervisionOffice, true, from);
    }
    for (unit, name) in bodies(FIRST_TEAM, &TEAMS) {
        all.staff(name, unit, "组长", Role::ResidentTeam, true, from);
    }
    for (unit, name) in bodies(FIRST_COMMITTEE, &COMMITTEES) {
        all.staff(name, unit, "书记", Role::TownCommittee, true, from);
    }
    for (unit, name) in bodies(FIRST_OFFICE, &OFFICES).chain(bodies(FIRST_TEAM, &TEAMS)) {
        if let Some(colleague) = colleague_of(name) {
            let role = if unit < FIRST_TEAM { Role::SupervisionOffice } else { Role::ResidentTeam };
            all.staff(colleague, unit, "干部", role, true, from);
        }
    }
    let waiting = all.person(houses::PROPOSED, true);
    all.persons[waiting].roles.push((Role::ConductOffice, CONDUCT, false));
    all
}

/// Who checks a house: the team, or the office where no team is in charge.
pub fn checker(units: &[UnitPlan], house: UnitNo) -> Option<&'static str> {
    let [team, office, _] = units.get(house)?.watched_by;
    match (team, office) {
        (Some(team), _) => TEAMS.get(team - FIRST_TEAM).map(|t| t.1),
        (None, Some(office)) => OFFICES.get(office - FIRST_OFFICE).map(|o| o.1),
        _ => None,
    }
}

/// The colleague of the head of a body, where it has one.
fn colleague_of(head: &str) -> Option<&'static str> {
    let (body, _) = TEAMS.iter().chain(&OFFICES).find(|(_, name)| *name == head)?;
    houses::COLLEAGUES.iter().find(|(of, _)| of == body).map(|(_, name)| *name)
}

/// Who reads a book beside its [`checker`]: a colleague of the same body, or the unit's own committee assists.
pub fn second_reader(units: &[UnitPlan], house: UnitNo) -> Option<&'static str> {
    let committee = || Some(COMMITTEES.get(units.get(house)?.watched_by[2]? - FIRST_COMMITTEE)?.1);
    checker(units, house).and_then(colleague_of).or_else(committee)
}

/// Name of the body that checks a house.
pub fn checking_body(units: &[UnitPlan], house: UnitNo) -> Option<&str> {
    let [team, office, _] = units.get(house)?.watched_by;
    units.get(team.or(office)?).map(|unit| unit.name.as_str())
}
