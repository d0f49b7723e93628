//! TLS of our own (rustls on ring, HTTP/2 and HTTP/1.1). A new certificate is
//! taken on SIGHUP without dropping a connection; a wrong one is refused and the
//! old one stays.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        client::verify_server_name,
        crypto::{CryptoProvider, ring},
        server::{ClientHello, ParsedCertificate, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

use super::Trouble;

/// The certificate in use and where it came from.
#[derive(Debug)]
pub struct Certificates {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificates {
    /// Reads a chain and its key (PEM).
    ///
    /// # Errors
    /// Missing, not PEM, or not belonging together.
    pub fn load(cert: &Path, key: &Path) -> Result<Arc<Self>, Trouble> {
        let provider = Arc::new(ring::default_provider());
        let current = RwLock::new(read(cert, key, &provider)?);
        Ok(Arc::new(Self { cert: cert.to_owned(), key: key.to_owned(), provider, current }))
    }

    /// Reads both files again.
    ///
    /// # Errors
    /// As [`Certificates::load`]; the old certificate stays in use.
    pub fn reload(&self) -> Result<(), Trouble> {
        let fresh = read(&self.cert, &self.key, &self.provider)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Is the certificate for this host name or address?
    pub fn is_for(&self, host: &str) -> bool {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(leaf) = current.cert.first() else { return false };
        let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(leaf), ServerName::try_from(host)) else {
            return false;
        };
        verify_server_name(&parsed, &name).is_ok()
    }

    /// What the accept loop wraps connections with.
    ///
    /// # Errors
    /// The TLS library refuses its own defaults.
    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, Trouble> {
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| Trouble::new(format!("TLS 不能启用：{e}。")))?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(cert: &Path, key: &Path, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Trouble> {
    let wrong = |what: &str, path: &Path, why: String| {
        Trouble::new(format!("{what} {} 用不了：{why}。请检查是不是 PEM 格式、路径和权限对不对。", path.display()))
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|e| wrong("证书", cert, e.to_string()))?;
    if chain.is_empty() {
        return Err(wrong("证书", cert, "里面没有证书".into()));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong("私钥", key, e.to_string()))?;
    let pair = CertifiedKey::from_der(chain, secret, provider)
        .map_err(|e| wrong("证书和私钥", cert, format!("两者不是一对，或算法不支持（{e}）")))?;
    Ok(Arc::new(pair))
}
