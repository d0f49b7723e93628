//! What a suggestion is about. Everything but an item of a list and 「别的事」 is named here, so that many voices on one
//! thing meet under one name; an item is looked up by the server for whoever suggests.

use super::forms::{self, FORMS};
use crate::ids::DutyId;

/// Family of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// 清单条目.
    Item,
    /// 提醒.
    Reminder,
    /// 填报项.
    Field,
    /// 报告.
    Report,
    /// 三色规则.
    Rule,
    /// 工作环节.
    Step,
    /// 别的事.
    Other,
}

impl Family {
    /// Every family, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Item, Self::Reminder, Self::Field, Self::Report, Self::Rule, Self::Step, Self::Other];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Item => "清单条目",
            Self::Reminder => "提醒",
            Self::Field => "填报项",
            Self::Report => "报告",
            Self::Rule => "三色规则",
            Self::Step => "工作环节",
            Self::Other => "别的事",
        }
    }

    /// Stable key, the first part of a subject.
    pub fn key(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Reminder => "reminder",
            Self::Field => "field",
            Self::Report => "report",
            Self::Rule => "rule",
            Self::Step => "step",
            Self::Other => "other",
        }
    }

    /// The family of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }
}

const REMINDERS: [(&str, &str); 5] = [
    ("month_card", "每月的本月卡"),
    ("quarter", "季度履责提醒"),
    ("digest", "当日提醒"),
    ("urge", "请联络员跟进（催办）"),
    ("outside", "邮件、日历和工作群的提醒"),
];
const REPORTS: [(&str, &str); 6] = [
    ("annual", "落实主体责任年度报告"),
    ("statement", "述责述廉报告"),
    ("brief", "季度督责简报"),
    ("mid_year", "半年梳理情况报告"),
    ("year_end", "年底检查情况报告"),
    ("ecology", "政治生态分析报告"),
];
const RULES: [(&str, &str); 5] = [
    ("window", "临近到期变黄的天数"),
    ("hard", "硬性事项逾期变红"),
    ("made_up", "补记后还要核实"),
    ("worst", "单位按最需关注的一条显示"),
    ("routine", "每月的日常事项按季度确认"),
];
const STEPS: [(&str, &str); 9] = [
    ("comment", "清单征求意见"),
    ("receipt", "清单签收"),
    ("proxy", "代录后由负责人确认"),
    ("reading", "翻阅检查"),
    ("mid_year", "半年梳理"),
    ("year_end", "年底检查"),
    ("review", "述责评议"),
    ("closing", "记录本年度结转"),
    ("handover", "换人移交"),
];

/// A subject: family and name within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Family.
    pub family: Family,
    /// Id of an item, `form.field`, or a key of the tables above; empty for 别的事, which has no name before it is said.
    pub name: String,
}

impl Subject {
    /// Reads `family:name` as links and forms carry it; `None` for what is no subject.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (family, name) = text.split_once(':').unwrap_or((text, ""));
        let subject = Self { family: Family::from_key(family)?, name: name.to_owned() };
        let good = match subject.family {
            Family::Item => subject.duty().is_some(),
            Family::Other => name.is_empty(),
            _ => subject.title().is_some(),
        };
        good.then_some(subject)
    }

    /// The item.
    pub fn duty(&self) -> Option<DutyId> {
        (self.family == Family::Item).then(|| self.name.parse().ok()).flatten()
    }

    /// What it is called; `None` for an item, whose words the server knows, and for 别的事.
    pub fn title(&self) -> Option<String> {
        let of = |names: &[(&str, &str)]| {
            names.iter().find(|(key, _)| *key == self.name).map(|(_, label)| (*label).to_owned())
        };
        match self.family {
            Family::Item | Family::Other => None,
            Family::Reminder => of(&REMINDERS),
            Family::Report => of(&REPORTS),
            Family::Rule => of(&RULES),
            Family::Step => of(&STEPS),
            Family::Field => {
                let (form, field) = self.name.split_once('.')?;
                let form = forms::form(form)?;
                let field = form.fields.iter().find(|f| f.name == field)?;
                Some(format!("{}的“{}”", form.label, field.label))
            }
        }
    }

    /// `family:name`.
    pub fn key(&self) -> String {
        if self.name.is_empty() { self.family.key().to_owned() } else { format!("{}:{}", self.family.key(), self.name) }
    }
}

/// Every subject that has a name here, with its words, for the choice on the page.
pub fn named(family: Family) -> Vec<(String, String)> {
    let names: Vec<String> = match family {
        Family::Item | Family::Other => Vec::new(),
        Family::Reminder => REMINDERS.iter().map(|(key, _)| (*key).to_owned()).collect(),
        Family::Report => REPORTS.iter().map(|(key, _)| (*key).to_owned()).collect(),
        Family::Rule => RULES.iter().map(|(key, _)| (*key).to_owned()).collect(),
        Family::Step => STEPS.iter().map(|(key, _)| (*key).to_owned()).collect(),
        Family::Field => {
            FORMS.iter().flat_map(|form| form.fields.iter().map(move |f| format!("{}.{}", form.key, f.name))).collect()
        }
    };
    names
        .into_iter()
        .filter_map(|name| {
            let subject = Subject { family, name };
            Some((subject.key(), subject.title()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_subject_reads_back_and_nothing_else_does() {
        for family in Family::ALL {
            assert_eq!(Family::from_key(family.key()), Some(family));
            for (key, title) in named(family) {
                let read = Subject::parse(&key).unwrap();
                assert_eq!((read.key(), read.title()), (key, Some(title)));
            }
        }
        for bad in
            ["", "item:", "item:6.3", "reminder:none", "field:record", "field:record.none", "other:x", "person:1"]
        {
            assert_eq!(Subject::parse(bad), None, "{bad}");
        }
        let item = Subject::parse("item:00000000-0000-7000-8000-000000000001").unwrap();
        assert!(item.duty().is_some() && item.title().is_none());
        assert_eq!(Subject::parse("other").unwrap().key(), "other");
        assert_eq!(Subject::parse("field:record.d.*").unwrap().title().unwrap(), "随手记（含代录）的“各类型的细节”");
    }
}
