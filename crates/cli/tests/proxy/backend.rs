//! A backend that does on its sockets what a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is(&self, line: &str) -> bool {
        self.line.starts_with(line)
    }
}

/// The connection that a request came on, after its head.
pub(crate) struct Wire(BufReader<TcpStream>);

impl Wire {
    pub(crate) fn send(&mut self, text: &str) {
        // The other side may be gone.
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }

    pub(crate) fn read(&mut self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// A chunk of a body (RFC 9112, section 7.1); empty: the last one.
    pub(crate) fn read_chunk(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let chunk = self.read(usize::from_str_radix(line.trim_end(), 16).unwrap());
        self.read(2);
        chunk
    }

    /// Answers with a whole body.
    pub(crate) fn answer(&mut self, headers: &str, body: &str) {
        self.send(&format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()));
    }
}

/// Listens, and asks `answer` for each request; its connection ends where that returns false.
pub(crate) struct Backend {
    pub(crate) address: String,
    count: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Backend {
    pub(crate) fn start(answer: impl Fn(&Asked, &mut Wire) -> bool + Send + Sync + 'static) -> Self {
        Self::start_on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    /// Answers with a number, which begins with `first` and which writes add to; gives that, too.
    pub(crate) fn counting(first: usize) -> (Self, Arc<AtomicUsize>) {
        let version = Arc::new(AtomicUsize::new(first));
        let written = Arc::clone(&version);
        let backend = Self::start(move |asked, wire| {
            if asked.is("PATCH") {
                written.fetch_add(1, Ordering::SeqCst);
            }
            wire.answer("", &written.load(Ordering::SeqCst).to_string());
            true
        });
        (backend, version)
    }

    pub(crate) fn start_on(
        listener: TcpListener,
        answer: impl Fn(&Asked, &mut Wire) -> bool + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap().to_string();
        let (count, asked) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<Asked>>>::default());
        let (counting, asking, answer) = (Arc::clone(&count), Arc::clone(&asked), Arc::new(answer));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut wire = Wire(BufReader::new(stream.unwrap()));
                let (count, all, answer) = (Arc::clone(&counting), Arc::clone(&asking), Arc::clone(&answer));
                std::thread::spawn(move || {
                    while let Some(asked) = head(&mut wire) {
                        count.fetch_add(1, Ordering::SeqCst);
                        all.lock().unwrap().push(asked.clone());
                        if !answer(&asked, &mut wire) {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, count, asked }
    }

    /// How many requests have come.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// The last request.
    pub(crate) fn last(&self) -> Asked {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }
}

/// One side says that it has come to a place, and waits there until the other one lets it go on.
pub(crate) struct Gate {
    pub(crate) came: Mutex<Receiver<()>>,
    pub(crate) go: Sender<()>,
    inside: Mutex<(Sender<()>, Receiver<()>)>,
}

impl Gate {
    pub(crate) fn new() -> Arc<Self> {
        let ((arrive, came), (go, released)) = (channel(), channel());
        Arc::new(Self { came: Mutex::new(came), go, inside: Mutex::new((arrive, released)) })
    }

    /// Where a backend waits.
    pub(crate) fn pass(&self) {
        let inside = self.inside.lock().unwrap();
        inside.0.send(()).unwrap();
        inside.1.recv().unwrap();
    }

    /// Until somebody waits.
    pub(crate) fn wait(&self) {
        self.came.lock().unwrap().recv().unwrap();
    }

    /// Lets who waits go on.
    pub(crate) fn open(&self) {
        self.go.send(()).unwrap();
    }
}

fn head(wire: &mut Wire) -> Option<Asked> {
    let mut line = String::new();
    wire.0.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        wire.0.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    Some(Asked { line: line.trim_end().to_owned(), headers })
}
