#![allow(clippy::unwrap_used)]

mod hostile;
mod journal;
mod peers;
mod queries;
mod reads;
mod storage;
mod tab;
mod watching;
mod writes;
