//! A server on a free port, a client, and an application that can be watched and held.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use everfresh_server::store::{MemoryStore, MemoryStoreOptions, Store};
use everfresh_server::{CacheLayer, CacheOptions, Clock};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// A time that tests set.
#[derive(Clone, Default)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_700_000_000_000)))
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::new(move || time.load(Ordering::SeqCst))
    }
}

pub(crate) fn memory(time: &Time) -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(MemoryStoreOptions { clock: time.clock(), ..Default::default() }))
}

pub(crate) fn options(time: &Time) -> CacheOptions {
    CacheOptions { clock: time.clock(), jitter: 0.0, ..Default::default() }
}

/// A layer by these rules over a store in memory, at a time that stands.
pub(crate) fn layer(rules: &str, time: &Time) -> CacheLayer {
    CacheLayer::from_json(rules).unwrap().store(memory(time)).options(options(time))
}

/// A server; it ends with this.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn serve(app: Router) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    Server { address, task }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn cache(&self) -> &str {
        self.header("cache-status").unwrap_or("").strip_prefix("everfresh-server; ").unwrap_or("")
    }
}

impl Server {
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    /// Fails where the answer breaks off.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Reply, hyper::Error> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "example.org");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Reply { status: parts.status, headers: parts.headers, body })
    }
}

/// Lets requests wait at a place, and tests see them come there.
#[derive(Clone)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    came: Arc<Notify>,
    waiting: Arc<AtomicU64>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self { open: watch::channel(false).0, came: Arc::new(Notify::new()), waiting: Arc::default() }
    }

    pub(crate) fn open() -> Self {
        let gate = Self::closed();
        gate.set(true);
        gate
    }

    pub(crate) fn set(&self, open: bool) {
        self.open.send_replace(open);
    }

    /// Where requests wait.
    pub(crate) async fn pass(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.came.notify_waiters();
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open).await.unwrap();
    }

    /// Until so many have come here, ever.
    pub(crate) async fn came(&self, count: u64) {
        loop {
            let came = self.came.notified();
            if self.waiting.load(Ordering::SeqCst) >= count {
                return;
            }
            came.await;
        }
    }
}

/// Values by path, with a count of the reads.
#[derive(Clone, Default)]
pub(crate) struct Data {
    values: Arc<Mutex<BTreeMap<String, u64>>>,
    reads: Arc<AtomicU64>,
}

impl Data {
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }

    pub(crate) fn read(&self, path: &str) -> u64 {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.values.lock().unwrap().get(path).copied().unwrap_or(0)
    }

    pub(crate) fn write(&self, path: &str) -> u64 {
        let mut values = self.values.lock().unwrap();
        let value = values.entry(path.to_owned()).or_default();
        *value += 1;
        *value
    }
}

pub(crate) fn answer(headers: &[(&str, &str)], body: impl Into<Body>) -> axum::response::Response {
    let mut response = axum::response::Response::builder();
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}
