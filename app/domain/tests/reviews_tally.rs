//! The tally: boundaries as tables, and what must hold for any pile of ballots.

use std::collections::BTreeMap;

use domain::reviews::{Exact, Grade, Group, Mark, Outcome, ReviewRules, Scale, Tally, Vote, stored, tally};
use proptest::prelude::*;

/// Votes of one group, by its key.
type Pile<'a> = (&'a str, &'a [Vote]);
/// What must be found wrong, and the change that makes it so.
type Change = (&'static str, fn(&mut ReviewRules));

fn rate(mark: Mark) -> Vote {
    Vote::Rate { overall: mark, dimensions: BTreeMap::new() }
}

fn grade(g: Grade) -> Vote {
    rate(Mark::Grade(g))
}

fn votes(groups: &[Pile]) -> Vec<(String, Vote)> {
    groups.iter().flat_map(|(g, vs)| vs.iter().map(|v| ((*g).to_owned(), v.clone()))).collect()
}

fn points_rules() -> ReviewRules {
    ReviewRules { scale: Scale::Points, ..ReviewRules::default() }
}

fn one_group(rules: ReviewRules) -> ReviewRules {
    let only = Group { weight: 100, ..rules.groups[0].clone() };
    ReviewRules { groups: vec![only], ..rules }
}

fn score(t: &Tally) -> String {
    t.score().map(|s| s.to_string()).unwrap_or_default()
}

fn told(t: &Tally) -> bool {
    t.returned == t.valid + t.abstained + t.spoiled
        || (t.outcome == Outcome::TooFewToShow && t.valid + t.abstained == 0)
}

#[test]
fn weights_of_missing_groups_are_shared_out() {
    use Grade::*;
    let rules = ReviewRules::default();
    // 甲 all 好 (100), 乙 all 较好 (80), 丙 all 一般 (60); weights 40/40/20.
    let a = vec![grade(Good); 5];
    let b = vec![grade(Better); 6];
    let c = vec![grade(Fair); 7];
    let table: [(&[Pile], &str, Grade); 5] = [
        (&[("a", &a), ("b", &b), ("c", &c)], "84.00", Better),
        (&[("a", &a), ("b", &b)], "90.00", Good),
        (&[("a", &a), ("c", &c)], "86.67", Better),
        (&[("b", &b), ("c", &c)], "73.33", Fair),
        (&[("c", &c)], "60.00", Fair),
    ];
    for (groups, expected, word) in table {
        let t = tally(&votes(groups), 20, 0, &rules);
        let t2 = tally(&votes(groups), t.valid, 0, &rules);
        assert_eq!(score(&t2), expected);
        assert_eq!(t2.grade(), Some(word));
    }
}

#[test]
fn the_shown_number_decides_the_grade() {
    // 200 ballots of one group: the sum of points over 200 gives halves of hundredths.
    let rules = one_group(points_rules());
    let pile = |sum: u32| {
        let base = sum / 200;
        let more = sum % 200;
        let marks = (0..200).map(|i| rate(Mark::Points(u8::try_from(base + u32::from(i < more)).unwrap())));
        marks.map(|v| ("a".to_owned(), v)).collect::<Vec<_>>()
    };
    let table = [
        (18_000, "90.00", Grade::Good),
        (17_999, "90.00", Grade::Good), // 89.995 rounds half up
        (17_998, "89.99", Grade::Better),
        (14_999, "75.00", Grade::Better),
        (14_998, "74.99", Grade::Fair),
        (11_999, "60.00", Grade::Fair),
        (11_997, "59.99", Grade::Poor), // 59.985 rounds half up
        (11_996, "59.98", Grade::Poor),
        (0, "0.00", Grade::Poor),
        (20_000, "100.00", Grade::Good),
    ];
    for (sum, shown, grade) in table {
        let t = tally(&pile(sum), 200, 0, &rules);
        assert_eq!((score(&t).as_str(), t.grade()), (shown, Some(grade)), "{sum}");
    }
}

#[test]
fn means_are_exact_to_the_end() {
    // Thirds in two groups and a weight: 2/3 and 1/3 must not be rounded on the way.
    let rules = points_rules();
    let a: Vec<Vote> = [90, 90, 91, 91, 91, 91].map(|p| rate(Mark::Points(p))).to_vec();
    let b: Vec<Vote> = [88, 88, 88, 89, 89, 89, 89].map(|p| rate(Mark::Points(p))).to_vec();
    let t = tally(&votes(&[("a", &a), ("b", &b)]), 13, 0, &rules);
    // (544/6 + 620/7) / 2 = 89.6190…
    assert_eq!(t.score(), Some(Exact::new(544 * 7 + 620 * 6, 84)));
    assert_eq!(score(&t), "89.62");
}

#[test]
fn small_groups_are_merged_with_their_weight_before_counting() {
    use Grade::*;
    let rules = ReviewRules::default();
    let four = vec![grade(Poor); 4];
    let five = vec![grade(Good); 5];
    let six = vec![grade(Good); 6];
    let merged = |groups: &[Pile]| {
        let v = votes(groups);
        let n = u32::try_from(v.len()).unwrap();
        tally(&v, n, 0, &rules).groups.into_iter().map(|g| (g.key, g.weight, g.valid)).collect::<Vec<_>>()
    };
    let row = |k: &str, w, n| (k.to_owned(), w, n);
    assert_eq!(merged(&[("a", &five), ("b", &six), ("c", &five)]), [row("a", 40, 5), row("b", 40, 6), row("c", 20, 5)]);
    assert_eq!(merged(&[("a", &four), ("b", &six), ("c", &five)]), [row("a+b", 80, 10), row("c", 20, 5)]);
    assert_eq!(merged(&[("a", &five), ("b", &four), ("c", &six)]), [row("a+b", 80, 9), row("c", 20, 6)]);
    assert_eq!(merged(&[("a", &five), ("b", &six), ("c", &four)]), [row("a", 40, 5), row("b+c", 60, 10)]);
    assert_eq!(merged(&[("a", &four), ("c", &five)]), [row("a+c", 60, 9)]);
    assert_eq!(merged(&[("a", &four[..2]), ("b", &four[..2]), ("c", &four[..2])]), [row("a+b+c", 100, 6)]);
    // The merged mean is the mean of the ballots, not of the means.
    let t = tally(&votes(&[("a", &four), ("b", &six), ("c", &five)]), 15, 0, &rules);
    assert_eq!(t.groups[0].mean, Exact::new(4 * 40 + 6 * 100, 10));
    assert_eq!(t.groups[0].name, "区纪委监委班子成员、区纪委委员");
    assert_eq!(t.groups[0].grades, Some([6, 0, 0, 4]));
}

#[test]
fn validity_abstention_recusal_and_spoiled_paper() {
    use Grade::*;
    let rules = ReviewRules::default();
    let pile = |good: usize, abstain: usize, recuse: usize| {
        let a = vec![grade(Good); good];
        let b = vec![Vote::Abstain; abstain];
        let c = vec![Vote::Recuse; recuse];
        votes(&[("a", &a), ("b", &b), ("c", &c)])
    };
    // (good, abstain, recuse, roll, spoiled) → (应到, 收回, outcome)
    let graded = |t: &Tally| t.grade().is_some();
    for (good, abstain, recuse, roll, spoiled, entitled, returned, ok) in [
        (5, 0, 0, 10, 0, 10, 5, true),
        (5, 0, 0, 11, 0, 11, 5, false),
        (5, 0, 1, 11, 0, 10, 5, true),   // recusal shrinks 应到
        (5, 6, 0, 11, 0, 11, 11, false), // 弃权 is 收回, never 有效
        (6, 3, 2, 14, 1, 12, 10, true),
        (4, 0, 0, 4, 0, 4, 4, false), // below the smallest cell
        (0, 0, 0, 5, 0, 5, 0, false),
        (0, 0, 5, 5, 0, 0, 0, false),
    ] {
        let t = tally(&pile(good, abstain, recuse), roll, spoiled, &rules);
        assert_eq!((t.entitled, t.returned, graded(&t)), (entitled, returned, ok), "{good} {abstain} {recuse} {roll}");
        assert!(told(&t) && (graded(&t) || (t.groups.is_empty() && t.lines.is_empty())));
    }
    assert_eq!(tally(&pile(5, 0, 0), 11, 0, &rules).outcome, Outcome::TooFewValid);
    let t = tally(&pile(4, 3, 0), 7, 1, &rules);
    assert_eq!((t.outcome, t.returned, t.valid, t.abstained), (Outcome::TooFewToShow, 8, 0, 0));
}

#[test]
fn trimming_needs_points_and_enough_marks() {
    let rules = one_group(ReviewRules { trimmed: true, ..points_rules() });
    let marks = |points: &[u8]| {
        let vs: Vec<Vote> = points.iter().map(|p| rate(Mark::Points(*p))).collect();
        score(&tally(&votes(&[("a", &vs)]), 10, 0, &rules))
    };
    assert_eq!(marks(&[0, 80, 80, 80, 80, 100]), "70.00"); // six: nothing is dropped
    assert_eq!(marks(&[0, 80, 80, 80, 80, 80, 100]), "80.00");
    assert_eq!(marks(&[90, 0, 80, 100, 0, 80, 80, 100]), "71.67"); // one of each, even where several are equal
    assert!(ReviewRules { trimmed: true, ..ReviewRules::default() }.check().is_err());
    assert!(ReviewRules { trim_from: 6, ..rules.clone() }.check().is_err());
    assert!(rules.check().is_ok());
}

#[test]
fn an_optional_row_is_shown_only_where_every_group_reaches_the_cell() {
    let rules = ReviewRules::default();
    let with = |row: bool| {
        let dimensions = row.then(|| ("team".to_owned(), Mark::Grade(Grade::Better))).into_iter().collect();
        Vote::Rate { overall: Mark::Grade(Grade::Good), dimensions }
    };
    let line = |a: usize, b: usize| {
        let va: Vec<Vote> = (0..6).map(|i| with(i < a)).collect();
        let vb: Vec<Vote> = (0..6).map(|i| with(i < b)).collect();
        let t = tally(&votes(&[("a", &va), ("b", &vb)]), 12, 0, &rules);
        let team = t.lines.into_iter().find(|l| l.key == "team").unwrap();
        (team.marked, team.mean.map(|m| m.to_string()))
    };
    assert_eq!(line(5, 5), (10, Some("80.00".into())));
    assert_eq!(line(6, 4), (10, None));
    assert_eq!(line(6, 0), (6, None));
    // One group alone: its own number decides.
    let v: Vec<Vote> = (0..9).map(|i| with(i < 5)).collect();
    let t = tally(&votes(&[("a", &v)]), 9, 0, &rules);
    assert_eq!(
        t.lines.iter().find(|l| l.key == "team").and_then(|l| l.mean).map(|m| m.to_string()),
        Some("80.00".into())
    );
    assert!(t.lines.iter().filter(|l| l.key != "team").all(|l| l.mean.is_none() && l.marked == 0));
}

#[test]
fn rules_are_checked_against_each_other() {
    let changes: [Change; 16] = [
        ("groups", |r| r.groups.clear()),
        ("groups", |r| r.groups[1].key = "a".into()),
        ("groups", |r| r.groups[1].key = "a+b".into()),
        ("groups", |r| r.groups[0].weight = 0),
        ("groups", |r| r.groups[0].weight = 101),
        ("groups", |r| r.groups[0].name = " ".into()),
        ("dimensions", |r| r.dimensions[1].key = r.dimensions[0].key.clone()),
        ("dimensions", |r| r.dimensions[0].key = "a.b".into()),
        ("points", |r| r.points = [100, 100, 60, 40]),
        ("lines", |r| r.lines = [90, 75, 75]),
        ("start_quorum", |r| r.start_quorum = (3, 2)),
        ("valid_quorum", |r| r.valid_quorum = (0, 2)),
        ("smallest_cell", |r| r.smallest_cell = 4),
        ("trimmed", |r| r.trimmed = true),
        ("speech_minutes", |r| r.speech_minutes = 0),
        ("study_below", |r| r.study_below = Some(101)),
    ];
    assert!(ReviewRules::default().check().is_ok());
    for (field, change) in changes {
        let mut rules = ReviewRules::default();
        change(&mut rules);
        assert_eq!(rules.check().unwrap_err().field_name(), Some(field));
    }
    assert_eq!((ReviewRules::needed((2, 3), 25), ReviewRules::needed((1, 2), 7)), (17, 4));
    assert!(ReviewRules::reaches((2, 3), 16, 24) && !ReviewRules::reaches((2, 3), 15, 24));
}

#[test]
fn sentences_say_what_was_counted_and_how() {
    let rules = ReviewRules::default();
    let a = vec![grade(Grade::Good); 5];
    let mut b = vec![grade(Grade::Better); 6];
    b.push(Vote::Abstain);
    let t = tally(&votes(&[("a", &a), ("b", &b)]), 12, 0, &rules);
    assert_eq!(
        t.sentences(&rules),
        [
            "应到 12 人（不含回避），收回 12 张，其中有效 11 张、弃权 1 张、废票 0 张。",
            "区纪委监委班子成员：有效 5 张（好 5、较好 0、一般 0、差 0），平均 100.00 分，权重 40%，归一后占 50.00%。",
            "区纪委委员：有效 6 张（好 0、较好 6、一般 0、差 0），平均 80.00 分，权重 40%，归一后占 50.00%。",
            "加权得分 90.00 分，等次“好”。",
        ]
    );
    let few = tally(&votes(&[("a", &a[..4]), ("b", &[Vote::Abstain])]), 12, 0, &rules).sentences(&rules).concat();
    assert!(few.contains("收回 5 张。") && !few.contains('4') && !few.contains("弃权"), "{few}");
    let invalid = tally(&votes(&[("a", &a)]), 12, 0, &rules).sentences(&rules).concat();
    assert!(invalid.contains("不足应到 12 人的 1/2"), "{invalid}");
    assert_eq!(rules.edition(), "规则第1版");
    let how = rules.sentences().concat();
    for said in ["100、80、60、40", "40%", "按比例归入", "不足 5 张", "四舍五入", "90 分及以上为好", "2/3", "1/2"]
    {
        assert!(how.contains(said), "{said}: {how}");
    }
    assert!(!how.contains("最高分"));
}

#[test]
fn fractions_compare_and_refuse_forged_files() {
    let big = Exact::new((1 << 100) + 1, 1 << 100);
    let bigger = Exact::new((1 << 100) + 2, 1 << 100);
    assert!(big < bigger);
    assert!(bigger > big);
    assert_eq!(big, Exact::new((1 << 101) + 2, 1 << 101));
    assert!(Exact::new(1, 3) < Exact::new(2, 5) && Exact::new(7, 3) > Exact::new(9, 4));
    for forged in
        [r#"{"num":1,"den":0}"#, r#"{"num":2,"den":4}"#, r#"{"num":1,"den":340282366920938463463374607431768211455}"#]
    {
        assert!(serde_json::from_str::<Exact>(forged).is_err(), "{forged}");
    }
    let third = Exact::new(1, 3);
    assert_eq!(serde_json::from_str::<Exact>(&serde_json::to_string(&third).unwrap()).unwrap(), third);
}

fn any_rules() -> impl Strategy<Value = ReviewRules> {
    (1_usize..=5, prop::collection::vec(1_u32..=100, 5), 5_u32..=10, any::<bool>(), any::<bool>()).prop_map(
        |(n, weights, smallest_cell, points, trimmed)| {
            let groups = (0..n)
                .map(|i| Group {
                    key: ["a", "b", "c", "d", "e"][i].into(),
                    name: format!("第{}组", i + 1),
                    weight: weights[i],
                    colour: "粉色".into(),
                })
                .collect();
            let scale = if points { Scale::Points } else { Scale::Grades };
            ReviewRules { groups, smallest_cell, scale, trimmed: points && trimmed, ..ReviewRules::default() }
        },
    )
}

fn any_mark(scale: Scale) -> BoxedStrategy<Mark> {
    match scale {
        Scale::Grades => (0..4_usize).prop_map(|i| Mark::Grade(Grade::ALL[i])).boxed(),
        Scale::Points => (0..=100_u8).prop_map(Mark::Points).boxed(),
    }
}

fn any_votes(rules: &ReviewRules) -> impl Strategy<Value = Vec<(String, Vote)>> + use<> {
    let keys: Vec<String> = rules.groups.iter().map(|g| g.key.clone()).collect();
    let mark = || any_mark(rules.scale);
    let vote = prop_oneof![
        1 => Just(Vote::Recuse),
        1 => Just(Vote::Abstain),
        8 => (mark(), prop::option::of(mark()), prop::option::of(mark())).prop_map(|(overall, team, function)| {
            let rows = [("team", team), ("function", function)];
            let dimensions = rows.into_iter().filter_map(|(k, m)| Some((k.to_owned(), m?))).collect();
            Vote::Rate { overall, dimensions }
        }),
    ];
    prop::collection::vec((prop::sample::select(keys), vote), 0..60)
}

fn any_pile() -> impl Strategy<Value = (ReviewRules, Vec<(String, Vote)>, u32, u32)> {
    any_rules().prop_flat_map(|rules| {
        let votes = any_votes(&rules);
        (Just(rules), votes, 0_u32..80, 0_u32..4)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_ballots_does_not_matter((rules, votes, roll, spoiled) in any_pile(), seed in any::<u64>()) {
        let mut other = votes.clone();
        let mut state = seed | 1;
        for i in (1..other.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            other.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
        }
        prop_assert_eq!(tally(&votes, roll, spoiled, &rules), tally(&other, roll, spoiled, &rules));
    }

    #[test]
    fn what_may_be_stored_counts_the_same((rules, votes, roll, spoiled) in any_pile()) {
        let first = tally(&votes, roll, spoiled, &rules);
        let keyed: Vec<((), String, Vote)> = votes.into_iter().map(|(g, v)| ((), g, v)).collect();
        let once = stored(keyed, &rules);
        let pairs: Vec<(String, Vote)> = once.iter().map(|((), g, v)| (g.clone(), v.clone())).collect();
        if first.valid < rules.smallest_cell {
            prop_assert!(once.is_empty());
        } else {
            prop_assert_eq!(&tally(&pairs, roll, spoiled, &rules), &first);
            prop_assert_eq!(stored(once.clone(), &rules), once);
        }
        // No group of what is stored is small, unless it is alone; 弃权 and 回避 carry none.
        let mut sizes: BTreeMap<&str, u32> = BTreeMap::new();
        for (group, vote) in &pairs {
            match vote {
                Vote::Rate { .. } => *sizes.entry(group).or_default() += 1,
                _ => prop_assert!(group.is_empty()),
            }
        }
        prop_assert!(sizes.len() <= 1 || sizes.values().all(|n| *n >= rules.smallest_cell));
    }

    #[test]
    fn a_score_is_between_the_best_and_the_worst_mark((rules, votes, roll, spoiled) in any_pile()) {
        let t = tally(&votes, roll, spoiled, &rules);
        let marks: Vec<u32> = votes.iter().filter_map(|(_, v)| match v {
            Vote::Rate { overall, .. } => Some(overall.points(&rules)),
            _ => None,
        }).collect();
        if let Outcome::Graded { score, .. } = t.outcome {
            let bound = |n: u32| Exact::new(u128::from(n), 1);
            prop_assert!(score <= bound(100));
            prop_assert!(score >= bound(*marks.iter().min().unwrap()) && score <= bound(*marks.iter().max().unwrap()));
            prop_assert_eq!(t.groups.iter().map(|g| g.valid).sum::<u32>(), t.valid);
            prop_assert!(t.groups.len() == 1 || t.groups.iter().all(|g| g.valid >= rules.smallest_cell));
            // Whoever counts, his group's weight counts once.
            let of = |key: &str| votes.iter().any(|(k, v)| k == key && matches!(v, Vote::Rate { .. }));
            let voted = rules.groups.iter().filter(|g| of(&g.key));
            prop_assert_eq!(t.groups.iter().map(|g| g.weight).sum::<u32>(), voted.map(|g| g.weight).sum::<u32>());
            for line in &t.lines {
                prop_assert!(line.mean.is_none() || line.marked >= rules.smallest_cell);
                prop_assert!(line.mean.is_none_or(|m| m <= bound(100)));
            }
        } else {
            prop_assert!(t.groups.is_empty() && t.lines.is_empty());
        }
        prop_assert!(told(&t));
    }

    #[test]
    fn weights_decide_by_their_ratio_only(votes in any_votes(&ReviewRules::default()), by in 1_u32..=2) {
        let rules = ReviewRules::default();
        let mut scaled = rules.clone();
        for g in &mut scaled.groups {
            g.weight *= by;
        }
        prop_assert_eq!(tally(&votes, 60, 0, &rules).outcome, tally(&votes, 60, 0, &scaled).outcome);
    }
}
