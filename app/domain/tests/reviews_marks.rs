//! Marks apart from their ballots: nobody's pattern is kept, and the same result comes out.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{BallotId, PresenterId, RoundId},
    reviews::{
        Bundle, BundleMeeting, BundleResult, Grade, Mark, ReviewRules, RollMark, SealedBallot, Vote, part, stored,
        tally,
    },
    time::first_of,
};
use uuid::Uuid;

const WHOM: PresenterId = PresenterId(Uuid::from_u128(1));

/// The sheet of rater `n`: a pattern of his own on the first four dimensions; the last one is marked
/// by three only.
fn sheet(n: usize, rules: &ReviewRules) -> Vote {
    let last = rules.dimensions.len() - 1;
    let mark = |d: usize| Mark::Grade(Grade::ALL[(n / (d + 1) + d) % 4]);
    let marked = rules.dimensions.iter().enumerate().filter(|(d, _)| *d != last || n < 3);
    Vote::Rate {
        overall: Mark::Grade(Grade::ALL[n % 4]),
        dimensions: marked.map(|(d, of)| (of.key.clone(), mark(d))).collect(),
    }
}

/// Twelve of twelve; `named` keeps the first so many seats on their ballots.
fn whole(named: usize) -> Bundle {
    let rules = ReviewRules::default();
    let group = |n: usize| if n < 6 { "a" } else { "b" }.to_owned();
    let votes: Vec<(usize, String, Vote)> = (0..12).map(|n| (n, group(n), sheet(n, &rules))).collect();
    let pure: Vec<(String, Vote)> = votes.iter().map(|(_, g, v)| (g.clone(), v.clone())).collect();
    let result = BundleResult {
        presenter: WHOM,
        name: "高远".into(),
        title: "书记".into(),
        entitled: 12,
        spoiled: 0,
        tally: tally(&pure, 12, 0, &rules),
    };
    let ballots = stored(votes, &rules).into_iter().map(|(n, group, vote)| SealedBallot {
        id: BallotId(Uuid::from_u128(n as u128 + 1)),
        presenter: WHOM,
        group,
        vote,
        seat: (n < named).then(|| format!("席位{n}")),
    });
    Bundle {
        format: 1,
        meeting: BundleMeeting { title: "会".into(), on: first_of(2026, 12), district: "清源区".into() },
        round: RoundId(Uuid::from_u128(9)),
        ballots: ballots.collect(),
        marks: Vec::new(),
        roll: (0..12)
            .map(|n| RollMark { seat: format!("席位{n}"), group: group(n), present: true, returned: true })
            .collect(),
        results: vec![result],
        rules,
        comments: String::new(),
        reopened: Vec::new(),
        voided: Vec::new(),
        taken_off: Vec::new(),
        issued: None,
        unreturned: BTreeMap::new(),
        papers: BTreeMap::new(),
        certificate: String::new(),
    }
}

/// As it is sealed now. The ids run against the order of ballots, as random ones may.
fn parted(named: usize) -> Bundle {
    let mut bundle = whole(named);
    let mut next = 1_000_u128;
    bundle.marks = part(&mut bundle.ballots, &bundle.results, || {
        next -= 1;
        BallotId(Uuid::from_u128(next))
    });
    bundle.format = Bundle::FORMAT;
    bundle
}

fn patterns(bundle: &Bundle) -> usize {
    let kept = |b: &&SealedBallot| matches!(&b.vote, Vote::Rate { dimensions, .. } if !dimensions.is_empty());
    bundle.ballots.iter().filter(kept).count()
}

#[test]
fn the_result_is_counted_again_from_marks_that_stand_apart() {
    let bundle = parted(0);
    assert_eq!(patterns(&whole(0)), 12);
    assert_eq!((patterns(&bundle), bundle.marks.len()), (0, 4 * 12));
    assert_eq!(bundle.differences(), []);
    let shown: Vec<bool> = bundle.results[0].tally.lines.iter().map(|l| l.mean.is_some()).collect();
    assert_eq!(shown, [true, true, true, true, false]);
    let ids: BTreeSet<BallotId> =
        bundle.ballots.iter().map(|b| b.id).chain(bundle.marks.iter().map(|m| m.id)).collect();
    assert_eq!(ids.len(), 12 + 4 * 12, "no id is shared");
    // The few marks of a row that is shown to nobody are not kept either.
    let last = &bundle.rules.dimensions.last().unwrap().key;
    assert!(bundle.marks.iter().all(|m| m.dimension != *last));
    let text = serde_json::to_string(&bundle).unwrap();
    assert_eq!(serde_json::from_str::<Bundle>(&text).unwrap(), bundle);
}

/// Raters who exchange their marks on a dimension within a group leave the same bundle: then nothing in
/// it can tell who gave which marks together.
#[test]
fn who_gave_which_marks_together_changes_nothing_that_is_kept() {
    let seal = |mut bundle: Bundle| {
        let marks = part(&mut bundle.ballots, &bundle.results, || BallotId(Uuid::nil()));
        let mut rows: Vec<String> = bundle.ballots.iter().map(|b| format!("{} {:?}", b.group, b.vote)).collect();
        rows.extend(marks.iter().map(|m| format!("{} {} {:?}", m.group, m.dimension, m.mark)));
        rows.sort();
        (rows, serde_json::to_string(&bundle.results).unwrap())
    };
    let mut exchanged = whole(0);
    let of = |b: &SealedBallot| match &b.vote {
        Vote::Rate { dimensions, .. } => dimensions.clone(),
        _ => BTreeMap::new(),
    };
    let (first, second) = (of(&exchanged.ballots[0]), of(&exchanged.ballots[1]));
    assert_ne!(first, second);
    for (at, with) in [(0, second), (1, first)] {
        let Vote::Rate { dimensions, .. } = &mut exchanged.ballots[at].vote else { panic!("a mark") };
        *dimensions = with;
    }
    assert_ne!(exchanged.ballots, whole(0).ballots);
    assert_eq!(seal(exchanged), seal(whole(0)));
}

#[test]
fn a_file_sealed_before_is_still_counted_again_and_its_text_is_unchanged() {
    let old = whole(0);
    assert_eq!(old.differences(), []);
    assert!(!serde_json::to_string(&old).unwrap().contains("\"marks\""), "its certificate holds");
    let mut both = parted(0);
    both.format = 1;
    assert!(!both.differences().is_empty());
    let mut joined = whole(0);
    joined.format = Bundle::FORMAT;
    assert!(joined.differences().iter().any(|d| d.to_string().contains("没有分开")));
}

#[test]
fn ballots_with_a_seat_stay_whole_and_paper_among_them_does_not() {
    for named in [12, 7] {
        let bundle = parted(named);
        assert_eq!((patterns(&bundle), bundle.marks.len()), (named, 4 * (12 - named)));
        assert_eq!(bundle.differences(), [], "{named}");
    }
}

#[test]
fn whatever_is_changed_among_the_marks_is_found() {
    let changes: [fn(&mut Bundle); 10] = [
        |b| {
            b.marks[0].mark =
                Mark::Grade(if b.marks[0].mark == Mark::Grade(Grade::Good) { Grade::Poor } else { Grade::Good });
        },
        |b| drop(b.marks.pop()),
        |b| b.marks.swap(0, 1),
        |b| b.marks[0].group = "z".into(),
        |b| b.marks[0].dimension = "z".into(),
        |b| b.marks[0].presenter = PresenterId(Uuid::from_u128(77)),
        |b| b.marks[0].mark = Mark::Points(90),
        // More marks than ballots, and a row that claims more than could have been withheld.
        |b| {
            let mut more = b.marks.last().unwrap().clone();
            more.id = BallotId(Uuid::from_u128(5_000));
            b.marks.push(more);
        },
        |b| b.results[0].tally.lines[4].marked = 13,
        |b| b.results[0].tally.lines[0].mean = None,
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut bundle = parted(0);
        change(&mut bundle);
        assert!(!bundle.differences().is_empty(), "{n}");
    }
}
