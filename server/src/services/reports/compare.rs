//! Two editions of a report beside each other: judgements by words, facts by lines and rows.

use app::api::{
    ApiError,
    reports::{CompareQuery, ComparedPage},
};
use domain::{
    Rejection,
    ids::ReportId,
    people::access::Actor,
    reports::{Judgement, Mark, State, changes, compare},
};

use super::{
    super::{Services, parse, storage, told},
    make::title,
    page::{edition_words, in_sight},
    store::{self, Edition},
};

impl Services {
    pub(super) async fn compared_page(&self, actor: &Actor, query: CompareQuery) -> Result<ComparedPage, ApiError> {
        let id: ReportId = parse(&query.id)?;
        let mut read = self.store.read().clone();
        let kept = store::readable(&mut read, actor, id).await.map_err(told)?;
        if kept.plain.state == State::Filed {
            self.note_opening(actor, &kept).await?;
        }
        let all = store::editions(&mut read, id).await.map_err(storage)?;
        let last = kept.edition.no;
        let chosen = |asked: Option<&str>, otherwise: i64| -> Result<i64, ApiError> {
            let no = match asked.filter(|text| !text.is_empty()) {
                Some(text) => parse(text)?,
                None => otherwise,
            };
            if all.iter().any(|edition| edition.no == no) { Ok(no) } else { Err(Rejection::NotFound.into()) }
        };
        let to = chosen(query.to.as_deref(), last)?;
        let from = chosen(query.from.as_deref(), (last - 1).max(1))?;
        let now = store::words(&store::texts(&mut read, &kept).await.map_err(storage)?);
        let (was, is) = (words(&all, from, last, &now), words(&all, to, last, &now));
        let parts = kept.plain.kind.judgements().iter().filter_map(|part| {
            let pieces = compare(text(&was, *part), text(&is, *part));
            pieces
                .iter()
                .any(|piece| piece.mark != Mark::Same)
                .then(|| (part.label(kept.plain.kind).to_owned(), pieces))
        });
        let parts = parts.collect();
        let before = store::facts(&mut read, id, from).await.map_err(storage)?;
        let after = store::facts(&mut read, id, to).await.map_err(storage)?;
        Ok(ComparedPage {
            id,
            title: title(&kept),
            editions: edition_words(&all),
            from,
            to,
            parts,
            facts: changes(&in_sight(actor, before), &in_sight(actor, after)),
        })
    }
}

/// Judgements of an edition: those kept with it, or as they stand where it is the newest.
fn words(all: &[Edition], no: i64, last: i64, now: &[(Judgement, String)]) -> Vec<(Judgement, String)> {
    let kept = all.iter().find(|edition| edition.no == no).and_then(|edition| edition.texts.clone());
    match kept {
        Some(texts) if no != last => texts,
        _ => now.to_vec(),
    }
}

fn text(all: &[(Judgement, String)], part: Judgement) -> &str {
    all.iter().find(|(known, _)| *known == part).map_or("", |(_, words)| words.as_str())
}
