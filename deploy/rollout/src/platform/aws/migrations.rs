//! `jubilee migrate` as a task of its own, beside the canary's service and like its tasks but for image and command.

use super::Region;
use super::call::Aws;
use super::service::{definition, describe, register};
use crate::{PlatformError, Version};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

const AT_MOST: Duration = Duration::from_secs(1800);
/// What a task wrote last may come into its log after it has ended.
const LOG_WITHIN: Duration = Duration::from_secs(60);

/// Runs it to its end and gives the lines of its log.
pub(super) fn run(
    aws: &Aws,
    region: &Region,
    version: &Version,
    arguments: &[&str],
) -> Result<Vec<String>, PlatformError> {
    let service = describe(aws, region)?;
    let mut told = definition(aws, region, &service.task_definition)?.into_told();
    // A family of its own: the service's keeps to what the service has run.
    let family = format!("{}-migrate", told["family"].as_str().unwrap_or("jubilee"));
    told["family"] = family.into();
    let like = register(aws, region, version, &told, &service.task_definition)?;
    let mut asked = json!({"cluster": region.cluster, "taskDefinition": like, "count": 1, "startedBy": "jubilee-rollout",
        "overrides": {"containerOverrides": [{"name": region.container, "command": arguments}]}});
    for key in ["networkConfiguration", "launchType", "capacityProviderStrategy", "platformVersion"] {
        if let Some(value) = service.told.get(key).filter(|value| !is_empty(value)) {
            asked[key] = value.clone();
        }
    }
    let answer = aws.call(&region.aws_region, "ecs", "run-task", &asked)?;
    let task = answer["tasks"][0]["taskArn"].as_str();
    let task =
        task.ok_or_else(|| PlatformError::failed(format!("no task of `migrate`: {}", answer["failures"])))?;
    let code = await_end(aws, region, task)?;
    let lines = log(aws, region, &told, task, code == Some(0))?;
    match code {
        Some(0) => Ok(lines),
        _ => {
            let last = lines.last().map_or("its log is empty", String::as_str);
            let code = code.map_or_else(|| "without having run".to_owned(), |code| format!("with {code}"));
            Err(PlatformError::failed(format!("`{}` ended {code}: {last}", arguments.join(" "))))
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Its exit code, if it got that far.
fn await_end(aws: &Aws, region: &Region, task: &str) -> Result<Option<i64>, PlatformError> {
    let began = Instant::now();
    loop {
        let asked = json!({"cluster": region.cluster, "tasks": [task]});
        let answer = aws.call(&region.aws_region, "ecs", "describe-tasks", &asked)?;
        let told = &answer["tasks"][0];
        if told["lastStatus"] == "STOPPED" {
            let containers = told["containers"].as_array().into_iter().flatten();
            let mut ours = containers.filter(|container| container["name"] == region.container);
            return Ok(ours.find_map(|container| container["exitCode"].as_i64()));
        }
        if began.elapsed() > AT_MOST {
            return Err(PlatformError::failed(format!("{task} has not ended in half an hour")));
        }
        thread::sleep(region.poll);
    }
}

fn log(
    aws: &Aws,
    region: &Region,
    told: &Value,
    task: &str,
    expected: bool,
) -> Result<Vec<String>, PlatformError> {
    let containers = told["containerDefinitions"].as_array().into_iter().flatten();
    let ours = containers.filter(|container| container["name"] == region.container);
    let options =
        ours.map(|container| &container["logConfiguration"]["options"]).next().unwrap_or(&Value::Null);
    let (Some(group), Some(prefix)) =
        (options["awslogs-group"].as_str(), options["awslogs-stream-prefix"].as_str())
    else {
        return Err(PlatformError::failed(format!(
            "the container {} does not log by awslogs with a prefix",
            region.container
        )));
    };
    let id = task.rsplit('/').next().unwrap_or_default();
    let stream = format!("{prefix}/{}/{id}", region.container);
    let asked = json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true});
    let began = Instant::now();
    loop {
        let answer = aws.call(&region.aws_region, "logs", "get-log-events", &asked);
        let lines: Vec<_> = match &answer {
            Ok(answer) => {
                let events = answer["events"].as_array().into_iter().flatten();
                events.filter_map(|event| event["message"].as_str()).map(str::to_owned).collect()
            }
            Err(_) => Vec::new(),
        };
        if !lines.is_empty() || !expected {
            return Ok(lines);
        }
        if began.elapsed() > LOG_WITHIN {
            answer?;
            return Err(PlatformError::failed(format!("{stream} in {group} stays empty")));
        }
        thread::sleep(region.poll);
    }
}
