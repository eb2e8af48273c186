//! What the load does to every component: the one type in which engines meet. `flow` fills it, `cost` reads it.

/// Per billing month (730 h), by component in index order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loads {
    /// One entry per component.
    pub components: Vec<ComponentLoad>,
    /// Requests per month by journey, as users send them.
    pub journeys: Vec<f64>,
}

/// What reaches one component in a billing month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComponentLoad {
    /// Requests.
    pub requests: f64,
    /// The same by journey.
    pub by_journey: Vec<f64>,
    /// Input tokens; zero where nothing streams.
    pub tokens_in: f64,
    /// Output tokens.
    pub tokens_out: f64,
    /// GB sent back to callers; `None`: unknown.
    pub gb_out: Option<f64>,
    /// GB received.
    pub gb_in: Option<f64>,
    /// Hours of load balancer capacity, each hour by the largest of connections begun (25/s), connections open (3,000) and bytes
    /// (1 GB/h); `None` where bytes are unknown.
    pub capacity_hours: Option<f64>,
    /// Core-hours that burstable machines use beyond what they earn and can put off; zero where there are none.
    pub surplus_core_hours: f64,
    /// Hours of the nodes that are added because pods that follow the load do not fit on those that are always there.
    pub added_node_hours: f64,
}

/// The fewest units of each component with which the journeys still meet their latency and error objectives, by hour
/// of the week. `flow` fills it, `avail` reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// By component in index order, then by hour of the week; `None`: even all units do not meet them.
    pub components: Vec<Vec<Option<u32>>>,
}

impl Needs {
    /// The more of both, hour by hour; more than all units where one of them says so.
    pub fn raise(&mut self, other: &Self) {
        for (mine, others) in self.components.iter_mut().flatten().zip(other.components.iter().flatten()) {
            *mine = mine.zip(*others).map(|(a, b)| a.max(b));
        }
    }
}
