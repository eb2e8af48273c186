//! The shipped scenarios, embedded.

use super::SourceFile;

/// Their names, the plan first.
pub const NAMES: [&str; 7] = [
    "secure-ai-chat",
    "secure-ai-chat-promised",
    "incidents",
    "one-queue",
    "zone-loss",
    "region-loss",
    "retry-storm",
];

/// The text of a shipped scenario.
pub fn text(name: &str) -> Option<&'static str> {
    Some(match name.trim_end_matches(".toml") {
        "secure-ai-chat" => include_str!("../../scenarios/secure-ai-chat.toml"),
        "secure-ai-chat-promised" => include_str!("../../scenarios/secure-ai-chat-promised.toml"),
        "incidents" => include_str!("../../scenarios/incidents.toml"),
        "one-queue" => include_str!("../../scenarios/one-queue.toml"),
        "zone-loss" => include_str!("../../scenarios/zone-loss.toml"),
        "region-loss" => include_str!("../../scenarios/region-loss.toml"),
        "retry-storm" => include_str!("../../scenarios/retry-storm.toml"),
        _ => return None,
    })
}

/// A text and the shipped files that it extends: how the page, which has no files, resolves `extends`.
pub fn with_bases(name: &str, text: &str) -> Vec<SourceFile> {
    let mut files = vec![SourceFile { name: name.to_owned(), text: text.to_owned() }];
    while files.len() < 3
        && let Some(base) = files.last().and_then(|file| super::extends(&file.text))
        && let Some(shipped) = self::text(&base)
    {
        files.push(SourceFile { name: format!("scenarios/{base}"), text: shipped.to_owned() });
    }
    files
}
