//! `wuze demo`: the demonstration district, and a meeting in it that a hall's own screen or a load
//! generator can speak to. The server must not be running on the same folder meanwhile.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Done, logs, place::Place, say, serve};
use crate::{
    App,
    config::{Layer, LogFormat, Settings},
    demo,
    operations::{Trouble, lock},
    storage::Failure,
};

/// Most raters of a demonstration meeting.
const MOST: u32 = 20_000;

/// Flags of `wuze demo`.
#[derive(Args)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// 再加一场已开始签到的评议会（抽卡签到），列出账号和评议卡
    Meeting(Meeting),
}

#[derive(Args)]
struct Meeting {
    #[command(flatten)]
    place: Place,
    /// 评议人员人数
    #[arg(long, default_value_t = 30, value_name = "人数", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    raters: u32,
    /// 按 JSON 打印，供大屏或压力测试程序读取
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Done {
        logs::start("warn", LogFormat::Text);
        match self.what {
            None => {
                let (app, _held) = open(self.place).await?;
                app.store().close().await;
                say("演示账号：");
                serve::list_demo_accounts();
            }
            Some(What::Meeting(asked)) => {
                let (app, _held) = open(asked.place).await?;
                let made = demo::meeting(&app, asked.raters).await.map_err(trouble)?;
                app.store().close().await;
                if asked.json {
                    say(&serde_json::to_string(&made).map_err(|e| Trouble::new(e.to_string()))?);
                } else {
                    print(&made);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(place: Place) -> Result<(App, lock::Held), Trouble> {
    let settings: Settings = place.settings(Layer { demo: Some(true), ..Layer::default() })?;
    let held = lock::hold(&settings.data)?;
    let app = serve::open(&settings, settings.addr).await?;
    demo::load_if_empty(&app).await?;
    Ok((app, held))
}

fn trouble(failure: Failure) -> Trouble {
    match failure {
        Failure::Rejected(domain::Rejection::NotFound) => {
            Trouble::new("这个数据库里没有演示区，没有加会议。请用 --data 换一个空文件夹。".to_owned())
        }
        other => Trouble::new(other.to_string()),
    }
}

fn print(made: &demo::DemoMeeting) {
    say(&format!("评议会 {}　{}/hall/{}", made.meeting, made.url, made.meeting));
    let line = |role: &str, who: &demo::Login| say(&format!("  {role}　账号 {}　密码 {}", who.login, who.password));
    line("主持人", &made.chair);
    line("会务操作员", &made.operator);
    made.tellers.iter().for_each(|t| line("监票人", t));
    made.counters.iter().for_each(|c| line("计票人", c));
    say("评议卡：");
    for card in &made.cards {
        say(&format!("  {}　{}", card.label, card.code));
    }
}
