use super::{Migration, Numbers, Phase, compatible};

fn migration(phase: Option<Phase>) -> Migration {
    Migration { number: 7, name: "drops_a_column".to_owned(), phase }
}

fn contract(after: &str) -> Migration {
    migration(Some(Phase::Contract { after: after.to_owned() }))
}

fn running(regions: &[(&str, &[&str])]) -> Numbers {
    let numbers = |numbers: &[&str]| numbers.iter().map(|&number| number.to_owned()).collect();
    regions.iter().map(|(region, versions)| ((*region).to_owned(), numbers(versions))).collect()
}

fn regions() -> Vec<String> {
    ["eu", "us"].map(str::to_owned).to_vec()
}

#[test]
fn a_plan_is_read_with_its_phases() {
    let text = r#"{"migrations":[
        {"number":1,"name":"a","phase":"expand","after":null},
        {"number":2,"name":"b","phase":"contract","after":"1.2.3"},
        {"number":3,"name":"c","phase":null,"after":null},
        {"number":4,"name":"d","phase":"contract","after":null}],"statements":["CREATE ..."]}"#;
    let phases: Vec<_> =
        Migration::pending(text).expect("a plan").into_iter().map(|migration| migration.phase).collect();
    let contract = Phase::Contract { after: "1.2.3".to_owned() };
    assert_eq!(phases, [Some(Phase::Expand), Some(contract), None, None]);
    assert!(Migration::pending("nothing to do").is_err());
}

#[test]
fn what_adds_may_always_go_first() {
    assert_eq!(compatible(&[migration(Some(Phase::Expand))], &regions(), &Numbers::new()), Ok(()));
}

#[test]
fn a_migration_without_a_phase_is_refused() {
    let refused = compatible(&[migration(None)], &regions(), &Numbers::new());
    assert_eq!(refused, Err("0007_drops_a_column does not say its phase".to_owned()));
}

#[test]
fn what_takes_away_waits_until_every_instance_of_every_region_bears_it() {
    let allowed =
        |after, told: &[(&str, &[&str])]| compatible(&[contract(after)], &regions(), &running(told));
    assert_eq!(allowed("1.9.0", &[("eu", &["1.9.0"]), ("us", &["1.10.0", "2.0.0"])]), Ok(()));
    for refused in [
        allowed("1.9.0", &[("eu", &["1.9.0"]), ("us", &["1.10.0", "1.8.9"])]),
        allowed("1.9.0", &[("eu", &["1.9.0"]), ("us", &[])]),
        allowed("1.9.0", &[("eu", &["1.9.0"])]),
        allowed("1.9.0", &[("eu", &["1.9.0"]), ("us", &["2.0.0-rc1"])]),
        allowed("soon", &[("eu", &["1.9.0"]), ("us", &["1.9.0"])]),
    ] {
        assert!(refused.as_ref().is_err_and(|why| why.contains("0007_drops_a_column")), "{refused:?}");
    }
}

#[test]
fn one_that_is_refused_refuses_all() {
    let pending = [migration(Some(Phase::Expand)), contract("9.0.0")];
    assert!(compatible(&pending, &regions(), &running(&[("eu", &["1.0.0"]), ("us", &["1.0.0"])])).is_err());
}
