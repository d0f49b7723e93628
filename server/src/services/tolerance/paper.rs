//! 容错认定书: what was asked for, verified and decided, with its number, once it was told.

use app::api::ApiError;
use domain::{
    Rejection,
    documents::{Block, Doc, Signature},
    papers::official::paragraphs,
    people::access::Actor,
    time::zh,
    tolerance::Case,
};

use super::{super::Services, store::Kept};

fn doc(kept: &Kept<Case>, district: &str) -> Doc {
    let case = &kept.plain;
    let allowed = case.state.excuses();
    let mut doc = Doc::new("容错纠错认定书");
    doc.number.clone_from(&kept.number);
    doc.pairs([
        ("单位", kept.unit.clone()),
        ("对象", case.concerned.name().to_owned()),
        ("事项", case.title.clone()),
        ("提出日期", zh(case.asked_on)),
    ]);
    doc.title(1, 1, "事情经过");
    paragraphs(&mut doc, &case.application.facts);
    doc.title(1, 2, "原因和补救");
    paragraphs(&mut doc, &case.application.reasons);
    paragraphs(&mut doc, &case.application.remedy);
    if let Some(found) = &case.findings {
        doc.title(1, 3, "核实情况");
        for (n, (name, words)) in (1..).zip([
            ("动机", &found.motive),
            ("程序", &found.procedure),
            ("后果", &found.outcome),
            ("补救", &found.remedy),
        ]) {
            doc.title(2, n, name);
            paragraphs(&mut doc, words);
        }
        if !found.situations.is_empty() {
            doc.paragraph(format!("对应情形：{}。", found.situations.join("；")));
        }
    }
    doc.title(1, 4, "认定意见");
    doc.paragraph(format!("{}。{}", if allowed { "予以容错" } else { "不予容错" }, case.reason));
    let day = case.decided.as_ref().map(|(_, _, on)| zh(*on)).unwrap_or_default();
    let role = format!("中共{district}纪律检查委员会（印章）");
    doc.push(Block::Signatures { places: vec![Signature { role, name: String::new(), day }] });
    doc.note("本书只供当事人、所在党组织和有权知悉的人员使用，不公开。");
    doc
}

impl Services {
    /// The 认定书 of a case, and the page it leads back to.
    ///
    /// # Errors
    /// Not in sight, or not told yet.
    pub async fn tolerance_paper(&self, actor: &Actor, id: &str) -> Result<(Doc, String), ApiError> {
        let kept = self.seen_case(actor, id).await?;
        if kept.plain.told.is_none() {
            return Err(Rejection::NotFound.into());
        }
        let district = self.district_name(actor.district).await?;
        Ok((doc(&kept, &district), format!("/tolerance/{}", kept.plain.id)))
    }
}
