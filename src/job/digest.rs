//! The digest: sixteen hexadecimal digits that are the same exactly when engine, scenario, tier, seed, settings and
//! every result are. Comments, paths, language and the number of threads do not enter.
//!
//! FNV-1a over text and 64-bit words. It guards against accidents, not against forgery.

use crate::model::Model;
use crate::sim::Settings;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A running FNV-1a hash.
/// Source: Fowler, Noll, Vo, the FNV non-cryptographic hash (IETF draft-eastlake-fnv).
#[derive(Clone, Copy, Debug)]
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(OFFSET)
    }
}

impl Hash {
    /// Adds bytes.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }

    /// Adds a string and an end mark.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0])
    }

    /// Adds a word.
    #[must_use]
    pub fn word(self, word: u64) -> Self {
        self.bytes(&word.to_le_bytes())
    }

    /// The hash so far.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Hash of a compiled model: everything in it that the engines read. Spans are not part of it (see `Span`'s `Debug`),
/// nor are the words for people, the sources and the findings.
pub fn of_model(model: &Model) -> u64 {
    let mut hash =
        Hash::default().text(&model.tier.id).text(&format!("{:?}", (model.tier.tenants, model.tier.users)));
    for component in model.graph.node_weights() {
        hash = hash
            .text(&component.id)
            .text(&format!("{:?}", (&component.station, &component.failure, &component.usages)));
    }
    for edge in model.graph.raw_edges() {
        hash = hash.text(&format!("{:?}", (edge.source(), edge.target(), &edge.weight)));
    }
    for journey in &model.journeys {
        let journey = (&journey.id, journey.entry, &journey.arrivals, &journey.process, journey.priority);
        hash = hash.text(&format!("{journey:?}"));
    }
    hash = hash.text(&format!("{:?}", model.profile));
    for fault in &model.faults {
        hash = hash.text(&format!("{:?}", (&fault.id, &fault.what, fault.at, fault.lasts)));
    }
    hash.get()
}

/// The digest of one simulated tier, from the hash of its results.
pub fn of_run(model: &Model, settings: &Settings, results: u64) -> String {
    let hash = Hash::default()
        .text(&super::engine())
        .word(u64::from(crate::answer::ANSWER_SCHEMA))
        .word(of_model(model))
        .text(&format!("{settings:?}"))
        .word(results);
    format!("{:016x}", hash.get())
}

/// The digest of a span of hours: every figure, point and window of the answer.
pub fn of_span(model: &Model, ask: &super::Ask, answer: &crate::answer::Answer) -> String {
    let parts = (&answer.journeys, &answer.components, &answer.series, &answer.faults, &answer.horizon);
    // Numbers are written so that they read back to the same bits.
    let parts = serde_json::to_string(&parts).unwrap_or_default();
    let hash = Hash::default()
        .text(&super::engine())
        .word(u64::from(crate::answer::ANSWER_SCHEMA))
        .word(of_model(model))
        .text(&format!("{ask:?}"))
        .text(&parts);
    format!("{:016x}", hash.get())
}

/// The digest of several parts together, in their order.
pub fn of_parts<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    format!("{:016x}", parts.fold(Hash::default(), Hash::text).get())
}
