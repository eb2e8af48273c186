//! One value of a field: from what stands in the file to a number in SI units, with its range, its variation and the
//! fact it came from.

use super::expected;
use super::facts::{self, Fact};
use super::node::{Data, Node};
use super::spread::{self, Flaw};
use super::{Field, Type};
use crate::diag::{Diagnostic, nearest_name};
use crate::stats::distribution::Distribution;
use crate::stats::maths::{expm1, ln};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::text::fields as names;
use crate::units::grammar::{self, Dim, Form, Problem, Scalar};
use crate::units::{BILLING_HOURS_PER_MONTH, Currency, HOURS_PER_YEAR, Money};

/// A quantity as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Central value, SI; the median of a lognormal fact, the mean of a written distribution.
    pub central: f64,
    /// How it varies from request to request, where the field allows that.
    pub spread: Option<Distribution>,
    /// The range somebody assumed for the central value.
    pub range: Option<Range>,
    /// The fact it was taken from.
    pub fact: Option<&'static Fact>,
    /// What it measures.
    pub dim: Dim,
    /// For money: amount per month, exact.
    pub money: Option<Money>,
    /// Whether it is a lower bound.
    pub at_least: bool,
}

/// An assumption's range.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower end, SI.
    pub low: f64,
    /// Upper end, SI.
    pub high: f64,
    /// The lower end as it would be written.
    pub low_text: String,
    /// The upper end as it would be written.
    pub high_text: String,
}

impl Value {
    /// Lower end, centre and upper end; without a range all the same.
    pub fn ends(&self) -> [f64; 3] {
        let (low, high) = self.range.as_ref().map_or((self.central, self.central), |r| (r.low, r.high));
        [low, self.central, high]
    }

    /// The variation; a constant when none is stated.
    pub fn distribution(&self) -> Distribution {
        self.spread.clone().unwrap_or(Distribution::Constant(self.central))
    }
}

/// What is wrong with a value: code, sentence, and one fix.
type Wrong = (&'static str, Phrase, Option<Phrase>);

/// Reads a quantity for a field; the error is a finished diagnostic.
pub fn read(field: &Field, ty: &Type, node: &Node) -> Result<Value, Box<Diagnostic>> {
    let dim = ty.dim().unwrap_or(Dim::Count);
    let read = match &node.data {
        Data::Integer(_) | Data::Float(_) => bare(field, ty, dim, node),
        Data::Text(text) => quoted(ty, dim, text),
        _ => Err(("wrong-type", say::wrong_type(field.name, expected::expected(ty)), None)),
    };
    let checked = read.and_then(|value| within(field, ty, value));
    checked.map_err(|(code, message, help)| {
        let diagnostic = Diagnostic::error(code, node.span, message);
        Box::new(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic.help(say::expected(expected::expected(ty))),
        })
    })
}

/// Reads a default of a field table. `None` only when the table is wrong, which a test excludes.
pub fn read_default(field: &Field, ty: &Type, text: &str) -> Option<Value> {
    let node = Node { span: crate::diag::Span::default(), data: Data::Text(text.to_owned()) };
    let value = read(field, ty, &node).ok()?;
    // Nobody wrote it: an engine asks for it.
    value.fact.map(|fact| facts::amount(fact.id));
    Some(value)
}

fn plain(central: f64, dim: Dim) -> Value {
    Value { central, spread: None, range: None, fact: None, dim, money: None, at_least: false }
}

fn bare(field: &Field, ty: &Type, dim: Dim, node: &Node) -> Result<Value, Wrong> {
    let number = node.number().unwrap_or(f64::NAN);
    if dim != Dim::Count {
        let written = node.to_toml();
        let fix = say::add_unit(names::with_unit(dim, number));
        return Err((
            "missing-unit",
            say::missing_unit(field.name, &written, expected::expected(ty)),
            Some(fix),
        ));
    }
    Ok(plain(number, dim))
}

fn quoted(ty: &Type, dim: Dim, text: &str) -> Result<Value, Wrong> {
    let quantity = grammar::parse(text).map_err(|problem| unreadable(ty, text, problem))?;
    let mut value = match quantity.form {
        Form::Fact(id) => return from_fact(ty, dim, &id),
        Form::Free if dim == Dim::Money => {
            Value { money: Some(Money::new(0.into(), Currency::JPY)), ..plain(0.0, dim) }
        }
        Form::Free => return Err(wrong_unit(ty, text)),
        Form::Scalar(scalar) => from_scalar(ty, dim, text, &scalar)?,
        Form::Call(name, arguments) => {
            if !ty.spreads() {
                return Err(("no-distribution", say::no_distribution(text), None));
            }
            let spread = spread::build(&name, &arguments, dim).map_err(|flaw| flawed(text, &name, flaw))?;
            Value { central: spread.mean(), spread: Some(spread), ..plain(0.0, dim) }
        }
    };
    if let Some([(low, low_text), (high, high_text)]) = quantity.range {
        let ends = [(&low, &low_text), (&high, &high_text)];
        let fits = |s: &Scalar| accepts(dim, s.dim) && s.value.is_finite();
        if value.spread.is_some() {
            return Err(("bad-range", say::range_of_distribution(text), None));
        }
        if let Some((_, odd)) = ends.iter().find(|(s, _)| !fits(s)) {
            return Err(wrong_unit(ty, odd));
        }
        if !(low.value <= value.central && value.central <= high.value) {
            return Err(("bad-range", say::bad_range(text), Some(say::bad_range_help())));
        }
        value.range = Some(Range { low: low.value, high: high.value, low_text, high_text });
    }
    Ok(value)
}

/// Whether a scalar measured in `given` may stand where `wanted` is needed: CPU may be a plain number of cores.
fn accepts(wanted: Dim, given: Dim) -> bool {
    wanted == given || (wanted == Dim::Cpu && given == Dim::Count)
}

fn from_scalar(ty: &Type, dim: Dim, text: &str, scalar: &Scalar) -> Result<Value, Wrong> {
    if dim != Dim::Count && dim != Dim::Cpu && scalar.dim == Dim::Count {
        let fix = say::add_unit(names::with_unit(dim, scalar.value));
        return Err(("missing-unit", say::missing_unit_text(text, expected::expected(ty)), Some(fix)));
    }
    if !accepts(dim, scalar.dim) {
        return Err(wrong_unit(ty, text));
    }
    if dim == Dim::Money && !scalar.periodic {
        return Err((
            "missing-unit",
            say::missing_period(text),
            Some(say::add_unit(format!("{text}/month"))),
        ));
    }
    let money = scalar.money.map(|(amount, currency)| Money::new(amount, currency));
    Ok(Value { money, at_least: scalar.at_least, ..plain(scalar.value, dim) })
}

fn from_fact(ty: &Type, dim: Dim, id: &str) -> Result<Value, Wrong> {
    let Some(fact) = facts::fact(id) else {
        let help = facts::nearest(id).map(|near| say::did_you_mean(&format!("@{near}")));
        return Err(("unknown-fact", say::unknown_fact(id), help));
    };
    let unit = fact_unit(fact.unit).filter(|(_, given)| accepts(dim, *given));
    let (Some((factor, _)), Some(amount)) = (unit, facts::current(fact)) else {
        return Err(("fact-unit", say::fact_unit(id, fact.unit, expected::expected(ty)), None));
    };
    let central = amount.value * factor;
    // A lognormal fact with a sigma states its median; the header of the fact files says so.
    let sigma = fact
        .sigma
        .filter(|_| !amount.own)
        .filter(|s| fact.dist == "lognormal" && *s > 0.0 && ty.spreads() && central > 0.0);
    // One whose shape is written out with its mu states its mean.
    let scv = fact
        .sigma_around_mean()
        .filter(|_| !amount.own && ty.spreads() && central > 0.0)
        .map(|s| expm1(s * s));
    let spread = match (scv, sigma) {
        (Some(scv), _) => Some(Distribution::lognormal_mean_scv(central, scv)),
        (None, sigma) => sigma.map(|sigma| Distribution::Lognormal { mu: ln(central), sigma }),
    };
    let end = |end: f64| {
        let text = grammar::print(end * factor, dim);
        if let Some(scv) = scv {
            return format!("lognormal(mean={text}, scv={})", grammar::number(scv));
        }
        match sigma {
            Some(sigma) => format!("lognormal(p50={text}, sigma={})", grammar::number(sigma)),
            None => text,
        }
    };
    let range = amount.low.zip(amount.high).filter(|(low, high)| low < high).map(|(low, high)| Range {
        low: low * factor,
        high: high * factor,
        low_text: end(low),
        high_text: end(high),
    });
    Ok(Value { spread, range, fact: Some(fact), ..plain(central, dim) })
}

/// SI factor and dimension of a fact's unit; `None` for units that no field is measured in.
pub fn fact_unit(unit: &str) -> Option<(f64, Dim)> {
    if unit.starts_with("fraction") {
        return Some((1.0, Dim::Share));
    }
    if unit.starts_with("percent") {
        return Some((0.01, Dim::Share));
    }
    if let Some(per) = unit.strip_prefix("per ") {
        let hours = match per.rsplit(['-', ' ']).next() {
            Some("year") => HOURS_PER_YEAR,
            Some("month") => BILLING_HOURS_PER_MONTH,
            _ => return None,
        };
        return Some((1.0 / (hours * 3600.0), Dim::Rate));
    }
    match unit {
        "connections" | "messages" | "checks" | "ratio" | "JPY per USD" => Some((1.0, Dim::Count)),
        _ => grammar::unit_factor(unit),
    }
}

fn within(field: &Field, ty: &Type, value: Value) -> Result<Value, Wrong> {
    let (low, high) = field.range.unwrap_or(match ty {
        Type::Share => (0.0, 1.0),
        Type::Count => (0.0, 1e12),
        _ => (0.0, 1e18),
    });
    let whole = !matches!(ty, Type::Count) || value.central.fract() == 0.0;
    let dim = value.dim;
    // A rate of a catalogue ("0.14/year") divides back with a rounding error, hence the slack.
    let inside = |x: f64| x >= low * (1.0 - 1e-9) && x <= high * (1.0 + 1e-9);
    if !value.ends().iter().all(|x| inside(*x)) {
        let limits = say::limits(&grammar::print(low, dim), &grammar::print(high, dim));
        return Err(("out-of-range", say::out_of_range(field.name), Some(limits)));
    }
    if !whole {
        return Err(("out-of-range", say::not_whole(field.name), None));
    }
    Ok(value)
}

fn unreadable(ty: &Type, text: &str, problem: Problem) -> Wrong {
    match problem {
        Problem::UnknownUnit(unit) => {
            let near = nearest_name(&unit, names::UNITS.iter().copied());
            ("unknown-unit", say::unknown_unit(&unit, text), near.map(say::did_you_mean))
        }
        Problem::Empty | Problem::NotANumber(_) | Problem::Malformed => {
            ("bad-value", say::bad_value(text, expected::expected(ty)), None)
        }
    }
}

fn wrong_unit(ty: &Type, text: &str) -> Wrong {
    ("wrong-unit", say::wrong_unit(text, expected::expected(ty)), None)
}

fn flawed(text: &str, name: &str, flaw: Flaw) -> Wrong {
    match flaw {
        Flaw::Name => {
            let families = spread::SYNTAX.iter().filter_map(|s| s.split('(').next());
            let help = nearest_name(name, families).map(say::did_you_mean);
            (
                "unknown-distribution",
                say::unknown_distribution(name),
                help.or_else(|| Some(say::distributions())),
            )
        }
        Flaw::Arguments(syntax) | Flaw::Values(syntax) => {
            ("bad-distribution", say::bad_distribution(text), Some(say::write_like(syntax)))
        }
        Flaw::Unit(key) => ("bad-distribution", say::bad_distribution_unit(text, &key), None),
    }
}
