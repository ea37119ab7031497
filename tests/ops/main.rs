//! What operators and maintainers rely on: stopping, the command line, the repository's consistency.

mod overload;
mod process;
mod stopping;
