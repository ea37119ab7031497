//! What operators rely on: starting, the command line, logs, overload, stopping. What maintainers rely on: the
//! repository's consistency.

mod command_line;
mod compose;
mod consistency;
mod generated;
mod layers;
mod logs;
mod metrics;
mod overload;
mod paths;
mod process;
mod repository;
mod start;
mod stopping;
mod tree;
mod workflows;
mod yaml;
