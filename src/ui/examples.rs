//! The shipped scenarios as doors into the page: their names in the address, and what each shows.

use crate::scenario::examples::text;
use crate::text::{Words, words};

/// A shipped scenario.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Name in `#example=<name>`.
    pub name: &'static str,
    /// Its file.
    pub file: &'static str,
    /// What it shows.
    pub about: Words,
}

macro_rules! example {
    ($name:literal, $ja:literal, $en:literal) => {
        Example { name: $name, file: concat!($name, ".toml"), about: words($ja, $en) }
    };
}

impl Example {
    /// Its text.
    pub fn text(self) -> &'static str {
        text(self.name).unwrap_or_default()
    }
}

/// All of them; the first is what a first visit sees.
pub const EXAMPLES: [Example; 7] = [
    example!("secure-ai-chat", "Secure AI Chat(見積りどおり)", "Secure AI Chat, as priced"),
    example!("secure-ai-chat-promised", "Secure AI Chat(本文の約束どおり)", "Secure AI Chat, as promised"),
    example!("incidents", "Secure AI Chat、記録された障害", "Secure AI Chat, recorded incidents"),
    example!("one-queue", "待ち行列ひとつ(理論値と比較)", "One queue, against theory"),
    example!("zone-loss", "ゾーン喪失", "A zone is lost"),
    example!("region-loss", "リージョン喪失", "A region is lost"),
    example!("retry-storm", "リトライの嵐", "A retry storm"),
];

/// The example of this name.
pub fn find(name: &str) -> Option<Example> {
    EXAMPLES.into_iter().find(|example| example.name == name)
}
