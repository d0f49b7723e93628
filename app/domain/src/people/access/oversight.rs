//! Who registers a 翻阅检查, who reads in one, who remarks, who hears of it; and who takes part in a
//! statutory 调取. A reading opens a book as an argument of [`read_during`], never as a role.
//!
//! Notes of talks (谈心谈话) stay closed in a reading too: what was said between two persons is not
//! evidence of an item; that the talk took place, when and on which item, is.

use super::{Actor, PostRef, Sight, read_book, when};
use crate::{
    Rejection,
    ids::{PersonId, PostId},
    oversight::Inspection,
    people::Role,
    time::Day,
};

proofs! {
    /// May register a reading of a book, and take it back.
    RegisterReading,
    /// May remark, un-match and write the feedback as a named reader.
    RemarkReading,
    /// May decide whether a remark becomes an item (H3).
    DecideRemark,
    /// May sign the feedback as the head, and ask for a check of a remark.
    AnswerReading,
    /// May read the sheet of a reading.
    SeeReading,
    /// May end a feedback that nobody can sign for a vacant post.
    EndReading,
    /// May ask for a statutory 调取.
    AskTaking,
    /// May decide on a statutory 调取.
    DecideTaking,
}

/// A running reading of exactly one book by exactly this actor; only [`reading`] builds one.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    post: PostId,
    year: i32,
}

/// Is `inspection` of `post` running on `today`, with the actor among its readers?
pub fn reading(actor: &Actor, post: PostId, inspection: &Inspection, today: Day) -> Option<Reading> {
    inspection.opens(actor.person, today).then_some(Reading { post, year: inspection.year })
}

/// [`read_book`] of one year, within a reading: whoever has an outline anyway and reads now reads the
/// texts of what the head confirmed. A right that ended since the registration opens nothing.
pub fn read_during(actor: &Actor, post: PostRef, year: i32, reading: Option<Reading>) -> Result<Sight, Rejection> {
    let sight = read_book(actor, post)?;
    let opened = reading.is_some_and(|r| r.post == post.post && r.year == year);
    Ok(if sight == Sight::Outline && opened && !actor.belongs_to(post.unit) { Sight::Reading } else { sight })
}

/// The supervising body by the 归口表 or the office; never for the own unit. A 镇（街道）纪（工）委 only
/// assists as a named reader.
pub fn register_reading(actor: &Actor, post: PostRef) -> Result<RegisterReading, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(post.unit);
    let sees = !post.leads_district || actor.has(Role::Secretary);
    when(may && sees && !actor.belongs_to(post.unit), RegisterReading { _only_here: () })
}

/// A named reader who could also register it: assistants read, and leave the judgement to the body.
pub fn remark_reading(actor: &Actor, post: PostRef, inspection: &Inspection) -> Result<RemarkReading, Rejection> {
    let _may = register_reading(actor, post)?;
    when(inspection.readers.contains(&actor.person), RemarkReading { _only_here: () })
}

/// 监督室, for the books it may register a reading of.
pub fn end_reading(actor: &Actor, post: PostRef) -> Result<EndReading, Rejection> {
    let _may = register_reading(actor, post)?;
    when(actor.has(Role::ConductOffice), EndReading { _only_here: () })
}

/// 监督室 decides what a reading puts on the account, and never on the own proposal; of the 区委书记's
/// book the 书记 alone, who has nobody beside him.
pub fn decide_remark(actor: &Actor, post: PostRef, proposer: PersonId) -> Result<DecideRemark, Rejection> {
    let may = if post.leads_district {
        actor.has(Role::Secretary)
    } else {
        actor.has(Role::ConductOffice) && proposer != actor.person
    };
    when(may && !actor.belongs_to(post.unit), DecideRemark { _only_here: () })
}

/// The present head of the post.
pub fn answer_reading(actor: &Actor, post: PostRef) -> Result<AnswerReading, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post.post), AnswerReading { _only_here: () })
}

/// The present head, and whoever headed the post during the reading's days (`formers`) and has left since: what was
/// found concerns his time.
pub fn answer_reading_of(actor: &Actor, post: PostRef, formers: &[PersonId]) -> Result<AnswerReading, Rejection> {
    let former = formers.contains(&actor.person);
    if former { Ok(AnswerReading { _only_here: () }) } else { answer_reading(actor, post) }
}

/// [`see_reading`], and whoever headed the post during its days.
pub fn see_reading_of(actor: &Actor, post: PostRef, formers: &[PersonId]) -> Result<SeeReading, Rejection> {
    let former = formers.contains(&actor.person);
    if former { Ok(SeeReading { _only_here: () }) } else { see_reading(actor, post) }
}

/// The head, and every eye of the commission that knows the book; not the 联络员: remarks are about
/// the head himself.
pub fn see_reading(actor: &Actor, post: PostRef) -> Result<SeeReading, Rejection> {
    let head = actor.terms.iter().any(|t| t.post == post.post);
    let office = matches!(read_book(actor, post), Ok(Sight::Outline));
    when(head || office, SeeReading { _only_here: () })
}

/// The office asks, with a document number; never for the own unit.
pub fn ask_taking(actor: &Actor, post: Option<PostRef>) -> Result<AskTaking, Rejection> {
    let own = post.is_some_and(|p| actor.belongs_to(p.unit));
    let sees = post.is_none_or(|p| !p.leads_district || actor.has(Role::Secretary));
    when(actor.has(Role::ConductOffice) && !own && sees, AskTaking { _only_here: () })
}

/// The 书记 or 分管副书记 decides.
pub fn decide_taking(actor: &Actor) -> Result<DecideTaking, Rejection> {
    let may = actor.has(Role::Secretary) || actor.has(Role::DeputySecretary);
    when(may, DecideTaking { _only_here: () })
}
