//! A draft of the rules: written and mended by the office. What becomes of it is `step`'s.

use app::api::ApiError;
use domain::{
    Rejection,
    board::{RuleSet, changes, rebased},
    ids::{CommandId, DistrictId, PersonId, RuleDraftId},
    people::access::{self, Actor},
    text,
    time::Day,
};
use serde::Serialize;

use super::{
    super::{Services, posts, rows::Rows, storage},
    history,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Most drafts that wait in a district.
const OPEN_MAX: i64 = 20;
/// Longest reason for other rules, in characters.
const NOTE_MAX: usize = 200;

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// 起草.
    Draft,
    /// 待审定.
    Asked,
    /// 退回修改.
    Returned,
    /// 已采用.
    Adopted,
    /// 已作废.
    Dropped,
}

impl DraftState {
    const ALL: [Self; 5] = [Self::Draft, Self::Asked, Self::Returned, Self::Adopted, Self::Dropped];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "起草",
            Self::Asked => "待审定",
            Self::Returned => "退回修改",
            Self::Adopted => "已采用",
            Self::Dropped => "已作废",
        }
    }

    /// Storage key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Returned => "returned",
            Self::Adopted => "adopted",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// May it be edited?
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// A stored draft.
#[derive(Debug, Clone)]
pub struct RuleDraft {
    /// Id.
    pub id: RuleDraftId,
    /// The rules; their version says nothing yet.
    pub rules: RuleSet,
    /// Why the district changes its rules.
    pub note: String,
    /// Version in force that it was made from.
    pub based_on: u32,
    /// State.
    pub state: DraftState,
    /// For forms.
    pub version: i64,
    /// Who saved it last.
    pub by: PersonId,
    /// His name.
    pub by_name: String,
    /// When.
    pub saved_on: Day,
    /// Why it came back.
    pub returned: String,
}

/// Reads a row of `rule_drafts`.
pub fn read(row: &Row) -> Result<RuleDraft, StorageError> {
    Ok(RuleDraft {
        id: row.id("id")?,
        rules: row.json("rules")?,
        note: row.text("note")?,
        based_on: row.small("based_on")?,
        state: row.keyed("state", DraftState::from_key)?,
        version: row.int("version")?,
        by: row.id("by_person")?,
        by_name: row.text("by_name")?,
        saved_on: row.instant("saved_at")?.day(),
        returned: row.text("returned_why")?,
    })
}

/// A draft of the district.
///
/// # Errors
/// [`Rejection::NotFound`] where there is none.
pub async fn load(rows: &mut impl Rows, district: DistrictId, id: RuleDraftId) -> Result<RuleDraft, Failure> {
    let row = rows
        .first(q("SELECT * FROM rule_drafts WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// What a form saves.
#[derive(Debug, Clone, Serialize)]
pub struct SaveRules {
    /// Key.
    pub command: CommandId,
    /// The draft; a new one where there is none.
    pub draft: Option<RuleDraftId>,
    /// Version that the form showed.
    pub seen: i64,
    /// Version of the rules that its fields were filled from: what others adopted since then stays. A file has none.
    pub base: Option<u32>,
    /// Why.
    pub note: String,
    /// The rules.
    pub rules: RuleSet,
}

pub(super) async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: RuleDraftId,
    words: &str,
) -> Result<(), Failure> {
    tx.audit(actor.district, Some(actor.account), action, &format!("rule_draft:{id}"), words).await?;
    Ok(())
}

/// Refuses rules that change nothing.
pub(super) fn differs(old: &RuleSet, new: &RuleSet) -> Result<(), Rejection> {
    if changes(old, new).is_empty() && (RuleSet { version: old.version, ..new.clone() }) == *old {
        let words = format!("和现行{}完全相同，没有保存。请先修改再保存。", old.label());
        return Err(Rejection::field("rules", words));
    }
    Ok(())
}

/// A draft that may be saved over now.
async fn editable(tx: &mut Tx, actor: &Actor, id: RuleDraftId, seen: i64) -> Result<RuleDraft, Failure> {
    let kept = load(tx, actor.district, id).await?;
    if kept.version != seen {
        return Err(Rejection::Stale.into());
    }
    if !kept.state.is_editable() {
        let words = format!("这份草稿{}，不能再修改，没有保存。请撤回后修改，或另起一份。", kept.state.label());
        return Err(Rejection::state(words).into());
    }
    Ok(kept)
}

/// Rules that were written from version `base`, carried over to those in force.
pub(super) async fn onto(
    rows: &mut impl Rows,
    district: DistrictId,
    rules: &RuleSet,
    base: u32,
    now: &RuleSet,
) -> Result<RuleSet, StorageError> {
    if base == now.version {
        return Ok(rules.clone());
    }
    let versions = history::versions(rows, district).await?;
    Ok(rebased(rules, &history::version(&versions, base, now), now))
}

async fn save(tx: &mut Tx, actor: &Actor, form: &SaveRules) -> Result<RuleDraftId, Failure> {
    let _proof = access::draft_rules(actor)?;
    form.rules.validate()?;
    let why = text::optional("note", "修改原因", &form.note, NOTE_MAX)?;
    let old = posts::rules(tx, actor.district).await?;
    let kept = match form.draft {
        Some(id) => Some(editable(tx, actor, id, form.seen).await?),
        None => None,
    };
    let base = form.base.or_else(|| kept.as_ref().map(|kept| kept.based_on)).unwrap_or(old.version);
    let rules = onto(tx, actor.district, &form.rules, base, &old).await?;
    rules.validate()?;
    differs(&old, &rules)?;
    let json = serde_json::to_string(&rules).map_err(|_| StorageError::shape("rules"))?;
    let said = changes(&old, &rules).join("；");
    let now = tx.now();
    let Some(id) = form.draft else {
        let find = q("SELECT COUNT(*) AS n FROM rule_drafts WHERE district_id = $1
                      AND state IN ('draft', 'asked', 'returned')");
        let open = tx.row(find.bind(actor.district)).await?.map_or(Ok(0), |row| row.int("n"))?;
        if open >= OPEN_MAX {
            let words = format!("没有办结的规则草稿已有 {OPEN_MAX} 份，没有保存。请先把不用的作废。");
            return Err(Rejection::state(words).into());
        }
        let id = RuleDraftId(random::id(now));
        tx.insert(
            "INSERT INTO rule_drafts (id, district_id, rules, note, based_on, state, by_person, by_name, saved_at)",
            vec![
                id.into(),
                actor.district.into(),
                json.into(),
                why.into(),
                old.version.into(),
                DraftState::Draft.key().into(),
                actor.person.into(),
                (&actor.name).into(),
                now.into(),
            ],
        )
        .await?;
        note(tx, actor, "oversight.rules_drafted", id, &said).await?;
        return Ok(id);
    };
    tx.execute(
        q("UPDATE rule_drafts SET rules = $1, note = $2, based_on = $3, version = version + 1, by_person = $4,
             by_name = $5, saved_at = $6 WHERE id = $7")
        .bind(json)
        .bind(why)
        .bind(old.version)
        .bind(actor.person)
        .bind(&actor.name)
        .bind(now)
        .bind(id),
    )
    .await?;
    note(tx, actor, "oversight.rules_drafted", id, &said).await?;
    Ok(id)
}

/// Saves inside a command, for the demonstration district.
pub(crate) async fn save_quietly(tx: &mut Tx, actor: &Actor, form: &SaveRules) -> Result<RuleDraftId, Failure> {
    save(tx, actor, form).await
}

impl Services {
    /// Saves a draft of the rules.
    ///
    /// # Errors
    /// Not the office's; what is wrong with the rules; stale; or storage failed.
    pub async fn save_rules(&self, actor: &Actor, form: SaveRules) -> Result<RuleDraftId, ApiError> {
        // Whatever else is wrong with it is said by the saving itself.
        if access::draft_rules(actor).is_ok() && form.rules.validate().is_ok() {
            let old = posts::rules(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
            self.rules_reach(actor, &old, &form.rules).await?.check(&form.rules)?;
        }
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { save(tx, &actor, &form).await })
        })
        .await
    }
}
