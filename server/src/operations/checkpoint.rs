//! Checkpoints of the audit chain: (size, head, time) per district. They leave the
//! machine with every backup and printed report, because a chain alone proves
//! nothing against the one who owns the disk.

use std::{fs::File, io::Read as _, path::Path};

use domain::time::{Instant, iso};
use serde::{Deserialize, Serialize};

use super::{Trouble, archive};
use crate::storage::{Conn, q};

/// How far a chain reached at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// District id.
    pub district: String,
    /// District name, for people.
    #[serde(default)]
    pub name: String,
    /// Number of the last entry; 0 for an empty chain.
    pub size: i64,
    /// Hash of the last entry, hex; empty for an empty chain.
    pub head: String,
    /// When this was taken, `2026-11-22T18:05:09+08:00`.
    pub time: String,
}

/// `2026-11-22T18:05:09+08:00`.
pub fn stamp(at: Instant) -> String {
    let seconds = at.0.div_euclid(1000).rem_euclid(60);
    format!("{}T{}:{seconds:02}+08:00", iso(at.day()), at.clock())
}

/// `20261122-180509`, for names of files.
pub fn file_stamp(at: Instant) -> String {
    let seconds = at.0.div_euclid(1000).rem_euclid(60);
    format!("{}-{}{seconds:02}", iso(at.day()).replace('-', ""), at.clock().replace(':', ""))
}

/// The heads of every chain as this connection sees them.
///
/// # Errors
/// The database is gone.
pub async fn take(conn: &mut Conn, now: Instant) -> Result<Vec<Checkpoint>, Trouble> {
    let rows = conn
        .rows(q("SELECT d.id AS id, d.name AS name, a.seq AS seq, a.hash AS hash FROM districts d
                 LEFT JOIN audit a ON a.district_id = d.id
                   AND a.seq = (SELECT MAX(seq) FROM audit b WHERE b.district_id = d.id)
                 ORDER BY d.created_at, d.id"))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Checkpoint {
                district: row.text("id")?,
                name: row.text("name")?,
                size: row.opt_int("seq")?.unwrap_or(0),
                head: row.opt_text("hash")?.unwrap_or_default(),
                time: stamp(now),
            })
        })
        .collect()
}

/// Reads checkpoints from a backup, from the output of `wuze checkpoint` (one object a line), or from a list.
///
/// # Errors
/// The file is none of them.
pub fn load(path: &Path) -> Result<Vec<Checkpoint>, Trouble> {
    let mut start = [0_u8; 4];
    let mut file = File::open(path).map_err(|e| Trouble::file("读取", path, &e))?;
    if file.read(&mut start).map_err(|e| Trouble::file("读取", path, &e))? == 4 && start == *b"PK\x03\x04" {
        return Ok(archive::Reader::open(path)?.manifest().audit.clone());
    }
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file("读取", path, &e))?;
    parse(&text).ok_or_else(|| {
        Trouble::new(format!(
            "{} 不是检查点：请给 wuze checkpoint 的输出，或一个 wuze backup 的备份文件。",
            path.display()
        ))
    })
}

fn parse(text: &str) -> Option<Vec<Checkpoint>> {
    if let Ok(list) = serde_json::from_str::<Vec<Checkpoint>>(text) {
        return Some(list);
    }
    let lines: Result<Vec<Checkpoint>, _> =
        text.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str).collect();
    lines.ok().filter(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_shanghai_time() {
        assert_eq!(stamp(Instant(1_000)), "1970-01-01T08:00:01+08:00");
        assert_eq!(file_stamp(Instant(1_000)), "19700101-080001");
    }

    #[test]
    fn lines_and_lists_are_read() {
        let one = r#"{"district":"a","size":3,"head":"ff","time":"t"}"#;
        assert_eq!(parse(&format!("{one}\n{one}\n")).map(|l| l.len()), Some(2));
        assert_eq!(parse(&format!("[{one}]")).map(|l| l.len()), Some(1));
        assert_eq!(parse("{}"), None);
        assert_eq!(parse(""), None);
    }
}
