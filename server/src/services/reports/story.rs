//! A report of the demonstration district, taken through its steps at once: written, approved and filed, or left as a
//! draft. Facts are computed by the same code as everybody's.

use domain::{
    ids::{CommandId, ReportId},
    papers::Seen,
    people::access::Actor,
    reports::{Cover, Judgement, Kind, Period},
};

use super::{
    super::posts,
    gather::{self, Ask},
    make::{self, New},
    store,
    texts::{self, Save, TypedPart},
    write::{self, Act, Step},
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// One report of the story.
#[derive(Debug, Clone)]
pub struct Story<'a> {
    /// Who writes it.
    pub writer: &'a Actor,
    /// Kind.
    pub kind: Kind,
    /// Whom it is about.
    pub cover: Cover,
    /// Period.
    pub period: Period,
    /// Judgements.
    pub texts: &'a [(Judgement, &'a str)],
    /// Who approves it, and who may read it then; `None`: it stays a draft.
    pub filed: Option<(&'a Actor, Vec<domain::ids::PersonId>)>,
}

/// Tells it.
pub async fn tell(tx: &mut Tx, story: &Story<'_>) -> Result<ReportId, Failure> {
    let (actor, today) = (story.writer, tx.now().day());
    let command = || CommandId(random::id(domain::time::Instant(0)));
    let form = New { command: command(), kind: story.kind, cover: story.cover.key(), period: story.period, sure: true };
    let new = make::checked(tx, actor, &form, today).await?;
    let id = make::insert(tx, actor, &new).await?;
    let version = posts::rules(tx, actor.district).await?.version;
    let now = tx.now();
    let ask = Ask { district: actor.district, cover: story.cover, posts: new.posts, period: story.period, as_of: now };
    for block in story.kind.blocks() {
        let facts = gather::block(tx, &ask, *block, now).await?;
        tx.insert(
            "INSERT INTO report_facts (report_id, edition, block, district_id, facts, computed_at)",
            vec![
                id.into(),
                1.into(),
                block.key().into(),
                actor.district.into(),
                store::json(&facts)?.into(),
                now.into(),
            ],
        )
        .await?;
    }
    let done = q("UPDATE report_editions SET job = 'done', as_of = $1, rule_version = $2 WHERE report_id = $3");
    tx.execute(done.bind(now).bind(version).bind(id)).await?;
    let parts = story.texts.iter().map(|(part, text)| TypedPart {
        part: *part,
        seen: Seen::of(0, ""),
        text: (*text).to_owned(),
    });
    let form = Save { command: command(), report: id, parts: parts.collect(), then: None };
    texts::save(tx, actor, &form).await?;
    if let Some((approver, readers)) = &story.filed {
        let steps = [(actor, Act::Ask), (*approver, Act::Approve), (actor, Act::File { readers: readers.clone() })];
        for (who, act) in steps {
            let seen = store::load(tx, actor.district, id).await?.version;
            let form = Step { command: command(), report: id, seen, act, reason: String::new() };
            write::step(tx, who, &form).await?;
        }
    }
    Ok(id)
}
