//! Ids of everything that the unit `school` owns, and versions of its rows.

use server::random;

/// Ids of one unit's objects, with the versions that forms must show.
#[derive(Debug, Clone)]
pub struct Ids {
    pub unit: String,
    pub post: String,
    pub term: String,
    pub person: String,
    pub account: String,
    pub session: String,
    pub device: String,
    pub grant: String,
    pub list: String,
    pub duty: String,
    pub named_list: String,
    pub record: String,
    pub proxy: String,
    pub task: String,
    pub handover: String,
    pub template: String,
    pub open_template: String,
    pub upload: String,
    pub draft: String,
    pub team: String,
    /// Post of the 区委书记.
    pub leading: String,
    /// The meeting in which the head of the school reports.
    pub meeting: String,
    pub presenter: String,
    pub rater: String,
    /// A sealed question of the school's team, and a suggestion without a name.
    pub question: String,
    pub suggestion: String,
    /// A person who is not the head.
    pub other: String,
    /// A meeting of the same head that is over: its round, his sheet, a comment on him, an item.
    pub reviewed: String,
    pub round: String,
    pub sheet: String,
    pub comment: String,
    pub item: String,
    /// A file beside `record`.
    pub evidence: String,
    /// A running reading of the school's book, a remark in it, a 调取.
    pub reading: String,
    pub remark: String,
    pub taking: String,
    /// A report of the office about the school.
    pub report: String,
    /// The step of 年底检查 of the school.
    pub season: String,
    /// A draft of the colour rules, and the head's question about a colour.
    pub rule_draft: String,
    pub check: String,
    /// A talk with the head of the school, in the making.
    pub talk: String,
    /// A 通报 to the school, a case of 容错 that its head asked for, a 澄清 of the office about its item.
    pub letter: String,
    pub tolerance: String,
    pub clearance: String,
    /// A published measure about the school, a 工作建议 to it, a 制度 of its own.
    pub measure: String,
    pub advice: String,
    pub regulation: String,
    /// A “一件事” whose only unit is the school, its notice, a line of its lists.
    pub matter: String,
    pub notice: String,
    pub matter_line: String,
    pub versions: Versions,
}

/// Row versions; every one of them wrong when `stale`.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    pub unit: String,
    /// The name that the form of a person shows.
    pub person: String,
    pub list: String,
    pub record: String,
    pub proxy: String,
    pub task: String,
    pub handover: String,
    pub open_template: String,
    pub meeting: String,
    pub report: String,
    pub sheet: String,
    pub item: String,
    pub reading: String,
    pub office_report: String,
    pub season: String,
    pub rule_draft: String,
    pub talk: String,
    pub letter: String,
    pub tolerance: String,
    pub clearance: String,
    pub measure: String,
    pub advice: String,
    pub matter: String,
    pub notice: String,
    pub matter_line: String,
}

impl Ids {
    /// Ids of nothing, with the same versions.
    pub fn of_nothing(&self) -> Self {
        let id = || random::id(domain::time::Instant(9)).to_string();
        Self {
            unit: id(),
            post: id(),
            term: id(),
            person: id(),
            account: id(),
            session: id(),
            device: id(),
            grant: id(),
            list: id(),
            duty: id(),
            named_list: id(),
            record: id(),
            proxy: id(),
            task: id(),
            handover: id(),
            template: id(),
            open_template: id(),
            upload: id(),
            draft: id(),
            team: id(),
            leading: id(),
            meeting: id(),
            presenter: id(),
            rater: id(),
            question: id(),
            suggestion: id(),
            other: id(),
            reviewed: id(),
            round: id(),
            sheet: id(),
            comment: id(),
            item: id(),
            evidence: id(),
            reading: id(),
            remark: id(),
            taking: id(),
            report: id(),
            season: id(),
            rule_draft: id(),
            check: id(),
            talk: id(),
            letter: id(),
            tolerance: id(),
            clearance: id(),
            measure: id(),
            advice: id(),
            regulation: id(),
            matter: id(),
            notice: id(),
            matter_line: id(),
            versions: self.versions.clone(),
        }
    }

    /// The same with versions that nobody has.
    pub fn stale(&self) -> Self {
        let old = || "999999".to_owned();
        let versions = Versions {
            unit: old(),
            person: old(),
            list: old(),
            record: old(),
            proxy: old(),
            task: old(),
            handover: old(),
            open_template: old(),
            meeting: old(),
            report: old(),
            sheet: old(),
            item: old(),
            reading: old(),
            office_report: old(),
            season: old(),
            rule_draft: old(),
            talk: old(),
            letter: old(),
            tolerance: old(),
            clearance: old(),
            measure: old(),
            advice: old(),
            matter: old(),
            notice: old(),
            matter_line: old(),
        };
        Self { versions, ..self.clone() }
    }
}
