//! Holds the direction `domain ← store ← actors ← http ← app ← cli`, with `config` and `telemetry` at
//! the side, and keeps each framework in its room.

use crate::paths::{self, NamedPath};
use crate::tree::{SourceFile, files_under};

/// What a layer may import; itself goes without saying.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain"]),
    ("telemetry", &["domain", "config"]),
    ("store", &["domain", "config", "telemetry"]),
    ("actors", &["domain", "config", "telemetry", "store"]),
    ("http", &["domain", "config", "telemetry", "store", "actors"]),
    ("app", &["domain", "config", "telemetry", "store", "actors", "http"]),
    ("cli", &["domain", "config", "telemetry", "store", "actors", "http", "app"]),
    ("main", &["cli"]),
];

/// Paths with the places where they may be named. A place is a layer, a file, or a module's file and folder.
const ROOMS: &[(&str, &[&str])] = &[
    ("actix", &["actors"]),
    ("actix_web", &["http", "app", "cli"]),
    ("redb", &["src/store/embedded"]),
    ("opentelemetry", &["src/telemetry/traces"]),
    ("opentelemetry_sdk", &["src/telemetry/traces"]),
    ("opentelemetry_otlp", &["src/telemetry/traces"]),
    ("opentelemetry_http", &["src/telemetry/traces"]),
    ("scylla", &["src/store/cluster"]),
    ("tokio", &["src/store/cluster", "actors", "http", "app", "cli"]),
    ("tracing", &["telemetry", "store", "actors", "http", "app", "cli"]),
    ("std::fs", &["store", "cli", "config"]),
    ("std::net", &["config", "http", "app", "cli", "src/store/cluster/attempts.rs"]),
    // The service has one clock, which is injected; a log line is stamped with the system's own.
    ("SystemTime", &["src/app/system_clock.rs", "src/telemetry/json_lines.rs"]),
    ("Instant", &["telemetry", "store", "actors", "http", "app", "cli"]),
];

/// Everything that is wrong with a file, a line each.
fn faults(file: &SourceFile) -> Vec<String> {
    let Some(layer) = layer_of(&file.path) else { return Vec::new() };
    let allowed = LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else { return vec![format!("{}: {layer} is no layer", file.path)] };
    let fault_of = |path: &NamedPath| {
        let text = path.segments.join("::");
        let imported = imported_layer(path, &file.path);
        if let Some(imported) = imported.filter(|name| *name != layer && !allowed.contains(name)) {
            return Some(format!("{}:{}: {layer} imports {imported}: {text}", file.path, path.line));
        }
        let (what, _) = ROOMS.iter().filter(|(what, _)| names(path, what)).find(|(_, places)| {
            !places.iter().any(|place| *place == layer || file.path.starts_with(place))
        })?;
        Some(format!("{}:{}: {what} has no place here: {text}", file.path, path.line))
    };
    paths::of(&file.text).iter().filter_map(fault_of).collect()
}

/// `src/http/border/record.rs` belongs to `http`; `src/lib.rs` is the map and belongs to none.
fn layer_of(path: &str) -> Option<&str> {
    let first = path.strip_prefix("src/")?.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first)).filter(|layer| *layer != "lib")
}

/// The layer that a path leads to, from the root of the crate or up through `super`.
fn imported_layer<'path>(path: &'path NamedPath, file: &str) -> Option<&'path str> {
    let depth = file.split('/').count() - 1;
    let supers = path.segments.iter().take_while(|segment| *segment == "super").count();
    let from_the_root = match path.segments.first()?.as_str() {
        "crate" | "jubilee" => path.segments.get(1)?,
        "super" if supers >= depth => path.segments.get(supers)?,
        _ => return None,
    };
    LAYERS.iter().any(|(layer, _)| layer == from_the_root).then_some(from_the_root.as_str())
}

/// Whether a path begins with a crate or module, or leads through a type.
fn names(path: &NamedPath, what: &str) -> bool {
    if what.starts_with(char::is_uppercase) {
        return path.segments.iter().any(|segment| segment == what);
    }
    let wanted: Vec<_> = what.split("::").collect();
    path.segments.len() >= wanted.len() && path.segments.iter().zip(wanted).all(|(one, other)| one == other)
}

#[test]
fn every_layer_imports_only_those_under_it_and_frameworks_stay_in_their_rooms() {
    let faults: Vec<_> = files_under("src", ".rs").iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_check_finds_what_is_planted() {
    for (path, line, expected) in [
        ("src/domain/cell.rs", "use crate::store::StoreError;", "domain imports store"),
        ("src/domain.rs", "use super::config::Config;", "domain imports config"),
        ("src/store/embedded.rs", "fn f() { crate::actors::Greeter::start() }", "store imports actors"),
        ("src/actors/greeter.rs", "use crate::{domain::Cell, http::Problem};", "actors imports http"),
        ("src/http/hello.rs", "use super::super::app::App;", "http imports app"),
        ("src/telemetry/logs.rs", "use crate::http::Route;", "telemetry imports http"),
        ("src/config.rs", "use crate::cli;", "config imports cli"),
        ("src/main.rs", "fn main() { jubilee::app::run() }", "main imports app"),
        ("src/utils/mod.rs", "", "utils is no layer"),
        ("src/http/hello.rs", "use actix::Addr;", "actix has no place"),
        ("src/store.rs", "use actix_web::web;", "actix_web has no place"),
        ("src/actors/greeter.rs", "use actix_web::rt;", "actix_web has no place"),
        ("src/domain/clock.rs", "use std::time::{Duration, SystemTime};", "SystemTime has no place"),
        ("src/domain/clock.rs", "let now = std::time::Instant::now();", "Instant has no place"),
        ("src/app.rs", "use std::time::SystemTime;", "SystemTime has no place"),
        ("src/domain/zone.rs", "use std::{fs, io};", "std::fs has no place"),
        ("src/domain/zone.rs", "use std::net::IpAddr;", "std::net has no place"),
        ("src/domain/cell.rs", "tracing::info!(\"x\");", "tracing has no place"),
        ("src/domain/cell.rs", "use tokio::sync::oneshot;", "tokio has no place"),
        ("src/actors/embedded_writer.rs", "use redb::Database;", "redb has no place"),
        ("src/store/cluster/read.rs", "use redb::Database;", "redb has no place"),
        ("src/actors/session_keeper.rs", "use scylla::client::session::Session;", "scylla has no place"),
        ("src/store/embedded/row.rs", "use tokio::time::timeout;", "tokio has no place"),
    ] {
        let found = faults(&SourceFile { path: path.into(), text: line.into() });
        assert!(found.iter().any(|fault| fault.contains(expected)), "{path}: {line}: {found:?}");
    }
}

#[test]
fn the_check_lets_good_code_pass() {
    for (path, text) in [
        ("src/actors/greeter.rs", "use actix::Addr; use crate::store::Store; use super::Greeter;"),
        ("src/app/system_clock.rs", "use std::time::{SystemTime, UNIX_EPOCH};"),
        ("src/domain/cell.rs", "// use crate::store::Store;\nuse crate::domain::Version;"),
        ("src/http/hello.rs", "use super::problem::Problem; use actix_web::web;"),
        ("src/lib.rs", "pub mod actors;"),
    ] {
        assert_eq!(faults(&SourceFile { path: path.into(), text: text.into() }), Vec::<String>::new());
    }
}
