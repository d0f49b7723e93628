//! A draft of the rules on its way: sent up, taken back, returned, adopted by somebody else than who wrote it. A
//! version that was adopted never changes; colours follow it post by post.

use app::api::ApiError;
use domain::{
    Rejection,
    approval::Decision,
    board::{RuleSet, changes},
    ids::{CommandId, DistrictId, RuleDraftId},
    people::{
        Role,
        access::{self, Actor},
    },
    text,
    time::Day,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Services,
        duties::issue::move_list_days,
        posts,
        reviews::{Approved, approved},
        storage,
    },
    draft::{DraftState, RuleDraft, differs, load, note, onto},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// What is done with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RuleAct {
    /// 报审.
    Ask,
    /// 撤回.
    Withdraw,
    /// 作废.
    Drop,
    /// 审定同意，采用.
    Adopt,
    /// 退回修改.
    Return,
    /// 按现行规则重新起草.
    Rebase,
}

/// A step of a draft.
#[derive(Debug, Clone, Serialize)]
pub struct RuleStep {
    /// Key.
    pub command: CommandId,
    /// Draft.
    pub draft: RuleDraftId,
    /// Version that the form showed.
    pub seen: i64,
    /// What.
    pub act: RuleAct,
    /// Reason or remark.
    pub words: String,
    /// Decided on paper: day and handler.
    pub paper: Option<(Day, String)>,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stepped {
    /// The version that is in force now, where the step adopted one.
    pub adopted: Option<u32>,
}

async fn set(tx: &mut Tx, id: RuleDraftId, state: DraftState, returned: &str) -> Result<(), StorageError> {
    let change = q("UPDATE rule_drafts SET state = $1, returned_why = $2, version = version + 1 WHERE id = $3");
    tx.execute(change.bind(state.key()).bind(returned).bind(id)).await?;
    Ok(())
}

/// The approval of a decision, in the role that it took.
async fn decided(tx: &mut Tx, actor: &Actor, form: &RuleStep, words: &str) -> Result<(), Failure> {
    let role = if actor.has(Role::DeputySecretary) { Role::DeputySecretary } else { Role::Secretary };
    let decision = if form.act == RuleAct::Adopt { Decision::Agreed } else { Decision::Returned };
    let subject = form.draft.to_string();
    let approval =
        Approved { subject: &subject, step: "审定", role, decision, reason: words, paper: form.paper.clone() };
    approved(tx, actor, approval).await?;
    Ok(())
}

async fn step(tx: &mut Tx, actor: &Actor, form: &RuleStep) -> Result<Stepped, Failure> {
    let decides = matches!(form.act, RuleAct::Adopt | RuleAct::Return);
    // Whoever neither drafts nor decides learns nothing of the draft.
    if access::draft_rules(actor).is_err() && !super::decides(actor) {
        return Err(Rejection::NotAllowed.into());
    }
    let kept = load(tx, actor.district, form.draft).await?;
    if decides {
        if !super::decides(actor) {
            return Err(Rejection::NotAllowed.into());
        }
        let _proof = access::adopt_rules(actor, kept.by).map_err(|_| {
            Rejection::state("规则由起草人以外的同志审定，您起草的不能由您审定，没有保存。请另一位负责同志办理。")
        })?;
    } else {
        let _proof = access::draft_rules(actor)?;
    }
    if kept.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let right = match form.act {
        RuleAct::Ask | RuleAct::Rebase => kept.state.is_editable(),
        RuleAct::Drop => kept.state.is_editable() || kept.state == DraftState::Asked,
        RuleAct::Withdraw | RuleAct::Adopt | RuleAct::Return => kept.state == DraftState::Asked,
    };
    if !right {
        let words = format!("这份草稿现在是“{}”，不能这样办理，没有保存。请刷新页面查看。", kept.state.label());
        return Err(Rejection::state(words).into());
    }
    let words = match form.act {
        RuleAct::Return => text::required("words", "退回的原因", &form.words, text::LINE_MAX)?,
        _ => text::optional("words", "审定意见", &form.words, text::LINE_MAX)?,
    };
    let old = posts::rules(tx, actor.district).await?;
    if matches!(form.act, RuleAct::Ask | RuleAct::Adopt) {
        kept.rules.validate()?;
        if kept.based_on != old.version {
            let words = format!(
                "这份草稿是按规则第{}版起草的，现行的已经是{}，没有办理。请打开草稿，点“按现行规则重新起草”，核对、试算后再报审。",
                kept.based_on,
                old.label()
            );
            return Err(Rejection::state(words).into());
        }
        differs(&old, &kept.rules)?;
    }
    match form.act {
        RuleAct::Ask => {
            set(tx, kept.id, DraftState::Asked, "").await?;
            note(tx, actor, "oversight.rules_asked", kept.id, &kept.note).await?;
        }
        RuleAct::Withdraw => {
            set(tx, kept.id, DraftState::Draft, "").await?;
            note(tx, actor, "oversight.rules_withdrawn", kept.id, "").await?;
        }
        RuleAct::Drop => {
            set(tx, kept.id, DraftState::Dropped, "").await?;
            note(tx, actor, "oversight.rules_dropped", kept.id, "").await?;
        }
        RuleAct::Rebase => rebase(tx, actor, &kept, &old).await?,
        RuleAct::Return => {
            decided(tx, actor, form, &words).await?;
            set(tx, kept.id, DraftState::Returned, &words).await?;
            note(tx, actor, "oversight.rules_returned", kept.id, &words).await?;
        }
        RuleAct::Adopt => {
            decided(tx, actor, form, &words).await?;
            return adopt(tx, actor, &kept, &old).await;
        }
    }
    Ok(Stepped { adopted: None })
}

/// The draft becomes the next version; which colours it changes is recomputed after this command.
async fn adopt(tx: &mut Tx, actor: &Actor, kept: &RuleDraft, old: &RuleSet) -> Result<Stepped, Failure> {
    let rules = RuleSet { version: old.version + 1, ..kept.rules.clone() };
    store(tx, actor.district, old, &rules).await?;
    if old.list != rules.list {
        // What a unit reads as its last day is what its colour goes by.
        let calendar = posts::calendar(&mut *tx, actor.district).await?;
        move_list_days(tx, actor.district, rules.list, &calendar).await?;
    }
    tx.execute(
        q("UPDATE rule_drafts SET state = $1, adopted_version = $2, decided_name = $3, decided_at = $4,
             version = version + 1 WHERE id = $5")
        .bind(DraftState::Adopted.key())
        .bind(rules.version)
        .bind(&actor.name)
        .bind(tx.now())
        .bind(kept.id),
    )
    .await?;
    note(
        tx,
        actor,
        "oversight.rules_adopted",
        kept.id,
        &format!("{}：{}", rules.label(), changes(old, &rules).join("；")),
    )
    .await?;
    Ok(Stepped { adopted: Some(rules.version) })
}

/// Carries an old draft over to the rules in force, as if it had been written from them.
async fn rebase(tx: &mut Tx, actor: &Actor, kept: &RuleDraft, old: &RuleSet) -> Result<(), Failure> {
    if kept.based_on == old.version {
        let words = format!("这份草稿已经是按现行{}起草的，没有再改。请刷新页面查看。", old.label());
        return Err(Rejection::state(words).into());
    }
    let rules = onto(tx, actor.district, &kept.rules, kept.based_on, old).await?;
    rules.validate()?;
    differs(old, &rules)?;
    let json = serde_json::to_string(&rules).map_err(|_| StorageError::shape("rules"))?;
    tx.execute(
        q("UPDATE rule_drafts SET rules = $1, based_on = $2, version = version + 1, by_person = $3, by_name = $4,
             saved_at = $5 WHERE id = $6")
        .bind(json)
        .bind(old.version)
        .bind(actor.person)
        .bind(&actor.name)
        .bind(tx.now())
        .bind(kept.id),
    )
    .await?;
    let said = format!("按现行{}重新起草：{}", old.label(), changes(old, &rules).join("；"));
    note(tx, actor, "oversight.rules_drafted", kept.id, &said).await?;
    Ok(())
}

/// Puts a version into force. Where the district went by the built-in rules (示范) until now, those are kept as its
/// version before, so that the history is whole.
async fn store(tx: &mut Tx, district: DistrictId, old: &RuleSet, rules: &RuleSet) -> Result<(), Failure> {
    let now = tx.now();
    let known = tx.row(q("SELECT COUNT(*) AS n FROM rule_sets WHERE district_id = $1").bind(district)).await?;
    let mut versions = Vec::new();
    if known.map_or(Ok(0), |row| row.int("n"))? == 0 {
        versions.push(old);
    }
    versions.push(rules);
    for set in versions {
        let json = serde_json::to_string(set).map_err(|_| StorageError::shape("rules"))?;
        tx.insert(
            "INSERT INTO rule_sets (district_id, version, rules, adopted_at)",
            vec![district.into(), set.version.into(), json.into(), now.into()],
        )
        .await?;
    }
    Ok(())
}

/// A step inside a command, for the demonstration district.
pub(crate) async fn step_quietly(tx: &mut Tx, actor: &Actor, form: &RuleStep) -> Result<Stepped, Failure> {
    step(tx, actor, form).await
}

impl Services {
    /// Sends a draft up, takes it back, drops, adopts or returns it.
    ///
    /// # Errors
    /// Somebody else's step, stale, everything would turn red, or storage failed.
    pub async fn rule_step(&self, actor: &Actor, form: RuleStep) -> Result<Stepped, ApiError> {
        if matches!(form.act, RuleAct::Ask | RuleAct::Adopt)
            && (super::decides(actor) || access::draft_rules(actor).is_ok())
        {
            self.not_all_red(actor, form.draft).await?;
        }
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { step(tx, &actor, &form).await })
        })
        .await
    }

    /// Refuses what would make everything red today. Whatever else is wrong is said by the step itself.
    async fn not_all_red(&self, actor: &Actor, id: RuleDraftId) -> Result<(), ApiError> {
        let mut read = self.store.read().clone();
        let Ok(kept) = load(&mut read, actor.district, id).await else { return Ok(()) };
        if matches!(kept.state, DraftState::Adopted | DraftState::Dropped) {
            return Ok(());
        }
        let old = posts::rules(&mut read, actor.district).await.map_err(storage)?;
        if let Some(said) = self.rules_reach(actor, &old, &kept.rules).await?.everything(&kept.rules) {
            return Err(Rejection::state(format!("这份规则{said}没有办理。")).into());
        }
        let run = self.dry_run(actor, &old, &kept.rules).await?;
        match run.dry.all_red() {
            None => Ok(()),
            Some(example) => Err(Rejection::state(format!(
                "按今天的事实试算，这份规则会把已有颜色的事项全部变成红色，没有办理。例如：{example}请修改规则后再试算。"
            ))
            .into()),
        }
    }
}
