//! 示范 list: the 60 items of a 第一责任人履责清单 in 13 groups, as sample data for the demo
//! district and for tests. Behind the feature `sample`; never linked into the browser.
//! Drafted for this project; a district brings its own list.

use super::{Action, DutyItem, DutyListKey, Evidence, Frequency};
use crate::ids::DutyId;

use Frequency::{AnyTime as A, HalfYearly as H, Monthly as M, OncePerTerm as T, Quarterly as Q, Yearly as Y};

/// One item of the sample list, without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleItem {
    /// Printed number.
    pub code: &'static str,
    /// 大项 number, from 1.
    pub group_no: u32,
    /// 大项 name.
    pub group: &'static str,
    /// Text.
    pub text: &'static str,
    /// Frequency.
    pub frequency: Frequency,
    /// A named date instead of the end of the window.
    pub due: Option<(u32, u32)>,
    /// Months in which the 履职月历 suggests it.
    pub months: Vec<u32>,
    /// Evidence kinds.
    pub evidence: Vec<Evidence>,
    /// Key of one of the five lists.
    pub list: &'static str,
    /// May go red.
    pub hard: bool,
    /// Monthly routine, confirmed once a quarter.
    pub routine: bool,
}

impl SampleItem {
    /// The item of a list, with the identity the caller made.
    pub fn item(&self, duty: DutyId) -> DutyItem {
        DutyItem {
            duty,
            code: self.code.to_owned(),
            group_no: self.group_no,
            group: self.group.to_owned(),
            text: self.text.to_owned(),
            frequency: self.frequency,
            due: self.due,
            months: self.months.clone(),
            evidence: self.evidence.clone(),
            action: Action::Mandatory,
            hard: self.hard,
            routine: self.routine,
            list: DutyListKey(self.list.to_owned()),
            source: None,
        }
    }
}

/// Names of the 13 groups.
pub const GROUPS: [&str; 13] = [
    "政治建设",
    "理论武装与意识形态",
    "责任部署",
    "班子与民主集中制",
    "选人用人",
    "谈心谈话",
    "组织生活",
    "作风与减负",
    "纪律教育与廉洁文化",
    "权力制约",
    "支持监督执纪",
    "问题整改",
    "廉洁表率",
];

// The five lists (示范 tags).
const P: &str = "party_committee";
const F: &str = "first_responsible";
const D: &str = "dual_duty";
const S: &str = "supervision";
const G: &str = "function";

const EVERY: [u32; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/// Hard items: 专题研究, 年度报告, 民主生活会, 三个月报告.
const HARD: [&str; 4] = ["3.3", "3.5", "4.4", "12.2"];
/// Monthly routine.
const ROUTINE: [&str; 3] = ["1.1", "7.1", "8.3"];
/// 年初 reported: by the end of the first quarter (示范).
const NAMED: [(&str, (u32, u32)); 1] = [("3.5", (3, 31))];

type Line = (&'static str, &'static str, Frequency, &'static str, &'static [u32], &'static str);

/// Number, text, frequency, evidence (first characters), suggested months, list.
#[rustfmt::skip]
const ITEMS: [Line; 60] = [
    // 政治建设
    ("1.1", "把上级重大决策和重要批示列为“第一议题”学习，定出本单位举措和责任人", M, "会台", &EVERY, P),
    ("1.2", "对交办的重大部署建跟踪台账，亲自听进展、解卡点", Q, "台会", &[3, 5, 8, 12], F),
    ("1.3", "组织本单位政治生态自评，列突出表现与改进项", H, "报", &[6, 11], P),
    ("1.4", "重大事项按时限请示报告", A, "报签", &[], F),
    ("1.5", "发现违反政治规矩苗头当即制止并报告", A, "谈", &[], F),
    // 理论武装与意识形态
    ("2.1", "主持中心组学习，年内至少一次党纪专题", Q, "学会", &[3, 5, 8, 12], P),
    ("2.2", "专题研究意识形态风险和阵地责任", H, "会报", &[6, 11], P),
    ("2.3", "为干部讲专题党课，引用本系统案例", H, "学", &[6, 11], F),
    ("2.4", "带头学新修订党内法规并列入培训计划", Y, "学文", &[5], F),
    // 责任部署
    ("3.1", "年初主持研究年度任务安排，逐项定人定时限", Y, "会文", &[2], P),
    ("3.2", "牵头修订五张责任清单，可公开的主动公开", Y, "文", &[2], P),
    ("3.3", "主持专题会议研究全面从严治党", H, "会", &[6, 11], P),
    ("3.4", "听班子成员“一岗双责”汇报并逐一点评", H, "会谈", &[6, 11], D),
    ("3.5", "书面报告上年度主体责任落实情况", Y, "报", &[1], F),
    // 班子与民主集中制
    ("4.1", "“三重一大”按目录和议事规则上会，临时动议说明理由", A, "会", &[], P),
    ("4.2", "坚持末位表态，不同意见如实记录", A, "会", &[], F),
    ("4.3", "落实正职不直接分管人财物工程等分工，调整即备案", Y, "文", &[2], F),
    ("4.4", "主持民主生活会，带头检视并列整改清单", Y, "会台", &[1], P),
    ("4.5", "对集体决定执行情况“回头看”", H, "检台", &[6, 11], P),
    // 选人用人
    ("5.1", "动议干部前听取纪检机构意见", A, "签", &[], S),
    ("5.2", "新任干部任职谈话、廉政教育、入职培训落实到人", A, "谈学", &[], P),
    ("5.3", "核对重点岗位任职年限，推动轮岗", Y, "台", &[4], P),
    ("5.4", "督促班子成员如实报告个人有关事项（只记完成，不录内容）", Y, "签", &[12], D),
    ("5.5", "分析年轻干部思想和廉洁状况，提出一人一策", H, "报", &[6, 11], P),
    // 谈心谈话
    ("6.1", "与班子成员逐一谈心谈话", H, "谈", &[6, 11], D),
    ("6.2", "与下级党组织书记、下属单位主要负责人监督谈话", Y, "谈", &[9, 10], F),
    ("6.3", "与年轻干部经常性谈心谈话", Q, "谈", &[3, 5, 8, 12], F),
    ("6.4", "回访受处理处分及关键岗位干部", H, "谈", &[6, 11], F),
    ("6.5", "对苗头性倾向性问题及时提醒并跟踪", A, "谈台", &[], F),
    // 组织生活
    ("7.1", "以普通党员身份参加支部组织生活", M, "学", &EVERY, F),
    ("7.2", "到支部联系点调研并解决一个具体问题", Q, "台照", &[3, 5, 8, 12], F),
    ("7.3", "听下级书记述职并点评", Y, "会", &[11], F),
    ("7.4", "研究解决薄弱支部和党务力量问题", Y, "会文", &[7], P),
    // 作风与减负
    ("8.1", "重要节点前部署纠“四风”提醒并抽查", Q, "文检", &[1, 4, 6, 9, 12], P),
    ("8.2", "到窗口、一线、企业蹲点收集烦心事并交办", Q, "台照", &[3, 4, 8, 11], F),
    ("8.3", "研究企业群众反映集中的问题和评议负面情形", M, "台数", &EVERY, G),
    ("8.4", "清理文会、督查、报表、工作群，列减负清单", H, "台", &[6, 11], P),
    ("8.5", "对跨部门推诿事项启动“一件事”梳理", A, "台文", &[], G),
    // 纪律教育与廉洁文化
    ("9.1", "主持警示教育会，用身边案例", Y, "会学", &[5], P),
    ("9.2", "关键岗位廉洁教育并签承诺", Y, "签学", &[9], G),
    ("9.3", "确定清廉单元年度项目并推进", Y, "文", &[3], P),
    ("9.4", "组织到清廉文化点现场教学（地图预约即生成证据）", Y, "数照", &[5], P),
    // 权力制约
    ("10.1", "岗位廉政风险排查，按高中低定级落实防控", Y, "台", &[3], G),
    ("10.2", "补齐工程、采购、资金、资产制度", Y, "文", &[7], G),
    ("10.3", "公开权力清单和运行流程图", Y, "文", &[4], G),
    ("10.4", "抽查小额工程、零星采购、资产出租", H, "检", &[6, 11], G),
    ("10.5", "听取内控审计情况并督促整改", Y, "会台", &[8], G),
    // 支持监督执纪
    ("11.1", "听取纪检机构通报并会商廉情", H, "会", &[6, 11], S),
    ("11.2", "重要案件亲自督办（只留办理标记）", A, "签", &[], S),
    ("11.3", "对提示单、建议书按期研究回复", A, "报", &[], S),
    ("11.4", "案发后开展以案促改", A, "会台", &[], S),
    // 问题整改
    ("12.1", "接到问题清单即开会，逐条定责任领导、部门、时限", A, "会台", &[], P),
    ("12.2", "“三交底”满3个月书面报告", T, "报", &[], F),
    ("12.3", "领办巡察、审计、督查反馈的难点问题", Q, "台检", &[3, 5, 8, 12], F),
    ("12.4", "述责评议反馈问题整改到位并报告", Y, "台报", &[1], F),
    // 廉洁表率
    ("13.1", "签订并践行廉洁从政承诺书", Y, "签", &[2], F),
    ("13.2", "述责述廉并接受评议", Y, "报会", &[12], F),
    ("13.3", "管好家属和身边工作人员，开展家风提醒", H, "谈", &[6, 11], F),
    ("13.4", "守亲清政商规矩，应报告的主动报告", A, "签", &[], F),
    ("13.5", "如实登记他人插手干预重大事项并报告", A, "台", &[], F),
];

fn evidence(glyph: char) -> Option<Evidence> {
    Some(match glyph {
        '会' => Evidence::Meeting,
        '文' => Evidence::Paper,
        '谈' => Evidence::Talk,
        '照' => Evidence::Photo,
        '检' => Evidence::Inspection,
        '报' => Evidence::Report,
        '签' => Evidence::Endorsement,
        '台' => Evidence::Ledger,
        '学' => Evidence::Study,
        '数' => Evidence::System,
        _ => return None,
    })
}

/// The 60 items in printed order.
pub fn sample_items() -> Vec<SampleItem> {
    ITEMS
        .into_iter()
        .map(|(code, text, frequency, glyphs, months, list)| {
            let group_no = DutyItem::order(code).first().copied().unwrap_or(1);
            let group = usize::try_from(group_no).ok().and_then(|n| GROUPS.get(n.checked_sub(1)?));
            SampleItem {
                code,
                group_no,
                group: group.copied().unwrap_or(""),
                text,
                frequency,
                due: NAMED.into_iter().find(|(c, _)| *c == code).map(|(_, due)| due),
                months: months.to_vec(),
                evidence: glyphs.chars().filter_map(evidence).collect(),
                list,
                hard: HARD.contains(&code),
                routine: ROUTINE.contains(&code),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        board::RuleSet,
        duties::{ExistingOccurrence, Plan, fixture, month_card},
        records::{RecordKind, suggest},
        time::{Day, WorkCalendar, parse_iso},
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn items() -> Vec<DutyItem> {
        sample_items().iter().map(|s| s.item(DutyId(fixture::id(s.code)))).collect()
    }

    fn stored(items: &[DutyItem]) -> Vec<ExistingOccurrence> {
        let calendar = WorkCalendar::default();
        let plan = Plan {
            year: 2026,
            items,
            term_from: d("2024-03-01"),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        };
        plan.occurrences().iter().map(fixture::occurrence).collect()
    }

    #[test]
    fn sixty_items_in_thirteen_groups_with_the_known_frequencies() {
        let items = sample_items();
        let count = |f: Frequency| items.iter().filter(|i| i.frequency == f).count();
        assert_eq!((items.len(), GROUPS.len()), (60, 13));
        assert_eq!((count(M), count(Q), count(H), count(Y), count(A), count(T)), (3, 7, 13, 22, 14, 1));
        assert!(items.is_sorted_by_key(|i| DutyItem::order(i.code)));
        assert!(items.iter().all(|i| !i.evidence.is_empty() && !i.group.is_empty()));
        assert_eq!(items.iter().filter(|i| i.hard).count(), 4);
        assert!(items.iter().filter(|i| i.routine).all(|i| i.frequency == M));
        for (key, ..) in DutyListKey::DEFAULTS {
            assert!(items.iter().any(|i| i.list == key), "{key}");
        }
        // What has no window is never suggested by a month; all else is, at least once.
        for i in &items {
            assert_eq!(i.months.is_empty(), matches!(i.frequency, A | T), "{}", i.code);
        }
    }

    #[test]
    fn a_year_of_the_sample_list() {
        // 3 routine and 7 quarterly items by quarter, 13 by half-year, 22 by year.
        assert_eq!(stored(&items()).len(), 10 * 4 + 13 * 2 + 22);
    }

    #[test]
    fn the_card_of_june_groups_what_one_meeting_serves() {
        let items = items();
        let mut all = stored(&items);
        for o in &mut all {
            o.satisfied = o.due < d("2026-06-01");
        }
        let card = month_card(&items, &all, &RuleSet::default(), d("2026-06-05"));
        let line = |code: &str| card.iter().find(|l| l.code == code).unwrap();
        assert_eq!(line("3.3").together, ["1.1", "2.2", "3.4", "11.1"]);
        assert!(line("8.2").together.iter().all(|c| c != "8.3"));
        assert!(card.iter().all(|l| l.code != "13.2" && l.code != "12.2"));
    }

    #[test]
    fn suggestions_on_the_sample_list_match_in_kind() {
        let items = items();
        let all = stored(&items);
        let codes = |kind| -> Vec<String> {
            suggest(kind, &items, &all, d("2026-11-20")).into_iter().map(|s| s.code).collect()
        };
        let table: [(RecordKind, &[&str], &[&str]); 8] = [
            (RecordKind::Study, &["3.3", "2.2"], &["8.2", "4.4", "5.5"]),
            (RecordKind::Talk, &["6.1", "6.3"], &["5.5", "8.1"]),
            (RecordKind::Visit, &["8.2", "7.2"], &["8.3", "3.3", "9.4"]),
            (RecordKind::Lecture, &["2.1", "2.3", "7.1"], &["4.4", "9.1"]),
            (RecordKind::Meeting, &["4.4"], &["7.1", "3.3"]),
            (RecordKind::Warning, &["9.1", "9.4"], &["6.3"]),
            (RecordKind::Endorsement, &["11.2"], &["13.1", "9.2"]),
            (RecordKind::Institution, &["10.2", "3.2"], &["12.1"]),
        ];
        for (kind, wanted, unwanted) in table {
            let found = codes(kind);
            assert!(found.len() <= 5, "{kind:?}");
            for code in wanted {
                assert!(found.iter().any(|c| c == code), "{kind:?} {code} in {found:?}");
            }
            for code in unwanted {
                assert!(found.iter().all(|c| c != code), "{kind:?} {code} in {found:?}");
            }
        }
        assert!(codes(RecordKind::Other).is_empty());
    }
}
