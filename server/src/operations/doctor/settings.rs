//! The settings: address, certificate and the address that people type must fit each other.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use super::Finding;
use crate::{config::Settings, operations::certificates::Certificates};

/// Every check of the settings.
pub fn settings(settings: &Settings) -> Vec<Finding> {
    vec![address(settings)]
}

fn address(settings: &Settings) -> Finding {
    let check = "tls";
    if let Err(words) = settings.check_address() {
        return Finding::warn(check, words);
    }
    let url = settings.public_url.as_deref();
    let secure = url.is_some_and(|u| u.starts_with("https:"));
    match &settings.tls {
        Some((cert, key)) => own(url, cert, key),
        None if secure && settings.trusted_proxies.is_empty() => Finding::warn(
            check,
            "public_url 是 https，但没有证书，也没有写加密代理的地址：浏览器会登录不上。请配置 tls_cert 和 tls_key，或写明 trusted_proxy。",
        ),
        None if !secure && !settings.addr.ip().is_loopback() => Finding::warn(
            check,
            "正以不加密的 http 对外提供服务：密码和测评内容可能被同网的人看到。请配置证书，或放在加密代理后面。",
        ),
        None if secure => Finding::ok(check, "加密由前面的代理负责。"),
        None => Finding::ok(check, "只在本机提供服务。"),
    }
}

fn own(url: Option<&str>, cert: &Path, key: &Path) -> Finding {
    let check = "tls";
    let loaded = match Certificates::load(cert, key) {
        Ok(loaded) => loaded,
        Err(trouble) => return Finding::warn(check, trouble.to_string()),
    };
    if fs::metadata(key).is_ok_and(|found| found.mode() & 0o077 != 0) {
        return Finding::warn(check, format!("别的账号也能读证书私钥 {}。请用 chmod 600 收紧。", key.display()));
    }
    let host = url.and_then(|u| u.strip_prefix("https://")).map(host_of);
    match host {
        Some(host) if !loaded.is_for(host) => Finding::warn(
            check,
            format!("证书不是给 {host} 的：浏览器会拦下来。请换成写有这个名称的证书，或改正 public_url。"),
        ),
        Some(_) => Finding::ok(check, "证书与 public_url 相符。"),
        None => Finding::warn(check, "配置了证书，但没有写 public_url：签到码和链接会用监听地址。请写明 public_url。"),
    }
}

/// Host without port.
fn host_of(rest: &str) -> &str {
    match rest.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => rest.split(':').next().unwrap_or(rest),
    }
}
