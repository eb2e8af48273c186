//! The compiled architecture: what the engines know. Kinds are gone; what is left are components with stations that
//! serve, calls between them, the workload, places that fail together, failures, usages that cost, and objectives.
//!
//! A model is made by `scenario::lower` for one tier and is valid by construction: indices are in range, calls form no
//! endless loop, every number is finite. Engines therefore cannot fail; overload and missing knowledge are results.

pub mod build;
pub mod call;
pub mod credits;
pub mod failure;
pub mod fault;
pub mod loads;
pub mod objective;
pub mod operations;
pub mod recovery;
pub mod release;
pub mod roadmap;
pub mod room;
pub mod scaling;
pub mod station;
pub mod switch;
pub mod traffic;
pub mod usage;
pub mod workload;

use crate::diag::Span;
use crate::text::Phrase;
use crate::units::Money;
use call::Call;
use failure::Failure;
use fault::Fault;
use objective::{Claim, Objective};
use petgraph::graph::DiGraph;
use station::Station;
use usage::{Usage, Works};
use workload::{Journey, Profile};

/// Index of a component: the node index of the graph.
pub type ComponentIx = petgraph::graph::NodeIndex<u32>;
/// Index of a call: the edge index of the graph.
pub type CallIx = petgraph::graph::EdgeIndex<u32>;

/// Index of a journey in [`Model::journeys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JourneyIx(pub u16);

/// Index of a zone in [`Model::zones`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneIx(pub u16);

/// Index of a region in [`Model::regions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionIx(pub u16);

/// Index of a provider in [`Model::providers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderIx(pub u16);

/// One tier of a scenario, compiled.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name of the scenario.
    pub name: Phrase,
    /// The tier this model is of.
    pub tier: Tier,
    /// Components and the calls between them. Also holds components that serve no request (a cluster, monitoring).
    pub graph: DiGraph<Component, Call>,
    /// Request classes, in the order of the file.
    pub journeys: Vec<Journey>,
    /// Share of users active in each hour of the week, and spikes.
    pub profile: Profile,
    /// Zones, the smallest places that fail as one.
    pub zones: Vec<Zone>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Providers whose global failure takes down everything they run.
    pub providers: Vec<Provider>,
    /// Faults on the timeline, in the order of the file.
    pub faults: Vec<Fault>,
    /// Backups of data.
    pub backups: Vec<recovery::Backup>,
    /// Procedures that the file states for coming back.
    pub procedures: Vec<recovery::Procedure>,
    /// Phases and tasks.
    pub roadmap: roadmap::Roadmap,
    /// Controls that the file speaks of.
    pub controls: Vec<roadmap::Control>,
    /// Every `quote` of the file: the plan's own words, wherever they stand.
    pub quotes: Vec<String>,
    /// Ways of changes into production.
    pub pipelines: Vec<release::Pipeline>,
    /// How new versions are rolled out.
    pub releases: Vec<release::Release>,
    /// What raises an alert.
    pub alerts: Vec<release::Alert>,
    /// What takes it down beside the failures of its parts.
    pub operations: operations::Operations,
    /// Values that the file states in place of shipped facts.
    pub own_facts: crate::units::own::Own,
    /// Whether one gamma is enough for the percentiles of a path: where many designs are looked at and none is shown.
    pub rough: bool,
    /// What the design is judged by, in the order of the file.
    pub objectives: Vec<Objective>,
    /// What downtime costs the team, per billing month of it (730 h); `None`: not stated.
    pub downtime_cost: Option<Money>,
    /// The judged price book and the currency of the verdict.
    pub prices: String,
    /// Currency of the scenario's money.
    pub currency: crate::units::Currency,
    /// The price books that the scenario itself carries.
    pub books: Vec<usage::OwnBook>,
    /// Values with a range or a source, for the ledger and for "which assumption flips the verdict".
    pub assumptions: Vec<Assumption>,
    /// Statements of the plan that contradict each other or that the file leaves open; shown, never repaired.
    pub findings: Vec<Finding>,
    /// Journeys that ask a language model, or draw on a quota of tokens, and do not say how many they take.
    pub unstated: Vec<Unstated>,
}

/// A journey without `tokens` where they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unstated {
    /// Where it comes to.
    pub component: ComponentIx,
    /// The journey.
    pub journey: JourneyIx,
    /// Whether the answer would be streamed at a stated speed.
    pub streams: bool,
    /// Whether a limit there counts tokens.
    pub limited: bool,
}

/// A step of the scaling plan.
#[derive(Clone, Debug)]
pub struct Tier {
    /// Id: `t100`; `base` for a file without tiers.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Tenants.
    pub tenants: f64,
    /// Users.
    pub users: f64,
    /// What the plan claims for this tier.
    pub claims: Vec<Claim>,
    /// Where it stands in the file.
    pub at: Span,
}

/// One box of the architecture.
#[derive(Clone, Debug)]
pub struct Component {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Kind it was declared as, for icons and words only: engines never look at it.
    pub kind: &'static str,
    /// The component it runs on (pods on a node group, a node group on a cluster), for drawing and for common failure.
    pub on: Option<ComponentIx>,
    /// How it serves requests; `None` when no request passes through it.
    pub station: Option<Station>,
    /// Where its units stand and how they fail.
    pub failure: Failure,
    /// Facts of how often it fails that its kind asked for.
    pub failure_facts: Vec<&'static str>,
    /// How it comes back when it is lost.
    pub restore: recovery::Restore,
    /// CPU credits of one of its machines, where they are burstable.
    pub credits: Option<credits::Credits>,
    /// What its pods need, where its replicas are pods.
    pub pods: Option<scaling::Pods>,
    /// Its machines, where it carries pods.
    pub nodes: Option<scaling::Nodes>,
    /// What it costs.
    pub usages: Vec<Usage>,
    /// What a request makes this component move or consume, by journey: bytes and tokens.
    pub works: Works,
    /// The parameters people most want to see and edit, in order: (field, text as written).
    pub facts: Vec<(String, String)>,
    /// Where it stands in the file.
    pub at: Span,
}

/// A zone of a region.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Id with its region: `tokyo/a`.
    pub id: String,
    /// The region.
    pub region: RegionIx,
    /// How often and how long the zone as a whole fails; `None` when unknown.
    pub outage: Option<failure::Outage>,
}

/// A region.
#[derive(Clone, Debug)]
pub struct Region {
    /// Id: `tokyo`.
    pub id: String,
    /// The provider's own code, which price books know it by: `ap-northeast-1`.
    pub code: Option<String>,
    /// Name to show.
    pub name: Phrase,
    /// What the plan uses it for: production, staging, disaster recovery.
    pub role: Option<Phrase>,
    /// How often and how long the region as a whole fails; `None` when unknown.
    pub outage: Option<failure::Outage>,
    /// Where it stands in the file.
    pub at: Span,
}

/// A provider as a common cause of failure.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Id: `aws`, `openai`.
    pub id: String,
    /// How often and how long everything it runs fails at once; `None` when unknown.
    pub outage: Option<failure::Outage>,
}

/// A value somebody assumed: with its range and where it comes from.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// Path in the scenario: `journey.api.rate`.
    pub path: String,
    /// Central value, SI.
    pub value: f64,
    /// Range, SI; `None` when none is given.
    pub range: Option<(f64, f64)>,
    /// Unit, SI.
    pub unit: &'static str,
    /// The text of the two ends of the range, as they would be written in the file.
    pub range_text: Option<(String, String)>,
    /// Source or fact id; `None`: nobody owns it.
    pub source: Option<String>,
    /// Where the value stands.
    pub at: Span,
}

/// Something the scenario says that a reader must know: a contradiction, an impossible promise, a hole.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Short stable name.
    pub code: String,
    /// One sentence.
    pub words: Phrase,
    /// Whether it is a note of the authors.
    pub note: bool,
    /// Where.
    pub at: Span,
}

impl Model {
    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<ComponentIx> {
        self.graph.node_indices().find(|ix| self.graph[*ix].id == id)
    }

    /// The journey with this id.
    pub fn journey(&self, id: &str) -> Option<JourneyIx> {
        self.journeys.iter().position(|j| j.id == id).map(|i| JourneyIx(i as u16))
    }

    /// Components in the order of the file, for tables that people read. (The model keeps them in the order of their ids,
    /// so that no figure depends on where things stand.)
    pub fn as_written(&self) -> Vec<ComponentIx> {
        let mut all: Vec<ComponentIx> = self.graph.node_indices().collect();
        all.sort_by_key(|ix| self.graph[*ix].at.order());
        all
    }

    /// Journey indices in order.
    pub fn journey_indices(&self) -> impl Iterator<Item = JourneyIx> + use<> {
        (0..self.journeys.len() as u16).map(JourneyIx)
    }
}
