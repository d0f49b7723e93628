//! The file of a sealed round: counted again elsewhere, and whatever is changed in it is found.

use std::collections::BTreeMap;

use domain::{
    ids::BallotId,
    reviews::{
        Bundle, BundleMeeting, BundleResult, Difference, Exact, Grade, GroupResult, Mark, Rater, ReviewRules, RollMark,
        SealedBallot, Vote, part, stored, tally,
    },
    time::first_of,
};
use uuid::Uuid;

use crate::{Change, rate, reviews_fixture::*};

/// A sealed round of two presenters: twelve on the roll, eleven there, ten returned.
fn bundle() -> Bundle {
    let rules = ReviewRules::default();
    let raters: Vec<Rater> = plan().raters;
    let roll: Vec<RollMark> = raters
        .iter()
        .enumerate()
        .map(|(n, r)| RollMark { seat: r.name.clone(), group: r.group.clone(), present: n < 11, returned: n < 10 })
        .collect();
    let mut ballots = Vec::new();
    let mut results = Vec::new();
    for p in 1..=2_u128 {
        let votes: Vec<((), String, Vote)> = raters[..10]
            .iter()
            .enumerate()
            .map(|(n, r)| {
                let vote = match (n, p) {
                    (0, _) => Vote::Abstain,
                    (1, 1) => Vote::Recuse,
                    // Of the second presenter too few are valid to show anything.
                    (n, 2) if n > 4 => Vote::Abstain,
                    _ => rate(Grade::ALL[n % 2]),
                };
                ((), r.group.clone(), vote)
            })
            .collect();
        let pure: Vec<(String, Vote)> = votes.iter().map(|((), g, v)| (g.clone(), v.clone())).collect();
        let tally = tally(&pure, 12, 0, &rules);
        for ((), group, vote) in stored(votes, &rules) {
            let id = BallotId(Uuid::from_u128(u128::try_from(ballots.len()).unwrap() + 1));
            ballots.push(SealedBallot { id, presenter: presenter(p), group, vote, seat: None });
        }
        results.push(BundleResult {
            presenter: presenter(p),
            name: format!("述责人{p}"),
            title: "书记".into(),
            entitled: 12,
            spoiled: 0,
            tally,
        });
    }
    let mut fresh = 1_000;
    let marks = part(&mut ballots, &results, || {
        fresh += 1;
        BallotId(Uuid::from_u128(fresh))
    });
    Bundle {
        format: Bundle::FORMAT,
        meeting: BundleMeeting { title: "会".into(), on: first_of(2026, 12), district: "清源区".into() },
        round: round(1),
        rules,
        roll,
        ballots,
        marks,
        results,
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

#[test]
fn a_bundle_counts_again_elsewhere() {
    let bundle = bundle();
    assert!(bundle.results[0].tally.grade().is_some() && bundle.results[1].tally.grade().is_none());
    assert_eq!(bundle.differences(), []);
    assert_eq!(bundle.turnout().to_string(), "应到 12 人，实到 11 人，发出测评表 11 张，收回 10 张。");
    let text = serde_json::to_string(&bundle).unwrap();
    assert_eq!(serde_json::from_str::<Bundle>(&text).unwrap(), bundle);
    assert!(serde_json::from_str::<Bundle>(&text.replacen("\"format\"", "\"more\":1,\"format\"", 1)).is_err());
}

#[test]
fn whatever_is_changed_in_a_bundle_is_found() {
    let changes: [Change<Bundle>; 21] = [
        ("rules", |b| b.format = 3),
        ("rules", |b| b.rules.smallest_cell = 4),
        ("rules", |b| b.rules.groups[0].weight = 0),
        ("tally", |b| b.rules.groups[0].weight = 41),
        ("tally", |b| b.rules.points = [100, 81, 60, 40]),
        ("tally", |b| {
            b.ballots[2].vote = Vote::Rate { overall: Mark::Grade(Grade::Poor), dimensions: BTreeMap::new() }
        }),
        ("tally", |b| drop(b.ballots.remove(1))),
        ("tally", |b| b.results[0].entitled = 11),
        ("tally", |b| b.results[0].tally.valid += 1),
        ("roll", |b| b.results[1].tally.returned += 1),
        ("tally", |b| b.results[1].tally.valid = 3),
        ("ballots", |b| b.ballots.swap(0, 1)),
        ("ballots", |b| b.ballots[1].id = b.ballots[0].id),
        ("ballots", |b| b.ballots[0].presenter = presenter(9)),
        ("ballots", |b| b.ballots[2].group = "z".into()),
        ("ballots", |b| b.results[1].presenter = b.results[0].presenter),
        ("roll", |b| b.roll.iter_mut().skip(2).for_each(|r| r.returned = false)),
        // A sheet more on the roll than votes, and one less.
        ("roll", |b| b.roll[10].returned = true),
        ("roll", |b| b.roll[9].returned = false),
        // More sheets out than people there, fewer out than came back.
        ("issued", |b| b.issued = Some(12)),
        ("issued", |b| b.issued = Some(9)),
    ];
    for (n, (kind, change)) in changes.into_iter().enumerate() {
        let mut b = bundle();
        change(&mut b);
        let found = b.differences();
        let kinds: Vec<&str> = found
            .iter()
            .map(|d| match d {
                Difference::Rules(_) => "rules",
                Difference::Tally(_) => "tally",
                Difference::Ballots(_) => "ballots",
                Difference::Roll(_) => "roll",
                Difference::Issued => "issued",
            })
            .collect();
        assert!(kinds.contains(&kind), "{n}: {found:?}");
        assert!(found.iter().all(|d| !d.to_string().is_empty()));
    }
}

/// Changes the group of the valid ballots on the first presenter, and counts again as a forger would.
fn regrouped(group: impl Fn(usize, &str) -> String) -> Bundle {
    let mut b = bundle();
    b.marks.clear();
    let mut votes = Vec::new();
    for (n, ballot) in b.ballots.iter_mut().filter(|x| x.presenter == presenter(1)).enumerate() {
        if matches!(ballot.vote, Vote::Rate { .. }) {
            ballot.group = group(n, &ballot.group);
        }
        votes.push((ballot.group.clone(), ballot.vote.clone()));
    }
    b.results[0].tally = tally(&votes, 12, 0, &b.rules);
    b
}

#[test]
fn merged_groups_that_overlap_are_found() {
    let whole = bundle().ballots.iter().find_map(|b| b.group.contains('+').then(|| b.group.clone())).unwrap();
    assert_eq!(regrouped(|_, _| whole.clone()).differences(), []);
    // The same groups in two cells, one twice, out of order, unknown: a weight would count twice.
    let found = |b: Bundle| b.differences().iter().map(ToString::to_string).collect::<Vec<_>>().join("；");
    for bad in ["a", "a+a", "b+a", "c+a"] {
        let said = found(regrouped(|n, _| if n % 2 == 0 { bad.to_owned() } else { whole.clone() }));
        assert!(said.contains("合并分组"), "{bad}: {said}");
    }
    let said = found(regrouped(|_, _| "a+a".to_owned()));
    assert!(said.contains("合并分组"), "{said}");
    // A key too long for the sum of its weights is told like any other.
    let long = ["a"; 3].join("+") + &"+a".repeat(100);
    assert!(found(regrouped(|_, _| long.clone())).contains("合并分组"));
    // More valid in a merged group than came back of its parts.
    let said = found(regrouped(|_, _| "a+b".to_owned()));
    assert!(said.contains("名册不一致"), "{said}");
}

#[test]
fn files_of_before_count_by_the_rules_of_then() {
    // 有效 and 弃权 stood in the file where they are withheld now.
    let mut old = bundle();
    let few = &mut old.results[1].tally;
    (few.valid, few.abstained) = (4, few.returned - 4);
    assert_eq!(old.differences(), []);
    // The weights need not sum up to 100, but a plan's must.
    let mut old = bundle();
    old.rules.groups[2].weight = 30;
    assert!(old.rules.check().unwrap_err().to_string().contains("现在是 110%"));
    assert!(old.differences().iter().all(|d| !matches!(d, Difference::Rules(_))));
}

#[test]
fn what_was_handed_out_is_counted_apart_and_older_files_still_count() {
    let old = bundle();
    let text = serde_json::to_string(&old).unwrap();
    assert!(!text.contains("issued"), "the certificate of a file without it stays what it was");
    let new = Bundle { issued: Some(10), ..old };
    assert_eq!(new.differences(), []);
    assert_eq!(new.turnout().to_string(), "应到 12 人，实到 11 人，发出测评表 10 张，收回 10 张。");
}

#[test]
fn merged_weights_are_told_in_words_with_their_numbers() {
    let mut b = bundle();
    let group = |key: &str, name: &str, weight, valid| GroupResult {
        key: key.into(),
        name: name.into(),
        weight,
        valid,
        mean: Exact::new(90, 1),
        grades: None,
    };
    for (at, name) in ["甲组", "乙组", "丙组"].iter().enumerate() {
        b.rules.groups[at].name = (*name).into();
    }
    let (a, two, three) = (b.rules.groups[0].key.clone(), b.rules.groups[1].key.clone(), b.rules.groups[2].key.clone());
    let back = |b: &mut Bundle, counts: [usize; 3]| {
        let keys = [&a, &two, &three];
        b.roll = keys
            .iter()
            .zip(counts)
            .flat_map(|(key, n)| {
                (0..n).map(|n| RollMark { seat: n.to_string(), group: (*key).clone(), present: true, returned: true })
            })
            .collect();
    };
    // B came back with three: certainly too few. Its valid ones stay untold.
    back(&mut b, [6, 3, 5]);
    b.results[0].tally.groups = vec![group("a+b", "甲组、乙组", 80, 9), group("c", "丙组", 20, 5)];
    assert_eq!(
        b.weighing(&b.results[0]),
        ["“乙组”有效票不足 5 张，并入“甲组”计票，共有效 9 张，合并后权重 80%（40%＋40%）。"]
    );
    // Which of the two was too small the roll does not tell.
    back(&mut b, [6, 6, 0]);
    b.results[0].tally.groups = vec![group("a+b", "甲组、乙组", 80, 9)];
    assert_eq!(
        b.weighing(&b.results[0]),
        [
            "“甲组”、“乙组”中有的组有效票不足 5 张，合并计票，共有效 9 张，合并后权重 80%（40%＋40%）。",
            "“丙组”没有有效票，不计权重；只有甲组、乙组有有效票，以其平均分为得分。"
        ]
    );
    b.results[0].tally.groups = vec![group("a", "甲组", 40, 6), group("b", "乙组", 40, 6)];
    assert_eq!(
        b.weighing(&b.results[0]),
        [
            "“丙组”没有有效票，不计权重；其他组的权重合计 80%，按比例折算为 100%：甲组 40% ÷ 80% ＝ 50.00%；乙组 40% ÷ 80% ＝ 50.00%。"
        ]
    );
    b.results[0].tally.groups.clear();
    assert!(b.weighing(&b.results[0]).is_empty());
}

#[test]
fn a_forged_mark_never_panics() {
    let mut b = bundle();
    b.ballots[2].vote = Vote::Rate { overall: Mark::Points(255), dimensions: BTreeMap::new() };
    assert!(matches!(b.differences()[..], [Difference::Ballots(_), ..]));
    // 弃权 that names a group would show who abstained.
    let mut b = bundle();
    b.ballots[0].group = "a".into();
    assert!(matches!(b.differences()[..], [Difference::Ballots(_), ..]));
}
