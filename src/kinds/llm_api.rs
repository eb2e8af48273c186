//! LLM provider.

use super::common::{self, managed, per_journey, per_minute, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::station::{LimitUnit, Station, Stream};
use crate::model::usage::Quantity;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "llm-api",
    name: words("LLM API", "LLM API"),
    help: words(
        "言語モデルの API(OpenAI など)。最初のトークンまでの時間のあと、ジャーニーの出力トークンを speed で流す。分あたりの要求数とトークン数を超えると 429。",
        "API of a language model (OpenAI). After the time to the first token, the journey's output tokens stream at `speed`. Beyond its requests and tokens per minute it answers 429.",
    ),
    own: &[
        Field::new("model", Type::Text, words("モデル。例: gpt-4o。", "Model, such as gpt-4o.")).tunable(),
        Field::new(
            "first-token",
            Type::PerJourney(&Type::TimeSpread),
            words("最初のトークンまでの時間。", "Time to the first token."),
        )
        .tunable(),
        Field::new(
            "speed",
            Type::RateSpread,
            words("一秒に流れる出力トークン。", "Output tokens per second."),
        )
        .within(1e-3, 1e6)
        .tunable(),
        Field::new("rpm", Type::Rate, words("分あたりの要求数の上限。", "Limit of requests per minute."))
            .within(1e-6, 1e9)
            .tunable(),
        Field::new("tpm", Type::Rate, words("分あたりのトークン数の上限。", "Limit of tokens per minute."))
            .within(1e-6, 1e12)
            .tunable(),
        Field::new(
            "prompt-bytes",
            Type::Bytes,
            words(
                "入力トークンひとつを送るバイト数(仮定)。",
                "Bytes sent for one input token; the default is an assumption.",
            ),
        )
        .or("4B")
        .tunable(),
        Field::new(
            "stream-bytes",
            Type::Bytes,
            words(
                "出力トークンひとつを受け取るバイト数。流れは一つずつの JSON で届く(仮定)。",
                "Bytes received for one output token, each in a JSON event of its own; the default is an assumption.",
            ),
        )
        .or("250B")
        .tunable(),
    ],
    example: "[component.openai]\nkind = \"llm-api\"\nprovider = \"openai\"\nmodel = \"gpt-4o\"\nfirst-token = \"lognormal(p50=390ms, p99=3s)\"\nspeed = \"@lat.llm.tps.gpt-4o.openai\"\nrpm = \"@lat.rl.gpt-4o.t5.rpm\"\ntpm = \"@lat.rl.gpt-4o.t5.tpm\"\navailability = \"@rate.llm.avail.openai\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let read = &site.read;
    let speed = read.spread("speed");
    let stream = |j: &super::JourneySite| {
        let (tokens_in, tokens_out) = j.tokens.clone()?;
        Some(Stream { tokens_in, tokens_out, speed: speed.clone()? })
    };
    let quota = |field, unit| read.rate(field).map(|rate| per_minute(rate, unit));
    let limits = [quota("rpm", LimitUnit::Requests), quota("tpm", LimitUnit::Tokens)];
    let station = Station {
        latency: per_journey(site, "first-token"),
        stream: site.journeys.iter().map(stream).collect(),
        limits: limits.into_iter().flatten().collect(),
        error_ratio: read.share("errors").unwrap_or_default(),
        ..common::blank(site.journeys.len())
    };
    let model = read.text("model").unwrap_or("unknown");
    let usages = vec![
        usage(format!("llm.token-in:{model}"), Quantity::TokensIn),
        usage(format!("llm.token-out:{model}"), Quantity::TokensOut),
    ];
    Parts { station: Some(station), failure: managed(site), usages, managed: true, ..Parts::default() }
}
