//! 助企政策兑现: seventeen sub-items through four stages, followed by their team; 会商 and 提请启动.

use domain::warnings::sample::{POLICY, POLICY_STAGES};
use server::storage::q;

use super::{House, school};
use crate::{duties::rows, harness::BOTH};

#[tokio::test]
async fn seventeen_sub_items_go_through_their_stages() {
    for database in BOTH {
        let mut house = House::new(database, &["区经信局", "区财政局", "区人社局"]).await;
        let lead = house.units[0].1.clone();
        let stages = POLICY_STAGES.join("\n");
        let id =
            house.adopted("助企政策兑现", &lead, "2027-06-30", &[("stages", &stages), ("count", "calendar")]).await;
        let mut table = "问题\t子项\t标准\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        for (n, (name, standard)) in POLICY.iter().enumerate() {
            let problem = if n == 0 { "兑现不及时、不全面、不到位" } else { "" };
            table.push_str(&format!(
                "\n{problem}\t{name}\t{standard}\t区经信局\t牵头\t企业科\t科长\t分管局长\t全程网办\t2027-03-31"
            ));
        }
        house.done("l0", "/warnings/paste", &[("matter", &id), ("table", &table)]).await;
        let page = house.page("office", &id, "duties").await;
        assert_eq!(page["duties"].as_array().unwrap().len(), 17, "{database:?}");
        house.step("l0", &id, "ask", &[]).await;
        house.countersigned(&id).await;
        house.step("h0", &id, "settle", &[]).await;
        house.situation(&id, "兑现拖延", ["提醒谈话", "提醒谈话", "约谈"]).await;
        house.sealed(&id, &[]).await;
        house.answered(&id).await;
        let find = q("SELECT sign_due FROM warning_notices WHERE matter_id = $1").bind(&id);
        let due = rows(&house.app, find).await[0].text("sign_due").unwrap();
        assert_eq!(due, "2026-11-07", "{database:?}: calendar days, as the matter says");

        let find = q("SELECT id FROM warning_duties WHERE matter_id = $1 ORDER BY position").bind(&id);
        let duty = rows(&house.app, find).await[0].text("id").unwrap();
        let finance = house.units[1].1.clone();
        let note = |stage: &'static str, more: &[(&'static str, String)]| {
            let mut fields = vec![
                ("matter", id.clone()),
                ("view", "flow".to_owned()),
                ("do", "progress".to_owned()),
                ("duty", duty.clone()),
                ("stage", stage.to_owned()),
            ];
            fields.extend(more.iter().cloned());
            fields
        };
        let send = async |house: &mut House, login: &str, fields: Vec<(&'static str, String)>, ok: bool| {
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            if ok {
                house.done(login, "/warnings/follow", &pairs).await
            } else {
                house.not(login, "/warnings/follow", &pairs).await
            }
        };
        let today = || ("done_on", "2026-11-02".to_owned());
        let page = send(&mut house, "team", note("2", &[today()]), false).await;
        assert!(page.contains("现在在“动员部署”环节"), "{database:?}: no stage is skipped: {page}");
        send(&mut house, "l0", note("0", &[today()]), false).await;
        send(&mut house, "team", note("0", &[today()]), true).await;
        send(&mut house, "team", note("1", &[today()]), true).await;
        send(&mut house, "team", note("2", &[("held_by", finance.clone())]), true).await;
        house.day("2026-11-12");
        let page = house.page("team", &id, "flow").await;
        let row = &page["flow"][0];
        let words = row["words"].as_str().unwrap();
        assert!(words.contains("“材料审核”环节卡住：区经信局等待区财政局"), "{database:?}: {words}");
        assert_eq!((row["at"].as_u64(), row["tone"].as_str()), (Some(2), Some("warn")), "{database:?}");
        let html = house.client("h0").await.get(&format!("/warnings/{id}?view=flow")).await.text();
        assert!(html.contains("✓ 动员部署 11月2日") && html.contains("◉ 材料审核"), "{database:?}: {html}");
    }
}

#[tokio::test]
async fn talks_come_every_two_weeks_and_a_start_is_decided_outside() {
    for database in BOTH {
        let (mut house, id) = school::sent(database).await;
        house.answered(&id).await;
        let page = house.page("team", &id, "talks").await;
        assert_eq!(page["next_talk"], "2026-11-16", "{database:?}");
        let talk = [
            ("matter", id.as_str()),
            ("view", "talks"),
            ("do", "talk"),
            ("held_on", "2026-11-02"),
            ("words", "逐项过筛"),
            ("found", "3"),
            ("advised", "3"),
        ];
        house.not("team2", "/warnings/follow", &talk).await;
        house.done("team", "/warnings/follow", &talk).await;
        let html = house.client("deputy").await.get(&format!("/warnings/{id}?view=talks")).await.text();
        assert!(html.contains("发现问题 3 个，提出建议 3 条"), "{database:?}: {html}");

        let find = q("SELECT id FROM warning_situations WHERE matter_id = $1 ORDER BY position").bind(&id);
        let situation = rows(&house.app, find).await[0].text("id").unwrap();
        let unit = house.units[2].1.clone();
        let mut ask = vec![
            ("matter", id.as_str()),
            ("view", "talks"),
            ("do", "start"),
            ("situation", situation.as_str()),
            ("unit", ""),
            ("words", "两次协调不到会"),
        ];
        assert!(house.not("team", "/warnings/follow", &ask).await.contains("还没有选责任单位"), "{database:?}");
        ask[4] = ("unit", unit.as_str());
        house.done("team", "/warnings/follow", &ask).await;
        let start = rows(&house.app, q("SELECT id, version FROM warning_starts")).await.remove(0);
        let (start, seen) = (start.text("id").unwrap(), start.int("version").unwrap().to_string());
        let answer = |act: &'static str, words: &'static str| {
            vec![
                ("matter", id.clone()),
                ("view", "talks".to_owned()),
                ("start", start.clone()),
                ("seen", seen.clone()),
                ("do", act.to_owned()),
                ("words", words.to_owned()),
            ]
        };
        let refused = answer("decline", "");
        let lent: Vec<(&str, &str)> = refused.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert!(house.not("deputy", "/warnings/follow", &lent).await.contains("不启动的原因"), "{database:?}");
        let taken = answer("take", "");
        let lent: Vec<(&str, &str)> = taken.iter().map(|(n, v)| (*n, v.as_str())).collect();
        house.not("office", "/warnings/follow", &lent).await;
        house.done("deputy", "/warnings/follow", &lent).await;
        let html = house.client("office").await.get(&format!("/warnings/{id}?view=talks")).await.text();
        assert!(html.contains("已受理，线下按权限办理"), "{database:?}: {html}");
        // The unit reads nothing of it.
        let html = house.client("h2").await.get(&format!("/warnings/{id}?view=talks")).await.text();
        assert!(!html.contains("两次协调不到会"), "{database:?}: {html}");
    }
}
