//! What a stage's gate asks of a deal: the prompt at the drop, and the list on the deal's page.

mod field;
mod given;
mod live;
mod met;
mod panel;
mod prompt;

pub use panel::GatePanel;
pub use prompt::GatePrompt;
