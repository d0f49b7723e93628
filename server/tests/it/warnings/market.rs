//! 专业市场文明创建: 10 大类 27 种 problems on 7 departments and 7 towns, down to their 科室, from 点题 to 办结.

use std::collections::BTreeSet;

use domain::warnings::sample::{MARKET, MARKET_SITUATIONS};
use server::storage::q;

use super::House;
use crate::{
    duties::rows,
    harness::{BOTH, Database},
};

const UNITS: [&str; 14] = [
    "区文明办",
    "区执法局",
    "区市监局",
    "区商务局",
    "区住建局",
    "区消防站",
    "区交通局",
    "明溪街道",
    "松涛街道",
    "望江街道",
    "云岭镇",
    "青川镇",
    "白鹭镇",
    "石桥镇",
];

/// The 责任清单 as the 牵头部门 pastes it: each problem led by a department, done on its own ground by a town.
fn table() -> String {
    let mut lines = vec!["大类\t问题\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned()];
    for (n, (group, problem)) in MARKET.iter().enumerate() {
        let (lead, town) = (UNITS[n % 7], UNITS[7 + n % 7]);
        lines.push(format!("{group}\t{problem}\t{lead}\t牵头\t业务科\t科长甲\t分管甲\t每周巡查\t2027-03-31"));
        lines.push(format!("\t\t{town}\t属地\t城管办\t主任乙\t分管乙\t划片包干\t全程"));
    }
    lines.join("\n")
}

#[tokio::test]
async fn a_market_goes_from_the_first_word_to_the_last_item() {
    for database in BOTH {
        market(database).await;
    }
}

async fn market(database: Database) {
    let mut house = House::new(database, &UNITS).await;
    let lead = house.units[0].1.clone();
    let id = house.adopted("专业市场文明创建", &lead, "2027-06-30", &[]).await;
    assert_eq!(house.stage(&id).await, "drafting");

    // 明确责任: the 牵头部门 pastes, whom nobody else replaces.
    let table = table();
    house.done("l0", "/warnings/paste", &[("matter", &id), ("view", "duties"), ("table", &table)]).await;
    let page = house.page("h0", &id, "problems").await;
    let problems = page["problems"].as_array().unwrap();
    let groups: BTreeSet<&str> = problems.iter().map(|p| p["group"].as_str().unwrap()).collect();
    assert_eq!((problems.len(), groups.len()), (27, 10), "{database:?}");
    let page = house.page("office", &id, "duties").await;
    assert_eq!((page["duties"].as_array().unwrap().len(), page["unit_total"].as_u64()), (27, Some(14)));
    house.step("l0", &id, "ask", &[]).await;
    assert!(house.no_step("h0", &id, "settle", &[]).await.contains("还没有会签"));
    house.countersigned(&id).await;
    house.step("h0", &id, "settle", &[]).await;

    // 模拟问责 and 发起预警.
    assert!(house.no_step("office", &id, "send", &[]).await.contains("问责清单还是空的"));
    for (text, ways, _) in MARKET_SITUATIONS {
        house.situation(&id, text, ways).await;
    }
    house.sealed(&id, &[]).await;
    let find = q("SELECT number, doc FROM warning_notices WHERE matter_id = $1 AND state = 'made' ORDER BY position");
    let made = rows(&house.app, find.bind(&id)).await;
    let numbers: BTreeSet<String> = made.iter().map(|r| r.text("number").unwrap()).collect();
    assert_eq!((made.len(), numbers.len()), (14, 14), "{database:?}: one for each unit, each its own number");
    assert!(numbers.contains("滨纪预〔2026〕1号") && numbers.contains("滨纪预〔2026〕14号"), "{numbers:?}");
    let doc = made[0].text("doc").unwrap();
    assert!(doc.contains("区文明办") && !doc.contains("划片包干"), "a notice holds the unit's own lines");

    // 实施响应: items of the one loop, and nothing closes before the last.
    house.answered(&id).await;
    assert_eq!(house.notices(&id, "answered").await.len(), 14);
    let no = house.no_step("office", &id, "report", &[("report", "完")]).await;
    assert!(no.contains("54 项没有销号"), "{database:?}: {no}");
    assert_eq!(house.struck_off(&id).await, 54, "{database:?}");
    let page = house.page("office", &id, "flow").await;
    assert!(page["flow"].as_array().unwrap().iter().all(|row| row["tone"] == "ok"), "{database:?}: {page}");
    house.closed(&id).await;
    // Only what was opened is in the ledger, and the board has nothing left.
    let find = q("SELECT COUNT(*) AS n FROM items WHERE origin = 'warnings' AND state = 'closed'");
    assert_eq!(rows(&house.app, find).await[0].int("n").unwrap(), 54);
}
