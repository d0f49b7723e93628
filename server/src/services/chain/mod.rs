//! The chain closed: the thread of an item across the five duties and into the next year's list, the flow between them,
//! and the problems that are suggested for the 自选动作 of a list. Reads what the features wrote and writes nothing but
//! the answers to suggestions. Refuses to decide, and to show a source to whoever is not of the office.

mod counts;
mod next;
mod place;
mod problems;
mod stations;

use app::api::{
    ApiError,
    chain::{Chain, FlowPage, FlowQuery, ThreadPage, ThreadQuery},
};
use async_trait::async_trait;
use domain::{
    chain::flow,
    people::access::{Actor, Scope},
    time::zh_short,
};

pub(in crate::services) use next::{Offered, became, note, offered, origins};

use super::{Services, overview::View, storage};

#[async_trait]
impl Chain for Services {
    async fn thread(&self, actor: &Actor, query: ThreadQuery) -> Result<ThreadPage, ApiError> {
        Box::pin(self.thread_page(actor, query)).await
    }

    async fn flow(&self, actor: &Actor, _: FlowQuery) -> Result<FlowPage, ApiError> {
        let view = View::of(actor, self.today())?;
        let facts = Box::pin(counts::gather(self.store.read(), actor, &view)).await.map_err(storage)?;
        Ok(FlowPage {
            year: view.year(),
            as_of: zh_short(view.today),
            district: view.scope == Scope::District,
            flow: flow(&facts, view.year(), view.today),
        })
    }
}
