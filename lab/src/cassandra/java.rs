//! The Java command lines of a node and of nodetool.

use super::NodePlan;
use crate::LabError;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Debian package that holds the Java this Cassandra runs on.
pub(super) const PACKAGE: &str = "openjdk-17-jre-headless";

/// The JDK's internals that Cassandra reaches into; Java 17 opens them only on demand.
const OPENED: &[(&str, &str)] = &[
    (
        "java.base",
        "java.io java.lang java.lang.module java.lang.ref java.lang.reflect java.math java.net java.nio \
         java.nio.charset java.util java.util.concurrent java.util.concurrent.atomic jdk.internal.loader \
         jdk.internal.math jdk.internal.misc jdk.internal.module jdk.internal.ref jdk.internal.reflect \
         jdk.internal.util.jar sun.nio.ch",
    ),
    ("java.desktop", "com.sun.beans.introspect"),
    ("java.logging", "java.util.logging"),
    ("java.management", "com.sun.jmx.mbeanserver"),
    ("java.management.rmi", "javax.management.remote.rmi"),
    ("java.rmi", "java.rmi.server sun.rmi.registry sun.rmi.server sun.rmi.transport sun.rmi.transport.tcp"),
    ("java.sql", "java.sql"),
    ("jdk.management", "com.sun.management.internal"),
    ("jdk.naming.dns", "com.sun.jndi.dns"),
];

/// Java 17 with Cassandra's jars.
#[derive(Clone, Debug)]
pub(crate) struct Java {
    program: PathBuf,
    /// What it says of itself: an archive of classes fits one build of Java only.
    version: String,
    jars: Vec<PathBuf>,
    classes: Classes,
}

/// An archive of loaded classes, which saves a quarter of a node's start.
#[derive(Clone, Debug)]
enum Classes {
    Loaded,
    From(PathBuf),
    ArchivedAtExit(PathBuf),
}

impl Java {
    /// Finds Java 17 and the jars in the cache's folder.
    pub(crate) fn find(cache: &Path) -> Result<Self, LabError> {
        let lib = cache.join("lib");
        let mut jars = Vec::new();
        for entry in fs::read_dir(&lib).map_err(LabError::file(&lib))? {
            let path = entry.map_err(LabError::file(&lib))?.path();
            if path.extension().is_some_and(|extension| extension == "jar") {
                jars.push(path);
            }
        }
        jars.sort();
        let (program, version) = program()?;
        let java = Self { program, version, jars, classes: Classes::Loaded };
        let archive = java.archive(cache);
        if archive.exists() { Ok(java.with_archive(archive)) } else { Ok(java) }
    }

    /// Where the archive of classes for this Java lies, if it has been made.
    pub(super) fn archive(&self, cache: &Path) -> PathBuf {
        let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
        cache.join(format!("classes-{}.jsa", self.version.chars().map(plain).collect::<String>()))
    }

    pub(super) fn with_archive(mut self, path: PathBuf) -> Self {
        self.classes = Classes::From(path);
        self
    }

    /// The same Java, whose node writes the archive when it ends in good order.
    pub(super) fn archiving(&self, path: PathBuf) -> Self {
        Self { classes: Classes::ArchivedAtExit(path), ..self.clone() }
    }

    /// The command that runs a node in the foreground.
    pub(super) fn node(&self, plan: &NodePlan) -> Command {
        let mut command = self.command();
        let heap = plan.heap_megabytes;
        command.args([format!("-Xms{heap}m"), format!("-Xmx{heap}m")]);
        match &self.classes {
            Classes::Loaded => {}
            Classes::From(path) => {
                command.arg(joined("-XX:SharedArchiveFile=", path));
            }
            Classes::ArchivedAtExit(path) => {
                command.arg(joined("-XX:ArchiveClassesAtExit=", path));
            }
        }
        if !plan.for_load {
            command.arg("-XX:TieredStopAtLevel=1");
        }
        command.args(["-Xss512k", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"]);
        // No archive is written while an agent is loaded; it only measures how much memory objects take.
        let archiving = matches!(self.classes, Classes::ArchivedAtExit(_));
        let agent = self
            .jars
            .iter()
            .filter(|_| !archiving)
            .find(|jar| jar.file_name().is_some_and(|name| named(name, "jamm-")));
        command.args(agent.map(|agent| joined("-javaagent:", agent)));
        property(&mut command, "cassandra.config", joined("file://", &plan.folder.join("cassandra.yaml")));
        let rack = plan.folder.join("cassandra-rackdc.properties");
        property(&mut command, "cassandra-rackdc.properties", joined("file://", &rack));
        property(&mut command, "logback.configurationFile", plan.folder.join("logback.xml"));
        // Where libraries are unpacked: a killed node cannot remove them, the keeper can.
        property(&mut command, "java.io.tmpdir", &plan.folder);
        property(&mut command, "cassandra.storagedir", &plan.folder);
        property(&mut command, "cassandra.logdir", plan.folder.join("log"));
        for (name, value) in [
            ("cassandra-foreground", "yes"),
            // The cluster is small and new: nothing to wait for.
            ("cassandra.skip_wait_for_gossip_to_settle", "0"),
            ("cassandra.ring_delay_ms", "1000"),
            ("cassandra.superuser_setup_delay_ms", "0"),
            // A node that misses a change of the schema, on a busy machine, fetches it after a second, not a minute.
            ("cassandra.migration_delay_ms", "1000"),
            ("cassandra.consistent.rangemovement", "false"),
        ] {
            property(&mut command, name, value);
        }
        if let Some(port) = plan.jmx_port {
            property(&mut command, "cassandra.jmx.local.port", port.to_string());
        }
        command.arg("org.apache.cassandra.service.CassandraDaemon");
        command
    }

    /// The command that tells a node something, by the port it listens on at its loopback.
    pub(crate) fn nodetool(&self, plan: &NodePlan, jmx_port: u16, words: &[&str]) -> Command {
        let mut command = self.command();
        property(&mut command, "logback.configurationFile", plan.folder.join("logback.xml"));
        command.args(["-Xmx128m", "-XX:TieredStopAtLevel=1", "org.apache.cassandra.tools.NodeTool"]);
        command.args(["-h", "127.0.0.1", "-p", &jmx_port.to_string()]).args(words);
        command
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (module, packages) in OPENED {
            for package in packages.split_whitespace() {
                let opened = format!("{module}/{package}=ALL-UNNAMED");
                command.args(["--add-exports", &opened, "--add-opens", &opened]);
            }
        }
        command.args(["-Djdk.attach.allowAttachSelf=true", "-Dio.netty.tryReflectionSetAccessible=true"]);
        let jars: Vec<_> = self.jars.iter().map(|jar| jar.as_os_str()).collect();
        command.arg("-cp").arg(jars.join(OsString::from(":").as_os_str()));
        command
    }
}

fn named(name: &std::ffi::OsStr, prefix: &str) -> bool {
    name.to_string_lossy().starts_with(prefix)
}

fn joined(prefix: &str, path: &Path) -> OsString {
    let mut text = OsString::from(prefix);
    text.push(path);
    text
}

fn property(command: &mut Command, name: &str, value: impl Into<OsString>) {
    let mut text = OsString::from(format!("-D{name}="));
    text.push(value.into());
    command.arg(text);
}

/// `$JAVA_HOME/bin/java` or `java`, if it is a 17: Cassandra 5 runs on 11 and 17, and these options fit 17.
fn program() -> Result<(PathBuf, String), LabError> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    let debian = PathBuf::from("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
    let candidates = home.into_iter().chain([PathBuf::from("java"), debian]);
    for program in candidates {
        // It says its version on stderr, as a line such as `openjdk version "17.0.15"`.
        let Ok(said) = Command::new(&program).arg("-version").output() else { continue };
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        if said.contains("version \"17") {
            let build = said.split("(build ").nth(1).and_then(|rest| rest.split(')').next());
            return Ok((program, build.unwrap_or("17").to_owned()));
        }
    }
    Err(LabError::Missing { what: "Java 17".into(), package: PACKAGE })
}
