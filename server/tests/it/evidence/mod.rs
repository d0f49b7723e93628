//! 佐证材料 through the whole router: what is taken, what is sent again, who opens it, what a crash leaves.

mod files;
mod guarding;
mod keeping;
mod large;
mod offline;
mod races;
mod reuse;
mod sending;
mod sight;

use std::io::Write as _;

use jpeg_encoder::{ColorType, Encoder};
use serde_json::json;
use server::storage::q;
use sha2::{Digest as _, Sha256};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    duties::{command, rows},
    harness::{Client, Reply, TestApp},
};

pub const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
pub const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";

/// SHA-256, hex.
pub fn sha(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A picture without notes; `seed` makes it another one.
pub fn jpeg(width: u16, height: u16, seed: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height))
        .flat_map(|n| [seed, u8::try_from(n % 251).unwrap(), u8::try_from(n / u32::from(width) % 256).unwrap()])
        .collect();
    let mut out = Vec::new();
    Encoder::new(&mut out, 90).encode(&pixels, width, height, ColorType::Rgb).unwrap();
    out
}

/// The same as a phone writes it: turned by a quarter, with the place.
pub fn photo(width: u16, height: u16, seed: u8) -> Vec<u8> {
    let plain = jpeg(width, height, seed);
    let mut notes = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    notes.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0GPSLatitude 30.12345");
    let mut out = vec![0xFF, 0xD8, 0xFF, 0xE1];
    out.extend(u16::try_from(notes.len() + 2).unwrap().to_be_bytes());
    out.extend(notes);
    out.extend(&plain[2..]);
    out
}

/// A zip archive of an office document.
pub fn package(types: &str, names: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("[Content_Types].xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(format!("<Types><Override ContentType=\"{types}\"/></Types>").as_bytes()).unwrap();
    for name in names {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(name.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A record of whoever `client` is; its id.
pub async fn record(client: &mut Client, text: &str, kind: &str) -> String {
    let form = client.call("/api/records/new", json!({})).await.json();
    let (command, post) = (form["command"].as_str().unwrap(), form["post"].as_str().unwrap());
    let fields = [("command", command), ("post", post), ("text", text), ("kind", kind), ("event_on", "")];
    let place = client.post("/records/save", &fields).await.location();
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// Sends the plain form.
pub async fn add(client: &mut Client, record: &str, name: &str, bytes: &[u8]) -> Reply {
    let key = command();
    client.upload("/evidence/add", &[("command", &key), ("record", record)], name, bytes).await
}

/// The rows of the record's page.
pub async fn listed(client: &mut Client, record: &str) -> Vec<serde_json::Value> {
    let page = client.call("/api/records/one", json!({ "id": record })).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()["evidence"]["rows"].as_array().unwrap().clone()
}

/// Adds a file that must be taken; its link.
pub async fn added(client: &mut Client, record: &str, name: &str, bytes: &[u8]) -> String {
    let ids = |rows: Vec<serde_json::Value>| -> Vec<String> {
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids(listed(client, record).await);
    let reply = add(client, record, name, bytes).await;
    assert_eq!(reply.location(), format!("/records/{record}#evidence"), "{name}: {}", reply.text());
    ids(listed(client, record).await).into_iter().find(|id| !before.contains(id)).unwrap()
}

/// Why the plain form came back.
pub async fn problem(client: &mut Client, record: &str, reply: &Reply) -> String {
    let place = reply.location();
    let draft = place.split("draft=").nth(1).unwrap_or_else(|| panic!("taken: {place} {}", reply.text()));
    let draft = draft.split('#').next().unwrap();
    let page = client.call("/api/records/one", json!({ "id": record, "draft": draft })).await.json();
    page["evidence"]["problem"].as_str().unwrap().to_owned()
}

/// An upload in pieces.
pub struct Sending<'a> {
    pub id: String,
    pub record: &'a str,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl Sending<'_> {
    pub async fn begin(&self, client: &mut Client) -> Reply {
        let size = self.bytes.len().to_string();
        let fields = [("upload", self.id.as_str()), ("record", self.record), ("name", self.name), ("size", &size)];
        client.post("/evidence/begin", &fields).await
    }

    pub async fn piece(&self, client: &mut Client, from: usize, to: usize) -> Reply {
        piece(client, &self.id, from, &self.bytes[from..to]).await
    }

    pub async fn finish(&self, client: &mut Client, key: &str) -> Reply {
        let fields = [("command", key), ("upload", self.id.as_str()), ("hash", &sha(self.bytes))];
        client.post("/evidence/finish", &fields).await
    }
}

/// Any piece.
pub async fn piece(client: &mut Client, upload: &str, offset: usize, bytes: &[u8]) -> Reply {
    let (offset, hash) = (offset.to_string(), sha(bytes));
    client.upload("/evidence/piece", &[("upload", upload), ("offset", &offset), ("hash", &hash)], "piece", bytes).await
}

/// Every file below the folder of attachments, by name.
pub fn on_disk(app: &TestApp) -> Vec<String> {
    fn walk(folder: &std::path::Path, out: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.unwrap();
            if entry.path().is_dir() {
                walk(&entry.path(), out);
            } else {
                out.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    let mut out = Vec::new();
    walk(&app.folder().join("attachments"), &mut out);
    out.sort();
    out
}

pub async fn count(app: &TestApp, table: &'static str) -> i64 {
    let query = match table {
        "files" => q("SELECT COUNT(*) AS n FROM evidence_files"),
        "links" => q("SELECT COUNT(*) AS n FROM evidence_links"),
        _ => q("SELECT COUNT(*) AS n FROM evidence_uploads"),
    };
    rows(app, query).await[0].int("n").unwrap()
}
