//! The backup file: a zip of the database copy and the attachments, with a
//! manifest of every file's size and SHA-256. Refuses a file that is cut,
//! damaged, or holds anything the manifest does not name.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Trouble, checkpoint::Checkpoint};

/// Layout of the file; a higher one is refused.
pub const FORMAT: u32 = 1;
/// Name of the manifest inside.
const MANIFEST: &str = "manifest.json";
/// Largest manifest read, in bytes: a line of about 150 per attachment.
const MANIFEST_LIMIT: u64 = 64 * 1024 * 1024;
/// Bytes moved at once.
const CHUNK: usize = 256 * 1024;

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`FORMAT`].
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// Newest migration in the database.
    pub schema_version: i64,
    /// When, `2026-11-22T18:05:09+08:00`.
    pub created_at: String,
    /// `sqlite` or `postgres`.
    pub database: Kind,
    /// Every file but this one.
    pub files: Vec<Entry>,
    /// The audit chains as they stood.
    pub audit: Vec<Checkpoint>,
}

/// Which database the copy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An SQLite file.
    Sqlite,
    /// A `pg_dump --format=custom`.
    Postgres,
}

impl Kind {
    /// Name of the database copy inside the file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "wuze.db",
            Self::Postgres => "database.pgdump",
        }
    }
}

/// One file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Path inside, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// Writes an archive.
pub struct Writer {
    zip: ZipWriter<BufWriter<File>>,
    path: PathBuf,
    files: Vec<Entry>,
}

impl Writer {
    /// Begins an archive in `file`.
    pub fn new(file: File, path: &Path) -> Self {
        Self { zip: ZipWriter::new(BufWriter::new(file)), path: path.to_owned(), files: Vec::new() }
    }

    /// Adds a file as `name`; `packed` for what compresses.
    ///
    /// # Errors
    /// Reading or writing failed.
    pub fn add(&mut self, name: &str, from: &Path, packed: bool) -> Result<(), Trouble> {
        let source = File::open(from).map_err(|e| Trouble::file("读取", from, &e))?;
        self.start(name, packed)?;
        let (size, sha256) = pump(source, &mut self.zip).map_err(|e| Trouble::file("写入", &self.path, &e))?;
        self.files.push(Entry { path: name.to_owned(), size, sha256 });
        Ok(())
    }

    /// Adds the manifest (its list of files is filled in), flushes everything to the disk.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<Manifest, Trouble> {
        manifest.files = std::mem::take(&mut self.files);
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Trouble::new(e.to_string()))?;
        self.start(MANIFEST, true)?;
        let path = self.path.clone();
        let failed = |e: &io::Error| Trouble::file("写入", &path, e);
        self.zip.write_all(&text).map_err(|e| failed(&e))?;
        let buffered = self.zip.finish().map_err(|e| Trouble::new(format!("写入备份失败：{e}。请检查磁盘空间。")))?;
        let file = buffered.into_inner().map_err(|e| failed(e.error()))?;
        file.sync_all().map_err(|e| failed(&e))?;
        Ok(manifest)
    }

    fn start(&mut self, name: &str, packed: bool) -> Result<(), Trouble> {
        let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        self.zip
            .start_file(name, options)
            .map_err(|e| Trouble::new(format!("写入 {} 失败：{e}。请检查磁盘空间。", self.path.display())))
    }
}

/// Reads an archive.
pub struct Reader {
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
    path: PathBuf,
}

impl Reader {
    /// Opens an archive and reads its manifest.
    ///
    /// # Errors
    /// Not a backup, cut off, or of a newer layout.
    pub fn open(path: &Path) -> Result<Self, Trouble> {
        let file = File::open(path).map_err(|e| Trouble::file("读取", path, &e))?;
        let broken = |why: String| {
            Trouble::new(format!(
                "{} 不是完整的备份文件（{why}），可能没有传完或被截断。请重新复制备份文件再试，什么也没有改动。",
                path.display()
            ))
        };
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|e| broken(e.to_string()))?;
        let mut text = Vec::new();
        zip.by_name(MANIFEST)
            .map_err(|_| broken("没有清单".into()))?
            .take(MANIFEST_LIMIT)
            .read_to_end(&mut text)
            .map_err(|e| broken(e.to_string()))?;
        // The layout first: a newer one may have other fields.
        let format = serde_json::from_slice::<serde_json::Value>(&text)
            .ok()
            .and_then(|v| v.get("format").and_then(serde_json::Value::as_u64))
            .ok_or_else(|| broken("清单读不懂".into()))?;
        if format > u64::from(FORMAT) {
            return Err(Trouble::new(format!(
                "这个备份是更新版本的 wuze 做的（格式第 {format} 版）。请换用新版的 wuze 恢复，什么也没有改动。"
            )));
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| broken(e.to_string()))?;
        Ok(Self { zip, manifest, path: path.to_owned() })
    }

    /// What the archive says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads every byte and compares it with the manifest.
    ///
    /// # Errors
    /// Names the file that is missing, surplus, misplaced or changed.
    pub fn check(&mut self) -> Result<(), Trouble> {
        let listed: BTreeSet<&str> = self.manifest.files.iter().map(|f| f.path.as_str()).collect();
        for name in self.zip.file_names() {
            let name = name.map_or_else(|e| e.to_string(), std::borrow::Cow::into_owned);
            if name != MANIFEST && !listed.contains(name.as_str()) {
                return Err(self.damaged(&name, "清单里没有它"));
            }
        }
        if listed.len() != self.manifest.files.len() || !listed.contains(self.manifest.database.file()) {
            return Err(self.damaged(MANIFEST, "清单不完整"));
        }
        for entry in self.manifest.files.clone() {
            if !is_ours(&entry.path, self.manifest.database) {
                return Err(self.damaged(&entry.path, "位置不对"));
            }
            self.copy(&entry, &mut io::sink())?;
        }
        Ok(())
    }

    /// Writes the bytes of `entry` into `to`.
    ///
    /// # Errors
    /// They are not those of the manifest, or cannot be written.
    pub fn copy(&mut self, entry: &Entry, to: &mut dyn Write) -> Result<(), Trouble> {
        let found = match self.zip.by_name(&entry.path) {
            // One byte more than announced is enough to see a lie.
            Ok(file) => pump(file.take(entry.size.saturating_add(1)), to).map_err(|e| e.to_string()),
            Err(e) => Err(e.to_string()),
        };
        match found {
            Ok((size, sha256)) if size == entry.size && sha256 == entry.sha256 => Ok(()),
            Ok(_) => Err(self.damaged(&entry.path, "内容和清单上的校验值不符")),
            Err(why) => Err(self.damaged(&entry.path, &why)),
        }
    }

    fn damaged(&self, name: &str, why: &str) -> Trouble {
        Trouble::new(format!(
            "备份 {} 里的 {name:?} 损坏：{why}。请换一份完好的备份，什么也没有改动。",
            self.path.display()
        ))
    }
}

/// The database copy, or a plain path below `attachments/`.
fn is_ours(path: &str, kind: Kind) -> bool {
    path == kind.file()
        || (path.starts_with("attachments/")
            && !path.contains('\\')
            && !path.ends_with('/')
            && Path::new(path).components().all(|c| matches!(c, Component::Normal(_))))
}

/// Moves everything; the number of bytes and their hash.
fn pump(mut from: impl Read, to: &mut dyn Write) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; CHUNK];
    let mut size = 0_u64;
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let Some(part) = buffer.get(..n) else { break };
        hasher.update(part);
        to.write_all(part)?;
        size += u64::try_from(n).unwrap_or(0);
    }
    Ok((size, hex::encode(hasher.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_and_attachments_are_taken() {
        assert!(is_ours("wuze.db", Kind::Sqlite));
        assert!(is_ours("attachments/ab/cd.jpg", Kind::Sqlite));
        for bad in ["database.pgdump", "attachments/../x", "/etc/passwd", "attachments/", "attachments/..\\x", "x"] {
            assert!(!is_ours(bad, Kind::Sqlite), "{bad}");
        }
    }
}
