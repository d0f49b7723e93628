//! `kill -9` in the middle of everybody's ballots, again and again; the phones send again. The oracle
//! is the phones' own book of what they were told.

use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::task::JoinSet;

use super::{
    hall::{Hall, Outcome},
    oracle,
    phones::{GRADES, Phone, Told, begin},
};

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Acknowledged before a kill.
    pub acknowledged: usize,
    /// Sent or not, without an answer before the kill; all were sent again.
    pub unanswered: usize,
    /// Of those, stored before the kill all the same: answered `same`.
    pub stored_unknown: usize,
    /// Acknowledged and not known after the restart.
    pub lost: usize,
    /// Answers that contradict the protocol.
    pub wrong: Vec<String>,
    /// Differences of the sealed bundle from the oracle, doubled ballots among them.
    pub differences: Vec<String>,
    /// Slowest start after a kill, until it listened.
    pub slowest_start: Duration,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.wrong.is_empty() && self.differences.is_empty()
    }
}

/// Everybody casts a new choice, the server is killed meanwhile, started again, asked; `kills` times.
pub async fn run(hall: &mut Hall, kills: usize, seed: u64) -> Outcome<Report> {
    let mut rng = StdRng::seed_from_u64(seed);
    let going = begin(hall).await?;
    let mut report = Report::default();
    let mut book: Vec<Option<&'static str>> = vec![None; going.phones.len()];
    // Wide enough that ballots still come while the server dies.
    let span = Duration::from_millis(200 + going.phones.len() as u64 / 10);
    for kill in 0..kills {
        let rev = u32::try_from(kill)? + 1;
        let choices: Vec<&'static str> = going.phones.iter().map(|_| GRADES[rng.random_range(0..4)]).collect();
        let mut tasks = JoinSet::new();
        for (phone, grade) in going.phones.iter().cloned().zip(choices.clone()) {
            let (round, delay) = (going.round.clone(), span.mul_f64(rng.random()));
            tasks.spawn(async move { (phone.n, once(&phone, &round, rev, grade, delay).await) });
        }
        tokio::time::sleep(span.mul_f64(rng.random_range(0.1..0.9))).await;
        hall.kill()?;
        let mut answers: Vec<Option<Told>> = vec![None; going.phones.len()];
        while let Some(done) = tasks.join_next().await {
            let (n, told) = done?;
            answers[n] = told;
        }
        report.slowest_start = report.slowest_start.max(hall.start()?);

        let mut tasks = JoinSet::new();
        for (phone, grade) in going.phones.iter().cloned().zip(choices.clone()) {
            let round = going.round.clone();
            tasks.spawn(async move {
                let told = phone.cast_until_told(&round, rev, grade).await?;
                // A late retry of the choice before never undoes this one.
                let late = match rev {
                    2.. if phone.n.is_multiple_of(50) => Some(phone.cast_until_told(&round, rev - 1, "poor").await?),
                    _ => None,
                };
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>((phone.n, told, late))
            });
        }
        while let Some(done) = tasks.join_next().await {
            let (n, told, late) = done??;
            match (answers[n], told) {
                (Some(Told::Accepted), Told::Same) => report.acknowledged += 1,
                (Some(Told::Accepted), Told::Accepted) => {
                    report.acknowledged += 1;
                    report.lost += 1;
                }
                (None, Told::Accepted) => report.unanswered += 1,
                (None, Told::Same) => {
                    report.unanswered += 1;
                    report.stored_unknown += 1;
                }
                (before, after) => report.wrong.push(format!("kill {kill}, phone {n}: {before:?}, then {after:?}")),
            }
            if late.is_some_and(|l| l != Told::Superseded) {
                report.wrong.push(format!("kill {kill}, phone {n}: a late retry was {late:?}"));
            }
            book[n] = Some(choices[n]);
        }
    }
    // The session outlives the kills as the ballots do.
    going.desk.close_round().await?;
    let bundle = hall.seal(&going.round).await?;
    report.differences = oracle::differences(hall, &bundle, &book)?;
    Ok(report)
}

/// One try; nothing where the connection broke before the answer.
async fn once(phone: &Phone, round: &str, rev: u32, grade: &str, delay: Duration) -> Option<Told> {
    let began = Instant::now();
    tokio::time::sleep(delay.saturating_sub(began.elapsed())).await;
    let mut wire = phone.wire().await.ok()?;
    phone.cast(&mut wire, round, rev, grade).await.ok()
}
