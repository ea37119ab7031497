//! What actionlint does not know of `.github/workflows`: that nothing moves under us, that nobody may more than they must,
//! and that each step is a command of a desk.

use crate::tree;
use crate::yaml::{self, Values};
use std::collections::{BTreeMap, BTreeSet};

/// What a job may write, beside reading; all others nothing. `id-token`: to say who it is, in place of a key.
const WRITES: &[(&str, &[&str])] = &[
    ("deploy/staging", &["id-token"]),
    ("deploy/production", &["id-token"]),
    ("rollout/rollout", &["id-token"]),
    ("release/image", &["packages"]),
    ("release/publish", &["attestations", "contents", "id-token", "packages"]),
];

/// The expressions that may stand in a workflow: none is made of what a stranger wrote in a title, branch or comment, and
/// none is a secret but the token that GitHub makes for each run.
const EXPRESSIONS: &[&str] = &[
    "github.actor",
    "github.event_name == 'pull_request'",
    "github.ref",
    "github.ref_name",
    "github.repository",
    "inputs.",
    "!cancelled() && ",
    "hashFiles(",
    "matrix.runner",
    "runner.arch",
    "secrets.GITHUB_TOKEN",
    "steps.index.outputs.",
    "steps.verify.outputs.",
    "vars.",
];

struct Workflow {
    name: String,
    values: Values,
}

impl Workflow {
    fn read(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), values: yaml::read(text) }
    }

    fn get(&self, path: &str) -> Option<&str> {
        self.values.get(path).map(String::as_str)
    }

    /// The names right under a path.
    fn under(&self, path: &str) -> BTreeSet<&str> {
        let prefix = format!("{path}/");
        self.values.keys().filter_map(|key| key.strip_prefix(&prefix)?.split('/').next()).collect()
    }

    fn jobs(&self) -> BTreeSet<&str> {
        self.under("jobs")
    }

    /// All values of a key, with the place where each stands.
    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = (String, &'a str)> {
        let named = move |path: &str| path.rsplit('/').next() == Some(key);
        let found = self.values.iter().filter(move |(path, _)| named(path));
        found.map(|(path, value)| (format!("{}: {path}", self.name), value.as_str()))
    }
}

fn workflows() -> Vec<Workflow> {
    let files = tree::files_under(".github/workflows", ".yml");
    let name = |path: &str| path.rsplit('/').next().expect("a name").trim_end_matches(".yml").to_owned();
    files.iter().map(|file| Workflow::read(&name(&file.path), &file.text)).collect()
}

fn assert_none(fault: fn(&Workflow) -> Vec<String>) {
    let faults: Vec<_> = workflows().iter().flat_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `owner/name@` and 40 digits, then the version that they are, for people and for Dependabot.
fn unpinned(workflow: &Workflow) -> Vec<String> {
    let pinned = |uses: &str| {
        let Some((action, version)) = uses.split_once(" # v") else { return false };
        let hash = action.split_once('@').map_or("", |(_, hash)| hash);
        let hexadecimal = |digit: char| digit.is_ascii_digit() || ('a'..='f').contains(&digit);
        let numbers: Vec<_> = version.split('.').collect();
        hash.len() == 40
            && hash.chars().all(hexadecimal)
            && numbers.len() == 3
            && numbers.iter().all(|number| number.parse::<u32>().is_ok())
    };
    let ours =
        |uses: &str| uses.starts_with("./.github/workflows/") && tree::root().join(&uses[2..]).is_file();
    let loose = workflow.all("uses").filter(|(_, uses)| !pinned(uses) && !ours(uses));
    loose.map(|(place, uses)| format!("{place}: {uses} is not pinned by its hash and version")).collect()
}

fn grasping(workflow: &Workflow) -> Vec<String> {
    let mut faults = Vec::new();
    if workflow.get("permissions") != Some("{}") {
        faults.push(format!("{}: a job that says nothing may do more than nothing", workflow.name));
    }
    for job in workflow.jobs() {
        let job_name = format!("{}/{job}", workflow.name);
        let path = format!("jobs/{job}/permissions");
        if workflow.under(&path).is_empty() {
            faults.push(format!("{job_name}: does not say, one by one, what it may"));
        }
        let allowed =
            WRITES.iter().find(|(name, _)| *name == job_name).map_or(&[][..], |(_, writes)| *writes);
        for what in workflow.under(&path) {
            match workflow.get(&format!("{path}/{what}")) {
                Some("read") => {}
                Some("write") if allowed.contains(&what) => {}
                other => faults.push(format!("{job_name}: may {} {what}", other.unwrap_or_default())),
            }
        }
    }
    faults
}

fn no_command_of_a_desk(workflow: &Workflow) -> Vec<String> {
    let makefile = tree::read("Makefile");
    let known = |target: &str| makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
    let ours = |run: &str| run.strip_prefix("make ").is_some_and(known);
    let strange = workflow.all("run").filter(|(_, run)| !ours(run));
    strange.map(|(place, run)| format!("{place}: `{run}` is not one target of the Makefile")).collect()
}

fn endless(workflow: &Workflow) -> Vec<String> {
    let bounded = |job: &str| {
        let minutes = workflow.get(&format!("jobs/{job}/timeout-minutes"));
        // One that is another workflow's is bounded there.
        workflow.get(&format!("jobs/{job}/uses")).is_some()
            || minutes.and_then(|minutes| minutes.parse().ok()).is_some_and(|minutes: u32| minutes <= 350)
    };
    let jobs = workflow.jobs().into_iter().filter(|job| !bounded(job));
    jobs.map(|job| format!("{}/{job}: nothing of ours ends it", workflow.name)).collect()
}

fn strange_expressions(workflow: &Workflow) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, value) in &workflow.values {
        let bare = path.ends_with("/if") && !value.contains("${{");
        let expressions =
            value.split("${{").skip(1).map(|rest| rest.split("}}").next().unwrap_or(rest).trim());
        for expression in expressions.chain(bare.then_some(value.as_str())) {
            let known =
                EXPRESSIONS.iter().any(|known| expression.starts_with(known)) || expression == "always()";
            let secret = expression.contains("secrets.") && expression != "secrets.GITHUB_TOKEN";
            if !known || secret || expression.contains("github.event.") {
                faults.push(format!("{}: {path}: {expression}", workflow.name));
            }
        }
        if path.ends_with("/secrets")
            || path.contains("pull_request_target")
            || value == "pull_request_target"
        {
            faults.push(format!("{}: {path}: {value}", workflow.name));
        }
    }
    faults
}

fn kept_credentials(workflow: &Workflow) -> Vec<String> {
    let checkouts = workflow.values.iter().filter(|(_, value)| value.starts_with("actions/checkout@"));
    let kept = checkouts.filter(|(path, _)| {
        let step = path.strip_suffix("/uses").expect("it is a step's");
        workflow.get(&format!("{step}/with/persist-credentials")) != Some("false")
    });
    kept.map(|(path, _)| format!("{}: {path} leaves the token in the checkout", workflow.name)).collect()
}

#[test]
fn every_action_is_pinned_by_hash_and_says_which_version_that_is() {
    assert_none(unpinned);
    let mut pins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for workflow in workflows() {
        for (_, uses) in workflow.all("uses") {
            let action = uses.split('@').next().expect("a name").to_owned();
            pins.entry(action).or_default().insert(uses.to_owned());
        }
    }
    assert!(pins.len() > 5, "{pins:?}");
    assert!(pins.values().all(|pins| pins.len() == 1), "one action, one version: {pins:#?}");
}

#[test]
fn every_job_may_only_what_it_must() {
    assert_none(grasping);
    let jobs: BTreeSet<_> = workflows()
        .iter()
        .flat_map(|workflow| {
            workflow.jobs().into_iter().map(|job| format!("{}/{job}", workflow.name)).collect::<Vec<_>>()
        })
        .collect();
    let gone: Vec<_> = WRITES.iter().filter(|(job, _)| !jobs.contains(*job)).collect();
    assert!(gone.is_empty(), "there are no such jobs: {gone:?}");
}

#[test]
fn every_step_that_runs_something_is_one_target_of_the_makefile() {
    assert_none(no_command_of_a_desk);
}

#[test]
fn every_job_ends_by_itself() {
    assert_none(endless);
}

#[test]
fn no_secret_is_used_and_nothing_that_a_stranger_wrote() {
    assert_none(strange_expressions);
}

#[test]
fn no_checkout_keeps_the_token() {
    assert_none(kept_credentials);
}

#[test]
fn a_deploy_goes_through_staging_with_approvals_and_alone() {
    let workflows = workflows();
    let named = |name: &str| workflows.iter().find(|workflow| workflow.name == name).expect("it is there");
    let (deploy, rollout) = (named("deploy"), named("rollout"));
    // Approvals are the environment's, at GitHub.
    assert_eq!(rollout.get("jobs/rollout/environment"), Some("${{ inputs.environment }}"));
    for environment in ["staging", "production"] {
        let job = format!("jobs/{environment}");
        assert_eq!(deploy.get(&format!("{job}/uses")), Some("./.github/workflows/rollout.yml"));
        assert_eq!(deploy.get(&format!("{job}/with/environment")), Some(environment));
    }
    assert_eq!(deploy.jobs().len(), 2);
    assert_eq!(deploy.get("jobs/production/needs"), Some("staging"));
    let condition = deploy.get("jobs/production/if").expect("a condition");
    assert!(condition.contains("inputs.verb == 'start' && needs.staging.result == 'success'"), "{condition}");
    assert_eq!(deploy.get("concurrency/group"), Some("deploy"), "a name that every run shares");
    assert_eq!(deploy.get("concurrency/cancel-in-progress"), Some("false"));
    assert_eq!(
        rollout.under("on").into_iter().collect::<Vec<_>>(),
        ["workflow_call"],
        "only deploy starts it"
    );
    assert!(rollout.all("run").any(|(_, run)| run == "make verify"), "only what is signed is deployed");
    let versions: Vec<_> = rollout.all("VERSION").map(|(_, version)| version).collect();
    assert!(
        versions.contains(&"${{ steps.verify.outputs.digest }}"),
        "and what is deployed is that: {versions:?}"
    );
}

#[test]
fn each_planted_mistake_is_told() {
    type Rule = fn(&Workflow) -> Vec<String>;
    let hash = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
    let mistakes: &[(Rule, &[&str])] = &[
        (
            unpinned,
            &[
                "uses: actions/checkout@v6",
                &format!("uses: actions/checkout@{hash}"),
                &format!("uses: actions/checkout@{hash} # v6"),
                &format!("uses: actions/checkout@{} # v6.0.2", &hash[1..]),
                "uses: ./.github/workflows/none.yml",
                "uses: docker://alpine:3",
            ],
        ),
        (
            grasping,
            &[
                "name: x",
                "permissions: {}\njobs:\n  a:\n    name: x",
                "permissions: write-all\njobs:\n  a:\n    permissions:\n      contents: read",
                "permissions: {}\njobs:\n  a:\n    permissions: write-all",
                "permissions: {}\njobs:\n  a:\n    permissions:\n      contents: write",
            ],
        ),
        (
            no_command_of_a_desk,
            &[
                "run: cargo test",
                "run: make test clean",
                "run: make nothing",
                "run: make test && true",
                "run: make",
            ],
        ),
        (
            endless,
            &[
                "jobs:\n  a:\n    name: x",
                "jobs:\n  a:\n    timeout-minutes: 600",
                "jobs:\n  a:\n    timeout-minutes: x",
            ],
        ),
        (
            strange_expressions,
            &[
                "name: ${{ github.event.pull_request.title }}",
                "name: ${{ github.head_ref }}",
                "key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}",
                "key: ${{ inputs.verb || secrets.OTHER }}",
                "a:\n  if: github.event.issue.body == 'x'",
                "jobs:\n  a:\n    secrets: inherit",
                "on:\n  pull_request_target:\n    types: [opened]",
                "on: pull_request_target",
            ],
        ),
        (
            kept_credentials,
            &[
                "a:\n  uses: actions/checkout@x",
                "a:\n  uses: actions/checkout@x\n  with:\n    persist-credentials: true",
            ],
        ),
    ];
    for (rule, texts) in mistakes {
        for text in *texts {
            assert_ne!(rule(&Workflow::read("planted", text)), [""; 0], "nothing is told of\n{text}");
        }
    }
}
