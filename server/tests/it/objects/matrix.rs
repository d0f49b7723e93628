//! B01, B03: role × object × every route and server function. Whoever may not see an
//! object gets the answer of an object that does not exist, and leaves nothing changed.

use std::collections::BTreeSet;

use server::http::policy::Policy;

use super::{
    table::{Answer, Ask, fingerprint, send},
    tables::asks,
    world::{Ids, World},
};
use crate::harness::{Client, Database};

const LOGINS: [&str; 17] = [
    "leader_a",
    "liaison_a",
    "member_a",
    "leader_b",
    "liaison_b",
    "leader_c",
    "district_head",
    "team",
    "team2",
    "office",
    "office2",
    "deputy",
    "secretary",
    "general",
    "sysadmin",
    "security",
    "audit",
];

/// Words of a refusal that says nothing about whether the object exists.
const UNKNOWN: [&str; 2] = ["没有找到这项内容", "您没有办理这件事的权限"];

struct Case {
    path: &'static str,
    there: Ask,
    stale: Ask,
    nothing: Ask,
    nothing_stale: Ask,
}

fn cases(world: &World, nothing: &Ids) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut missing = BTreeSet::new();
    for entry in world.app.entries.iter().filter(|e| e.policy != Policy::Public) {
        let of = |ids: &Ids| asks(entry.kind, entry.path, ids);
        let Some(there) = of(&world.school) else {
            missing.insert(entry.path);
            continue;
        };
        let all = [of(&world.school.stale()), of(nothing), of(&nothing.stale())].map(Option::unwrap);
        let [stale, none, none_stale] = all.map(Vec::into_iter);
        for (((there, stale), nothing), nothing_stale) in there.into_iter().zip(stale).zip(none).zip(none_stale) {
            cases.push(Case { path: entry.path, there, stale, nothing, nothing_stale });
        }
    }
    assert!(missing.is_empty(), "entries without a row in the table of ids (objects/tables.rs): {missing:?}");
    cases
}

/// A stranger's answers: those of an object that does not exist.
async fn stranger(world: &World, client: &mut Client, case: &Case, wrong: &mut Vec<String>, login: &str) {
    let nothing = send(&world.app, client, case.path, &case.nothing).await;
    let there = send(&world.app, client, case.path, &case.there).await;
    compare(login, case, "", &there, &nothing, wrong);
    if case.there.versioned {
        let nothing = send(&world.app, client, case.path, &case.nothing_stale).await;
        let there = send(&world.app, client, case.path, &case.stale).await;
        compare(login, case, " (stale)", &there, &nothing, wrong);
    }
}

fn compare(login: &str, case: &Case, how: &str, there: &Answer, nothing: &Answer, wrong: &mut Vec<String>) {
    if there != nothing {
        wrong.push(format!(
            "{login}{how} on {}: {:?} answers {} {}{} and nothing {} {}{}",
            case.path,
            case.there.to,
            there.status,
            there.location,
            there.problem,
            nothing.status,
            nothing.location,
            nothing.problem
        ));
        if there.body != nothing.body {
            let at = there.body.chars().zip(nothing.body.chars()).take_while(|(a, b)| a == b).count();
            let from = at.saturating_sub(60);
            wrong.push(format!("   …{}", there.body.chars().skip(from).take(200).collect::<String>()));
            wrong.push(format!("   …{}", nothing.body.chars().skip(from).take(200).collect::<String>()));
        }
    }
    if case.there.write {
        let known = there.status == 404 || UNKNOWN.iter().any(|w| there.problem.starts_with(w));
        if !known {
            wrong.push(format!("{login}{how} on {}: {:?} → {}", case.path, case.there.to, there.problem));
        }
    }
}

/// One who may do it: what is there differs from nothing; a write is stopped by its version only.
async fn entitled(world: &World, client: &mut Client, case: &Case, wrong: &mut Vec<String>, login: &str) {
    if case.there.write && !case.there.versioned {
        return;
    }
    let (there, nothing) = if case.there.write {
        let there = send(&world.app, client, case.path, &case.stale).await;
        (there, send(&world.app, client, case.path, &case.nothing_stale).await)
    } else {
        let there = send(&world.app, client, case.path, &case.there).await;
        (there, send(&world.app, client, case.path, &case.nothing).await)
    };
    let fits = if case.there.write { there.problem.contains("刚刚被别人改过") } else { there.status == 200 };
    if !fits || there == nothing {
        wrong.push(format!(
            "{login} should get on with {} {:?}: {} {}",
            case.path, case.there.to, there.status, there.problem
        ));
    }
}

async fn matrix(database: Database) {
    let world = World::new(database).await;
    let nothing = world.school.of_nothing();
    let cases = cases(&world, &nothing);
    let mut wrong = Vec::new();
    for login in LOGINS {
        let mut client = world.app.sign_in(login).await;
        let before = fingerprint(&world.app).await;
        let (mine, others): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| c.there.allowed.contains(&login));
        for case in others {
            if case.there.sees.contains(&login) {
                let there = send(&world.app, &mut client, case.path, &case.there).await;
                if !there.is_refusal() {
                    wrong.push(format!("{login} on {} {:?}: {}", case.path, case.there.to, there.location));
                }
            } else {
                stranger(&world, &mut client, case, &mut wrong, login).await;
            }
        }
        let after = fingerprint(&world.app).await;
        if before != after {
            wrong.push(format!("{login}: refused requests changed something: {before:?} → {after:?}"));
        }
        for case in mine {
            entitled(&world, &mut client, case, &mut wrong, login).await;
        }
    }
    assert!(wrong.is_empty(), "{database:?}, {} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn strangers_get_the_answer_of_nothing_on_sqlite() {
    matrix(Database::Sqlite).await;
}

#[tokio::test]
async fn strangers_get_the_answer_of_nothing_on_postgres() {
    matrix(Database::Postgres).await;
}
