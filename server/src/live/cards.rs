//! Printing cards once more: how many of those handed out stop working, and why, once the meeting is under way.
//! Refuses a reprint without a reason then; [`Room::deal_cards`] deals.

use std::sync::Arc;

use app::api::ApiError;
use domain::{Rejection, people::access::Actor, reviews::Phase, text};

use super::{
    desk::Card,
    room::{Need, Room},
};

impl Room {
    /// Cards that were printed and that nobody checked in with: a new print makes them void.
    pub fn cards_out(&self) -> usize {
        self.read().seats.iter().filter(|s| s.card.is_some() && !s.arrived && !s.revoked).count()
    }

    /// [`Room::deal_cards`] where `seen` printed cards are known to become void; with the reason in the log once
    /// the meeting has begun.
    ///
    /// # Errors
    /// As there; other cards became void than were seen; no reason during the meeting.
    pub async fn deal_cards_again(
        self: &Arc<Self>,
        by: &Actor,
        seen: usize,
        reason: &str,
    ) -> Result<Vec<Card>, ApiError> {
        self.may(by, Need::Command)?;
        let out = self.cards_out();
        if out != seen {
            let words =
                format!("现在有 {out} 张没有签到的评议卡会作废，张数和您看到的不一样，没有打印。请核对后再确认。");
            return Err(Rejection::state(words).into());
        }
        if out > 0 && self.meeting().phase > Phase::Preparing {
            let reason = text::optional("reason", "原因", reason, text::LINE_MAX)?;
            if reason.trim().is_empty() {
                let words = "会议已经开始，重新打印会让发出的卡作废，没有打印。请写明原因。";
                return Err(Rejection::field("reason", words).into());
            }
            self.note_desk(by, format!("重新打印评议卡，作废 {out} 张。原因：{}", reason.trim())).await?;
        }
        self.deal_cards(by).await
    }
}
