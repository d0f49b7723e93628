//! The words of a record that went offline: taken out of the book into one place that only its two
//! officers read, given back when the asker thinks better of it, and found again where somebody quoted them.

use domain::{
    ids::{DistrictId, PostId, RecordId},
    papers::Section,
    records::{RecordDetails, RecordKind},
};
use serde::{Deserialize, Serialize};

use super::super::decide::Stored;
use crate::storage::{Failure, StorageError, Tx, q};

/// Fewest characters of a part of a sentence that is recognised where it was quoted: shorter ones are in everybody's texts.
const PART: usize = 6;
/// Characters at the beginning of a long sentence; a report quotes no more of it (`domain::papers`).
const BEGINNING: usize = 12;
/// What stands in place of a quoted line.
const CUT: &str = "（此处内容已转线下）";
/// Text of the page meanwhile.
pub const WAITING: &str = "已转线下，待两名干部办理。";

/// A correction with its texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Correction {
    seq: i64,
    before: String,
    after: String,
    reason: String,
    before_details: Option<String>,
    after_details: Option<String>,
}

/// Sections of a report before and after the quoted lines were cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Report {
    year: i32,
    kind: String,
    before: String,
    after: String,
}

/// Everything of a record that says something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Held {
    text: String,
    details: String,
    corrections: Vec<Correction>,
    reports: Vec<Report>,
}

impl Held {
    /// Takes the words out of the book and out of the reports drafted from it.
    pub async fn take(tx: &mut Tx, id: RecordId, stored: &Stored) -> Result<Self, Failure> {
        let mut held = Self {
            text: stored.text.clone(),
            details: stored.row.text("details")?,
            corrections: corrections(tx, id).await?,
            reports: Vec::new(),
        };
        tx.execute(
            q("UPDATE records SET state = 'stub', text = $1, details = '{}', version = version + 1 WHERE id = $2")
                .bind(WAITING)
                .bind(id),
        )
        .await?;
        tx.execute(
            q("UPDATE record_corrections SET before_text = '', after_text = '', reason = '', before_details = NULL,
                 after_details = NULL WHERE record_id = $1")
            .bind(id),
        )
        .await?;
        let words = held.words(&[])?;
        held.reports = cut_reports(tx, stored.post, &words).await?;
        Ok(held)
    }

    /// Puts them back as they were; a report that somebody changed meanwhile stays as it is.
    pub async fn give_back(self, tx: &mut Tx, id: RecordId, post: PostId) -> Result<(), Failure> {
        tx.execute(
            q("UPDATE records SET state = 'recorded', text = $1, details = $2, version = version + 1 WHERE id = $3")
                .bind(self.text)
                .bind(self.details)
                .bind(id),
        )
        .await?;
        for one in self.corrections {
            tx.execute(
                q("UPDATE record_corrections SET before_text = $1, after_text = $2, reason = $3, before_details = $4,
                     after_details = $5 WHERE record_id = $6 AND seq = $7")
                .bind(one.before)
                .bind(one.after)
                .bind(one.reason)
                .bind(one.before_details)
                .bind(one.after_details)
                .bind(id)
                .bind(one.seq),
            )
            .await?;
        }
        for report in self.reports {
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

    /// Text as it stood last.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Fields of its kind, and earlier texts.
    pub fn lines(&self, kind: RecordKind) -> Result<Vec<(String, String)>, StorageError> {
        let mut lines = self.fields()?.details_lines(kind);
        for one in self.corrections.iter().filter(|c| c.before != c.after) {
            lines.push(("更正前".to_owned(), one.before.clone()));
        }
        Ok(lines)
    }

    fn fields(&self) -> Result<RecordDetails, StorageError> {
        serde_json::from_str(&self.details).map_err(|_| StorageError::shape("details"))
    }

    /// What is looked for where it was quoted, `names` of files among it.
    pub fn words(&self, names: &[String]) -> Result<Words, StorageError> {
        let mut words = Words::default();
        words.sentence(&self.text);
        for one in &self.corrections {
            words.sentence(&one.before);
            words.sentence(&one.after);
            words.sentence(&one.reason);
        }
        for value in self.fields()?.texts() {
            words.long(value);
        }
        for name in names {
            words.long(name);
        }
        Ok(words)
    }
}

async fn corrections(tx: &mut Tx, id: RecordId) -> Result<Vec<Correction>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT seq, before_text, after_text, reason, before_details, after_details FROM record_corrections
               WHERE record_id = $1 ORDER BY seq")
            .bind(id),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Correction {
                seq: row.int("seq")?,
                before: row.text("before_text")?,
                after: row.text("after_text")?,
                reason: row.text("reason")?,
                before_details: row.opt_text("before_details")?,
                after_details: row.opt_text("after_details")?,
            })
        })
        .collect()
}

/// Parts of sentences by which a quotation is recognised.
#[derive(Debug, Clone, Default)]
pub struct Words(Vec<String>);

impl Words {
    fn sentence(&mut self, text: &str) {
        let mut found = false;
        for part in text.split(|c: char| c.is_whitespace() || "，。；：、！？,;:!?（）()“”\"".contains(c))
        {
            let length = part.chars().count();
            if length < PART {
                continue;
            }
            found = true;
            self.0.push(part.to_owned());
            if length > BEGINNING {
                self.0.push(part.chars().take(BEGINNING).collect());
            }
        }
        let whole = text.trim();
        // A text of a few characters is its own only part; two could be any word.
        if !found && whole.chars().count() > 2 {
            self.0.push(whole.to_owned());
        }
    }

    /// A place or a name of a file: only a long one is nobody else's.
    fn long(&mut self, text: &str) {
        let text = text.trim();
        if text.chars().count() >= PART {
            self.0.push(text.to_owned());
        }
    }

    /// Does `text` quote them?
    pub fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|part| text.contains(part))
    }

    /// `text` without the lines that quote them; `None` where none does.
    pub fn cut(&self, text: &str) -> Option<String> {
        self.are_in(text).then(|| {
            let lines: Vec<&str> = text.lines().map(|line| if self.are_in(line) { CUT } else { line }).collect();
            lines.join("\n")
        })
    }
}

/// Cuts quoted lines out of every report of a post; what was cut, for giving back.
async fn cut_reports(tx: &mut Tx, post: PostId, words: &Words) -> Result<Vec<Report>, StorageError> {
    let rows = tx.rows(q("SELECT year, kind, sections FROM report_drafts WHERE post_id = $1").bind(post)).await?;
    let mut all = Vec::new();
    for row in &rows {
        let before = row.text("sections")?;
        let mut sections: Vec<Section> = row.json("sections")?;
        let mut touched = false;
        for section in &mut sections {
            let (text, drawn) = (words.cut(&section.text), words.cut(&section.drawn));
            if text.is_some() || drawn.is_some() {
                section.text = text.unwrap_or_else(|| section.text.clone());
                section.drawn = drawn.unwrap_or_else(|| section.drawn.clone());
                // Whoever has the section open must look again before he saves it.
                section.version += 1;
                touched = true;
            }
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

/// [`cut_reports`] for good, after somebody may have written them in again; also out of what was handed in
/// to a meeting.
pub async fn cut_for_good(tx: &mut Tx, district: DistrictId, post: PostId, words: &Words) -> Result<(), StorageError> {
    let _gone = cut_reports(tx, post, words).await?;
    let rows = tx
        .rows(
            q("SELECT meeting_id, presenter_id, text FROM meeting_reports WHERE district_id = $1 AND text <> ''")
                .bind(district),
        )
        .await?;
    for row in &rows {
        let Some(text) = words.cut(&row.text("text")?) else { continue };
        tx.execute(
            q("UPDATE meeting_reports SET text = $1, version = version + 1 WHERE meeting_id = $2 AND presenter_id = $3")
                .bind(text)
                .bind(row.text("meeting_id")?)
                .bind(row.text("presenter_id")?),
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_recognised_and_ordinary_words_are_not() {
        let mut words = Words::default();
        words.sentence("到学校调研，听取汇报；张三收了李四的好处费。");
        words.long("短处");
        assert!(words.are_in("会上说张三收了李四的好处费一事"));
        assert!(!words.are_in("听取汇报，到学校调研"));
        assert_eq!(words.cut("第一行\n张三收了李四的好处费\n末行"), Some(format!("第一行\n{CUT}\n末行")));
        assert_eq!(words.cut("第一行"), None);
        let mut few = Words::default();
        few.sentence("金丝雀甲");
        few.sentence("谈话");
        assert!(few.are_in("一只金丝雀甲") && !few.are_in("谈话"));
    }

    #[test]
    fn a_long_sentence_is_recognised_by_its_beginning() {
        let mut words = Words::default();
        words.sentence("某年某月某日在某处听某人反映某单位某人的有关情况");
        assert!(words.are_in("某年某月某日在某处听某人反…"));
    }
}
