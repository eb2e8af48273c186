//! Regions, zones and providers: the places that fail together.

use super::validate::zone_ids;
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::fields::reader::words;
use crate::kinds::common::outage;
use crate::model::failure::Outage;
use crate::model::{Provider, ProviderIx, Region, RegionIx, Zone, ZoneIx};
use crate::text::Phrase;
use crate::units::{Duration, HOURS_PER_YEAR, Probability};
use indexmap::IndexMap;

/// All places.
#[derive(Debug, Default)]
pub struct Places {
    /// Regions, in order.
    pub regions: Vec<Region>,
    /// Zones, in order.
    pub zones: Vec<Zone>,
    /// Providers, in order of first mention.
    pub providers: Vec<Provider>,
    /// Ids of the zones, by index.
    pub zone_ids: Vec<String>,
    /// Provider of each region.
    region_providers: Vec<Option<String>>,
}

/// Where one component stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Its zones, in order.
    pub zones: Vec<ZoneIx>,
    /// Its region.
    pub region: Option<RegionIx>,
    /// Who runs it.
    pub provider: Option<String>,
}

/// Reads all places of a scenario.
pub fn places(root: &Table) -> Places {
    let mut places = Places { zone_ids: zone_ids(root), ..Places::default() };
    for (id, at, table) in root.table("region").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, super::tables::REGION);
        let ix = RegionIx(places.regions.len() as u16);
        let per_year =
            |field: &str| read.number(field).map(|per_second| per_second * HOURS_PER_YEAR * 3600.0);
        let outage = |often: &str, long: &str, severity| {
            let outage = Outage::new(per_year(often)?, Duration::ZERO);
            let outage = match read.spread(long) {
                Some(long) => outage.lasting(&long),
                // What never happens takes no time: a stated zero is data.
                None if outage.per_year == 0.0 => outage,
                None => return None,
            };
            Some(Outage { severity, ..outage })
        };
        let zone_share = read.share("zone-share").unwrap_or(Probability::ONE);
        let zone_outage = outage("zone-outages", "zone-outage", zone_share);
        for zone in read.texts("zones") {
            places.zones.push(Zone { id: format!("{id}/{zone}"), region: ix, outage: zone_outage });
        }
        places.region_providers.push(read.text("provider").map(str::to_owned));
        places.regions.push(Region {
            id: id.to_owned(),
            code: read.text("code").map(str::to_owned),
            name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
            role: read.node("role").and_then(words),
            outage: outage("outages", "outage", Probability::ONE),
            at,
        });
    }
    places
}

impl Places {
    /// Where a component stands. What runs on another stands where that one stands.
    pub fn standing(&self, read: &Reader, all: &IndexMap<String, Reader>) -> Standing {
        let mut standing = Standing::default();
        let mut next = Some(*read);
        // A chain of `on` is at most pods, nodes, cluster; a circle ends here too.
        for _ in 0..4 {
            let Some(read) = next else { break };
            let named: Vec<&str> = match read.text("zone") {
                Some(zone) => vec![zone],
                None => read.texts("zones"),
            };
            if standing.zones.is_empty() {
                let zone = |id: &&str| self.zone_ids.iter().position(|z| z == id).map(|i| ZoneIx(i as u16));
                standing.zones = named.iter().filter_map(zone).collect();
            }
            if standing.region.is_none() {
                let stated = read.text("region").and_then(|id| self.regions.iter().position(|r| r.id == id));
                let of_zone = standing.zones.first().map(|z| self.zones[z.0 as usize].region);
                standing.region = stated.map(|i| RegionIx(i as u16)).or(of_zone);
            }
            if standing.provider.is_none() {
                let of_region =
                    standing.region.and_then(|r| self.region_providers.get(r.0 as usize).cloned().flatten());
                standing.provider = read.text("provider").map(str::to_owned).or(of_region);
            }
            let states_on = read.fields.iter().any(|f| f.name == "on");
            next = if states_on { read.text("on").and_then(|on| all.get(on)).copied() } else { None };
        }
        standing
    }

    /// The index of a provider, which is added when it is new.
    ///
    /// The clouds whose global failures are on record share the rate `rate.provider.global` and, as no duration of
    /// such events is published, the duration of regional events (`rate.region.duration`). Others are unknown.
    pub fn provider(&mut self, id: &str) -> ProviderIx {
        let found = self.providers.iter().position(|p| p.id == id);
        let ix = found.unwrap_or_else(|| {
            let cloud = matches!(id, "aws" | "gcp" | "azure");
            let outage = cloud.then(|| outage("rate.provider.global", "rate.region.duration"));
            self.providers.push(Provider { id: id.to_owned(), outage });
            self.providers.len() - 1
        });
        ProviderIx(ix as u16)
    }
}
