//! Contexts: one fault of every kind, and what is planned, promised and paid.

/// One fault of every kind.
pub const FAULTS: &str = r#"schema = 1
[region.tokyo]
zones = ["a", "c"]
[journey.api]
entry = "alb"
arrivals = "9/s"
[journey.login]
entry = "alb"
arrivals = "1/s"
[component.alb]
kind = "load-balancer"
zones = ["tokyo/a", "tokyo/c"]
to = "waf"
[component.waf]
kind = "waf"
to = "api"
rate-rule = { limit = 60, window = "30s", lag = "5s" }
[component.api]
kind = "service"
replicas = 2
zones = ["tokyo/a", "tokyo/c"]
work = "30ms"
slots = 40
to = "store"
[component.store]
kind = "cache"
latency = "2ms"
popularity = { keys = 50, zipf = 1.0 }
zone = "tokyo/a"
[fault.zone-outage]
what = "zone-outage"
on = "tokyo/a"
at = "20s"
for = "30s"
[fault.region-outage]
what = "region-outage"
on = "tokyo"
at = "20s"
for = "30s"
[fault.component-down]
what = "component-down"
on = "api"
at = "20s"
for = "30s"
[fault.replica-crash]
what = "replica-crash"
on = "api"
at = "20s"
for = "30s"
[fault.latency-added]
what = "latency-added"
on = "api"
add = "1s"
at = "20s"
for = "30s"
[fault.error-rate]
what = "error-rate"
on = "api"
errors = "30%"
at = "20s"
for = "30s"
[fault.cache-flush]
what = "cache-flush"
on = "store"
at = "20s"
for = "30s"
[fault.load-spike]
what = "load-spike"
times = 3
at = "20s"
for = "30s"
[fault.capacity-loss]
what = "capacity-loss"
on = "api"
share = "50%"
at = "20s"
for = "30s"
[fault.provider-429]
what = "provider-429"
on = "store"
at = "20s"
for = "30s"
[fault.ddos]
what = "ddos"
on = "api"
rate = "9/s"
at = "20s"
for = "30s"
[fault.credential-stuffing]
what = "credential-stuffing"
on = "login"
rate = "9/s"
at = "20s"
for = "30s"
[fault.bad-deploy]
what = "bad-deploy"
on = "api"
errors = "20%"
at = "20s"
for = "30s"
[fault.partition]
what = "partition"
on = "tokyo/a"
at = "20s"
for = "30s"
[fault.disk-fill]
what = "disk-fill"
on = "store"
at = "20s"
for = "30s"
"#;

/// What is planned, promised and paid.
pub const PLAN: &str = r#"schema = 1
prices = "own"
[load]
growth = "6%/month"
start = "2026-12"
[target.money]
cost = "¥60,000/month"
tiers = ["small"]
[journey.api]
entry = "web"
rate = "1/s"
[component.web]
kind = "service"
replicas = 2
work = "5ms"
cpu = { request = "200m" }
on = "nodes"
[component.nodes]
kind = "node-group"
type = "t3.large"
count = 2
[tier.small]
users = 5
claim = { cost = "¥50,000/month" }
[tier.large]
users = 9
[platform.gcp]
provider = "gcp"
claim.cheap = { quote = "it is cheaper", merit = true, about = "price" }
[platform.gcp.component.nodes]
type = "e2-standard-2"
[book.own]
tier = "small"
line.web = { pays = "nodes", amount = "¥40,000/month" }
[control.split]
frameworks = ["soc2:CC6.1"]
on = "web"
evidence = "a diagram"
[phase.build]
takes = "pert(2w, 3w, 4w)"
[phase.run]
after = "build"
[task.vpc]
phase = "build"
takes = "pert(3d, 5d, 8d)"
delivers = ["split"]
[task.rest]
phase = "run"
after = "vpc"
takes = "2d"
done = false
[deploy.web]
of = "web"
bake = "5min"
strategy = "rolling"
[pipeline.main]
steps = { build = "5min", test = "9min", ship = "1min" }
after = { ship = ["build"] }
[alert.bad]
when = "errors > 5%"
"#;
