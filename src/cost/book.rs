//! Price files and the books made of them: which price holds for an item of a component.

use super::price::Price;
use super::spread::Spread;
use crate::model::usage::Purchase;
use crate::units::Currency;
use rust_decimal::Decimal;

/// The prices of one provider in one region, as a file of `assets/prices`.
#[derive(Clone, Debug)]
pub(super) struct PriceFile {
    /// Provider id: `aws`, `openai`.
    pub provider: String,
    /// The provider's own region code; `global` for services without one.
    pub region: String,
    /// Other names of the region, as scenarios may call it.
    pub place: Vec<String>,
    /// The one book it belongs to; `None`: a third party, priced in every book.
    pub book: Option<String>,
    /// Whether components without a region are priced here.
    pub home: bool,
    pub currency: Currency,
    pub as_of: String,
    pub prices: Vec<Price>,
    pub machines: Vec<Machine>,
    pub discounts: Vec<Discount>,
}

/// What is taken off the list price of a family of items for a way of buying it.
#[derive(Clone, Debug)]
pub(super) struct Discount {
    /// The family: `compute.hour`.
    pub of: String,
    /// The way of buying.
    pub purchase: Purchase,
    /// Share taken off, with its range.
    pub off: Spread,
    /// Fact and date.
    pub source: String,
}

impl Discount {
    /// What is left of one. The cheapest end is that of the largest discount.
    pub fn left(&self) -> Spread {
        let rest = |off: Decimal| (Decimal::ONE - off).max(Decimal::ZERO);
        Spread {
            mid: rest(self.off.mid),
            low: rest(self.off.high),
            high: rest(self.off.low),
            basis: self.off.basis,
        }
    }
}

/// A machine type on sale.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// The provider's name of the type: `t3.large`.
    pub name: String,
    /// Virtual CPUs.
    pub vcpu: f64,
    /// Memory, GiB.
    pub memory_gib: f64,
}

/// An exchange rate: one unit of `from` is worth so many of `to`.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    pub from: Currency,
    pub to: Currency,
    pub value: Decimal,
    pub low: Decimal,
    pub high: Decimal,
}

/// A list book: files that are read together.
#[derive(Clone, Debug)]
pub struct Book {
    /// Dated id: `aws-list-2025-11`.
    pub id: String,
    /// The provider of components that name none.
    pub provider: String,
    /// Date of its prices.
    pub as_of: String,
    /// Its files in the order of the catalogue.
    pub(super) files: Vec<&'static PriceFile>,
}

/// Where to look for a price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Provider id; `None`: the book's own.
    pub provider: Option<&'a str>,
    /// Region code or name; `None`: the provider's home or global prices.
    pub region: Option<&'a str>,
}

/// What a search for a price gave.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// A price, its file's currency, and a key that is the same for uses that share steps and free allowance.
    Price(&'static Price, Currency, (usize, usize)),
    /// The book has no prices of the provider.
    NoProvider,
    /// It has prices of the provider, and none of that region.
    NoRegion,
    /// It prices the place, and not the item there.
    NoItem,
}

impl Book {
    /// The price of an item at a place: of its region first, then of the provider's services without a region.
    pub(super) fn find(&self, place: Place<'_>, item: &str) -> Found {
        let provider = place.provider.unwrap_or(&self.provider);
        let files = || self.files.iter().enumerate().filter(|(_, file)| file.provider == provider);
        if files().next().is_none() {
            return Found::NoProvider;
        }
        let regional = |file: &PriceFile| match place.region {
            Some(region) => file.region == region || file.place.iter().any(|name| name == region),
            None => file.home,
        };
        let global = |file: &PriceFile| file.region == GLOBAL;
        let search = |wanted: &dyn Fn(&PriceFile) -> bool| {
            files().filter(|(_, file)| wanted(file)).find_map(|(i, file)| {
                let j = file.prices.iter().position(|price| price.item == item)?;
                Some(Found::Price(&file.prices[j], file.currency, (i, j)))
            })
        };
        if let Some(found) = search(&regional).or_else(|| search(&global)) {
            return found;
        }
        let elsewhere = place.region.is_some() && files().any(|(_, file)| file.region != GLOBAL);
        if elsewhere && !files().any(|(_, file)| regional(file)) { Found::NoRegion } else { Found::NoItem }
    }

    /// Details of the items with a prefix that the book's own provider sells in a region, with the price of one unit.
    pub(super) fn priced(&self, region: &str, prefix: &str) -> Vec<(&'static str, f64)> {
        let files = self.files.iter().filter(|file| file.provider == self.provider && file.region == region);
        let price = |price: &'static Price| {
            let amount = rust_decimal::prelude::ToPrimitive::to_f64(&price.steps[0].amount)?;
            Some((price.item.strip_prefix(prefix)?, amount))
        };
        files.flat_map(|file| &file.prices).filter_map(price).collect()
    }

    /// Regions of the book's own provider.
    pub(super) fn regions(&self) -> Vec<&'static str> {
        let own = self.files.iter().filter(|file| file.provider == self.provider && file.region != GLOBAL);
        let mut regions: Vec<&str> = own.map(|file| file.region.as_str()).collect();
        let mut seen = std::collections::BTreeSet::new();
        regions.retain(|region| seen.insert(*region));
        regions
    }

    /// Details of a family of items that have a price at a place.
    pub(super) fn details(&self, place: Place<'_>, family: &str) -> Vec<&'static str> {
        let prices = self.files.iter().flat_map(|file| &file.prices);
        let detail = |item: &'static str| item.strip_prefix(family)?.strip_prefix(':');
        let mut all: Vec<&str> = prices
            .filter_map(|price| {
                detail(&price.item).filter(|_| matches!(self.find(place, &price.item), Found::Price(..)))
            })
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|detail| seen.insert(*detail));
        all
    }

    /// What the provider takes off an item for a way of buying it, in any of its files. `None`: it offers none that is known.
    pub(super) fn discount(
        &self,
        place: Place<'_>,
        item: &str,
        purchase: Purchase,
    ) -> Option<&'static Discount> {
        let provider = place.provider.unwrap_or(&self.provider);
        let family = item.split(':').next().unwrap_or(item);
        let files = self.files.iter().filter(|file| file.provider == provider);
        files.flat_map(|file| &file.discounts).find(|d| d.of == family && d.purchase == purchase)
    }
}

/// Region code of services without a region.
pub(super) const GLOBAL: &str = "global";
