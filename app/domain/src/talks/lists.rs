//! The three lists that are handed over in a talk: 主体责任履责清单, 所在单位问题清单, 重要廉政风险清单. A problem names 病症, 病因
//! and 处方; the whole 问题清单 can be held as 「只存编号」, its words then stay on paper.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    accountability::near,
    duties::{Frequency, Source},
    ids::{DutyId, ItemId, RiskId},
    text,
    time::Day,
};

/// Most lines of one list.
pub const LINES_MAX: usize = 100;
/// Highest number of a line: forms name their fields by it.
pub const NO_MAX: u32 = 600;

keyed! {
    /// Which list.
    ListKind {
        /// 主体责任履责清单.
        Duty = "duty", "主体责任履责清单";
        /// 所在单位问题清单.
        Problem = "problem", "所在单位问题清单";
        /// 重要廉政风险清单.
        Risk = "risk", "重要廉政风险清单";
    }
}

keyed! {
    /// Grade of a risk (by power: 人财物、工程采购、审批执法 = high; domain 2.7).
    RiskLevel {
        /// High.
        High = "high", "高";
        /// Middle.
        Middle = "middle", "中";
        /// Low.
        Low = "low", "低";
    }
}

impl RiskLevel {
    /// The grade of a word in a district's own table: `高`, `一级`, `高风险`.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().trim_end_matches("风险").trim_end_matches('级');
        Some(match word {
            "高" | "一" | "1" | "重大" | "较高" => Self::High,
            "中" | "二" | "2" | "一般" => Self::Middle,
            "低" | "三" | "3" | "较低" => Self::Low,
            _ => return None,
        })
    }
}

/// A line of the 履责清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyLine {
    /// Number within this list; never used again.
    pub no: u32,
    /// Item of the district's list, of a 规定动作.
    pub duty: Option<DutyId>,
    /// Printed number of that item.
    pub code: String,
    /// What is to be done.
    pub text: String,
    /// How often.
    pub frequency: Frequency,
    /// 自选动作: chosen for this unit, and proposed for the new head's list when the talk is signed.
    pub optional: bool,
}

/// A line of the 问题清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Number within this list; never used again.
    pub no: u32,
    /// 方面.
    pub area: String,
    /// 病症: what is wrong. Empty where only numbers are stored.
    pub symptom: String,
    /// 病因: why.
    pub cause: String,
    /// 处方: what is asked.
    pub remedy: String,
    /// Last day; without one the day of the leader's report.
    pub due: Option<Day>,
    /// Item of the duty list that it is about.
    pub duty: Option<DutyId>,
    /// Where it comes from: for the office alone, everybody else reads 「监督中发现」.
    pub source: Source,
    /// Its item of the closed loop, from the signatures on.
    pub item: Option<ItemId>,
}

/// A line of the 风险清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Number within this list; never used again.
    pub no: u32,
    /// 岗位.
    pub post: String,
    /// 风险点 (病症).
    pub point: String,
    /// 成因 (病因); may be empty.
    pub cause: String,
    /// 等级.
    pub level: RiskLevel,
    /// 防控措施 (处方).
    pub control: String,
    /// 责任人.
    pub owner: String,
    /// Entry of the register that it was taken from.
    pub of: Option<RiskId>,
}

/// 「只存编号」: the 问题清单 stays on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Number of the paper.
    pub number: String,
    /// Where it is kept.
    pub place: String,
}

/// The three lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// 履责清单.
    pub duties: Vec<DutyLine>,
    /// 问题清单.
    pub problems: Vec<Problem>,
    /// 风险清单.
    pub risks: Vec<Risk>,
    /// 「只存编号」.
    pub sealed: Option<Sealed>,
    /// Highest number given so far, of all three lists.
    pub last_no: u32,
}

fn full(kind: ListKind) -> Rejection {
    Rejection::state(format!("{}已有 {LINES_MAX} 条，没有再加。请合并后再加。", kind.label()))
}

impl Lists {
    fn next(&mut self) -> Result<u32, Rejection> {
        if self.last_no >= NO_MAX {
            return Err(Rejection::state("这三张清单增删的次数太多了，没有再加。请合并现有条目，或重新登记谈话。"));
        }
        self.last_no += 1;
        Ok(self.last_no)
    }

    /// How many lines a list has.
    pub fn count(&self, kind: ListKind) -> usize {
        match kind {
            ListKind::Duty => self.duties.len(),
            ListKind::Problem => self.problems.len(),
            ListKind::Risk => self.risks.len(),
        }
    }

    /// Adds a line, or changes the one of its number (`no` 0 is a new one).
    ///
    /// # Errors
    /// A text that is missing or too long, the list is full, or no such line.
    pub fn put_duty(&mut self, line: DutyLine) -> Result<u32, Rejection> {
        let text = text::required("text", "履责事项", &line.text, text::LINE_MAX)?;
        let code = text::optional("code", "编号", &line.code, 12)?;
        if let Some(duty) = line.duty
            && self.duties.iter().any(|d| d.duty == Some(duty) && d.no != line.no)
        {
            return Err(Rejection::field("text", "这一条已经在履责清单里，没有重复添加。"));
        }
        if line.no == 0 {
            if self.duties.len() >= LINES_MAX {
                return Err(full(ListKind::Duty));
            }
            let no = self.next()?;
            self.duties.push(DutyLine { no, text, code, ..line });
            return Ok(no);
        }
        let old = self.duties.iter_mut().find(|d| d.no == line.no).ok_or(Rejection::NotFound)?;
        let no = old.no;
        *old = DutyLine { text, code, ..line };
        Ok(no)
    }

    /// As [`put_duty`](Self::put_duty), of a problem. While only numbers are stored it takes a 方面 and a day and no word
    /// of the content.
    ///
    /// # Errors
    /// As there; a word of content where only numbers are stored.
    pub fn put_problem(&mut self, line: Problem, today: Day) -> Result<u32, Rejection> {
        let area = text::required("area", "方面", &line.area, text::NAME_MAX)?;
        let typed = [&line.symptom, &line.cause, &line.remedy].into_iter().any(|t| !t.trim().is_empty());
        let (symptom, cause, remedy) = if self.sealed.is_some() {
            if typed {
                let words =
                    "问题清单已设为只存编号，内容不能存入，没有保存。请清空病症、病因、处方，或先取消只存编号。";
                return Err(Rejection::field("symptom", words));
            }
            (String::new(), String::new(), String::new())
        } else {
            (
                text::required("symptom", "病症（问题表现）", &line.symptom, text::LINE_MAX)?,
                text::required("cause", "病因（原因分析）", &line.cause, text::LINE_MAX)?,
                text::required("remedy", "处方（整改要求）", &line.remedy, text::LINE_MAX)?,
            )
        };
        if let Some(due) = line.due {
            if due <= today {
                return Err(Rejection::field("due", "整改期限应晚于今天，没有保存。请重新选择日期。"));
            }
            // What no item can be opened with would stop the last signature.
            near("due", due, today)?;
        }
        let same = |p: &Problem| p.no != line.no && !symptom.is_empty() && p.symptom == symptom;
        if self.problems.iter().any(same) {
            return Err(Rejection::field("symptom", "问题清单里已有同样的一条，没有重复添加。"));
        }
        if line.no == 0 {
            if self.problems.len() >= LINES_MAX {
                return Err(full(ListKind::Problem));
            }
            let no = self.next()?;
            self.problems.push(Problem { no, area, symptom, cause, remedy, item: None, ..line });
            return Ok(no);
        }
        let old = self.problems.iter_mut().find(|p| p.no == line.no).ok_or(Rejection::NotFound)?;
        let (no, item) = (old.no, old.item);
        *old = Problem { no, area, symptom, cause, remedy, item, ..line };
        Ok(no)
    }

    /// As [`put_duty`](Self::put_duty), of a risk.
    ///
    /// # Errors
    /// As there.
    pub fn put_risk(&mut self, line: Risk) -> Result<u32, Rejection> {
        let post = text::required("post_name", "岗位", &line.post, text::NAME_MAX)?;
        let point = text::required("point", "风险点", &line.point, text::LINE_MAX)?;
        let cause = text::optional("risk_cause", "成因", &line.cause, text::LINE_MAX)?;
        let control = text::required("control", "防控措施", &line.control, text::LINE_MAX)?;
        let owner = text::required("owner", "责任人", &line.owner, text::NAME_MAX)?;
        if let Some(of) = line.of
            && self.risks.iter().any(|r| r.of == Some(of) && r.no != line.no)
        {
            return Err(Rejection::field("point", "这个风险点已经在清单里，没有重复添加。"));
        }
        if line.no == 0 {
            if self.risks.len() >= LINES_MAX {
                return Err(full(ListKind::Risk));
            }
            let no = self.next()?;
            self.risks.push(Risk { no, post, point, cause, control, owner, ..line });
            return Ok(no);
        }
        let old = self.risks.iter_mut().find(|r| r.no == line.no).ok_or(Rejection::NotFound)?;
        let no = old.no;
        *old = Risk { no, post, point, cause, control, owner, ..line };
        Ok(no)
    }

    /// Takes a line off.
    ///
    /// # Errors
    /// No such line.
    pub fn drop_line(&mut self, kind: ListKind, no: u32) -> Result<(), Rejection> {
        let before = self.count(kind);
        match kind {
            ListKind::Duty => self.duties.retain(|l| l.no != no),
            ListKind::Problem => self.problems.retain(|l| l.no != no),
            ListKind::Risk => self.risks.retain(|l| l.no != no),
        }
        if self.count(kind) < before { Ok(()) } else { Err(Rejection::NotFound) }
    }

    /// 「只存编号」: from now on no word of a problem is stored, and those that were are dropped.
    ///
    /// # Errors
    /// No number of the paper, or no place where it is kept.
    pub fn seal(&mut self, number: &str, place: &str) -> Result<(), Rejection> {
        let number = text::required("number", "纸质清单编号", number, text::NAME_MAX)?;
        let place = text::required("place", "存放处", place, text::NAME_MAX)?;
        for problem in &mut self.problems {
            problem.symptom.clear();
            problem.cause.clear();
            problem.remedy.clear();
        }
        self.sealed = Some(Sealed { number, place });
        Ok(())
    }

    /// Words may be stored again; the problems that stand without them are to be filled in.
    pub fn unseal(&mut self) {
        self.sealed = None;
    }

    /// What is wanting before the lists can be handed over; empty where they are complete.
    pub fn wanting(&self) -> Vec<String> {
        let mut all = Vec::new();
        for kind in ListKind::ALL {
            if self.count(*kind) == 0 {
                all.push(format!("{}还是空的", kind.label()));
            }
        }
        if !self.duties.is_empty() && self.duties.iter().all(|d| !d.optional) {
            all.push("履责清单还没有自选动作".to_owned());
        }
        if self.sealed.is_none() {
            let bare = |p: &&Problem| p.symptom.is_empty() || p.cause.is_empty() || p.remedy.is_empty();
            let n = self.problems.iter().filter(bare).count();
            if n > 0 {
                all.push(format!("问题清单有 {n} 条没有写全病症、病因、处方"));
            }
        }
        all
    }

    /// 方面 in the order of their first problem, with how many problems each has.
    pub fn areas(&self) -> Vec<(String, usize)> {
        let mut all: Vec<(String, usize)> = Vec::new();
        for problem in &self.problems {
            match all.iter_mut().find(|(area, _)| *area == problem.area) {
                Some((_, n)) => *n += 1,
                None => all.push((problem.area.clone(), 1)),
            }
        }
        all
    }

    /// `4 个方面 15 个问题`.
    pub fn words(&self) -> String {
        format!("{} 个方面 {} 个问题", self.areas().len(), self.problems.len())
    }

    /// A problem.
    pub fn problem(&self, no: u32) -> Option<&Problem> {
        self.problems.iter().find(|p| p.no == no)
    }

    /// Running number of a problem as it is printed, from 1.
    pub fn printed(&self, no: u32) -> usize {
        self.problems.iter().position(|p| p.no == no).map_or(0, |at| at + 1)
    }

    /// The words of a problem for those who may read them; where only numbers are stored, its number.
    pub fn problem_words(&self, no: u32) -> String {
        let Some(problem) = self.problem(no) else { return String::new() };
        match &self.sealed {
            Some(sealed) => format!("第 {} 项（内容见纸质清单 {}）", self.printed(no), sealed.number),
            None => problem.symptom.clone(),
        }
    }
}
