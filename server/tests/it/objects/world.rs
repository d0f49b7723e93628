//! A district in which the unit `school` owns one of everything that an id can name.

use serde_json::json;
use server::storage::{Query, q};

pub use super::ids::{Ids, Versions};
use super::made::{device, handover, meeting};
use crate::{
    duties::{self, done, rows},
    harness::{Client, Database, TestApp},
    reviews::sealed as after,
};

/// What everybody else must never read: stands in every text field of `school`.
pub const CANARY: &str = "金丝雀";

/// The district and the objects of `school`.
pub struct World {
    pub app: TestApp,
    pub school: Ids,
}

/// The first column of the first row.
pub async fn one(app: &TestApp, query: Query, column: &str) -> String {
    let row = &rows(app, query).await[0];
    row.text(column).or_else(|_| row.int(column).map(|n| n.to_string())).unwrap()
}

/// A record by whoever `client` is; its id.
pub async fn record(client: &mut Client, text: &str, kind: &str, duty: &str) -> String {
    let form = client.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap();
    let mut fields = vec![("post", post), ("text", text), ("kind", kind), ("event_on", "")];
    if !duty.is_empty() {
        fields.push(("duty", duty));
    }
    let place = done(client, "/records/save", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// Issues and signs the list of a unit.
pub async fn signed(app: &TestApp, unit: &str, head: &str, name: &str) -> String {
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    let list = duties::list_of(&mut office, unit).await;
    duties::through(app, &mut office, &mut deputy, &list).await;
    let mut leader = app.sign_in(head).await;
    let seen = duties::version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", name)]).await;
    list
}

/// Draft → 下达 on a day.
pub async fn through_from(app: &TestApp, office: &mut Client, deputy: &mut Client, list: &str, day: &str) {
    duties::step(office, list, "send", &[]).await;
    duties::agree(app, office, list).await;
    duties::step(office, list, "submit", &[]).await;
    duties::step(deputy, list, "approve", &[]).await;
    duties::step(office, list, "issue", &[("effective_on", day)]).await;
}

impl World {
    pub async fn new(database: Database) -> Self {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let template = duties::published(&mut office).await;
        duties::made(&mut office, "区教育局").await;
        let list = duties::list_of(&mut office, "区教育局").await;
        let seen = duties::version(&mut office, &list).await;
        // A 自选动作 of this unit alone, with a source.
        let item = [
            ("leader", list.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", "14.1"),
            ("group", "金丝雀大项"),
            ("text", "金丝雀条目"),
            ("frequency", "quarterly"),
            ("action", "optional"),
            ("source", "petition"),
        ];
        done(&mut office, "/duties/lists/item", &item).await;
        signed(&app, "区教育局", "leader_b", "叶国平").await;
        signed(&app, "东湖街道", "leader_a", "段敏").await;
        // Calendars are off until somebody switches them on: here they are, for whoever may have one.
        let on =
            q("INSERT INTO reminder_switches (district_id, email, feed, robot, changed_at) VALUES ($1, 0, 1, 0, 0)");
        crate::duties::execute(&app, on.bind(app.district.id)).await;
        let district = app.district.clone();
        let (school, post) = (district.school.to_string(), district.school_post.to_string());
        let duty = one(
            &app,
            q("SELECT duty_id FROM leader_items WHERE list_id = $1 AND code = '14.1'").bind(&list),
            "duty_id",
        )
        .await;
        let record_id = record(&mut app.sign_in("leader_b").await, "金丝雀记录", "talk", &duty).await;
        let proxy = record(&mut app.sign_in("liaison_b").await, "金丝雀代录", "other", "").await;
        record(&mut app.sign_in("leader_a").await, "东湖自己的记录", "other", "").await;
        let task = [
            ("year", "2026"),
            ("unit", school.as_str()),
            ("title", "金丝雀任务"),
            ("node", "金丝雀节点"),
            ("due_on", "2026-12-20"),
            ("owner", "金丝雀责任人"),
            ("done_mark", "金丝雀标志"),
            ("source", "petition"),
        ];
        done(&mut office, "/duties/tasks/add", &task).await;
        let made = [("list", "first_responsible"), ("kind", ""), ("year", "2026"), ("from", template.as_str())];
        let place = done(&mut office, "/duties/templates/new", &made).await;
        let open_template = place.split(['/', '?']).nth(3).unwrap().to_owned();
        let target = json!({ "list": "first_responsible", "year": 2026 }).to_string();
        let fields = [("kind", "duties"), ("target", target.as_str()), ("pasted", duties::PASTED)];
        let upload = office.upload("/imports/upload", &fields, "", b"").await.location();
        let handover = handover(&app).await;
        let device = device(&app).await;
        let (person, account) = (district.person("leader_b").to_string(), district.account("leader_b").to_string());
        let proposal =
            [("person", person.as_str()), ("role", "general_office"), ("unit", &district.office.to_string())];
        done(&mut app.sign_in("sysadmin").await, "/people/roles/propose", &proposal).await;
        let mut owner = app.sign_in("leader_b").await;
        let bad = [("post", post.as_str()), ("text", "金丝雀草稿"), ("event_on", "2026-13-01")];
        let draft = duties::send(&mut owner, "/records/save", &bad).await.location();
        let text = async |sql: &'static str, id: &str| one(&app, q(sql).bind(id), "v").await;
        let task = text("SELECT id AS v FROM annual_tasks WHERE unit_id = $1", &school).await;
        let versions = Versions {
            unit: text("SELECT version AS v FROM units WHERE id = $1", &school).await,
            person: "叶国平".to_owned(),
            list: text("SELECT version AS v FROM leader_lists WHERE id = $1", &list).await,
            record: text("SELECT version AS v FROM records WHERE id = $1", &record_id).await,
            proxy: text("SELECT version AS v FROM records WHERE id = $1", &proxy).await,
            task: text("SELECT version AS v FROM annual_tasks WHERE id = $1", &task).await,
            handover: text("SELECT version AS v FROM handovers WHERE id = $1", &handover).await,
            open_template: text("SELECT version AS v FROM templates WHERE id = $1", &open_template).await,
            ..Versions::default()
        };
        // Live streams say what stands and end, so that they can be compared.
        app.app.rooms().closing().cancel();
        let meeting = meeting(&app).await;
        let versions = Versions {
            meeting: text("SELECT version AS v FROM meetings WHERE id = $1", &meeting.id).await,
            report: text("SELECT version AS v FROM meeting_reports WHERE meeting_id = $1", &meeting.id).await,
            ..versions
        };
        after::sealed(&app).await;
        let item = after::handed_with(&app, "金丝雀问题").await;
        let sheet = after::sheet_of_school(&app).await;
        let versions = Versions {
            sheet: text("SELECT version AS v FROM feedback_sheets WHERE id = $1", &sheet).await,
            item: text("SELECT version AS v FROM items WHERE id = $1", &item).await,
            ..versions
        };
        let evidence = super::evidence::of_school(&app, &record_id).await;
        let (reading, remark, taking) = super::oversight::of_school(&app, &record_id).await;
        let versions = Versions {
            reading: text("SELECT version AS v FROM inspections WHERE id = $1", &reading).await,
            ..versions
        };
        let season = super::season::of_school(&app, &post).await;
        let versions =
            Versions { season: text("SELECT version AS v FROM season_steps WHERE id = $1", &season).await, ..versions };
        let (rule_draft, check) = super::rules::of_school(&app, &post, &duty).await;
        let versions = Versions {
            rule_draft: text("SELECT version AS v FROM rule_drafts WHERE id = $1", &rule_draft).await,
            ..versions
        };
        let (talk, versions) = super::talks::of_school(&app, versions).await;
        let report = super::reports::of_school(&app).await;
        let versions = Versions {
            office_report: text("SELECT version AS v FROM reports WHERE id = $1", &report).await,
            ..versions
        };
        let (letter, tolerance, clearance, versions) = super::documents::of_school(&app, &item, versions).await;
        let (measure, advice, regulation, versions) = super::accountability::of_school(&app, &item, versions).await;
        let ((matter, notice, matter_line), versions) = super::warnings::of_school(&app, versions).await;
        let school = Ids {
            matter,
            notice,
            matter_line,
            measure,
            advice,
            regulation,
            letter,
            tolerance,
            clearance,
            report,
            season,
            rule_draft,
            check,
            talk,
            evidence,
            reading,
            remark,
            taking,
            reviewed: text("SELECT meeting_id AS v FROM feedback_sheets WHERE id = $1", &sheet).await,
            round: text("SELECT round_id AS v FROM review_results WHERE person_id = $1", &person).await,
            comment: text("SELECT id AS v FROM sealed_comments WHERE state = 'kept' AND cleared_text <> $1", "").await,
            sheet,
            item,
            presenter: meeting.presenters[0].clone(),
            rater: meeting.rater,
            question: text(
                "SELECT id AS v FROM meeting_questions WHERE anonymous = 0 AND meeting_id = $1",
                &meeting.id,
            )
            .await,
            suggestion: text(
                "SELECT id AS v FROM meeting_questions WHERE anonymous = 1 AND meeting_id = $1",
                &meeting.id,
            )
            .await,
            other: app.district.person("team").to_string(),
            meeting: meeting.id,
            term: text("SELECT id AS v FROM terms WHERE post_id = $1 AND ends_on IS NULL", &post).await,
            session: text("SELECT id AS v FROM sessions WHERE account_id = $1 ORDER BY id", &account).await,
            grant: text("SELECT id AS v FROM role_grants WHERE person_id = $1 AND state = 'proposed'", &person).await,
            named_list: text("SELECT list_id AS v FROM templates WHERE id = $1", &template).await,
            draft: draft.split("draft=").nth(1).unwrap().to_owned(),
            upload: upload.rsplit('/').next().unwrap().to_owned(),
            team: district.team.to_string(),
            leading: district.leading_post.to_string(),
            unit: school,
            post,
            person,
            account,
            device,
            list,
            duty,
            record: record_id,
            proxy,
            task,
            handover,
            template,
            open_template,
            versions,
        };
        Self { app, school }
    }
}
