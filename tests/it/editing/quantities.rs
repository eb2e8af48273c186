//! The canonical spelling of quantities, as law.

use plimsoll::scenario::canonical::canonical;
use plimsoll::units::grammar::{Scalar, parse};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_canonical_quantity_is_the_same_number_and_stays_as_it_is(
        digits in "[0-9]{1,6}(\\.[0-9]{1,6})?",
        blank in "[ ]{0,2}",
        unit in proptest::sample::select(vec![
            "ns", "us", "ms", "s", "min", "h", "d", "w", "month", "y", "B", "KB", "MB", "GB", "TB", "Ki", "MiB", "Gi",
            "GB/month", "MB/s", "/s", "/min", "/h", "/year", "%", "%/month", "m", "", "+ms", "tokens", "秒",
        ]),
        shape in 0..3,
    ) {
        let one = format!("{digits}{blank}{unit}");
        let text = match shape {
            0 => one.clone(),
            1 => format!("{one}  ( {one} .. {one} )"),
            _ => format!("uniform( {one} ,high = {one})"),
        };
        let neat = canonical(&text);
        prop_assert_eq!(&canonical(&neat), &neat);
        let (before, after) = (parse(&text).unwrap(), parse(&neat).unwrap());
        prop_assert_eq!(before.form, after.form, "{} -> {}", text, neat);
        let ends = |q: Option<[(Scalar, String); 2]>| q.map(|[(low, _), (high, _)]| (low, high));
        prop_assert_eq!(ends(before.range), ends(after.range));
    }
}
