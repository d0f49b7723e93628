//! The books of the district as one viewer sees them: what `access` says of each, and how unit
//! and head are spelt.

use domain::{
    ids::{PersonId, PostId, UnitId},
    people::{
        Role, UnitKind,
        access::{self, Actor, PostRef, Sight},
    },
    search::{Spelling, Word, fold, is_spelt},
    time::Day,
};

use crate::{
    services::{oversight, people::names, rows::Rows},
    storage::{Row, StorageError, q},
};

/// A book and its owner.
pub struct Book {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// `孔一帆，党工委书记`.
    pub who: String,
    /// How much of it the viewer reads, apart from a 翻阅检查.
    pub sight: Option<Sight>,
    /// The year whose texts he reads in a 翻阅检查 today.
    pub reads: Option<i32>,
    about: PostRef,
    /// The viewer sees its row of the board.
    pub board: bool,
    head: String,
    unit_letters: String,
    head_letters: String,
}

/// Books that the viewer may see anything of are among these.
pub struct Books {
    /// Books.
    pub all: Vec<Book>,
    /// All of the district's, not only those that may concern the viewer.
    pub whole: bool,
}

/// Reads them. Whoever has no role for the whole district is asked about the units he belongs to
/// and those he watches only: `read_book` and the board say no to all others.
pub async fn books(rows: &mut impl Rows, actor: &Actor, today: Day) -> Result<Books, StorageError> {
    let whole = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::GeneralOffice]
        .into_iter()
        .any(|role| actor.has(role));
    let mut find =
        q("SELECT p.id AS post_id, p.title, p.ends_on AS post_ends, u.id AS unit_id, u.name, u.kind, u.pinyin,
           u.leads_district, u.ends_on, t.person_id, s.name AS head, s.pinyin AS head_pinyin
         FROM posts p JOIN units u ON u.id = p.unit_id
         LEFT JOIN terms t ON t.post_id = p.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
         LEFT JOIN persons s ON s.id = t.person_id
         WHERE p.district_id = $1 AND p.is_head = 1")
        .bind(actor.district)
        .bind(today);
    if !whole {
        let mut units = actor.own_units();
        units.extend(actor.watched.iter().copied());
        find = find.and_in("u.id", units);
    }
    let found = rows.all(find.push("ORDER BY u.position, u.name, p.position, p.id, t.starts_on DESC")).await?;
    let mut all: Vec<Book> = Vec::with_capacity(found.len());
    for row in &found {
        let book = read(row, actor, today)?;
        // Two terms on one day: the later one, which comes first, holds the post.
        if all.last().is_none_or(|last| last.post != book.post) {
            all.push(book);
        }
    }
    // The days of a reading open the texts of its year, of that year alone: as `Services::sight_of`.
    let readings = oversight::running(rows, actor, None, today).await?;
    for book in &mut all {
        let Some(reading) = readings.get(&book.post) else { continue };
        let (year, proof) = (reading.plain.year, Some(reading.proof));
        let opened = access::read_during(actor, book.about, year, proof) == Ok(Sight::Reading);
        book.reads = opened.then_some(year);
    }
    Ok(Books { all, whole })
}

fn read(row: &Row, actor: &Actor, today: Day) -> Result<Book, StorageError> {
    let (post, unit): (PostId, UnitId) = (row.id("post_id")?, row.id("unit_id")?);
    let leads_district = row.flag("leads_district")?;
    let holder: Option<PersonId> = row.opt_id("person_id")?;
    let (name, title) = (row.text("name")?, row.text("title")?);
    let head = row.opt_text("head")?.unwrap_or_default();
    // As the board: running units without the supervising bodies, 区委书记's row for himself and the 书记.
    let kind: UnitKind = row.keyed("kind", UnitKind::from_key)?;
    let ended =
        |column: &str| -> Result<bool, StorageError> { Ok(row.opt_day(column)?.is_some_and(|day| day < today)) };
    let shown = !matches!(kind, UnitKind::Team | UnitKind::Committee | UnitKind::Commission)
        && !ended("ends_on")?
        && !ended("post_ends")?
        && (!leads_district || actor.has(Role::Secretary) || holder == Some(actor.person));
    let or_made =
        |stored: String, make: fn(&str) -> String, of: &str| if stored.is_empty() { make(of) } else { stored };
    Ok(Book {
        post,
        who: if head.is_empty() { format!("{title}（空缺）") } else { format!("{head}，{title}") },
        sight: access::read_book(actor, PostRef { post, unit, leads_district }).ok(),
        reads: None,
        about: PostRef { post, unit, leads_district },
        board: shown && access::board_scope(actor).is_ok_and(|scope| scope.holds(unit)),
        unit_letters: or_made(row.text("pinyin")?, names::unit_key, &name),
        head_letters: or_made(row.opt_text("head_pinyin")?.unwrap_or_default(), names::person_key, &head),
        unit: name,
        head,
    })
}

/// Whoever drafts, or drafted, in a book of the viewer's own.
pub struct Drafter {
    /// Person.
    pub person: PersonId,
    name: String,
    letters: String,
}

/// 联络员 of the units whose books the viewer writes or drafts in, those of earlier days too. One statement, or none.
pub async fn drafters(rows: &mut impl Rows, all: &[Book]) -> Result<Vec<Drafter>, StorageError> {
    let own = all.iter().filter(|b| matches!(b.sight, Some(Sight::Full | Sight::WithoutTalks)));
    let units: Vec<UnitId> = own.map(|b| b.about.unit).collect();
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT DISTINCT s.id, s.name, s.pinyin FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.role = 'liaison'");
    let found = rows.all(find.and_in("g.unit_id", units).push("ORDER BY s.id")).await?;
    let of = |row: &Row| -> Result<Drafter, StorageError> {
        let name = row.text("name")?;
        let letters = row.opt_text("pinyin")?.filter(|stored| !stored.is_empty());
        let letters = letters.unwrap_or_else(|| names::person_key(&name));
        Ok(Drafter { person: row.id("id")?, name, letters })
    };
    found.iter().map(of).collect()
}

impl Drafter {
    /// Is he called so?
    pub fn is_called(&self, word: &Word) -> bool {
        word.may_name() && is_spelt(Spelling { name: &self.name, pinyin: &self.letters }, &word.text)
    }
}

impl Book {
    /// Is the unit or its head called so, or does one character stand in the unit's name? For the list of units
    /// only: one character names no records.
    pub fn shows(&self, word: &Word) -> bool {
        self.is_called(word) || word.may_name_unit() && fold(&self.unit).contains(&word.text)
    }

    /// Is the unit or its head called so?
    pub fn is_called(&self, word: &Word) -> bool {
        word.may_name()
            && (is_spelt(Spelling { name: &self.unit, pinyin: &self.unit_letters }, &word.text)
                || is_spelt(Spelling { name: &self.head, pinyin: &self.head_letters }, &word.text))
    }
}
