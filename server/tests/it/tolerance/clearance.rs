//! 澄清正名: off by default, only of what was recorded, a marker only after it was said openly.

use serde_json::json;
use server::storage::q;

use super::switched_on;
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, TestApp},
};

fn fields<'a>(post: &'a str, about: &'a str, way: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("post", post), ("about", about), ("way", way), ("summary", "经核实，情况不实。"), ("untrue", "1")]
}

async fn seen(app: &TestApp, id: &str) -> String {
    rows(app, q("SELECT version FROM clearances WHERE id = $1").bind(id)).await[0].int("version").unwrap().to_string()
}

async fn act(app: &TestApp, login: &str, id: &str, act: &str, more: &[(&str, &str)]) {
    let seen = seen(app, id).await;
    let mut all = vec![("clearance", id), ("seen", seen.as_str()), ("do", act)];
    all.extend_from_slice(more);
    done(&mut app.sign_in(login).await, "/clearances/step", &all).await;
}

#[tokio::test]
async fn it_is_off_by_default_and_only_of_what_was_recorded() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        crate::reviews::sealed::sealed(&app).await;
        let item = crate::reviews::sealed::handed_with(&app, "专题研究不够").await;
        let (post, about) = (app.district.school_post.to_string(), format!("item:{item}"));
        let mut team = app.sign_in("team").await;
        assert!(!team.get(&format!("/tolerance?post={post}")).await.text().contains("提出澄清正名"));
        let no = refused(&mut team, "/clearances/ask", &fields(&post, &about, "face")).await;
        assert!(no.contains("本区没有启用澄清正名"), "{no}");
        switched_on(&app).await;
        assert!(team.get(&format!("/tolerance?post={post}")).await.text().contains("提出澄清正名"));
        // Nothing recorded, nothing known, nothing verified.
        let no = refused(&mut team, "/clearances/ask", &fields(&post, "matter", "face")).await;
        assert!(no.contains("系统里没有记载过这件事"), "{no}");
        let nothing = format!("item:{}", crate::duties::command());
        let no = refused(&mut team, "/clearances/ask", &fields(&post, &nothing, "face")).await;
        assert!(no.contains("系统里没有这一项记载"), "{no}");
        let unsure: Vec<_> =
            fields(&post, &about, "face").into_iter().filter(|(name, _)| *name != "untrue").collect();
        let no = refused(&mut team, "/clearances/ask", &unsure).await;
        assert!(no.contains("只有经核实失实或者捏造的才能澄清"), "{no}");
        let no = refused(&mut team, "/clearances/ask", &fields(&post, &about, "")).await;
        assert!(no.contains("还没有选澄清方式"), "{no}");
        // Neither the head himself nor another body.
        for login in ["leader_b", "team2", "deputy"] {
            let no = refused(&mut app.sign_in(login).await, "/clearances/ask", &fields(&post, &about, "face")).await;
            assert!(no.contains("没有找到"), "{login}: {no}");
        }
    }
}

#[tokio::test]
async fn it_is_approved_said_confirmed_and_marked_where_it_was_open() {
    for database in BOTH {
        for (way, marked) in [("meeting", true), ("face", false)] {
            let app = TestApp::new(database).await;
            crate::reviews::sealed::sealed(&app).await;
            let item = crate::reviews::sealed::handed_with(&app, "专题研究不够").await;
            let (post, about) = (app.district.school_post.to_string(), format!("item:{item}"));
            switched_on(&app).await;
            let place = done(&mut app.sign_in("team").await, "/clearances/ask", &fields(&post, &about, way)).await;
            let id = place.split(['/', '?']).nth(2).unwrap().to_owned();
            let mut leader = app.sign_in("leader_b").await;
            assert_eq!(leader.call("/api/clearances/one", json!({ "id": id })).await.status, 404, "not approved yet");
            act(&app, "deputy", &id, "approve", &[]).await;
            assert_eq!(leader.call("/api/clearances/one", json!({ "id": id })).await.status, 200);
            act(&app, "team", &id, "carry", &[("done_on", "2026-11-02"), ("where", "区教育局党组扩大会")]).await;
            let kept = rows(&app, q("SELECT item FROM items WHERE id = $1").bind(&item)).await;
            assert!(kept[0].json::<domain::accountability::Item>("item").unwrap().excused);
            let marks = rows(&app, q("SELECT title FROM thread_events WHERE source = 'clearance.done'")).await;
            assert_eq!(marks.len(), usize::from(marked), "{way}");
            assert!(leader.get("/todo").await.text().contains("澄清正名 · 请确认"));
            act(&app, "leader_b", &id, "receive", &[]).await;
            let page = leader.call("/api/clearances/one", json!({ "id": id })).await.json();
            assert!(page["receipt"].as_str().unwrap().contains("本人确认"), "{page}");
            assert_eq!(page["number"], "滨纪澄〔2026〕1号");
            assert!(app.sign_in("deputy").await.get("/todo").await.text().contains("建议开展勉励谈话"));
            for login in ["leader_a", "liaison_b", "team2", "general"] {
                let other = app.sign_in(login).await.call("/api/clearances/one", json!({ "id": id })).await;
                assert_eq!(other.status, 404, "{login}");
            }
        }
    }
}
