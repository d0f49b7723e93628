//! The sentences of a 计票报告单: what was counted, by which rules, rounded how. A reader with a
//! pencil can count again from them.

use super::{Bundle, BundleResult, Exact, Grade, Group, GroupResult, Outcome, ReviewRules, Scale, Tally};

impl ReviewRules {
    /// 「规则第1版」.
    pub fn edition(&self) -> String {
        format!("规则第{}版", self.version)
    }

    /// How a result is made, one sentence a line.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = vec![match self.scale {
            Scale::Grades => {
                let [good, better, fair, poor] = self.points;
                format!("评价分好、较好、一般、差四个等次，分别折算为 {good}、{better}、{fair}、{poor} 分。")
            }
            Scale::Points => "评价采用百分制，为 0 到 100 分的整数。".to_owned(),
        }];
        let weights: Vec<String> = self.groups.iter().map(|g| format!("{} {}%", g.name, g.weight)).collect();
        lines.push(format!(
            "各组先求平均分，再按权重合计：{}。某组没有有效票的，其权重按比例归入其他组。",
            weights.join("、")
        ));
        let cell = self.smallest_cell;
        lines.push(format!(
            "某组有效票不足 {cell} 张的，与相邻组合并计票，权重相加；有效票共不足 {cell} 张的，只公布收回情况。"
        ));
        if self.trimmed {
            lines.push(format!(
                "一组（含合并后的组）有效票满 {} 张的，去掉一个最高分和一个最低分后求平均。",
                self.trim_from
            ));
        }
        let [good, better, fair] = self.lines;
        lines.push(format!(
            "计算过程用分数，不作舍入；最后得分保留两位小数，四舍五入，等次按舍入后的得分确定：\
             {good} 分及以上为好，{better} 分及以上为较好，{fair} 分及以上为一般，{fair} 分以下为差。"
        ));
        let fraction = |(n, d): (u32, u32)| format!("{n}/{d}");
        lines.push(format!(
            "实到人数不少于应到人数的 {} 方可开始测评，有效票不少于应到人数的 {} 结果有效。\
             弃权计入收回、不计入有效；回避的不计入该述责对象的应到。",
            fraction(self.start_quorum),
            fraction(self.valid_quorum)
        ));
        lines
    }
}

impl Tally {
    /// Score, rounded as the grades are; none where there is none.
    pub fn score(&self) -> Option<Exact> {
        match self.outcome {
            Outcome::Graded { score, .. } => Some(score),
            _ => None,
        }
    }

    /// 等次; none where there is none.
    pub fn grade(&self) -> Option<Grade> {
        match self.outcome {
            Outcome::Graded { grade, .. } => Some(grade),
            _ => None,
        }
    }

    /// Below the line of 「提请研究」, rounded as it is shown? Never where the rules set no line or nothing came
    /// out. Who is told is a question of access: see `people::access::sees_study_hint`.
    pub fn wants_study(&self, rules: &ReviewRules) -> bool {
        let line = rules.study_below.map(|line| u64::from(line) * 100);
        self.score().zip(line).is_some_and(|(score, line)| score.hundredths() < line)
    }

    /// What was counted and what came out, one sentence a line.
    pub fn sentences(&self, rules: &ReviewRules) -> Vec<String> {
        let Self { entitled, returned, valid, abstained, spoiled, .. } = self;
        let back = format!("应到 {entitled} 人（不含回避），收回 {returned} 张");
        let mut lines = vec![match self.outcome {
            // Turnout only: how few were valid says what those few said.
            Outcome::TooFewToShow => format!("{back}。"),
            _ => format!("{back}，其中有效 {valid} 张、弃权 {abstained} 张、废票 {spoiled} 张。"),
        }];
        let all: u32 = self.groups.iter().map(|g| g.weight).sum();
        lines.extend(self.groups.iter().map(|g| g.sentence(all)));
        lines.push(match &self.outcome {
            Outcome::Graded { score, grade } => format!("加权得分 {score} 分，等次“{}”。", grade.label()),
            Outcome::TooFewValid => format!(
                "有效票 {valid} 张，不足应到 {entitled} 人的 {}/{}，测评结果无效，不评定等次。",
                rules.valid_quorum.0, rules.valid_quorum.1
            ),
            Outcome::TooFewToShow => {
                format!("有效票不足 {} 张，为了不让人推知个人的评价，只公布收回情况，不评定等次。", rules.smallest_cell)
            }
        });
        lines
    }
}

impl GroupResult {
    /// One line of the report; `all` is the sum of the weights that counted.
    fn sentence(&self, all: u32) -> String {
        let marks = self
            .grades
            .map(|counts| {
                let each: Vec<String> =
                    Grade::ALL.iter().zip(counts).map(|(g, n)| format!("{} {n}", g.label())).collect();
                format!("（{}）", each.join("、"))
            })
            .unwrap_or_default();
        let share = if all == 100 { String::new() } else { format!("，归一后占 {}%", self.share(all)) };
        let merged = if self.is_merged() { "（合并计票）" } else { "" };
        format!(
            "{}{merged}：有效 {} 张{marks}，平均 {} 分，权重 {}%{share}。",
            self.name, self.valid, self.mean, self.weight
        )
    }

    /// Does it stand for several groups?
    pub fn is_merged(&self) -> bool {
        self.key.contains('+')
    }

    /// Its weight in percent of the weights that counted.
    pub fn share(&self, all: u32) -> Exact {
        Exact::new(u128::from(self.weight) * 100, u128::from(all))
    }
}

impl Bundle {
    /// What became of the weights of a result, a sentence for each thing that is not as the rules print it:
    /// which groups were counted together and why, which had no valid ballot. Says no more than the roll and
    /// the result: how many of a small group were valid stays untold.
    pub fn weighing(&self, result: &BundleResult) -> Vec<String> {
        let tally = &result.tally;
        if tally.groups.is_empty() {
            return Vec::new();
        }
        let cell = self.rules.smallest_cell;
        let mut lines = Vec::new();
        for merged in tally.groups.iter().filter(|g| g.is_merged()) {
            let parts: Vec<_> = merged.key.split('+').filter_map(|key| self.rules.group(key)).collect();
            let weights: Vec<String> = parts.iter().map(|g| format!("{}%", g.weight)).collect();
            let weights = format!("合并后权重 {}%（{}）", merged.weight, weights.join("＋"));
            // Fewer sheets back than the cell: certainly too few were valid. Of the others the roll does not tell.
            let (small, large): (Vec<_>, Vec<_>) = parts.iter().partition(|g| self.back(&g.key) < cell);
            let names = |of: &[&&Group]| of.iter().map(|g| format!("“{}”", g.name)).collect::<Vec<_>>().join("、");
            lines.push(if small.is_empty() || large.is_empty() {
                format!(
                    "{}中有的组有效票不足 {cell} 张，合并计票，共有效 {} 张，{weights}。",
                    names(&parts.iter().collect::<Vec<_>>()),
                    merged.valid
                )
            } else {
                format!(
                    "{}有效票不足 {cell} 张，并入{}计票，共有效 {} 张，{weights}。",
                    names(&small),
                    names(&large),
                    merged.valid
                )
            });
        }
        let all: u32 = tally.groups.iter().map(|g| g.weight).sum();
        let counted = |key: &str| tally.groups.iter().any(|g| g.key.split('+').any(|k| k == key));
        let empty: Vec<String> =
            self.rules.groups.iter().filter(|g| !counted(&g.key)).map(|g| format!("“{}”", g.name)).collect();
        if let ([alone], false) = (tally.groups.as_slice(), empty.is_empty()) {
            let (names, alone) = (empty.join("、"), &alone.name);
            lines.push(format!("{names}没有有效票，不计权重；只有{alone}有有效票，以其平均分为得分。"));
        } else if !empty.is_empty() && all > 0 {
            let shares: Vec<String> = tally
                .groups
                .iter()
                .map(|g| format!("{} {}% ÷ {all}% ＝ {}%", g.name, g.weight, g.share(all)))
                .collect();
            lines.push(format!(
                "{}没有有效票，不计权重；其他组的权重合计 {all}%，按比例折算为 100%：{}。",
                empty.join("、"),
                shares.join("；")
            ));
        }
        lines
    }

    /// Sheets of a group that came back, by the roll.
    fn back(&self, group: &str) -> u32 {
        let back = self.roll.iter().filter(|r| r.returned && r.group == group).count();
        u32::try_from(back).unwrap_or(u32::MAX)
    }
}
