//! What operators look at and are woken by, proven on the real parts: a laboratory that Prometheus, Alertmanager and a
//! collector watch, under load, of k6 too, and after faults.
//!
//! The tests share one laboratory and take turns. Two drills are played, all of them by `make drills`.

mod dashboards;
mod drills;
mod k6;
mod laboratory;
mod needs;
mod panels;
mod spans;
mod variables;
