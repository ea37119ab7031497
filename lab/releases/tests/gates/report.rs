//! What a run leaves behind.

use crate::run::{Release, Script};

#[test]
fn a_report_tells_the_same_as_json_junit_and_a_page_that_fetches_nothing() {
    let release = Release::start("wrong-word");
    let settings = [("RATE", "50"), ("DURATION", "4s"), ("WARMUP", "0s")];
    let run = Script::new("load", &release.url()).set(&settings).run();
    run.assert_stopped_by(&["greetings are right, word for word"]);

    for name in [
        "script",
        "environment",
        "base_url",
        "requests",
        "failed_requests",
        "dropped_iterations",
        "requests_per_second",
    ] {
        assert!(!run.summary[name].is_null(), "{name}");
    }
    for operation in ["get", "put", "delete"] {
        for quantile in ["p50", "p90", "p95", "p99", "max"] {
            assert!(
                run.summary["latency_ms"][operation][quantile].as_f64() > Some(0.0),
                "{operation} {quantile}"
            );
        }
    }
    let gates = run.summary["gates"].as_array().expect("gates");
    for gate in gates {
        for text in ["name", "limit", "measured"] {
            assert!(gate[text].as_str().is_some_and(|text| !text.is_empty()), "{gate}");
        }
    }

    // What is told of people stays out of what becomes a label.
    let checks = run.summary["checks"].as_array().expect("checks");
    let broken: Vec<_> = checks.iter().filter(|check| check["fails"] != 0).collect();
    assert!(broken.len() == 1 && broken[0]["name"] == "a greeting is right", "{broken:?}");

    let junit = run.file("xml");
    assert_eq!(junit.matches("<testcase ").count(), gates.len());
    assert_eq!(junit.matches("<failure ").count(), run.failed().len());

    let page = run.file("html");
    assert!(page.matches("<svg ").count() >= 3, "latency by operation, and of GET and PUT over time");
    assert!(page.contains("<polyline ") && page.contains("prefers-color-scheme: dark"));
    assert!(page.contains("class=\"failed\">failed</td>"));
    for fetched in ["src=", "href=", "url(", "@import", "<script", "<link"] {
        assert!(!page.contains(fetched), "the page has {fetched}");
    }
    for (open, close) in
        [("<table>", "</table>"), ("<figure>", "</figure>"), ("<svg ", "</svg>"), ("<tr>", "</tr>")]
    {
        assert_eq!(page.matches(open).count(), page.matches(close).count(), "{open}");
    }
}
