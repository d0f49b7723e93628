//! The draw: as the office set it, at least so many, computed again by anybody of the reading, and a sample larger
//! than the list explained.

use serde_json::{Value, json};
use server::storage::q;

use super::{act, ids, not, page, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, Client, TestApp},
};

async fn drawn(app: &TestApp, more: &[(&str, &str)]) -> String {
    let (post, one, _) = ids(app);
    let mut fields = vec![
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", "daily"),
        ("from", "2026-11-02"),
        ("reader", &one),
        ("sure", "1"),
    ];
    fields.extend_from_slice(more);
    done(&mut app.sign_in("office").await, "/oversight/register", &fields).await;
    rows(app, q("SELECT id FROM inspections WHERE standing = 'open'")).await[0].text("id").unwrap()
}

async fn rechecked(client: &mut Client, id: &str) -> Value {
    client.call("/api/oversight/one", json!({ "id": id, "recheck": true })).await.json()
}

#[tokio::test]
async fn a_sample_larger_than_the_list_is_the_list_and_nothing_breaks() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        // The list has six items.
        for (share, least, many, words) in [
            ("100", "", 6, "清单共 6 条，全部列入"),
            ("1", "", 1, "不足一条，抽 1 条"),
            ("10", "50", 6, "要求不少于 50 条，清单只有 6 条，全部列入"),
            ("10", "3", 3, "按“不少于 3 条”抽 3 条"),
        ] {
            let id = drawn(&app, &[("share", share), ("least", least)]).await;
            let mut office = app.sign_in("office").await;
            let shown = page(&mut office, &id).await;
            assert_eq!(shown["sample"].as_array().unwrap().len(), many, "{database:?} {share} {least}");
            assert!(shown["many"].as_str().unwrap().contains(words), "{}", shown["many"]);
            act(&app, "office", &id, "withdraw", &[("words", "重新登记")]).await;
        }
        let (post, one, _) = ids(&app);
        for (share, least, words) in [("0", "", "1 到 100"), ("101", "", "1 到 100"), ("10", "1001", "0 到 1000")] {
            let fields = [
                ("year", "2026"),
                ("post", post.as_str()),
                ("purpose", "daily"),
                ("from", "2026-11-02"),
                ("reader", &one),
                ("share", share),
                ("least", least),
                ("sure", "1"),
            ];
            let back = refused(&mut app.sign_in("office").await, "/oversight/register", &fields).await;
            assert!(back.contains(words), "{share} {least}: {back}");
        }
        // By hand more than there are: told, and the sample stays.
        let id = drawn(&app, &[("share", "10")]).await;
        let made: Vec<String> = (0..9).map(|n| server::random::id(domain::time::Instant(n)).to_string()).collect();
        let more: Vec<(&str, &str)> = made.iter().map(|duty| ("duty", duty.as_str())).collect();
        let back = not(&app, "office", &id, "choose", &more).await;
        assert!(back.contains("选了 9 条，现行清单只有 6 条"), "{back}");
        assert_eq!(page(&mut app.sign_in("office").await, &id).await["sample"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn registering_again_draws_the_same_and_tells_of_the_one_before() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let mut office = app.sign_in("office").await;
        let sampled = async |id: &str| page(&mut app.sign_in("office").await, id).await["sample"].clone();
        let codes = |sample: &Value| -> Vec<String> {
            sample.as_array().unwrap().iter().map(|row| row["code"].to_string()).collect()
        };
        let id = drawn(&app, &[("share", "50")]).await;
        let first = codes(&sampled(&id).await);
        assert_eq!(page(&mut office, &id).await["earlier"], "", "{database:?}");
        // Four draws of three out of six would hardly all be the same by chance.
        for _ in 0..4 {
            let (post, ..) = ids(&app);
            let find = q("SELECT id FROM inspections WHERE standing = 'open' AND post_id = $1");
            let open = rows(&app, find.bind(&post)).await[0].text("id").unwrap();
            act(&app, "office", &open, "withdraw", &[("words", "日期有变")]).await;
            app.clock.advance_ms(1_000);
            let again = drawn(&app, &[("share", "50")]).await;
            assert_eq!(codes(&sampled(&again).await), first, "{database:?}");
            assert_eq!(rechecked(&mut office, &again).await["redraw"]["same"], true, "{database:?}");
        }
        let last = rows(&app, q("SELECT id FROM inspections WHERE standing = 'open'")).await[0].text("id").unwrap();
        let earlier = page(&mut office, &last).await["earlier"].as_str().unwrap().to_owned();
        for words in ["登记后撤销过 4 次", "林思源登记", "日期有变，林思源撤销", "沿用撤销的那次的抽取码"]
        {
            assert!(earlier.contains(words), "{database:?} {words}: {earlier}");
        }
        let paper = office.get(&format!("/documents/reading/{last}/page")).await.text();
        assert!(paper.contains("登记后撤销过 4 次"), "{database:?}: {paper}");
    }
}

#[tokio::test]
async fn the_form_says_what_will_be_drawn_and_leads_to_what_was_made() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let (post, one, _) = ids(&app);
        let fields = |from: &'static str, sure: &'static str| {
            [
                ("year", "2026".to_owned()),
                ("post", post.clone()),
                ("purpose", "daily".to_owned()),
                ("from", from.to_owned()),
                ("reader", one.clone()),
                ("share", "5".to_owned()),
                ("least", "500".to_owned()),
                ("sure", sure.to_owned()),
            ]
        };
        let mut office = app.sign_in("office").await;
        // Asked for one book, its box is ticked, and it alone.
        let ticked = |html: &str| {
            let boxes = html.split("<input").filter(|tag| tag.contains("name=\"post\""));
            boxes.map(|tag| tag.split('>').next().unwrap().to_owned()).filter(|tag| tag.contains(" checked")).collect()
        };
        let asked: Vec<String> = ticked(&office.get(&format!("/oversight?post={post}")).await.text());
        assert!(asked.len() == 1 && asked[0].contains(&post), "{database:?}: {asked:?}");
        let send = async |office: &mut Client, all: [(&'static str, String); 8]| {
            let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
            crate::duties::send(office, "/oversight/register", &all).await.location()
        };
        let back = send(&mut office, fields("9999-12-31", "")).await;
        assert!(office.get(&back).await.text().contains("在 60 天以后，没有登记"), "{database:?}");
        let sure = send(&mut office, fields("2026-11-02", "")).await;
        let confirm = office.get(&sure).await.text();
        assert!(confirm.contains("要求不少于 500 条，清单只有 6 条，全部列入"), "{database:?}: {confirm}");
        let made = send(&mut office, fields("2026-11-02", "1")).await;
        let id = rows(&app, q("SELECT id FROM inspections")).await[0].text("id").unwrap();
        assert_eq!(made, format!("/oversight?done={id}"), "{database:?}");
        let html = office.get(&made).await.text();
        assert!(html.contains("打开这次检查") && html.contains("检查未办结"), "{database:?}: {html}");
    }
}

#[tokio::test]
async fn anybody_of_the_reading_computes_the_draw_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let id = drawn(&app, &[("share", "50")]).await;
        for login in ["office", "office2", "leader_b", "deputy"] {
            let shown = rechecked(&mut app.sign_in(login).await, &id).await;
            let again = &shown["redraw"];
            assert!(again["same"] == true && again["kept"] == true, "{login}: {again}");
            let lines = again["lines"].as_array().unwrap();
            let hit = lines.iter().filter(|line| line[2] == true).count();
            assert_eq!((lines.len(), hit), (6, 3), "{login}");
            assert!(page(&mut app.sign_in(login).await, &id).await["redraw"].is_null(), "only where it is asked for");
        }
        let stranger =
            app.sign_in("team2").await.call("/api/oversight/one", json!({ "id": id, "recheck": true })).await;
        assert_eq!(stranger.status, 404);
        let html = app.sign_in("leader_b").await.get(&format!("/oversight/{id}?recheck=true")).await.text();
        assert!(html.contains("重新计算的结果与本表一致") && html.contains("排序码"), "{html}");
        // The list changes afterwards: the draw is still that of its day.
        execute(&app, q("DELETE FROM leader_items WHERE code = '9.1'")).await;
        assert_eq!(rechecked(&mut app.sign_in("office").await, &id).await["redraw"]["same"], true);
        // Somebody changed the sample behind the draw.
        execute(&app, q("UPDATE inspections SET sample = '[]' WHERE id = $1").bind(&id)).await;
        assert_eq!(rechecked(&mut app.sign_in("office").await, &id).await["redraw"]["same"], false);
        // Registered before the list was kept: computed from today's, and said.
        execute(&app, q("UPDATE inspections SET pool = '[]' WHERE id = $1").bind(&id)).await;
        assert_eq!(rechecked(&mut app.sign_in("office").await, &id).await["redraw"]["kept"], false);
    }
}

#[tokio::test]
async fn the_share_is_the_offices_to_set() {
    let app = TestApp::new(BOTH[0]).await;
    written(&app).await;
    let mut office = app.sign_in("office").await;
    let share = async |office: &mut Client| office.call("/api/oversight/list", json!({})).await.json()["share"].clone();
    assert_eq!(share(&mut office).await, 10);
    let seen = office.call("/api/settings/records", json!({})).await.json()["parts"][3]["seen"].clone();
    let seen = seen.as_str().unwrap().to_owned();
    let fields = |percent: &'static str| [("part", "share"), ("seen", seen.as_str()), ("percent", percent)];
    for percent in ["0", "101", "很多"] {
        refused(&mut office, "/settings/records", &fields(percent)).await;
    }
    refused(&mut app.sign_in("team").await, "/settings/records", &fields("25")).await;
    done(&mut office, "/settings/records", &fields("25")).await;
    assert_eq!(share(&mut office).await, 25);
    assert!(refused(&mut office, "/settings/records", &fields("30")).await.contains("刚刚被别人改过"));
}
