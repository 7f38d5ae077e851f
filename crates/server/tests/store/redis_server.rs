//! A Redis of the test's own, and a wire to it that can be cut.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use everfresh_server::store::{RedisStore, RedisStoreOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::sleep;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Without persistence, on a free port; it ends with this.
pub(crate) struct RedisServer {
    port: u16,
    folder: PathBuf,
    process: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let name = format!("everfresh-redis-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut server = Self { port, folder, process: None };
        server.restart().await;
        server
    }

    /// Kills it, if it runs, and starts it empty.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        let port = self.port.to_string();
        let options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port, "--dir"];
        let mut command = Command::new("redis-server");
        command.args(options).arg(&self.folder).stdout(Stdio::null());
        self.process = Some(command.spawn().expect("redis-server is on PATH"));
        let client = redis::Client::open(self.url()).unwrap();
        while client.get_multiplexed_async_connection().await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn store(&self, namespace: &str) -> RedisStore {
        self.store_with(options(namespace))
    }

    pub(crate) fn store_with(&self, options: RedisStoreOptions) -> RedisStore {
        RedisStore::connect(&self.url(), options).unwrap()
    }

    /// Runs a command.
    pub(crate) async fn run<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        redis::cmd(command[0]).arg(&command[1..]).query_async(&mut connection).await.unwrap()
    }

    /// A way to it that can be cut.
    pub(crate) async fn wire(&self) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, mute) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
        let deaf = Arc::new(AtomicBool::new(false));
        let is_deaf = Arc::clone(&deaf);
        let pipes = Arc::new(Mutex::new(Vec::<AbortHandle>::new()));
        let (is_cut, held, all, to) = (Arc::clone(&cut), Arc::clone(&mute), Arc::clone(&pipes), self.port);
        let task = tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                if is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                if let Some(held) = &mut *held.lock().unwrap() {
                    Vec::push(held, client);
                    continue;
                }
                let is_deaf = Arc::clone(&is_deaf);
                let pipe = tokio::spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(("127.0.0.1", to)).await {
                        let _ = join(&mut client, &mut server, &is_deaf).await;
                    }
                });
                all.lock().unwrap().push(pipe.abort_handle());
            }
        });
        Wire { port, cut, mute, deaf, pipes, task }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Short waits, and none before the first entry is stored.
pub(crate) fn options(namespace: &str) -> RedisStoreOptions {
    RedisStoreOptions {
        namespace: namespace.to_owned(),
        // Long enough for a loaded machine.
        timeout: Duration::from_secs(10),
        cooldown: Duration::from_millis(20),
        grace: 0,
        ..RedisStoreOptions::default()
    }
}

pub(crate) struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
    mute: Arc<Mutex<Option<Vec<TcpStream>>>>,
    deaf: Arc<AtomicBool>,
    pipes: Arc<Mutex<Vec<AbortHandle>>>,
    task: JoinHandle<()>,
}

impl Wire {
    pub(crate) fn store(&self, options: RedisStoreOptions) -> RedisStore {
        RedisStore::connect(&format!("redis://127.0.0.1:{}", self.port), options).unwrap()
    }

    /// What Redis answers is lost; what it is asked to do is done.
    pub(crate) fn set_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::SeqCst);
    }

    /// From now on nothing is said on new connections.
    pub(crate) fn mute(&self) {
        *self.mute.lock().unwrap() = Some(Vec::new());
    }

    /// The connections on which nothing was said; nothing ever will be, but new ones are as they should be.
    pub(crate) async fn unmute(&self) -> Vec<TcpStream> {
        loop {
            if let Some(held) = self.mute.lock().unwrap().take_if(|held| !held.is_empty()) {
                return held;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends all connections, and lets no new ones through while it is cut.
    pub(crate) fn set_cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
        for pipe in self.pipes.lock().unwrap().drain(..) {
            pipe.abort();
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
        self.set_cut(true);
    }
}

/// Until one of them ends.
async fn join(client: &mut TcpStream, server: &mut TcpStream, is_deaf: &AtomicBool) -> std::io::Result<()> {
    let ((mut asks, mut hears), (mut answers, mut does)) = (client.split(), server.split());
    let back = async {
        let mut bytes = [0; 4096];
        loop {
            match answers.read(&mut bytes).await? {
                0 => return Ok(()),
                _ if is_deaf.load(Ordering::SeqCst) => {}
                length => hears.write_all(&bytes[..length]).await?,
            }
        }
    };
    tokio::select! {
        ended = tokio::io::copy(&mut asks, &mut does) => ended.map(drop),
        ended = back => ended,
    }
}

/// An address that connections wait at: the queue of its listener is full.
pub(crate) struct Crowded {
    pub(crate) port: u16,
    _listener: TcpListener,
    _first: TcpStream,
}

impl Crowded {
    pub(crate) async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let first = TcpStream::connect(address).await.unwrap();
        Self { port: address.port(), _listener: listener, _first: first }
    }
}
