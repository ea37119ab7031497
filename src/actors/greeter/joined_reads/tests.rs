use super::{JoinedReads, ReadResult};
use crate::domain::{Region, SyncToken, Username, Version};
use crate::store::{Answer, StoreError, StoreFuture};
use futures_util::future::{FutureExt, join_all};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use tokio::sync::oneshot;

/// Reads that were sent, each answered when the test says so.
#[derive(Clone, Default)]
struct Sent(Rc<RefCell<Vec<oneshot::Sender<ReadResult>>>>);

impl Sent {
    fn read(&self) -> StoreFuture<Option<crate::domain::Cell>> {
        let (reply, answer) = oneshot::channel();
        self.0.borrow_mut().push(reply);
        Box::pin(async { answer.await.unwrap_or(Err(StoreError::TimedOut)) })
    }

    fn count(&self) -> usize {
        self.0.borrow().len()
    }

    fn answer_next(&self) {
        let mut sent = self.0.borrow_mut();
        sent.retain(|reply| !reply.is_closed());
        sent.remove(0).send(nobody()).expect("somebody waits");
    }
}

fn nobody() -> ReadResult {
    Ok(Answer::here(None))
}

fn user(name: &str) -> Username {
    Username::parse(name).expect("letters")
}

type Request = Pin<Box<dyn Future<Output = (ReadResult, bool)>>>;

struct Bench {
    reads: JoinedReads,
    sent: Sent,
}

impl Bench {
    fn new() -> Self {
        Self { reads: JoinedReads::default(), sent: Sent::default() }
    }

    /// A request that has arrived and waits.
    fn request(&self, name: &str, at_least: Option<SyncToken>) -> Request {
        let (reads, sent, name) = (self.reads.clone(), self.sent.clone(), user(name));
        let mut request: Request =
            Box::pin(async move { reads.read(name, at_least, move |_, _| sent.read()).await });
        assert!(is_waiting(&mut request));
        request
    }

    fn nothing_is_left(&self) -> bool {
        self.reads.0.borrow().is_empty()
    }
}

fn is_waiting(request: &mut Request) -> bool {
    request.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// What a request that is not waited for any more was told.
fn outcome(request: Request) -> (ReadResult, bool) {
    request.now_or_never().expect("it has been answered")
}

#[test]
fn requests_join_a_read_that_was_not_yet_sent_and_no_other() {
    let bench = Bench::new();
    let first = bench.request("ada", None);
    let mut later: Vec<_> = (0..100).map(|_| bench.request("ada", None)).collect();
    assert_eq!(bench.sent.count(), 1, "one is in flight, the others gather");

    bench.sent.answer_next();
    assert_eq!(outcome(first), (nobody(), false));
    assert!(later.iter_mut().all(is_waiting), "the first read was sent before they came");
    assert_eq!(bench.sent.count(), 1, "one reads for all who have gathered");

    bench.sent.answer_next();
    let mut leader = later.pop().expect("a hundred");
    assert!(!is_waiting(&mut leader));
    for request in later {
        assert_eq!(outcome(request), (nobody(), true));
    }
    assert!(bench.nothing_is_left());
}

#[test]
fn only_those_who_ask_the_same_are_joined() {
    let bench = Bench::new();
    let token = |micros| SyncToken {
        version: Version::from_micros(micros),
        region: Region::parse("eu").expect("a name"),
    };
    let requests = [
        bench.request("ada", None),
        bench.request("bob", None),
        bench.request("ada", Some(token(1))),
        bench.request("ada", Some(token(2))),
    ];
    assert_eq!(bench.sent.count(), requests.len());
}

#[test]
fn a_leader_that_goes_away_takes_nobody_with_it() {
    let bench = Bench::new();
    let in_flight = bench.request("ada", None);
    let mut gathered: Vec<_> = (0..10).map(|_| bench.request("ada", None)).collect();
    // Its deadline has passed, or it has panicked: the next one reads.
    drop(in_flight);
    for request in &mut gathered {
        assert!(is_waiting(request));
    }
    assert_eq!(bench.sent.count(), 2);

    // So do those who have joined it, should it go as well.
    drop(gathered.pop());
    for request in &mut gathered {
        assert!(is_waiting(request));
    }
    assert_eq!(bench.sent.count(), 3, "they ask again, and join one another");
}

#[test]
fn one_who_goes_before_leading_passes_the_lead_on() {
    let bench = Bench::new();
    let in_flight = bench.request("ada", None);
    let mut stays = bench.request("ada", None);
    let goes = bench.request("ada", None);
    bench.sent.answer_next();
    assert_eq!(outcome(in_flight), (nobody(), false));
    // It has been told to lead, and never looked.
    drop(goes);
    assert!(is_waiting(&mut stays));
    bench.sent.answer_next();
    assert_eq!(outcome(stays), (nobody(), false));
    assert!(bench.nothing_is_left());
}

#[test]
fn a_store_that_answers_at_once_is_asked_each_time() {
    let reads = JoinedReads::default();
    let requests =
        (0..3).map(|_| reads.read(user("ada"), None, |_, _| Box::pin(async { nobody() }) as StoreFuture<_>));
    for answer in join_all(requests).now_or_never().expect("at once") {
        assert_eq!(answer, (nobody(), false));
    }
}
