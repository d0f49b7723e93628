//! The running text of a .docx as paragraphs: what somebody wrote in WPS or Word and hands in here. Owns plain
//! text only; refuses deleted text, fields' codes, pictures and every other kind of file, with the words for it.

use super::{
    error::ImportError,
    limits,
    word_text::{self, Piece},
};

/// Largest file, in bytes: a report with a few pictures. Its text is far smaller.
pub const PROSE_MAX: usize = 5 << 20;
/// Most bytes of text taken; longer texts than a form allows are refused by whoever asked, with his own limit.
const BYTES_MAX: usize = 800_000;

/// Reads a .docx into lines, one a paragraph, without empty ones at the ends.
///
/// # Errors
/// Chinese words: what is wrong with the file and what to do.
pub fn prose(file_name: &str, bytes: &[u8]) -> Result<String, String> {
    let no = |what: &str, then: &str| Err(format!("{what}，没有读入。{then}"));
    if bytes.is_empty() {
        return no("还没有选文件，或文件是空的", "请选择 .docx 文件。");
    }
    if bytes.len() > PROSE_MAX {
        return no("文件超过 5 MB", "请删去图片后另存，或直接把文字粘贴进来。");
    }
    let extension = file_name.rsplit_once('.').map(|(_, e)| e.trim().to_lowercase()).unwrap_or_default();
    let word = "请用 WPS 或 Word 打开，另存为 .docx 后再上传，或直接把文字粘贴进来。";
    let document = match limits::kind_of(bytes) {
        limits::Seen::Zip => match limits::inspect(bytes) {
            Ok(limits::Package::Document) => bytes,
            Ok(limits::Package::Workbook) => return no("这是表格，不是文档", word),
            Err(ImportError::Encrypted) => return no("文件设置了打开密码", "请取消密码保护，另存后再上传。"),
            Err(ImportError::WrongType { .. }) => return no("这个文件不是 .docx 文档", word),
            Err(_) => return no("文件已损坏，或内容大得不正常", word),
        },
        limits::Seen::Compound if matches!(extension.as_str(), "wps" | "wpt") => {
            return no("这是 WPS 自有格式的文件", word);
        }
        limits::Seen::Compound => return no("这是旧版 Word（.doc）文件，或设置了打开密码", word),
        limits::Seen::Text | limits::Seen::Other(_) => return no("这个文件不是 .docx 文档", word),
    };
    let text = limits::open(document)
        .and_then(|mut archive| limits::part(&mut archive, "word/document.xml"))
        .and_then(|xml| paragraphs(&xml));
    match text {
        Ok(text) if text.is_empty() => no("文档里没有文字（图片里的文字读不出来）", "请直接把文字粘贴进来。"),
        Ok(text) => Ok(text),
        Err(_) => no("文件已损坏", word),
    }
}

fn paragraphs(xml: &str) -> Result<String, ImportError> {
    let (mut out, mut line) = (String::new(), String::new());
    word_text::each(xml, |piece| {
        match piece {
            Piece::Tag { name: "br" | "cr", .. } => line.push('\n'),
            Piece::Tag { name: "tab", .. } if !line.is_empty() => line.push(' '),
            Piece::Tag { name: "noBreakHyphen", .. } => line.push('-'),
            Piece::Text(text) => line.push_str(text),
            Piece::End("p") => {
                out.push_str(line.trim_end());
                out.push('\n');
                line.clear();
            }
            Piece::Tag { .. } | Piece::End(_) => {}
        }
        if out.len() + line.len() > BYTES_MAX { Err(ImportError::Bomb) } else { Ok(()) }
    })?;
    out.push_str(line.trim_end());
    // A Word document spaces with empty paragraphs; more than one in a row says nothing.
    let mut kept: Vec<&str> = Vec::new();
    for line in out.trim().lines() {
        if !line.trim().is_empty() || kept.last().is_some_and(|l| !l.is_empty()) {
            kept.push(line.trim_end());
        }
    }
    Ok(kept.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_lines_and_deleted_text_stays_out() {
        let text = paragraphs(
            r#"<w:document xmlns:w="w" xmlns:mc="mc"><w:body><w:p><w:r><w:t>一、学习 &amp; 研究</w:t></w:r></w:p><w:p/>
            <w:p></w:p><w:p></w:p><w:p><w:r><w:t>第一</w:t><w:tab/><w:t>段</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>
            <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice>
            <mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#,
        );
        assert_eq!(text.unwrap(), "一、学习 & 研究\n\n第一 段\n框\n格");
        assert!(paragraphs("<!DOCTYPE a><a/>").is_err() && paragraphs("<w:p><w:t>断").is_ok());
    }

    #[test]
    fn other_files_are_refused_with_what_to_do() {
        for (name, bytes, words) in [
            ("a.docx", &b""[..], "文件是空的"),
            ("a.pdf", b"%PDF-1.7", "不是 .docx 文档"),
            ("a.txt", "文字".as_bytes(), "不是 .docx 文档"),
            ("a.docx", b"PK\x03\x04broken", "没有读入"),
            ("a.wps", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "WPS 自有格式"),
        ] {
            let no = prose(name, bytes).unwrap_err();
            assert!(no.contains(words) && no.contains('。'), "{name}: {no}");
        }
        assert!(prose("a.docx", &vec![0; PROSE_MAX + 1]).unwrap_err().contains("5 MB"));
    }
}
