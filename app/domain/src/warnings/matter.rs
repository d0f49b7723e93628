//! The state machine of a matter. Each step checks the stage and the hands and changes nothing when it refuses. Who may
//! take a step at all is asked of [`crate::people::access`].

use serde::{Deserialize, Serialize};

use super::Stage;
use crate::{Rejection, ids::PersonId, text};

/// Who acted: no two of those that stand behind one another are one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hands {
    /// 点题.
    pub proposer: Option<PersonId>,
    /// 采纳.
    pub adopter: Option<PersonId>,
    /// Sent the three lists up.
    pub sender: Option<PersonId>,
    /// 分管副书记审定.
    pub reviewer: Option<PersonId>,
    /// 书记签发.
    pub issuer: Option<PersonId>,
    /// 编号用印.
    pub sealer: Option<PersonId>,
    /// Wrote the 办结报告.
    pub reporter: Option<PersonId>,
}

/// A matter as its rules see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// Stage.
    pub stage: Stage,
    /// Hands.
    pub hands: Hands,
}

fn no<T>(words: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::state(words))
}

impl Matter {
    /// A matter as somebody 点题.
    pub fn proposed(by: PersonId) -> Self {
        Self { stage: Stage::Proposed, hands: Hands { proposer: Some(by), ..Hands::default() } }
    }

    fn wants(&self, stage: Stage, otherwise: &str) -> Result<(), Rejection> {
        if self.stage == stage {
            return Ok(());
        }
        no(format!("这件事现在是“{}”，{otherwise}请刷新页面查看最新进度。", self.stage.label()))
    }

    /// 采纳: the matter goes to its 牵头部门.
    ///
    /// # Errors
    /// Another stage; by whoever 点题.
    pub fn adopt(&mut self, by: PersonId) -> Result<(), Rejection> {
        self.wants(Stage::Proposed, "不用再研判。")?;
        if self.hands.proposer == Some(by) {
            return no("自己点的题由另一位同志研判，没有采纳。请由党风政风监督室其他同志办理。");
        }
        self.hands.adopter = Some(by);
        self.stage = Stage::Drafting;
        Ok(())
    }

    /// 不采纳, with the reason that whoever 点题 reads.
    ///
    /// # Errors
    /// Another stage; no reason.
    pub fn decline(&mut self, by: PersonId, reason: &str) -> Result<String, Rejection> {
        self.wants(Stage::Proposed, "不用再研判。")?;
        let reason = text::required("reason", "不采纳的原因", reason, text::LINE_MAX)?;
        self.hands.adopter = Some(by);
        self.stage = Stage::Declined;
        Ok(reason)
    }

    /// 送会签. `missing` is what problems and duties still lack.
    ///
    /// # Errors
    /// Another stage; an empty or incomplete list.
    pub fn ask(&mut self, missing: &[String]) -> Result<(), Rejection> {
        self.wants(Stage::Drafting, "不能送会签。")?;
        if let Some(first) = missing.first() {
            return no(format!("清单还有 {} 处不完整，没有送会签。{first}", missing.len()));
        }
        self.stage = Stage::Countersign;
        Ok(())
    }

    /// The borders stand: 监督室 goes on with the 问责清单. `open` are units that have not countersigned or whose
    /// dispute is not settled.
    ///
    /// # Errors
    /// Another stage; units are open.
    pub fn settle(&mut self, open: &[String]) -> Result<(), Rejection> {
        self.wants(Stage::Countersign, "不能结束会签。")?;
        if let Some(first) = open.first() {
            let words = match open.len() {
                1 => format!("{first}还没有会签，或意见还没有协调好"),
                n => format!("{first}等 {n} 家单位还没有会签，或意见还没有协调好"),
            };
            return no(format!("{words}，没有结束会签。边界有争议的，由区委办、区府办或分管区领导协调。"));
        }
        self.stage = Stage::Simulating;
        Ok(())
    }

    /// Back to the 牵头部门: the borders are drawn anew and countersigned anew.
    ///
    /// # Errors
    /// Another stage; no reason.
    pub fn redraft(&mut self, reason: &str) -> Result<String, Rejection> {
        if !matches!(self.stage, Stage::Countersign | Stage::Simulating) {
            return no(format!("这件事现在是“{}”，不能退回起草。请刷新页面查看最新进度。", self.stage.label()));
        }
        let reason = text::required("reason", "退回起草的原因", reason, text::LINE_MAX)?;
        self.stage = Stage::Drafting;
        Ok(reason)
    }

    /// 送审: all three lists are complete.
    ///
    /// # Errors
    /// Another stage; a list is empty or incomplete.
    pub fn send(&mut self, by: PersonId, missing: &[String]) -> Result<(), Rejection> {
        self.wants(Stage::Simulating, "不能送审。")?;
        if let Some(first) = missing.first() {
            return no(format!("三张清单还有 {} 处不完整，没有送审。{first}", missing.len()));
        }
        self.hands = Hands { sender: Some(by), reviewer: None, issuer: None, ..self.hands.clone() };
        self.stage = Stage::Reviewing;
        Ok(())
    }

    /// 分管副书记审定.
    ///
    /// # Errors
    /// Another stage; by whoever sent it up.
    pub fn agree(&mut self, by: PersonId) -> Result<(), Rejection> {
        self.wants(Stage::Reviewing, "不用审定。")?;
        if self.hands.sender == Some(by) {
            return no("自己送审的由分管副书记审定，没有保存。");
        }
        self.hands.reviewer = Some(by);
        self.stage = Stage::Issuing;
        Ok(())
    }

    /// Returned by the 分管副书记 or the 书记.
    ///
    /// # Errors
    /// Another stage; no reason.
    pub fn send_back(&mut self, reason: &str) -> Result<String, Rejection> {
        if !matches!(self.stage, Stage::Reviewing | Stage::Issuing) {
            return no(format!("这件事现在是“{}”，不能退回。请刷新页面查看最新进度。", self.stage.label()));
        }
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.hands = Hands { sender: None, reviewer: None, issuer: None, ..self.hands.clone() };
        self.stage = Stage::Simulating;
        Ok(reason)
    }

    /// 书记签发.
    ///
    /// # Errors
    /// Another stage; by whoever sent or reviewed it.
    pub fn issue(&mut self, by: PersonId) -> Result<(), Rejection> {
        self.wants(Stage::Issuing, "不用签发。")?;
        if [self.hands.sender, self.hands.reviewer].contains(&Some(by)) {
            return no("送审、审定和签发不能是同一位同志，没有签发。请由书记签发。");
        }
        self.hands.issuer = Some(by);
        self.stage = Stage::Sealing;
        Ok(())
    }

    /// 编号用印: the notices are made. `missing` is what changed since it was sent up (a day that passed, a unit that
    /// ended).
    ///
    /// # Errors
    /// Another stage; by whoever sent or issued it; a list that is not complete any more.
    pub fn seal(&mut self, by: PersonId, missing: &[String]) -> Result<(), Rejection> {
        self.wants(Stage::Sealing, "不能编号用印。")?;
        if [self.hands.sender, self.hands.issuer].contains(&Some(by)) {
            return no("送审、签发和用印不能是同一位同志，没有用印。请由区纪委办公室其他同志办理。");
        }
        if let Some(first) = missing.first() {
            return no(format!("三张清单还有 {} 处不完整，没有编号用印，请退回修改。{first}", missing.len()));
        }
        self.hands.sealer = Some(by);
        self.stage = Stage::Responding;
        Ok(())
    }

    /// Before it is sealed, what does not hold any more goes back to 监督室.
    ///
    /// # Errors
    /// Another stage; no reason.
    pub fn unseal(&mut self, reason: &str) -> Result<String, Rejection> {
        self.wants(Stage::Sealing, "不能退回。")?;
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.hands = Hands { sender: None, reviewer: None, issuer: None, ..self.hands.clone() };
        self.stage = Stage::Simulating;
        Ok(reason)
    }

    /// 撤回用印, also while the notices are still being made: what was made is void. Goes back to 监督室 and is signed
    /// anew. `begun`: something was delivered, or noted since.
    ///
    /// # Errors
    /// Another stage; begun; no reason.
    pub fn recall(&mut self, begun: bool, reason: &str) -> Result<String, Rejection> {
        self.wants(Stage::Responding, "不能撤回用印。")?;
        if begun {
            return no("已有提示单送达，或已登记会商、流程环节、提请，没有撤回。已经发出的要逐项销号、办结。");
        }
        let reason = text::required("reason", "撤回原因", reason, text::LINE_MAX)?;
        self.hands = Hands { sender: None, reviewer: None, issuer: None, sealer: None, ..self.hands.clone() };
        self.stage = Stage::Simulating;
        Ok(reason)
    }

    /// 办结报告. `open` counts notices without measures and items that are not struck off.
    ///
    /// # Errors
    /// Another stage; something is open; no report.
    pub fn report(&mut self, by: PersonId, open: (u32, u32), words: &str) -> Result<String, Rejection> {
        self.wants(Stage::Responding, "不能办结。")?;
        let (notices, items) = open;
        if notices > 0 || items > 0 {
            return no(format!(
                "还有 {notices} 份提示单没有签收或报送措施、{items} 项没有销号，没有办结。请逐项销号后再办结。"
            ));
        }
        let words = text::required("report", "办结报告", words, text::RECORD_MAX)?;
        self.hands.reporter = Some(by);
        self.stage = Stage::Closing;
        Ok(words)
    }

    /// 同意办结.
    ///
    /// # Errors
    /// Another stage; by whoever wrote the report.
    pub fn close(&mut self, by: PersonId) -> Result<(), Rejection> {
        self.wants(Stage::Closing, "不用审定。")?;
        if self.hands.reporter == Some(by) {
            return no("自己写的办结报告由分管副书记审定，没有办结。");
        }
        self.stage = Stage::Closed;
        Ok(())
    }

    /// The report is not enough.
    ///
    /// # Errors
    /// Another stage; no reason.
    pub fn reopen(&mut self, reason: &str) -> Result<String, Rejection> {
        self.wants(Stage::Closing, "不能退回。")?;
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.hands.reporter = None;
        self.stage = Stage::Responding;
        Ok(reason)
    }

    /// 终止, before anything was sent.
    ///
    /// # Errors
    /// Sent or over; no reason.
    pub fn drop(&mut self, reason: &str) -> Result<String, Rejection> {
        if self.stage.is_sent() || self.stage.is_over() {
            let why = "提示单发出后要逐项销号、办结，不能终止。";
            return no(format!("这件事现在是“{}”，没有终止。{why}", self.stage.label()));
        }
        let reason = text::required("reason", "终止原因", reason, text::LINE_MAX)?;
        self.stage = Stage::Dropped;
        Ok(reason)
    }
}
