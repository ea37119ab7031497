//! The platform AWS, through the real `aws` command, against moto and what stands beside it: `tests/aws/emulator.py`.

use crate::emulator::{Emulator, platform};
use crate::world::{Well, settings};
use jubilee_rollout::engine::{Ask, open};
use jubilee_rollout::stop::Stop;
use jubilee_rollout::tools::{SystemClock, Tools};
use jubilee_rollout::{Migration, Outcome, Phase, Platform, PlatformError, Version};
use std::time::Duration;

fn version(text: &str) -> Version {
    Version(text.to_owned())
}

#[test]
fn a_region_is_described_as_it_is() {
    let aws = platform("described");
    assert_eq!(aws.regions(), ["eu", "us"]);
    assert_eq!(aws.running("eu"), Ok(version("1.0.0")));
    assert_eq!(aws.dial("us"), Ok(100));
    assert!(aws.readiness("us").expect("told").is_ready());
    assert_eq!(aws.address("us"), Ok("http://us".to_owned()));
    assert!(aws.running("moon").is_err());
}

#[test]
fn a_dial_is_turned_and_has_taken_effect() {
    let aws = platform("dialled");
    for percent in [0, 10, 100] {
        assert_eq!(aws.set_dial("eu", percent), Ok(()));
        assert_eq!(aws.dial("eu"), Ok(percent));
        assert_eq!(aws.dial("us"), Ok(100), "nobody else's");
    }
}

#[test]
fn a_version_replaces_another_and_the_very_definition_before_comes_back() {
    let aws = platform("replaced");
    let before = aws.definition();
    assert_eq!(aws.replace("eu", &version("2.0.0")), Ok(()));
    assert_eq!(aws.running("eu"), Ok(version("2.0.0")));
    let new = aws.definition();
    assert_ne!(new, before);
    // Done again, as by somebody who resumes: nothing new.
    assert_eq!(aws.replace("eu", &version("2.0.0")), Ok(()));
    assert_eq!(aws.definition(), new);
    assert_eq!(aws.replace("eu", &version("1.0.0")), Ok(()));
    assert_eq!(aws.definition(), before);
    let digest = version("sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    assert_eq!(aws.replace("eu", &digest), Ok(()));
    assert_eq!(aws.running("eu"), Ok(digest));
    assert_eq!(aws.running("us"), Ok(version("1.0.0")), "nobody else's");
}

#[test]
fn a_new_definition_differs_in_its_image_only() {
    let aws = platform("same");
    let described = |aws: &Emulator| aws.container();
    let before = described(&aws);
    assert_eq!(aws.replace("eu", &version("2.0.0")), Ok(()));
    let mut after = described(&aws);
    assert!(after["image"].as_str().is_some_and(|image| image.ends_with("/jubilee:2.0.0")), "{after}");
    after["image"] = before["image"].clone();
    assert_eq!(after, before);
}

#[test]
fn a_deployment_that_fails_is_told_though_aws_puts_the_old_one_back() {
    let aws = platform("failing");
    let refused = aws.replace("eu", &version("2.0.0-broken"));
    let why = "the deployment in eu is not the one in charge any more: tasks failed to start";
    assert_eq!(refused, Err(PlatformError::Failed(why.to_owned())));
    assert_eq!(aws.running("eu"), Ok(version("1.0.0")));
    assert_eq!(aws.replace("eu", &version("1.0.0")), Ok(()), "going back finds it there");
}

#[test]
fn a_deployment_that_never_ends_is_given_up() {
    let aws = platform("stuck");
    let refused = aws.replace("us", &version("2.0.0-stuck"));
    assert!(refused.is_err_and(|error| error.to_string().contains("takes longer than 15s")));
    assert_eq!(aws.replace("us", &version("1.0.0")), Ok(()));
}

#[test]
fn migrations_run_as_a_task_of_the_new_version() {
    let aws = platform("migrated");
    let new = version("2.0.0");
    let pending = Migration { number: 3, name: "more".to_owned(), phase: Some(Phase::Expand) };
    assert_eq!(aws.pending_migrations(&new), Ok(vec![pending]));
    assert_eq!(aws.migrate(&new), Ok(()));
    assert_eq!(aws.pending_migrations(&new), Ok(Vec::new()));
    assert_eq!(aws.running("eu"), Ok(version("1.0.0")), "the service is left alone");
    let failed = aws.migrate(&version("2.0.0-broken")).expect_err("it ends with 1").to_string();
    assert!(failed.contains("`migrate` ended with 1: jubilee: no node can be reached"), "{failed}");
}

#[test]
fn the_journal_is_kept() {
    let aws = platform("journal");
    assert_eq!(aws.load_journal(), Ok(None));
    for text in [r#"{"rollout":"http://not.a.file"}"#.to_owned(), "x".repeat(4000)] {
        assert_eq!(aws.save_journal(&text), Ok(()));
        assert_eq!(aws.load_journal(), Ok(Some(text)));
    }
}

#[test]
fn only_one_has_the_lock_unless_it_is_taken_over() {
    let aws = platform("lock");
    let one = aws.lock("one", false).expect("it is free");
    let refused = aws.lock("another", false).map(drop).expect_err("it is held");
    assert!(matches!(&refused, PlatformError::Held(by) if by.starts_with("one, renewed ")), "{refused}");
    assert_eq!(one.check(), Ok(()));
    let other = aws.lock("another", true).expect("on demand");
    // Who lost it does not give back what is another's.
    drop(one);
    let refused = aws.lock("a third", false).map(drop).expect_err("it is held");
    assert!(matches!(&refused, PlatformError::Held(by) if by.starts_with("another, ")), "{refused}");
    drop(other);
    drop(aws.lock("a third", false).expect("it was given back"));
}

#[test]
fn a_lock_that_was_not_renewed_for_long_is_free() {
    let aws = platform("expired");
    aws.put_lock(r#"{"holder":"one that died","renewed":1000000000}"#);
    let lock = aws.lock("another", false).expect("it has expired");
    assert_eq!(lock.check(), Ok(()));
}

#[test]
fn a_rollout_goes_through_the_regions_of_aws() {
    let aws = platform("whole");
    let (stop, clock) = (Stop::default(), SystemClock::default());
    let tools =
        Tools { k6: &Well, monitor: &Well, clock: &clock, stop: &stop, say: &|line| println!("{line}") };
    let mut settings = settings();
    settings.times.poll = Duration::from_millis(10);
    settings.times.watch = Duration::from_millis(50);
    // The command is slow where the machine is busy.
    settings.times.ready = Duration::from_secs(300);
    let ask = Ask::Start { version: version("2.0.0"), settings: Box::new(settings), mixed: false };
    assert_eq!(open(&*aws, tools, "a test", ask, &|_| {}), Outcome::Done);
    for region in ["eu", "us"] {
        assert_eq!((aws.running(region), aws.dial(region)), (Ok(version("2.0.0")), Ok(100)), "{region}");
    }
}
