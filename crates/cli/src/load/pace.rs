//! When the next scenario is begun.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// The times at which scenarios are begun, for all users.
#[derive(Debug)]
pub(crate) struct Pace {
    begin: Instant,
    end: Instant,
    /// Time between two; `None`: whenever a user is free.
    interval: Option<Duration>,
    next: AtomicU64,
    /// Ends it early.
    stop: CancellationToken,
}

impl Pace {
    pub(crate) fn new(
        begin: Instant,
        duration: Duration,
        rate: Option<f64>,
        stop: CancellationToken,
    ) -> Self {
        let interval = rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self { begin, end: begin + duration, interval, next: AtomicU64::new(0), stop }
    }

    /// Waits until a user may begin the next one, and gives the time at which it was to be begun: where all users were
    /// busy then, that is past, and how long that was counts (no coordinated omission). `None`: it is over.
    pub(crate) async fn next(&self) -> Option<Instant> {
        self.stop.run_until_cancelled(self.next_in_time()).await.flatten()
    }

    async fn next_in_time(&self) -> Option<Instant> {
        let Some(interval) = self.interval else {
            let now = Instant::now();
            return (now < self.end).then_some(now);
        };
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let at = self.begin + interval.mul_f64(number as f64);
        if at >= self.end {
            return None;
        }
        sleep_until(at).await;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_open_loop_does_not_wait_for_answers() {
        let begin = Instant::now();
        let pace = Pace::new(begin, Duration::from_secs(1), Some(4.0), CancellationToken::new());
        let mut times = vec![];
        while let Some(at) = pace.next().await {
            times.push((at - begin).as_millis());
            // Each is busy for longer than it may be.
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        assert_eq!(times, [0, 250, 500, 750], "what was late is told as it was meant");
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_loop_goes_on_until_the_end() {
        let begin = Instant::now();
        let pace = Pace::new(begin, Duration::from_secs(1), None, CancellationToken::new());
        assert_eq!(pace.next().await, Some(begin));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(pace.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_it_at_once() {
        let begin = Instant::now();
        for rate in [None, Some(0.01)] {
            let stop = CancellationToken::new();
            let pace = Pace::new(begin, Duration::from_secs(3_600), rate, stop.clone());
            assert_eq!(pace.next().await, Some(begin));
            stop.cancel();
            assert_eq!(pace.next().await, None);
        }
        assert_eq!(Instant::now(), begin);
    }
}
