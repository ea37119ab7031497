//! `/openapi.json` and the bundled Swagger UI.

use jubilee_test_support::TestApp;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_document_is_openapi_3_1_and_names_every_path() {
    let app = TestApp::start();
    let response = app.get("/openapi.json");
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    let document = response.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    assert_eq!(document["info"]["title"], "Jubilee");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let paths: BTreeSet<_> =
        document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(paths, BTreeSet::from(["/", "/hello/{username}", "/livez", "/readyz"]));
    let hello = document["paths"]["/hello/{username}"].as_object().expect("operations");
    assert_eq!(
        hello.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        BTreeSet::from(["delete", "get", "put"])
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = TestApp::start().get("/openapi.json").json();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a reference into the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn every_operation_says_how_it_is_called_and_answered() {
    let document = TestApp::start().get("/openapi.json").json();
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            assert!(ids.insert(operation["operationId"].as_str().expect("an id")), "{method} {path}");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
            for problem in responses.keys().filter(|status| status.as_str() >= "4") {
                assert!(responses[problem]["$ref"].is_string(), "{method} {path} {problem}");
            }
        }
    }
    let problem = &document["components"]["responses"]["ProblemResponse"]["content"];
    assert!(problem["application/problem+json"].is_object(), "{problem}");
}

#[test]
fn docs_leads_to_a_page_that_needs_nothing_from_elsewhere() {
    let app = TestApp::start();
    let redirect = app.get("/docs");
    assert_eq!((redirect.status, redirect.header("location")), (308, Some("/docs/")));
    let page = app.get("/docs/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));

    let assets = attribute_values(page.text());
    assert!(assets.len() >= 4, "{assets:?}");
    for asset in assets {
        let name = asset.strip_prefix("./").unwrap_or(asset);
        assert!(!name.contains("//") && !name.starts_with('/'), "{asset} is not served here");
        let file = app.get(format!("/docs/{name}"));
        let kind = file.header("content-type").expect("a content type");
        let expected = match name.rsplit_once('.').expect("an ending").1 {
            "css" => "text/css",
            "js" => "javascript",
            "png" => "image/png",
            other => panic!("no test knows what a {other} is"),
        };
        assert_eq!(file.status, 200, "{name}");
        assert!(kind.contains(expected), "{name} is {kind}");
        assert!(!file.body.is_empty());
        if expected == "text/css" {
            assert!(!file.text().contains("url(http") && !file.text().contains("@import"), "{name}");
        }
    }
    let initializer = app.get("/docs/swagger-initializer.js");
    assert!(initializer.text().contains("/openapi.json"));
    assert!(!initializer.text().contains("://"), "{}", initializer.text());
    // The default is a validator on the internet.
    assert!(initializer.text().contains(r#""validatorUrl": "none""#), "{}", initializer.text());
}

fn collect_references<'document>(value: &'document Value, into: &mut Vec<&'document str>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| collect_references(field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, into)),
        _ => {}
    }
}

/// The values of all `src` and `href` attributes.
fn attribute_values(html: &str) -> Vec<&str> {
    let after = ["src=\"", "href=\""].into_iter().flat_map(|attribute| html.split(attribute).skip(1));
    after.filter_map(|rest| rest.split('"').next()).collect()
}
