//! Connections: how many are open, how long one may keep silent, and how they end.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tower::ServiceExt;

/// How many connections are open at most; further ones wait to be accepted.
const AT_MOST: u64 = 10_000;
/// Open files that are not connections: of the site, of imports, of the database.
const OTHER_FILES: u64 = 192;
/// How long requests may take to end when the server is told to stop. Live streams do not end by themselves.
const GRACE: Duration = Duration::from_secs(2);
/// After a failure to accept that is not the connection's own.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    /// How long a request's head may take, and how long a connection may rest between two requests.
    pub head_within: Duration,
}

impl Limits {
    /// As many connections as the system lets this process have.
    pub fn of_this_process() -> Self {
        let files = open_files().unwrap_or(1024);
        let connections = files.saturating_sub(OTHER_FILES).clamp(16, AT_MOST);
        Self { connections: usize::try_from(connections).unwrap_or(usize::MAX), head_within: Duration::from_secs(30) }
    }
}

/// How many files may be open, after having asked for as many as are needed.
fn open_files() -> nix::Result<u64> {
    let (now, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let wanted = most.min(AT_MOST + OTHER_FILES);
    if now >= wanted {
        return Ok(now);
    }
    Ok(setrlimit(Resource::RLIMIT_NOFILE, wanted, most).map_or(now, |()| wanted))
}

/// Serves until told to stop, and then until the requests under way are answered.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(limits.head_within);
    let places = Arc::new(Semaphore::new(limits.connections));
    let ending = GracefulShutdown::new();
    let mut tasks = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await.expect("never closed");
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
            Some(_) = tasks.join_next() => continue,
        };
        let service = app.clone().map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let connection = protocol.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = ending.watch(connection);
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    // What is left then is cut off with its task.
    let _ = tokio::time::timeout(GRACE, ending.shutdown()).await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // An event is small, and is to be on its way at once.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_its_own(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the failure is one of the connection that was to be accepted.
fn is_its_own(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
        task::JoinHandle,
    };

    const DEADLINE: Duration = Duration::from_secs(20);

    async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let app = Router::new().route("/", get(who)).route("/never", get(std::future::pending::<()>));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, app, limits, async move {
            let _ = stopped.await;
        }));
        (address, stop, task)
    }

    /// Everything that comes until the server closes the connection.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        let read = tokio::time::timeout(DEADLINE, stream.read_to_string(&mut text)).await;
        let _ = read.expect("it is closed in time");
        text
    }

    async fn ask(address: SocketAddr, path: &str, end: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: here\r\n{end}").as_bytes()).await.expect("written");
        stream
    }

    #[tokio::test]
    async fn who_says_nothing_or_half_is_let_go() {
        let limits = Limits { connections: 8, head_within: Duration::from_millis(100) };
        let (address, _stop, _) = start(limits).await;
        let mut silent = TcpStream::connect(address).await.expect("connected");
        let mut half = ask(address, "/", "x-drip: 1").await;
        let mut resting = ask(address, "/", "\r\n").await;
        let waiting = ask(address, "/never", "\r\n").await;
        assert!(!rest(&mut silent).await.starts_with("HTTP/1.1 200"));
        assert!(!rest(&mut half).await.starts_with("HTTP/1.1 200"));
        let me = resting.local_addr().expect("an address").to_string();
        assert!(rest(&mut resting).await.ends_with(&me), "the visitor's address is told");
        let early = tokio::time::timeout(limits.head_within * 3, waiting.readable()).await;
        assert!(early.is_err(), "whoever waits for an answer, as a stream does, is not silent");
    }

    #[tokio::test]
    async fn no_more_than_so_many_are_open() {
        let (address, _stop, _) = start(Limits { connections: 1, head_within: DEADLINE }).await;
        let first = ask(address, "/never", "\r\n").await;
        let mut second = ask(address, "/", "connection: close\r\n\r\n").await;
        let early = tokio::time::timeout(Duration::from_millis(100), second.readable()).await;
        assert!(early.is_err(), "the second waits for the first");
        drop(first);
        assert!(rest(&mut second).await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn stopping_waits_for_nobody_for_ever() {
        let (address, stop, task) = start(Limits { connections: 8, head_within: DEADLINE }).await;
        let mut endless = ask(address, "/never", "\r\n").await;
        let mut resting = TcpStream::connect(address).await.expect("connected");
        stop.send(()).expect("it runs");
        tokio::time::timeout(DEADLINE, task).await.expect("in time").expect("ended");
        assert_eq!(rest(&mut endless).await + &rest(&mut resting).await, "");
    }
}
