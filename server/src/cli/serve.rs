//! `wuze serve`: from settings to a listening server and back to a clean stop.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, builder::BoolishValueParser};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Done, logs, place::Place, say, warn};
use crate::{
    App,
    clock::SystemClock,
    config::{ChannelsLayer, Layer, LogFormat, Settings},
    demo,
    hasher::Argon2id,
    http::{accept, router},
    operations::{
        Trouble, limits, lock,
        metrics::{self, Metrics},
        midnight,
        requests::Requests,
        tls::Certificates,
    },
    services::{reminders, reports, warnings},
    storage::{Store, Url, q},
};

/// Exit code when the writer met an I/O error: start again, the data is checked on the way up.
const BROKEN: u8 = 3;

/// Flags of `wuze serve`; each can stand in the environment and in the file too.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// 监听地址 [默认 127.0.0.1:3000]；端口 0 由系统分配
    #[arg(long, env = "WUZE_ADDR", value_name = "地址")]
    addr: Option<SocketAddr>,
    /// 大家在浏览器里输入的地址
    #[arg(long, env = "WUZE_PUBLIC_URL", value_name = "网址")]
    public_url: Option<String>,
    /// 演示区：第一次启动时装入，密码公开
    #[arg(long, env = "WUZE_DEMO", value_parser = BoolishValueParser::new(), num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "是否")]
    demo: Option<bool>,
    /// 明知不加密也在别人能访问的地址上运行
    #[arg(long, env = "WUZE_INSECURE", value_parser = BoolishValueParser::new(), num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "是否")]
    insecure: Option<bool>,
    /// 证书链（PEM）
    #[arg(long, env = "WUZE_TLS_CERT", value_name = "文件")]
    tls_cert: Option<PathBuf>,
    /// 私钥（PEM）
    #[arg(long, env = "WUZE_TLS_KEY", value_name = "文件")]
    tls_key: Option<PathBuf>,
    /// 运行指标 /metrics 的地址
    #[arg(long, env = "WUZE_ADMIN_ADDR", value_name = "地址")]
    admin_addr: Option<SocketAddr>,
    /// 加密代理的地址，可写多个，用逗号隔开
    #[arg(long, env = "WUZE_TRUSTED_PROXY", value_delimiter = ',', value_name = "地址")]
    trusted_proxy: Option<Vec<IpAddr>>,
    /// 单点登录网关写登录名的请求头；只信来自加密代理的
    #[arg(long, env = "WUZE_LOGIN_HEADER", value_name = "名称")]
    login_header: Option<String>,
    /// 密码用满多少天必须更换 [默认 0，不要求]
    #[arg(long, env = "WUZE_PASSWORD_MAX_AGE_DAYS", value_name = "天数")]
    password_max_age_days: Option<u32>,
    /// 进行中测评的密钥放在哪个文件夹，可以放在另外的介质上 [默认和测评数据放在一起]
    #[arg(long, env = "WUZE_KEY_DIR", value_name = "文件夹")]
    key_dir: Option<PathBuf>,
    /// 每个区的佐证材料最多占多少 MB [默认 30720]
    #[arg(long, env = "WUZE_EVIDENCE_QUOTA_MB", value_name = "MB")]
    evidence_quota_mb: Option<u64>,
    /// 磁盘至少留出多少 MB 给履责记录和测评 [默认 2048]
    #[arg(long, env = "WUZE_EVIDENCE_RESERVE_MB", value_name = "MB")]
    evidence_reserve_mb: Option<u64>,
    /// 邮件服务器密码，只用环境变量给
    #[arg(long, env = "WUZE_SMTP_PASSWORD", hide = true, hide_env_values = true, value_name = "密码")]
    smtp_password: Option<String>,
    /// 工作群机器人的完整地址（含密码），只用环境变量给
    #[arg(long, env = "WUZE_ROBOT_URL", hide = true, hide_env_values = true, value_name = "网址")]
    robot_url: Option<String>,
    /// 写哪些日志，例如 info 或 warn,server=debug
    #[arg(long, env = "WUZE_LOG", value_name = "级别")]
    log: Option<String>,
    /// 日志写法：text 或 json [默认 text]
    #[arg(long, env = "WUZE_LOG_FORMAT", value_enum, hide_possible_values = true, value_name = "写法")]
    log_format: Option<LogFormat>,
}

impl Serve {
    pub(super) async fn run(self) -> Done {
        let flags = Layer {
            addr: self.addr,
            public_url: self.public_url,
            insecure: self.insecure,
            demo: self.demo,
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
            admin_addr: self.admin_addr,
            trusted_proxy: self.trusted_proxy,
            login_header: self.login_header,
            password_max_age_days: self.password_max_age_days,
            key_dir: self.key_dir,
            evidence_quota_mb: self.evidence_quota_mb,
            evidence_reserve_mb: self.evidence_reserve_mb,
            channels: ChannelsLayer {
                smtp_password: self.smtp_password,
                robot_url: self.robot_url,
                ..ChannelsLayer::default()
            },
            log: self.log,
            log_format: self.log_format,
            ..Layer::default()
        };
        let settings = self.place.settings(flags)?;
        logs::start(&settings.log, settings.log_format);
        serve(settings).await
    }
}

async fn serve(settings: Settings) -> Done {
    settings.check_address().map_err(Trouble::new)?;
    settings.evidence.check().map_err(Trouble::new)?;
    limits::set();
    let certificates = match &settings.tls {
        Some((cert, key)) => Some(Certificates::load(cert, key)?),
        None => None,
    };
    let tls = certificates.as_ref().map(Certificates::acceptor).transpose()?;
    let _held = lock::hold(&settings.data)?;
    // Before the database: a port that is taken should not cost a migration.
    let listener = bind(settings.addr)?;
    let bound = listener.local_addr().map_err(|e| Trouble::new(e.to_string()))?;
    let admin = settings.admin_addr.map(bind).transpose()?;
    let app = open(&settings, bound).await?;
    if settings.demo {
        demo::load_if_empty(&app).await?;
    } else {
        refuse_demo_accounts(&app).await?;
    }
    // Before anybody is let in: sealed rounds lose their keys, open ones are taken up again.
    app.rooms().recover().await.map_err(|_| {
        Trouble::new(
            "上次留下的测评数据读不出来，或已封存轮次的密钥没有销毁成功，因此没有启动。请检查数据文件夹的权限和磁盘后重新启动。",
        )
    })?;
    for missing in app.rooms().missing_keys().await.unwrap_or_default() {
        warn(&format!("请注意：{missing}"));
    }
    // And what an upload left that a crash cut off.
    app.services().recover_evidence().await.map_err(|_| {
        Trouble::new("上次没有传完的佐证材料清理不了，因此没有启动。请检查佐证材料文件夹的权限和磁盘后重新启动。")
    })?;
    let jobs = midnight::jobs(&app);
    midnight::run(&jobs).await;

    let stop = CancellationToken::new();
    tokio::spawn(midnight::watch(jobs, Arc::new(SystemClock), stop.clone()));
    tokio::spawn(reminders::sender(app.clone(), stop.clone()));
    tokio::spawn(reports::worker(app.clone(), stop.clone()));
    tokio::spawn(warnings::worker(app.clone(), stop.clone()));
    if let Some(certificates) = certificates {
        tokio::spawn(reload_on_hangup(certificates));
    }
    let counters = Arc::new(Metrics::default());
    if let Some(admin) = admin {
        let router = metrics::router(counters.clone(), app.store().clone());
        tokio::spawn(accept::serve(admin, router, None, stop.clone()));
    }
    let site = router::site(&app);
    let router = Requests::new(&site.entries, &settings, counters).around(site.router);
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let server = tokio::spawn(accept::serve(listener, router, tls, stop.clone()));
    // Before anybody is told that we run: a signal that comes earlier than its handler kills.
    let (terminated, interrupted) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    say(&format!("listening on {scheme}://{bound}"));
    greet(&settings, &app);

    let broken = app.store().broken().clone();
    let code = tokio::select! {
        () = asked_to_stop(terminated.ok(), interrupted.ok()) => ExitCode::SUCCESS,
        () = broken.cancelled() => ExitCode::from(BROKEN),
    };
    stop.cancel();
    app.rooms().closing().cancel();
    if let Err(error) = server.await {
        tracing::error!(%error, "the accept loop ended early");
    }
    if broken.is_cancelled() {
        warn("写入时磁盘出错，已停下，没有确认过的内容都没有写入。请检查磁盘后重新启动。");
        return Ok(ExitCode::from(BROKEN));
    }
    if let Err(error) = app.services().flush_denials(true).await {
        tracing::warn!(%error, "denials not noted");
    }
    app.store().close().await;
    Ok(code)
}

fn bind(addr: SocketAddr) -> Result<tokio::net::TcpListener, Trouble> {
    accept::bind(addr).map_err(|e| {
        Trouble::new(format!("不能监听 {addr}：{e}。这个地址可能已被别的程序占用，请用 --addr 换一个端口。"))
    })
}

/// Opens the database and puts the installation together.
pub(super) async fn open(settings: &Settings, bound: SocketAddr) -> Result<App, Trouble> {
    if let Url::Sqlite(path) = &settings.database {
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            lock::make_folder(parent)?;
        }
        lock::make_private(path)?;
    }
    let clock = Arc::new(SystemClock);
    let store = Store::open(settings.database.clone(), clock.clone(), true).await?;
    Ok(App::new(settings.config(bound), store, clock, Arc::new(Argon2id)))
}

/// A production start must not carry passwords that everybody can read in the manual.
async fn refuse_demo_accounts(app: &App) -> Result<(), Trouble> {
    let n = app
        .store()
        .read()
        .row(q("SELECT COUNT(*) AS n FROM accounts WHERE demo = 1"))
        .await?
        .map_or(Ok(0), |row| row.int("n"))?;
    if n == 0 {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "数据库里有 {n} 个演示账号，它们的密码是公开的，正式运行不能带着，因此没有启动。\
         请用 --data 换一个空文件夹（或用 --database-url 换一个空库）正式开始；要继续看演示，请加 --demo。"
    )))
}

/// What follows the line that programs wait for.
fn greet(settings: &Settings, app: &App) {
    let config = app.config();
    if let Some(banner) = config.plain_http_banner() {
        warn(banner);
    }
    if let Some(addr) = settings.admin_addr.filter(|a| !a.ip().is_loopback()) {
        warn(&format!("运行指标开在别人能访问的地址 {addr}，请确认防火墙挡住了它。"));
    }
    if settings.demo {
        say(&format!("演示区：{}", config.public_url));
        list_demo_accounts();
    }
}

pub(super) fn list_demo_accounts() {
    for account in demo::accounts() {
        say(&format!("  {}　账号 {}　密码 {}", account.role, account.login, account.password));
    }
}

async fn reload_on_hangup(certificates: Arc<Certificates>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        match certificates.reload() {
            Ok(()) => tracing::info!("certificate reloaded"),
            Err(error) => tracing::error!(%error, "the new certificate was refused, the old one stays"),
        }
    }
}

/// SIGTERM or SIGINT; where the system gives us no handler, its own ends the process.
async fn asked_to_stop(terminated: Option<Signal>, interrupted: Option<Signal>) {
    async fn one(signal: Option<Signal>) {
        match signal {
            Some(mut signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }
    tokio::select! {
        () = one(terminated) => {}
        () = one(interrupted) => {}
    }
}
