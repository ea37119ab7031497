//! What goes over the cables between the regions.

use super::Lab;
use crate::LabError;
use std::fs;
use std::path::Path;

/// Bytes over a region's cable since the laboratory came up, with the heads of all layers from Ethernet on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// From the region to all that is outside of it, this host included.
    pub sent: u64,
    /// To the region.
    pub received: u64,
}

impl Traffic {
    /// What came since an earlier look.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self { sent: self.sent - earlier.sent, received: self.received - earlier.received }
    }
}

impl Lab {
    /// What has gone over the cable of a region. What its nodes and its instance say to each other does not.
    ///
    /// # Errors
    /// If there is no such region.
    pub fn traffic(&self, region: &str) -> Result<Traffic, LabError> {
        let counters = Path::new("/sys/class/net").join(self.region(region)?.link()).join("statistics");
        let count = |name| {
            let path = counters.join(name);
            let text = fs::read_to_string(&path).map_err(LabError::file(&path))?;
            text.trim().parse().map_err(|_| LabError::failed(format!("{} is no count", path.display())))
        };
        // The end in the bridge: it receives what the region sends.
        Ok(Traffic { sent: count("rx_bytes")?, received: count("tx_bytes")? })
    }
}
