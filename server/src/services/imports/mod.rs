//! Imports of every kind: upload → preview → answers → commit, all or nothing. A
//! feature joins by one [`ImportTarget`]. The file itself stays with the upload, so
//! that the commit plans again from it and the error file is the user's own workbook;
//! of one with 身份证号 in it only the rows without them stay (`kept`).

mod kept;
mod uploads;

use app::api::{
    ApiError,
    imports::{AskedWording, Mark, Sheet, SheetRow, WrongCell},
};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{AccountId, DistrictId},
    people::access::Actor,
    time::Day,
};

pub use uploads::Incoming;

use super::storage;
use crate::{
    import::{self, Answers, Book, CellProblem, Outcome, Preview},
    storage::{Failure, Pool, StorageError, Tx},
};

/// One kind of table: how it is planned and stored.
#[async_trait]
pub trait ImportTarget: Send + Sync {
    /// Key in addresses and storage.
    fn key(&self) -> &'static str;
    /// Chinese name of the table.
    fn label(&self) -> &'static str;
    /// Its template.
    fn template(&self) -> import::Kind;
    /// May the actor import it?
    fn may(&self, actor: &Actor) -> Result<(), Rejection>;
    /// Page with the upload form.
    fn back(&self, target: &str) -> String;
    /// Page after the commit.
    fn done(&self, target: &str) -> String;
    /// The target that the choices of the upload form mean; kinds without choices refuse them.
    fn chosen(&self, target: String, chosen: &Chosen) -> Result<String, Rejection> {
        if chosen.any() { Err(strange()) } else { Ok(target) }
    }
    /// What the preview and its button are called: the label, and where the rows go.
    async fn titled(&self, _pool: &Pool, _district: DistrictId, _target: &str) -> Result<String, Failure> {
        Ok(self.label().to_owned())
    }
    /// Plans against what is stored; reads only.
    async fn plan(
        &self,
        pool: &Pool,
        today: Day,
        district: DistrictId,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure>;
    /// Plans again inside the command, refuses errors with [`unclean`], writes and audits.
    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure>;
}

/// Choices that stand in the upload form itself, as sent.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Key of a duty list.
    pub list: Option<String>,
    /// Year.
    pub year: Option<String>,
    /// Unit kind; empty for all.
    pub unit_kind: Option<String>,
}

impl Chosen {
    /// Was anything chosen at all?
    pub fn any(&self) -> bool {
        self.list.is_some() || self.year.is_some() || self.unit_kind.is_some()
    }
}

/// The refusal of fields that a form does not have.
fn strange() -> Rejection {
    Rejection::state("表单里有本页没有的内容，没有导入。请刷新页面后重试。")
}

/// Every kind that can be imported.
pub fn targets() -> [&'static dyn ImportTarget; 6] {
    [
        &super::duties::import::DutiesImport,
        &super::people::import_people::PeopleImport,
        &super::people::import_units::UnitsImport,
        &super::reviews::raters::RatersImport,
        &super::accountability::bring::LedgerImport,
        &super::talks::RisksImport,
    ]
}

/// The kind of a key.
pub fn target(key: &str) -> Option<&'static dyn ImportTarget> {
    targets().into_iter().find(|t| t.key() == key)
}

/// The display form of a preview.
pub fn sheet<T>(preview: &Preview<T>, columns: &[&str], cells: impl Fn(&T) -> Vec<String>) -> Sheet {
    let rows = preview
        .rows
        .iter()
        .take(Sheet::SHOWN)
        .map(|row| {
            let (mark, changes) = match &row.outcome {
                Outcome::New => (Mark::New, Vec::new()),
                Outcome::Skipped => (Mark::Skipped, Vec::new()),
                Outcome::Updated(changes) => {
                    let said = |v: &str| if v.is_empty() { "（空）".to_owned() } else { v.to_owned() };
                    let words = changes
                        .iter()
                        .map(|c| format!("{}：{} → {}", c.field, said(&c.before), said(&c.after)))
                        .collect();
                    (Mark::Updated, words)
                }
            };
            SheetRow { row: row.row, mark, cells: cells(&row.item), changes }
        })
        .collect();
    Sheet {
        new: preview.new,
        updated: preview.updated,
        skipped: preview.skipped,
        errors: preview.errors.iter().map(wrong_cell).collect(),
        questions: preview
            .questions
            .iter()
            .map(|x| AskedWording {
                id: x.id.clone(),
                value: x.value.clone(),
                question: x.question.clone(),
                rows: x.rows.clone(),
                chosen: x.proposal.clone(),
                options: x.options.iter().map(|o| (o.key.clone(), o.label.clone())).collect(),
            })
            .collect(),
        notes: preview.notes.clone(),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows,
        more: u32::try_from(preview.rows.len().saturating_sub(Sheet::SHOWN)).unwrap_or(u32::MAX),
    }
}

fn wrong_cell(p: &CellProblem) -> WrongCell {
    WrongCell {
        sheet: p.sheet.clone(),
        row: p.row,
        column: p.column.clone(),
        header: p.header.clone(),
        value: p.value.clone(),
        message: p.message.clone(),
    }
}

/// The rows that a commit writes, with their place in the file; refuses a plan with errors.
pub fn to_write<'a, T>(preview: &'a Preview<T>, sheet: &Sheet) -> Result<Vec<(u32, &'a T)>, Rejection> {
    if !preview.is_clean() {
        return Err(unclean(sheet));
    }
    let changed = preview.rows.iter().filter(|row| row.outcome != Outcome::Skipped);
    Ok(changed.map(|row| (row.row, &row.item)).collect())
}

/// The refusal of a plan with errors.
pub fn unclean(sheet: &Sheet) -> Rejection {
    Rejection::state(format!("还有 {} 处错误，没有导入任何一行。请按提示改好表格后重新上传。", sheet.errors.len()))
}

/// The account to note in the audit log; `None` for the command line.
pub fn auditor(actor: &Actor) -> Option<AccountId> {
    Some(actor.account).filter(|a| !a.0.is_nil())
}

/// A template to download, with its file name.
pub async fn template(kind: &'static dyn ImportTarget) -> Result<(String, Vec<u8>), ApiError> {
    let bytes = tokio::task::spawn_blocking(move || import::template(kind.template()))
        .await
        .map_err(|_| storage(StorageError::Stopped))?;
    let bytes = bytes.map_err(|e| ApiError::Rejected(Rejection::state(e.to_string())))?;
    Ok((format!("{}（模板）.xlsx", kind.label()), bytes))
}
