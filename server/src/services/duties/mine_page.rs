//! The leader's own list on the phone, and the page where he signs it. Progress is by
//! item — 已落实, 推进中, 未到期, 随时 —, never a count of entries.

use std::collections::BTreeMap;

use app::api::{
    ApiError,
    duties::{MineGroup, MineItem, MineList, MinePage, MineQuery, SignPage, SignQuery},
};
use chrono::Datelike;
use domain::{
    Rejection,
    board::{Progress, Tally, evaluate},
    duties::{DutyItem, Frequency, ListState, Source, cadence},
    ids::{DutyId, LeaderListId, PostId},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Day, zh_short},
};

use super::{
    handover::{self, About},
    leader_page, pages, sight,
    sign::RECEIPT,
    steps,
    store::{self, ItemsOf, ListRow},
    template_page::item_rows,
};
use crate::{
    services::{Services, facts, parse, posts, rows::Rows, storage, told},
    storage::{Pool, StorageError},
};

/// The head post the page is about: the chosen one of a head, or the one a 联络员 works for.
async fn own_post(read: &mut Pool, actor: &Actor, today: Day) -> Result<PostId, ApiError> {
    if let Some(term) = actor.term() {
        return Ok(term.post);
    }
    let posts = posts::worked_for(read, actor, &[Role::Liaison, Role::Member], today).await.map_err(storage)?;
    posts.first().copied().ok_or_else(|| Rejection::NotFound.into())
}

pub(super) async fn page(services: &Services, actor: &Actor, query: MineQuery) -> Result<MinePage, ApiError> {
    let today = services.today();
    let mut read = services.store.read().clone();
    let handovers: Vec<_> = handover::list(&mut read, actor.district, About::Person(actor.person))
        .await
        .map_err(told)?
        .iter()
        .map(|row| (row.id, handover::words(row)))
        .collect();
    let post = match own_post(&mut read, actor, today).await {
        // A head who left has no post any more but still signs his 移交单.
        Err(ApiError::Rejected(Rejection::NotFound)) if !handovers.is_empty() => {
            return Ok(MinePage {
                command: pages::command(services),
                title: String::new(),
                year: today.year(),
                years: Vec::new(),
                list: None,
                groups: Vec::new(),
                tally: String::new(),
                handovers,
                draft: app::api::drafts::Draft::default(),
            });
        }
        other => other?,
    };
    let info =
        posts::post(&mut read, actor.district, post, today).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
    let all = lists_of(&mut read, actor, post).await.map_err(storage)?;
    let mut years: Vec<i32> = all.iter().map(|r| r.list.year).collect();
    years.sort_unstable();
    years.dedup();
    let year = query.year.unwrap_or_else(|| {
        if years.contains(&today.year()) { today.year() } else { years.last().copied().unwrap_or(today.year()) }
    });
    // What is asked of him now comes first: a list to comment on, else the one in force.
    let shown = all
        .iter()
        .filter(|r| r.list.year == year)
        .max_by_key(|r| (r.list.state == ListState::Commenting, r.list.state.is_in_force(), r.list.edition));
    let draft = pages::draft(services, actor, "duties.mine", query.draft.as_deref()).await?;
    let mut page = MinePage {
        command: pages::command(services),
        title: format!("{} {}", info.unit_name, info.title),
        year,
        years,
        list: None,
        groups: Vec::new(),
        tally: String::new(),
        handovers,
        draft,
    };
    let Some(row) = shown else { return Ok(page) };
    let items = store::load_items(&mut read, ItemsOf::Leader(row.list.id)).await.map_err(storage)?;
    let far = if row.list.state.is_in_force() {
        progress(&mut read, actor, post, year, today).await.map_err(storage)?
    } else {
        None
    };
    page.tally = match &far {
        Some((tally, _)) => format!("年度应落实 {} 条：{}", tally.all(), tally.words()),
        None => format!("共 {} 条", items.len()),
    };
    let progress = far.map(|(_, progress)| progress).unwrap_or_default();
    page.groups = groups(&items, &progress);
    let may_comment = row.list.state == ListState::Commenting && access::comment_list(actor, row.unit).is_ok();
    let said = if may_comment { steps::said(&mut read, row.list.id).await.map_err(storage)? } else { Vec::new() };
    page.list = Some(MineList {
        id: row.list.id,
        state: row.list.state,
        note: pages::waiting_note(row, today, false),
        may_sign: row.list.state == ListState::Issued && access::sign_list(actor, post).is_ok(),
        may_comment,
        said,
        colours: if row.list.state.is_in_force() && access::see_colours(actor, info.access()).is_ok() {
            format!("/oversight/colours/{post}?year={year}")
        } else {
            String::new()
        },
    });
    Ok(page)
}

async fn lists_of(read: &mut Pool, actor: &Actor, post: PostId) -> Result<Vec<ListRow>, StorageError> {
    let query = store::lists_query(actor.district).push_bind("AND l.post_id = ? ORDER BY l.year, l.edition", post);
    let mut lists = Vec::new();
    for row in read.all(query).await? {
        let row = store::read_list(&row)?;
        if sight::sees_contents(actor, &row) {
            lists.push(row);
        }
    }
    Ok(lists)
}

/// 「随时」 has no date that could be ahead.
fn said(item: &DutyItem, progress: Progress) -> &'static str {
    match progress {
        Progress::NotDue if cadence(item) == Frequency::AnyTime => "随时",
        other => other.label(),
    }
}

/// How far each item is, and the next day on which it is due.
type Far = BTreeMap<DutyId, (Progress, Option<Day>)>;

async fn progress(
    read: &mut Pool,
    actor: &Actor,
    post: PostId,
    year: i32,
    today: Day,
) -> Result<Option<(Tally, Far)>, StorageError> {
    let Some(known) = facts::gather(read, actor.district, post, year, today).await? else { return Ok(None) };
    let rules = posts::rules(read, actor.district).await?;
    let colours = evaluate(&rules, &known.facts, today);
    let tally = Tally::of(&colours);
    let far = colours
        .into_iter()
        .map(|colour| {
            let due = known
                .occurrences
                .iter()
                .filter(|o| o.plain.duty == colour.duty_id && o.plain.is_wanting() && o.plain.due >= today)
                .map(|o| o.plain.due)
                .min();
            (colour.duty_id, (colour.progress, due))
        })
        .collect();
    Ok(Some((tally, far)))
}

fn groups(items: &[DutyItem], progress: &Far) -> Vec<MineGroup> {
    let mut groups: Vec<MineGroup> = Vec::new();
    let mut last = None;
    for item in items {
        if last != Some(item.group_no) {
            groups.push(MineGroup { title: format!("{}　{}", item.group_no, item.group), items: Vec::new() });
            last = Some(item.group_no);
        }
        let far = progress.get(&item.duty);
        let mut notes = vec![cadence_words(item)];
        if let Some(due) = far.and_then(|(_, due)| *due) {
            notes.push(format!("{}前", zh_short(due)));
        }
        if item.hard {
            notes.push("硬性事项".to_owned());
        }
        if item.source.is_some() {
            notes.push(Source::OUTSIDE.to_owned());
        }
        if let Some(group) = groups.last_mut() {
            group.items.push(MineItem {
                duty: item.duty.to_string(),
                code: item.code.clone(),
                text: item.text.clone(),
                note: notes.join(" · "),
                progress: far.map(|(p, _)| said(item, *p).to_owned()).unwrap_or_default(),
                mark: far.map(|(p, _)| p.key().to_owned()).unwrap_or_default(),
            });
        }
    }
    groups
}

fn cadence_words(item: &DutyItem) -> String {
    if item.routine && cadence(item) != item.frequency {
        format!("{}，按季确认", item.frequency.label())
    } else {
        item.frequency.label().to_owned()
    }
}

pub(super) async fn sign_page(services: &Services, actor: &Actor, query: SignQuery) -> Result<SignPage, ApiError> {
    let today = services.today();
    let mut read = services.store.read().clone();
    let row = store::load_list(&mut read, actor.district, parse::<LeaderListId>(&query.id)?).await.map_err(told)?;
    // Only the head himself signs here; anybody else finds nothing.
    let _proof = access::sign_list(actor, row.list.post).map_err(|_| Rejection::NotFound)?;
    if !row.list.state.is_issued() {
        return Err(Rejection::NotFound.into());
    }
    let names = pages::list_names(&mut read, actor.district).await.map_err(storage)?;
    let items = store::load_items(&mut read, ItemsOf::Leader(row.list.id)).await.map_err(storage)?;
    let signature = pages::signatures(&mut read, RECEIPT, &row.list.id.to_string()).await.map_err(storage)?.pop();
    Ok(SignPage {
        command: pages::command(services),
        id: row.list.id,
        version: row.list.version,
        title: format!("{} {}年第一责任人履责清单", row.unit_name, row.list.year),
        name: leader_page::signer(&mut read, &row, today).await.map_err(storage)?,
        note: pages::waiting_note(&row, today, false),
        items: item_rows(items, &names, false),
        hash: row.content_hash.chars().take(16).collect(),
        signature: signature.map(|(_, view)| view),
        draft: pages::draft(services, actor, "duties.sign", query.draft.as_deref()).await?,
    })
}
