//! A record as the index holds it, and how far a reader reaches into the index.
//!
//! Every token has a letter before it that says what it is about, so that a word of somebody's
//! text is never taken for a right. Rights are tokens too: a question is joined with those of its
//! reader and the index answers it with nothing else (never filtered afterwards). The rule is
//! `people::access::read_book`'s; [`Reach::of`] takes its answers, one for each post.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use uuid::Uuid;

use super::{Expr, tokens::text_tokens};
use crate::{
    ids::{DistrictId, PersonId, PostId},
    people::access::Sight,
    records::RecordKind,
    time::Day,
};

/// Something of a record that a filter or a word asks for, beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mark {
    /// 履责类型.
    Kind(RecordKind),
    /// Printed number of an item it corresponds to.
    Code(String),
    /// Year of the event.
    Year(i32),
    /// Month of the event, of any year.
    Month(u32),
    /// Year and month of the event.
    YearMonth(i32, u32),
    /// Waits for confirmation, or what was made of it: `proxy`, `refused`, `recorded`, `stub`.
    State(&'static str),
    /// 补记.
    Late,
    /// 有更正.
    Corrected,
    /// 有补充: one of its corrections only filled in what was left open.
    Added,
    /// 已核实.
    Verified,
    /// In the book of this post.
    Post(PostId),
    /// One of its text's words.
    Text(String),
    /// Text that everybody who reads the book beyond the outline may read.
    Readable(PostId),
    /// Talk: its author alone reads it,
    Author(PersonId),
    /// or whoever drafted it, as long as nobody corrected it.
    Drafter(PersonId),
    /// 代录 of this person, whatever became of it.
    DraftedBy(PersonId),
    /// Talk in the book of this post that its author lets the 联络员 read.
    Shared(PostId),
    /// In the outline of a book of this district.
    Outline(DistrictId),
}

impl Mark {
    /// The token in the index: small Latin letters, digits, and characters beyond ASCII only.
    pub fn token(&self) -> String {
        match self {
            Self::Text(word) => format!("t{word}"),
            Self::Kind(kind) => format!("k{}", kind.key()),
            Self::Code(code) => format!("c{}", plain(code)),
            Self::Year(year) => format!("y{year}"),
            Self::Month(month) => format!("n{month}"),
            Self::YearMonth(year, month) => format!("m{year}{month:02}"),
            Self::State(state) => format!("s{state}"),
            Self::Late => "slate".to_owned(),
            Self::Corrected => "scorrected".to_owned(),
            Self::Added => "sadded".to_owned(),
            Self::Verified => "sverified".to_owned(),
            Self::Post(post) => format!("p{}", short(post.0)),
            Self::Readable(post) => format!("r{}", short(post.0)),
            Self::Author(person) => format!("a{}", short(person.0)),
            Self::Drafter(person) => format!("d{}", short(person.0)),
            Self::DraftedBy(person) => format!("b{}", short(person.0)),
            Self::Shared(post) => format!("h{}", short(post.0)),
            Self::Outline(district) => format!("o{}", short(district.0)),
        }
    }

    /// The question for it.
    pub fn expr(&self) -> Expr {
        Expr::token(self.token())
    }
}

/// The random half of an id: 62 bits tell a million of them apart, at half the length.
fn short(id: Uuid) -> String {
    format!("{:016x}", id.as_u64_pair().1)
}

/// A printed number without what an index language reads: `3.3` as `3x2e3`.
fn plain(code: &str) -> String {
    let mut out = String::new();
    for c in super::fold(code).chars().filter(|c| !c.is_control()) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(&format!("x{:02x}", u32::from(c)));
        }
    }
    out
}

/// A record with everything that decides by what and by whom it is found.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one record")]
pub struct Doc<'a> {
    /// District.
    pub district: DistrictId,
    /// Book.
    pub post: PostId,
    /// `recorded`, `proxy`, `refused`, `stub`.
    pub state: &'a str,
    /// 履责类型.
    pub kind: RecordKind,
    /// Text as it stands now; what stood before a correction is not searched.
    pub text: &'a str,
    /// The kind's own fields, as the page shows them; as open as the text.
    pub details: &'a [String],
    /// Day of the event.
    pub event_on: Day,
    /// 补记.
    pub late: bool,
    /// 已核实.
    pub verified: bool,
    /// One of its corrections is a 更正,
    pub corrected: bool,
    /// one is a 补充,
    pub added: bool,
    /// and it was a talk before one of them.
    pub talked: bool,
    /// Its author lets the 联络员 read it, though it is a talk.
    pub shared: bool,
    /// Author.
    pub author: PersonId,
    /// Who drafted it.
    pub proxy: Option<PersonId>,
    /// Printed numbers of its items, without those taken back.
    pub codes: &'a [String],
}

impl Doc<'_> {
    /// Tokens of the record.
    pub fn tokens(&self) -> BTreeSet<String> {
        // What went offline before it had a page is found by nobody.
        if self.state == "offline" {
            return BTreeSet::new();
        }
        let mut marks = vec![
            Mark::Post(self.post),
            Mark::Kind(self.kind),
            Mark::Year(self.event_on.year()),
            Mark::Month(self.event_on.month()),
            Mark::YearMonth(self.event_on.year(), self.event_on.month()),
        ];
        marks.extend(STATES.into_iter().filter(|s| *s == self.state).map(Mark::State));
        for (is, mark) in [
            (self.late, Mark::Late),
            (self.corrected, Mark::Corrected),
            (self.added, Mark::Added),
            (self.verified, Mark::Verified),
        ] {
            marks.extend(is.then_some(mark));
        }
        marks.extend(self.codes.iter().cloned().map(Mark::Code));
        marks.extend(self.proxy.map(Mark::DraftedBy));
        if matches!(self.state, "recorded" | "stub") {
            marks.push(Mark::Outline(self.district));
        }
        // What was lawfully removed has no text, only its line.
        if self.state != "stub" {
            for text in std::iter::once(self.text).chain(self.details.iter().map(String::as_str)) {
                marks.extend(text_tokens(text).into_iter().map(Mark::Text));
            }
            if self.kind.is_talk(self.talked) {
                marks.push(Mark::Author(self.author));
                marks.extend(self.proxy.filter(|_| !self.corrected && !self.added).map(Mark::Drafter));
                marks.extend(self.shared.then_some(Mark::Shared(self.post)));
            } else {
                marks.push(Mark::Readable(self.post));
            }
        }
        marks.iter().map(Mark::token).collect()
    }
}

/// States of a record.
const STATES: [&str; 4] = ["recorded", "proxy", "refused", "stub"];

/// Books of which a reader sees the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// Of these posts.
    Posts(Vec<PostId>),
    /// Of the district's, without these.
    AllBut(DistrictId, Vec<PostId>),
}

/// How far somebody reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    me: PersonId,
    /// Books read in full,
    full: Vec<PostId>,
    /// without the notes of talks,
    without_talks: Vec<PostId>,
    /// in outline,
    outline: Outlook,
    /// and of those in outline the ones of which a 翻阅检查 opens a year.
    reading: Vec<(PostId, i32)>,
    district: DistrictId,
}

impl Reach {
    /// The reach of `me` from what `read_book` says of posts, `None` where it refuses. `whole`:
    /// these are all posts of the district, so that a few refusals can stand for many rights.
    /// `reading`: books of which `read_during` opens the texts of one year, and the year; a
    /// record belongs to the year of its event. In other years the book stays an outline.
    pub fn of(
        me: PersonId,
        district: DistrictId,
        whole: bool,
        sights: impl IntoIterator<Item = (PostId, Option<Sight>)>,
        reading: impl IntoIterator<Item = (PostId, i32)>,
    ) -> Self {
        let (mut full, mut without_talks, mut outline, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (post, sight) in sights {
            match sight {
                Some(Sight::Full) => full.push(post),
                Some(Sight::WithoutTalks) => without_talks.push(post),
                // Which of its years are read is said apart.
                Some(Sight::Outline | Sight::Reading) => outline.push(post),
                None => refused.push(post),
            }
        }
        let outline = if whole && outline.len() > refused.len() {
            Outlook::AllBut(district, refused)
        } else {
            Outlook::Posts(outline)
        };
        Self { me, full, without_talks, outline, reading: reading.into_iter().collect(), district }
    }

    /// Records whose text may be read.
    pub fn texts(&self) -> Expr {
        let posts = |posts: &[PostId]| Expr::any(posts.iter().map(|p| Mark::Post(*p).expr()));
        Expr::any([
            Expr::any(self.full.iter().chain(&self.without_talks).map(|p| Mark::Readable(*p).expr())),
            // What the head did not confirm stays closed in a reading.
            Expr::all([
                Expr::any(
                    self.reading
                        .iter()
                        .map(|(post, year)| Expr::all([Mark::Readable(*post).expr(), Mark::Year(*year).expr()])),
                ),
                Mark::Outline(self.district).expr(),
            ]),
            Expr::all([Mark::Author(self.me).expr(), posts(&self.full)]),
            Expr::all([Mark::Drafter(self.me).expr(), posts(&self.without_talks)]),
            Expr::any(self.without_talks.iter().map(|p| Mark::Shared(*p).expr())),
        ])
    }

    /// Records of which the line may be read: kind, dates, items.
    pub fn lines(&self) -> Expr {
        let posts = |posts: &[PostId]| Expr::any(posts.iter().map(|p| Mark::Post(*p).expr()));
        let outline = match &self.outline {
            Outlook::Posts(seen) => Expr::all([Mark::Outline(self.district).expr(), posts(seen)]),
            Outlook::AllBut(district, hidden) => Mark::Outline(*district).expr().but(posts(hidden)),
        };
        Expr::any([posts(&self.full), posts(&self.without_talks), outline])
    }
}

#[cfg(test)]
mod tests;
