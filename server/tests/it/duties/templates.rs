//! Templates in the browser, imports into the open draft, names of the lists, yearly tasks.

use serde_json::json;
use server::storage::q;

use super::{PASTED, done, import, newest_template, page, published, refused, rows, send, sqlite};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        import(&mut office, PASTED).await;
        let template = newest_template(&mut office).await;
        let first = page(&mut office, "/api/duties/template", &template).await;
        assert_eq!(first["items"].as_array().unwrap().len(), 6);
        // 硬性 by the sample rules, monthly routine by quarter.
        let item = |code: &str| {
            first["items"].as_array().unwrap().iter().find(|i| i["item"]["code"] == code).unwrap()["item"].clone()
        };
        assert_eq!((item("3.3")["hard"].clone(), item("6.3")["hard"].clone()), (json!(true), json!(false)));
        assert_eq!(item("1.1")["routine"], true);
        let preview = import(&mut office, PASTED).await;
        assert!(preview.contains("跳过"));
        let second = page(&mut office, "/api/duties/template", &template).await;
        assert_eq!(
            (second["items"].clone(), second["version"].clone()),
            (first["items"].clone(), first["version"].clone())
        );
        let count =
            rows(&app, q("SELECT COUNT(*) AS n FROM templates WHERE district_id = $1").bind(app.district.id)).await;
        assert_eq!(count[0].int("n").unwrap(), 1);
    }
}

#[tokio::test]
async fn a_published_template_is_left_alone_and_identities_live_on() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let template = published(&mut office).await;
    let before = page(&mut office, "/api/duties/template", &template).await;
    let seen = before["version"].to_string();
    let duty = before["items"][0]["item"]["duty"].as_str().unwrap().to_owned();
    let drop = format!("drop:{duty}");
    let no = refused(&mut office, "/duties/templates/item", &[("template", &template), ("seen", &seen), ("do", &drop)])
        .await;
    assert!(no.contains("已发布"));
    import(&mut office, &PASTED.replace("每季度", "每半年")).await;
    let draft = newest_template(&mut office).await;
    assert_ne!(draft, template);
    let after = page(&mut office, "/api/duties/template", &draft).await;
    assert_eq!(after["items"][0]["item"]["duty"], duty.as_str());
    assert_eq!(page(&mut office, "/api/duties/template", &template).await["items"], before["items"]);
    let compared = office.call("/api/duties/compare", json!({ "what": "template", "id": draft })).await.json();
    assert_eq!(compared["changes"][0]["fields"][0]["field"], "频次");
    assert_eq!(compared["changes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn items_are_added_changed_moved_and_taken_out() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let to =
        done(&mut office, "/duties/templates/new", &[("list", "dual_duty"), ("kind", "town"), ("year", "2026")]).await;
    let template = to.trim_start_matches("/duties/templates/").split('?').next().unwrap().to_owned();
    let seen = |n: i64| n.to_string();
    let add = |code: &'static str, text: &'static str, n: i64| {
        vec![
            ("template".to_owned(), template.clone()),
            ("seen".into(), seen(n)),
            ("do".into(), "save".into()),
            ("code".into(), code.into()),
            ("group".into(), "分管领域".into()),
            ("text".into(), text.into()),
            ("frequency".into(), "half_yearly".into()),
            ("list".into(), "dual_duty".into()),
            ("due".into(), "6月底".into()),
            ("months".into(), "6、11".into()),
        ]
    };
    for (n, (code, text)) in (1_i64..).zip([("1.1", "听取分管领域廉情"), ("1.2", "与分管干部谈话 <script>")])
    {
        let fields = add(code, text, n);
        let plain: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        done(&mut office, "/duties/templates/item", &plain).await;
    }
    // A number that is taken is refused, and what was typed comes back escaped.
    let fields = add("1.2", "第三条 <b>", 3);
    let plain: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let no = refused(&mut office, "/duties/templates/item", &plain).await;
    assert!(no.contains("编号 1.2 已经有了"), "{no}");
    assert!(no.contains("第三条 &lt;b&gt;") && !no.contains("第三条 <b>"));
    let read = page(&mut office, "/api/duties/template", &template).await;
    assert_eq!(read["items"][0]["item"]["due"], json!([6, 31]));
    let first = read["items"][0]["item"]["duty"].as_str().unwrap().to_owned();
    let down = format!("down:{first}");
    done(&mut office, "/duties/templates/item", &[("template", &template), ("seen", "3"), ("do", &down)]).await;
    let moved = page(&mut office, "/api/duties/template", &template).await;
    assert_eq!(moved["items"][1]["item"]["duty"], first.as_str());
    // A stale page loses nothing and changes nothing.
    let drop = format!("drop:{first}");
    let no =
        refused(&mut office, "/duties/templates/item", &[("template", &template), ("seen", "3"), ("do", &drop)]).await;
    assert!(no.contains("刚刚被别人改过"));
    done(&mut office, "/duties/templates/item", &[("template", &template), ("seen", "4"), ("do", &drop)]).await;
    assert_eq!(page(&mut office, "/api/duties/template", &template).await["items"].as_array().unwrap().len(), 1);
    let export = office.get(&format!("/duties/export?what=template&id={template}")).await;
    assert_eq!((export.status, &export.body[..2]), (200, b"PK".as_slice()));
    let html = office.get(&format!("/duties/templates/{template}")).await.text();
    assert!(html.contains("&lt;script&gt;") && !html.contains("谈话 <script>"));
    for login in ["leader_a", "liaison_a"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.call("/api/duties/template", json!({ "id": template })).await.status, 404);
        assert_eq!(
            send(&mut client, "/duties/templates/publish", &[("template", &template), ("seen", "5")]).await.status,
            404
        );
    }
}

#[tokio::test]
async fn the_district_names_its_own_lists() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let lists = office.call("/api/duties/overview", json!({})).await.json()["lists"].clone();
    assert_eq!(lists.as_array().unwrap().len(), 5);
    let mut fields: Vec<(String, String)> = Vec::new();
    for (n, list) in lists.as_array().unwrap().iter().enumerate() {
        let text = |key: &str| list[key].as_str().unwrap().to_owned();
        fields.push((format!("id_{n}"), text("id")));
        fields.push((format!("name_{n}"), if n == 0 { "党组主体责任清单".into() } else { text("name") }));
        fields.push((format!("party_{n}"), text("party")));
        fields.push((format!("position_{n}"), (5 - n).to_string()));
    }
    fields.push(("name_5".into(), "村（社区）责任清单".into()));
    fields.push(("party_5".into(), "村（社区）党组织".into()));
    let plain: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    done(&mut office, "/duties/names", &plain).await;
    let after = office.call("/api/duties/overview", json!({})).await.json()["lists"].clone();
    let names: Vec<&str> = after.as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 6);
    assert!(names.contains(&"党组主体责任清单") && names.contains(&"村（社区）责任清单"));
    // A list that the programme itself asks for stays, with templates or without; an own one goes.
    let drop = |id: &str| {
        [("id_0", id), ("name_0", "甲"), ("party_0", "乙"), ("drop_0", "1"), ("name_1", "丙"), ("party_1", "丁")]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let defaults = domain::duties::DutyListKey::DEFAULTS.map(|(key, ..)| key);
    for list in after.as_array().unwrap() {
        let form = drop(list["id"].as_str().unwrap());
        let plain: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
        if defaults.contains(&list["key"].as_str().unwrap()) {
            assert!(refused(&mut office, "/duties/names", &plain).await.contains("系统自带的清单"));
        } else {
            done(&mut office, "/duties/names", &plain).await;
        }
    }
    assert!(refused(&mut office, "/duties/names", &[("owner", "x")]).await.contains("本页没有的内容"));
}

#[tokio::test]
async fn yearly_tasks_by_unit() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let school = app.district.school.to_string();
    let task = [
        ("year", "2026"),
        ("unit", school.as_str()),
        ("title", "修订公务接待制度"),
        ("node", "二季度印发"),
        ("due_on", "2026-06-30"),
        ("owner", "叶国平"),
        ("done_mark", "制度印发"),
        ("source", "petition"),
    ];
    done(&mut office, "/duties/tasks/add", &task).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let read = liaison.call("/api/duties/tasks", json!({})).await;
    assert!(!read.text().contains("信访") && read.text().contains("监督中发现"));
    let row = read.json()["rows"][0].clone();
    assert_eq!((row["overdue"].clone(), row["may_finish"].clone()), (json!(true), json!(true)));
    let id = row["id"].as_str().unwrap();
    // A unit may not name a source, and another unit may not touch the task.
    assert!(send(&mut liaison, "/duties/tasks/add", &task).await.location().contains("draft="));
    let mut other = app.sign_in("leader_a").await;
    let finish = [("year", "2026"), ("task", id), ("seen", "1"), ("done_on", "2026-10-10")];
    assert!(send(&mut other, "/duties/tasks/finish", &finish).await.location().contains("draft="));
    assert!(other.call("/api/duties/tasks", json!({})).await.json()["rows"].as_array().unwrap().is_empty());
    done(&mut liaison, "/duties/tasks/finish", &finish).await;
    let row = liaison.call("/api/duties/tasks", json!({})).await.json()["rows"][0].clone();
    // One table, one way to write a day.
    assert_eq!((&row["done_on"], &row["due_on"]), (&json!("2026年10月10日"), &json!("2026年6月30日")));
    assert_eq!(liaison.get("/duties/export?what=tasks").await.status, 200);
}
