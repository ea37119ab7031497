//! AWS as a platform: one ECS service a region, Global Accelerator's traffic dials, a journal and a lock among the
//! parameters of Systems Manager. Everything goes through the `aws` command, which finds credentials as it always does.

mod accelerator;
mod call;
mod description;
mod lock;
mod migrations;
mod service;

pub use description::{Description, Region};

use super::{Lock, Platform, Readiness, Version};
use crate::{Migration, PlatformError};
use call::{Aws, AwsError};
use serde_json::json;
use std::path::Path;

/// Regions on AWS, as a file describes them.
#[derive(Debug)]
pub struct AwsPlatform {
    description: Description,
    aws: Aws,
}

impl AwsPlatform {
    /// The regions that this file describes.
    ///
    /// # Errors
    /// If the file cannot be read, or lacks something.
    pub fn new(file: &Path) -> Result<Self, PlatformError> {
        let failed = |why: String| PlatformError::failed(format!("{}: {why}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
        let description = Description::parse(&text).map_err(failed)?;
        Ok(Self { description, aws: Aws::default() })
    }

    /// The same, with variables for the `aws` command beside those of this process.
    #[must_use]
    pub fn with_variables(mut self, variables: Vec<(String, String)>) -> Self {
        self.aws = Aws::with_variables(variables);
        self
    }

    fn region(&self, name: &str) -> Result<&Region, PlatformError> {
        let region = self.description.regions.iter().find(|region| region.name == name);
        region.ok_or_else(|| PlatformError::failed(format!("{name} is not among the regions")))
    }

    fn parameter(&self, name: &str) -> String {
        format!("{}/{name}", self.description.parameters)
    }
}

impl Platform for AwsPlatform {
    fn regions(&self) -> Vec<String> {
        self.description.regions.iter().map(|region| region.name.clone()).collect()
    }

    fn running(&self, region: &str) -> Result<Version, PlatformError> {
        let region = self.region(region)?;
        let service = service::describe(&self.aws, region)?;
        let definition = service::definition(&self.aws, region, &service.task_definition)?;
        Ok(region.version(&definition.image))
    }

    fn dial(&self, region: &str) -> Result<u8, PlatformError> {
        accelerator::dial(&self.aws, self.region(region)?)
    }

    fn set_dial(&self, region: &str, percent: u8) -> Result<(), PlatformError> {
        accelerator::set_dial(&self.aws, self.region(region)?, percent)
    }

    fn replace(&self, region: &str, version: &Version) -> Result<(), PlatformError> {
        service::replace(&self.aws, self.region(region)?, version)
    }

    fn readiness(&self, region: &str) -> Result<Readiness, PlatformError> {
        service::readiness(&self.aws, self.region(region)?)
    }

    fn address(&self, region: &str) -> Result<String, PlatformError> {
        Ok(self.region(region)?.address.clone())
    }

    fn pending_migrations(&self, version: &Version) -> Result<Vec<Migration>, PlatformError> {
        let arguments = ["migrate", "--dry-run", "--format", "json"];
        let log = migrations::run(&self.aws, self.description.first(), version, &arguments)?;
        let plan = log.iter().find(|line| line.starts_with("{\"migrations\""));
        let plan = plan.ok_or_else(|| {
            PlatformError::failed("`migrate --dry-run` ended well and left no plan in its log")
        })?;
        Migration::pending(plan)
    }

    fn migrate(&self, version: &Version) -> Result<(), PlatformError> {
        migrations::run(&self.aws, self.description.first(), version, &["migrate"]).map(drop)
    }

    fn load_journal(&self) -> Result<Option<String>, PlatformError> {
        let asked = json!({"Name": self.parameter("journal")});
        match self.aws.call(self.description.parameters_region(), "ssm", "get-parameter", &asked) {
            Ok(answer) => Ok(answer["Parameter"]["Value"].as_str().map(str::to_owned)),
            Err(AwsError::Refused { code, .. }) if code == "ParameterNotFound" => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn save_journal(&self, text: &str) -> Result<(), PlatformError> {
        let asked = json!({"Name": self.parameter("journal"), "Value": text, "Type": "String", "Overwrite": true,
            "Tier": "Intelligent-Tiering"});
        self.aws.call(self.description.parameters_region(), "ssm", "put-parameter", &asked)?;
        Ok(())
    }

    fn lock(&self, holder: &str, take_over: bool) -> Result<Box<dyn Lock>, PlatformError> {
        let region = self.description.parameters_region();
        lock::take(&self.aws, region, &self.parameter("lock"), holder, take_over)
    }
}
