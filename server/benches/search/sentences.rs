//! Sentences as they stand in books: invented, of about sixty characters, with common words,
//! rare ones and numbers.

/// The same numbers on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }

    fn of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const WHERE: [&str; 24] = [
    "到政务服务窗口蹲点半天",
    "在机关三楼会议室",
    "赴北渡社区网格站",
    "到城南农贸市场",
    "在党委会上",
    "到沿河安置小区走访",
    "在季度例会上",
    "到项目工地现场",
    "在民主生活会前",
    "到养老服务中心",
    "在机关食堂座谈",
    "到信访接待室坐班",
    "在党支部主题党日",
    "到乡镇便民大厅",
    "在财务科",
    "到校园周边",
    "在专题学习会上",
    "到医院收费处",
    "在工程例会上",
    "到村级活动场所",
    "在干部大会上",
    "到企业车间",
    "在巡查整改推进会上",
    "到档案室",
];
const WHAT: [&str; 30] = [
    "研究党风廉政建设年度任务",
    "听取廉政风险点排查情况",
    "与分管同志逐项核对问题清单",
    "督促限期补齐报销审批材料",
    "讲了一堂廉政教育党课",
    "要求压缩会议和文件数量",
    "了解群众办事排队时间偏长的原因",
    "对公车使用登记逐页检查",
    "部署节前纠治四风工作",
    "研究重点岗位轮换方案",
    "通报一起违规吃喝典型问题",
    "当场定了合并两张重复填报的表",
    "与新任科长开展任前谈话",
    "过问惠农补贴发放进度",
    "审看采购合同的比价记录",
    "研究年轻干部教育管理措施",
    "对照清单逐条认领责任",
    "组织观看警示教育片",
    "听取内部审计整改汇报",
    "约谈两名工作滞后的负责人",
    "检查三重一大事项记录",
    "研究招标流程再造",
    "推动公示栏内容按月更新",
    "查看值班值守情况",
    "听基层同志讲减负感受",
    "明确一般事项当日办结",
    "研究涉企收费自查",
    "对举报件办理质量回访",
    "梳理权力运行流程图",
    "调研物业费收支公开",
];
const THEN: [&str; 22] = [
    "听群众说材料重复提交",
    "会后印发纪要",
    "明确由办公室牵头",
    "两周后回头看",
    "提出三点要求",
    "形成任务清单",
    "现场答复了五个问题",
    "请纪检组列席",
    "对不到位的科室点名",
    "纳入月度督办",
    "签了承诺书",
    "把责任落到人头",
    "下个月再听一次进展",
    "退回重报一份方案",
    "建立工作台账",
    "同步向上级报告",
    "留痕备查",
    "当场拨通了热线电话",
    "安排专人跟进",
    "对照制度逐条过",
    "作为考核依据",
    "请服务对象评价",
];
const RARE: [&str; 6] =
    ["龙舟赛经费", "䶮泉驿站改造", "档案数字化外包", "候鸟保护区便道", "夜间公交补贴", "𠮷庆堂修缮"];

/// A sentence; one in two thousand has something rare in it.
pub fn sentence(dice: &mut Dice) -> String {
    let mut out = String::new();
    for part in [dice.of(&WHERE), "，", dice.of(&WHAT), "，", dice.of(&WHAT), "；", dice.of(&THEN)] {
        out.push_str(part);
    }
    match dice.below(2_000) {
        0 => out.push_str(&format!("，另议{}", dice.of(&RARE))),
        n if n < 700 => out.push_str(&format!("，涉及{}人、{}项。", n % 40 + 2, n % 9 + 1)),
        _ => out.push('。'),
    }
    out
}
