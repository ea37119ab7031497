//! What keeps birthdays: the contract, crashes, broken disks.
