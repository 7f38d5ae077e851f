//! Keeps the test runner's HTTP server from getting stuck.
//!
//! The server gives each connection a thread of a pool, and takes a thread for idle until that thread has woken up.
//! So when a browser opens several connections at once on a busy machine, one of them can be left in the pool's
//! queue while all threads read from connections that stay open: what the page asks for on it never comes. Each
//! further connection makes the server start a thread, which then finds the one that was left.

use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(250);

/// Connects to the server again and again, until this program ends.
pub fn keep_knocking(server: SocketAddr) {
    thread::spawn(move || {
        loop {
            // Before the server listens nobody answers, which is as good.
            drop(TcpStream::connect_timeout(&server, PAUSE));
            thread::sleep(PAUSE);
        }
    });
}
