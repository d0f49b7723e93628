//! 监督检查方案 tailored to the three lists: what is looked at, how, by when. Drafted from the lists, changed and adopted by
//! people; each look is noted (照单督查).

use serde::{Deserialize, Serialize};

use super::{ListKind, Lists, RiskLevel, Talk};
use crate::{Rejection, ids::PersonId, text, time::Day};

/// Most points of a plan.
const POINTS_MAX: usize = 60;
/// Most looks at one point before the last.
const LOOKS_MAX: usize = 20;

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Day.
    pub on: Day,
    /// Who.
    pub by: PersonId,
    /// His name.
    pub by_name: String,
    /// What was seen.
    pub words: String,
}

/// A point of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckPoint {
    /// Which list.
    pub list: ListKind,
    /// Its line.
    pub no: u32,
    /// How it is looked at (查什么、怎么查).
    pub how: String,
    /// By when.
    pub by: Day,
    /// The last look.
    pub looked: Option<Looked>,
    /// Looks before it, oldest first: no word of a look is written over.
    #[serde(default)]
    pub earlier: Vec<Looked>,
}

impl CheckPoint {
    /// A point that nobody looked at yet.
    pub fn planned(list: ListKind, no: u32, how: String, by: Day) -> Self {
        Self { list, no, how, by, looked: None, earlier: Vec::new() }
    }

    /// Every look, oldest first.
    pub fn looks(&self) -> impl Iterator<Item = &Looked> {
        self.earlier.iter().chain(&self.looked)
    }
}

/// The plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckPlan {
    /// Points.
    pub points: Vec<CheckPoint>,
    /// Who adopted it, and when; `None` while it is a draft.
    pub adopted: Option<(PersonId, String, Day)>,
}

/// Points proposed from the lists: every problem, every 高 risk, every 自选动作. Nothing is in the plan before somebody took
/// it over.
pub fn drafted_points(lists: &Lists, by: Day) -> Vec<CheckPoint> {
    let point = |list, no, how: String| CheckPoint::planned(list, no, how, by);
    let problems = lists.problems.iter().map(|p| {
        let how = if lists.sealed.is_some() {
            "对照纸质清单查整改措施和佐证材料，实地查看一处".to_owned()
        } else {
            let area: String = p.area.chars().take(20).collect();
            format!("对照“{area}”的整改措施查会议记录、制度文件和台账，实地查看一处")
        };
        point(ListKind::Problem, p.no, how)
    });
    let risks = lists.risks.iter().filter(|r| r.level == RiskLevel::High).map(|r| {
        let post: String = r.post.chars().take(20).collect();
        point(ListKind::Risk, r.no, format!("抽查“{post}”近期业务，核对防控措施是否执行到位"))
    });
    let duties = lists
        .duties
        .iter()
        .filter(|d| d.optional)
        .map(|d| point(ListKind::Duty, d.no, "翻阅记录本和台账，看是否按频次落实".to_owned()));
    problems.chain(risks).chain(duties).take(POINTS_MAX).collect()
}

impl Talk {
    /// The words of the line that a point is about; where only numbers are stored, the number of a problem.
    pub fn point_words(&self, point: &CheckPoint) -> String {
        let lists = &self.lists;
        match point.list {
            ListKind::Problem => lists.problem_words(point.no),
            ListKind::Duty => {
                lists.duties.iter().find(|l| l.no == point.no).map(|l| l.text.clone()).unwrap_or_default()
            }
            ListKind::Risk => {
                let risk = lists.risks.iter().find(|l| l.no == point.no);
                risk.map(|l| format!("{}：{}", l.post, l.point)).unwrap_or_default()
            }
        }
    }
}

impl CheckPlan {
    /// Adopts points as the plan. What was looked at already stays.
    ///
    /// # Errors
    /// None or too many, a line that is none of the lists, twice the same, no words, a day before today.
    pub fn adopt(
        &mut self,
        points: Vec<CheckPoint>,
        lists: &Lists,
        (by, name, today): (PersonId, &str, Day),
    ) -> Result<(), Rejection> {
        if points.is_empty() {
            return Err(Rejection::field("point", "还没有勾选检查点，没有保存。请至少勾选一个。"));
        }
        if points.len() > POINTS_MAX {
            return Err(Rejection::field(
                "point",
                format!("一份方案最多 {POINTS_MAX} 个检查点，没有保存。请减少勾选。"),
            ));
        }
        let mut clean: Vec<CheckPoint> = Vec::with_capacity(points.len());
        for point in points {
            let known = match point.list {
                ListKind::Duty => lists.duties.iter().any(|l| l.no == point.no),
                ListKind::Problem => lists.problems.iter().any(|l| l.no == point.no),
                ListKind::Risk => lists.risks.iter().any(|l| l.no == point.no),
            };
            if !known || clean.iter().any(|c| c.no == point.no) {
                return Err(Rejection::NotFound);
            }
            let old = self.points.iter().find(|p| p.no == point.no);
            let (looked, earlier) = old.map(|p| (p.looked.clone(), p.earlier.clone())).unwrap_or_default();
            if looked.is_none() && point.by < today {
                let words = "检查日期早于今天，没有保存。请重新选择日期。";
                return Err(Rejection::field(format!("by_{}", point.no), words));
            }
            let how = text::required(&format!("how_{}", point.no), "检查方法", &point.how, text::LINE_MAX)?;
            clean.push(CheckPoint { how, looked, earlier, ..point });
        }
        if self.points.iter().any(|p| p.looked.is_some() && clean.iter().all(|c| c.no != p.no)) {
            let words = "已经督查过的检查点不能从方案里去掉，没有保存。请保留。";
            return Err(Rejection::state(words));
        }
        self.points = clean;
        self.adopted = Some((by, name.to_owned(), today));
        Ok(())
    }

    /// Notes a look.
    ///
    /// # Errors
    /// The plan is not adopted, no such point, no words.
    pub fn look(&mut self, no: u32, (by, name, today): (PersonId, &str, Day), words: &str) -> Result<(), Rejection> {
        if self.adopted.is_none() {
            return Err(Rejection::state("监督检查方案还没有确定，没有保存。请先确定方案。"));
        }
        let point = self.points.iter_mut().find(|p| p.no == no).ok_or(Rejection::NotFound)?;
        let words = text::required(&format!("looked_{no}"), "督查情况", words, text::LINE_MAX)?;
        if point.earlier.len() >= LOOKS_MAX {
            return Err(Rejection::state(format!(
                "这个检查点已登记 {LOOKS_MAX} 次，没有保存。请并入最近一次的情况说明。"
            )));
        }
        point.earlier.extend(point.looked.take());
        point.looked = Some(Looked { on: today, by, by_name: name.to_owned(), words });
        Ok(())
    }

    /// How many points were looked at, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        (self.points.iter().filter(|p| p.looked.is_some()).count(), self.points.len())
    }
}
