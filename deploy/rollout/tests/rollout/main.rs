//! The rollout's steps on regions in memory that die, fail and ring where a test wants them to. The real platforms run in
//! the rehearsals and, with emulated answers, in `aws`.

mod aws;
mod command;
mod crashes;
mod decisions;
mod emulator;
mod regions;
mod world;
