//! Small pieces of the screen: they read signals and show them, and know nothing of the session.

pub mod blocks;
pub mod chart;
pub mod chip;
pub mod copy;
pub mod dialog;
pub mod export;
pub mod icon;
pub mod mark;
pub mod segments;
pub mod shares;
pub mod table;
pub mod value;
pub mod verdict;
