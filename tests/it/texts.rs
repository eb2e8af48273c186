//! Scenarios written in tests, as the shells would hand them over.

use plimsoll::assess::Analysis;
use plimsoll::job;
use plimsoll::scenario::SourceFile;

/// A text as the only file.
pub fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { name: "x.toml".to_owned(), text: text.to_owned() }]
}

/// Its first tier, analysed. The text must be sound.
pub fn analysed(text: &str) -> Analysis {
    let scenario = job::open(&files(text)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    job::analyse(&scenario, &scenario.tiers[0], None).unwrap()
}
