//! Does every row of 佐证材料 have its file, is it still the one that was stored, and does every file
//! have its row? Reads only.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::{Trouble, database};
use crate::{
    evidence::Files,
    storage::{Url, q},
};

/// Bytes read at once.
const STEP: usize = 256 * 1024;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Files that are as they were.
    pub whole: u64,
    /// Chinese, one line a file: what is wrong with it.
    pub wrong: Vec<String>,
}

/// Compares every stored file of `url` below `base`/attachments with its hash.
///
/// # Errors
/// The database cannot be read.
pub async fn verify(url: &Url, base: &Path) -> Result<Checked, Trouble> {
    let files = Files::new(base, 0, 0);
    // Files first: one that comes in between has its row when the rows are read.
    let there = files.stored().map_err(|e| Trouble::file("读取", base, &e))?;
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    database::schema(&mut conn).await?;
    let rows = conn.rows(q("SELECT DISTINCT hash FROM evidence_files ORDER BY hash")).await?;
    let hashes = rows.iter().map(|row| row.text("hash")).collect::<Result<BTreeSet<_>, _>>()?;
    // An upload that is being placed is named before its row stands.
    let rows = conn.rows(q("SELECT DISTINCT stored_as FROM evidence_uploads WHERE stored_as <> ''")).await?;
    let placing = rows.iter().map(|row| row.text("stored_as")).collect::<Result<BTreeSet<_>, _>>()?;
    drop(conn);
    pool.close().await;
    let check = move || {
        let mut checked = Checked::default();
        for name in there {
            let hash = name.strip_suffix(".thumb").unwrap_or(&name);
            if !hashes.contains(hash) && !placing.contains(hash) {
                let words = "没有哪条记录用它。转线下后没有删成的，可以删除这个文件；刚恢复过旧备份的，请先保留";
                checked.wrong.push(format!("文件夹里的 {name} 是多余的：{words}。"));
            }
        }
        for hash in hashes {
            match hashed(&files.file(&hash)) {
                Ok(found) if found == hash => checked.whole += 1,
                Ok(_) => checked.wrong.push(format!("佐证材料 {hash} 的内容变了。请从备份里取回这个文件。")),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {
                    checked
                        .wrong
                        .push(format!("佐证材料 {hash} 不见了。请检查 evidence_dir，或从备份里取回这个文件。"));
                }
                Err(e) => checked.wrong.push(format!("佐证材料 {hash} 读不出来：{e}。请检查磁盘和权限。")),
            }
        }
        checked
    };
    tokio::task::spawn_blocking(check).await.map_err(|e| Trouble::new(e.to_string()))
}

fn hashed(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; STEP];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
    }
}
