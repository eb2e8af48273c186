//! Laws of the simulator: what holds for every model, whatever the numbers.
