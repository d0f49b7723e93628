//! 谈心谈话要素梳理 (示范): kinds of talk, what belongs to each, and what may be kept of it here.
//! Part of the book as a reference; refuses the contents of any talk.

/// A kind of talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TalkElements {
    /// Kind.
    pub kind: &'static str,
    /// Who with whom.
    pub who: &'static str,
    /// When.
    pub when: &'static str,
    /// What belongs to it.
    pub elements: &'static str,
    /// What may be kept of it here.
    pub kept: &'static str,
}

/// What every talk notes, where it is noted at all.
pub const TALK_COMMON: &str =
    "谈话指向、类型、时间、地点、发起人、对象、事由、要点、对象表态、记录人；后续动作和到期日。";

/// What is kept of a talk without contents.
const MARK: &str = "仅标记和文号";
/// What is kept of an ordinary talk.
const NOTES: &str = "谈话要点";

/// Every kind, in the order of the book.
pub const TALKS: [TalkElements; 12] = [
    TalkElements {
        kind: "“三交底”廉政谈话",
        who: "纪委书记、副书记或派驻组组长 → 新任党组织书记",
        when: "到任初",
        elements: "三清单逐条、表态、签字",
        kept: "谈话记录表、廉洁从政承诺书",
    },
    TalkElements {
        kind: "班子成员谈心",
        who: "书记 → 班子成员",
        when: "每半年",
        elements: "分管领域廉情、一岗双责、互提意见",
        kept: NOTES,
    },
    TalkElements {
        kind: "下级党组织主要负责人监督谈话",
        who: "书记 → 下级党组织书记",
        when: "每年；有需要时",
        elements: "责任落实、班子团结、问题整改",
        kept: NOTES,
    },
    TalkElements {
        kind: "年轻干部谈心",
        who: "书记或分管负责人 → 年轻干部",
        when: "每季度；转岗、提任时",
        elements: "思想、工作、家庭、八小时外、交往",
        kept: "谈话要点（只有本人可见）",
    },
    TalkElements {
        kind: "重点岗位廉政谈话",
        who: "分管负责人 → 人财物和审批岗位",
        when: "每半年；节前",
        elements: "流程、风险点、防控、承诺",
        kept: NOTES,
    },
    TalkElements {
        kind: "提醒谈话",
        who: "书记或纪检机构 → 有苗头的同志",
        when: "发现即谈",
        elements: "事实、要求、改正期限、回看",
        kept: "仅“已谈”和期限",
    },
    TalkElements {
        kind: "批评教育、责令检查",
        who: "党组织 → 问题轻微的同志",
        when: "经研究",
        elements: "依据、检查书、整改",
        kept: MARK,
    },
    TalkElements {
        kind: "诫勉", who: "有权机关 → 干部", when: "按规定", elements: "依据、方式、影响期", kept: MARK
    },
    TalkElements {
        kind: "谈话函询",
        who: "纪检机构 → 被反映人",
        when: "按规定",
        elements: "线下办理",
        kept: "不入系统",
    },
    TalkElements {
        kind: "回访教育",
        who: "党组织 → 受处理处分的同志",
        when: "每半年",
        elements: "思想、表现、困难、帮扶",
        kept: "谈话要点（限范围）",
    },
    TalkElements {
        kind: "勉励谈话",
        who: "书记 → 受表彰、受挫折或被澄清的同志",
        when: "随时",
        elements: "肯定、支持、容错政策",
        kept: NOTES,
    },
    TalkElements {
        kind: "集体廉政谈话",
        who: "书记 → 新任群体",
        when: "成批任职时",
        elements: "纪律要求、案例、签到",
        kept: "会议记录",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_enter_is_said() {
        let of = |kind: &str| TALKS.iter().find(|t| t.kind == kind).unwrap().kept;
        assert_eq!(of("谈话函询"), "不入系统");
        assert_eq!(of("诫勉"), MARK);
        assert!(TALKS.iter().all(|t| [t.kind, t.who, t.when, t.elements, t.kept].iter().all(|f| !f.is_empty())));
    }
}
