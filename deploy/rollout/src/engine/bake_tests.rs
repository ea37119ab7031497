use super::growth;
use crate::monitor::Descriptors;

fn samples(open: &[f64]) -> Vec<Descriptors> {
    open.iter().map(|open| sample("a", "1", *open)).collect()
}

fn sample(instance: &str, started: &str, open: f64) -> Descriptors {
    Descriptors::from([((instance.to_owned(), started.to_owned()), open)])
}

#[test]
fn descriptors_that_stay_pass_however_they_jump_meanwhile() {
    let jumping: Vec<_> = (0..20).map(|second| if second % 3 == 0 { 90.0 } else { 40.0 }).collect();
    assert!(growth(&samples(&jumping), 10.0).is_ok());
    // What opens once, in the first quarter, is no leak.
    let once: Vec<_> = (0..20).map(|second| if second < 4 { 20.0 } else { 60.0 }).collect();
    assert!(growth(&samples(&once), 10.0).is_ok());
}

#[test]
fn descriptors_that_grow_steadily_fail() {
    let leaking: Vec<_> = (0..20).map(|second| 40.0 + 2.0 * f64::from(second)).collect();
    let why = growth(&samples(&leaking), 10.0).expect_err("a leak");
    assert!(why.contains("a has +20 open"), "{why}");
    let one_of_two = (0..20).map(|second| {
        let mut both = sample("a", "1", 40.0);
        both.extend(sample("b", "1", 40.0 + 2.0 * f64::from(second)));
        both
    });
    assert!(growth(&one_of_two.collect::<Vec<_>>(), 10.0).expect_err("a leak").contains("b has"));
}

#[test]
fn what_was_not_seen_does_not_pass() {
    assert!(growth(&samples(&[40.0; 7]), 10.0).is_err(), "too few");
    assert!(growth(&vec![Descriptors::new(); 20], 10.0).is_err(), "nobody told");
    let gone: Vec<_> =
        (0..20).map(|second| if second < 12 { sample("a", "1", 40.0) } else { Descriptors::new() }).collect();
    assert!(growth(&gone, 10.0).is_err(), "it went");
    let again: Vec<_> =
        (0..20).map(|second| sample("a", if second < 12 { "1" } else { "2" }, 40.0)).collect();
    assert!(growth(&again, 10.0).is_err(), "it started again");
}
