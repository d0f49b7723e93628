//! Figures of a quarter: how often each form was filled in and each reminder sent, in total, and the minutes that this
//! took by estimate. Groups of units too small to hide one unit are joined with others before anybody sees them.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::forms::{self, AskedForm, FORMS};
use crate::{
    Rejection,
    time::{Day, Window, first_of, last_of},
};

/// Fewest units of a group whose minutes are shown.
pub const GROUP_MIN: u32 = 5;

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    /// Year.
    pub year: i32,
    /// 1 to 4.
    pub number: u32,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// The quarter before.
    #[must_use]
    pub fn before(self) -> Self {
        if self.number <= 1 {
            Self { year: self.year - 1, number: 4 }
        } else {
            Self { number: self.number - 1, ..self }
        }
    }

    /// Its days.
    pub fn window(self) -> Window {
        Window { from: first_of(self.year, self.number * 3 - 2), to: last_of(self.year, self.number * 3) }
    }

    /// `2026年第三季度`.
    pub fn label(self) -> String {
        let number = ["一", "二", "三", "四"].get(usize::try_from(self.number).unwrap_or(0).wrapping_sub(1));
        format!("{}年第{}季度", self.year, number.unwrap_or(&""))
    }
}

/// Seconds that the estimate takes for each, and the working days of an answer. 示范 until the district sets its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Seconds of a tap.
    pub tap: u32,
    /// Seconds of a field that must be filled in.
    pub field: u32,
    /// Seconds of reading a reminder.
    pub reminder: u32,
    /// Working days in which a suggestion is answered.
    pub days: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { tap: 2, field: 25, reminder: 15, days: 10 }
    }
}

impl Rates {
    /// Rates as typed: tap, field, reminder in seconds, then days.
    ///
    /// # Errors
    /// Not a whole number within what can be meant.
    pub fn typed(typed: [&str; 4]) -> Result<Self, Rejection> {
        let read = |name: &str, label: &str, value: &str, most: u32| {
            let number = value.trim().parse::<u32>().ok().filter(|n| (1..=most).contains(n));
            number.ok_or_else(|| {
                Rejection::field(name, format!("{label}「{}」不对，没有保存。请填 1 到 {most} 的整数。", value.trim()))
            })
        };
        let [tap, field, reminder, days] = typed;
        Ok(Self {
            tap: read("tap", "每次点按的秒数", tap, 60)?,
            field: read("field", "每个必填项的秒数", field, 600)?,
            reminder: read("reminder", "每条提醒的秒数", reminder, 600)?,
            days: read("days", "答复的工作日数", days, 60)?,
        })
    }

    /// Seconds of filling in a form once; what may be left empty is not counted.
    fn once(self, taps: u32, required: u32) -> u64 {
        u64::from(taps) * u64::from(self.tap) + u64::from(required) * u64::from(self.field)
    }
}

/// How often units of a kind filled in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Key of the kind of unit.
    pub kind: String,
    /// Key of the form.
    pub form: String,
    /// How often.
    pub n: u32,
}

/// What a form looked like in the quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Key of the form.
    pub form: String,
    /// Names of fields that had to be filled in.
    pub required: Vec<String>,
    /// Names of fields that could be left empty.
    pub optional: Vec<String>,
    /// Taps.
    pub taps: u32,
}

impl Shape {
    /// What a form looks like now.
    pub fn of(form: &AskedForm) -> Self {
        let names = |required: bool| {
            form.fields.iter().filter(|f| f.required == required).map(|f| f.name.to_owned()).collect::<Vec<_>>()
        };
        Self { form: form.key.to_owned(), required: names(true), optional: names(false), taps: form.taps }
    }
}

/// Figures of a quarter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Reminders by kind.
    pub reminders: Vec<(String, u32)>,
    /// Forms by kind of unit.
    pub uses: Vec<Use>,
    /// Units of each kind.
    pub units: Vec<(String, u32)>,
    /// The forms as they were.
    pub shapes: Vec<Shape>,
}

/// Minutes of a group of units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Keys of the kinds of units in it.
    pub kinds: Vec<String>,
    /// Units.
    pub units: u32,
    /// Minutes of filling in forms, by estimate.
    pub minutes: u32,
}

/// Whole minutes, rounded up: an estimate must not make small work vanish.
fn minutes(seconds: u64) -> u32 {
    u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX)
}

impl Figures {
    /// The forms as they are now.
    pub fn shapes_now() -> Vec<Shape> {
        FORMS.iter().map(Shape::of).collect()
    }

    /// Units asked.
    pub fn asked(&self) -> u32 {
        self.units.iter().map(|(_, n)| n).sum()
    }

    /// Are there enough units that a total says nothing about one?
    pub fn may_show(&self) -> bool {
        self.asked() >= GROUP_MIN
    }

    /// Reminders in total.
    pub fn reminded(&self) -> u32 {
        self.reminders.iter().map(|(_, n)| n).sum()
    }

    /// How often a form was filled in, in total.
    pub fn used(&self, form: &str) -> u32 {
        self.uses.iter().filter(|u| u.form == form).map(|u| u.n).sum()
    }

    fn seconds(&self, of: &Use, rates: Rates) -> u64 {
        let shape = self.shapes.iter().find(|s| s.form == of.form);
        let (taps, required) = match shape {
            Some(shape) => (shape.taps, u32::try_from(shape.required.len()).unwrap_or(u32::MAX)),
            None => forms::form(&of.form).map_or((0, 0), |f| (f.taps, f.required())),
        };
        u64::from(of.n) * rates.once(taps, required)
    }

    /// Minutes of one form in total.
    pub fn minutes_of(&self, form: &str, rates: Rates) -> u32 {
        minutes(self.uses.iter().filter(|u| u.form == form).map(|u| self.seconds(u, rates)).sum())
    }

    /// Minutes of reading reminders in total.
    pub fn minutes_of_reminders(&self, rates: Rates) -> u32 {
        minutes(u64::from(self.reminded()) * u64::from(rates.reminder))
    }

    /// Minutes of everything.
    pub fn minutes(&self, rates: Rates) -> u32 {
        let forms: u64 = self.uses.iter().map(|u| self.seconds(u, rates)).sum();
        minutes(forms + u64::from(self.reminded()) * u64::from(rates.reminder))
    }

    /// Minutes of forms by kind of unit. Kinds with fewer than [`GROUP_MIN`] units are joined; where even together they
    /// are too few, the smallest other group is joined to them, for otherwise they follow from the total.
    pub fn groups(&self, rates: Rates) -> Vec<Group> {
        if !self.may_show() {
            return Vec::new();
        }
        let mut seconds: BTreeMap<&str, u64> = BTreeMap::new();
        for one in &self.uses {
            *seconds.entry(&one.kind).or_default() += self.seconds(one, rates);
        }
        let part = |kinds: Vec<String>, units: u32| {
            let sum = kinds.iter().filter_map(|k| seconds.get(k.as_str())).sum();
            Group { kinds, units, minutes: minutes(sum) }
        };
        let (mut large, small): (Vec<_>, Vec<_>) =
            self.units.iter().filter(|(_, n)| *n > 0).cloned().partition(|(_, n)| *n >= GROUP_MIN);
        let mut rest: Vec<String> = small.iter().map(|(kind, _)| kind.clone()).collect();
        let mut few: u32 = small.iter().map(|(_, n)| n).sum();
        while few > 0 && few < GROUP_MIN {
            let Some(at) = large.iter().enumerate().min_by_key(|(_, (_, n))| *n).map(|(at, _)| at) else { break };
            let (kind, n) = large.remove(at);
            rest.insert(0, kind);
            few += n;
        }
        let mut out: Vec<Group> = large.into_iter().map(|(kind, n)| part(vec![kind], n)).collect();
        if few > 0 {
            out.push(part(rest, few));
        }
        out
    }
}

/// What became lighter from one set of forms to the next, in words: forms and fields that went, fields that may be left
/// empty now, taps saved. Says nothing of what grew; that stands in the table.
pub fn lighter(before: &[Shape], after: &[Shape]) -> Vec<String> {
    let mut out = Vec::new();
    for old in before {
        let name = forms::form(&old.form).map_or(old.form.as_str(), |f| f.label);
        let label = |field: &str| {
            let known = forms::form(&old.form).and_then(|f| f.fields.iter().find(|x| x.name == field));
            known.map_or_else(|| field.to_owned(), |f| f.label.to_owned())
        };
        let Some(new) = after.iter().find(|s| s.form == old.form) else {
            out.push(format!("{name}：不再填报"));
            continue;
        };
        for field in old.required.iter().filter(|f| new.optional.contains(f)) {
            out.push(format!("{name}：“{}”由必填改为选填", label(field)));
        }
        for field in old.required.iter().chain(&old.optional) {
            if !new.required.contains(field) && !new.optional.contains(field) {
                out.push(format!("{name}：去掉“{}”", label(field)));
            }
        }
        if new.taps < old.taps {
            out.push(format!("{name}：少点 {} 下", old.taps - new.taps));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(kind: &str, n: u32) -> Use {
        Use { kind: kind.into(), form: "record".into(), n }
    }

    fn figures(units: &[(&str, u32)]) -> Figures {
        Figures {
            reminders: vec![("quarter".into(), 24), ("urge".into(), 3)],
            uses: units.iter().map(|(kind, n)| uses(kind, n * 10)).collect(),
            units: units.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect(),
            shapes: Figures::shapes_now(),
        }
    }

    #[test]
    fn quarters_know_their_days_and_the_one_before() {
        let q = Quarter::of(first_of(2026, 1));
        assert_eq!((q, q.before().label()), (Quarter { year: 2026, number: 1 }, "2025年第四季度".to_owned()));
        assert_eq!(Quarter { year: 2026, number: 3 }.window().to_string(), "7月1日—9月30日");
        for month in 1..=12 {
            assert!(Quarter::of(last_of(2026, month)).window().holds(first_of(2026, month)));
        }
    }

    #[test]
    fn minutes_follow_the_formula_on_the_page() {
        let rates = Rates { tap: 2, field: 20, reminder: 10, days: 10 };
        let all = figures(&[("department", 12)]);
        // 120 records of 2 taps and one required field: 120 × 24 s; 27 reminders of 10 s.
        assert_eq!((all.minutes_of("record", rates), all.minutes_of_reminders(rates)), (48, 5));
        assert_eq!((all.minutes(rates), all.used("record"), all.used("receipt")), (53, 120, 0));
    }

    #[test]
    fn no_group_shown_is_small_and_none_follows_from_the_total() {
        let rates = Rates::default();
        for (units, shown) in [
            (vec![("town", 8), ("department", 12), ("enterprise", 6)], vec![8, 12, 6]),
            (vec![("town", 8), ("department", 12), ("enterprise", 3), ("leading", 4)], vec![8, 12, 7]),
            (vec![("town", 8), ("department", 12), ("enterprise", 1)], vec![12, 9]),
            (vec![("town", 6), ("leading", 1)], vec![7]),
            (vec![("town", 2), ("leading", 1)], vec![]),
            (vec![], vec![]),
        ] {
            let of = figures(&units);
            let groups = of.groups(rates);
            assert_eq!(groups.iter().map(|g| g.units).collect::<Vec<_>>(), shown, "{units:?}");
            assert!(groups.iter().all(|g| g.units >= GROUP_MIN));
        }
    }

    #[test]
    fn every_unit_is_in_exactly_one_group() {
        for a in 0..9_u32 {
            for b in 0..9_u32 {
                for c in 0..9_u32 {
                    let of = figures(&[("town", a), ("department", b), ("enterprise", c)]);
                    let groups = of.groups(Rates::default());
                    let total: u32 = groups.iter().map(|g| g.units).sum();
                    assert!(groups.iter().all(|g| g.units >= GROUP_MIN), "{a} {b} {c}");
                    assert_eq!(total, if a + b + c < GROUP_MIN { 0 } else { a + b + c }, "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn what_became_lighter_is_said_and_what_grew_is_not() {
        let now = Figures::shapes_now();
        let mut before = now.clone();
        before[0].required.push("kind".into());
        before[0].optional.retain(|f| f != "kind");
        before[0].optional.push("place".into());
        before[1].taps += 2;
        before.push(Shape { form: "monthly".into(), required: vec![], optional: vec![], taps: 1 });
        assert_eq!(
            lighter(&before, &now),
            [
                "随手记（含代录）：“履责类型”由必填改为选填",
                "随手记（含代录）：去掉“place”",
                "清单签收：少点 2 下",
                "monthly：不再填报"
            ]
        );
        assert!(lighter(&now, &before).is_empty() || !lighter(&now, &before).iter().any(|l| l.contains("改为选填")));
    }

    #[test]
    fn rates_are_whole_numbers_in_reason() {
        assert_eq!(Rates::typed(["2", " 25 ", "15", "10"]).unwrap(), Rates::default());
        for (typed, field) in [
            (["0", "25", "15", "10"], "tap"),
            (["2", "x", "15", "10"], "field"),
            (["2", "25", "9999", "10"], "reminder"),
            (["2", "25", "15", "-1"], "days"),
        ] {
            assert_eq!(Rates::typed(typed).unwrap_err().field_name(), Some(field));
        }
    }
}
