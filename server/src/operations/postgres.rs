//! PostgreSQL's own programs: `pg_dump` and `pg_restore`, found and run with the
//! password out of sight (an argument can be read by everyone on the machine).

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use super::Trouble;

/// A connection string without its password, and the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// What may be an argument.
    pub url: String,
    /// What goes through the environment.
    password: Option<String>,
}

impl Target {
    /// Takes the password out of a connection string.
    pub fn of(url: &str) -> Self {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Self { url: url.to_owned(), password: None };
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let mut password = None;
        let authority = match authority.rsplit_once('@') {
            Some((user, host)) => match user.split_once(':') {
                Some((name, secret)) => {
                    password = Some(decode(secret));
                    format!("{name}@{host}")
                }
                None => authority.to_owned(),
            },
            None => authority.to_owned(),
        };
        let tail = match tail.split_once('?') {
            Some((path, query)) => {
                let kept: Vec<&str> = query
                    .split('&')
                    .filter(|pair| match pair.strip_prefix("password=") {
                        Some(secret) => {
                            password = Some(decode(secret));
                            false
                        }
                        None => true,
                    })
                    .collect();
                if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
            }
            None => tail.to_owned(),
        };
        Self { url: format!("{scheme}://{authority}{tail}"), password }
    }

    /// Runs one of PostgreSQL's programs against this database.
    ///
    /// # Errors
    /// The program is not installed, or said no.
    pub async fn run(&self, program: &str, args: &[&str], file: &Path) -> Result<(), Trouble> {
        let path = find(program).ok_or_else(|| {
            Trouble::new(format!(
                "没有找到 {program}。请安装和服务器同版本的 PostgreSQL 客户端工具（Debian：postgresql-client），或把它所在的文件夹加入 PATH。"
            ))
        })?;
        let mut command = Command::new(path);
        command.args(args).arg(format!("--dbname={}", self.url)).stdin(Stdio::null()).kill_on_drop(true);
        if program == "pg_dump" {
            command.arg("--file");
        }
        command.arg(file);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        let done = command.output().await.map_err(|e| Trouble::new(format!("{program} 没有运行起来：{e}。")))?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        Err(Trouble::new(format!("{program} 没有成功，请按它的提示处理：{}", said.trim())))
    }
}

/// `pg_config --bindir`, then PATH, then Debian's folder per version (newest first).
fn find(program: &str) -> Option<PathBuf> {
    let configured = std::process::Command::new("pg_config").arg("--bindir").output().ok().and_then(|o| {
        let dir = String::from_utf8(o.stdout).ok()?;
        Some(PathBuf::from(dir.trim()))
    });
    let path = env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|dir| dir.flatten().map(|e| e.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    configured
        .into_iter()
        .chain(env::split_paths(&path))
        .chain(debian.into_iter().rev())
        .map(|dir| dir.join(program))
        .find(|p| p.is_file())
}

fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let hex = text.get(i + 1..i + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        if let (b'%', Some(decoded)) = (byte, hex) {
            out.push(decoded);
            i += 3;
        } else {
            out.push(byte);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_never_becomes_an_argument() {
        let target = Target::of("postgres://wuze:p%40ss@db.example:5432/wuze?sslmode=require");
        assert_eq!(target.url, "postgres://wuze@db.example:5432/wuze?sslmode=require");
        assert_eq!(target.password.as_deref(), Some("p@ss"));
        let target = Target::of("postgres://wuze@localhost/w?host=/run/pg&password=x");
        assert_eq!(target.url, "postgres://wuze@localhost/w?host=/run/pg");
        assert_eq!(target.password.as_deref(), Some("x"));
        assert_eq!(Target::of("postgres:///w").password, None);
    }
}
