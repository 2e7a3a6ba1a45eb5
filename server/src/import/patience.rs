//! Waiting for a database that is away.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::Error;
use tokio::time::{Instant, sleep};

/// How long a run waits for the database before it has failed.
const OF_A_RUN: Duration = Duration::from_mins(10);
/// Before another try: doubled from the first to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long the database may be away. What is done under one patience shares it: the wait for one step is not begun anew
/// with the next.
pub struct Patience {
    limit: Duration,
    away_since: Mutex<Option<Instant>>,
}

impl Patience {
    pub fn of_a_run() -> Self {
        Self::new(OF_A_RUN)
    }

    /// Nothing is tried again: a person waits for the answer.
    pub fn none() -> Self {
        Self::new(Duration::ZERO)
    }

    fn new(limit: Duration) -> Self {
        Self { limit, away_since: Mutex::default() }
    }

    /// Does something until the database answers. It must be no second effect to do it again.
    pub async fn wait_for<T, F>(&self, work: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut wait = FIRST_WAIT;
        loop {
            match work().await {
                Err(error @ Error::Unavailable(_)) if self.lasts() => {
                    tracing::warn!(%error, "an import waits for the database");
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(error) => return Err(error),
                Ok(done) => {
                    *self.away_since() = None;
                    return Ok(done);
                }
            }
        }
    }

    fn lasts(&self) -> bool {
        self.away_since().get_or_insert_with(Instant::now).elapsed() < self.limit
    }

    fn away_since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.away_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn waiting_ends_with_the_patience_and_is_not_begun_anew() {
        let away = || Error::Unavailable(sqlx::Error::PoolTimedOut);
        let patience = Patience::new(FIRST_WAIT * 2);
        let tries = Cell::new(0);
        let count = || tries.set(tries.get() + 1);

        let back_at_the_second = || {
            count();
            let done = if tries.get() == 2 { Ok(7) } else { Err(away()) };
            async { done }
        };
        assert_eq!(patience.wait_for(back_at_the_second).await.expect("the database is back"), 7);

        let never = || {
            count();
            async { Err::<(), _>(away()) }
        };
        tries.set(0);
        assert!(patience.wait_for(never).await.is_err());
        assert_eq!(tries.get(), 3, "at once, after one wait, and after two");
        assert!(patience.wait_for(never).await.is_err());
        assert_eq!(tries.get(), 4, "the next step does not wait again");

        tries.set(0);
        let refused = || {
            count();
            async { Err::<(), _>(Error::NotFound) }
        };
        assert!(Patience::of_a_run().wait_for(refused).await.is_err());
        assert_eq!(tries.get(), 1, "only an absence passes by itself");
    }
}
