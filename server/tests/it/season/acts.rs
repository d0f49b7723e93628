//! What the office does with a step, and what it may not.

use domain::time::parse_iso;
use server::storage::q;

use super::{column, marks, planned, step};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, TestApp},
};

const ACT: &str = "/oversight/season/act";

/// An act of the office on the school's step; what it comes back with.
async fn act(app: &TestApp, what: &str, more: &[(&str, &str)]) -> String {
    let (id, seen) = marks(app, app.district.school_post, "mid_year", 1).await;
    let mut fields = vec![("step", id.as_str()), ("seen", seen.as_str()), ("do", what)];
    fields.extend_from_slice(more);
    done(&mut app.sign_in("office").await, ACT, &fields).await
}

async fn not(app: &TestApp, what: &str, more: &[(&str, &str)]) -> String {
    let (id, seen) = marks(app, app.district.school_post, "mid_year", 1).await;
    let mut fields = vec![("step", id.as_str()), ("seen", seen.as_str()), ("do", what)];
    fields.extend_from_slice(more);
    refused(&mut app.sign_in("office").await, ACT, &fields).await
}

#[tokio::test]
async fn a_due_day_moves_within_the_year_and_the_board_follows() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        crate::duties::issued(&app, "区教育局").await;
        app.clock.set_day(parse_iso("2026-07-08").unwrap());
        for (to, why, words) in [
            ("2026-07-07", "因故", "早于今天"),
            ("2027-01-04", "因故", "本年度最后一天"),
            ("2026-07-25", "因故", "不是工作日"),
            ("", "因故", "还没有选新的期限"),
            ("2026-07-22", "", "改期原因"),
        ] {
            let page = not(&app, "move", &[("to", to), ("why", why)]).await;
            assert!(page.contains(words), "{database:?} {to}: {page}");
            if !why.is_empty() {
                assert!(page.contains("value=\"因故\""), "{database:?}: nothing typed is lost: {page}");
            }
        }
        act(&app, "move", &[("to", "2026-07-31"), ("why", "与巡察错开")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "due_on").await, "2026-07-31");
        assert_eq!(column(&app, post, "mid_year", 1, "planned_on").await, "2026-07-15");
        let find = q("SELECT why FROM board_cells WHERE post_id = $1 AND duty = 'du'").bind(post);
        let why = rows(&app, find).await[0].text("why").unwrap();
        assert!(why.contains("7月31日前") && why.contains("不影响本单位"), "{database:?}: {why}");
        // The calendar moves what nobody moved, and nothing else.
        execute(&app, q("UPDATE season_steps SET planned_on = '2026-07-14' WHERE kind = 'mid_year'")).await;
        app.app.services().keep_seasons().await.unwrap();
        assert_eq!(column(&app, post, "mid_year", 1, "due_on").await, "2026-07-31");
        let logged = rows(&app, q("SELECT action FROM audit WHERE action = 'season.moved'")).await;
        assert_eq!(logged.len(), 1, "{database:?}");
    }
}

#[tokio::test]
async fn of_two_editors_the_second_is_told() {
    for database in BOTH {
        let app = planned(database).await;
        let (id, seen) = marks(&app, app.district.school_post, "mid_year", 1).await;
        let fields = |to: &'static str| {
            [("step", id.as_str()), ("seen", seen.as_str()), ("do", "move"), ("to", to), ("why", "因故调整")]
        };
        done(&mut app.sign_in("office").await, ACT, &fields("2026-07-10")).await;
        let page = refused(&mut app.sign_in("office2").await, ACT, &fields("2026-07-13")).await;
        assert!(page.contains("刚刚被别人改过") && page.contains("value=\"2026-07-13\""), "{database:?}: {page}");
        assert_eq!(column(&app, app.district.school_post, "mid_year", 1, "due_on").await, "2026-07-10");
    }
}

#[tokio::test]
async fn a_step_goes_only_to_who_watches_the_unit() {
    for database in BOTH {
        let app = planned(database).await;
        let (post, team2, office) =
            (app.district.school_post, app.district.team2.to_string(), app.district.office.to_string());
        let person = app.district.person("office2").to_string();
        for share in [team2.clone(), format!("{office}.{}", app.district.person("team"))] {
            let page = not(&app, "assign", &[("share", &share)]).await;
            assert!(page.contains("没有归口监督"), "{database:?} {share}: {page}");
        }
        assert!(not(&app, "assign", &[("share", "")]).await.contains("还没有选承办单位"));
        // Nothing changes hands without a reason, and what was chosen stays chosen.
        let share = format!("{office}.{person}");
        let page = not(&app, "assign", &[("share", &share)]).await;
        let chosen = format!("value=\"{share}\" selected");
        assert!(page.contains("改派原因还没有填写") && page.contains(&chosen), "{database:?}: {page}");
        act(&app, "assign", &[("share", &share), ("why", "派驻组人手不足")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "body_id").await, office);
        assert_eq!(column(&app, post, "mid_year", 1, "assignee_id").await, person);
        // Whose it was stands on its page, for the team that had it too, in the log, and not in the unit's own thread.
        let (id, _) = marks(&app, post, "mid_year", 1).await;
        let words = "原由派驻第一纪检监察组承办，改由党风政风监督室";
        for login in ["office", "team"] {
            let page = app.sign_in(login).await.get(&format!("/oversight/season/{id}")).await.text();
            assert!(page.contains(words) && page.contains("改派原因：派驻组人手不足"), "{database:?} {login}: {page}");
            assert_eq!(page.contains("要换别家，请先调整归口"), login == "office", "{database:?}");
        }
        let find = q("SELECT visibility FROM thread_events WHERE source = 'season.hands' AND post_id = $1").bind(post);
        assert_eq!(rows(&app, find).await[0].text("visibility").unwrap(), "office");
        let find =
            q("SELECT d.text FROM audit a JOIN audit_details d ON d.seq = a.seq AND d.district_id = a.district_id
                      WHERE a.action = 'season.assigned'");
        let logged = rows(&app, find).await[0].text("text").unwrap();
        assert!(logged.contains(words) && logged.contains("人手不足"), "{database:?}: {logged}");
        // By hand: the 归口表 changes it no more, and the team does not draft for it.
        assert_eq!(app.app.services().keep_seasons().await.unwrap(), 0, "{database:?}");
        let (id, seen) = marks(&app, post, "mid_year", 1).await;
        let pick = format!("{id}.{seen}");
        let fields = [("pick", pick.as_str()), ("note", "请准备"), ("from", id.as_str())];
        refused(&mut app.sign_in("team").await, "/oversight/season/draft", &fields).await;
        // Nobody but the office runs the plan.
        for login in ["team", "deputy", "secretary", "leader_b", "team2", "sysadmin"] {
            let fields = [("step", id.as_str()), ("seen", &seen), ("do", "cancel"), ("why", "不做了")];
            refused(&mut app.sign_in(login).await, ACT, &fields).await;
        }
    }
}

#[tokio::test]
async fn a_split_step_is_done_when_all_of_its_parts_are() {
    for database in BOTH {
        let app = planned(database).await;
        crate::duties::issued(&app, "区教育局").await;
        app.clock.set_day(parse_iso("2026-07-08").unwrap());
        let (post, team, office) =
            (app.district.school_post, app.district.team.to_string(), app.district.office.to_string());
        for (parts, words) in
            [(vec![], "至少选两家"), (vec![team.as_str()], "至少选两家"), (vec![team.as_str(), team.as_str()], "两次")]
        {
            let fields: Vec<(&str, &str)> = parts.into_iter().map(|part| ("part", part)).collect();
            // A list sent twice with one value is two of the same.
            let page = not(&app, "split", &fields).await;
            assert!(page.contains(words), "{database:?} {words}: {page}");
        }
        let page = not(&app, "split", &[("part", &team), ("part", &office)]).await;
        assert!(page.contains("拆分原因还没有填写"), "{database:?}: {page}");
        act(&app, "split", &[("part", &team), ("part", &office), ("why", "事项多，分头看")]).await;
        let find =
            q("SELECT part, body_id, due_on FROM season_steps WHERE post_id = $1 AND kind = 'mid_year' ORDER BY part");
        let parts = rows(&app, find.bind(post)).await;
        let bodies: Vec<String> = parts.iter().map(|row| row.text("body_id").unwrap()).collect();
        assert_eq!(bodies, [team, office], "{database:?}");
        act(&app, "paper", &[("on", "2026-07-07"), ("handler", "黎若水"), ("why", "检查单存监督室")]).await;
        let cell = || async {
            let find = q("SELECT text FROM board_cells WHERE post_id = $1 AND duty = 'du'").bind(post);
            rows(&app, find).await[0].text("text").unwrap()
        };
        assert_eq!(cell().await, "半年梳理待确认", "{database:?}");
        let find = q("SELECT id, version FROM season_steps WHERE post_id = $1 AND kind = 'mid_year' AND part = 2");
        let second = rows(&app, find.bind(post)).await.remove(0);
        let (id, seen) = (second.text("id").unwrap(), second.int("version").unwrap().to_string());
        // The second part says, too, whose the whole was.
        let page = app.sign_in("office").await.get(&format!("/oversight/season/{id}")).await.text();
        assert!(page.contains("分别承办；拆分原因：事项多，分头看"), "{database:?}: {page}");
        let fields = [
            ("step", id.as_str()),
            ("seen", &seen),
            ("do", "paper"),
            ("on", "2026-07-08"),
            ("handler", "林思源"),
            ("why", "检查单存监督室"),
        ];
        done(&mut app.sign_in("office").await, ACT, &fields).await;
        assert_eq!(cell().await, "半年梳理已确认", "{database:?}");
        // A reminder goes out once and is not split.
        let (id, seen) = marks(&app, post, "quarter_reminder", 3).await;
        let (team, office) = (app.district.team.to_string(), app.district.office.to_string());
        let fields =
            [("step", id.as_str()), ("seen", seen.as_str()), ("do", "split"), ("part", &team), ("part", &office)];
        assert!(refused(&mut app.sign_in("office").await, ACT, &fields).await.contains("不能拆分"));
    }
}

#[tokio::test]
async fn paper_and_cancelling_say_who_and_why() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        app.clock.set_day(parse_iso("2026-07-08").unwrap());
        assert!(not(&app, "paper", &[("on", "2026-07-09"), ("handler", "甲")]).await.contains("晚于今天"));
        assert!(not(&app, "paper", &[("on", "2025-12-31"), ("handler", "甲")]).await.contains("早于2026年"));
        assert!(not(&app, "paper", &[("on", "2026-07-08"), ("handler", "")]).await.contains("经办人"));
        assert!(not(&app, "paper", &[("on", "2026-07-08"), ("handler", "甲")]).await.contains("说明还没有填写"));
        assert!(not(&app, "cancel", &[("why", " ")]).await.contains("取消原因"));
        assert!(not(&app, "restore", &[]).await.contains("没有取消"));
        act(&app, "cancel", &[("why", "机构改革，待重新归口")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "cancelled");
        assert!(not(&app, "move", &[("to", "2026-07-31"), ("why", "因故")]).await.contains("已经取消"));
        // Out of the plan stays out of it, until somebody takes it up again.
        app.app.services().keep_seasons().await.unwrap();
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "cancelled");
        act(&app, "restore", &[]).await;
        act(&app, "paper", &[("on", "2026-07-08"), ("handler", "黎若水"), ("why", "双方签字的检查单，存监督室")]).await;
        let row = step(&app, post, "mid_year", 1).await;
        let kept = [row.text("state").unwrap(), row.text("done_on").unwrap(), row.text("handler").unwrap()];
        assert_eq!(kept, ["done", "2026-07-08", "黎若水"], "{database:?}");
        assert!(not(&app, "cancel", &[("why", "不做了")]).await.contains("已经完成"));
        let page =
            app.sign_in("team").await.get(&format!("/oversight/season/{}", row.text("id").unwrap())).await.text();
        assert!(page.contains("双方签字的检查单，存监督室"), "{database:?}: {page}");
        assert!(page.contains("纸质，经办人黎若水") && !page.contains("调整"), "{database:?}: {page}");
        // The same form once more is the same answer, and nothing is done twice.
        let (id, seen) = marks(&app, post, "year_end", 1).await;
        let key = crate::duties::command();
        let fields = [
            ("command", key.as_str()),
            ("step", id.as_str()),
            ("seen", &seen),
            ("do", "move"),
            ("to", "2026-12-10"),
            ("why", "提前"),
        ];
        let mut office = app.sign_in("office").await;
        for _ in 0..2 {
            let reply = office.post(ACT, &fields).await;
            assert!(reply.status == 303 && !reply.location().contains("draft="), "{database:?}");
        }
        let foreign = [("step", id.as_str()), ("seen", "1"), ("do", "move"), ("state", "done")];
        assert!(send(&mut office, ACT, &foreign).await.location().contains("draft="), "{database:?}");
    }
}

#[tokio::test]
async fn a_step_taken_up_again_has_its_words_where_they_stood() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        let pick = || async {
            let (id, seen) = marks(&app, post, "mid_year", 1).await;
            format!("{id}.{seen}")
        };
        let again = || async {
            act(&app, "cancel", &[("why", "与巡察重复")]).await;
            act(&app, "restore", &[]).await;
            column(&app, post, "mid_year", 1, "state").await
        };
        assert_eq!(again().await, "planned", "{database:?}");
        let words = [("pick", pick().await), ("note", "先看谈话记录".to_owned())];
        let words: Vec<(&str, &str)> = words.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut app.sign_in("team").await, "/oversight/season/draft", &words).await;
        assert_eq!(again().await, "drafted", "{database:?}: it still waits for the office");
        let decide = [("pick", pick().await), ("do", "approve".to_owned())];
        let decide: Vec<(&str, &str)> = decide.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut app.sign_in("office").await, "/oversight/season/decide", &decide).await;
        assert_eq!(again().await, "approved", "{database:?}");
    }
}
