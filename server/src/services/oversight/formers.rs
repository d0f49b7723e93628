//! A reading belongs to the post and to whoever held it on its days. Who left in the middle sees the sheet, answers
//! what concerns his time and may sign for it; who came after reads what was found, and no talk of the other's.

use domain::{
    ids::{PersonId, PostId},
    oversight::Inspection,
    people::access::{self, Actor},
    time::{Day, zh_short},
};

use super::{
    super::{posts::PostInfo, rows::Rows},
    store::{Kept, KeptRemark},
};
use crate::storage::{StorageError, q};

/// Somebody who headed the post on a day of the reading and has left since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Last day in the post.
    pub left: Day,
}

/// Those of a reading, in the order in which they left. One statement.
pub async fn of(
    from: &mut impl Rows,
    info: &PostInfo,
    plain: &Inspection,
    today: Day,
) -> Result<Vec<Former>, StorageError> {
    let post: PostId = info.post;
    let rows = from
        .all(
            q("SELECT t.person_id, p.name, t.ends_on FROM terms t JOIN persons p ON p.id = t.person_id
               WHERE t.post_id = $1 AND t.starts_on <= $2 AND t.ends_on IS NOT NULL AND t.ends_on >= $3
                 AND t.ends_on < $4 ORDER BY t.ends_on, t.id")
            .bind(post)
            .bind(plain.to)
            .bind(plain.from)
            .bind(today),
        )
        .await?;
    let present = info.head.as_ref().map(|head| head.person);
    let mut out: Vec<Former> = Vec::new();
    for row in &rows {
        let former = Former { person: row.id("person_id")?, name: row.text("name")?, left: row.day("ends_on")? };
        if Some(former.person) != present && out.iter().all(|f| f.person != former.person) {
            out.push(former);
        }
    }
    Ok(out)
}

impl Kept {
    /// Ids of those who left in the middle, for access.
    pub fn former_ids(&self) -> Vec<PersonId> {
        self.formers.iter().map(|f| f.person).collect()
    }

    /// Is the actor here only for a time that is over?
    pub fn is_former(&self, actor: &Actor) -> bool {
        self.formers.iter().any(|f| f.person == actor.person)
            && access::answer_reading(actor, self.info.access()).is_err()
    }

    /// What the sheet says of a change in the middle; empty without one.
    pub fn change_words(&self) -> String {
        let left: Vec<String> =
            self.formers.iter().map(|f| format!("{}（任至{}）", f.name, zh_short(f.left))).collect();
        if left.is_empty() {
            return String::new();
        }
        let now = match &self.info.head {
            Some(head) => format!("{}起由{}接任", zh_short(head.from), head.name),
            None => "岗位现在空缺".to_owned(),
        };
        format!(
            "检查期间负责人有变动：{}，{now}。原任期内的记录由原负责人核对、答复；反馈意见可由原负责人签字，也可由现任接任签字。",
            left.join("、")
        )
    }

    /// Who may sign as the head on the reader's screen: the present one, and who left in the middle.
    pub fn signers(&self) -> Vec<(PersonId, String)> {
        let present = self.info.head.iter().map(|head| (head.person, head.name.clone()));
        let formers = self.formers.iter().map(|f| (f.person, f.name.clone()));
        present.chain(formers).collect()
    }
}

impl KeptRemark {
    /// Is it about the time of somebody who left: his own record, an item, or the whole book?
    pub fn concerns(&self, person: PersonId) -> bool {
        self.record.is_none() || self.author == Some(person)
    }
}
