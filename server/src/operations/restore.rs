//! `wuze restore`: puts a backup in place. Every hash is checked before anything
//! is touched; what stood there is never overwritten, only renamed with the time,
//! and that only when forced.

use std::{
    fs::{self, OpenOptions},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use domain::{ids::RoundId, time::Instant};

use super::{
    Trouble,
    archive::{Kind, Manifest, Reader},
    audit::{self, Chain},
    backup::sync_folder,
    checkpoint::file_stamp,
    database, lock,
    postgres::Target,
};
use crate::storage::{Url, q};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup said of itself.
    pub manifest: Manifest,
    /// Where the former files are now.
    pub kept: Vec<PathBuf>,
    /// The audit chains, verified against the checkpoints of the backup.
    pub chains: Vec<Chain>,
}

/// Where a backup is restored to.
#[derive(Debug, Clone, Copy)]
pub struct Folders<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// Folder of the rounds' keys, where it is one of its own.
    pub keys: Option<&'a Path>,
    /// Folder that holds `attachments`, where it is one of its own.
    pub attachments: Option<&'a Path>,
}

impl Folders<'_> {
    fn attachments(&self) -> PathBuf {
        self.attachments.unwrap_or(self.data).join("attachments")
    }
}

impl<'a> From<(&'a Path, Option<&'a Path>)> for Folders<'a> {
    fn from((data, keys): (&'a Path, Option<&'a Path>)) -> Self {
        Self { data, keys, attachments: None }
    }
}

/// Restores `file` into `url` and the folders of `place`. `keys` is the folder of the rounds' keys where it is one of its
/// own: keys of rounds that were open are put aside with their journals, or these rounds could neither
/// be opened nor held again.
///
/// # Errors
/// Damaged or newer backup, another kind of database, a server that is running,
/// a target that is not empty (without `force`). Nothing is changed then.
pub async fn restore<'a>(
    file: &Path,
    url: &Url,
    place: impl Into<Folders<'a>>,
    force: bool,
    now: Instant,
) -> Result<Restored, Trouble> {
    let place: Folders<'a> = place.into();
    let path = file.to_owned();
    let reader = tokio::task::spawn_blocking(move || {
        let mut reader = Reader::open(&path)?;
        let manifest = reader.manifest();
        let known = database::known_schema();
        if manifest.schema_version > known {
            return Err(Trouble::new(super::newer(manifest.schema_version, known)));
        }
        reader.check()?;
        Ok(reader)
    })
    .await
    .map_err(|e| Trouble::new(e.to_string()))??;
    match (url, reader.manifest().database) {
        (Url::Sqlite(_), Kind::Sqlite) | (Url::Postgres(_), Kind::Postgres) => {}
        (_, Kind::Sqlite) => {
            return Err(Trouble::new(
                "这是 SQLite 的备份，不能恢复到 PostgreSQL。请用 --database-url sqlite:文件路径。",
            ));
        }
        (_, Kind::Postgres) => {
            return Err(Trouble::new("这是 PostgreSQL 的备份。请用 --database-url 指明一个新建的空库。"));
        }
    }
    let held = lock::hold(place.data)?;
    let restored = match url {
        Url::Sqlite(db) => sqlite(reader, db, place, force, now).await,
        Url::Postgres(text) => postgres(reader, url, text, place, force, now).await,
    };
    drop(held);
    restored
}

async fn sqlite(reader: Reader, db: &Path, place: Folders<'_>, force: bool, now: Instant) -> Result<Restored, Trouble> {
    let Folders { data, keys, .. } = place;
    let attachments = place.attachments();
    let mut places = vec![db.to_owned(), attachments.clone(), data.join("rounds")];
    places.extend(keys_of_rounds(data, keys)?);
    let old = in_the_way(&places, force)?;
    let staged = Staged { database: with_ending(db, ".part"), attachments: with_ending(&attachments, ".part") };
    let manifest = staged.fill(reader).await?;
    let chains = inspect(&Url::Sqlite(staged.database.clone()), &manifest).await?;
    let mut kept = Vec::new();
    for path in old {
        kept.push(put_aside(&path, now)?);
    }
    // A journal without its database must not be applied to the new one.
    for ending in ["-wal", "-shm"] {
        let journal = with_ending(db, ending);
        if journal.exists() {
            kept.push(put_aside(&journal, now)?);
        }
    }
    staged.place(Some(db), &attachments)?;
    Ok(Restored { manifest, kept, chains })
}

async fn postgres(
    reader: Reader,
    url: &Url,
    text: &str,
    place: Folders<'_>,
    force: bool,
    now: Instant,
) -> Result<Restored, Trouble> {
    let pool = database::look(url).await?;
    let tables = pool
        .row(q("SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'public'"))
        .await?
        .map_or(Ok(0), |row| row.int("n"))?;
    pool.close().await;
    if tables > 0 {
        return Err(Trouble::new(
            "目标数据库不是空的，不会覆盖。请先新建一个空库（createdb），再用 --database-url 指向它；旧库原样留着。",
        ));
    }
    let Folders { data, keys, .. } = place;
    let attachments = place.attachments();
    let mut places = vec![attachments.clone(), data.join("rounds")];
    places.extend(keys_of_rounds(data, keys)?);
    let old = in_the_way(&places, force)?;
    let staged =
        Staged { database: data.join("database.pgdump.part"), attachments: with_ending(&attachments, ".part") };
    let manifest = staged.fill(reader).await?;
    let args = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-password"];
    Target::of(text).run("pg_restore", &args, &staged.database).await?;
    let mut kept = Vec::new();
    for path in old {
        kept.push(put_aside(&path, now)?);
    }
    staged.place(None, &attachments)?;
    let chains = inspect(url, &manifest).await?;
    Ok(Restored { manifest, kept, chains })
}

/// Folders of rounds' keys on a medium of their own; what else lies there is left alone.
fn keys_of_rounds(data: &Path, keys: Option<&Path>) -> Result<Vec<PathBuf>, Trouble> {
    let Some(keys) = keys.filter(|keys| *keys != data.join("rounds")) else { return Ok(Vec::new()) };
    let entries = match fs::read_dir(keys) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Trouble::file("读取", keys, &e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Trouble::file("读取", keys, &e))?;
        if entry.file_name().to_str().is_some_and(|name| name.parse::<RoundId>().is_ok()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Those of `paths` that hold something. Refused unless forced.
fn in_the_way(paths: &[PathBuf], force: bool) -> Result<Vec<PathBuf>, Trouble> {
    let mut old = Vec::new();
    for path in paths {
        match fs::symlink_metadata(path) {
            Ok(_) => old.push(path.clone()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Trouble::file("读取", path, &e)),
        }
    }
    match old.first() {
        Some(first) if !force => Err(Trouble::new(format!(
            "{} 已经有数据，不会覆盖。请换一个空文件夹（--data）；确实要换掉它，加 --force，旧数据会改名留在旁边。",
            first.display()
        ))),
        _ => Ok(old),
    }
}

/// Files of the backup, unpacked beside their places; gone again unless placed.
struct Staged {
    database: PathBuf,
    attachments: PathBuf,
}

impl Staged {
    async fn fill(&self, mut reader: Reader) -> Result<Manifest, Trouble> {
        let (database, attachments) = (self.database.clone(), self.attachments.clone());
        tokio::task::spawn_blocking(move || {
            let manifest = reader.manifest().clone();
            let _ = fs::remove_file(&database);
            let _ = fs::remove_dir_all(&attachments);
            for entry in &manifest.files {
                let to = match entry.path.strip_prefix("attachments/") {
                    Some(name) => attachments.join(name),
                    None => database.clone(),
                };
                if let Some(parent) = to.parent().filter(|p| *p != Path::new("")) {
                    fs::DirBuilder::new()
                        .recursive(true)
                        .mode(0o700)
                        .create(parent)
                        .map_err(|e| Trouble::file("新建文件夹", parent, &e))?;
                }
                let mut file = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&to)
                    .map_err(|e| Trouble::file("写入", &to, &e))?;
                reader.copy(entry, &mut file)?;
                file.sync_all().map_err(|e| Trouble::file("写入", &to, &e))?;
            }
            Ok(manifest)
        })
        .await
        .map_err(|e| Trouble::new(e.to_string()))?
    }

    fn place(self, database: Option<&Path>, attachments: &Path) -> Result<(), Trouble> {
        let step = |from: &Path, to: &Path| -> Result<(), Trouble> {
            if from.exists() {
                fs::rename(from, to).map_err(|e| Trouble::file("写入", to, &e))?;
                sync_folder(to)?;
            }
            Ok(())
        };
        step(&self.attachments, attachments)?;
        database.map_or(Ok(()), |to| step(&self.database, to))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.database);
        let _ = fs::remove_dir_all(&self.attachments);
    }
}

/// Looks at the restored database before anyone relies on it.
async fn inspect(url: &Url, manifest: &Manifest) -> Result<Vec<Chain>, Trouble> {
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    if conn.is_sqlite() {
        let rows = conn.rows(q("SELECT integrity_check AS said FROM pragma_integrity_check")).await?;
        let said = rows.first().map_or(Ok(String::new()), |row| row.text("said"))?;
        if said != "ok" {
            return Err(Trouble::new(format!(
                "备份里的数据库已经损坏（{said}）。请换一份完好的备份，什么也没有改动。"
            )));
        }
    }
    let found = database::schema(&mut conn).await?;
    if found != manifest.schema_version {
        return Err(Trouble::new(format!(
            "备份的清单写的是结构第 {} 版，里面的数据库却是第 {found} 版。请换一份完好的备份。",
            manifest.schema_version
        )));
    }
    let chains = audit::verify(&mut conn, &manifest.audit).await?;
    drop(conn);
    pool.close().await;
    Ok(chains)
}

/// Renames `path` to `path.old-20261122-180509`; a database keeps its companions by name.
fn put_aside(path: &Path, now: Instant) -> Result<PathBuf, Trouble> {
    let text = path.as_os_str().to_string_lossy();
    let stamp = file_stamp(now);
    let aside = match ["-wal", "-shm"].iter().find_map(|e| text.strip_suffix(e).map(|base| (base.to_owned(), *e))) {
        Some((base, ending)) => PathBuf::from(format!("{base}.old-{stamp}{ending}")),
        None => with_ending(path, &format!(".old-{stamp}")),
    };
    if aside.exists() {
        return Err(Trouble::new(format!("{} 已经存在，请过一秒再试。", aside.display())));
    }
    fs::rename(path, &aside).map_err(|e| Trouble::file("改名", path, &e))?;
    Ok(aside)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
