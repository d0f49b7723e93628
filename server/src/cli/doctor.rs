//! `wuze doctor`: looks at the machine, the settings and the rows for what could undo a promise, and says
//! it in plain words. Changes nothing. Exit 0 where all is well, 1 where something is to be put right.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use serde_json::json;

use super::{Done, place::Place, say};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{Layer, LogFormat},
    operations::{
        Trouble,
        doctor::{self, Finding, Level, Places},
    },
};

/// Flags of `wuze doctor`. Settings of the server are read from the environment and the file too.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    /// 监听的地址和端口，与启动服务时相同
    #[arg(long, env = "WUZE_ADDR", value_name = "地址")]
    addr: Option<SocketAddr>,
    /// 大家在浏览器里输入的地址
    #[arg(long, env = "WUZE_PUBLIC_URL", value_name = "网址")]
    public_url: Option<String>,
    /// 证书（PEM）
    #[arg(long, env = "WUZE_TLS_CERT", value_name = "文件")]
    tls_cert: Option<PathBuf>,
    /// 私钥（PEM）
    #[arg(long, env = "WUZE_TLS_KEY", value_name = "文件")]
    tls_key: Option<PathBuf>,
    /// 加密代理的地址
    #[arg(long, env = "WUZE_TRUSTED_PROXY", value_delimiter = ',', value_name = "地址")]
    trusted_proxy: Option<Vec<IpAddr>>,
    /// 进行中测评的密钥所在文件夹
    #[arg(long, env = "WUZE_KEY_DIR", value_name = "文件夹")]
    key_dir: Option<PathBuf>,
    /// 存放备份的文件夹；给出后才检查它和密钥是否在同一介质
    #[arg(long, value_name = "文件夹")]
    backups: Option<PathBuf>,
    /// 以 JSON 打印
    #[arg(long)]
    json: bool,
    /// For tests: another `/proc`.
    #[arg(long, hide = true, default_value = "/proc")]
    proc: PathBuf,
}

impl Doctor {
    pub(super) async fn run(self) -> Done {
        super::logs::start("off", LogFormat::Text);
        let json = self.json;
        let found = self.look().await;
        let healthy = found.iter().all(|f| f.level != Level::Warn);
        if json {
            let text = serde_json::to_string(&json!({ "healthy": healthy, "findings": found }));
            say(&text.map_err(|e| Trouble::new(e.to_string()))?);
        } else {
            show(&found, healthy);
        }
        Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    async fn look(self) -> Vec<Finding> {
        let flags = Layer {
            addr: self.addr,
            public_url: self.public_url,
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
            trusted_proxy: self.trusted_proxy,
            key_dir: self.key_dir,
            ..Layer::default()
        };
        let settings = match self.place.settings(flags) {
            Ok(settings) => settings,
            // The server would not start like this; nothing else can be looked at.
            Err(trouble) => return vec![Finding::warn("settings", trouble.to_string())],
        };
        let places = Places {
            proc: self.proc,
            data: settings.data.clone(),
            keys: settings.key_dir.clone(),
            backups: self.backups,
        };
        let mut found = doctor::machine(&places);
        found.extend(doctor::settings(&settings));
        match doctor::rows(&settings.database, SystemClock.now()).await {
            Ok(more) => found.extend(more),
            Err(trouble) => {
                found.push(Finding::warn("database", trouble.to_string()));
                return found;
            }
        }
        match doctor::files(&settings.database, settings.evidence.base(&settings.data)).await {
            Ok(finding) => found.push(finding),
            Err(trouble) => found.push(Finding::warn("evidence", trouble.to_string())),
        }
        found
    }
}

fn show(found: &[Finding], healthy: bool) {
    for finding in found {
        let mark = match finding.level {
            Level::Ok => "正常",
            Level::Warn => "请注意",
            Level::Skipped => "未检查",
        };
        say(&format!("[{mark}] {}", finding.words));
    }
    say(if healthy {
        "没有发现需要处理的问题。"
    } else {
        "请按上面“请注意”的各条处理后再运行一次。"
    });
}
