//! The settings: the workspace, its members, its pipelines and its custom fields. Whoever may not change a part sees it.

mod absences;
mod calendar;
mod cell;
mod days_form;
mod field_dialogs;
mod fields;
mod hours;
mod ics;
mod invitations;
mod invite;
mod invite_link;
mod members;
mod page;
mod pipelines;
mod positions;
mod stage_details;
mod stage_gate;
mod stage_limit;
mod stage_plan;
mod stages;
mod suspend;
mod teams;
mod workspace;
mod zones;

pub use page::SettingsPage;
