//! What keeps birthdays: the contract, crashes, broken disks.

mod cells;
mod cluster;
mod cluster_rows;
mod command;
mod contract;
mod crash;
mod disk;
mod disk_full;
mod embedded;
mod import_export;
mod migrate;
mod migration_lock;
mod node;
mod power_loss;
mod refused;
mod schema;
mod writer_panic;
