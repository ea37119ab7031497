//! Asking again where nothing is lost by it.

use crate::store::StoreError;
use std::time::Duration;
use tokio::time::sleep;

const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// Asks up to five times while the cluster cannot be used: a connection breaks, a node stops, a table that
/// somebody else makes is known before it can be used. For what may be asked twice, and is not urgent.
///
/// # Errors
/// The last try's.
pub(super) async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..TRIES {
        match ask().await {
            Err(StoreError::Unavailable(_)) => sleep(BETWEEN_TRIES).await,
            other => return other,
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use super::{TRIES, patiently};
    use crate::store::StoreError;
    use std::cell::Cell;

    /// Fails so many times; gives what came of it, and how many times it was asked.
    async fn ask(failures: u32, error: StoreError) -> (Result<(), StoreError>, u32) {
        let asked = Cell::new(0);
        let result = patiently(|| async {
            asked.set(asked.get() + 1);
            if asked.get() > failures { Ok(()) } else { Err(error.clone()) }
        });
        (result.await, asked.get())
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_had_now_is_asked_for_again_but_not_without_end() {
        let gone = StoreError::Unavailable("a node stopped".into());
        assert_eq!(ask(TRIES - 1, gone.clone()).await, (Ok(()), TRIES));
        assert_eq!(ask(TRIES, gone.clone()).await, (Err(gone), TRIES));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_an_answer() {
        let corrupt = StoreError::Corrupt("no checksum".into());
        assert_eq!(ask(1, corrupt.clone()).await, (Err(corrupt), 1));
        assert_eq!(ask(1, StoreError::TimedOut).await, (Err(StoreError::TimedOut), 1));
    }
}
