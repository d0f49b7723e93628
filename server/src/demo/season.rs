//! 督责安排 in the story: the plan of both years, kept week by week; words of the bodies and the reminders of the quarters
//! that are over; a step that the office moved, one that two bodies share, and one note that waits for approval.

use chrono::{Datelike as _, Days};
use domain::{
    ids::{CommandId, PersonId, SeasonStepId},
    people::access::Actor,
    reminders::{Interruption, Quarter},
    season::{Share, StepState},
    time::{Day, WorkCalendar, first_of, last_of},
};

use super::{
    houses,
    load::{Loader, missing},
    people::checker,
    plan::{Act, Step, UnitNo, at, worked},
};
use crate::{
    random,
    services::season::{self, Act as StepAct, Decided, Do, Drafted},
    storage::{Failure, Tx, q},
};

/// Books of the running year that nobody came to read in summer: their bodies are late.
pub const LATE: [UnitNo; 2] = [9, 14];
/// House whose 年底检查 the office moved, house whose 年底检查 two share, house of the note that waits.
const MOVED: UnitNo = 6;
const SHARED: UnitNo = 8;
const WAITS: UnitNo = 3;
/// Every so manieth house is told something of its own in a quarter.
const WORDED: usize = 4;

/// What the bodies wrote with the reminder of a quarter; invented.
const WORDS: [&str; 4] = [
    "请把年初部署的会议材料补齐，尚未签收的请尽快签收。",
    "请在半年梳理前核对上半年的谈话和调研记录。",
    "请跟进半年梳理时提出的意见，九月底前把整改情况记下来。",
    "请在年底检查前准备好警示教育和述责的材料。",
];
/// How a body means to do a step; it waits for the office.
const PLANNED: &str = "拟于十二月上旬到现场检查，重点看整改和专题研究的落实。";

/// A step of the season in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// The plan is kept.
    Keep,
    /// The body drafts its words for the reminder of the quarter of the day.
    Draft,
    /// The office approves what waits.
    Approve,
    /// The reminder goes out.
    Send,
    /// The office moves a step.
    Move,
    /// It splits one.
    Split,
    /// A body drafts a note that nobody decides on.
    Note,
}

/// The season of both years up to `base`.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |day: Day, hour: u32, house: UnitNo, what: Season| {
        steps.push(Step { at: at(day, hour, 10), house, year: day.year(), act: Act::Season(what) });
    };
    for year in [base.year() - 1, base.year()] {
        let mut day = first_of(year, 1);
        while day <= last_of(year, 12) {
            // Before anybody works: the night does it.
            add(day, 0, 0, Season::Keep);
            day = day + Days::new(7);
        }
        for quarter in 1..=4 {
            let last = Quarter { year, quarter }.last_day();
            // A reminder goes out by the middle of the quarter's last month; the one that is due next is the office's.
            let sent = worked(calendar, last - Days::new(15));
            if last >= base {
                continue;
            }
            for house in (0..houses::HOUSES.len() - 1).filter(|h| h % WORDED == quarter as usize % WORDED) {
                add(worked(calendar, sent - Days::new(7)), 10, house, Season::Draft);
            }
            add(worked(calendar, sent - Days::new(3)), 15, 0, Season::Approve);
            add(sent, 9, 0, Season::Send);
        }
    }
    add(base - Days::new(1), 0, 0, Season::Keep);
    add(worked(calendar, base - Days::new(5)), 10, MOVED, Season::Move);
    add(worked(calendar, base - Days::new(4)), 10, SHARED, Season::Split);
    add(worked(calendar, base - Days::new(2)), 11, WAITS, Season::Note);
    steps
}

/// An open step of a house, not begun: id and version.
async fn open(
    tx: &mut Tx,
    loader: &Loader,
    step: &Step,
    kind: &'static str,
    period: u32,
) -> Result<Option<(SeasonStepId, i64)>, Failure> {
    let find = q("SELECT id, version FROM season_steps WHERE post_id = $1 AND year = $2 AND kind = $3 AND period = $4
                  AND part = 1 AND state = 'planned' AND body_id IS NOT NULL")
    .bind(loader.post(step.house)?)
    .bind(step.year)
    .bind(kind)
    .bind(period);
    tx.row(find).await?.map(|row| Ok((row.id("id")?, row.int("version")?))).transpose()
}

impl Loader {
    fn conduct(&self, step: &Step) -> Result<Actor, Failure> {
        self.actor(self.named(houses::CONDUCT_STAFF[0])?, step.at.day())
    }

    /// One step of the season.
    pub(super) async fn season(&self, tx: &mut Tx, step: &Step, what: Season) -> Result<(), Failure> {
        let today = step.at.day();
        let of = Quarter::of(today);
        match what {
            Season::Keep => season::keep_all(tx, self.district, today).await.map(drop),
            Season::Draft => {
                let words = WORDS[(of.quarter as usize - 1) % WORDS.len()];
                self.note(tx, step, ("quarter_reminder", of.quarter), words).await
            }
            Season::Note => {
                let words = if today.month() < 7 {
                    "拟于七月上旬到现场梳理，请准备上半年的会议材料。"
                } else {
                    PLANNED
                };
                self.note(tx, step, (next_inspection(today), 1), words).await
            }
            Season::Approve => self.approve(tx, step).await,
            Season::Send => self.send_quarter(tx, of, today).await,
            Season::Move => {
                let Some((id, seen)) = open(tx, self, step, next_inspection(today), 1).await? else { return Ok(()) };
                let row = tx.row(q("SELECT due_on FROM season_steps WHERE id = $1").bind(id)).await?;
                let due = row.ok_or_else(|| missing("season step"))?.day("due_on")?;
                let to = self.working(tx, due + Days::new(7)).await?;
                // Too late in the year to move anything.
                if to < today || to.year() != step.year {
                    return Ok(());
                }
                self.office_act(tx, step, (id, seen), Do::Move(Some(to)), "与区委巡察错开").await
            }
            Season::Split => {
                let Some((id, seen)) = open(tx, self, step, next_inspection(today), 1).await? else { return Ok(()) };
                let row = tx.row(q("SELECT body_id FROM season_steps WHERE id = $1").bind(id)).await?;
                let body = row.ok_or_else(|| missing("season step"))?.id("body_id")?;
                let office = self.conduct(step)?;
                let own = office.grants.first().ok_or_else(|| missing("office"))?.unit;
                let shares = vec![Share { body, person: None }, Share { body: own, person: Some(office.person) }];
                self.office_act(tx, step, (id, seen), Do::Split(shares), "区委巡察反馈的事项多，两家分头看").await
            }
        }
    }

    async fn working(&self, tx: &mut Tx, day: Day) -> Result<Day, Failure> {
        let calendar = crate::services::posts::calendar(tx, self.district).await?;
        Ok(worked(&calendar, day))
    }

    async fn office_act(
        &self,
        tx: &mut Tx,
        step: &Step,
        (id, seen): (SeasonStepId, i64),
        act: Do,
        why: &str,
    ) -> Result<(), Failure> {
        let command = CommandId(random::id(tx.now()));
        let form = StepAct { command, step: id, seen, act, why: why.to_owned() };
        season::act_quietly(tx, &self.conduct(step)?, &form).await
    }

    async fn note(
        &self,
        tx: &mut Tx,
        step: &Step,
        (kind, period): (&'static str, u32),
        words: &str,
    ) -> Result<(), Failure> {
        let Some(picked) = open(tx, self, step, kind, period).await? else { return Ok(()) };
        let Some(name) = checker(&self.plan.units, step.house) else { return Ok(()) };
        let actor = self.actor(self.named(name)?, step.at.day())?;
        let form = Drafted { command: CommandId(random::id(tx.now())), steps: vec![picked], note: words.to_owned() };
        season::draft_quietly(tx, &actor, &form).await
    }

    async fn approve(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let find = q("SELECT id, version FROM season_steps WHERE district_id = $1 AND state = $2 ORDER BY id");
        let rows = tx.rows(find.bind(self.district).bind(StepState::Drafted.key())).await?;
        let steps =
            rows.iter().map(|row| Ok((row.id("id")?, row.int("version")?))).collect::<Result<Vec<_>, Failure>>()?;
        if steps.is_empty() {
            return Ok(());
        }
        let command = CommandId(random::id(tx.now()));
        let form = Decided { command, steps, approve: true, why: String::new() };
        season::decide_quietly(tx, &self.conduct(step)?, &form).await
    }

    /// The reminder of a quarter as its round leaves it: told to every head, each once, and read long ago.
    async fn send_quarter(&self, tx: &mut Tx, of: Quarter, today: Day) -> Result<(), Failure> {
        let now = tx.now();
        let find = q(
            "SELECT DISTINCT t.person_id FROM terms t JOIN posts p ON p.id = t.post_id JOIN units u ON u.id = p.unit_id
                      JOIN leader_lists g ON g.post_id = t.post_id AND g.year = $2 AND g.state IN ('issued', 'signed')
                      WHERE t.district_id = $1 AND p.is_head = 1 AND u.leads_district = 0 AND t.starts_on <= $3
                        AND (t.ends_on IS NULL OR t.ends_on >= $3) ORDER BY t.person_id",
        )
        .bind(self.district)
        .bind(of.year)
        .bind(today);
        let rows = tx.rows(find).await?;
        let persons = rows.iter().map(|row| row.id("person_id")).collect::<Result<Vec<PersonId>, _>>()?;
        let reached = u32::try_from(persons.len()).unwrap_or(u32::MAX);
        let told = persons.into_iter().map(|person| {
            vec![
                random::id(now).to_string().into(),
                self.district.into(),
                person.into(),
                Interruption::Quarter.key().into(),
                format!("{}Q{}", of.year, of.quarter).into(),
                today.into(),
                now.into(),
                1_i64.into(),
                format!("{of}履责提醒").into(),
                "区纪委统一提醒，每季度一次。打开本月卡查看。".into(),
                "/month".into(),
                now.plus_ms(3_600_000).into(),
            ]
        });
        tx.insert_all(
            "INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link, seen_at)",
            told.collect(),
            "",
        )
        .await?;
        tx.insert(
            "INSERT INTO reminder_rounds (district_id, year, quarter, state, drafted_at, decided_at, decided_name, sent_on,
               reached, version)",
            vec![
                self.district.into(),
                of.year.into(),
                of.quarter.into(),
                "sent".into(),
                now.into(),
                now.into(),
                houses::CONDUCT_STAFF[0].into(),
                today.into(),
                reached.into(),
                3_i64.into(),
            ],
        )
        .await?;
        season::round_ended(tx, self.district, of, Some(today)).await?;
        let object = format!("reminder:{}-{}", of.year, of.quarter);
        tx.audit(self.district, None, "reminders.sent", &object, &format!("{reached} 人")).await?;
        Ok(())
    }
}

/// The inspection that comes next on a day.
fn next_inspection(day: Day) -> &'static str {
    if day.month() < 7 { "mid_year" } else { "year_end" }
}

#[cfg(test)]
mod tests {
    use domain::time::parse_iso;

    use super::*;

    #[test]
    fn a_quarter_that_is_not_over_is_the_offices_own() {
        let base = parse_iso("2026-11-23").unwrap();
        let all = steps(base, &WorkCalendar::default());
        let sent: Vec<Quarter> = all
            .iter()
            .filter(|step| step.act == Act::Season(Season::Send))
            .map(|step| Quarter::of(step.at.day()))
            .collect();
        assert_eq!(sent.len(), 7, "four of last year, three of this one");
        assert!(sent.iter().all(|of| of.last_day() < base));
    }
}
