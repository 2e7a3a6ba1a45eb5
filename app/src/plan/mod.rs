//! Plans as a Gantt chart: a table at the left, bars at the right, and between them the links. Everything is reckoned here
//! (`domain::plan`); only what is in sight is drawn. What moves dates is tried out first, and accepted as one command.

mod act;
mod aside;
mod back;
mod bars;
mod baselines;
mod chain;
mod criteria;
mod drag;
mod editor;
mod exchange;
mod face;
mod head;
mod keys;
mod length_input;
mod links;
mod load;
mod menu;
mod moves;
mod new;
mod page;
mod picture;
mod plans;
mod port;
mod rows;
mod slip;
mod small;
mod state;
mod task_links;
mod toolbar;
mod words;
mod zoom;

pub use page::PlanPage;
pub use small::DealPlan;
