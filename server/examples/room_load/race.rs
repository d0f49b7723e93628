//! 收回 fired among everybody's ballots in flight, then reopened with a reason; again and again.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    hall::{Hall, Outcome},
    oracle,
    phones::{GRADES, Told, begin},
};

/// Races that fit a round: each is a change of every seat's ballot, and
/// [`domain::reviews::CHANGES`] are taken.
pub const PER_HALL: usize = 150;

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Races in which some ballots came before and some after.
    pub mixed: usize,
    pub accepted: usize,
    pub late: usize,
    /// Acknowledged, but not in the count.
    pub uncounted: usize,
    /// Told 「已封存，这张未计入」, but in the count.
    pub counted_late: usize,
    /// Answers that contradict the protocol.
    pub wrong: Vec<String>,
    /// Differences of the sealed bundle from the oracle.
    pub differences: Vec<String>,
}

impl Report {
    pub fn add(&mut self, other: Self) {
        self.mixed += other.mixed;
        self.accepted += other.accepted;
        self.late += other.late;
        self.uncounted += other.uncounted;
        self.counted_late += other.counted_late;
        self.wrong.extend(other.wrong);
        self.differences.extend(other.differences);
    }

    pub fn is_clean(&self) -> bool {
        self.uncounted == 0 && self.counted_late == 0 && self.wrong.is_empty() && self.differences.is_empty()
    }
}

/// `races` closings among the ballots of everybody in the hall.
pub async fn run(hall: &Hall, races: usize) -> Outcome<Report> {
    let going = begin(hall).await?;
    let mut report = Report::default();
    let mut book: Vec<Option<&'static str>> = vec![None; going.phones.len()];
    for race in 0..races {
        if race > 0 {
            going.desk.reopen_round().await?;
        }
        let rev = u32::try_from(race)? + 1;
        let start = Arc::new(Barrier::new(going.phones.len() + 1));
        let (mut closing, close) = going.desk.ready(json!({ "command": "close_round" })).await?;
        let mut tasks = JoinSet::new();
        for phone in going.phones.iter().cloned() {
            let (round, start) = (going.round.clone(), start.clone());
            let grade = GRADES[(phone.n + race) % 4];
            tasks.spawn(async move {
                let mut wire = phone.wire().await?;
                let request = phone.request(&wire, &round, rev, grade);
                start.wait().await;
                let told = Told::of(&wire.exchange(&request).await?)?;
                Ok::<_, std::io::Error>((phone, wire, grade, told))
            });
        }
        start.wait().await;
        // Nothing to wait for: the close has to fall somewhere among them, elsewhere each time.
        tokio::time::sleep(Duration::from_micros(race as u64 * 613 % 25_000)).await;
        let closed = closing.exchange(&close).await?;
        if closed.status != 200 {
            return Err(format!("close: {} {}", closed.status, closed.text()).into());
        }
        let (mut accepted, mut late) = (0, 0);
        let mut answers = Vec::new();
        while let Some(done) = tasks.join_next().await {
            answers.push(done??);
        }
        for (phone, mut wire, grade, told) in answers {
            let again = phone.cast(&mut wire, &going.round, rev, grade).await?;
            match told {
                Told::Accepted => {
                    accepted += 1;
                    report.uncounted += usize::from(again != Told::Same);
                    book[phone.n] = Some(grade);
                }
                Told::Closed => {
                    late += 1;
                    report.counted_late += usize::from(again != Told::Closed);
                }
                other => report.wrong.push(format!("race {race}, phone {}: {other:?}", phone.n)),
            }
        }
        report.mixed += usize::from(accepted > 0 && late > 0);
        report.accepted += accepted;
        report.late += late;
    }
    let bundle = hall.seal(&going.round).await?;
    report.differences = oracle::differences(hall, &bundle, &book)?;
    Ok(report)
}
