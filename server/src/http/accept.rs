//! Our own accept loop: router built once, peer address in the request, `NODELAY`,
//! keep-alive, a time limit for request heads, a bounded read buffer, a cap on
//! connections, a deep backlog, and a stop that lets open requests finish.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use super::limits::{BACKLOG, CONNECTIONS, GRACE, HEAD_TIMEOUT, READ_BUFFER, WRITE_TIMEOUT};

/// Address of the peer; the only client address that is believed.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Connections open now, over all listeners of the process.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Connections open now.
pub fn open_connections() -> usize {
    OPEN.load(Ordering::Relaxed)
}

/// Counts one connection for as long as it lives, however it ends.
struct Counted;

impl Counted {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Binds with our backlog.
pub fn bind(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(StdListener::from(socket))
}

/// Serves until `stop`; returns when open requests are done or the grace time is over.
pub async fn serve(listener: TcpListener, router: Router, tls: Option<TlsAcceptor>, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(pair) => pair,
            Err(e) => {
                // Out of file handles: wait for some to close instead of spinning.
                tracing::warn!(error = %e, "accept failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(permit) = room.clone().try_acquire_owned() else { continue };
        if let Err(e) = tune(&stream) {
            tracing::debug!(error = %e, "socket option refused");
        }
        let (router, tls, stop) = (router.clone(), tls.clone(), stop.clone());
        let counted = Counted::new();
        tasks.spawn(async move {
            match tls {
                None => connection(stream, false, peer, router, stop).await,
                // In a box: every plain connection would carry the room for a handshake too.
                Some(acceptor) => {
                    Box::pin(async {
                        if let Ok(Ok(stream)) = tokio::time::timeout(HEAD_TIMEOUT, acceptor.accept(stream)).await {
                            let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                            connection(stream, http2, peer, router, stop).await;
                        }
                    })
                    .await;
                }
            }
            drop((permit, counted));
        });
    }
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        tracing::warn!("some requests did not finish within the grace time");
    }
}

fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let alive = TcpKeepalive::new().with_time(Duration::from_mins(1)).with_interval(Duration::from_secs(20));
    let socket = SockRef::from(stream);
    // A phone that left the hall with a stream open acknowledges nothing and never closes.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(WRITE_TIMEOUT))?;
    socket.set_tcp_keepalive(&alive)
}

/// Serves one connection. The protocol is known from the handshake; guessing it from the first bytes
/// would double the read buffer of each of 10,000 streams.
async fn connection<S>(stream: S, http2: bool, peer: SocketAddr, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut req: Request<Incoming>| {
        req.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(req.map(Body::new))
    });
    let io = TokioIo::new(stream);
    // In both, a broken connection is the peer's affair.
    if http2 {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).max_concurrent_streams(64).max_header_list_size(16 * 1024);
        let mut connection = Box::pin(builder.serve_connection(io, service));
        tokio::select! {
            _ = connection.as_mut() => {}
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    } else {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(READ_BUFFER).keep_alive(true);
        let mut connection = std::pin::pin!(builder.serve_connection(io, service));
        tokio::select! {
            _ = connection.as_mut() => {}
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}
