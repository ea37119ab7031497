//! The countdown beside the straightforward way with chrono. See `benches/README.md`.

use chrono::{Datelike, NaiveDate};
use criterion::{Criterion, criterion_group, criterion_main};
use jubilee::domain::{CalendarDate, LeapDay, days_until_birthday};
use std::hint::black_box;
use std::time::Duration;

/// What is asked, when somebody was born, and what is today.
const CASES: [(&str, &str, &str); 3] = [
    ("common_day", "1990-06-15", "2026-11-21"),
    ("leap_day", "2000-02-29", "2026-11-21"),
    ("year_end", "1999-12-31", "2027-01-01"),
];
const RULES: [(&str, LeapDay); 2] = [("feb28", LeapDay::February28), ("mar1", LeapDay::March1)];

/// The birthday of this year; if that is over, of the next.
fn with_chrono(born: NaiveDate, today: NaiveDate, rule: LeapDay) -> i64 {
    let celebrated_in = |year| {
        NaiveDate::from_ymd_opt(year, born.month(), born.day()).or_else(|| match rule {
            LeapDay::February28 => NaiveDate::from_ymd_opt(year, 2, 28),
            LeapDay::March1 => NaiveDate::from_ymd_opt(year, 3, 1),
        })
    };
    let next = celebrated_in(today.year())
        .filter(|this_year| *this_year >= today)
        .or_else(|| celebrated_in(today.year() + 1))
        .expect("a year within chrono's range");
    next.signed_duration_since(today).num_days()
}

fn countdown(criterion: &mut Criterion) {
    for (case, born, today) in CASES {
        let ours = |text| CalendarDate::parse(text).expect("a day");
        let chronos = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for (rule_name, rule) in RULES {
            let mut group = criterion.benchmark_group(format!("countdown/{case}/{rule_name}"));
            let answer = i64::from(days_until_birthday(ours(born), ours(today), rule));
            assert_eq!(answer, with_chrono(chronos(born), chronos(today), rule), "{case} {rule_name}");
            let (our_born, our_today) = (ours(born), ours(today));
            group.bench_function("jubilee", |bencher| {
                bencher
                    .iter(|| days_until_birthday(black_box(our_born), black_box(our_today), black_box(rule)));
            });
            let (chrono_born, chrono_today) = (chronos(born), chronos(today));
            group.bench_function("chrono", |bencher| {
                bencher
                    .iter(|| with_chrono(black_box(chrono_born), black_box(chrono_today), black_box(rule)));
            });
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = countdown
}
criterion_main!(benches);
