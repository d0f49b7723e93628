//! Where somebody quoted what went offline: drafts of those who could read it, reports of the same post, texts
//! handed in for it. Anybody else's are only named to the two officers, never touched.

use std::collections::BTreeSet;

use domain::{
    ids::{DistrictId, PersonId, PostId, UnitId},
    papers::Section,
    people::access::Actor,
    time::{Instant, zh_short},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::super::{reviews::offline::handed, rows::Rows},
    places::{AT_ONCE, NAMED, Places, is_full},
    words::Words,
};
use crate::storage::{Row, StorageError, Tx, q};

/// Who could read it.
#[derive(Debug, Clone)]
pub struct Readers {
    /// Post: its heads and those who read its book in a 翻阅检查.
    pub post: PostId,
    /// Unit: its 联络员.
    pub unit: UnitId,
    /// Those who wrote, checked or handed it over.
    pub people: Vec<PersonId>,
    /// The office that receives the texts of a meeting.
    pub office: bool,
}

impl Readers {
    /// Their accounts.
    pub async fn accounts(&self, rows: &mut impl Rows, district: DistrictId) -> Result<BTreeSet<String>, StorageError> {
        let office = if self.office { "conduct_office" } else { "" };
        let find = q("SELECT a.id FROM accounts a JOIN persons s ON s.id = a.person_id WHERE s.district_id = $1
             AND (EXISTS (SELECT 1 FROM terms t WHERE t.person_id = s.id AND t.post_id = $2)
               OR EXISTS (SELECT 1 FROM role_grants g WHERE g.person_id = s.id
                    AND ((g.role = 'liaison' AND g.unit_id = $3) OR g.role = $4))
               OR EXISTS (SELECT 1 FROM inspection_readers r JOIN inspections i ON i.id = r.inspection_id
                    WHERE r.person_id = s.id AND i.post_id = $2))")
        .bind(district)
        .bind(self.post)
        .bind(self.unit)
        .bind(office);
        let mut all: Vec<Row> = rows.all(find).await?;
        let named = q("SELECT id FROM accounts WHERE 1 = 1").and_in("person_id", self.people.iter().copied());
        all.extend(rows.all(named).await?);
        all.iter().map(|row| row.text("id")).collect()
    }
}

const DRAFTS: &str = "SELECT d.id, d.account_id, d.fields, d.updated_at, s.name FROM drafts d
     JOIN accounts a ON a.id = d.account_id JOIN persons s ON s.id = a.person_id WHERE d.district_id = $1";

/// Drafts of `accounts`, or of everybody else, behind `after`.
async fn drafts(
    rows: &mut impl Rows,
    district: DistrictId,
    accounts: &BTreeSet<String>,
    whose: Whose,
    after: &str,
) -> Result<Vec<Row>, StorageError> {
    let find = q(DRAFTS).bind(district).push_bind("AND d.id > ?", after);
    let find = match whose {
        Whose::Theirs => find.and_in("d.account_id", accounts.iter()),
        Whose::Others => accounts.iter().fold(find, |find, one| find.push_bind("AND d.account_id <> ?", one)),
    };
    rows.all(find.push_bind("ORDER BY d.id LIMIT ?", AT_ONCE)).await
}

/// Of whom.
#[derive(Clone, Copy)]
enum Whose {
    Theirs,
    Others,
}

/// Cuts quoting lines out of forms that the readers did not send; whose they are, without those of the actor.
/// What stands there instead tells the owner, and a page that has the form open must look again.
pub async fn cut_drafts(
    tx: &mut Tx,
    actor: &Actor,
    readers: &Readers,
    words: &Words,
) -> Result<Vec<String>, StorageError> {
    let accounts = readers.accounts(tx, actor.district).await?;
    let (mut whose, mut after) = (Vec::new(), String::new());
    loop {
        let page = drafts(tx, actor.district, &accounts, Whose::Theirs, &after).await?;
        for row in &page {
            after = row.text("id")?;
            if cut_draft(tx, row, words).await? && row.text("account_id")? != actor.account.to_string() {
                whose.push(row.text("name")?);
            }
        }
        if !is_full(&page) {
            return Ok(whose);
        }
    }
}

async fn cut_draft(tx: &mut Tx, row: &Row, words: &Words) -> Result<bool, StorageError> {
    let mut fields: Value = row.json("fields")?;
    if !words.cut_strings(&mut fields) {
        return Ok(false);
    }
    words.cut_fields(&mut fields);
    let fields = serde_json::to_string(&fields).map_err(|_| StorageError::shape("fields"))?;
    let at = tx.now().max(row.instant("updated_at")?.plus_ms(1));
    let change = q("UPDATE drafts SET fields = $1, updated_at = $2 WHERE id = $3").bind(fields).bind(at);
    tx.execute(change.bind(row.text("id")?)).await?;
    Ok(true)
}

/// Sections of a report before and after the quoted lines were cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    year: i32,
    kind: String,
    before: String,
    after: String,
}

/// Cuts quoted lines out of every report of a post; what was cut, for giving back.
pub async fn cut_reports(tx: &mut Tx, post: PostId, words: &Words) -> Result<Vec<Report>, StorageError> {
    let rows = tx.rows(q("SELECT year, kind, sections FROM report_drafts WHERE post_id = $1").bind(post)).await?;
    let mut all = Vec::new();
    for row in &rows {
        let before = row.text("sections")?;
        let mut sections: Vec<Section> = row.json("sections")?;
        let mut touched = false;
        for section in &mut sections {
            touched |= words.cut_section(section);
        }
        if !touched {
            continue;
        }
        let after = serde_json::to_string(&sections).map_err(|_| StorageError::shape("sections"))?;
        let (year, kind) = (row.year("year")?, row.text("kind")?);
        tx.execute(
            q("UPDATE report_drafts SET sections = $1 WHERE post_id = $2 AND year = $3 AND kind = $4")
                .bind(&after)
                .bind(post)
                .bind(year)
                .bind(&kind),
        )
        .await?;
        all.push(Report { year, kind, before, after });
    }
    Ok(all)
}

/// Puts cut lines back; a report that somebody changed meanwhile stays as it is.
pub async fn put_back(tx: &mut Tx, post: PostId, reports: Vec<Report>) -> Result<(), StorageError> {
    for report in reports {
        tx.execute(
            q("UPDATE report_drafts SET sections = $1 WHERE post_id = $2 AND year = $3 AND kind = $4 AND sections = $5")
                .bind(report.before)
                .bind(post)
                .bind(report.year)
                .bind(report.kind)
                .bind(report.after),
        )
        .await?;
    }
    Ok(())
}

/// [`cut_reports`] for good, after somebody may have written them in again; also out of what was handed in
/// to a meeting for the post.
pub async fn cut_for_good(tx: &mut Tx, district: DistrictId, post: PostId, words: &Words) -> Result<(), StorageError> {
    let _gone = cut_reports(tx, post, words).await?;
    let mut after = None;
    loop {
        let (page, next) = handed(tx, district, Some(post), after).await?;
        for one in page.into_iter().filter(|one| one.post == post) {
            let Some(text) = words.cut(&one.text) else { continue };
            tx.execute(
                q("UPDATE meeting_reports SET text = $1, version = version + 1 WHERE meeting_id = $2 AND presenter_id = $3")
                    .bind(text)
                    .bind(one.meeting)
                    .bind(one.presenter),
            )
            .await?;
        }
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Names whose other texts of the district hold a whole sentence of it, and where: for the two officers, who speak
/// with the owners. Nothing of them is shown.
pub async fn elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    readers: &Readers,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    drafts_elsewhere(rows, district, readers, words, places).await?;
    reports_elsewhere(rows, district, readers, words, places).await?;
    office_reports_elsewhere(rows, district, words, places).await?;
    let mut after = None;
    while !places.are_full() {
        let (page, next) = handed(rows, district, None, after).await?;
        for one in page.iter().filter(|one| one.post != readers.post && words.sentence_in(&one.text)) {
            places.add(format!("{}在「{}」上交的报告", one.name, one.title));
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

async fn drafts_elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    readers: &Readers,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    let accounts = readers.accounts(rows, district).await?;
    let mut after = String::new();
    while !places.are_full() {
        let page = drafts(rows, district, &accounts, Whose::Others, &after).await?;
        for row in &page {
            after = row.text("id")?;
            if words.sentence_in(&plain(&row.json("fields")?)) {
                let at: Instant = row.instant("updated_at")?;
                places.add(format!("{}没有提交的草稿（{}）", row.text("name")?, zh_short(at.day())));
            }
        }
        if !is_full(&page) {
            break;
        }
    }
    Ok(())
}

async fn reports_elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    readers: &Readers,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    if places.are_full() {
        return Ok(());
    }
    let mut out: Vec<(String, i64, String)> = Vec::new();
    let mut after = (String::new(), 0_i64, String::new());
    loop {
        let find = q("SELECT r.post_id, r.year, r.kind, r.sections, o.title, u.name FROM report_drafts r
             JOIN posts o ON o.id = r.post_id JOIN units u ON u.id = o.unit_id
             WHERE r.district_id = $1 AND r.post_id <> $2 AND (r.post_id, r.year, r.kind) > ($3, $4, $5)")
        .bind(district)
        .bind(readers.post)
        .bind(&after.0)
        .bind(after.1)
        .bind(&after.2);
        let page = rows.all(find.push_bind("ORDER BY r.post_id, r.year, r.kind LIMIT ?", AT_ONCE)).await?;
        for row in &page {
            after = (row.text("post_id")?, row.int("year")?, row.text("kind")?);
            if words.sentence_in(&plain(&row.json("sections")?)) {
                out.push((row.text("name")?, after.1, format!("{}{}", row.text("name")?, row.text("title")?)));
            }
        }
        // Two kinds of a report are one place.
        if !is_full(&page) || out.len() > 2 * NAMED {
            break;
        }
    }
    out.sort();
    for (_, year, of) in out {
        places.add(format!("{of}{year}年报告草稿"));
    }
    Ok(())
}

/// Judgements in reports of the office, as they stand and as earlier editions kept them. The system changes none: a
/// filed report stays as it was signed off.
async fn office_reports_elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    let mut after = (String::new(), String::new());
    while !places.are_full() {
        let find = q("SELECT t.report_id, t.mark, t.text, n.kind, n.cover_name, n.period FROM (
               SELECT report_id, part AS mark, text FROM report_texts WHERE district_id = $1 UNION ALL
               SELECT report_id, CAST(edition AS TEXT) AS mark, texts AS text FROM report_editions
                 WHERE district_id = $1 AND texts <> '') t
             JOIN reports n ON n.id = t.report_id WHERE (t.report_id, t.mark) > ($2, $3)")
        .bind(district)
        .bind(&after.0)
        .bind(&after.1);
        let page = rows.all(find.push_bind("ORDER BY t.report_id, t.mark LIMIT ?", AT_ONCE)).await?;
        for row in &page {
            after = (row.text("report_id")?, row.text("mark")?);
            if words.sentence_in(&row.text("text")?) {
                let kind = row.keyed("kind", domain::reports::Kind::from_key)?.label();
                let period = row.keyed("period", domain::reports::Period::from_key)?.label();
                places.add(format!("{}{period}{kind}", row.text("cover_name")?));
            }
        }
        if !is_full(&page) {
            break;
        }
    }
    Ok(())
}

/// Every string of a value, one a line.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join("\n"),
        Value::Object(all) => all.values().map(plain).collect::<Vec<_>>().join("\n"),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}
