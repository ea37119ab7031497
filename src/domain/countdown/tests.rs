use super::{LeapDay, days_until_birthday};
use crate::domain::calendar::{CalendarDate, is_leap_year};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Just;

fn any_date() -> impl Strategy<Value = CalendarDate> {
    let anywhere = (1u16..=9998, 1u8..=12, 1u8..=31);
    let around_leap_days = (1u16..=9998, 2u8..=3, prop_oneof![Just(1u8), Just(28), Just(29)]);
    let around_new_year = (1u16..=9998, prop_oneof![Just(1u8), Just(12)], prop_oneof![Just(1u8), Just(31)]);
    prop_oneof![anywhere, around_leap_days, around_new_year]
        .prop_filter_map("no such day", |(year, month, day)| CalendarDate::new(year, month, day))
}

fn any_rule() -> impl Strategy<Value = LeapDay> {
    prop_oneof![Just(LeapDay::February28), Just(LeapDay::March1)]
}

fn tomorrow(date: CalendarDate) -> CalendarDate {
    CalendarDate::new(date.year(), date.month(), date.day() + 1)
        .or_else(|| CalendarDate::new(date.year(), date.month() + 1, 1))
        .or_else(|| CalendarDate::new(date.year() + 1, 1, 1))
        .expect("9998 has a next year")
}

/// The definition, word for word, with no arithmetic on dates.
fn is_celebrated(born: CalendarDate, day: CalendarDate, rule: LeapDay) -> bool {
    let born_on_leap_day = (born.month(), born.day()) == (2, 29);
    if born_on_leap_day && !is_leap_year(day.year()) {
        let instead = match rule {
            LeapDay::February28 => (2, 28),
            LeapDay::March1 => (3, 1),
        };
        return (day.month(), day.day()) == instead;
    }
    (day.month(), day.day()) == (born.month(), born.day())
}

fn search_day_by_day(born: CalendarDate, today: CalendarDate, rule: LeapDay) -> u16 {
    let mut day = today;
    let mut days = 0;
    while !is_celebrated(born, day, rule) {
        day = tomorrow(day);
        days += 1;
    }
    days
}

proptest! {
    #[test]
    fn the_countdown_is_what_a_day_by_day_search_finds(
        born in any_date(), today in any_date(), rule in any_rule()
    ) {
        prop_assert_eq!(days_until_birthday(born, today, rule), search_day_by_day(born, today, rule));
    }

    #[test]
    fn the_countdown_is_never_above_365_and_zero_only_on_the_day(
        born in any_date(), today in any_date(), rule in any_rule()
    ) {
        let days = days_until_birthday(born, today, rule);
        prop_assert!(days <= 365);
        prop_assert_eq!(days == 0, is_celebrated(born, today, rule));
    }

    #[test]
    fn tomorrow_is_one_day_nearer_unless_today_is_the_day(
        born in any_date(), today in any_date(), rule in any_rule()
    ) {
        let days = days_until_birthday(born, today, rule);
        if days > 0 {
            prop_assert_eq!(days_until_birthday(born, tomorrow(today), rule), days - 1);
        }
    }
}

#[test]
fn every_pair_of_days_around_a_leap_year_agrees_with_the_search() {
    let days_of = |year| {
        std::iter::successors(CalendarDate::new(year, 1, 1), |day| Some(tomorrow(*day)))
            .take_while(move |day| day.year() == year)
    };
    for rule in [LeapDay::February28, LeapDay::March1] {
        for born in days_of(2000) {
            for today in [1899, 1900, 2023, 2024].into_iter().flat_map(days_of).step_by(7) {
                assert_eq!(
                    days_until_birthday(born, today, rule),
                    search_day_by_day(born, today, rule),
                    "born {born}, today {today}, {rule:?}"
                );
            }
        }
    }
}
