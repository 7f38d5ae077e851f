#![allow(clippy::unwrap_used)]

mod conditional;
mod hostile;
mod journal;
mod peers;
mod queries;
mod reads;
mod scope;
mod storage;
mod tab;
mod vary;
mod watching;
mod writes;
