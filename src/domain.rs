//! The words and rules of the service: pure, no I/O, no clock, no framework.

pub mod calendar;
pub mod cell;
pub mod clock;
pub mod countdown;
pub mod date_of_birth;
pub mod greeting;
pub mod region;
pub mod sync_token;
pub mod username;
pub mod zone;

pub use calendar::CalendarDate;
pub use cell::{Cell, Value};
pub use clock::{HybridClock, Timestamp, Version, WallClock};
pub use countdown::{LeapDay, days_until_birthday};
pub use date_of_birth::{DateOfBirth, DateOfBirthError};
pub use greeting::Greeting;
pub use region::{Region, RegionError};
pub use sync_token::{SyncToken, SyncTokenError};
pub use username::{Username, UsernameError};
pub use zone::{UnknownZone, Zone};
