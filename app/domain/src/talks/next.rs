//! What of a talk is next, by when, and whose turn it is. A delay of the commission is its own, never the unit's.

use super::{Talk, TalkState};
use crate::time::{Day, WorkCalendar};

keyed! {
    /// Whose turn it is.
    Turn {
        /// 派驻组, 联系室 and the office with them.
        Preparer = "preparer", "梳理单位";
        /// 区纪委书记.
        Secretary = "secretary", "区纪委书记";
        /// 党风政风监督室.
        Office = "office", "党风政风监督室";
        /// The two sides of the talk.
        Signers = "signers", "主谈人和谈话对象";
        /// The unit, through its head, 班子成员 or 联络员.
        Unit = "unit", "所在单位";
        /// The head himself.
        Leader = "leader", "谈话对象";
        /// 派驻组 or 联系室.
        Tracker = "tracker", "跟踪监督单位";
        /// Another person than who wrote it.
        Second = "second", "审核人";
    }
}

/// Something that is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Todo {
    /// Whose turn.
    pub turn: Turn,
    /// What.
    pub what: &'static str,
    /// By when; `None` for what has no day of its own.
    pub by: Option<Day>,
}

impl Todo {
    /// Past its day?
    pub fn is_late(&self, today: Day) -> bool {
        self.by.is_some_and(|by| today > by)
    }
}

impl Talk {
    /// Everything that is open now, the nearest day first. `open` are the items that are not struck off.
    pub fn todos(&self, calendar: &WorkCalendar, open: usize) -> Vec<Todo> {
        let table = self.timetable(calendar);
        let one = |turn, what, by| Todo { turn, what, by };
        let mut all = match self.state {
            TalkState::Preparing => vec![one(Turn::Preparer, "备齐三张清单", Some(table.prepare_by))],
            TalkState::Asked => vec![one(Turn::Secretary, "审定三张清单", Some(table.talk_by))],
            TalkState::Approved if self.lead.name.is_empty() => {
                vec![one(Turn::Office, "确定主谈人", Some(table.talk_by))]
            }
            TalkState::Approved => vec![one(Turn::Office, "谈话并登记", Some(table.talk_by))],
            TalkState::Held => vec![one(Turn::Signers, "签记录和承诺", None)],
            TalkState::Signed => self.after(calendar, open),
            TalkState::Closed | TalkState::Ended => Vec::new(),
        };
        all.sort_by_key(|todo| todo.by.unwrap_or(Day::MAX));
        all
    }

    fn after(&self, calendar: &WorkCalendar, open: usize) -> Vec<Todo> {
        let table = self.timetable(calendar);
        let mut all = Vec::new();
        let mut want = |missing: bool, turn, what, by| {
            if missing {
                all.push(Todo { turn, what, by });
            }
        };
        want(self.met.is_none(), Turn::Unit, "召开党组会研究", table.meet_by);
        want(self.planned_on.is_none(), Turn::Unit, "报送整改方案", table.plan_by);
        want(self.checks.adopted.is_none(), Turn::Tracker, "定监督检查方案", table.plan_by);
        want(self.stages.is_empty(), Turn::Tracker, "阶段评估", table.stage_by);
        let report = self.report.as_ref();
        let (sent, filed) = (report.is_some_and(|r| r.sent.is_some()), report.is_some_and(|r| r.filed.is_some()));
        want(!sent, Turn::Leader, "报送落实情况报告", table.report_by);
        want(sent && !filed, Turn::Office, "落实情况报告登记备案", None);
        let tracking = self.tracking.as_ref();
        let tracked = tracking.is_some_and(|t| t.sent.is_some());
        want(sent && !tracked, Turn::Tracker, "报送跟踪评估报告", table.track_by);
        want(tracking.is_some_and(super::Written::waits), Turn::Second, "审核跟踪评估报告", None);
        want(self.unfinished(open).is_empty(), Turn::Office, "办结", None);
        all
    }
}
