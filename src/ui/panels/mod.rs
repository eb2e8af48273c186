//! The fixed parts of the screen, from top to bottom: bar, strip, outage and file banners, gauge, graph with outline,
//! inspector; and the sheets that come up over it.

pub mod banner;
pub mod examples;
pub mod field;
pub mod gauge;
pub mod graph;
pub mod inspector;
pub mod outage;
pub mod outline;
pub mod run;
pub mod search;
pub mod shortcuts;
pub mod strip;
pub mod topbar;
pub mod zones;
