//! The table of settings: from it come the flags, `.env.example`, and the README's table.

/// One thing that can be set.
#[derive(Debug)]
pub struct Setting {
    /// The name in capitals, without prefix: `REQUEST_TIMEOUT`.
    pub name: &'static str,
    /// The value it has if nobody sets it, as an operator would write it; in brackets where it is
    /// worked out.
    pub default: &'static str,
    /// What a value must be, for error messages.
    pub expected: &'static str,
    /// What it does, for help texts.
    pub help: &'static str,
}

impl Setting {
    /// Whether its value must not be shown.
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&self.name)
    }

    /// The environment variable, `JUBILEE_REQUEST_TIMEOUT`.
    pub fn variable(&self) -> String {
        format!("JUBILEE_{}", self.name)
    }

    /// The key in `jubilee.toml`, `request_timeout`.
    pub fn key(&self) -> String {
        self.name.to_ascii_lowercase()
    }

    /// The command line flag without its dashes, `request-timeout`.
    pub fn flag(&self) -> String {
        self.key().replace('_', "-")
    }
}

/// Settings whose value is never shown.
pub const SECRETS: &[&str] = &[CLUSTER_PASSWORD.name];

macro_rules! settings {
    ($($name:ident = $default:literal, $expected:literal, $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $name: Setting =
                Setting { name: stringify!($name), default: $default, expected: $expected, help: $help };
        )*
        /// All settings, in the order in which they are shown.
        pub const SETTINGS: &[Setting] = &[$($name),*];
    };
}

settings! {
    LISTEN = "127.0.0.1:8080", "an address and port such as 127.0.0.1:8080",
        "Where the API is served";
    ADMIN_LISTEN = "127.0.0.1:9180", "an address and port such as 127.0.0.1:9180",
        "Where metrics, build info, drain and the probes are served; never make it public";
    REGION = "local", "1 to 32 ASCII letters, digits, '-' or '_'",
        "The region this instance stands in; answers carry it";
    STORE = "embedded", "embedded or cluster",
        "Which engine keeps the birthdays: one file of this process, or Cassandra or ScyllaDB";
    DATA_DIR = "./data", "a folder",
        "Where the embedded store keeps its file; made if it is missing";
    CLUSTER_NODES = "127.0.0.1:9042", "host:port, several separated by commas",
        "Nodes to find the cluster through: this region's first, then some of each other region";
    CLUSTER_DATACENTER = "(REGION)", "1 to 32 ASCII letters, digits, '-' or '_'",
        "What the cluster calls this region";
    CLUSTER_KEYSPACE = "jubilee", "1 to 48 lower-case letters, digits or '_', a letter first",
        "The keyspace that holds Jubilee's tables";
    CLUSTER_REPLICATION = "eu:3,us:3,ap:3", "region:replicas, several separated by commas",
        "How many replicas each region keeps; for migrate";
    CLUSTER_FAILOVER_REGIONS = "(by measured round trip)", "none, or regions separated by commas",
        "Which regions answer, in this order, while this one's data centre is lost; none turns that off";
    CLUSTER_FAILOVER_GRACE = "10s", "a duration from 0s to 1h, such as 10s",
        "How long this region's data centre may be lost before the instance turns un-ready";
    CLUSTER_USERNAME = "(none)", "a name",
        "The user name that the cluster is given; without one, no password is sent";
    CLUSTER_PASSWORD = "(none)", "a password",
        "The password of CLUSTER_USERNAME; better kept in CLUSTER_PASSWORD_FILE";
    CLUSTER_PASSWORD_FILE = "(none)", "a file that can be read",
        "The file that holds the password of CLUSTER_USERNAME";
    CLUSTER_CA_FILE = "(none)", "a file of PEM certificates",
        "The authorities that sign the nodes' certificates; without it TLS is not used";
    WORKERS = "(one per core)", "a whole number from 1 to 1024",
        "HTTP worker threads, each with a Greeter";
    MAX_IN_FLIGHT = "(10,000/s for half of REQUEST_TIMEOUT)", "a whole number from 1 to 1000000",
        "Requests admitted at the same time; more are answered 503 at once";
    REQUEST_TIMEOUT = "2s", "a duration from 10ms to 5m, such as 2s or 500ms",
        "The deadline of each request: a body that is not complete by then is answered 408, a store that has not answered 504";
    KEEP_ALIVE = "75s", "a duration from 1s to 1h, such as 75s",
        "How long an idle connection is kept; longer than the idle time-out of any balancer in front";
    DRAIN_DELAY = "(5s; 0s on a terminal)", "a duration from 0s to 1h, such as 5s",
        "How long to go on serving, un-ready, after a signal to stop";
    SHUTDOWN_TIMEOUT = "30s", "a duration from 0s to 1h, such as 30s",
        "How long requests in flight may take to finish after DRAIN_DELAY";
    LEAP_DAY = "feb28", "feb28 or mar1",
        "When somebody born on 29 February is greeted in a common year";
    MAX_CLOCK_SKEW = "5s", "a duration from 1ms to 1h, such as 5s",
        "The greatest difference between any two clocks; a Sync-Token further ahead is refused";
    SLOW_REQUEST = "500ms", "a duration from 1ms to 1h, such as 500ms",
        "A request that takes longer is logged as a warning, with the times of its stages";
    LOG_FORMAT = "(pretty on a terminal, else json)", "pretty or json",
        "How log lines look";
    LOG = "warn,jubilee=info,scylla::client::session_builder=error,scylla::policies::load_balancing=off", "a filter such as info or warn,jubilee=debug",
        "Which log lines are written";
}
