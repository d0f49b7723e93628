//! Which items a record may correspond to (对应清单条目). Suggested only where the kind
//! of record matches what the item asks: 蹲点 is not 研究, a talk is not a written 一人一策
//! (practice 3.5). A suggestion is never pre-ticked: the leader ticks.
//!
//! Matches by the item's words and evidence, never by its number, so that an imported
//! list of other numbers and wording works too.

use serde::{Deserialize, Serialize};

use super::{RecordKind, TalkType};
use crate::{
    duties::{DutyItem, Evidence, ExistingOccurrence},
    ids::DutyId,
    time::Day,
};

/// More would be a list to read, not a hint.
pub const SUGGESTIONS_MAX: usize = 5;

/// An item that a record may correspond to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub short: String,
    /// This window has a record already; another one is further evidence.
    pub recorded: bool,
}

/// What an item must say to match a kind.
struct Asks {
    kind: RecordKind,
    /// One of these words stands in the item, the one that fits best first,
    words: &'static [&'static str],
    /// none of these,
    not: &'static [&'static str],
    /// and it asks for one of these kinds of evidence (or names none).
    evidence: &'static [Evidence],
}

use Evidence as E;

/// 示范 table: what each kind of record can stand for.
const TABLE: [Asks; 8] = [
    Asks {
        kind: RecordKind::Study,
        words: &["专题会", "专题研究", "研究", "会商", "部署", "听取", "汇报", "开会", "第一议题"],
        not: &["民主生活会", "谈话", "谈心", "述职", "党课"],
        evidence: &[E::Meeting, E::Ledger, E::Report, E::Paper],
    },
    Asks {
        kind: RecordKind::Talk,
        words: &["谈心", "谈话", "提醒", "回访", "约谈"],
        not: &["一人一策", "四风", "研究"],
        evidence: &[E::Talk],
    },
    Asks {
        kind: RecordKind::Visit,
        words: &["蹲点", "调研", "督导", "抽查", "检查", "回头看", "难点问题", "一线", "走访"],
        not: &["研究", "教学", "自查", "报告"],
        evidence: &[E::Ledger, E::Photo, E::Inspection],
    },
    Asks {
        kind: RecordKind::Lecture,
        words: &["党课", "学习", "带头学", "中心组", "组织生活", "培训", "宣讲"],
        not: &["民主生活会", "警示教育", "谈话"],
        evidence: &[E::Study],
    },
    Asks {
        kind: RecordKind::Meeting,
        words: &["民主生活会", "评议反馈问题整改"],
        not: &[],
        evidence: &[E::Meeting, E::Ledger],
    },
    Asks {
        kind: RecordKind::Warning,
        words: &["警示教育", "廉洁教育", "以案促改", "以案为鉴", "文化点", "案例"],
        not: &["谈话"],
        evidence: &[E::Meeting, E::Study, E::Endorsement, E::System, E::Photo],
    },
    Asks {
        kind: RecordKind::Endorsement,
        words: &["督办", "批示", "请示", "督促", "听取纪检", "签批", "报备"],
        not: &["承诺", "会商", "议题"],
        evidence: &[E::Endorsement],
    },
    Asks {
        kind: RecordKind::Institution,
        words: &["制度", "修订", "分工", "权力清单", "流程", "责任清单", "减负清单", "规则", "防控"],
        not: &["接到", "学", "上会"],
        evidence: &[E::Paper, E::Ledger],
    },
];

impl Asks {
    /// How well the item fits: the place of the best word in it (0 fits best); `None` where
    /// it asks for something else.
    fn fit(&self, item: &DutyItem) -> Option<usize> {
        let says = |word: &str| item.text.contains(word);
        let evident = item.evidence.is_empty() || item.evidence.iter().any(|e| self.evidence.contains(e));
        if !evident || self.not.iter().any(|word| says(word)) {
            return None;
        }
        self.words.iter().position(|word| says(word))
    }
}

/// What an item must say, and must not, to match a type of talk (示范). A talk that leaves only a mark is suggested only where the item asks for no more.
fn talk_words(talk: TalkType) -> (&'static [&'static str], &'static [&'static str]) {
    match talk {
        TalkType::Arrival => (&["任职谈话", "新任", "三交底"], &["书面报告", "报告"]),
        TalkType::Member => (&["班子成员", "家风"], &["个人有关事项", "述职"]),
        TalkType::Lower => (&["下级", "下属单位主要负责人"], &["述职"]),
        TalkType::Young => (&["年轻干部"], &["一人一策"]),
        TalkType::KeyPost => (&["关键岗位", "重点岗位", "身边工作人员"], &["轮岗", "任职年限", "签承诺"]),
        TalkType::Reminder => (&["苗头性", "及时提醒"], &[]),
        TalkType::Revisit => (&["回访"], &[]),
        TalkType::Group => (&["任职谈话", "新任"], &["报告"]),
        TalkType::Encouragement => (&["容错", "澄清", "激励", "关心关爱"], &[]),
        TalkType::Criticism | TalkType::Admonition | TalkType::Inquiry => (&[], &[]),
    }
}

/// [`suggest`] for a talk of this type: 班子成员谈心 is not 年轻干部谈心.
pub fn suggest_talk(
    talk: TalkType,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
) -> Vec<Suggestion> {
    let (words, not) = talk_words(talk);
    let fits =
        |item: &&DutyItem| words.iter().any(|w| item.text.contains(w)) && !not.iter().any(|w| item.text.contains(w));
    let own: Vec<DutyItem> = items.iter().filter(fits).cloned().collect();
    // 听班子成员汇报并点评 asks for a meeting and a talk: its evidence says so.
    let evident = own.into_iter().filter(|i| i.evidence.is_empty() || i.evidence.contains(&E::Talk));
    let asks = Asks { kind: RecordKind::Talk, words, not: &["一人一策", "四风", "研究"], evidence: &[E::Talk] };
    found(&asks, &evident.collect::<Vec<_>>(), occurrences, event_on)
}

/// [`why`] for a type of talk.
pub fn why_talk(talk: TalkType, found: &[Suggestion]) -> String {
    said(talk.label(), found)
}

/// Items for a record of `kind` about `event_on`: the best fit first, of the same fit those
/// still wanting in the window of that day, then the soonest due; what has a record in this
/// window comes last. At most [`SUGGESTIONS_MAX`]; nothing for [`RecordKind::Other`].
pub fn suggest(
    kind: RecordKind,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
) -> Vec<Suggestion> {
    TABLE.iter().find(|a| a.kind == kind).map_or_else(Vec::new, |asks| found(asks, items, occurrences, event_on))
}

fn found(asks: &Asks, items: &[DutyItem], occurrences: &[ExistingOccurrence], event_on: Day) -> Vec<Suggestion> {
    let mut found: Vec<_> = items
        .iter()
        .filter_map(|item| asks.fit(item).map(|fit| (fit, item)))
        .map(|(fit, item)| {
            let now = occurrences.iter().find(|o| o.is_of(item.duty) && o.window.holds(event_on));
            let recorded = now.is_some_and(|o| !o.is_wanting());
            // Without a date after what is due.
            let due = now.map_or((true, None), |o| (false, Some(o.due)));
            ((recorded, fit, due, DutyItem::order(&item.code)), item)
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
        .into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|((recorded, ..), item)| Suggestion {
            duty: item.duty,
            code: item.code.clone(),
            short: item.short(),
            recorded,
        })
        .collect()
}

/// Why these items are suggested, as one sentence with their numbers; empty for none.
pub fn why(kind: RecordKind, found: &[Suggestion]) -> String {
    said(kind.label(), found)
}

fn said(label: &str, found: &[Suggestion]) -> String {
    let codes = |recorded: bool| {
        let list: Vec<&str> = found.iter().filter(|s| s.recorded == recorded).map(|s| s.code.as_str()).collect();
        list.join("、")
    };
    match (codes(false), codes(true)) {
        (open, done) if open.is_empty() && done.is_empty() => String::new(),
        (open, done) if done.is_empty() => format!("因为类型是{label}，可对应 {open}"),
        (open, done) if open.is_empty() => format!("因为类型是{label}，可补充 {done}（本期已有记录）"),
        (open, done) => format!("因为类型是{label}，可对应 {open}；可补充 {done}（本期已有记录）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::{Frequency, Plan, fixture},
        time::{WorkCalendar, parse_iso},
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn item(code: &str, text: &str, evidence: &[Evidence]) -> DutyItem {
        DutyItem { evidence: evidence.to_vec(), ..fixture::item(code, text, Frequency::Quarterly) }
    }

    fn codes(kind: RecordKind, items: &[DutyItem]) -> Vec<String> {
        suggest(kind, items, &[], d("2026-11-20")).into_iter().map(|s| s.code).collect()
    }

    #[test]
    fn the_kind_must_match_what_the_item_asks() {
        let items = [
            item("5.5", "分析年轻干部思想和廉洁状况，提出一人一策", &[E::Report]),
            item("6.3", "与年轻干部经常性谈心谈话", &[E::Talk]),
            item("8.1", "重要节点前部署纠“四风”提醒并抽查", &[E::Paper, E::Inspection]),
            item("8.2", "到窗口、一线、企业蹲点收集烦心事并交办", &[E::Ledger, E::Photo]),
            item("8.3", "研究企业群众反映集中的问题和评议负面情形", &[E::Ledger, E::System]),
            item("3.3", "主持专题会议研究全面从严治党", &[E::Meeting]),
            item("4.4", "主持民主生活会，带头检视并列整改清单", &[E::Meeting, E::Ledger]),
            item("13.1", "签订并践行廉洁从政承诺书", &[E::Endorsement]),
        ];
        let table: [(RecordKind, &[&str]); 9] = [
            (RecordKind::Talk, &["6.3"]),
            (RecordKind::Visit, &["8.2", "8.1"]),
            (RecordKind::Study, &["3.3", "8.3", "8.1"]),
            (RecordKind::Meeting, &["4.4"]),
            (RecordKind::Endorsement, &[]),
            (RecordKind::Lecture, &[]),
            (RecordKind::Warning, &[]),
            (RecordKind::Institution, &[]),
            (RecordKind::Other, &[]),
        ];
        for (kind, expected) in table {
            assert_eq!(codes(kind, &items), expected, "{kind:?}");
        }
    }

    #[test]
    fn the_best_fit_stands_before_the_lower_number() {
        let items = [
            item("2.2", "专题研究意识形态风险和阵地责任", &[E::Meeting, E::Report]),
            item("3.3", "主持专题会议研究全面从严治党", &[E::Meeting]),
            item("4.5", "对集体决定执行情况“回头看”", &[E::Inspection, E::Ledger]),
            item("8.2", "到窗口、一线、企业蹲点收集烦心事并交办", &[E::Ledger, E::Photo]),
        ];
        assert_eq!(codes(RecordKind::Visit, &items), ["8.2", "4.5"]);
        assert_eq!(codes(RecordKind::Study, &items), ["3.3", "2.2"]);
    }

    #[test]
    fn a_talk_is_matched_by_its_type() {
        let items = [
            item("3.4", "听班子成员“一岗双责”汇报并逐一点评", &[E::Meeting, E::Talk]),
            item("5.4", "督促班子成员如实报告个人有关事项", &[E::Endorsement]),
            item("5.5", "分析年轻干部思想和廉洁状况，提出一人一策", &[E::Report]),
            item("6.1", "与班子成员逐一谈心谈话", &[E::Talk]),
            item("6.2", "与下级党组织书记、下属单位主要负责人监督谈话", &[E::Talk]),
            item("6.3", "与年轻干部经常性谈心谈话", &[E::Talk]),
            item("6.4", "回访受处理处分及关键岗位干部", &[E::Talk]),
            item("6.5", "对苗头性倾向性问题及时提醒并跟踪", &[E::Talk, E::Ledger]),
            item("7.3", "听下级书记述职并点评", &[E::Meeting]),
        ];
        let table: [(TalkType, &[&str]); 8] = [
            (TalkType::Member, &["3.4", "6.1"]),
            (TalkType::Lower, &["6.2"]),
            (TalkType::Young, &["6.3"]),
            (TalkType::KeyPost, &["6.4"]),
            (TalkType::Reminder, &["6.5"]),
            (TalkType::Revisit, &["6.4"]),
            (TalkType::Admonition, &[]),
            (TalkType::Encouragement, &[]),
        ];
        for (talk, expected) in table {
            let mut made = suggest_talk(talk, &items, &[], d("2026-11-20"));
            assert!(made.len() < 2 || why_talk(talk, &made).contains(&made[0].code));
            made.sort_by_key(|s| s.code.clone());
            let codes: Vec<_> = made.iter().map(|s| s.code.as_str()).collect();
            assert_eq!(codes, expected, "{talk:?}");
        }
        let lower = suggest_talk(TalkType::Lower, &items, &[], d("2026-11-20"));
        assert_eq!(why_talk(TalkType::Lower, &lower), "因为类型是下级党组织主要负责人监督谈话，可对应 6.2");
    }

    #[test]
    fn an_imported_item_without_evidence_matches_by_its_words() {
        let items = [item("甲", "每季度与班子成员谈心", &[])];
        assert_eq!(codes(RecordKind::Talk, &items), ["甲"]);
        assert!(codes(RecordKind::Study, &items).is_empty());
    }

    #[test]
    fn wanting_ones_come_first_and_five_are_enough() {
        let items: Vec<_> = (1..=8).map(|n| item(&format!("6.{n}"), &format!("谈心谈话之{n}"), &[E::Talk])).collect();
        let calendar = WorkCalendar::default();
        let mut stored: Vec<_> = Plan {
            year: 2026,
            items: &items,
            term_from: d("2024-01-01"),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        }
        .occurrences()
        .iter()
        .map(fixture::occurrence)
        .collect();
        for o in &mut stored {
            o.satisfied = o.duty == items[0].duty;
        }
        let made = suggest(RecordKind::Talk, &items, &stored, d("2026-11-20"));
        let codes: Vec<_> = made.iter().map(|s| s.code.as_str()).collect();
        assert_eq!(codes, ["6.2", "6.3", "6.4", "6.5", "6.6"]);
        assert_eq!(why(RecordKind::Talk, &made[..2]), "因为类型是谈心谈话，可对应 6.2、6.3");
        let two = suggest(RecordKind::Talk, &items[..2], &stored, d("2026-11-20"));
        assert_eq!(why(RecordKind::Talk, &two), "因为类型是谈心谈话，可对应 6.2；可补充 6.1（本期已有记录）");
        assert_eq!(why(RecordKind::Talk, &[]), "");
    }
}
