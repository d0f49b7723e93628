//! Circles: duties that wait for each other, and units that hand one duty to each other.

use std::collections::BTreeMap;

use crate::{
    Rejection,
    ids::{UnitId, WarningLineId},
};

/// The first circle in “this waits for those”, in order; none where there is none.
pub fn circle(after: &[(WarningLineId, Vec<WarningLineId>)]) -> Option<Vec<WarningLineId>> {
    let next: BTreeMap<_, _> = after.iter().map(|(id, all)| (*id, all.as_slice())).collect();
    // 0 unseen, 1 on the way, 2 done.
    let mut seen: BTreeMap<WarningLineId, u8> = BTreeMap::new();
    for (start, _) in after {
        if seen.contains_key(start) {
            continue;
        }
        // A stack of its own: a chain of hundreds must not depend on the thread's.
        let mut path: Vec<(WarningLineId, usize)> = vec![(*start, 0)];
        seen.insert(*start, 1);
        while let Some((id, at)) = path.last_mut() {
            let (id, to) = (*id, next.get(id).and_then(|all| all.get(*at)).copied());
            *at += 1;
            match to {
                None => {
                    seen.insert(id, 2);
                    path.pop();
                }
                Some(to) => match seen.get(&to) {
                    Some(1) => {
                        let from = path.iter().position(|(on, _)| *on == to).unwrap_or_default();
                        return Some(path[from..].iter().map(|(on, _)| *on).collect());
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(to, 1);
                        path.push((to, 0));
                    }
                },
            }
        }
    }
    None
}

/// May `from` hand a duty on to `to`? `past` are the hand-ons of this duty so far.
///
/// # Errors
/// To itself; to a unit that handed it on before: then others decide, outside.
pub fn hand_on(past: &[(UnitId, UnitId)], from: UnitId, to: UnitId, to_name: &str) -> Result<(), Rejection> {
    if from == to {
        return Err(Rejection::field("to", "不能转给本单位，没有转出。请选择其他单位。"));
    }
    if past.iter().any(|(earlier, _)| *earlier == to) {
        return Err(Rejection::field(
            "to",
            format!(
                "这一项原由{to_name}转出，不能再转回，没有转出。请选“有不同意见”，由区委办、区府办或分管区领导协调。"
            ),
        ));
    }
    Ok(())
}
