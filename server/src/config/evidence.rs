//! Where 佐证材料 are kept and how much room they may take.

use std::path::{Path, PathBuf};

/// Room for 佐证材料.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Any mounted folder; the data folder where none is set.
    pub dir: Option<PathBuf>,
    /// What a district may take, in bytes.
    pub quota: u64,
    /// Kept free on the disk for everything else, in bytes.
    pub reserve: u64,
}

impl Evidence {
    /// Default quota: some 30,000 shrunk photos.
    const QUOTA_MB: u64 = 30 * 1024;
    /// Default reserve: a year of records and a hall's journals many times over.
    const RESERVE_MB: u64 = 2 * 1024;

    pub(super) fn of(dir: Option<PathBuf>, quota_mb: Option<u64>, reserve_mb: Option<u64>) -> Self {
        let bytes = |mb: Option<u64>, default: u64| mb.unwrap_or(default).saturating_mul(1024 * 1024);
        Self { dir, quota: bytes(quota_mb, Self::QUOTA_MB), reserve: bytes(reserve_mb, Self::RESERVE_MB) }
    }

    /// Is a folder that was set there? One that is not mounted must not be made beside its files.
    ///
    /// # Errors
    /// Chinese: it is not.
    pub fn check(&self) -> Result<(), String> {
        match &self.dir {
            Some(dir) if !dir.is_dir() => Err(format!(
                "佐证材料文件夹 {} 不在，可能没有挂载，什么也没有做。请挂载或新建它，再运行一次。",
                dir.display()
            )),
            _ => Ok(()),
        }
    }

    /// The folder that holds `attachments`.
    pub fn base<'a>(&'a self, data: &'a Path) -> &'a Path {
        self.dir.as_deref().unwrap_or(data)
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self::of(None, None, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_mounted_is_not_made() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = |path: PathBuf| Evidence { dir: Some(path), ..Evidence::default() };
        assert!(at(dir.path().to_owned()).check().is_ok());
        assert!(at(dir.path().join("not-mounted")).check().unwrap_err().contains("没有挂载"));
        assert!(Evidence::default().check().is_ok());
        assert_eq!(at("/mnt/e".into()).base(Path::new("data")), Path::new("/mnt/e"));
        assert_eq!(Evidence::default().base(Path::new("data")), Path::new("data"));
    }
}
