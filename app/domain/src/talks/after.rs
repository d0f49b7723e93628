//! What follows the signatures: 党组会, 整改方案, stage checks, 监督检查方案, the two reports, 办结. Nothing here strikes off a
//! problem: that is the closed loop's.

use super::{
    CheckPoint, Claim, Finding, FindingKind, Met, Paper3, StageCheck, Talk, TalkEvent, TalkState, TalkStep, Written,
    report::lines,
    talk::{no, paper_of},
};
use crate::{
    Rejection,
    accountability::{Hand, Paper},
    text,
    time::{Day, zh},
};

impl Talk {
    fn signed_since(&self, what: &str) -> Result<Day, Rejection> {
        self.wants(TalkState::Signed, what)?;
        Ok(self.signed_on().unwrap_or(self.since))
    }

    fn numbers(&self) -> Vec<u32> {
        self.lists.problems.iter().map(|p| p.no).collect()
    }

    /// 党组会 that studied the lists.
    ///
    /// # Errors
    /// Not signed; a day before the signatures or after today; no words.
    pub fn meet(&mut self, by: &Hand, today: Day, met_on: Day, words: &str) -> Result<TalkEvent, Rejection> {
        let signed = self.signed_since("不能登记党组会")?;
        if met_on < signed || met_on > today {
            let words = format!("党组会日期应在{}到今天之间，没有保存。请核对日期。", zh(signed));
            return Err(Rejection::field("met_on", words));
        }
        let words = text::required("met_words", "研究情况", words, text::LINE_MAX)?;
        self.met = Some(Met { on: met_on, words: words.clone() });
        Ok(self.becomes(TalkStep::Meet, TalkState::Signed, by, today, words))
    }

    /// The 整改方案 was brought: every problem has 责任领导, 责任部门, 时限 and measures in its item.
    ///
    /// # Errors
    /// Not signed, or no 党组会 before.
    pub fn planned(&mut self, by: &Hand, today: Day, n: usize) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能报送整改方案")?;
        if self.met.is_none() {
            return no("还没有登记党组会研究情况，没有保存。请先登记党组会，再报送整改方案。");
        }
        self.planned_on.get_or_insert(today);
        Ok(self.becomes(TalkStep::Plan, TalkState::Signed, by, today, format!("{n} 项")))
    }

    /// 阶段评估.
    ///
    /// # Errors
    /// Not signed; a day before the signatures or after today; no words; 与实际不符 by one person alone.
    pub fn assess(
        &mut self,
        by: &Hand,
        today: Day,
        on: Day,
        second: &str,
        (parts, findings): (Paper3, Vec<Finding>),
    ) -> Result<TalkEvent, Rejection> {
        let signed = self.signed_since("不能登记阶段评估")?;
        if on < signed || on > today {
            let words = format!("评估日期应在{}到今天之间，没有保存。请核对日期。", zh(signed));
            return Err(Rejection::field("stage_on", words));
        }
        let second = text::optional("second", "另一位评估人员", second, text::NAME_MAX)?;
        let parts = parts.checked(true)?;
        let findings = lines(findings, &self.numbers(), |f| f.no, |f| &mut f.words)?;
        let differs = findings.iter().any(|f| f.kind == FindingKind::Differs);
        if differs && (second.is_empty() || second == by.name) {
            let words = "有问题评为“与实际不符”，须两人一同评估，没有保存。请填写另一位评估人员。";
            return Err(Rejection::field("second", words));
        }
        let (name, n) = (by.name.clone(), findings.len());
        self.stages.push(StageCheck { on, by: by.person, by_name: name, second, parts, findings });
        Ok(self.becomes(TalkStep::Assess, TalkState::Signed, by, today, format!("{}，{n} 项", zh(on))))
    }

    /// Adopts the 监督检查方案.
    ///
    /// # Errors
    /// Not signed, or as [`CheckPlan::adopt`](super::CheckPlan::adopt).
    pub fn adopt_checks(&mut self, by: &Hand, today: Day, points: Vec<CheckPoint>) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能确定监督检查方案")?;
        self.checks.adopt(points, &self.lists, (by.person, &by.name, today))?;
        let n = self.checks.points.len();
        Ok(self.becomes(TalkStep::CheckPlan, TalkState::Signed, by, today, format!("{n} 个检查点")))
    }

    /// 照单督查 of one point.
    ///
    /// # Errors
    /// Not signed, or as [`CheckPlan::look`](super::CheckPlan::look).
    pub fn look(&mut self, by: &Hand, today: Day, no: u32, words: &str) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能登记督查情况")?;
        self.checks.look(no, (by.person, &by.name, today), words)?;
        let (done, all) = self.checks.count();
        Ok(self.becomes(TalkStep::Look, TalkState::Signed, by, today, format!("{done}/{all}")))
    }

    /// The leader's report as it is written by him or for him.
    ///
    /// # Errors
    /// Not signed; sent already; texts that do not do.
    pub fn write_report(
        &mut self,
        by: &Hand,
        today: Day,
        parts: Paper3,
        claims: Vec<Claim>,
    ) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能起草落实情况报告")?;
        if self.report.as_ref().is_some_and(|r| r.sent.is_some()) {
            return no("落实情况报告已经报送，不能再改。需要补充的，请党风政风监督室退回。");
        }
        let parts = parts.checked(false)?;
        let claims = lines(claims, &self.numbers(), |c| c.no, |c| &mut c.words)?;
        let returned = self.report.take().map(|r| r.returned).unwrap_or_default();
        self.report = Some(Written { returned, ..Written::begun(by, parts, claims) });
        Ok(self.becomes(TalkStep::WriteReport, TalkState::Signed, by, today, ""))
    }

    /// The leader sends his report, in person or by a paper that somebody of the unit or the office notes.
    ///
    /// # Errors
    /// Not written; sent already; a part or a problem is wanting; not the leader and no paper.
    pub fn send_report(&mut self, by: &Hand, today: Day, paper: Option<Paper>) -> Result<TalkEvent, Rejection> {
        let signed = self.signed_since("不能报送落实情况报告")?;
        let paper = paper_of(paper, signed, today)?;
        if paper.is_none() && by.person != self.person {
            return no("落实情况报告由谈话对象本人报送。请本人报送，或登记纸质报告。");
        }
        let numbers = self.numbers();
        let Some(report) = &mut self.report else {
            return no("落实情况报告还没有起草，没有报送。请先写好三个部分。");
        };
        if report.sent.is_some() {
            return no("落实情况报告已经报送，没有重复报送。请刷新页面查看。");
        }
        report.parts.clone().checked(true)?;
        let left = numbers.iter().filter(|no| report.lines.iter().all(|l| l.no != **no)).count();
        if left > 0 {
            return no(format!("还有 {left} 个问题没有写整改情况，没有报送。请逐个问题写明。"));
        }
        report.sent = Some((by.person, by.name.clone(), paper.as_ref().map_or(today, |p| p.on)));
        report.paper.clone_from(&paper);
        report.returned.clear();
        let event = self.becomes(TalkStep::SendReport, TalkState::Signed, by, today, "");
        Ok(TalkEvent { paper, ..event })
    }

    /// Sends the leader's report back.
    ///
    /// # Errors
    /// Not waiting, or no reason.
    pub fn return_report(&mut self, by: &Hand, today: Day, reason: &str) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能退回落实情况报告")?;
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        let Some(report) = self.report.as_mut().filter(|r| r.waits()) else {
            return no("没有待备案的落实情况报告，没有退回。请刷新页面查看。");
        };
        report.sent = None;
        report.paper = None;
        report.returned.clone_from(&reason);
        Ok(self.becomes(TalkStep::ReturnReport, TalkState::Signed, by, today, reason))
    }

    /// 登记备案, with its number.
    ///
    /// # Errors
    /// Not waiting, or whoever sent it.
    pub fn file_report(&mut self, by: &Hand, today: Day, number: &str) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能登记备案")?;
        let Some(report) = self.report.as_mut().filter(|r| r.waits()) else {
            return no("没有待备案的落实情况报告，没有保存。请刷新页面查看。");
        };
        if report.writer == by.person {
            return no("落实情况报告是您起草的，不能由您自己备案。请由另一位同志办理。");
        }
        report.filed = Some((by.person, by.name.clone(), today));
        number.clone_into(&mut report.number);
        Ok(self.becomes(TalkStep::FileReport, TalkState::Signed, by, today, number))
    }

    /// 跟踪评估报告 of the supervising body. It stands beside the leader's: nothing is written before that was sent.
    ///
    /// # Errors
    /// Not signed; no report of the leader yet; sent already; texts that do not do.
    pub fn write_tracking(
        &mut self,
        by: &Hand,
        today: Day,
        parts: Paper3,
        findings: Vec<Finding>,
    ) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能起草跟踪评估报告")?;
        if self.report.as_ref().is_none_or(|r| r.sent.is_none()) {
            return no("谈话对象还没有报送落实情况报告，没有保存。请收到报告后对照评估。");
        }
        if self.tracking.as_ref().is_some_and(|t| t.sent.is_some()) {
            return no("跟踪评估报告已经报送，不能再改。需要补充的，请审核人退回。");
        }
        let parts = parts.checked(false)?;
        let findings = lines(findings, &self.numbers(), |f| f.no, |f| &mut f.words)?;
        let returned = self.tracking.take().map(|t| t.returned).unwrap_or_default();
        self.tracking = Some(Written { returned, ..Written::begun(by, parts, findings) });
        Ok(self.becomes(TalkStep::WriteTracking, TalkState::Signed, by, today, ""))
    }

    /// Sends it to a second person.
    ///
    /// # Errors
    /// Not written, sent already, or a part or a problem is wanting.
    pub fn send_tracking(&mut self, by: &Hand, today: Day) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能报送跟踪评估报告")?;
        let numbers = self.numbers();
        let Some(tracking) = &mut self.tracking else {
            return no("跟踪评估报告还没有起草，没有报送。请先写好三个部分。");
        };
        if tracking.sent.is_some() {
            return no("跟踪评估报告已经报送，没有重复报送。请刷新页面查看。");
        }
        tracking.parts.clone().checked(true)?;
        let left = numbers.iter().filter(|no| tracking.lines.iter().all(|l| l.no != **no)).count();
        if left > 0 {
            return no(format!("还有 {left} 个问题没有评估，没有报送。请逐个问题写明。"));
        }
        tracking.sent = Some((by.person, by.name.clone(), today));
        tracking.returned.clear();
        Ok(self.becomes(TalkStep::SendTracking, TalkState::Signed, by, today, ""))
    }

    /// Sends it back.
    ///
    /// # Errors
    /// Not waiting, or no reason.
    pub fn return_tracking(&mut self, by: &Hand, today: Day, reason: &str) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能退回跟踪评估报告")?;
        let reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        let Some(tracking) = self.tracking.as_mut().filter(|t| t.waits()) else {
            return no("没有待审核的跟踪评估报告，没有退回。请刷新页面查看。");
        };
        tracking.sent = None;
        tracking.returned.clone_from(&reason);
        Ok(self.becomes(TalkStep::ReturnTracking, TalkState::Signed, by, today, reason))
    }

    /// A second person confirms it, with its number: no finding stands by one person's word alone. With the 区委书记
    /// nobody else of the district may look: a higher level confirms on paper (`outside`: who, and the paper), as it
    /// leads that talk.
    ///
    /// # Errors
    /// Not waiting; whoever wrote or sent it; the leader's report is not filed; a wrong paper.
    pub fn file_tracking(
        &mut self,
        by: &Hand,
        today: Day,
        number: &str,
        outside: Option<(String, Paper)>,
    ) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能审核跟踪评估报告")?;
        let sent = self.tracking.as_ref().and_then(|t| t.sent.as_ref()).map(|(.., on)| *on);
        let outside = match outside {
            Some((name, paper)) => {
                let name = text::required("reviewer", "审核人", &name, text::NAME_MAX)?;
                if self.tracking.as_ref().is_some_and(|t| name == t.writer_name) || name == self.name {
                    return Err(Rejection::field(
                        "reviewer",
                        "审核人应是评估人和谈话对象以外的同志，没有保存。请改正。",
                    ));
                }
                paper_of(Some(paper), sent.unwrap_or(today), today)?.map(|paper| (name, paper))
            }
            None => None,
        };
        if self.report.as_ref().is_none_or(|r| r.filed.is_none()) {
            return no("落实情况报告还没有登记备案，没有保存。请先备案，双报告一并归档。");
        }
        let Some(tracking) = self.tracking.as_mut().filter(|t| t.waits()) else {
            return no("没有待审核的跟踪评估报告，没有保存。请刷新页面查看。");
        };
        let hands = [Some(tracking.writer), tracking.sent.as_ref().map(|(person, ..)| *person)];
        if outside.is_none() && hands.contains(&Some(by.person)) {
            return no("跟踪评估报告是您起草或报送的，须由另一位同志审核。");
        }
        let (name, on) = outside.as_ref().map_or((&by.name, today), |(name, paper)| (name, paper.on));
        tracking.filed = Some((by.person, name.clone(), on));
        tracking.paper = outside.as_ref().map(|(_, paper)| paper.clone());
        number.clone_into(&mut tracking.number);
        let event = self.becomes(TalkStep::FileTracking, TalkState::Signed, by, today, number);
        Ok(TalkEvent { paper: outside.map(|(_, paper)| paper), ..event })
    }

    /// What is wanting before the talk can be closed, `open` being its items that are not struck off.
    pub fn unfinished(&self, open: usize) -> Vec<String> {
        let mut all = Vec::new();
        let mut want = |missing: bool, words: &str| {
            if missing {
                all.push(words.to_owned());
            }
        };
        want(self.met.is_none(), "党组会研究情况没有登记");
        want(self.planned_on.is_none(), "整改方案没有报送");
        want(self.stages.is_empty(), "没有阶段评估");
        want(self.report.as_ref().is_none_or(|r| r.filed.is_none()), "落实情况报告没有备案");
        want(self.tracking.as_ref().is_none_or(|t| t.filed.is_none()), "跟踪评估报告没有审核");
        if open > 0 {
            all.push(format!("还有 {open} 个问题没有销号"));
        }
        all
    }

    /// 办结.
    ///
    /// # Errors
    /// Not signed, or something is wanting.
    pub fn close(&mut self, by: &Hand, today: Day, open: usize) -> Result<TalkEvent, Rejection> {
        self.signed_since("不能办结")?;
        let left = self.unfinished(open);
        if !left.is_empty() {
            return no(format!("{}，没有办结。请办完后再办结。", left.join("；")));
        }
        self.over_on = Some(today);
        Ok(self.becomes(TalkStep::Close, TalkState::Closed, by, today, ""))
    }

    /// 不再进行: the head left, or the talk was registered by mistake. Items that are open stay with the post (H10).
    ///
    /// # Errors
    /// Over already, or no reason.
    pub fn end(&mut self, by: &Hand, today: Day, reason: &str) -> Result<TalkEvent, Rejection> {
        if self.state.is_over() {
            return no(format!("这次谈话已经{}，没有保存。请刷新页面查看。", self.state.label()));
        }
        let reason = text::required("reason", "原因", reason, text::LINE_MAX)?;
        self.over_on = Some(today);
        self.over_why.clone_from(&reason);
        Ok(self.becomes(TalkStep::End, TalkState::Ended, by, today, reason))
    }
}
