//! Fills in `{{name}}` in the configuration files that come with the laboratory.

/// The text with every `{{name}}` replaced.
///
/// # Panics
/// If the text asks for a value that is not given: both are part of this crate.
pub(crate) fn render(template: &str, values: &[(&str, &str)]) -> String {
    let mut pieces = template.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((name, rest)) = piece.split_once("}}").filter(|(name, _)| name != &"...") else {
            text.push_str("{{");
            text.push_str(piece);
            continue;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        let (_, value) =
            value.unwrap_or_else(|| panic!("the template asks for {name:?}, which is not given"));
        text.push_str(value);
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn every_name_is_replaced_and_the_rest_left_alone() {
        let text = render("a: {{a}}\n# {{...}} {b: {{b}}}\n", &[("a", "1"), ("b", "2")]);
        assert_eq!(text, "a: 1\n# {{...}} {b: 2}\n");
    }

    #[test]
    #[should_panic(expected = "which is not given")]
    fn a_name_without_a_value_is_a_fault() {
        render("{{a}}", &[("b", "2")]);
    }
}
