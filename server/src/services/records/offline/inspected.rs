//! What a 翻阅检查 says in the words of a record that went offline: remarks on the record, whole, and lines of
//! other remarks, conclusions and reasons of un-matchings of the same post that quote it. Cut when it is asked for,
//! given back where nobody changed them, erased with the request. What both signed is still signed, and the paper
//! says how many pages went; what is not signed by both yet becomes a new edition. Whatever quotes it in the
//! readings and items of the closed loop of other posts is only named; items of the same post are `items`'s.

use std::collections::BTreeSet;

use domain::{
    ids::{DistrictId, PostId, RecordId},
    oversight::Proposal,
};
use serde::{Deserialize, Serialize};

use super::{
    super::super::rows::Rows,
    places::{AT_ONCE, Places, is_full},
    words::{CUT, Words},
};
use crate::storage::{Row, StorageError, Tx, q};

/// Reason of the matches of a record that is erased.
pub const RELEASED: &str = "已转线下";

/// Which text of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Field {
    /// The remark,
    Text,
    /// what the head wants checked,
    Check,
    /// the answer,
    Answer,
    /// why it was taken back,
    Withdrawn,
    /// and what was proposed of it, as JSON.
    Proposal,
    /// Conclusion of the feedback.
    Conclusion,
    /// Reason of an un-matching; `key` is the record, `duty` the item.
    Unmatched,
}

impl Field {
    const OF_REMARK: [Self; 5] = [Self::Text, Self::Check, Self::Answer, Self::Withdrawn, Self::Proposal];

    fn column(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Check => "check_words",
            Self::Answer => "answer",
            Self::Withdrawn => "withdrawn_why",
            Self::Proposal => "proposal",
            Self::Conclusion => "conclusion",
            Self::Unmatched => "unmatched_why",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Text => "检查意见",
            Self::Check => "申请核对的内容",
            Self::Answer => "核对答复",
            Self::Withdrawn => "撤回原因",
            Self::Proposal => "提请整改的内容",
            Self::Conclusion => "综合意见",
            Self::Unmatched => "取消对应的原因",
        }
    }

    fn change(self) -> &'static str {
        match self {
            Self::Text => "UPDATE inspection_remarks SET text = $1 WHERE id = $2 AND text = $3",
            Self::Check => "UPDATE inspection_remarks SET check_words = $1 WHERE id = $2 AND check_words = $3",
            Self::Answer => "UPDATE inspection_remarks SET answer = $1 WHERE id = $2 AND answer = $3",
            Self::Withdrawn => "UPDATE inspection_remarks SET withdrawn_why = $1 WHERE id = $2 AND withdrawn_why = $3",
            Self::Proposal => "UPDATE inspection_remarks SET proposal = $1 WHERE id = $2 AND proposal = $3",
            // Whoever has the feedback open must look again before he saves it.
            Self::Conclusion => {
                "UPDATE inspections SET conclusion = $1, version = version + 1 WHERE id = $2 AND conclusion = $3"
            }
            Self::Unmatched => {
                "UPDATE record_duties SET unmatched_why = $1 WHERE record_id = $2 AND unmatched_why = $3 AND duty_id = $4"
            }
        }
    }
}

/// A text before and after it was cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Said {
    field: Field,
    key: String,
    duty: String,
    before: String,
    after: String,
}

impl Said {
    /// As the two officers see it: what it was and its words.
    pub fn line(&self) -> (String, String) {
        let words = match serde_json::from_str::<Proposal>(&self.before) {
            Ok(proposal) if self.field == Field::Proposal => proposed(&proposal).join("；"),
            _ => self.before.clone(),
        };
        (self.field.label().to_owned(), words)
    }

    /// The remark itself, which reports draw.
    pub fn remark(&self) -> Option<&str> {
        (self.field == Field::Text).then_some(self.before.as_str())
    }

    /// Did `from` still stand there?
    async fn set(&self, tx: &mut Tx, from: &str, to: &str) -> Result<bool, StorageError> {
        let change = q(self.field.change()).bind(to).bind(&self.key).bind(from);
        let change = if self.field == Field::Unmatched { change.bind(&self.duty) } else { change };
        Ok(tx.execute(change).await? > 0)
    }
}

fn proposed(proposal: &Proposal) -> Vec<&str> {
    let said = [&proposal.problem, &proposal.demand, &proposal.returned];
    said.into_iter().map(String::as_str).filter(|words| !words.is_empty()).collect()
}

/// What stands there afterwards; none where it stays. All of it where it is about the record itself.
fn after(field: Field, before: &str, words: &Words, whole: bool) -> Result<Option<String>, StorageError> {
    let one = |text: &str| match (text, whole) {
        ("" | CUT | RELEASED, _) => None,
        (_, true) => Some(CUT.to_owned()),
        (text, false) => words.cut(text),
    };
    if field != Field::Proposal {
        return Ok(one(before));
    }
    // Nothing was proposed.
    let Ok(mut proposal) = serde_json::from_str::<Proposal>(before) else { return Ok(None) };
    let mut touched = false;
    for text in [&mut proposal.problem, &mut proposal.demand, &mut proposal.returned] {
        if let Some(cut) = one(text.as_str()) {
            *text = cut;
            touched = true;
        }
    }
    let text = serde_json::to_string(&proposal).map_err(|_| StorageError::shape("proposal"))?;
    Ok(touched.then_some(text))
}

/// Cuts what quotes the record out of the readings of its post; what was cut, for giving back and for the sheet.
pub async fn cut(tx: &mut Tx, post: PostId, record: RecordId, words: &Words) -> Result<Vec<Said>, StorageError> {
    let mut all = Vec::new();
    let find = q("SELECT m.* FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
         WHERE i.post_id = $1 ORDER BY m.at, m.id");
    for row in &tx.rows(find.bind(post)).await? {
        let whole = row.opt_id::<RecordId>("record_id")? == Some(record);
        let key = row.text("id")?;
        for field in Field::OF_REMARK {
            take(&mut all, (field, &key, ""), row.text(field.column())?, words, whole)?;
        }
    }
    let find = q("SELECT id, conclusion FROM inspections WHERE post_id = $1 AND conclusion <> ''");
    for row in &tx.rows(find.bind(post)).await? {
        take(&mut all, (Field::Conclusion, &row.text("id")?, ""), row.text("conclusion")?, words, false)?;
    }
    let find =
        q("SELECT d.record_id, d.duty_id, d.unmatched_why FROM record_duties d JOIN records r ON r.id = d.record_id
         WHERE r.post_id = $1 AND d.unmatched_why IS NOT NULL");
    for row in &tx.rows(find.bind(post)).await? {
        let whole = row.id::<RecordId>("record_id")? == record;
        let (key, duty) = (row.text("record_id")?, row.text("duty_id")?);
        take(&mut all, (Field::Unmatched, &key, &duty), row.text("unmatched_why")?, words, whole)?;
    }
    let mut changed = Vec::new();
    for said in &all {
        changed.extend(said.set(tx, &said.before, &said.after).await?.then_some(said));
    }
    renew(tx, &changed).await?;
    Ok(all)
}

/// A signature covers the words that stood there: of feedback that is not closed they are signed once more.
async fn renew(tx: &mut Tx, changed: &[&Said]) -> Result<(), StorageError> {
    let on_paper = |said: &&&Said| matches!(said.field, Field::Text | Field::Check | Field::Answer);
    let remarks: BTreeSet<&str> = changed.iter().filter(on_paper).map(|said| said.key.as_str()).collect();
    let ended = changed.iter().filter(|said| said.field == Field::Conclusion);
    let mut readings: BTreeSet<String> = ended.map(|said| said.key.clone()).collect();
    if !remarks.is_empty() {
        let find = q("SELECT DISTINCT inspection_id FROM inspection_remarks WHERE 1 = 1").and_in("id", remarks);
        for row in &tx.rows(find).await? {
            readings.insert(row.text("inspection_id")?);
        }
    }
    if !readings.is_empty() {
        let change =
            q("UPDATE inspections SET edition = edition + 1, version = version + 1 WHERE standing = 'feedback'");
        tx.execute(change.and_in("id", readings)).await?;
    }
    Ok(())
}

fn take(
    all: &mut Vec<Said>,
    (field, key, duty): (Field, &str, &str),
    before: String,
    words: &Words,
    whole: bool,
) -> Result<(), StorageError> {
    if let Some(after) = after(field, &before, words, whole)? {
        all.push(Said { field, key: key.to_owned(), duty: duty.to_owned(), before, after });
    }
    Ok(())
}

/// Puts them back; what somebody changed meanwhile stays as it is.
pub async fn give_back(tx: &mut Tx, all: &[Said]) -> Result<(), StorageError> {
    let mut changed = Vec::new();
    for said in all {
        changed.extend(said.set(tx, &said.after, &said.before).await?.then_some(said));
    }
    renew(tx, &changed).await
}

/// Cuts once more, after somebody may have written it in again, and takes away what could be read or tried out
/// of `held` and of that: the log's words. Digests of the answered forms are `digests`'s.
pub async fn cut_for_good(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    record: RecordId,
    words: &Words,
    held: &[Said],
) -> Result<(), StorageError> {
    let again = cut(tx, post, record, words).await?;
    for said in held.iter().chain(&again) {
        match said.field {
            // Its words stand in no line of the log.
            Field::Conclusion => {}
            Field::Unmatched => forget_reasons(tx, district, said, words).await?,
            _ => {
                tx.execute(
                    q("DELETE FROM audit_details WHERE district_id = $1 AND seq IN (SELECT seq FROM audit
                         WHERE district_id = $1 AND object = $2 AND action LIKE 'oversight.%')")
                    .bind(district)
                    .bind(format!("inspection_remark:{}", said.key)),
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// Reasons in the log of a record that quote the words; `9.1 reason` is a line of it. Other reasons are its own.
async fn forget_reasons(tx: &mut Tx, district: DistrictId, said: &Said, words: &Words) -> Result<(), StorageError> {
    let find =
        q("SELECT d.seq, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
         WHERE a.district_id = $1 AND a.object = $2 AND a.action LIKE 'oversight.%'");
    for row in &tx.rows(find.bind(district).bind(format!("record:{}", said.key))).await? {
        let line = row.text("text")?;
        let why = line.split_once(' ').map_or(line.as_str(), |(_, why)| why);
        if why.contains(&said.before) || words.cut(why).is_some() {
            let gone = q("DELETE FROM audit_details WHERE district_id = $1 AND seq = $2").bind(district);
            tx.execute(gone.bind(row.int("seq")?)).await?;
        }
    }
    Ok(())
}

/// Names remarks and conclusions of readings and items of the closed loop that hold a whole sentence; those of `but`
/// left out (they are cut).
pub async fn elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    but: Option<PostId>,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    let but = but.map(|post| post.to_string()).unwrap_or_default();
    for (head, key) in [(CONCLUSIONS, "i.id"), (REMARKS, "m.id")] {
        let mut after = String::new();
        loop {
            let find = q(head).bind(district).bind(&but).push("AND").push(key).push_bind("> ?", &after);
            let page = rows.all(find.push("ORDER BY").push(key).push_bind("LIMIT ?", AT_ONCE)).await?;
            for row in &page {
                after = row.text("id")?;
                if holds(row, &SAID, words)? {
                    places.add(format!("{}{}年翻阅检查的意见", row.text("name")?, row.int("year")?));
                }
            }
            if places.are_full() {
                return Ok(());
            }
            if !is_full(&page) {
                break;
            }
        }
    }
    let mut after = (0, 0);
    loop {
        let find = q("SELECT year, number, item FROM items WHERE district_id = $1 AND (year, number) > ($2, $3)
             AND post_id <> $4 ORDER BY year, number")
        .bind(district)
        .bind(after.0)
        .bind(after.1)
        .bind(&but);
        let page = rows.all(find.push_bind("LIMIT ?", AT_ONCE)).await?;
        for row in &page {
            after = (row.int("year")?, row.int("number")?);
            if holds(row, &["item"], words)? {
                places.add(format!("问题整改 {}-{:03}", after.0, after.1));
            }
        }
        if places.are_full() || !is_full(&page) {
            return Ok(());
        }
    }
}

/// Texts of a reading, each in both statements below.
const SAID: [&str; 6] = ["conclusion", "text", "check_words", "answer", "withdrawn_why", "proposal"];
const CONCLUSIONS: &str = "SELECT i.id, i.year, u.name, i.conclusion, '' AS text, '' AS check_words, '' AS answer,
     '' AS withdrawn_why, '' AS proposal
     FROM inspections i JOIN posts o ON o.id = i.post_id JOIN units u ON u.id = o.unit_id
     WHERE i.district_id = $1 AND i.post_id <> $2 AND i.conclusion <> ''";
const REMARKS: &str = "SELECT m.id, i.year, u.name, '' AS conclusion, m.text, m.check_words, m.answer,
     m.withdrawn_why, m.proposal
     FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
     JOIN posts o ON o.id = i.post_id JOIN units u ON u.id = o.unit_id
     WHERE m.district_id = $1 AND i.post_id <> $2";

fn holds(row: &Row, columns: &[&'static str], words: &Words) -> Result<bool, StorageError> {
    for column in columns {
        if row.opt_text(column)?.is_some_and(|text| words.sentence_in(&text)) {
            return Ok(true);
        }
    }
    Ok(false)
}
