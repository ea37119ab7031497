use super::{Place, Verb, command, verb};
use crate::Options;
use std::time::Duration;

fn typed(words: &str) -> Result<(Option<u16>, Verb), String> {
    let matches = command().try_get_matches_from(format!("lab {words}").split(' '));
    verb(&matches.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

fn options(words: &str) -> Options {
    match typed(words) {
        Ok((_, Verb::Up(arguments))) => arguments.options("jubilee".into()),
        other => panic!("{words}: {other:?}"),
    }
}

fn counts(options: &Options) -> Vec<(&str, u8)> {
    options.regions.iter().map(|region| (region.name.as_str(), region.nodes)).collect()
}

#[test]
fn nodes_are_counted_everywhere_or_in_one_region() {
    assert_eq!(counts(&options("up")), [("eu", 1), ("us", 1), ("ap", 1)]);
    assert_eq!(counts(&options("up --nodes eu=3")), [("eu", 3), ("us", 1), ("ap", 1)]);
    assert_eq!(counts(&options("up --nodes 2,ap=1,sa=1")), [("eu", 2), ("us", 2), ("ap", 1), ("sa", 1)]);
    assert!(typed("up --nodes eu=many").is_err());
}

#[test]
fn settings_may_be_given_with_or_without_their_prefix() {
    let settings = options("up --set LOG=debug --set JUBILEE_WORKERS=1").settings;
    assert_eq!(settings, [("LOG".into(), "debug".into()), ("WORKERS".into(), "1".into())]);
}

#[test]
fn a_fault_meets_all_nodes_or_one_or_the_instance() {
    let place = |node, instance| Place { region: "eu".into(), node, instance };
    assert_eq!(typed("kill eu"), Ok((None, Verb::Kill(place(None, false)))));
    assert_eq!(typed("hang eu --node 2 --id 7"), Ok((Some(7), Verb::Hang(place(Some(2), false)))));
    assert_eq!(typed("--id 7 start eu --instance"), Ok((Some(7), Verb::Start(place(None, true)))));
    assert!(typed("kill eu --node 2 --instance").is_err());
    assert!(typed("kill").is_err());
}

#[test]
fn a_skew_has_a_sign_and_a_unit() {
    for (text, milliseconds) in [("3s", 3000), ("-1.5s", -1500), ("200ms", 200), ("0s", 0)] {
        assert_eq!(typed(&format!("skew us {text}")), Ok((None, Verb::Skew("us".into(), milliseconds))));
    }
    for text in ["3", "s", "three", "nans", "1e300s"] {
        assert!(typed(&format!("skew us {text}")).is_err(), "{text}");
    }
}

#[test]
fn a_dial_is_a_percentage_or_a_question() {
    assert_eq!(typed("dial eu 10"), Ok((None, Verb::Dial("eu".into(), Some(10)))));
    assert_eq!(typed("dial eu"), Ok((None, Verb::Dial("eu".into(), None))));
    assert_eq!(typed("replace eu new"), Ok((None, Verb::Replace("eu".into(), Some("new".into())))));
    assert!(typed("dial eu 101").is_err());
}

#[test]
fn a_drill_has_a_name_or_all_are_listed() {
    assert_eq!(typed("drill skew --id 3"), Ok((Some(3), Verb::Drill(Some("skew".into())))));
    assert_eq!(typed("drill --list"), Ok((None, Verb::Drill(None))));
    assert!(typed("drill").is_err());
    assert!(typed("drill skew --list").is_err());
}

#[test]
fn top_is_refreshed_each_second_or_as_told() {
    assert_eq!(typed("top"), Ok((None, Verb::Top(false, Duration::from_secs(1)))));
    assert_eq!(typed("top --once --every 5"), Ok((None, Verb::Top(true, Duration::from_secs(5)))));
    assert!(typed("top --every 0").is_err());
}

#[test]
fn a_laboratory_is_watched_when_asked_to() {
    assert!(options("up --observe").observe && !options("up").observe);
}
