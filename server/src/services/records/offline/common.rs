//! Which parts of what goes offline stand in another record of the district, too: everybody's phrases, by which
//! nothing is recognised. A whole sentence that stands in the same book once more is none: it is cut all the same,
//! and the other record is named to the two officers. Asked of the index before the command, so that no save waits for it; the command looks
//! at the few records that were found once more. Refuses to go on about words that it was not asked about.

use std::collections::{BTreeMap, BTreeSet};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{DistrictId, RecordId},
    people::access::Actor,
    search::{Expr, Mark, text_tokens},
};

use super::{
    super::{
        super::{
            Services,
            rows::Rows,
            search::{ask, index},
            told,
        },
        decide::load,
    },
    held::Held,
    matter::Matter,
    request::open,
    words::Words,
};
use crate::storage::{Failure, Pool, StorageError, q};

/// Candidates of the index that are compared at once.
const AT_ONCE: i64 = 50;
/// Pairs of a part that the index is asked for: more of them hardly lessen the candidates.
const PAIRS: usize = 24;

/// What was found out about some parts.
#[derive(Debug, Clone, Default)]
pub struct Common {
    asked: BTreeSet<String>,
    /// A record that has the part.
    found: BTreeMap<String, RecordId>,
}

impl Common {
    /// Asks about the parts of `words`; `of` is the record they are taken from.
    pub async fn of(
        read: &Pool,
        district: DistrictId,
        of: Option<RecordId>,
        words: &Words,
    ) -> Result<Self, StorageError> {
        let mut common = Self::default();
        if words.parts().is_empty() {
            return Ok(common);
        }
        let indexed = index::is_whole(read).await?;
        let book = match of {
            Some(id) => read.row(q("SELECT post_id FROM records WHERE id = $1").bind(id)).await?,
            None => None,
        };
        let book = book.map(|row| row.text("post_id")).transpose()?;
        for part in words.parts() {
            // What somebody wrote twice in his own book is not everybody's.
            let book = book.clone().filter(|_| words.is_sentence(part)).unwrap_or_default();
            let elsewhere = Elsewhere { read, district, but: of, book };
            let found = match pairs(part).filter(|_| indexed) {
                Some(expr) => elsewhere.by_index(part, &expr).await?,
                None => elsewhere.by_all(part).await?,
            };
            common.asked.insert(part.clone());
            if let Some(id) = found {
                common.found.insert(part.clone(), id);
            }
        }
        Ok(common)
    }

    /// Records of other books in which whole sentences of `words` stand, by which they are not recognised.
    pub fn keepers(&self, words: &Words) -> BTreeSet<RecordId> {
        self.found.iter().filter(|(part, _)| words.is_sentence(part)).map(|(_, id)| *id).collect()
    }

    /// Those of `words` that are their own, looked at once more inside the command. One statement, or none.
    ///
    /// # Errors
    /// Stale where the words are others by now than those that were asked about.
    pub async fn own(&self, rows: &mut impl Rows, district: DistrictId, mut words: Words) -> Result<Words, Failure> {
        if words.parts().iter().any(|part| !self.asked.contains(part)) {
            return Err(Rejection::Stale.into());
        }
        if self.found.is_empty() {
            return Ok(words);
        }
        let find = q("SELECT id, text, details FROM records WHERE district_id = $1").bind(district);
        let ids: BTreeSet<RecordId> = self.found.values().copied().collect();
        let mut texts: BTreeMap<RecordId, String> = BTreeMap::new();
        for row in &rows.all(find.and_in("id", ids)).await? {
            texts.insert(row.id("id")?, format!("{}\n{}", row.text("text")?, row.text("details")?));
        }
        words.keep(|part| {
            let other = self.found.get(part).and_then(|id| texts.get(id));
            other.is_none_or(|text| !text.contains(part))
        });
        Ok(words)
    }
}

/// Where a part is looked for.
struct Elsewhere<'a> {
    read: &'a Pool,
    district: DistrictId,
    but: Option<RecordId>,
    /// Post whose book does not count; empty for none.
    book: String,
}

impl Elsewhere<'_> {
    async fn by_index(&self, part: &str, expr: &Expr) -> Result<Option<RecordId>, StorageError> {
        let mut before = i64::MAX;
        loop {
            let docs = ask::documents(self.read, expr, before, AT_ONCE).await?;
            let Some(last) = docs.last().copied() else { return Ok(None) };
            let find = q("SELECT r.id, r.text, r.details FROM search_docs d JOIN records r ON r.id = d.record_id
                          WHERE r.district_id = $1 AND r.id <> $2 AND r.post_id <> $3")
            .bind(self.district)
            .bind(self.but.map(|id| id.to_string()).unwrap_or_default())
            .bind(&self.book)
            .and_in("d.doc", docs.iter().copied());
            for row in &self.read.rows(find).await? {
                if row.text("text")?.contains(part) || row.text("details")?.contains(part) {
                    return row.id("id").map(Some);
                }
            }
            if i64::try_from(docs.len()).is_ok_and(|n| n < AT_ONCE) {
                return Ok(None);
            }
            before = last;
        }
    }

    /// Of what the index holds no pairs of (numbers, addresses), or while it is being made.
    async fn by_all(&self, part: &str) -> Result<Option<RecordId>, StorageError> {
        // In the words of both databases: no pattern, so that no character means another.
        let find = q("SELECT id FROM records WHERE district_id = $1 AND id <> $2
                 AND (replace(text, $3, '') <> text OR replace(details, $3, '') <> details) AND post_id <> $4 LIMIT 1")
        .bind(self.district)
        .bind(self.but.map(|id| id.to_string()).unwrap_or_default())
        .bind(part)
        .bind(&self.book);
        self.read.row(find).await?.map(|row| row.id("id")).transpose()
    }
}

/// What stands in the index of every record that has the part. Pairs only: a word of letters or digits at its ends
/// may go on in another text.
fn pairs(part: &str) -> Option<Expr> {
    let sign = |c: char| c >= '\u{2E80}';
    let pairs = text_tokens(part).into_iter().filter(|t| t.chars().count() == 2 && t.chars().all(sign));
    let marks: Vec<Expr> = pairs.take(PAIRS).map(|pair| Mark::Text(pair).expr()).collect();
    (!marks.is_empty()).then(|| Expr::all(marks))
}

impl Services {
    /// What [`ask_record_offline`](Self::ask_record_offline) needs to know of the words of a record.
    pub(super) async fn common_of_record(&self, actor: &Actor, id: RecordId) -> Result<Common, ApiError> {
        let mut read = self.store.read().clone();
        let job = async {
            let stored = load(&mut read, actor.district, id).await?;
            let words = Held::read(&mut read, id, &stored).await?.words();
            Ok::<_, Failure>(Common::of(self.store.read(), actor.district, Some(id), &words).await?)
        };
        job.await.map_err(told)
    }

    /// What the confirmation of one of the two officers of an open request needs to know of its words; nothing
    /// for everybody else.
    pub(super) async fn common_of_request(&self, actor: &Actor, subject: &str) -> Result<Common, ApiError> {
        let mut read = self.store.read().clone();
        let job = async {
            let request = open(&mut read, actor.district, subject).await?;
            let Some(request) = request.filter(|r| r.officers.iter().any(|o| o.person == actor.person)) else {
                return Ok(Common::default());
            };
            let matter = Matter::of(&mut read, actor.district, &request.subject, self.today()).await?;
            let (words, of) = matter.words(&request)?;
            Ok::<_, Failure>(Common::of(self.store.read(), actor.district, of, &words).await?)
        };
        job.await.map_err(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_looked_for_by_pairs_that_every_text_with_it_has() {
        let text = "并报ABC区教育局党组2026年重点工作，研究2026";
        let tokens = text_tokens(text);
        for part in ["BC区教育局党组2026年重点工作", "年重点工作，研究20"] {
            let Some(Expr::All(marks)) = pairs(part) else { panic!("{part}") };
            for mark in marks {
                let Expr::Token(token) = mark else { panic!("{mark:?}") };
                assert!(tokens.contains(token.trim_start_matches('t')), "{token}");
            }
        }
        assert!(pairs("https://example.org/2026").is_none() && pairs("————————").is_none());
    }
}
