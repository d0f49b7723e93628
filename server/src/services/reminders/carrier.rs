//! What carries a message out of the system. Says exactly whether the other side took it over,
//! because that decides whether it may be tried again. Every step has a time limit; nothing is
//! followed elsewhere.

use std::{io, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::reminders::Outcome;
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring},
};

use super::{robot, smtp};
use crate::config::{Channels, is_this_machine};

/// Time for one message, from connecting to the answer.
const WHOLE: Duration = Duration::from_secs(45);
/// Where Debian, 麒麟 and 统信 keep the trusted certificates.
const SYSTEM_CERTIFICATES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Stable over tries, part of the Message-ID.
    pub id: String,
    /// Recipient of an e-mail.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Time of the first try, in the letter's Date.
    pub at: domain::time::Instant,
}

/// Carries messages.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Is a mail server set up?
    fn has_email(&self) -> bool;
    /// Is a robot set up?
    fn has_robot(&self) -> bool;
    /// Sends an e-mail.
    async fn email(&self, letter: &Letter) -> Outcome;
    /// Posts to the group.
    async fn robot(&self, letter: &Letter) -> Outcome;
}

/// The real one, over the network.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    channels: Channels,
}

impl Wire {
    /// Over these channels.
    pub fn new(channels: Channels) -> Self {
        Self { channels }
    }
}

/// How far a try had come when it ended.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The whole message is with the other side: from here on silence means 「perhaps」.
    pub handed_over: bool,
}

/// Runs a try within its time; what ends without an answer is judged by how far it had come.
async fn within(run: impl AsyncFnOnce(&mut Progress) -> io::Result<Outcome>) -> Outcome {
    let mut progress = Progress::default();
    let ended = timeout(WHOLE, run(&mut progress)).await;
    match ended {
        Ok(Ok(outcome)) => outcome,
        other => {
            if let Ok(Err(error)) = &other {
                tracing::warn!(%error, "message not sent");
            }
            if progress.handed_over { Outcome::Uncertain } else { Outcome::NotNow }
        }
    }
}

#[async_trait]
impl Carrier for Wire {
    fn has_email(&self) -> bool {
        self.channels.smtp.is_some()
    }

    fn has_robot(&self) -> bool {
        self.channels.robot.is_some()
    }

    async fn email(&self, letter: &Letter) -> Outcome {
        let Some(server) = &self.channels.smtp else { return Outcome::NotNow };
        within(async |progress: &mut Progress| smtp::send(server, &self.channels, letter, progress).await).await
    }

    async fn robot(&self, letter: &Letter) -> Outcome {
        let Some(robot) = &self.channels.robot else { return Outcome::NotNow };
        within(async |progress: &mut Progress| robot::post(robot, &self.channels, &letter.text, progress).await).await
    }
}

/// A stream, plain or closed.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// Connects. The name is resolved once and the connection goes to that very address. A name must
/// not lead to this machine or to addresses that are no hosts (a changed name record would turn
/// the server against its own neighbours); the private ranges of a government network are fine,
/// since only the configuration file names the host.
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut all = tokio::net::lookup_host((host, port)).await?;
    let literal = is_this_machine(host);
    let address = all
        .find(|a| literal || is_host(a.ip()))
        .ok_or_else(|| io::Error::new(io::ErrorKind::AddrNotAvailable, "no usable address"))?;
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn is_host(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            !(v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || v4.is_multicast() || v4.is_broadcast())
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_host(v4.into()),
            None => !(v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unspecified() || v6.is_multicast()),
        },
    }
}

/// Closes a line with TLS; the name must be in the certificate.
pub(super) async fn close(stream: TcpStream, host: &str, channels: &Channels) -> io::Result<Box<dyn Line>> {
    let roots = roots(channels.ca_file.clone()).await?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
}

async fn roots(file: Option<PathBuf>) -> io::Result<RootCertStore> {
    tokio::task::spawn_blocking(move || {
        let file = file
            .or_else(|| SYSTEM_CERTIFICATES.into_iter().map(PathBuf::from).find(|p| p.exists()))
            .ok_or_else(|| io::Error::other("no trusted certificates: set channels.ca_file"))?;
        let mut roots = RootCertStore::empty();
        for one in CertificateDer::pem_file_iter(&file).map_err(io::Error::other)? {
            // One odd certificate of the system's hundred must not switch the channel off.
            let _ = roots.add(one.map_err(io::Error::other)?);
        }
        if roots.is_empty() { Err(io::Error::other("no certificate in channels.ca_file")) } else { Ok(roots) }
    })
    .await
    .map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_lead_back_to_this_machine() {
        for bad in ["127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "::ffff:127.0.0.1"] {
            assert!(!is_host(bad.parse().unwrap()), "{bad}");
        }
        for good in ["10.1.2.3", "192.0.2.1", "2001:db8::1"] {
            assert!(is_host(good.parse().unwrap()), "{good}");
        }
    }
}
