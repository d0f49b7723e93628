//! What a district sets for its talks: rule, days, 方面, the text of the promise. All of it is 示范 until somebody of the
//! office confirmed it.

use serde::{Deserialize, Serialize};

use super::{TalkDays, TalkRule};
use crate::{Rejection, text};

/// Most 方面.
const AREAS_MAX: usize = 20;

/// Text of the 廉洁从政承诺书 (示范), one promise a line.
pub const COMMITMENT: &str = "认真履行全面从严治党第一责任人责任，抓好班子、带好队伍。\n\
    严格执行民主集中制，“三重一大”事项集体决定，坚持末位表态。\n\
    严格遵守廉洁自律各项规定，不利用职权为本人和他人谋取不正当利益。\n\
    管好家属和身边工作人员，守好亲清政商交往的规矩。\n\
    对照交底的三张清单逐条整改，按时书面报告，自觉接受监督。";

/// Settings of the talks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkSettings {
    /// Who talks.
    pub rule: TalkRule,
    /// Days.
    pub days: TalkDays,
    /// 方面 that a 问题清单 is ordered by; others can be typed.
    pub areas: Vec<String>,
    /// Lines of the promise.
    pub commitment: String,
}

impl Default for TalkSettings {
    fn default() -> Self {
        let areas = ["政治站位和决策部署落实", "主体责任落实", "权力运行和制度执行", "队伍管理和作风建设"];
        Self {
            rule: TalkRule::default(),
            days: TalkDays::default(),
            areas: areas.map(str::to_owned).to_vec(),
            commitment: COMMITMENT.to_owned(),
        }
    }
}

impl TalkSettings {
    /// Checks and cleans what was typed.
    ///
    /// # Errors
    /// A rule that is not whole, no 方面 or too many, an empty promise.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        self.rule.check()?;
        let mut areas: Vec<String> = Vec::new();
        for area in &self.areas {
            let clean = text::optional("areas", "方面", area, text::NAME_MAX)?;
            if !clean.is_empty() && !areas.contains(&clean) {
                areas.push(clean);
            }
        }
        if areas.is_empty() || areas.len() > AREAS_MAX {
            let words = format!("方面应有 1 到 {AREAS_MAX} 个，没有保存。请一行写一个。");
            return Err(Rejection::field("areas", words));
        }
        self.areas = areas;
        self.commitment = text::required("commitment", "承诺书正文", &self.commitment, 2_000)?;
        Ok(self)
    }
}
