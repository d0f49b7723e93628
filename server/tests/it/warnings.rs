//! “一件事”问责预警 through the whole router on both databases: the two worked cases of the article on invented names,
//! from 点题 to the last item struck off, and what must not happen on the way.

mod bad;
mod house;
mod market;
mod school;
mod sight;
mod talks;

use std::collections::HashMap;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{done, refused, rows},
    harness::{Client, Database, TestApp},
};

/// A notice that was signed for, as its page is opened by the 联络员 who answers it.
pub async fn to_answer(database: Database) -> (TestApp, Client, String) {
    let (mut house, matter) = school::sent(database).await;
    let made = house.notices(&matter, "made").await;
    let picks: Vec<String> = made.iter().map(|(id, version, _)| format!("{id}.{version}")).collect();
    let mut fields = vec![("matter", matter.as_str())];
    fields.extend(picks.iter().map(|pick| ("pick", pick.as_str())));
    house.done("team", "/warnings/deliver", &fields).await;
    // One with lines that are followed.
    let find = q("SELECT n.id FROM warning_notices n JOIN warning_cells c ON c.matter_id = n.matter_id
                  AND c.unit_id = n.unit_id WHERE n.matter_id = $1 AND c.item_id IS NOT NULL ORDER BY n.position");
    let notice = rows(&house.app, find.bind(&matter)).await[0].text("id").unwrap();
    let delivered = house.notices(&matter, "delivered").await;
    let (_, version, unit) = delivered.into_iter().find(|(id, ..)| *id == notice).unwrap();
    let n = house.number(&unit);
    let fields = [("notice", notice.as_str()), ("seen", version.as_str()), ("do", "sign")];
    house.done(&format!("h{n}"), "/warnings/notice", &fields).await;
    let client = house.app.sign_in(&format!("l{n}")).await;
    (house.app, client, format!("/warnings/notices/{notice}"))
}

/// An installation with browsers that stay signed in.
struct House {
    app: TestApp,
    clients: HashMap<String, Client>,
    /// Units that were added: name, id; head `h0`, `h1` …, 联络员 `l0`, `l1` ….
    units: Vec<(String, String)>,
}

impl House {
    async fn new(database: Database, units: &[&str]) -> Self {
        let app = TestApp::new(database).await;
        let units = house::added(&app, units).await;
        Self { app, clients: HashMap::new(), units }
    }

    /// Noon of another day; who was signed in signs in again.
    fn day(&mut self, day: &str) {
        self.app.clock.set_day(domain::time::parse_iso(day).unwrap());
        self.clients.clear();
    }

    async fn client(&mut self, login: &str) -> &mut Client {
        if !self.clients.contains_key(login) {
            let client = self.app.sign_in(login).await;
            self.clients.insert(login.to_owned(), client);
        }
        self.clients.get_mut(login).unwrap()
    }

    /// A form that must succeed; where it leads.
    async fn done(&mut self, login: &str, path: &str, fields: &[(&str, &str)]) -> String {
        done(self.client(login).await, path, fields).await
    }

    /// A form that must be refused; the page it comes back to.
    async fn not(&mut self, login: &str, path: &str, fields: &[(&str, &str)]) -> String {
        refused(self.client(login).await, path, fields).await
    }

    /// What the page of a matter reads.
    async fn page(&mut self, login: &str, matter: &str, view: &str) -> Value {
        let form = json!({ "id": matter, "view": view });
        let reply = self.client(login).await.call("/api/warnings/one", form).await;
        assert_eq!(reply.status, 200, "{login}: {}", reply.text());
        reply.json()
    }

    async fn seen(&self, matter: &str) -> String {
        let find = q("SELECT version FROM warning_matters WHERE id = $1").bind(matter);
        rows(&self.app, find).await[0].int("version").unwrap().to_string()
    }

    async fn stage(&self, matter: &str) -> String {
        let find = q("SELECT stage FROM warning_matters WHERE id = $1").bind(matter);
        rows(&self.app, find).await[0].text("stage").unwrap()
    }

    /// A step that must succeed.
    async fn step(&mut self, login: &str, matter: &str, act: &str, more: &[(&str, &str)]) {
        let seen = self.seen(matter).await;
        let mut fields = vec![("matter", matter), ("seen", seen.as_str()), ("do", act)];
        fields.extend_from_slice(more);
        self.done(login, "/warnings/step", &fields).await;
    }

    /// A step that must be refused; the page it comes back to.
    async fn no_step(&mut self, login: &str, matter: &str, act: &str, more: &[(&str, &str)]) -> String {
        let seen = self.seen(matter).await;
        let mut fields = vec![("matter", matter), ("seen", seen.as_str()), ("do", act)];
        fields.extend_from_slice(more);
        self.not(login, "/warnings/step", &fields).await
    }

    /// 点题 by one of the office, adopted by another, with the lead and the first team as 监督牵头单位.
    async fn adopted(&mut self, title: &str, lead: &str, ends_on: &str, more: &[(&str, &str)]) -> String {
        let fields = [("title", title), ("aim", "职责交叉，容易推诿扯皮。"), ("source", "public")];
        let place = self.done("office2", "/warnings/new", &fields).await;
        let id = place.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let (seen, team) = (self.seen(&id).await, self.app.district.team.to_string());
        let mut fields = vec![
            ("matter", id.as_str()),
            ("seen", seen.as_str()),
            ("do", "adopt"),
            ("analysis", "牵涉单位多，边界不清。"),
            ("lead", lead),
            ("supervisor", team.as_str()),
            ("ends_on", ends_on),
        ];
        fields.extend_from_slice(more);
        self.done("office", "/warnings/judge", &fields).await;
        id
    }

    /// 会签 of every unit that was added, by its head.
    async fn countersigned(&mut self, matter: &str) {
        for n in 0..self.units.len() {
            let unit = self.units[n].1.clone();
            let find = q("SELECT version FROM warning_countersigns WHERE matter_id = $1 AND unit_id = $2 AND state = 'asked'");
            let found = rows(&self.app, find.bind(matter).bind(&unit)).await;
            let Some(row) = found.first() else { continue };
            let seen = row.int("version").unwrap().to_string();
            let fields = [("matter", matter), ("unit", unit.as_str()), ("seen", seen.as_str()), ("do", "agree")];
            self.done(&format!("h{n}"), "/warnings/countersign", &fields).await;
        }
    }

    /// A situation of the 问责清单.
    async fn situation(&mut self, matter: &str, text: &str, ways: [&str; 3]) {
        let fields = [
            ("matter", matter),
            ("do", "situation"),
            ("text", text),
            ("direct", ways[0]),
            ("deputy", ways[1]),
            ("head", ways[2]),
            ("basis", "本区“一件事”问责预警办法（示范）"),
        ];
        self.done("office", "/warnings/edit", &fields).await;
    }

    /// 送审, 审定, 签发, 编号用印, and the notices made in the background.
    async fn sealed(&mut self, matter: &str, number: &[(&str, &str)]) {
        self.step("office", matter, "send", &[]).await;
        self.step("deputy", matter, "agree", &[]).await;
        self.step("secretary", matter, "issue", &[]).await;
        self.step("general", matter, "seal", number).await;
        self.app.app.services().work_on_notices().await.unwrap();
    }

    /// Id, version, unit of the notices in a state, in their order.
    async fn notices(&self, matter: &str, state: &str) -> Vec<(String, String, String)> {
        let find = q("SELECT id, version, unit_id FROM warning_notices WHERE matter_id = $1 AND state = $2 ORDER BY position");
        let found = rows(&self.app, find.bind(matter).bind(state)).await;
        let text = |row: &server::storage::Row, name: &str| row.text(name).unwrap();
        found.iter().map(|r| (text(r, "id"), r.int("version").unwrap().to_string(), text(r, "unit_id"))).collect()
    }

    /// The number of the added unit with this id.
    fn number(&self, unit: &str) -> usize {
        self.units.iter().position(|(_, id)| id == unit).unwrap()
    }

    /// Every notice delivered by the team, signed by the heads, answered by the 联络员.
    async fn answered(&mut self, matter: &str) {
        let made = self.notices(matter, "made").await;
        let picks: Vec<String> = made.iter().map(|(id, version, _)| format!("{id}.{version}")).collect();
        let mut fields = vec![("matter", matter)];
        fields.extend(picks.iter().map(|pick| ("pick", pick.as_str())));
        self.done("team", "/warnings/deliver", &fields).await;
        for (id, version, unit) in self.notices(matter, "delivered").await {
            let head = format!("h{}", self.number(&unit));
            let fields = [("notice", id.as_str()), ("seen", version.as_str()), ("do", "sign")];
            self.done(&head, "/warnings/notice", &fields).await;
        }
        let today = domain::time::iso(self.app.app.services().today());
        for (id, version, unit) in self.notices(matter, "signed").await {
            let liaison = format!("l{}", self.number(&unit));
            let fields = [
                ("notice", id.as_str()),
                ("seen", version.as_str()),
                ("do", "answer"),
                ("measures", "党组专题研究，逐项落实。"),
                ("adopted_on", today.as_str()),
            ];
            self.done(&liaison, "/warnings/notice", &fields).await;
        }
    }

    /// One step of an item by `login`.
    async fn item(&mut self, login: &str, item: &str, step: &str, words: &str) {
        let find = q("SELECT version FROM items WHERE id = $1").bind(item);
        let seen = rows(&self.app, find).await[0].int("version").unwrap().to_string();
        let mut fields = vec![("item", item), ("seen", seen.as_str()), ("step", step)];
        if !words.is_empty() {
            fields.push(("words", words));
        }
        self.done(login, "/accountability/step", &fields).await;
    }

    /// Every item of the matter through the closed loop, struck off one by one; how many.
    async fn struck_off(&mut self, matter: &str) -> usize {
        let find = q("SELECT i.id, i.unit_id FROM warning_cells c JOIN items i ON i.id = c.item_id
                      WHERE c.matter_id = $1 AND i.state <> 'closed' ORDER BY i.number");
        let items = rows(&self.app, find.bind(matter)).await;
        for row in &items {
            let (id, n) = (row.text("id").unwrap(), self.number(&row.text("unit_id").unwrap()));
            let (head, liaison) = (format!("h{n}"), format!("l{n}"));
            self.item(&liaison, &id, "fill", "已逐点整改，有照片和台账").await;
            self.item(&head, &id, "lead", "").await;
            self.item(&head, &id, "apply", "").await;
            self.item("team", &id, "check", "现场看过").await;
            self.item("office2", &id, "strike", "").await;
        }
        items.len()
    }

    /// 办结报告 and its 审定.
    async fn closed(&mut self, matter: &str) {
        self.step("office", matter, "report", &[("report", "各项均已销号，边界厘清。")]).await;
        self.step("deputy", matter, "close", &[]).await;
        assert_eq!(self.stage(matter).await, "closed");
    }
}
