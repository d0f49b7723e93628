//! The flags every command shares: where the data is.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    config::{Layer, Settings},
    operations::Trouble,
};

/// Where the data is. Flags, then environment, then the file, then defaults.
#[derive(Args, Clone)]
pub struct Place {
    /// 配置文件；不写时读当前文件夹的 wuze.toml（没有也行）
    #[arg(long, env = "WUZE_CONFIG", value_name = "文件")]
    config: Option<PathBuf>,
    /// 数据文件夹 [默认 data]
    #[arg(long, env = "WUZE_DATA", value_name = "文件夹")]
    data: Option<PathBuf>,
    /// 数据库 sqlite:文件 或 postgres://… [默认 sqlite:数据文件夹/wuze.db]；带密码的地址请用环境变量或配置文件
    #[arg(long, env = "WUZE_DATABASE_URL", value_name = "地址", hide_env_values = true)]
    database_url: Option<String>,
    /// 佐证材料所在的文件夹，例如挂载的另一块盘 [默认在数据文件夹里]
    #[arg(long, env = "WUZE_EVIDENCE_DIR", value_name = "文件夹")]
    evidence_dir: Option<PathBuf>,
}

impl Place {
    /// Settings, with `flags` of the command itself before everything else.
    ///
    /// # Errors
    /// The file is wrong, or a setting cannot be.
    pub fn settings(&self, flags: Layer) -> Result<Settings, Trouble> {
        let (path, named) = match &self.config {
            Some(path) => (path.as_path(), true),
            None => (Path::new("wuze.toml"), false),
        };
        let file = Layer::load(path, named).map_err(Trouble::new)?;
        let here = Layer {
            data: self.data.clone(),
            database_url: self.database_url.clone(),
            evidence_dir: self.evidence_dir.clone(),
            ..Layer::default()
        };
        Settings::resolve(flags.over(here).over(file)).map_err(Trouble::new)
    }
}
