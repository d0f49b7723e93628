//! The bound of issue 4 for one's own book: 5,000 records, 50 ms. The district's is measured by `benches/search`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{find, ids, many};
use crate::harness::{BOTH, TestApp};

const RECORDS: usize = 5_000;
const MOST: Duration = Duration::from_millis(50);
/// The quickest of these counts: other tests run beside, and what they take is not the search's.
const TRIES: usize = 12;

#[tokio::test]
async fn five_thousand_records_of_ones_own_are_searched_within_the_limit() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let text =
            |n: usize| format!("第{n}次到窗口蹲点，研究廉政风险{}", if n == 77 { "，另议龙舟赛经费" } else { "" });
        many(&app, RECORDS, text).await;
        let mut leader = app.sign_in("leader_b").await;
        for (word, hits) in [("廉政", 50), ("龙舟", 1), ("飞艇", 0), ("窗口 廉政 风险", 50)] {
            let mut best = Duration::MAX;
            for _ in 0..TRIES {
                let start = Instant::now();
                let page = find(&mut leader, json!({ "q": word })).await;
                best = best.min(start.elapsed());
                assert_eq!(ids(&page).len(), hits, "{word}");
            }
            assert!(best <= MOST, "{database:?}: {word} took {best:?}");
        }
    }
}
