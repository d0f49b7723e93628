//! What the pages of 明责 read: the port of `app::api::duties`, page by page.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    duties::{
        CalendarPage, CalendarQuery, ComparePage, CompareQuery, DayRow, Duties, DutiesPage, DutiesQuery, HandoverPage,
        HandoverQuery, ImportPage, ImportQuery, ListPage, ListQuery, MinePage, MineQuery, SignPage, SignQuery,
        SignatureView, TasksPage, TasksQuery, TemplatePage, TemplateQuery,
    },
};
use async_trait::async_trait;
use chrono::Datelike;
use domain::{
    ids::{CommandId, DistrictId},
    people::access::{self, Actor},
    signature::Signing,
    time::{self, zh, zh_short},
};

use super::{
    calendar, handover_page, import_page, leader_page, lists, mine_page, overview, store, tasks, template_page,
};
use crate::{
    random,
    services::{Services, posts, rows::Rows, storage, told},
    storage::{Row, StorageError, q},
};

/// A draft of a refused form, or an empty one.
pub async fn draft(services: &Services, actor: &Actor, form: &str, id: Option<&str>) -> Result<Draft, ApiError> {
    services.load(actor, form, id.filter(|id| !id.is_empty())).await
}

/// A fresh idempotency key for a form.
pub fn command(services: &Services) -> CommandId {
    CommandId(random::id(services.clock.now()))
}

/// The district's lists in their order: key, name.
pub async fn list_names(from: &mut impl Rows, district: DistrictId) -> Result<Vec<(String, String)>, StorageError> {
    let rows = from
        .all(q("SELECT key, name FROM duty_lists WHERE district_id = $1 ORDER BY position, name").bind(district))
        .await?;
    rows.iter().map(|r| Ok((r.text("key")?, r.text("name")?))).collect()
}

/// A signature as shown, from a row with `signing`, `name`, `at`.
pub fn signature(row: &Row) -> Result<SignatureView, StorageError> {
    let signing: Signing = row.json("signing")?;
    let on = row.instant("at")?.day();
    let label = signing.label().to_owned();
    let (path, handler, on) = match signing {
        Signing::Drawn { path } => (path, String::new(), on),
        Signing::Typed { .. } => (String::new(), String::new(), on),
        Signing::Paper { on, handler } => (String::new(), handler, on),
    };
    Ok(SignatureView { label, name: row.text("name")?, on: zh(on), path, handler })
}

/// The signatures given for `purpose` under `subject`, oldest first, with the signer's person id.
pub async fn signatures(
    from: &mut impl Rows,
    purpose: &str,
    subject: &str,
) -> Result<Vec<(domain::ids::PersonId, SignatureView)>, StorageError> {
    let rows = from
        .all(
            q("SELECT s.person_id, s.at, s.signing, p.name FROM signatures s JOIN persons p ON p.id = s.person_id
               WHERE s.purpose = $1 AND s.subject = $2 ORDER BY s.at, s.id")
            .bind(purpose)
            .bind(subject),
        )
        .await?;
    rows.iter().map(|r| Ok((r.id("person_id")?, signature(r)?))).collect()
}

/// The default lists and the sample holidays of a district that has none yet, when the
/// office opens its pages for the first time.
pub async fn ensure_lists(services: &Services, actor: &Actor) -> Result<(), ApiError> {
    let known = services
        .store
        .read()
        .row(q("SELECT id FROM duty_lists WHERE district_id = $1 LIMIT 1").bind(actor.district))
        .await
        .map_err(storage)?;
    if known.is_some() || access::edit_lists(actor).is_err() {
        return Ok(());
    }
    let district = actor.district;
    services
        .store
        .write(move |tx| {
            Box::pin(async move {
                lists::seed_lists(tx, district).await?;
                super::calendar::seed_holidays(tx, district).await?;
                Ok(())
            })
        })
        .await
        .map_err(told)
}

#[async_trait]
impl Duties for Services {
    async fn overview(&self, actor: &Actor, query: DutiesQuery) -> Result<DutiesPage, ApiError> {
        overview::page(self, actor, query).await
    }

    async fn template(&self, actor: &Actor, query: TemplateQuery) -> Result<TemplatePage, ApiError> {
        template_page::page(self, actor, query).await
    }

    async fn compare(&self, actor: &Actor, query: CompareQuery) -> Result<ComparePage, ApiError> {
        template_page::compare(self, actor, query).await
    }

    async fn leader_list(&self, actor: &Actor, query: ListQuery) -> Result<ListPage, ApiError> {
        leader_page::page(self, actor, query).await
    }

    async fn mine(&self, actor: &Actor, query: MineQuery) -> Result<MinePage, ApiError> {
        mine_page::page(self, actor, query).await
    }

    async fn sign_page(&self, actor: &Actor, query: SignQuery) -> Result<SignPage, ApiError> {
        mine_page::sign_page(self, actor, query).await
    }

    async fn calendar(&self, actor: &Actor, query: CalendarQuery) -> Result<CalendarPage, ApiError> {
        let _ = access::edit_lists(actor)?;
        let year = domain::time::sane_year(query.year.unwrap_or(self.today().year()));
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT day, kind, name FROM holidays WHERE district_id = $1 AND day >= $2 AND day <= $3 ORDER BY day")
                    .bind(actor.district)
                    .bind(time::first_of(year, 1))
                    .bind(time::last_of(year, 12)),
            )
            .await
            .map_err(storage)?;
        let mut days = Vec::with_capacity(rows.len());
        for row in &rows {
            let day = row.day("day").map_err(storage)?;
            days.push(DayRow {
                day: time::iso(day),
                weekday: time::weekday(day).to_owned(),
                kind: row.text("kind").map_err(storage)?,
                name: row.text("name").map_err(storage)?,
            });
        }
        let enabled_on =
            posts::enabled_on(&mut self.store.read().clone(), actor.district).await.map_err(storage)?.map(zh);
        let enable = query
            .enable
            .as_deref()
            .and_then(time::parse_iso)
            .filter(|_| enabled_on.is_none())
            .map(|day| (time::iso(day), zh(day)));
        Ok(CalendarPage {
            command: command(self),
            year,
            days,
            no_holidays: calendar::missing(&mut self.store.read().clone(), actor.district, year, self.today())
                .await
                .map_err(storage)?,
            enabled_on,
            enable,
            draft: draft(self, actor, "duties.calendar", query.draft.as_deref()).await?,
        })
    }

    async fn tasks(&self, actor: &Actor, query: TasksQuery) -> Result<TasksPage, ApiError> {
        tasks::page(self, actor, query).await
    }

    async fn handover(&self, actor: &Actor, query: HandoverQuery) -> Result<HandoverPage, ApiError> {
        handover_page::page(self, actor, query).await
    }

    async fn import_page(&self, actor: &Actor, query: ImportQuery) -> Result<ImportPage, ApiError> {
        import_page::page(self, actor, query).await
    }
}

/// What a list waits for, with its date: the second line of rows and heads.
pub fn waiting_note(row: &store::ListRow, today: domain::time::Day, telephone: bool) -> String {
    use domain::duties::ListState;
    match row.list.state {
        ListState::Draft => match &row.list.returned {
            Some(why) => format!("已退回：{why}"),
            None if row.from_unit.is_some() => "待上级单位下达".into(),
            None => "待送单位征求意见".into(),
        },
        ListState::Commenting => match row.comment_until {
            Some(until) if today > until => format!("征求意见已于{}期满，待提交审定", zh_short(until)),
            Some(until) => format!("单位意见反馈到{}", zh_short(until)),
            None => "待单位反馈意见".into(),
        },
        ListState::Reviewing => "待分管副书记审定".into(),
        ListState::Approved => "待下达".into(),
        ListState::Issued => match row.receipt_due {
            Some(_) if telephone => "超过 10 个工作日未签收，请派驻组电话提醒".into(),
            Some(due) if today > due => format!("应于{}前签收，尚未签收", zh_short(due)),
            Some(due) => format!("待签收，{}前", zh_short(due)),
            None => "待签收".into(),
        },
        ListState::Signed => row.list.signed_on.map_or_else(String::new, |on| format!("已签收 {}", zh_short(on))),
        ListState::Superseded => "已有新版".into(),
        ListState::Frozen => "负责人变动，原清单已冻结".into(),
    }
}
