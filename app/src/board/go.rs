//! The board and its address: filter and look stand in it, so that what is seen is a link. The address leads, the board
//! follows.

use super::state::Board;
use domain::{
    board::{Filter, Look},
    page::{Address, parse_filter},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// Goes to the same board with another filter or look.
#[derive(Clone, Copy)]
pub struct Go {
    board: Board,
    to: Callback<String>,
}

impl Go {
    pub fn new(board: Board) -> Self {
        let navigate = use_navigate();
        let to = Callback::new(move |path: String| {
            navigate(&path, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        });
        Self { board, to }
    }

    pub fn filter(&self, change: impl FnOnce(&mut Filter)) {
        let mut filter = self.board.filter.get_untracked();
        change(&mut filter);
        self.go(filter, self.board.look.get_untracked());
    }

    pub fn look(&self, change: impl FnOnce(&mut Look)) {
        let mut look = self.board.look.get_untracked();
        change(&mut look);
        self.go(self.board.filter.get_untracked(), look);
    }

    /// Folds a column or a lane, or unfolds it.
    pub fn fold(&self, word: &str) {
        self.look(|look| {
            if !look.folded.remove(word) {
                look.folded.insert(word.to_owned());
            }
        });
    }

    fn go(&self, filter: Filter, look: Look) {
        self.to.run(Address::Board { pipeline: Some(self.board.pipeline), filter, look }.path());
    }
}

/// What an address says of filter and look, from its query.
pub fn read(search: &str) -> (Filter, Look) {
    let query = search.trim_start_matches('?');
    (parse_filter(query), Look::parse(query))
}

/// Keeps the board as its address says.
pub fn follow(board: Board) {
    let location = use_location();
    Effect::new(move |before: Option<()>| {
        let (filter, look) = read(&location.search.get());
        let is_same = board.filter.with_untracked(|old| *old == filter)
            && board.look.with_untracked(|old| old.arranges_like(&look));
        board.filter.try_update_untracked(|old| *old = filter);
        if board.look.with_untracked(|old| *old != look) {
            board.look.set(look);
        }
        if !is_same {
            board.filter.notify();
        }
        if !is_same || before.is_none() {
            board.draw();
        }
    });
}
