//! What happens when it happens: items without a date.

use domain::records::RecordKind as K;

use super::{For::*, Occasion, Slot};

/// Two chances a year, early and late.
const ONCE: &[Slot] = &[(3, 5, 26, 35), (10, 10, 28, 35)];
/// Summer.
const SUMMER: &[Slot] = &[(7, 8, 28, 45)];
/// Autumn.
const AUTUMN: &[Slot] = &[(9, 4, 26, 45)];

/// Occasions without a date.
pub const ANY_TIME: [Occasion; 9] = [
    Occasion {
        key: "asked above",
        kind: K::Other,
        codes: &["1.4"],
        slots: &[(6, 3, 26, 55), (12, 2, 12, 40)],
        lines: &[(A, "就{focus}重大事项按时限向上级请示报告。"), (A, "审签重大事项请示件，{focus}有关情况当日报告。")],
    },
    Occasion {
        key: "stopped at once",
        kind: K::Talk,
        codes: &["1.5"],
        slots: AUTUMN,
        lines: &[
            (A, "对学习讨论中的不当说法当场提醒纠正，并按要求报告。"),
            (A, "发现干部在工作群转发未经核实的消息，当即制止并谈话提醒。"),
        ],
    },
    Occasion {
        key: "big decisions",
        kind: K::Study,
        codes: &["4.1", "4.2"],
        slots: &[(4, 6, 28, 80), (7, 6, 28, 50), (10, 10, 28, 80)],
        lines: &[
            (A, "{org}会研究{focus}等“三重一大”事项{n}项，按议事规则逐项表决，本人末位表态。"),
            (A, "“三重一大”会议上对{focus}资金安排充分讨论，不同意见如实记入纪要，本人最后表态。"),
            (E, "{org}会前置研究{focus}等重大事项{n}项，一项临时动议说明理由后上会。"),
        ],
    },
    Occasion {
        key: "asked before choosing",
        kind: K::Other,
        codes: &["5.1"],
        slots: ONCE,
        lines: &[
            (A, "研究干部调整前书面听取了纪检机构意见。"),
            (A, "动议{dept}负责人人选前，先听取纪检机构意见再上会。"),
        ],
    },
    Occasion {
        key: "newly appointed",
        kind: K::Talk,
        codes: &["5.2"],
        slots: &[(8, 6, 28, 60), (12, 2, 16, 30)],
        lines: &[
            (A, "与{n}名新任干部任职谈话，安排廉政教育和入职培训。"),
            (A, "与新提任的{n}名干部集体谈话，逐人发廉洁提醒并落实培训。"),
        ],
    },
    Occasion {
        key: "early reminder",
        kind: K::Talk,
        codes: &["6.5"],
        slots: SUMMER,
        lines: &[
            (A, "对一名干部工作拖沓的苗头及时提醒谈话，约定一个月后回看。"),
            (A, "针对值班脱岗苗头提醒谈话，列入台账跟踪。"),
        ],
    },
    Occasion {
        key: "pushed myself",
        // Of a 签批督办 only the mark is kept; the story tells a sentence of everything.
        kind: K::Other,
        codes: &["11.2"],
        slots: &[(9, 6, 26, 25)],
        lines: &[(A, "对一项需要亲自督办的事项作出签批，办理标记已留存。")],
    },
    Occasion {
        key: "learned from it",
        kind: K::Warning,
        codes: &["11.4"],
        slots: &[(8, 10, 28, 40)],
        lines: &[
            (A, "结合上级通报开展以案促改，对照检查{focus}流程，补齐{n}处。"),
            (A, "组织以案促改专题会，{dept}逐个对照通报认领不足。"),
        ],
    },
    Occasion {
        key: "kept clean",
        kind: K::Other,
        codes: &["13.4", "13.5"],
        slots: &[(6, 4, 26, 40), (12, 2, 12, 55)],
        lines: &[
            (A, "谢绝一次企业宴请并按要求报告，同时登记插手干预重大事项情况，本季为零报告。"),
            (A, "参加企业座谈前作了报备，核对插手干预登记台账，没有新增。"),
        ],
    },
];
