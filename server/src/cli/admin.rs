//! `wuze admin`: accounts from the machine itself, for the first start and for the day nobody can sign in.

use std::{
    io::{self, Read as _},
    process::ExitCode,
};

use clap::Subcommand;
use domain::people::Role;

use super::{Done, logs, place::Place, say};
use crate::{
    config::{Layer, LogFormat},
    operations::{Trouble, database},
    storage::q,
};

/// Longest password read, in bytes.
const PASSWORD_LIMIT: u64 = 1_024;

/// What to do with accounts.
#[derive(Subcommand)]
pub enum Admin {
    /// 新建管理员账号
    CreateUser {
        #[command(flatten)]
        place: Place,
        /// 登录名
        #[arg(long)]
        login: String,
        /// 姓名
        #[arg(long)]
        name: String,
        /// 角色：system_admin 系统管理员，security_admin 安全管理员，audit_admin 审计管理员
        #[arg(long, value_parser = role)]
        role: Role,
        /// 从标准输入读密码（不会出现在命令记录里）
        #[arg(long)]
        password_stdin: bool,
    },
    /// 列出账号和角色
    ListUsers {
        #[command(flatten)]
        place: Place,
    },
}

/// A role by its key or its Chinese name.
fn role(text: &str) -> Result<Role, String> {
    Role::ALL.into_iter().find(|r| r.key() == text || r.label() == text).ok_or_else(|| {
        let known: Vec<String> = Role::ALL.iter().map(|r| format!("{} {}", r.key(), r.label())).collect();
        format!("没有这个角色。可用的有：{}", known.join("，"))
    })
}

impl Admin {
    pub(super) async fn run(self) -> Done {
        logs::start("warn", LogFormat::Text);
        match self {
            Self::CreateUser { place, login, name, role, password_stdin } => {
                if !password_stdin {
                    return Err(Trouble::new(
                        "请加 --password-stdin，并从标准输入给出密码（写在命令行里会留在记录中）。",
                    ));
                }
                create(place, &login, &name, role, &password()?).await
            }
            Self::ListUsers { place } => list(place).await,
        }
    }
}

/// The first line of stdin.
fn password() -> Result<String, Trouble> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(PASSWORD_LIMIT)
        .read_to_string(&mut text)
        .map_err(|e| Trouble::new(format!("没有读到密码：{e}。")))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Trouble::new("标准输入里没有密码。例如：wuze admin create-user … --password-stdin < 密码文件"));
    }
    Ok(line.to_owned())
}

async fn create(place: Place, login: &str, name: &str, role: Role, password: &str) -> Done {
    let settings = place.settings(Layer::default())?;
    let app = super::serve::open(&settings, settings.addr).await?;
    app.services().create_admin(role, login, name, password).await?;
    app.store().close().await;
    say(&format!("已建立账号 {login}：{name}，{}。", role.label()));
    Ok(ExitCode::SUCCESS)
}

async fn list(place: Place) -> Done {
    let settings = place.settings(Layer::default())?;
    let pool = database::look(&settings.database).await?;
    let mut conn = pool.acquire().await?;
    database::schema(&mut conn).await?;
    let rows = conn
        .rows(q("SELECT a.login AS login, p.name AS name, a.demo AS demo, a.disabled_at AS disabled_at,
                   g.role AS role, u.name AS unit
                 FROM accounts a JOIN persons p ON p.id = a.person_id
                 LEFT JOIN role_grants g ON g.person_id = p.id AND g.state = 'active'
                 LEFT JOIN units u ON u.id = g.unit_id
                 ORDER BY a.login, g.role"))
        .await?;
    say("登录名\t姓名\t角色\t单位\t说明");
    for row in &rows {
        let key = row.opt_text("role")?.unwrap_or_default();
        let label = Role::ALL.into_iter().find(|r| r.key() == key).map_or("", Role::label);
        let mut notes = Vec::new();
        if row.flag("demo")? {
            notes.push("演示");
        }
        if row.opt_int("disabled_at")?.is_some() {
            notes.push("已停用");
        }
        say(&format!(
            "{}\t{}\t{label}\t{}\t{}",
            row.text("login")?,
            row.text("name")?,
            row.opt_text("unit")?.unwrap_or_default(),
            notes.join("、")
        ));
    }
    drop(conn);
    pool.close().await;
    Ok(ExitCode::SUCCESS)
}
