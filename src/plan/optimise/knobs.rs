//! What a design can be changed in: one knob per decision, each with its choices as changes of the scenario. The first choice
//! of every knob is the design as it stands.
//!
//! | knob | of | choices |
//! |---|---|---|
//! | replicas | service without automatic scaling | steps of about a third to a half around the present number |
//! | machines | node group | its own and the general-purpose types on sale there, each with some counts |
//! | purchase | node group, cache | on demand, or a commitment that pays off before the tier is outgrown |
//! | database | database | its class and larger ones on sale, each alone or with a standby in another zone |
//! | cache | cache | its type and larger ones on sale, alone or with a replica in another zone |
//! | hits | CDN | as assumed, or the upper end of the range |
//! | region | the region that serves | none, or a strategy in another region with copies of the data there |
//! | model | language model | models whose price, latency and quota are known facts |
//! | fallback | language model without one | another language model of the design |
//!
//! Left out on purpose: spare capacity (spot) for what serves users, as nothing here models how it is taken back; machines with
//! other processors, as images would have to be built for them; and databases and caches with less memory than now, as the model
//! does not know what their memory is worth.

use crate::fields::Reader;
use crate::fields::facts::fact;
use crate::fields::node::{Table, key_text};
use crate::kinds;
use crate::kinds::common::known_fact;
use crate::kinds::machines::machine;
use crate::model::recovery::{Event, Strategy};
use crate::model::usage::Purchase;
use crate::model::{ComponentIx, Model};
use crate::scenario::Change;
use crate::scenario::tables::{BACKUP, CALL};
use crate::text::Phrase;
use crate::text::optimise as say;

/// One decision.
#[derive(Clone, Debug)]
pub struct Knob {
    /// Id: `api.replicas`.
    pub id: String,
    /// Knobs with the same number change the same bill lines: what they add is not a sum.
    pub group: usize,
    /// Choices; the first changes nothing.
    pub choices: Vec<Choice>,
}

impl Knob {
    /// What its choices say.
    pub fn words(&self) -> Vec<Phrase> {
        self.choices.iter().map(|choice| choice.words.clone()).collect()
    }
}

/// One choice.
#[derive(Clone, Debug)]
pub struct Choice {
    /// In words: `api: 4 replicas`.
    pub words: Phrase,
    /// What it changes.
    pub changes: Vec<Change>,
    /// Months that are paid whatever is used, where it is a commitment.
    pub months: Option<u32>,
}

/// Most choices of machines: types x counts.
const TYPES: usize = 6;
/// Most database classes and cache types.
const CLASSES: usize = 5;

/// Where knobs come from: the tier as written and as compiled.
pub struct Source<'a> {
    /// The tier's tables.
    pub root: &'a Table,
    /// The compiled tier.
    pub model: &'a Model,
    /// The price book.
    pub book: &'a str,
    /// Months until the tier is outgrown; `None`: unknown or never.
    pub lasts_months: Option<f64>,
}

/// All knobs of a design, in the order of its components; those without a choice are left out.
pub fn knobs(source: &Source) -> Vec<Knob> {
    let mut all = Vec::new();
    for ix in source.model.graph.node_indices() {
        let component = &source.model.graph[ix];
        let Some(table) = source.root.table("component").and_then(|t| t.table(&component.id)) else {
            continue;
        };
        let read = Reader::new(table, kinds::form(component.kind));
        let one = One { source, ix, id: &component.id, read };
        match component.kind {
            "service" => all.extend(one.replicas()),
            "node-group" => all.extend([one.machines(), one.purchase()].into_iter().flatten()),
            "database" => all.extend(one.database()),
            "cache" => all.extend([one.cache(), one.purchase()].into_iter().flatten()),
            "cdn" => all.extend(one.hits()),
            "llm-api" => all.extend([one.model(), one.fallback()].into_iter().flatten()),
            _ => {}
        }
    }
    all.extend(region(source));
    all.retain(|knob| knob.choices.len() > 1);
    all
}

/// One component.
struct One<'a> {
    source: &'a Source<'a>,
    ix: ComponentIx,
    id: &'a str,
    read: Reader<'a>,
}

impl One<'_> {
    fn knob(&self, name: &str, choices: Vec<Choice>) -> Option<Knob> {
        Some(Knob { id: format!("{}.{name}", self.id), group: self.ix.index(), choices })
    }

    fn change(&self, field: &str, text: impl Into<String>) -> Change {
        Change { path: format!("component.{}.{field}", key_text(self.id)), text: text.into() }
    }

    /// What is on sale where it stands, of a family of items.
    fn on_sale(&self, family: &str) -> Vec<&'static str> {
        crate::cost::on_sale(self.source.model, self.ix, self.source.book, family)
    }

    fn replicas(&self) -> Option<Knob> {
        if self.read.states("scale") {
            return None;
        }
        let now = self.read.count("replicas").unwrap_or(1);
        let mut choices = vec![kept(say::replicas(self.id, now))];
        // One alone is down whenever it crashes: it is kept where it stands, and never offered.
        for n in around(now, &[2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64], 4) {
            choices.push(one(say::replicas(self.id, n), vec![self.change("replicas", n.to_string())]));
        }
        self.knob("replicas", choices)
    }

    fn machines(&self) -> Option<Knob> {
        let (ty, now) = (self.read.text("type")?, self.read.count("count").unwrap_or(1));
        let (family, _) = ty.split_once('.')?;
        let size = |ty: &str| machine(ty).map(|m| (m.vcpu, m.memory));
        let (vcpu, _) = size(ty)?;
        // Its own family, and general-purpose machines with the same processors; from 2 vCPUs, at most twice the size.
        let fits = |other: &&str| {
            let own = other.split_once('.').is_some_and(|(f, _)| f == family || f == "m6i");
            own && size(other).is_some_and(|(v, _)| (2.0..=2.0 * vcpu).contains(&v))
        };
        let mut types: Vec<&str> = self.on_sale("compute.hour").into_iter().filter(fits).collect();
        smallest(&mut types, TYPES, ty);
        let scaled = self.read.states("scale");
        let mut choices = vec![kept(say::machines(self.id, ty, now))];
        let mut counts = if scaled { Vec::new() } else { around(now, &[2, 3, 4, 5, 6, 8, 10, 12, 16], 4) };
        counts.push(now);
        counts.sort_unstable();
        for other in types {
            for n in &counts {
                if (other, *n) != (ty, now) {
                    let changes = [
                        (other != ty).then(|| self.change("type", other)),
                        (*n != now).then(|| self.change("count", n.to_string())),
                    ];
                    choices.push(one(
                        say::machines(self.id, other, *n),
                        changes.into_iter().flatten().collect(),
                    ));
                }
            }
        }
        self.knob("machines", choices)
    }

    fn purchase(&self) -> Option<Knob> {
        let now = self.read.text("purchase").and_then(Purchase::from_word).unwrap_or_default();
        let mut choices = vec![Choice { months: now.months(), ..kept(say::purchase(self.id, now.word())) }];
        for other in [Purchase::OnDemand, Purchase::OneYear, Purchase::ThreeYears] {
            let family = if self.read.states("nodes") { "cache.hour" } else { "compute.hour" };
            let off = crate::cost::off(self.source.model, self.ix, self.source.book, family, other);
            // A commitment has to pay off before the tier is outgrown.
            let pays = |months: u32| {
                let paid = off.map(|off| f64::from(months) * (1.0 - off));
                paid.is_some_and(|paid| self.source.lasts_months.is_none_or(|lasts| paid <= lasts))
            };
            if other != now && other.months().is_none_or(pays) {
                let changes = vec![self.change("purchase", other.word())];
                choices.push(Choice {
                    months: other.months(),
                    ..one(say::purchase(self.id, other.word()), changes)
                });
            }
        }
        self.knob("purchase", choices)
    }

    fn database(&self) -> Option<Knob> {
        let class = self.read.text("class")?;
        let multi = self.read.flag("multi-az").unwrap_or(false);
        let memory = machine(class)?.memory;
        let fits = |other: &&str| {
            let large = machine(other).is_some_and(|m| m.memory >= memory);
            *other == class || (large && self.connections(other).is_some())
        };
        let engine = self.read.text("engine").unwrap_or("postgres");
        let (single, pair) = crate::kinds::database::families(engine);
        let (single, pair) = (self.on_sale(&single), self.on_sale(&pair));
        let mut classes: Vec<&str> = single.into_iter().filter(|c| pair.contains(c)).filter(fits).collect();
        smallest(&mut classes, CLASSES, class);
        let standby = self.other_zone();
        let mut choices = vec![kept(say::database(self.id, class, multi))];
        for other in classes {
            for two in [false, true] {
                if (other, two) == (class, multi) || (two && standby.is_none()) {
                    continue;
                }
                let mut changes: Vec<Change> = Vec::new();
                if other != class {
                    changes.push(self.change("class", other));
                    changes.extend(self.connections(other).flatten());
                }
                if two != multi {
                    changes.push(self.change("multi-az", two.to_string()));
                    changes.extend(standby.as_ref().filter(|_| two).and_then(|zone| self.stands_by(zone)));
                }
                choices.push(one(say::database(self.id, other, two), changes));
            }
        }
        self.knob("database", choices)
    }

    /// The connections of another class, where the file states those of its own: `None` when no fact tells.
    fn connections(&self, class: &str) -> Option<Option<Change>> {
        if !self.read.states("connections") {
            return Some(None);
        }
        let id = format!("lat.pg.maxconn.{class}");
        fact(&id).map(|_| Some(self.change("connections", format!("@{id}"))))
    }

    fn cache(&self) -> Option<Knob> {
        let (ty, nodes) = (self.read.text("type")?, self.read.count("nodes").unwrap_or(1));
        let multi = self.read.flag("multi-az").unwrap_or(false) && nodes > 1;
        let family = ty.rsplit_once('.')?.0;
        let of_family = |other: &&str| other.rsplit_once('.').is_some_and(|(f, _)| f == family);
        let mut types: Vec<&str> = self.on_sale("cache.hour").into_iter().filter(of_family).collect();
        // Its throughput is stated for its own type: without a fact for another, only its own is offered.
        types.retain(|other| *other == ty || !self.read.states("ops"));
        types.truncate(CLASSES - 1);
        if !types.contains(&ty) {
            types.push(ty);
        }
        let standby = self.other_zone();
        let mut choices = vec![kept(say::cache(self.id, ty, multi))];
        for other in types {
            for two in [false, true] {
                if (other, two) == (ty, multi) || (two && standby.is_none()) {
                    continue;
                }
                let mut changes: Vec<Change> = Vec::new();
                changes.extend((other != ty).then(|| self.change("type", other)));
                if two != multi {
                    changes.push(self.change("nodes", if two { "2" } else { "1" }));
                    changes.push(self.change("multi-az", two.to_string()));
                    changes.extend(standby.as_ref().filter(|_| two).and_then(|zone| self.stands_by(zone)));
                }
                choices.push(one(say::cache(self.id, other, two), changes));
            }
        }
        self.knob("cache", choices)
    }

    /// Where a second one stands by, unless the file says so.
    fn stands_by(&self, zone: &str) -> Option<Change> {
        (!self.read.states("standby")).then(|| self.change("standby", zone))
    }

    /// Another zone of the same region.
    fn other_zone(&self) -> Option<String> {
        let model = self.source.model;
        let own = model.graph[self.ix].station.as_ref()?.replicas.first()?.zone?;
        let region = model.zones[usize::from(own.0)].region;
        let other = model.zones.iter().enumerate();
        let mut other = other.filter(|(i, zone)| zone.region == region && *i != usize::from(own.0));
        other.next().map(|(_, zone)| zone.id.clone())
    }

    fn hits(&self) -> Option<Knob> {
        let whole = format!("component.{}.hit", self.id);
        let of = |path: &str| {
            path.strip_prefix(&whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let assumed = self.source.model.assumptions.iter().filter(|a| of(&a.path));
        let better: Vec<(String, String)> =
            assumed.filter_map(|a| Some((a.path.clone(), a.range_text.as_ref()?.1.clone()))).collect();
        let (_, most) = better.first()?;
        let changes = better.iter().map(|(path, text)| Change { path: path.clone(), text: text.clone() });
        let choices = vec![kept(say::hits_kept(self.id)), one(say::hits(self.id, most), changes.collect())];
        self.knob("hits", choices)
    }

    fn model(&self) -> Option<Knob> {
        let (name, provider) = (self.read.text("model")?, self.read.text("provider")?);
        let known = MODELS.iter().filter(|m| m.provider == provider);
        if !known.clone().any(|m| m.name == name) {
            return None;
        }
        let sold = self.on_sale("llm.token-in");
        let mut choices = vec![kept(say::llm(self.id, name))];
        for other in known.filter(|m| m.name != name && sold.contains(&m.name)) {
            let (first, most) = (known_fact(other.first_token), known_fact(SLOWEST_TOKEN));
            let mut changes = vec![
                self.change("model", other.name),
                self.change("first-token", format!("lognormal(p50={}ms, p99={}ms)", 1e3 * first, 1e3 * most)),
                self.change("speed", format!("@{}", other.speed)),
            ];
            for (field, id) in [("rpm", other.rpm), ("tpm", other.tpm)] {
                changes.push(self.change(field, format!("@{id}")));
            }
            choices.push(one(say::llm(self.id, other.name), changes));
        }
        self.knob("model", choices)
    }

    fn fallback(&self) -> Option<Knob> {
        let model = self.source.model;
        let others = model.graph.node_weights().filter(|c| c.kind == "llm-api" && c.id != self.id);
        let calls = self.source.root.table("call");
        let states = |key: &str| {
            calls.and_then(|t| t.table(key)).is_some_and(|t| Reader::new(t, CALL).states("fallback"))
        };
        let caller = model.graph.neighbors_directed(self.ix, petgraph::Direction::Incoming).next()?;
        let key = format!("{} -> {}", model.graph[caller].id, self.id);
        if states(&key) {
            return None;
        }
        // One that is the fallback of another is called itself only then.
        let is_fallback = calls
            .into_iter()
            .flat_map(Table::tables)
            .any(|(_, _, table)| Reader::new(table, CALL).text("fallback") == Some(self.id));
        if is_fallback {
            return None;
        }
        let mut choices = vec![kept(say::no_fallback(self.id))];
        for other in others {
            let path = format!("call.{}.fallback", key_text(&key));
            let change = Change { path, text: other.id.clone() };
            choices.push(one(say::fallback(self.id, &other.id), vec![change]));
        }
        self.knob("fallback", choices)
    }
}

/// A language model whose facts are known. Quality of answers is not modelled.
struct Llm {
    provider: &'static str,
    name: &'static str,
    first_token: &'static str,
    speed: &'static str,
    rpm: &'static str,
    tpm: &'static str,
}

/// Fact of the slowest hundredth of first tokens, taken for every model.
const SLOWEST_TOKEN: &str = "lat.llm.p99_load";

const MODELS: &[Llm] = &[
    Llm {
        provider: "openai",
        name: "gpt-4o",
        first_token: "lat.llm.ttft.gpt-4o.openai",
        speed: "lat.llm.tps.gpt-4o.openai",
        rpm: "lat.rl.gpt-4o.t5.rpm",
        tpm: "lat.rl.gpt-4o.t5.tpm",
    },
    Llm {
        provider: "openai",
        name: "gpt-4o-mini",
        first_token: "lat.llm.ttft.gpt-4o-mini",
        speed: "lat.llm.tps.gpt-4o-mini",
        rpm: "lat.rl.gpt-4o-mini.t5.rpm",
        tpm: "lat.rl.gpt-4o-mini.t5.tpm",
    },
];

/// Strategies for the loss of the region that serves, in every other region of its provider.
fn region(source: &Source) -> Option<Knob> {
    let model = source.model;
    let stated = source.root.table("recovery").into_iter().flat_map(Table::tables);
    let mut stated = stated.filter(|(id, _, table)| {
        *id == "region" || table.get("event").and_then(|n| n.text()) == Some("region")
    });
    let table = stated.next().map_or("region", |(id, ..)| id).to_owned();
    let serving = model.graph.node_weights().filter(|c| c.restore.keeps_data);
    let home = serving.filter_map(|c| c.failure.region).next()?;
    let provider = |i: usize| {
        let table = source.root.table("region")?.table(&model.regions[i].id)?;
        table.get("provider").and_then(|n| n.text())
    };
    let own = provider(usize::from(home.0));
    let now = model.procedures.iter().find(|p| p.event == Event::Region);
    let now = now.and_then(|p| Some((p.strategy?, p.to?)));
    let label = |choice: Option<(Strategy, usize, bool)>| match choice {
        Some((strategy, to, soon)) => say::strategy(strategy.id(), &model.regions[to].name, soon),
        None => say::no_strategy(),
    };
    let mut choices = vec![kept(label(now.map(|(strategy, to)| (strategy, usize::from(to.0), false))))];
    for to in (0..model.regions.len()).filter(|i| *i != usize::from(home.0) && provider(*i) == own) {
        for strategy in Strategy::ALL {
            for soon in [false, true] {
                let id = &model.regions[to].id;
                let set = |field: &str, text: &str| Change {
                    path: format!("recovery.{}.{field}", key_text(&table)),
                    text: text.to_owned(),
                };
                let mut changes = vec![set("event", "region"), set("strategy", strategy.id()), set("to", id)];
                let copied = copies(source, id, strategy, soon);
                if soon && !copied.iter().any(|change| change.path.ends_with(".rtc")) {
                    continue;
                }
                changes.extend(copied);
                choices.push(one(label(Some((strategy, to, soon))), changes));
            }
        }
    }
    Some(Knob { id: "region".to_owned(), group: usize::MAX, choices })
}

/// Copies of all data in a region: backups of databases where nothing better runs there, replicated objects, within a quarter of
/// an hour if `soon`.
fn copies(source: &Source, to: &str, strategy: Strategy, soon: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    let backups = || source.root.table("backup").into_iter().flat_map(Table::tables);
    for component in source.model.graph.node_weights().filter(|c| c.restore.keeps_data) {
        let objects = component.kind == "object-store";
        if component.failure.region.is_none() || !(objects || strategy == Strategy::BackupRestore) {
            continue;
        }
        let of = |table: &Table| Reader::new(table, BACKUP).text("of") == Some(component.id.as_str());
        let found = backups().find(|(_, _, table)| of(table));
        let key = key_text(found.map_or(component.id.as_str(), |(id, ..)| id));
        let set =
            |field: &str, text: &str| Change { path: format!("backup.{key}.{field}"), text: text.to_owned() };
        if found.is_none() {
            changes.push(set("of", &component.id));
        }
        let copied = found.and_then(|(_, _, table)| table.table("copies")?.get(to));
        let lag = match (objects, soon) {
            (true, true) => "@fo.s3.rtc",
            (true, false) => "@fo.s3.crr",
            (false, _) => "@fo.rds.xregion_backup_rpo",
        };
        if copied.is_none() || (objects && soon) {
            changes.push(set(&format!("copies.{}", key_text(to)), lag));
        }
        if objects && soon {
            changes.push(set("rtc", "true"));
        }
    }
    changes
}

/// The smallest machines of these by vCPUs and memory, with the present one.
fn smallest<'a>(types: &mut Vec<&'a str>, most: usize, now: &'a str) {
    let size = |ty: &str| machine(ty).map_or((0.0, 0.0), |m| (m.vcpu, m.memory));
    types.sort_by(|a, b| size(a).partial_cmp(&size(b)).unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(b)));
    types.truncate(most);
    if !types.contains(&now) {
        types.push(now);
    }
}

/// Some steps of a ladder around a number, itself left out.
fn around(now: u32, ladder: &[u32], times: u32) -> Vec<u32> {
    let near = |n: &u32| *n != now && *n * times >= now && *n <= now.max(1) * times;
    ladder.iter().copied().filter(near).collect()
}

fn kept(words: Phrase) -> Choice {
    Choice { words, changes: Vec::new(), months: None }
}

fn one(words: Phrase, changes: Vec<Change>) -> Choice {
    Choice { words, changes, months: None }
}
