//! The controls that are known, from the shipped facts: `assets/facts/compliance.toml`.

use std::sync::OnceLock;

/// One control as the facts have it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// `vpc_split`.
    pub id: &'static str,
    /// The plan's words; empty where it has none.
    pub quote: &'static str,
    /// What has to hold.
    pub control: &'static str,
    /// As a rule.
    pub predicate: &'static str,
    /// What shows it.
    pub evidence: &'static str,
    /// Remarks.
    pub note: &'static str,
    /// Ids, as in [`crate::answer::controls::ControlAnswer`].
    pub soc2: Vec<&'static str>,
    /// See `soc2`.
    pub iso27001: Vec<&'static str>,
    /// See `soc2`.
    pub gdpr: Vec<&'static str>,
    /// See `soc2`.
    pub pci_dss: Vec<&'static str>,
}

/// All of them, in the order of the file.
pub fn all() -> &'static [Known] {
    static READ: OnceLock<Vec<Known>> = OnceLock::new();
    READ.get_or_init(|| parse(include_str!("../../../assets/facts/compliance.toml")))
}

/// Our fact files keep to one `key = value` per line inside `[[fact]]` blocks; a test compares with the full parser.
fn parse(text: &'static str) -> Vec<Known> {
    let mut all: Vec<Known> = Vec::new();
    for line in text.lines() {
        if line.starts_with("[[") {
            all.push(Known::default());
            continue;
        }
        let (Some((key, value)), Some(last)) = (line.split_once(" = "), all.last_mut()) else { continue };
        let words = value.trim_matches('"');
        let list = || -> Vec<&'static str> {
            let inner = value.trim_start_matches('[').trim_end_matches(']');
            inner.split(", ").map(|id| id.trim_matches('"')).filter(|id| !id.is_empty()).collect()
        };
        match key {
            "id" => last.id = words.trim_start_matches("cmp."),
            "plan_quote" if !words.starts_with('（') => last.quote = words,
            "control" => last.control = words,
            "predicate" => last.predicate = words,
            "evidence" => last.evidence = words,
            "note" => last.note = words,
            "soc2" => last.soc2 = list(),
            "iso27001_2022" => last.iso27001 = list(),
            "gdpr" => last.gdpr = list(),
            "pci_dss_4" => last.pci_dss = list(),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_reader_agrees_with_the_toml_parser() {
        let text = include_str!("../../../assets/facts/compliance.toml");
        let document = toml_edit::Document::parse(text).expect("facts");
        let rows = document["fact"].as_array_of_tables().expect("facts");
        assert_eq!(rows.len(), all().len());
        for (row, known) in rows.iter().zip(all()) {
            let text = |key: &str| row.get(key).and_then(|v| v.as_str()).unwrap_or("").to_owned();
            let list = |key: &str| -> Vec<String> {
                let values = row.get(key).and_then(|v| v.as_array()).into_iter().flatten();
                values.filter_map(|v| v.as_str()).map(str::to_owned).collect()
            };
            assert_eq!(format!("cmp.{}", known.id), text("id"));
            assert_eq!((known.control, known.predicate), (&*text("control"), &*text("predicate")));
            assert_eq!(known.soc2, list("soc2"), "{}", known.id);
            assert_eq!(known.iso27001, list("iso27001_2022"), "{}", known.id);
            assert_eq!(known.pci_dss, list("pci_dss_4"), "{}", known.id);
        }
    }
}
