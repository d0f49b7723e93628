//! A book is read with as many statements for many readings as for one.

use domain::time::Instant;
use serde_json::json;
use server::{
    random,
    storage::{counted, q},
};

use super::execute;
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn a_book_asks_as_often_for_many_readings() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, post) = (app.sign_in("leader_b").await, app.district.school_post);
        let mut counts = Vec::new();
        for n in 0..4 {
            let id = random::id(Instant(9 + n)).to_string();
            let reading =
                q("INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing,
                     sampling, sample, announced_by, announced_at, closed_on, conclusion)
                   VALUES ($1, $2, $3, '', 2026, 'daily', '2026-11-02', '2026-11-03', '派驻组', 'closed', '{\"by\":\"hand\"}',
                     '[]', $4, 0, '2026-11-03', '总体扎实')")
                .bind(&id)
                .bind(app.district.id)
                .bind(post)
                .bind(app.district.person("office"));
            execute(&app, reading).await;
            let remark =
                q("INSERT INTO inspection_remarks (id, inspection_id, district_id, kind, text, by_person, by_name, at)
                 VALUES ($1, $2, $3, 'wanting', '补充会议记录', $4, '林思源', $5)")
                .bind(random::id(Instant(90 + n)).to_string())
                .bind(&id)
                .bind(app.district.id)
                .bind(app.district.person("office"))
                .bind(n);
            execute(&app, remark).await;
            let form = json!({ "post": post, "year": 2026, "at": "remarks" });
            let (reply, asks) = counted(leader.call("/api/book/turn", form)).await;
            let count = usize::try_from(n).unwrap() + 1;
            assert_eq!(reply.text().matches("补充会议记录").count(), count, "{database:?} {}", reply.text());
            assert_eq!(reply.text().matches("总体扎实").count(), count, "{database:?}");
            counts.push(asks);
        }
        assert!(counts.iter().all(|n| *n == counts[0]), "{database:?} {counts:?}");
    }
}
