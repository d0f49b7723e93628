//! States and steps of the closed loop, with their words and storage keys.

use serde::{Deserialize, Serialize};

use super::keyed::keyed;

keyed! {
    /// What a filter of the ledger asks for: the states as people name them.
    Stage {
        /// Not signed for.
        Unsigned = "unsigned", "待签收";
        /// No plan yet.
        Planning = "planning", "拟方案";
        /// Being put right, up to the application.
        Working = "working", "整改";
        /// With the bodies that check and strike off, or with the 分管副书记.
        Checking = "checking", "待复核";
        /// Ended.
        Closed = "closed", "已销号";
        /// On hold.
        Suspended = "suspended", "挂起";
    }
}

keyed! {
    /// Where an item stands exactly.
    State {
        /// Waits for the head's 签收.
        Unsigned = "unsigned", "待签收";
        /// Waits for the plan of the 党组会.
        Planning = "planning", "拟方案";
        /// The department works and fills in.
        Working = "working", "整改";
        /// Filled in, waits for the 责任领导.
        Filled = "filled", "待责任领导确认";
        /// Confirmed, waits for the head to apply.
        Confirmed = "confirmed", "待申请销号";
        /// Applied, waits for 派驻组 or 联系室.
        Checking = "checking", "待复核";
        /// Checked, waits for the 党风政风监督室.
        Checked = "checked", "待销号";
        /// Returned twice: the 分管副书记 decides.
        Deciding = "deciding", "待分管副书记审定";
        /// On hold by the office.
        Suspended = "suspended", "挂起";
        /// Struck off.
        Closed = "closed", "已销号";
    }
}

keyed! {
    /// A step that somebody takes; every step leaves an event.
    Step {
        /// Put on the account.
        Open = "open", "挂账";
        /// 签收.
        Sign = "sign", "签收";
        /// 整改方案.
        Plan = "plan", "报送方案";
        /// Quarterly progress, without a change of state.
        Progress = "progress", "填报进展";
        /// The department fills in what was done.
        Fill = "fill", "填报整改情况";
        /// The 责任领导 confirms.
        Lead = "lead", "责任领导确认";
        /// The head applies.
        Apply = "apply", "申请销号";
        /// 复核.
        Check = "check", "复核通过";
        /// 退回.
        Return = "return", "退回";
        /// 销号.
        Strike = "strike", "销号";
        /// The 分管副书记's decision after two returns.
        Decide = "decide", "分管副书记审定";
        /// Asks for the one extension.
        AskExtension = "ask_extension", "申请延期";
        /// Grants it.
        Extend = "extend", "同意延期";
        /// Refuses it.
        RefuseExtension = "refuse_extension", "不同意延期";
        /// 挂起.
        Suspend = "suspend", "挂起";
        /// Taken up again.
        Resume = "resume", "恢复办理";
        /// A number of another ledger is linked.
        Link = "link", "关联外部编号";
        /// Seen at a registered inspection: put right or not; changes no state.
        Look = "look", "检查时查看";
        /// Put right at once: no plan, no 责任领导, the head applies for it directly.
        Settle = "settle", "立行立改";
        /// Another 责任领导, such as after he left.
        Owner = "owner", "更换责任领导";
        /// To the unit that took over the business, such as after a merger.
        Transfer = "transfer", "移交办理单位";
        /// An earlier problem that this one repeats, linked by hand.
        Relate = "relate", "关联重复问题";
        /// Brought from a ledger that was kept outside.
        Bring = "bring", "导入台账";
    }
}

/// Whose turn it is. A delay of the supervising bodies is theirs, never the unit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The unit.
    Unit,
    /// 派驻纪检监察组 or 联系纪检监察室.
    Checker,
    /// 党风政风监督室.
    Office,
    /// 分管副书记.
    Deputy,
    /// Nobody.
    Nobody,
}

impl State {
    /// The stage that people name.
    pub fn stage(self) -> Stage {
        match self {
            Self::Unsigned => Stage::Unsigned,
            Self::Planning => Stage::Planning,
            Self::Working | Self::Filled | Self::Confirmed => Stage::Working,
            Self::Checking | Self::Checked | Self::Deciding => Stage::Checking,
            Self::Suspended => Stage::Suspended,
            Self::Closed => Stage::Closed,
        }
    }

    /// Whose turn it is.
    pub fn waits(self) -> Waits {
        match self.stage() {
            Stage::Unsigned | Stage::Planning | Stage::Working => Waits::Unit,
            Stage::Checking => match self {
                Self::Checking => Waits::Checker,
                Self::Checked => Waits::Office,
                _ => Waits::Deputy,
            },
            Stage::Closed | Stage::Suspended => Waits::Nobody,
        }
    }
}
