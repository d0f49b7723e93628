//! 限阅归档 and the circle of readers. Whoever wrote, approved and files a report reads it; the others are chosen by
//! name. More are let in later by 书记, 分管副书记 or 监督室, never by whoever wants to read it himself.

use domain::{
    Rejection,
    ids::PersonId,
    people::{
        Role,
        access::{Actor, READERS},
    },
    records::masked,
};

use super::{
    super::{people::held_on, rows::Rows},
    course,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, Value, q};

/// People who may be chosen as readers.
pub async fn candidates(
    from: &mut impl Rows,
    actor: &Actor,
    today: domain::time::Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.district_id = $1")
    .bind(actor.district)
    .and_in("g.role", READERS.map(Role::key));
    let rows = from.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Units and posts of these people today, for a name to be told from another.
pub async fn described(
    from: &mut impl Rows,
    people: Vec<(PersonId, String)>,
    today: domain::time::Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    if people.is_empty() {
        return Ok(people);
    }
    let find = q("SELECT g.person_id, g.role, u.name FROM role_grants g JOIN units u ON u.id = g.unit_id WHERE 1 = 1")
        .and_in("g.role", READERS.map(Role::key))
        .and_in("g.person_id", people.iter().map(|(id, _)| *id));
    let rows = from.all(held_on(find, today).push("ORDER BY g.person_id, g.role, u.name, g.id")).await?;
    let mut out = Vec::with_capacity(people.len());
    for (id, name) in people {
        let mut held: Vec<String> = Vec::new();
        for row in &rows {
            if row.id::<PersonId>("person_id")? == id {
                let (role, unit) = (row.keyed("role", Role::from_key)?, row.text("name")?);
                // A 派驻组 or 联系室 is a unit of its own name; the others are told by their role.
                let words = match role {
                    Role::ResidentTeam | Role::SupervisionOffice => unit,
                    role => role.label().to_owned(),
                };
                if !held.contains(&words) {
                    held.push(words);
                }
            }
        }
        let words = if held.is_empty() { name } else { format!("{name}（{}）", held.join("、")) };
        out.push((id, words));
    }
    Ok(out)
}

/// Who reads it in any case, with names: who began it, who approved it last, and who files it.
pub async fn always(from: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<Vec<(PersonId, String)>, StorageError> {
    let mut all = vec![(kept.made_by, kept.made_name.clone())];
    let find = q(
        "SELECT c.person_id, a.person_name FROM approvals a JOIN accounts c ON c.id = a.account_id
                  WHERE a.subject = $1 AND a.step = $2 AND a.decision = 'agreed' ORDER BY a.at DESC, a.id DESC LIMIT 1",
    );
    if let Some(row) = from.first(find.bind(kept.id.to_string()).bind(course::REVIEW)).await? {
        all.push((row.id("person_id")?, row.text("person_name")?));
    }
    all.push((actor.person, actor.name.clone()));
    Ok(all)
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    chosen: &[PersonId],
    named: &[(PersonId, String)],
    undone: &str,
) -> Result<String, Failure> {
    let known = candidates(tx, actor, tx.now().day()).await?;
    let (mut rows, mut names) = (Vec::<Vec<Value>>::new(), Vec::new());
    for person in chosen {
        let Some((_, name)) = named.iter().chain(&known).find(|(id, _)| id == person) else {
            let words = format!("阅读人员不在可选范围，{undone}。请刷新页面后重新选择。");
            return Err(Rejection::field("reader", words).into());
        };
        rows.push(vec![kept.id.into(), (*person).into(), actor.district.into(), name.into()]);
        names.push(name.as_str());
    }
    tx.insert_all("INSERT INTO report_readers (report_id, person_id, district_id, name)", rows, "").await?;
    Ok(names.join("、"))
}

/// 限阅归档: from here nothing of it changes, and nobody but its readers opens it.
pub async fn file(tx: &mut Tx, actor: &Actor, kept: &Kept, readers: &[PersonId]) -> Result<(), Failure> {
    let always = always(tx, actor, kept).await?;
    let own: Vec<PersonId> = always.iter().map(|(id, _)| *id).collect();
    let chosen = kept.plain.file(readers, &own)?;
    let names = insert(tx, actor, kept, &chosen, &always, "没有归档").await?;
    let facts = store::facts(tx, kept.id, kept.edition.no).await?;
    let texts = store::words(&store::texts(tx, kept).await?);
    let hash = store::hash(kept, &facts, &texts)?;
    let set = q("UPDATE reports SET state = 'filed', filed_by = $1, filed_name = $2, filed_at = $3, content_hash = $4
                 WHERE id = $5");
    tx.execute(set.bind(actor.person).bind(&actor.name).bind(tx.now()).bind(&hash).bind(kept.id)).await?;
    course::note(tx, actor, kept, (course::FILE, "filed"), &format!("限阅：{names}")).await?;
    store::audit(tx, actor, "reports.filed", kept, &format!("限阅：{names}；校验码 {hash}")).await?;
    Ok(())
}

/// 增加阅读人: nothing of the report changes but who may open it.
pub async fn widen(tx: &mut Tx, actor: &Actor, kept: &Kept, readers: &[PersonId], reason: &str) -> Result<(), Failure> {
    let known = store::reader_ids(tx, kept.id).await?;
    let (new, reason) = kept.plain.widen(readers, &known, actor.person, reason)?;
    let reason = masked(&reason);
    let names = insert(tx, actor, kept, &new, &[], "没有增加").await?;
    let words = format!("{names}；原因：{reason}");
    course::note(tx, actor, kept, (course::WIDEN, "widened"), &words).await?;
    store::audit(tx, actor, "reports.widened", kept, &words).await?;
    Ok(())
}
