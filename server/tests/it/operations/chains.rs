//! G01, G02, R12: every way to touch the chain is named by its row.

use server::{
    operations::{checkpoint::Checkpoint, findings::Finding},
    storage::{Value, audit_hash, q},
};

use super::{checkpoints, log, tamper, verified};
use crate::harness::{BOTH, Database, TestApp};

async fn findings(test: &TestApp, known: &[Checkpoint]) -> Vec<Finding> {
    let chains = verified(test.app.store().url(), known).await;
    let id = test.district.id.to_string();
    chains.into_iter().find(|c| c.district == id).unwrap().findings
}

async fn chained(database: Database, n: usize) -> TestApp {
    let test = TestApp::new(database).await;
    log(&test, n).await;
    assert_eq!(findings(&test, &[]).await, []);
    test
}

#[tokio::test]
async fn an_edited_row_is_named() {
    for database in BOTH {
        let test = chained(database, 8).await;
        tamper(test.app.store(), q("UPDATE audit SET object = 'thing:x' WHERE seq = 5")).await;
        assert_eq!(findings(&test, &[]).await, [Finding::Edited { seq: 5 }], "{database:?}");
        assert_eq!(Finding::Edited { seq: 5 }.to_string(), "第 5 行被改动，内容和它自己的摘要对不上。");
    }
}

#[tokio::test]
async fn a_removed_row_is_named() {
    for database in BOTH {
        let test = chained(database, 8).await;
        tamper(test.app.store(), q("DELETE FROM audit WHERE seq IN (1, 4, 5)")).await;
        assert_eq!(
            findings(&test, &[]).await,
            [Finding::Removed { from: 1, to: 1 }, Finding::Removed { from: 4, to: 5 }],
            "{database:?}"
        );
    }
}

#[tokio::test]
async fn removed_rows_with_the_gap_closed_are_named() {
    for database in BOTH {
        let test = chained(database, 8).await;
        for table in [
            q("DELETE FROM audit WHERE seq = 4"),
            q("DELETE FROM audit_details WHERE seq = 4"),
            q("UPDATE audit SET seq = seq - 1000 WHERE seq > 4"),
            q("UPDATE audit_details SET seq = seq - 1000 WHERE seq > 4"),
            q("UPDATE audit SET seq = seq + 999 WHERE seq < 0"),
            q("UPDATE audit_details SET seq = seq + 999 WHERE seq < 0"),
        ] {
            tamper(test.app.store(), table).await;
        }
        assert_eq!(findings(&test, &[]).await, [Finding::ClosedUp { from: 4, to: 4 }], "{database:?}");
    }
}

#[tokio::test]
async fn an_inserted_row_is_named() {
    for database in BOTH {
        let test = chained(database, 8).await;
        for query in [
            q("UPDATE audit SET seq = seq + 1000 WHERE seq >= 4"),
            q("UPDATE audit_details SET seq = seq + 1000 WHERE seq >= 4"),
            q("UPDATE audit SET seq = seq - 999 WHERE seq > 1000"),
            q("UPDATE audit_details SET seq = seq - 999 WHERE seq > 1000"),
            q("INSERT INTO audit (district_id, seq, at, actor, action, object, digest, prev, hash)
               SELECT district_id, 4, at, actor, action, 'thing:forged', digest, prev, hash FROM audit WHERE seq = 3"),
        ] {
            tamper(test.app.store(), query).await;
        }
        assert_eq!(findings(&test, &[]).await, [Finding::Inserted { from: 4, to: 4 }], "{database:?}");
    }
}

#[tokio::test]
async fn exchanged_rows_are_named() {
    for database in BOTH {
        for (a, b) in [(3_i64, 4_i64), (2, 30)] {
            let test = chained(database, 40).await;
            for (from, to) in [(a, -1), (b, a), (-1, b)] {
                let query = q("UPDATE audit SET seq = $1 WHERE seq = $2").bind(to).bind(from);
                tamper(test.app.store(), query).await;
            }
            assert_eq!(
                findings(&test, &[]).await,
                [Finding::Moved { seq: a, original: b }, Finding::Moved { seq: b, original: a }],
                "{database:?}"
            );
        }
    }
}

#[tokio::test]
async fn changed_details_are_named_and_removed_ones_are_lawful() {
    for database in BOTH {
        let test = chained(database, 8).await;
        tamper(test.app.store(), q("UPDATE audit_details SET text = '别的话' WHERE seq = 6")).await;
        tamper(test.app.store(), q("DELETE FROM audit_details WHERE seq = 2")).await;
        assert_eq!(findings(&test, &[]).await, [Finding::DetailsChanged { seq: 6 }], "{database:?}");
    }
}

#[tokio::test]
async fn a_cut_tail_is_caught_by_the_checkpoint() {
    for database in BOTH {
        let test = chained(database, 8).await;
        let known = checkpoints(test.app.store().url()).await;
        log(&test, 2).await;
        assert_eq!(findings(&test, &known).await, [], "a chain may grow");
        tamper(test.app.store(), q("DELETE FROM audit_details WHERE seq > 6")).await;
        tamper(test.app.store(), q("DELETE FROM audit WHERE seq > 6")).await;
        assert_eq!(findings(&test, &[]).await, [], "without a checkpoint nothing can be seen");
        assert_eq!(findings(&test, &known).await, [Finding::TailCut { from: 7, to: 8 }], "{database:?}");
    }
}

#[tokio::test]
async fn a_chain_written_anew_is_caught_by_the_checkpoint() {
    for database in BOTH {
        let test = chained(database, 6).await;
        let known = checkpoints(test.app.store().url()).await;
        rehash_from(&test, 3, 6).await;
        assert_eq!(findings(&test, &[]).await, [], "{database:?}");
        assert_eq!(findings(&test, &known).await, [Finding::Rewritten { seq: 6 }], "{database:?}");
    }
}

#[tokio::test]
async fn a_row_hashed_anew_betrays_itself_in_the_next() {
    for database in BOTH {
        let test = chained(database, 6).await;
        rehash_from(&test, 3, 3).await;
        assert_eq!(findings(&test, &[]).await, [Finding::Rehashed { seq: 3 }], "{database:?}");
    }
}

#[tokio::test]
async fn an_emptied_log_is_caught_by_the_checkpoint() {
    for database in BOTH {
        let test = chained(database, 3).await;
        let known = checkpoints(test.app.store().url()).await;
        tamper(test.app.store(), q("DELETE FROM audit_details")).await;
        tamper(test.app.store(), q("DELETE FROM audit")).await;
        assert_eq!(findings(&test, &known).await, [Finding::TailCut { from: 1, to: 3 }], "{database:?}");
    }
}

#[tokio::test]
async fn no_flipped_character_passes() {
    let test = chained(Database::Sqlite, 6).await;
    let store = test.app.store();
    for column in ["at", "actor", "action", "object", "digest", "prev", "hash"] {
        for seq in 1..=6_i64 {
            let row = store
                .read()
                .row(q("SELECT at, actor, action, object, digest, prev, hash FROM audit WHERE seq = $1").bind(seq))
                .await
                .unwrap()
                .unwrap();
            let (honest, forged): (Value, Value) = match row.opt_int(column) {
                Ok(Some(n)) => (n.into(), (n ^ 1).into()),
                _ => {
                    let text = row.text(column).unwrap();
                    let mut bytes = text.clone().into_bytes();
                    match bytes.last_mut() {
                        Some(last) => *last ^= 1,
                        None => bytes.push(b'0'),
                    }
                    ((&text).into(), String::from_utf8(bytes).unwrap().into())
                }
            };
            let update = |value: Value| {
                match column {
                    "at" => q("UPDATE audit SET at = $1 WHERE seq = $2"),
                    "actor" => q("UPDATE audit SET actor = $1 WHERE seq = $2"),
                    "action" => q("UPDATE audit SET action = $1 WHERE seq = $2"),
                    "object" => q("UPDATE audit SET object = $1 WHERE seq = $2"),
                    "digest" => q("UPDATE audit SET digest = $1 WHERE seq = $2"),
                    "prev" => q("UPDATE audit SET prev = $1 WHERE seq = $2"),
                    _ => q("UPDATE audit SET hash = $1 WHERE seq = $2"),
                }
                .bind(value)
                .bind(seq)
            };
            tamper(store, update(forged)).await;
            assert_eq!(findings(&test, &[]).await, [Finding::Edited { seq }], "{column} {seq}");
            tamper(store, update(honest)).await;
        }
    }
    assert_eq!(findings(&test, &[]).await, []);
}

/// Changes row `from` and makes the hashes of `from..=to` agree again.
async fn rehash_from(test: &TestApp, from: i64, to: i64) {
    tamper(test.app.store(), q("UPDATE audit SET object = 'thing:forged' WHERE seq = $1").bind(from)).await;
    let mut prev: Option<String> = None;
    for seq in from..=to {
        let row = test
            .app
            .store()
            .read()
            .row(q("SELECT at, actor, action, object, digest, prev FROM audit WHERE seq = $1").bind(seq))
            .await
            .unwrap()
            .unwrap();
        let text = |name: &str| row.text(name).unwrap();
        let before = prev.clone().unwrap_or_else(|| text("prev"));
        let hash = audit_hash(&domain::audit::Entry {
            seq,
            prev: &before,
            at: row.instant("at").unwrap(),
            actor: &text("actor"),
            action: &text("action"),
            object: &text("object"),
            digest: &text("digest"),
        });
        let update = q("UPDATE audit SET prev = $1, hash = $2 WHERE seq = $3").bind(before).bind(&hash).bind(seq);
        tamper(test.app.store(), update).await;
        prev = Some(hash);
    }
}
