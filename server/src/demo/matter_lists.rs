//! The lists of the demonstration's matters and their way to the notices; what follows stands in `matters`.

use chrono::Days;
use domain::{
    people::access::Actor,
    time::{Day, iso},
    warnings::{
        Count, Source,
        sample::{MARKET, MARKET_SITUATIONS, POLICY, POLICY_STAGES, SCHOOL_DUTIES, SCHOOL_PROBLEMS},
    },
};

use super::{
    houses,
    load::Loader,
    matters::{MARKET_UNITS, POLICY_UNITS, SCHOOL_UNITS, Telling, Which, key},
};
use crate::{
    services::warnings::{
        Act, Change, Countersign, Edit, Judge, Judged, Paste, Propose, Say, Step, Terms, countersign_quietly,
        edit_quietly, judge_quietly, make_quietly, paste_quietly, propose_quietly, step_quietly,
    },
    storage::{Failure, Tx},
};

/// House whose 联络员 点题 last.
const ASKER: usize = 5;

impl Loader {
    /// 点题.
    pub(super) async fn proposed(&self, tx: &mut Tx, on: Day, which: Which) -> Result<(), Failure> {
        let aim = match which {
            Which::Market => "辖区专业市场及周边的文明创建，涉及多家部门和属地镇街，事项繁杂、边界交叉。",
            Which::Policy => "惠企政策多、口径分散，企业反映兑现不及时、不全面、不到位。",
            Which::School => "项目牵涉单位多、审批事项多，按以往做法审批耗时长。",
        };
        let form = Propose {
            command: key(tx),
            title: which.title().to_owned(),
            aim: aim.to_owned(),
            source: Source::Daily,
            source_words: "日常监督中多次遇到互推".to_owned(),
        };
        propose_quietly(tx, &self.body_of_house(which.lead(), on)?, &form).await.map(drop)
    }

    /// 采纳.
    pub(super) async fn adopted(&self, tx: &mut Tx, on: Day, which: Which) -> Result<(), Failure> {
        let (matter, seen) = self.told(tx, which).await?;
        let terms = Terms {
            analysis: "牵涉单位多，职责交叉，历年问题反复，适合用“一件事”事前厘清边界。".to_owned(),
            lead: self.unit(which.lead())?,
            supervisors: vec![self.body_id(which.lead())?],
            ends_on: Some(self.plan.base + Days::new(90)),
            count: Count::Working,
            days: (5, 10),
            stages: if which == Which::Policy { POLICY_STAGES.join("\n") } else { String::new() },
        };
        let form = Judge { command: key(tx), matter, seen, what: Judged::Adopt(terms) };
        judge_quietly(tx, &self.called(houses::CONDUCT_STAFF[0], on)?, &form).await
    }

    /// A step of the matter by `by`, on the version as it is.
    async fn stepped(&self, tx: &mut Tx, which: Which, by: &Actor, act: Act) -> Result<(), Failure> {
        let (matter, seen) = self.told(tx, which).await?;
        step_quietly(tx, by, &Step { command: key(tx), matter, seen, act, paper: None }).await
    }

    /// To the 会签, then the 问责清单, 审定, 签发, 用印 and the notices.
    pub(super) async fn sent(&self, tx: &mut Tx, on: Day, what: Telling) -> Result<(), Failure> {
        match what {
            Telling::Send(which) => {
                self.stepped(tx, which, &self.liaison_of(which.lead(), on)?, Act::Settle).await?;
                let (matter, _) = self.told(tx, which).await?;
                let office = self.called(houses::CONDUCT_STAFF[0], on)?;
                for (text, ways, basis) in &MARKET_SITUATIONS {
                    let ways = ways.map(str::to_owned);
                    let change = Change::Situation((*text).to_owned(), ways, (*basis).to_owned());
                    let form = Edit { command: key(tx), matter, line: None, seen: 0, change };
                    edit_quietly(tx, &office, &form).await?;
                }
                self.stepped(tx, which, &office, Act::Send).await
            }
            Telling::Issue(which) => {
                self.stepped(tx, which, &self.called(houses::DEPUTY, on)?, Act::Agree).await?;
                self.stepped(tx, which, &self.called(houses::SECRETARY, on)?, Act::Issue).await
            }
            Telling::Seal(which) => {
                self.stepped(tx, which, &self.called(houses::GENERAL_HEAD, on)?, Act::Seal(None)).await?;
                let (matter, _) = self.told(tx, which).await?;
                make_quietly(tx, self.district, matter).await
            }
            Telling::Ask(which) => self.stepped(tx, which, &self.liaison_of(which.lead(), on)?, Act::Ask).await,
            _ => Ok(()),
        }
    }

    /// The heads countersign; of the school project one of three agrees, and one asks for another border.
    pub(super) async fn countersigned(&self, tx: &mut Tx, on: Day, which: Which) -> Result<(), Failure> {
        let (matter, _) = self.told(tx, which).await?;
        let school = which == Which::School;
        for house in which.houses().iter().copied().filter(|house| !school || *house == which.lead()) {
            let form = Countersign { command: key(tx), matter, unit: self.unit(house)?, seen: 1, say: Say::Agree };
            countersign_quietly(tx, &self.head_actor(house, on)?, &form).await?;
        }
        if !school {
            return Ok(());
        }
        let (house, words) = (SCHOOL_UNITS[1], "道路改迁涉及的管线产权单位不清，建议由建设单位先行协调。");
        let say = Say::Object(words.to_owned());
        let form = Countersign { command: key(tx), matter, unit: self.unit(house)?, seen: 1, say };
        countersign_quietly(tx, &self.liaison_of(house, on)?, &form).await
    }

    /// The lists, as the 牵头部门 has them in its table.
    pub(super) async fn pasted(&self, tx: &mut Tx, on: Day, which: Which) -> Result<(), Failure> {
        let (matter, _) = self.told(tx, which).await?;
        let table = match which {
            Which::Market => self.market_table(),
            Which::Policy => self.policy_table(),
            Which::School => self.school_table(),
        };
        let form = Paste { command: key(tx), matter, table };
        paste_quietly(tx, &self.liaison_of(which.lead(), on)?, &form).await.map(drop)
    }

    fn market_table(&self) -> String {
        let mut table = "大类\t问题\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        let due = iso(self.plan.base + Days::new(60));
        for (n, (group, problem)) in MARKET.iter().enumerate() {
            let (first, town) = (MARKET_UNITS[n % 4], MARKET_UNITS[4 + n % 4]);
            let member = houses::HOUSES[first].members[0];
            let name = self.house_name(first);
            table.push_str(&format!(
                "\n{group}\t{problem}\t{name}\t牵头\t业务科\t业务科长\t{member}\t每周巡查、即查即改\t{due}"
            ));
            if n < 4 {
                let (name, member) = (self.house_name(town), houses::HOUSES[town].members[0]);
                table.push_str(&format!(
                    "\n\t\t{name}\t属地\t综合治理办\t治理办主任\t{member}\t划片包干、日常劝导\t全程"
                ));
            }
        }
        table
    }

    fn policy_table(&self) -> String {
        let due = iso(self.plan.base + Days::new(45));
        let mut table = "问题\t子项\t标准\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        for (n, (name, standard)) in POLICY.iter().enumerate() {
            let problem = if n == 0 { "政策兑现不及时、不全面、不到位" } else { "" };
            let house = POLICY_UNITS[n % POLICY_UNITS.len()];
            let (unit, member) = (self.house_name(house), houses::HOUSES[house].members[0]);
            table.push_str(&format!(
                "\n{problem}\t{name}\t{standard}\t{unit}\t牵头\t企业服务科\t服务科长\t{member}\t一次告知、限时办结\t{due}"
            ));
        }
        table
    }

    fn school_table(&self) -> String {
        let mut table = "问题\t任务\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
        for (text, problem, house, assists, days, _) in SCHOOL_DUTIES {
            let problem = problem.map(|n| SCHOOL_PROBLEMS[n]).unwrap_or_default();
            let due = days.map_or_else(|| "全程".to_owned(), |n| iso(self.plan.base + Days::new(n.into())));
            for (n, part) in [(house, "牵头")].into_iter().chain(assists.iter().map(|n| (*n, "配合"))) {
                let house = SCHOOL_UNITS[n];
                let (unit, member) = (self.house_name(house), houses::HOUSES[house].members[0]);
                table.push_str(&format!(
                    "\n{problem}\t{text}\t{unit}\t{part}\t工程管理科\t工程科长\t{member}\t专班推进\t{due}"
                ));
            }
        }
        table
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
