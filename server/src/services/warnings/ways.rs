//! Notices on their way: delivered by the body that supervises the unit, signed for, answered with measures. Delivery
//! opens the items of the closed loop; the one signature and the one answer of the unit are taken for each of them.
//! Refuses a notice to a unit that ended: it goes to the one that took over.

use domain::{
    Rejection,
    accountability::{ItemKind, NewItem, Origin, Paper, State, Step},
    board::{Duty, ThreadEvent, Visibility},
    ids::{DistrictId, ItemId, PostId, WarningLineId},
    papers::number::Series,
    people::{
        Role,
        access::{self, Actor},
    },
    text,
    time::{Day, zh},
};

use super::{
    super::{
        accountability::{
            open::{self, Writer},
            step::{self, StepWords},
        },
        numbers, posts,
    },
    cells,
    notices::{FEATURE, Notice, stepped, wants},
    signs,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Delivered: the days begin, and the items of the closed loop are opened.
pub(super) async fn deliver(
    tx: &mut Tx,
    actor: &Actor,
    (notice, kept): (&Notice, &Kept),
    version: i64,
    on: Option<Day>,
) -> Result<String, Failure> {
    let _proof = access::deliver_notice(actor, notice.unit)?;
    wants(notice, "made", "还没有编好文号，或已经送达，没有保存。请刷新页面查看。")?;
    let today = tx.now().day();
    let on = on.unwrap_or(today);
    if on > today || notice.made_on.is_some_and(|made| on < made) {
        return Err(Rejection::field("on", "送达日期应在用印之后、今天以前，没有保存。请核对日期。").into());
    }
    let whole = store::whole(tx, kept.id, today).await?;
    if let Some((name, Some(why))) = whole.names.get(&notice.unit) {
        return Err(Rejection::state(format!("{name}{why}，没有送达。请先点“改送承接单位”。")).into());
    }
    let post = notice.post.ok_or(Rejection::NotFound)?;
    stepped(tx, notice.id, version).await?;
    let calendar = posts::calendar(tx, actor.district).await?;
    let (count, sign, answer) = kept.days;
    let (sign_due, answer_due) = (count.after(on, sign, &calendar), count.after(on, answer, &calendar));
    tx.execute(
        q("UPDATE warning_notices SET state = 'delivered', delivered_on = $1, delivered_name = $2, sign_due = $3,
             answer_due = $4 WHERE id = $5")
        .bind(on)
        .bind(&actor.name)
        .bind(sign_due)
        .bind(answer_due)
        .bind(notice.id),
    )
    .await?;
    let role = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice].into_iter().find(|r| actor.has(*r));
    let by = Writer {
        district: actor.district,
        account: actor.account,
        role: role.unwrap_or(Role::ConductOffice),
        hand: access::hand(actor),
    };
    for duty in &whole.lists.duties {
        let cell = whole.lists.cells.iter().find(|c| c.duty == duty.id && c.unit == notice.unit);
        let Some(cell) = cell.filter(|c| c.part.is_followed()) else { continue };
        if whole.cells.get(&(duty.id, notice.unit)).is_some_and(|(_, item)| item.is_some()) {
            continue;
        }
        let problem = duty.problem.and_then(|id| whole.lists.problems.iter().find(|p| p.id == id));
        let problem = problem.map_or_else(|| duty.text.clone(), |p| p.text.clone());
        let demand = match duty.standard.as_str() {
            "" => duty.text.clone(),
            standard => format!("{}；标准：{standard}", duty.text),
        };
        // What ended between seal and delivery is not late on its first day.
        let deadline = cell.due.or(kept.ends_on).filter(|day| *day > on).unwrap_or(answer_due);
        let new = NewItem {
            id: open::new_id(tx),
            origin: Origin { feature: FEATURE.to_owned(), id: notice.id.to_string() },
            kind: ItemKind::Warning,
            unit: notice.unit,
            post,
            duty: None,
            problem,
            demand,
            deadline: Some(deadline),
        };
        let item = open::open_on(tx, &by, new, on).await?;
        let set = q("UPDATE warning_cells SET item_id = $1 WHERE duty_id = $2 AND unit_id = $3");
        tx.execute(set.bind(item.id).bind(duty.id).bind(notice.unit)).await?;
    }
    thread(tx, actor.district, post, notice, ("delivered", "送达")).await?;
    Ok(zh(on))
}

async fn thread(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    notice: &Notice,
    (key, what): (&str, &str),
) -> Result<(), StorageError> {
    let event = ThreadEvent {
        post,
        year: chrono::Datelike::year(&tx.now().day()),
        duty: None,
        stage: Duty::Wen,
        at: tx.now(),
        source: format!("warnings.{key}"),
        title: format!("问责预警提示单{} · {what}", notice.number),
        link: Some(format!("/warnings/notices/{}", notice.id)),
        visibility: Visibility::All,
    };
    tx.thread(district, &event).await
}

/// Items of a notice in one of the states: id and version.
async fn items(tx: &mut Tx, notice: &Notice, state: State) -> Result<Vec<(ItemId, u32)>, StorageError> {
    let find = q("SELECT i.id, i.version FROM items i WHERE i.origin = $1 AND i.origin_id = $2 AND i.state = $3
                  ORDER BY i.year, i.number");
    let rows = tx.rows(find.bind(FEATURE).bind(notice.id.to_string()).bind(state.key())).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.small("version")?))).collect()
}

/// The one signature of a notice is that of each of its items.
pub(super) async fn sign(
    tx: &mut Tx,
    actor: &Actor,
    notice: &Notice,
    version: i64,
    paper: Option<(Option<Day>, &String)>,
) -> Result<String, Failure> {
    let post = notice.post.ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    wants(notice, "delivered", "还没有送达，或已经签收，没有保存。请刷新页面查看。")?;
    let paper = match paper {
        None => {
            let _proof = access::sign_notice(actor, post)?;
            None
        }
        Some((on, handler)) => {
            let _proof = access::deliver_notice(actor, notice.unit)?;
            Some(signs::paper(on, handler, notice.delivered.unwrap_or(today), today)?)
        }
    };
    stepped(tx, notice.id, version).await?;
    let on = paper.as_ref().map_or(today, |(on, _)| *on);
    tx.execute(
        q("UPDATE warning_notices SET state = 'signed', signed_on = $1, signed_name = $2, paper_on = $3,
             paper_handler = $4 WHERE id = $5")
        .bind(on)
        .bind(&actor.name)
        .bind(paper.as_ref().map(|(on, _)| *on))
        .bind(paper.as_ref().map(|(_, handler)| handler.clone()).unwrap_or_default())
        .bind(notice.id),
    )
    .await?;
    for (id, seen) in items(tx, notice, State::Unsigned).await? {
        let paper = paper.as_ref().map(|(on, handler)| Paper { on: *on, handler: handler.clone() });
        step::take(tx, actor, id, seen, Step::Sign, StepWords { paper, ..StepWords::default() }).await?;
    }
    thread(tx, actor.district, post, notice, ("signed", "签收")).await?;
    Ok(zh(on))
}

/// The one answer of a notice is the plan of each of its items, with its own measure.
pub(super) async fn answer(
    tx: &mut Tx,
    actor: &Actor,
    (notice, kept): (&Notice, &Kept),
    version: i64,
    (words, met, lines): (&str, Option<Day>, &[(WarningLineId, [String; 3])]),
) -> Result<String, Failure> {
    let _proof = access::plan_item(actor, notice.unit)?;
    wants(notice, "signed", "还没有签收，或已经报送措施，没有保存。请刷新页面查看。")?;
    let today = tx.now().day();
    let words = text::required("measures", "总体措施", words, text::RECORD_MAX)?;
    let met = met.ok_or_else(|| Rejection::field("adopted_on", "还没有填党组会日期，没有保存。请选择日期。"))?;
    if met > today {
        return Err(Rejection::field("adopted_on", "党组会日期晚于今天，没有保存。请核对日期。").into());
    }
    stepped(tx, notice.id, version).await?;
    let whole = store::whole(tx, kept.id, today).await?;
    for (id, seen) in items(tx, notice, State::Planning).await? {
        let found = whole.cells.iter().find(|((_, unit), (_, item))| *unit == notice.unit && *item == Some(id));
        let duty = found.map(|((duty, _), _)| *duty);
        let cell = whole.lists.cells.iter().find(|c| Some(c.duty) == duty && c.unit == notice.unit);
        let typed = lines.iter().find(|(line, _)| Some(*line) == duty).map(|(_, typed)| typed);
        let of = |at: usize, kept: &str| match typed.and_then(|typed| typed.get(at)) {
            Some(typed) if !typed.trim().is_empty() => typed.clone(),
            _ => kept.to_owned(),
        };
        let said = StepWords {
            owner_name: of(0, cell.map_or("", |c| c.leader.as_str())),
            department: of(1, cell.map_or("", |c| c.office.as_str())),
            words: of(2, cell.map_or("", |c| c.measure.as_str())),
            adopted_on: Some(met),
            ..StepWords::default()
        };
        step::take(tx, actor, id, seen, Step::Plan, said).await?;
    }
    tx.execute(
        q("UPDATE warning_notices SET state = 'answered', measures = $1, answered_on = $2, answered_name = $3
           WHERE id = $4")
        .bind(&words)
        .bind(today)
        .bind(&actor.name)
        .bind(notice.id),
    )
    .await?;
    Ok("报送措施".to_owned())
}

/// The unit ended on the way: its notice goes to the one that took over; where that one has a notice already, its lines
/// go there and this one is void, with its number.
pub(super) async fn moved(
    tx: &mut Tx,
    actor: &Actor,
    (notice, kept): (&Notice, &Kept),
    version: i64,
) -> Result<String, Failure> {
    let _proof = access::run_matter(actor)?;
    wants(notice, "made", "已经送达，或还没有编好文号，没有改送。送达后整改事项随岗位移交。")?;
    let today = tx.now().day();
    let whole = store::whole(tx, kept.id, today).await?;
    let Some((heir, name)) = whole.heirs.get(&notice.unit).cloned() else {
        return Err(Rejection::state("这个单位没有撤并，或没有承接单位，没有改送。").into());
    };
    stepped(tx, notice.id, version).await?;
    cells::inherit(tx, &whole, notice.unit, heir).await?;
    // One that was delivered stands as it is: what comes to the unit now is another notice, with its own number.
    let find =
        q("SELECT id FROM warning_notices WHERE matter_id = $1 AND unit_id = $2 AND state IN ('queued', 'made')");
    let words = format!("{}已撤并，改送{name}", notice.unit_name);
    if tx.row(find.bind(kept.id).bind(heir)).await?.is_some() {
        let set = q("UPDATE warning_notices SET state = 'void', moved = $1 WHERE id = $2");
        tx.execute(set.bind(format!("{words}，并入该单位的提示单")).bind(notice.id)).await?;
        // The other notice is drawn again with what came to it, under its own number.
        let again =
            q("UPDATE warning_notices SET state = 'queued' WHERE matter_id = $1 AND unit_id = $2 AND state = 'made'");
        tx.execute(again.bind(kept.id).bind(heir)).await?;
        if let Some(number) =
            numbers::of_subject(tx, actor.district, Series::WarningNotice, &format!("notice:{}", notice.id)).await?
        {
            numbers::void(tx, actor, &number, &words).await?;
        }
        return Ok(words);
    }
    let find = q("SELECT id FROM posts WHERE unit_id = $1 AND is_head = 1 AND (ends_on IS NULL OR ends_on >= $2)
                  ORDER BY position, id LIMIT 1");
    let none = || Rejection::state(format!("{name}没有设党组织主要负责人岗位，没有改送。请先在“组织与人员”里设岗。"));
    let post: PostId = tx.row(find.bind(heir).bind(today)).await?.ok_or_else(none)?.id("id")?;
    let set = q("UPDATE warning_notices SET unit_id = $1, post_id = $2, unit_name = $3, moved = $4, state = 'queued'
                 WHERE id = $5");
    tx.execute(set.bind(heir).bind(post).bind(&name).bind(&words).bind(notice.id)).await?;
    Ok(words)
}
