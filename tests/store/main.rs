//! What keeps birthdays: the contract, crashes, broken disks.

mod cells;
mod contract;
mod crash;
mod disk;
mod embedded;
mod power_loss;
