//! What a request is about, whichever it is: a record of the book or a text of a meeting. Answers what the
//! two-officer act has to know of it. Refuses what is not there.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId, RecordId},
    people::access::{self, Actor},
    records::RecordKind,
    time::{Day, zh, zh_short},
};

use super::{
    super::{
        super::{
            posts::{self, PostInfo},
            reviews::offline::{HeldText, Text},
            rows::Rows,
            search::index,
        },
        decide::{Stored, load},
    },
    books,
    common::Common,
    erase::{Left, erase},
    held::Held,
    inspected, items,
    places::Places,
    quoted::{Readers, elsewhere},
    request::{Kind, Request, Subject},
    shown,
    words::Words,
};
use crate::storage::{Failure, Pool, Row, StorageError, Tx, q};

/// One of the acts, for the log.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Asked for.
    Asked,
    /// Taken back.
    Back,
    /// Another officer.
    Named,
    /// Looked at.
    Shown,
    /// Printed and signed.
    Printed,
    /// A draft of somebody was cut.
    Cut,
    /// Erased.
    Erased,
}

/// What goes offline.
pub enum Matter {
    /// A record with its post.
    Record(Box<(RecordId, Stored, PostInfo)>),
    /// A text of a meeting.
    Text(Box<Text>),
}

/// The sheet's part that is not of the request: words, more of them, files.
pub struct Shown {
    /// The words.
    pub text: String,
    /// More: label and words.
    pub lines: Vec<(String, String)>,
    /// Files: id and name.
    pub files: Vec<(String, String)>,
}

impl Matter {
    /// What `subject` names, in its district.
    pub async fn of(
        rows: &mut impl Rows,
        district: DistrictId,
        subject: &Subject,
        today: Day,
    ) -> Result<Self, Failure> {
        if subject.kind != Kind::Record {
            return Ok(Self::Text(Box::new(Text::of(rows, district, subject).await?)));
        }
        let id: RecordId = subject.id.parse().map_err(|_| Rejection::NotFound)?;
        let stored = load(rows, district, id).await?;
        let info = posts::post(rows, district, stored.post, today).await?.ok_or(Rejection::NotFound)?;
        Ok(Self::Record(Box::new((id, stored, info))))
    }

    /// Whom it is by or about: never one of the two.
    pub fn person(&self) -> Result<PersonId, StorageError> {
        match self {
            Self::Record(one) => one.1.row.id("author_person"),
            Self::Text(text) => Ok(text.presenter.person),
        }
    }

    /// The asker, or the 监督室 where he is away; never about the own unit.
    pub fn names_others(&self, actor: &Actor, request: &Request) -> bool {
        let office = match self {
            Self::Record(one) => {
                let info = &one.2;
                access::read_book(actor, info.access()).is_ok() && access::handle_questions(actor, info.unit).is_ok()
            }
            Self::Text(text) => access::handle_questions(actor, text.presenter.unit).is_ok(),
        };
        request.asked_by == actor.person || office
    }

    /// Who has nothing to do with a request of it, and may yet know that it was erased.
    pub fn knows(&self, actor: &Actor) -> bool {
        matches!(self, Self::Text(text) if text.handles(actor))
    }

    /// Heading and line of the page.
    pub fn title(&self) -> Result<(String, String), StorageError> {
        match self {
            Self::Record(one) => {
                let (stored, info) = (&one.1, &one.2);
                let page = stored.page.map(|n| format!("第 {n} 页，")).unwrap_or_default();
                let (kind, on) = kind_and_day(&stored.row)?;
                let about = format!("{page}{}，{}发生", kind.label(), zh_short(on));
                Ok((format!("{}{}", info.unit_name, info.title), about))
            }
            Self::Text(text) => Ok((text.title().to_owned(), text.about())),
        }
    }

    /// The page where the actor finds it when it is given back.
    pub fn page(&self, actor: &Actor) -> String {
        match self {
            Self::Record(one) => format!("/records/{}", one.0),
            Self::Text(text) => text.page(actor),
        }
    }

    /// Its words in 待办.
    pub fn todo(&self) -> String {
        match self {
            Self::Record(one) => match one.1.page {
                Some(page) => format!("{}第 {page} 页", one.2.unit_name),
                None => format!("{}没有编页的一条记录", one.2.unit_name),
            },
            Self::Text(text) => format!("{}的{}", text.title(), text.what()),
        }
    }

    /// Where the words stood, on the sheet.
    pub fn source(&self) -> Result<String, StorageError> {
        match self {
            Self::Record(one) => {
                let (stored, info) = (&one.1, &one.2);
                let page = stored.page.map_or_else(String::new, |n| format!("第 {n} 页，"));
                let (kind, on) = kind_and_day(&stored.row)?;
                let (post, kind) = (format!("{}{}", info.unit_name, info.title), kind.label());
                Ok(format!("{post}《履责记录本》{page}{kind}，{}发生。", zh(on)))
            }
            Self::Text(text) => Ok(format!("{}，{}。", text.title(), text.about())),
        }
    }

    /// What the sheet shows.
    pub async fn shown(&self, tx: &mut Tx, request: &Request) -> Result<Shown, StorageError> {
        match self {
            Self::Record(one) => {
                let files = tx
                    .rows(
                        q("SELECT l.id, l.name, (SELECT COUNT(DISTINCT o.record_id) FROM evidence_links o
                             WHERE o.district_id = l.district_id AND o.hash = l.hash AND o.record_id <> l.record_id) AS others
                           FROM evidence_links l WHERE l.record_id = $1 ORDER BY l.added_at, l.id")
                        .bind(one.0),
                    )
                    .await?
                    .iter()
                    .map(|row| Ok((row.text("id")?, stays(row.text("name")?, row.int("others")?))))
                    .collect::<Result<_, StorageError>>()?;
                let held: Held = request.held()?;
                let lines = held.lines(kind_and_day(&one.1.row)?.0)?;
                Ok(Shown { text: held.text().to_owned(), lines, files })
            }
            Self::Text(_) => {
                let held: HeldText = request.held()?;
                Ok(Shown { text: held.text().to_owned(), lines: Vec::new(), files: Vec::new() })
            }
        }
    }

    /// Puts the words back.
    pub async fn give_back(&self, tx: &mut Tx, request: &Request) -> Result<(), Failure> {
        match self {
            Self::Record(one) => {
                request.held::<Held>()?.give_back(tx, one.0, one.1.post).await?;
                index::replace(tx, one.0).await?;
                Ok(())
            }
            Self::Text(text) => text.give_back(tx, request.held()?).await,
        }
    }

    /// Who could read it.
    fn readers(&self, request: &Request) -> Result<Readers, StorageError> {
        let mut readers = match self {
            Self::Record(one) => {
                let (stored, info) = (&one.1, &one.2);
                let known = ["author_person", "proxy_person", "verified_by"];
                let people = known.iter().map(|name| stored.row.opt_id(name)).collect::<Result<Vec<_>, _>>()?;
                Readers {
                    post: stored.post,
                    unit: info.unit,
                    people: people.into_iter().flatten().collect(),
                    office: false,
                }
            }
            Self::Text(text) => {
                let presenter = &text.presenter;
                let people = vec![presenter.person];
                Readers { post: presenter.post, unit: presenter.unit, people, office: true }
            }
        };
        readers.people.push(request.asked_by);
        readers.people.extend(request.officers.iter().map(|o| o.person));
        Ok(readers)
    }

    /// Erases them wherever they stand.
    ///
    /// # Errors
    /// Stale where the words are not those that `common` was asked about.
    pub async fn erase(&self, tx: &mut Tx, actor: &Actor, request: &Request, common: &Common) -> Result<Left, Failure> {
        let readers = self.readers(request)?;
        match self {
            Self::Record(one) => erase(tx, actor, one.0, &one.1, &request.held()?, &readers, common).await,
            Self::Text(text) => Ok(Left::of_drafts(text.erase(tx, actor, request.held()?, &readers, common).await?)),
        }
    }

    /// By what its words are recognised, and the record they are taken from.
    pub fn words(&self, request: &Request) -> Result<(Words, Option<RecordId>), StorageError> {
        match self {
            Self::Record(one) => Ok((request.held::<Held>()?.words(), Some(one.0))),
            Self::Text(_) => Ok((Words::of(request.held::<HeldText>()?.text()), None)),
        }
    }

    /// Whose other texts hold a sentence of it, and where.
    pub async fn elsewhere(&self, read: &mut Pool, actor: &Actor, request: &Request) -> Result<Vec<String>, Failure> {
        let (all, of) = self.words(request)?;
        let (district, readers) = (actor.district, self.readers(request)?);
        let common = Common::of(read, district, of, &all).await?;
        let words = common.own(read, district, all.clone()).await?;
        let mut places = Places::default();
        if let Self::Record(one) = self {
            items::named(read, one.1.post, one.0, &words, &mut places).await?;
        }
        books::same_book(read, readers.post, of, &all, &mut places).await?;
        books::other_books(read, district, common.keepers(&all), &mut places).await?;
        // Nothing long enough to be told from others' words: nothing is read.
        if !words.parts().is_empty() && !places.are_full() {
            inspected::elsewhere(read, district, of.map(|_| readers.post), &words, &mut places).await?;
            shown::elsewhere(read, district, &words, &mut places).await?;
            elsewhere(read, district, &readers, &words, &mut places).await?;
        }
        Ok(places.lines())
    }

    /// The log keeps who and when, never words nor a digest that could be tried out.
    pub async fn note(&self, tx: &mut Tx, actor: &Actor, act: Act, details: &str) -> Result<(), Failure> {
        let (object, record) = match self {
            Self::Record(one) => (format!("record:{}", one.0), true),
            Self::Text(text) => (text.object(), false),
        };
        let action = match (act, record) {
            (Act::Asked, true) => "records.offline_asked",
            (Act::Back, true) => "records.offline_back",
            (Act::Named, true) => "records.offline_named",
            (Act::Shown, true) => "records.offline_shown",
            (Act::Printed, true) => "records.offline_printed",
            (Act::Cut, true) => "records.offline_draft",
            (Act::Erased, true) => "records.offline",
            (Act::Asked, false) => "reviews.offline_asked",
            (Act::Back, false) => "reviews.offline_back",
            (Act::Named, false) => "reviews.offline_named",
            (Act::Shown, false) => "reviews.offline_shown",
            (Act::Printed, false) => "reviews.offline_printed",
            (Act::Cut, false) => "reviews.offline_draft",
            (Act::Erased, false) => "reviews.offline",
        };
        tx.audit(actor.district, Some(actor.account), action, &object, details).await?;
        Ok(())
    }
}

/// A file that stands beside other records too is erased here only; the two officers are told.
fn stays(name: String, others: i64) -> String {
    match others {
        0 => name,
        n => format!("{name}（另有 {n} 条记录用了这份材料，那里的不会删除）"),
    }
}

fn kind_and_day(row: &Row) -> Result<(RecordKind, Day), StorageError> {
    Ok((row.keyed("kind", RecordKind::from_key)?, row.day("event_on")?))
}
