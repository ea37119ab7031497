//! Global Accelerator's traffic dials.

use super::Region;
use super::call::Aws;
use crate::PlatformError;
use serde_json::json;
use std::thread;
use std::time::{Duration, Instant};

/// Where its interface is, wherever the endpoints are.
const HOME: &str = "us-west-2";
/// It takes about a minute, says its documentation.
const DEPLOYED_WITHIN: Duration = Duration::from_secs(600);

pub(super) fn dial(aws: &Aws, region: &Region) -> Result<u8, PlatformError> {
    let asked = json!({"EndpointGroupArn": region.endpoint_group});
    let answer = aws.call(HOME, "globalaccelerator", "describe-endpoint-group", &asked)?;
    let percent = answer["EndpointGroup"]["TrafficDialPercentage"].as_f64();
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    let percent =
        percent.ok_or_else(|| PlatformError::failed(format!("the dial of {} is not told", region.name)))?;
    // One between two percents is not where a rollout left it; the lower one is the safe reading.
    Ok(percent.floor() as u8)
}

pub(super) fn set_dial(aws: &Aws, region: &Region, percent: u8) -> Result<(), PlatformError> {
    let before = dial(aws, region)?;
    let asked = json!({"EndpointGroupArn": region.endpoint_group, "TrafficDialPercentage": percent});
    aws.call(HOME, "globalaccelerator", "update-endpoint-group", &asked)?;
    let accelerator = region.endpoint_group.split("/listener/").next().unwrap_or_default();
    let began = Instant::now();
    loop {
        let asked = json!({"AcceleratorArn": accelerator});
        let answer = aws.call(HOME, "globalaccelerator", "describe-accelerator", &asked)?;
        if answer["Accelerator"]["Status"] == "DEPLOYED" {
            break;
        }
        if began.elapsed() > DEPLOYED_WITHIN {
            return Err(PlatformError::failed(format!(
                "the dial of {} has not taken effect in ten minutes",
                region.name
            )));
        }
        thread::sleep(region.poll);
    }
    // New connections go elsewhere now; those that are open have this long. Also where it stood at 0 before: whoever
    // turned it may have died waiting.
    if percent < before || percent == 0 {
        thread::sleep(region.drain);
    }
    Ok(())
}
