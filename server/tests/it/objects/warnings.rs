//! Rows of the table for “一件事”: a matter whose only unit is the school, with its notice made and not yet delivered.

use serde_json::json;
use server::storage::q;

use super::{
    ids::Versions,
    table::{Ask, call, form, get},
    world::{CANARY, Ids, one},
};
use crate::{duties::done, harness::TestApp};

/// Those who see the matter: the school's own people, its team, the office and those who lead it, who numbered it.
pub const SEES: [&str; 8] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary", "general"];
/// Those who see all of it.
pub const WHOLE: [&str; 6] = ["team", "office", "office2", "deputy", "secretary", "general"];
/// Those who deliver and follow.
const FOLLOWS: [&str; 3] = ["team", "office", "office2"];
const OFFICE: [&str; 2] = ["office", "office2"];
const NOBODY: [&str; 0] = [];

/// Requests about the matter; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (id, notice, line) = (of.matter.as_str(), of.notice.as_str(), of.matter_line.as_str());
    let v = &of.versions;
    let about = |more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("matter", id)];
        fields.extend_from_slice(more);
        form(&fields, who).seen_by(&SEES)
    };
    let seen = ("seen", v.matter.as_str());
    Some(match path {
        "/warnings" | "/warnings/export" => vec![get(format!("{path}?draft={}", of.draft), &NOBODY)],
        "/api/warnings/list" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/warnings/new" => Vec::new(),
        "/warnings/{id}" => vec![get(format!("/warnings/{id}"), &SEES)],
        "/warnings/{id}/export" => vec![get(format!("/warnings/{id}/export"), &SEES)],
        "/api/warnings/one" => vec![call(json!({ "id": id }), &SEES)],
        "/warnings/notices/{id}" => vec![get(format!("/warnings/notices/{notice}"), &SEES)],
        "/warnings/notices/{id}/export" => vec![get(format!("/warnings/notices/{notice}/export"), &SEES)],
        "/api/warnings/notice" => vec![call(json!({ "id": notice }), &SEES)],
        // The lists stand as they were sealed; only the version is asked of first.
        "/warnings/judge" => {
            let terms = [("lead", of.team.as_str()), ("supervisor", &of.team), ("ends_on", "2026-12-31")];
            let set = [&[seen, ("do", "set"), ("analysis", "研判")][..], &terms].concat();
            vec![about(&set, &OFFICE).versioned(), about(&[seen, ("do", "decline"), ("reason", "不办")], &OFFICE).versioned()]
        }
        "/warnings/edit" => {
            let problem = [("line", line), ("seen", v.matter_line.as_str()), ("do", "problem"), ("text", "改了")];
            let cell = [("line", line), ("seen", &*v.matter_line), ("do", "cell"), ("unit", &of.unit), ("part", "lead")];
            let remove = [("line", line), ("seen", &*v.matter_line), ("do", "remove")];
            vec![about(&problem, &NOBODY), about(&cell, &NOBODY), about(&remove, &NOBODY)]
        }
        "/warnings/paste" => vec![about(&[("table", "任务\t单位\n清理\t区教育局")], &NOBODY)],
        "/warnings/step" => ["ask", "settle", "send", "agree", "issue", "seal", "report", "close"]
            .into_iter()
            .map(|act| about(&[seen, ("do", act), ("report", "完")], &NOBODY))
            .collect(),
        "/warnings/countersign" => {
            let unit = ("unit", of.unit.as_str());
            vec![about(&[unit, seen, ("do", "agree")], &NOBODY), about(&[unit, seen, ("do", "object"), ("words", "不")], &NOBODY)]
        }
        "/warnings/deliver" => {
            let pick = format!("{notice}.{}", v.notice);
            vec![about(&[("pick", &pick)], &FOLLOWS).versioned()]
        }
        "/warnings/notice" => {
            let act = |act: &str, more: &[(&str, &str)], who: &[&'static str]| {
                let mut fields = vec![("notice", notice), ("seen", v.notice.as_str()), ("do", act)];
                fields.extend_from_slice(more);
                form(&fields, who).versioned().seen_by(&SEES)
            };
            vec![
                act("deliver", &[], &FOLLOWS),
                // It is not delivered yet, and its unit did not end.
                act("sign", &[], &NOBODY),
                act("answer", &[("measures", "做"), ("adopted_on", "2026-11-02")], &NOBODY),
                act("move", &[], &NOBODY),
            ]
        }
        "/warnings/follow" => vec![
            about(&[("do", "talk"), ("held_on", "2026-11-02"), ("words", "会商")], &FOLLOWS),
            about(&[("do", "progress"), ("duty", line), ("stage", "0"), ("done_on", "2026-11-02")], &FOLLOWS),
        ],
        _ => return None,
    })
}

/// The matter of the school; ids of it, its notice and a line, and their versions among the others.
pub async fn of_school(app: &TestApp, versions: Versions) -> ((String, String, String), Versions) {
    let mut office = app.sign_in("office").await;
    let mut office2 = app.sign_in("office2").await;
    let fields = [("title", "校门口停车"), ("aim", "金丝雀说明"), ("source", "public"), ("source_words", "金丝雀来源")];
    let place = done(&mut office2, "/warnings/new", &fields).await;
    let id = place.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let seen = async || one(app, q("SELECT version AS v FROM warning_matters WHERE id = $1").bind(&id), "v").await;
    let (team, lead, version) = (app.district.team.to_string(), app.district.office.to_string(), seen().await);
    let fields = [
        ("matter", id.as_str()),
        ("seen", &version),
        ("do", "adopt"),
        ("analysis", "金丝雀研判"),
        ("lead", &lead),
        ("supervisor", &team),
        ("ends_on", "2027-06-30"),
    ];
    done(&mut office, "/warnings/judge", &fields).await;
    let table = format!("问题\t任务\t单位\t科室\t责任人\t分管领导\t措施\n{CANARY}问题\t{CANARY}任务\t区教育局\t{CANARY}科\t某甲\t某乙\t巡查");
    done(&mut office, "/warnings/paste", &[("matter", &id), ("table", &table)]).await;
    let situation = [
        ("matter", id.as_str()),
        ("do", "situation"),
        ("text", "金丝雀情形"),
        ("direct", "提醒谈话"),
        ("deputy", "提醒谈话"),
        ("head", "约谈"),
        ("basis", "办法"),
    ];
    done(&mut office, "/warnings/edit", &situation).await;
    let step = async |login: &str, act: &str| {
        let version = seen().await;
        let fields = [("matter", id.as_str()), ("seen", version.as_str()), ("do", act)];
        done(&mut app.sign_in(login).await, "/warnings/step", &fields).await;
    };
    step("office", "ask").await;
    let school = app.district.school.to_string();
    let fields = [("matter", id.as_str()), ("unit", &school), ("seen", "1"), ("do", "agree")];
    done(&mut app.sign_in("leader_b").await, "/warnings/countersign", &fields).await;
    for (login, act) in
        [("office", "settle"), ("office", "send"), ("deputy", "agree"), ("secretary", "issue"), ("general", "seal")]
    {
        step(login, act).await;
    }
    app.app.services().work_on_notices().await.unwrap();
    let of = async |sql: &'static str, name: &str| one(app, q(sql).bind(&id), name).await;
    let notice = of("SELECT id FROM warning_notices WHERE matter_id = $1", "id").await;
    let line = of("SELECT id FROM warning_duties WHERE matter_id = $1", "id").await;
    let versions = Versions {
        matter: seen().await,
        notice: of("SELECT version FROM warning_notices WHERE matter_id = $1", "version").await,
        matter_line: of("SELECT version FROM warning_duties WHERE matter_id = $1", "version").await,
        ..versions
    };
    ((id, notice, line), versions)
}
