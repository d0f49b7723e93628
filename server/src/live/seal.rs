//! 封存: from the fold of a round's journal to rows that name nobody. Fresh random ids, inserted in
//! the order of ids; groups merged first; comments apart. Refuses an incomplete pile of paper.

use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{AccountId, BallotId, DistrictId, MeetingId, PresenterId, RoundId, SeatId},
    reviews::{
        Ballot, Bundle, BundleMeeting, BundleResult, Fold, Identity, Meeting, Plan, RollMark, Round, SealedBallot,
        Secrecy, Vote, stored, tally,
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    facts,
    room::Room,
    seats::{Seat, Seats},
};
use crate::{
    services::reviews::report,
    storage::{Failure, StorageError, Tx, Value, q},
};

/// Rows of one statement: 7 values each stay far below what either database binds at most.
const ROWS: usize = 200;

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

/// Is all paper back that was handed out, per group, and read alike by both 计票人?
///
/// # Errors
/// Says which group lacks what, and what to do.
pub(super) fn paper_is_complete(meeting: &Meeting, seats: &Seats, fold: &Fold) -> Result<(), Rejection> {
    for group in facts::paper(meeting, seats, fold) {
        let back = group.entered.saturating_add(group.spoiled);
        if back > group.out {
            return Err(Rejection::state(format!(
                "“{}”收回纸质测评表 {back} 张，多于发出的 {} 张，本轮不能封存。请作废本轮，重新测评。",
                group.name, group.out
            )));
        }
        let unsettled: Vec<String> =
            fold.unsettled().into_iter().filter(|u| u.0 == group.key).map(|u| u.1.to_string()).collect();
        if !unsettled.is_empty() {
            return Err(Rejection::state(format!(
                "“{}”第 {} 张纸质测评表两名计票人还没有录成一致，不能封存。请核对原件后补录。",
                group.name,
                unsettled.join("、")
            )));
        }
        if back < group.out {
            return Err(Rejection::state(format!(
                "“{}”发出纸质测评表 {} 张，只收回 {back} 张，不能封存。请把收回的逐张录入；确实没有交回或不能辨认的，登记为废票。",
                group.name, group.out
            )));
        }
    }
    Ok(())
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
    let ballots = fold.ballots(|seat| seats.group_of(seat));
    let spoiled: u32 = plan.rules.groups.iter().map(|g| fold.spoiled(&g.key)).sum();
    let returned: BTreeSet<SeatId> = fold.returned().chain(fold.on_paper().iter().copied()).collect();
    let counted = ballots.len() + usize::try_from(spoiled).unwrap_or(usize::MAX);
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
    comments.sort_by_key(|c| c.0);
    let roll = seats
        .sorted(plan)
        .into_iter()
        .map(|s| RollMark {
            seat: s.label.clone(),
            group: s.group.clone(),
            present: s.arrived,
            returned: returned.contains(&s.id),
        })
        .collect();
    let bundle = bundle(meeting, round, district, (roll, rows, results), &comments, fold);
    let short = short(&bundle.certificate);
    Ok(Sealed { bundle, short, comments })
}

fn bundle(
    meeting: &Meeting,
    round: &Round,
    district: &str,
    (roll, ballots, results): (Vec<RollMark>, Vec<SealedBallot>, Vec<BundleResult>),
    comments: &[(Uuid, PresenterId, String)],
    fold: &Fold,
) -> Bundle {
    let plan = &meeting.plan;
    let mut bundle = Bundle {
        format: 1,
        meeting: BundleMeeting { title: plan.title.clone(), on: plan.on, district: district.to_owned() },
        round: round.id,
        rules: plan.rules.clone(),
        roll,
        ballots,
        results,
        comments: comments_hash(comments),
        reopened: fold.reopened().to_vec(),
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

/// 应到 by the roll. A recusal set before the meeting takes a rater out where his own sheet left the
/// presenter out; on paper and with cards every sheet has all presenters, and 回避 is marked on it.
fn entitled(plan: &Plan, presenter: PresenterId, seats: &Seats, fold: &Fold) -> u32 {
    let out = plan
        .recusals
        .iter()
        .filter(|r| r.presenter == presenter && plan.identity == Identity::Account)
        .filter(|r| seats.by_rater(r.rater).is_some_and(|s| !fold.on_paper().contains(&s.id)))
        .count();
    u32::try_from(plan.raters.len().saturating_sub(out)).unwrap_or(u32::MAX)
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
    insert_all(tx, head, rows).await?;
    let comment = |(id, presenter, text): &(Uuid, PresenterId, String)| -> Vec<Value> {
        vec![id.to_string().into(), district.into(), round.into(), (*presenter).into(), text.into(), "raw".into()]
    };
    let head = "INSERT INTO sealed_comments (id, district_id, round_id, presenter_id, text, state)";
    insert_all(tx, head, sealed.comments.iter().map(comment).collect()).await?;
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

/// Many rows in their order, a few hundred a statement: one statement a row would hold the only writer
/// of the house for seconds at 3,000 raters.
async fn insert_all(tx: &mut Tx, head: &'static str, rows: Vec<Vec<Value>>) -> Result<(), StorageError> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut query = q(head).push("VALUES");
        for (n, row) in rows.by_ref().take(ROWS).enumerate() {
            query = query.push(if n == 0 { "(" } else { ", (" });
            for (i, value) in row.into_iter().enumerate() {
                query = query.push_bind(if i == 0 { "?" } else { ", ?" }, value);
            }
            query = query.push(")");
        }
        tx.execute(query).await?;
    }
    Ok(())
}

/// Groups and labels of a sealed roll, and whether a sheet came back.
type Roll = HashMap<(String, String), bool>;

/// The sealed rolls of a room, read once each: a late retry is told whether its seat's sheet counts,
/// though nothing knows any more what it said.
#[derive(Debug, Default)]
pub(super) struct Marks(tokio::sync::Mutex<HashMap<RoundId, Roll>>);

impl Room {
    /// Did a sheet of this seat come back in a sealed round? Two of one name in a group are told so
    /// only where both did.
    pub(super) async fn was_returned(&self, round: RoundId, seat: &Seat) -> Result<bool, ApiError> {
        let mut rolls = self.marks.0.lock().await;
        if let Entry::Vacant(empty) = rolls.entry(round) {
            let bundle = self.bundle(round).await?.ok_or(Rejection::NotFound)?;
            let mut roll = Roll::new();
            for mark in bundle.roll {
                let returned = roll.entry((mark.group, mark.seat)).or_insert(true);
                *returned &= mark.returned;
            }
            empty.insert(roll);
        }
        let mark = rolls.get(&round).and_then(|roll| roll.get(&(seat.group.clone(), seat.label.clone())));
        Ok(mark.copied().unwrap_or(false))
    }
}

/// One line for the log: certificate, roll in total, results' counts.
fn summary(sealed: &Sealed) -> String {
    let roll = &sealed.bundle.roll;
    let present = roll.iter().filter(|r| r.present).count();
    let returned = roll.iter().filter(|r| r.returned).count();
    let counts: BTreeMap<&str, String> = sealed
        .bundle
        .results
        .iter()
        .map(|r| (r.name.as_str(), format!("有效 {}、弃权 {}", r.tally.valid, r.tally.abstained)))
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
