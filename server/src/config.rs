//! Settings of a running installation: flags, then `WUZE_*` environment, then
//! `wuze.toml`, then defaults. Refuses unknown keys, half a TLS pair, and plain
//! http on an address that others can reach.

mod channels;
mod evidence;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use serde::Deserialize;

pub use channels::{Channels, ChannelsLayer, Robot, RobotStyle, Smtp, SmtpTls, is_this_machine};
pub use evidence::Evidence;

use crate::storage::Url;

/// What a running installation was told; shared by every request.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub addr: SocketAddr,
    /// Folder for the database, attachments and reserve.
    pub data: PathBuf,
    /// Address as people type it; decides cookie names, Origin checks and links.
    pub public_url: String,
    /// Serve plain http on an address others can reach, knowingly.
    pub insecure: bool,
    /// Demonstration district: its passwords are public.
    pub demo: bool,
    /// Certificate chain and key for TLS of our own.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Address of `/metrics`, apart from the public one.
    pub admin_addr: Option<SocketAddr>,
    /// Proxies whose forwarding headers are believed; nobody else's are.
    pub trusted_proxies: Vec<IpAddr>,
    /// Header in which such a proxy puts the login name of whom it has signed in (统一身份认证).
    pub login_header: Option<String>,
    /// Days after which a password must be changed at sign-in; 0 is never.
    pub password_max_age_days: u32,
    /// Folder for the keys of open rounds, such as one on another medium; else beside their journals.
    pub key_dir: Option<PathBuf>,
    /// Where 佐证材料 are, and how much room they may take.
    pub evidence: Evidence,
    /// Mail server and robot.
    pub channels: Channels,
}

impl Config {
    /// Is the public address https (secure cookies, HSTS)?
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https:")
    }

    /// `scheme://host[:port]` of the public address.
    pub fn origin(&self) -> String {
        let mut parts = self.public_url.splitn(4, '/');
        let scheme = parts.next().unwrap_or("http:");
        let host = parts.nth(1).unwrap_or("");
        format!("{scheme}//{host}")
    }

    /// Name of the session cookie; the prefix makes browsers insist on Secure and this host.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-wuze" } else { "wuze" }
    }

    /// The banner of a server that carries passwords in plain text over a network.
    pub fn plain_http_banner(&self) -> Option<&'static str> {
        (self.insecure && !self.is_secure() && !self.addr.ip().is_loopback())
            .then_some("本系统正以不加密的 http 对外提供服务，密码和内容可能被同网的人看到，请尽快配置证书。")
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line per event.
    #[default]
    Text,
    /// One JSON object per event.
    Json,
}

/// One source of settings. `None` leaves the question to the next weaker source.
/// Holds the database password: no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layer {
    /// See [`Settings::addr`].
    pub addr: Option<SocketAddr>,
    /// See [`Settings::database`].
    pub database_url: Option<String>,
    /// See [`Settings::data`].
    pub data: Option<PathBuf>,
    /// See [`Settings::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::insecure`].
    pub insecure: Option<bool>,
    /// See [`Config::demo`].
    pub demo: Option<bool>,
    /// Certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// Private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// See [`Config::admin_addr`].
    pub admin_addr: Option<SocketAddr>,
    /// See [`Settings::trusted_proxies`].
    pub trusted_proxy: Option<Vec<IpAddr>>,
    /// See [`Config::login_header`].
    pub login_header: Option<String>,
    /// See [`Config::password_max_age_days`].
    pub password_max_age_days: Option<u32>,
    /// See [`Config::key_dir`].
    pub key_dir: Option<PathBuf>,
    /// See [`Evidence::dir`].
    pub evidence_dir: Option<PathBuf>,
    /// See [`Evidence::quota`]; in megabytes.
    pub evidence_quota_mb: Option<u64>,
    /// See [`Evidence::reserve`]; in megabytes.
    pub evidence_reserve_mb: Option<u64>,
    /// See [`Channels`].
    pub channels: ChannelsLayer,
    /// See [`Settings::log`].
    pub log: Option<String>,
    /// See [`Settings::log_format`].
    pub log_format: Option<LogFormat>,
}

impl Layer {
    /// Reads a `wuze.toml`.
    ///
    /// # Errors
    /// Chinese: the file is not TOML, or has a key nobody knows (a misspelt setting must not be ignored).
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| format!("配置文件写法不对，请按下面的提示改正：\n{e}"))
    }

    /// The file at `path`; a missing one is empty unless it was `named` by the operator.
    ///
    /// # Errors
    /// Chinese: it cannot be read, or as [`Layer::parse`].
    pub fn load(path: &Path, named: bool) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !named => Ok(Self::default()),
            Err(e) => Err(format!("读不到配置文件 {}：{e}。请检查路径和权限。", path.display())),
        }
    }

    /// This layer where it speaks, else `weaker`.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        Self {
            addr: self.addr.or(weaker.addr),
            database_url: self.database_url.or(weaker.database_url),
            data: self.data.or(weaker.data),
            public_url: self.public_url.or(weaker.public_url),
            insecure: self.insecure.or(weaker.insecure),
            demo: self.demo.or(weaker.demo),
            tls_cert: self.tls_cert.or(weaker.tls_cert),
            tls_key: self.tls_key.or(weaker.tls_key),
            admin_addr: self.admin_addr.or(weaker.admin_addr),
            trusted_proxy: self.trusted_proxy.or(weaker.trusted_proxy),
            login_header: self.login_header.or(weaker.login_header),
            password_max_age_days: self.password_max_age_days.or(weaker.password_max_age_days),
            key_dir: self.key_dir.or(weaker.key_dir),
            evidence_dir: self.evidence_dir.or(weaker.evidence_dir),
            evidence_quota_mb: self.evidence_quota_mb.or(weaker.evidence_quota_mb),
            evidence_reserve_mb: self.evidence_reserve_mb.or(weaker.evidence_reserve_mb),
            channels: self.channels.over(weaker.channels),
            log: self.log.or(weaker.log),
            log_format: self.log_format.or(weaker.log_format),
        }
    }
}

/// Settings with every question answered.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    /// Folder for the database, attachments and reserve.
    pub data: PathBuf,
    /// Where the rows are.
    pub database: Url,
    /// As people type it; made of the bound address where nothing is said.
    pub public_url: Option<String>,
    /// See [`Config::insecure`].
    pub insecure: bool,
    /// See [`Config::demo`].
    pub demo: bool,
    /// See [`Config::tls`].
    pub tls: Option<(PathBuf, PathBuf)>,
    /// See [`Config::admin_addr`].
    pub admin_addr: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// See [`Config::login_header`].
    pub login_header: Option<String>,
    /// See [`Config::password_max_age_days`].
    pub password_max_age_days: u32,
    /// See [`Config::key_dir`].
    pub key_dir: Option<PathBuf>,
    /// See [`Config::evidence`].
    pub evidence: Evidence,
    /// See [`Config::channels`].
    pub channels: Channels,
    /// Which log lines are written, in the words of tracing: `info`, `warn,server=debug`.
    pub log: String,
    /// How they are written.
    pub log_format: LogFormat,
}

impl Settings {
    /// Fills in the defaults.
    ///
    /// # Errors
    /// Chinese: a setting that cannot be.
    pub fn resolve(layer: Layer) -> Result<Self, String> {
        let data = layer.data.unwrap_or_else(|| PathBuf::from("data"));
        let database = match layer.database_url {
            Some(text) => text.parse::<Url>().map_err(|e| e.to_string())?,
            None => Url::Sqlite(data.join("wuze.db")),
        };
        let tls = match (layer.tls_cert, layer.tls_key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => return Err("证书和私钥要一起给：请同时写 tls_cert 和 tls_key。".into()),
        };
        let public_url = layer.public_url.map(|url| checked_url(&url, tls.is_some())).transpose()?;
        Ok(Self {
            addr: layer.addr.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 3000).into()),
            data,
            database,
            public_url,
            insecure: layer.insecure.unwrap_or(false),
            demo: layer.demo.unwrap_or(false),
            tls,
            admin_addr: layer.admin_addr,
            trusted_proxies: layer.trusted_proxy.unwrap_or_default(),
            login_header: layer.login_header,
            password_max_age_days: layer.password_max_age_days.unwrap_or(0),
            key_dir: layer.key_dir,
            evidence: Evidence::of(layer.evidence_dir, layer.evidence_quota_mb, layer.evidence_reserve_mb),
            channels: Channels::of(layer.channels)?,
            log: layer.log.unwrap_or_else(|| "info,sqlx=warn".into()),
            log_format: layer.log_format.unwrap_or_default(),
        })
    }

    /// Is the server meant to stand behind a TLS proxy that is the only one to talk to it?
    pub fn behind_proxy(&self) -> bool {
        self.tls.is_none()
            && !self.trusted_proxies.is_empty()
            && self.public_url.as_deref().is_some_and(|url| url.starts_with("https:"))
    }

    /// May the server be started like this?
    ///
    /// # Errors
    /// Chinese: plain http where others can reach it, or an address nobody could type.
    pub fn check_address(&self) -> Result<(), String> {
        let reachable = !self.addr.ip().is_loopback();
        if reachable && self.tls.is_none() && !self.insecure && !self.behind_proxy() {
            return Err(format!(
                "{} 是别人能访问到的地址，而没有加密：密码会在网上明文传输，因此没有启动。\
                 请用 --tls-cert 和 --tls-key 配置证书；或放在加密代理后面，写明 --public-url https://… 和 --trusted-proxy 代理地址；\
                 确实只在可信的网里试用，再加 --insecure。",
                self.addr
            ));
        }
        if self.addr.ip().is_unspecified() && self.public_url.is_none() {
            return Err(format!(
                "监听 {} 时要写明大家在浏览器里输入的地址，例如 --public-url https://wuze.example.gov.cn。",
                self.addr
            ));
        }
        Ok(())
    }

    /// The configuration of a server that got `bound`.
    pub fn config(&self, bound: SocketAddr) -> Config {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Config {
            addr: bound,
            data: self.data.clone(),
            public_url: self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{bound}")),
            insecure: self.insecure,
            demo: self.demo,
            tls: self.tls.clone(),
            admin_addr: self.admin_addr,
            trusted_proxies: self.trusted_proxies.clone(),
            login_header: self.login_header.clone(),
            password_max_age_days: self.password_max_age_days,
            key_dir: self.key_dir.clone(),
            evidence: self.evidence.clone(),
            channels: self.channels.clone(),
        }
    }
}

fn checked_url(url: &str, tls: bool) -> Result<String, String> {
    let url = url.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '@' | '\\' | '"');
    if host.is_empty() || host.contains(odd) {
        return Err(format!("public_url 要写成 https://主机名 或 http://主机名:端口，后面不带路径；现在是 {url:?}。"));
    }
    if tls && url.starts_with("http:") {
        return Err("配置了证书，public_url 就要以 https:// 开头。".into());
    }
    Ok(url.to_owned())
}

/// The file that `wuze config --print` prints: every setting, its meaning and its default.
pub const EXAMPLE: &str = include_str!("config.toml");

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(layer: Layer) -> Settings {
        Settings::resolve(layer).unwrap()
    }

    #[test]
    fn the_origin_is_scheme_and_host() {
        let settings = settings(Layer::default());
        let public_url = "https://wuze.example.gov.cn:8443/".to_owned();
        let config = Config { public_url, ..settings.config(settings.addr) };
        assert_eq!(config.origin(), "https://wuze.example.gov.cn:8443");
        assert_eq!(config.cookie_name(), "__Host-wuze");
    }

    #[test]
    fn the_database_stands_in_the_data_folder() {
        let all = settings(Layer { data: Some("d".into()), ..Layer::default() });
        assert!(matches!(all.database, Url::Sqlite(path) if path == Path::new("d/wuze.db")));
        assert_eq!(all.addr.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn plain_http_for_others_is_refused() {
        let open = Layer { addr: Some("192.0.2.1:80".parse().unwrap()), ..Layer::default() };
        assert!(settings(open.clone()).check_address().is_err());
        assert!(settings(Layer { insecure: Some(true), ..open.clone() }).check_address().is_ok());
        let proxied = Layer {
            public_url: Some("https://wuze.example".into()),
            trusted_proxy: Some(vec!["192.0.2.9".parse().unwrap()]),
            ..open.clone()
        };
        assert!(settings(proxied).check_address().is_ok());
        let banner = settings(Layer { insecure: Some(true), ..open }).config("192.0.2.1:80".parse().unwrap());
        assert!(banner.plain_http_banner().is_some());
    }

    #[test]
    fn an_address_nobody_can_type_is_refused() {
        let any = Layer { addr: Some("0.0.0.0:80".parse().unwrap()), insecure: Some(true), ..Layer::default() };
        assert!(settings(any.clone()).check_address().is_err());
        for bad in ["ftp://x", "https://", "https://a/b", "http://a@b", "http://a b"] {
            assert!(Settings::resolve(Layer { public_url: Some(bad.into()), ..any.clone() }).is_err(), "{bad}");
        }
    }

    #[test]
    fn half_a_certificate_and_unknown_keys_are_refused() {
        assert!(Settings::resolve(Layer { tls_cert: Some("c".into()), ..Layer::default() }).is_err());
        assert!(Layer::parse("adr = \"127.0.0.1:1\"").is_err());
    }

    #[test]
    fn the_printed_file_is_comments_and_parses_once_they_are_taken_off() {
        assert!(Layer::parse(EXAMPLE).unwrap() == Layer::default());
        let bare: String = EXAMPLE
            .lines()
            .filter_map(|l| l.strip_prefix('#'))
            .filter(|l| !l.starts_with(' '))
            .fold(String::new(), |all, line| all + line + "\n");
        let layer = Layer::parse(&bare).unwrap();
        assert!(layer.addr.is_some() && layer.trusted_proxy.is_some() && layer.log_format.is_some());
    }
}
