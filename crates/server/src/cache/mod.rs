//! The shared cache in front of an application.

mod answer;
mod fill;
mod flight;
mod layer;
mod memo;
mod options;
mod read;
mod request;
mod service;
mod shelf;
mod write;

pub use layer::CacheLayer;
pub use options::CacheOptions;
pub use service::CacheService;
