//! QR codes as SVG of our own, one path, no image and no script.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// White modules that readers need around the code.
const QUIET: i32 = 4;

/// The code of `text` as an `<svg class="qr">`, black on white. Empty where the text is too long for
/// any code (over two kilobytes; ours are under a hundred bytes).
pub fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let length = x - start;
                let _ = write!(path, "M{},{}h{length}v1h-{length}z", start + QUIET, y + QUIET);
            } else {
                x += 1;
            }
        }
    }
    let whole = size + 2 * QUIET;
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" role=\"img\" aria-label=\"{}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{whole}\" height=\"{whole}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>",
        crate::http::reply::escape(label)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_is_where_readers_look() {
        let svg = svg("https://wuze.example/m/0123456789abcdef0123", "签到<码>");
        assert!(svg.contains("d=\"M4,4h7v1h-7z"), "{svg}");
        assert!(svg.contains("签到&lt;码&gt;"));
        assert_eq!(super::svg(&"x".repeat(5_000), ""), "");
    }
}
