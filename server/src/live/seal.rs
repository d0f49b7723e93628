//! 封存: from the fold of a round's journal to rows that name nobody. Fresh random ids, inserted in
//! the order of ids; groups merged first; optional marks and comments apart. Refuses an incomplete pile of paper.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{AccountId, BallotId, DistrictId, MeetingId, PresenterId, RoundId, SeatId},
    reviews::{
        Ballot, Bundle, BundleMeeting, BundleResult, Fold, Meeting, Outcome, Plan, RollMark, Round, SealedBallot,
        SealedMark, Secrecy, Verdict, Vote, part, stored, tally,
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    code::fingerprint,
    facts,
    pile::{Handed, issued, unreturned},
    room::Room,
    seats::{Seat, Seats},
};
use crate::{
    services::reviews::report,
    storage::{Failure, StorageError, Tx, Value, q},
};

/// A round ready to be stored.
#[derive(Debug)]
pub(super) struct Sealed {
    /// What is stored and exported.
    pub(super) bundle: Bundle,
    /// Short code of the certificate.
    pub(super) short: String,
    /// Random id, presenter, words; sorted by id.
    comments: Vec<(Uuid, PresenterId, String)>,
}

/// Counts and shuffles.
///
/// # Errors
/// The count of ballots and the roll do not agree.
pub(super) fn prepare(meeting: &Meeting, seats: &Seats, fold: &Fold, district: &str) -> Result<Sealed, Rejection> {
    let Some(round) = meeting.current() else { return Err(Rejection::state("现在没有待封存的测评。")) };
    // The journal may be open again where noting the reopening failed: it decides, not the event.
    if !fold.is_closed() {
        return Err(Rejection::state("测评还能提交，不能封存。请重新开放一次，再收回。"));
    }
    let plan = &meeting.plan;
    let ballots = fold.ballots(&round.presenters, |seat| seats.group_of(seat));
    let spoiled: u32 = plan.rules.groups.iter().map(|g| fold.stated(&g.key).spoiled).sum();
    let (unreturned, missing) = unreturned(meeting, seats, fold);
    let papers = fold.on_paper().iter().copied().filter(|seat| !missing.contains(seat));
    let returned: BTreeSet<SeatId> = fold.returned().chain(papers).collect();
    let some: u32 = spoiled.saturating_add(unreturned.values().sum());
    let counted = ballots.len().saturating_add(usize::try_from(some).unwrap_or(usize::MAX));
    if counted != returned.len() {
        return Err(Rejection::state("收回的测评表与名册记录的张数对不上，不能封存。请作废本轮，重新测评。"));
    }
    let named = plan.secrecy == Secrecy::Named;
    let mut rows: Vec<SealedBallot> = Vec::new();
    let mut comments = Vec::new();
    let mut results = Vec::new();
    for presenter in round.presenters.iter().filter_map(|id| plan.presenter(*id)) {
        let votes =
            votes_on(presenter.id, &ballots, |seat| named.then(|| seats.get(seat).map(|s| s.label.clone())).flatten());
        let entitled = entitled(plan, presenter.id, seats, fold);
        let pure: Vec<(String, Vote)> = votes.iter().map(|v| (v.1.clone(), v.2.clone())).collect();
        let tally = tally(&pure, entitled, spoiled, &plan.rules);
        let kept = stored(votes, &plan.rules);
        // Fewer than the smallest cell reveal turnout only: neither their marks nor their words.
        if !kept.is_empty() {
            comments.extend(words_on(presenter.id, &ballots));
        }
        rows.extend(kept.into_iter().map(|(seat, group, vote)| SealedBallot {
            id: BallotId(Uuid::new_v4()),
            presenter: presenter.id,
            group,
            vote,
            seat,
        }));
        results.push(BundleResult {
            presenter: presenter.id,
            name: presenter.name.clone(),
            title: presenter.title.clone(),
            entitled,
            spoiled,
            tally,
        });
    }
    rows.sort_by_key(|b| b.id);
    let marks = part(&mut rows, &results, || BallotId(Uuid::new_v4()));
    comments.sort_by_key(|c| c.0);
    let roll = seats
        .sorted(plan)
        .into_iter()
        .map(|s| RollMark {
            seat: s.label.clone(),
            group: s.group.clone(),
            present: s.arrived && fold.was_there(s.id),
            returned: returned.contains(&s.id),
        })
        .collect();
    let papers = facts::handed_out(seats, fold).into_iter().map(|(key, n)| (key.to_owned(), n)).collect();
    let paper = Handed { issued: issued(seats, fold, &returned), papers, unreturned };
    let bundle = bundle(meeting, round, district, (roll, rows, marks, results), &comments, (fold, paper));
    let short = short(&bundle.certificate);
    Ok(Sealed { bundle, short, comments })
}

fn bundle(
    meeting: &Meeting,
    round: &Round,
    district: &str,
    (roll, ballots, marks, results): (Vec<RollMark>, Vec<SealedBallot>, Vec<SealedMark>, Vec<BundleResult>),
    comments: &[(Uuid, PresenterId, String)],
    (fold, handed): (&Fold, Handed),
) -> Bundle {
    let plan = &meeting.plan;
    let mut bundle = Bundle {
        format: Bundle::FORMAT,
        meeting: BundleMeeting { title: plan.title.clone(), on: plan.on, district: district.to_owned() },
        round: round.id,
        rules: plan.rules.clone(),
        roll,
        ballots,
        marks,
        results,
        comments: comments_hash(comments),
        reopened: fold.reopened().to_vec(),
        voided: meeting.voided(),
        taken_off: round.taken_off.iter().filter_map(|p| meeting.taken_off(*p)).collect(),
        issued: Some(handed.issued),
        unreturned: handed.unreturned,
        papers: handed.papers,
        certificate: String::new(),
    };
    bundle.certificate = certificate(&bundle);
    bundle
}

/// Hex SHA-256 of a bundle as JSON with an empty certificate.
pub fn certificate(bundle: &Bundle) -> String {
    let blank = Bundle { certificate: String::new(), ..bundle.clone() };
    let text = serde_json::to_vec(&blank).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}

/// The first 16 hex digits in groups of four, upper case.
pub fn short(certificate: &str) -> String {
    let head: Vec<char> = certificate.chars().take(16).map(|c| c.to_ascii_uppercase()).collect();
    head.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn comments_hash(comments: &[(Uuid, PresenterId, String)]) -> String {
    let mut sorted: Vec<(PresenterId, &str)> = comments.iter().map(|c| (c.1, c.2.as_str())).collect();
    sorted.sort_unstable();
    hex::encode(Sha256::digest(serde_json::to_vec(&sorted).unwrap_or_default()))
}

/// The votes on one presenter with their seat (in named rounds) and group.
fn votes_on(
    presenter: PresenterId,
    ballots: &[(Option<SeatId>, String, Ballot)],
    seat_label: impl Fn(SeatId) -> Option<String>,
) -> Vec<(Option<String>, String, Vote)> {
    let vote = |ballot: &Ballot| ballot.lines.iter().find(|l| l.presenter == presenter).map(|l| l.vote.clone());
    ballots
        .iter()
        .filter_map(|(seat, group, ballot)| Some((seat.and_then(&seat_label), group.clone(), vote(ballot)?)))
        .collect()
}

fn words_on(presenter: PresenterId, ballots: &[(Option<SeatId>, String, Ballot)]) -> Vec<(Uuid, PresenterId, String)> {
    let lines = ballots.iter().flat_map(|b| &b.2.lines);
    lines
        .filter(|l| l.presenter == presenter && !l.comment.is_empty())
        .map(|l| (Uuid::new_v4(), presenter, l.comment.clone()))
        .collect()
}

/// 应到 by the roll. Who has no seat is not taken off, as who has paper is not.
fn entitled(plan: &Plan, presenter: PresenterId, seats: &Seats, fold: &Fold) -> u32 {
    plan.entitled_beside_paper(presenter, |rater| {
        seats.by_rater(rater).is_none_or(|seat| fold.on_paper().contains(&seat.id))
    })
}

/// Stores a sealed round, within the transaction of its events.
pub(super) async fn write(
    tx: &mut Tx,
    (district, meeting): (DistrictId, MeetingId),
    account: AccountId,
    sealed: &Sealed,
) -> Result<(), Failure> {
    let round: RoundId = sealed.bundle.round;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(sealed.bundle.ballots.len());
    for ballot in &sealed.bundle.ballots {
        let vote = serde_json::to_string(&ballot.vote).map_err(|_| StorageError::shape("vote"))?;
        rows.push(vec![
            ballot.id.into(),
            district.into(),
            round.into(),
            ballot.presenter.into(),
            (&ballot.group).into(),
            vote.into(),
            ballot.seat.clone().into(),
        ]);
    }
    let head = "INSERT INTO sealed_ballots (id, district_id, round_id, presenter_id, group_key, vote, seat_label)";
    tx.insert_all(head, rows, "").await?;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(sealed.bundle.marks.len());
    for mark in &sealed.bundle.marks {
        rows.push(vec![
            mark.id.into(),
            district.into(),
            round.into(),
            mark.presenter.into(),
            (&mark.group).into(),
            (&mark.dimension).into(),
            mark.mark.key().into(),
        ]);
    }
    let head = "INSERT INTO sealed_marks (id, district_id, round_id, presenter_id, group_key, dimension, mark)";
    tx.insert_all(head, rows, "").await?;
    let comment = |(id, presenter, text): &(Uuid, PresenterId, String)| -> Vec<Value> {
        vec![id.to_string().into(), district.into(), round.into(), (*presenter).into(), text.into(), "raw".into()]
    };
    let head = "INSERT INTO sealed_comments (id, district_id, round_id, presenter_id, text, state)";
    tx.insert_all(head, sealed.comments.iter().map(comment).collect(), "").await?;
    let text = serde_json::to_string(&sealed.bundle).map_err(|_| StorageError::shape("bundle"))?;
    let now = tx.now();
    let touched = tx
        .execute(
            q("UPDATE meeting_rounds SET state = 'sealed', certificate = $1, bundle = $2, sealed_at = $3
               WHERE id = $4 AND state = 'open'")
            .bind(&sealed.short)
            .bind(text)
            .bind(now)
            .bind(round),
        )
        .await?;
    if touched != 1 {
        return Err(Rejection::Stale.into());
    }
    report::on_sealed(tx, district, meeting, round, &sealed.bundle).await?;
    tx.audit(district, Some(account), "reviews.sealed", &meeting.to_string(), &summary(sealed)).await?;
    Ok(())
}

/// What is asked again and again of a sealed bundle. Its roll: groups and labels, and whether a sheet came
/// back; the groups that had paper. Its results.
#[derive(Debug, Default)]
struct Roll {
    returned: HashMap<(String, String), bool>,
    on_paper: BTreeSet<String>,
    results: Vec<BundleResult>,
}

/// The sealed bundles of a room, read once each, for a sealed round never changes: a late retry is told
/// whether its seat's sheet counts, though nothing knows any more what it said; every redrawing of the
/// screen asks for the results.
#[derive(Debug, Default)]
pub(super) struct Marks(tokio::sync::Mutex<HashMap<RoundId, Roll>>);

impl Room {
    /// What a seat can truthfully be told of a sealed round. Where its group had paper, the roll's mark
    /// may be of the paper, which may be spoiled or may never have come back: the phone's own ballot is
    /// then not called counted. Two of one name in a group are told so only where both returned a sheet.
    pub(super) async fn after_seal(&self, round: RoundId, seat: &Seat) -> Result<Verdict, ApiError> {
        self.of_sealed(round, |roll| {
            let returned = roll.returned.get(&(seat.group.clone(), seat.label.clone())).copied().unwrap_or(false);
            match (returned, roll.on_paper.contains(&seat.group)) {
                (true, false) => Verdict::SealedCounted,
                (true, true) => Verdict::SealedMixed,
                (false, true) => Verdict::SealedNothing,
                (false, false) => Verdict::Closed,
            }
        })
        .await
    }

    async fn of_sealed<T>(&self, round: RoundId, read: impl FnOnce(&Roll) -> T + Send) -> Result<T, ApiError> {
        let mut rolls = self.marks.0.lock().await;
        if let Entry::Vacant(empty) = rolls.entry(round) {
            let bundle = self.bundle(round).await?.ok_or(Rejection::NotFound)?;
            let mut roll = Roll::default();
            roll.on_paper.extend(bundle.papers.into_keys().chain(bundle.unreturned.into_keys()));
            for mark in bundle.roll {
                let returned = roll.returned.entry((mark.group, mark.seat)).or_insert(true);
                *returned &= mark.returned;
            }
            roll.results = bundle.results;
            empty.insert(roll);
        }
        rolls.get(&round).map(read).ok_or(ApiError::Unavailable)
    }

    /// The result of a presenter in a sealed round.
    pub(super) async fn sealed_result(
        &self,
        round: RoundId,
        presenter: PresenterId,
    ) -> Result<Option<BundleResult>, ApiError> {
        self.of_sealed(round, |roll| roll.results.iter().find(|r| r.presenter == presenter).cloned()).await
    }

    /// Is a sheet from this device certainly in the count of a sealed round?
    pub async fn surely_counted(&self, token: &str, round: RoundId) -> bool {
        let seat = self.read().seats.by_token(&fingerprint(token)).cloned();
        match seat {
            Some(seat) => self.after_seal(round, &seat).await.is_ok_and(|v| v == Verdict::SealedCounted),
            None => false,
        }
    }
}

/// One line for the log: certificate, roll in total, results' counts. Where too few are valid the
/// turnout alone is told, in the log as everywhere.
fn summary(sealed: &Sealed) -> String {
    let roll = &sealed.bundle.roll;
    let present = roll.iter().filter(|r| r.present).count();
    let returned = sealed.bundle.turnout().returned;
    let counts: BTreeMap<&str, String> = sealed
        .bundle
        .results
        .iter()
        .map(|r| {
            let words = match r.tally.outcome {
                Outcome::TooFewToShow => format!("收回 {}", r.tally.returned),
                Outcome::Graded { .. } | Outcome::TooFewValid => {
                    format!("有效 {}、弃权 {}", r.tally.valid, r.tally.abstained)
                }
            };
            (r.name.as_str(), words)
        })
        .collect();
    let counts: Vec<String> = counts.into_iter().map(|(name, words)| format!("{name}：{words}")).collect();
    format!(
        "封存码 {}，名册 {} 人、实到 {present} 人、收回 {returned} 张；{}；规则第{}版",
        sealed.short,
        roll.len(),
        counts.join("；"),
        sealed.bundle.rules.version
    )
}
