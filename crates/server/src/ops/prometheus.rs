//! The totals of this process, as Prometheus reads them.

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use everfresh_core::health::{Alert, AlertType};
use everfresh_core::metrics::{Counter, Dimension, Sums};
use http::StatusCode;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::Inner;
use super::archive::Source;
use super::ledger::Totals;
use super::metrics::plain;
use super::schema::Refusal;
use crate::access::refused;
use crate::flags::ServerFlag;

/// The counters that groups have.
const OF_GROUPS: [Counter; 6] = [
    Counter::Hits,
    Counter::Misses,
    Counter::Requests,
    Counter::Errors,
    Counter::Invalidations,
    Counter::LateFills,
];

/// Milliseconds.
const BUCKETS: [u32; 13] = [1, 2, 5, 10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// All metrics, in the text format of Prometheus.
#[utoipa::path(get, path = "/prometheus", security((), ("token" = [])), responses(
    (status = 200, description = "The metrics", body = String, content_type = "text/plain"),
    (status = 401, description = "Neither the token nor this machine", body = Refusal),
))]
pub(super) async fn tell(State(ops): State<Arc<Inner>>) -> Response {
    let (store, available) = ops.health.store().await;
    let totals = Source::ALL.map(|source| (source, ops.ledger.totals(source)));
    let flags = ServerFlag::ALL.map(|flag| (flag.name(), ops.flags.switches().share(flag)));
    let snapshot = Snapshot { totals, store, available, alerts: ops.health.alerts(), flags };
    let mut registry = Registry::default();
    registry.register_collector(Box::new(snapshot));
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &registry) {
        Ok(()) => plain("text/plain; version=0.0.4; charset=utf-8", text),
        Err(fmt::Error) => refused(StatusCode::INTERNAL_SERVER_ERROR, "encoding"),
    }
}

/// What there is at a moment.
#[derive(Debug)]
struct Snapshot {
    totals: [(Source, Totals); 2],
    store: &'static str,
    available: bool,
    alerts: Vec<Alert>,
    flags: [(&'static str, f64); ServerFlag::ALL.len()],
}

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for counter in Counter::ALL {
            let name = format!("everfresh_{}", snake(counter.name()));
            let metric = encoder.encode_descriptor(&name, help(counter), None, MetricType::Counter)?;
            self.of_sources(metric, |sums, metric| count(metric, sums.get(counter)))?;
        }
        let name = "everfresh_duration_seconds";
        let help = "How long who asked had to wait";
        let metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        self.of_sources(metric, durations)?;
        for dimension in Dimension::ALL {
            for counter in OF_GROUPS {
                self.of_groups(&mut encoder, dimension, counter)?;
            }
        }
        let name = "everfresh_store_available";
        let mut metric =
            encoder.encode_descriptor(name, "Whether the store answers", None, MetricType::Gauge)?;
        metric.encode_family(&[("store", self.store)])?.encode_gauge(&u32::from(self.available))?;
        let help = "How bad it is: 0 for nothing, 1 info, 2 warning, 3 error, 4 critical";
        let mut metric = encoder.encode_descriptor("everfresh_alert", help, None, MetricType::Gauge)?;
        for kind in AlertType::ALL {
            let found = self.alerts.iter().find(|alert| alert.kind == kind);
            let severity = found.map_or(0, |alert| alert.severity as u32 + 1);
            metric.encode_family(&[("type", kind.name())])?.encode_gauge(&severity)?;
        }
        let help = "The share of clients that a flag of the server is on for, from 0 to 1";
        let mut metric = encoder.encode_descriptor("everfresh_flag", help, None, MetricType::Gauge)?;
        for (flag, share) in self.flags {
            metric.encode_family(&[("flag", flag)])?.encode_gauge(&share)?;
        }
        Ok(())
    }
}

impl Snapshot {
    fn of_sources(
        &self,
        mut metric: MetricEncoder<'_>,
        encode: impl Fn(&Sums, MetricEncoder<'_>) -> fmt::Result,
    ) -> fmt::Result {
        for (source, totals) in &self.totals {
            encode(&totals.all, metric.encode_family(&[("source", source.name())])?)?;
        }
        Ok(())
    }

    fn of_groups(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        dimension: Dimension,
        counter: Counter,
    ) -> fmt::Result {
        let name = format!("everfresh_{}_{}", dimension.name(), snake(counter.name()));
        let mut metric = encoder.encode_descriptor(&name, help(counter), None, MetricType::Counter)?;
        for (source, totals) in &self.totals {
            for ((of, group), sums) in &totals.groups {
                if *of == dimension && sums.get(counter) > 0 {
                    let labels = [("source", source.name()), (dimension.name(), group.as_str())];
                    count(metric.encode_family(&labels)?, sums.get(counter))?;
                }
            }
        }
        Ok(())
    }
}

fn count(mut metric: MetricEncoder<'_>, count: u64) -> fmt::Result {
    metric.encode_counter::<NoLabelSet, _, u64>(&count, None)
}

fn durations(sums: &Sums, mut metric: MetricEncoder<'_>) -> fmt::Result {
    let seconds = |milliseconds: u32| f64::from(milliseconds) / 1_000.0;
    let all = sums.durations.count();
    let mut before = 0;
    let mut buckets: Vec<(f64, u64)> = Vec::new();
    for bound in BUCKETS {
        // Times are whole milliseconds, cut off: those that were just below the bound are the last within it.
        let within = sums.durations.within(u64::from(bound) - 1);
        buckets.push((seconds(bound), within - before));
        before = within;
    }
    metric.encode_histogram::<NoLabelSet>(sums.durations.sum() as f64 / 1_000.0, all, &buckets, None)
}

/// `lateFills` as `late_fills`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

fn help(counter: Counter) -> &'static str {
    match counter {
        Counter::Hits => "Reads that were answered from the cache, stale ones too",
        Counter::StaleHits => "Reads that were answered by what was stale",
        Counter::Misses => "Reads that went on, or joined a request that was under way",
        Counter::Joined => "Reads that joined a request that was under way",
        Counter::Peeks => "Looks at what is there that ask for nothing",
        Counter::Stores => "Answers that were stored",
        Counter::LateFills => "Answers that were not stored, since an invalidation had met them",
        Counter::Revalidations => "Stored answers that the backend said are current",
        Counter::Invalidations => "Invalidations",
        Counter::Invalidated => "Entries that invalidations have met",
        Counter::Evictions => "Entries that had to go, or had come to their end",
        Counter::Requests => "Requests that have ended, of reads and writes",
        Counter::Errors => "Requests that failed, or were answered by a status of 500 or more",
        Counter::Writes => "Writes that have ended",
        Counter::Rollbacks => "Mutations that failed",
        Counter::Prefetches => "Prefetches that were sent",
        Counter::PrefetchesUsed => "Prefetches whose answer somebody was given",
        Counter::PrefetchesWasted => "Prefetches that have ended otherwise",
        Counter::StoredKilobytes => {
            "How large the bodies are that were stored, in kilobytes, each rounded up"
        }
    }
}
