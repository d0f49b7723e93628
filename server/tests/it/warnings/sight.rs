//! Who sees what: a unit its own lines and no source, another unit nothing, the 问责清单 nobody outside before it is sent.

use serde_json::json;

use super::{House, school};
use crate::harness::BOTH;

#[tokio::test]
async fn a_unit_reads_its_own_and_a_stranger_nothing() {
    for database in BOTH {
        let mut house = House::new(database, &school::UNITS).await;
        let lead = house.units[0].1.clone();
        let id = house.adopted("路口改造", &lead, "2026-12-31", &[]).await;
        let find = json!({ "id": id });
        for login in ["h1", "leader_b", "general", "team2", "sysadmin", "audit"] {
            let status = house.client(login).await.call("/api/warnings/one", find.clone()).await.status;
            assert_eq!(status, 404, "{database:?} {login}: nobody asked him yet");
        }
        let table =
            "问题\t任务\t单位\t科室\t责任人\n甲问题\t甲任务\t高坪镇\t一科\t某甲\n乙问题\t乙任务\t区交通局\t二科\t某乙";
        house.done("l0", "/warnings/paste", &[("matter", &id), ("table", table)]).await;
        house.situation(&id, "推诿卸责", ["提醒谈话", "提醒谈话", "约谈"]).await;
        house.step("l0", &id, "ask", &[]).await;
        // A unit: its own lines, no source, no 问责清单.
        let text = house.client("h1").await.get(&format!("/warnings/{id}?view=duties")).await.text();
        assert!(text.contains("乙任务") && !text.contains("甲任务") && !text.contains("一科"), "{database:?}: {text}");
        let text = house.client("h1").await.get(&format!("/warnings/{id}?view=situations")).await.text();
        assert!(text.contains("监督中发现") && !text.contains("群众点题"), "{database:?}: {text}");
        assert!(!text.contains("推诿卸责") && !text.contains("约谈"), "{database:?}: {text}");
        // The 牵头部门: all lines, still neither source nor 问责清单; the office everything.
        let text = house.client("h0").await.get(&format!("/warnings/{id}?view=duties")).await.text();
        assert!(
            text.contains("甲任务") && text.contains("乙任务") && !text.contains("群众点题"),
            "{database:?}: {text}"
        );
        let text = house.client("h0").await.get(&format!("/warnings/{id}?view=situations")).await.text();
        assert!(!text.contains("推诿卸责"), "{database:?}: {text}");
        let text = house.client("deputy").await.get(&format!("/warnings/{id}?view=situations")).await.text();
        assert!(text.contains("群众点题") && text.contains("推诿卸责"), "{database:?}: {text}");
        // The list holds what one sees.
        let mut list = async |login: &str| {
            let reply = house.client(login).await.call("/api/warnings/list", json!({})).await.json();
            reply["rows"].as_array().unwrap().len()
        };
        for (login, n) in [("office", 1), ("team", 1), ("h0", 1), ("h1", 1), ("h2", 0), ("leader_b", 0), ("team2", 0)] {
            assert_eq!(list(login).await, n, "{database:?} {login}");
        }
    }
}

#[tokio::test]
async fn a_department_proposes_and_learns_the_outcome() {
    for database in BOTH {
        let mut house = House::new(database, &school::UNITS).await;
        let fields = [("title", "校门口停车"), ("aim", "三家单位都不管"), ("source", "public")];
        let place = house.done("leader_b", "/warnings/new", &fields).await;
        let id = place.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let text = house.client("office").await.get(&format!("/warnings/{id}")).await.text();
        assert!(
            text.contains("部门点题") && text.contains("叶国平"),
            "{database:?}: a department is a department: {text}"
        );
        let seen = house.seen(&id).await;
        let fields = [("matter", id.as_str()), ("seen", seen.as_str()), ("do", "decline"), ("reason", "")];
        assert!(house.not("office", "/warnings/judge", &fields).await.contains("不采纳的原因"), "{database:?}");
        let fields = [("matter", id.as_str()), ("seen", seen.as_str()), ("do", "decline"), ("reason", "已有专班在办")];
        house.not("leader_b", "/warnings/judge", &fields).await;
        house.done("office", "/warnings/judge", &fields).await;
        let text = house.client("leader_b").await.get(&format!("/warnings/{id}")).await.text();
        assert!(text.contains("不采纳") && text.contains("已有专班在办"), "{database:?}: {text}");
        assert!(house.no_step("office", &id, "ask", &[]).await.contains("不采纳"), "{database:?}");
    }
}

#[tokio::test]
async fn what_waits_stands_in_the_list_of_whoever_it_waits_for() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        let mut todo = async |login: &str| house.client(login).await.call("/api/records/todo", json!({})).await.text();
        assert!(todo("team").await.contains("送达提示单"), "{database:?}");
        assert!(!todo("team2").await.contains("送达提示单"), "{database:?}");
        house.answered_by_nobody(&id).await;
        let mut todo = async |login: &str| house.client(login).await.call("/api/records/todo", json!({})).await.text();
        assert!(todo("h0").await.contains("签收提示单"), "{database:?}");
    }
}

impl House {
    /// Delivered, and nothing more.
    async fn answered_by_nobody(&mut self, matter: &str) {
        let made = self.notices(matter, "made").await;
        let picks: Vec<String> = made.iter().map(|(id, version, _)| format!("{id}.{version}")).collect();
        let mut fields = vec![("matter", matter)];
        fields.extend(picks.iter().map(|pick| ("pick", pick.as_str())));
        self.done("team", "/warnings/deliver", &fields).await;
    }
}
