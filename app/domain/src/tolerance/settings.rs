//! What a district sets: whether 澄清正名 is used at all, and the situations of 容错 (示范 until confirmed).

use serde::{Deserialize, Serialize};

use crate::{Rejection, text};

/// Situations in which 容错 comes into question, after 「三个区分开来」 (示范; a district has its own 实施办法).
pub const SITUATIONS: [&str; 6] = [
    "推进改革中因缺乏经验、先行先试出现的失误",
    "上级尚无明确限制的探索性试验中的失误",
    "为推动发展的无意过失",
    "处置突发事件、急难险重任务中临机决断造成的偏差",
    "化解历史遗留问题中因情况复杂造成的偏差",
    "因不可抗力、难以预见等因素未达到预期",
];

/// Most situations.
const MOST: usize = 20;
/// Longest one, in characters.
const LINE: usize = 80;

/// Settings of a district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// 澄清正名 is used; off by default.
    pub clearance: bool,
    /// Situations of 容错.
    pub situations: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { clearance: false, situations: SITUATIONS.iter().map(|s| (*s).to_owned()).collect() }
    }
}

impl Settings {
    /// Settings as typed, one situation a line.
    ///
    /// # Errors
    /// No situation, too many, one that is too long.
    pub fn typed(clearance: bool, situations: &str) -> Result<Self, Rejection> {
        let mut lines: Vec<String> = Vec::new();
        for line in situations.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let line = text::required("situations", "容错情形", line, LINE)?;
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if lines.is_empty() || lines.len() > MOST {
            let words = format!("容错情形要有 1 到 {MOST} 条，每行一条，没有保存。请改正。");
            return Err(Rejection::field("situations", words));
        }
        Ok(Self { clearance, situations: lines })
    }

    /// # Errors
    /// 澄清正名 is not used here.
    pub fn clears(&self) -> Result<(), Rejection> {
        if self.clearance {
            return Ok(());
        }
        Err(Rejection::state("本区没有启用澄清正名，没有办理。需要启用的，请党风政风监督室在“容错纠错”页的设置里打开。"))
    }
}
