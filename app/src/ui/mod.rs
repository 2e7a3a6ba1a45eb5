//! Small parts that every page uses.

pub mod activity;
pub mod avatar;
pub mod dialog;
pub mod figure;
pub mod icon;
pub mod refusal;
pub mod time;
pub mod toast;

pub use avatar::Avatar;
pub use icon::{HealthMark, Icon, IconName, Light, Mark};
