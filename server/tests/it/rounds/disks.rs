//! A disk in memory that keeps only what was flushed, gets full, and fails on request.

use std::{
    io,
    sync::{Arc, Mutex},
};

use rand::{RngExt as _, rngs::StdRng};
use server::live::journal::Disk;

/// Bytes that a drive writes whole or not at all.
const SECTOR: usize = 512;

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// What a reader sees while the machine is on.
    pub cached: Vec<u8>,
    /// What is there after the power failed for certain.
    pub flushed: Vec<u8>,
    pub writes: usize,
    pub flushes: usize,
}

/// When the disk fails.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    /// Bytes of space; writes beyond are cut short.
    pub space: Option<usize>,
    /// Writes from this one on fail, counted from 1.
    pub write: Option<usize>,
    /// Flushes from this one on fail, counted from 1.
    pub flush: Option<usize>,
    /// Flushes do nothing and say all is well.
    pub lies: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub state: Arc<Mutex<State>>,
    pub faults: Arc<Mutex<Faults>>,
}

impl Memory {
    pub(super) fn holding(bytes: Vec<u8>) -> Self {
        let disk = Self::default();
        *disk.state.lock().unwrap() = State { cached: bytes.clone(), flushed: bytes, ..State::default() };
        disk
    }

    pub(super) fn failing(faults: Faults) -> Self {
        Self { faults: Arc::new(Mutex::new(faults)), ..Self::default() }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.state.lock().unwrap().cached.clone()
    }

    /// The disk after a power failure now: of what was not flushed a random part of the sectors
    /// came through, the others are as before, zero, or noise.
    pub(super) fn after_power_loss(&self, rng: &mut StdRng) -> Self {
        let state = self.state.lock().unwrap().clone();
        let mut bytes = state.flushed.clone();
        let longest = state.cached.len().max(state.flushed.len());
        if state.cached.len() > state.flushed.len() {
            let kept = rng.random_range(state.flushed.len()..=state.cached.len());
            bytes.resize(kept, 0);
        }
        for at in (0..longest.min(bytes.len())).step_by(SECTOR) {
            let end = (at + SECTOR).min(bytes.len());
            let unflushed = state.flushed.get(at..end) != state.cached.get(at..end);
            match rng.random_range(0..4) {
                _ if !unflushed => {}
                0 | 1 if state.cached.len() >= end => bytes[at..end].copy_from_slice(&state.cached[at..end]),
                2 if at >= state.flushed.len() => rng.fill(&mut bytes[at..end]),
                _ => {}
            }
        }
        Self::holding(bytes)
    }
}

impl Disk for Memory {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.bytes())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let faults = self.faults.lock().unwrap().clone();
        let mut state = self.state.lock().unwrap();
        state.writes += 1;
        let offset = usize::try_from(offset).unwrap();
        let room = faults.space.unwrap_or(usize::MAX).saturating_sub(offset).min(bytes.len());
        let broken = faults.write.is_some_and(|n| state.writes >= n);
        let taken = if broken { bytes.len() / 2 } else { room };
        if state.cached.len() < offset + taken {
            state.cached.resize(offset + taken, 0);
        }
        state.cached[offset..offset + taken].copy_from_slice(&bytes[..taken]);
        if broken {
            return Err(io::Error::other("input/output error"));
        }
        if room < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        let faults = self.faults.lock().unwrap().clone();
        let mut state = self.state.lock().unwrap();
        state.flushes += 1;
        if faults.flush.is_some_and(|n| state.flushes >= n) {
            return Err(io::Error::other("input/output error"));
        }
        if !faults.lies {
            state.flushed = state.cached.clone();
        }
        Ok(())
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.state.lock().unwrap().cached.truncate(usize::try_from(len).unwrap());
        Ok(())
    }
}
