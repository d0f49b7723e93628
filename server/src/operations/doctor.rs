//! What could undo a promise of this installation without anybody noticing: swapped-out keys, core
//! dumps, folders that others read, a clock that runs back, a database that does not flush, files that
//! are gone or altered. Looks and tells; changes nothing. Refuses to guess: what could not be looked at
//! is said as such.

mod machine;
mod settings;

use std::path::Path;

use chrono::Datelike as _;
use domain::time::{Instant, first_of, last_of, zh};
use serde::Serialize;

pub use machine::{Places, machine};
pub use settings::settings;

use super::{Trouble, database, evidence};
use crate::storage::{Conn, Url, q, syncs};

/// What came of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// To be put right.
    Warn,
    /// Could not be looked at.
    Skipped,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Key for programs: `swap`, `core_dumps`, ….
    pub check: &'static str,
    /// What came of it.
    pub level: Level,
    /// Chinese: what was found, and what to do.
    pub words: String,
}

impl Finding {
    fn ok(check: &'static str, words: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, words: words.into() }
    }

    /// Something to be put right.
    pub fn warn(check: &'static str, words: impl Into<String>) -> Self {
        Self { check, level: Level::Warn, words: words.into() }
    }

    fn skipped(check: &'static str, words: impl Into<String>) -> Self {
        Self { check, level: Level::Skipped, words: words.into() }
    }

    fn when(check: &'static str, good: bool, fine: impl Into<String>, wrong: impl Into<String>) -> Self {
        if good { Self::ok(check, fine) } else { Self::warn(check, wrong) }
    }
}

/// A clock may be this much behind the last entry of the log, in milliseconds: time is set by small steps.
const BEHIND: i64 = 60_000;
/// Nothing was written before this year: a clock that says so is wrong.
const FIRST_YEAR: i32 = 2026;
/// The notice with the holidays of the next year comes in November.
const NOTICE_MONTH: u32 = 11;

/// Flushing, the clock and the holidays, by the rows.
///
/// # Errors
/// The database does not answer, or is not ours.
pub async fn rows(url: &Url, now: Instant) -> Result<Vec<Finding>, Trouble> {
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    database::schema(&mut conn).await?;
    let found = vec![flushing(url, &mut conn).await?, clock(&mut conn, now).await?, holidays(&mut conn, now).await?];
    drop(conn);
    pool.close().await;
    Ok(found)
}

/// Lines of files that are named; more are counted.
const NAMED: usize = 20;

/// 佐证材料: every file read and compared, below `base`/attachments.
///
/// # Errors
/// The database does not answer, or is not ours.
pub async fn files(url: &Url, base: &Path) -> Result<Finding, Trouble> {
    let check = "evidence";
    let found = evidence::verify(url, base).await?;
    if found.wrong.is_empty() {
        return Ok(Finding::ok(check, format!("佐证材料 {} 份，逐份核对无误。", found.whole)));
    }
    let more = found.wrong.len().saturating_sub(NAMED);
    let mut words = found.wrong.into_iter().take(NAMED).collect::<String>();
    if more > 0 {
        words.push_str(&format!("另有 {more} 处。"));
    }
    Ok(Finding::warn(check, words))
}

async fn flushing(url: &Url, conn: &mut Conn) -> Result<Finding, Trouble> {
    let check = "flush";
    if let Url::Sqlite(path) = url {
        let found = syncs(path).await?;
        return Ok(Finding::when(
            check,
            found.full && found.wal,
            "数据库每次提交都落到磁盘（synchronous=FULL，WAL）。",
            "数据库不是每次提交都落到磁盘（synchronous 不是 FULL，或不是 WAL）：断电会丢掉已经确认的内容。请用原版程序，不要用别的工具改过的数据库文件。",
        ));
    }
    let mut off = Vec::new();
    for (name, query) in [
        ("fsync", "SELECT current_setting('fsync') AS v"),
        ("synchronous_commit", "SELECT current_setting('synchronous_commit') AS v"),
        ("full_page_writes", "SELECT current_setting('full_page_writes') AS v"),
    ] {
        let rows = conn.rows(q(query)).await?;
        if rows.first().map_or(Ok(String::new()), |r| r.text("v"))? == "off" {
            off.push(name);
        }
    }
    Ok(Finding::when(
        check,
        off.is_empty(),
        "PostgreSQL 每次提交都落到磁盘。",
        format!(
            "PostgreSQL 关掉了 {}：断电会丢掉已经确认的内容。请在 postgresql.conf 里改回 on 并重新启动。",
            off.join("、")
        ),
    ))
}

async fn clock(conn: &mut Conn, now: Instant) -> Result<Finding, Trouble> {
    let check = "clock";
    let rows = conn.rows(q("SELECT MAX(at) AS at FROM audit")).await?;
    let last = rows.first().map_or(Ok(None), |r| r.opt_int("at"))?;
    if now.day().year() < FIRST_YEAR {
        return Ok(Finding::warn(
            check,
            format!("服务器时间是 {}，显然不对：期限和颜色都会算错。请校准时间。", minute(now)),
        ));
    }
    Ok(match last {
        Some(last) if now.0 + BEHIND < last => Finding::warn(
            check,
            format!(
                "服务器时间是 {}，早于审计日志最后一行的 {}：时间被调回过，期限和颜色会算错。请校准时间（开启 NTP）。",
                minute(now),
                minute(Instant(last))
            ),
        ),
        _ => Finding::ok(check, format!("服务器时间 {}，不早于审计日志最后一行。", minute(now))),
    })
}

/// `2026年12月1日08:05`.
fn minute(at: Instant) -> String {
    format!("{}{}", zh(at.day()), at.clock())
}

async fn holidays(conn: &mut Conn, now: Instant) -> Result<Finding, Trouble> {
    let check = "holidays";
    let today = now.day();
    let mut years = vec![today.year()];
    if today.month() >= NOTICE_MONTH {
        years.push(today.year() + 1);
    }
    let mut without = Vec::new();
    for year in years {
        let rows = conn
            .rows(
                q("SELECT d.name FROM districts d WHERE NOT EXISTS (SELECT 1 FROM holidays h
                     WHERE h.district_id = d.id AND h.day >= $1 AND h.day <= $2) ORDER BY d.name")
                .bind(first_of(year, 1))
                .bind(last_of(year, 12)),
            )
            .await?;
        for row in &rows {
            without.push(format!("{}{year}年", row.text("name")?));
        }
    }
    Ok(Finding::when(
        check,
        without.is_empty(),
        "节假日表齐全。",
        format!("没有录入节假日表：{}。工作日期限会把节假日算作上班。请到「规则与日历」录入。", without.join("、")),
    ))
}
