//! Numbers of the accept loop, in one place.

use std::time::Duration;

/// Connections waiting in the kernel: with the usual 128, a third of 3,000 phones waited over a second.
pub const BACKLOG: i32 = 4_096;
/// Connections at once; the next one is closed at once instead of starving the others.
pub const CONNECTIONS: usize = 12_000;
/// Time for the head of a request to arrive.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Read buffer of a connection, in bytes; hyper's default grows to 400 KB.
pub const READ_BUFFER: usize = 16 * 1024;
/// Time that sent bytes may stay unacknowledged before the connection is given up.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Time that open requests get after a stop was asked for.
pub const GRACE: Duration = Duration::from_secs(5);
/// Time for the body of a form to arrive: a sender that stalls must not hold a connection.
pub const FORM_TIME: Duration = Duration::from_secs(30);
/// Time for an upload and what is done with it.
pub const UPLOAD_TIME: Duration = Duration::from_mins(2);
