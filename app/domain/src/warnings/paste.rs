//! A 责任清单 pasted from a spreadsheet: one line is one cell of the matrix. Merged cells arrive as empty ones and take
//! what stands above. Refuses with the line and the reason; nothing of a wrong table is taken.

use std::collections::BTreeMap;

use super::{CELLS_MAX, Part};
use crate::{
    Rejection,
    ids::UnitId,
    text,
    time::{Day, parse_iso},
};

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// 大类.
    pub group: String,
    /// 问题; empty: the duty stands without one.
    pub problem: String,
    /// 任务.
    pub duty: String,
    /// 标准.
    pub standard: String,
    /// Unit.
    pub unit: UnitId,
    /// Part.
    pub part: Part,
    /// 科室.
    pub office: String,
    /// 责任人.
    pub person: String,
    /// 分管领导.
    pub leader: String,
    /// 措施.
    pub measure: String,
    /// 时限; none: 全程.
    pub due: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Col {
    Group,
    Problem,
    Duty,
    Standard,
    Unit,
    Part,
    Office,
    Person,
    Leader,
    Measure,
    Due,
}

impl Col {
    fn of(word: &str) -> Option<Self> {
        Some(match word.trim() {
            "大类" | "类别" => Self::Group,
            "问题" | "问题清单" | "具体问题" => Self::Problem,
            "任务" | "责任" | "责任清单" | "子项" | "责任事项" => Self::Duty,
            "标准" | "兑现标准" | "工作标准" => Self::Standard,
            "单位" | "责任单位" => Self::Unit,
            "分工" => Self::Part,
            "科室" | "责任科室" | "责任科（所、队）" => Self::Office,
            "责任人" | "科室责任人" => Self::Person,
            "分管领导" => Self::Leader,
            "措施" | "工作措施" => Self::Measure,
            "时限" | "完成时限" => Self::Due,
            _ => return None,
        })
    }
}

/// `2026-12-31`, `2026年12月31日`, `12月31日` of the year `year`, `2026/12/31`.
fn day(word: &str, year: i32) -> Option<Day> {
    if let Some(day) = parse_iso(word) {
        return Some(day);
    }
    let parts: Vec<u32> =
        word.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).filter_map(|p| p.parse().ok()).collect();
    let (y, m, d) = match parts.as_slice() {
        [y, m, d] => (i32::try_from(*y).ok()?, *m, *d),
        [m, d] => (year, *m, *d),
        _ => return None,
    };
    Day::from_ymd_opt(y, m, d)
}

/// Reads a pasted table. `units` are the names that may stand in it; `year` is that of days without one.
///
/// # Errors
/// No table, no heading of 任务 and 单位, an unknown unit or part, a day that is none, a text that is too long: with the
/// number of the line.
pub fn paste(typed: &str, units: &BTreeMap<String, UnitId>, year: i32) -> Result<Vec<Pasted>, Rejection> {
    let no = |words: String| Rejection::field("table", words);
    let mut lines = (1..).zip(typed.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, head)) = lines.next() else {
        return Err(no("还没有粘贴表格，没有读入。请从表格里复制后粘贴，第一行是表头。".into()));
    };
    let cols: Vec<Option<Col>> = head.split('\t').map(Col::of).collect();
    let has = |col: Col| cols.contains(&Some(col));
    for (there, name) in [(has(Col::Duty) || has(Col::Problem), "任务"), (has(Col::Unit), "单位")] {
        if !there {
            return Err(no(format!("第一行表头里没有“{name}”一列，没有读入。请连表头一起复制。")));
        }
    }
    let mut above: BTreeMap<Col, String> = BTreeMap::new();
    let mut out = Vec::new();
    for (n, line) in lines {
        let mut own: BTreeMap<Col, String> = BTreeMap::new();
        for (col, value) in cols.iter().zip(line.split('\t')) {
            let Some(col) = col else { continue };
            let max = if *col == Col::Measure || *col == Col::Standard { text::LINE_MAX } else { 200 };
            let clean = text::optional("table", "格子", value.trim_matches('"'), max)
                .map_err(|e| no(format!("第{n}行：{e}")))?;
            own.insert(*col, clean);
        }
        // What was merged over several rows stands in the first of them.
        let fresh = [Col::Group, Col::Problem, Col::Duty].map(|col| own.get(&col).is_some_and(|v| !v.is_empty()));
        for (at, col) in [Col::Group, Col::Problem, Col::Duty, Col::Standard].into_iter().enumerate() {
            let value = own.get(&col).cloned().unwrap_or_default();
            // A new problem has no standard of the one above, a new group none of its problems.
            let follows = !fresh.iter().take(at).any(|new| *new) || col == Col::Group;
            if value.is_empty()
                && follows
                && let Some(kept) = above.get(&col)
            {
                own.insert(col, kept.clone());
            }
            // A problem without a duty of its own is itself what is to be put right.
            if col == Col::Duty && own.get(&col).is_none_or(String::is_empty) {
                own.insert(col, own.get(&Col::Problem).cloned().unwrap_or_default());
            }
            above.insert(col, own.get(&col).cloned().unwrap_or_default());
        }
        let of = |col: Col| own.get(&col).cloned().unwrap_or_default();
        if of(Col::Duty).is_empty() {
            return Err(no(format!("第{n}行没有任务，没有读入。请补上后重新粘贴。")));
        }
        let name = of(Col::Unit);
        let Some(unit) = units.get(&name) else {
            return Err(no(format!("第{n}行的单位“{name}”不在可选单位里，没有读入。请按系统里的单位名称改写。")));
        };
        let word = of(Col::Part);
        let part = if has(Col::Part) { Part::from_label(&word) } else { Some(Part::Lead) };
        let Some(part) = part else {
            return Err(no(format!("第{n}行的分工“{word}”不认识，没有读入。请写“牵头”“属地”或“配合”。")));
        };
        let typed = of(Col::Due);
        let due = match typed.as_str() {
            "" | "全程" | "长期" => None,
            typed => Some(day(typed, year).ok_or_else(|| {
                no(format!("第{n}行的时限“{typed}”不是日期，没有读入。请写成 2026-12-31，或写“全程”。"))
            })?),
        };
        out.push(Pasted {
            group: of(Col::Group),
            problem: of(Col::Problem),
            duty: of(Col::Duty),
            standard: of(Col::Standard),
            unit: *unit,
            part,
            office: of(Col::Office),
            person: of(Col::Person),
            leader: of(Col::Leader),
            measure: of(Col::Measure),
            due,
        });
        if out.len() > CELLS_MAX {
            return Err(no(format!("表格超过 {CELLS_MAX} 行，没有读入。请分批粘贴。")));
        }
    }
    if out.is_empty() {
        return Err(no("表格只有表头，没有读入。请把内容一起复制。".into()));
    }
    Ok(out)
}
