//! A certificate for a node that demands TLS, made by Java's keytool.

use super::NodePlan;
use crate::LabError;
use crate::command::run;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

pub(super) const KEYSTORE: &str = "keystore.p12";
/// It guards nothing: the key lives as long as the node.
pub(super) const PASSWORD: &str = "laboratory";

/// Where the certificate lies, in PEM: a client trusts the node by it.
pub(crate) fn path(plan: &NodePlan) -> PathBuf {
    plan.folder.join("certificate.pem")
}

/// Makes a key and a certificate for the address, signed by itself.
pub(super) fn make(plan: &NodePlan, address: Ipv4Addr) -> Result<(), LabError> {
    let keystore = plan.folder.join(KEYSTORE);
    // The one of an earlier address.
    if keystore.exists() {
        std::fs::remove_file(&keystore).map_err(LabError::file(&keystore))?;
    }
    let keytool = || {
        let mut command = Command::new("keytool");
        command.args(["-alias", "node", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore"]);
        command.arg(&keystore);
        command
    };
    let name = format!("san=ip:{address}");
    let mut generate = keytool();
    generate.args(["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"]);
    run(generate.args(["-dname", "CN=jubilee-lab", "-ext", &name]), super::java::PACKAGE)?;
    run(keytool().args(["-exportcert", "-rfc", "-file"]).arg(path(plan)), super::java::PACKAGE)?;
    Ok(())
}
