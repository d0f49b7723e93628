//! What an office package may hold: text and pictures of its own. Decides on names, types and
//! relationships after they were read as XML; refuses macros, what is fetched from elsewhere when the
//! file is opened, and files inside the file.

use std::collections::BTreeSet;

use super::{Kind, Unfit};

/// Most entries of an office package; a long report with photos has some hundreds.
const ENTRIES_MAX: usize = 5_000;

/// A line of `[Content_Types].xml`, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// The part; empty for all of an ending.
    pub part: String,
    /// Its type.
    pub content: String,
}

/// A relationship of one of its parts, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Related {
    /// What the other side is: a URL whose last word counts.
    pub kind: String,
    /// Where it is.
    pub target: String,
    /// `Internal`, `External` or nothing.
    pub mode: String,
}

/// The kind of a zip archive from the names in it, its types and its relationships.
///
/// # Errors
/// Not Word or Excel, with macros, with links out of it or files in it.
pub fn package<'a>(
    names: impl Iterator<Item = &'a str>,
    types: &[Typed],
    relations: &[Related],
) -> Result<Kind, Unfit> {
    let mut seen = BTreeSet::new();
    for (count, name) in names.enumerate() {
        let name = plain(name);
        part(&name)?;
        // Names that differ in case only are one part to one program and two to another.
        if count >= ENTRIES_MAX || name.split('/').any(|p| p == "..") || !seen.insert(name) {
            return Err(Unfit::Damaged);
        }
    }
    let (mut words, mut sheets) = (false, false);
    for typed in types {
        part(&plain(&typed.part))?;
        let content = plain(&typed.content);
        content_type(&content)?;
        words |= content.contains("wordprocessingml");
        sheets |= content.contains("spreadsheetml");
    }
    relations.iter().try_for_each(relation)?;
    match (seen.contains("word/document.xml"), seen.contains("xl/workbook.xml")) {
        (true, false) if words => Ok(Kind::Docx),
        (false, true) if sheets => Ok(Kind::Xlsx),
        (true, true) => Err(Unfit::Two),
        _ => Err(Unfit::OtherPackage),
    }
}

/// Small letters, slashes one way, without blanks and signs that are not seen.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect::<String>().to_lowercase().replace('\\', "/")
}

fn part(name: &str) -> Result<(), Unfit> {
    const PROGRAMS: [&str; 34] = [
        "exe", "dll", "js", "jse", "vbs", "vbe", "wsf", "wsh", "wsc", "sct", "hta", "lnk", "scr", "com", "bat", "cmd",
        "ps1", "psm1", "msi", "msp", "cpl", "jar", "pif", "reg", "chm", "url", "inf", "html", "htm", "mht", "mhtml",
        "xll", "iso", "vhd",
    ];
    let within = |folder: &str| name.starts_with(folder) || name.contains(&format!("/{folder}"));
    if name.contains("vbaproject") || name.contains("vbadata") || within("macrosheets/") || within("activex/") {
        return Err(Unfit::Macro);
    }
    let file = name.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    // Buttons of one's own that call a program.
    if name.contains("customui") {
        return Err(Unfit::Macro);
    }
    // Data that comes from another file, a program or a database.
    if within("externallinks/") || within("querytables/") || name == "xl/connections.xml" {
        return Err(Unfit::Linked);
    }
    if within("embeddings/") || file.starts_with("oleobject") || PROGRAMS.contains(&ending) {
        return Err(Unfit::Embedded);
    }
    Ok(())
}

fn content_type(content: &str) -> Result<(), Unfit> {
    let has = |words: &[&str]| words.iter().any(|word| content.contains(word));
    if has(&["macroenabled", "vbaproject", "vbadata", "activex", "macrosheet"]) {
        return Err(Unfit::Macro);
    }
    if has(&["oleobject", "text/html", "application/xhtml", "message/rfc822", "msdownload", "application/hta"])
        || content.ends_with("officedocument.package")
    {
        return Err(Unfit::Embedded);
    }
    Ok(())
}

fn relation(related: &Related) -> Result<(), Unfit> {
    let (kind, target, mode) = (plain(&related.kind), plain(&related.target), plain(&related.mode));
    // `…/office/2006/relationships/ui/extensibility`, and 2007 the same.
    if kind.ends_with("ui/extensibility") {
        return Err(Unfit::Macro);
    }
    let kind = kind.rsplit('/').next().unwrap_or_default();
    match kind {
        "vbaproject"
        | "wordvbadata"
        | "xlmacrosheet"
        | "xlintlmacrosheet"
        | "control"
        | "activexcontrolbinary"
        | "attachedtoolbars" => return Err(Unfit::Macro),
        "oleobject" | "package" | "afchunk" => return Err(Unfit::Embedded),
        "attachedtemplate" => return Err(Unfit::Linked),
        _ => {}
    }
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '#', '?']));
    let outside = !matches!(mode.as_str(), "" | "internal") || scheme || target.starts_with("//");
    let harmless = ["http://", "https://", "mailto:", "#"].iter().any(|start| target.starts_with(start));
    if outside && !(kind == "hyperlink" && harmless) {
        return Err(Unfit::Linked);
    }
    Ok(())
}
