//! The forms that units are asked to fill in, with their fields. A test draws each page and compares: a field that is
//! added to a form without a line here fails, so that the count on the page stays true.

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedField {
    /// Name in the form; `d.*` stands for all details of a record, `words_*` and `leader.*` for one of each line.
    pub name: &'static str,
    /// Chinese words.
    pub label: &'static str,
    /// It cannot be left empty.
    pub required: bool,
}

const fn must(name: &'static str, label: &'static str) -> AskedField {
    AskedField { name, label, required: true }
}

const fn may(name: &'static str, label: &'static str) -> AskedField {
    AskedField { name, label, required: false }
}

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedForm {
    /// Stable key.
    pub key: &'static str,
    /// Chinese name.
    pub label: &'static str,
    /// Path it posts to.
    pub action: &'static str,
    /// Hidden field and value that tell it from other forms of that path; both empty where there is none.
    pub mark: (&'static str, &'static str),
    /// Who fills it in.
    pub who: &'static str,
    /// Taps from the page before to the end, without those into its fields (示范, counted by hand).
    pub taps: u32,
    /// Its fields.
    pub fields: &'static [AskedField],
}

impl AskedForm {
    /// Fields that cannot be left empty.
    pub fn required(&self) -> u32 {
        u32::try_from(self.fields.iter().filter(|f| f.required).count()).unwrap_or(u32::MAX)
    }

    /// Fields that can.
    pub fn optional(&self) -> u32 {
        u32::try_from(self.fields.len()).unwrap_or(u32::MAX) - self.required()
    }
}

/// Every form asked of units, in the order of the page.
pub const FORMS: &[AskedForm] = &[
    AskedForm {
        key: "record",
        label: "随手记（含代录）",
        action: "/records/save",
        mark: ("", ""),
        who: "党组织主要负责人、联络员",
        taps: 2,
        fields: &[
            must("text", "内容"),
            may("kind", "履责类型"),
            may("event_on", "发生日期"),
            may("duty", "对应清单条目"),
            may("d.*", "各类型的细节"),
        ],
    },
    AskedForm {
        key: "receipt",
        label: "清单签收",
        action: "/duties/sign",
        mark: ("", ""),
        who: "党组织主要负责人",
        taps: 3,
        fields: &[must("typed", "签名（手写或输入姓名）")],
    },
    AskedForm {
        key: "comment",
        label: "清单征求意见",
        action: "/duties/lists/comment",
        mark: ("", ""),
        who: "党组织主要负责人或联络员",
        taps: 3,
        fields: &[may("comment", "意见")],
    },
    AskedForm {
        key: "plan",
        label: "整改方案",
        action: "/accountability/step",
        mark: ("step", "plan"),
        who: "联络员",
        taps: 3,
        fields: &[
            must("owner", "责任领导"),
            may("owner_name", "责任领导姓名（名单里没有时）"),
            must("department", "责任部门"),
            must("adopted_on", "党组会日期"),
            must("words", "整改措施"),
        ],
    },
    AskedForm {
        key: "fill",
        label: "整改情况",
        action: "/accountability/step",
        mark: ("step", "fill"),
        who: "责任部门（由联络员填报）",
        taps: 3,
        fields: &[must("words", "整改情况")],
    },
    AskedForm {
        key: "closing",
        label: "记录本年度结转",
        action: "/book/close",
        mark: ("", ""),
        who: "党组织主要负责人",
        taps: 3,
        fields: &[must("typed", "签名（手写或输入姓名）")],
    },
    AskedForm {
        key: "talk_plan",
        label: "“三交底”整改方案",
        action: "/talks/plan",
        mark: ("", ""),
        who: "联络员",
        taps: 3,
        fields: &[
            must("owner_*", "责任领导（逐个问题）"),
            may("owner_name_*", "责任领导姓名（名单里没有时）"),
            must("department_*", "责任部门（逐个问题）"),
            may("due_*", "整改时限（逐个问题，已按要求填好）"),
            must("measures_*", "整改措施（逐个问题）"),
        ],
    },
    AskedForm {
        key: "talk_report",
        label: "“三交底”落实情况报告",
        action: "/talks/report",
        mark: ("", ""),
        who: "联络员起草，谈话对象报送",
        taps: 4,
        fields: &[
            must("part_ecology", "履责清单落实和政治生态优化"),
            must("part_problems", "问题整改"),
            must("part_risks", "重要廉政风险防控"),
            must("progress_*", "进展（逐个问题）"),
            must("words_*", "整改情况（逐个问题）"),
            may("paper_on", "纸质日期（纸质报送时）"),
            may("handler", "经办人（纸质报送时）"),
        ],
    },
    AskedForm {
        key: "notice",
        label: "问责预警提示单的工作措施",
        action: "/warnings/notice",
        mark: ("do", "answer"),
        who: "联络员",
        taps: 3,
        fields: &[
            must("measures", "总体措施"),
            must("adopted_on", "党组会日期"),
            may("leader.*", "分管领导（逐项，已按清单填好）"),
            may("office.*", "责任科室（逐项，已按清单填好）"),
            may("measure.*", "措施（逐项，已按清单填好）"),
        ],
    },
];

/// The form of a key.
pub fn form(key: &str) -> Option<&'static AskedForm> {
    FORMS.iter().find(|form| form.key == key)
}
