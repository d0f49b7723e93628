//! A finding becomes an item with a deadline that somebody lives to see.

use super::{registered, remark, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_deadline_is_at_most_two_years_away() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (_, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充会议记录")];
        let wanting = remark(&app, "office", &id, &about).await;
        let by = |deadline: &'static str| {
            [
                ("inspection", id.as_str()),
                ("remark", wanting.as_str()),
                ("do", "item"),
                ("words", "会议记录不全"),
                ("demand", "补齐会议记录"),
                ("deadline", deadline),
            ]
        };
        let mut office = app.sign_in("office").await;
        for far in ["9999-12-31", "2028-11-03"] {
            let back = refused(&mut office, "/oversight/remark/step", &by(far)).await;
            assert!(
                back.contains("期限最长 24 个月（示范），请选择2028年11月2日或以前的日期"),
                "{database:?} {far}: {back}"
            );
        }
        let kept = rows(&app, server::storage::q("SELECT proposal_state FROM inspection_remarks")).await;
        assert_eq!(kept[0].text("proposal_state").unwrap(), "", "{database:?}");
        done(&mut office, "/oversight/remark/step", &by("2028-11-02")).await;
    }
}
