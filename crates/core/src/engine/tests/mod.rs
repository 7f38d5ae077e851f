#![allow(clippy::unwrap_used)]

mod hostile;
mod journal;
mod peers;
mod reads;
mod storage;
mod tab;
mod writes;
