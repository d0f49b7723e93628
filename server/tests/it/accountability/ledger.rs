//! The ledger: sources stay inside, words and numbers find, pages and files hold the same, nobody sees more than his own.

use super::*;

async fn ledger(app: &TestApp, login: &str, query: Value) -> Value {
    app.sign_in(login).await.call("/api/accountability/ledger", query).await.json()
}

#[tokio::test]
async fn units_never_read_which_channel_found_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = app.district.school_post.to_string();
        let fields = [
            ("kind", "patrol"),
            ("post", post.as_str()),
            ("problem", "议事规则没有修订"),
            ("demand", "修订并执行"),
            ("ledger", "区委巡察整改台账"),
            ("number", "12"),
        ];
        let place = done(&mut app.sign_in("office").await, "/accountability/open", &fields).await;
        let item = place.split(['/', '?']).nth(2).unwrap().to_owned();
        for login in ["leader_b", "liaison_b", "team"] {
            let mut client = app.sign_in(login).await;
            for path in [format!("/accountability/{item}"), "/accountability".into(), "/accountability/figures".into()]
            {
                let text = client.get(&path).await.text();
                assert!(!text.contains("巡察反馈") && !text.contains("区委巡察整改台账"), "{login} {path}");
            }
            let row = ledger(&app, login, json!({})).await["rows"][0].clone();
            assert_eq!((row["kind"].as_str(), row["external"].as_str()), (Some("监督中发现"), Some("")), "{login}");
            // A filter would tell it as well.
            assert_eq!(ledger(&app, login, json!({ "kind": "patrol" })).await["total"], 0, "{login}");
            assert_eq!(ledger(&app, login, json!({ "kind": "found" })).await["total"], 1, "{login}");
            let kinds = ledger(&app, login, json!({})).await["kinds"].to_string();
            assert!(!kinds.contains("patrol") && !kinds.contains("audit"), "{kinds}");
        }
        let row = ledger(&app, "office", json!({ "kind": "patrol" })).await["rows"][0].clone();
        assert_eq!(row["external"], "区委巡察整改台账 12");
        // Found by its words and by the number of the other ledger; by what stands nowhere not.
        for (typed, n) in
            [("议事规则", 1), ("整改台账 12", 1), ("2026-001", 1), ("2026-009", 0), ("采购", 0), ("规", 0)]
        {
            assert_eq!(ledger(&app, "office", json!({ "q": typed })).await["total"], n, "{typed}");
        }
        assert_eq!(ledger(&app, "leader_a", json!({ "q": "议事规则" })).await["total"], 0);
        // A search would tell the source as well: to the unit and its team the other ledger is no word of the item.
        for login in ["leader_b", "liaison_b", "team"] {
            for (typed, n) in [("议事规则", 1), ("区委巡察", 0), ("整改台账 12", 0), ("巡察", 0)] {
                assert_eq!(ledger(&app, login, json!({ "q": typed })).await["total"], n, "{login} {typed}");
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_form_opens_nothing_and_keeps_every_word() {
    let app = crate::duties::sqlite().await;
    let mut office = app.sign_in("office").await;
    let (post, leading) = (app.district.school_post.to_string(), app.district.leading_post.to_string());
    let form = |post: &str, deadline: &str, kind: &str| {
        [
            ("kind", kind.to_owned()),
            ("post", post.to_owned()),
            ("problem", "议事规则没有修订".to_owned()),
            ("demand", "修订并执行".to_owned()),
            ("deadline", deadline.to_owned()),
        ]
    };
    for (post, deadline, kind, told) in [
        (post.as_str(), "2026-11-02", "daily", "应晚于今天"),
        (post.as_str(), "2026-10-01", "daily", "应晚于今天"),
        (post.as_str(), "", "review", "还没有选来源"),
        (leading.as_str(), "", "daily", "还没有选单位"),
        ("", "", "daily", "还没有选单位"),
    ] {
        let fields = form(post, deadline, kind);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = refused(&mut office, "/accountability/open", &fields).await;
        assert!(page.contains(told) && page.contains("议事规则没有修订"), "{told}");
    }
    let fields = form(&post, "", "daily");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for login in ["team", "leader_b", "general"] {
        send(&mut app.sign_in(login).await, "/accountability/open", &fields).await;
    }
    assert!(rows(&app, q("SELECT id FROM items")).await.is_empty());
}

#[tokio::test]
async fn a_number_of_the_district_typed_by_hand_is_never_given_again() {
    let app = crate::duties::sqlite().await;
    let (school, civil) = (app.district.school_post.to_string(), app.district.civil_post.to_string());
    let mut office = app.sign_in("office").await;
    let form = |post: &str, problem: &str| {
        [
            ("kind", "prompt".to_owned()),
            ("post", post.to_owned()),
            ("problem", problem.to_owned()),
            ("demand", "建立制度".to_owned()),
            ("ledger", "提示单台账".to_owned()),
            ("number", "滨纪提〔2026〕1号".to_owned()),
        ]
    };
    // Two problems of one paper, and the same number on a paper to somebody else.
    for (post, problem, ok) in
        [(&school, "零星采购没有比选", true), (&school, "往来款没有清理", true), (&civil, "值班不落实", false)]
    {
        let fields = form(post, problem);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        if ok {
            done(&mut office, "/accountability/open", &fields).await;
        } else {
            let told = refused(&mut office, "/accountability/open", &fields).await;
            assert!(told.contains("滨纪提〔2026〕1号已用于") && told.contains("区教育局"), "{told}");
        }
    }
    assert_eq!(rows(&app, q("SELECT id FROM items")).await.len(), 2);
    let take = [("of", "take"), ("series", "prompt"), ("year", "2026"), ("title", "新的提示单")];
    done(&mut office, "/numbers/take", &take).await;
    let taken = rows(&app, q("SELECT number FROM document_numbers ORDER BY number")).await;
    assert_eq!(taken.iter().map(|r| r.int("number").unwrap()).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn pages_hold_fifty_and_the_file_everything() {
    let app = crate::duties::sqlite().await;
    for n in 0..53 {
        by_hand(&app, "daily", &format!("第{n}个问题"), if n == 7 { "2026-11-04" } else { "" }).await;
    }
    let first = ledger(&app, "office", json!({})).await;
    assert_eq!(
        (first["rows"].as_array().unwrap().len(), &first["total"], &first["pages"]),
        (50, &json!(53), &json!(2))
    );
    // The nearest deadline first.
    assert_eq!(first["rows"][0]["problem"], "第7个问题");
    let second = ledger(&app, "office", json!({ "page": 2 })).await;
    assert_eq!(second["rows"].as_array().unwrap().len(), 3);
    assert_eq!(ledger(&app, "office", json!({ "page": 9 })).await["rows"], json!([]));
    assert_eq!(ledger(&app, "office", json!({ "due": "soon" })).await["total"], 1);
    for wrong in [json!({ "from": "gestern" }), json!({ "state": "flying" }), json!({ "kind": "nothing" })] {
        assert_eq!(ledger(&app, "office", wrong.clone()).await["total"], 0, "{wrong}");
    }
    let file = app.sign_in("office").await.get("/accountability/export").await;
    assert_eq!(file.status, 200);
    let book = server::import::read("ledger.xlsx", &file.body).unwrap();
    assert_eq!(book.tables[0].rows.len(), 2 + 53, "title, head and every line");
    assert_eq!(app.sign_in("office").await.get("/accountability/export?page=x").await.status, 400);
    assert_eq!(app.sign_in("sysadmin").await.get("/accountability/export").await.status, 403);
}
