use super::{d, line, unit};
use crate::warnings::{Node, standings};

fn node(n: u128, due: &str, after: &[u128]) -> Node {
    Node {
        duty: line(n),
        text: format!("事{n}"),
        unit: unit(n),
        unit_name: format!("单位{n}"),
        due: d(due),
        done: None,
        after: after.iter().map(|n| line(*n)).collect(),
        stage: None,
        held_by: None,
    }
}

#[test]
fn who_waits_for_a_late_one_is_stuck_between_those_two() {
    let nodes = [
        node(1, "2026-11-10", &[]),
        node(2, "2026-11-20", &[1]),
        node(3, "2026-12-20", &[2]),
        node(4, "2026-12-20", &[]),
    ];
    let all = standings(&nodes, d("2026-11-15"));
    let own = all[0].stuck.clone().unwrap();
    assert_eq!((own.waits, own.on, own.days), (unit(1), unit(1), 5));
    let next = all[1].stuck.clone().unwrap();
    assert_eq!((next.waits, next.on), (unit(2), unit(1)));
    assert!(all[1].words.contains("单位2等待单位1，已超期 5 天"), "{}", all[1].words);
    assert!(all[2].stuck.is_none() && all[2].waits, "what is in time itself is no delay: {}", all[2].words);
    assert!(!all[3].waits && all[3].stuck.is_none());
    let late = standings(&nodes, d("2026-11-25"));
    let last = late[2].stuck.clone().unwrap();
    assert_eq!((last.waits, last.on), (unit(2), unit(1)), "the beginning of the chain, not its middle");
}

#[test]
fn a_stage_waits_for_the_unit_that_was_noted() {
    let mut nodes = [node(1, "2026-12-31", &[]), node(2, "2026-12-31", &[1])];
    nodes[0].stage = Some("材料审核".into());
    nodes[0].held_by = Some((unit(9), "区财政局".into(), d("2026-11-02")));
    let all = standings(&nodes, d("2026-11-12"));
    let stuck = all[0].stuck.clone().unwrap();
    assert_eq!((stuck.waits, stuck.on, stuck.days), (unit(1), unit(9), 10));
    assert!(all[0].words.contains("“材料审核”环节卡住：单位1等待区财政局"), "{}", all[0].words);
    assert!(all[1].words.contains("卡在“事1”"), "{}", all[1].words);
    nodes[0].done = Some(d("2026-11-12"));
    let all = standings(&nodes, d("2026-11-13"));
    assert!(all[0].done && all[0].words.contains("11月12日销号") && !all[1].waits);
}
