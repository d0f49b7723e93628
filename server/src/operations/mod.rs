//! Running the house: backup and restore, export, verifying the audit chain,
//! certificates, metrics, the midnight jobs. Refuses business: nothing here
//! decides a rule or writes a feature's rows.

pub mod archive;
pub mod audit;
pub mod backup;
pub mod certificates;
pub mod checkpoint;
pub mod database;
pub mod doctor;
pub mod evidence;
pub mod export;
pub mod findings;
pub mod limits;
pub mod lock;
pub mod metrics;
pub mod midnight;
pub mod postgres;
pub mod requests;
pub mod restore;
pub mod tables;

pub use certificates as tls;

use std::{fmt, io, path::Path};

use crate::storage::{Failure, StorageError};

/// Why an operation did not happen: Chinese, for the operator, with what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble(String);

impl Trouble {
    /// A sentence 「发生了什么 + 怎么办」.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A file that could not be `done` (Chinese verb: 读取, 写入).
    pub fn file(done: &str, path: &Path, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "请检查路径是否写对。",
            io::ErrorKind::PermissionDenied => "请换有权限的账号运行，或改文件夹权限。",
            io::ErrorKind::StorageFull => "磁盘满了，请先腾出空间。",
            _ => "请检查磁盘和权限后再试。",
        };
        Self(format!("{done} {} 失败：{error}。{advice}", path.display()))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

impl From<StorageError> for Trouble {
    fn from(e: StorageError) -> Self {
        Self(match e {
            StorageError::Config(text) => text,
            StorageError::Newer { found, known } => newer(found, known),
            StorageError::Full => "磁盘满了，什么也没有写入。请先腾出空间再试。".into(),
            StorageError::Stopped => "写入时磁盘出错，已停下。请检查磁盘，再运行一次。".into(),
            other => format!("数据库没有答复：{other}。请检查数据库地址、权限和服务是否在运行。"),
        })
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(e: sqlx::Error) -> Self {
        StorageError::from(e).into()
    }
}

impl From<Failure> for Trouble {
    fn from(e: Failure) -> Self {
        match e {
            Failure::Rejected(r) => Self(r.to_string()),
            Failure::Storage(e) => e.into(),
        }
    }
}

/// The refusal of a schema from the future.
pub(crate) fn newer(found: i64, known: i64) -> String {
    format!(
        "数据来自更新的版本（结构第 {found} 版，本程序只认到第 {known} 版）。请换用新版的 wuze 再试，什么也没有改动。"
    )
}
