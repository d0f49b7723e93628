//! What 3,000 phones load over one Wi-Fi: the ballot page with its sheet and its scripts.

use std::{fs, path::Path};

use super::{
    open_round,
    world::{Kind, meeting},
};
use crate::harness::{Database, TestApp};

/// Limit of the whole page in brotli, in bytes (architecture.md).
const LIMIT: usize = 30 * 1024;

fn packed(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).unwrap();
    out.len()
}

#[tokio::test]
async fn the_ballot_page_stays_small_in_all() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, _) = meeting(&app, Kind::default()).await;
    let (_, mut raters) = open_round(&app, id).await;
    let html = raters[0].get(&format!("/room/{id}")).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read(root.join(path)).unwrap();
    // The sources are an upper bound: what is served is minified.
    let css = [read("style/tokens.css"), read("style/hall.css")].concat();
    let parts = [
        ("page", packed(&html.body)),
        ("hall.css", packed(&css)),
        ("live.js", packed(&read("public/live.js"))),
        ("ballot.js", packed(&read("public/ballot.js"))),
        ("seat.js", packed(&read("public/seat.js"))),
    ];
    let whole: usize = parts.iter().map(|p| p.1).sum();
    println!("ballot page in brotli: {parts:?}, in all {whole} of {LIMIT} bytes");
    assert!(whole <= LIMIT, "{parts:?}");
    let text = html.text();
    assert!(!text.contains(".wasm") && !text.contains("main.css"), "no wasm and no office styles");
    assert!(text.contains("服务器暂时知道哪张票来自哪个席位"), "the promise is on the page");
    for name in ["live.js", "ballot.js", "seat.js"] {
        assert!(read(&format!("public/{name}")).len() <= 15 * 1024, "{name}");
    }
}
