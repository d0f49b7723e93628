//! Numbers of the running server in the Prometheus text format, written by hand.
//! Only on the admin address. Nothing here tells one person from another, and
//! ballots are never counted.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

use crate::{http::accept, storage::Store};
use std::sync::Arc;

/// Upper bounds of the histogram, in milliseconds.
const BUCKETS: [u64; 11] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    buckets: [AtomicU64; BUCKETS.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

impl Metrics {
    /// Counts one answered request; `took` is the time until the head of the answer.
    pub fn answered(&self, kind: &'static str, status: u16, took: Duration) {
        *self
            .requests
            .lock()
            // A counter is never half-changed: a panic elsewhere does not spoil it.
            .unwrap_or_else(PoisonError::into_inner)
            .entry((kind, status))
            .or_default() += 1;
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (bucket, limit) in self.buckets.iter().zip(BUCKETS) {
            if us <= limit * 1_000 {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    /// The page.
    pub fn page(&self, store: &Store) -> String {
        let mut out = String::with_capacity(2_048);
        self.write(&mut out, store).unwrap_or(());
        out
    }

    fn write(&self, out: &mut String, store: &Store) -> std::fmt::Result {
        head(out, "wuze_build_info", "gauge", "Version of the program.")?;
        writeln!(out, "wuze_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))?;
        head(out, "wuze_requests_total", "counter", "Requests answered, by kind of route and status.")?;
        for ((kind, status), n) in self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            writeln!(out, "wuze_requests_total{{kind=\"{kind}\",status=\"{status}\"}} {n}")?;
        }
        head(out, "wuze_request_seconds", "histogram", "Seconds until the head of the answer.")?;
        for (bucket, limit) in self.buckets.iter().zip(BUCKETS) {
            let le = seconds(limit * 1_000);
            writeln!(out, "wuze_request_seconds_bucket{{le=\"{le}\"}} {}", bucket.load(Ordering::Relaxed))?;
        }
        let count = self.count.load(Ordering::Relaxed);
        writeln!(out, "wuze_request_seconds_bucket{{le=\"+Inf\"}} {count}")?;
        writeln!(out, "wuze_request_seconds_sum {}", seconds(self.sum_us.load(Ordering::Relaxed)))?;
        writeln!(out, "wuze_request_seconds_count {count}")?;
        head(out, "wuze_writer_waiting", "gauge", "Commands waiting for the writer.")?;
        writeln!(out, "wuze_writer_waiting {}", store.waiting())?;
        head(out, "wuze_writer_broken", "gauge", "1 after an I/O error of the writer.")?;
        writeln!(out, "wuze_writer_broken {}", u8::from(store.broken().is_cancelled()))?;
        head(out, "wuze_connections_open", "gauge", "Open connections.")?;
        writeln!(out, "wuze_connections_open {}", accept::open_connections())?;
        if let Some(bytes) = resident() {
            head(out, "process_resident_memory_bytes", "gauge", "Resident memory.")?;
            writeln!(out, "process_resident_memory_bytes {bytes}")?;
        }
        Ok(())
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// `0.005` of 5,000 µs, without the rounding of a float.
fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Resident memory in bytes, as the kernel counts it; none where there is no `/proc`.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// The router of the admin address.
pub fn router(metrics: Arc<Metrics>, store: Store) -> Router {
    let page = move || {
        let text = metrics.page(&store);
        async move {
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
    };
    Router::new().route("/metrics", get(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(1_000), "0.001");
        assert_eq!(seconds(5_000_000), "5");
        assert_eq!(seconds(0), "0");
    }

    #[test]
    fn buckets_are_cumulative() {
        let metrics = Metrics::default();
        metrics.answered("page", 200, Duration::from_millis(3));
        let counts: Vec<u64> = metrics.buckets.iter().map(|b| b.load(Ordering::Relaxed)).collect();
        assert_eq!(counts, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    }
}
