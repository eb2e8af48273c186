//! The commands about the file itself: `show`, `fmt`, `validate`, `migrate`, `schema`, `new`.

use super::args::{FmtArgs, Format, ManyArgs, MigrateArgs, NewArgs, SchemaArgs, Show, ShowArgs};
use super::output::{pretty, refuse, tell, write, write_as_is, wrong};
use super::{Status, check, input, output, problems, store};
use crate::diag::{Diagnostic, Severity};
use crate::job;
use crate::model::Model;
use crate::report::blocks::{Block, Table, pick};
use crate::report::{json, sarif};
use crate::scenario::{self, SourceFile, examples, format, migrate, resolved, schema};
use crate::text::plain::line;
use crate::text::{Lang, Phrase};
use std::path::Path;

/// What a tier consists of, or its resolved text.
pub fn show(args: &ShowArgs) -> Option<Status> {
    let (files, mut scenario) = check::read(&args.file, &args.show)?;
    let said = |found: Vec<Diagnostic>| problems::say(&files, &found, &args.show);
    if let Some(platform) = &args.platform {
        scenario = scenario::on_platform(&scenario, platform).map_err(said).ok()?;
    }
    let first = scenario.tiers.first().map_or("base", String::as_str);
    let tier = args.tier.as_deref().unwrap_or(first);
    if args.resolved {
        let text = resolved::show(&scenario, tier).map_err(said).ok()?;
        if args.show.format != Format::Text {
            return refuse(&args.show, "text");
        }
        write_as_is(&args.show, &text)?;
        return Some(Status::Ok);
    }
    let model = scenario::lower(&scenario, tier, &[]).map_err(said).ok()?;
    let lang = args.show.lang();
    output::answer(&args.show, &parts(&model, lang), &parts_json(&model, lang))?;
    Some(Status::Ok)
}

fn parts(model: &Model, lang: Lang) -> Vec<Block> {
    let title = format!("{} · {}", model.name.get(lang), model.tier.id);
    let mut components = Table::new(match lang {
        Lang::Ja => &["構成要素", "種類", "名前", "値"],
        Lang::En => &["component", "kind", "name", "facts"],
    });
    for component in model.as_written().into_iter().map(|ix| &model.graph[ix]) {
        let facts: Vec<String> =
            component.facts.iter().map(|(key, value)| format!("{key} {value}")).collect();
        let cells = [component.id.as_str(), component.kind, component.name.get(lang), &facts.join(", ")];
        components.row(cells.map(Into::into).to_vec());
    }
    let mut assumptions = Table::new(match lang {
        Lang::Ja => &["仮定", ">値", "範囲", "出典"],
        Lang::En => &["assumption", ">value", "range", "source"],
    });
    for assumption in &model.assumptions {
        let range =
            assumption.range_text.as_ref().map_or_else(String::new, |(low, high)| format!("{low}..{high}"));
        let source = assumption.source.as_deref().unwrap_or(pick(lang, "なし", "none"));
        let value = format!("{} {}", crate::units::grammar::number(assumption.value), assumption.unit);
        assumptions.row(vec![
            assumption.path.as_str().into(),
            value.trim_end().into(),
            range.into(),
            source.into(),
        ]);
    }
    vec![
        Block::Heading(1, title),
        Block::Table(components),
        Block::Heading(2, pick(lang, "仮定", "Assumptions").to_owned()),
        Block::Table(assumptions),
    ]
}

fn parts_json(model: &Model, lang: Lang) -> serde_json::Value {
    let components: serde_json::Map<_, _> = model
        .as_written()
        .into_iter()
        .map(|ix| &model.graph[ix])
        .map(|c| {
            let facts: serde_json::Map<_, _> =
                c.facts.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
            (c.id.clone(), serde_json::json!({ "kind": c.kind, "name": c.name.get(lang), "facts": facts }))
        })
        .collect();
    let assumptions: Vec<_> = model
        .assumptions
        .iter()
        .map(|a| serde_json::json!({ "path": a.path, "value": a.value, "unit": a.unit, "range": a.range, "source": a.source }))
        .collect();
    serde_json::json!({
        "engine": job::engine(), "schema": crate::answer::ANSWER_SCHEMA, "scenario": model.name.get(lang),
        "tier": model.tier.id, "components": components, "assumptions": assumptions,
    })
}

/// Lays files out anew. Standard input goes to standard output.
pub fn fmt(args: &FmtArgs) -> Option<Status> {
    if args.show.out.is_some() && args.files != ["-"] {
        return wrong(
            &args.show,
            "fmt はファイルをその場で整える。--out は `-` と併せて使う",
            "fmt lays files out in place; --out goes with `-` alone",
        );
    }
    let mut status = Status::Ok;
    for path in &args.files {
        let text = input_alone(path, &args.show)?;
        let laid_out = match format::format(&text.text) {
            Ok(laid_out) => laid_out,
            Err(error) => return not_toml(text, &error.phrase(), &args.show),
        };
        let same = laid_out == text.text;
        if args.check {
            if !same {
                status = Status::Fail;
                let words = pick(args.show.lang(), "整形されていない", "would change");
                if !args.show.quiet {
                    tell(&format!("{}: {words}\n", line(&text.name)));
                }
            }
        } else if path == "-" {
            write_as_is(&args.show, &laid_out)?;
        } else if !same {
            store::replace(Path::new(path), &laid_out, &args.show)?;
        }
    }
    Some(status)
}

/// Everything that is wrong with files. Text goes to standard error, since problems are what is printed there.
pub fn validate(args: &ManyArgs) -> Option<Status> {
    let show = &args.show;
    let mut all = Vec::new();
    for path in &args.files {
        all.push(match input::load(path) {
            Ok(files) => {
                let found = scenario::read(&files).diagnostics;
                (files, found)
            }
            Err(found) => found,
        });
    }
    let broken = all.iter().flat_map(|(_, found)| found).any(|d| d.severity == Severity::Error);
    let lang = show.lang();
    match show.format {
        Format::Text => {
            for (files, found) in &all {
                problems::say(files, &problems::worth_saying(found, show), show);
                if !broken && !show.quiet {
                    let name = files.first().map_or("", |f| f.name.as_str());
                    write(show, &format!("{}: {}\n", line(name), pick(lang, "誤りはない", "no errors")))?;
                }
            }
        }
        Format::Json => write(show, &pretty(&json::problems(&all, lang)))?,
        Format::Sarif => write(show, &pretty(&sarif::problems(&all, lang)))?,
        _ => return refuse(show, "text, json, sarif"),
    }
    Some(if broken { Status::Wrong } else { Status::Ok })
}

/// The file in the newest version of the format.
pub fn migrate(args: &MigrateArgs) -> Option<Status> {
    let file = input_alone(&args.file, &args.show)?;
    match migrate::migrate(&file.text) {
        Ok(text) if args.write && args.file != "-" => {
            store::replace(Path::new(&args.file), &text, &args.show)?
        }
        Ok(text) => write_as_is(&args.show, &text)?,
        Err(error) => return not_toml(file, &error.phrase(), &args.show),
    }
    Some(Status::Ok)
}

/// The JSON Schema, or the reference page.
pub fn schema(args: &SchemaArgs) -> Option<Status> {
    let text = if args.reference { schema::reference(args.show.lang()) } else { pretty(&schema::schema()) };
    write_as_is(&args.show, &text)?;
    Some(Status::Ok)
}

/// A shipped scenario to start from.
pub fn new(args: &NewArgs) -> Option<Status> {
    let Some(text) = examples::text(&args.from) else {
        let known = examples::NAMES.join(", ");
        return wrong(
            &args.show,
            &format!("{} という例はない。使えるのは {known}", args.from),
            &format!("there is no example `{}`; known are: {known}", args.from),
        );
    };
    write_as_is(&args.show, text)?;
    Some(Status::Ok)
}

/// One file without what it extends.
fn input_alone(path: &str, show: &Show) -> Option<SourceFile> {
    match input::one(path) {
        Ok(file) => Some(file),
        Err((files, found)) => {
            problems::say(&files, &found, show);
            None
        }
    }
}

fn not_toml<T>(file: SourceFile, words: &Phrase, show: &Show) -> Option<T> {
    // The reader knows the exact place of what the editor could not take.
    let files = vec![file];
    let mut found = scenario::read(&files).diagnostics;
    found.retain(|d| d.severity == Severity::Error);
    if found.is_empty() {
        let at = crate::diag::Span::default();
        found.push(Diagnostic::error("not-editable", at, words.clone()));
    }
    problems::say(&files, &found, show);
    None
}
