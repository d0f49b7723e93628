//! The lists of the demonstration's matters and their way to the notices; what follows stands in `matters`.

use chrono::Days;
use domain::{
    ids::UnitId,
    people::access::Actor,
    time::{Day, iso},
    warnings::{
        Count, Source,
        sample::{
            MARKET, MARKET_SITUATIONS, POLICY, POLICY_STAGES, SCHOOL_DUTIES, SCHOOL_PROBLEMS, SampleSituation,
        },
    },
};

use super::{
    holidays, houses,
    load::{Loader, missing},
    matters::{MARKET_TITLE, MARKET_UNITS, POLICY_TITLE, POLICY_UNITS, Told, key},
    plan::{at, worked},
};
use crate::{
    services::warnings::{
        Act, Change, Countersign, Edit, Judge, Judged, Paste, Propose, Say, Step, Terms, countersign_quietly,
        edit_quietly, judge_quietly, make_quietly, paste_quietly, propose_quietly, step_quietly,
    },
    storage::{Failure, Tx, q},
};

/// Town, department and enterprise of the school project, as the sample counts them.
const SCHOOL_UNITS: [usize; 3] = [6, 13, 22];
/// House whose 联络员 点题 last.
const ASKER: usize = 5;

impl Loader {
    /// 点题 and 采纳.
    async fn begun(
        &self,
        tx: &mut Tx,
        (title, aim): (&str, &str),
        (back, lead, stages): (u64, usize, &str),
    ) -> Result<Told, Failure> {
        let calendar = holidays::calendar(&self.plan.holidays);
        let base = self.plan.base;
        let on = worked(&calendar, base - Days::new(back));
        tx.pretend(at(on, 9, 40));
        let by = self.body_of_house(lead, on)?;
        let form = Propose {
            command: key(tx),
            title: title.to_owned(),
            aim: aim.to_owned(),
            source: Source::Daily,
            source_words: "日常监督中多次遇到互推".to_owned(),
        };
        let id = propose_quietly(tx, &by, &form).await?;
        let on = worked(&calendar, on + Days::new(2));
        tx.pretend(at(on, 15, 0));
        let terms = Terms {
            analysis: "牵涉单位多，职责交叉，历年问题反复，适合用“一件事”事前厘清边界。".to_owned(),
            lead: self.unit(lead)?,
            supervisors: vec![self.body_id(lead)?],
            ends_on: Some(base + Days::new(90)),
            count: Count::Working,
            days: (5, 10),
            stages: stages.to_owned(),
        };
        let form = Judge { command: key(tx), matter: id, seen: 1, what: Judged::Adopt(terms) };
        judge_quietly(tx, &self.called(houses::CONDUCT_STAFF[0], on)?, &form).await?;
        Ok(Told { id, calendar })
    }

    /// A step of the matter by `by`, on the version as it is.
    async fn stepped(&self, tx: &mut Tx, told: &Told, by: &Actor, act: Act) -> Result<(), Failure> {
        let row = tx.row(q("SELECT version FROM warning_matters WHERE id = $1").bind(told.id)).await?;
        let seen = row.ok_or_else(|| missing("matter"))?.int("version")?;
        step_quietly(tx, by, &Step { command: key(tx), matter: told.id, seen, act, paper: None }).await
    }

    /// The day `back` days before the base, at `hour`.
    fn on(&self, tx: &mut Tx, told: &Told, back: u64, hour: u32) -> Day {
        let on = worked(&told.calendar, self.plan.base - Days::new(back));
        tx.pretend(at(on, hour, 20));
        on
    }

    /// 会签 by the heads of these houses, then the 问责清单, 审定, 签发, 用印 and the notices.
    async fn sent(
        &self,
        tx: &mut Tx,
        told: &Told,
        back: u64,
        (lead, houses): (usize, &[usize]),
        situations: &[SampleSituation],
    ) -> Result<(), Failure> {
        let on = self.on(tx, told, back, 9);
        self.stepped(tx, told, &self.liaison_of(lead, on)?, Act::Ask).await?;
        let on = self.on(tx, told, back - 2, 10);
        for house in houses {
            let form =
                Countersign { command: key(tx), matter: told.id, unit: self.unit(*house)?, seen: 1, say: Say::Agree };
            countersign_quietly(tx, &self.head_actor(*house, on)?, &form).await?;
        }
        let on = self.on(tx, told, back - 3, 11);
        self.stepped(tx, told, &self.liaison_of(lead, on)?, Act::Settle).await?;
        let office = self.called(houses::CONDUCT_STAFF[0], on)?;
        for (text, ways, basis) in situations {
            let ways = ways.map(str::to_owned);
            let change = Change::Situation((*text).to_owned(), ways, (*basis).to_owned());
            let form = Edit { command: key(tx), matter: told.id, line: None, seen: 0, change };
            edit_quietly(tx, &office, &form).await?;
        }
        self.stepped(tx, told, &office, Act::Send).await?;
        let on = self.on(tx, told, back - 4, 14);
        self.stepped(tx, told, &self.called(houses::DEPUTY, on)?, Act::Agree).await?;
        self.stepped(tx, told, &self.called(houses::SECRETARY, on)?, Act::Issue).await?;
        let on = self.on(tx, told, back - 5, 16);
        self.stepped(tx, told, &self.called(houses::GENERAL_HEAD, on)?, Act::Seal(None)).await?;
        make_quietly(tx, self.district, told.id).await
    }

    async fn pasted(&self, tx: &mut Tx, told: &Told, lead: usize, back: u64, table: String) -> Result<(), Failure> {
        let on = self.on(tx, told, back, 16);
        let form = Paste { command: key(tx), matter: told.id, table };
        paste_quietly(tx, &self.liaison_of(lead, on)?, &form).await.map(drop)
    }

    pub(super) async fn market(&self, tx: &mut Tx, base: Day) -> Result<(), Failure> {
        let lead = MARKET_UNITS[0];
        let about = (MARKET_TITLE, "辖区专业市场及周边的文明创建，涉及多家部门和属地镇街，事项繁杂、边界交叉。");
        let told = self.begun(tx, about, (84, lead, "")).await?;
        let mut table = "大类\t问题\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        let due = iso(base + Days::new(60));
        for (n, (group, problem)) in MARKET.iter().enumerate() {
            let (first, town) = (MARKET_UNITS[n % 4], MARKET_UNITS[4 + n % 4]);
            let member = houses::HOUSES[first].members[0];
            let name = self.house_name(first);
            table.push_str(&format!("\n{group}\t{problem}\t{name}\t牵头\t业务科\t业务科长\t{member}\t每周巡查、即查即改\t{due}"));
            if n < 4 {
                let (name, member) = (self.house_name(town), houses::HOUSES[town].members[0]);
                table.push_str(&format!("\n\t\t{name}\t属地\t综合治理办\t治理办主任\t{member}\t划片包干、日常劝导\t全程"));
            }
        }
        self.pasted(tx, &told, lead, 78, table).await?;
        self.sent(tx, &told, 74, (lead, &MARKET_UNITS), &MARKET_SITUATIONS).await
    }

    pub(super) async fn policy(&self, tx: &mut Tx, base: Day) -> Result<(), Failure> {
        let lead = POLICY_UNITS[0];
        let about = (POLICY_TITLE, "惠企政策多、口径分散，企业反映兑现不及时、不全面、不到位。");
        let told = self.begun(tx, about, (47, lead, &POLICY_STAGES.join("\n"))).await?;
        let due = iso(base + Days::new(45));
        let mut table = "问题\t子项\t标准\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        for (n, (name, standard)) in POLICY.iter().enumerate() {
            let problem = if n == 0 { "政策兑现不及时、不全面、不到位" } else { "" };
            let house = POLICY_UNITS[n % POLICY_UNITS.len()];
            let (unit, member) = (self.house_name(house), houses::HOUSES[house].members[0]);
            table.push_str(&format!(
                "\n{problem}\t{name}\t{standard}\t{unit}\t牵头\t企业服务科\t服务科长\t{member}\t一次告知、限时办结\t{due}"
            ));
        }
        self.pasted(tx, &told, lead, 43, table).await?;
        self.sent(tx, &told, 40, (lead, &POLICY_UNITS), &MARKET_SITUATIONS).await
    }

    pub(super) async fn school(&self, tx: &mut Tx, base: Day) -> Result<(), Failure> {
        let lead = SCHOOL_UNITS[2];
        let about = ("新建学校项目开工", "项目牵涉单位多、审批事项多，按以往做法审批耗时长。");
        let told = self.begun(tx, about, (12, lead, "")).await?;
        let mut table = "问题\t任务\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        for (text, problem, house, assists, days, _) in SCHOOL_DUTIES {
            let problem = problem.map(|n| SCHOOL_PROBLEMS[n]).unwrap_or_default();
            let due = days.map_or_else(|| "全程".to_owned(), |n| iso(base + Days::new(n.into())));
            for (n, part) in [(house, "牵头")].into_iter().chain(assists.iter().map(|n| (*n, "配合"))) {
                let house = SCHOOL_UNITS[n];
                let (unit, member) = (self.house_name(house), houses::HOUSES[house].members[0]);
                table.push_str(&format!(
                    "\n{problem}\t{text}\t{unit}\t{part}\t工程管理科\t工程科长\t{member}\t专班推进\t{due}"
                ));
            }
        }
        self.pasted(tx, &told, lead, 7, table).await?;
        let on = self.on(tx, &told, 4, 9);
        self.stepped(tx, &told, &self.liaison_of(lead, on)?, Act::Ask).await?;
        let on = self.on(tx, &told, 2, 10);
        let sign = |unit: UnitId, say: Say, command: domain::ids::CommandId| Countersign { command, matter: told.id, unit, seen: 1, say };
        let form = sign(self.unit(lead)?, Say::Agree, key(tx));
        countersign_quietly(tx, &self.head_actor(lead, on)?, &form).await?;
        let words = "道路改迁涉及的管线产权单位不清，建议由建设单位先行协调。".to_owned();
        let form = sign(self.unit(SCHOOL_UNITS[1])?, Say::Object(words), key(tx));
        countersign_quietly(tx, &self.liaison_of(SCHOOL_UNITS[1], on)?, &form).await
    }

    pub(super) async fn asked(&self, tx: &mut Tx, on: Day) -> Result<(), Failure> {
        let form = Propose {
            command: key(tx),
            title: "夜市周边停车和油烟".to_owned(),
            aim: "夜市周边停车、油烟、噪声由多家单位分头管，投诉件来回转，建议一起厘清。".to_owned(),
            source: Source::Department,
            source_words: String::new(),
        };
        propose_quietly(tx, &self.liaison_of(ASKER, on)?, &form).await.map(drop)
    }
}
