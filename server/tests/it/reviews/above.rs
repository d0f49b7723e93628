//! The 评议反馈单 of the 区纪委书记 himself: drafted by the office, signed by nobody whom he leads.

use domain::people::Role;
use serde_json::json;
use server::storage::q;

use super::sealed::{COMMENTS, MEETING, id, read_on_paper, sealed, seen, sheet_of_school, sheet_page};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, TestApp},
};

/// Presents for the school.
const SCHOOL_HEAD: &str = "leader_b";

/// The head of the school becomes the 区纪委书记 as well: the sheet of the school is the commission's own.
async fn leads_the_commission(app: &TestApp) {
    let (person, district, unit) = (app.district.person(SCHOOL_HEAD), app.district.id, app.district.office);
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                tx.insert(
                    "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
                    vec![
                        "above".into(),
                        district.into(),
                        person.into(),
                        Role::Secretary.key().into(),
                        unit.into(),
                        "active".into(),
                        "system".into(),
                        "2024-01-01".into(),
                    ],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn the_sheet_of_the_commissions_head_is_signed_above_on_paper() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let sheet = sheet_of_school(&app).await;
        leads_the_commission(&app).await;
        // All of the house answer to him: those who draft read what was written about him, he never.
        let asked = json!({ "meeting": id(MEETING) });
        for (login, shown) in [("office", 2), ("secretary", 0), ("deputy", 0), (SCHOOL_HEAD, 0)] {
            let reply = app.sign_in(login).await.call("/api/reviews/comments", asked.clone()).await;
            let rows = if reply.status == 200 { reply.json()["rows"].as_array().unwrap().len() } else { 0 };
            assert_eq!(rows, shown, "{login}");
        }
        let comment = id(COMMENTS[0].0);
        let with = |second: &'static str, on: &'static str, reason: &'static str| {
            vec![
                ("meeting", id(MEETING)),
                ("comment", comment.clone()),
                ("decision", "dropped".to_owned()),
                ("words", String::new()),
                ("second", second.to_owned()),
                ("second_on", on.to_owned()),
                ("reason", reason.to_owned()),
            ]
        };
        let mut reader = app.sign_in("office").await;
        for (second, on, reason, words) in [
            ("市纪委某某", "2026-11-02", " ", "原因"),
            ("", "2026-11-02", "没有第二人", "另一位阅看人"),
            ("叶国平", "2026-11-02", "没有第二人", "述责对象"),
            ("林思源", "2026-11-02", "没有第二人", "本人"),
            ("市纪委某某", "", "没有第二人", "纸质阅看日期"),
            ("市纪委某某", "2026-11-01", "没有第二人", "到今天之间"),
        ] {
            let fields = with(second, on, reason);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert!(refused(&mut reader, "/reviews/comments/read", &fields).await.contains(words), "{words}");
        }
        read_on_paper(&app, "office").await;
        let states = rows(&app, q("SELECT state FROM sealed_comments ORDER BY id")).await;
        assert_eq!(states.iter().map(|r| r.text("state").unwrap()).collect::<Vec<_>>(), ["kept", "offline"]);
        let noted = rows(&app, q("SELECT seq FROM audit WHERE action = 'reviews.comment_read_paper'")).await;
        assert_eq!(noted.len(), 2);
        // Whoever presents drafts nothing of his own, whatever his office.
        let mut head = app.sign_in(SCHOOL_HEAD).await;
        let draft = |version: &str| {
            vec![
                ("sheet".to_owned(), sheet.clone()),
                ("seen".to_owned(), version.to_owned()),
                ("do".to_owned(), "ask".to_owned()),
                ("opinion".to_owned(), "总体较好".to_owned()),
            ]
        };
        let mut office = app.sign_in("office").await;
        let version = seen(&mut office, &sheet).await;
        let own = draft(&version);
        let own: Vec<(&str, &str)> = own.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert!(!refused(&mut head, "/reviews/feedback/draft", &own).await.is_empty());
        done(&mut office, "/reviews/feedback/draft", &own).await;
        let version = seen(&mut office, &sheet).await;
        // Nobody of the house signs: he leads them all, and he himself least.
        let sign = [("sheet", sheet.as_str()), ("seen", &version), ("step", "sign")];
        for login in ["deputy", "secretary", "office2", "office", SCHOOL_HEAD] {
            let mut client = app.sign_in(login).await;
            assert!(!refused(&mut client, "/reviews/feedback/step", &sign).await.is_empty(), "{login} signed");
        }
        assert_eq!(sheet_page(&mut app.sign_in("deputy").await, &sheet).await["may"]["sign"], false);
        let page = office.get(&format!("/reviews/feedback/{sheet}")).await.text();
        assert!(page.contains("上级签发（纸质）") && page.contains("上级退回"), "{page}");
        // It comes back from above, is drafted again, and is signed there.
        let back = [("sheet", sheet.as_str()), ("seen", &version), ("step", "return"), ("reason", "补充问题")];
        done(&mut office, "/reviews/feedback/step", &back).await;
        assert_eq!(sheet_page(&mut office, &sheet).await["returned"], "补充问题");
        let again = draft(&seen(&mut office, &sheet).await);
        let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        done(&mut office, "/reviews/feedback/draft", &again).await;
        let version = seen(&mut office, &sheet).await;
        let above = [
            ("sheet", sheet.as_str()),
            ("seen", &version),
            ("step", "above"),
            ("signer", "市纪委副书记某某"),
            ("paper_on", "2026-11-02"),
            ("handler", "林思源"),
        ];
        for login in ["deputy", "secretary", SCHOOL_HEAD] {
            let mut client = app.sign_in(login).await;
            assert!(!refused(&mut client, "/reviews/feedback/step", &above).await.is_empty(), "{login} noted it");
        }
        done(&mut office, "/reviews/feedback/step", &above).await;
        let page = sheet_page(&mut office, &sheet).await;
        assert_eq!(page["signed"], "市纪委副书记某某 纸质签发：2026年11月2日，经办人林思源");
        assert_eq!((&page["state"][0], &page["may"]["give"]), (&"signed".into(), &true.into()));
    }
}
