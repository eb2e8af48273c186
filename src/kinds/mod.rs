//! One file per component kind: its fields, how it serves, fails and costs, and its words. Palette, form, schema,
//! reference page and lowering all come from the list [`KINDS`].
//!
//! Neutral items that kinds use, for the price books to map (quantities per billing month of 730 h):
//!
//! | item | used by |
//! |---|---|
//! | `cluster.hour` | cluster |
//! | `compute.hour:<type>` · `block-storage.gb-month` · `nat.hour` | node-group |
//! | `database.hour:<class>` · `database.hour.multi-az:<class>` | database |
//! | the same with `.mysql`, `.sqlserver`, `.oracle`; `database.hour.aurora:<class>` · `database.io.aurora` | database of that engine |
//! | `database.storage.gb-month` · `database.storage.gb-month.multi-az` | database |
//! | `cache.hour:<type>` | cache |
//! | `object.storage.gb-month` · `object.request.put` · `object.request.get` | object-store |
//! | `load-balancer.hour` · `load-balancer.lcu-hour` | load-balancer |
//! | `cdn.gb` · `cdn.request` | cdn |
//! | `dns.zone` · `dns.query` · `dns.health-check` | dns |
//! | `waf.acl` · `waf.rule` · `waf.request` | waf |
//! | `queue.request` | queue |
//! | `secret.month` | secrets |
//! | `logs.gb` · `metric.month` · `alarm.month` · `monitoring.host` | monitoring |
//! | `llm.token-in:<model>` · `llm.token-out:<model>` | llm-api |
//!
//! What the graph adds (traffic, copies, backups) stands in `scenario/usages.rs`.

pub mod common;
pub mod machines;
pub mod placement;

mod cache;
mod cdn;
mod client;
mod cluster;
pub mod database;
mod dns;
mod external;
mod identity;
mod llm_api;
mod load_balancer;
mod monitoring;
pub mod node_group;
mod object_store;
mod queue;
mod secrets;
mod service;
mod station;
mod waf;

use crate::diag::{Diagnostic, Span};
use crate::fields::{Field, FieldInfo, Reader, When};
use crate::model::ZoneIx;
use crate::model::credits::Credits;
use crate::model::failure::Failure;
use crate::model::recovery::Restore;
use crate::model::scaling::{Nodes, Place, Pods};
use crate::model::station::{Balance, HealthCheck, Station};
use crate::model::usage::Usage;
use crate::model::workload::Journey;
use crate::stats::distribution::Distribution;
use crate::text::Words;
use indexmap::IndexMap;
use placement::Spot;
use std::sync::OnceLock;

/// A kind of component.
pub struct Kind {
    /// As written in the file: `load-balancer`.
    pub id: &'static str,
    /// Name to show.
    pub name: Words,
    /// What it is and how it is modelled, with its assumptions.
    pub help: Words,
    /// Its own fields, beside those every component has.
    pub own: &'static [Field],
    /// One example for the reference page.
    pub example: &'static str,
    /// How it becomes plain facts.
    pub lower: fn(&mut Site) -> Parts,
}

/// All kinds, in the order of the palette: along a request's way, then what stands beside it.
pub const KINDS: [&Kind; 18] = [
    &client::KIND,
    &dns::KIND,
    &cdn::KIND,
    &waf::KIND,
    &load_balancer::KIND,
    &cluster::KIND,
    &node_group::KIND,
    &service::KIND,
    &database::KIND,
    &cache::KIND,
    &object_store::KIND,
    &llm_api::KIND,
    &queue::KIND,
    &secrets::KIND,
    &identity::KIND,
    &monitoring::KIND,
    &external::KIND,
    &station::KIND,
];

/// Ids of all kinds.
pub const IDS: [&str; KINDS.len()] = {
    let mut ids = [""; KINDS.len()];
    let mut i = 0;
    while i < ids.len() {
        ids[i] = KINDS[i].id;
        i += 1;
    }
    ids
};

/// The kind with this id.
pub fn kind(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.id == id)
}

/// Kinds without units in zones.
const REGIONAL: &[&str] = &["cluster", "object-store", "queue", "secrets", "monitoring", "identity"];

/// What must stand beside a field that every component has for it to be used, by kind; without kind for all of them.
const CONDITIONS: &[(&[&str], &str, &[When])] = &[
    (&["cluster", "node-group", "monitoring"], "to", &[When::Never]),
    (&["cluster", "node-group", "monitoring", "client"], "errors", &[When::Never]),
    (&["identity", "secrets"], "to", &[When::With(&["latency"])]),
    (&["identity", "secrets"], "errors", &[When::With(&["latency"])]),
    // What is of a whole region fails with it; its zone only says which region that is.
    (REGIONAL, "zone", &[When::Without(&["region"])]),
    (REGIONAL, "zones", &[When::Without(&["region"]), When::Without(&["zone"])]),
    // Pods stand where their nodes stand.
    (&["service"], "zone", &[When::Without(&["on"])]),
    (&["service"], "zones", &[When::Without(&["on"]), When::Without(&["zone"])]),
    (&[], "zones", &[When::Without(&["zone"])]),
    (&[], "mtbf", &[When::With(&["mttr"])]),
    (&[], "mttr", &[When::With(&["mtbf"])]),
];

/// A field that every component has, as a kind has it.
fn common_of(kind: &str, field: &Field) -> Field {
    let of = |kinds: &[&str]| kinds.is_empty() || kinds.contains(&kind);
    let found = CONDITIONS.iter().find(|(kinds, name, _)| *name == field.name && of(kinds));
    found.map_or(*field, |(_, _, when)| field.when(when))
}

/// The fields of a kind as the inspector shows them: its own first, then those every component has. Empty for an
/// unknown kind.
pub fn form(id: &str) -> &'static [FieldInfo] {
    static FORMS: OnceLock<Vec<Vec<Field>>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let whole = |k: &&Kind| {
            let common = common::FIELDS.iter().map(|field| common_of(k.id, field));
            k.own.iter().copied().chain(common).collect()
        };
        KINDS.iter().map(whole).collect()
    });
    KINDS.iter().position(|k| k.id == id).map_or(&[], |i| forms[i].as_slice())
}

/// What a kind sees when it is lowered.
pub struct Site<'a> {
    /// Id of the component.
    pub id: &'a str,
    /// Its table.
    pub read: Reader<'a>,
    /// Where it stands in the file.
    pub at: Span,
    /// All journeys, in order.
    pub journeys: &'a [JourneySite],
    /// Zones it stands in, in order.
    pub zones: Vec<ZoneIx>,
    /// Ids of all zones, by index.
    pub zone_ids: &'a [String],
    /// Who runs it: its own provider, or its region's.
    pub provider: Option<String>,
    /// Where each replica of a service, or each node of a node group, stands.
    pub spots: &'a [Spot],
    /// Where the replicas go that automatic scaling may add to a service.
    pub more: &'a [Place],
    /// Every component's table, by id.
    pub all: &'a IndexMap<String, Reader<'a>>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// What kinds need to know of a journey.
pub struct JourneySite {
    /// The journey.
    pub journey: Journey,
    /// Input and output tokens of a request.
    pub tokens: Option<(Distribution, Distribution)>,
    /// Bytes in and bytes out, where it states them.
    pub sizes: [Option<f64>; 2],
}

/// What a kind lowers to.
#[derive(Default)]
pub struct Parts {
    /// How it serves; programs are filled in later.
    pub station: Option<Station>,
    /// How it fails.
    pub failure: Failure,
    /// How it comes back when it is lost.
    pub restore: Restore,
    /// CPU credits of one of its machines.
    pub credits: Option<Credits>,
    /// What its pods need.
    pub pods: Option<Pods>,
    /// Its machines, where it carries pods.
    pub nodes: Option<Nodes>,
    /// What it costs.
    pub usages: Vec<Usage>,
    /// How what it calls is balanced and checked, when this component does that.
    pub front: Option<(Balance, Option<HealthCheck>)>,
    /// Whether the vendor runs it: it then fails with its region and provider even without data of its own.
    pub managed: bool,
    /// Whether the journey's bytes pass through it.
    pub carries_bytes: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::value::read_default;
    use crate::fields::{EVERYWHERE, Type};

    fn each_field(fields: &[Field], visit: &mut impl FnMut(&Field, &Type)) {
        for field in fields {
            let mut ty = &field.ty;
            while let Type::List(inner)
            | Type::OneOrMore(inner)
            | Type::PerJourney(inner)
            | Type::Map(inner) = ty
            {
                ty = inner;
            }
            visit(field, ty);
            if let Type::Table(inside) = ty {
                each_field(inside, visit);
            }
        }
    }

    #[test]
    fn every_field_has_help_and_a_default_that_reads() {
        for kind in KINDS {
            each_field(form(kind.id), &mut |field, ty| {
                assert!(!field.help.ja.is_empty() && !field.help.en.is_empty(), "{}.{}", kind.id, field.name);
                let Some(default) = field.default else { return };
                match ty {
                    Type::Choice(words) => assert!(words.contains(&default), "{}.{}", kind.id, field.name),
                    Type::Flag => assert!(matches!(default, "true" | "false")),
                    ty if ty.dim().is_some() => {
                        assert!(read_default(field, ty, default).is_some(), "{}.{}", kind.id, field.name);
                    }
                    _ => {}
                }
            });
        }
    }

    #[test]
    fn no_kind_declares_a_field_twice() {
        for kind in KINDS {
            let names: Vec<_> = form(kind.id).iter().chain(EVERYWHERE).map(|f| f.name).collect();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(names.len(), once.len(), "{}", kind.id);
        }
    }
}
