//! The program that judges histories catches each violation, and lets what a correct system does pass.

mod model;
mod model_runs;
mod planted;
mod ties;
mod writing;
