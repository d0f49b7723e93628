//! What a report counts: each reading once, every number with its rows, and the words of the board.

use server::storage::q;

use super::{a_year, block, computed, line, page};
use crate::{
    duties::{done, execute, rows},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn a_reading_of_july_is_counted_with_the_first_half_alone() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (reading, _) = a_year(&app).await;
        let move_to = |purpose: &'static str, from: &'static str, to: &'static str| {
            let move_to = q("UPDATE inspections SET purpose = $1, from_day = $2, to_day = $3, announced_at = 0
                             WHERE id = $4");
            move_to.bind(purpose).bind(from).bind(to).bind(&reading)
        };
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        let counted = [
            ("half_year", "2026-07-08", "2026-07-09", "2026-h1"),
            ("daily", "2026-07-08", "2026-07-09", "2026-h2"),
            // Over the end of a half: with the one in which it began.
            ("daily", "2026-06-29", "2026-07-02", "2026-h1"),
        ];
        for (purpose, from, to, own) in counted {
            execute(&app, move_to(purpose, from, to)).await;
            for period in ["2026-h1", "2026-h2"] {
                let id = computed(&app, &mut office, "half_year", &cover, period).await;
                let found = page(&mut office, &id).await;
                let held = block(&found, "inspections")["rows"].as_array().unwrap().len();
                assert_eq!(held, usize::from(period == own), "{database:?} {purpose} {from} in {period}: {found}");
            }
        }
        execute(&app, move_to("half_year", "2026-07-08", "2026-07-09")).await;
        for (period, held) in [("2026-q2", 1), ("2026-q3", 0)] {
            let id = computed(&app, &mut office, "quarter", &cover, period).await;
            let found = page(&mut office, &id).await;
            assert_eq!(block(&found, "inspections")["rows"].as_array().unwrap().len(), held, "{database:?} {period}");
            let empty = block(&found, "inspections")["empty"].as_str().unwrap();
            assert_eq!(empty.contains("列入上半年和第二季度"), held == 0, "{database:?} {period}: {empty}");
        }
    }
}

#[tokio::test]
async fn a_past_period_says_which_lists_stood_at_its_end() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        app.clock.advance_ms(60_000);
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        let id = computed(&app, &mut office, "ecology", &cover, "2026-q4").await;
        assert_eq!(line(&page(&mut office, &id).await, "receipts", "signed"), " 1 份", "{database:?}");
        let id = computed(&app, &mut office, "ecology", &cover, "2026-q3").await;
        let found = page(&mut office, &id).await;
        let empty = block(&found, "receipts")["empty"].as_str().unwrap();
        assert!(empty.contains("到期末2026年的履责清单还没有下达"), "{database:?}: {empty}");
    }
}

#[tokio::test]
async fn every_number_opens_the_rows_that_it_counts() {
    let app = TestApp::new(Database::Sqlite).await;
    a_year(&app).await;
    app.clock.advance_ms(60_000);
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "ecology", "district", "2026-h2").await;
    let found = page(&mut office, &id).await;
    for block in found["facts"].as_array().unwrap() {
        let (key, rows) = (block["block"].as_str().unwrap(), block["rows"].as_array().unwrap());
        for line in block["lines"].as_array().unwrap() {
            let own = line["id"].as_str().unwrap();
            assert_eq!(line["link"], format!("?rows={key}.{own}#facts-{key}"), "{line}");
            let counted = rows.iter().any(|row| row["counts"].to_string().contains(&format!("\"{own}\"")));
            let nothing = line["value"].as_str().unwrap().starts_with(" 0 ");
            assert_eq!(counted, !nothing, "{key}: {line}");
        }
    }
    assert_eq!(line(&found, "inspections", "wanting"), " 1 处");
    let html = office.get(&format!("/reports/{id}?rows=inspections.wanting")).await.text();
    assert!(html.contains("只列“需补充”所数的 1 行"), "{html}");
}

#[tokio::test]
async fn yellow_past_its_day_has_the_word_of_the_board() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let mut office = app.sign_in("office").await;
        // An item turned yellow before its day; the day passed without another change.
        let find = q("SELECT post_id, duty_id, due_on FROM occurrences WHERE record_id IS NULL AND state = 'open'
                        AND due_on > '2026-11-10' ORDER BY due_on, duty_id LIMIT 1");
        let one = rows(&app, find).await.remove(0);
        let (post, duty) = (one.text("post_id").unwrap(), one.text("duty_id").unwrap());
        execute(&app, q("DELETE FROM colour_changes WHERE duty_id = $1").bind(&duty)).await;
        let yellow = q("INSERT INTO colour_changes (id, district_id, post_id, year, duty_id, before_tone, after_tone,
            reason, facts, rule_version, at) VALUES ('yellow', $1, $2, 2026, $3, 'none', 'warn', $4, '', 1, 1)");
        let reason = "3.3「某项」本年尚无记录，到期，已进入提醒期。";
        execute(&app, yellow.bind(app.district.id).bind(&post).bind(&duty).bind(reason)).await;
        let cover = format!("unit:{}", app.district.school);
        for (due, word) in [("2026-12-31", "临近到期"), ("2026-11-01", "需关注")] {
            let moved = q("UPDATE occurrences SET due_on = $1
                           WHERE duty_id = $2 AND post_id = $3 AND record_id IS NULL");
            execute(&app, moved.bind(due).bind(&duty).bind(&post)).await;
            let id = computed(&app, &mut office, "quarter", &cover, "2026-q4").await;
            let found = page(&mut office, &id).await;
            let all = block(&found, "colours")["rows"].as_array().unwrap().clone();
            let row = all.iter().find(|row| row["id"].as_str().unwrap().ends_with(&duty)).unwrap();
            assert!(row["cells"][2].as_str().unwrap().contains(word), "{database:?} {due}: {row}");
            let past = due == "2026-11-01";
            // The stored reason is of before; what the day made of it is said.
            let reason = row["cells"][4].as_str().unwrap();
            assert_eq!(reason.contains("到期末已过期限，仍没有记录"), past, "{database:?} {due}: {reason}");
            assert_eq!(line(&found, "items", "missed") != " 0 条", past, "{database:?} {due}");
        }
    }
}

#[tokio::test]
async fn a_file_is_named_by_its_period() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "quarter", "district", "2026-q4").await;
    let file = office.get(&format!("/documents/report/{id}/docx")).await;
    let name = file.headers["content-disposition"].to_str().unwrap().to_owned();
    // 第四季度, as a file name is sent.
    assert!(name.contains("%E7%AC%AC%E5%9B%9B%E5%AD%A3%E5%BA%A6"), "{name}");
    // Nothing is left waiting.
    done(&mut office, "/reports/step", &[("report", &id), ("seen", "1"), ("do", "drop")]).await;
}
