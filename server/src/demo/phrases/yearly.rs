//! What stands once in the year's round, and the report of three months.

use domain::records::RecordKind as K;

use super::{For::*, Occasion};

/// Yearly occasions.
pub const YEARLY: [Occasion; 20] = [
    Occasion {
        key: "annual report",
        kind: K::Other,
        codes: &["3.5"],
        slots: &[(2, 8, 26, 100)],
        lines: &[
            (A, "书面报告上年度主体责任落实情况，已按时报送。"),
            (A, "审定并报送上年度落实全面从严治党主体责任情况的书面报告，写实问题{n}条。"),
            (A, "完成上年度主体责任落实情况书面报告，把{focus}方面的不足和打算写了进去。"),
        ],
    },
    Occasion {
        key: "democratic life",
        kind: K::Meeting,
        codes: &["4.4", "12.4"],
        slots: &[(1, 9, 25, 100)],
        lines: &[
            (A, "主持召开民主生活会，带头检视问题{n}个，上年评议反馈问题逐条对账后列出整改清单。"),
            (A, "民主生活会上带头作对照检查，开展批评和自我批评，述责评议反馈的{n}个问题整改到位并报告。"),
            (A, "主持民主生活会，围绕{focus}查摆班子问题，列整改清单{n}条，上年评议反馈整改一并通报。"),
        ],
    },
    Occasion {
        key: "year's tasks",
        kind: K::Study,
        codes: &["3.1", "3.2", "4.3"],
        slots: &[(2, 6, 26, 100)],
        lines: &[
            (A, "主持研究年度全面从严治党任务安排，逐项定人定时限，同步修订五张责任清单，班子分工调整后已备案。"),
            (A, "{org}会审议年度任务安排和五张责任清单，{n}处修改后公开，正职不直接分管人财物和工程。"),
            (A, "研究年度任务安排，把{focus}列为重点，责任清单修订后公开，人事、财务、工程由副职分管并报备。"),
        ],
    },
    Occasion {
        key: "pledge",
        kind: K::Other,
        codes: &["13.1"],
        slots: &[(2, 10, 27, 100)],
        lines: &[
            (A, "签订廉洁从政承诺书，并组织班子成员一并签订。"),
            (A, "签订年度廉洁从政承诺书，在单位公示栏公开。"),
        ],
    },
    Occasion {
        key: "risks",
        kind: K::Institution,
        codes: &["10.1"],
        slots: &[(3, 3, 26, 100)],
        lines: &[
            (A, "组织岗位廉政风险排查，排出高风险岗位{n}个，逐岗定了防控措施。"),
            (A, "审定岗位廉政风险台账，{focus}岗位由中调高，增加复核环节。"),
            (A, "完成年度廉政风险排查，按高中低定级{m}个岗位，措施落到{dept}。"),
        ],
    },
    Occasion {
        key: "clean unit",
        kind: K::Institution,
        codes: &["9.3"],
        slots: &[(3, 5, 27, 100)],
        lines: &[
            (T, "确定清廉村居年度项目{n}个，以{focus}为切口推进。"),
            (D, "确定清廉机关年度项目，以{focus}为重点，印发推进计划。"),
            (E, "确定清廉国企年度项目，以{focus}为重点，明确推进节点{n}个。"),
            (A, "研究确定清廉单元年度项目并发文，由一名副职牵头按月推进。"),
        ],
    },
    Occasion {
        key: "list of powers",
        kind: K::Institution,
        codes: &["10.3"],
        slots: &[(4, 8, 28, 100)],
        lines: &[
            (A, "公开权力清单和{focus}运行流程图，听取服务对象意见{n}条。"),
            (A, "更新权力清单，{focus}流程减少{n}个环节，流程图已上墙上网。"),
        ],
    },
    Occasion {
        key: "rotation",
        kind: K::Study,
        codes: &["5.3"],
        slots: &[(4, 8, 28, 100)],
        lines: &[
            (A, "核对重点岗位任职年限，{n}人满年限列入轮岗计划。"),
            (A, "研究重点岗位轮岗，财务和{focus}岗位共{n}人年内轮换。"),
        ],
    },
    Occasion {
        key: "warning meeting",
        kind: K::Warning,
        codes: &["9.1", "9.4"],
        slots: &[(5, 8, 28, 100)],
        lines: &[
            (A, "主持警示教育会，用身边案例剖析{focus}中的教训，会后到清廉文化点现场教学。"),
            (A, "组织警示教育并到清廉文化点开展现场教学，{m}名干部参加。"),
            (A, "警示教育会上通报身边案例，组织干部到清廉文化点参观，每人谈一句感受。"),
        ],
    },
    Occasion {
        key: "new rules",
        kind: K::Lecture,
        codes: &["2.4"],
        slots: &[(6, 2, 17, 100)],
        lines: &[
            (A, "带头学习新修订的党内法规，列入年度干部培训计划。"),
            (A, "领学新修订党内法规{n}部，培训计划增加了{dept}负责人专题班。"),
        ],
    },
    Occasion {
        key: "weak branches",
        kind: K::Study,
        codes: &["7.4"],
        slots: &[(7, 3, 28, 100)],
        lines: &[
            (A, "研究薄弱支部整顿和党务力量配备，给{n}个支部充实了党务干部。"),
            (A, "{org}会研究党务力量问题，明确{n}个薄弱支部的联系人和整改时间。"),
            (T, "研究软弱涣散村社党组织整顿，{n}个村社各派一名联系干部。"),
        ],
    },
    Occasion {
        key: "missing rules",
        kind: K::Institution,
        codes: &["10.2"],
        slots: &[(7, 3, 28, 100)],
        lines: &[
            (A, "修订工程、采购、资产管理制度{n}项，补上{focus}环节的短板。"),
            (A, "出台零星采购和资金审批办法，对{focus}的验收签字作了规定。"),
            (E, "修订采购和工程变更管理办法，明确金额分档和审批权限。"),
        ],
    },
    Occasion {
        key: "inner audit",
        kind: K::Study,
        codes: &["10.5"],
        slots: &[(8, 5, 28, 100)],
        lines: &[
            (A, "听取内控审计情况，对{n}个问题逐条督促整改。"),
            (A, "研究内部审计报告，{focus}方面的{n}条建议全部列入整改台账。"),
        ],
    },
    Occasion {
        key: "key posts",
        kind: K::Warning,
        codes: &["9.2"],
        slots: &[(9, 3, 28, 100)],
        lines: &[
            (A, "组织关键岗位廉洁教育，{m}名干部现场签订承诺。"),
            (A, "给{focus}等关键岗位上廉洁教育课，会后逐人签订承诺书。"),
        ],
    },
    Occasion {
        key: "heads below",
        kind: K::Talk,
        codes: &["6.2"],
        slots: &[(9, 5, 28, 100)],
        lines: &[
            (T, "与{n}名村社党组织书记监督谈话，指出{focus}方面的薄弱环节。"),
            (D, "与下属单位主要负责人{n}人开展监督谈话，提醒抓好{focus}。"),
            (E, "与子公司主要负责人{n}人监督谈话，指出{focus}中的不足。"),
            (A, "与下级党组织书记{n}人谈话，逐人反馈日常监督中的问题。"),
        ],
    },
    Occasion {
        key: "reports from below",
        kind: K::Study,
        codes: &["7.3"],
        slots: &[(11, 6, 28, 100)],
        lines: &[
            (A, "听取下级党组织书记述职并逐一点评，提出改进意见{n}条。"),
            (A, "召开书记述职会，对{sub}的述职逐个点评，点出{focus}方面的差距。"),
        ],
    },
    Occasion {
        key: "own report",
        kind: K::Other,
        codes: &["13.2"],
        slots: &[(11, 16, 28, 100)],
        lines: &[
            (A, "提交述责述廉报告，在会上述责述廉并接受评议。"),
            (A, "完成年度述责述廉，报告中写了{n}个问题和改进打算，接受现场评议。"),
        ],
    },
    Occasion {
        key: "personal matters",
        kind: K::Other,
        codes: &["5.4"],
        slots: &[(10, 10, 28, 100)],
        lines: &[
            (A, "督促班子成员按要求报告个人有关事项，均已完成。"),
            (A, "提醒班子成员按时报告个人有关事项，逐人确认已办。"),
        ],
    },
    Occasion {
        key: "whose job",
        kind: K::Study,
        codes: &["8.5"],
        slots: &[(6, 2, 26, 60)],
        lines: &[
            (A, "针对{focus}上部门间推来推去的情况，启动“一件事”梳理，把责任边界一条条写清。"),
            (A, "牵头梳理{focus}“一件事”，与{n}家单位当面确认各自管到哪一步。"),
        ],
    },
    Occasion {
        key: "on the list of problems",
        kind: K::Study,
        codes: &["12.1", "11.3"],
        slots: &[(7, 6, 28, 70)],
        lines: &[
            (A, "收到半年梳理问题清单后即开会，逐条定责任领导、部门和时限，提示单建议按期书面回复。"),
            (A, "研究提示单提出的{n}条建议并按期回复，问题清单逐条分到{dept}。"),
        ],
    },
];

/// 12.2, once in a term.
pub const THREE_MONTHS: Occasion = Occasion {
    key: "three months",
    kind: K::Other,
    codes: &["12.2"],
    slots: &[],
    lines: &[
        (A, "“三交底”谈话满三个月，书面报告三张清单的落实情况。"),
        (A, "到任满三个月，书面报告履责清单、问题清单和风险清单的落实进度。"),
    ],
};
