//! Stays awake for an answer that comes at once. The embedded database works on a thread of its own: a statement takes
//! it 10 to 50 µs, letting this thread sleep and waking it again costs as much once more, and a save is some twenty
//! statements. Refuses to wait long, and to wait at all where nobody else could run meanwhile.

use std::{
    future::{Future, poll_fn},
    hint::spin_loop,
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    thread::available_parallelism,
    time::{Duration, Instant},
};

/// Longest time awake. A commit takes longer and is slept through.
const LONGEST: Duration = Duration::from_micros(60);

/// Has the database a core of its own?
static APART: LazyLock<bool> = LazyLock::new(|| available_parallelism().is_ok_and(|cores| cores.get() > 1));

/// What `work` gives; where it may come `soon`, it is asked for again and again for some microseconds before the task
/// waits to be woken.
pub(super) async fn awake<F: Future>(soon: bool, work: F) -> F::Output {
    let mut work = pin!(work);
    if soon && *APART {
        let until = Instant::now() + LONGEST;
        // Nobody is to be woken: this thread looks by itself.
        let mut quiet = Context::from_waker(Waker::noop());
        while Instant::now() < until {
            if let Poll::Ready(out) = work.as_mut().poll(&mut quiet) {
                return out;
            }
            spin_loop();
        }
    }
    poll_fn(|cx| work.as_mut().poll(cx)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_at_once_and_what_comes_later_both_come() {
        assert_eq!(awake(true, async { 1 }).await, 1);
        let (send, receive) = tokio::sync::oneshot::channel();
        // One thread: this task runs only once the other side went to sleep, which is woken all the same.
        let slow = tokio::spawn(async move { send.send(2).unwrap() });
        assert_eq!(awake(true, receive).await.unwrap(), 2);
        slow.await.unwrap();
    }
}
