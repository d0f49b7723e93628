//! Kinds of files as they are stored. A file is served as what its content is, never as its name says.

use serde::{Deserialize, Serialize};

/// A stored file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A photo, encoded by us.
    Jpeg,
    /// A screenshot, encoded by us.
    Png,
    /// PDF.
    Pdf,
    /// Word, without macros.
    Docx,
    /// Excel, without macros.
    Xlsx,
}

impl Kind {
    /// Storage key, also the ending of the file's name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Pdf, Self::Docx, Self::Xlsx].into_iter().find(|k| k.key() == key)
    }

    /// Chinese word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Jpeg | Self::Png => "图片",
            Self::Pdf => "PDF",
            Self::Docx => "Word",
            Self::Xlsx => "Excel",
        }
    }

    /// Type that it is served as.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Pictures were encoded by us and may be shown in a page; everything else is only saved.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }
}
