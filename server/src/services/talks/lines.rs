//! The three lists in the making: a line added, changed or taken off, facts taken over, 「只存编号」.

use app::api::ApiError;
use domain::{
    Rejection,
    duties::{Frequency, Source},
    ids::{CommandId, DutyId, TalkId},
    people::access::{self, Actor},
    talks::{DutyLine, ListKind, Problem, Risk, RiskLevel},
    time::Day,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, told},
    act::runner,
    course::saved,
    facts, store,
};
use crate::storage::{Failure, Tx, q};

/// The fields of a line, as typed; each list reads its own.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Typed {
    /// 方面.
    pub area: String,
    /// 病症.
    pub symptom: String,
    /// 病因.
    pub cause: String,
    /// 处方.
    pub remedy: String,
    /// Last day.
    pub due: Option<Day>,
    /// Item of the duty list.
    pub duty: Option<DutyId>,
    /// Key of the internal source.
    pub source: String,
    /// 履责事项.
    pub text: String,
    /// Key of the frequency.
    pub frequency: String,
    /// 岗位.
    pub post_name: String,
    /// 风险点.
    pub point: String,
    /// 成因.
    pub risk_cause: String,
    /// Key of the grade.
    pub level: String,
    /// 防控措施.
    pub control: String,
    /// 责任人.
    pub owner: String,
    /// Number of the paper.
    pub number: String,
    /// Where the paper is kept.
    pub place: String,
}

/// What the form does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Adds a line, or changes the one of this number.
    Put {
        /// List.
        list: ListKind,
        /// 0 is a new one.
        no: u32,
        /// Fields.
        typed: Box<Typed>,
    },
    /// Takes a line off.
    Drop {
        /// List.
        list: ListKind,
        /// Number.
        no: u32,
    },
    /// Takes over facts by their keys.
    Take(Vec<String>),
    /// 「只存编号」.
    Seal(Box<Typed>),
    /// Words may be stored again.
    Unseal,
}

/// A change of the lists of a talk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Prepare {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Version that was seen.
    pub seen: u32,
    /// What.
    pub change: Change,
}

fn duty_line(no: u32, typed: Typed, old: Option<&DutyLine>) -> Result<DutyLine, Rejection> {
    let frequency = Frequency::from_key(&typed.frequency)
        .ok_or_else(|| Rejection::field("frequency", "还没有选频次，没有保存。请选一个频次。"))?;
    // What comes from the district's list keeps its item and stays a 规定动作.
    Ok(DutyLine {
        no,
        duty: old.and_then(|d| d.duty),
        code: old.map(|d| d.code.clone()).unwrap_or_default(),
        text: typed.text,
        frequency,
        optional: old.is_none_or(|d| d.optional),
    })
}

fn risk_line(no: u32, typed: Typed, old: Option<&Risk>) -> Result<Risk, Rejection> {
    let level = RiskLevel::from_key(&typed.level)
        .ok_or_else(|| Rejection::field("level", "还没有选风险等级，没有保存。请选一个等级。"))?;
    Ok(Risk {
        no,
        post: typed.post_name,
        point: typed.point,
        cause: typed.risk_cause,
        level,
        control: typed.control,
        owner: typed.owner,
        of: old.and_then(|r| r.of),
    })
}

/// Whoever may not read internal sources keeps the one that stands; a new line of his is of his daily supervision.
fn source_of(typed: &str, old: Option<Source>, reads: bool) -> Result<Source, Rejection> {
    if !reads || typed.trim().is_empty() {
        return Ok(old.unwrap_or(Source::Inspection));
    }
    Source::from_key(typed.trim())
        .filter(|source| Source::ALL.contains(source))
        .ok_or_else(|| Rejection::field("source", "来源不在可选范围，没有保存。请重新选择。"))
}

pub(crate) async fn change(tx: &mut Tx, actor: &Actor, form: Prepare) -> Result<(), Failure> {
    let (mut kept, sight) = store::readable(tx, actor, form.talk).await?;
    let _proof = access::prepare_talk(actor, kept.post())?;
    if kept.talk.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let (today, by) = (tx.now().day(), access::hand(actor));
    let mut talk = kept.talk.clone();
    let event = match form.change {
        Change::Put { list: ListKind::Duty, no, typed } => {
            let old = talk.lists.duties.iter().find(|d| d.no == no).cloned();
            let line = duty_line(no, *typed, old.as_ref())?;
            talk.prepare(&by, today, ListKind::Duty, |lists| lists.put_duty(line))?.1
        }
        Change::Put { list: ListKind::Risk, no, typed } => {
            let old = talk.lists.risks.iter().find(|r| r.no == no).cloned();
            let line = risk_line(no, *typed, old.as_ref())?;
            talk.prepare(&by, today, ListKind::Risk, |lists| lists.put_risk(line))?.1
        }
        Change::Put { list: ListKind::Problem, no, typed } => {
            let old = talk.lists.problem(no).cloned();
            if let Some(duty) = typed.duty {
                let known = facts::duties(tx, &kept.talk, today).await?;
                if known.iter().all(|(id, _)| *id != duty) {
                    return Err(Rejection::NotFound.into());
                }
            }
            let source = source_of(&typed.source, old.map(|p| p.source), sight.reads_sources())?;
            let Typed { area, symptom, cause, remedy, due, duty, .. } = *typed;
            let line = Problem { no, area, symptom, cause, remedy, due, duty, source, item: None };
            talk.prepare(&by, today, ListKind::Problem, |lists| lists.put_problem(line, today))?.1
        }
        Change::Drop { list, no } => talk.prepare(&by, today, list, |lists| lists.drop_line(list, no))?.1,
        Change::Take(keys) => {
            let mut event = None;
            for key in &keys {
                let taken = facts::taken(tx, actor, &kept.talk, key, today).await?;
                event = Some(match taken {
                    facts::Taken::Duty(line) => {
                        talk.prepare(&by, today, ListKind::Duty, |lists| lists.put_duty(line))?.1
                    }
                    facts::Taken::Risk(line) => {
                        talk.prepare(&by, today, ListKind::Risk, |lists| lists.put_risk(line))?.1
                    }
                });
            }
            event.ok_or_else(|| Rejection::field("pick", "还没有勾选，没有加入清单。请先勾选。"))?
        }
        Change::Seal(typed) => {
            // Nor does a refused form of anybody's keep the words.
            let gone = q("DELETE FROM drafts WHERE district_id = $1 AND form = $2 AND subject = $3");
            let gone = gone.bind(actor.district).bind(super::LINE_DRAFT).bind(form.talk.to_string());
            tx.execute(gone).await?;
            talk.prepare(&by, today, ListKind::Problem, |lists| lists.seal(&typed.number, &typed.place))?.1
        }
        Change::Unseal => {
            talk.prepare(&by, today, ListKind::Problem, |lists| {
                lists.unseal();
                Ok(())
            })?
            .1
        }
    };
    kept.talk = talk;
    let role = runner(actor, &kept);
    saved(tx, actor, &kept, form.seen, &event, role).await
}

impl Services {
    /// Is the 问题清单 of this talk held as 「只存编号」? Of one that the actor may not read, no.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn is_talk_sealed(&self, actor: &Actor, talk: TalkId) -> Result<bool, ApiError> {
        match store::readable(&mut self.store.read().clone(), actor, talk).await {
            Ok((kept, _)) => Ok(kept.talk.lists.sealed.is_some()),
            Err(Failure::Rejected(_)) => Ok(false),
            Err(failure) => Err(told(failure)),
        }
    }

    /// Changes the lists of a talk.
    ///
    /// # Errors
    /// Not found for whoever may not; stale; a rule said no.
    pub async fn prepare_talk(&self, actor: &Actor, form: Prepare) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { change(tx, &actor, form).await })
        })
        .await
    }
}
