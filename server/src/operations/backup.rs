//! `wuze backup`: one consistent file while the server goes on writing. SQLite by
//! `VACUUM INTO`, PostgreSQL by `pg_dump` of the same snapshot the checkpoint is
//! read from. Open rounds (`rounds/`) are never in it: they hold who votes what.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use domain::time::Instant;

use super::{
    Trouble,
    archive::{FORMAT, Kind, Manifest, Writer},
    checkpoint::{self, Checkpoint, stamp},
    database,
    postgres::Target,
};
use crate::storage::{Url, q};

/// A half-made file: gone when the work ends in any way but well.
pub(super) struct Part(PathBuf);

impl Part {
    /// Makes `out` + `ending`, readable by its owner only.
    pub(super) fn beside(out: &Path, ending: &str) -> Result<(Self, File), Trouble> {
        let mut name = out.as_os_str().to_owned();
        name.push(ending);
        let path = PathBuf::from(name);
        // Left over from a run that was killed.
        let _ = fs::remove_file(&path);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| Trouble::file("写入", &path, &e))?;
        Ok((Self(path), file))
    }

    /// Gives the finished file its name, unless somebody else took it meanwhile.
    pub(super) fn keep_as(self, out: &Path) -> Result<(), Trouble> {
        if out.exists() {
            return Err(Trouble::new(format!("{} 刚刚被别的程序建了出来，不会覆盖。请换一个文件名。", out.display())));
        }
        fs::rename(&self.0, out).map_err(|e| Trouble::file("写入", out, &e))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes a backup of `url` and of `data`/attachments to `out`.
///
/// # Errors
/// `out` exists already (nothing is ever overwritten), or reading or writing failed; then nothing is left behind.
pub async fn backup(url: &Url, data: &Path, out: &Path, now: Instant) -> Result<Manifest, Trouble> {
    if out.exists() {
        return Err(Trouble::new(format!("{} 已经存在，不会覆盖。请换一个文件名。", out.display())));
    }
    let (part, file) = Part::beside(out, ".part")?;
    let (copy, empty) = Part::beside(out, ".database.part")?;
    drop(empty);
    let (kind, schema_version, audit) = match url {
        Url::Sqlite(_) => copy_sqlite(url, &copy.0, now).await?,
        Url::Postgres(text) => copy_postgres(url, &Target::of(text), &copy.0, now).await?,
    };
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version,
        created_at: stamp(now),
        database: kind,
        files: Vec::new(),
        audit,
    };
    let attachments = data.join("attachments");
    let (part_path, copy_path) = (part.0.clone(), copy.0.clone());
    let manifest = tokio::task::spawn_blocking(move || -> Result<Manifest, Trouble> {
        let mut writer = Writer::new(file, &part_path);
        // pg_dump's custom format is compressed already.
        writer.add(kind.file(), &copy_path, kind == Kind::Sqlite)?;
        // After the database: a file is stored before the row that names it, so every row finds its file.
        for (name, path) in files_below(&attachments)? {
            writer.add(&format!("attachments/{name}"), &path, false)?;
        }
        writer.finish(manifest)
    })
    .await
    .map_err(|e| Trouble::new(e.to_string()))??;
    part.keep_as(out)?;
    sync_folder(out)?;
    Ok(manifest)
}

type Copied = (Kind, i64, Vec<Checkpoint>);

async fn copy_sqlite(url: &Url, to: &Path, now: Instant) -> Result<Copied, Trouble> {
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    database::schema(&mut conn).await?;
    let target = to.to_str().ok_or_else(|| Trouble::new("备份的路径里有认不出的字符，请换一个路径。"))?;
    // A connection of its own, opened read-only: readers of the server are `query_only`, which forbids it.
    conn.execute(q("VACUUM INTO $1").bind(target)).await?;
    drop(conn);
    pool.close().await;
    let pool = database::look(&Url::Sqlite(to.to_owned())).await?;
    let mut conn = pool.acquire().await?;
    let version = database::schema(&mut conn).await?;
    let audit = checkpoint::take(&mut conn, now).await?;
    drop(conn);
    pool.close().await;
    Ok((Kind::Sqlite, version, audit))
}

async fn copy_postgres(url: &Url, target: &Target, to: &Path, now: Instant) -> Result<Copied, Trouble> {
    let pool = database::look(url).await?;
    let mut conn = pool.acquire().await?;
    database::freeze(&mut conn).await?;
    let version = database::schema(&mut conn).await?;
    let audit = checkpoint::take(&mut conn, now).await?;
    let rows = conn.rows(q("SELECT pg_export_snapshot() AS snapshot")).await?;
    let snapshot = rows.first().map_or(Ok(String::new()), |row| row.text("snapshot"))?;
    let snapshot = format!("--snapshot={snapshot}");
    let args = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", snapshot.as_str()];
    let dumped = target.run("pg_dump", &args, to).await;
    database::thaw(&mut conn).await?;
    drop(conn);
    pool.close().await;
    dumped?;
    Ok((Kind::Postgres, version, audit))
}

/// Every file below a folder with its path from there, sorted; none where there is no folder.
pub(super) fn files_below(root: &Path) -> Result<Vec<(String, PathBuf)>, Trouble> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), root.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && prefix.is_empty() => return Ok(found),
            Err(e) => return Err(Trouble::file("读取", &folder, &e)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| Trouble::file("读取", &folder, &e))?;
            let kind = entry.file_type().map_err(|e| Trouble::file("读取", &entry.path(), &e))?;
            let name = entry.file_name().into_string().map_err(|_| {
                Trouble::new(format!("{} 的文件名不是 UTF-8，请改名后再备份。", entry.path().display()))
            })?;
            let name = format!("{prefix}{name}");
            // A link could lead anywhere; attachments are written as plain files.
            if kind.is_dir() {
                folders.push((format!("{name}/"), entry.path()));
            } else if kind.is_file() && entry.path().extension().is_none_or(|e| e != "part") {
                found.push((name, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a rename in the folder of `path` last through a power cut.
pub(super) fn sync_folder(path: &Path) -> Result<(), Trouble> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Trouble::file("写入", folder, &e))
}
