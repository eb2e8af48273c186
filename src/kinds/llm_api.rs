//! LLM provider.

use super::common::{self, bucket, counter, known_fact, managed, per_journey, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type, When};
use crate::model::station::{Charge, Limit, LimitUnit, Station, Stream};
use crate::model::usage::Quantity;
use crate::text::words;
use crate::units::{Duration, Rate};

/// The kind.
pub const KIND: Kind = Kind {
    id: "llm-api",
    name: words("LLM API", "LLM API"),
    help: words(
        "言語モデルの API(OpenAI など)。最初のトークンまでの時間のあと、ジャーニーの出力トークンを speed で流す。分あたりの要求数とトークン数を超えると 429。枠から引かれるのは、azure と aws では入力に max を足した数(lat.llm.count.azure、lat.llm.count.bedrock)で戻らない。openai と anthropic では max を書けばそれを引き、終わりに使った数に直す(lat.llm.count.openai、lat.llm.count.anthropic_out)。google の tpm は入力だけを数える(lat.rl.gemini.dims)。",
        "API of a language model (OpenAI). After the time to the first token, the journey's output tokens stream at `speed`. Beyond its requests and tokens per minute it answers 429. What a request takes at the door: at azure and aws its input and `max`, and nothing comes back (lat.llm.count.azure, lat.llm.count.bedrock); at openai and anthropic `max` where stated, put right at the end (lat.llm.count.openai, lat.llm.count.anthropic_out); the tpm of google counts input alone (lat.rl.gemini.dims).",
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
            "in",
            Type::Rate,
            words("分あたりの入力トークン数の上限。", "Limit of input tokens per minute."),
        )
        .within(1e-6, 1e12)
        .tunable(),
        Field::new(
            "out",
            Type::Rate,
            words("分あたりの出力トークン数の上限。", "Limit of output tokens per minute."),
        )
        .within(1e-6, 1e12)
        .tunable(),
        Field::new(
            "max",
            Type::Count,
            words(
                "要求が頼む出力トークンの上限(max_tokens)。実際に使う数にかかわらず、受け付けるときに枠から引かれる。書かなければ、azure では 4096(仮定)、aws では機種の最大の下限 64000(lat.llm.count.bedrock)、ほかでは使う数。",
                "Output tokens that a request asks for (max_tokens): taken from the quota at the door, whatever is used. When absent 4096 for azure (an assumption), 64,000 for aws (the smallest maximum of lat.llm.count.bedrock), else what is used.",
            ),
        )
        .within(1.0, 1e7)
        .tunable()
        .when(&[When::With(&["tpm", "in", "out"])]),
        Field::new(
            "window",
            Type::Time,
            words(
                "枠をこの長さごとに数え直す。一分の枠を秒に割って数える提供元もある。書かなければ、一分ぶんを溜める枠(絶えず満ちる)。azure の要求数は lat.llm.azure.window ごと。",
                "The quotas are counted anew every so long: some vendors cut a minute into seconds. When absent a bucket that holds a minute and fills all the time; for requests at azure every lat.llm.azure.window.",
            ),
        )
        .within(1.0, 86_400.0)
        .tunable()
        .when(&[When::With(&["rpm", "tpm", "in", "out"])]),
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
    let station = Station {
        latency: per_journey(site, "first-token"),
        stream: site.journeys.iter().map(stream).collect(),
        limits: limits(site),
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

/// Its quotas, counted as its provider does.
fn limits(site: &Site) -> Vec<Limit> {
    /// Output tokens that callers of Azure ask for where none are stated. Assumption: what the first chat models could give.
    const ASKED: f64 = 4096.0;
    /// The smallest maximum of a model that Bedrock reserves where none is asked for. Source: note of lat.llm.count.bedrock.
    const LARGEST: f64 = 64_000.0;
    let read = &site.read;
    let stated = read.number("max");
    let provider = site.provider.as_deref().unwrap_or("");
    let (reserve, settles) = match provider {
        "azure" => (stated.or(Some(ASKED)), false),
        "aws" => (stated.or(Some(LARGEST)), false),
        "openai" | "anthropic" => (stated, true),
        _ => (stated, false),
    };
    let used = Charge { reserve, settles, ..Charge::USED };
    let together = if provider == "google" { Charge { output: 0.0, ..used } } else { used };
    let window = read.time("window");
    let quota = |rate: Rate, takes, window: Option<Duration>| match window {
        Some(window) => counter(rate, takes, window),
        None => bucket(rate, takes, Duration::seconds(60.0)),
    };
    let tokens = |field: &str, charge| {
        let rate = read.rate(field)?;
        Some(Limit { charge, ..quota(rate, LimitUnit::Tokens, window) })
    };
    let azure = || (provider == "azure").then(|| Duration::seconds(known_fact("lat.llm.azure.window")));
    let requests = read.rate("rpm").map(|r| quota(r, LimitUnit::Requests, window.or_else(azure)));
    let (into, out) = (Charge { output: 0.0, ..used }, Charge { input: 0.0, ..used });
    [requests, tokens("tpm", together), tokens("in", into), tokens("out", out)]
        .into_iter()
        .flatten()
        .collect()
}
