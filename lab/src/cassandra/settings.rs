//! The files that a node reads when it starts.

use super::{NodePlan, Security};
use crate::LabError;
use crate::template::render;
use std::fs;
use std::net::Ipv4Addr;

const YAML: &str = include_str!("../../cassandra/cassandra.yaml");
const LOGBACK: &str = include_str!("../../cassandra/logback.xml");

/// Writes them into the node's folder.
pub(super) fn write(plan: &NodePlan, address: Ipv4Addr, seeds: &[Ipv4Addr]) -> Result<(), LabError> {
    fs::create_dir_all(&plan.folder).map_err(LabError::file(&plan.folder))?;
    let rack = format!("dc={}\nrack=r1\n", plan.datacenter);
    for (name, text) in [
        ("cassandra.yaml", yaml(plan, address, seeds)),
        ("cassandra-rackdc.properties", rack),
        ("logback.xml", LOGBACK.to_owned()),
    ] {
        let path = plan.folder.join(name);
        fs::write(&path, text).map_err(LabError::file(&path))?;
    }
    Ok(())
}

fn yaml(plan: &NodePlan, address: Ipv4Addr, seeds: &[Ipv4Addr]) -> String {
    let seeds: Vec<_> = seeds.iter().map(Ipv4Addr::to_string).collect();
    let (authenticator, authorizer) = match plan.security {
        Security { password: true, .. } => ("PasswordAuthenticator", "CassandraAuthorizer"),
        Security { password: false, .. } => ("AllowAllAuthenticator", "AllowAllAuthorizer"),
    };
    let encryption = if plan.security.tls { encryption(plan) } else { String::new() };
    render(
        YAML,
        &[
            ("cluster", &plan.cluster),
            ("folder", &plan.folder.display().to_string()),
            ("address", &address.to_string()),
            ("seeds", &seeds.join(",")),
            ("token", &plan.token.to_string()),
            ("authenticator", authenticator),
            ("authorizer", authorizer),
            ("encryption", &encryption),
        ],
    )
}

fn encryption(plan: &NodePlan) -> String {
    format!(
        "client_encryption_options:\n  enabled: true\n  optional: false\n  keystore: {}\n  \
         keystore_password: {}\n  store_type: PKCS12\n",
        plan.folder.join(super::certificate::KEYSTORE).display(),
        super::certificate::PASSWORD,
    )
}

#[cfg(test)]
mod tests {
    use super::yaml;
    use crate::cassandra::{NodePlan, Security};
    use std::net::Ipv4Addr;

    fn rendered(security: Security) -> String {
        let plan = NodePlan {
            cluster: "test".into(),
            datacenter: "eu".into(),
            folder: "/data/eu-1".into(),
            token: 0,
            heap_megabytes: 256,
            for_load: false,
            jmx_port: None,
            security,
        };
        let address = Ipv4Addr::new(198, 18, 0, 43);
        yaml(&plan, address, &[address, Ipv4Addr::new(198, 18, 0, 75)])
    }

    #[test]
    fn a_node_syncs_its_commit_log_before_it_acknowledges() {
        let text = rendered(Security::default());
        assert!(text.contains("\ncommitlog_sync: group\n"), "{text}");
        assert!(text.contains("\nlisten_address: 198.18.0.43\n"), "{text}");
        assert!(text.contains("[{seeds: \"198.18.0.43,198.18.0.75\"}]"), "{text}");
        assert!(text.contains("\nauthenticator: AllowAllAuthenticator\n"), "{text}");
        assert!(!text.contains("client_encryption_options"), "{text}");
    }

    #[test]
    fn a_node_that_demands_a_password_and_tls_takes_nothing_else() {
        let text = rendered(Security { password: true, tls: true });
        assert!(text.contains("\nauthenticator: PasswordAuthenticator\n"), "{text}");
        assert!(text.contains("  optional: false\n  keystore: /data/eu-1/keystore.p12\n"), "{text}");
    }
}
