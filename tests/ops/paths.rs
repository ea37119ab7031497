//! Finds the paths that Rust code names, such as `crate::domain::Username`, each with its line.
//!
//! It knows as much of the language as that takes: comments, literals, and the trees of `use`.

/// A path as its segments, and the number of the line where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'code> {
    Name(&'code str),
    PathSeparator,
    Other(char),
}

/// All paths of at least two segments. `use a::{b, c::d}` names `a::b` and `a::c::d`.
pub(crate) fn of(code: &str) -> Vec<NamedPath> {
    let bare = without_comments_and_literals(code);
    let tokens: Vec<_> = bare
        .lines()
        .enumerate()
        .flat_map(|(index, line)| tokens_of(line).map(move |token| (index + 1, token)))
        .collect();
    let mut paths = Vec::new();
    let mut position = 0;
    while position < tokens.len() {
        position = read_path(&tokens, position, &[], &mut paths).max(position + 1);
    }
    paths.retain(|path| path.segments.len() > 1);
    paths
}

/// Reads one path that continues `prefix`; gives where it ends.
fn read_path(
    tokens: &[(usize, Token<'_>)],
    start: usize,
    prefix: &[String],
    paths: &mut Vec<NamedPath>,
) -> usize {
    let mut segments = prefix.to_vec();
    let mut position = start;
    let line = tokens.get(start).map_or(0, |(line, _)| *line);
    loop {
        match tokens.get(position).map(|(_, token)| *token) {
            Some(Token::Name(name)) => segments.push(name.to_owned()),
            Some(Token::Other('{')) if position > start => {
                return read_group(tokens, position + 1, &segments, paths);
            }
            _ => break,
        }
        position += 1;
        match tokens.get(position) {
            Some((_, Token::PathSeparator)) => position += 1,
            _ => break,
        }
    }
    if segments.len() > prefix.len() {
        paths.push(NamedPath { line, segments });
    }
    position
}

/// Reads what stands between the braces of a `use`; gives where it ends.
fn read_group(
    tokens: &[(usize, Token<'_>)],
    start: usize,
    prefix: &[String],
    paths: &mut Vec<NamedPath>,
) -> usize {
    let mut position = start;
    while let Some((_, token)) = tokens.get(position) {
        position = match token {
            Token::Other('}') => return position + 1,
            Token::Name("as") => position + 2,
            Token::Name(_) => read_path(tokens, position, prefix, paths),
            _ => position + 1,
        };
    }
    position
}

fn tokens_of(line: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let (token, bytes) = if is_name(first) {
            let bytes = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
            (Token::Name(&rest[..bytes]), bytes)
        } else if rest.starts_with("::") {
            (Token::PathSeparator, 2)
        } else {
            (Token::Other(first), first.len_utf8())
        };
        rest = &rest[bytes..];
        Some(token)
    })
}

/// The code with blanks in the place of comments and of what stands in quotes; lines stay as they are.
pub(crate) fn without_comments_and_literals(code: &str) -> String {
    let mut bare = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_bytes(rest, bare.chars().last());
        let bytes = if hidden == 0 { first.len_utf8() } else { hidden };
        let (head, tail) = rest.split_at(bytes);
        if hidden == 0 {
            bare.push_str(head);
        } else {
            bare.extend(head.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
        }
        rest = tail;
    }
    bare
}

/// How long the comment or literal is that begins here; 0 if there is none.
fn hidden_bytes(rest: &str, before: Option<char>) -> usize {
    let up_to =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |place| from + place + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return up_to("*/", 2);
    }
    let inside_a_name = before.is_some_and(|before| before.is_alphanumeric() || before == '_');
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !inside_a_name);
    if let Some(raw) = raw {
        let text = raw.trim_start_matches('#');
        if text.starts_with('"') {
            let opening = rest.len() - text.len() + 1;
            return up_to(&format!("\"{}", "#".repeat(raw.len() - text.len())), opening);
        }
    }
    match rest.strip_prefix('"') {
        Some(text) => 1 + end_of_text(text),
        None => character_literal_bytes(rest),
    }
}

fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (place, character) in text.char_indices() {
        match character {
            '"' if !escaped => return place + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// `'x'` and `'\n'` are literals, `'static` is a lifetime.
fn character_literal_bytes(rest: &str) -> usize {
    let Some(inside) = rest.strip_prefix('\'') else { return 0 };
    let escaped = inside.starts_with('\\');
    let first = inside.chars().nth(usize::from(escaped)).map_or(0, char::len_utf8) + usize::from(escaped);
    let end = if escaped { inside[first..].find('\'').map(|place| first + place) } else { Some(first) };
    match end {
        Some(end) if inside[end.min(inside.len())..].starts_with('\'') => 2 + end,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_trees_of_use_are_unfolded_and_comments_and_texts_name_nothing() {
        let code = "use a::{b, c::{d as e, f}};\n// x::y\nlet q: &'static str = \"s::t\";\nlet r = br#\"u::\"v\"#;\n\
                    match '\"' { _ => g::h(i::<j::k>()) }\n/* l::m */ pub use self::n::*;\n";
        let found: Vec<_> = of(code).into_iter().map(|path| (path.line, path.segments.join("::"))).collect();
        let expected =
            [(1, "a::b"), (1, "a::c::d"), (1, "a::c::f"), (5, "g::h"), (5, "j::k"), (6, "self::n")];
        assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    }
}
