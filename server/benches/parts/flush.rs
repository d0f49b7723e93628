//! What one flush costs on this disk: what benches of durable writing compare themselves with.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// Time of one flush of 4 KB, many times.
pub fn fdatasync(dir: &Path) -> io::Result<Vec<Duration>> {
    let mut file = File::create(dir.join("flush"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[7; 4_096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(times)
}
