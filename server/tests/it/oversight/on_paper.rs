//! 已核实 of a talk: its words are open to no checker, so it is checked against the paper, and said so.

use serde_json::json;
use server::storage::q;

use super::{registered, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_talk_is_checked_against_its_paper_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, talk, _) = written(&app).await;
        registered(&app, "2026-11-02", "2026-11-06").await;
        let mut office = app.sign_in("office").await;
        let pages = [
            (&talk, "verify_paper", "已对照纸质核实", "verify", "请与纸质谈话记录核对"),
            (&work, "verify", "标为已核实", "verify_paper", "请看过正文"),
        ];
        for (id, right, button, wrong, why) in pages {
            let one = office.call("/api/records/one", json!({ "id": id })).await.json();
            assert_eq!(one["may_verify"], true);
            let shown = office.get(&format!("/records/{id}")).await.text();
            assert!(shown.contains(&format!("value=\"{right}\"")) && shown.contains(button), "{database:?}: {shown}");
            assert!(!shown.contains(&format!("value=\"{wrong}\"")), "{database:?}");
            let seen = one["version"].to_string();
            let fields =
                |decision| [("record", id.as_str()), ("seen", seen.as_str()), ("decision", decision), ("reason", "")];
            let no = refused(&mut office, "/records/decide", &fields(wrong)).await;
            assert!(no.contains(why), "{database:?}: {no}");
            let now = office.call("/api/records/one", json!({ "id": id })).await.json();
            assert_eq!(now["row"]["verified"], false, "{database:?} {wrong}");
            done(&mut office, "/records/decide", &fields(right)).await;
        }
        let mut leader = app.sign_in("leader_b").await;
        for (id, tag) in [(&talk, "已对照纸质核实"), (&work, "已核实")] {
            let row = leader.call("/api/records/one", json!({ "id": id })).await.json()["row"].clone();
            assert!(row["tags"].as_array().unwrap().contains(&json!(tag)), "{database:?}: {row}");
        }
        let book = leader.get(&format!("/documents/book/{}/2026/page", app.district.school_post)).await.text();
        assert!(book.contains("已对照纸质核实"), "{database:?}");
        // Kept as such in the reading, with who and when.
        let kept = rows(&app, q("SELECT record_id, text, by_name FROM inspection_remarks WHERE kind = 'sound'")).await;
        assert_eq!(kept.len(), 1, "{database:?}");
        assert_eq!(
            ["record_id", "text", "by_name"].map(|name| kept[0].text(name).unwrap()),
            [talk, "已对照纸质核实".to_owned(), "林思源".to_owned()]
        );
    }
}

#[tokio::test]
async fn what_was_a_talk_says_so_whatever_it_is_called_now() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = crate::evidence::record(&mut leader, "与青年干部交心", "talk").await;
        let change =
            [("record", id.as_str()), ("seen", "1"), ("text", "与青年干部交心"), ("kind", "visit"), ("reason", "选错")];
        done(&mut leader, "/records/correct", &change).await;
        super::open(&app, app.district.school_post, "office").await;
        let mut office = app.sign_in("office").await;
        let shown = office.get(&format!("/records/{id}")).await.text();
        assert!(
            shown.contains("谈话内容只有本人看得到") && !shown.contains("正文在登记翻阅检查后查看"),
            "{database:?}"
        );
        assert!(shown.contains("value=\"verify_paper\""), "{database:?}");
    }
}
