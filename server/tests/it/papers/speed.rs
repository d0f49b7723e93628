//! A paper asks the database as often for a book of 500 records with corrections as for one of four. How long it
//! takes is measured by `benches/papers`.

use server::{
    random,
    storage::{counted, q},
};

use super::{book, shown};
use crate::harness::{Client, Database, TestApp};

/// Records put beside those of the book.
const RECORDS: i64 = 500;

/// How often each paper of the book asks.
async fn asked(leader: &mut Client, post: &str) -> Vec<(&'static str, u64)> {
    let mut all = Vec::new();
    for form in ["print", "docx", "page", "xlsx"] {
        let (reply, n) = counted(leader.get(&format!("/documents/book/{post}/2026/{form}"))).await;
        assert!(reply.status == 200 && n > 0, "{form}: {n}");
        if form == "docx" {
            shown("book-500.docx", &reply.body);
        }
        all.push((form, n));
    }
    let draw = [("post", post), ("year", "2026"), ("kind", "annual")];
    let ((), n) = counted(async { drop(crate::duties::done(leader, "/papers/draw", &draw).await) }).await;
    all.push(("report", n));
    all
}

#[tokio::test]
async fn a_book_of_500_records_asks_as_often_as_a_small_one() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let mut leader = app.sign_in("leader_a").await;
    let few = asked(&mut leader, &post).await;
    let copy = post.clone();
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let rows = tx
                    .rows(q("SELECT id, page FROM records WHERE post_id = $1 AND page = 1").bind(&copy))
                    .await?;
                let one = rows[0].text("id")?;
                for n in 0..RECORDS {
                    let id = random::id(tx.now()).to_string();
                    tx.execute(
                        q("INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on,
                             recorded_at, recorded_on, late, author_person, author_term, version)
                           SELECT $1, district_id, post_id, unit_id, year, $2, state, kind, $3, event_on,
                             recorded_at, recorded_on, late, author_person, author_term, version FROM records WHERE id = $4")
                        .bind(&id)
                        .bind(100 + n)
                        .bind(format!("第{n}条：{}", "到村里现场走访，听取意见，研究解决办法。".repeat(6)))
                        .bind(&one),
                    )
                    .await?;
                    tx.execute(
                        q("INSERT INTO record_corrections (record_id, seq, district_id, before_text, after_text, reason, at,
                             person_id)
                           SELECT $1, seq, district_id, before_text, after_text, reason, at, person_id
                           FROM record_corrections WHERE record_id = $2")
                        .bind(&id)
                        .bind(&one),
                    )
                    .await?;
                    tx.execute(
                        q("INSERT INTO record_duties (record_id, duty_id, district_id, occurrence_id, code, ticked_on)
                           SELECT $1, duty_id, district_id, occurrence_id, code, ticked_on FROM record_duties
                           WHERE record_id = $2")
                        .bind(&id)
                        .bind(&one),
                    )
                    .await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let text = leader.get(&format!("/documents/book/{post}/2026/page")).await.text();
    assert!(text.contains(&format!("第{}条：", RECORDS - 1)));
    assert_eq!(asked(&mut leader, &post).await, few);
}
