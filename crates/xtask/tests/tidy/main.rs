//! The rules of the house that no compiler knows. Each module is one rule, or a few on one subject.

mod code;
mod edges;
mod locales;
mod settings;
mod sources;
mod style;
