//! 集体谈话: several heads at once, each with lists and signatures of his own.

use serde_json::json;
use server::storage::q;

use super::{MINUTES, act, arrives, cannot, page, problem, take};
use crate::{
    duties::{done, published, refused, rows},
    harness::{BOTH, TestApp},
};

async fn lists(app: &TestApp, id: &str) {
    problem(app, "office", id, "主体责任", "研究不经常").await;
    let duty = [("list", "duty"), ("text", "每季度专题研究一次"), ("frequency", "quarterly")];
    take(app, "office", id, "/talks/line", &duty).await;
    let risk = [
        ("list", "risk"),
        ("post_name", "办公室"),
        ("point", "零星采购"),
        ("level", "middle"),
        ("control", "比价"),
        ("owner", "主任"),
    ];
    take(app, "office", id, "/talks/line", &risk).await;
    act(app, "office", id, "ask", &[]).await;
}

#[tokio::test]
async fn a_group_is_approved_and_held_at_once_and_signed_one_by_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        published(&mut office).await;
        let one = arrives(&app, "member_a", app.district.school_post, "2026-11-02").await.to_string();
        let two = arrives(&app, "leader_a", app.district.civil_post, "2026-11-02").await.to_string();
        let both = [("term", one.as_str()), ("term", two.as_str())];
        assert!(refused(&mut office, "/talks/register", &both).await.contains("集体谈话名称"));
        let named = [both[0], both[1], ("title", "2026年第四季度集体谈话")];
        done(&mut office, "/talks/register", &named).await;
        let talks = rows(&app, q("SELECT id, group_id, person_id FROM talks ORDER BY id")).await;
        assert_eq!(talks.len(), 2);
        assert_eq!(talks[0].text("group_id").unwrap(), talks[1].text("group_id").unwrap());
        let ids: Vec<String> = talks.iter().map(|row| row.text("id").unwrap()).collect();
        for id in &ids {
            lists(&app, id).await;
        }
        // Held elsewhere before, he is transferred.
        let kinds = rows(&app, q("SELECT talk FROM talks")).await;
        assert_eq!(kinds.iter().filter(|row| row.text("talk").unwrap().contains("\"transferred\"")).count(), 1);
        act(&app, "secretary", &ids[0], "approve", &[("all", "1")]).await;
        let speaker = app.district.person("secretary").to_string();
        let lead = [("speaker", "secretary"), ("speaker_person", speaker.as_str()), ("all", "1")];
        act(&app, "office", &ids[0], "delegate", &lead).await;
        let mut minutes = MINUTES.to_vec();
        minutes.push(("all", "1"));
        assert!(cannot(&app, "office", &ids[0], "hold", &minutes).await.contains("党委主要领导"));
        minutes.push(("present", "区委副书记"));
        act(&app, "office", &ids[0], "hold", &minutes).await;
        let states = rows(&app, q("SELECT state FROM talks")).await;
        assert!(states.iter().all(|row| row.text("state").unwrap() == "held"));
        // Each record has a number of its own.
        let numbers = rows(&app, q("SELECT number FROM document_numbers WHERE series = 'talk_record'")).await;
        assert_eq!(numbers.len(), 2);
        for row in &talks {
            let id = row.text("id").unwrap();
            let own = row.text("person_id").unwrap() == app.district.person("member_a").to_string();
            let (login, name) = if own { ("member_a", "王晓岚") } else { ("leader_a", "段敏") };
            for paper in ["record", "commitment"] {
                take(&app, login, &id, "/talks/sign", &[("paper", paper), ("side", "leader"), ("typed", name)]).await;
            }
            // Nobody of the group knows of the others.
            let one = page(&mut app.sign_in(login).await, &id).await;
            assert_eq!(one["group"], json!([]));
            let sign = [("paper", "record"), ("side", "speaker"), ("typed", "罗启明")];
            take(&app, "secretary", &id, "/talks/sign", &sign).await;
        }
        assert_eq!(rows(&app, q("SELECT id FROM items WHERE kind = 'talk'")).await.len(), 2);
    }
}
