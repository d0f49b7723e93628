//! 岗位廉政风险库: kept by hand, imported, drawn from; published cases beside it.

use serde_json::json;
use server::storage::q;

use super::{page, registered, take};
use crate::{
    duties::{done, refused, rows, send},
    harness::{BOTH, Database, TestApp},
};

const TABLE: &str = "单位\t岗位\t廉政风险点\t风险等级\t防控措施\t责任人
区教育局\t计财科\t专项资金拨付审核不严\t一级\t双人审核\t计财科科长
\t\t物资采购拆分规避招标\t高\t集体研究\t分管领导
区民政局\t救助科\t救助对象认定不实\t中\t入户核查\t科长";

#[tokio::test]
async fn a_register_is_imported_changed_and_drawn_from() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let import = async |office: &mut crate::harness::Client, pasted: &str| {
            let fields = [("kind", "risks"), ("target", ""), ("pasted", pasted)];
            let reply = office.upload("/imports/upload", &fields, "", b"").await;
            assert_eq!(reply.status, 303, "{}", reply.text());
            let upload = reply.location().rsplit('/').next().unwrap().to_owned();
            (office.get(&reply.location()).await.text(), upload)
        };
        let (_, upload) = import(&mut office, TABLE).await;
        let place = done(&mut office, "/imports/commit", &[("upload", &upload)]).await;
        assert_eq!(place, "/talks/risks?done=imported");
        let stored = rows(&app, q("SELECT unit_id, post_name, level FROM talk_risks ORDER BY point")).await;
        assert_eq!(stored.len(), 3);
        assert_eq!(stored.iter().filter(|row| row.text("post_name").unwrap() == "计财科").count(), 2);
        // Once more with one change: one line is updated, nothing is doubled.
        let changed = TABLE.replace("双人审核", "三人审核");
        let (_, upload) = import(&mut office, &changed).await;
        done(&mut office, "/imports/commit", &[("upload", &upload)]).await;
        let all = rows(&app, q("SELECT control FROM talk_risks")).await;
        assert_eq!(all.len(), 3);
        assert!(all.iter().any(|row| row.text("control").unwrap() == "三人审核"));
        let (preview, _) = import(&mut office, &TABLE.replace("一级", "红色")).await;
        assert!(preview.contains("不认识等级"));

        // Drawn into a 风险清单 by a tick, once.
        let id = registered(&app).await;
        let prepared = office.call("/api/talks/prepare", json!({ "id": id })).await.json();
        let risk = prepared["suggestions"].as_array().unwrap().iter().find(|s| s["list"] == "risk").unwrap();
        let key = risk["key"].as_str().unwrap().to_owned();
        take(&app, "team", &id, "/talks/take", &[("pick", &key)]).await;
        let one = page(&mut office, &id).await;
        assert_eq!(one["talk"]["lists"]["risks"].as_array().unwrap().len(), 1);
        super::no(&app, "team", &id, "/talks/take", &[("pick", &key)]).await;
        // An entry of another unit is no fact of this one.
        let civil = rows(&app, q("SELECT id FROM talk_risks WHERE post_name = '救助科'")).await[0].text("id").unwrap();
        super::no(&app, "team", &id, "/talks/take", &[("pick", &format!("risk:{civil}"))]).await;
    }
}

#[tokio::test]
async fn a_unit_keeps_its_own_register_and_no_other() {
    let app = TestApp::new(Database::Sqlite).await;
    let (school, civil) = (app.district.school.to_string(), app.district.civil.to_string());
    let entry = |unit: &str| {
        [
            ("unit", unit.to_owned()),
            ("post_name", "计财科".to_owned()),
            ("point", "资金拨付".to_owned()),
            ("level", "high".to_owned()),
            ("control", "双人审核".to_owned()),
            ("owner", "科长".to_owned()),
        ]
    };
    let mut liaison = app.sign_in("liaison_b").await;
    let own = entry(&school);
    let own: Vec<(&str, &str)> = own.iter().map(|(n, v)| (*n, v.as_str())).collect();
    done(&mut liaison, "/talks/risk", &own).await;
    assert!(refused(&mut liaison, "/talks/risk", &own).await.contains("已有同样的风险点"));
    let other = entry(&civil);
    let other: Vec<(&str, &str)> = other.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for login in ["liaison_b", "team", "leader_a", "sysadmin"] {
        send(&mut app.sign_in(login).await, "/talks/risk", &other).await;
    }
    assert_eq!(rows(&app, q("SELECT id FROM talk_risks")).await.len(), 1);
    let reply = app.sign_in("team2").await.call("/api/talks/risks", json!({ "unit": school })).await;
    assert_eq!(reply.status, 404);
    let case = [
        ("title", "某单位违规采购案"),
        ("case_post", "采购岗"),
        ("case_point", "拆分项目"),
        ("case_control", "集体研究"),
        ("case_on", "2026-10-20"),
        ("case_place", "市纪委通报"),
    ];
    send(&mut liaison, "/talks/case", &case).await;
    assert!(rows(&app, q("SELECT id FROM talk_cases")).await.is_empty());
    let mut office = app.sign_in("office").await;
    done(&mut office, "/talks/case", &case).await;
    let late: Vec<(&str, &str)> =
        case.iter().map(|(n, v)| (*n, if *n == "case_on" { "2026-12-01" } else { *v })).collect();
    assert!(refused(&mut office, "/talks/case", &late).await.contains("已经公开通报"));
}
