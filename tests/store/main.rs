//! What keeps birthdays: the contract, crashes, broken disks.

mod cells;
mod command;
mod contract;
mod crash;
mod disk;
mod embedded;
mod import_export;
mod power_loss;
