//! The district's own Word files with {{字段}}: which fields one holds, and the file with their values
//! in place. A field is found where Word has split it over several runs, in heads and feet too; all
//! other parts are copied as they are packed. Refuses macros, links, bombs and fields that are none.

mod looked;
mod parts;
#[cfg(test)]
mod tests;

use std::io::{Cursor, Read as _, Write as _};

use domain::{Rejection, evidence::Unfit, papers::Fields};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    evidence::look_at_template,
    import::{self, ImportError, Package},
};

/// Largest file of a template: 5 MiB, a form with a seal in it has some 100 KB.
pub const TEMPLATE_MAX: usize = 5 << 20;

/// Unknown fields named in one answer.
const NAMED_MAX: usize = 10;

/// What stands in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Names of fields, each once, in order.
    pub names: Vec<String>,
    /// Beginnings of `{{` without an end, with some words of what follows.
    pub open: Vec<String>,
}

/// Is it a part in which fields are looked for?
fn is_text(name: &str) -> bool {
    let rest = name.strip_prefix("word/").and_then(|n| n.strip_suffix(".xml"));
    rest.is_some_and(|n| n == "document" || (n.starts_with("header") || n.starts_with("footer")) && !n.contains('/'))
}

fn refused(words: impl Into<String>) -> Rejection {
    Rejection::field("file", words)
}

fn told(error: ImportError) -> Rejection {
    refused(match error {
        ImportError::Bomb => {
            "文件解开后的内容异常大，没有收下。请用 WPS 或 Word 新建文件，只粘贴需要的内容后重新上传。"
        }
        ImportError::Encrypted => "文件设置了打开密码，没有收下。请取消密码保护，另存后再上传。",
        ImportError::Doctype => {
            "文件里含有不应出现的外部定义，没有收下。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
        }
        ImportError::WrongType { .. } => "这不是 Word 文档，没有收下。请用 WPS 或 Word 另存为 .docx 后再上传。",
        _ => "文件已损坏或格式不完整，没有收下。请用 WPS 或 Word 打开检查，另存为 .docx 后再上传。",
    })
}

/// Looks a file over and says which fields it holds.
///
/// # Errors
/// Too large, no .docx, with macros, a bomb; a field that is none of `known`, or none at all.
pub fn checked(bytes: &[u8], known: &[&str]) -> Result<Found, Rejection> {
    if bytes.is_empty() {
        return Err(refused("还没有选文件，没有收下。请选择 .docx 文件。"));
    }
    if bytes.len() > TEMPLATE_MAX {
        return Err(refused("文件超过 5 MB，没有收下。请压缩里面的图片后再上传。"));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(refused("这是旧版 Word（.doc）或 WPS 自有格式的文件，没有收下。请另存为 .docx 后再上传。"));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(told(ImportError::WrongType { what: String::new() }));
    }
    if import::inspect(bytes).map_err(told)? != Package::Document {
        return Err(told(ImportError::WrongType { what: String::new() }));
    }
    // The same look as at 佐证材料: who opens a paper made of it runs and fetches nothing either.
    look_at_template(bytes).map_err(|unfit| match unfit {
        Unfit::Macro => refused("文件带有宏或控件，可能执行程序，没有收下。请另存为不带宏的 .docx 后再上传。"),
        Unfit::Linked => refused(
            "文件引用了网上的模板、图片或别的文件，打开时可能执行程序，没有收下。请断开这些链接，另存为普通 .docx 后再上传。",
        ),
        Unfit::Embedded => {
            refused("文件里嵌入了别的文件或对象，没有收下。请删去嵌入的内容，另存为普通 .docx 后再上传。")
        }
        Unfit::Active => refused(
            "文件里有会引用外部内容或执行程序的域，没有收下。模板里只能有页码、总页数和日期的域（PAGE、NUMPAGES、SECTIONPAGES、DATE）；请全选后按 Ctrl+Shift+F9 把其他域转为文字，再上传。",
        ),
        Unfit::Bomb => told(ImportError::Bomb),
        _ => told(ImportError::Damaged),
    })?;
    let mut archive = import::open(bytes).map_err(told)?;
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let mut found = Found::default();
    for name in names.iter().filter(|name| is_text(name)) {
        let text = import::part(&mut archive, name).map_err(told)?;
        parts::find(&text, &mut found).map_err(|()| told(ImportError::Damaged))?;
    }
    // Remarks, titles, what stands behind pictures and links goes into every paper made of it too.
    if let Some(what) = looked::over(bytes).map_err(|()| told(ImportError::Damaged))? {
        return Err(refused(format!(
            "文件里有{what}，不能存入本系统，没有收下。请删去后重新上传；正文里看不到的，请在批注、文档属性、图片的替代文字、链接和图表里查找。"
        )));
    }
    named(&found, known)?;
    Ok(found)
}

fn named(found: &Found, known: &[&str]) -> Result<(), Rejection> {
    let all = || known.iter().map(|n| format!("{{{{{n}}}}}")).collect::<Vec<_>>().join("、");
    if let Some(open) = found.open.first() {
        return Err(refused(format!("字段没有写完整：“{{{{{open}”后面缺少 }}}}，没有收下。请补上后重新上传。")));
    }
    let unknown = found.names.iter().filter(|n| !known.contains(&n.as_str()));
    let unknown: Vec<String> = unknown.take(NAMED_MAX).map(|n| format!("{{{{{n}}}}}")).collect();
    if !unknown.is_empty() {
        return Err(refused(format!("没有这个字段：{}，可用字段：{}。请改正后重新上传。", unknown.join("、"), all())));
    }
    if found.names.is_empty() {
        return Err(refused(format!(
            "文件里没有找到字段，没有收下。请在要自动填写的地方写上字段后重新上传，可用字段：{}。",
            all()
        )));
    }
    Ok(())
}

/// The file with the values of the fields in their places; `None` for one that never passed [`checked`].
pub fn filled(bytes: &[u8], fields: &Fields) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        if !is_text(&name) {
            out.raw_copy_file(entry).ok()?;
            continue;
        }
        drop(entry);
        let mut text = String::new();
        archive.by_index(index).ok()?.read_to_string(&mut text).ok()?;
        out.start_file(name, options).ok()?;
        out.write_all(parts::fill(&text, fields)?.as_bytes()).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}
