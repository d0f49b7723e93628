//! What must not go through, or is carried through: empty lists, a used number, a past day, a circle, a unit that ends
//! on the way, five hundred units.

use server::storage::q;

use super::{House, school};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Database},
};

/// Borrowed fields.
fn lent<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn nothing_is_sent_with_an_empty_list_or_a_past_day() {
    for database in BOTH {
        let mut house = House::new(database, &school::UNITS).await;
        let lead = house.units[0].1.clone();
        let page = house.not("office2", "/warnings/new", &[("title", ""), ("aim", "说明"), ("source", "daily")]).await;
        assert!(page.contains("事项名称还没有填写") && page.contains("说明"), "{database:?}: {page}");
        let id = house.adopted("路口改造", &lead, "2026-12-31", &[]).await;
        let page = house.no_step("h0", &id, "ask", &[]).await;
        assert!(page.contains("问题清单还是空的"), "{database:?}: {page}");
        // The same matter twice, a term that is over, an office that judges its own.
        let again = [("title", "路口改造"), ("aim", "说明"), ("source", "daily")];
        assert!(house.not("office2", "/warnings/new", &again).await.contains("同名的一件事"), "{database:?}");
        let other = [("title", "桥下空间"), ("aim", "说明"), ("source", "daily")];
        let place = house.done("office", "/warnings/new", &other).await;
        let own = place.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let (seen, team) = (house.seen(&own).await, house.app.district.team.to_string());
        let mut fields = vec![
            ("matter", own.as_str()),
            ("seen", seen.as_str()),
            ("do", "adopt"),
            ("analysis", "研判"),
            ("lead", lead.as_str()),
            ("supervisor", team.as_str()),
            ("ends_on", "2026-11-02"),
        ];
        assert!(house.not("office", "/warnings/judge", &fields).await.contains("自己点的题"), "{database:?}");
        assert!(house.not("office2", "/warnings/judge", &fields).await.contains("不晚于今天"), "{database:?}");
        fields[6] = ("ends_on", "2026-12-31");
        house.done("office2", "/warnings/judge", &fields).await;
        // Times of a cell lie ahead, and within the matter.
        for (table, words) in [
            ("任务\t单位\t时限\n清理\t高坪镇\t2026-11-02", "不晚于今天"),
            ("任务\t单位\t时限\n清理\t高坪镇\t2027-01-01", "晚于这件事的完成时限"),
            ("任务\t单位\t时限\n清理\t高坪镇\t\n清理\t高坪镇\t", "出现两次"),
            ("任务\t单位\n清理\t滨海示范区委", "不在可选单位里"),
        ] {
            let fields = [("matter", own.as_str()), ("view", "duties"), ("table", table)];
            let page = house.not("h0", "/warnings/paste", &fields).await;
            assert!(page.contains(words), "{database:?} {words}: {page}");
        }
        let count = rows(&house.app, q("SELECT COUNT(*) AS n FROM warning_cells")).await[0].int("n").unwrap();
        assert_eq!(count, 0, "{database:?}: nothing of a wrong table is taken");
    }
}

#[tokio::test]
async fn duties_in_a_circle_and_a_duty_that_comes_round_are_refused() {
    for database in BOTH {
        let mut house = House::new(database, &school::UNITS).await;
        let lead = house.units[0].1.clone();
        let id = house.adopted("路口改造", &lead, "2026-12-31", &[]).await;
        let table = "问题\t任务\t单位\n甲问题\t甲任务\t高坪镇\n乙问题\t乙任务\t区交通局";
        house.done("l0", "/warnings/paste", &[("matter", &id), ("table", table)]).await;
        let find =
            q("SELECT id, text, problem_id FROM warning_duties WHERE matter_id = $1 ORDER BY position").bind(&id);
        let found = rows(&house.app, find).await;
        let duty = |n: usize| found[n].text("id").unwrap();
        let (first, second) = (duty(0), duty(1));
        let problem = |n: usize| found[n].text("problem_id").unwrap();
        let (own, other) = (problem(0), problem(1));
        let edit = |line: &str, problem: &str, text: &str, after: &str| {
            [
                ("matter", &*id),
                ("line", line),
                ("seen", "1"),
                ("do", "duty"),
                ("problem", problem),
                ("text", text),
                ("after", after),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        };
        let waits = edit(&second, &other, "乙任务", "1");
        house.done("l0", "/warnings/edit", &lent(&waits)).await;
        let back = edit(&first, &own, "甲任务", "2");
        let page = house.not("l0", "/warnings/edit", &lent(&back)).await;
        assert!(page.contains("绕成一圈") && page.contains("乙任务"), "{database:?}: {page}");
        house.step("l0", &id, "ask", &[]).await;

        let (a, b, c) = (house.units[0].1.clone(), house.units[1].1.clone(), house.units[2].1.clone());
        let hand = |unit: &str, seen: &str, to: &str| {
            [
                ("matter", &*id),
                ("unit", unit),
                ("seen", seen),
                ("do", "hand_on"),
                ("duty", &second),
                ("to", to),
                ("words", "职责在该单位"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        };
        house.done("l1", "/warnings/countersign", &lent(&hand(&b, "1", &c))).await;
        // The last one asked is asked as a new one, or again.
        house.done("l2", "/warnings/countersign", &lent(&hand(&c, "1", &a))).await;
        let seen = rows(
            &house.app,
            q("SELECT version FROM warning_countersigns WHERE unit_id = $1 AND matter_id = $2").bind(&a).bind(&id),
        )
        .await[0]
            .int("version")
            .unwrap()
            .to_string();
        let page = house.not("l0", "/warnings/countersign", &lent(&hand(&a, &seen, &b))).await;
        assert!(page.contains("不能再转回") && page.contains("区委办、区府办"), "{database:?}: {page}");

        // What remains is a dispute: it is settled outside, and noted with who and when.
        let fields = [
            ("matter", id.as_str()),
            ("unit", a.as_str()),
            ("seen", seen.as_str()),
            ("do", "object"),
            ("words", "边界不清"),
        ];
        house.done("l0", "/warnings/countersign", &fields).await;
        assert!(house.no_step("h0", &id, "settle", &[]).await.contains("意见还没有协调好"), "{database:?}");
        let seen = (seen.parse::<u32>().unwrap() + 1).to_string();
        let fields = [
            ("matter", id.as_str()),
            ("unit", a.as_str()),
            ("seen", seen.as_str()),
            ("do", "settle"),
            ("settled_by", "分管区领导"),
            ("settled_on", "2026-11-02"),
            ("words", "由高坪镇牵头"),
        ];
        house.done("h0", "/warnings/countersign", &fields).await;
        house.step("h0", &id, "settle", &[]).await;
        assert_eq!(house.stage(&id).await, "simulating", "{database:?}");
    }
}

#[tokio::test]
async fn a_used_number_is_refused_with_its_holder_and_a_decision_never_written() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        let office = house.app.district.office.to_string();
        let next = house.adopted("体育馆项目", &office, "2026-12-31", &[]).await;
        school::drafted(&mut house, &next).await;
        house.step("office", &next, "ask", &[]).await;
        house.countersigned(&next).await;
        house.step("office", &next, "settle", &[]).await;
        for (word, at) in [("党内警告", "direct"), ("通报批评", "head")] {
            let mut fields = vec![
                ("matter", next.as_str()),
                ("do", "situation"),
                ("text", "推诿"),
                ("direct", "提醒谈话"),
                ("deputy", "提醒谈话"),
                ("head", "约谈"),
                ("basis", "办法"),
            ];
            fields.iter_mut().find(|(name, _)| *name == at).unwrap().1 = word;
            let page = house.not("office", "/warnings/edit", &fields).await;
            assert!(page.contains("不写处理决定"), "{database:?} {word}: {page}");
        }
        house.situation(&next, "推诿卸责", ["提醒谈话", "提醒谈话", "约谈"]).await;
        // No path skips the second person.
        house.step("office", &next, "send", &[]).await;
        house.no_step("office", &next, "agree", &[]).await;
        let paper = [("paper", "1"), ("paper_on", "2026-11-02"), ("handler", "林思源")];
        assert!(house.no_step("office", &next, "agree", &paper).await.contains("由另一位同志登记"), "{database:?}");
        house.step("office2", &next, "agree", &paper).await;
        house.no_step("deputy", &next, "issue", &[]).await;
        house.step("secretary", &next, "issue", &[]).await;
        house.no_step("secretary", &next, "seal", &[]).await;
        let page = house.no_step("general", &next, "seal", &[("number", "9")]).await;
        assert!(page.contains("滨纪预〔2026〕9号已用于") && page.contains("学校项目开工"), "{database:?}: {page}");
        assert!(house.notices(&next, "queued").await.is_empty(), "{database:?}: nothing was sealed");
        house.step("general", &next, "seal", &[]).await;
        house.app.app.services().work_on_notices().await.unwrap();
        let find = q("SELECT number FROM document_numbers ORDER BY number");
        let used: Vec<i64> = rows(&house.app, find).await.iter().map(|r| r.int("number").unwrap()).collect();
        assert_eq!(used, [8, 9, 10, 11, 12, 13], "{database:?}");
        // Whoever sends the same form twice gets the same answer.
        assert_eq!(house.notices(&id, "made").await.len(), 3);
    }
}

#[tokio::test]
async fn a_unit_that_ends_on_the_way_is_followed_by_its_heir() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        let (gone, heir) = (house.units[0].1.clone(), house.units[1].1.clone());
        let end = q("UPDATE units SET ends_on = '2026-11-02', merged_into = $1 WHERE id = $2").bind(&heir).bind(&gone);
        execute(&house.app, end).await;
        house.day("2026-11-03");
        let of = |all: &[(String, String, String)], unit: &str| all.iter().find(|(_, _, u)| u == unit).cloned();
        let made = house.notices(&id, "made").await;
        let (notice, version, _) = of(&made, &gone).unwrap();
        let pick = format!("{notice}.{version}");
        let page =
            house.not("team", "/warnings/deliver", &[("matter", &id), ("view", "notices"), ("pick", &pick)]).await;
        assert!(page.contains("已并入区交通局"), "{database:?}: {page}");
        let page = house.page("office", &id, "notices").await;
        let row = page["notices"].as_array().unwrap().iter().find(|n| n["unit"] == "高坪镇").unwrap();
        assert_eq!(row["heir"][1], "区交通局", "{database:?}");
        let fields = [("notice", notice.as_str()), ("seen", version.as_str()), ("do", "move")];
        house.not("team", "/warnings/notice", &fields).await;
        house.done("office", "/warnings/notice", &fields).await;
        house.app.app.services().work_on_notices().await.unwrap();
        // One notice of the heir holds the lines of both; the other number is void and not used again.
        assert_eq!(house.notices(&id, "made").await.len(), 2, "{database:?}");
        let find = q("SELECT COUNT(*) AS n FROM document_numbers WHERE state = 'void'");
        assert_eq!(rows(&house.app, find).await[0].int("n").unwrap(), 1, "{database:?}");
        let find = q("SELECT doc FROM warning_notices WHERE unit_id = $1 AND state = 'made'").bind(&heir);
        let doc = rows(&house.app, find).await[0].text("doc").unwrap();
        assert!(doc.contains("征迁交地") && doc.contains("道路改迁"), "{database:?}: {doc}");
        // A unit that was only renamed keeps the name that its notice was made under.
        execute(&house.app, q("UPDATE units SET name = '开投发展集团' WHERE name = '开投集团'")).await;
        let page = house.page("office", &id, "notices").await;
        assert!(page["notices"].as_array().unwrap().iter().any(|n| n["unit"] == "开投集团"), "{database:?}: {page}");
    }
}

#[tokio::test]
async fn what_was_sealed_by_mistake_comes_back_until_something_is_delivered() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        let why = [("reason", "受文单位写错")];
        house.no_step("office", &id, "recall", &why).await;
        house.no_step("general", &id, "recall", &[("reason", " ")]).await;
        house.step("general", &id, "recall", &why).await;
        assert_eq!(house.stage(&id).await, "simulating", "{database:?}");
        assert_eq!(house.notices(&id, "void").await.len(), 3, "{database:?}");
        // Reviewed and signed anew; a void number is not used again.
        house.step("office", &id, "send", &[]).await;
        house.step("deputy", &id, "agree", &[]).await;
        house.step("secretary", &id, "issue", &[]).await;
        house.step("general", &id, "seal", &[]).await;
        // What waits is not made when it is taken back before the background work came to it.
        house.step("general", &id, "recall", &why).await;
        house.app.app.services().work_on_notices().await.unwrap();
        assert!(house.notices(&id, "made").await.is_empty(), "{database:?}");
        house.sealed(&id, &[]).await;
        let page = house.page("office", &id, "notices").await;
        let live: Vec<&str> = page["notices"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|n| n["word"] != "已作废")
            .map(|n| n["number"].as_str().unwrap())
            .collect();
        assert_eq!(live, ["滨纪预〔2026〕11号", "滨纪预〔2026〕12号", "滨纪预〔2026〕13号"], "{database:?}");
        assert_eq!(house.page("general", &id, "notices").await["may"]["recall"], true, "{database:?}");
        house.answered(&id).await;
        assert!(house.no_step("general", &id, "recall", &why).await.contains("已有提示单送达"), "{database:?}");
        assert_eq!(house.page("general", &id, "notices").await["may"]["recall"], false, "{database:?}");
    }
}

#[tokio::test]
async fn what_comes_to_an_heir_after_its_own_notice_is_another_notice() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        let (gone, heir) = (house.units[0].1.clone(), house.units[1].1.clone());
        let made = house.notices(&id, "made").await;
        let (own, version, _) = made.iter().find(|(_, _, u)| *u == heir).cloned().unwrap();
        let pick = format!("{own}.{version}");
        house.done("team", "/warnings/deliver", &[("matter", &id), ("pick", &pick)]).await;
        let end = q("UPDATE units SET ends_on = '2026-11-02', merged_into = $1 WHERE id = $2").bind(&heir).bind(&gone);
        execute(&house.app, end).await;
        house.day("2026-11-03");
        let (notice, version, _) = made.iter().find(|(_, _, u)| *u == gone).cloned().unwrap();
        let fields = [("notice", notice.as_str()), ("seen", version.as_str()), ("do", "move")];
        house.done("office", "/warnings/notice", &fields).await;
        house.app.app.services().work_on_notices().await.unwrap();
        let row =
            rows(&house.app, q("SELECT unit_id, state, doc FROM warning_notices WHERE id = $1").bind(&notice)).await;
        assert_eq!((row[0].text("unit_id").unwrap(), row[0].text("state").unwrap()), (heir.clone(), "made".into()));
        let doc = row[0].text("doc").unwrap();
        assert!(doc.contains("征迁交地") && !doc.contains("道路改迁"), "{database:?}: {doc}");
        house.answered(&id).await;
        let find = q("SELECT COUNT(*) AS n FROM warning_cells c WHERE c.matter_id = $1 AND c.part <> 'assist'
                      AND c.item_id IS NULL")
        .bind(&id);
        assert_eq!(rows(&house.app, find).await[0].int("n").unwrap(), 0, "{database:?}: no duty is lost");
    }
}

#[tokio::test]
async fn a_unit_that_ends_before_the_seal_is_replaced_in_the_lists() {
    for database in BOTH {
        let mut house = House::new(database, &school::UNITS).await;
        let (gone, heir) = (house.units[0].1.clone(), house.units[1].1.clone());
        let office = house.app.district.office.to_string();
        let id = house.adopted("路口改造", &office, "2026-12-31", &[]).await;
        let table = "问题\t任务\t单位\t科室\t责任人\t分管领导\t措施\n甲问题\t甲任务\t高坪镇\t一科\t某甲\t某乙\t巡查\n乙问题\t乙任务\t区交通局\t二科\t某丙\t某丁\t巡查";
        house.done("office", "/warnings/paste", &[("matter", &id), ("table", table)]).await;
        house.step("office", &id, "ask", &[]).await;
        house.countersigned(&id).await;
        let end = q("UPDATE units SET ends_on = '2026-11-02', merged_into = $1 WHERE id = $2").bind(&heir).bind(&gone);
        execute(&house.app, end).await;
        house.day("2026-11-03");
        let page = house.page("office", &id, "duties").await;
        assert_eq!(page["heirs"][0][1], "高坪镇已撤并，改由区交通局承担", "{database:?}");
        // Of the other unit nothing can be put in.
        let page = house.no_step("office", &id, "inherit", &[("unit", &heir)]).await;
        assert!(page.contains("没有撤并"), "{database:?}: {page}");
        house.no_step("h1", &id, "inherit", &[("unit", &gone)]).await;
        house.step("office", &id, "inherit", &[("unit", &gone)]).await;
        // It has more than it agreed to: it is asked again.
        assert!(house.no_step("office", &id, "settle", &[]).await.contains("区交通局还没有会签"), "{database:?}");
        house.countersigned(&id).await;
        house.step("office", &id, "settle", &[]).await;
        house.situation(&id, "推诿卸责", ["提醒谈话", "提醒谈话", "约谈"]).await;
        house.sealed(&id, &[]).await;
        let made = house.notices(&id, "made").await;
        assert_eq!((made.len(), &made[0].2), (1, &heir), "{database:?}");
    }
}

#[tokio::test]
async fn five_hundred_units_are_carried_through() {
    let names: Vec<String> = (0..500).map(|n| format!("第{n}单位")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut house = House::new(Database::Sqlite, &names).await;
    let office = house.app.district.office.to_string();
    let id = house.adopted("全区减负", &office, "2026-12-31", &[]).await;
    let mut table = "问题\t任务\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
    for (n, name) in names.iter().enumerate() {
        let (problem, part) = if n == 0 { ("文山会海", "牵头") } else { ("", "属地") };
        table.push_str(&format!("\n{problem}\t\t{name}\t{part}\t办公室\t主任\t分管\t清理\t全程"));
    }
    house.done("office", "/warnings/paste", &[("matter", &id), ("table", &table)]).await;
    house.step("office", &id, "ask", &[]).await;
    execute(&house.app, q("UPDATE warning_countersigns SET state = 'agreed'")).await;
    house.step("office", &id, "settle", &[]).await;
    house.situation(&id, "敷衍应付", ["提醒谈话", "提醒谈话", "约谈"]).await;
    house.sealed(&id, &[]).await;
    assert_eq!(house.notices(&id, "made").await.len(), 500);
    let find = q("SELECT COUNT(DISTINCT number) AS n, MAX(number) AS last FROM document_numbers");
    let row = rows(&house.app, find).await.remove(0);
    assert_eq!((row.int("n").unwrap(), row.int("last").unwrap()), (500, 500));
    let page = house.page("office", &id, "duties").await;
    assert_eq!((page["columns"].as_array().unwrap().len(), page["unit_total"].as_u64()), (20, Some(500)));
    assert_eq!(page["page"][1], true);
}
