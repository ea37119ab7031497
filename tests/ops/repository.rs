//! What every file of the repository keeps to.

use crate::paths::without_comments_and_literals;
use crate::tree::{self, SourceFile, files_under};

const LONGEST_FILE: usize = 350;

fn code() -> Vec<SourceFile> {
    let folders = ["src", "lab", "deploy", "tests", "benches"].into_iter();
    let rust = folders.flat_map(|folder| files_under(folder, ".rs"));
    rust.chain(files_under("k6", ".js")).collect()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_so_long_that_it_hides_a_second_idea() {
    let too_long: Vec<_> = code()
        .iter()
        .filter(|file| file.text.lines().count() > LONGEST_FILE)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    assert_none(&too_long);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file holds none of them.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("dbg", "!("), concat!("todo", "!(")];
    let left: Vec<_> = code()
        .iter()
        .flat_map(|file| {
            let lines = file.text.lines().enumerate();
            lines
                .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
                .map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim()))
        })
        .collect();
    assert_none(&left);
}

#[test]
fn no_test_sleeps_without_saying_why() {
    let sleepers: Vec<_> = ["tests", "lab/tests", "lab/releases/tests"]
        .into_iter()
        .flat_map(|folder| files_under(folder, ".rs"))
        .flat_map(|file| {
            let (lines, bare) =
                (file.text.lines().collect::<Vec<_>>(), without_comments_and_literals(&file.text));
            let says_why = |index: usize| {
                lines[index.saturating_sub(2)..index].iter().any(|line| line.trim_start().starts_with("//"))
            };
            let sleeps = bare.lines().enumerate().filter(|(_, line)| line.contains("sleep("));
            let silent = sleeps.filter(|(index, _)| !says_why(*index)).map(|(index, _)| {
                format!("{}:{}: say in the lines above why it sleeps", file.path, index + 1)
            });
            silent.collect::<Vec<_>>()
        })
        .collect();
    assert_none(&sleepers);
}

#[test]
fn the_changelog_tells_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(tree::read("CHANGELOG.md").contains(&format!("## [{version}]")), "nothing on {version}");
}

#[test]
fn every_mutant_says_what_it_breaks_and_names_a_test_that_exists() {
    let faults: Vec<_> =
        files_under("tests/mutants", ".patch").iter().filter_map(|patch| mutant_fault(patch).err()).collect();
    assert_none(&faults);
}

fn mutant_fault(patch: &SourceFile) -> Result<(), String> {
    let header = |key: &str| {
        let value = patch.text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        value.filter(|value| !value.is_empty()).ok_or_else(|| format!("{}: no line {key}", patch.path))
    };
    header("# breaks:")?;
    let red = header("# red:")?;
    let words: Vec<_> = red.split_whitespace().collect();
    let (package, words) = match words[..] {
        ["-p", "jubilee-lab", ref words @ ..] => ("lab/", words),
        ["-p", "jubilee-releases", ref words @ ..] => ("lab/releases/", words),
        ["-p", "jubilee-rollout", ref words @ ..] => ("deploy/rollout/", words),
        ref words => ("", words),
    };
    let (folder, test) = match words {
        ["--lib", test, ..] => (format!("{package}src"), *test),
        ["--test", _, test, ..] => (format!("{package}tests"), *test),
        _ => return Err(format!("{}: `{red}` is not as tests/mutants/README.md has it", patch.path)),
    };
    let (module, function) = test.rsplit_once("::").unwrap_or(("", test));
    let module = module.split("::").find(|segment| !segment.is_empty()).unwrap_or_default();
    let exists = files_under(&folder, ".rs")
        .iter()
        .any(|file| file.path.contains(module) && file.text.contains(&format!("fn {function}(")));
    if exists { Ok(()) } else { Err(format!("{}: there is no test `{red}`", patch.path)) }
}

#[test]
fn every_page_points_at_what_is_there() {
    let pages: Vec<_> = [
        ".",
        "benches",
        "cql",
        "deploy/rollout",
        "docs",
        "docs/runbooks",
        "k6",
        "lab",
        "lab/releases",
        "tests/mutants",
    ]
    .into_iter()
    .flat_map(tree::pages_in)
    .collect();
    assert!(pages.contains(&"README.md".to_owned()), "{pages:?}");
    let dead: Vec<_> = pages
        .iter()
        .flat_map(|page| {
            let text = tree::read(page);
            let folder = tree::root().join(page).parent().expect("a file has a folder").to_owned();
            let linked = between(&text, "](", ")");
            let links = linked
                .filter(|link| !link.contains("://") && !link.starts_with('#'))
                .map(|link| folder.join(link.split('#').next().unwrap_or(link)));
            let quoted = between(&text, "`", "`").filter(|path| is_path_of_code(path));
            let missing: Vec<_> = links
                .chain(quoted.map(|path| tree::root().join(path)))
                .filter(|path| !path.exists())
                .map(|path| format!("{page}: there is no {}", path.display()))
                .collect();
            missing
        })
        .collect();
    assert_none(&dead);
}

fn is_path_of_code(text: &str) -> bool {
    let plain = text.chars().all(|character| character.is_ascii_alphanumeric() || "/._-".contains(character));
    plain
        && ["src/", "lab/", "cql/", "tests/", "scripts/", "docs/", "benches/", "k6/", "deploy/"]
            .iter()
            .any(|folder| text.starts_with(folder))
}

fn between<'text>(text: &'text str, open: &'text str, close: &'text str) -> impl Iterator<Item = &'text str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(open)? + open.len();
        let length = rest[start..].find(close)?;
        let found = &rest[start..start + length];
        rest = &rest[start + length + close.len()..];
        Some(found)
    })
}
