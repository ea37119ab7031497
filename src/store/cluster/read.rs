//! Read your writes anywhere: a read with a sync token never answers with something older.

use super::Cluster;
use super::failover::{share_of, within};
use super::live::Live;
use super::region_link::RegionLink;
use crate::domain::{Cell, SyncToken, Timestamp, Username};
use crate::store::{Answer, StoreError};
use crate::telemetry::traces::{Child, in_child};
use futures_util::future::select_all;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often those who had nothing new enough are asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// What a token that is older than this names may have been a deletion whose mark has expired since: the
/// mark's lifetime, less more than any two clocks may differ.
const MARK_MAY_HAVE_EXPIRED_AFTER: Duration = Duration::from_secs(23 * 60 * 60);

type Found = Answer<Option<Cell>>;

impl Cluster {
    /// One read of this region's replicas, or of another's while this one is lost. Possibly stale.
    pub(super) async fn read_nearest(
        &self,
        live: &Live,
        username: &Username,
        deadline: Instant,
    ) -> Result<Found, StoreError> {
        self.in_any_region(live, "read", deadline, |link| link.read(username.as_str())).await
    }

    /// The nearest answer that is at least as new as the token: this region's, else the token's, else,
    /// if that is out of reach, whichever region has it first.
    pub(super) async fn read_since(
        &self,
        live: &Live,
        username: &Username,
        token: &SyncToken,
        deadline: Instant,
    ) -> Result<Found, StoreError> {
        // A little is kept, so that what is found out by then can still be told.
        let now = Instant::now();
        let deadline = deadline - deadline.saturating_duration_since(now) / 50;
        let here = self.at_home(share_of(deadline, 3), pin!(live.home().read(username.as_str()))).await;
        if let Ok(found) = &here
            && is_new_enough(found, token)
        {
            return here;
        }
        let span = Child::begin("escalation");
        let there = if token.region == live.home().region {
            here
        } else {
            match live.link(&token.region) {
                Some(link) => {
                    let read = in_child(span.as_ref(), Box::pin(link.read(username.as_str())));
                    within(share_of(deadline, 2), read).await
                }
                None => Err(StoreError::Unavailable("the token's region holds no data".into())),
            }
        };
        let (outcome, result) = match there {
            Ok(found) if is_new_enough(&found, token) => ("token_region", Ok(found)),
            Ok(found) if found.value.is_none() && self.mark_may_have_expired(token) => ("expired", Ok(found)),
            // Whatever named this version, it is not where it must be.
            Ok(_) => ("behind", Err(StoreError::Behind)),
            Err(_) => {
                let read = in_child(span.as_ref(), Box::pin(read_anywhere(live, username, token)));
                match within(deadline, read).await {
                    Ok(found) => ("another_region", Ok(found)),
                    Err(_) => ("out_of_reach", Err(StoreError::Behind)),
                }
            }
        };
        if let Some(span) = span {
            span.set("jubilee.escalation.outcome", outcome);
            if let Some(link) = live.link(&token.region) {
                span.set("jubilee.escalation.token_region", link.region.to_string());
            }
            span.end(result.as_ref().err().map(StoreError::outcome));
        }
        self.metrics().escalations.with_label_values(&[outcome]).inc();
        result.map(|found| Answer { escalated: true, ..found })
    }

    fn mark_may_have_expired(&self, token: &SyncToken) -> bool {
        let written = Timestamp::from_micros(token.version.micros());
        written.plus(MARK_MAY_HAVE_EXPIRED_AFTER) < self.wall_clock().now()
    }
}

fn is_new_enough(found: &Found, token: &SyncToken) -> bool {
    found.value.is_some_and(|cell| cell.version >= token.version)
}

/// Asks all regions but the token's, and again and again, until one of them is new enough.
async fn read_anywhere(live: &Live, username: &Username, token: &SyncToken) -> Result<Found, StoreError> {
    let until_new_enough = async |link: &RegionLink, first_after: Duration| {
        sleep(first_after).await;
        loop {
            match link.read(username.as_str()).await {
                Ok(found) if is_new_enough(&found, token) => return found,
                _ => sleep(ASK_AGAIN_AFTER).await,
            }
        }
    };
    let home = (live.home(), ASK_AGAIN_AFTER);
    let others = live.others().iter().filter(|link| link.region != token.region);
    let all = std::iter::once(home).chain(others.map(|link| (link, Duration::ZERO)));
    let reads = all.map(|(link, first_after)| Box::pin(until_new_enough(link, first_after)));
    let (found, _, _) = select_all(reads).await;
    Ok(found)
}
