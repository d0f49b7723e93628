//! Notices as they are stored, who sees one, and the form of what is done with them; what each does stands in `ways`.

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::Origin,
    ids::{CommandId, DistrictId, PostId, UnitId, WarningId, WarningLineId, WarningNoticeId},
    people::access::{self, Actor},
    time::Day,
};
use serde::Serialize;

use super::{
    super::{Services, reviews::report::refresh_held, rows::Rows},
    store::{self, Kept},
    ways::{answer, deliver, moved, sign},
};
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// Feature of the items that a notice opens.
pub const FEATURE: &str = "warnings";
/// Most notices delivered with one form.
pub const AT_ONCE: usize = 50;

/// A notice as it is stored, without its paper.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Id.
    pub id: WarningNoticeId,
    /// Matter.
    pub matter: WarningId,
    /// Unit.
    pub unit: UnitId,
    /// Post that answers for it.
    pub post: Option<PostId>,
    /// Unit as it was called.
    pub unit_name: String,
    /// 文号.
    pub number: String,
    /// `queued`, `made`, `delivered`, `signed`, `answered`, `void`.
    pub state: String,
    /// When it was made.
    pub made_on: Option<Day>,
    /// Delivered on.
    pub delivered: Option<Day>,
    /// Who delivered it.
    pub delivered_name: String,
    /// To sign by, to answer by.
    pub due: (Option<Day>, Option<Day>),
    /// Signed on, by whom.
    pub signed: (Option<Day>, String),
    /// On paper: day and 经办人.
    pub paper: (Option<Day>, String),
    /// Measures, day and who.
    pub answer: (String, Option<Day>, String),
    /// Moved from, or why it is void.
    pub moved: String,
    /// Version.
    pub version: i64,
}

/// Columns of a notice without its paper, which is large.
pub fn select(district: DistrictId) -> Query {
    q("SELECT n.id, n.matter_id, n.unit_id, n.post_id, n.unit_name, n.number, n.state, n.made_at, n.delivered_on,
         n.delivered_name, n.sign_due, n.answer_due, n.signed_on, n.signed_name, n.paper_on, n.paper_handler, n.measures,
         n.answered_on, n.answered_name, n.moved, n.version
       FROM warning_notices n WHERE n.district_id = $1")
    .bind(district)
}

/// A notice of a row of [`select`].
pub fn read(row: &Row) -> Result<Notice, StorageError> {
    Ok(Notice {
        id: row.id("id")?,
        matter: row.id("matter_id")?,
        unit: row.id("unit_id")?,
        post: row.opt_id("post_id")?,
        unit_name: row.text("unit_name")?,
        number: row.text("number")?,
        state: row.text("state")?,
        made_on: row.opt_instant("made_at")?.map(domain::time::Instant::day),
        delivered: row.opt_day("delivered_on")?,
        delivered_name: row.text("delivered_name")?,
        due: (row.opt_day("sign_due")?, row.opt_day("answer_due")?),
        signed: (row.opt_day("signed_on")?, row.text("signed_name")?),
        paper: (row.opt_day("paper_on")?, row.text("paper_handler")?),
        answer: (row.text("measures")?, row.opt_day("answered_on")?, row.text("answered_name")?),
        moved: row.text("moved")?,
        version: row.int("version")?,
    })
}

/// One notice that the actor may see, with its matter; 「没有找到」 otherwise.
pub async fn seen(from: &mut impl Rows, actor: &Actor, id: WarningNoticeId) -> Result<(Notice, Kept), Failure> {
    let row = from.first(select(actor.district).push_bind("AND n.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    let notice = read(&row)?;
    let (kept, sight) = store::seen(from, actor, notice.matter).await?;
    let sees = match sight {
        access::MatterSight::Whole => true,
        access::MatterSight::Units(units) => units.contains(&notice.unit),
        // The 牵头部门 reads its own notice; of the others it sees the matrix.
        access::MatterSight::Lists => {
            access::fill_matter(actor, notice.unit).is_ok()
                || access::countersign(actor, notice.unit).is_ok()
                || access::deliver_notice(actor, notice.unit).is_ok()
        }
        access::MatterSight::Outcome => false,
    };
    if sees { Ok((notice, kept)) } else { Err(Rejection::NotFound.into()) }
}

/// Where the notice stands that opened an item, for whoever may see it.
pub async fn place_of(from: &mut impl Rows, actor: &Actor, origin: &Origin) -> Result<Option<String>, StorageError> {
    let id = (origin.feature == FEATURE).then(|| origin.id.parse::<WarningNoticeId>().ok()).flatten();
    let Some(id) = id else { return Ok(None) };
    match seen(from, actor, id).await {
        Ok(_) => Ok(Some(format!("/warnings/notices/{id}"))),
        Err(Failure::Rejected(_)) => Ok(None),
        Err(Failure::Storage(e)) => Err(e),
    }
}

/// What is done with a notice.
#[derive(Debug, Clone, Serialize)]
pub enum Do {
    /// Delivered on a day, today or before.
    Deliver(Option<Day>),
    /// 签收 in person.
    Sign,
    /// 「纸质已签」.
    Paper(Option<Day>, String),
    /// Measures: the unit's words, the day of its meeting, and of each line leader, 科室 and measure.
    Answer(String, Option<Day>, Vec<(WarningLineId, [String; 3])>),
    /// To the unit that took over.
    Move,
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeForm {
    /// Key.
    pub command: CommandId,
    /// Notices with the versions that the page showed.
    pub notices: Vec<(WarningNoticeId, i64)>,
    /// What.
    pub what: Do,
}

pub(super) async fn stepped(tx: &mut Tx, id: WarningNoticeId, seen: i64) -> Result<(), Failure> {
    let set = q("UPDATE warning_notices SET version = version + 1 WHERE id = $1 AND version = $2");
    if tx.execute(set.bind(id).bind(seen)).await? == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

pub(super) fn wants(notice: &Notice, state: &str, words: &str) -> Result<(), Rejection> {
    if notice.state == state { Ok(()) } else { Err(Rejection::state(format!("{}：{words}", notice.unit_name))) }
}

async fn run(tx: &mut Tx, actor: &Actor, form: &NoticeForm) -> Result<(), Failure> {
    if form.notices.is_empty() {
        return Err(Rejection::field("pick", "还没有勾选提示单，没有保存。请至少勾选一份。").into());
    }
    if form.notices.len() > AT_ONCE || (form.notices.len() > 1 && !matches!(form.what, Do::Deliver(_))) {
        return Err(Rejection::field("pick", format!("一次最多办理 {AT_ONCE} 份，没有保存。请分批办理。")).into());
    }
    let begun = tx.hold_colours();
    for (id, version) in &form.notices {
        let (notice, kept) = seen(tx, actor, *id).await?;
        let words = match &form.what {
            Do::Deliver(on) => deliver(tx, actor, (&notice, &kept), *version, *on).await?,
            Do::Sign => sign(tx, actor, &notice, *version, None).await?,
            Do::Paper(on, handler) => sign(tx, actor, &notice, *version, Some((*on, handler))).await?,
            Do::Answer(words, met, lines) => {
                answer(tx, actor, (&notice, &kept), *version, (words, *met, lines)).await?
            }
            Do::Move => moved(tx, actor, (&notice, &kept), *version).await?,
        };
        let action = match &form.what {
            Do::Deliver(_) => "warnings.delivered",
            Do::Sign | Do::Paper(..) => "warnings.signed",
            Do::Answer(..) => "warnings.answered",
            Do::Move => "warnings.moved",
        };
        let details = format!("{} {} {words}", notice.number, notice.unit_name);
        tx.audit(actor.district, Some(actor.account), action, &format!("notice:{id}"), details.trim()).await?;
    }
    // A notice of many lines steps as many items of one post.
    refresh_held(tx, begun).await
}

impl Services {
    /// One thing done with notices.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, wrong words, or storage failed.
    pub async fn notice_do(&self, actor: &Actor, form: NoticeForm) -> Result<(), ApiError> {
        let rings = matches!(form.what, Do::Move);
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { run(tx, &actor, &form).await })
        })
        .await?;
        if rings {
            self.notices.bell.notify_one();
        }
        Ok(())
    }
}

/// One thing done with notices in a story that is told at once.
pub(crate) async fn notice_quietly(tx: &mut Tx, actor: &Actor, form: &NoticeForm) -> Result<(), Failure> {
    run(tx, actor, form).await
}
