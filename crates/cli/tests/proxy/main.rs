//! `everfresh proxy` over sockets: backends that are slow, broken or gone, and clients that are.
#![allow(clippy::unwrap_used)]

mod backend;
mod clients;
mod failing;
mod flags;
mod many;
mod passing;
mod private;
mod process;
mod support;
