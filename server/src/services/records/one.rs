//! One record with its corrections and items.

mod past;
mod wanting;

pub(super) use past::talked;
pub(in crate::services) use past::{Past, adds_only, parts, reason, without_empty};

use app::api::{
    ApiError,
    drafts::Drafts as _,
    records::{Choice, LookAgain, RecordPage, RecordQuery},
};
use domain::{
    ids::{CommandId, DutyId, PersonId, PostId, RecordId},
    people::access::{self, Actor, Sight},
    records::{DetailField, RecordDetails, RecordKind, TalkType, Waiting},
    time,
};

use super::{
    super::{
        Services,
        duties::sight,
        facts,
        items::{self, issued_item},
        oversight, parse, storage,
    },
    book::{hidden, shown_in_outline},
    closing, offline, proxy, rules,
};
use crate::{
    random,
    storage::{StorageError, q},
};

impl Services {
    pub(super) async fn record_page(&self, actor: &Actor, query: RecordQuery) -> Result<RecordPage, ApiError> {
        let id: RecordId = parse(&query.id)?;
        let row = self
            .store
            .read()
            .row(
                q("SELECT r.*, p.name AS proxy_name, a.name AS author_name FROM records r
                   LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
                   WHERE r.id = $1 AND r.district_id = $2")
                .bind(id)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?
            .ok_or_else(hidden)?;
        let post = row.id("post_id").map_err(storage)?;
        let info = self.post_info(actor, post, self.today()).await?;
        let year = row.year("year").map_err(storage)?;
        let sight = self.sight_of(actor, &info, year).await?;
        let state = row.text("state").map_err(storage)?;
        if sight.is_from_outside() && !shown_in_outline(&state) {
            return Err(hidden());
        }
        let shown = self.record_row(actor, &row, sight).await?;
        let own = row.id::<PersonId>("author_person").map_err(storage)? == actor.person
            && access::write_record(actor, post).is_ok();
        if sight.is_from_outside() {
            self.note_reading(actor, &info, year, sight == Sight::Reading).await?;
        }
        let readable = shown.text.is_some();
        let corrections = self.corrections(id, shown.kind, readable).await.map_err(storage)?;
        let verified = shown.verified;
        let mut items = self.items_of_record(id).await.map_err(storage)?;
        if !sight::reads_items(&mut self.store.read().clone(), actor, post, year).await.map_err(storage)? {
            for (_, _, text) in &mut items {
                text.clear();
            }
        }
        let reading = oversight::reading_of(&mut self.store.read().clone(), actor, post, year, self.today())
            .await
            .map_err(storage)?;
        let mut read = self.store.read().clone();
        // A closed book is read and printed: nothing is offered that would be refused.
        let closed = closing::closed_on(&mut read, post, year).await.map_err(storage)?.is_some();
        let may_change = !closed && readable && proxy::may_change(actor, info.access(), &row).map_err(storage)?;
        let may_correct = may_change || (own && state == "recorded" && !closed);
        let waiting = proxy::waiting(&mut read, actor.district, &row, self.today()).await.map_err(storage)?;
        let returned = waiting.is_some_and(Waiting::is_back);
        let may_resend = !closed && proxy::may_resend(actor, info.access(), &row, waiting).map_err(storage)?;
        let draft = self.load(actor, "records.correct", query.draft.as_deref()).await?;
        let details: RecordDetails =
            if own || may_change { row.json("details").map_err(storage)? } else { RecordDetails::default() };
        let look = match draft.problem_field.as_deref() {
            Some("look") if readable => {
                let typed = typed_details(&draft.fields);
                let text = draft.value("text", shown.text.clone().unwrap_or_default());
                let before: Vec<&str> = shown.text.as_deref().into_iter().chain(details.texts()).collect();
                let rules = rules::of(&mut read, actor.district).await.map_err(storage)?;
                let look = rules.buttons(
                    Some("look"),
                    RecordKind::from_key(&draft.value("kind", "")).unwrap_or(shown.kind),
                    &text,
                    &typed,
                    &before.join("\n"),
                );
                // Asked about the reason: there is nothing but to keep it or to change it.
                let reason = !rules.hint(&[draft.value("reason", "").as_str()]).is_empty();
                look.map(|look| if reason { LookAgain { words: true, marker: None, ..look } } else { look })
            }
            _ => None,
        };
        // A stub has nothing left to take away.
        let handles = readable && !shown.stub;
        let today = self.today();
        let officers = if handles && offline::handles(&mut read, actor, &info, &row, today).await.map_err(storage)? {
            let author = row.id("author_person").map_err(storage)?;
            offline::to_choose(&mut read, actor, author, today).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let sharing = proxy::shareable(&mut read, id, &row).await.map_err(storage)?;
        let choices = if may_correct { self.choices(post, year, &items).await.map_err(storage)? } else { Vec::new() };
        let iso = |name: &str| row.day(name).map(time::iso).map_err(storage);
        let suggests = if may_correct && items.is_empty() && !shown.stub {
            Some(wanting::suggests(&mut read, actor, post, year, (&shown, &row), today).await.map_err(storage)?)
        } else {
            None
        };
        Ok(RecordPage {
            choices,
            suggests,
            event_iso: iso("event_on")?,
            // A draft that is changed is written today.
            recorded_iso: if may_change { time::iso(today) } else { iso("recorded_on")? },
            command: CommandId(random::id(self.clock.now())),
            post,
            // Whose record it is, whoever holds the post today.
            title: match row.opt_text("author_name").map_err(storage)? {
                Some(author) => format!("{}　{author}，{}", info.unit_name, info.title),
                None => format!("{}　{}", info.unit_name, info.who()),
            },
            items,
            corrections,
            may_correct,
            may_confirm: own && state == "proxy" && !returned && !closed,
            may_resend,
            waiting: match waiting {
                _ if closed && !sight.is_from_outside() => Some(format!("{year}年记录本已结转，只供阅读和打印。")),
                waiting => waiting.map(proxy::waiting_words),
            },
            may_share: own && sharing.is_offered(closed, shown.shared),
            officers,
            handling: shown.stub && self.sees_handling(actor, id).await,
            details,
            look,
            may_verify: state == "recorded"
                && !verified
                && access::verify_record(actor, info.access(), year, reading.as_ref().map(|r| r.proof)).is_ok(),
            reading: reading.filter(|r| access::remark_reading(actor, info.access(), &r.plain).is_ok()).map(|r| r.id),
            draft,
            evidence: self.evidence_part(actor, id, query.draft.as_deref()).await?,
            version: row.int("version").map_err(storage)?,
            row: shown,
        })
    }

    /// Items of the list in force, and before them those ticked that it no longer has.
    async fn choices(
        &self,
        post: PostId,
        year: i32,
        ticked: &[(DutyId, String, String)],
    ) -> Result<Vec<Choice>, StorageError> {
        let mut read = self.store.read().clone();
        let heads = facts::lists(&mut read, post, year).await?;
        let items = match heads.iter().find(|l| l.state.is_in_force()) {
            Some(list) => items::items_of_list(&mut read, list.id).await?,
            None => Vec::new(),
        };
        let gone = ticked.iter().filter(|(duty, ..)| items.iter().all(|i| i.duty != *duty));
        let gone = gone.map(|(duty, code, text)| Choice {
            duty: *duty,
            code: code.clone(),
            short: text.clone(),
            group: "现行清单以外".to_owned(),
        });
        Ok(gone
            .chain(items.iter().map(|i| Choice {
                duty: i.duty,
                code: i.code.clone(),
                short: i.text.clone(),
                group: i.group.clone(),
            }))
            .collect())
    }

    async fn items_of_record(&self, id: RecordId) -> Result<Vec<(DutyId, String, String)>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q(concat!(
                    "SELECT d.duty_id, d.code, COALESCE(",
                    issued_item!("text", "d.duty_id", "r.post_id", "r.year"),
                    ", '') AS text FROM record_duties d JOIN records r ON r.id = d.record_id
                     WHERE d.record_id = $1 AND d.unmatched_why IS NULL ORDER BY d.code"
                ))
                .bind(id),
            )
            .await?;
        rows.iter().map(|row| Ok((row.id("duty_id")?, row.text("code")?, row.text("text")?))).collect()
    }
}

/// Fields that a refused form held.
pub(super) fn typed_details(typed: &[(String, String)]) -> RecordDetails {
    let mut details = RecordDetails::default();
    for (name, value) in typed {
        if name == "d.talk" {
            details.talk = TalkType::from_key(value);
        }
        if let Some(field) = DetailField::ALL.into_iter().find(|f| f.name() == name) {
            details.values.insert(field, value.clone());
        }
    }
    details
}
