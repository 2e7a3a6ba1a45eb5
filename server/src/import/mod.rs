//! Imports.
use crate::state::AppState;
pub struct Imports;
impl Imports { pub fn new(_: store::Store) -> Self { Self } }
pub fn routes() -> axum::Router<AppState> { axum::Router::new() }
