//! 代录 that came back: what is written anew counts from its day, and after a change of head it goes to whoever
//! heads the post now.

use domain::{
    ids::TermId,
    time::{Instant, parse_iso},
};
use serde_json::json;
use server::storage::q;

use super::{
    one,
    proxy::{change, decide, todo},
    saved,
};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Client, TestApp},
};

async fn written_on(app: &TestApp, id: &str) -> String {
    rows(app, q("SELECT recorded_on FROM records WHERE id = $1").bind(id)).await[0].text("recorded_on").unwrap()
}

#[tokio::test]
async fn what_is_corrected_counts_from_the_day_of_the_correction() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let mut ids = Vec::new();
        for text in ["原样再提交", "提交时改写", "退回后修改", "未退回时改字", "未退回时改日期"]
        {
            ids.push(saved(&mut liaison, &[("text", text), ("event_on", "2026-10-30")]).await);
        }
        let mut leader = app.sign_in("leader_b").await;
        for id in &ids[..3] {
            decide(&mut leader, id, "refuse", &[("reason", "请核对")]).await;
        }
        // A Monday, a week later.
        app.clock.set_day(parse_iso("2026-11-09").unwrap());
        let mut liaison = app.sign_in("liaison_b").await;
        decide(&mut liaison, &ids[0], "resend", &[]).await;
        decide(&mut liaison, &ids[1], "resend", &[("text", "提交时改写了")]).await;
        change(&mut liaison, &ids[2], &[("text", "退回后修改了")]).await;
        decide(&mut liaison, &ids[2], "resend", &[]).await;
        change(&mut liaison, &ids[3], &[("text", "未退回时改了字")]).await;
        // Later than the day it was first written: allowed, it is written now.
        change(&mut liaison, &ids[4], &[("text", "未退回时改日期"), ("event_on", "2026-11-05")]).await;
        for (id, day) in ids.iter().zip(["2026-11-02", "2026-11-09", "2026-11-09", "2026-11-02", "2026-11-09"]) {
            assert_eq!(written_on(&app, id).await, day, "{database:?} {id}");
        }
        // The head's ten days run from when it was sent to him: what he has had since the 2nd, he has until the 16th.
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(todo(&mut leader).await["to_confirm"].as_array().unwrap().len(), 5);
        for id in &ids {
            decide(&mut leader, id, "confirm", &[]).await;
            assert_eq!(one(&mut leader, id).await["row"]["unconfirmed"], false, "{id}");
        }
        app.clock.set_day(parse_iso("2026-11-17").unwrap());
        let kept = rows(&app, q("SELECT id FROM records WHERE proxy_sent_on = '2026-11-02'")).await;
        assert_eq!(kept.len(), 1, "{database:?}: only what was changed under the head's eyes");
    }
}

async fn to_confirm(client: &mut Client) -> (i64, usize) {
    let home = client.call("/api/records/home", json!({})).await.json()["to_confirm"].as_i64().unwrap();
    (home, todo(client).await["to_confirm"].as_array().unwrap().len())
}

#[tokio::test]
async fn after_a_change_of_head_it_comes_back_and_goes_to_the_new_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        app.clock.set_day(parse_iso("2026-11-03").unwrap());
        let mut liaison = app.sign_in("liaison_b").await;
        let before = saved(&mut liaison, &[("text", "前任任内的一件"), ("event_on", "2026-11-02")]).await;
        let after = saved(&mut liaison, &[("text", "新任到任当天的一件")]).await;
        assert_eq!(to_confirm(&mut app.sign_in("leader_b").await).await, (2, 2));
        let post = app.district.school_post;
        execute(&app, q("UPDATE terms SET ends_on = '2026-11-02' WHERE post_id = $1").bind(post)).await;
        app.clock.set_day(parse_iso("2026-11-04").unwrap());
        // Nobody is there yet: it is back, and cannot be sent to anybody.
        let mut liaison = app.sign_in("liaison_b").await;
        let listed = todo(&mut liaison).await["rows"].to_string();
        assert_eq!(listed.matches("原负责人已经离任").count(), 2, "{listed}");
        let place = decide(&mut liaison, &after, "resend", &[]).await;
        assert!(liaison.get(&place).await.text().contains("目前没有负责人，没有提交"), "{place}");
        execute(
            &app,
            q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-03')")
                .bind(TermId(server::random::id(Instant(1))))
                .bind(app.district.id)
                .bind(post)
                .bind(app.district.person("member_a")),
        )
        .await;
        let mut successor = app.sign_in("member_a").await;
        assert_eq!(to_confirm(&mut successor).await, (0, 0), "{database:?}: not sent to him");
        assert!(one(&mut liaison, &after).await["waiting"].as_str().unwrap().contains("可提交给现任负责人"));
        let place = decide(&mut liaison, &before, "resend", &[]).await;
        assert!(liaison.get(&place).await.text().contains("发生在现任负责人到任"), "{place}");
        assert_eq!(decide(&mut liaison, &after, "resend", &[]).await, format!("/records/{after}"));
        assert_eq!(to_confirm(&mut successor).await, (1, 1), "{database:?}");
        assert_eq!(written_on(&app, &after).await, "2026-11-03", "unchanged, it was written then");
        decide(&mut successor, &after, "confirm", &[]).await;
        let now = one(&mut successor, &after).await;
        assert!(now["row"]["page"] == 1 && now["title"].as_str().unwrap().contains("王晓岚"), "{now}");
        assert_eq!(to_confirm(&mut successor).await, (0, 0));
    }
}

#[tokio::test]
async fn what_the_head_rewrote_goes_back_with_his_reason() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
        let plain = saved(&mut liaison, &[("text", "组织学习一次"), ("kind", "lecture")]).await;
        let changed = saved(&mut liaison, &[("text", "到窗口蹲点"), ("kind", "visit")]).await;
        let same = [("reason", "请写明参会人"), ("text", "组织学习一次")];
        assert_eq!(decide(&mut leader, &plain, "refuse", &same).await, format!("/records/{plain}"), "{database:?}");
        // His words are looked at like every text.
        for text in ["到窗口蹲点，身份证号11010519491231002X", "到窗口蹲点，移送问题线索一件"] {
            let place = decide(&mut leader, &changed, "refuse", &[("reason", "请核实地点"), ("text", text)]).await;
            assert!(place.contains("draft="), "{database:?}: {text}");
        }
        let words = [("reason", "请核实地点"), ("text", "到政务大厅窗口蹲点半天")];
        assert_eq!(decide(&mut leader, &changed, "refuse", &words).await, format!("/records/{changed}"));
        assert_eq!(one(&mut liaison, &plain).await["row"]["refused"], "请写明参会人", "{database:?}");
        assert!(!liaison.get(&format!("/records/{plain}")).await.text().contains("负责人改的文字"));
        let page = liaison.get(&format!("/records/{changed}")).await.text();
        for said in ["请核实地点", "负责人改的文字：", "到政务大厅窗口蹲点半天"] {
            assert!(page.contains(said), "{database:?}: {said}");
        }
        assert_eq!(one(&mut liaison, &changed).await["row"]["text"], "到窗口蹲点", "what he drafted stays");
        let rows = todo(&mut liaison).await["rows"].to_string();
        assert!(rows.contains("请核实地点") && !rows.contains("政务大厅"), "{database:?}: {rows}");
    }
}
