//! A talk as far as somebody may read it: sources for the office, the record for the two sides and the commission,
//! drafts for whoever writes them, the 监督检查方案 for the commission alone.

use domain::{
    duties::Source,
    people::access::TalkSight,
    talks::{CheckPlan, Minutes, Talk, TalkState},
};

/// The talk without what is not the reader's.
pub fn seen(mut talk: Talk, sight: TalkSight) -> Talk {
    if !sight.reads_sources() {
        // Units read 「监督中发现」; so does the body that is told what to look at.
        talk.lists.problems.iter_mut().for_each(|p| p.source = Source::Own);
    }
    if !sight.reads_record() {
        talk.minutes = talk.minutes.map(|m| Minutes {
            on: m.on,
            place: String::new(),
            present: String::new(),
            words: String::new(),
            answer: String::new(),
            writer: String::new(),
        });
        talk.signatures.clear();
    }
    if sight.is_commission() {
        // What is not sent is the unit's own.
        talk.report = talk.report.filter(|r| r.sent.is_some() || !r.returned.is_empty());
        if let Some(report) = talk.report.as_mut().filter(|r| r.sent.is_none()) {
            report.lines.clear();
            report.parts = domain::talks::Paper3::default();
        }
    } else {
        talk.tracking = talk.tracking.filter(|t| t.filed.is_some());
        talk.checks = CheckPlan::default();
        talk.prepared_by.clear();
        talk.returned.clear();
        talk.approved = None;
        if talk.state == TalkState::Ended {
            talk.over_why.clear();
        }
    }
    talk
}
