//! Free ports in the place of those that are documented.

use std::collections::BTreeMap;
use std::net::TcpListener;

/// What stands before a port.
const BEFORE: [&str; 4] = ["127.0.0.1:", "localhost:", "--port ", "redis-cli -p "];

/// The free ports of a page, by those that it names.
#[derive(Debug, Default)]
pub(crate) struct Ports(BTreeMap<u16, u16>);

impl Ports {
    /// The text with free ports in it, the same one each time that a port is named.
    pub(crate) fn replace(&mut self, text: &str) -> String {
        let mut replaced = String::new();
        let mut rest = text;
        while let Some(start) =
            BEFORE.iter().filter_map(|before| Some(rest.find(before)? + before.len())).min()
        {
            let digits = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
            replaced.push_str(&rest[..start]);
            match rest[start..start + digits].parse() {
                Ok(port) if port > 0 => replaced.push_str(&self.free(port).to_string()),
                _ => replaced.push_str(&rest[start..start + digits]),
            }
            rest = &rest[start + digits..];
        }
        replaced + rest
    }

    fn free(&mut self, port: u16) -> u16 {
        if let Some(free) = self.0.get(&port) {
            return *free;
        }
        // None of those that the system gives to connections: one of these could take it before the server does.
        let is_new = |candidate: &u16| !self.0.values().any(|taken| taken == candidate);
        let is_free = |candidate: &u16| TcpListener::bind(("127.0.0.1", *candidate)).is_ok();
        let mut candidates = std::iter::repeat_with(|| fastrand::u16(20_000..30_000));
        let free = candidates.find(|candidate| is_new(candidate) && is_free(candidate)).unwrap();
        self.0.insert(port, free);
        free
    }
}

#[test]
fn a_port_is_the_same_wherever_it_is_named() {
    let mut ports = Ports::default();
    let text =
        ports.replace("a --port 4173 http://127.0.0.1:4173/x localhost:3000 \"staleTime\": 3000 127.0.0.1:0");
    let (demo, other) = (ports.free(4173), ports.free(3000));
    let expected = format!(
        "a --port {demo} http://127.0.0.1:{demo}/x localhost:{other} \"staleTime\": 3000 127.0.0.1:0"
    );
    assert_eq!(text, expected);
    assert_ne!(demo, other);
    assert_eq!(ports.replace("redis-cli -p 4173"), format!("redis-cli -p {demo}"));
}
