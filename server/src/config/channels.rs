//! Channels beyond the system: the mail server and the group robot. Here and in the environment
//! only, never in the database: both carry secrets, and an address that a form could change
//! would let the server be sent anywhere.

use std::{net::IpAddr, path::PathBuf};

use serde::Deserialize;

/// How the mail server is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// TLS from the first byte (port 465).
    #[default]
    Tls,
    /// Plain greeting, then STARTTLS (port 587).
    Starttls,
    /// None: a relay on this machine only.
    None,
}

/// Dialect of the robot's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotStyle {
    /// 钉钉 and 浙政钉: `{"msgtype":"text","text":{"content":…}}`, `errcode` in the answer.
    #[default]
    Dingtalk,
    /// 企业微信: the same text message.
    Wecom,
}

/// The table `[channels]` of the configuration file. Holds secrets: no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChannelsLayer {
    /// `host:port`.
    pub smtp_server: Option<String>,
    /// See [`SmtpTls`].
    pub smtp_tls: Option<SmtpTls>,
    /// Login name.
    pub smtp_user: Option<String>,
    /// Password.
    pub smtp_password: Option<String>,
    /// Sender.
    pub smtp_from: Option<String>,
    /// Whole address of the robot, with its token.
    pub robot_url: Option<String>,
    /// See [`RobotStyle`].
    pub robot_style: Option<RobotStyle>,
    /// Certificates that are trusted, PEM; the system's where empty.
    pub ca_file: Option<PathBuf>,
}

impl ChannelsLayer {
    /// This layer where it speaks, else `weaker`.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        Self {
            smtp_server: self.smtp_server.or(weaker.smtp_server),
            smtp_tls: self.smtp_tls.or(weaker.smtp_tls),
            smtp_user: self.smtp_user.or(weaker.smtp_user),
            smtp_password: self.smtp_password.or(weaker.smtp_password),
            smtp_from: self.smtp_from.or(weaker.smtp_from),
            robot_url: self.robot_url.or(weaker.robot_url),
            robot_style: self.robot_style.or(weaker.robot_style),
            ca_file: self.ca_file.or(weaker.ca_file),
        }
    }
}

/// The mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// See [`SmtpTls`].
    pub tls: SmtpTls,
    /// Login name and password.
    pub login: Option<(String, String)>,
    /// Sender.
    pub from: String,
}

/// The robot.
#[derive(Clone, PartialEq, Eq)]
pub struct Robot {
    /// https; plain http only to an address of this machine.
    pub secure: bool,
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path and query, with the token.
    pub path: String,
    /// Dialect.
    pub style: RobotStyle,
}

/// Channels that are set up. Whether they are used the district decides.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Channels {
    /// E-mail.
    pub smtp: Option<Smtp>,
    /// Group robot.
    pub robot: Option<Robot>,
    /// Trusted certificates.
    pub ca_file: Option<PathBuf>,
}

// Secrets stay out of logs.
impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Channels {{ smtp: {}, robot: {} }}", self.smtp.is_some(), self.robot.is_some())
    }
}

impl Channels {
    /// Reads the settings.
    ///
    /// # Errors
    /// Chinese: half a setting, a password over an open line, an address that is not https.
    pub fn of(layer: ChannelsLayer) -> Result<Self, String> {
        let smtp = match layer.smtp_server {
            Some(server) => Some(smtp(
                &server,
                layer.smtp_tls.unwrap_or_default(),
                layer.smtp_user.zip(layer.smtp_password),
                layer.smtp_from.as_deref(),
            )?),
            None => None,
        };
        let style = layer.robot_style.unwrap_or_default();
        let robot = layer.robot_url.map(|url| robot(&url, style)).transpose()?;
        Ok(Self { smtp, robot, ca_file: layer.ca_file })
    }
}

fn smtp(server: &str, tls: SmtpTls, login: Option<(String, String)>, from: Option<&str>) -> Result<Smtp, String> {
    let (host, port) = host_port(server).ok_or("smtp_server 要写成 主机:端口，例如 mail.example.gov.cn:465。")?;
    let from = from.unwrap_or_default().trim();
    if !domain::reminders::is_email(from) {
        return Err("smtp_from 要写发件邮箱，例如 wuze@mail.example.gov.cn。".into());
    }
    if tls == SmtpTls::None && !is_this_machine(&host) {
        return Err(
            "smtp_tls = \"none\" 只能用于本机（127.0.0.1）的邮件转发；其他邮件服务器请用 tls 或 starttls。".into()
        );
    }
    Ok(Smtp { host, port, tls, login, from: from.to_owned() })
}

fn robot(url: &str, style: RobotStyle) -> Result<Robot, String> {
    let wrong = || "robot_url 要写机器人的完整 https 地址。".to_owned();
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err(wrong()),
    };
    let (place, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (host, port) = host_port(place)
        .or_else(|| (!place.contains(':')).then(|| (place.to_owned(), if secure { 443 } else { 80 })))
        .ok_or_else(wrong)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii();
    if host.is_empty() || host.contains('@') || url.contains(odd) {
        return Err(wrong());
    }
    if !secure && !is_this_machine(&host) {
        return Err("robot_url 要用 https；http 只能指向本机（127.0.0.1）的转发程序。".into());
    }
    Ok(Robot { secure, host, port, path: path.to_owned(), style })
}

fn host_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.trim().rsplit_once(':')?;
    let port = port.parse().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    (!host.is_empty() && host.chars().all(plain)).then(|| (host.to_owned(), port))
}

/// A literal address of this machine; a name could be pointed elsewhere.
pub fn is_this_machine(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(change: impl FnOnce(&mut ChannelsLayer)) -> Result<Channels, String> {
        let mut layer = ChannelsLayer::default();
        change(&mut layer);
        Channels::of(layer)
    }

    #[test]
    fn nothing_is_set_up_by_itself() {
        assert_eq!(layer(|_| {}).unwrap(), Channels::default());
    }

    #[test]
    fn passwords_and_tokens_need_a_closed_line() {
        let mail = |server: &str, tls| {
            let (server, from) = (server.to_owned(), "wuze@example.gov.cn".to_owned());
            layer(|l| {
                l.smtp_server = Some(server);
                l.smtp_tls = Some(tls);
                l.smtp_from = Some(from);
            })
        };
        assert!(mail("mail.example.gov.cn:465", SmtpTls::Tls).is_ok());
        assert!(mail("127.0.0.1:25", SmtpTls::None).is_ok());
        assert!(mail("mail.example.gov.cn:25", SmtpTls::None).is_err());
        assert!(mail("mail.example.gov.cn", SmtpTls::Tls).is_err());
        for (url, good) in [
            ("https://oapi.example.cn/robot/send?access_token=x", true),
            ("https://oapi.example.cn:8443/a", true),
            ("http://127.0.0.1:8080/a", true),
            ("http://oapi.example.cn/a", false),
            ("http://localhost/a", false),
            ("ftp://oapi.example.cn/a", false),
            ("https://", false),
            ("https://user@oapi.example.cn/a", false),
            ("https://oapi.example.cn/a\r\nHost: b", false),
        ] {
            assert_eq!(layer(|l| l.robot_url = Some(url.into())).is_ok(), good, "{url}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let channels = layer(|l| l.robot_url = Some("https://oapi.example.cn/a?access_token=geheim".into())).unwrap();
        assert!(!format!("{channels:?}").contains("geheim"));
    }
}
