//! The record books: what each head did and when it was written down. Every date is a
//! working day (duty on New Year's Day apart) and lies before `base`.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days};
use domain::{
    duties::Frequency,
    people::UnitKind,
    records::RecordKind,
    time::{Day, Instant, WorkCalendar, first_of, last_of},
};

use super::{
    dice::Dice,
    gaps::Gap,
    history::Force,
    houses::{HOUSES, part},
    people::Change,
    phrases::{ANY_TIME, HALF_YEARLY, ONLY_HEARD, OPTIONAL, Occasion, QUARTERLY, Slot, THREE_MONTHS, YEARLY},
    plan::{Act, OptionalItem, RecordNo, RecordPlan, Step, TermPlan, UnitNo, at},
    wording::Voice,
};

/// What the books are made of.
pub struct Books<'a> {
    /// Seed.
    pub seed: u64,
    /// The story ends the evening before.
    pub base: Day,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// Terms.
    pub terms: &'a [TermPlan],
    /// Lists in force.
    pub forces: &'a [Force],
    /// What is wanting.
    pub gaps: &'a [Gap],
    /// Changes of heads.
    pub changes: &'a [Change],
    /// 自选动作.
    pub optional: &'a [OptionalItem],
    /// Steps made.
    pub steps: Vec<Step>,
    /// Records made.
    pub records: usize,
    /// Records checked in the one reading of a book and year, and when.
    pub checked: BTreeMap<(UnitNo, i32), (Instant, Vec<RecordNo>)>,
}

/// A record about to be written.
struct Entry<'a> {
    kind: RecordKind,
    codes: Vec<String>,
    text: (String, Option<String>),
    event_on: Day,
    /// When it should be written down.
    planned: Day,
    /// Written down later than due on purpose: no proxy, no check.
    late: bool,
    dice: &'a mut Dice,
}

impl Books<'_> {
    fn eve(&self) -> Day {
        self.base - Days::new(1)
    }

    /// Writes the books of all houses.
    pub fn write(&mut self) {
        for house in 0..HOUSES.len() {
            for year in [self.base.year() - 1, self.base.year()] {
                for occasion in QUARTERLY.iter().chain(&HALF_YEARLY).chain(&YEARLY).chain(&ANY_TIME) {
                    self.occasion(house, year, occasion);
                }
                self.optional(house, year);
            }
        }
        let changes = self.changes;
        for change in changes {
            self.three_months(change);
        }
        self.waiting();
        for ((house, year), (at, records)) in std::mem::take(&mut self.checked) {
            self.steps.push(Step { at, house, year, act: Act::Verify(records) });
        }
    }

    fn dice(&self, house: UnitNo, year: i32, key: &str) -> Dice {
        Dice::new(self.seed, &format!("book {house} {year} {key}"))
    }

    fn head(&self, house: UnitNo, day: Day) -> Option<TermPlan> {
        self.terms.iter().find(|t| t.head && t.unit == house && t.runs_on(day)).cloned()
    }

    /// A working day of a slot; New Year's duty is on the day itself.
    fn day_of(&self, year: i32, slot: Slot, dice: &mut Dice) -> Day {
        let (month, from, to, _) = slot;
        let first = first_of(year, month) + Days::new(u64::from(from) - 1);
        let last = first_of(year, month) + Days::new(u64::from(to) - 1);
        let day = first + Days::new(u64::from(dice.within(0, to - from)));
        if month == 1 && to <= 2 || self.calendar.is_working(day) {
            return day;
        }
        let next = self.calendar.plus_working(day, 1);
        if next <= last { next } else { self.calendar.last_working(last, first) }
    }

    fn occasion(&mut self, house: UnitNo, year: i32, occasion: &Occasion) {
        let mut dice = self.dice(house, year, occasion.key);
        let mut voice = Voice::new(house, occasion, &mut dice);
        for slot in occasion.slots {
            // The leader who is shown first misses nothing.
            let often = if house == part::LEADER { slot.3.saturating_add(10) } else { slot.3 };
            let happens = dice.chance(often.min(100));
            let day = self.day_of(year, *slot, &mut dice);
            let lag = if dice.chance(30) { dice.within(1, 2) } else { 0 };
            let text = voice.say(day, &mut dice);
            if !happens || day > self.eve() || !self.calendar.is_working(day) && slot.1 > 2 {
                continue;
            }
            self.happens(house, occasion, day, lag, text, &mut dice);
        }
    }

    fn happens(
        &mut self,
        house: UnitNo,
        occasion: &Occasion,
        day: Day,
        lag: u32,
        text: (String, Option<String>),
        dice: &mut Dice,
    ) {
        let gap = self
            .gaps
            .iter()
            .find(|g| g.house == house && occasion.codes.contains(&g.code) && g.window.holds(day))
            .copied();
        let mut codes: Vec<String> = occasion.codes.iter().map(|c| (*c).to_owned()).collect();
        // 8.5 came into the list this year.
        codes.retain(|c| c != "8.5" || day.year() == self.base.year());
        match gap {
            Some(Gap { made_good: Some(recorded), .. }) => {
                let entry =
                    Entry { kind: occasion.kind, codes, text, event_on: day, planned: recorded, late: true, dice };
                self.enter(house, entry);
            }
            Some(Gap { code: "3.3", .. }) => {
                // The meeting did not take place; what the discipline body reported was heard.
                let said = Voice::new(house, &ONLY_HEARD, dice).say(day, dice);
                let codes = ONLY_HEARD.codes.iter().map(|c| (*c).to_owned()).collect();
                let entry =
                    Entry { kind: ONLY_HEARD.kind, codes, text: said, event_on: day, planned: day, late: false, dice };
                self.enter(house, entry);
            }
            Some(_) => {}
            None => {
                let mut planned = self.calendar.plus_working(day, lag);
                let mut late = false;
                if matches!(day.month(), 3 | 9) && !is_hard(occasion.codes) && dice.chance(8) {
                    // 补记: remembered after the quarter.
                    planned = self.calendar.plus_working(last_of(day.year(), day.month()), dice.within(2, 6));
                    late = planned <= self.eve();
                    if !late {
                        planned = day;
                    }
                }
                let entry = Entry { kind: occasion.kind, codes, text, event_on: day, planned, late, dice };
                self.enter(house, entry);
            }
        }
    }

    fn optional(&mut self, house: UnitNo, year: i32) {
        for item in self
            .optional
            .iter()
            .filter(|o| o.house == house && o.year == year && !o.second_edition)
            .cloned()
            .collect::<Vec<_>>()
        {
            if item.due.is_some() {
                continue;
            }
            let slots: &[Slot] = match item.frequency {
                Frequency::Quarterly => &[(2, 16, 27, 100), (5, 6, 27, 100), (8, 6, 27, 100), (11, 6, 27, 100)],
                Frequency::HalfYearly => &[(5, 6, 27, 100), (10, 12, 28, 100)],
                _ => &[(9, 6, 27, 100)],
            };
            let Some((_, kind, line)) = OPTIONAL.iter().find(|o| item.text.contains(o.0)) else { continue };
            let mut dice = self.dice(house, year, item.text);
            for slot in slots {
                let day = self.day_of(year, *slot, &mut dice);
                let mut voice = Voice::of_line(house, line, &mut dice);
                let text = voice.say(day, &mut dice);
                if day > self.eve() || !self.calendar.is_working(day) {
                    continue;
                }
                let codes = vec![item.code.clone()];
                let entry =
                    Entry { kind: *kind, codes, text, event_on: day, planned: day, late: false, dice: &mut dice };
                self.enter(house, entry);
            }
        }
    }

    /// 12.2 of a head who arrived.
    fn three_months(&mut self, change: &Change) {
        let house = change.house;
        let mut dice = self.dice(house, change.arrived.year(), THREE_MONTHS.key);
        let due = change.report_due;
        let (event_on, planned, late) = match house {
            part::ACTING => {
                let day = self.calendar.last_working(due - Days::new(6), change.arrived);
                (day, day, false)
            }
            part::MADE_GOOD => {
                let day = self.calendar.last_working(due - Days::new(1), change.arrived);
                (day, self.calendar.plus_working(due, 2), true)
            }
            _ => return,
        };
        if planned > self.eve() {
            return;
        }
        let text = Voice::new(house, &THREE_MONTHS, &mut dice).say(event_on, &mut dice);
        let codes = THREE_MONTHS.codes.iter().map(|c| (*c).to_owned()).collect();
        self.enter(house, Entry { kind: THREE_MONTHS.kind, codes, text, event_on, planned, late, dice: &mut dice });
    }

    /// Where and when it is written down, and what follows.
    fn enter(&mut self, house: UnitNo, entry: Entry<'_>) {
        let Entry { kind, mut codes, text: (text, other), event_on, planned, late, dice } = entry;
        let Some(term) = self.head(house, event_on) else { return };
        let last = term.to.map_or(self.eve(), |to| to.min(self.eve()));
        let year = event_on.year();
        let mine = || self.forces.iter().filter(|f| f.house == house && f.year == year && f.from >= term.from);
        let mut recorded = planned.min(last);
        match mine().find(|f| f.holds(recorded)) {
            Some(_) => {}
            // Waits for the list: written down with its items once it is signed.
            None => match mine()
                .map(|f| self.calendar.plus_working(f.from, dice.within(0, 3)))
                .find(|d| *d >= recorded && *d <= last)
            {
                Some(day) => recorded = day,
                None => codes.clear(),
            },
        }
        let in_force = |day: Day| day <= last && mine().any(|f| f.holds(day));
        let minute = dice.within(0, 59);
        let time = at(recorded, 11 + dice.within(0, 7), minute);
        let confirmed = self.calendar.plus_working(recorded, dice.within(1, 3));
        // Nobody drafts for the head of the district.
        let drafts = house != part::DISTRICT_LEAD && in_force(confirmed);
        let proxy = !late && kind != RecordKind::Talk && !codes.is_empty() && dice.chance(10) && drafts;
        let corrected = self.calendar.plus_working(recorded, 1);
        let corrects = !proxy && dice.chance(if house == part::LEADER { 6 } else { 2 }) && corrected <= last;
        let checked =
            self.checked_on(year, recorded, late, dice).filter(|_| !codes.is_empty() && house != part::DISTRICT_LEAD);
        let no = self.push_record(house, kind, text, event_on, codes, proxy, time);
        if proxy {
            self.steps.push(Step { at: at(confirmed, 8, minute), house, year, act: Act::Confirm(no) });
        }
        if let Some(other) = other.filter(|_| corrects) {
            self.steps.push(Step { at: at(corrected, 9, minute), house, year, act: Act::Correct(no, other) });
        }
        if let Some(day) = checked {
            self.checked.entry((house, year)).or_insert_with(|| (at(day, 10, minute), Vec::new())).1.push(no);
        }
    }

    /// Some records are checked in the one 翻阅检查 of October: what was written down by the end of September.
    fn checked_on(&self, year: i32, recorded: Day, late: bool, dice: &mut Dice) -> Option<Day> {
        let until = last_of(year, 9);
        let day = self.calendar.plus_working(until, dice.within(5, 14));
        (dice.chance(22) && !late && recorded <= until && day <= self.eve()).then_some(day)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one record")]
    fn push_record(
        &mut self,
        house: UnitNo,
        kind: RecordKind,
        text: String,
        event_on: Day,
        codes: Vec<String>,
        proxy: bool,
        time: domain::time::Instant,
    ) -> usize {
        let no = self.records;
        self.records += 1;
        let record = RecordPlan { no, house, kind, text, event_on, codes, proxy };
        self.steps.push(Step { at: time, house, year: event_on.year(), act: Act::Save(record) });
        no
    }

    /// One 代录 waits for the leader, one was refused.
    fn waiting(&mut self) {
        let house = part::LEADER;
        let new_year = first_of(self.base.year(), 1);
        let near = |days: u64| {
            let day = self.base - Days::new(days);
            self.calendar.last_working(day, day - Days::new(12)).max(new_year).min(self.eve())
        };
        let (refused, answered, open) = (near(9), near(7), near(1));
        let words = "到{site}蹲点，收集{focus}方面的烦心事{n}件，当场交办。";
        let mut dice = self.dice(house, self.base.year(), "waiting");
        let said = Voice::of_line(house, words, &mut dice).say(refused, &mut dice).0;
        let codes = |code: &str| if self.has_list(house, open) { vec![code.to_owned()] } else { Vec::new() };
        let (first, second) = (codes("8.2"), codes("1.2"));
        let no = self.push_record(house, RecordKind::Visit, said, refused, first, true, at(refused, 16, 30));
        let why = "这次蹲点是副书记带队，不是我本人参加，不采用。";
        self.steps.push(Step { at: at(answered, 19, 5), house, year: self.base.year(), act: Act::Refuse(no, why) });
        let words = "听取{focus}进展汇报，对滞后的{n}项逐项定了办法和时间。";
        let said = Voice::of_line(house, words, &mut dice).say(open, &mut dice).0;
        self.push_record(house, RecordKind::Study, said, open, second, true, at(open, 17, 40));
    }

    fn has_list(&self, house: UnitNo, day: Day) -> bool {
        self.forces.iter().any(|f| f.house == house && f.year == self.base.year() && f.holds(day))
    }
}

fn is_hard(codes: &[&str]) -> bool {
    codes.iter().any(|c| matches!(*c, "3.3" | "3.5" | "4.4" | "12.2"))
}

/// Is the head of a house of `kind` addressed as of a party committee, a working committee or a group?
pub fn org(kind: UnitKind, title: &str) -> &'static str {
    match kind {
        UnitKind::Town if title.starts_with("党工委") => "党工委",
        UnitKind::Department => "党组",
        UnitKind::Leading => "区委常委",
        _ => "党委",
    }
}
