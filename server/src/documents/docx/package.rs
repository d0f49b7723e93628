//! The parts of a .docx around its text: types, relations, styles, fonts, feet with page numbers and,
//! with a watermark, heads that carry it.

use domain::documents::Doc;

use super::{paragraph, text};

/// References to the heads of odd and even pages.
pub(super) const HEADERS: &str =
    "<w:headerReference w:type=\"default\" r:id=\"rId6\"/><w:headerReference w:type=\"even\" r:id=\"rId7\"/>";

/// Every part but the text itself.
pub(super) fn parts(doc: &Doc) -> Vec<(&'static str, String)> {
    let marked = !doc.watermark.trim().is_empty();
    let with = |text: &str, more: &str| text.replace("%HEADERS%", if marked { more } else { "" });
    let mut parts = vec![
        ("[Content_Types].xml", with(TYPES, HEADER_TYPES)),
        ("_rels/.rels", RELS.to_owned()),
        ("docProps/core.xml", core(doc)),
        ("word/_rels/document.xml.rels", with(DOCUMENT_RELS, HEADER_RELS)),
        ("word/styles.xml", styles()),
        ("word/fontTable.xml", fonts()),
        ("word/settings.xml", SETTINGS.to_owned()),
        ("word/footer1.xml", footer(doc, "right")),
        ("word/footer2.xml", footer(doc, "left")),
    ];
    if marked {
        parts.push(("word/header1.xml", header(&doc.watermark, 1)));
        parts.push(("word/header2.xml", header(&doc.watermark, 2)));
    }
    parts
}

const HEADER_TYPES: &str = "<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/header2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>";
const HEADER_RELS: &str = "<Relationship Id=\"rId6\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"rId7\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header2.xml\"/>";

/// The head of a page: the watermark as Word itself draws one, pale, across the text, from lower left to upper right.
fn header(words: &str, n: u32) -> String {
    // 3号 letters; never wider than the page is long.
    let wide = (u32::try_from(words.chars().count()).unwrap_or(40) * 22).clamp(160, 560);
    format!(
        "{HEAD}<w:hdr {W} xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\
         <w:p><w:pPr><w:pStyle w:val=\"DocNote\"/></w:pPr><w:r><w:rPr><w:noProof/></w:rPr><w:pict>\
         <v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" \
         path=\"m@7,l@8,m@5,21600l@6,21600e\"><v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/>\
         <v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 @3 0\"/>\
         <v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/></v:formulas>\
         <v:path textpathok=\"t\" o:connecttype=\"rect\"/><v:textpath on=\"t\" fitshape=\"t\"/></v:shapetype>\
         <v:shape id=\"Watermark{n}\" o:spid=\"_x0000_s20{n}9\" type=\"#_x0000_t136\" \
         style=\"position:absolute;margin-left:0;margin-top:0;width:{wide}pt;height:22pt;rotation:315;z-index:-251658752;\
         mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
         mso-position-vertical:center;mso-position-vertical-relative:margin\" o:allowincell=\"f\" fillcolor=\"#c8c8c8\" \
         stroked=\"f\"><v:fill opacity=\".6\"/><v:textpath style=\"font-family:&quot;仿宋_GB2312&quot;;font-size:1pt\" \
         string=\"{}\"/></v:shape></w:pict></w:r></w:p></w:hdr>",
        text(words)
    )
}

pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
%HEADERS%<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";
const RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";
const DOCUMENT_RELS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable\" Target=\"fontTable.xml\"/>\
<Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
<Relationship Id=\"rId5\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer2.xml\"/>\
%HEADERS%</Relationships>";
const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val=\"158\"/><w:characterSpacingControl w:val=\"compressPunctuation\"/>\
<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
</w:settings>";
pub(super) const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

fn core(doc: &Doc) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title></cp:coreProperties>",
        text(&doc.title)
    )
}

/// What a reader takes where a machine has not the fonts of the standard.
fn fonts() -> String {
    let pairs = [("仿宋_GB2312", "仿宋"), ("方正小标宋简体", "宋体"), ("楷体_GB2312", "楷体"), ("黑体", "SimHei")];
    let fonts: Vec<String> = pairs
        .iter()
        .map(|(name, other)| {
            format!("<w:font w:name=\"{name}\"><w:altName w:val=\"{other}\"/><w:charset w:val=\"86\"/></w:font>")
        })
        .collect();
    format!("{HEAD}<w:fonts {W}>{}</w:fonts>", fonts.concat())
}

fn styles() -> String {
    let style = |id: &str, font: &str, half: u32, line: u32, paragraph: &str| {
        // 28 characters of 3号 in a line: 0.2 pt less each. The grid of the page says the same; our own
        // styles do not stand on it, because LibreOffice spreads every text over its cells.
        let pitch = if half == 32 { "<w:spacing w:val=\"-4\"/>" } else { "" };
        format!(
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"{line}\" w:lineRule=\"exact\"/>{paragraph}</w:pPr>\
             <w:rPr><w:rFonts w:eastAsia=\"{font}\"/>{pitch}<w:sz w:val=\"{half}\"/></w:rPr></w:style>"
        )
    };
    let indent = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/><w:jc w:val=\"both\"/>";
    let all = [
        style("DocTitle", "方正小标宋简体", 44, 680, "<w:jc w:val=\"center\"/>"),
        style("DocSub", "楷体_GB2312", 32, 580, "<w:jc w:val=\"center\"/>"),
        style("DocBody", "仿宋_GB2312", 32, 580, indent),
        style("DocOne", "黑体", 32, 580, indent),
        style("DocTwo", "楷体_GB2312", 32, 580, indent),
        style("DocMid", "仿宋_GB2312", 32, 580, "<w:jc w:val=\"center\"/>"),
        style("DocEnd", "仿宋_GB2312", 32, 580, "<w:jc w:val=\"right\"/>"),
        style("DocPlain", "仿宋_GB2312", 32, 580, ""),
        style("DocNote", "仿宋_GB2312", 21, 320, ""),
        style("DocCell", "仿宋_GB2312", 24, 360, ""),
        style("DocHead", "黑体", 24, 360, "<w:jc w:val=\"center\"/>"),
    ]
    .concat();
    format!(
        "{HEAD}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋_GB2312\"/><w:sz w:val=\"32\"/><w:lang w:eastAsia=\"zh-CN\"/></w:rPr>\
         </w:rPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">\
         <w:name w:val=\"Normal\"/></w:style>{all}</w:styles>"
    )
}

/// The foot of odd (`right`) or even (`left`) pages: the small line, then 「— 1 —」 one character from the edge.
fn footer(doc: &Doc, side: &str) -> String {
    let small = if doc.footer.trim().is_empty() { String::new() } else { paragraph("DocNote", "", &doc.footer) };
    let field = |code: &str| format!("<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr>{code}</w:r>");
    let dash = |t: &str| field(&format!("<w:t xml:space=\"preserve\">{t}</w:t>"));
    format!(
        "{HEAD}<w:ftr {W}>{small}<w:p><w:pPr><w:ind w:{side}Chars=\"100\" w:{side}=\"280\"/><w:jc w:val=\"{side}\"/></w:pPr>\
         {}{}{}{}{}</w:p></w:ftr>",
        dash("— "),
        field("<w:fldChar w:fldCharType=\"begin\"/>"),
        field("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>"),
        field("<w:fldChar w:fldCharType=\"end\"/>"),
        dash(" —"),
    )
}
