//! One page of results: records from the index, looked at again with the book's rule and with
//! the words as typed; units and heads; people of the directory.

use std::collections::{BTreeMap, HashMap};

use app::api::{
    ApiError,
    search::{Found, FoundPerson, FoundPost, SearchPage, SearchQuery},
};
use domain::{
    Rejection,
    duties::DutyItem,
    ids::{PersonId, PostId, RecordId},
    people::access::{self, Actor, Sight},
    records::RecordKind,
    search::{self, Expr, Mark, Reach, Word, fold, snippet},
};

use super::{
    super::{
        Services, parse,
        people::find_persons,
        records::{Look, Past, Seen, hidden, read_row, shown_in_outline},
        storage,
    },
    ask,
    books::{Book, Books, books, drafters},
};
use crate::storage::{Row, StorageError, q};

/// Records of a page.
const ROWS: usize = 50;
/// Documents looked at for one page. Pairs of characters let in what only looks alike; somebody
/// who hits nothing else goes on from where this stopped.
const LOOKED_AT: usize = 1_000;
/// Characters of a snippet.
const SNIPPET: usize = 80;
/// Units and people shown.
const PEOPLE: usize = 20;

/// A search as the index is asked.
struct Asked {
    words: Vec<Word>,
    expr: Expr,
    sights: HashMap<PostId, Sight>,
    units: HashMap<PostId, String>,
    /// Years read in a 翻阅检查.
    reads: HashMap<PostId, i32>,
}

impl Asked {
    /// How much of a book's year the viewer reads: the book's own rule, read once for all of them.
    fn sight(&self, post: PostId, year: i32) -> Option<Sight> {
        let sight = self.sights.get(&post).copied()?;
        Some(if self.reads.get(&post) == Some(&year) { Sight::Reading } else { sight })
    }
}

impl Services {
    pub(super) async fn search_page(&self, actor: &Actor, query: SearchQuery) -> Result<SearchPage, ApiError> {
        let typed = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        let mut words = search::words(typed.unwrap_or_default())?;
        let mut read = self.store.read().clone();
        let Books { all, whole } = books(&mut read, actor, self.today()).await.map_err(storage)?;
        let directory = access::see_directory(actor).is_ok();
        if !directory && all.iter().all(|b| b.sight.is_none() && !b.board) {
            return Err(Rejection::NotAllowed.into());
        }
        let only = only(&all, query.post.as_deref())?;
        // Nobody is asked for who drafts where no word can be a name.
        let drafters = if words.iter().any(Word::may_name) {
            drafters(&mut read, &all).await.map_err(storage)?
        } else {
            Vec::new()
        };
        for word in &mut words {
            // Names mean books seen from outside: in one's own every record is of one's unit.
            let called = all.iter().filter(|b| b.sight.is_some_and(Sight::is_from_outside) && b.is_called(word));
            word.meta.posts = called.map(|b| b.post).collect();
            word.meta.drafters = drafters.iter().filter(|d| d.is_called(word)).map(|d| d.person).collect();
        }
        let mut page = SearchPage {
            records: all.iter().any(|b| b.sight.is_some()),
            drafts: all.iter().any(|b| matches!(b.sight, Some(Sight::Full | Sight::WithoutTalks))),
            outline: all.iter().any(|b| b.sight.is_some_and(Sight::is_from_outside)),
            about: only.map(|b| format!("{}　{}", b.unit, b.who)),
            ..SearchPage::default()
        };
        let sights = || all.iter().filter(|b| only.is_none_or(|o| o.post == b.post)).map(|b| (b.post, b.sight));
        let reads = || all.iter().filter_map(|b| Some((b.post, b.reads?)));
        let reach = Reach::of(actor.person, actor.district, whole && only.is_none(), sights(), reads());
        let filters = filters(&query);
        page.asked = typed.is_some() || !filters.is_empty();
        if !page.asked {
            return Ok(page);
        }
        let before = match query.before.as_deref() {
            Some(id) => self.place_of(actor, parse(id)?, &all).await?,
            None => i64::MAX,
        };
        let expr = match (typed, words.is_empty()) {
            // Punctuation alone is written nowhere in the index.
            (Some(_), true) => Expr::NONE,
            (None, _) => Expr::all([filters, vec![reach.lines()]].concat()),
            (Some(_), false) => Expr::all([filters, vec![wanted(&reach, &words)]].concat()),
        };
        // With one book to search nobody asks whose it is.
        let several = all.iter().filter(|b| b.sight.is_some()).nth(1).is_some();
        let shown = all.iter().filter(|b| several && b.sight.is_some());
        let units = shown.map(|b| (b.post, b.unit.clone())).collect();
        let sights = sights().filter_map(|(post, sight)| Some((post, sight?))).collect();
        let asked = Asked { words, expr, sights, units, reads: reads().collect() };
        let posts = self.records_found(actor, &asked, before, &mut page).await?;
        if query.before.is_none() && only.is_none() {
            self.people_found(actor, &asked.words, &all, typed.filter(|_| directory), &mut page).await?;
        }
        self.note_found(actor, &asked, only.is_some(), page.rows.iter().zip(&posts)).await?;
        Ok(page)
    }

    /// Notes the looks from outside that these rows are, each with its book: searching one book is opening
    /// it, a line with a text is a look into its book wherever it was found. The owner is told who looked,
    /// and when.
    async fn note_found(
        &self,
        actor: &Actor,
        asked: &Asked,
        one_book: bool,
        shown: impl Iterator<Item = (&Found, &PostId)>,
    ) -> Result<(), ApiError> {
        let looks: BTreeMap<(PostId, i32), bool> = shown
            .filter_map(|(found, post)| {
                let sight = asked.sight(*post, found.year).filter(|sight| sight.is_from_outside())?;
                (one_book || !found.snippet.is_empty()).then_some(((*post, found.year), sight == Sight::Reading))
            })
            .collect();
        let looks = looks.into_iter().map(|((post, year), announced)| Look { post, year, announced });
        self.note_looks(actor, looks.collect()).await
    }

    /// Where a record stands in the index, if the viewer may see its line; one cannot learn from
    /// a cursor that a record exists.
    async fn place_of(&self, actor: &Actor, id: RecordId, all: &[Book]) -> Result<i64, ApiError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT d.doc, r.post_id, r.state FROM search_docs d JOIN records r ON r.id = d.record_id
                   WHERE d.record_id = $1 AND r.district_id = $2")
                .bind(id)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?
            .ok_or_else(hidden)?;
        let (post, state): (PostId, String) =
            (row.id("post_id").map_err(storage)?, row.text("state").map_err(storage)?);
        match all.iter().find(|b| b.post == post).and_then(|b| b.sight) {
            Some(Sight::Full | Sight::WithoutTalks) => {}
            Some(sight) if sight.is_from_outside() && shown_in_outline(&state) => {}
            _ => return Err(hidden()),
        }
        row.int("doc").map_err(storage)
    }

    /// Fills the page's rows; the post of each, which its line does not tell.
    async fn records_found(
        &self,
        actor: &Actor,
        asked: &Asked,
        mut before: i64,
        page: &mut SearchPage,
    ) -> Result<Vec<PostId>, ApiError> {
        let mut posts = Vec::new();
        let chunk = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
        let mut looked_at = 0;
        loop {
            let docs = ask::documents(self.store.read(), &asked.expr, before, chunk).await.map_err(storage)?;
            let last = docs.len() < ROWS + 1;
            looked_at += docs.len();
            let Some(lowest) = docs.last().copied() else { return Ok(posts) };
            let found = self.look(actor, asked, &docs).await.map_err(storage)?;
            let mut passed = None;
            for (id, hit) in found {
                if let Some((post, hit)) = hit {
                    if page.rows.len() == ROWS {
                        page.older = page.rows.last().map(|found| found.row.id);
                        return Ok(posts);
                    }
                    posts.push(post);
                    page.rows.push(hit);
                }
                passed = Some(id);
            }
            if last {
                return Ok(posts);
            }
            if looked_at >= LOOKED_AT {
                page.older = passed;
                return Ok(posts);
            }
            before = lowest;
        }
    }

    /// Records of documents, newest first; `None` where the record does not hold the words in
    /// the order typed, or the viewer may not see it after all.
    async fn look(
        &self,
        actor: &Actor,
        asked: &Asked,
        docs: &[i64],
    ) -> Result<Vec<(RecordId, Option<(PostId, Found)>)>, StorageError> {
        let find = q("SELECT d.doc, r.*, p.name AS proxy_name FROM search_docs d JOIN records r ON r.id = d.record_id
                      LEFT JOIN persons p ON p.id = r.proxy_person WHERE r.district_id = $1")
        .bind(actor.district)
        .and_in("d.doc", docs.iter().copied())
        .push("ORDER BY d.doc DESC");
        let rows = self.store.read().rows(find).await?;
        let ids = rows.iter().map(|row| row.text("id")).collect::<Result<Vec<_>, _>>()?;
        let mut codes: HashMap<String, Vec<String>> = HashMap::new();
        let find = q("SELECT record_id, code FROM record_duties WHERE unmatched_why IS NULL");
        for row in self.store.read().rows(find.and_in("record_id", ids.iter())).await? {
            codes.entry(row.text("record_id")?).or_default().push(row.text("code")?);
        }
        let mut changes: HashMap<String, Vec<Row>> = HashMap::new();
        let find = q("SELECT * FROM record_corrections WHERE 1 = 1");
        for row in self.store.read().rows(find.and_in("record_id", ids.iter())).await? {
            changes.entry(row.text("record_id")?).or_default().push(row);
        }
        let mut out = Vec::with_capacity(rows.len());
        for (row, id) in rows.iter().zip(&ids) {
            let mut codes = codes.remove(id).unwrap_or_default();
            codes.sort_by_cached_key(|code| DutyItem::order(code));
            let seen = Seen {
                own: row.id::<PersonId>("author_person")? == actor.person,
                drafted: row.opt_id::<PersonId>("proxy_person")? == Some(actor.person),
                past: Past::of(changes.get(id).into_iter().flatten())?,
            };
            out.push((row.id("id")?, hit(asked, row, seen, codes)?));
        }
        Ok(out)
    }

    async fn people_found(
        &self,
        actor: &Actor,
        words: &[Word],
        all: &[Book],
        directory: Option<&str>,
        page: &mut SearchPage,
    ) -> Result<(), ApiError> {
        let called = |b: &&Book| !words.is_empty() && words.iter().all(|w| b.shows(w));
        page.posts = all
            .iter()
            .filter(|b| b.board || b.sight.is_some_and(Sight::is_from_outside))
            .filter(called)
            .take(PEOPLE)
            .map(|b| FoundPost { unit: b.unit.clone(), who: b.who.clone(), post: b.post, book: b.sight.is_some() })
            .collect();
        if let Some(typed) = directory.filter(|_| words.iter().any(Word::may_name)) {
            let mut read = self.store.read().clone();
            let found = find_persons(&mut read, actor.district, typed, false).await.map_err(storage)?;
            let person = |p: app::api::people::PersonLine| FoundPerson { id: p.id, name: p.name, place: p.place };
            page.persons = found.into_iter().take(PEOPLE).map(person).collect();
        }
        Ok(())
    }
}

/// A document that passed the index, as its reader may see it.
fn hit(asked: &Asked, row: &Row, seen: Seen, codes: Vec<String>) -> Result<Option<(PostId, Found)>, StorageError> {
    let post: PostId = row.id("post_id")?;
    let year = row.year("year")?;
    let Some(sight) = asked.sight(post, year) else { return Ok(None) };
    if sight.is_from_outside() && !shown_in_outline(&row.text("state")?) {
        return Ok(None);
    }
    let event_on = row.day("event_on")?;
    let mut shown = read_row(row, sight, seen, codes)?;
    // The fields of the kind are as open as the text: none where that is closed.
    let lines = shown.details.iter().map(|(label, value)| (value.clone(), format!("{label}：{value}")));
    let texts: Vec<(String, String)> =
        shown.text.take().map(|text| (text.clone(), text)).into_iter().chain(lines).collect();
    let folded: Vec<String> = texts.iter().map(|(searched, _)| fold(searched)).collect();
    let whose = (post, row.opt_id("proxy_person")?);
    let holds = |word: &Word| {
        folded.iter().any(|text| text.contains(&word.text)) || word.is_about(shown.kind, &shown.codes, event_on, whose)
    };
    if !asked.words.iter().all(holds) {
        return Ok(None);
    }
    // Shown is what holds most of the words; the text where several do.
    let held = |folded: &str| asked.words.iter().filter(|word| folded.contains(&word.text)).count();
    let best = folded.iter().zip(&texts).rev().max_by_key(|(folded, _)| held(folded));
    let found = Found {
        unit: asked.units.get(&post).cloned().unwrap_or_default(),
        year,
        snippet: best.map(|(_, (_, text))| snippet(text, &asked.words, SNIPPET)).unwrap_or_default(),
        row: shown,
    };
    Ok(Some((post, found)))
}

/// The one book asked for. One that the viewer may not read is none.
fn only<'a>(all: &'a [Book], post: Option<&str>) -> Result<Option<&'a Book>, ApiError> {
    let Some(post) = post.map(str::trim).filter(|p| !p.is_empty()) else { return Ok(None) };
    let post: PostId = parse(post)?;
    let found = all.iter().find(|b| b.post == post && b.sight.is_some());
    found.map(Some).ok_or_else(hidden)
}

/// Every word in a text that may be read or in what the line says; or in what the line says alone.
fn wanted(reach: &Reach, words: &[Word]) -> Expr {
    let either = words.iter().map(|w| Expr::any([w.in_text(), w.about()]));
    // Words first: they are few, rights may be hundreds, and PostgreSQL tries them in this order.
    let with_text = Expr::all(either.chain([reach.texts()]));
    let line_alone = Expr::all(words.iter().map(Word::about).chain([reach.lines()]));
    Expr::any([with_text, line_alone])
}

/// The filters; one that means nothing finds nothing.
fn filters(query: &SearchQuery) -> Vec<Expr> {
    let text = |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    let mut out = Vec::new();
    let mut put = |mark: Option<Mark>| out.push(mark.map_or(Expr::NONE, |mark| mark.expr()));
    if let Some(kind) = text(&query.kind) {
        put(RecordKind::from_key(&kind).map(Mark::Kind));
    }
    if let Some(code) = text(&query.item) {
        put((code.chars().count() <= domain::text::NAME_MAX).then_some(Mark::Code(code)));
    }
    if let Some(month) = text(&query.month) {
        put(search::month_mark(&month));
    }
    if let Some(status) = text(&query.status) {
        put(match status.as_str() {
            "recorded" => Some(Mark::State("recorded")),
            "proxy" => Some(Mark::State("proxy")),
            "refused" => Some(Mark::State("refused")),
            "late" => Some(Mark::Late),
            "corrected" => Some(Mark::Corrected),
            "added" => Some(Mark::Added),
            "verified" => Some(Mark::Verified),
            _ => None,
        });
    }
    out
}
