//! States and steps of a talk, and the line of the history that every step leaves.

use serde::{Deserialize, Serialize};

use crate::{
    accountability::{Hand, Paper},
    ids::PersonId,
    time::Day,
};

keyed! {
    /// Where a talk stands. Its problems stand in the closed loop, not here.
    TalkState {
        /// The three lists are being prepared.
        Preparing = "preparing", "梳理清单";
        /// They wait for the 书记.
        Asked = "asked", "待审定";
        /// Approved; the talk is to be held.
        Approved = "approved", "待谈话";
        /// Held; signatures are wanting.
        Held = "held", "已谈话，待签字";
        /// Signed: the unit puts right, reports follow.
        Signed = "signed", "已签字，接单整改";
        /// Both reports are filed and every problem is struck off.
        Closed = "closed", "已办结";
        /// Went no further: the head left, or it was registered by mistake.
        Ended = "ended", "不再进行";
    }
}

keyed! {
    /// A step of a talk.
    TalkStep {
        /// 登记.
        Register = "register", "登记";
        /// 梳理: lines added, changed, taken off.
        Prepare = "prepare", "梳理清单";
        /// 报审.
        Ask = "ask", "提请审定";
        /// 审定.
        Approve = "approve", "审定同意";
        /// 退回.
        Return = "return", "退回修改";
        /// 委托.
        Delegate = "delegate", "确定主谈人";
        /// The talk was held: 谈话记录.
        Hold = "hold", "谈话";
        /// A signature.
        Sign = "sign", "签字";
        /// 党组会.
        Meet = "meet", "党组会研究";
        /// 整改方案.
        Plan = "plan", "报送整改方案";
        /// 阶段评估.
        Assess = "assess", "阶段评估";
        /// 监督检查方案.
        CheckPlan = "check_plan", "监督检查方案";
        /// A look by the plan (照单督查).
        Look = "look", "照单督查";
        /// The leader's report: draft.
        WriteReport = "write_report", "起草落实情况报告";
        /// The leader's report: sent.
        SendReport = "send_report", "报送落实情况报告";
        /// Sent back.
        ReturnReport = "return_report", "退回落实情况报告";
        /// 登记备案.
        FileReport = "file_report", "登记备案";
        /// 跟踪评估: draft.
        WriteTracking = "write_tracking", "起草跟踪评估报告";
        /// 跟踪评估: sent.
        SendTracking = "send_tracking", "报送跟踪评估报告";
        /// Sent back.
        ReturnTracking = "return_tracking", "退回跟踪评估报告";
        /// Confirmed by a second person.
        FileTracking = "file_tracking", "审核跟踪评估报告";
        /// The new head's list is opened after all.
        List = "list", "开出履责清单";
        /// 发布 to 下属单位.
        Publish = "publish", "向下属单位发布";
        /// 办结.
        Close = "close", "办结";
        /// 不再进行.
        End = "end", "不再进行";
    }
}

impl TalkState {
    /// Are the lists still the commission's own business? Nothing of them is the unit's before the talk was held.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Preparing | Self::Asked | Self::Approved)
    }

    /// Does anything follow?
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Ended)
    }
}

/// What happened to a talk; append-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkEvent {
    /// Step.
    pub step: TalkStep,
    /// Who.
    pub by: PersonId,
    /// His name at the time.
    pub by_name: String,
    /// Day.
    pub on: Day,
    /// State after it.
    pub state: TalkState,
    /// What was said with it; never a word of the talk itself.
    pub words: String,
    /// On paper.
    pub paper: Option<Paper>,
}

impl TalkEvent {
    pub(super) fn new(step: TalkStep, by: &Hand, on: Day, state: TalkState, words: impl Into<String>) -> Self {
        let (by_name, words) = (by.name.clone(), words.into());
        Self { step, by: by.person, by_name, on, state, words, paper: None }
    }
}
