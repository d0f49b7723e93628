//! Times, and what the kernel knows of a process.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// Measured times.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut all: Vec<Duration> = times.into_iter().collect();
        all.sort_unstable();
        Self(all)
    }

    /// A percentile, `p` of 100.
    pub fn p(&self, p: usize) -> Duration {
        self.0.get(self.0.len().saturating_sub(1) * p / 100).copied().unwrap_or_default()
    }

    /// The time at a place in order, from 0.
    pub fn nth(&self, n: usize) -> Duration {
        self.0.get(n).copied().unwrap_or_default()
    }

    pub fn max(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn line(&self) -> String {
        format!("p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", ms(self.p(50)), ms(self.p(99)), ms(self.max()))
    }
}

pub fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1_000.0
}

pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

pub fn middle(times: &[Duration]) -> Duration {
    Times::of(times.iter().copied()).p(50)
}

/// Time of one flush of a block appended in `dir`, many times.
pub fn fdatasync(dir: &Path) -> io::Result<Times> {
    let path = dir.join("flush");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..300 {
        file.write_all(&[7; 4_096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    fs::remove_file(path)?;
    Ok(Times::of(times))
}

/// Resident memory of a process, in KB.
pub fn rss_kb(pid: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    Ok(line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0))
}

/// Processor time a process has used. Linux counts it in hundredths of a second.
pub fn cpu(pid: u32) -> io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}
