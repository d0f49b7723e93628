//! 履责画像: loads the facts of a term, lets `domain::portrait` fold them, shows the numbers and the facts behind one
//! of them. Refuses texts of records, and any look by somebody who neither is the person nor oversees the post.

mod list;
mod load;
mod look;
mod page;

use app::api::{
    ApiError,
    portrait::{OverseenQuery, PortraitPage, PortraitQuery, Portraits, PortraitsPage, PortraitsQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub(crate) use page::stands;

#[async_trait]
impl Portraits for Services {
    async fn own(&self, actor: &Actor, query: PortraitQuery) -> Result<PortraitPage, ApiError> {
        self.own_portrait_page(actor, query).await
    }

    async fn overseen(&self, actor: &Actor, query: OverseenQuery) -> Result<PortraitPage, ApiError> {
        self.overseen_portrait_page(actor, query).await
    }

    async fn list(&self, actor: &Actor, query: PortraitsQuery) -> Result<PortraitsPage, ApiError> {
        self.portraits_page(actor, query).await
    }
}
