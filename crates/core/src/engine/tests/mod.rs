#![allow(clippy::unwrap_used)]

mod hostile;
mod journal;
mod peers;
mod queries;
mod reads;
mod scope;
mod storage;
mod tab;
mod watching;
mod writes;
