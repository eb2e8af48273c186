//! Slips in names that are taken from a vendor's lists are said where they stand, with the nearest name; names of one's own stay
//! possible. Without a word of it a design would only have no price.

use crate::texts::files;
use plimsoll::scenario::read;

const SHOP: &str = r#"schema = 1
[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a"]
[journey.page]
entry = "web"
arrivals = "5/s"
tokens = { in = 100, out = 100 }
steps.web = ["redis 90% miss rds", "ai"]
[component.nodes]
kind = "node-group"
type = "t3.large"
zones = ["tokyo/a"]
[component.web]
kind = "service"
on = "nodes"
cpu = { request = "100m", limit = "1000m" }
work = "1ms"
[component.rds]
kind = "database"
class = "db.t3.medium"
zone = "tokyo/a"
work = "2ms"
[component.redis]
kind = "cache"
type = "cache.t3.micro"
zone = "tokyo/a"
latency = "1ms"
[component.ai]
kind = "llm-api"
provider = "openai"
model = "gpt-4o"
first-token = "400ms"
speed = "50/s"
[control.split]
frameworks = ["soc2:CC6.1"]
"#;

/// What is said about the shop with a piece replaced: `code at text | help`.
fn said(old: &str, new: &str, more: &str) -> Vec<String> {
    assert!(SHOP.contains(old), "{old}");
    let text = format!("{}{more}", SHOP.replacen(old, new, 1));
    let of = |d: &plimsoll::diag::Diagnostic| {
        let at = &text[d.span.start as usize..d.span.end as usize];
        format!("{} at {at} | {}", d.code, d.help.as_ref().map_or("", |help| help.en.as_str()))
    };
    read(&files(&text)).diagnostics.iter().map(of).collect()
}

#[test]
fn a_slip_in_a_listed_name_is_said_with_the_nearest_name() {
    assert_eq!(said("schema = 1", "schema = 1", ""), [""; 0]);
    for (old, new, code, near) in [
        ("\"cache.t3.micro\"", "\"cache.t3.micros\"", "not-listed", "`cache.t3.micro`"),
        ("\"t3.large\"", "\"t3.larg\"", "unknown-machine", "`t3.large`"),
        ("\"db.t3.medium\"", "\"db.t3.medum\"", "unknown-machine", "`db.t3.medium`"),
        ("\"gpt-4o\"", "\"gpt4o\"", "not-listed", "`gpt-4o`"),
        ("\"ap-northeast-1\"", "\"ap-northeast1\"", "not-listed", "`ap-northeast-1`"),
        ("\"soc2:CC6.1\"", "\"soc3:CC6.1\"", "not-listed", "`soc2`"),
        ("\"aws\"", "\"Amazon\"", "unknown-provider", "`aws`"),
        ("\"aws\"", "\"google\"", "unknown-provider", "`gcp`"),
        ("\"tokyo/a\"", "\"tokyo/b\"", "unknown-reference", "`tokyo/a`"),
    ] {
        let found = said(old, new, "");
        let expected = format!("{code} at {new} | ");
        assert!(found.iter().any(|one| one.starts_with(&expected) && one.contains(near)), "{new}: {found:?}");
    }
    // A class with its vCPUs beside it answers the load, and still has no price.
    let found = said("class = \"db.t3.medium\"", "class = \"db.t3.medum\"\nvcpu = 2", "");
    assert!(found.len() == 1 && found[0].contains("not-listed at \"db.t3.medum\""), "{found:?}");
    // So does a type with its size.
    let found = said("type = \"t3.large\"", "type = \"t3.lage\"\nvcpu = 2\nmemory = \"8GiB\"", "");
    assert!(found.len() == 1 && found[0].contains("not-listed at \"t3.lage\""), "{found:?}");
}

#[test]
fn names_of_ones_own_are_left_alone() {
    let book =
        |pays: &str| format!("[book.mine]\nline.one = {{ pays = \"{pays}\", amount = \"¥9,000/month\" }}\n");
    let fine = [""; 0];
    assert_eq!(said("\"cache.t3.micro\"", "\"rack-in-the-cellar\"", ""), fine);
    assert_eq!(said("\"cache.t3.micro\"", "\"cache.t3.micros\"", &book("redis")), fine, "priced by the file");
    let size = "type = \"t3.lage\"\nvcpu = 2\nmemory = \"8GiB\"";
    assert_eq!(said("type = \"t3.large\"", size, &book("nodes")), fine, "sized and priced by the file");
    // Known to exist, of known size, and without a price here: no slip.
    assert_eq!(said("\"t3.large\"", "\"t2.large\"", ""), fine);
    assert_eq!(said("\"gpt-4o\"", "\"our-own-model\"", ""), fine);
    assert_eq!(said("\"ap-northeast-1\"", "\"eu-west-1\"", ""), fine);
    assert_eq!(said("\"soc2:CC6.1\"", "\"our-handbook:4\"", ""), fine);
    assert_eq!(said("provider = \"openai\"", "provider = \"mistral\"", ""), fine);
}

#[test]
fn a_machine_is_not_larger_than_its_type() {
    let nodes = |more: &str| said("type = \"t3.large\"", &format!("type = \"t3.large\"\n{more}"), "");
    let found = nodes("vcpu = 4\nmemory = \"8GiB\"");
    assert!(found.len() == 1 && found[0].starts_with("other-size at 4"), "{found:?}");
    let found = nodes("vcpu = 2\nmemory = \"16GiB\"");
    assert!(found.len() == 1 && found[0].starts_with("other-size at \"16GiB\""), "{found:?}");
    // What is left for pods may well be less.
    assert_eq!(nodes("vcpu = 2\nmemory = \"7GiB\""), [""; 0]);
}
