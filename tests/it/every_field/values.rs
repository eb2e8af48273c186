//! Values to state for a field, by its type; a few fields whose words mean something name their own.

use super::at;
use plimsoll::fields::{Field, Ref, Type};
use toml_edit::{DocumentMut, Item, Value};

/// Values by the end of the path, where the type does not tell.
const OWN: &[(&str, &[&str])] = &[
    ("timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
    ("prices", &["\"aws-list\"", "\"gcp-list\"", "\"own\""]),
    ("main.after", &["{ ship = [\"build\"] }", "{ ship = [\"test\"] }", "{ build = [\"test\"] }"]),
    ("journey.chat.steps", &["{ api = [\"openai\"] }", "{ api = [\"rds\", \"openai\"] }"]),
    ("nodes.type", &["\"t3.large\"", "\"m5.large\""]),
    ("rds.class", &["\"db.t3.medium\"", "\"db.r6g.xlarge\""]),
    ("deploy.api.steps", &["[\"10%\", \"100%\"]", "[\"50%\", \"100%\"]"]),
    ("deploy.web.steps", &["[\"10%\", \"100%\"]", "[\"50%\", \"100%\"]"]),
    ("deploy.pods.steps", &["[\"10%\", \"100%\"]", "[\"50%\", \"100%\"]"]),
    ("spike.morning.at", &["\"mon 09:00\"", "\"tue 11:00\""]),
    ("start", &["\"2026-12\"", "\"2027-04\"", "\"30s\"", "\"4min\""]),
    ("when", &["\"api.errors > 2%\"", "\"api.p95 > 20ms\""]),
    ("region.tokyo.zones", &["[\"a\", \"c\"]", "[\"a\", \"c\", \"d\", \"e\"]"]),
    ("region.osaka.zones", &["[\"a\"]", "[\"a\", \"b\"]"]),
    ("provider", &["\"aws\"", "\"gcp\"", "\"other\""]),
    ("code", &["\"ap-northeast-1\"", "\"us-east-1\""]),
    ("model", &["\"gpt-4o\"", "\"gpt-4o-mini\""]),
    ("frameworks", &["[\"soc2:CC6.1\"]", "[\"soc2\"]"]),
    ("delivers", &["[\"tier.t100\"]", "[\"control.split\"]", "[\"rds\"]"]),
    ("copies", &["{ osaka = \"1h\" }", "{ osaka = \"9h\" }"]),
    ("takes.detect-api", &["\"5min\"", "\"25min\""]),
    ("phase.build.takes", &["\"pert(2w, 3w, 4w)\"", "\"9w\""]),
    ("task.vpc.takes", &["\"pert(3d, 5d, 8d)\"", "\"30d\""]),
    ("route", &["\"slack\"", "\"pager\""]),
];

/// TOML values for this field.
pub fn candidates(path: &[String], field: &Field, doc: &DocumentMut) -> Vec<Value> {
    let whole = path.join(".");
    let ends = |end: &str| whole == end || whole.ends_with(&format!(".{end}"));
    let own = OWN.iter().find(|(end, _)| ends(end));
    let mut texts: Vec<String> = match own {
        Some((_, list)) => list.iter().map(|text| (*text).to_owned()).collect(),
        None if whole.starts_with("fault.") && field.name == "on" => {
            let everything = [Ref::Component, Ref::Zone, Ref::Region, Ref::Journey];
            everything.iter().flat_map(|to| ids(*to, doc)).map(|id| format!("\"{id}\"")).collect()
        }
        None => of(&whole, &field.ty, doc),
    };
    // what the base says is one of them
    if let Some(Item::Value(value)) = at(doc, path) {
        texts.insert(0, value.to_string());
    }
    texts.iter().map(|text| text.trim().parse().unwrap_or_else(|e| panic!("{whole}: {text}: {e}"))).collect()
}

fn of(path: &str, ty: &Type, doc: &DocumentMut) -> Vec<String> {
    let quoted = |texts: &[&str]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>();
    let plain = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let times = ["30ms", "2s", "40s", "20min", "9h"];
    match ty {
        Type::Text | Type::Any => quoted(&["one", "two"]),
        Type::Words => quoted(&["one", "two"]),
        Type::Flag => plain(&["true", "false"]),
        Type::Count => plain(&["1", "2", "3", "5", "40", "3000"]),
        Type::Number => plain(&["0.5", "1.5", "3"]),
        Type::Time => quoted(&times),
        Type::TimeSpread => quoted(&["30ms", "2s", "20min", "exponential(mean=40ms)"]),
        Type::Rate | Type::RateSpread => quoted(&["3/s", "40/s", "6/year", "90/min"]),
        Type::Growth => quoted(&["5%/month", "9%/month"]),
        Type::Bytes => quoted(&["300KB", "3GB", "80GB"]),
        Type::ByteRate => quoted(&["60GB/month", "90GB/month"]),
        Type::Cpu => quoted(&["150m", "400m", "1500m"]),
        Type::Share => quoted(&["20%", "60%", "99.5%"]),
        Type::Money => quoted(&["¥10,000/month", "¥99,000/month"]),
        Type::CountSpread => plain(&["100", "900"]),
        Type::Choice(words) => quoted(words),
        Type::Ref(to) => ids(*to, doc).iter().map(|id| format!("\"{id}\"")).collect(),
        Type::Steps => Vec::new(),
        Type::Condition => {
            let journey = ids(Ref::Journey, doc).into_iter().next().unwrap_or_default();
            vec![format!("\"{journey}.errors < 0.01%\""), format!("\"{journey}.errors < 99%\"")]
        }
        Type::Active => quoted(&["office-jp", "consumer-jp"]),
        Type::Process => quoted(&["deterministic", "batch(mean=3)"]),
        Type::List(inner) => of(path, inner, doc).iter().map(|one| format!("[{one}]")).collect(),
        Type::OneOrMore(inner) | Type::PerJourney(inner) => of(path, inner, doc),
        Type::Map(inner) => {
            let key = at(doc, &path.split('.').map(str::to_owned).collect::<Vec<_>>())
                .and_then(Item::as_table_like)
                .and_then(|map| map.iter().next().map(|(key, _)| key.to_owned()));
            let key = key.unwrap_or_else(|| "one".to_owned());
            of(path, inner, doc).iter().map(|one| format!("{{ {key} = {one} }}")).collect()
        }
        Type::Table(_) => Vec::new(),
        Type::Date | Type::Month => quoted(&["2027-01", "2028-06"]),
        Type::Zone => quoted(&["Asia/Tokyo", "+00:00", "America/New_York"]),
    }
}

/// Ids of what may be referred to.
fn ids(to: Ref, doc: &DocumentMut) -> Vec<String> {
    let of = |kind: &str| -> Vec<String> {
        let table = doc.get(kind).and_then(Item::as_table_like);
        table.into_iter().flat_map(|t| t.iter()).map(|(id, _)| id.to_owned()).collect()
    };
    let zones = || {
        let table = doc.get("region").and_then(Item::as_table_like);
        let each = table.into_iter().flat_map(|t| t.iter());
        each.flat_map(|(id, one)| {
            let zones = one.get("zones").and_then(Item::as_array);
            let names = zones.into_iter().flatten().filter_map(Value::as_str);
            names.map(|zone| format!("{id}/{zone}")).collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
    };
    match to {
        Ref::Component | Ref::Kind(_) => of("component"),
        Ref::Zone => zones(),
        Ref::Place | Ref::Region => of("region"),
        Ref::Journey => of("journey"),
        Ref::Tier => of("tier"),
        Ref::Source => of("source"),
        Ref::Book => of("book").into_iter().chain(["aws-list".to_owned()]).collect(),
        Ref::Phase => of("phase"),
        Ref::Task => of("task"),
        Ref::Thing => of("component"),
    }
}
