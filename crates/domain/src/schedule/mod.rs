//! The scheduler: from tasks, links, calendars and progress to dates, floats and the critical path.
//!
//! [`Input`] is the plan, [`Schedule`] the reckoned plan, which follows edits with work in proportion to what they change:
//! the browser reckons it while a bar is being dragged.
//!
//! Method: the forward and backward pass of the critical path method (J. Kelley, M. Walker, "Critical-Path Planning and
//! Scheduling", 1959) over the four kinds of links of the precedence diagramming method (J. Fondahl, "A Non-Computer
//! Approach to the Critical Path Method", 1961), each task in its own calendar; links with maximal lags by label
//! correction (M. Bartusch, R. Möhring, F. Radermacher, "Scheduling Project Networks with Resource Constraints and Time
//! Windows", 1988). Times are places in a calendar's work (`calendar::table`), so that the evening at which a task ends
//! and the morning after, at which the next begins, are told apart without exceptions to any rule.

mod answer;
mod arc;
mod chain;
mod drift;
mod edit;
mod gates;
mod groups;
mod input;
mod level;
mod marks;
mod network;
mod order;
mod pass;
mod relink;
mod simulate;
mod workload;

pub use answer::{Criticality, Dates, Row};
pub use chain::{Chain, Feeding, Fever, FeverLines, FeverZone};
pub use drift::Drift;
pub use edit::Effect;
pub use input::{Bound, Constraint, Flaw, Input, Link, LinkKind, MAX_SPAN, Progress, Span, Task};
pub use level::{Demand, Levelled, Load};
pub use pass::Schedule;
pub use simulate::{Estimate, MAX_RUNS, Simulated, Spread};
pub use workload::Workload;

#[cfg(test)]
mod tests;
