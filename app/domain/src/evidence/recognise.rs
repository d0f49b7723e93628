//! What a file is, by its content. Its name and the type that a browser says are not asked:
//! both are written by whoever sends it.

use crate::Rejection;

/// Bytes of the beginning that are looked at.
pub const HEAD: usize = 1_024;
/// Bytes of the end that are looked at: where the end of a zip archive must stand.
pub const TAIL: usize = 22 + 65_535;

/// What was sent, before it is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, stored as JPEG.
    Webp,
    /// PDF.
    Pdf,
    /// A zip archive: an office document, or not.
    Package,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing in it.
    Empty,
    /// More bytes than [`super::FILE_MAX`].
    Large,
    /// Cut off or unreadable.
    Damaged,
    /// More pixels than can be read.
    Pixels {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
    },
    /// HEIC, HEIF, AVIF.
    Heic,
    /// A GIF, or an animated PNG or WebP.
    Moving,
    /// Film or sound.
    Film,
    /// A document of Word or Excel before 2007, or of WPS in its own format.
    Old,
    /// A document with macros, ActiveX or macro sheets.
    Macro,
    /// A document that names a template, a picture or another file somewhere else, which is fetched
    /// when it is opened.
    Linked,
    /// A document with other files or objects in it.
    Embedded,
    /// A document with fields or formulas that fetch or run something.
    Active,
    /// A PDF that does something when it is opened, or holds other files.
    Acting,
    /// A package that unpacks to far more than any document holds.
    Bomb,
    /// Slides, OFD and other packages.
    OtherPackage,
    /// A web page, SVG or other markup.
    Markup,
    /// A program.
    Program,
    /// Two files in one: a picture that is also an archive, a PDF that is also a web page.
    Two,
    /// Anything else.
    Unknown,
}

impl Unfit {
    /// What happened and what to do, about the file of this `name` (already cleaned).
    pub fn told(self, name: &str) -> Rejection {
        let (what, todo) = match self {
            Self::Empty => ("是空文件".to_owned(), "请重新选择文件。"),
            Self::Large => ("超过 20 MB".to_owned(), "请压缩、拆分，或只保留需要的页后再添加。"),
            Self::Damaged => {
                ("打不开，可能没有传完整或已损坏".to_owned(), "请在手机或电脑上打开确认，另存一份后再添加。")
            }
            Self::Pixels { width, height } => {
                (format!("有 {width}×{height} 像素，太大了"), "请用看图软件缩小，或截图后再添加。")
            }
            Self::Heic => (
                "是 HEIC 格式的照片，很多电脑打不开".to_owned(),
                "请在手机“设置—相机—格式”里选“兼容性最佳”再拍，或把照片另存为 JPG 后再添加。",
            ),
            Self::Moving => ("是动图".to_owned(), "请截取其中一张，存成 JPG 或 PNG 后再添加。"),
            Self::Film => ("是视频或录音".to_owned(), "这里只收图片、PDF、Word 和 Excel。请截图，或写成文字说明。"),
            Self::Old => (
                "是旧格式的文档（.doc、.xls 或 WPS 自有格式），里面有没有宏看不出来".to_owned(),
                "请用 WPS 或 Word 另存为 .docx、.xlsx 或 PDF 后再添加。",
            ),
            Self::Macro => ("带有宏或控件，可能执行程序".to_owned(), "请另存为不带宏的 .docx、.xlsx 或 PDF 后再添加。"),
            Self::Linked => (
                "引用了文件以外的内容（网上的模板、图片或别的文件），打开时可能执行程序".to_owned(),
                "请断开这些链接，或另存为 PDF 后再添加。",
            ),
            Self::Embedded => {
                ("里面嵌入了别的文件或对象".to_owned(), "请删去嵌入的内容，或把整个文件另存为 PDF 后再添加。")
            }
            Self::Active => (
                "里面有会引用外部内容或执行程序的域、公式".to_owned(),
                "请把域转为文字（Word、WPS 里全选后按 Ctrl+Shift+F9）、把公式粘贴为数值，或打印成 PDF 后再添加。",
            ),
            Self::Acting => (
                "带有打开时会执行的动作、脚本，或夹带了附件".to_owned(),
                "请打开后用“打印”另存成一份新的 PDF 再添加；附件请单独添加。",
            ),
            Self::Bomb => (
                "解开后的内容异常大".to_owned(),
                "请用 WPS 或 Word 新建文件，只粘贴需要的内容，或打印成 PDF 后再添加。",
            ),
            Self::OtherPackage => (
                "不是 Word 或 Excel 文档".to_owned(),
                "演示文稿、OFD 和压缩包请转成 PDF，或解压后把里面的文件逐个添加。",
            ),
            Self::Markup => ("是网页或矢量图，可能执行程序".to_owned(), "请截图，或转成 PDF 后再添加。"),
            Self::Program => ("是程序文件".to_owned(), "请检查是否选错了文件。"),
            Self::Two => ("里面夹带了别的内容".to_owned(), "请用看图软件或办公软件打开，另存一份后再添加。"),
            Self::Unknown => (
                "的内容不是图片、PDF、Word 或 Excel".to_owned(),
                "改文件名没有用，请在原来的软件里另存为 JPG、PNG、PDF、.docx 或 .xlsx 后再添加。",
            ),
        };
        Rejection::field("file", format!("「{name}」{what}，没有添加。{todo}"))
    }
}

/// The kind of a file from its first [`HEAD`] and last [`TAIL`] bytes (all of it where it is shorter).
///
/// # Errors
/// Why it is none that is taken.
pub fn recognise(head: &[u8], tail: &[u8]) -> Result<Sent, Unfit> {
    let sent = signature(head)?;
    // The whole of a picture is encoded anew, but who sends one with a page or an archive in it
    // means something else by it.
    if sent != Sent::Package && (holds_markup(head) || ends_as_archive(tail)) {
        return Err(Unfit::Two);
    }
    Ok(sent)
}

fn signature(head: &[u8]) -> Result<Sent, Unfit> {
    let starts = |with: &[u8]| head.starts_with(with);
    let at = |from: usize, with: &[u8]| head.get(from..from + with.len()) == Some(with);
    if head.is_empty() {
        return Err(Unfit::Empty);
    }
    if starts(b"\xFF\xD8\xFF") {
        return Ok(Sent::Jpeg);
    }
    if starts(b"\x89PNG\r\n\x1A\n") {
        return Ok(Sent::Png);
    }
    if starts(b"RIFF") && at(8, b"WEBP") {
        return Ok(Sent::Webp);
    }
    // Readers find a PDF a kilobyte into something else; we do not.
    if starts(b"%PDF-") {
        return Ok(Sent::Pdf);
    }
    if starts(b"PK\x03\x04") {
        return Ok(Sent::Package);
    }
    if at(4, b"ftyp") {
        let brand = head.get(8..12).unwrap_or_default();
        let still: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"];
        return Err(if still.contains(&brand) { Unfit::Heic } else { Unfit::Film });
    }
    if starts(b"GIF8") {
        return Err(Unfit::Moving);
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(Unfit::Old);
    }
    if starts(b"MZ")
        || starts(b"\x7FELF")
        || starts(b"#!")
        || starts(b"\xCF\xFA\xED\xFE")
        || starts(b"\xCA\xFE\xBA\xBE")
    {
        return Err(Unfit::Program);
    }
    let film: [&[u8]; 5] = [b"RIFF", b"\x1A\x45\xDF\xA3", b"ID3", b"OggS", b"#!AMR"];
    if film.iter().any(|f| starts(f)) {
        return Err(Unfit::Film);
    }
    let packed: [&[u8]; 5] = [b"Rar!", b"7z\xBC\xAF", b"\x1F\x8B", b"BZh", b"PK"];
    if packed.iter().any(|p| starts(p)) {
        return Err(Unfit::OtherPackage);
    }
    if holds_markup(head) || starts(b"<?xml") {
        return Err(Unfit::Markup);
    }
    Err(Unfit::Unknown)
}

/// Does the beginning hold what a browser would run as a page?
fn holds_markup(head: &[u8]) -> bool {
    // A page in UTF-16 has a zero between every two letters.
    let small: Vec<u8> = head.iter().filter(|b| **b != 0).map(u8::to_ascii_lowercase).collect();
    let words: [&[u8]; 7] = [b"<script", b"<html", b"<svg", b"<!doctype", b"<body", b"<iframe", b"<?php"];
    words.iter().any(|word| small.windows(word.len()).any(|w| w == *word))
}

/// Does it end with the directory of a zip archive, whose comment reaches exactly to the end?
fn ends_as_archive(tail: &[u8]) -> bool {
    let len = tail.len();
    (0..len.saturating_sub(21)).any(|at| {
        tail.get(at..at + 4) == Some(b"PK\x05\x06")
            && match (tail.get(at + 20), tail.get(at + 21)) {
                (Some(low), Some(high)) => at + 22 + usize::from(u16::from_le_bytes([*low, *high])) == len,
                _ => false,
            }
    })
}
