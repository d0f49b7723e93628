//! 「转线下」: shown to two officers, printed, erased wherever the words stood; a stub remains.

use serde_json::json;
use server::storage::q;

use super::{one, saved};
use crate::{
    duties::rows,
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn nothing_but_the_page_number_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", "金丝雀甲"), ("kind", "visit"), ("d.place", "金丝雀乙")]).await;
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        let change =
            [("command", command), ("record", &id), ("seen", &seen), ("text", "金丝雀丙"), ("reason", "金丝雀丁")];
        leader.post("/records/correct", &change).await;
        // A draft that holds it too.
        let draft = [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", "金丝雀戊")];
        leader.post("/drafts", &draft).await;
        crate::evidence::added(&mut leader, &id, "金丝雀己.pdf", crate::evidence::PDF).await;
        let officers = one(&mut leader, &id).await["officers"].clone();
        let officer = |n: usize| officers[n][0].as_str().unwrap().to_owned();
        let (first, second) = (officer(0), officer(1));
        let two = [("record", id.as_str()), ("first", &first), ("second", &second)];
        let same = [("record", id.as_str()), ("first", &first), ("second", &first)];
        assert!(leader.post("/records/offline", &same).await.text().contains("两名不同的干部"));
        // Nobody else sees it by this door.
        for login in ["office", "liaison_b", "leader_a"] {
            let reply = app.sign_in(login).await.post("/records/offline", &two).await;
            assert!(!reply.text().contains("金丝雀"), "{login}");
        }
        let sheet = leader.post("/records/offline", &two).await.text();
        assert!(sheet.contains("金丝雀丙") && sheet.contains("金丝雀乙") && sheet.contains("金丝雀甲"));
        let digest = sheet.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let erase = |seen: &str, printed: &str| {
            let (id, first, second) = (id.clone(), first.clone(), second.clone());
            [
                ("record", id),
                ("first", first),
                ("second", second),
                ("seen", seen.to_owned()),
                ("printed", printed.to_owned()),
            ]
        };
        for (seen, printed) in [("00", "1"), (digest.as_str(), "")] {
            let fields = erase(seen, printed);
            leader.post("/records/offline/erase", &fields.each_ref().map(|(a, b)| (*a, b.as_str()))).await;
            assert_eq!(one(&mut leader, &id).await["row"]["text"], "金丝雀丙");
        }
        for _ in 0..2 {
            let fields = erase(&digest, "1");
            let reply = leader.post("/records/offline/erase", &fields.each_ref().map(|(a, b)| (*a, b.as_str()))).await;
            assert_eq!(reply.location(), format!("/records/{id}"));
        }
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("只留页码") && page.contains("第 1 页") && !page.contains("金丝雀"));
        assert_eq!(one(&mut leader, &id).await["row"]["stub"], json!(true));
        for table in [
            "SELECT * FROM records",
            "SELECT * FROM record_corrections",
            "SELECT * FROM record_duties",
            "SELECT * FROM drafts",
            "SELECT * FROM thread_events",
            "SELECT * FROM audit_details",
            "SELECT * FROM evidence_links",
            "SELECT * FROM commands",
        ] {
            let all = rows(&app, q(table)).await;
            let left = format!("{all:?}");
            assert!(!left.contains("金丝雀"), "{table}: {left}");
        }
        assert!(rows(&app, q("SELECT hash FROM evidence_files")).await.is_empty());
        assert!(rows(&app, q("SELECT doc FROM search_docs")).await.is_empty());
        let found = leader.get("/search?q=%E9%87%91%E4%B8%9D%E9%9B%80").await.text();
        assert!(!found.contains("金丝雀丙"));
        // The next record takes the next page: the stub keeps its own.
        let next = saved(&mut leader, &[("text", "下一条")]).await;
        assert_eq!(one(&mut leader, &next).await["row"]["page"], 2);
    }
}
