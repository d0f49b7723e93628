//! Commands that keep the data safe: backup, restore, export, verify-audit, checkpoint.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{Done, place::Place, say, warn};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{Layer, Settings},
    operations::{
        Trouble,
        audit::{self, Chain},
        backup, checkpoint, database, export, lock, restore,
    },
    services::search::index,
};

/// `wuze backup`.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// 备份文件，不能已经存在
    #[arg(long, value_name = "文件")]
    out: PathBuf,
}

/// `wuze restore`.
#[derive(Args)]
pub struct Restore {
    /// 备份文件
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// 已经有数据时也恢复；旧数据改名留在旁边
    #[arg(long)]
    force: bool,
}

/// `wuze export`.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// 导出的 .zip，不能已经存在
    #[arg(long, value_name = "文件")]
    out: PathBuf,
}

/// `wuze verify-audit`.
#[derive(Args)]
pub struct VerifyAudit {
    #[command(flatten)]
    place: Place,
    /// 另存的检查点，或一个备份文件；没有它就查不出链尾被截断、整条链被重写
    #[arg(long, value_name = "文件")]
    checkpoint: Option<PathBuf>,
}

fn quiet(place: &Place) -> Result<Settings, Trouble> {
    super::logs::start("warn", crate::config::LogFormat::Text);
    place.settings(Layer::default())
}

impl Backup {
    pub(super) async fn run(self) -> Done {
        let settings = quiet(&self.place)?;
        settings.evidence.check().map_err(Trouble::new)?;
        let manifest =
            backup::backup(&settings.database, settings.evidence.base(&settings.data), &self.out, SystemClock.now())
                .await?;
        say(&format!(
            "已备份到 {}：结构第 {} 版，{} 个文件，{}。",
            self.out.display(),
            manifest.schema_version,
            manifest.files.len(),
            manifest.created_at
        ));
        for point in &manifest.audit {
            say(&format!("审计日志「{}」到第 {} 行，末行摘要 {}。", point.name, point.size, point.head));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    pub(super) async fn run(self) -> Done {
        let settings = quiet(&self.place)?;
        let now = SystemClock.now();
        let place = restore::Folders {
            data: &settings.data,
            keys: settings.key_dir.as_deref(),
            attachments: settings.evidence.dir.as_deref(),
        };
        let done = restore::restore(&self.file, &settings.database, place, self.force, now).await?;
        say(&format!("已恢复 {} 做的备份，结构第 {} 版。", done.manifest.created_at, done.manifest.schema_version));
        for path in &done.kept {
            say(&format!("原来的数据改名为 {}。", path.display()));
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rounds.old-")) {
                warn("请注意：上面这个文件夹里是没有封存的测评表，看得出谁投了什么。确认不再需要后请立即删除。");
            }
            if settings.key_dir.as_deref().is_some_and(|keys| path.parent() == Some(keys)) {
                warn("请注意：上面这个文件夹里是没有封存的测评表的密钥，那一轮需重新测评。确认不再需要后请立即删除。");
            }
        }
        // A chain that was broken before the backup is no reason to lose the rest of the data.
        if !report(&done.chains) {
            warn("请注意：备份里的审计日志有上面的问题，数据已照原样恢复，请查明原因。");
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Export {
    pub(super) async fn run(self) -> Done {
        let settings = quiet(&self.place)?;
        settings.evidence.check().map_err(Trouble::new)?;
        let rows =
            export::export(&settings.database, settings.evidence.base(&settings.data), &self.out, SystemClock.now())
                .await?;
        say(&format!("已导出到 {}，共 {rows} 行。这是内部资料，请妥善保管。", self.out.display()));
        Ok(ExitCode::SUCCESS)
    }
}

impl VerifyAudit {
    pub(super) async fn run(self) -> Done {
        let settings = quiet(&self.place)?;
        let points = self.checkpoint.as_deref().map(checkpoint::load).transpose()?.unwrap_or_default();
        let pool = database::look(&settings.database).await?;
        let mut conn = pool.acquire().await?;
        database::freeze(&mut conn).await?;
        database::schema(&mut conn).await?;
        let chains = audit::verify(&mut conn, &points).await?;
        database::thaw(&mut conn).await?;
        drop(conn);
        pool.close().await;
        let whole = report(&chains);
        if self.checkpoint.is_none() {
            say("没有对照检查点：链尾被截断、整条链被重写查不出来。请用 --checkpoint 给出另存的检查点或备份。");
        }
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// `wuze reindex`: everything that is searched, anew.
pub(super) async fn reindex(place: Place) -> Done {
    let settings = quiet(&place)?;
    let _held = lock::hold(&settings.data)?;
    let app = super::serve::open(&settings, settings.addr).await?;
    let records = index::rebuild(app.store()).await?;
    app.store().close().await;
    say(&format!("已重建搜索索引，共 {records} 条记录。"));
    Ok(ExitCode::SUCCESS)
}

/// Prints what was found; is every chain whole?
fn report(chains: &[Chain]) -> bool {
    for chain in chains {
        let name = if chain.name.is_empty() { &chain.district } else { &chain.name };
        let removed = match chain.details_removed {
            0 => String::new(),
            n => format!("，其中 {n} 行的说明文字已依规移除"),
        };
        if chain.findings.is_empty() {
            say(&format!("审计日志「{name}」共 {} 行{removed}，完整。末行摘要 {}。", chain.size, chain.head));
        } else {
            say(&format!("审计日志「{name}」共 {} 行{removed}，发现 {} 处问题：", chain.size, chain.findings.len()));
            for finding in &chain.findings {
                say(&format!("  {finding}"));
            }
        }
    }
    chains.iter().all(|chain| chain.findings.is_empty())
}

/// `wuze checkpoint`: one JSON object a line.
pub(super) async fn checkpoint(place: Place) -> Done {
    let settings = quiet(&place)?;
    let pool = database::look(&settings.database).await?;
    let mut conn = pool.acquire().await?;
    database::schema(&mut conn).await?;
    for point in checkpoint::take(&mut conn, SystemClock.now()).await? {
        say(&serde_json::to_string(&point).map_err(|e| Trouble::new(e.to_string()))?);
    }
    drop(conn);
    pool.close().await;
    Ok(ExitCode::SUCCESS)
}
