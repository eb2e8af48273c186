//! Choices of several knobs at once.

/// All combinations of choices of some knobs.
pub fn combinations(members: &[usize], choices: &[usize]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for knob in members {
        let longer = |start: &Vec<u8>| {
            let start = start.clone();
            (0..choices[*knob] as u8).map(move |choice| [start.clone(), vec![choice]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// A design with some knobs at these choices.
pub fn with(design: &[u8], members: &[usize], combination: &[u8]) -> Vec<u8> {
    let mut design = design.to_vec();
    for (knob, choice) in members.iter().zip(combination) {
        design[*knob] = *choice;
    }
    design
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_once_in_order() {
        assert_eq!(combinations(&[0, 2], &[2, 9, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
        assert_eq!(with(&[5, 5, 5], &[0, 2], &[1, 2]), [1, 5, 2]);
        assert_eq!(combinations(&[], &[2]), [Vec::<u8>::new()]);
    }
}
