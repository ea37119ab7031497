//! A cell as CQL writes it.

use crate::domain::{CalendarDate, Cell, DateOfBirth, Value, Version};
use crate::store::StoreError;
use chrono::{Datelike, NaiveDate};

/// The mark of a deletion: a date that nobody can have, and the greatest that can be spelt, so that on
/// equal versions it wins.
const FORGOTTEN: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// What a row holds: the date and its write time; both null if all that is left is a row's key.
pub(super) type Row = (Option<NaiveDate>, Option<i64>);

/// The value as a CQL `date`.
pub(super) fn date_of(value: Value) -> NaiveDate {
    match value {
        Value::Forgotten => FORGOTTEN,
        Value::Born(born) => {
            let date = born.date();
            NaiveDate::from_ymd_opt(i32::from(date.year()), u32::from(date.month()), u32::from(date.day()))
                .expect("every calendar date is a day of chrono's")
        }
    }
}

/// The version as a CQL write timestamp.
pub(super) fn write_timestamp(version: Version) -> i64 {
    // Versions beyond it lie 290,000 years ahead, further than any clock may differ.
    i64::try_from(version.micros()).unwrap_or(i64::MAX)
}

/// The cell of a row. A row without a date is no cell: its cell has expired or was never written.
pub(super) fn cell_of((date, written): Row) -> Result<Option<Cell>, StoreError> {
    let (Some(date), Some(written)) = (date, written) else { return Ok(None) };
    let corrupt = |what: &str| StoreError::Corrupt(format!("a row of birthdays has {what}"));
    let micros = u64::try_from(written).map_err(|_| corrupt("a write time before 1970"))?;
    let value = if date == FORGOTTEN {
        Value::Forgotten
    } else {
        let day = u16::try_from(date.year())
            .ok()
            .and_then(|year| CalendarDate::new(year, date.month() as u8, date.day() as u8))
            .ok_or_else(|| corrupt("a date outside of the years 1 to 9999"))?;
        Value::Born(DateOfBirth::from_stored(day))
    };
    Ok(Some(Cell { version: Version::from_micros(micros), value }))
}

#[cfg(test)]
mod tests {
    use super::{FORGOTTEN, cell_of, date_of, write_timestamp};
    use crate::domain::{CalendarDate, Cell, DateOfBirth, Value, Version};
    use crate::store::StoreError;
    use chrono::NaiveDate;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn a_cell_reads_back_as_it_was_written(
            year in 1u16..=9999, month in 1u8..=12, day in 1u8..=28, micros in 0..u64::MAX / 2
        ) {
            let born = DateOfBirth::from_stored(CalendarDate::new(year, month, day).expect("a day"));
            for value in [Value::Born(born), Value::Forgotten] {
                let cell = Cell { version: Version::from_micros(micros), value };
                let row = (Some(date_of(value)), Some(write_timestamp(cell.version)));
                prop_assert_eq!(cell_of(row), Ok(Some(cell)));
            }
            prop_assert!(date_of(Value::Born(born)) <= FORGOTTEN, "no birthday outranks a deletion");
        }

        #[test]
        fn no_row_makes_the_reader_panic(days in -100_000_000i32..100_000_000, micros: i64) {
            let date = NaiveDate::from_num_days_from_ce_opt(days);
            let _ = cell_of((date, Some(micros)));
        }
    }

    #[test]
    fn a_row_without_a_date_is_no_cell() {
        assert_eq!(cell_of((None, None)), Ok(None));
        assert_eq!(cell_of((Some(FORGOTTEN), None)), Ok(None));
    }

    #[test]
    fn what_this_service_cannot_have_written_is_corrupt() {
        let year_zero = NaiveDate::from_ymd_opt(0, 1, 1);
        let far_ahead = NaiveDate::from_ymd_opt(10_000, 1, 1);
        for row in [(year_zero, Some(1)), (far_ahead, Some(1)), (Some(FORGOTTEN), Some(-1))] {
            assert!(matches!(cell_of(row), Err(StoreError::Corrupt(_))), "{row:?}");
        }
    }
}
