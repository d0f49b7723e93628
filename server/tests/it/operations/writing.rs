//! The writer: order, durability, and one command's failure staying its own.

use std::sync::Arc;

use domain::{Rejection, ids::AccountId, time::first_of};
use futures::future::join_all;
use server::{
    clock::FixedClock,
    storage::{Failure, StorageError, Store, q},
};

use super::empty;
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn a_group_keeps_its_order_and_answers_after_the_commit() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        let (store, district) = (test.app.store(), test.district.id);
        // Fewer than the 128 that one task may do before tokio makes it yield, which would mix the order of arrival.
        let commands = (0..100_i64).map(|i| async move {
            let seq = store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.audit(district, None, "test.done", &format!("n:{i}"), "").await?;
                        let row = tx.row(q("SELECT MAX(seq) AS seq FROM audit")).await?.unwrap();
                        Ok(row.int("seq")?)
                    })
                })
                .await
                .unwrap();
            // Another connection: it sees only what is committed.
            let seen = store.read().row(q("SELECT object FROM audit WHERE seq = $1").bind(seq)).await.unwrap();
            assert_eq!(seen.unwrap().text("object").unwrap(), format!("n:{i}"), "{database:?}");
            seq
        });
        let places = join_all(commands).await;
        assert_eq!(places, (1..=100).collect::<Vec<_>>(), "{database:?}");
    }
}

#[tokio::test]
async fn a_failing_command_does_not_touch_its_neighbours() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        let (store, district) = (test.app.store(), test.district.id);
        let commands = (0..30_i64).map(|i| async move {
            store
                .write(move |tx| {
                    Box::pin(async move {
                        tx.audit(district, None, "test.done", &format!("n:{i}"), "").await?;
                        match i % 3 {
                            0 => Ok(i),
                            1 => Err(Failure::from(Rejection::NotAllowed)),
                            // PostgreSQL refuses everything after an error until the savepoint is rolled back.
                            _ => Err(tx.execute(q("INSERT INTO audit (seq) VALUES (NULL)")).await.unwrap_err().into()),
                        }
                    })
                })
                .await
        });
        let answers = join_all(commands).await;
        for (i, answer) in (0_i64..).zip(&answers) {
            assert_eq!(answer.is_ok(), i % 3 == 0, "{database:?}: {i} {answer:?}");
        }
        let rows = store.read().rows(q("SELECT object FROM audit ORDER BY seq")).await.unwrap();
        let objects: Vec<String> = rows.iter().map(|r| r.text("object").unwrap()).collect();
        let expected: Vec<String> = (0..30).step_by(3).map(|i| format!("n:{i}")).collect();
        assert_eq!(objects, expected, "{database:?}");
    }
}

/// The second of two equal commands is in the same batch as the first: its answer is known before it is written.
#[tokio::test]
async fn a_command_sent_twice_at_once_happens_once() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        let (store, district) = (test.app.store(), test.district.id);
        let account = AccountId(uuid::Uuid::from_u128(7));
        let commands = (0..20).map(|n| {
            let body: &[u8] = if n == 19 { b"other" } else { b"same" };
            store.once(account, "key".to_owned(), body, move |tx| {
                Box::pin(async move {
                    // No database takes a NUL in a text from everybody; it must not fail the others.
                    tx.audit(district, None, "test.done", &format!("n:{n}"), "a\0b").await?;
                    Ok(n)
                })
            })
        });
        let answers = join_all(commands).await;
        assert!(answers[..19].iter().all(|answer| answer.as_ref().is_ok_and(|n| *n == 0)), "{database:?}: {answers:?}");
        assert!(matches!(answers[19], Err(Failure::Rejected(Rejection::KeyReused))), "{database:?}: {answers:?}");
        let row = store.read().row(q("SELECT COUNT(*) AS n, MIN(object) AS object FROM audit")).await.unwrap().unwrap();
        assert_eq!((row.int("n").unwrap(), row.text("object").unwrap()), (1, "n:0".to_owned()), "{database:?}");
    }
}

#[tokio::test]
async fn production_waits_for_the_disk() {
    for database in BOTH {
        let (_folder, url) = empty(database).await;
        let clock = Arc::new(FixedClock::at_noon(first_of(2026, 11)));
        let store = Store::open(url, clock, true).await.unwrap();
        let said = store
            .write(move |tx| {
                Box::pin(async move {
                    let row = match database {
                        Database::Sqlite => tx.row(q("SELECT synchronous AS said FROM pragma_synchronous")).await?,
                        Database::Postgres => tx.row(q("SELECT current_setting('synchronous_commit') AS said")).await?,
                    };
                    let row = row.unwrap();
                    Ok(row.opt_int("said").ok().flatten().map_or_else(|| row.text("said").unwrap(), |n| n.to_string()))
                })
            })
            .await
            .unwrap();
        // 2 is FULL; the test cluster itself runs with `off`, so `on` is our doing.
        assert_eq!(said, if database == Database::Sqlite { "2" } else { "on" });
        assert_eq!(store.waiting(), 0);
    }
}

#[tokio::test]
async fn an_io_error_ends_the_writer() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        let store = test.app.store();
        let crash: Result<(), Failure> =
            store.write(|_tx| Box::pin(async { Err(StorageError::Db(sqlx::Error::WorkerCrashed).into()) })).await;
        assert!(crash.is_err());
        store.broken().cancelled().await;
        let after: Result<(), Failure> = store.write(|_tx| Box::pin(async { Ok(()) })).await;
        assert!(matches!(after, Err(Failure::Storage(StorageError::Stopped))), "{database:?}: {after:?}");
    }
}

#[tokio::test]
async fn rows_handed_over_at_once_are_the_same_rows_in_the_same_order() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        let store = test.app.store();
        let odd = "引号 \" ' \\ 换行 \n 制表 \t 表情 🙂 \u{7f} \u{1f} </x>";
        let asked = || {
            q("SELECT x.n, x.words, x.none FROM (
                 SELECT $1 AS n, $2 AS words, CAST(NULL AS TEXT) AS none
                 UNION ALL SELECT $3, '', CAST(NULL AS TEXT)
                 UNION ALL SELECT 7, $4, 'x') AS x ORDER BY x.n DESC")
            .bind(i64::MAX)
            .bind(odd)
            .bind(i64::MIN)
            .bind("9")
        };
        let mut seen = Vec::new();
        for query in [asked(), asked().at_once(&["n", "words", "none"])] {
            let rows = store.read().rows(query).await.unwrap();
            let of = |row: &server::storage::Row| {
                (row.int("n").unwrap(), row.text("words").unwrap(), row.opt_text("none").unwrap())
            };
            seen.push(rows.iter().map(of).collect::<Vec<_>>());
        }
        assert_eq!(seen[0], seen[1], "{database:?}");
        let numbers: Vec<i64> = seen[1].iter().map(|row| row.0).collect();
        assert_eq!(numbers, [i64::MAX, 7, i64::MIN], "{database:?}");
        assert_eq!(seen[1][0].1, odd, "{database:?}");
        let none = q("SELECT n FROM (SELECT 1 AS n) AS x WHERE n > 1").at_once(&["n"]);
        assert!(store.read().rows(none).await.unwrap().is_empty(), "{database:?}");
    }
}
