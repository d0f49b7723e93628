//! Words that may hint at a clue, at the side doors of the book: reasons and names of files.

use server::storage::q;

use super::{one, proxy::decide, saved};
use crate::{
    duties::{done, execute, refused},
    evidence::{PDF, added},
    harness::{BOTH, TestApp},
};

const HINT: &str = "移送问题线索时写错";
const IDENTITY: &str = "号码11010519491231002X";

#[tokio::test]
async fn reasons_are_asked_about_once_and_numbers_are_refused() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
        let id = saved(&mut leader, &[("text", "走访两户"), ("kind", "visit")]).await;
        for (reason, look, said) in [
            (IDENTITY, "", "身份证号"),
            (IDENTITY, "keep", "身份证号"),
            (HINT, "", "更正原因：文字里有“线索”"),
            (HINT, "keep", ""),
        ] {
            let now = one(&mut leader, &id).await;
            let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
            let fields = [
                ("command", command.as_str()),
                ("record", &id),
                ("seen", &seen),
                ("text", "走访了两户"),
                ("kind", "visit"),
                ("items", "1"),
                ("reason", reason),
                ("look", look),
            ];
            let to = leader.post("/records/correct", &fields).await.location();
            assert_eq!(to.contains("draft="), !said.is_empty(), "{database:?} {reason} {look}: {to}");
            if !said.is_empty() {
                let page = leader.get(&to).await.text();
                assert!(page.contains(said), "{page}");
                assert_eq!(page.contains("不涉及具体内容，仍然保存"), reason == HINT, "{page}");
            }
        }
        let drafted = saved(&mut liaison, &[("text", "代录的一条"), ("kind", "visit")]).await;
        for (decision, reason, said) in [
            ("refuse", IDENTITY, "身份证号"),
            ("refuse", HINT, "不采用的原因：文字里有“线索”"),
            ("refuse+keep", HINT, ""),
        ] {
            let to = decide(&mut leader, &drafted, decision, &[("reason", reason)]).await;
            assert_eq!(to.contains("draft="), !said.is_empty(), "{database:?} {decision} {reason}: {to}");
            if !said.is_empty() {
                assert!(leader.get(&to).await.text().contains(said), "{reason}");
            }
        }
        // All at once: the same reason once more is the answer.
        let (one_more, another) = (
            saved(&mut liaison, &[("text", "代录的一条"), ("kind", "visit")]).await,
            saved(&mut liaison, &[("text", "代录的又一条"), ("kind", "visit")]).await,
        );
        let seen = [
            one(&mut leader, &one_more).await["version"].to_string(),
            one(&mut leader, &another).await["version"].to_string(),
        ];
        let all = |reason: &'static str| {
            [
                ("record", one_more.as_str()),
                ("seen", seen[0].as_str()),
                ("record", another.as_str()),
                ("seen", seen[1].as_str()),
                ("do", "refuse"),
                ("reason", reason),
            ]
        };
        assert!(refused(&mut leader, "/records/confirm", &all(IDENTITY)).await.contains("身份证号"));
        assert!(refused(&mut leader, "/records/confirm", &all(HINT)).await.contains("文字里有“线索”"));
        assert_eq!(done(&mut leader, "/records/confirm", &all(HINT)).await, "/todo?done=refused-2");
        added(&mut leader, &id, "问题线索登记.pdf", PDF).await;
        let row = one(&mut leader, &id).await["evidence"]["rows"][0]["added"].as_str().unwrap().to_owned();
        assert!(row.contains("文字里有“线索”"), "{row}");
    }
}

#[tokio::test]
async fn an_answer_covers_no_reason_with_a_word_of_the_district() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let settings = r#"{"clue_words":{"more":["举报"],"fewer":[]}}"#;
        execute(&app, q("UPDATE districts SET settings = $1").bind(settings.to_owned())).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", "走访两户"), ("kind", "visit")]).await;
        let text = "走访两户，听了举报箱设置情况";
        // Answered about the text; it came back for the missing reason, and that one is asked about by itself.
        let mut draft = String::new();
        for (reason, look, said) in [
            ("", "", "文字里有“举报”"),
            ("", "keep", "原因"),
            ("按举报改", "", "更正原因：文字里有“举报”"),
            ("按举报改", "keep", ""),
        ] {
            let now = one(&mut leader, &id).await;
            let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
            let mut fields = vec![
                ("command", command.as_str()),
                ("record", &id),
                ("seen", &seen),
                ("text", text),
                ("kind", "visit"),
                ("items", "1"),
                ("reason", reason),
            ];
            // A form that came back for a reason has no buttons: it sends no answer.
            fields.extend((!look.is_empty()).then_some(("look", look)));
            fields.extend((!draft.is_empty()).then_some(("_draft", draft.as_str())));
            let to = leader.post("/records/correct", &fields).await.location();
            assert_eq!(to.contains("draft="), !said.is_empty(), "{database:?} {reason} {look}: {to}");
            if !said.is_empty() {
                let page = leader.get(&to).await.text();
                assert!(page.contains(said), "{reason} {look}: {page}");
            }
            draft = to.split("draft=").nth(1).unwrap_or_default().split(['&', '#']).next().unwrap().to_owned();
        }
    }
}
