//! Contexts: scenarios in which fields mean something, and others in which they do not. Loads are small, for speed.

use super::more::{FAULTS, PLAN};

/// Name and text of each.
pub const BASES: &[(&str, &str)] =
    &[("web", WEB), ("desk", DESK), ("bare", BARE), ("faults", FAULTS), ("plan", PLAN)];

/// A request's whole way, every kind of component on it or beside it.
const WEB: &str = r#"schema = 1
timezone = "Asia/Tokyo"
prices = "aws-list"
[load]
active = "office-jp"
users = 100
tenants = 10
[load.spike.morning]
at = "mon 09:00"
for = "2h"
times = 3
[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a", "c"]
outages = "0.1/year"
outage = "4h"
zone-outages = "0.3/year"
zone-outage = "2h"
zone-share = "60%"
[region.osaka]
provider = "aws"
code = "ap-northeast-3"
zones = ["a"]
outages = "0.1/year"
outage = "3h"
[journey.api]
entry = "dns"
rate = "200/h (100/h..400/h)"
in = "2KB"
out = "30KB"
steps.api = ["redis miss rds", ["s3 20%", "pay 30%"], "jobs"]
[journey.chat]
entry = "dns"
rate = "20/h"
tokens = { in = 400, out = "uniform(100, 300)" }
steps.api = ["iam 50%", "openai"]
[component.users]
kind = "client"
to = "dns"
network = "20ms"
[component.dns]
kind = "dns"
provider = "aws"
to = "cdn"
latency = "2ms"
health-checks = 2
failover = { to = "cdn2", interval = "10s", threshold = 2, ttl = "30s", stale = "5%" }
[component.cdn]
kind = "cdn"
provider = "aws"
to = "waf"
hit = { default = "0%", api = "30%" }
hit-latency = "3ms"
latency = "4ms"
[component.cdn2]
kind = "cdn"
provider = "aws"
to = "waf"
latency = "9ms"
[component.waf]
kind = "waf"
provider = "aws"
to = "alb"
latency = "1ms"
rules = 5
rate-rule = { limit = 100, window = "1min", lag = "5s" }
[component.alb]
kind = "load-balancer"
region = "tokyo"
zones = ["tokyo/a", "tokyo/c"]
to = "api"
latency = "1ms"
health = { interval = "10s", unhealthy = 2, healthy = 3, timeout = "2s" }
[component.eks]
kind = "cluster"
region = "tokyo"
[component.nodes]
kind = "node-group"
on = "eks"
type = "t3.large"
count = 2
zones = ["tokyo/a", "tokyo/c"]
nat = 1
scale = { max = 3 }
[component.api]
kind = "service"
on = "nodes"
replicas = 2
slots = 20
queue = 30
patience = "4s"
cpu = { request = "300m", limit = "500m" }
memory = { request = "512MiB", limit = "1GiB" }
work = "exponential(mean=20ms)"
latency = "1ms"
scale = { cpu = "60%", concurrency = 6, min = 2, max = 4, start = "20s", pull = "10s" }
[component.redis]
kind = "cache"
type = "cache.t3.micro"
nodes = 2
multi-az = true
zone = "tokyo/a"
standby = "tokyo/c"
latency = "1ms"
ops = "900/s"
popularity = { keys = 200, zipf = 0.8, capacity = 100, ttl = "50s" }
[component.rds]
kind = "database"
class = "db.t3.medium"
multi-az = true
zone = "tokyo/a"
standby = "tokyo/c"
failover = "60s"
storage = "100GB"
work = "exponential(mean=8ms)"
latency = "1ms"
[component.s3]
kind = "object-store"
region = "tokyo"
latency = "30ms"
stored = "120GB"
[component.pay]
kind = "external"
provider = "stripe"
latency = "200ms"
availability = "99.9%"
limits = { rate = "2/s", burst = 5 }
[component.jobs]
kind = "queue"
region = "tokyo"
latency = "5ms"
[component.iam]
kind = "identity"
provider = "aws"
latency = "3ms"
[component.openai]
kind = "llm-api"
provider = "openai"
model = "gpt-4o"
first-token = "lognormal(p50=390ms, p99=3s)"
speed = "60/s"
rpm = "60/min"
tpm = "30000/min"
availability = "99.8%"
[component.keys]
kind = "secrets"
region = "tokyo"
count = 5
[component.watch]
kind = "monitoring"
region = "tokyo"
logs = "60GB/month"
hosts = "nodes"
[call."api -> rds"]
network = "1ms"
timeout = "30ms"
cancel = true
retry = { extra = 2, base = "20ms", cap = "30ms", jitter = "full", budget = "20%" }
breaker = { errors = "30%", over = "5s", open = "10s" }
pool = { size = 2, queue = 3, timeout = "50ms" }
[call."api -> openai"]
timeout = "9s"
retry = { extra = 1, retry-after = true }
fallback = "pay"
fallback-for = ["chat"]
[call."api -> s3"]
required = false
hedge = "20ms"
[target.fast]
journey = "api"
p95 = "300ms"
errors = "1%"
[target.up]
uptime = "99.5%"
journeys = ["api", "chat"]
downtime = "¥300,000/h"
[target.back]
events = ["zone", "data-loss"]
rto = "4h"
rpo = "1h"
[target.first]
journey = "chat"
measure = "first-token"
p99 = "5s"
[target.money]
cost = "¥300,000/month"
[target.size]
tenants = 10
users = 100
[alert.slow]
when = "api.p95 > 200ms"
for = "1min"
route = "slack"
severity = "warning"
[backup.rds]
of = "rds"
every = "1h"
keep = "7d"
copies = { osaka = "1h" }
[recovery.region]
event = "region"
strategy = "backup-restore"
to = "osaka"
takes = { detect-api = "5min" }
[recovery.zone]
takes = { detect-api = "5min" }
[pipeline.main]
steps = { test = "10min", build = "5min" }
[deploy.api]
of = "api"
strategy = "canary"
steps = ["10%", "100%"]
[fault.crash]
what = "replica-crash"
on = "api"
at = "30s"
for = "40s"
expect = ["api.errors < 1%"]
"#;

/// Bare stations.
const DESK: &str = r#"schema = 1
[journey.job]
entry = "desk"
arrivals = "8/s"
priority = 1
[journey.rush]
entry = "desk"
arrivals = "2/s"
[journey.staff]
entry = "line"
population = 4
think = "2s"
[component.desk]
kind = "station"
servers = 2
replicas = 2
work = "exponential(mean=100ms)"
queue = 6
slots = 9
patience = "500ms"
discipline = "preemptive"
health = { interval = "5s", unhealthy = 2, healthy = 2, timeout = "1s" }
limits = { rate = "9/s", burst = 3 }
mtbf = "20d"
mttr = "1h"
to = "line"
[component.line]
kind = "station"
work = "50ms"
capacity = 5
[call."desk -> line"]
timeout = "200ms"
retry = { extra = 1 }
[target.fast]
journey = "job"
p95 = "1s"
[fault.crash]
what = "replica-crash"
on = "desk"
at = "30s"
for = "40s"
"#;

/// One of every kind with the least that can be said, beside the way of a single journey.
const BARE: &str = r#"schema = 1
[journey.api]
entry = "desk"
arrivals = "5/s"
[component.desk]
kind = "station"
latency = "10ms"
[component.client]
kind = "client"
[component.dns]
kind = "dns"
[component.cdn]
kind = "cdn"
[component.waf]
kind = "waf"
[component.alb]
kind = "load-balancer"
[component.eks]
kind = "cluster"
[component.nodes]
kind = "node-group"
type = "m5.large"
[component.pods]
kind = "service"
[component.rds]
kind = "database"
[component.redis]
kind = "cache"
[component.s3]
kind = "object-store"
[component.openai]
kind = "llm-api"
[component.jobs]
kind = "queue"
[component.keys]
kind = "secrets"
[component.iam]
kind = "identity"
[component.watch]
kind = "monitoring"
[component.pay]
kind = "external"
[call."desk -> rds"]
[region.tokyo]
zones = ["a"]
[target.fast]
journey = "api"
p95 = "1s"
[backup.rds]
of = "rds"
[recovery.zone]
[deploy.pods]
of = "pods"
"#;
