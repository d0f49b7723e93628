//! 容错 asked for by a head, for himself, a cadre or the unit; or proposed by those who supervise it.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, PostId, ToleranceId},
    people::access::{self, Actor},
    tolerance::{About, Application, Case, CaseState, Concerned},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, posts},
    store, subjects,
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// Whom it is for, as chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whom {
    /// The head of the time.
    Head,
    /// A cadre of the unit.
    Cadre(String),
    /// The unit's party organisation.
    Unit,
}

/// An application or proposal as typed.
#[derive(Debug, Clone, Serialize)]
pub struct Ask {
    /// Post.
    pub post: PostId,
    /// `occurrence:…`, `matter`.
    pub about: String,
    /// Name of the matter, where the system has no record of it.
    pub matter: String,
    /// For whom.
    pub whom: Whom,
    /// Facts.
    pub application: Application,
}

/// Asks for 容错 or proposes it within a command.
pub(crate) async fn ask_quietly(tx: &mut Tx, actor: &Actor, form: Ask) -> Result<ToleranceId, Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let info = posts::post(tx, district, form.post, today).await?.ok_or(Rejection::NotFound)?;
    let access = info.access();
    let own = access::ask_tolerance(actor, access).is_ok();
    if !own && access::propose_tolerance(actor, access).is_err() {
        // The 区委书记 himself hears where it is done; everybody else learns nothing of the post.
        if access.leads_district && actor.terms.iter().any(|t| t.post == access.post) {
            let words = "这个岗位由上级党组织管理，容错纠错请线下向上级提出，没有在这里受理。";
            return Err(Rejection::state(words).into());
        }
        return Err(Rejection::NotFound.into());
    }
    let about = About::from_key(&form.about)
        .ok_or_else(|| Rejection::field("about", "还没有选是哪件事，没有提交。请选一项。"))?;
    let (title, on) = match about {
        About::Matter => (form.matter.clone(), today),
        _ => {
            let found = subjects::one(tx, district, form.post, about, today).await?;
            (found.title, found.on)
        }
    };
    let concerned = match form.whom {
        Whom::Cadre(name) => Concerned::Cadre { name },
        Whom::Unit => Concerned::Unit,
        Whom::Head => {
            let Some((person, name)) = subjects::head_on(tx, form.post, on).await? else {
                let words = "那一天这个岗位空缺，没有负责人，没有提交。请改选“本单位党组织”。";
                return Err(Rejection::field("whom", words).into());
            };
            if own && person != actor.person {
                let words = format!("这件事发生在{name}任内，不能由您为自己提出，没有提交。请由监督单位提出。");
                return Err(Rejection::field("whom", words).into());
            }
            if !own && person == actor.person {
                return Err(Rejection::NotFound.into());
            }
            Concerned::Head { person, name }
        }
    };
    if about != About::Matter {
        let find = q("SELECT state FROM tolerance_cases WHERE district_id = $1 AND about = $2").bind(district);
        for row in &tx.rows(find.bind(about.key())).await? {
            let state = row.keyed("state", CaseState::from_key)?;
            if !state.is_over() || state.excuses() {
                let words = format!("这件事已经提出过，现在是“{}”，没有重复提出。", state.label());
                return Err(Rejection::field("about", words).into());
            }
        }
    }
    let case = Case {
        id: ToleranceId(random::id(tx.now())),
        unit: info.unit,
        post: info.post,
        about,
        title,
        concerned,
        by: (actor.person, actor.name.clone()),
        proposed: !own,
        asked_on: today,
        application: form.application,
        accepted_by: None,
        verifier: None,
        findings: None,
        decided: None,
        reason: String::new(),
        told: None,
        used: String::new(),
        talk: None,
        state: CaseState::Asked,
        version: 0,
    }
    .ask()?;
    store::insert_case(tx, district, &case).await?;
    let step = if own { "申请" } else { "提出" };
    store::note(tx, district, case.id, step, &actor.name, "").await?;
    // Neither unit nor person: the log says that there is a case, and whoever may opens it.
    tx.audit(district, Some(actor.account), "tolerance.step", &format!("tolerance:{}", case.id), step).await?;
    Ok(case.id)
}

impl Services {
    /// Asks for 容错 or proposes it; the case.
    ///
    /// # Errors
    /// Not the actor's to do; nothing that caused a colour; asked for already; a part that is missing.
    pub async fn ask_tolerance(&self, actor: &Actor, key: CommandId, form: Ask) -> Result<ToleranceId, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { ask_quietly(tx, &actor, form).await }))
            .await
    }
}
