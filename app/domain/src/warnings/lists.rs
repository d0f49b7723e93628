//! The three lists of a matter and what they still lack: 问题清单, 责任清单 as a matrix of duties × units × 科室 with
//! 定人员、定任务、定措施、定时限, 问责清单 per situation on three levels with its basis.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Level, circle};
use crate::{
    Rejection,
    ids::{UnitId, WarningLineId},
    text,
    time::{Day, zh},
};

/// Most problems of a matter.
pub const PROBLEMS_MAX: usize = 300;
/// Most duties of a matter.
pub const DUTIES_MAX: usize = 300;
/// Most cells: 27 duties × 500 units, and room.
pub const CELLS_MAX: usize = 20_000;
/// Most situations.
pub const SITUATIONS_MAX: usize = 60;
/// Most process stages of a matter.
pub const STAGES_MAX: usize = 8;

/// A line of the 问题清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Id.
    pub id: WarningLineId,
    /// 大类; may be empty.
    pub group: String,
    /// What goes wrong.
    pub text: String,
}

/// A line of the 责任清单; a sub-item (子项) with its own standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Id.
    pub id: WarningLineId,
    /// The problem that it answers.
    pub problem: Option<WarningLineId>,
    /// 任务.
    pub text: String,
    /// 标准; may be empty.
    pub standard: String,
    /// Duties that come before it.
    pub after: Vec<WarningLineId>,
}

/// What a unit is in a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 牵头: exactly one of each duty.
    Lead,
    /// 属地: does the same on its own ground.
    Local,
    /// 配合.
    Assist,
}

impl Part {
    /// Every part in order.
    pub const ALL: [Self; 3] = [Self::Lead, Self::Local, Self::Assist];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lead => "牵头",
            Self::Local => "属地",
            Self::Assist => "配合",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Local => "local",
            Self::Assist => "assist",
        }
    }

    /// The part of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// The part of a word in a pasted table.
    pub fn from_label(word: &str) -> Option<Self> {
        match word.trim() {
            "牵头" | "牵头单位" | "主责" | "责任单位" => Some(Self::Lead),
            "属地" | "属地镇街" | "落实" => Some(Self::Local),
            "配合" | "配合单位" | "协办" | "" => Some(Self::Assist),
            _ => None,
        }
    }

    /// Is its part followed through the closed loop?
    pub fn is_followed(self) -> bool {
        self != Self::Assist
    }
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Duty.
    pub duty: WarningLineId,
    /// Unit.
    pub unit: UnitId,
    /// Its part.
    pub part: Part,
    /// 责任科（所、队）.
    pub office: String,
    /// 科室责任人.
    pub person: String,
    /// 分管领导.
    pub leader: String,
    /// 措施.
    pub measure: String,
    /// 时限; none: 全程, to the end of the matter.
    pub due: Option<Day>,
}

/// A line of the 问责清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Id.
    pub id: WarningLineId,
    /// 情形.
    pub text: String,
    /// Handling for 直接责任人, 分管领导, 主要领导.
    pub handling: [String; 3],
    /// 依据.
    pub basis: String,
}

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// 问题清单.
    Problems,
    /// 责任清单.
    Duties,
    /// 问责清单.
    Situations,
}

impl Which {
    /// Name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Problems => "问题清单",
            Self::Duties => "责任清单",
            Self::Situations => "问责清单",
        }
    }
}

/// Something that a list lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// List.
    pub list: Which,
    /// What, in a sentence.
    pub words: String,
}

/// The three lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// 问题清单, in printed order.
    pub problems: Vec<Problem>,
    /// 责任清单, in printed order.
    pub duties: Vec<Duty>,
    /// Matrix.
    pub cells: Vec<Cell>,
    /// 问责清单, in printed order.
    pub situations: Vec<Situation>,
}

/// A unit as the lists need it: its name, and why it cannot be a party any more.
pub type Names = BTreeMap<UnitId, (String, Option<String>)>;

fn short(text: &str) -> String {
    let cut: String = text.chars().take(16).collect();
    if text.chars().count() > 16 { format!("{cut}…") } else { cut }
}

impl Lists {
    /// What problems and duties lack before units are asked to countersign the borders: the shape, not yet who does what.
    pub fn shape_gaps(&self, names: &Names) -> Vec<Gap> {
        let gap = |list, words: String| Gap { list, words };
        let mut out = Vec::new();
        if self.problems.is_empty() {
            out.push(gap(Which::Problems, "问题清单还是空的，请至少列出一个问题。".into()));
        }
        if self.duties.is_empty() {
            out.push(gap(Which::Duties, "责任清单还是空的，请至少列出一项责任。".into()));
        }
        let covered: BTreeSet<_> = self.duties.iter().filter_map(|d| d.problem).collect();
        for (n, problem) in (1..).zip(&self.problems) {
            if !covered.contains(&problem.id) {
                let words = format!("问题{n}“{}”还没有落到责任，请在责任清单里补上。", short(&problem.text));
                out.push(gap(Which::Duties, words));
            }
        }
        let mut leads: BTreeMap<WarningLineId, u32> = BTreeMap::new();
        for cell in self.cells.iter().filter(|c| c.part == Part::Lead) {
            *leads.entry(cell.duty).or_default() += 1;
        }
        for (n, duty) in (1..).zip(&self.duties) {
            let words = match leads.get(&duty.id).copied().unwrap_or_default() {
                1 => continue,
                0 => format!("责任{n}“{}”还没有牵头单位，请选一家。", short(&duty.text)),
                many => format!("责任{n}“{}”有 {many} 家牵头单位，请只留一家，其余改为属地或配合。", short(&duty.text)),
            };
            out.push(gap(Which::Duties, words));
        }
        let units: BTreeSet<_> = self.cells.iter().map(|c| c.unit).collect();
        for unit in units {
            if let Some((name, Some(why))) = names.get(&unit) {
                out.push(gap(Which::Duties, format!("{name}{why}，请改由承接单位。")));
            }
        }
        let after: Vec<_> = self.duties.iter().map(|d| (d.id, d.after.clone())).collect();
        if let Some(round) = circle(&after) {
            out.push(gap(Which::Duties, self.round(&round)));
        }
        out
    }

    /// A circle in words.
    pub fn round(&self, round: &[WarningLineId]) -> String {
        let name = |id: &WarningLineId| {
            let found = self.duties.iter().find(|d| d.id == *id);
            format!("“{}”", found.map(|d| short(&d.text)).unwrap_or_default())
        };
        let mut names: Vec<String> = round.iter().map(name).collect();
        names.extend(round.first().map(name));
        format!("前置关系绕成一圈：{}，请去掉其中一条。", names.join("等"))
    }

    /// Everything that the three lists lack before they are sent up or sealed.
    pub fn gaps(&self, names: &Names, today: Day) -> Vec<Gap> {
        let mut out = self.shape_gaps(names);
        let at: BTreeMap<_, _> = (1_usize..).zip(&self.duties).map(|(n, d)| (d.id, (n, d))).collect();
        for cell in &self.cells {
            let Some((n, duty)) = at.get(&cell.duty) else { continue };
            let unit = names.get(&cell.unit).map(|(name, _)| name.as_str()).unwrap_or_default();
            let mut lacks = Vec::new();
            if cell.office.is_empty() {
                lacks.push("责任科室");
            }
            if cell.person.is_empty() {
                lacks.push("责任人");
            }
            if cell.part.is_followed() && cell.leader.is_empty() {
                lacks.push("分管领导");
            }
            if cell.part.is_followed() && cell.measure.is_empty() {
                lacks.push("措施");
            }
            if !lacks.is_empty() {
                let words = format!("责任{n}“{}”的{unit}还没有填{}。", short(&duty.text), lacks.join("、"));
                out.push(Gap { list: Which::Duties, words });
            }
            if let Some(due) = cell.due.filter(|due| *due <= today) {
                let words = format!("责任{n}“{}”的{unit}时限{}已过，请改期。", short(&duty.text), zh(due));
                out.push(Gap { list: Which::Duties, words });
            }
        }
        if self.situations.is_empty() {
            out.push(Gap {
                list: Which::Situations, words: "问责清单还是空的，请至少列出一种情形。".into()
            });
        }
        for (n, situation) in (1..).zip(&self.situations) {
            for (level, words) in Level::ALL.into_iter().zip(&situation.handling) {
                if words.is_empty() {
                    let words = format!("情形{n}“{}”还没有填{}的处理方式。", short(&situation.text), level.label());
                    out.push(Gap { list: Which::Situations, words });
                }
            }
            if situation.basis.is_empty() {
                let words = format!("情形{n}“{}”还没有填依据。", short(&situation.text));
                out.push(Gap { list: Which::Situations, words });
            }
        }
        out
    }

    /// Units that get a notice, in the order of their first duty.
    pub fn units(&self) -> Vec<UnitId> {
        let at: BTreeMap<_, _> = (0_usize..).zip(&self.duties).map(|(n, d)| (d.id, n)).collect();
        let mut first: BTreeMap<UnitId, (usize, Part)> = BTreeMap::new();
        for cell in &self.cells {
            let here = (at.get(&cell.duty).copied().unwrap_or(usize::MAX), cell.part);
            let known = first.entry(cell.unit).or_insert(here);
            *known = (*known).min(here);
        }
        let mut out: Vec<_> = first.into_iter().map(|(unit, here)| (here, unit)).collect();
        out.sort_unstable();
        out.into_iter().map(|(_, unit)| unit).collect()
    }
}

/// A 时限 as somebody typed it: after today, not after the end of the matter.
///
/// # Errors
/// Today or before; after `end`.
pub fn ahead(due: Option<Day>, today: Day, end: Day) -> Result<Option<Day>, Rejection> {
    let Some(due) = due else { return Ok(None) };
    if due <= today {
        return Err(Rejection::field("due", format!("时限{}不晚于今天，没有保存。请选择今天以后的日期。", zh(due))));
    }
    if due > end {
        let words = format!("时限晚于这件事的完成时限{}，没有保存。请改早，或先调整完成时限。", zh(end));
        return Err(Rejection::field("due", words));
    }
    Ok(Some(due))
}

/// Process stages as typed, one a line: 动员部署, 申请兑现, 材料审核, 资金兑付. None is no process.
///
/// # Errors
/// One alone, too many, the same twice, a text that is too long.
pub fn stages(typed: &str) -> Result<Vec<String>, Rejection> {
    let mut out = Vec::new();
    for part in typed.split(['\n', '→', '、', '—']).map(str::trim).filter(|part| !part.is_empty()) {
        out.push(text::required("stages", "流程环节", part, 20)?);
    }
    let different: BTreeSet<_> = out.iter().collect();
    if different.len() != out.len() {
        return Err(Rejection::field("stages", "流程环节有重复，没有保存。请改正。"));
    }
    if out.len() == 1 || out.len() > STAGES_MAX {
        return Err(Rejection::field("stages", format!("流程环节应是 2 到 {STAGES_MAX} 个，没有保存。请改正。")));
    }
    Ok(out)
}
