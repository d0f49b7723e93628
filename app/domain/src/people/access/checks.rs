//! Who edits the colour rules, and who asks for and answers a 申请核对.

use super::{Actor, PostRef, register_reading, when};
use crate::{Rejection, ids::PersonId, people::Role};

/// Whose word a question is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questioned {
    /// Who marked or agreed what is questioned.
    pub by: Vec<PersonId>,
    /// Of the body that supervises the unit and of the office nobody else is left.
    pub alone: bool,
}

impl Questioned {
    /// Who answers instead of those whose word it is.
    pub fn others(&self) -> &'static str {
        if self.alone { "区纪委书记或副书记" } else { "没有参与标记的同志或党风政风监督室" }
    }
}

proofs! {
    /// May draft other colour rules and try them out.
    DraftRules,
    /// May read the rules in force.
    SeeRules,
    /// May adopt drafted rules.
    AdoptRules,
    /// May see the colours of a post with their history.
    SeeColours,
    /// May ask whether what is said of him is right.
    AskCheck,
    /// May answer such a question.
    AnswerCheck,
}

/// 党风政风监督室 drafts.
pub fn draft_rules(actor: &Actor) -> Result<DraftRules, Rejection> {
    when(actor.has(Role::ConductOffice), DraftRules { _only_here: () })
}

/// Everybody whom a colour may concern: whoever has a row of the board in sight.
pub fn see_rules(actor: &Actor) -> Result<SeeRules, Rejection> {
    let _scope = super::board_scope(actor)?;
    Ok(SeeRules { _only_here: () })
}

/// The 分管副书记 (or the 书记) adopts, never what he drafted himself.
pub fn adopt_rules(actor: &Actor, drafter: PersonId) -> Result<AdoptRules, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && actor.person != drafter, AdoptRules { _only_here: () })
}

/// The head for himself, and every eye of the commission that knows the book; not the 联络员: what was asked
/// about a colour is the head's own.
pub fn see_colours(actor: &Actor, post: PostRef) -> Result<SeeColours, Rejection> {
    let _seen = super::see_reading(actor, post)?;
    Ok(SeeColours { _only_here: () })
}

/// The head of the post in person. `was`: he held it in the year that the fact is of, and has left since; what is
/// said of his own time he may still question.
pub fn ask_check(actor: &Actor, post: PostRef, was: bool) -> Result<AskCheck, Rejection> {
    let is = actor.terms.iter().any(|t| t.post == post.post);
    when(is || was, AskCheck { _only_here: () })
}

/// The body that supervises the unit, or the office; never of the own unit, and never the asker. Of the 区委书记's
/// the 区纪委书记 alone, whatever else he is.
pub fn answer_check(actor: &Actor, post: PostRef, asker: PersonId) -> Result<AnswerCheck, Rejection> {
    let may = if post.leads_district {
        actor.has(Role::Secretary) && !actor.belongs_to(post.unit)
    } else {
        register_reading(actor, post).is_ok()
    };
    when(may && actor.person != asker, AnswerCheck { _only_here: () })
}

/// [`answer_check`], and never whoever marked or agreed what is questioned: a colleague of the body, or the office;
/// where nobody of both is left, the 分管副书记 or the 书记. The 区纪委书记 has nobody beside him for the 区委书记's.
///
/// # Errors
/// Nothing of his, or his own word: said in words then.
pub fn answer_check_of(
    actor: &Actor,
    post: PostRef,
    asker: PersonId,
    said: &Questioned,
) -> Result<AnswerCheck, Rejection> {
    let may = answer_check(actor, post, asker);
    if post.leads_district {
        return may;
    }
    if said.by.contains(&actor.person) {
        let _else = may?;
        let words = format!("申请核对的内容是您标记或认定的，不能由您答复，没有保存。请由{}答复。", said.others());
        return Err(Rejection::state(words));
    }
    let leads = actor.has(Role::Secretary) || actor.has(Role::DeputySecretary);
    let instead = said.alone && leads && !actor.belongs_to(post.unit) && actor.person != asker;
    if instead { Ok(AnswerCheck { _only_here: () }) } else { may }
}
