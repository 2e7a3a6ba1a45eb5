//! Small parts that every page uses.

pub mod activity;
pub mod avatar;
pub mod dialog;
pub mod figure;
pub mod icon;
pub mod refusal;
pub mod time;
pub mod title;
pub mod toast;

pub use avatar::Avatar;
pub use title::Title;
pub use icon::{HealthMark, Icon, IconName, Light, Mark};
