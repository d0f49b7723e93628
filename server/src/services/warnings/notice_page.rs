//! One notice as a page: its lines, its situations, and the next step of this viewer.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    warnings::{NoticeLine, NoticePage, NoticeQuery},
};
use domain::{
    ids::{CommandId, WarningNoticeId},
    people::access::{self, Actor},
    time::zh,
};

use super::{
    super::{Services, parse, posts, storage, told},
    NOTICE, notices, store, view,
};
use crate::random;

impl Services {
    pub(super) async fn warning_notice_page(&self, actor: &Actor, query: NoticeQuery) -> Result<NoticePage, ApiError> {
        let id: WarningNoticeId = parse(&query.id)?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let (notice, kept) = notices::seen(&mut read, actor, id).await.map_err(told)?;
        let whole = store::whole(&mut read, kept.id, today).await.map_err(storage)?;
        let items = view::items(&mut read, kept.id, today).await.map_err(storage)?;
        let head = match notice.post {
            Some(post) => posts::post(&mut read, actor.district, post, today).await.map_err(storage)?,
            None => None,
        };
        let mut lines = Vec::new();
        for (no, duty) in (1..).zip(&whole.lists.duties) {
            let cell = whole.lists.cells.iter().find(|c| c.duty == duty.id && c.unit == notice.unit);
            if let Some(cell) = cell {
                lines.push(NoticeLine {
                    id: duty.id,
                    no,
                    text: duty.text.clone(),
                    standard: duty.standard.clone(),
                    cell: view::cell_row(&whole, cell, items.get(&(duty.id, notice.unit)), false),
                });
            }
        }
        let (tone, word, words) = view::notice_state(&notice, today);
        let signed = match (notice.signed.0, &notice.paper) {
            (Some(on), (Some(_), handler)) => format!("纸质已签：{}，经办人{handler}", zh(on)),
            (Some(on), _) => format!("{} {}", notice.signed.1, zh(on)),
            _ => String::new(),
        };
        let answered = notice.answer.1.map(|on| format!("{} {}", notice.answer.2, zh(on))).unwrap_or_default();
        let delivered = notice.delivered.map(|on| format!("{} {}", notice.delivered_name, zh(on))).unwrap_or_default();
        let facts = [
            ("文号", notice.number.clone()),
            ("受文单位", notice.unit_name.clone()),
            ("下一步", words),
            ("送达", delivered),
            ("签收", signed),
            ("总体措施", notice.answer.0.clone()),
            ("报送", answered),
            ("改送", notice.moved.clone()),
        ];
        let facts = facts.into_iter().filter(|(_, words)| !words.is_empty());
        let (sign, answer) = (notice.state == "delivered", notice.state == "signed");
        Ok(NoticePage {
            id,
            matter: kept.id,
            title: kept.title.clone(),
            number: notice.number.clone(),
            unit: notice.unit_name.clone(),
            state: (tone, word),
            facts: facts.map(|(label, words)| (label.to_owned(), words)).collect(),
            lines,
            situations: view::situations(&whole),
            may_deliver: notice.state == "made" && access::deliver_notice(actor, notice.unit).is_ok(),
            may_sign: sign && notice.post.is_some_and(|post| access::sign_notice(actor, post).is_ok()),
            may_note: sign && access::deliver_notice(actor, notice.unit).is_ok(),
            may_answer: answer && access::plan_item(actor, notice.unit).is_ok(),
            signer: head.as_ref().map(posts::PostInfo::who).unwrap_or_default(),
            today,
            name: actor.name.clone(),
            version: notice.version,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, NOTICE, query.draft.as_deref()).await?,
        })
    }
}
