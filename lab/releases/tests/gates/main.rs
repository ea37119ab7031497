//! k6's gates, each tried on releases that it must stop: a gate that passes everything is none.
//!
//! Every test starts a release and runs a script at it, for seconds. The figures are small and the limits those of the
//! laboratory, so that a busy machine turns none of them red.

mod invalid;
mod library;
mod load;
mod long;
mod report;
mod run;
mod smoke;
