//! 评议反馈单 as a document, made of the signed sheet. Refuses live numbers:
//! what was not sealed is in neither. The 计票报告单 is [`count`](super::count)'s.

use app::api::ApiError;
use domain::{
    Rejection,
    documents::{Align, Block, Doc, Signature, table},
    people::access::Actor,
    reviews::{FeedbackState, HandSign},
    signature::Signing,
    time::{Day, zh},
};

use super::{
    super::{Services, storage, told},
    feedback,
};

impl Services {
    /// 评议反馈单, for the office and its presenter.
    ///
    /// # Errors
    /// No such sheet for this actor.
    pub async fn feedback_paper(&self, actor: &Actor, id: &str) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let kept = feedback::load(&mut read, actor.district, id.trim(), self.today()).await.map_err(told)?;
        if !kept.sees(actor) {
            return Err(Rejection::NotFound.into());
        }
        let (grade, comments) = feedback::sealed_words(&mut read, &kept).await.map_err(storage)?;
        Ok(feedback_doc(&kept, &grade, &comments))
    }
}

/// One person, one sheet.
fn feedback_doc(kept: &feedback::Kept, grade: &str, comments: &[String]) -> Doc {
    let sheet = &kept.sheet;
    let mut doc = Doc::new("述责述廉评议反馈单");
    doc.subtitle = kept.plan.title.clone();
    if !kept.state.is_told() {
        doc.number = format!("（{}，未签发）", kept.state.label());
    }
    doc.pairs([
        ("述责对象", kept.presenter.name.clone()),
        ("岗位", kept.presenter.title.clone()),
        ("评议日期", zh(kept.plan.on)),
        ("评议等次", grade.to_owned()),
    ]);
    let mut n = 0;
    let mut next = || {
        n += 1;
        n
    };
    if !sheet.opinion.is_empty() {
        doc.title(1, next(), "总体意见").paragraph(sheet.opinion.clone());
    }
    if !comments.is_empty() {
        doc.title(1, next(), "评议意见");
        let items = (1..).zip(comments).map(|(n, c)| Doc::numbered(3, n, c)).collect();
        doc.push(Block::List { items });
    }
    doc.title(1, next(), "问题和整改要求");
    if sheet.problems.is_empty() {
        doc.paragraph("本次评议没有提出需要整改的具体问题。");
    } else {
        let columns = [
            (2, Align::Center, "序号"),
            (8, Align::Start, "问题"),
            (8, Align::Start, "整改要求"),
            (5, Align::Center, "整改期限"),
        ];
        let rows = (1..)
            .zip(&sheet.problems)
            .map(|(n, p): (u32, _)| vec![n.to_string(), p.text.clone(), p.requirement.clone(), zh(p.due)]);
        doc.push(Block::Table(table(&columns, rows)));
        doc.paragraph(
            "请在签收后15个工作日内经党委（党组）会议研究报送整改方案，每季度报送一次进展；整改完成后由责任部门填报、\
             责任领导确认、主要负责人申请销号。",
        );
    }
    let place = |role: &str, sign: Option<&HandSign>| {
        let (name, day) = sign.map(signed).unwrap_or_default();
        Signature { role: role.to_owned(), name, day }
    };
    let issued = sheet.signed.as_ref().filter(|_| kept.state >= FeedbackState::Signed);
    doc.push(Block::Signatures {
        places: vec![
            match &sheet.superior {
                Some(paper) => Signature {
                    role: "签发人".into(),
                    name: paper.signer.clone(),
                    day: format!("纸质已签：{}，经办人{}", zh(paper.on), paper.handler),
                },
                None => Signature {
                    role: "签发人".into(),
                    name: issued.map(|s| s.name.clone()).unwrap_or_default(),
                    day: issued.map(|s| zh(s.on)).unwrap_or_default(),
                },
            },
            place("移交人", sheet.given.as_ref()),
            place("接收人", sheet.received.as_ref()),
        ],
    });
    doc.note("本反馈单一人一单，只送述责对象本人，不得复印、转发。");
    doc
}

fn signed(sign: &HandSign) -> (String, String) {
    let day = |on: Day| zh(on);
    match &sign.signing {
        Signing::Paper { on, handler } => (sign.name.clone(), format!("纸质已签：{}，经办人{handler}", day(*on))),
        _ => (sign.name.clone(), day(sign.on)),
    }
}
