//! Details of a record: the few fields of its kind, all optional. One sentence stays enough.
//! Refuses fields that the kind does not have, contents that must not be kept (提醒谈话, 诫勉,
//! 批示), and whatever the word guard blocks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{RecordKind, TalkKept, TalkType, guard};
use crate::{
    Rejection, text,
    time::{self, zh},
};

/// Longest of the longer fields, in characters.
pub const LONG_MAX: usize = 2_000;
/// Longest field of what is kept as a mark only, in characters: a number or a name, no contents.
pub const MARK_MAX: usize = 60;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetailField {
    /// 题目, 主题, 件名.
    Title,
    /// 议题.
    Topics,
    /// 制度名称.
    Institution,
    /// 对象: role or number of people.
    Partner,
    /// 参会; whom a lecture was for.
    Attendees,
    /// 地点.
    Place,
    /// Elements of the talk that came up.
    Covered,
    /// 谈话要点.
    Points,
    /// 对象表态.
    Attitude,
    /// 发现的问题.
    Problems,
    /// 定下的事.
    Decided,
    /// 交办给谁.
    AssignedTo,
    /// 后续动作.
    FollowUp,
    /// 到期日, 期限.
    DueOn,
    /// 文号.
    Document,
    /// 日期 of a document.
    SignedOn,
}

use DetailField as F;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldShape {
    /// One line.
    Line,
    /// Some lines.
    Long,
    /// A day.
    Day,
    /// Ticks among the elements of the talk.
    Ticks,
}

impl DetailField {
    /// Every field, in the order of page and paper.
    pub const ALL: [Self; 16] = [
        F::Title,
        F::Topics,
        F::Institution,
        F::Partner,
        F::Attendees,
        F::Place,
        F::Covered,
        F::Points,
        F::Attitude,
        F::Problems,
        F::Decided,
        F::AssignedTo,
        F::FollowUp,
        F::DueOn,
        F::Document,
        F::SignedOn,
    ];

    /// Name in forms.
    pub fn name(self) -> &'static str {
        match self {
            F::Title => "d.title",
            F::Topics => "d.topics",
            F::Institution => "d.institution",
            F::Partner => "d.partner",
            F::Attendees => "d.attendees",
            F::Place => "d.place",
            F::Covered => "d.covered",
            F::Points => "d.points",
            F::Attitude => "d.attitude",
            F::Problems => "d.problems",
            F::Decided => "d.decided",
            F::AssignedTo => "d.assigned_to",
            F::FollowUp => "d.follow_up",
            F::DueOn => "d.due_on",
            F::Document => "d.document",
            F::SignedOn => "d.signed_on",
        }
    }

    /// Chinese name, as the kind calls it.
    pub fn label(self, kind: RecordKind) -> &'static str {
        match self {
            F::Title if kind == RecordKind::Meeting => "会议主题",
            F::Title if kind == RecordKind::Endorsement => "件名",
            F::Title => "题目",
            F::Topics => "议题",
            F::Institution => "制度名称",
            F::Partner => "谈话对象",
            F::Attendees if matches!(kind, RecordKind::Lecture | RecordKind::Warning) => "对象",
            F::Attendees => "参会",
            F::Place => "地点",
            F::Covered => "谈到的要素",
            F::Points => "谈话要点",
            F::Attitude => "对象表态",
            F::Problems => "发现的问题",
            F::Decided if kind == RecordKind::Meeting => "整改事项",
            F::Decided => "定下的事",
            F::AssignedTo => "交办给谁",
            F::FollowUp => "后续动作",
            F::DueOn if kind == RecordKind::Visit => "办理期限",
            F::DueOn => "到期日",
            F::Document if matches!(kind, RecordKind::Study | RecordKind::Meeting) => "纪要文号",
            F::Document => "文号",
            F::SignedOn => "签批日期",
        }
    }

    /// A word on how to fill it in; mostly empty.
    pub fn hint(self) -> &'static str {
        match self {
            F::Partner => "写身份或人数就行，如“班子成员 2 人”；不写身份证号",
            F::Covered => "谈到了就点一下，供自己对照",
            _ => "",
        }
    }

    /// What it takes.
    pub fn shape(self) -> FieldShape {
        match self {
            F::Topics | F::Points | F::Attitude | F::Problems | F::Decided => FieldShape::Long,
            F::DueOn | F::SignedOn => FieldShape::Day,
            F::Covered => FieldShape::Ticks,
            _ => FieldShape::Line,
        }
    }
}

/// Fields of a kind, and of a type of talk, in the order of the page.
pub fn fields(kind: RecordKind, talk: Option<TalkType>) -> &'static [DetailField] {
    match kind {
        RecordKind::Study => &[F::Topics, F::Attendees, F::Decided, F::Document],
        RecordKind::Talk => match talk.map_or(TalkKept::Notes, TalkType::kept) {
            TalkKept::Notes => &[F::Partner, F::Place, F::Covered, F::Points, F::Attitude, F::FollowUp, F::DueOn],
            TalkKept::Sheet => &[F::Partner, F::Place, F::Covered, F::FollowUp, F::DueOn],
            TalkKept::Term => &[F::DueOn],
            TalkKept::Mark => &[F::Document],
            TalkKept::Nothing => &[],
        },
        RecordKind::Visit => &[F::Place, F::Problems, F::AssignedTo, F::DueOn],
        RecordKind::Lecture => &[F::Title, F::Attendees],
        RecordKind::Meeting => &[F::Title, F::Attendees, F::Decided, F::Document],
        RecordKind::Warning => &[F::Title, F::Attendees, F::Place],
        RecordKind::Endorsement => &[F::Title, F::Document, F::SignedOn],
        RecordKind::Institution => &[F::Institution, F::Document],
        RecordKind::Other => &[F::Attendees, F::Place, F::FollowUp, F::DueOn],
    }
}

/// What a kind keeps only as a mark says so; empty where there is nothing to explain.
pub fn kind_notice(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Endorsement => "签批督办只存标记、件名、文号和日期，批示和案件内容不存入本系统。",
        _ => "",
    }
}

/// The fields that were filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordDetails {
    /// Type of a talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<TalkType>,
    /// Values; days as ISO, ticks joined by 、. Empty ones are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<DetailField, String>,
}

impl RecordDetails {
    /// Nothing was filled in.
    pub fn is_empty(&self) -> bool {
        self.talk.is_none() && self.values.is_empty()
    }

    /// The only sentence that may stand for a record of this kind and type of talk; `None` where its author
    /// writes his own.
    pub fn marker(&self, kind: RecordKind) -> Option<String> {
        match kind {
            RecordKind::Talk => self.talk.and_then(TalkType::marker),
            RecordKind::Endorsement => Some(format!("{}：只作标记", kind.label())),
            _ => None,
        }
    }

    /// What its author must know before he writes; empty for most.
    pub fn notice(&self, kind: RecordKind) -> &'static str {
        match kind {
            RecordKind::Talk => self.talk.map_or("", TalkType::notice),
            _ => kind_notice(kind),
        }
    }

    /// One value.
    pub fn value(&self, field: DetailField) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }

    /// Everything typed, for the word guard.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.values().map(String::as_str)
    }

    /// Mobile numbers with their middle starred.
    #[must_use]
    pub fn masked(mut self) -> Self {
        for value in self.values.values_mut() {
            *value = guard::masked(value);
        }
        self
    }

    /// Only what may be stored with a record of `kind`, clean.
    ///
    /// # Errors
    /// A field that the kind does not have, too long, no day, what must not enter; 谈话函询.
    pub fn check(self, kind: RecordKind) -> Result<Self, Rejection> {
        let talk = match (kind, self.talk) {
            (RecordKind::Talk, Some(talk)) if talk.kept() == TalkKept::Nothing => {
                return Err(Rejection::field("d.talk", format!("{}没有保存。", talk.notice())));
            }
            (RecordKind::Talk, talk) => talk,
            _ => None,
        };
        let known = fields(kind, talk);
        let only_mark = Self { talk, ..Self::default() }.marker(kind).is_some();
        let mut values = BTreeMap::new();
        for (field, value) in self.values {
            let label = field.label(kind);
            let max = match field.shape() {
                _ if only_mark && known.contains(&field) => MARK_MAX,
                FieldShape::Long => LONG_MAX,
                _ => text::LINE_MAX,
            };
            let value = text::optional(field.name(), label, &value, max)?;
            if value.is_empty() {
                continue;
            }
            if !known.contains(&field) {
                let what = talk.map_or(kind.label(), TalkType::label);
                return Err(Rejection::field(
                    field.name(),
                    format!("“{what}”不记“{label}”，没有保存。请清空这一栏，或改选类型后再提交，您填写的文字已保留。"),
                ));
            }
            match field.shape() {
                FieldShape::Day if time::parse_iso(&value).is_none() => {
                    return Err(Rejection::field(
                        field.name(),
                        format!("{label}「{value}」不是日期。请写成 2026-11-05 这样的格式。"),
                    ));
                }
                FieldShape::Ticks => {
                    let elements = talk.map(TalkType::elements).unwrap_or_default();
                    // Those of another type are left behind when the type changes.
                    let ticked: Vec<&str> = value.split('、').filter(|one| elements.contains(one)).collect();
                    if !ticked.is_empty() {
                        values.insert(field, ticked.join("、"));
                    }
                }
                _ => {
                    values.insert(field, value);
                }
            }
        }
        Ok(Self { talk, values })
    }

    /// Label and value of everything filled in, in the order of page and paper.
    pub fn details_lines(&self, kind: RecordKind) -> Vec<(String, String)> {
        let talk = self.talk.map(|talk| ("谈话类型".to_owned(), talk.label().to_owned()));
        let order = |field: &F| fields(kind, self.talk).iter().position(|f| f == field);
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_by_key(|(field, _)| (order(field).is_none(), order(field)));
        let line = |(field, value): (&F, &String)| {
            let value = match field.shape() {
                FieldShape::Day => time::parse_iso(value).map_or_else(|| value.clone(), zh),
                _ => value.clone(),
            };
            (field.label(kind).to_owned(), value)
        };
        talk.into_iter().chain(values.into_iter().map(line)).collect()
    }

    /// Values of everything filled in, for the search; the ticks and the type of a talk with them.
    pub fn searched(&self, kind: RecordKind) -> Vec<String> {
        self.details_lines(kind).into_iter().map(|(_, value)| value).collect()
    }

    /// Does this keep every value of `before` as it was?
    pub fn only_adds_to(&self, before: &Self) -> bool {
        before.talk.is_none_or(|talk| self.talk == Some(talk))
            && before.values.iter().all(|(field, value)| self.value(*field) == value)
    }
}

#[cfg(test)]
mod tests;
