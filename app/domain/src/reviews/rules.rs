//! The rules of a meeting's appraisal, as data with a version: groups, weights, scale,
//! coefficients, lines, quorum. All numbers are 示范 defaults of domain 3.5 and configurable.

use serde::{Deserialize, Serialize};

use super::Grade;
use crate::Rejection;

/// A group of raters (甲 乙 丙) with its weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Stable key within the meeting: `a`, `b`, `c`.
    pub key: String,
    /// Name on pages and papers, such as 区纪委监委班子成员.
    pub name: String,
    /// Weight in percent, of all groups 100 together; groups without a valid ballot are re-normalised away.
    pub weight: u32,
    /// Colour word of its cards and paper ballots, such as 粉色.
    pub colour: String,
}

/// How a mark is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// 好 / 较好 / 一般 / 差.
    Grades,
    /// 0 to 100 points.
    Points,
}

/// An optional row of the ballot below 总体评价; its words are the district's own lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Stable key: the key of the duty list.
    pub key: String,
    /// Words on the ballot.
    pub label: String,
}

/// The whole rule set. A sealed result names `version` and carries a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// Version, counted up with every adopted change.
    pub version: u32,
    /// Groups in printed order.
    pub groups: Vec<Group>,
    /// Scale of every mark.
    pub scale: Scale,
    /// Optional rows.
    pub dimensions: Vec<Dimension>,
    /// Points of 好 较好 一般 差, each 0..=100 (coefficients 1.0 / 0.8 / 0.6 / 0.4).
    pub points: [u32; 4],
    /// Lowest score of 好, 较好, 一般; below is 差.
    pub lines: [u32; 3],
    /// Present : entitled needed to start a round, as a fraction.
    pub start_quorum: (u32, u32),
    /// Valid : entitled needed for a result, as a fraction.
    pub valid_quorum: (u32, u32),
    /// A group with fewer valid ballots is merged; a line with fewer reveals turnout only. Never below
    /// 5 (interfaces.md 6.7).
    pub smallest_cell: u32,
    /// Drop one highest and one lowest mark per group? Only with points and `trim_from` valid.
    pub trimmed: bool,
    /// Fewest valid marks of a group for trimming.
    pub trim_from: u32,
    /// Minutes of a report.
    pub speech_minutes: u32,
    /// Score below which 「提请研究」 is offered to 书记 and 分管副书记; off by default.
    pub study_below: Option<u32>,
}

impl Default for ReviewRules {
    fn default() -> Self {
        let group = |key: &str, name: &str, weight, colour: &str| Group {
            key: key.into(),
            name: name.into(),
            weight,
            colour: colour.into(),
        };
        let dimension = |key: &str, label: &str| Dimension { key: key.into(), label: label.into() };
        Self {
            version: 1,
            groups: vec![
                group("a", "区纪委监委班子成员", 40, "粉色"),
                group("b", "区纪委委员", 40, "浅绿色"),
                group("c", "特邀评议人员", 20, "浅黄色"),
            ],
            scale: Scale::Grades,
            dimensions: vec![
                dimension("party_committee", "党组织主体责任"),
                dimension("first_responsible", "书记第一责任人责任"),
                dimension("team", "班子成员“一岗双责”"),
                dimension("discipline", "纪检监察机关监督责任"),
                dimension("function", "职能部门监管责任"),
            ],
            points: [100, 80, 60, 40],
            lines: [90, 75, 60],
            start_quorum: (2, 3),
            valid_quorum: (1, 2),
            smallest_cell: 5,
            trimmed: false,
            trim_from: 7,
            speech_minutes: 8,
            study_below: None,
        }
    }
}

fn is_key(key: &str) -> bool {
    (1..=40).contains(&key.len()) && key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

impl ReviewRules {
    /// Checks the numbers against each other, for a plan that is drafted or approved: beside
    /// [`Self::consistent`], the weights are percents and sum up to 100. Where a group has no valid ballot
    /// the tally shares its weight out; nobody has to change the weights for that.
    ///
    /// # Errors
    /// The first field that is wrong, in Chinese.
    pub fn check(&self) -> Result<(), Rejection> {
        self.consistent()?;
        match self.groups.iter().map(|g| g.weight).sum::<u32>() {
            100 => Ok(()),
            sum => Err(Rejection::field(
                "groups",
                format!(
                    "各组权重合计应为 100%，现在是 {sum}%，没有保存。请调整权重；\
                     会上某组没有有效票的，计票时自动按比例归入其他组，不用另改。"
                ),
            )),
        }
    }

    /// Can votes be counted by these rules at all? Sealed files of before the weights had to sum up to 100
    /// are held to this alone.
    ///
    /// # Errors
    /// The first field that is wrong, in Chinese.
    pub fn consistent(&self) -> Result<(), Rejection> {
        let wrong = |field: &str, message: &str| Err(Rejection::field(field, message));
        if self.groups.is_empty() || self.groups.len() > 8 {
            return wrong("groups", "评议人员分组应为 1 到 8 组。请增减分组。");
        }
        if self.groups.iter().any(|g| g.weight == 0 || g.weight > 100 || g.name.trim().is_empty()) {
            return wrong("groups", "每组要有名称，权重为 1 到 100。请核对分组。");
        }
        if (1..self.groups.len()).any(|i| self.groups[..i].iter().any(|g| g.key == self.groups[i].key)) {
            return wrong("groups", "两个分组用了同一个代号。请改成不同的代号。");
        }
        // Merged groups are joined by `+`, form fields by `.`: keys hold neither.
        if self.groups.iter().any(|g| !is_key(&g.key)) {
            return wrong("groups", "分组代号只能用小写字母、数字和下划线。请修改代号。");
        }
        let doubled =
            (1..self.dimensions.len()).any(|i| self.dimensions[..i].iter().any(|d| d.key == self.dimensions[i].key));
        if self.dimensions.len() > 12
            || doubled
            || self.dimensions.iter().any(|d| !is_key(&d.key) || d.label.trim().is_empty())
        {
            return wrong("dimensions", "评议维度最多 12 项，每项要有名称和不重复的代号。请核对评议维度。");
        }
        let [good, better, fair, poor] = self.points;
        if good > 100 || !(good > better && better > fair && fair > poor) {
            return wrong("points", "四个等次的折分应从高到低，最高不超过 100。请核对折分。");
        }
        let [first, second, third] = self.lines;
        if first > 100 || !(first > second && second > third) {
            return wrong("lines", "等次分数线应从高到低，最高不超过 100。请核对分数线。");
        }
        for (field, (n, d)) in [("start_quorum", self.start_quorum), ("valid_quorum", self.valid_quorum)] {
            if d == 0 || d > 100 || n == 0 || n > d {
                return wrong(field, "人数比例应大于 0、不超过 1，例如 2/3。请核对比例。");
            }
        }
        if !(5..=50).contains(&self.smallest_cell) {
            return wrong("smallest_cell", "并组人数应为 5 到 50 人。请核对人数。");
        }
        if self.trimmed && (self.scale != Scale::Points || self.trim_from < 7) {
            return wrong("trimmed", "去掉最高分最低分只用于百分制，且有效票不少于 7 张。请关闭或改用百分制。");
        }
        if self.study_below.is_some_and(|line| line > 100) {
            return wrong("study_below", "提请研究的分数线应为 0 到 100。请核对分数线。");
        }
        if !(1..=120).contains(&self.speech_minutes) {
            return wrong("speech_minutes", "述责时间应为 1 到 120 分钟。请核对时间。");
        }
        Ok(())
    }

    /// Points of a grade.
    pub fn points_of(&self, grade: Grade) -> u32 {
        self.points[grade.index()]
    }

    /// A group of the rules.
    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.key == key)
    }

    /// Are `part` of `whole` enough for the fraction `(n, d)`? Exact, no rounding.
    pub fn reaches((n, d): (u32, u32), part: u32, whole: u32) -> bool {
        u64::from(part) * u64::from(d) >= u64::from(whole) * u64::from(n)
    }

    /// How many are needed of `whole` for the fraction `(n, d)`.
    pub fn needed((n, d): (u32, u32), whole: u32) -> u32 {
        let (n, d, whole) = (u64::from(n), u64::from(d.max(1)), u64::from(whole));
        u32::try_from((whole * n).div_ceil(d)).unwrap_or(u32::MAX)
    }
}
