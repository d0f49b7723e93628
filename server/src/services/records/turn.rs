//! The book's pages for the browser: leaves around a place, the mind map, the calendar. All of
//! them cut from the one [`YearBook`](domain::records::YearBook).

use app::api::{
    ApiError,
    book::{BookFace, CloseYear, ClosingPage, MapPage, MonthsPage, TurnPage, TurnQuery, YearBooks, YearQuery},
};
use async_trait::async_trait;
use chrono::Datelike as _;
use domain::{
    people::access::Actor,
    records::{Leaf, Leaves, YearBook, mind_map, month_together},
};

use super::{
    super::{Services, parse, posts::PostInfo},
    closing,
};

impl Services {
    /// The cover.
    pub(super) fn face_of(&self, actor: &Actor, info: &PostInfo, book: &YearBook) -> BookFace {
        BookFace {
            post: book.post,
            year: book.year,
            district: book.district.clone(),
            unit: book.unit.clone(),
            title: book.title.clone(),
            heads: book.heads.clone(),
            sight: book.sight,
            list: book.list.clone(),
            closed_on: book.closed_on,
            closing_signed: book.closing_is_signed(),
            may_close: closing::may(actor, info, book.year, self.today(), book.closed_on),
        }
    }

    async fn faced(
        &self,
        actor: &Actor,
        post: Option<&str>,
        year: Option<i32>,
    ) -> Result<(BookFace, YearBook), ApiError> {
        let post = post.map(parse).transpose()?;
        let book = self.year_book(actor, post, year).await?;
        let info = self.post_info(actor, book.post, self.today()).await?;
        Ok((self.face_of(actor, &info, &book), book))
    }
}

#[async_trait]
impl YearBooks for Services {
    async fn turn(&self, actor: &Actor, query: TurnQuery) -> Result<TurnPage, ApiError> {
        let (face, book) = self.faced(actor, query.post.as_deref(), query.year).await?;
        let around = Leaves::of(&book).around(query.at.as_deref().unwrap_or_default());
        let map = around.leaves.iter().any(|(_, leaf)| matches!(leaf, Leaf::Map)).then(|| mind_map(&book));
        Ok(TurnPage { face, around, map })
    }

    async fn map(&self, actor: &Actor, query: YearQuery) -> Result<MapPage, ApiError> {
        let (face, book) = self.faced(actor, query.post.as_deref(), query.year).await?;
        Ok(MapPage { face, tree: mind_map(&book) })
    }

    async fn months(&self, actor: &Actor, query: YearQuery) -> Result<MonthsPage, ApiError> {
        let (face, book) = self.faced(actor, query.post.as_deref(), query.year).await?;
        let months = book.months.iter().map(|month| (month.clone(), month_together(&book.items, month))).collect();
        let today = self.today();
        Ok(MonthsPage { face, months, now: (today.year() == book.year).then(|| today.month()) })
    }

    async fn closing(&self, actor: &Actor, query: YearQuery) -> Result<ClosingPage, ApiError> {
        self.closing_page(actor, query).await
    }

    async fn close_year(&self, actor: &Actor, form: CloseYear) -> Result<(), ApiError> {
        self.close_book(actor, form).await
    }
}
