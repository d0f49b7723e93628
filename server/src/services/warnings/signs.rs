//! 会签 of the borders: each unit agrees in person or on paper, objects, or hands a duty on to another. A dispute is
//! settled outside, by 区委办, 区府办 or the 分管区领导 (not by the commission), and only its outcome is noted. Refuses a
//! duty that comes round to a unit that handed it on.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, UnitId, WarningId, WarningLineId},
    people::access::{self, Actor},
    text,
    time::{Day, zh},
    warnings::{Stage, hand_on},
};
use serde::Serialize;

use super::{
    super::{Services, posts},
    new::answering,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// A unit that is asked again begins anew; what it said before stands in the history of the matter.
pub(super) const ASK_AGAIN: &str = "ON CONFLICT (matter_id, unit_id) DO UPDATE SET state = 'asked',
  due_on = excluded.due_on, words = '', by_name = '', on_day = NULL, paper_on = NULL, paper_handler = '',
  settled_by = '', settled_on = NULL, settled_words = '', version = warning_countersigns.version + 1";

/// What a unit says, or what is noted for it.
#[derive(Debug, Clone, Serialize)]
pub enum Say {
    /// 同意.
    Agree,
    /// 「纸质已签」: day and 经办人.
    Paper(Option<Day>, String),
    /// 有不同意见.
    Object(String),
    /// A duty handed on to another unit, with the reason.
    HandOn(WarningLineId, Option<UnitId>, String),
    /// What was settled outside: by whom, on which day, what.
    Settle(String, Option<Day>, String),
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct Countersign {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// Unit.
    pub unit: UnitId,
    /// Version that the page showed.
    pub seen: i64,
    /// What.
    pub say: Say,
}

async fn sign(tx: &mut Tx, actor: &Actor, form: &Countersign) -> Result<(), Failure> {
    let (kept, _) = store::seen(tx, actor, form.matter).await?;
    let today = tx.now().day();
    if kept.matter.stage != Stage::Countersign {
        let words = format!("这件事现在是“{}”，不用会签。请刷新页面查看最新进度。", kept.matter.stage.label());
        return Err(Rejection::state(words).into());
    }
    let row = tx
        .row(
            q("SELECT c.state, u.name FROM warning_countersigns c JOIN units u ON u.id = c.unit_id
               WHERE c.matter_id = $1 AND c.unit_id = $2")
            .bind(kept.id)
            .bind(form.unit),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let (state, unit) = (row.text("state")?, row.text("name")?);
    if !matches!(form.say, Say::Settle(..)) && state != "asked" {
        return Err(Rejection::state(format!("{unit}已经会签，没有重复保存。请刷新页面查看。")).into());
    }
    let (to, words, more, action) = match &form.say {
        Say::Agree => {
            let _proof = access::countersign(actor, form.unit)?;
            ("agreed", String::new(), None, "同意")
        }
        Say::Paper(on, handler) => {
            let _proof = access::note_unit_paper(actor, form.unit)?;
            let (on, handler) = paper(*on, handler, kept.asked_on.unwrap_or(today), today)?;
            let words = format!("纸质已签：{}，经办人{handler}", zh(on));
            ("agreed", words, Some((on, handler)), "同意（纸质）")
        }
        Say::Object(why) => {
            let _proof = access::fill_matter(actor, form.unit)?;
            let why = text::required("words", "不同意见", why, text::LINE_MAX)?;
            ("objected", why, None, "有不同意见")
        }
        Say::HandOn(duty, to, why) => {
            let _proof = access::fill_matter(actor, form.unit)?;
            let words = hand(tx, actor, &kept, form.unit, (*duty, *to, why)).await?;
            taken(tx, form).await?;
            store::note(tx, actor, &kept, ("warnings.handed_on", "会签", "commented"), &words).await?;
            return Ok(());
        }
        Say::Settle(by, on, what) => {
            let _proof = access::draft_matter(actor, kept.lead)?;
            if state != "objected" {
                return Err(Rejection::state(format!("{unit}没有待协调的意见，没有保存。请刷新页面查看。")).into());
            }
            let by = text::required("settled_by", "协调单位或领导", by, text::NAME_MAX)?;
            let on = on.ok_or_else(|| Rejection::field("settled_on", "还没有填协调日期，没有保存。请选择日期。"))?;
            if on > today || kept.asked_on.is_some_and(|asked| on < asked) {
                let words = "协调日期应在送会签之后、今天以前，没有保存。请核对日期。";
                return Err(Rejection::field("settled_on", words).into());
            }
            let what = text::required("words", "协调结果", what, text::LINE_MAX)?;
            taken(tx, form).await?;
            tx.execute(
                q("UPDATE warning_countersigns SET state = 'settled', settled_by = $1, settled_on = $2, settled_words = $3
                   WHERE matter_id = $4 AND unit_id = $5")
                .bind(&by)
                .bind(on)
                .bind(&what)
                .bind(kept.id)
                .bind(form.unit),
            )
            .await?;
            let words = format!("{unit}：{by}{}协调：{what}", zh(on));
            store::note(tx, actor, &kept, ("warnings.arbitrated", "协调", "agreed"), &words).await?;
            return Ok(());
        }
    };
    taken(tx, form).await?;
    let (paper_on, handler) = more.map_or((None, String::new()), |(on, handler)| (Some(on), handler));
    tx.execute(
        q("UPDATE warning_countersigns SET state = $1, words = $2, by_name = $3, on_day = $4, paper_on = $5,
             paper_handler = $6 WHERE matter_id = $7 AND unit_id = $8")
        .bind(to)
        .bind(&words)
        .bind(&actor.name)
        .bind(today)
        .bind(paper_on)
        .bind(handler)
        .bind(kept.id)
        .bind(form.unit),
    )
    .await?;
    let decision = if to == "agreed" { "agreed" } else { "commented" };
    let said = format!("{unit}{action}{}{words}", if words.is_empty() { "" } else { "：" });
    store::note(tx, actor, &kept, ("warnings.countersigned", "会签", decision), &said).await?;
    Ok(())
}

/// A paper of a day between `earliest` and today, with its 经办人.
pub(super) fn paper(on: Option<Day>, handler: &str, earliest: Day, today: Day) -> Result<(Day, String), Rejection> {
    let on = on.ok_or_else(|| Rejection::field("paper_on", "还没有填纸质签字日期，没有保存。请选择日期。"))?;
    if on > today || on < earliest {
        let words = format!("纸质签字日期应在{}到今天之间，没有保存。请核对日期。", zh(earliest));
        return Err(Rejection::field("paper_on", words));
    }
    Ok((on, text::required("handler", "经办人", handler, text::NAME_MAX)?))
}

async fn taken(tx: &mut Tx, form: &Countersign) -> Result<(), Failure> {
    let set = q("UPDATE warning_countersigns SET version = version + 1
                 WHERE matter_id = $1 AND unit_id = $2 AND version = $3");
    let done = tx.execute(set.bind(form.matter).bind(form.unit).bind(form.seen)).await?;
    if done == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// A duty goes to another unit, which is asked to countersign it.
async fn hand(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    from: UnitId,
    (duty, to, why): (WarningLineId, Option<UnitId>, &str),
) -> Result<String, Failure> {
    let today = tx.now().day();
    let to = to.ok_or_else(|| Rejection::field("to", "还没有选转给哪个单位，没有转出。请选择。"))?;
    let whole = store::whole(tx, kept.id, today).await?;
    let held = whole.lists.cells.iter().find(|c| c.duty == duty && c.unit == from);
    if held.is_none() {
        return Err(Rejection::field("duty", "这一项不是本单位的责任，没有转出。请重新选择。").into());
    }
    let name = answering(tx, actor.district, to, today)
        .await
        .map_err(|_| Rejection::field("to", "这个单位不能列为责任单位，或已经撤并，没有转出。请重新选择。"))?;
    let find = q("SELECT from_unit, to_unit FROM warning_handoffs WHERE duty_id = $1 ORDER BY at, id");
    let mut past = Vec::new();
    for row in tx.rows(find.bind(duty)).await? {
        past.push((row.id("from_unit")?, row.id("to_unit")?));
    }
    hand_on(&past, from, to, &name)?;
    if whole.lists.cells.iter().any(|c| c.duty == duty && c.unit == to) {
        let words = format!("{name}已经在这一项里，没有转出。分工有不同意见的，请选“有不同意见”。");
        return Err(Rejection::field("to", words).into());
    }
    let why = text::required("words", "转出理由", why, text::LINE_MAX)?;
    tx.insert(
        "INSERT INTO warning_handoffs (id, district_id, matter_id, duty_id, from_unit, to_unit, words, by_name, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.into(),
            duty.into(),
            from.into(),
            to.into(),
            (&why).into(),
            (&actor.name).into(),
            tx.now().into(),
        ],
    )
    .await?;
    // Who does it there is the other unit's to say.
    tx.execute(
        q("UPDATE warning_cells SET unit_id = $1, office = '', person = '', leader = '', measure = '',
             version = version + 1 WHERE duty_id = $2 AND unit_id = $3")
        .bind(to)
        .bind(duty)
        .bind(from),
    )
    .await?;
    let due = posts::calendar(tx, actor.district).await?.plus_working(today, 5);
    let row = vec![kept.id.into(), to.into(), actor.district.into(), "asked".into(), due.into()];
    let head = "INSERT INTO warning_countersigns (matter_id, unit_id, district_id, state, due_on)";
    tx.insert_all(head, vec![row], ASK_AGAIN).await?;
    if !whole.lists.cells.iter().any(|c| c.unit == from && c.duty != duty) {
        // Nothing of the matter is left with it.
        let set = q("UPDATE warning_countersigns SET state = 'agreed', words = '已全部转出', by_name = $1, on_day = $2
                     WHERE matter_id = $3 AND unit_id = $4");
        tx.execute(set.bind(&actor.name).bind(today).bind(kept.id).bind(from)).await?;
    }
    let text = whole.lists.duties.iter().find(|d| d.id == duty).map(|d| d.text.clone()).unwrap_or_default();
    Ok(format!("“{text}”由{}转给{name}：{why}", whole.name(from)))
}

impl Services {
    /// 会签.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, wrong words, a duty that comes round, or storage failed.
    pub async fn countersign_matter(&self, actor: &Actor, form: Countersign) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { sign(tx, &actor, &form).await })
        })
        .await
    }
}

/// 会签 in a story that is told at once.
pub(crate) async fn countersign_quietly(tx: &mut Tx, actor: &Actor, form: &Countersign) -> Result<(), Failure> {
    sign(tx, actor, form).await
}
