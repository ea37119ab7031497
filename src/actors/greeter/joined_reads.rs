//! Joining: many who ask the same at once are answered by few reads.
//!
//! A request may join only a read that was not yet sent when it arrived: one that is on its way may
//! have passed the replicas before a write that this request's client knows of. So at any time each
//! question has at most one read in flight, and one gathering behind it.

use crate::domain::{Cell, SyncToken, Username};
use crate::store::{Answer, StoreError};
use futures_util::future::poll_immediate;
use std::cell::RefCell;
use std::collections::HashMap;
use std::iter;
use std::mem;
use std::rc::Rc;
use tokio::sync::oneshot;

/// What a read came to.
pub(super) type ReadResult = Result<Answer<Option<Cell>>, StoreError>;

/// Who is asked for, and what the caller has seen: who asks the same may share an answer.
type Question = Rc<(Username, Option<SyncToken>)>;

/// What those who have gathered are told; nothing, if their leader met its deadline or a panic.
enum News {
    /// The read that they joined has been answered.
    Answered(ReadResult),
    /// The read before theirs has ended: this one is to read for all who have gathered.
    Lead(Baton),
}

/// The reads of one worker: an entry for each question that has a read in flight, with those who
/// gather for the next.
#[derive(Clone, Default)]
pub(super) struct JoinedReads(Rc<RefCell<HashMap<Question, Vec<oneshot::Sender<News>>>>>);

impl JoinedReads {
    /// Gives the answer of `read`, or one that another request was given to a read sent after this
    /// call; the flag tells whether it was another's.
    pub(super) async fn read<F>(
        &self,
        username: Username,
        at_least: Option<SyncToken>,
        read: impl FnOnce(&Username, Option<&SyncToken>) -> F,
    ) -> (ReadResult, bool)
    where
        F: Future<Output = ReadResult> + Unpin,
    {
        let question = Question::new((username, at_least));
        let mut promoted = None;
        while let Some(news) = self.gather(&question) {
            match news.await {
                Ok(News::Answered(result)) => return (result, true),
                Ok(News::Lead(baton)) => {
                    promoted = Some(baton);
                    break;
                }
                // The leader's deadline or panic is its own affair.
                Err(_) => {}
            }
        }
        let followers = promoted.as_ref().map(Baton::take_gathered).unwrap_or_default();
        let mut sent = read(&question.0, question.1.as_ref());
        // A store that answers at once leaves nothing to join.
        let result = match poll_immediate(&mut sent).await {
            Some(result) => result,
            None => {
                let _in_flight = promoted.unwrap_or_else(|| self.enter(&question));
                sent.await
            }
        };
        for follower in followers {
            // It may have met its own deadline.
            let _ = follower.send(News::Answered(result.clone()));
        }
        (result, false)
    }

    /// Joins those who wait for the read in flight to end, if there is one.
    fn gather(&self, question: &Question) -> Option<oneshot::Receiver<News>> {
        let mut reads = self.0.borrow_mut();
        let gathering = reads.get_mut(question)?;
        let (tell, news) = oneshot::channel();
        gathering.push(tell);
        Some(news)
    }

    fn enter(&self, question: &Question) -> Baton {
        self.0.borrow_mut().insert(Rc::clone(question), Vec::new());
        Baton { reads: self.clone(), question: Rc::clone(question) }
    }
}

/// The right to read for a question. Dropped, it goes to one of those who have gathered meanwhile.
struct Baton {
    reads: JoinedReads,
    question: Question,
}

impl Baton {
    fn take_gathered(&self) -> Vec<oneshot::Sender<News>> {
        self.reads.0.borrow_mut().get_mut(&self.question).map(mem::take).unwrap_or_default()
    }

    /// Takes the last who came: who waits longest has the least time left to read for others.
    fn next_leader(&self) -> Option<oneshot::Sender<News>> {
        let mut reads = self.reads.0.borrow_mut();
        let mut gathering = reads.remove(&self.question)?;
        let leader = iter::from_fn(|| gathering.pop()).find(|waiting| !waiting.is_closed())?;
        reads.insert(Rc::clone(&self.question), gathering);
        Some(leader)
    }
}

impl Drop for Baton {
    fn drop(&mut self) {
        if let Some(leader) = self.next_leader() {
            let baton = Baton { reads: self.reads.clone(), question: Rc::clone(&self.question) };
            // One who has gone drops the baton, and so passes it on.
            let _ = leader.send(News::Lead(baton));
        }
    }
}

#[cfg(test)]
mod tests;
