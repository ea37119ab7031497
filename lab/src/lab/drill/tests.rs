use super::DRILLS;

#[test]
fn each_drill_has_a_name_of_its_own_and_an_alert_to_expect() {
    for (index, drill) in DRILLS.iter().enumerate() {
        assert!(!drill.alerts.is_empty(), "{} expects nothing", drill.name);
        assert!(DRILLS[..index].iter().all(|earlier| earlier.name != drill.name), "{} twice", drill.name);
    }
}

#[test]
fn every_alert_that_a_drill_expects_is_among_the_laboratorys_rules() {
    let rules = include_str!("../../../../observability/prometheus/rules/lab/alerts.yaml");
    for alert in DRILLS.iter().flat_map(|drill| drill.alerts) {
        assert!(rules.contains(&format!("alert: {alert}\n")), "no rule makes {alert}");
    }
}
