//! TLS: HTTP/2 offered, a new certificate taken without a restart, a wrong one refused.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use axum::{Router, routing::get};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _};
use server::{http::accept, operations::tls::Certificates};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::ring,
    },
};
use tokio_util::sync::CancellationToken;

/// Two pairs made for this test; they open nothing.
const ONE: (&str, &str) = (include_str!("one.pem"), include_str!("one.key"));
const TWO: (&str, &str) = (include_str!("two.pem"), include_str!("two.key"));

/// Takes any certificate: the test looks at it itself, and the fixtures must not expire.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

async fn connect(addr: SocketAddr, alpn: &[u8]) -> TlsStream<TcpStream> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    let stream = TcpStream::connect(addr).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap()
}

fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

fn der(pem: &str) -> Vec<u8> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

fn put(dir: &Path, pair: (&str, &str)) {
    fs::write(dir.join("cert.pem"), pair.0).unwrap();
    fs::write(dir.join("key.pem"), pair.1).unwrap();
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_a_wrong_one_refused() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), ONE);
    let certificates = Certificates::load(&dir.path().join("cert.pem"), &dir.path().join("key.pem")).unwrap();
    let listener = accept::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let addr = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new().route("/", get(|| async { "served" }));
    let server = tokio::spawn(accept::serve(listener, router, Some(certificates.acceptor().unwrap()), stop.clone()));

    let mut old = connect(addr, b"http/1.1").await;
    assert_eq!(shown(&old), der(ONE.0));
    put(dir.path(), TWO);
    certificates.reload().unwrap();
    assert_eq!(shown(&connect(addr, b"h2").await), der(TWO.0));
    assert_eq!(connect(addr, b"h2").await.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));

    put(dir.path(), (TWO.0, ONE.1));
    let refused = certificates.reload().unwrap_err().to_string();
    assert!(refused.contains("不是一对"), "{refused}");
    fs::write(dir.path().join("cert.pem"), "nothing").unwrap();
    assert!(certificates.reload().is_err());
    assert_eq!(shown(&connect(addr, b"h2").await), der(TWO.0), "the last good one stays");

    // A connection from before the change is still served.
    old.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    old.read_to_end(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer).ends_with("served"));
    stop.cancel();
    server.await.unwrap();
}
