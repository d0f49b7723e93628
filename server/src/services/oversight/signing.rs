//! Signatures under a feedback: each side on its own device, the head also on the reader's with his own password,
//! or on paper; whoever left his post in the middle signs for his time.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId},
    oversight::Phase,
    people::access::{self, Actor},
    signature::{Signature, Signing},
    time::{Day, zh_short},
};

use super::{
    super::{colours, duties::sign::head_on, people::held_on, rows::Rows, season, signatures},
    finish::{audit, content},
    owing,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Purposes of the two signatures.
pub const BY_READER: &str = "oversight.reader";
/// The head's.
pub const BY_HEAD: &str = "oversight.head";

/// A given signature.
#[derive(Debug, Clone)]
pub struct Signed {
    /// [`BY_READER`] or [`BY_HEAD`].
    pub purpose: String,
    /// Whose.
    pub person: PersonId,
    /// His name; two readers may share one.
    pub name: String,
    /// Day.
    pub on: Day,
    /// How.
    pub signing: Signing,
    /// Why it is not the head whose book was read; mostly empty.
    pub instead: String,
}

impl Signed {
    /// Name, with why he signed instead of another.
    pub fn shown(&self) -> String {
        if self.instead.is_empty() { self.name.clone() } else { format!("{}（{}）", self.name, self.instead) }
    }
}

/// In whose place the head's signature stands: what the paper must say when it is not his whose book was read.
async fn instead(from: &mut impl Rows, kept: &Kept, person: PersonId, on: Day) -> Result<String, StorageError> {
    let head = head_on(from, kept.info.post, on).await?;
    // Whoever headed it when it was read and has gone: in nobody's place.
    if let Some(former) = kept.formers.iter().find(|f| f.person == person && f.left < on) {
        return Ok(format!("检查时在任，任至{}", zh_short(former.left)));
    }
    Ok(match (head, kept.read_head) {
        (None, _) => "岗位空缺，主持工作，代为签字".to_owned(),
        (Some((head, _)), _) if head != person => "主持工作，代为签字".to_owned(),
        (Some(_), Some(read)) if read == person => String::new(),
        (Some(_), Some(_)) => "检查后到任，接任签字".to_owned(),
        (Some(_), None) => "检查时岗位空缺，到任后签字".to_owned(),
    })
}

/// 班子成员 of the unit on a day, one of whom 主持工作 while the post is vacant.
pub async fn members(from: &mut impl Rows, kept: &Kept, on: Day) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.unit_id = $1 AND g.role = 'member'")
    .bind(kept.info.unit);
    let rows = from.all(held_on(find, on).push("ORDER BY s.strokes, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Signatures under the present edition.
pub async fn signed(from: &mut impl Rows, kept: &Kept) -> Result<Vec<Signed>, StorageError> {
    let rows = from
        .all(
            q("SELECT s.purpose, s.signing, s.at, s.person_id, p.name FROM signatures s JOIN persons p ON p.id = s.person_id
               WHERE s.subject = $1 AND s.version = $2 AND s.purpose IN ('oversight.reader', 'oversight.head')
               ORDER BY s.at, s.id")
            .bind(kept.id)
            .bind(kept.edition),
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let signing: Signing = row.json("signing")?;
        let on = match &signing {
            Signing::Paper { on, .. } => *on,
            _ => row.instant("at")?.day(),
        };
        let (purpose, person) = (row.text("purpose")?, row.id("person_id")?);
        let instead = if purpose == BY_HEAD { instead(from, kept, person, on).await? } else { String::new() };
        out.push(Signed { purpose, person, name: row.text("name")?, on, signing, instead });
    }
    Ok(out)
}

/// Whose signature on paper is noted: the head's of that day, or, where there was none, `acting`'s.
async fn on_paper(tx: &mut Tx, kept: &Kept, on: Day, acting: Option<PersonId>) -> Result<(PersonId, String), Failure> {
    if let Some(former) = kept.formers.iter().find(|f| Some(f.person) == acting) {
        return Ok((former.person, former.name.clone()));
    }
    match (head_on(tx, kept.info.post, on).await?, acting) {
        (Some(head), None) => Ok(head),
        (Some((_, name)), Some(_)) => Err(Rejection::field(
            "signer",
            format!("签字日期当天的负责人是{name}，应由其本人签字，没有保存。请改选“签字当日的负责人”。"),
        )
        .into()),
        (None, None) => Err(Rejection::field(
            "paper_on",
            "签字日期当天这个岗位没有负责人，没有保存。请核对日期；岗位空缺的，请选择主持工作的同志，或等新任负责人到任后签字。",
        )
        .into()),
        (None, Some(person)) => {
            let known = members(tx, kept, on).await?;
            let found = known.into_iter().find(|(id, _)| *id == person);
            Ok(found.ok_or_else(|| {
                Rejection::field("signer", "所选的同志不是这个单位的班子成员，没有保存。请重新选择。")
            })?)
        }
    }
}

/// Whose hand it is when it is not the actor's own.
#[derive(Debug, Clone, Copy)]
pub enum Instead {
    /// On paper, by the one who 主持工作 or headed the post when it was read.
    Paper(PersonId),
    /// The head himself on the reader's screen; his secret was asked for.
    Here(PersonId),
}

/// Are the remarks settled, so that the feedback may be signed?
///
/// # Errors
/// One waits for the office or for an answer.
pub async fn ready(from: &mut impl Rows, district: DistrictId, kept: &Kept) -> Result<(), Failure> {
    let all = store::remarks(from, district, kept.id).await?;
    if all.iter().any(|m| m.plain.waits_for_office()) {
        return Err(
            Rejection::state("还有提请转为整改事项的意见待党风政风监督室审定，没有签字。请等审定后再签字。").into()
        );
    }
    if all.iter().any(|m| m.plain.waits_for_answer()) {
        return Err(Rejection::state("还有申请核对的意见没有答复，没有签字。请先答复，再签字。").into());
    }
    Ok(())
}

/// Signs.
pub async fn sign(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    signing: Signing,
    other: Option<Instead>,
) -> Result<(), Failure> {
    let today = tx.now().day();
    if kept.plain.phase(today) != Phase::Signing {
        return Err(Rejection::state("反馈意见还没有定稿或已经办结，没有签字。请刷新页面查看。").into());
    }
    ready(tx, actor.district, kept).await?;
    let all = store::remarks(tx, actor.district, kept.id).await?;
    let before = signed(tx, kept).await?;
    let paper = matches!(signing, Signing::Paper { .. });
    let head = access::answer_reading_of(actor, kept.info.access(), &kept.former_ids()).is_ok();
    let (purpose, person, name) = if head && !paper && other.is_none() {
        (BY_HEAD, actor.person, actor.name.clone())
    } else {
        let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
        match (&signing, other) {
            // 「纸质已签」 is the head's word on paper, or that of the second of two readers who have to sign.
            (Signing::Paper { on, .. }, other) => {
                let acting = other.map(|(Instead::Paper(person) | Instead::Here(person))| person);
                let owing = owing::readers(&all, &before).into_iter().find(|(person, _)| Some(*person) == acting);
                if let Some((person, name)) = owing {
                    (BY_READER, person, name)
                } else {
                    let (person, name) = on_paper(tx, kept, *on, acting).await?;
                    (BY_HEAD, person, name)
                }
            }
            (_, Some(Instead::Here(who))) => {
                let found = kept.signers().into_iter().find(|(person, _)| *person == who);
                let (person, name) = found.ok_or(Rejection::NotFound)?;
                (BY_HEAD, person, name)
            }
            _ => (BY_READER, actor.person, actor.name.clone()),
        }
    };
    let signing = signing.check_for("检查反馈意见", &name, today)?;
    if before.iter().any(|s| s.purpose == purpose && (purpose == BY_HEAD || s.person == person)) {
        return Err(Rejection::state("已经签过字，没有重复签字。请刷新页面查看。").into());
    }
    keep(tx, actor, kept, (purpose, person), &signing).await?;
    let here = if matches!(other, Some(Instead::Here(_))) { "，在检查人员的设备上" } else { "" };
    audit(tx, actor, "oversight.signed", kept, &format!("{name} {}{here}", signing.label())).await?;
    if owing::nobody(&all, &signed(tx, kept).await?) {
        tx.execute(
            q("UPDATE inspections SET standing = 'closed', closed_on = $1 WHERE id = $2").bind(today).bind(kept.id),
        )
        .await?;
        let title = format!("{}：双方已在检查反馈意见上签字", kept.plain.purpose.label());
        store::thread(tx, actor.district, kept, "oversight.closed", title).await?;
        audit(tx, actor, "oversight.closed", kept, "").await?;
        season::closed(tx, actor, kept.id, today).await?;
        colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, today).await?;
    }
    Ok(())
}

async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (purpose, person): (&'static str, PersonId),
    signing: &Signing,
) -> Result<(), Failure> {
    let signature = Signature {
        purpose: purpose.to_owned(),
        subject: kept.id.to_string(),
        version: kept.edition,
        content_hash: content(tx, actor, kept).await?,
        person,
        post: kept.info.post,
        at: tx.now(),
        signing: signing.clone(),
    };
    signatures::keep(tx, actor.district, &signature).await?;
    Ok(())
}
