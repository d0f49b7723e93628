//! Imports: one preview for every kind of table that an office brings.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::ids::{CommandId, UploadId};
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 新增.
    New,
    /// 更新.
    Updated,
    /// 跳过.
    Skipped,
}

/// A row of the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// Row number as in the file.
    pub row: u32,
    /// What it does.
    pub mark: Mark,
    /// Cells in the order of the columns.
    pub cells: Vec<String>,
    /// `手机：（空）→ 139…`.
    pub changes: Vec<String>,
}

/// A wrong cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongCell {
    /// Sheet.
    pub sheet: String,
    /// Row number as in the file.
    pub row: u32,
    /// Column letter.
    pub column: String,
    /// Header.
    pub header: String,
    /// Value.
    pub value: String,
    /// What is wrong and how to correct it.
    pub message: String,
}

/// A question about wordings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedWording {
    /// Key of the answer.
    pub id: String,
    /// The wording.
    pub value: String,
    /// The question.
    pub question: String,
    /// Rows it is about.
    pub rows: Vec<u32>,
    /// What counts now.
    pub chosen: String,
    /// Key and label of the choices.
    pub options: Vec<(String, String)>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// 新增.
    pub new: u32,
    /// 更新.
    pub updated: u32,
    /// 跳过.
    pub skipped: u32,
    /// 错误.
    pub errors: Vec<WrongCell>,
    /// Wordings asked.
    pub questions: Vec<AskedWording>,
    /// What was dropped or assumed.
    pub notes: Vec<String>,
    /// Column names of the rows.
    pub columns: Vec<String>,
    /// Rows, at most [`Sheet::SHOWN`].
    pub rows: Vec<SheetRow>,
    /// Rows beyond those shown.
    pub more: u32,
}

impl Sheet {
    /// Rows shown at most; the rest is counted.
    pub const SHOWN: usize = 300;
    /// Errors shown at most; all stand in the error file.
    pub const ERRORS: usize = 100;
}

/// Which upload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// Upload id.
    pub id: String,
}

/// The page where an upload begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartQuery {
    /// `people`, `units`.
    pub kind: String,
    /// Draft of a refused upload.
    pub draft: Option<String>,
}

/// The page where an upload begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartPage {
    /// Idempotency key.
    pub command: CommandId,
    /// Kind.
    pub kind: String,
    /// `人员名单`.
    pub label: String,
    /// Refusal of the upload before.
    pub problem: String,
}

/// An upload between preview and commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPage {
    /// Idempotency key of the commit.
    pub command: CommandId,
    /// Upload.
    pub id: UploadId,
    /// `人员名单`.
    pub label: String,
    /// File name as uploaded.
    pub file: String,
    /// Where the upload form is.
    pub back: String,
    /// The plan.
    pub sheet: Sheet,
    /// Committed already: where to look.
    pub done: Option<String>,
}

/// Port of the import service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Imports: Send + Sync {
    /// The page where an upload begins.
    async fn start(&self, actor: &Actor, query: StartQuery) -> Result<StartPage, ApiError>;
    /// An own upload with its preview.
    async fn upload(&self, actor: &Actor, query: UploadQuery) -> Result<UploadPage, ApiError>;
}

/// The page where an upload begins.
#[server(endpoint = "imports/start", input = Json)]
pub async fn import_start(form: StartQuery) -> Result<StartPage, ApiError> {
    let call = Call::current().await?;
    answer(call.imports().start(call.actor(), form).await)
}

/// An own upload with its preview.
#[server(endpoint = "imports/upload", input = Json)]
pub async fn import_upload(form: UploadQuery) -> Result<UploadPage, ApiError> {
    let call = Call::current().await?;
    answer(call.imports().upload(call.actor(), form).await)
}
