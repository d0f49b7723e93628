//! One case, and one 澄清, as far as the viewer may know of it.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    tolerance::{CasePage, CaseQuery, ClearPage, CourseRow},
};
use domain::{
    Rejection,
    ids::{CommandId, PersonId},
    people::access::{self, Actor},
    time::{Day, zh},
    tolerance::{Case, CaseState, Concerned, Step},
};

use super::{
    super::{Services, parse, storage, told},
    CLEAR_STEP, STEP, clear, settings, step,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Pool, StorageError, q},
};

fn decided(by: Option<&(PersonId, String, Day)>) -> String {
    by.map(|(_, name, on)| format!("{name}，{}", zh(*on))).unwrap_or_default()
}

/// What of the course the viewer may read: who verified is for those who work on it.
async fn course(read: &mut Pool, kept: &Kept<Case>, works: bool) -> Result<Vec<CourseRow>, StorageError> {
    let find = q("SELECT * FROM tolerance_events WHERE case_id = $1 ORDER BY seq").bind(kept.plain.id);
    let inner = [Step::Verify, Step::SendBack, Step::Allow, Step::Deny].map(Step::label);
    let mut out = Vec::new();
    for row in &read.rows(find).await? {
        let label = row.text("step")?;
        if !works && inner.contains(&label.as_str()) {
            continue;
        }
        // Whom the verifier is, the office says itself.
        let names = label == Step::Accept.label() || label == Step::Reassign.label();
        let words = if !works && names { String::new() } else { row.text("words")? };
        let who = format!("{}，{}", row.text("person_name")?, zh(row.instant("at")?.day()));
        out.push(CourseRow { step: label, who, words });
    }
    Ok(out)
}

impl Services {
    pub(super) async fn seen_case(&self, actor: &Actor, id: &str) -> Result<Kept<Case>, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::case(&mut read, actor.district, parse(id)?).await.map_err(told)?;
        let _proof = access::see_tolerance(actor, kept.access(), &kept.plain).map_err(|_| Rejection::NotFound)?;
        Ok(kept)
    }

    pub(super) async fn case_page(&self, actor: &Actor, query: CaseQuery) -> Result<CasePage, ApiError> {
        let kept = self.seen_case(actor, &query.id).await?;
        let draft = self.load(actor, STEP, query.draft.as_deref()).await?;
        let (mut read, today) = (self.store.read().clone(), self.today());
        let (set, ..) = settings::load(&mut read, actor.district).await.map_err(storage)?;
        let (post, case) = (kept.access(), &kept.plain);
        let steps = step::open_steps(actor, post, case);
        let verifiers = if steps.iter().any(|step| matches!(step, Step::Accept | Step::Reassign)) {
            step::verifiers(&mut read, actor.district, case, today).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let works = access::verify_tolerance(actor, post).is_ok() || access::decide_tolerance(actor, post).is_ok();
        let knows = step::knows(actor, post, case);
        let for_head = matches!(case.concerned, Concerned::Head { .. });
        // Until it was told, whoever asked reads that it is being worked on, and nothing of how it goes.
        let state = match case.state {
            CaseState::Verified | CaseState::Allowed | CaseState::Denied if !works => CaseState::Verifying,
            other => other,
        };
        Ok(CasePage {
            id: case.id.to_string(),
            seen: case.version,
            title: case.title.clone(),
            kind: case.about.label().to_owned(),
            unit: kept.unit.clone(),
            who: case.concerned.name().to_owned(),
            asked: format!(
                "{}{}，{}",
                if case.proposed { "监督单位提出：" } else { "申请：" },
                case.by.1,
                zh(case.asked_on)
            ),
            state,
            application: case.application.clone(),
            verifier: case.verifier.as_ref().filter(|_| works).map(|(_, name)| name.clone()).unwrap_or_default(),
            findings: case.findings.clone().filter(|_| works || case.told.is_some()),
            decided: if knows { decided(case.decided.as_ref()) } else { String::new() },
            reason: if knows { case.reason.clone() } else { String::new() },
            number: kept.number.clone(),
            told: case.told.as_ref().map(|(on, how)| format!("{}，{how}", zh(*on))).unwrap_or_default(),
            used: case.used.clone(),
            talk: case.talk.as_ref().map(step::talk_words).unwrap_or_default(),
            notes_talk: case.suggests_talk() && access::note_talk(actor, post, for_head).is_ok(),
            steps,
            verifiers,
            situations: set.situations,
            course: course(&mut read, &kept, works).await.map_err(storage)?,
            paper: case.told.is_some(),
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    pub(super) async fn clear_page(&self, actor: &Actor, query: CaseQuery) -> Result<ClearPage, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::clearance(&mut read, actor.district, parse(&query.id)?).await.map_err(told)?;
        let (post, case) = (kept.access(), &kept.plain);
        let _proof = access::see_clearance(actor, post, case).map_err(|_| Rejection::NotFound)?;
        // Switched off, it is not there.
        let (set, ..) = settings::load(&mut read, actor.district).await.map_err(storage)?;
        set.clears().map_err(|_| Rejection::NotFound)?;
        let day_and = |pair: &Option<(Day, String)>| {
            pair.as_ref().map(|(on, words)| format!("{}，{words}", zh(*on))).unwrap_or_default()
        };
        Ok(ClearPage {
            id: case.id.to_string(),
            seen: case.version,
            title: case.title.clone(),
            unit: kept.unit.clone(),
            who: case.person.1.clone(),
            asked: format!("{}，{}", case.by.1, zh(case.asked_on)),
            state: case.state,
            summary: case.summary.clone(),
            way: case.way,
            decided: decided(case.decided.as_ref()),
            reason: case.reason.clone(),
            number: kept.number.clone(),
            done: day_and(&case.done),
            receipt: day_and(&case.receipt),
            talk: case.talk.as_ref().map(step::talk_words).unwrap_or_default(),
            notes_talk: case.suggests_talk() && access::note_talk(actor, post, true).is_ok(),
            acts: clear::acts(actor, &kept),
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, CLEAR_STEP, query.draft.as_deref()).await?,
        })
    }
}
