//! Steps of a case: 受理, 核实, 认定, 反馈, use, and the 勉励谈话 that is suggested. With 认定 the colours go.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{ClearanceId, CommandId, DistrictId, PersonId, ToleranceId},
    papers::number::Series,
    people::access::{self, Actor, PostRef},
    time::{Day, zh},
    tolerance::{Case, CaseState, Concerned, Findings, Step, TalkState},
};
use serde::Serialize;

use super::{
    super::{Services, numbers, people::held_on, rows::Rows},
    excuse::{Cause, excuse},
    settings, store,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// What was typed for a step; each step reads its own.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Said {
    /// Who is to verify.
    pub verifier: Option<PersonId>,
    /// Reason of a decision, refusal or return.
    pub reason: String,
    /// What was verified.
    pub findings: Findings,
    /// Told on.
    pub told_on: Option<Day>,
    /// How, and by whom.
    pub how: String,
    /// For what it was used.
    pub used: String,
}

/// A step as sent.
#[derive(Debug, Clone, Serialize)]
pub struct Take {
    /// Case.
    pub case: ToleranceId,
    /// Version that the page showed.
    pub seen: u32,
    /// Which.
    pub step: Step,
    /// With what.
    pub said: Said,
}

/// A 勉励谈话 as noted.
#[derive(Debug, Clone, Serialize)]
pub struct NoteTalk {
    /// After a 容错 that was decided.
    pub case: Option<ToleranceId>,
    /// Or after a 澄清.
    pub clearance: Option<ClearanceId>,
    /// Version that the page showed.
    pub seen: u32,
    /// Held or not needed.
    pub state: TalkState,
    /// Day.
    pub on: Option<Day>,
    /// Who held it.
    pub by: String,
}

/// Who may verify a case of a unit: those of the 监督室 and of the bodies that supervise it, but for the hands of the
/// case and whoever belongs to the unit.
pub(super) async fn verifiers(
    rows: &mut impl Rows,
    district: DistrictId,
    case: &Case,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.district_id = $1 AND (g.role = 'conduct_office'
                    OR (g.role = 'resident_team'
                      AND g.unit_id IN (SELECT team_id FROM oversight_map WHERE unit_id = $2))
                    OR (g.role = 'supervision_office'
                      AND g.unit_id IN (SELECT office_id FROM oversight_map WHERE unit_id = $2)))
                    AND NOT EXISTS (SELECT 1 FROM role_grants o WHERE o.person_id = s.id AND o.unit_id = $2
                      AND o.state = 'active')
                    AND NOT EXISTS (SELECT 1 FROM terms t JOIN posts p ON p.id = t.post_id
                      WHERE t.person_id = s.id AND p.unit_id = $2 AND t.ends_on IS NULL)")
    .bind(district)
    .bind(case.unit);
    let hands = case.parties();
    let found = rows.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    let all = found.iter().map(|row| Ok((row.id("id")?, row.text("name")?)));
    let all = all.collect::<Result<Vec<(PersonId, String)>, StorageError>>()?;
    // The present verifier is not chosen anew.
    let verifies = |id: &PersonId| case.verifier.as_ref().is_some_and(|(person, _)| person == id);
    Ok(all.into_iter().filter(|(id, _)| !verifies(id) && !hands.contains(id)).collect())
}

/// Steps that the actor may take now.
pub(super) fn open_steps(actor: &Actor, post: PostRef, case: &Case) -> Vec<Step> {
    let named = |who: &Option<(PersonId, String)>| who.as_ref().is_some_and(|(person, _)| *person == actor.person);
    Step::ALL
        .into_iter()
        .filter(|step| case.state.after(*step).is_some())
        .filter(|step| match step {
            Step::Accept | Step::Decline => {
                access::handle_tolerance(actor, post).is_ok() && !case.hands().contains(&actor.person)
            }
            Step::Tell | Step::Use => access::handle_tolerance(actor, post).is_ok(),
            Step::Reassign => access::handle_tolerance(actor, post).is_ok() && !case.parties().contains(&actor.person),
            Step::Withdraw => case.by.0 == actor.person,
            Step::Verify => named(&case.verifier) && access::verify_tolerance(actor, post).is_ok(),
            Step::SendBack | Step::Allow | Step::Deny => {
                access::decide_tolerance(actor, post).is_ok() && !case.hands().contains(&actor.person)
            }
        })
        .collect()
}

fn allowed(actor: &Actor, post: PostRef, step: Step) -> Result<(), Rejection> {
    match step {
        Step::Accept | Step::Reassign | Step::Decline | Step::Tell | Step::Use => {
            access::handle_tolerance(actor, post).map(|_proof| ())
        }
        // The case asks for the one who asked.
        Step::Withdraw => Ok(()),
        Step::Verify => access::verify_tolerance(actor, post).map(|_proof| ()),
        Step::SendBack | Step::Allow | Step::Deny => access::decide_tolerance(actor, post).map(|_proof| ()),
    }
}

/// Takes a step within a command.
pub(crate) async fn take_quietly(tx: &mut Tx, actor: &Actor, form: Take) -> Result<(), Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let mut kept = store::case(tx, district, form.case).await?;
    let post = kept.access();
    let _sees = access::see_tolerance(actor, post, &kept.plain).map_err(|_| Rejection::NotFound)?;
    allowed(actor, post, form.step)?;
    if kept.plain.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let Said { verifier, reason, findings, told_on, how, used } = form.said;
    let by = (actor.person, actor.name.clone());
    let mut words = String::new();
    match form.step {
        Step::Accept | Step::Reassign => {
            let missing = || Rejection::field("verifier", "还没有选核实人，没有办理。请选一位。");
            let wanted = verifier.ok_or_else(missing)?;
            let all = verifiers(tx, district, &kept.plain, today).await?;
            let none = || Rejection::field("verifier", "核实人不在可选范围，没有办理。请刷新页面后重新选择。");
            let one = all.into_iter().find(|(person, _)| *person == wanted).ok_or_else(none)?;
            words = format!("核实人：{}", one.1);
            if form.step == Step::Accept {
                kept.plain.accept(actor.person, one)?;
            } else {
                kept.plain.reassign(actor.person, one)?;
            }
        }
        Step::Decline => kept.plain.decline(actor.person, &reason)?,
        Step::Withdraw => kept.plain.withdraw(actor.person)?,
        Step::Verify => {
            let (known, ..) = settings::load(tx, district).await?;
            kept.plain.verify(actor.person, findings.checked(&known.situations)?)?;
        }
        Step::SendBack => kept.plain.send_back(actor.person, &reason)?,
        Step::Allow | Step::Deny => {
            kept.plain.decide(by, form.step == Step::Allow, &reason, today)?;
            if form.step == Step::Allow {
                let id = kept.plain.id.to_string();
                let cause = Cause { sort: "tolerance", id: &id };
                excuse(tx, district, kept.plain.post, kept.plain.about, cause).await?;
            }
        }
        Step::Tell => {
            let missing = || Rejection::field("told_on", "还没有填反馈日期，没有保存。请选择日期。");
            kept.plain.tell(told_on.ok_or_else(missing)?, &how, today)?;
            let subject = format!("tolerance:{}", kept.plain.id);
            let year = chrono::Datelike::year(&today);
            let number = numbers::take(tx, district, Series::Tolerance, year, &subject).await?;
            numbers::named(tx, actor, &number, "", "").await?;
            kept.number = number.to_string();
            words = format!("{how}，{}", kept.number);
        }
        Step::Use => {
            kept.plain.put_to_use(&used)?;
            words.clone_from(&kept.plain.used);
        }
    }
    if matches!(form.step, Step::Decline | Step::SendBack | Step::Allow | Step::Deny) {
        words.clone_from(&kept.plain.reason);
    }
    store::save_case(tx, &kept.plain, &kept.number, form.seen).await?;
    store::note(tx, district, kept.plain.id, form.step.label(), &actor.name, &words).await?;
    let object = format!("tolerance:{}", kept.plain.id);
    tx.audit(district, Some(actor.account), "tolerance.step", &object, form.step.label()).await?;
    Ok(())
}

/// What the course says of a 勉励谈话.
pub(super) fn talk_words(talk: &domain::tolerance::Talk) -> String {
    match talk.state {
        TalkState::Held => format!("{}，{}谈话", zh(talk.on), talk.by),
        TalkState::Skipped => format!("不需要（{}，{}）", talk.by, zh(talk.on)),
    }
}

async fn talked(tx: &mut Tx, actor: &Actor, form: NoteTalk) -> Result<String, Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let missing = || Rejection::field("talk_on", "还没有填日期，没有保存。请选择日期。");
    let on = form.on.ok_or_else(missing)?;
    match (form.case, form.clearance) {
        (Some(id), None) => {
            let mut kept = store::case(tx, district, id).await?;
            let post = kept.access();
            let _sees = access::see_tolerance(actor, post, &kept.plain).map_err(|_| Rejection::NotFound)?;
            let for_head = matches!(kept.plain.concerned, Concerned::Head { .. });
            let _may = access::note_talk(actor, post, for_head)?;
            if kept.plain.version != form.seen {
                return Err(Rejection::Stale.into());
            }
            kept.plain.note_talk(form.state, on, &form.by, today)?;
            store::save_case(tx, &kept.plain, &kept.number, form.seen).await?;
            let words = kept.plain.talk.as_ref().map(talk_words).unwrap_or_default();
            store::note(tx, district, id, "勉励谈话", &actor.name, &words).await?;
            let object = format!("tolerance:{id}");
            tx.audit(district, Some(actor.account), "tolerance.step", &object, "勉励谈话").await?;
            Ok(format!("/tolerance/{id}"))
        }
        (None, Some(id)) => {
            let mut kept = store::clearance(tx, district, id).await?;
            let post = kept.access();
            let _sees = access::see_clearance(actor, post, &kept.plain).map_err(|_| Rejection::NotFound)?;
            let _may = access::note_talk(actor, post, true)?;
            if kept.plain.version != form.seen {
                return Err(Rejection::Stale.into());
            }
            kept.plain.note_talk(form.state, on, &form.by, today)?;
            store::save_clearance(tx, &kept.plain, &kept.number, form.seen).await?;
            let object = format!("clearance:{id}");
            tx.audit(district, Some(actor.account), "clearance.step", &object, "勉励谈话").await?;
            Ok(format!("/clearances/{id}"))
        }
        _ => Err(Rejection::NotFound.into()),
    }
}

impl Services {
    /// Takes a step of a case.
    ///
    /// # Errors
    /// Not in sight, not the actor's to do, stale, or a rule of the case says no.
    pub async fn take_tolerance_step(&self, actor: &Actor, key: CommandId, form: Take) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { take_quietly(tx, &actor, form).await }))
            .await
    }

    /// Notes a 勉励谈话; the page of what it follows.
    ///
    /// # Errors
    /// Not in sight, not the actor's to do, stale, none suggested.
    pub async fn note_encouragement(&self, actor: &Actor, key: CommandId, form: NoteTalk) -> Result<String, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { talked(tx, &actor, form).await })).await
    }
}

/// What somebody may know of a case: what was verified and decided only when it was told, but for those who work on it.
pub(super) fn knows(actor: &Actor, post: PostRef, case: &Case) -> bool {
    let works = access::verify_tolerance(actor, post).is_ok() || access::decide_tolerance(actor, post).is_ok();
    works || matches!(case.state, CaseState::Told | CaseState::Used | CaseState::Closed | CaseState::Declined)
}

