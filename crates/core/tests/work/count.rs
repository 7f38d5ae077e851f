//! Counting work: allocations always; and steps, edges of the code that are passed, where the compiler's coverage
//! pass makes it say so (`cargo xtask work`). The moves of memory within an allocation count as one step.

use allocation_counter::AllocationInfo;

/// Whether this build counts steps; it is optimised then, and has time for more.
pub(crate) const STEPS_ARE_COUNTED: bool = option_env!("EVERFRESH_COUNTS_STEPS").is_some();

/// What something took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Work {
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
    /// 0 where they are not counted.
    pub(crate) steps: u64,
}

impl Work {
    /// The larger of each.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            allocations: self.allocations.max(other.allocations),
            bytes: self.bytes.max(other.bytes),
            steps: self.steps.max(other.steps),
        }
    }

    /// Fails where this is more than so many times the other, and a little more.
    pub(crate) fn assert_at_most(&self, times: u64, other: Self, what: &str) {
        let within = |much: u64, little: u64, more: u64| much <= times * little + more;
        assert!(
            within(self.allocations, other.allocations, 8)
                && within(self.bytes, other.bytes, 2_048)
                && within(self.steps, other.steps, 2_000),
            "{what}: {self:?}, more than {times} times {other:?}"
        );
    }
}

/// What `work` takes. Steps are those of all threads: run one test at a time where they are counted.
pub(crate) fn measure(work: impl FnOnce()) -> Work {
    let before = steps();
    let AllocationInfo { count_total, bytes_total, .. } = allocation_counter::measure(work);
    Work { allocations: count_total, bytes: bytes_total, steps: steps() - before }
}

static mut STEPS: u64 = 0;

fn steps() -> u64 {
    // Written by one thread alone; see `measure`.
    unsafe { STEPS }
}

/// What the coverage pass puts at each edge. Nothing may be called here: that would be counted in turn.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_trace_pc_guard(_: *mut u32) {
    unsafe { STEPS += 1 }
}

/// What the coverage pass calls at the start.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_trace_pc_guard_init(_: *mut u32, _: *mut u32) {}
