//! `wuze verify-meeting`: counts a sealed round again from its exported file, on any machine, with no
//! database. Prints what it found; exit 1 with what differs. Believes nothing that the file says.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use domain::{
    reviews::{Bundle, BundleResult},
    text,
    time::zh,
};

use super::Done;
use crate::{live::seal, operations::Trouble};

/// Largest file read, in bytes: about 100,000 ballots.
const MOST: u64 = 64 << 20;

/// Flags of `wuze verify-meeting`.
#[derive(Args)]
pub struct VerifyMeeting {
    /// 封存后导出的测评数据（bundle.json）
    file: PathBuf,
}

impl VerifyMeeting {
    #[expect(clippy::unused_async, reason = "every command runs the same way")]
    pub(super) async fn run(self) -> Done {
        let bundle = read(&self.file)?;
        let certificate = seal::certificate(&bundle);
        say(&format!("{}　{}　{}", bundle.meeting.district, bundle.meeting.title, zh(bundle.meeting.on)));
        say(&format!("测评轮次 {}，{}", bundle.round, bundle.rules.edition()));
        say(&bundle.turnout().to_string());
        for reason in &bundle.reopened {
            say(&format!("收回后曾重新开放：{reason}"));
        }
        for reason in &bundle.voided {
            say(&format!("此前有一轮测评作废：{reason}"));
        }
        for who in &bundle.taken_off {
            say(&format!("测评开始后注明未述责，对他的评价不计入：{who}"));
        }
        let differences = bundle.differences();
        for result in &bundle.results {
            show(result, &bundle);
        }
        let whole = certificate == bundle.certificate;
        if whole {
            say(&format!(
                "封存校验码 {}，与文件内容相符。请与计票报告单上的封存校验码核对。",
                seal::short(&certificate)
            ));
        } else {
            say(&format!(
                "封存校验码不符：文件写的是 {}，按内容计算是 {}。文件在封存后被改过，或没有下载完整。",
                seal::short(&bundle.certificate),
                seal::short(&certificate)
            ));
        }
        for difference in &differences {
            say(&format!("不一致：{difference}。"));
        }
        if whole && differences.is_empty() {
            say("重新计算的结果与封存的结果一致。");
            return Ok(ExitCode::SUCCESS);
        }
        say("这份测评数据有上面的问题，请不要采用，并与保存的计票报告单核对。");
        Ok(ExitCode::from(1))
    }
}

fn read(path: &Path) -> Result<Bundle, Trouble> {
    let file = File::open(path).map_err(|e| Trouble::file("读取", path, &e))?;
    let mut text = String::new();
    file.take(MOST + 1).read_to_string(&mut text).map_err(|e| Trouble::file("读取", path, &e))?;
    if text.len() as u64 > MOST {
        return Err(Trouble::new(format!("{} 太大，不是一轮测评的数据。请重新下载。", path.display())));
    }
    serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|e| {
        Trouble::new(format!("{} 不是封存后导出的测评数据，或没有下载完整（{e}）。请重新下载。", path.display()))
    })
}

/// A line of the report. The file may come from anywhere: a line break or a terminal's control character in a
/// name or a reason must not look like a line of ours, or hide one.
fn say(line: &str) {
    super::say(
        &line.chars().map(|c| if text::is_hidden(c) || c.is_control() { '\u{FFFD}' } else { c }).collect::<String>(),
    );
}

/// What the file says of one presenter. Sums only, where the few must not be shown.
fn show(result: &BundleResult, bundle: &Bundle) {
    say(&format!("{}　{}", result.name, result.title));
    for sentence in result.tally.sentences(&bundle.rules) {
        say(&format!("  {sentence}"));
    }
    for sentence in bundle.weighing(result) {
        say(&format!("  {sentence}"));
    }
}
