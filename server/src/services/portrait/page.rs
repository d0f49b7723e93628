//! One portrait as its viewer sees it: the numbers, and the facts behind the one that was opened.

use app::api::{
    ApiError,
    checks::CheckView,
    drafts::Drafts as _,
    portrait::{FactPanel, FactRow, OverseenQuery, PortraitPage, PortraitQuery},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    documents::Doc,
    duties::DutyItem,
    ids::{CommandId, PostId, TermId},
    oversight::{CheckState, KEY_MAX},
    people::access::{self, Actor, SeePortrait},
    portrait::{About, Count, PaperHead, Portrait, Subject, portrait, portrait_doc},
    time::{Day, first_of, sane_year},
};

use super::{
    super::{Services, accountability, checks, parse, posts, rows::Rows, storage},
    load::{Term, facts_of, term_of, terms_query},
};
use crate::{
    random,
    storage::{Query, StorageError},
};

/// The own portrait, or that of a post which the actor oversees.
fn sight(actor: &Actor, term: &Term) -> Result<SeePortrait, Rejection> {
    access::own_portrait(actor, term.person).or_else(|_| access::see_portrait(actor, term.access()))
}

/// What a number, or one of its facts, says now, for a question about it (申请核对): its name and its words. `subject`
/// is a [`Subject`]; `None` where the portrait has no such number or fact, or the actor no sight of it.
pub(crate) async fn stands(
    rows: &mut impl Rows,
    actor: &Actor,
    (post, year, subject): (PostId, i32, &str),
    today: Day,
) -> Result<Option<(String, String)>, StorageError> {
    let Some(asked) = Subject::parse(subject) else { return Ok(None) };
    let find = terms_query(actor.district).push_bind("AND t.id = ?", asked.term).push_bind("AND p.id = ?", post);
    let Some(term) = rows.first(find).await?.map(|row| term_of(&row)).transpose()? else { return Ok(None) };
    let Ok(may) = sight(actor, &term) else { return Ok(None) };
    if asked.key.year() != year || term.span.from > today {
        return Ok(None);
    }
    let facts = facts_of(rows, actor, &term, may, (year, today)).await?;
    let folded = portrait(&facts, year, today);
    let Some(count) = folded.count(&asked.key.to_string()) else { return Ok(None) };
    let title = format!("履责画像　{}", asked.key.words());
    let Some(fact) = &asked.fact else {
        let shown = if count.note.is_empty() { format!("{} 项", count.n) } else { count.note.clone() };
        return Ok(Some((title, shown)));
    };
    Ok(count.fact(fact).map(|fact| {
        let name = format!("{} {}", fact.code, DutyItem::shorten(&fact.title));
        (format!("{title}　{}", name.trim()), fact.words.clone())
    }))
}

/// A fact that was asked about and is not behind the number any more.
fn gone(subject: String, asked: Vec<CheckView>) -> FactRow {
    FactRow {
        code: String::new(),
        title: "申请过核对的一项".to_owned(),
        words: "现在已经不在这个数字里，答复还留在这里".to_owned(),
        link: String::new(),
        subject,
        asked,
        may_ask: false,
    }
}

/// What was asked of a portrait.
#[derive(Default)]
struct Asked {
    year: Option<i32>,
    fact: Option<String>,
    draft: Option<String>,
}

impl Services {
    pub(super) async fn own_portrait_page(
        &self,
        actor: &Actor,
        query: PortraitQuery,
    ) -> Result<PortraitPage, ApiError> {
        let terms = self.own_terms(actor).await?;
        let term = match query.term.as_deref().filter(|t| !t.is_empty()) {
            Some(id) => {
                let id: TermId = parse(id)?;
                terms.iter().find(|t| t.id == id)
            }
            None => actor.term().and_then(|own| terms.iter().find(|t| t.id == own.term)).or(terms.first()),
        };
        let term = term.ok_or(Rejection::NotFound)?;
        let asked = Asked { year: query.year, fact: query.fact, draft: query.draft };
        let choices = terms.iter().map(|t| (t.id, format!("{}　{}　{}", t.unit_name, t.title, t.days()))).collect();
        self.portrait_page(actor, term, choices, asked).await
    }

    pub(super) async fn overseen_portrait_page(
        &self,
        actor: &Actor,
        query: OverseenQuery,
    ) -> Result<PortraitPage, ApiError> {
        let (post, today): (PostId, Day) = (parse(&query.post)?, self.today());
        let terms = self.terms_where(terms_query(actor.district).push_bind("AND p.id = ?", post)).await?;
        let about = terms.first().ok_or(Rejection::NotFound)?.access();
        let _may = access::see_portrait(actor, about).map_err(|_| Rejection::NotFound)?;
        let term = match query.term.as_deref().filter(|t| !t.is_empty()) {
            Some(id) => {
                let id: TermId = parse(id)?;
                terms.iter().find(|t| t.id == id)
            }
            None => terms.iter().find(|t| t.runs(today)).or(terms.first()),
        };
        let term = term.ok_or(Rejection::NotFound)?;
        let choices = terms.iter().map(|t| (t.id, format!("{}　{}", t.name, t.days()))).collect();
        let asked = Asked { year: query.year, fact: query.fact, draft: None };
        self.portrait_page(actor, term, choices, asked).await
    }

    /// The portrait of a term on paper.
    ///
    /// # Errors
    /// Not found where the actor may not see it, like one that is not there.
    pub async fn portrait_paper(&self, actor: &Actor, id: TermId) -> Result<(Doc, String), ApiError> {
        let terms = self.terms_where(terms_query(actor.district).push_bind("AND t.id = ?", id)).await?;
        let term = terms.first().ok_or(Rejection::NotFound)?;
        let (folded, own) = self.folded(actor, term, None).await?;
        let head = PaperHead { unit: term.unit_name.clone(), who: term.who(), span: term.days() };
        let path = if own { "/portrait".to_owned() } else { format!("/portraits/{}", term.post) };
        let figures = app::portrait::figures(&folded);
        Ok((portrait_doc(&head, &folded, figures), format!("{path}?term={id}")))
    }

    /// Terms of the actor since the 启用日, the latest first: also those that ended.
    async fn own_terms(&self, actor: &Actor) -> Result<Vec<Term>, ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        let enabled = posts::enabled_on(&mut read, actor.district).await.map_err(storage)?;
        let find = terms_query(actor.district)
            .push_bind("AND t.person_id = ?", actor.person)
            .push_bind("AND (t.ends_on IS NULL OR t.ends_on >= ?)", enabled.unwrap_or(first_of(today.year(), 1)));
        self.terms_where(find).await
    }

    /// Terms that have begun, the latest first.
    async fn terms_where(&self, find: Query) -> Result<Vec<Term>, ApiError> {
        let find = find.push_bind("AND t.starts_on <= ?", self.today()).push("ORDER BY t.starts_on DESC, t.id DESC");
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        rows.iter().map(term_of).collect::<Result<_, _>>().map_err(storage)
    }

    /// The portrait of a term, and whether it is the actor's own. A look by somebody else is noted.
    async fn folded(&self, actor: &Actor, term: &Term, year: Option<i32>) -> Result<(Portrait, bool), ApiError> {
        let today = self.today();
        let own = access::own_portrait(actor, term.person).is_ok();
        let may = sight(actor, term).map_err(|_| Rejection::NotFound)?;
        if !own {
            self.note_portrait_look(actor, term).await?;
        }
        let year = sane_year(year.unwrap_or_else(|| term.span.to.map_or(today, |to| to.min(today)).year()));
        let mut read = self.store.read().clone();
        let facts = facts_of(&mut read, actor, term, may, (year, today)).await.map_err(storage)?;
        Ok((portrait(&facts, year, today), own))
    }

    async fn portrait_page(
        &self,
        actor: &Actor,
        term: &Term,
        terms: Vec<(TermId, String)>,
        asked: Asked,
    ) -> Result<PortraitPage, ApiError> {
        let (folded, own) = self.folded(actor, term, asked.year).await?;
        let panel = match asked.fact.as_deref().filter(|f| !f.is_empty()) {
            Some(fact) => {
                let asked = Subject::parse(&format!("{}:{fact}", term.id)).ok_or(Rejection::NotFound)?.number();
                Some(self.panel(actor, term, &asked, folded.count(&asked.key.to_string())).await?)
            }
            None => None,
        };
        Ok(PortraitPage {
            own,
            post: term.post,
            term: term.id,
            unit: term.unit_name.clone(),
            who: term.who(),
            days: term.days(),
            ended: !term.runs(self.today()),
            terms,
            portrait: folded.bare(),
            panel,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, checks::ASK, asked.draft.as_deref()).await?,
        })
    }

    /// The facts of a number. One that the portrait does not have any more (the quarter ended, what it counted was
    /// corrected) is opened only for what was asked about it.
    async fn panel(
        &self,
        actor: &Actor,
        term: &Term,
        number: &Subject,
        count: Option<&Count>,
    ) -> Result<FactPanel, ApiError> {
        let (year, subject) = (number.key.year(), number.to_string());
        let mut read = self.store.read().clone();
        let mut views = checks::views(&mut read, actor, term.access(), "portrait", year).await.map_err(storage)?;
        let asked = views.remove(&subject).unwrap_or_default();
        let own = access::own_portrait(actor, term.person).is_ok();
        let may = own && access::ask_check(actor, term.access(), true).is_ok();
        let free = |asked: &[CheckView]| may && asked.iter().all(|view| view.state != CheckState::Asked);
        let mut rows = Vec::new();
        for fact in count.iter().flat_map(|count| &count.facts) {
            let subject = Subject { fact: Some(fact.key.clone()), ..number.clone() }.to_string();
            let asked = views.remove(&subject).unwrap_or_default();
            rows.push(FactRow {
                code: fact.code.clone(),
                title: fact.title.clone(),
                words: fact.words.clone(),
                link: self.link(actor, term, fact.about).await?,
                may_ask: free(&asked) && subject.len() <= KEY_MAX,
                subject,
                asked,
            });
        }
        let mut left: Vec<_> =
            views.into_iter().filter(|(key, _)| Subject::parse(key).is_some_and(|s| s.number() == *number)).collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        let gone: Vec<FactRow> = left.into_iter().map(|(subject, asked)| gone(subject, asked)).collect();
        if count.is_none() && asked.is_empty() && gone.is_empty() {
            return Err(Rejection::NotFound.into());
        }
        let days = posts::rules(&mut read, actor.district).await.map_err(storage)?.check_days;
        let may_ask = count.is_some() && free(&asked);
        let (key, words) = (number.key.to_string(), number.key.words());
        Ok(FactPanel { key, year, words, rows, gone, asked, days, may_ask, subject })
    }

    /// Where the actor may read a fact; empty where he may not (any more).
    async fn link(&self, actor: &Actor, term: &Term, about: About) -> Result<String, ApiError> {
        let book = access::read_book(actor, term.access()).is_ok();
        let head = actor.terms.iter().any(|t| t.post == term.post);
        Ok(match about {
            About::Record(id) if book => format!("/records/{id}"),
            About::List(_) if head => "/duties/mine".to_owned(),
            About::List(id) if book => format!("/duties/lists/{id}"),
            About::Reading(id) if access::see_reading(actor, term.access()).is_ok() => format!("/oversight/{id}"),
            About::Review(id) if access::see_plans(actor).is_ok() => format!("/reviews/{id}"),
            About::Finding(id) => {
                let find = accountability::store::items_query(actor.district).push_bind("AND i.id = ?", id);
                let mut read = self.store.read().clone();
                match read.first(find).await.map_err(storage)? {
                    Some(row) => {
                        let kept = accountability::store::read(&row).map_err(storage)?;
                        if accountability::access::sees(actor, &kept) {
                            format!("/accountability/{id}")
                        } else {
                            String::new()
                        }
                    }
                    None => String::new(),
                }
            }
            _ => String::new(),
        })
    }
}
