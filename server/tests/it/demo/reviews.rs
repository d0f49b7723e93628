//! The demonstration's review meetings: last year's can be counted again and is followed up, this
//! year's stands in preparation.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use domain::{
    accountability::{Item, Stage},
    reviews::{Bundle, Plan},
};
use server::live::seal;

use super::Loaded;

/// Checks both meetings of a loaded district.
pub(super) async fn check(loaded: &Loaded) {
    let (base, last) = (loaded.base, loaded.base.year() - 1);
    let meetings = loaded.rows("SELECT * FROM meetings ORDER BY on_day").await;
    assert_eq!(meetings.len(), 2, "{base}");
    let plans: Vec<Plan> = meetings.iter().map(|m| m.json("plan").unwrap()).collect();
    assert_eq!((meetings[0].text("state").unwrap().as_str(), plans[0].year), ("feedback", last));
    assert_eq!(meetings[1].text("state").unwrap(), "approved");
    assert!(plans[1].on > base && plans[1].on < base + chrono::Days::new(60), "{base}: {}", plans[1].on);
    for plan in &plans {
        assert!(plan.check().is_ok());
        assert_eq!((plan.presenters.len(), plan.raters.len()), (5, 23));
    }
    // Last year's result is counted again from its bundle alone.
    let rounds = loaded.rows("SELECT * FROM meeting_rounds").await;
    assert_eq!(rounds.len(), 1);
    let bundle: Bundle = rounds[0].json("bundle").unwrap();
    assert_eq!(bundle.differences(), []);
    assert_eq!(seal::certificate(&bundle), bundle.certificate);
    assert_eq!(seal::short(&bundle.certificate), rounds[0].text("certificate").unwrap());
    assert!(bundle.results.iter().all(|r| r.tally.grade().is_some()));
    assert_eq!(bundle.turnout().to_string(), "应到 23 人，实到 22 人，发出测评表 22 张，收回 22 张。");
    // With cards no seat and no ballot names anybody.
    let named = "SELECT COUNT(*) AS n FROM meeting_seats WHERE rater_id IS NOT NULL OR token_hash IS NOT NULL";
    assert_eq!(loaded.count(named).await, 0);
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM sealed_ballots WHERE seat_label IS NOT NULL").await, 0);
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM sealed_comments WHERE state <> 'kept'").await, 0);
    // The board of this year says how it was thought of last year.
    let cells = loaded.rows("SELECT text, year FROM board_cells WHERE duty = 'ping'").await;
    let said = format!("（{last}年）");
    let graded =
        cells.iter().filter(|c| c.year("year").unwrap() == base.year() && c.text("text").unwrap().contains(&said));
    assert_eq!(graded.count(), 5, "{base}");
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM feedback_sheets WHERE handed_at IS NULL").await, 0);
    follow_up(loaded).await;
    for (what, query) in [
        (
            "report",
            "SELECT COUNT(*) AS n FROM meeting_reports r JOIN meetings m ON m.id = r.meeting_id WHERE m.state = 'approved'",
        ),
        ("questions", "SELECT COUNT(*) AS n FROM meeting_questions WHERE state = 'sealed'"),
        (
            "seats",
            "SELECT COUNT(*) AS n FROM meeting_seats s JOIN meetings m ON m.id = s.meeting_id WHERE m.state = 'approved'",
        ),
        ("destroyed", "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'"),
    ] {
        assert!(loaded.count(query).await > 0, "{base}: no {what}");
    }
}

async fn follow_up(loaded: &Loaded) {
    let base = loaded.base;
    let rows = loaded.rows("SELECT item, state FROM items WHERE kind = 'review' ORDER BY year, number").await;
    assert_eq!(rows.len(), 11);
    let mut stages: BTreeMap<Stage, u32> = BTreeMap::new();
    let mut overdue = 0;
    for row in &rows {
        let item: Item = row.json("item").unwrap();
        assert_eq!(row.text("state").unwrap(), item.state.key());
        *stages.entry(item.state.stage()).or_default() += 1;
        overdue += u32::from(item.is_overdue(base));
    }
    // Late in the year nearly all is struck off, one waits for the check and one is overdue.
    if base.month() >= 6 {
        assert_eq!(
            (stages.get(&Stage::Closed), stages.get(&Stage::Checking), overdue),
            (Some(&7), Some(&1), 1),
            "{base}"
        );
    } else {
        assert!(overdue <= 1, "{base}: {stages:?}");
    }
    let open: u32 = stages.iter().filter(|(s, _)| **s != Stage::Closed).map(|(_, n)| n).sum();
    assert!(open >= 3);
    let cells = loaded.rows("SELECT text, year FROM board_cells WHERE duty = 'wen'").await;
    let said: Vec<String> =
        cells.iter().filter(|c| c.year("year").unwrap() == base.year()).map(|c| c.text("text").unwrap()).collect();
    assert!(said.iter().any(|t| t.contains("在办")), "{base}: {said:?}");
    assert_eq!(said.iter().any(|t| t.contains("逾期 1")), overdue == 1, "{base}: {said:?}");
}
