//! What operators and maintainers rely on: stopping, the command line, the repository's consistency.

mod command_line;
mod generated;
mod layers;
mod logs;
mod overload;
mod paths;
mod process;
mod repository;
mod start;
mod stopping;
mod tree;
