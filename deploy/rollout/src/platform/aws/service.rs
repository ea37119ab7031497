//! An ECS service: what it runs, replacing that, and how its tasks are.

use super::Region;
use super::call::Aws;
use crate::{PlatformError, Readiness, Version};
use serde_json::{Value, json};
use std::thread;
use std::time::Instant;

/// A tag of a definition that a rollout has made: which one it replaced.
const REPLACES: &str = "jubilee-rollout-replaces";
/// What may be registered of what is described.
const REGISTERED: [&str; 15] = [
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "ephemeralStorage",
    "runtimePlatform",
];

/// A service, as ECS describes it.
pub(super) struct Service {
    pub(super) task_definition: String,
    pub(super) told: Value,
}

/// A task definition.
pub(super) struct Definition {
    pub(super) image: String,
    told: Value,
    replaces: Option<String>,
}

pub(super) fn describe(aws: &Aws, region: &Region) -> Result<Service, PlatformError> {
    let asked = json!({"cluster": region.cluster, "services": [region.service]});
    let mut answer = aws.call(&region.aws_region, "ecs", "describe-services", &asked)?;
    let told = answer["services"][0].take();
    match (told["status"].as_str(), told["taskDefinition"].as_str()) {
        (Some("ACTIVE"), Some(task_definition)) => {
            Ok(Service { task_definition: task_definition.to_owned(), told })
        }
        _ => Err(PlatformError::failed(format!(
            "there is no service {} in {}",
            region.service, region.cluster
        ))),
    }
}

pub(super) fn definition(aws: &Aws, region: &Region, arn: &str) -> Result<Definition, PlatformError> {
    let asked = json!({"taskDefinition": arn, "include": ["TAGS"]});
    let mut answer = aws.call(&region.aws_region, "ecs", "describe-task-definition", &asked)?;
    let tags = answer["tags"].take();
    let told = answer["taskDefinition"].take();
    let containers = told["containerDefinitions"].as_array().into_iter().flatten();
    let image = containers
        .filter(|container| container["name"] == region.container)
        .find_map(|container| container["image"].as_str());
    let image = image
        .ok_or_else(|| PlatformError::failed(format!("{arn} has no container {}", region.container)))?
        .to_owned();
    let replaces = tags.as_array().into_iter().flatten().find(|tag| tag["key"] == REPLACES);
    let replaces = replaces.and_then(|tag| tag["value"].as_str()).map(str::to_owned);
    Ok(Definition { image, told, replaces })
}

/// Puts a version in place of what runs, and waits for ECS to call the deployment completed or failed.
pub(super) fn replace(aws: &Aws, region: &Region, version: &Version) -> Result<(), PlatformError> {
    let service = describe(aws, region)?;
    let runs = definition(aws, region, &service.task_definition)?;
    let wanted = if runs.image == region.image(version) {
        // Somebody was here before, or AWS has put it back by itself. Of a deployment that failed a new one is made.
        if primary(&service.told)["rolloutState"] == "FAILED" {
            update(aws, region, &service.task_definition)?;
        }
        service.task_definition
    } else {
        let wanted = match before(aws, region, version, &runs)? {
            Some(before) => before,
            None => register(aws, region, version, &runs.told, &service.task_definition)?,
        };
        update(aws, region, &wanted)?;
        wanted
    };
    await_deployment(aws, region, &wanted)
}

/// The very definition that ran before this one, if it ran that version.
fn before(
    aws: &Aws,
    region: &Region,
    version: &Version,
    runs: &Definition,
) -> Result<Option<String>, PlatformError> {
    let Some(before) = &runs.replaces else { return Ok(None) };
    let same = definition(aws, region, before)?.image == region.image(version);
    Ok(same.then(|| before.clone()))
}

/// The definition at hand with another image.
pub(super) fn register(
    aws: &Aws,
    region: &Region,
    version: &Version,
    told: &Value,
    replaces: &str,
) -> Result<String, PlatformError> {
    let mut new = Value::Null;
    for key in REGISTERED {
        if let Some(value) = told.get(key).filter(|value| !value.is_null()) {
            new[key] = value.clone();
        }
    }
    for container in new["containerDefinitions"].as_array_mut().into_iter().flatten() {
        if container["name"] == region.container {
            container["image"] = region.image(version).into();
        }
    }
    new["tags"] = json!([{"key": REPLACES, "value": replaces}]);
    let answer = aws.call(&region.aws_region, "ecs", "register-task-definition", &new)?;
    let arn = answer["taskDefinition"]["taskDefinitionArn"].as_str().map(str::to_owned);
    arn.ok_or_else(|| PlatformError::failed("the new task definition has no name"))
}

fn update(aws: &Aws, region: &Region, definition: &str) -> Result<(), PlatformError> {
    let asked = json!({"cluster": region.cluster, "service": region.service, "taskDefinition": definition,
        "forceNewDeployment": true});
    aws.call(&region.aws_region, "ecs", "update-service", &asked)?;
    Ok(())
}

fn await_deployment(aws: &Aws, region: &Region, wanted: &str) -> Result<(), PlatformError> {
    let began = Instant::now();
    loop {
        let service = describe(aws, region)?;
        let failed =
            |why: &str| Err(PlatformError::failed(format!("the deployment in {} {why}", region.name)));
        let deployments = service.told["deployments"].as_array().into_iter().flatten();
        let ours =
            deployments.filter(|deployment| deployment["taskDefinition"] == wanted).collect::<Vec<_>>();
        let state = |deployment: &&Value| deployment["rolloutState"].as_str().unwrap_or_default().to_owned();
        let reason =
            |deployment: &Value| deployment["rolloutStateReason"].as_str().unwrap_or_default().to_owned();
        let primary = primary(&service.told);
        if primary["taskDefinition"] == wanted {
            match state(&primary).as_str() {
                "COMPLETED" => return Ok(()),
                "FAILED" => return failed(&format!("failed: {}", reason(primary))),
                _ => {}
            }
        } else {
            // The circuit breaker has put the old one back.
            let why = ours.first().map(|deployment| reason(deployment)).unwrap_or_default();
            return failed(&format!("is not the one in charge any more: {why}"));
        }
        if began.elapsed() > region.replace_within {
            let event = service.told["events"][0]["message"].as_str().unwrap_or_default();
            return failed(&format!(
                "takes longer than {}: {event}",
                humantime::format_duration(region.replace_within)
            ));
        }
        thread::sleep(region.poll);
    }
}

fn primary(service: &Value) -> &Value {
    let deployments = service["deployments"].as_array().into_iter().flatten();
    deployments.into_iter().find(|deployment| deployment["status"] == "PRIMARY").unwrap_or(&Value::Null)
}

/// What the balancers in front of the service say of its tasks: they ask each for `/readyz`.
pub(super) fn readiness(aws: &Aws, region: &Region) -> Result<Readiness, PlatformError> {
    let service = describe(aws, region)?;
    let wanted = service.told["desiredCount"].as_u64().unwrap_or_default() as usize;
    let groups = service.told["loadBalancers"].as_array().into_iter().flatten();
    let groups: Vec<_> = groups.filter_map(|group| group["targetGroupArn"].as_str()).collect();
    if groups.is_empty() {
        return Err(PlatformError::failed(format!("{} has no target group that could tell", region.service)));
    }
    let (mut ready, mut reasons) = (usize::MAX, Vec::new());
    for group in groups {
        let answer = aws.call(
            &region.aws_region,
            "elbv2",
            "describe-target-health",
            &json!({"TargetGroupArn": group}),
        )?;
        let health = answer["TargetHealthDescriptions"].as_array().cloned().unwrap_or_default();
        let state = |target: &Value| target["TargetHealth"]["State"].as_str().unwrap_or_default().to_owned();
        ready = ready.min(health.iter().filter(|target| state(target) == "healthy").count());
        for target in
            health.iter().filter(|target| !["healthy", "draining"].contains(&state(target).as_str()))
        {
            let why = target["TargetHealth"]["Reason"].as_str().unwrap_or_default();
            reasons.push(format!("{} {why}", state(target)).trim().to_owned());
        }
    }
    Ok(Readiness { ready, wanted, reasons })
}

impl Definition {
    /// All that ECS says of it.
    pub(super) fn into_told(self) -> Value {
        self.told
    }
}
