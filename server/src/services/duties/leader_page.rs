//! The page of one leader's list: items, steps, decisions, and which buttons the
//! viewer has now.

use app::api::{
    ApiError,
    duties::{DecisionRow, ListMay, ListPage, ListQuery, StepMark},
};
use domain::{
    Rejection,
    duties::{Action, DutyItem, ListState, Source},
    ids::{DistrictId, LeaderListId},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{self, Day, zh_short},
};

use super::{
    command::{issuer, keeper},
    handover::{self, About},
    learned::learned,
    lists, pages, pass_down, sight,
    sign::{self, RECEIPT},
    steps::{self, STEP_APPROVE, STEP_COMMENT, STEP_ISSUE, STEP_SENT},
    store::{self, ItemsOf, ListRow},
    template_page::{edited, item_rows, other_lists},
};
use crate::{
    services::{Services, parse, posts, reviews::feedback, rows::Rows, storage, told},
    storage::{StorageError, q},
};

pub(super) async fn page(services: &Services, actor: &Actor, query: ListQuery) -> Result<ListPage, ApiError> {
    let today = services.today();
    let mut read = services.store.read().clone();
    let row = store::load_list(&mut read, actor.district, parse::<LeaderListId>(&query.id)?).await.map_err(told)?;
    if !sight::sees(actor, &row) {
        return Err(Rejection::NotFound.into());
    }
    let contents = sight::sees_contents(actor, &row);
    let inside = access::sees_sources(actor);
    let names = pages::list_names(&mut read, actor.district).await.map_err(storage)?;
    let items = if contents {
        store::load_items(&mut read, ItemsOf::Leader(row.list.id)).await.map_err(storage)?
    } else {
        Vec::new()
    };
    let below = pass_down::subordinates(&mut read, &row).await.map_err(storage)?;
    let resubmit = contents && steps::unchanged(&row, &items).map_err(storage)?;
    let may = rights(actor, &row, !below.is_empty(), resubmit);
    let decisions = decisions(&mut read, actor, &row).await.map_err(storage)?;
    let calendar = posts::calendar(&mut read, actor.district).await.map_err(storage)?;
    let rules = posts::rules(&mut read, actor.district).await.map_err(storage)?;
    let call = row.list.needs_telephone(today, rules.list, &calendar);
    let from_unit = match row.from_unit {
        Some(unit) => read
            .row(q("SELECT name FROM units WHERE id = $1").bind(unit))
            .await
            .and_then(|r| r.map_or(Ok(String::new()), |r| r.text("name")))
            .map_err(storage)?,
        None => String::new(),
    };
    let signature = pages::signatures(&mut read, RECEIPT, &row.list.id.to_string()).await.map_err(storage)?.pop();
    let head = whose(&mut read, actor.district, &row, signature.as_ref().map(|(_, view)| view.name.as_str()), today)
        .await
        .map_err(storage)?;
    let others = other_lists(&mut read, actor, &row).await.map_err(storage)?;
    let handovers = handover::list(&mut read, actor.district, About::Post(row.list.post)).await.map_err(told)?;
    let next = lists::optional_place(&items);
    let suggestions =
        if may.edit && inside { suggestions(&mut read, &row, &items).await.map_err(storage)? } else { Vec::new() };
    let learned = if contents {
        learned(&mut read, actor, &row, &items).await.map_err(storage)?
    } else {
        app::api::duties::Learned::default()
    };
    let edit = if may.edit { edited(&items, query.edit.as_deref(), &next, Action::Optional) } else { None };
    Ok(ListPage {
        suggestions,
        learned,
        command: pages::command(services),
        id: row.list.id,
        version: row.list.version,
        title: format!("{} {}年第一责任人履责清单", row.unit_name, row.list.year),
        head,
        year: row.list.year,
        edition: row.list.edition,
        state: row.list.state,
        note: pages::waiting_note(&row, today, call),
        returned: row.list.returned.clone().filter(|_| may.edit || may.approve),
        items: item_rows(items, &names, inside),
        contents,
        inside,
        steps: step_marks(&row, &decisions),
        decisions,
        signature: signature.map(|(_, view)| view),
        others: others
            .iter()
            .map(|o| {
                let label = format!("{}年第{}版（{}）", o.list.year, o.list.edition, o.list.state.label());
                (o.list.id.to_string(), label)
            })
            .collect(),
        handovers: handovers
            .iter()
            .filter(|h| h.year == row.list.year && handover::may_see(actor, h))
            .map(|h| (h.id, handover::words(h)))
            .collect(),
        effective_on: time::iso(suggested_start(&row, today)),
        today: time::iso(today),
        from_unit,
        lists: names,
        subordinates: below.into_iter().map(|(post, _, label)| (post, label)).collect(),
        edit,
        next,
        may,
        draft: pages::draft(services, actor, "duties.list", query.draft.as_deref()).await?,
    })
}

/// The suggestions that nobody decided on yet, each with its source.
async fn suggestions(
    read: &mut impl Rows,
    row: &ListRow,
    items: &[DutyItem],
) -> Result<Vec<(String, String, String, String)>, StorageError> {
    let open: Vec<&DutyItem> = items.iter().filter(|item| item.source == Some(Source::Suggested)).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let origins = feedback::suggestions::origins(read, row.list.post, row.list.year).await?;
    Ok(open
        .into_iter()
        .map(|item| {
            let from = origins.iter().find(|(words, _, _)| *words == item.text);
            let (title, link) = from.map_or((String::new(), None), |(_, title, item)| (title.clone(), *item));
            let words = if title.is_empty() {
                "述责评议反馈的问题".to_owned()
            } else {
                format!("{title}评议反馈的问题")
            };
            let link = link.map(|id| format!("/accountability/{id}")).unwrap_or_default();
            (item.duty.to_string(), format!("{} {}", item.code, item.text), words, link)
        })
        .collect())
}

/// Whose list it is: the present head while it obliges somebody; once signed or frozen the one
/// who signed it, or who held the post when it was issued.
async fn whose(
    from: &mut impl Rows,
    district: DistrictId,
    row: &ListRow,
    signer: Option<&str>,
    today: Day,
) -> Result<String, StorageError> {
    let past = matches!(row.list.state, ListState::Frozen | ListState::Superseded);
    let day = row.list.signed_on.or(row.list.issued_on.filter(|_| past)).unwrap_or(today);
    let Some(info) = posts::post(from, district, row.list.post, day).await? else { return Ok(String::new()) };
    Ok(match signer {
        Some(name) if !name.is_empty() => format!("{name}，{}", info.title),
        _ => info.who(),
    })
}

/// First day to be proposed in forms: the planned one, and for a later edition not before today.
fn suggested_start(row: &ListRow, today: Day) -> Day {
    if row.list.state.is_issued() || row.list.edition > 1 { row.effective_on.max(today) } else { row.effective_on }
}

fn rights(actor: &Actor, row: &ListRow, has_subordinates: bool, resubmit: bool) -> ListMay {
    let state = row.list.state;
    let keeps = keeper(actor, row).is_ok();
    let editable = row.list.check_editable().is_ok();
    let own_head = actor.terms.iter().any(|t| t.post == row.list.post);
    let approver = access::approve_list(actor, row.post_ref()).is_ok();
    let handed_down = row.from_unit.is_some();
    ListMay {
        edit: keeps && editable,
        propose: editable && !keeps && access::propose_items(actor, row.unit).is_ok(),
        comment: state == ListState::Commenting && access::comment_list(actor, row.unit).is_ok(),
        send: keeps && state == ListState::Draft && !handed_down,
        submit: keeps && !handed_down && (state == ListState::Commenting || (state == ListState::Draft && resubmit)),
        approve: approver && state == ListState::Reviewing,
        give_back: matches!(state, ListState::Commenting | ListState::Reviewing | ListState::Approved)
            && (keeps || (approver && state != ListState::Commenting)),
        issue: issuer(actor, row).is_ok()
            && (state == ListState::Approved || (handed_down && state == ListState::Draft)),
        sign: own_head && state == ListState::Issued,
        paper: state == ListState::Issued && !own_head && access::note_paper_receipt(actor, row.unit).is_ok(),
        // A frozen or superseded list has a successor already.
        supersede: keeps && state.is_in_force(),
        pass_down: own_head && state.is_in_force() && has_subordinates,
    }
}

async fn decisions(from: &mut impl Rows, actor: &Actor, row: &ListRow) -> Result<Vec<DecisionRow>, StorageError> {
    // The unit reads its own comments and that a step was taken, not the commission's reasons.
    let unit_only = actor.own_units().contains(&row.unit) && keeper(actor, row).is_err();
    let rows =
        from.all(q("SELECT * FROM approvals WHERE subject = $1 ORDER BY at, id").bind(row.list.id.to_string())).await?;
    let mut list = Vec::with_capacity(rows.len());
    for r in &rows {
        let (step, decision) = (r.text("step")?, r.text("decision")?);
        let theirs = matches!(step.as_str(), STEP_SENT | STEP_COMMENT | STEP_ISSUE)
            || (step == STEP_APPROVE && decision == "agreed");
        if unit_only && !theirs {
            continue;
        }
        let reason = if unit_only && step != STEP_COMMENT { String::new() } else { r.text("reason")? };
        let role = r.keyed("by_role", Role::from_key)?;
        list.push(DecisionRow {
            outcome: match decision.as_str() {
                "returned" => "退回修改",
                "commented" => "提出意见",
                _ => "同意",
            }
            .to_owned(),
            step,
            who: format!("{} {}", role.label(), r.text("person_name")?),
            on: zh_short(r.instant("at")?.day()),
            reason,
        });
    }
    Ok(list)
}

fn step_marks(row: &ListRow, decisions: &[DecisionRow]) -> Vec<StepMark> {
    let reached = match row.list.state {
        ListState::Draft => 0,
        ListState::Commenting => 1,
        ListState::Reviewing => 2,
        ListState::Approved => 3,
        ListState::Issued => 4,
        ListState::Signed | ListState::Superseded | ListState::Frozen => 5,
    };
    let last = |step: &str| decisions.iter().rfind(|d| d.step == step);
    let note = |n: usize| match n {
        1 => last(STEP_SENT).map(|d| d.on.clone()),
        2 => last(STEP_APPROVE).filter(|d| d.outcome == "同意").map(|d| format!("{} {}", d.who, d.on)),
        3 => row.list.issued_on.map(zh_short),
        4 => row.list.signed_on.map(zh_short).or_else(|| row.receipt_due.map(|d| format!("{}前", zh_short(d)))),
        _ => None,
    };
    ["起草", "征求意见", "审定", "下达", "签收"]
        .into_iter()
        .enumerate()
        .map(|(n, label)| {
            let mark = match n.cmp(&reached) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if n == 0 && row.list.returned.is_some() => "back",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "",
            };
            let note = if n <= reached { note(n).unwrap_or_default() } else { String::new() };
            StepMark { label: label.into(), note, mark: mark.into() }
        })
        .collect()
}

/// The name of the present head, for the signature page.
pub(super) async fn signer(from: &mut impl Rows, row: &ListRow, today: Day) -> Result<String, StorageError> {
    Ok(sign::head_on(from, row.list.post, today).await?.map(|(_, name)| name).unwrap_or_default())
}
