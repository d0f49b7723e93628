//! One line of an outside ledger.

use domain::accountability::near;

use super::{
    ANEW, Answering, Answers, Asked, Brought, CellProblem, Day, External, ItemKind, LINE_MAX, LedgerLine, LedgerOf,
    LedgerSnapshot, NAME_MAX, Owner, Progress, Row, TEXT_MAX, Table, UnitIndex, Until, matched, tidy, words, zh,
};

pub(super) struct Line<'a, 'b> {
    pub(super) table: &'a Table<'b>,
    pub(super) row: &'b Row,
    pub(super) of: LedgerOf,
    pub(super) snapshot: &'a LedgerSnapshot,
    pub(super) today: Day,
    pub(super) answers: &'a Answers,
    pub(super) errors: &'a mut Vec<CellProblem>,
    pub(super) asked: &'a mut Asked,
}

impl Line<'_, '_> {
    fn wrong(&mut self, key: &str, message: impl Into<String>) {
        let problem = self.table.problem(self.row, key, message);
        self.errors.push(problem);
    }

    /// A text within its bounds; what is too long is said, never cut.
    fn text(&mut self, key: &str, label: &str, most: usize) -> String {
        let text = self.table.text(self.row, key);
        let n = text.chars().count();
        if n > most {
            self.wrong(key, format!("{label}有 {n} 个字，超过了 {most} 个字。请精简后再上传。"));
        }
        text
    }

    fn day(&mut self, key: &str, label: &str) -> Option<Day> {
        match self.table.day(self.row, key) {
            Ok(day) => day,
            Err(()) => {
                self.wrong(key, format!("认不出{label}。请写成 2026-03-12 或 2026年3月12日。"));
                None
            }
        }
    }

    /// The lines of a row: one for each unit it names.
    pub(super) fn read(&mut self, units: &UnitIndex<'_>) -> Vec<LedgerLine> {
        let before = self.errors.len();
        let named = self.units(units);
        let problem = self.text("problem", "问题", TEXT_MAX);
        if problem.is_empty() {
            self.wrong("problem", "问题没有填写。请补上；如果这一行不需要，请整行删除。");
        }
        let kind = self.kind();
        let demand = self.text("demand", "整改要求", TEXT_MAX);
        let (measures, evidence) =
            (self.text("measures", "整改措施", TEXT_MAX), self.text("evidence", "整改情况", TEXT_MAX));
        let department = self.text("department", "责任部门", NAME_MAX);
        let owner = self.text("owner", "责任领导", NAME_MAX);
        let number = self.text("number", "编号", NAME_MAX);
        let opened_on = self.day("opened", "挂账日期");
        if opened_on.is_some_and(|day| day > self.today) {
            self.wrong("opened", "挂账日期晚于今天。请核对。");
        }
        let opened = opened_on.unwrap_or(self.today);
        let closed = self.day("closed", "销号日期");
        let progress = self.progress(closed);
        let deadline = self.deadline(kind, opened, progress);
        if deadline < opened {
            self.wrong("deadline", format!("整改期限{}早于挂账日期{}。请核对。", zh(deadline), zh(opened)));
        }
        if let Err(no) = near("deadline", deadline, self.today) {
            self.wrong("deadline", no.to_string());
        }
        let closed_on = match progress {
            Progress::Closed => Some(self.closed(closed, opened, deadline)),
            _ => None,
        };
        if self.errors.len() > before {
            return Vec::new();
        }
        // A ledger without a column for it asks for no more than that it be put right.
        let demand =
            if demand.is_empty() { "按期整改到位，并报送整改情况。".to_owned() } else { demand };
        let external = (!number.is_empty()).then(|| External { ledger: self.of.label().to_owned(), number });
        let lines = named.into_iter().filter_map(|unit| {
            let post = unit.post?;
            // 「张三、李四」 or a title: the name stands as it is written, a person is linked only beyond doubt.
            let person =
                matched(&self.snapshot.persons, &owner, Some(unit.fact.id)).ok().and_then(|(person, _)| person);
            Some(LedgerLine {
                kind,
                unit: unit.fact.id,
                unit_name: unit.fact.name.clone(),
                post,
                problem: problem.clone(),
                demand: demand.clone(),
                deadline: Some(deadline),
                line: Brought {
                    progress: Some(progress),
                    opened_on: Some(opened),
                    owner: (!owner.is_empty()).then(|| Owner { person, name: owner.clone() }),
                    department: department.clone(),
                    measures: measures.clone(),
                    evidence: evidence.clone(),
                    closed_on,
                    external: external.clone(),
                },
            })
        });
        lines.collect()
    }

    /// 「青禾镇、区住建局」 names two; each gets a line of its own.
    fn units(&mut self, units: &UnitIndex<'_>) -> Vec<Answering> {
        let typed = self.table.text(self.row, "unit");
        if typed.is_empty() {
            self.wrong("unit", "单位没有填写。请补上单位全称。");
            return Vec::new();
        }
        let whole = units.find(&typed).map(|fact| vec![fact.id]);
        let names: Vec<&str> = typed.split(['、', '，', ',', '；', ';', '/']).filter(|name| !name.is_empty()).collect();
        let ids = match whole {
            Some(ids) => ids,
            None => {
                let found: Vec<_> = names.iter().filter_map(|name| units.find(name)).map(|fact| fact.id).collect();
                if found.len() < names.len() {
                    let strange: Vec<&str> = names.iter().copied().filter(|name| units.find(name).is_none()).collect();
                    let words = format!(
                        "系统里没有单位“{}”。请写单位全称，或先在“组织与人员”里建立单位。",
                        tidy(&strange.join("”“")).chars().take(LINE_MAX).collect::<String>()
                    );
                    self.wrong("unit", words);
                    return Vec::new();
                }
                found
            }
        };
        let mut out = Vec::new();
        for id in ids {
            let Some(unit) = self.snapshot.units.iter().find(|unit| unit.fact.id == id) else { continue };
            if unit.post.is_none() {
                let words =
                    format!("{}没有党组织主要负责人的岗位，不能挂账。请先在“组织与人员”里建立岗位。", unit.fact.name);
                self.wrong("unit", words);
                continue;
            }
            out.push(unit.clone());
        }
        out
    }

    fn kind(&mut self) -> ItemKind {
        let typed = self.table.text(self.row, "source");
        match self.of {
            LedgerOf::Work if !typed.is_empty() => words::kind(&typed).unwrap_or(ItemKind::Daily),
            of => of.kind(),
        }
    }

    fn progress(&mut self, closed: Option<Day>) -> Progress {
        let typed = self.table.text(self.row, "state");
        if typed.is_empty() {
            return if closed.is_some() { Progress::Closed } else { Progress::Working };
        }
        if let Some(known) = words::progress(&typed) {
            return known;
        }
        let wording: String = typed.chars().take(NAME_MAX).collect();
        let answer = self.answers.get(&format!("state:{wording}")).and_then(Progress::from_key);
        self.asked.states.entry(wording).or_default().push(self.row.number);
        answer.unwrap_or(Progress::Working)
    }

    fn deadline(&mut self, kind: ItemKind, opened: Day, progress: Progress) -> Day {
        let calendar = &self.snapshot.calendar;
        let (usual, today) = (kind.days().work, self.today);
        let written = match self.table.cell(self.row, "deadline").map(words::until) {
            None => None,
            Some(Until::Day(day)) => Some(day),
            Some(Until::Open) => {
                self.asked.open_ended.push(self.row.number);
                None
            }
            Some(Until::Unknown) => {
                self.wrong("deadline", "认不出整改期限。请写成 2026-03-12、2026年6月底前，或“长期坚持”。");
                return opened;
            }
        };
        let waits = matches!(progress, Progress::Unsigned | Progress::Working);
        match written {
            Some(day) if waits && day < today => {
                self.asked.late.push(self.row.number);
                let keep = self.answers.get("late") == Some("keep");
                if keep { day } else { calendar.plus_working(today, ANEW) }
            }
            Some(day) => day,
            // No day was written: what is open has its days from today on.
            None => calendar.plus_working(if waits { today } else { opened }, usual),
        }
    }

    fn closed(&mut self, written: Option<Day>, opened: Day, deadline: Day) -> Day {
        let day = written.unwrap_or_else(|| {
            self.asked.undated.push(self.row.number);
            let today = self.answers.get("undated") == Some("today");
            if today { self.today } else { deadline.min(self.today).max(opened) }
        });
        if day > self.today {
            self.wrong("closed", "销号日期晚于今天。请核对。");
        } else if day < opened {
            self.wrong("closed", format!("销号日期{}早于挂账日期{}。请核对。", zh(day), zh(opened)));
        }
        day
    }
}
