//! An emulated AWS, one for all tests, in which each has a cluster of its own.

use jubilee_rollout::platform::aws::AwsPlatform;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The one that runs. It ends with its standard input, and that with this process.
struct Server {
    told: Value,
    child: Mutex<(Child, BufReader<ChildStdout>)>,
}

/// Two regions on 1.0.0.
pub(crate) struct Emulator {
    aws: AwsPlatform,
    variables: Vec<(String, String)>,
    cluster: &'static str,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut command = Command::new(root.join("scripts/aws-emulator"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the emulator");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let told = serde_json::from_str(&line).expect("where it is");
        Server { told, child: Mutex::new((child, output)) }
    })
}

/// Regions of a test's own, of this name.
pub(crate) fn platform(cluster: &'static str) -> Emulator {
    let server = server();
    {
        let mut server = server.child.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(server.0.stdin.as_mut().expect("piped"), "{cluster}").expect("it reads");
        let mut made = String::new();
        server.1.read_line(&mut made).expect("it answers");
        assert_eq!(made, "made\n");
    }
    let told = &server.told;
    let text = |name: &str| told[name].as_str().expect("a text").to_owned();
    let path = format!("{}:{}", text("programs"), std::env::var("PATH").unwrap_or_default());
    let variables = [
        ("PATH", path),
        ("AWS_ENDPOINT_URL", text("url")),
        ("AWS_ENDPOINT_URL_GLOBAL_ACCELERATOR", text("accelerator_url")),
        ("AWS_ACCESS_KEY_ID", "a".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "b".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("regions.toml");
    fs::write(&file, description(told, cluster)).expect("written");
    let aws = AwsPlatform::new(&file).expect("a description").with_variables(variables.clone());
    Emulator { aws, variables, cluster }
}

fn description(told: &Value, cluster: &str) -> String {
    let mut file = format!("parameters = \"/{cluster}/rollout\"\n");
    for name in ["eu", "us"] {
        file += &format!(
            "[[regions]]\nname = \"{name}\"\naws_region = {}\ncluster = \"{cluster}\"\nservice = \"jubilee\"\n\
             container = \"jubilee\"\nrepository = {}\naddress = \"http://{name}\"\ndrain = \"10ms\"\n\
             poll = \"10ms\"\nreplace_within = \"15s\"\n\
             endpoint_group = \"{}/listener/l/endpoint-group/{cluster}-{name}\"\n",
            told["regions"][name],
            told["repository"],
            told["accelerator"].as_str().expect("a text"),
        );
    }
    file
}

impl Emulator {
    /// Asks as somebody beside the platform would.
    fn ask(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new("aws");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.args(["--region", "eu-west-1", "--output", "json"]).args(arguments).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The task definition that the service of the canary names.
    pub(crate) fn definition(&self) -> String {
        let told =
            self.ask(&["ecs", "describe-services", "--cluster", self.cluster, "--services", "jubilee"]);
        told["services"][0]["taskDefinition"].as_str().expect("a name").to_owned()
    }

    /// Its container, as it is described.
    pub(crate) fn container(&self) -> Value {
        let definition = self.definition();
        let told = self.ask(&["ecs", "describe-task-definition", "--task-definition", &definition]);
        told["taskDefinition"]["containerDefinitions"][0].clone()
    }

    /// A lock that somebody left behind.
    pub(crate) fn put_lock(&self, text: &str) {
        let name = format!("/{}/rollout/lock", self.cluster);
        let asked = json!({"Name": name, "Value": text, "Type": "String"}).to_string();
        self.ask(&["ssm", "put-parameter", "--cli-input-json", &asked]);
    }
}

impl Deref for Emulator {
    type Target = AwsPlatform;

    fn deref(&self) -> &AwsPlatform {
        &self.aws
    }
}
