//! The funnel: how deals come from stage to stage, how long they stay, where they are lost, and what mending would win.
//! What is shown is computed in the server (`domain::funnel::report`); here it is drawn.

mod ageing;
mod apart;
mod axes;
mod bottlenecks;
mod bridge;
pub mod chart;
mod door;
mod flow;
mod heads;
mod losses;
mod page;
mod playback;
mod process;
pub mod save;
mod state;
mod steps;
mod table;
mod time;
mod toolbar;
mod ways;
mod words;

pub use page::FunnelPage;
pub use table::{ended_table, step_table};
