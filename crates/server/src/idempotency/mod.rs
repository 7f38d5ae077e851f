//! `Idempotency-Key`: a write that is sent again is answered as it was at first, and done once
//! (draft-ietf-httpapi-idempotency-key-header).

mod answers;
mod claims;
mod layer;
mod memory;
mod request;

pub use answers::{AnswerStore, KeptAnswer};
pub use claims::{Claim, Claimed, Claims};
pub use layer::{IdempotencyLayer, IdempotencyOptions, IdempotencyService, Refused};
pub use memory::MemoryAnswers;
