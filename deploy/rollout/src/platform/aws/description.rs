//! The file that says what the regions are called on AWS.

use crate::Version;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// What the file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Under which name journal and lock lie among the parameters of the first region, such as `/jubilee/rollout`.
    pub parameters: String,
    /// In the order of the rollout; the first is the canary, and runs the migrations.
    pub regions: Vec<Region>,
}

/// A region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Our name of it, as in the `Region` header and the alerts' label.
    pub name: String,
    /// Theirs, such as `eu-west-1`.
    pub aws_region: String,
    /// The ECS cluster.
    pub cluster: String,
    /// The ECS service.
    pub service: String,
    /// The container of the service's tasks that is ours.
    pub container: String,
    /// The repository of its image, without tag or digest.
    pub repository: String,
    /// Global Accelerator's endpoint group, whose dial is the region's.
    pub endpoint_group: String,
    /// Where k6 finds the region past Global Accelerator, such as `https://eu.jubilee.example`.
    pub address: String,
    /// How long connections may take to end after the dial was turned down.
    #[serde(default = "a_minute", deserialize_with = "duration")]
    pub drain: Duration,
    /// How long a deployment may take.
    #[serde(default = "twenty_minutes", deserialize_with = "duration")]
    pub replace_within: Duration,
    /// Between two looks at what takes long.
    #[serde(default = "five_seconds", deserialize_with = "duration")]
    pub poll: Duration,
}

fn a_minute() -> Duration {
    Duration::from_secs(60)
}

fn twenty_minutes() -> Duration {
    Duration::from_secs(1200)
}

fn five_seconds() -> Duration {
    Duration::from_secs(5)
}

fn duration<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}

impl Description {
    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let description: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let names: BTreeSet<_> = description.regions.iter().map(|region| &region.name).collect();
        if description.regions.is_empty() || names.len() < description.regions.len() {
            return Err("there must be regions, each with a name of its own".to_owned());
        }
        if !description.parameters.starts_with('/') || description.parameters.ends_with('/') {
            return Err("parameters must look like /jubilee/rollout".to_owned());
        }
        Ok(description)
    }

    /// The canary, which is there: parsing saw to it.
    pub(super) fn first(&self) -> &Region {
        &self.regions[0]
    }

    pub(super) fn parameters_region(&self) -> &str {
        &self.first().aws_region
    }
}

impl Region {
    /// The image of a version: a digest, a tag, or the whole name of an image from elsewhere.
    pub(super) fn image(&self, version: &Version) -> String {
        match version.0.as_str() {
            digest if digest.starts_with("sha256:") => format!("{}@{digest}", self.repository),
            whole if whole.contains('/') => whole.to_owned(),
            tag => format!("{}:{tag}", self.repository),
        }
    }

    /// The version that an image is.
    pub(super) fn version(&self, image: &str) -> Version {
        let ours = image.strip_prefix(&self.repository);
        let version = ours.and_then(|rest| rest.strip_prefix('@').or_else(|| rest.strip_prefix(':')));
        Version(version.unwrap_or(image).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Description;
    use crate::Version;

    const FILE: &str = r#"
        parameters = "/jubilee/rollout"
        [[regions]]
        name = "eu"
        aws_region = "eu-west-1"
        cluster = "jubilee"
        service = "jubilee"
        container = "jubilee"
        repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/jubilee"
        endpoint_group = "arn:aws:globalaccelerator::123456789012:accelerator/a/listener/l/endpoint-group/e"
        address = "https://eu.jubilee.example"
        drain = "30s"
    "#;

    #[test]
    fn a_version_and_its_image_are_the_same_thing() {
        let description = Description::parse(FILE).expect("a description");
        let region = description.first();
        for version in ["1.2.3", "sha256:0123abcd", "elsewhere.example/jubilee:1.0.0"] {
            let version = Version(version.to_owned());
            assert_eq!(region.version(&region.image(&version)), version);
        }
        assert!(region.image(&Version("sha256:0123abcd".to_owned())).ends_with("/jubilee@sha256:0123abcd"));
        assert_eq!(region.drain.as_secs(), 30);
    }

    #[test]
    fn a_slip_in_the_file_is_told() {
        assert!(Description::parse("parameters = \"/jubilee\"\nregions = []").is_err());
        assert!(Description::parse(&FILE.replace("/jubilee/rollout", "jubilee")).is_err());
        let why = Description::parse(&FILE.replace("drain", "drian")).expect_err("a slip");
        assert!(why.contains("drian"), "{why}");
        let twice = format!(
            "{FILE}\n{}",
            FILE.split_once("[[regions]]")
                .map_or("", |(_, rest)| rest)
                .replace("name =", "[[regions]]\nname =")
        );
        assert!(Description::parse(&twice).expect_err("twice").contains("a name of its own"));
    }
}
