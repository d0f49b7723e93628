//! 干部廉情状况分析 and 廉情报告: a skeleton leaves the system, nothing of the paper comes back but number, date, copies.

use server::storage::q;

use super::{a_year, count};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn a_skeleton_is_made_and_nothing_of_it_kept() {
    let app = TestApp::new(Database::Sqlite).await;
    a_year(&app).await;
    let mut team = app.sign_in("team").await;
    let school = format!("unit:{}", app.district.school);
    let place = format!("/reports/skeleton?paper=cadres&cover={school}&period=2026-h2");
    let file = team.get(&place).await;
    assert_eq!(file.status, 200, "{}", file.text());
    assert!(file.headers["content-disposition"].to_str().unwrap().contains(".docx"));
    for table in ["reports", "report_facts", "outside_papers", "drafts"] {
        let find = match table {
            "reports" => "SELECT COUNT(*) AS n FROM reports",
            "report_facts" => "SELECT COUNT(*) AS n FROM report_facts",
            "outside_papers" => "SELECT COUNT(*) AS n FROM outside_papers",
            _ => "SELECT COUNT(*) AS n FROM drafts WHERE form LIKE 'reports.%'",
        };
        assert_eq!(count(&app, q(find)).await, 0, "{table}");
    }
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reports.skeleton'")).await, 1);
    // A whole district is no such paper; another body's unit is none of the team's.
    for (cover, status) in [("district".to_owned(), 422), (format!("unit:{}", app.district.civil), 404)] {
        let place = format!("/reports/skeleton?paper=integrity&cover={cover}&period=2026-h2");
        assert_eq!(team.get(&place).await.status, status, "{cover}");
    }
    assert_eq!(team.get("/reports/skeleton?paper=portrait&cover=x&period=2026").await.status, 400);
    assert_eq!(team.get(&place.replace("2026-h2", "2027-h1")).await.status, 422, "a period to come");
    for login in ["leader_b", "deputy", "general", "sysadmin"] {
        assert_eq!(app.sign_in(login).await.get(&place).await.status, 404, "{login}");
    }
}

#[tokio::test]
async fn the_register_takes_number_date_and_copies() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut team, mut office) = (app.sign_in("team").await, app.sign_in("office").await);
        let paper = |number: &'static str, on: &'static str, copies: &'static str| {
            [("paper", "integrity"), ("number", number), ("on", on), ("copies", copies)]
        };
        done(&mut team, "/reports/outside", &paper("甬廉〔2026〕8号", "2026-11-01", "3")).await;
        for (form, words) in [
            (paper("", "2026-11-01", "3"), "文号还没有填写"),
            (paper("9号", "", "3"), "还没有填成文日期"),
            (paper("9号", "2026-11-03", "3"), "日期晚于今天"),
            (paper("9号", "2026-11-01", "三"), "份数不是数字"),
            (paper("9号", "2026-11-01", "0"), "份数应在"),
            (paper("甬廉〔2026〕8号", "2026-11-01", "1"), "已经登记过"),
        ] {
            assert!(refused(&mut team, "/reports/outside", &form).await.contains(words), "{words}");
        }
        // Content has no field.
        let more = [&paper("9号", "2026-11-01", "3")[..], &[("text", "正文")]].concat();
        assert!(refused(&mut team, "/reports/outside", &more).await.contains("表单里有本页没有的内容"));
        assert!(team.get("/reports").await.text().contains("甬廉〔2026〕8号"));
        let html = office.get("/reports").await.text();
        assert!(html.contains("甬廉〔2026〕8号"));
        // What is filled in stands before what is there already, the register apart.
        let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words}: {html}"));
        let order = ["id=\"new\"", "id=\"list\"", "id=\"outside\"", "id=\"register\"", "甬廉〔2026〕8号"].map(at);
        assert!(order.is_sorted(), "{order:?}");
        let mut other = app.sign_in("team2").await;
        assert!(!other.get("/reports").await.text().contains("甬廉〔2026〕8号"));
        let row = &rows(&app, q("SELECT * FROM outside_papers")).await;
        assert_eq!((row.len(), row[0].int("copies").unwrap()), (1, 3));
    }
}
