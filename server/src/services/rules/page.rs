//! `/oversight/rules`: the rules in force in words, their versions, drafts, and one of them with its form.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    rules::{RuleDraftPage, RuleDraftRow, RuleVersionRow, RulesPage, RulesQuery},
};
use domain::{
    Rejection,
    board::{RULES_MAX, RuleSet, changes, sentences, to_form},
    ids::CommandId,
    people::access::{self, Actor},
    time::{iso, zh, zh_short},
};

use super::{
    super::{Services, parse, posts, storage, told},
    RULES,
    draft::{self, DraftState, RuleDraft},
    dry, history,
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Versions and drafts shown.
const SHOWN: usize = 40;
/// Empty rows of the form below the additional rules there are.
const SPARE: usize = 2;
/// Version of the rules that the program brings along (示范).
pub(super) const BROUGHT: u32 = 1;

impl Services {
    pub(super) async fn rules_page(&self, actor: &Actor, query: RulesQuery) -> Result<RulesPage, ApiError> {
        let _proof = access::see_rules(actor)?;
        let mut read = self.store.read().clone();
        let rules = posts::rules(&mut read, actor.district).await.map_err(storage)?;
        let (may_draft, decides) = (access::draft_rules(actor).is_ok(), super::decides(actor));
        let drafts = if may_draft || decides { self.rule_drafts(actor).await.map_err(storage)? } else { Vec::new() };
        let versions = self.rule_versions(actor, &rules).await.map_err(storage)?;
        let sets = history::versions(&mut read, actor.district).await.map_err(storage)?;
        let open = match query.id.as_deref() {
            None => None,
            Some(_) if !may_draft && !decides => return Err(Rejection::NotFound.into()),
            Some("new") if may_draft => Some(fresh(&rules)),
            Some(id) => {
                let kept = draft::load(&mut read, actor.district, parse(id)?).await.map_err(told)?;
                let base = history::version(&sets, kept.based_on, &rules);
                Some(self.rule_draft(actor, &kept, (&base, &rules), &query).await?)
            }
        };
        let typed = self.load(actor, RULES, query.draft.as_deref()).await?;
        // As many rows as were sent, so that nothing typed is lost.
        let of_row = |name: &str| name.strip_prefix("rule")?.split_once('_')?.0.parse::<usize>().ok();
        let sent = typed.fields.iter().filter(|(_, v)| !v.is_empty()).filter_map(|(n, _)| of_row(n)).max();
        let kept =
            open.as_ref().map_or(0, |open| open.fields.keys().filter_map(|n| of_row(n)).max().map_or(0, |n| n + 1));
        let rule_rows = (kept.max(sent.map_or(0, |n| n + 1)) + SPARE).min(RULES_MAX);
        Ok(RulesPage {
            label: rules.label(),
            sample: rules.version == BROUGHT,
            adopted: versions.first().map(|v| v.adopted.clone()).unwrap_or_default(),
            parts: sentences(&rules),
            versions,
            drafts: drafts
                .iter()
                .map(|kept| draft_row(kept, &history::version(&sets, kept.based_on, &rules)))
                .collect(),
            may_draft,
            open,
            rule_rows,
            command: CommandId(random::id(self.clock.now())),
            today: iso(self.today()),
            draft: typed,
        })
    }

    /// Drafts that are not settled, the newest first.
    async fn rule_drafts(&self, actor: &Actor) -> Result<Vec<RuleDraft>, StorageError> {
        let find = q("SELECT * FROM rule_drafts WHERE district_id = $1 AND state IN ('draft', 'asked', 'returned')
                      ORDER BY saved_at DESC, id DESC");
        let rows = self.store.read().rows(find.bind(actor.district)).await?;
        rows.iter().take(SHOWN).map(draft::read).collect()
    }

    /// Every version with what it changed, the newest first.
    async fn rule_versions(&self, actor: &Actor, now: &RuleSet) -> Result<Vec<RuleVersionRow>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT s.rules, s.adopted_at, d.by_name, d.decided_name, d.note FROM rule_sets s
                   LEFT JOIN rule_drafts d ON d.district_id = s.district_id AND d.adopted_version = s.version
                   WHERE s.district_id = $1 ORDER BY s.version DESC")
                .bind(actor.district),
            )
            .await?;
        if rows.is_empty() {
            let adopted = "内置的示范规则，还没有修改过".to_owned();
            return Ok(vec![RuleVersionRow { label: now.label(), adopted, changes: Vec::new() }]);
        }
        let sets = rows.iter().map(|row| row.json::<RuleSet>("rules")).collect::<Result<Vec<_>, _>>()?;
        let mut out = Vec::new();
        for (n, (row, set)) in rows.iter().zip(&sets).enumerate().take(SHOWN) {
            let on = zh(row.instant("adopted_at")?.day());
            let adopted = match (row.opt_text("by_name")?, row.opt_text("decided_name")?) {
                (Some(by), Some(decided)) => {
                    let note = row.opt_text("note")?.filter(|n| !n.is_empty()).map(|n| format!("；原因：{n}"));
                    format!("{on}采用；{by}起草，{decided}审定{}", note.unwrap_or_default())
                }
                _ => format!("{on}起；系统内置（示范）"),
            };
            let said = sets.get(n + 1).map(|before| changes(before, set)).unwrap_or_default();
            out.push(RuleVersionRow { label: set.label(), adopted, changes: said });
        }
        Ok(out)
    }

    async fn rule_draft(
        &self,
        actor: &Actor,
        kept: &RuleDraft,
        (base, old): (&RuleSet, &RuleSet),
        query: &RulesQuery,
    ) -> Result<RuleDraftPage, ApiError> {
        let drafts = access::draft_rules(actor).is_ok();
        let may_decide = kept.state == DraftState::Asked && access::adopt_rules(actor, kept.by).is_ok();
        let settled = matches!(kept.state, DraftState::Adopted | DraftState::Dropped);
        // Whoever decides sees what it would do without asking for it.
        let dry = if !settled && (may_decide || query.dry.as_deref() == Some("1")) {
            Some(self.dry_page(actor, old, &kept.rules, query, dry::ROWS).await?)
        } else {
            None
        };
        let stale = !settled && kept.based_on != old.version;
        let mut fields = to_form(&kept.rules);
        fields.insert("note".to_owned(), kept.note.clone());
        Ok(RuleDraftPage {
            id: Some(kept.id),
            version: kept.version,
            base: kept.based_on,
            base_label: base.label(),
            stale,
            state: format!("{} · {}由{}保存", kept.state.label(), zh_short(kept.saved_on), kept.by_name),
            returned: kept.returned.clone(),
            note: kept.note.clone(),
            fields,
            // Told from what the writer had before him: what others adopted since is no change of his.
            changes: changes(base, &kept.rules),
            notes: kept.rules.notes(),
            parts: sentences(&kept.rules),
            may_edit: drafts && kept.state.is_editable(),
            may_ask: drafts && kept.state.is_editable() && !stale,
            may_withdraw: drafts && kept.state == DraftState::Asked,
            may_decide,
            dry,
        })
    }
}

fn draft_row(kept: &RuleDraft, base: &RuleSet) -> RuleDraftRow {
    RuleDraftRow {
        id: kept.id,
        title: format!("{}，{}起草", zh_short(kept.saved_on), kept.by_name),
        state: kept.state.label().to_owned(),
        changes: changes(base, &kept.rules),
    }
}

/// A draft that was not saved yet: the rules in force.
fn fresh(rules: &RuleSet) -> RuleDraftPage {
    RuleDraftPage {
        id: None,
        version: 0,
        base: rules.version,
        base_label: rules.label(),
        stale: false,
        state: format!("按现行{}起草，还没有保存", rules.label()),
        returned: String::new(),
        note: String::new(),
        fields: to_form(rules),
        changes: Vec::new(),
        notes: Vec::new(),
        parts: Vec::new(),
        may_edit: true,
        may_ask: false,
        may_withdraw: false,
        may_decide: false,
        dry: None,
    }
}
