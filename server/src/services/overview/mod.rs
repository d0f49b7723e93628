//! 全区总览 and 大屏: what stands in the cells, plans and ledgers of a district, counted by the database in grouped
//! queries and folded by `domain::overview`. Reads only; refuses to recompute a colour.

mod facts;
mod lines;

use app::api::{
    ApiError,
    overview::{Overview, OverviewPage, OverviewQuery},
};
use async_trait::async_trait;
use chrono::{Datelike as _, Days};
use domain::{
    ids::DistrictId,
    overview::{LineKind, Panel, Stage, Standing, flow, folded, nameless, panel},
    people::{
        Role,
        access::{self, Actor, Scope},
    },
    time::{Day, zh_short},
};

pub(in crate::services) use facts::{by_type, coming};

use super::{Services, storage};
use crate::storage::{Query, StorageError};

/// Calendar days ahead to choose from; the second is taken where none is chosen.
const WITHIN: [u32; 3] = [7, 30, 90];
/// Lines of a panel; the file holds more.
const LINES: usize = 40;
/// Lines of a panel in the file.
pub const FILE_LINES: usize = 5_000;
/// Lines of a panel on the wall: as many as the tallest screen has room for; a lower one shows the first of them.
const WALL_LINES: usize = 16;

/// Whose units are counted, on which day.
#[derive(Debug, Clone)]
pub(in crate::services) struct View {
    pub(in crate::services) district: DistrictId,
    pub(in crate::services) scope: Scope,
    /// Also the post of the 区委书记, who is the 区纪委书记's alone.
    leading: bool,
    pub(in crate::services) today: Day,
}

impl View {
    pub(in crate::services) fn of(actor: &Actor, today: Day) -> Result<Self, ApiError> {
        let scope = access::overview_scope(actor)?;
        Ok(Self { district: actor.district, scope, leading: actor.has(Role::Secretary), today })
    }

    pub(in crate::services) fn year(&self) -> i32 {
        self.today.year()
    }

    /// First day of the running month.
    fn month(&self) -> Day {
        self.today.with_day(1).unwrap_or(self.today)
    }

    /// Only units in sight; the query names them `u`.
    pub(in crate::services) fn within(&self, query: Query) -> Query {
        let query = query.and_scope("u.id", &self.scope);
        if self.leading { query } else { query.push("AND u.leads_district = 0") }
    }
}

/// What the wall shows of a district: never the post of the 区委书记.
#[derive(Debug, Clone)]
pub struct WallFacts {
    /// Name of the district.
    pub district: String,
    /// Day of the data.
    pub today: Day,
    /// The chain.
    pub stages: [Stage; 5],
    /// Units by type and colour.
    pub standing: Standing,
    /// What is due within thirty days.
    pub due: Panel,
    /// What was finished this month.
    pub closed: Panel,
    /// Units with something 逾期 or 待核, in the district's own order: shown only where somebody asked for names.
    pub named: Vec<String>,
}

/// The one kind of lines that a panel shows; words that are none ask for all.
fn kind(asked: Option<&str>) -> Option<LineKind> {
    asked.and_then(LineKind::from_key)
}

impl Services {
    /// The overview with at most `most` lines in each panel.
    pub(crate) async fn overview_with(
        &self,
        actor: &Actor,
        query: OverviewQuery,
        most: usize,
    ) -> Result<OverviewPage, ApiError> {
        let view = View::of(actor, self.today())?;
        let within = query.within.filter(|days| WITHIN.contains(days)).unwrap_or(WITHIN[1]);
        let until = view.today + Days::new(within.into());
        let read = self.store.read();
        let (facts, due, closed) =
            tokio::try_join!(facts::gather(read, &view), lines::due(read, &view, until), lines::closed(read, &view))
                .map_err(storage)?;
        Ok(OverviewPage {
            year: view.year(),
            as_of: zh_short(view.today),
            district: view.scope == Scope::District,
            wall: access::open_wall(actor).is_ok(),
            leading: view.leading,
            stages: flow(&facts).into(),
            standing: facts.standing,
            within,
            only: [kind(query.due.as_deref()), kind(query.closed.as_deref())],
            due: panel(due, false, kind(query.due.as_deref()), most),
            closed: panel(closed, true, kind(query.closed.as_deref()), most),
            month: format!("{}月", view.today.month()),
        })
    }

    /// What the wall of `district` shows now. Asked once for all who look.
    ///
    /// # Errors
    /// Storage.
    pub async fn wall(&self, district: DistrictId) -> Result<WallFacts, StorageError> {
        let view = View { district, scope: Scope::District, leading: false, today: self.today() };
        let until = view.today + Days::new(WITHIN[1].into());
        let read = self.store.read();
        let (facts, due, closed, named, name) = tokio::try_join!(
            facts::gather(read, &view),
            lines::due(read, &view, until),
            lines::closed(read, &view),
            facts::urgent(read, &view),
            facts::district(read, district),
        )?;
        Ok(WallFacts {
            district: name,
            today: view.today,
            stages: flow(&facts),
            standing: facts.standing,
            due: panel(folded(nameless(due)), false, None, WALL_LINES),
            closed: panel(nameless(closed), true, None, WALL_LINES),
            named,
        })
    }
}

#[async_trait]
impl Overview for Services {
    async fn at_a_glance(&self, actor: &Actor, query: OverviewQuery) -> Result<OverviewPage, ApiError> {
        Box::pin(self.overview_with(actor, query, LINES)).await
    }
}
