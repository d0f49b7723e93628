//! Holidays of the demonstration (示范): the fixed ones by date, the lunar ones from a
//! short table. The real table comes with the yearly notice and is edited on the page.

use chrono::{Datelike as _, Days, Weekday};
use domain::time::{Day, DayKind, WorkCalendar, first_of};

/// First days of 春节, 端午节, 中秋节 by year (month, day).
const LUNAR: [(i32, [(u32, u32); 3]); 14] = [
    (2024, [(2, 10), (6, 10), (9, 17)]),
    (2025, [(1, 29), (5, 31), (10, 6)]),
    (2026, [(2, 17), (6, 19), (9, 25)]),
    (2027, [(2, 6), (6, 9), (9, 15)]),
    (2028, [(1, 26), (5, 28), (10, 3)]),
    (2029, [(2, 13), (6, 16), (9, 22)]),
    (2030, [(2, 3), (6, 5), (9, 12)]),
    (2031, [(1, 23), (6, 24), (10, 1)]),
    (2032, [(2, 11), (6, 12), (9, 19)]),
    (2033, [(1, 31), (6, 1), (9, 8)]),
    (2034, [(2, 19), (6, 20), (9, 27)]),
    (2035, [(2, 8), (6, 10), (9, 16)]),
    (2036, [(1, 28), (5, 30), (10, 4)]),
    (2037, [(2, 15), (6, 18), (9, 24)]),
];

/// A day of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Day.
    pub day: Day,
    /// Free or worked.
    pub kind: DayKind,
    /// Name, marked 示范.
    pub name: String,
}

fn on(year: i32, month: u32, day: u32) -> Day {
    first_of(year, month).with_day(day).unwrap_or_else(|| first_of(year, month))
}

/// The table of one year. Years beyond the lunar table have the fixed holidays only.
pub fn of_year(year: i32) -> Vec<Holiday> {
    let mut runs = vec![
        (on(year, 1, 1), 3, "元旦"),
        (on(year, 4, 4), 3, "清明节"),
        (on(year, 5, 1), 5, "劳动节"),
        (on(year, 10, 1), 7, "国庆节"),
    ];
    if let Some((_, [spring, boat, moon])) = LUNAR.iter().find(|(y, _)| *y == year) {
        runs.push((on(year, spring.0, spring.1) - Days::new(2), 9, "春节"));
        runs.push((on(year, boat.0, boat.1), 3, "端午节"));
        runs.push((on(year, moon.0, moon.1), 3, "中秋节"));
    }
    let mut table: Vec<Holiday> = Vec::new();
    for (first, days, name) in &runs {
        for n in 0..*days {
            let day = *first + Days::new(n);
            if day.year() == year && table.iter().all(|h| h.day != day) {
                table.push(Holiday { day, kind: DayKind::Holiday, name: format!("{name}（示范）") });
            }
        }
    }
    // One Saturday after each long holiday is worked instead.
    for (first, days, _) in runs.iter().filter(|(_, days, _)| *days >= 5) {
        let after = (0..14).map(|n| *first + Days::new(days + n)).find(|d| d.weekday() == Weekday::Sat);
        if let Some(day) = after.filter(|d| d.year() == year && table.iter().all(|h| h.day != *d)) {
            table.push(Holiday { day, kind: DayKind::Workday, name: "调休上班（示范）".to_owned() });
        }
    }
    table.sort_by_key(|h| h.day);
    table
}

/// The working calendar of some tables.
pub fn calendar(holidays: &[Holiday]) -> WorkCalendar {
    WorkCalendar::new(holidays.iter().map(|h| (h.day, h.kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_stands_once_and_within_its_year() {
        for year in 2024..=2038 {
            let table = of_year(year);
            assert!(table.windows(2).all(|w| w[0].day < w[1].day), "{year}");
            assert!(table.iter().all(|h| h.day.year() == year && h.name.contains("示范")));
            assert!(!calendar(&table).is_working(on(year, 10, 1)));
        }
    }
}
