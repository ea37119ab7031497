//! The schema changes while all regions are served. Keyspaces that are made for it go with the laboratory.

use crate::clients::Clients;
use crate::cql::Cql;
use crate::laboratory::{another_instance, command, reason, turn, wait};
use jubilee_lab::{Lab, Target};
use std::process::{Child, Stdio};

/// `jubilee migrate` from a region, on a keyspace other than the laboratory's.
fn migrate(lab: &Lab, region: &str, keyspace: &str, replication: &str, arguments: &[&str]) -> Child {
    let mut command = command(lab, region, "migrate");
    command.args(arguments);
    command.args(["--cluster-keyspace", keyspace, "--cluster-replication", replication]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// What it has said, if it has ended well.
fn well(child: Child) -> String {
    let output = child.wait_with_output().expect("it ends");
    let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
    said(&output.stdout) + &said(&output.stderr)
}

#[test]
fn the_schema_is_migrated_under_load() {
    let lab = turn();
    let clients = Clients::start(&lab, "migrated", 40);
    // Two at once, from two regions.
    let both = ["eu", "us"].map(|region| migrate(&lab, region, "second", "eu:3,us:1,ap:1", &[]));
    for child in both {
        well(child);
    }
    let again = well(migrate(&lab, "ap", "second", "eu:3,us:1,ap:1", &[]));
    eprintln!("a third one says: {again}");
    clients.wait_for_more(20);
    let seen = clients.stop();
    seen.every_promise_was_kept();
}

#[test]
fn an_older_program_serves_on_a_newer_schema() {
    let lab = turn();
    let clients = Clients::start(&lab, "older", 40);
    let node = Cql::on(lab.nodes("eu").expect("a region")[0]);
    node.run("ALTER TABLE jubilee.birthdays ADD shoe_size int");
    node.run("INSERT INTO jubilee.migrations (number, checksum) VALUES (9000, 'of a program to come')");
    clients.wait_for_more(20);
    // It serves on, and starts: it is ready again when this returns.
    lab.restart(Target::Instance("us")).expect("a restart");
    clients.wait_for_more(20);
    let seen = clients.stop();
    node.run("DELETE FROM jubilee.migrations WHERE number = 9000");
    node.run("ALTER TABLE jubilee.birthdays DROP shoe_size");
    seen.every_promise_was_kept();
}

#[test]
fn a_mended_replication_is_applied() {
    let lab = turn();
    let clients = Clients::start(&lab, "replicated", 40);
    // Somebody forgot ap.
    well(migrate(&lab, "eu", "mended", "eu:3,us:1", &[]));
    let instance = another_instance(&lab, "ap", &[("CLUSTER_KEYSPACE", "mended")]);
    wait("it misses its region", || reason(instance.public).as_deref() == Some("region_unknown"));

    let told = migrate(&lab, "eu", "mended", "eu:3,us:1,ap:1", &[]).wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&told.stderr).into_owned() + &String::from_utf8_lossy(&told.stdout);
    assert!(said.contains("--alter-replication"), "{said}");
    assert_eq!(reason(instance.public).as_deref(), Some("region_unknown"), "nothing was changed unasked");
    let told = well(migrate(&lab, "eu", "mended", "eu:3,us:1,ap:1", &["--alter-replication"]));
    assert!(told.contains("nodetool rebuild -ks mended"), "{told}");
    lab.nodetool("ap", 1, &["rebuild", "-ks", "mended", "--", "eu"]).expect("the data is fetched");
    wait("it is ready", || reason(instance.public).as_deref() == Some("ok"));
    let mut client = instance.client();
    let written =
        client.request("PUT", "/hello/ada", &[], br#"{"dateOfBirth":"1815-12-10"}"#).expect("an answer");
    assert_eq!(written.status, 204, "{}", written.text());

    let seen = clients.stop();
    seen.every_promise_was_kept();
}
