//! 学校项目: ten duties, six situations, three units; duties that wait for each other, and where one is stuck.

use domain::{
    time::iso,
    warnings::sample::{SCHOOL_DUTIES, SCHOOL_PROBLEMS, SCHOOL_SITUATIONS},
};
use serde_json::Value;
use server::storage::q;

use super::House;
use crate::{
    duties::rows,
    harness::{BOTH, Database},
};

pub const UNITS: [&str; 3] = ["高坪镇", "区交通局", "开投集团"];

/// Problems, duties with what comes before them, and cells, line by line as a form writes them.
pub async fn drafted(house: &mut House, id: &str) {
    for text in SCHOOL_PROBLEMS {
        house.done("office", "/warnings/edit", &[("matter", id), ("do", "problem"), ("text", text)]).await;
    }
    let today = house.app.app.services().today();
    for (text, problem, lead, assists, days, after) in SCHOOL_DUTIES {
        let find = q("SELECT id FROM warning_problems WHERE matter_id = $1 ORDER BY position");
        let problems = rows(&house.app, find.bind(id)).await;
        let problem = problem.map(|n| problems[n].text("id").unwrap()).unwrap_or_default();
        let after: Vec<String> = after.iter().map(|n| (n + 1).to_string()).collect();
        let after = after.join("、");
        let fields =
            [("matter", id), ("do", "duty"), ("problem", problem.as_str()), ("text", text), ("after", after.as_str())];
        house.done("office", "/warnings/edit", &fields).await;
        let find = q("SELECT id FROM warning_duties WHERE matter_id = $1 AND text = $2").bind(id).bind(text);
        let duty = rows(&house.app, find).await[0].text("id").unwrap();
        let due = days.map(|n| iso(today + chrono::Days::new(n.into()))).unwrap_or_default();
        for (n, part) in [(lead, "lead")].into_iter().chain(assists.iter().map(|n| (*n, "assist"))) {
            let unit = house.units[n].1.clone();
            let fields = [
                ("matter", id),
                ("line", duty.as_str()),
                ("seen", "0"),
                ("do", "cell"),
                ("unit", unit.as_str()),
                ("part", part),
                ("office", "项目科"),
                ("person", "科长"),
                ("leader", "分管领导"),
                ("measure", "专班推进"),
                ("due", due.as_str()),
                ("whole_course", if due.is_empty() { "1" } else { "" }),
            ];
            house.done("office", "/warnings/edit", &fields).await;
        }
    }
}

/// The school's matter, led by the office itself, as far as its notices are made.
pub async fn sent(database: Database) -> (House, String) {
    let mut house = House::new(database, &UNITS).await;
    let office = house.app.district.office.to_string();
    let id = house.adopted("学校项目开工", &office, "2026-12-31", &[]).await;
    drafted(&mut house, &id).await;
    house.step("office", &id, "ask", &[]).await;
    house.countersigned(&id).await;
    house.step("office", &id, "settle", &[]).await;
    for (text, ways, _) in SCHOOL_SITUATIONS {
        house.situation(&id, text, ways).await;
    }
    house.sealed(&id, &[("number", "8")]).await;
    (house, id)
}

fn flow<'a>(page: &'a Value, text: &str) -> &'a Value {
    page["flow"].as_array().unwrap().iter().find(|row| row["text"] == text).unwrap()
}

#[tokio::test]
async fn a_school_is_begun_with_three_notices_and_struck_off_one_by_one() {
    for database in BOTH {
        let (mut house, id) = sent(database).await;
        let page = house.page("office", &id, "situations").await;
        assert_eq!(page["situations"].as_array().unwrap().len(), 6, "{database:?}");
        let page = house.page("office", &id, "notices").await;
        let numbers: Vec<&str> =
            page["notices"].as_array().unwrap().iter().map(|n| n["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["滨纪预〔2026〕8号", "滨纪预〔2026〕9号", "滨纪预〔2026〕10号"], "{database:?}");
        house.answered(&id).await;
        let find = q("SELECT COUNT(*) AS n FROM items WHERE origin = 'warnings' AND state = 'working'");
        assert_eq!(rows(&house.app, find).await[0].int("n").unwrap(), 10, "{database:?}: only who leads is followed");

        // 方案设计 is late, and 道路改迁 waits for it: between whom is said.
        house.day("2026-11-25");
        let page = house.page("team", &id, "flow").await;
        assert_eq!(flow(&page, "方案设计")["tone"], "warn", "{database:?}");
        let words = flow(&page, "道路改迁")["words"].as_str().unwrap();
        assert!(words.contains("卡在“方案设计”：区交通局等待开投集团"), "{database:?}: {words}");
        assert_eq!(flow(&page, "安全生产")["tone"], "none", "{database:?}");
        let html = house.client("h1").await.get(&format!("/warnings/{id}?view=flow")).await.text();
        assert!(html.contains("<svg") && html.contains("堵在谁和谁之间"), "{database:?}: {html}");

        assert_eq!(house.struck_off(&id).await, 10, "{database:?}");
        house.closed(&id).await;
        let page = house.client("office").await.get(&format!("/documents/notices/{id}/page")).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("推诿卸责、抵触妨碍，影响开工") && page.text().contains("不是处理决定"));
        let word = house.client("office").await.get(&format!("/documents/notices/{id}/docx")).await;
        assert!(word.status == 200 && word.body.starts_with(b"PK"), "{database:?}");
    }
}

#[tokio::test]
async fn a_notice_can_be_signed_on_paper_and_its_number_is_never_given_twice() {
    for database in BOTH {
        let (mut house, id) = sent(database).await;
        let (notice, version, unit) = house.notices(&id, "made").await.remove(0);
        let head = format!("h{}", house.number(&unit));
        let fields = [("notice", notice.as_str()), ("seen", version.as_str()), ("do", "sign")];
        assert!(house.not(&head, "/warnings/notice", &fields).await.contains("还没有送达"), "{database:?}");
        let fields = [("notice", notice.as_str()), ("seen", &version), ("do", "deliver"), ("on", "2026-11-03")];
        assert!(house.not("team", "/warnings/notice", &fields).await.contains("今天以前"), "{database:?}");
        let fields = [("notice", notice.as_str()), ("seen", &version), ("do", "deliver")];
        house.not(&head, "/warnings/notice", &fields).await;
        house.done("team", "/warnings/notice", &fields).await;
        let (_, version, _) = house.notices(&id, "delivered").await.remove(0);
        let find = q("SELECT sign_due, answer_due FROM warning_notices WHERE id = $1").bind(&notice);
        let row = rows(&house.app, find).await.remove(0);
        let due = (row.text("sign_due").unwrap(), row.text("answer_due").unwrap());
        assert_eq!(due, ("2026-11-09".into(), "2026-11-16".into()), "{database:?}: working days");
        let fields = [
            ("notice", notice.as_str()),
            ("seen", version.as_str()),
            ("do", "paper"),
            ("paper_on", "2026-11-02"),
            ("handler", "黎若水"),
        ];
        house.not(&head, "/warnings/notice", &fields).await;
        house.done("team", "/warnings/notice", &fields).await;
        let text = house.client(&head).await.get(&format!("/warnings/notices/{notice}")).await.text();
        assert!(text.contains("纸质已签：2026年11月2日，经办人黎若水"), "{database:?}: {text}");
        let find = q("SELECT COUNT(*) AS n FROM items WHERE origin_id = $1 AND state = 'planning'").bind(&notice);
        assert!(rows(&house.app, find).await[0].int("n").unwrap() > 0, "{database:?}: the items are signed with it");

        // Another matter that asks for a number which is used is told whose it is.
        let find = q("SELECT number FROM document_numbers ORDER BY number");
        let used: Vec<i64> = rows(&house.app, find).await.iter().map(|r| r.int("number").unwrap()).collect();
        assert_eq!(used, [8, 9, 10], "{database:?}");
    }
}
