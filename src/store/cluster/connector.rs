//! Makes sessions: which nodes, which credentials, which certificates, and how long to wait for any.

use crate::config::ClusterSettings;
use crate::store::Unready;
use futures_util::future::{Either, select};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::errors::{
    ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind as SetupError, DbError,
    MetadataError, NewSessionError,
};
use scylla::policies::address_translator::AddressTranslator;
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::statement::Consistency;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How long a node may take to accept a connection, how often an idle connection is asked for a sign
/// of life, and how long that may take. With the driver's defaults a hung node costs a minute.
const PATIENCE: Duration = Duration::from_secs(1);
/// A node that hangs holds up whoever asks it first; after this somebody asks from the other end of the list.
const RIVAL_AFTER: Duration = Duration::from_millis(500);
/// How long a node may take to describe the cluster, before another is asked.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);
/// A node that has missed a change of the schema fetches it after a minute, by Cassandra's default.
const SCHEMA_AGREEMENT_TIMEOUT: Duration = Duration::from_secs(90);
/// For what is not a user's request: migrations, the check of the schema.
const HOUSEKEEPING_TIMEOUT: Duration = Duration::from_secs(10);

/// Makes sessions with the cluster; each resolves the nodes' names anew.
#[derive(Clone)]
pub struct Connector {
    settings: ClusterSettings,
    address_translator: Option<Arc<dyn AddressTranslator>>,
}

/// Why there is no session. The texts are for operators.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No node can be reached.
    #[error("no node of CLUSTER_NODES can be reached: {0}")]
    Unreachable(String),
    /// The cluster does not know us, or wants to.
    #[error("the cluster refuses the credentials; check CLUSTER_USERNAME and CLUSTER_PASSWORD: {0}")]
    CredentialsRefused(String),
    /// The file of certificates is of no use.
    #[error("CLUSTER_CA_FILE {0}")]
    Certificates(String),
    /// A node shows a certificate that nobody in that file has signed.
    #[error("a node's certificate is not signed by any of CLUSTER_CA_FILE: {0}")]
    CertificateRefused(String),
}

impl Connector {
    /// A connector to the cluster that the settings name.
    pub const fn new(settings: ClusterSettings) -> Self {
        Self { settings, address_translator: None }
    }

    /// The same, reaching each node under another address than the one it tells: through a proxy or a
    /// tunnel. Without this the driver goes round them.
    pub fn through(self, address_translator: Arc<dyn AddressTranslator>) -> Self {
        Self { address_translator: Some(address_translator), ..self }
    }

    /// The settings it was made with.
    pub const fn settings(&self) -> &ClusterSettings {
        &self.settings
    }

    /// Makes a session. Statements without a profile of their own prefer this region and take another
    /// where it is lost.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(&self) -> Result<Session, ConnectError> {
        let nodes = &self.settings.nodes;
        let rival = async {
            sleep(RIVAL_AFTER).await;
            self.connect_by(nodes.iter().rev()).await
        };
        match select(pin!(self.connect_by(nodes.iter())), pin!(rival)).await {
            Either::Left((result, _)) | Either::Right((result @ Ok(_), _)) => result,
            Either::Right((Err(_), first)) => first.await,
        }
    }

    /// Asks these nodes, one after the other, what the cluster is.
    async fn connect_by(&self, nodes: impl Iterator<Item = &String>) -> Result<Session, ConnectError> {
        let mut builder = SessionBuilder::new()
            .known_nodes(nodes)
            .connection_timeout(PATIENCE)
            .keepalive_interval(PATIENCE)
            .keepalive_timeout(PATIENCE)
            .metadata_request_serverside_timeout(METADATA_TIMEOUT / 2)
            .metadata_request_clientside_timeout(METADATA_TIMEOUT)
            .hostname_resolution_timeout(Some(PATIENCE))
            .schema_agreement_timeout(SCHEMA_AGREEMENT_TIMEOUT)
            .keyspaces_to_fetch([&self.settings.keyspace])
            .default_execution_profile_handle(self.housekeeping().into_handle());
        if let Some(translator) = &self.address_translator {
            builder = builder.address_translator(Arc::clone(translator));
        }
        if let Some((username, password)) = &self.settings.credentials {
            builder = builder.user(username, password.reveal());
        }
        if let Some(path) = &self.settings.ca_file {
            builder = builder.tls_context(Some(Arc::new(tls(path)?)));
        }
        let session = builder.build().await.map_err(|error| ConnectError::from(&error))?;
        // Where no node could describe the cluster in time, the driver takes what it was told for all that there is.
        if !knows_datacenters(&session) {
            let asked_again = session.refresh_metadata().await;
            asked_again.map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        }
        Ok(session)
    }

    fn housekeeping(&self) -> ExecutionProfile {
        let policy = DefaultPolicy::builder()
            .prefer_datacenter(self.settings.datacenter.to_string())
            .permit_dc_failover(true)
            .build();
        ExecutionProfile::builder()
            .load_balancing_policy(policy)
            .consistency(Consistency::LocalQuorum)
            .request_timeout(Some(HOUSEKEEPING_TIMEOUT))
            .build()
    }
}

fn knows_datacenters(session: &Session) -> bool {
    session.get_cluster_state().get_nodes_info().iter().any(|node| node.datacenter.is_some())
}

fn tls(ca_file: &Path) -> Result<ClientConfig, ConnectError> {
    let fault = |what: String| ConnectError::Certificates(format!("{}: {what}", ca_file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file).map_err(|error| fault(error.to_string()))? {
        let certificate = certificate.map_err(|error| fault(error.to_string()))?;
        roots.add(certificate).map_err(|error| fault(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(fault("it holds no certificate".into()));
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

impl From<ConnectError> for Unready {
    fn from(error: ConnectError) -> Self {
        let reason = match error {
            ConnectError::Unreachable(_) => "unreachable",
            ConnectError::CredentialsRefused(_) => "credentials_refused",
            ConnectError::Certificates(_) => "certificates_unusable",
            ConnectError::CertificateRefused(_) => "certificate_refused",
        };
        Self { reason, cause: error.to_string() }
    }
}

impl From<&NewSessionError> for ConnectError {
    fn from(error: &NewSessionError) -> Self {
        let text = error.to_string();
        match last_connection_error(error) {
            Some(ConnectionError::ConnectionSetupRequestError(setup))
                if is_about_credentials(&setup.error) =>
            {
                Self::CredentialsRefused(text)
            }
            Some(ConnectionError::IoError(error)) if is_about_certificates(error) => {
                Self::CertificateRefused(text)
            }
            _ => Self::Unreachable(text),
        }
    }
}

const fn last_connection_error(error: &NewSessionError) -> Option<&ConnectionError> {
    match error {
        NewSessionError::MetadataError(MetadataError::ConnectionPoolError(ConnectionPoolError::Broken {
            last_connection_error,
        })) => Some(last_connection_error),
        _ => None,
    }
}

const fn is_about_credentials(error: &SetupError) -> bool {
    matches!(
        error,
        SetupError::DbError(DbError::AuthenticationError, _)
            | SetupError::StartAuthSessionError(_)
            | SetupError::AuthChallengeEvaluationError(_)
            | SetupError::AuthFinishError(_)
            | SetupError::MissingAuthentication
    )
}

fn is_about_certificates(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}
