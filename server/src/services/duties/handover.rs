//! H10 换人: the old list freezes, what is open stays with the post, both heads sign
//! a 移交单, the successor gets a new edition from his arrival on. States only go
//! over; texts of talks never do.

use chrono::Datelike;
use domain::{
    Rejection,
    approval::Decision,
    board::{Duty, ThreadEvent, Visibility},
    duties::{DutyItem, ListState, cadence, period_label},
    ids::{DistrictId, HandoverId, PersonId, PostId, TermId},
    people::{
        Role,
        access::{self, Actor, HandOver},
    },
    signature::{Signature, Signing},
    time::{Day, zh_short},
};
use serde::{Deserialize, Serialize};

use super::super::rows::Rows;
use super::{
    issue, lists,
    steps::{self, STEP_SUBMIT},
    store::{self, By, ItemsOf, ListRow},
};
use crate::{
    random,
    services::{colours, signatures},
    storage::{Failure, StorageError, Tx, q},
};

/// Working days until both have signed (H10).
const SIGN_DAYS: u32 = 10;
/// Purpose of the signatures under a 移交单.
pub const HANDOVER: &str = "duties.handover";

/// One open item on a 移交单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: String,
    /// `第四季度，12月31日前` of each window that is still wanting.
    pub wanting: Vec<String>,
    /// Has anything been recorded for it this year?
    pub started: bool,
}

/// The head of `post` changed from `old_term` to `new_term` on `day` (arrival). Freezes the list
/// in force, writes for each year the 移交单 and a new edition that waits for 审定; gives the first
/// 移交单, `None` where no list was issued.
pub async fn on_head_change(
    tx: &mut Tx,
    by: &By,
    post: PostId,
    old_term: TermId,
    new_term: TermId,
    day: Day,
) -> Result<Option<HandoverId>, Failure> {
    on_departure(tx, by, post, day).await?;
    let mut first = None;
    for year in frozen_years(tx, by, post, day).await? {
        let id = hand_over_year(tx, by, post, (old_term, new_term), day, year).await?;
        first = first.or(id);
    }
    Ok(first)
}

/// The same head is back after a vacancy: nothing is handed over, but what froze goes on.
pub async fn on_return(tx: &mut Tx, by: &By, post: PostId, day: Day) -> Result<(), Failure> {
    for year in frozen_years(tx, by, post, day).await? {
        let newest = store::newest_list(&mut *tx, by.district, post, year).await?;
        let Some(frozen) = newest.filter(|row| row.list.state == ListState::Frozen) else { continue };
        let items = store::load_items(&mut *tx, ItemsOf::Leader(frozen.list.id)).await?;
        redraft(tx, by, &frozen, &items, day).await?;
        colours::refresh(tx, by.district, post, year, by.day()).await?;
    }
    Ok(())
}

/// Years from `day` on in which the post has a frozen list, in order.
async fn frozen_years(tx: &mut Tx, by: &By, post: PostId, day: Day) -> Result<Vec<i32>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT DISTINCT year FROM leader_lists WHERE district_id = $1 AND post_id = $2 AND year >= $3
               AND state = 'frozen' ORDER BY year")
            .bind(by.district)
            .bind(post)
            .bind(day.year()),
        )
        .await?;
    rows.iter().map(|row| row.year("year")).collect()
}

/// A new edition with the items of a frozen list. One handed down starts as a draft: its parent
/// issues from there, and nobody of the commission is between.
async fn redraft(tx: &mut Tx, by: &By, frozen: &ListRow, items: &[DutyItem], day: Day) -> Result<(), Failure> {
    let handed_down = frozen.from_unit.is_some();
    let new = lists::NewList {
        post: frozen.list.post,
        unit: frozen.unit,
        year: frozen.list.year,
        template: frozen.template,
        state: if handed_down { ListState::Draft } else { ListState::Reviewing },
        effective_on: day.max(frozen.effective_on),
        from_unit: frozen.from_unit,
    };
    let list = lists::insert_list(tx, by.district, new, items).await?;
    if !handed_down {
        let reason = "负责人变动，沿用原清单条目，到任后到期的才计入";
        steps::decide(tx, by, list, STEP_SUBMIT, Decision::Agreed, reason).await?;
    }
    Ok(())
}

/// 移交单 and new edition of one year; `terms` are the old and the new one.
async fn hand_over_year(
    tx: &mut Tx,
    by: &By,
    post: PostId,
    (old_term, new_term): (TermId, TermId),
    day: Day,
    year: i32,
) -> Result<Option<HandoverId>, Failure> {
    let editions = store::editions(&mut *tx, by.district, post, year).await?;
    let Some(frozen) = editions.iter().find(|row| row.list.state == ListState::Frozen) else { return Ok(None) };
    let items = store::load_items(&mut *tx, ItemsOf::Leader(frozen.list.id)).await?;
    let calendar = store::calendar(&mut *tx, by.district).await?;
    let open = open_items(tx, frozen, &items).await?;
    let id = HandoverId(random::id(by.at));
    let text = serde_json::to_string(&open).map_err(|_| StorageError::shape("open_items"))?;
    tx.insert(
        "INSERT INTO handovers (id, district_id, post_id, year, from_term, to_term, open_items, due_on, created_at)",
        vec![
            id.into(),
            by.district.into(),
            post.into(),
            year.into(),
            old_term.into(),
            new_term.into(),
            text.into(),
            calendar.plus_working(day, SIGN_DAYS).into(),
            by.at.into(),
        ],
    )
    .await?;
    if editions.first().is_none_or(|newest| newest.list.state.is_issued()) {
        redraft(tx, by, frozen, &items, day).await?;
    }
    tx.audit(by.district, by.account, "duties.handover", &format!("handover:{id}"), &frozen.unit_name).await?;
    let event = ThreadEvent {
        post,
        year,
        duty: None,
        stage: Duty::Ming,
        at: by.at,
        source: "duties.handover".into(),
        title: format!("负责人变动，{}起由新任负责人履责", zh_short(day)),
        link: Some(format!("/duties/handovers/{id}")),
        visibility: Visibility::All,
    };
    tx.thread(by.district, &event).await?;
    colours::refresh(tx, by.district, post, year, by.day()).await?;
    Ok(Some(id))
}

/// A head left on `day`: lists in force of this and later years freeze until somebody arrives.
pub async fn on_departure(tx: &mut Tx, by: &By, post: PostId, day: Day) -> Result<(), Failure> {
    let query = store::lists_query(by.district)
        .push_bind("AND l.post_id = ?", post)
        .push_bind("AND l.year >= ? AND l.state IN ('issued', 'signed')", day.year());
    for row in tx.rows(query).await? {
        let mut row = store::read_list(&row)?;
        let seen = row.list.version;
        row.list = row.list.freeze()?;
        store::save_list(tx, &row, seen, by.at).await?;
        let object = format!("leader_list:{}", row.list.id);
        tx.audit(by.district, by.account, "duties.frozen", &object, &row.unit_name).await?;
        colours::refresh(tx, by.district, post, row.list.year, by.day()).await?;
    }
    Ok(())
}

async fn open_items(tx: &mut Tx, row: &ListRow, items: &[DutyItem]) -> Result<Vec<OpenItem>, StorageError> {
    let all = issue::existing(tx, row.list.post, row.list.year).await?;
    let mut open = Vec::new();
    for item in items {
        let mine = || all.iter().filter(|o| o.is_of(item.duty));
        let wanting: Vec<String> = mine()
            .filter(|o| !o.satisfied)
            .map(|o| format!("{}，{}前", period_label(cadence(item), o.window), zh_short(o.due)))
            .collect();
        if !wanting.is_empty() {
            let started = mine().any(|o| o.satisfied);
            open.push(OpenItem { code: item.code.clone(), text: item.text.clone(), wanting, started });
        }
    }
    Ok(open)
}

/// A 移交单 with its two heads.
#[derive(Debug, Clone)]
pub struct HandoverRow {
    /// 移交单.
    pub id: HandoverId,
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: domain::ids::UnitId,
    /// Unit name.
    pub unit_name: String,
    /// Title of the post.
    pub title: String,
    /// Head post of the district's party committee.
    pub leads_district: bool,
    /// Year.
    pub year: i32,
    /// Former head: person, name, last day.
    pub from: (PersonId, String, Option<Day>),
    /// New head: person, name, first day.
    pub to: (PersonId, String, Day),
    /// What stays with the post.
    pub open: Vec<OpenItem>,
    /// Both sign until.
    pub due_on: Day,
    /// The former head signed.
    pub from_signed: Option<Day>,
    /// The new head signed.
    pub to_signed: Option<Day>,
    /// Row version.
    pub version: i64,
}

/// One 移交单, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: HandoverId) -> Result<HandoverRow, Failure> {
    let rows = from
        .all(
            q("SELECT h.id, h.post_id, h.year, h.open_items, h.due_on, h.from_signed_at, h.to_signed_at, h.version,
                 s.title, s.unit_id, u.name AS unit_name, u.leads_district,
                 fp.id AS from_person, fp.name AS from_name, ft.ends_on AS from_end,
                 tp.id AS to_person, tp.name AS to_name, tt.starts_on AS to_start
               FROM handovers h JOIN posts s ON s.id = h.post_id JOIN units u ON u.id = s.unit_id
               JOIN terms ft ON ft.id = h.from_term JOIN persons fp ON fp.id = ft.person_id
               JOIN terms tt ON tt.id = h.to_term JOIN persons tp ON tp.id = tt.person_id
               WHERE h.district_id = $1 AND h.id = $2")
            .bind(district)
            .bind(id),
        )
        .await?;
    let row = rows.first().ok_or(Rejection::NotFound)?;
    Ok(HandoverRow {
        id: row.id("id")?,
        post: row.id("post_id")?,
        unit: row.id("unit_id")?,
        unit_name: row.text("unit_name")?,
        title: row.text("title")?,
        leads_district: row.flag("leads_district")?,
        year: row.year("year")?,
        from: (row.id("from_person")?, row.text("from_name")?, row.opt_day("from_end")?),
        to: (row.id("to_person")?, row.text("to_name")?, row.day("to_start")?),
        open: row.json("open_items")?,
        due_on: row.day("due_on")?,
        from_signed: row.opt_instant("from_signed_at")?.map(domain::time::Instant::day),
        to_signed: row.opt_instant("to_signed_at")?.map(domain::time::Instant::day),
        version: row.int("version")?,
    })
}

/// 移交单 by what they concern: every one of the district, those of a post, or those of a person.
#[derive(Debug, Clone, Copy)]
pub enum About {
    /// Any that are not signed by both.
    Open,
    /// Of a post.
    Post(PostId),
    /// That a person has still to sign.
    Person(PersonId),
}

/// 移交单 with their words, newest first; the caller filters by [`may_see`].
pub async fn list(from: &mut impl Rows, district: DistrictId, about: About) -> Result<Vec<HandoverRow>, Failure> {
    let all = q("SELECT h.id FROM handovers h JOIN terms ft ON ft.id = h.from_term JOIN terms tt ON tt.id = h.to_term
                 WHERE h.district_id = $1")
    .bind(district);
    let query = match about {
        About::Open => all.push("AND (h.from_signed_at IS NULL OR h.to_signed_at IS NULL)"),
        About::Post(post) => all.push_bind("AND h.post_id = ?", post),
        About::Person(person) => all
            .push_bind("AND ((h.from_signed_at IS NULL AND ft.person_id = ?)", person)
            .push_bind("OR (h.to_signed_at IS NULL AND tt.person_id = ?))", person),
    };
    let rows = from.all(query.push("ORDER BY h.created_at DESC LIMIT 50")).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(load(from, district, row.id("id")?).await?);
    }
    Ok(found)
}

/// `区教育局 移交单（叶国平 → 王晓岚），11月30日前双方签字`.
pub fn words(row: &HandoverRow) -> String {
    let heads = format!("{} 移交单（{} → {}）", row.unit_name, row.from.1, row.to.1);
    if row.from_signed.is_some() && row.to_signed.is_some() {
        format!("{heads}，双方已签字")
    } else {
        format!("{heads}，{}前双方签字", zh_short(row.due_on))
    }
}

/// Which side signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// 移交人.
    From,
    /// 接收人.
    To,
}

/// May `actor` sign `side` on the screen? Only the person named there. The former head has no
/// running term any more, so the person decides, not the term.
pub fn may_sign(actor: &Actor, row: &HandoverRow, side: Side) -> bool {
    match side {
        Side::From => row.from.0 == actor.person && row.from_signed.is_none(),
        Side::To => row.to.0 == actor.person && row.to_signed.is_none(),
    }
}

/// May `actor` see the 移交单? The two heads, and whoever sees the unit's row.
pub fn may_see(actor: &Actor, row: &HandoverRow) -> bool {
    let person = [row.from.0, row.to.0].contains(&actor.person);
    let inside = access::board_scope(actor).is_ok_and(|scope| scope.holds(row.unit));
    person || (inside && (!row.leads_district || actor.has(Role::Secretary)))
}

/// One side signs. On screen only the person named; paper through the office's proof.
#[expect(clippy::too_many_arguments, reason = "who, what, which version, which side and how are all needed")]
pub async fn sign(
    tx: &mut Tx,
    by: &By,
    office: Option<HandOver>,
    person: PersonId,
    row: &HandoverRow,
    seen: i64,
    side: Side,
    signing: Signing,
) -> Result<(), Failure> {
    let id = row.id;
    if row.version != seen {
        return Err(Rejection::Stale.into());
    }
    let (signer, name, done) = match side {
        Side::From => (row.from.0, &row.from.1, row.from_signed),
        Side::To => (row.to.0, &row.to.1, row.to_signed),
    };
    let allowed = match &signing {
        Signing::Paper { .. } => office.is_some(),
        _ => signer == person,
    };
    if !allowed {
        return Err(Rejection::NotAllowed.into());
    }
    if done.is_some() {
        return Err(Rejection::state("这一方已经签过字，没有重复保存。").into());
    }
    let signing = signing.check(name, by.day())?;
    let at = match &signing {
        Signing::Paper { on, .. } => domain::time::Instant::start_of(*on),
        _ => by.at,
    };
    let update = match side {
        Side::From => "UPDATE handovers SET from_signed_at = $1, version = version + 1 WHERE id = $2 AND version = $3",
        Side::To => "UPDATE handovers SET to_signed_at = $1, version = version + 1 WHERE id = $2 AND version = $3",
    };
    if tx.execute(q(update).bind(at).bind(id).bind(seen)).await? != 1 {
        return Err(Rejection::Stale.into());
    }
    let open = serde_json::to_vec(&row.open).map_err(|_| StorageError::shape("open_items"))?;
    let signature = Signature {
        purpose: HANDOVER.to_owned(),
        subject: id.to_string(),
        version: 1,
        content_hash: hex::encode(<sha2::Sha256 as sha2::Digest>::digest(open)),
        person: signer,
        post: row.post,
        at: by.at,
        signing: signing.clone(),
    };
    signatures::keep(tx, by.district, &signature).await?;
    let details = format!("{} {name} {}", row.unit_name, signing.label());
    tx.audit(by.district, by.account, "duties.handover_signed", &format!("handover:{id}"), &details).await?;
    Ok(())
}
