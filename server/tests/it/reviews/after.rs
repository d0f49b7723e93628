//! 会后 through the whole router: what the seal leads to, who may see it, two readers of every
//! comment, one person one sheet, and the problems on the account.

use domain::reviews::ReviewRules;
use serde_json::json;
use server::storage::q;

use super::sealed::{
    COMMENTS, MEETING, ROUND, handed_item, id, read_on_paper, sealed, sealed_by, seen, sheet_of_school, sheet_page,
    signed_sheet,
};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

/// What the board's cell of 评 says about a unit.
pub async fn ping(app: &TestApp, login: &str, unit: &str) -> String {
    let board = app.sign_in(login).await.call("/api/board/matrix", json!({})).await.json();
    let row = board["rows"].as_array().unwrap().iter().find(|r| r["unit"] == unit).cloned();
    row.map_or_else(String::new, |r| r["cells"][3][2].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_board_shows_a_grade_to_whom_it_concerns_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        for login in ["office", "deputy", "secretary", "team"] {
            assert_eq!(ping(&app, login, "区教育局").await, "较好（2026年）", "{login}");
        }
        // The presenter himself is told face to face, not by the board.
        for login in ["liaison_b", "general", "leader_b"] {
            assert_eq!(ping(&app, login, "区教育局").await, "已评议（2026年）", "{login}");
        }
        assert_eq!(ping(&app, "office", "区民政局").await, "好（2026年）");
        assert_eq!(ping(&app, "office", "东湖街道").await, "—");
        let thread = rows(&app, q("SELECT title FROM thread_events WHERE source = 'reviews.sealed'")).await;
        assert_eq!(thread.len(), 2);
        handed_item(&app).await;
        assert_eq!(ping(&app, "leader_b", "区教育局").await, "较好（2026年）");
        assert_eq!(ping(&app, "liaison_b", "区教育局").await, "已评议（2026年）");
    }
}

#[tokio::test]
async fn a_sheet_is_its_presenters_and_the_offices() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let sheet = sheet_of_school(&app).await;
        let status = async |login: &str| {
            let mut client = app.sign_in(login).await;
            let page = client.call("/api/reviews/sheet", json!({ "id": sheet })).await.status;
            let paper = client.get(&format!("/documents/feedback/{sheet}/docx")).await.status;
            assert_eq!(page, paper, "{login}");
            page
        };
        // Before it is signed, its presenter has nothing to read.
        assert_eq!(status("leader_b").await, 404);
        signed_sheet(&app).await;
        for login in ["office", "office2", "deputy", "secretary", "leader_b"] {
            assert_eq!(status(login).await, 200, "{login}");
        }
        for login in [
            "leader_a",
            "leader_c",
            "liaison_b",
            "member_a",
            "team",
            "team2",
            "general",
            "sysadmin",
            "security",
            "audit",
        ] {
            assert_eq!(status(login).await, 404, "{login}");
        }
        let page = app.sign_in("leader_b").await.get(&format!("/reviews/mine/{sheet}")).await.text();
        assert!(page.contains("研究少了些") && page.contains("专题研究不够"), "{page}");
        assert!(!page.contains("收了东西"), "what went offline is told");
    }
}

#[tokio::test]
async fn a_low_score_is_put_to_two_persons_only_and_never_by_default() {
    for database in BOTH {
        // The head of the school has 80.00, his neighbour of 民政 100.00.
        for (line, told) in [(None, false), (Some(80), false), (Some(81), true)] {
            let app = TestApp::new(database).await;
            sealed_by(&app, ReviewRules { study_below: line, ..ReviewRules::default() }).await;
            signed_sheet(&app).await;
            let sheet = sheet_of_school(&app).await;
            for login in ["secretary", "deputy", "office", "office2"] {
                let hint = told && matches!(login, "secretary" | "deputy");
                let mut client = app.sign_in(login).await;
                assert_eq!(sheet_page(&mut client, &sheet).await["study"], hint, "{login} {line:?}");
                let list = client.call("/api/reviews/sheets", json!({ "meeting": id(MEETING) })).await.json();
                let rows: Vec<bool> =
                    list["rows"].as_array().unwrap().iter().map(|r| r["study"].as_bool().unwrap()).collect();
                assert_eq!(rows, [hint, false], "{login} {line:?}");
                let page = client.get(&format!("/reviews/feedback/{sheet}")).await.text();
                assert_eq!(page.contains("提请研究"), hint, "{login} {line:?}");
                let paper = client.get(&format!("/documents/feedback/{sheet}/page")).await.text();
                assert!(!paper.contains("提请研究"), "{login}");
            }
            let mine = app.sign_in("leader_b").await.get(&format!("/reviews/mine/{sheet}")).await.text();
            assert!(mine.contains("专题研究不够") && !mine.contains("提请研究"), "his own sheet");
            for login in ["secretary", "deputy", "office", "leader_b", "team", "liaison_b", "general"] {
                for path in ["/board", "/home", "/todo", "/reviews"] {
                    let page = app.sign_in(login).await.get(path).await.text();
                    assert!(!page.contains("提请研究"), "{login} {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_comment_is_read_by_two_and_a_clue_leaves_no_words() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let sheet = sheet_of_school(&app).await;
        let mut office = app.sign_in("office").await;
        let version = seen(&mut office, &sheet).await;
        let ask = [("sheet", sheet.as_str()), ("seen", &version), ("do", "ask"), ("opinion", "好")];
        assert!(refused(&mut office, "/reviews/feedback/draft", &ask).await.contains("两人阅定"));
        let read = |n: usize, decision: &'static str, words: &'static str| {
            [
                ("meeting", id(MEETING)),
                ("comment", id(COMMENTS[n].0)),
                ("decision", decision.into()),
                ("words", words.into()),
            ]
        };
        let states = async || {
            let all = rows(&app, q("SELECT state, text, cleared_text FROM sealed_comments ORDER BY id")).await;
            all.iter()
                .map(|r| (r.text("state").unwrap(), r.text("text").unwrap(), r.opt_text("cleared_text").unwrap()))
                .collect::<Vec<_>>()
        };
        let send = async |login: &str, n, decision, words| {
            let fields = read(n, decision, words);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
            done(&mut app.sign_in(login).await, "/reviews/comments/read", &fields).await;
        };
        // One person twice is one person, and two words are not one.
        send("office", 0, "kept", "研究少").await;
        send("office", 0, "kept", "研究少").await;
        send("office2", 0, "kept", "研究少了些").await;
        send("office2", 1, "offline", "").await;
        assert!(states().await.iter().all(|s| s.0 == "raw"));
        // Here two accounts can read: nobody settles it alone by naming somebody on paper.
        let mut alone: Vec<(&str, String)> = read(0, "kept", "研究少").to_vec();
        alone.extend([("second", "某某".into()), ("second_on", "2026-11-02".into()), ("reason", "忙".into())]);
        let alone: Vec<(&str, &str)> = alone.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let mut office = app.sign_in("office").await;
        assert!(refused(&mut office, "/reviews/comments/read", &alone).await.contains("两人在系统中阅定"));
        send("deputy", 0, "kept", "研究少了些").await;
        send("office", 1, "offline", "").await;
        let states = states().await;
        assert_eq!(states[0], ("kept".into(), "研究少了些".into(), Some("研究少了些".into())));
        assert_eq!(states[1], ("offline".into(), String::new(), None));
        let log = rows(&app, q("SELECT text FROM audit_details")).await;
        assert!(log.iter().all(|r| !r.text("text").unwrap().contains("收了东西")));
        for login in ["leader_b", "team", "liaison_b", "general"] {
            let mut client = app.sign_in(login).await;
            assert_eq!(client.call("/api/reviews/comments", json!({ "meeting": id(MEETING) })).await.status, 404);
        }
    }
}

#[tokio::test]
async fn nobody_signs_his_own_draft_and_paper_is_equal() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        // The deputy also works in the office: he may draft, but then another signs.
        let sheet = signed_sheet(&app).await;
        let mut office = app.sign_in("office").await;
        let version = seen(&mut office, &sheet).await;
        let wrong = [("sheet", sheet.as_str()), ("seen", &version), ("step", "give"), ("typed", "别人")];
        assert!(refused(&mut office, "/reviews/feedback/step", &wrong).await.contains("姓名与签收人不一致"));
        let early = [
            ("sheet", sheet.as_str()),
            ("seen", &version),
            ("step", "paper"),
            ("paper_on", "2026-10-01"),
            ("handler", "林"),
        ];
        assert!(refused(&mut office, "/reviews/feedback/step", &early).await.contains("早于评议会"));
        let paper = [
            ("sheet", sheet.as_str()),
            ("seen", &version),
            ("step", "paper"),
            ("paper_on", "2026-11-02"),
            ("handler", "林思源"),
        ];
        done(&mut office, "/reviews/feedback/step", &paper).await;
        let items = rows(&app, q("SELECT state FROM items")).await;
        assert_eq!(items.iter().map(|r| r.text("state").unwrap()).collect::<Vec<_>>(), ["planning"]);
        let page = sheet_page(&mut office, &sheet).await;
        assert_eq!(page["state"][0], "handed");
        assert!(page["sides"][1]["words"].as_str().unwrap().contains("纸质已签"), "{page}");
    }
}

#[tokio::test]
async fn the_count_report_is_made_of_the_sealed_bundle() {
    let app = crate::duties::sqlite().await;
    sealed(&app).await;
    let path = format!("/documents/count/{}", id(ROUND));
    for login in ["office", "deputy", "secretary", "general"] {
        let text = app.sign_in(login).await.get(&format!("{path}/page")).await.text();
        for words in
            ["应到", "12 人", "收回", "回避", "80.00", "重新开放", "有一人误触", "A1B2-C3D4-E5F6-0718", "四舍五入"]
        {
            assert!(text.contains(words), "{login} {words}: {text}");
        }
    }
    for login in ["leader_b", "leader_a", "team", "team2", "liaison_b", "audit"] {
        assert_eq!(app.sign_in(login).await.get(&format!("{path}/page")).await.status, 404, "{login}");
    }
    for (form, kind) in [("print", "text/html"), ("docx", "wordprocessingml"), ("xlsx", "spreadsheetml")] {
        let reply = app.sign_in("office").await.get(&format!("{path}/{form}")).await;
        assert_eq!(reply.status, 200);
        assert!(reply.headers["content-type"].to_str().unwrap().contains(kind), "{form}");
    }
    assert_eq!(app.sign_in("office").await.get(&format!("{path}/exe")).await.status, 404);
}

#[tokio::test]
async fn next_years_list_gets_the_problem_as_a_suggestion() {
    let app = crate::duties::sqlite().await;
    sealed(&app).await;
    handed_item(&app).await;
    let mut office = app.sign_in("office").await;
    crate::duties::published(&mut office).await;
    execute(&app, q("UPDATE templates SET year = 2027")).await;
    let make = [("year", "2027"), ("kind", ""), ("effective_on", "2027-01-01")];
    done(&mut office, "/duties/make", &make).await;
    let found = rows(
        &app,
        q("SELECT i.text, i.action, i.source FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
           WHERE l.year = 2027 AND i.source = 'suggested'"),
    )
    .await;
    assert_eq!(found.len(), 1);
    assert!(found[0].text("text").unwrap().contains("专题研究不够"));
    assert_eq!(found[0].text("action").unwrap(), "optional");
}

#[tokio::test]
async fn the_sealed_file_goes_to_those_who_may_count_again_and_is_noted() {
    let app = crate::duties::sqlite().await;
    sealed(&app).await;
    let path = format!("/reviews/rounds/{}/bundle", id(ROUND));
    for login in ["office", "deputy", "secretary", "general", "office2"] {
        let reply = app.sign_in(login).await.get(&path).await;
        assert_eq!(reply.status, 200, "{login}");
        assert!(reply.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let bundle: domain::reviews::Bundle = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(bundle.differences(), []);
    }
    for login in ["leader_b", "leader_a", "team", "liaison_b", "audit", "district_head"] {
        assert_eq!(app.sign_in(login).await.get(&path).await.status, 404, "{login}");
    }
    let noted = rows(&app, q("SELECT seq FROM audit WHERE action = 'reviews.bundle_read'")).await;
    assert_eq!(noted.len(), 5);
    let paper = app.sign_in("general").await.get(&format!("/documents/count/{}/page", id(ROUND))).await.text();
    for words in ["verify-meeting", "监票人", "主持人", "在系统中确认封存", "应到（不含回避）", "“特邀"]
    {
        assert!(paper.contains(words), "{words}: {paper}");
    }
}

#[tokio::test]
async fn a_count_report_signed_by_hand_says_so() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let mut office = app.sign_in("office").await;
        let (round, meeting) = (id(ROUND), id(super::sealed::MEETING));
        let with = |on: &'static str, handler: &'static str| {
            [
                ("round", round.clone()),
                ("meeting", meeting.clone()),
                ("paper_on", on.into()),
                ("handler", handler.into()),
            ]
        };
        for (on, handler, words) in [
            ("2026-10-01", "林思源", "早于评议会"),
            ("2026-11-02", " ", "经办人"),
            ("2030-01-01", "林思源", "晚于今天"),
            ("", "林思源", "还没有填签字日期"),
        ] {
            let fields = with(on, handler);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert!(refused(&mut office, "/reviews/count/signed", &fields).await.contains(words), "{words}");
        }
        let fields = with("2026-11-02", "林思源");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut office, "/reviews/count/signed", &fields).await;
        let paper = office.get(&format!("/documents/count/{}/page", id(ROUND))).await.text();
        assert!(paper.contains("纸质已签：2026年11月2日，经办人林思源"), "{paper}");
        let page = office.get(&format!("/reviews/feedback?meeting={meeting}")).await.text();
        assert!(page.contains("经办人林思源") && page.contains("wuze verify-meeting"), "{page}");
        let no = refused(&mut app.sign_in("general").await, "/reviews/count/signed", &fields).await;
        assert!(!no.is_empty());
    }
}

#[tokio::test]
async fn the_sheet_of_the_districts_leader_is_signed_above_on_paper() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        // The sheet of the school becomes that of the 区委书记.
        let sheet = sheet_of_school(&app).await;
        let school = app.district.school;
        app.app
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(q("UPDATE units SET leads_district = 1 WHERE id = $1").bind(school)).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        // The 书记 alone reads what was written about him; the second reader reads on paper.
        read_on_paper(&app, "secretary").await;
        let mut secretary = app.sign_in("secretary").await;
        let version = seen(&mut secretary, &sheet).await;
        let draft = [("sheet", sheet.as_str()), ("seen", &version), ("do", "ask"), ("opinion", "总体较好")];
        done(&mut secretary, "/reviews/feedback/draft", &draft).await;
        let version = seen(&mut secretary, &sheet).await;
        let sign = [("sheet", sheet.as_str()), ("seen", &version), ("step", "sign")];
        assert!(refused(&mut secretary, "/reviews/feedback/step", &sign).await.contains("您拟的稿"));
        let above = |on: &'static str, signer: &'static str| {
            vec![
                ("sheet", sheet.clone()),
                ("seen", version.clone()),
                ("step", "above".into()),
                ("signer", signer.into()),
                ("paper_on", on.into()),
                ("handler", "林思源".into()),
            ]
        };
        for (on, signer, words) in [("2026-11-02", " ", "签发人"), ("2026-10-30", "市纪委某某", "早于")] {
            let fields = above(on, signer);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert!(refused(&mut secretary, "/reviews/feedback/step", &fields).await.contains(words), "{words}");
        }
        let fields = above("2026-11-02", "市纪委副书记某某");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        // Nobody else reads this sheet at all.
        for login in ["office", "deputy"] {
            assert!(!refused(&mut app.sign_in(login).await, "/reviews/feedback/step", &fields).await.is_empty());
        }
        done(&mut secretary, "/reviews/feedback/step", &fields).await;
        let page = sheet_page(&mut secretary, &sheet).await;
        assert_eq!(page["state"][0], "signed");
        assert_eq!(page["signed"], "市纪委副书记某某 纸质签发：2026年11月2日，经办人林思源");
        let paper = secretary.get(&format!("/documents/feedback/{sheet}/page")).await.text();
        assert!(paper.contains("市纪委副书记某某"), "{paper}");
    }
}

#[tokio::test]
async fn any_other_sheet_is_never_signed_above() {
    let app = TestApp::new(BOTH[0]).await;
    sealed(&app).await;
    let sheet = sheet_of_school(&app).await;
    for login in ["office", "secretary", "deputy"] {
        let mut client = app.sign_in(login).await;
        let version = seen(&mut client, &sheet).await;
        assert_eq!(sheet_page(&mut client, &sheet).await["may"]["superior"], false);
        let fields = [
            ("sheet", sheet.as_str()),
            ("seen", &version),
            ("step", "above"),
            ("signer", "市纪委"),
            ("paper_on", "2026-11-02"),
            ("handler", "林"),
        ];
        assert!(!refused(&mut client, "/reviews/feedback/step", &fields).await.is_empty(), "{login}");
    }
}
