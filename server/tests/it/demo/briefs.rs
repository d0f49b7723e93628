//! The demonstration's reports: what the filed one says of the colours is what the history says of the end of its period.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use domain::{
    reports::{FactBlock, Period},
    time::Instant,
};
use serde_json::Value;

use super::Loaded;

/// Checks the filed report of a loaded district.
pub(super) async fn check(loaded: &Loaded) {
    let filed = "SELECT n.period, n.posts, f.facts, e.as_of FROM reports n
                 JOIN report_editions e ON e.report_id = n.id AND e.edition = n.edition
                 JOIN report_facts f ON f.report_id = n.id AND f.edition = n.edition AND f.block = 'colours'
                 WHERE n.state = 'filed'";
    let filed = loaded.rows(filed).await;
    assert_eq!(filed.len(), 1, "{}", loaded.base);
    let period: Period = filed[0].keyed("period", Period::from_key).unwrap();
    let posts: Vec<Value> = filed[0].json("posts").unwrap();
    let facts: FactBlock = filed[0].json("facts").unwrap();
    assert!(filed[0].instant("as_of").unwrap().day() < loaded.base, "{}", loaded.base);
    let over = Instant::start_of(period.window().to.succ_opt().unwrap());
    let changes = "SELECT post_id, duty_id, year, after_tone, at FROM colour_changes ORDER BY at, id";
    let mut last: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in loaded.rows(changes).await {
        let post = row.text("post_id").unwrap();
        let covered = posts.iter().any(|one| one["post"] == post.as_str());
        if covered && row.year("year").unwrap() == period.year && row.instant("at").unwrap() < over {
            last.insert((post, row.text("duty_id").unwrap()), row.text("after_tone").unwrap());
        }
    }
    let wanted = last.values().filter(|tone| ["late", "pending", "warn"].contains(&tone.as_str())).count();
    assert_eq!(facts.rows.len(), wanted, "{}: {}", loaded.base, facts.empty);
    // What was due in spring and never recorded still stood there in June.
    if loaded.base.month() > 7 {
        assert!(wanted > 0, "{}", loaded.base);
    }
}
