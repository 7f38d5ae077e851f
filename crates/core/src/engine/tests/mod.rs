#![allow(clippy::unwrap_used)]

mod conditional;
mod hostile;
mod idle;
mod inspecting;
mod journal;
mod layers;
mod metrics;
mod mutating;
mod outbox;
mod overlaps;
mod peers;
mod predicting;
mod prefetch;
mod promoted;
mod queries;
mod reads;
mod room;
mod scope;
mod sources;
mod storage;
mod tab;
mod vary;
mod watching;
mod writes;
