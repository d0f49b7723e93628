//! Which thread an address asks for, and the page of it. An item of a list for whoever may open its book; a problem for
//! whoever sees the problem, with the item that it is about where he may see that too.

use app::api::{
    ApiError,
    chain::{ThreadPage, ThreadQuery},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    accountability::ItemKind,
    board::Tone,
    chain::{Knot, Station, thread},
    duties::{Action, DutyItem, Source},
    ids::{DutyId, ItemId, PostId},
    people::access::{self, Actor},
    time::{sane_year, zh_short},
};

use super::{
    next, problems,
    stations::{self, Here},
};
use crate::{
    services::{
        Services,
        accountability::{
            access::sees,
            place_of,
            store::{self, Kept},
        },
        duties::{
            sight,
            store::{ListRow, lists_query, read_list},
        },
        facts, items, parse,
        posts::{self, PostInfo},
        rows::Rows,
        storage, told,
    },
    storage::{StorageError, q},
};

impl Services {
    pub(super) async fn thread_page(&self, actor: &Actor, query: ThreadQuery) -> Result<ThreadPage, ApiError> {
        let given =
            |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        if let Some(problem) = given(&query.problem) {
            let id: ItemId = parse(&problem)?;
            let mut read = self.store.read().clone();
            let kept = store::load(&mut read, actor.district, id).await.map_err(told)?;
            if !sees(actor, &kept) {
                return Err(Rejection::NotFound.into());
            }
            return self.of_problem(actor, kept).await;
        }
        let (Some(post), Some(duty)) = (given(&query.post), given(&query.duty)) else {
            return Err(Rejection::NotFound.into());
        };
        let year = sane_year(query.year.unwrap_or_else(|| self.today().year()));
        let page = self.of_item(actor, (parse(&post)?, parse(&duty)?, year)).await?;
        page.ok_or_else(|| Rejection::NotFound.into())
    }

    /// A problem: the thread of the item that it is about where the reader may see that, else its own.
    async fn of_problem(&self, actor: &Actor, kept: Kept) -> Result<ThreadPage, ApiError> {
        if let Some(duty) = kept.item.duty {
            let year = kept.item.opened_on.year();
            if let Some(page) = self.of_item(actor, (kept.item.post, duty, year)).await? {
                return Ok(page);
            }
        }
        let mut read = self.store.read().clone();
        let today = self.today();
        let place = place_of(&mut read, actor, &kept).await.map_err(storage)?;
        let all = [kept];
        let mut knots = problems::knots(&mut read, actor, &all, today).await.map_err(storage)?;
        knots.extend(problems::later(&mut read, actor, &all).await.map_err(storage)?);
        let [kept] = all;
        let (item, office) = (&kept.item, access::sees_sources(actor));
        let station = match item.kind {
            ItemKind::Inspection => Station::Du,
            ItemKind::Review | ItemKind::Appraisal => Station::Ping,
            _ => Station::Wen,
        };
        // Where it was found says which channel found it: outside the office only what was handed over in the open.
        if office || !item.kind.is_inside() || place.is_some() {
            let words = format!("发现：{}", item.kind.label_for(office));
            knots.push(Knot::done(station, item.opened_on, words).to(place.unwrap_or_default()));
        }
        let made = thread(knots);
        Ok(ThreadPage {
            title: item.problem.clone(),
            lead: format!("{} · {}号问题", kept.unit_name, kept.number),
            note: item.kind.label_for(office).to_owned(),
            state: None,
            words: made.words(),
            thread: made,
            only_problems: true,
            board: String::new(),
            years: Vec::new(),
        })
    }

    /// An item of a list that was handed out; `None` where there is none for this reader.
    async fn of_item(
        &self,
        actor: &Actor,
        (post, duty, year): (PostId, DutyId, i32),
    ) -> Result<Option<ThreadPage>, ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        let Some(info) = posts::post(&mut read, actor.district, post, today).await.map_err(storage)? else {
            return Ok(None);
        };
        if !self.reads(actor, &info, year).await? {
            return Ok(None);
        }
        let Some((item, list)) = handed_out(&mut read, actor, (post, duty, year)).await.map_err(storage)? else {
            return Ok(None);
        };
        let known = facts::gather(&mut read, actor.district, post, year, today).await.map_err(storage)?;
        let known = known.ok_or(Rejection::NotFound)?;
        let (tone, word) = colour(&mut read, (post, duty, year)).await.map_err(storage)?;
        let here = Here { actor, info: &info, duty, year, today };
        let mut knots = stations::all(&mut read, &here, (&known, &item, &list), tone).await?;
        knots.extend(came_from(&mut read, actor, (post, duty, year), &list).await.map_err(storage)?);
        let all = problems::about(&mut read, actor, (post, duty, year)).await.map_err(storage)?;
        knots.extend(problems::knots(&mut read, actor, &all, today).await.map_err(storage)?);
        knots.extend(problems::later(&mut read, actor, &all).await.map_err(storage)?);
        let made = thread(knots);
        let source = match (item.action, item.source) {
            (Action::Optional, Some(source)) if access::sees_sources(actor) => format!(" · 来源：{}", source.label()),
            (Action::Optional, Some(_)) => format!(" · {}", Source::OUTSIDE),
            _ => String::new(),
        };
        Ok(Some(ThreadPage {
            title: format!("{} {}", item.code, item.text),
            lead: format!("{}，{} · {year}年", info.unit_name, info.who()),
            note: format!("{} · {} · {}{source}", item.group, item.action.label(), item.frequency.label()),
            state: Some((tone, word)),
            words: made.words(),
            thread: made,
            only_problems: false,
            board: format!("/board?post={post}&duty=lv&item={duty}&year={year}"),
            years: years(&mut read, (post, duty, year)).await.map_err(storage)?,
        }))
    }

    /// May the actor open the book of the post, and read what its items of the year say?
    async fn reads(&self, actor: &Actor, info: &PostInfo, year: i32) -> Result<bool, ApiError> {
        let Ok(scope) = access::board_scope(actor) else { return Ok(false) };
        if !scope.holds(info.unit) || access::read_book(actor, info.access()).is_err() {
            return Ok(false);
        }
        sight::reads_items(&mut self.store.read().clone(), actor, info.post, year).await.map_err(storage)
    }
}

/// The item with its list, as it was handed out last.
async fn handed_out(
    rows: &mut impl Rows,
    actor: &Actor,
    (post, duty, year): (PostId, DutyId, i32),
) -> Result<Option<(DutyItem, ListRow)>, StorageError> {
    let find = lists_query(actor.district)
        .push_bind("AND l.post_id = ?", post)
        .push_bind("AND l.year = ?", year)
        .push("AND l.state IN ('issued', 'signed', 'superseded', 'frozen')")
        .push_bind("AND EXISTS (SELECT 1 FROM leader_items i WHERE i.list_id = l.id AND i.duty_id = ?)", duty)
        .push("ORDER BY l.edition DESC LIMIT 1");
    let Some(row) = rows.first(find).await? else { return Ok(None) };
    let list = read_list(&row)?;
    let find = q("SELECT * FROM leader_items WHERE list_id = $1 AND duty_id = $2").bind(list.list.id).bind(duty);
    let item = rows.first(find).await?.map(|row| items::item_of(&row)).transpose()?;
    Ok(item.map(|item| (item, list)))
}

/// The stored colour of the item.
async fn colour(
    rows: &mut impl Rows,
    (post, duty, year): (PostId, DutyId, i32),
) -> Result<(Tone, String), StorageError> {
    let find = q("SELECT tone, word FROM colours WHERE post_id = $1 AND year = $2 AND duty_id = $3");
    match rows.first(find.bind(post).bind(year).bind(duty)).await? {
        Some(row) => Ok((row.keyed("tone", Tone::from_key)?, row.text("word")?)),
        None => Ok((Tone::None, Tone::None.word().to_owned())),
    }
}

/// The problem that the item came from, where it did and the reader sees it.
async fn came_from(
    rows: &mut impl Rows,
    actor: &Actor,
    (post, duty, year): (PostId, DutyId, i32),
    list: &ListRow,
) -> Result<Vec<Knot>, StorageError> {
    let from = next::origins(rows, actor, post, year).await?;
    let on = list.list.issued_on.unwrap_or(list.effective_on);
    let own = from.into_iter().filter(|(item, ..)| *item == duty);
    Ok(own
        .map(|(_, problem, number)| {
            let knot = Knot::done(Station::Ming, on, format!("由{number}号问题列为自选动作"));
            knot.note(zh_short(on)).to(format!("/chain/item?problem={problem}"))
        })
        .collect())
}

/// Years in which the item was handed out, the earliest first.
async fn years(
    rows: &mut impl Rows,
    (post, duty, shown): (PostId, DutyId, i32),
) -> Result<Vec<(i32, String, bool)>, StorageError> {
    let find = q("SELECT DISTINCT l.year FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
         WHERE i.duty_id = $1 AND l.post_id = $2 AND l.issued_at IS NOT NULL ORDER BY l.year");
    let rows = rows.all(find.bind(duty).bind(post)).await?;
    let of = |year: i32| (year, format!("/chain/item?post={post}&duty={duty}&year={year}"), year == shown);
    rows.iter().map(|row| row.year("year").map(of)).collect()
}
