//! How batches of spans travel: HTTP by a client that blocks, on the thread that has nothing else to do.

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a collector answers fits many times over.
const LONGEST_ANSWER_BYTES: u64 = 1 << 20;

/// Sends requests, each within a time.
#[derive(Clone, Debug)]
pub(super) struct Client {
    agent: ureq::Agent,
    last_error: Arc<Mutex<Option<String>>>,
}

impl Client {
    pub(super) fn new(timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(timeout)).http_status_as_error(false);
        Self { agent: config.build().into(), last_error: Arc::default() }
    }

    /// Why the last request got no answer, if it got none: the exporter says only that it did not.
    pub(super) fn last_error(&self) -> Option<String> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let (head, body) = request.into_parts();
        let (head, mut body) = self.agent.run(Request::from_parts(head, &body[..]))?.into_parts();
        let body = body.with_config().limit(LONGEST_ANSWER_BYTES).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}

impl HttpClient for Client {
    fn send_bytes<'client, 'sending>(
        &'client self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'client: 'sending,
        Self: 'sending,
    {
        let answer = self.send(request);
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) =
            answer.as_ref().err().map(ToString::to_string);
        Box::pin(ready(answer.map_err(HttpError::from)))
    }
}
