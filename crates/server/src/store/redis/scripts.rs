//! What is done in Redis in one step.

use redis::Script;

macro_rules! script {
    ($file:literal) => {
        Script::new(concat!(include_str!("prelude.lua"), include_str!($file)))
    };
}

pub(super) struct Scripts {
    pub(super) fence: Script,
    pub(super) sequence: Script,
    pub(super) get: Script,
    pub(super) publish: Script,
    pub(super) change: Script,
    pub(super) since: Script,
    pub(super) archive: Script,
    pub(super) claim: Script,
    pub(super) keep: Script,
    pub(super) free: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            fence: script!("fence.lua"),
            sequence: script!("sequence.lua"),
            get: script!("get.lua"),
            publish: script!("publish.lua"),
            change: script!("change.lua"),
            since: script!("since.lua"),
            archive: Script::new(include_str!("archive.lua")),
            claim: Script::new(include_str!("claim.lua")),
            keep: Script::new(include_str!("keep.lua")),
            free: Script::new(include_str!("free.lua")),
        }
    }
}
