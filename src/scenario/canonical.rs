//! The canonical spelling of quantities, and which values of a file are quantities at all: for `fmt` and for resolved
//! texts.

use super::{overlay, tables};
use crate::fields::{Field, Type, find};
use crate::kinds;
use crate::units::grammar::{Dim, Form, normalise, parse, parse_scalar, print};
use std::collections::BTreeMap;

/// A quantity in plain characters and without odd blanks, in a readable unit where that loses nothing: `0.3 s` becomes
/// `300ms` and `3000ms` becomes `3s`; `90s` stays, as does `512Mi`. Rates and money keep the unit their author compares
/// them in. What is no quantity is returned as it is. Idempotent; the value stays the same to the bit.
pub fn canonical(text: &str) -> String {
    let plain = normalise(text);
    let plain = plain.trim();
    let Ok(quantity) = parse(plain) else { return text.to_owned() };
    let (central, ends) = match &quantity.range {
        Some([(_, low), (_, high)]) => {
            let open = plain.rfind('(').unwrap_or(plain.len());
            (plain[..open].trim(), format!(" ({}..{})", scalar(low), scalar(high)))
        }
        None => (plain, String::new()),
    };
    let central = match &quantity.form {
        Form::Fact(id) => format!("@{id}"),
        Form::Free => "free".to_owned(),
        Form::Scalar(_) => scalar(central),
        Form::Call(name, _) => {
            let inside = central.split_once('(').map_or("", |(_, rest)| rest).trim_end_matches(')');
            let argument = |part: &str| match part.split_once('=') {
                Some((key, value)) => format!("{}={}", key.trim(), scalar(value.trim())),
                None => scalar(part),
            };
            let parts = inside.split(',').map(str::trim).filter(|part| !part.is_empty());
            format!("{name}({})", parts.map(argument).collect::<Vec<_>>().join(", "))
        }
    };
    central + &ends
}

/// One number with its unit. Another unit is taken only for a number below 1, or from 1000 on.
fn scalar(text: &str) -> String {
    let Ok(read) = parse_scalar(text) else { return text.to_owned() };
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,_-+".contains(c))).unwrap_or(text.len());
    let (digits, unit) = (&text[..end], text[end..].trim());
    let other = matches!(read.dim, Dim::Time | Dim::Bytes | Dim::ByteRate) && !read.at_least;
    let number: f64 = digits.replace([',', '_'], "").parse().unwrap_or(1.0);
    if other && number != 0.0 && !(1.0..1000.0).contains(&number.abs()) {
        let text = print(read.value, read.dim);
        if parse_scalar(&text).is_ok_and(|again| again.value == read.value) {
            return text;
        }
    }
    if read.dim == Dim::Money { text.to_owned() } else { format!("{digits}{unit}") }
}

/// The types of the values of a file.
pub struct Types<'d> {
    /// Kind of each component that names one.
    kinds: BTreeMap<&'d str, &'d str>,
}

impl<'d> Types<'d> {
    /// Of a file whose components and their kinds are these.
    pub fn new(kinds: impl Iterator<Item = (&'d str, &'d str)>) -> Self {
        Self { kinds: kinds.collect() }
    }

    /// The type of the value at a path, as the table of fields declares it. A component that names no kind here, in a
    /// tier or over a base, has the fields of every kind.
    pub fn at(&self, path: &[String]) -> Option<Type> {
        let [first, rest @ ..] = path else { return None };
        if let ("tier" | "platform", [_, over, _, ..]) = (first.as_str(), rest)
            && overlay::overlays(over)
        {
            return self.at(&rest[1..]);
        }
        let Some(kind) = tables::kind(first) else { return descend(tables::ROOT, path) };
        let (id, rest) = if kind.single { (None, rest) } else { (rest.first(), rest.get(1..)?) };
        if kind.id != "component" {
            return descend(kind.fields, rest);
        }
        match self.kinds.get(id?.as_str()) {
            Some(kind) => descend(kinds::form(kind), rest),
            None => kinds::KINDS.iter().find_map(|kind| descend(kinds::form(kind.id), rest)),
        }
    }
}

/// The type at a path below a table with these fields.
fn descend(fields: &[Field], path: &[String]) -> Option<Type> {
    let [first, rest @ ..] = path else { return None };
    rest.iter().try_fold(find(fields, first)?.ty, |ty, key| below(ty, key))
}

/// The type of the value under a key of a table of this type.
pub fn below(ty: Type, key: &str) -> Option<Type> {
    match ty {
        Type::Table(fields) => find(fields, key).map(|field| field.ty),
        Type::Map(inner) | Type::PerJourney(inner) => Some(*inner),
        Type::OneOrMore(inner) => below(*inner, key),
        _ => None,
    }
}

/// The type of an item of a list of this type.
pub fn item(ty: Type) -> Option<Type> {
    match ty {
        Type::List(inner) | Type::OneOrMore(inner) => Some(*inner),
        _ => None,
    }
}

/// Whether a text of this type is a quantity.
pub fn measures(ty: Type) -> bool {
    match ty {
        Type::OneOrMore(inner) | Type::PerJourney(inner) => measures(*inner),
        ty => ty.dim().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_takes_another_unit_only_where_it_reads_better_and_loses_nothing() {
        for (text, same) in [
            ("0.3s", "300ms"),
            ("300 ms", "300ms"),
            ("３０００ｍｓ", "3s"),
            ("90s", "90s"),
            ("24h", "24h"),
            ("1000ms (500ms .. 0.1min)", "1s (500ms..6s)"),
            ("512Mi", "512Mi"),
            ("0.2MB", "200KB"),
            ("120/h", "120/h"),
            ("1,200/s", "1,200/s"),
            ("¥92,000/month", "¥92,000/month"),
            ("lognormal( p50 = 0.9s , sigma=0.5 )", "lognormal(p50=900ms, sigma=0.5)"),
            ("0s", "0s"),
            ("@lat.alb", "@lat.alb"),
            ("無料", "free"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(canonical(text), same, "{text}");
            assert_eq!(canonical(same), same);
        }
    }

    #[test]
    fn the_type_of_a_value_is_found_wherever_it_stands() {
        let types = Types::new([("api", "service")].into_iter());
        let at = |path: &str| types.at(&path.split('.').map(str::to_owned).collect::<Vec<_>>());
        for path in [
            "component.api.cpu.request",
            "component.api.work.chat",
            "tier.t1.component.api.replicas",
            "tier.t1.claim.cost",
            "component.other.latency",
            "load.growth",
            "load.spike.rush.for",
            "book.plan.line.ec2.amount",
            "journey.api.tokens.in",
        ] {
            assert!(at(path).is_some_and(measures), "{path}");
        }
        for path in
            ["name", "component.api.name", "component.api.on", "journey.api.steps.api", "nothing.x.y", "tier"]
        {
            assert!(!at(path).is_some_and(measures), "{path}");
        }
    }
}
