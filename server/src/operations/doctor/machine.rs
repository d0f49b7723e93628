//! The machine: swap, core dumps, folders and who may read them, media, room on the disk.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::Finding;

/// Free room below which attachments, backups and the journal of a meeting are in danger, in bytes.
const RESERVE: u64 = 1 << 30;
/// Rights of everybody but the owner.
const OTHERS: u32 = 0o077;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Places {
    /// `/proc`.
    pub proc: PathBuf,
    /// Data folder.
    pub data: PathBuf,
    /// Folder of the keys of open rounds, where it is another.
    pub keys: Option<PathBuf>,
    /// Folder in which backups are kept.
    pub backups: Option<PathBuf>,
}

/// Every check of the machine.
pub fn machine(places: &Places) -> Vec<Finding> {
    vec![swap(&places.proc), core_dumps(&places.proc), rights(places), media(places), room(&places.data)]
}

fn swap(proc: &Path) -> Finding {
    let check = "swap";
    match fs::read_to_string(proc.join("swaps")) {
        // The first line is the heading.
        Ok(text) => {
            let active: Vec<&str> = text.lines().skip(1).filter_map(|l| l.split_whitespace().next()).collect();
            Finding::when(
                check,
                active.is_empty(),
                "没有启用交换分区。",
                format!(
                    "启用了交换分区（{}）：测评进行中的密钥可能被写到磁盘上。请用 swapoff -a 关闭，或改用加密的交换分区。",
                    active.join("、")
                ),
            )
        }
        Err(e) => Finding::skipped(check, format!("看不到交换分区的情况（{e}），请自行确认没有启用。")),
    }
}

fn core_dumps(proc: &Path) -> Finding {
    let check = "core_dumps";
    let (Ok(limits), Ok(pattern)) =
        (fs::read_to_string(proc.join("self/limits")), fs::read_to_string(proc.join("sys/kernel/core_pattern")))
    else {
        return Finding::skipped(check, "看不到核心转储的设置，请自行确认已经关闭。");
    };
    let soft = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"))
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap_or("unknown")
        .to_owned();
    // The limit does not hold for a program that the kernel pipes a dump to.
    if pattern.trim_start().starts_with('|') {
        return Finding::warn(
            check,
            "核心转储交给了系统里的另一个程序（core_pattern 以 | 开头），限额管不住它：崩溃时密钥会随转储留在磁盘上。请把 kernel.core_pattern 改成普通文件名，或停用那个程序。",
        );
    }
    Finding::when(
        check,
        soft == "0",
        "核心转储已关闭。",
        format!(
            "核心转储没有关闭（限额 {soft}）：崩溃时密钥会留在磁盘上。服务启动时会自己关闭；请在服务的启动设置里也写上 LimitCORE=0。"
        ),
    )
}

fn rights(places: &Places) -> Finding {
    let check = "rights";
    let rounds = places.data.join("rounds");
    let mut wide = Vec::new();
    for folder in [Some(&places.data), Some(&rounds), places.keys.as_ref()].into_iter().flatten() {
        match fs::metadata(folder) {
            Ok(found) if found.mode() & OTHERS != 0 => {
                wide.push(format!("{}（{:04o}）", folder.display(), found.mode() & 0o7777));
            }
            Err(e) if *folder == places.data => {
                return Finding::warn(check, format!("读不到数据文件夹 {}：{e}。请检查 --data。", folder.display()));
            }
            _ => {}
        }
    }
    Finding::when(
        check,
        wide.is_empty(),
        "数据文件夹只有本账号能读写。",
        format!("别的账号也能进入：{}。请用 chmod 700 收紧，并确认文件夹的主人是运行本服务的账号。", wide.join("、")),
    )
}

/// The nearest folder above that is there: a key folder is made with the first round.
fn device(path: &Path) -> Option<u64> {
    let whole = std::path::absolute(path).ok()?;
    whole.ancestors().find_map(|p| fs::metadata(p).ok()).map(|found| found.dev())
}

fn media(places: &Places) -> Finding {
    let check = "media";
    let Some(backups) = &places.backups else {
        return Finding::skipped(check, "没有检查备份放在哪里：请用 --backups 给出存放备份的文件夹。");
    };
    let rounds = places.keys.clone().unwrap_or_else(|| places.data.join("rounds"));
    match (device(&rounds), device(backups)) {
        (Some(keys), Some(kept)) => Finding::when(
            check,
            keys != kept,
            "测评密钥和备份不在同一介质上。",
            format!(
                "测评密钥（{}）和备份（{}）在同一介质上：介质坏了一起丢，整盘快照也会把密钥留下来。请把备份移到另一块介质，或用 --key-dir 把密钥放到另一块介质。",
                rounds.display(),
                backups.display()
            ),
        ),
        _ => Finding::skipped(check, "看不出测评密钥和备份各在哪块介质上，请自行确认。"),
    }
}

fn room(data: &Path) -> Finding {
    let check = "disk";
    match rustix::fs::statvfs(data) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let mib = |bytes: u64| bytes >> 20;
            Finding::when(
                check,
                free >= RESERVE,
                format!("数据所在磁盘还有 {} MiB。", mib(free)),
                format!(
                    "数据所在磁盘只剩 {} MiB，少于留底的 {} MiB：写满以后什么也存不进。请腾出空间。",
                    mib(free),
                    mib(RESERVE)
                ),
            )
        }
        Err(e) => Finding::skipped(check, format!("看不到磁盘还有多少空间（{e}），请自行确认。")),
    }
}
