//! A limit for how fast requests follow each other: the token bucket of client-go.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::Instant;
use tower::{Layer, Service};

/// Requests per second if only the burst is given; client-go's default.
const DEFAULT_RATE: f32 = 5.0;

/// How many requests may be sent at once, and how many per second after that.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    bucket: Arc<Mutex<Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Throttle {
    /// A limit; `None` if there is none, as a negative rate means. A rate of 0 is client-go's own.
    pub(crate) fn new(rate: f32, burst: i64) -> Option<Self> {
        let rate = if rate == 0.0 { DEFAULT_RATE } else { rate };
        if rate < 0.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "no burst is that large")]
        let burst = burst.max(1) as f64;
        let bucket = Bucket {
            rate: f64::from(rate),
            burst,
            tokens: burst,
            filled: Instant::now(),
        };
        Some(Throttle {
            bucket: Arc::new(Mutex::new(bucket)),
        })
    }

    /// Takes a token, and says how long to wait until it is there.
    fn take(&self, now: Instant) -> Duration {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.filled = now;
        bucket.tokens = (bucket.tokens + passed * bucket.rate).min(bucket.burst) - 1.0;
        Duration::from_secs_f64((-bucket.tokens / bucket.rate).max(0.0))
    }
}

impl<S> Layer<S> for Throttle {
    type Service = Throttled<S>;

    fn layer(&self, inner: S) -> Throttled<S> {
        Throttled {
            inner,
            throttle: self.clone(),
        }
    }
}

/// A service whose requests wait for their turn.
#[derive(Debug, Clone)]
pub(crate) struct Throttled<S> {
    inner: S,
    throttle: Throttle,
}

impl<S, R> Service<R> for Throttled<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let wait = self.throttle.take(Instant::now());
        let response = self.inner.call(request);
        // Nothing is sent before the response is asked for.
        Box::pin(async move {
            tokio::time::sleep(wait).await;
            response.await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let throttle = Throttle::new(2.0, 3).expect("a limit");
        let start = Instant::now();
        let waits = [0; 5].map(|_| throttle.take(start).as_millis());
        assert_eq!(waits, [0, 0, 0, 500, 1000]);
        let later = start + Duration::from_secs(60);
        assert_eq!(throttle.take(later), Duration::ZERO);
        assert!(Throttle::new(-1.0, 3).is_none());
    }
}
