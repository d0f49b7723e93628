//! The days of H8: defaults of the practice, the district's own where it sets them.

use chrono::Months;
use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    time::{Day, WorkCalendar},
};

/// How long each part may take. Working days, but for what is counted in months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkDays {
    /// From the appointment to the registration.
    pub register: u32,
    /// From the registration to the three lists.
    pub prepare: u32,
    /// Months from the arrival to the talk.
    pub talk_months: u32,
    /// From the signatures to the 党组会.
    pub meet: u32,
    /// From the signatures to the 整改方案.
    pub plan: u32,
    /// Months from the signatures to the stage check.
    pub stage_months: u32,
    /// Months from the signatures to the leader's report; also the deadline of a problem without its own.
    pub report_months: u32,
    /// From the leader's report (or its last day) to the 跟踪评估报告.
    pub tracking: u32,
}

impl Default for TalkDays {
    fn default() -> Self {
        Self {
            register: 5,
            prepare: 10,
            talk_months: 1,
            meet: 7,
            plan: 15,
            stage_months: 2,
            report_months: 3,
            tracking: 10,
        }
    }
}

impl TalkDays {
    /// Names of the fields with their words, in the order of the page.
    pub const NAMES: [(&'static str, &'static str); 8] = [
        ("register", "任职后几个工作日内登记"),
        ("prepare", "登记后几个工作日内备齐三张清单"),
        ("talk_months", "到任后几个月内谈话"),
        ("meet", "谈话后几个工作日内召开党组会"),
        ("plan", "谈话后几个工作日内报送整改方案"),
        ("stage_months", "谈话后几个月阶段评估"),
        ("report_months", "谈话后几个月书面报告"),
        ("tracking", "报告后几个工作日内跟踪评估"),
    ];

    /// Values in the order of [`NAMES`](Self::NAMES).
    pub fn values(&self) -> [u32; 8] {
        [
            self.register,
            self.prepare,
            self.talk_months,
            self.meet,
            self.plan,
            self.stage_months,
            self.report_months,
            self.tracking,
        ]
    }

    /// Days from values in the order of [`NAMES`](Self::NAMES).
    ///
    /// # Errors
    /// One that is 0 or beyond a year; a stage check after the report.
    pub fn of(values: [u32; 8]) -> Result<Self, Rejection> {
        for ((name, words), value) in Self::NAMES.iter().zip(values) {
            let most = if name.ends_with("months") { 12 } else { 250 };
            if value == 0 || value > most {
                let words = format!("“{words}”应在 1 到 {most} 之间，没有保存。请改正。");
                return Err(Rejection::field(*name, words));
            }
        }
        let [register, prepare, talk_months, meet, plan, stage_months, report_months, tracking] = values;
        if stage_months > report_months {
            let words = "阶段评估晚于书面报告，没有保存。请把阶段评估提前，或推迟书面报告。";
            return Err(Rejection::field("stage_months", words));
        }
        Ok(Self { register, prepare, talk_months, meet, plan, stage_months, report_months, tracking })
    }
}

/// The days of one talk; what follows the signatures is `None` until they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    /// Three lists.
    pub prepare_by: Day,
    /// The talk.
    pub talk_by: Day,
    /// 党组会.
    pub meet_by: Option<Day>,
    /// 整改方案.
    pub plan_by: Option<Day>,
    /// 阶段评估.
    pub stage_by: Option<Day>,
    /// The leader's report.
    pub report_by: Option<Day>,
    /// 跟踪评估.
    pub track_by: Option<Day>,
}

/// The same day `months` later, on its last working day not before `from`.
pub fn months_later(from: Day, months: u32, calendar: &WorkCalendar) -> Day {
    let day = from.checked_add_months(Months::new(months)).unwrap_or(from);
    calendar.last_working(day, from)
}

impl TalkDays {
    /// By when a term that began on `from` is to be registered.
    pub fn register_by(&self, from: Day, calendar: &WorkCalendar) -> Day {
        calendar.plus_working(from, self.register)
    }

    /// The days of a talk registered on `registered` about a head who arrived on `arrived`; `signed` is the day of the
    /// signatures, `reported` that of the leader's report. A late registration leaves the preparing its days.
    pub fn timetable(
        &self,
        (arrived, registered): (Day, Day),
        (signed, reported): (Option<Day>, Option<Day>),
        calendar: &WorkCalendar,
    ) -> Timetable {
        let prepare_by = calendar.plus_working(registered, self.prepare);
        let report_by = signed.map(|day| months_later(day, self.report_months, calendar));
        Timetable {
            prepare_by,
            talk_by: months_later(arrived, self.talk_months, calendar).max(prepare_by),
            meet_by: signed.map(|day| calendar.plus_working(day, self.meet)),
            plan_by: signed.map(|day| calendar.plus_working(day, self.plan)),
            stage_by: signed.map(|day| months_later(day, self.stage_months, calendar)),
            report_by,
            track_by: reported.or(report_by).map(|day| calendar.plus_working(day, self.tracking)),
        }
    }
}
