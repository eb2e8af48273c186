//! What stands for what on another cloud: regions, machines, databases, caches, and the contracts of managed services.
//!
//! A design is read as running on AWS and moved to Google Cloud or Azure, everything at the same size or the next larger one on
//! sale. What the scenario says of a platform itself (`[platform.gcp.component.rds]`) is laid over first and wins. Failure
//! rates and latencies stay as they are: no others are published for like with like.

use crate::answer::platforms::EquivalentAnswer;
use crate::fields::Reader;
use crate::fields::node::{Table, key_text};
use crate::kinds;
use crate::kinds::machines::{GIB, is_arm, machine};
use crate::model::{Component, Model};
use crate::scenario::Change;

/// A cloud.
#[derive(Clone, Copy, Debug)]
pub struct Cloud {
    /// Provider id.
    pub id: &'static str,
    /// Its price book.
    pub book: &'static str,
    /// Its code of each region, by the AWS code of the nearest: the same metropolis.
    regions: &'static [(&'static str, &'static str)],
    /// SLA fact of each kind of managed service: alone, and in several zones. `None`: none promised, or none known.
    slas: &'static [(&'static str, Option<&'static str>, Option<&'static str>)],
    /// Facts of how long a database's and a cache's standby takes over.
    failovers: [Option<&'static str>; 2],
}

/// The clouds that are compared.
pub const CLOUDS: [Cloud; 3] = [
    Cloud { id: "aws", book: "aws-list", regions: &[], slas: &[], failovers: [None, None] },
    Cloud {
        id: "gcp",
        book: "gcp-list",
        regions: &[
            ("ap-northeast-1", "asia-northeast1"),
            ("ap-northeast-3", "asia-northeast2"),
            ("ap-southeast-1", "asia-southeast1"),
        ],
        slas: &[
            ("dns", Some("sla.gcp.dns"), Some("sla.gcp.dns")),
            ("cdn", Some("sla.gcp.cdn"), Some("sla.gcp.cdn")),
            ("waf", Some("sla.gcp.armor"), Some("sla.gcp.armor")),
            ("load-balancer", Some("sla.gcp.lb"), Some("sla.gcp.lb")),
            ("cluster", Some("sla.gcp.gke.regional"), Some("sla.gcp.gke.regional")),
            ("node-group", Some("sla.gcp.gce.single"), Some("sla.gcp.gce.multi")),
            ("database", None, Some("sla.gcp.sql.ent")),
            ("cache", None, Some("sla.gcp.memorystore.std")),
            ("object-store", Some("sla.gcp.gcs.regional"), Some("sla.gcp.gcs.regional")),
        ],
        failovers: [Some("fo.gcp.sql_ha"), Some("fo.gcp.memorystore")],
    },
    Cloud {
        id: "azure",
        book: "azure-list",
        regions: &[
            ("ap-northeast-1", "japaneast"),
            ("ap-northeast-3", "japanwest"),
            ("ap-southeast-1", "southeastasia"),
        ],
        slas: &[
            ("dns", Some("sla.azure.dns"), Some("sla.azure.dns")),
            ("cdn", Some("sla.azure.fd"), Some("sla.azure.fd")),
            ("waf", Some("sla.azure.appgw"), Some("sla.azure.appgw")),
            ("load-balancer", Some("sla.azure.appgw"), Some("sla.azure.appgw")),
            ("cluster", Some("sla.azure.aks.az"), Some("sla.azure.aks.az")),
            ("node-group", Some("sla.azure.vm.single"), Some("sla.azure.vm.az")),
            ("database", Some("sla.azure.pg.none"), Some("sla.azure.pg.zr")),
            ("cache", None, Some("sla.azure.redis.std")),
            ("object-store", Some("sla.azure.blob.lrs"), Some("sla.azure.blob.lrs")),
            ("secrets", Some("sla.azure.keyvault"), Some("sla.azure.keyvault")),
        ],
        failovers: [Some("fo.azure.pg_ha"), Some("fo.azure.redis")],
    },
];

/// Databases of Azure with a price, smallest first: name, and whether a standby has one too.
const AZURE_DATABASES: [(&str, bool); 2] = [("b2s", false), ("d2ds_v5", true)];

/// A design moved: what changes, what stands for what, and what nothing stands for.
#[derive(Debug, Default)]
pub struct Moved {
    /// Changes of the scenario.
    pub changes: Vec<Change>,
    /// Machines and classes, by component.
    pub equivalents: Vec<EquivalentAnswer>,
    /// Components without an equivalent on sale.
    pub missing: Vec<String>,
}

/// Moves a tier from the cloud of its provider to another. Nothing changes on its own cloud.
pub fn moved(root: &Table, model: &Model, cloud: &Cloud) -> Moved {
    let mut moved = Moved::default();
    let home = |provider: Option<&str>| provider == Some("aws") && cloud.id != "aws";
    for (id, _, table) in root.table("region").into_iter().flat_map(Table::tables) {
        let text = |key: &str| table.get(key).and_then(|n| n.text());
        if !home(text("provider")) {
            continue;
        }
        let path = |field: &str| format!("region.{}.{field}", key_text(id));
        moved.changes.push(Change { path: path("provider"), text: cloud.id.to_owned() });
        match text("code").and_then(|code| cloud.regions.iter().find(|(aws, _)| *aws == code)) {
            Some((_, code)) => moved.changes.push(Change { path: path("code"), text: (*code).to_owned() }),
            None => moved.missing.push(id.to_owned()),
        }
    }
    for component in model.graph.node_weights() {
        let provider = component.failure.provider.map(|p| model.providers[usize::from(p.0)].id.as_str());
        let Some(table) = root.table("component").and_then(|t| t.table(&component.id)) else { continue };
        if home(provider) {
            let read = Reader::new(table, kinds::form(component.kind));
            One { component, read, cloud, model, moved: &mut moved }.go();
        }
    }
    moved
}

struct One<'a> {
    component: &'a Component,
    read: Reader<'a>,
    cloud: &'a Cloud,
    model: &'a Model,
    moved: &'a mut Moved,
}

impl One<'_> {
    fn set(&mut self, field: &str, text: impl Into<String>) {
        let path = format!("component.{}.{field}", key_text(&self.component.id));
        self.moved.changes.push(Change { path, text: text.into() });
    }

    fn go(&mut self) {
        if self.read.states("provider") {
            self.set("provider", self.cloud.id);
        }
        let several = match self.component.kind {
            "database" | "cache" => self.component.failure.failover.is_some(),
            _ => {
                let mut zones: Vec<_> = self.component.failure.units.iter().filter_map(|u| u.zone).collect();
                zones.sort_unstable();
                zones.dedup();
                zones.len() > 1
            }
        };
        let sla = self.cloud.slas.iter().find(|(kind, ..)| *kind == self.component.kind);
        let sla = sla.and_then(|(_, alone, pair)| if several { *pair } else { *alone });
        match sla {
            Some(fact) => self.set("sla", format!("@{fact}")),
            // A contract of the other cloud does not come along; 0 stands for none promised.
            None if self.read.states("sla") => self.set("sla", "0%"),
            None => {}
        }
        match self.component.kind {
            "node-group" => self.swap("type", |one, now| one.machine(now)),
            "database" => {
                if let Some(fact) = self.cloud.failovers[0].filter(|_| several) {
                    self.set("failover", format!("@{fact}"));
                }
                self.swap("class", |one, now| one.database(now, several));
            }
            "cache" => {
                if let Some(fact) = self.cloud.failovers[1].filter(|_| several) {
                    self.set("failover", format!("@{fact}"));
                }
                self.swap("type", |one, _| Some(one.cache(several)));
            }
            _ => {}
        }
    }

    fn swap(&mut self, field: &str, other: impl Fn(&Self, &str) -> Option<String>) {
        let Some(now) = self.read.text(field).map(str::to_owned) else { return };
        match other(self, &now) {
            Some(then) => {
                self.set(field, then.as_str());
                self.moved.equivalents.push(EquivalentAnswer {
                    component: self.component.id.clone(),
                    here: now,
                    there: then,
                });
            }
            None => self.moved.missing.push(self.component.id.clone()),
        }
    }

    /// The cheapest machine on sale with as many vCPUs and as much memory.
    fn machine(&self, now: &str) -> Option<String> {
        let size = machine(now)?;
        let region = self.component.failure.region.map(|r| &self.model.regions[usize::from(r.0)]);
        let code = region.and_then(|r| r.code.as_deref());
        let there = self.cloud.regions.iter().find(|(aws, _)| Some(*aws) == code)?.1;
        let sold = crate::cost::machines_on_sale(self.cloud.book, there);
        let fits = sold.into_iter().filter(|(ty, _)| {
            is_arm(ty) == is_arm(now)
                && machine(ty).is_some_and(|m| m.vcpu >= size.vcpu && m.memory >= size.memory * 0.999)
        });
        fits.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(ty, _)| ty.to_owned())
    }

    fn database(&self, now: &str, several: bool) -> Option<String> {
        let size = machine(now)?;
        match self.cloud.id {
            // Sizes are free: vCPUs, and MiB of memory.
            "gcp" => Some(format!("db-custom-{}-{}", size.vcpu, (size.memory / GIB * 1024.0).round())),
            _ => {
                let fits = |(class, pair): &&(&str, bool)| {
                    let large = machine(class)
                        .is_some_and(|m| m.vcpu >= size.vcpu && m.memory >= size.memory * 0.999);
                    large && (*pair || !several)
                };
                AZURE_DATABASES.iter().find(fits).map(|(class, _)| (*class).to_owned())
            }
        }
    }

    /// The smallest cache with a price: 1 GB; what AWS's smallest holds fits.
    fn cache(&self, several: bool) -> String {
        let ty = match (self.cloud.id, several) {
            ("gcp", true) => "standard-1",
            ("gcp", false) => "basic-1",
            _ => "c1-standard",
        };
        ty.to_owned()
    }
}
