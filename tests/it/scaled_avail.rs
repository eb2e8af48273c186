//! Uptime of what scales: hours are judged by the replicas that scaling settles at.

use crate::giving_up_sim::model_of;
use crate::lab_avail::close;
use plimsoll::assess::quick;
use plimsoll::recovery::Memo;
use std::sync::Arc;

/// Two pods of 100/s each; the others of the week bring 60/s, one hour `times` as many.
fn text(scale: &str, times: u32) -> String {
    format!(
        r#"
schema = 1
name = "a flash hour"
[target.up]
journey = "page"
uptime = "99.9%"
[target.fast]
journey = "page"
p95 = "500ms"
[journey.page]
entry = "web"
rate = "1/s"
[tier.base]
users = 60
[load.spike.flash]
at = "mon 12:00"
for = "1h"
times = {times}
[component.nodes]
kind = "node-group"
vcpu = 16
memory = "64GiB"
count = 4
[component.web]
kind = "service"
on = "nodes"
replicas = 2
cpu = {{ request = "1000m", limit = "1000m" }}
work = "10ms"
{scale}
"#
    )
}

fn brownout_hours(text: &str) -> f64 {
    let analysis = quick(Arc::new(model_of(text)), &mut Memo::default());
    analysis.uptime["up"].brownout_hours_per_week.value.unwrap()
}

#[test]
fn an_hour_that_scaling_carries_is_no_brown_out() {
    let scale = |max: u32| format!("scale = {{ cpu = \"60%\", min = 2, max = {max} }}");
    close(brownout_hours(&text("", 12)), 1.0, 1e-9, "two pods for 720/s");
    close(brownout_hours(&text(&scale(3), 12)) + 1.0, 2.0, 1e-9, "three pods for 720/s");
    close(brownout_hours(&text(&scale(20), 12)) + 1.0, 1.0, 1e-9, "twelve pods for 720/s");
}
