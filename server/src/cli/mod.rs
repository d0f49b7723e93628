//! The command line. Owns flags and what is printed; refuses to do the work itself.
//!
//! Exit codes: 0 done; 1 refused or found something wrong (a Chinese sentence on
//! stderr says what); 2 wrong flags; 3 the writer met an I/O error (restart).

mod admin;
mod demo;
mod doctor;
mod import;
mod keeping;
mod logs;
mod place;
mod serve;
mod verify_meeting;

use std::{
    fmt,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{config::EXAMPLE, operations::Trouble};

/// 五责链：明责、履责、督责、评责、问责。
#[derive(Parser)]
#[command(name = "wuze", version, about, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动服务
    Serve(Box<serve::Serve>),
    /// 把演示区装进空数据库，并列出演示账号
    Demo(Box<demo::Demo>),
    /// 导入责任清单、人员或归口表
    Import(import::Import),
    /// 账号
    Admin {
        #[command(subcommand)]
        command: admin::Admin,
    },
    /// 备份成一个文件，服务可以照常运行
    Backup(keeping::Backup),
    /// 从备份恢复，不会悄悄覆盖
    Restore(keeping::Restore),
    /// 把整个区的数据导出成 .zip
    Export(keeping::Export),
    /// 核对审计日志，指出被改、被删、被换的行
    VerifyAudit(keeping::VerifyAudit),
    /// 按封存后导出的测评数据重新计票，核对结果和封存码
    VerifyMeeting(verify_meeting::VerifyMeeting),
    /// 检查这台机器和设置有没有会让承诺落空的地方，只看不改
    Doctor(Box<doctor::Doctor>),
    /// 打印审计日志的检查点（行数、末行摘要、时间），请另外保存
    Checkpoint(place::Place),
    /// 重建搜索索引（先停下服务）
    Reindex(place::Place),
    /// 打印带说明的配置文件
    Config {
        /// 打印（不写也一样）
        #[arg(long)]
        print: bool,
    },
    /// 打印版本
    Version,
}

/// Runs one command.
pub async fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Import(import) => import.run().await,
        Command::Admin { command } => command.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Export(export) => export.run().await,
        Command::VerifyAudit(verify) => verify.run().await,
        Command::VerifyMeeting(verify) => verify.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Checkpoint(place) => keeping::checkpoint(place).await,
        Command::Reindex(place) => keeping::reindex(place).await,
        Command::Config { print: _ } => {
            say(EXAMPLE.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::Version => {
            say(concat!("wuze ", env!("CARGO_PKG_VERSION")));
            Ok(ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|trouble| fail(&trouble))
}

/// Says why on stderr; exit code 1.
pub fn fail(why: &dyn fmt::Display) -> ExitCode {
    warn(&why.to_string());
    ExitCode::from(1)
}

type Done = Result<ExitCode, Trouble>;

/// A line on stdout. Whoever closed it does not want to know.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line on stderr.
fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
