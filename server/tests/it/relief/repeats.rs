//! What repeats something is pointed out before it is saved, issued or given, and everything typed stays.

use crate::{
    duties::{self, done, import, page, published, refused, rows, step, version},
    harness::{BOTH, Client, TestApp},
};
use server::storage::q;

const REPEATS: &str = "经常与年轻干部开展谈心谈话";

fn item<'a>(owner: (&'a str, &'a str), seen: &'a str, code: &'a str, frequency: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        owner,
        ("seen", seen),
        ("do", "save"),
        ("code", code),
        ("group", "谈心谈话"),
        ("text", REPEATS),
        ("frequency", frequency),
        ("action", "optional"),
    ]
}

async fn codes(app: &TestApp, find: &'static str) -> Vec<String> {
    rows(app, q(find)).await.iter().map(|r| r.text("code").unwrap()).collect()
}

#[tokio::test]
async fn an_item_that_repeats_another_is_asked_about_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        published(&mut office).await;
        let list = duties::made(&mut office, "区教育局").await;
        let seen = version(&mut office, &list).await;
        let owner = ("leader", list.as_str());
        let asked = refused(&mut office, "/duties/lists/item", &item(owner, &seen, "14.1", "quarterly")).await;
        assert!(asked.contains("与已有的 6.3「与年轻干部经常性谈心谈话」（每季度）"), "{asked}");
        // Everything typed is there, with the tick that says so and the way out.
        assert!(asked.contains(REPEATS) && asked.contains("value=\"14.1\"") && asked.contains("仍要保存"), "{asked}");
        assert!(!asked.contains("name=\"alike\" value=\"1\" checked"));
        assert!(!codes(&app, "SELECT code FROM leader_items").await.contains(&"14.1".to_owned()));
        // Another frequency is another item.
        done(&mut office, "/duties/lists/item", &item(owner, &seen, "14.2", "yearly")).await;
        let seen = version(&mut office, &list).await;
        let mut sure = item(owner, &seen, "14.1", "quarterly");
        sure.push(("alike", "1"));
        done(&mut office, "/duties/lists/item", &sure).await;
        // What stands there already is not asked about when something else of it is changed.
        let all = page(&mut office, "/api/duties/list", &list).await;
        let found = all["items"].as_array().unwrap().iter().find(|r| r["item"]["code"] == "14.1").unwrap().clone();
        let (duty, seen) = (found["item"]["duty"].as_str().unwrap().to_owned(), all["version"].to_string());
        let mut again = item(owner, &seen, "14.3", "quarterly");
        again.push(("duty", &duty));
        done(&mut office, "/duties/lists/item", &again).await;
        // It is asked about, not refused: no list of refused forms has it.
        assert!(!office.get("/drafts").await.text().contains("很相近"));
    }
}

async fn approved(app: &TestApp, office: &mut Client, list: &str) {
    step(office, list, "send", &[]).await;
    duties::agree(app, office, list).await;
    step(office, list, "submit", &[]).await;
    step(&mut app.sign_in("deputy").await, list, "approve", &[]).await;
}

#[tokio::test]
async fn a_list_with_merged_repeats_is_looked_at_before_it_is_issued() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        published(&mut office).await;
        let list = duties::made(&mut office, "区教育局").await;
        // The body that proposes is asked, too, and says that both shall stay.
        let mut team = app.sign_in("team").await;
        let seen = version(&mut team, &list).await;
        let mut words = vec![
            ("leader", list.as_str()),
            ("seen", &seen),
            ("text", REPEATS),
            ("frequency", "quarterly"),
            ("source", "patrol"),
        ];
        assert!(refused(&mut team, "/duties/lists/propose", &words).await.contains("仍要提出"));
        words.push(("alike", "1"));
        done(&mut team, "/duties/lists/propose", &words).await;
        approved(&app, &mut office, &list).await;
        let seen = version(&mut office, &list).await;
        let issue = [("leader", list.as_str()), ("seen", &seen), ("step", "issue"), ("effective_on", "2026-01-01")];
        let asked = refused(&mut office, "/duties/lists/step", &issue).await;
        assert!(asked.contains("清单里有 1 处条目很相近，还没有下达") && asked.contains("仍要下达"), "{asked}");
        // Among many it stops the batch and says which.
        let pick = format!("{list}:{seen}");
        let batch = [("year", "2026"), ("step", "issue"), ("pick", &pick), ("sure", "1")];
        let no = refused(&mut office, "/duties/batch", &batch).await;
        assert!(no.contains("区教育局：") && no.contains("请打开后单独下达"), "{no}");
        let mut sure = issue.to_vec();
        sure.push(("alike", "1"));
        done(&mut office, "/duties/lists/step", &sure).await;
        let state = rows(&app, q("SELECT state AS code FROM leader_lists WHERE id = $1").bind(&list)).await;
        assert_eq!(state[0].text("code").unwrap(), "issued");
    }
}

#[tokio::test]
async fn tasks_and_imports_say_what_they_repeat() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        published(&mut office).await;
        duties::made(&mut office, "区教育局").await;
        let school = app.district.school.to_string();
        let mut task = vec![
            ("year", "2026"),
            ("unit", school.as_str()),
            ("title", "主持召开专题会议研究全面从严治党"),
            ("due_on", "2026-12-20"),
            ("owner", "叶国平"),
        ];
        let asked = refused(&mut office, "/duties/tasks/add", &task).await;
        assert!(asked.contains("清单条目 3.3「主持专题会议研究全面从严治党」"), "{asked}");
        assert!(asked.contains("主持召开专题会议研究") && asked.contains("仍要添加"), "{asked}");
        // Another unit without such an item is not asked; nor is whoever may not add to the first.
        let other = [
            ("year", "2026"),
            ("unit", school.as_str()),
            ("title", "核对食堂台账"),
            ("due_on", "2026-12-20"),
            ("owner", "叶国平"),
        ];
        done(&mut office, "/duties/tasks/add", &other).await;
        let no = refused(&mut app.sign_in("leader_a").await, "/duties/tasks/add", &task).await;
        assert!(!no.contains("很相近") && no.contains("没有找到"), "{no}");
        task.push(("alike", "1"));
        done(&mut office, "/duties/tasks/add", &task).await;

        let preview = import(
            &mut office,
            "编号\t大项\t履责条目\t频次\t佐证材料
6.3\t谈心谈话\t与年轻干部经常性谈心谈话\t每季度\t谈话要点
6.4\t谈心谈话\t经常与年轻干部开展谈心谈话\t每季度\t谈话要点
6.5\t谈心谈话\t回访受处理处分干部\t每季度\t谈话要点",
        )
        .await;
        assert!(preview.contains("（6.4）与第") && preview.contains("（6.3）很相近"), "{preview}");
        assert!(!preview.contains("（6.5）与"), "{preview}");
    }
}
