//! What the server asks of the system for its own process. Both are wishes: a system that refuses
//! is told of in the log, not fatal.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files that a full hall needs: a stream and a ballot's connection for each of 3,000 phones.
const HALL: u64 = 8_192;

/// Raises the limit of open files as far as the system lets (shells start with 1,024, a quarter of a
/// hall), and switches core dumps off: one would hold the keys of open rounds.
pub fn set() {
    let files = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files });
    let now = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    if raised.is_err() || now < HALL {
        tracing::warn!(open_files = now, "few open files are allowed: a large hall needs {HALL}");
    }
    let core = getrlimit(Resource::Core);
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), ..core }) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}
