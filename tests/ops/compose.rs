//! compose.yaml, as far as that goes without Docker: its settings, its names, its balancer, what is mounted and open.

use crate::tree;
use crate::yaml::{self, Values};
use jubilee_lab::Options;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const BALANCER: &str = "deploy/compose/haproxy.cfg";

fn compose() -> Values {
    yaml::read(&tree::read("compose.yaml"))
}

fn regions() -> Vec<String> {
    Options::new("").regions.into_iter().map(|region| region.name).collect()
}

fn services(compose: &Values) -> BTreeSet<String> {
    let names = compose.keys().filter_map(|path| path.strip_prefix("services/")?.split('/').next());
    names.map(str::to_owned).collect()
}

/// The services that `--profile observe` adds.
fn observers(compose: &Values) -> BTreeSet<String> {
    let profile = |service: &String| compose.get(&format!("services/{service}/profiles"));
    services(compose).into_iter().filter(|service| profile(service).is_some()).collect()
}

/// The settings of each service of ours that has any.
fn settings(compose: &Values) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut settings: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let observers = observers(compose);
    for (path, value) in compose {
        let parts: Vec<_> = path.split('/').collect();
        if let ["services", service, "environment", name] = parts[..]
            && !observers.contains(service)
        {
            settings.entry(service.to_owned()).or_default().insert(name.to_owned(), value.clone());
        }
    }
    settings
}

#[test]
fn every_setting_is_known_to_the_program_and_accepted() {
    let services = settings(&compose());
    assert_eq!(services.len(), regions().len() + 1, "the instances and migrate: {services:?}");
    for (service, settings) in services {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jubilee"));
        let output = command.arg("config").env_clear().envs(&settings).output().expect("the program runs");
        assert!(output.status.success(), "{service}: {}", String::from_utf8_lossy(&output.stderr));
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        for (name, value) in settings.into_iter().filter(|(name, _)| name.starts_with("JUBILEE_")) {
            let known = shown.lines().any(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                words == [name.as_str(), value.as_str(), "environment"]
            });
            assert!(known, "{service}: {name}={value} is not in effect:\n{shown}");
        }
    }
}

#[test]
fn names_and_regions_are_those_of_the_laboratory() {
    let (compose, regions) = (compose(), regions());
    let mut names = BTreeSet::from(["migrate".to_owned(), "balancer".to_owned()]);
    for region in &regions {
        names.extend([format!("{region}-1"), format!("{region}-instance")]);
    }
    assert_eq!(&services(&compose) - &observers(&compose), names);
    for region in &regions {
        let rackdc = &compose[&format!("services/{region}-1/configs")];
        assert!(rackdc.contains(&format!("source: {region}-rackdc,")), "{rackdc}");
        let rackdc = &compose[&format!("configs/{region}-rackdc/content")];
        assert!(rackdc.starts_with(&format!("dc={region}\n")), "{rackdc}");

        let settings = &settings(&compose)[&format!("{region}-instance")];
        assert_eq!(settings["JUBILEE_REGION"], *region);
        let others = regions.iter().filter(|other| *other != region);
        let nodes: Vec<_> =
            [region].into_iter().chain(others).map(|region| format!("{region}-1:9042")).collect();
        assert_eq!(settings["JUBILEE_CLUSTER_NODES"], nodes.join(","), "its own region's first");
        let replicas: Vec<_> = regions.iter().map(|region| format!("{region}:1")).collect();
        assert_eq!(settings["JUBILEE_CLUSTER_REPLICATION"], replicas.join(","));
    }
}

#[test]
fn what_is_mounted_is_there_and_cannot_be_written() {
    let compose = compose();
    let mounts: Vec<_> = compose.iter().filter(|(path, _)| path.contains("/volumes/")).collect();
    assert!(mounts.len() > 5, "{mounts:?}");
    for (path, mount) in mounts {
        let mount = mount.strip_suffix(":ro").unwrap_or_else(|| panic!("{path}: {mount} can be written"));
        let (source, _) = mount.split_once(':').expect("a path here and one in the container");
        assert!(tree::root().join(source).exists(), "{path}: {source} is missing");
    }
}

#[test]
fn images_are_pinned_and_nothing_is_open_to_other_machines() {
    let compose = compose();
    let built = |path: &str| compose.contains_key(&path.replace("/image", "/build"));
    for (path, image) in compose.iter().filter(|(path, _)| path.ends_with("/image") && !built(path)) {
        let version = image.rsplit_once(':').map(|(_, version)| version);
        assert!(version.is_some_and(|version| version != "latest"), "{path}: {image}");
    }
    for (path, port) in compose.iter().filter(|(path, _)| path.contains("/ports/")) {
        assert!(port.starts_with("127.0.0.1:"), "{path}: {port}");
    }
}

#[test]
fn every_node_acknowledges_a_write_after_its_fsync() {
    let compose = compose();
    for region in regions() {
        let prefix = format!("services/{region}-1/command/");
        let told = compose
            .iter()
            .any(|(path, argument)| path.starts_with(&prefix) && argument == "--commitlog-sync=batch");
        assert!(told, "{region}-1 is not told so");
    }
}

#[test]
fn the_balancer_is_that_of_the_laboratory() {
    let defaults = |path| {
        let text = tree::read(path);
        let (_, rest) = text.split_once("\ndefaults\n").expect("a section of defaults");
        rest.split("\n\n").next().expect("a section").to_owned()
    };
    assert_eq!(defaults(BALANCER), defaults("lab/haproxy/haproxy.cfg"));
    let text = tree::read(BALANCER);
    let regions = regions();
    for region in &regions {
        let mut backend = format!("\nbackend region-{region}\n");
        let server =
            |name: &String| format!("    server {name} {name}-instance:8080 resolvers docker init-addr none");
        backend.push_str(&server(region));
        for other in regions.iter().filter(|other| *other != region) {
            backend.push_str(&format!("\n{} backup", server(other)));
        }
        assert!(text.contains(&backend), "{backend}\nis not in\n{text}");
    }
}

#[test]
fn haproxy_accepts_the_balancers_configuration() {
    let output = Command::new("haproxy").arg("-c").arg("-f").arg(tree::root().join(BALANCER)).output();
    let output = output.expect("haproxy is there: scripts/needs installs it");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("WARNING"), "{said}");
}
