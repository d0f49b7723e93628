//! Why a whole file is refused. Owns the Chinese sentences 「发生了什么 + 怎么办」;
//! refuses problems of single cells, which are [`super::CellProblem`]s.

use std::fmt;

use super::limits::{MAX_COLUMNS, MAX_ROWS};

/// A file that cannot be read at all; nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// More than 20 MiB.
    TooLarge,
    /// No bytes, or no cell with text.
    Empty,
    /// Not a table file: what it looks like.
    WrongType {
        /// Chinese name of what the content looks like.
        what: String,
    },
    /// Text under a name that promises a workbook.
    Mismatch {
        /// Extension of the file name.
        extension: String,
    },
    /// .et / .wps, the own formats of WPS.
    WpsOwn,
    /// .doc of Word 97–2003.
    OldWord,
    /// Password protected.
    Encrypted,
    /// Unpacks to far more than an office's table ever holds.
    Bomb,
    /// DOCTYPE or entities inside.
    Doctype,
    /// More rows than [`MAX_ROWS`]; the sheet.
    TooManyRows {
        /// Sheet name.
        sheet: String,
    },
    /// Text right of column [`MAX_COLUMNS`]; the sheet.
    TooManyColumns {
        /// Sheet name.
        sheet: String,
    },
    /// A text file in no encoding we know.
    Encoding,
    /// A .docx without a table.
    NoTable,
    /// The content breaks its own format.
    Damaged,
    /// A workbook to hand out could not be made.
    NotWritten,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("文件超过 20 MB，没有导入。请只保留要导入的表，删去图片后另存为 .xlsx 再上传。"),
            Self::Empty => f.write_str("文件是空的，没有导入。请确认选对了文件；可以先下载模板填写。"),
            Self::WrongType { what } => write!(
                f,
                "这个文件的内容是{what}，不是表格，没有导入。请选择 .xlsx、.xls、.csv 或带表格的 .docx 文件。"
            ),
            Self::Mismatch { extension } => write!(
                f,
                "文件名是 .{extension}，内容却是普通文字，没有导入。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
            ),
            Self::WpsOwn => f.write_str("这是 WPS 自有格式的文件，没有导入。请用 WPS 打开，另存为 .xlsx 或 .docx 后再上传。"),
            Self::OldWord => f.write_str("这是旧版 Word（.doc）文件，没有导入。请用 WPS 或 Word 打开，另存为 .xlsx 或 .docx 后再上传。"),
            Self::Encrypted => f.write_str("文件设置了打开密码，无法读取，没有导入。请取消密码保护，另存后再上传。"),
            Self::Bomb => f.write_str(
                "文件解开后的内容异常大，没有导入。请新建一个表格，只粘贴要导入的内容（删去多余的空行、空列和格式），另存为 .xlsx 后再上传。",
            ),
            Self::Doctype => f.write_str("文件里含有不应出现的外部定义，为安全起见没有导入。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"),
            Self::TooManyRows { sheet } => write!(
                f,
                "“{sheet}”超过 {MAX_ROWS} 行，没有导入。请拆成几个文件分别导入，或删去不需要的行和工作表。"
            ),
            Self::TooManyColumns { sheet } => write!(
                f,
                "“{sheet}”超过 {MAX_COLUMNS} 列，没有导入。请删去不需要的列和工作表后再上传。"
            ),
            Self::Encoding => f.write_str("认不出这个文本文件的文字编码，没有导入。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"),
            Self::NoTable => f.write_str("文档里没有找到表格，没有导入。请确认清单是用表格排的；也可以把内容粘贴到模板里再上传。"),
            Self::Damaged => f.write_str("文件已损坏或格式不完整，无法读取，没有导入。请用 WPS 或 Excel 打开检查，另存为 .xlsx 后再上传。"),
            Self::NotWritten => f.write_str("没能生成表格文件。请稍后再试；如仍不行，请联系系统管理员。"),
        }
    }
}

impl std::error::Error for ImportError {}
