//! How a cell is laid out in the file: 12 bytes, big-endian.

use crate::domain::{CalendarDate, Cell, DateOfBirth, Value, Version};
use crate::store::StoreError;
use redb::{TypeName, Value as RedbValue};

const BYTES: usize = 12;
/// The date that marks a deletion: nobody has it, and it is the greatest that can be spelt.
const MARK: (u16, u8, u8) = (9999, 12, 31);

/// Version (8 bytes), year (2), month, day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row([u8; BYTES]);

impl Row {
    pub(super) fn encode(cell: Cell) -> Self {
        let (year, month, day) = match cell.value {
            Value::Born(born) => (born.date().year(), born.date().month(), born.date().day()),
            Value::Forgotten => MARK,
        };
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&cell.version.micros().to_be_bytes());
        bytes[8..10].copy_from_slice(&year.to_be_bytes());
        bytes[10..].copy_from_slice(&[month, day]);
        Self(bytes)
    }

    /// # Errors
    /// [`StoreError::Corrupt`] if the bytes hold no day of the calendar.
    pub(super) fn decode(self) -> Result<Cell, StoreError> {
        let [v0, v1, v2, v3, v4, v5, v6, v7, y0, y1, month, day] = self.0;
        let year = u16::from_be_bytes([y0, y1]);
        let value = if (year, month, day) == MARK {
            Value::Forgotten
        } else {
            CalendarDate::new(year, month, day)
                .map(|date| Value::Born(DateOfBirth::from_stored(date)))
                .ok_or_else(|| StoreError::Corrupt("a row holds no day of the calendar".into()))?
        };
        let version = Version::from_micros(u64::from_be_bytes([v0, v1, v2, v3, v4, v5, v6, v7]));
        Ok(Cell { version, value })
    }
}

impl RedbValue for Row {
    type SelfType<'a> = Self;
    type AsBytes<'a> = [u8; BYTES];

    fn fixed_width() -> Option<usize> {
        Some(BYTES)
    }

    fn from_bytes<'a>(data: &'a [u8]) -> Self
    where
        Self: 'a,
    {
        // Bytes of another length decode to year 0, which is reported as corrupt.
        Self(data.try_into().unwrap_or_default())
    }

    fn as_bytes<'a, 'b: 'a>(value: &'a Self) -> [u8; BYTES]
    where
        Self: 'b,
    {
        value.0
    }

    fn type_name() -> TypeName {
        TypeName::new("jubilee::Row")
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, Row};
    use crate::domain::{CalendarDate, Cell, DateOfBirth, Value, Version};
    use crate::store::StoreError;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn a_cell_reads_back(micros in any::<u64>(), year in 1u16..9999, month in 1u8..=12, day in 1u8..=28) {
            let date = CalendarDate::new(year, month, day).expect("a day");
            for value in [Value::Born(DateOfBirth::from_stored(date)), Value::Forgotten] {
                let cell = Cell { version: Version::from_micros(micros), value };
                prop_assert_eq!(Row::encode(cell).decode(), Ok(cell));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<[u8; BYTES]>()) {
            let _ = Row(bytes).decode();
        }
    }

    #[test]
    fn a_row_without_a_day_is_corrupt() {
        assert!(matches!(Row([0; BYTES]).decode(), Err(StoreError::Corrupt(_))));
    }
}
