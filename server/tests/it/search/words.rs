//! By which words, filters and signs records are found, and that nothing typed is more than text.

use serde_json::json;

use super::{find, ids, save, snippets};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn every_length_and_every_sign() {
    let texts = [
        "到西桥镇窗口蹲点，听群众说ＡＢ－12号材料重复提交",
        "专题研究党风廉政建设，印发2026年3.3条清单",
        "与𠮷䶮镇干部谈心😀谈话",
        "讲廉政党课 NEAR 50% 完成率 col:val \"引号\" 'x' a*b",
        "政廉不是那个词",
    ];
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        for text in texts {
            save(&mut leader, text, "other", "").await;
        }
        // Query, places of the texts found (newest first).
        for (query, found) in [
            ("廉政", vec![3, 1]),
            ("政廉", vec![4]),
            ("党", vec![3, 1]),
            ("廉政 党课", vec![3]),
            ("党课　廉政", vec![3]),
            ("廉政建设", vec![1]),
            ("廉建", vec![]),
            ("𠮷", vec![2]),
            ("䶮镇", vec![2]),
            ("𠮷䶮镇", vec![2]),
            ("😀", vec![2]),
            ("谈心😀谈话", vec![2]),
            ("ab-12", vec![0]),
            ("ＡＢ", vec![0]),
            ("12", vec![0]),
            ("1", vec![]),
            ("3.3条", vec![1]),
            ("near", vec![3]),
            ("NEAR(廉政 党课, 5)", vec![]),
            ("\"廉政\"", vec![3, 1]),
            ("\"", vec![]),
            ("*", vec![]),
            ("廉*", vec![4, 3, 1]),
            ("-廉政", vec![3, 1]),
            ("廉政 NOT 党课", vec![]),
            ("廉政 OR 党课", vec![]),
            ("廉政 AND 党课", vec![]),
            ("col:val", vec![3]),
            ("tokens:廉政", vec![]),
            ("t廉政", vec![]),
            (":", vec![]),
            ("'", vec![]),
            ("' OR 1=1 --", vec![]),
            ("50%", vec![3]),
            ("%", vec![]),
            ("_", vec![]),
            ("\\", vec![]),
            ("(((((", vec![]),
            ("!廉政 & |", vec![3, 1]),
            ("廉:*", vec![4, 3, 1]),
            ("^廉政", vec![3, 1]),
            ("{tokens}", vec![]),
            ("a*b", vec![3]),
            ("廉\u{0}政", vec![3, 1]),
        ] {
            let page = find(&mut leader, json!({ "q": query })).await;
            let mut wanted: Vec<&str> = found.iter().map(|n: &usize| texts[*n]).collect();
            wanted.sort_unstable();
            let rows = snippets(&page);
            let mut plain: Vec<String> = rows.iter().map(|s| s.replace(['[', ']'], "")).collect();
            plain.sort_unstable();
            assert_eq!(plain, wanted, "{database:?}: {query:?}");
        }
        let page = find(&mut leader, json!({ "q": "ab　谈心" })).await;
        assert_eq!(snippets(&page), Vec::<String>::new());
        let page = find(&mut leader, json!({ "q": "廉政" })).await;
        assert!(snippets(&page)[1].contains("党风[廉政]建设"), "{page}");
    }
}

#[tokio::test]
async fn kinds_items_months_and_states_filter_in_the_index() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let old = save(&mut leader, "九月的会", "study", "2026-09-08").await;
        let new = save(&mut leader, "十月的会", "visit", "2026-10-08").await;
        let last = save(&mut leader, "十月的谈话", "talk", "2026-10-09").await;
        let mut team = app.sign_in("team").await;
        crate::oversight::open(&app, app.district.school_post, "team").await;
        super::decide(&mut team, &new, "verify").await;
        crate::oversight::shut(&app).await;
        for (form, found) in [
            (json!({ "kind": "study" }), vec![&old]),
            (json!({ "month": "2026-10" }), vec![&last, &new]),
            (json!({ "month": "2026-10", "kind": "visit" }), vec![&new]),
            (json!({ "month": "2026-10", "q": "会" }), vec![&new]),
            (json!({ "status": "verified" }), vec![&new]),
            (json!({ "status": "proxy" }), vec![]),
            (json!({ "item": "6.3" }), vec![]),
            (json!({ "q": "10月" }), vec![&last, &new]),
            (json!({ "q": "2026年9月" }), vec![&old]),
            (json!({ "q": "谈话" }), vec![&last]),
            (json!({ "q": "谈心谈话" }), vec![&last]),
            (json!({ "kind": "study'" }), vec![]),
            (json!({ "month": "2026-13" }), vec![]),
            (json!({ "month": "十月" }), vec![]),
            (json!({ "status": "recorded OR 1" }), vec![]),
            (json!({ "item": "x".repeat(5_000) }), vec![]),
        ] {
            for login in ["leader_b", "office", "team"] {
                let mut client = app.sign_in(login).await;
                let page = find(&mut client, form.clone()).await;
                // Words of a text are the leader's; the others find by what the line says.
                let by_text = form["q"] == "会" && login != "leader_b";
                let wanted: Vec<String> =
                    if by_text { Vec::new() } else { found.iter().map(|id| (*id).clone()).collect() };
                assert_eq!(ids(&page), wanted, "{database:?} {login}: {form}");
                assert!(login == "leader_b" || !page.to_string().contains("的会"), "{login}");
            }
        }
        // Nothing asked: nothing listed.
        let page = find(&mut leader, json!({})).await;
        assert_eq!((page["asked"].clone(), ids(&page).len()), (json!(false), 0));
        assert_eq!(leader.call("/api/search/find", json!({ "unit": "x" })).await.status, 422);
    }
}

#[tokio::test]
async fn items_are_found_by_their_printed_number() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (one, two) = (save(&mut leader, "甲", "visit", "").await, save(&mut leader, "乙", "visit", "").await);
        let district = app.district.id;
        for (id, code) in [(&one, "3.3"), (&two, "3.31"), (&two, "33")] {
            let row = server::storage::q(
                "INSERT INTO record_duties (record_id, duty_id, district_id, code) VALUES ($1, $2, $3, $4)",
            )
            .bind(id)
            .bind(format!("{code}-of-{id}"))
            .bind(district)
            .bind(code);
            crate::duties::execute(&app, row).await;
            super::reindexed(&app, id).await;
        }
        for login in ["leader_b", "office"] {
            let mut client = app.sign_in(login).await;
            for form in [json!({ "item": "3.3" }), json!({ "q": "3.3" }), json!({ "q": "３．３" })] {
                assert_eq!(
                    ids(&find(&mut client, form.clone()).await),
                    std::slice::from_ref(&one),
                    "{database:?} {login} {form}"
                );
            }
            assert_eq!(ids(&find(&mut client, json!({ "item": "33" })).await), std::slice::from_ref(&two));
        }
        crate::duties::execute(
            &app,
            server::storage::q("UPDATE record_duties SET unmatched_why = '不对' WHERE code = '33'"),
        )
        .await;
        super::reindexed(&app, &two).await;
        assert_eq!(ids(&find(&mut leader, json!({ "item": "33" })).await), Vec::<String>::new());
    }
}

#[tokio::test]
async fn too_long_is_refused_in_words() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        for login in ["leader_b", "office"] {
            let mut client = app.sign_in(login).await;
            let reply = client.call("/api/search/find", json!({ "q": "廉".repeat(5_000) })).await;
            assert_eq!(reply.status, 422, "{login}");
            assert!(reply.text().contains("有 5000 个字，超过了 100 个字"), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn found_texts_stay_text() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    save(&mut leader, "<img src=x onerror=alert(1)>廉政</mark><script>alert(2)</script>", "other", "").await;
    let page = leader.get("/search?q=%E5%BB%89%E6%94%BF").await;
    assert_eq!(page.status, 200);
    let html = page.text().replace("<!>", "");
    assert!(html.contains("<mark>廉政</mark>"), "{html}");
    assert!(!html.contains("<img src=x") && !html.contains("<script>alert"), "{html}");
    let page = leader.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await.text();
    assert!(!page.contains("<script>alert"), "{page}");
    // A refused search keeps the box, with a sentence.
    let long = leader.get(&format!("/search?q={}", "a".repeat(101))).await;
    assert_eq!(long.status, 422);
    assert!(long.text().contains("超过了 100 个字") && long.text().contains("type=\"search\""));
}
