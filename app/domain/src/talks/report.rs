//! 双报告: the leader's 落实情况报告 and the 跟踪评估报告 of the supervising body, each with three parts, and what each says of
//! every problem. Also the stage check in between. The words of a finding are the house's: 印证充分, 需补充, 与实际不符.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    accountability::{Hand, Paper},
    ids::PersonId,
    text,
    time::Day,
};

keyed! {
    /// A part of a report or of a check (H8).
    Part {
        /// 政治生态优化 (in the leader's report: 履责清单落实).
        Ecology = "ecology", "政治生态优化";
        /// 问题整改.
        Problems = "problems", "问题整改";
        /// 重要廉政风险防控.
        Risks = "risks", "重要廉政风险防控";
    }
}

keyed! {
    /// What the leader says of a problem.
    Progress {
        /// Put right.
        Done = "done", "已整改";
        /// Being put right.
        Going = "going", "正在整改";
        /// Not begun, with the reason.
        Not = "not", "尚未整改";
    }
}

keyed! {
    /// What the supervising body found of a problem.
    FindingKind {
        /// 印证充分.
        Proved = "proved", "印证充分";
        /// 需补充.
        Wanting = "wanting", "需补充";
        /// 与实际不符: takes two persons.
        Differs = "differs", "与实际不符";
    }
}

/// One line of the leader's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Problem.
    pub no: u32,
    /// How far.
    pub progress: Progress,
    /// What was done.
    pub words: String,
}

/// One line of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Problem.
    pub no: u32,
    /// What was found.
    pub kind: FindingKind,
    /// How that was seen.
    pub words: String,
}

/// Words of the three parts, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Paper3(pub [String; 3]);

impl Paper3 {
    /// The words of a part.
    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Ecology => &self.0[0],
            Part::Problems => &self.0[1],
            Part::Risks => &self.0[2],
        }
    }

    /// Cleaned; `whole` where no part may be empty.
    ///
    /// # Errors
    /// A part that is too long, must not be stored, or is wanting.
    pub fn checked(self, whole: bool) -> Result<Self, Rejection> {
        let clean = |part: Part, words: &str| {
            let field = format!("part_{}", part.key());
            if whole {
                text::required(&field, part.label(), words, text::RECORD_MAX)
            } else {
                text::optional(&field, part.label(), words, text::RECORD_MAX)
            }
        };
        let [a, b, c] = &self.0;
        Ok(Self([clean(Part::Ecology, a)?, clean(Part::Problems, b)?, clean(Part::Risks, c)?]))
    }
}

/// A report on its way: draft, sent, filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written<L> {
    /// Three parts.
    pub parts: Paper3,
    /// A line for every problem.
    pub lines: Vec<L>,
    /// Who wrote it last.
    pub writer: PersonId,
    /// His name.
    pub writer_name: String,
    /// Sent, and by whom.
    pub sent: Option<(PersonId, String, Day)>,
    /// Signed on paper by the leader; of a 跟踪评估报告 confirmed on paper by a higher level.
    pub paper: Option<Paper>,
    /// Why it was sent back; empty otherwise.
    pub returned: String,
    /// Filed (登记备案, 审核), and by whom.
    pub filed: Option<(PersonId, String, Day)>,
    /// Number of the document.
    pub number: String,
}

impl<L> Written<L> {
    /// A first draft.
    pub fn begun(by: &Hand, parts: Paper3, lines: Vec<L>) -> Self {
        Self {
            parts,
            lines,
            writer: by.person,
            writer_name: by.name.clone(),
            sent: None,
            paper: None,
            returned: String::new(),
            filed: None,
            number: String::new(),
        }
    }

    /// Word of its state.
    pub fn label(&self) -> &'static str {
        match (&self.filed, &self.sent) {
            (Some(_), _) => "已备案",
            (None, Some(_)) => "已报送，待备案",
            (None, None) if !self.returned.is_empty() => "退回修改",
            (None, None) => "起草中",
        }
    }

    /// Waits it for the office?
    pub fn waits(&self) -> bool {
        self.sent.is_some() && self.filed.is_none()
    }
}

/// 阶段评估.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageCheck {
    /// Day of the check.
    pub on: Day,
    /// Who.
    pub by: PersonId,
    /// His name.
    pub by_name: String,
    /// Who went with him, where something differs from what the unit says.
    pub second: String,
    /// Three parts.
    pub parts: Paper3,
    /// What was looked at.
    pub findings: Vec<Finding>,
}

/// Cleans the lines of a report: each of a problem of `known`, once, with words.
///
/// # Errors
/// A problem that is none of the list, twice the same, or a line without words.
pub(super) fn lines<L: Clone>(
    lines: Vec<L>,
    known: &[u32],
    no: impl Fn(&L) -> u32,
    words: impl Fn(&mut L) -> &mut String,
) -> Result<Vec<L>, Rejection> {
    let mut out: Vec<L> = Vec::with_capacity(lines.len());
    for mut line in lines {
        let n = no(&line);
        if !known.contains(&n) {
            return Err(Rejection::NotFound);
        }
        if out.iter().any(|other| no(other) == n) {
            return Err(Rejection::state("同一个问题写了两次，没有保存。请刷新页面后重试。"));
        }
        let clean = text::required(&format!("words_{n}"), "情况说明", words(&mut line), text::LINE_MAX)?;
        *words(&mut line) = clean;
        out.push(line);
    }
    Ok(out)
}
