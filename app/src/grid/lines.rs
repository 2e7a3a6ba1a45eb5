//! The lines of the table: rows, and over each group its head. A folded group shows its head alone.

use domain::grid::{GroupHead, GroupKey};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// The head of a group, by its place among the groups.
    Head(usize),
    /// A row, counted through all groups.
    Row(usize),
}

/// Which line stands where. It holds a stretch for each group, however many rows there are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines {
    stretches: Vec<Stretch>,
    pub count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    line: usize,
    row: usize,
    /// How many rows are shown.
    rows: usize,
    group: Option<usize>,
}

impl Lines {
    pub fn new(rows: usize, groups: &[GroupHead], folded: &BTreeSet<GroupKey>) -> Self {
        if groups.is_empty() {
            return Self { stretches: vec![Stretch { line: 0, row: 0, rows, group: None }], count: rows };
        }
        let (mut stretches, mut line, mut row) = (Vec::with_capacity(groups.len()), 0, 0);
        for (group, head) in groups.iter().enumerate() {
            let deals = head.totals.deals as usize;
            let shown = if folded.contains(&head.key) { 0 } else { deals };
            stretches.push(Stretch { line, row, rows: shown, group: Some(group) });
            line += 1 + shown;
            row += deals;
        }
        Self { stretches, count: line }
    }

    pub fn at(&self, line: usize) -> Option<Line> {
        if line >= self.count {
            return None;
        }
        let place = self.stretches.partition_point(|stretch| stretch.line <= line).checked_sub(1)?;
        let stretch = self.stretches[place];
        match stretch.group {
            Some(group) if line == stretch.line => Some(Line::Head(group)),
            group => Some(Line::Row(stretch.row + line - stretch.line - usize::from(group.is_some()))),
        }
    }

    /// The rows among these lines, in order.
    pub fn rows(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        (from..=to).filter_map(|line| match self.at(line)? {
            Line::Row(row) => Some((line, row)),
            Line::Head(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{board::Totals, grid::GroupKey};

    fn groups(sizes: &[u32]) -> Vec<GroupHead> {
        let group = |(number, deals): (u128, &u32)| GroupHead {
            key: GroupKey::Stage(uuid::Uuid::from_u128(number).into()),
            name: String::new(),
            totals: Totals { deals: *deals, ..Totals::default() },
        };
        (0..).zip(sizes).map(group).collect()
    }

    #[test]
    fn heads_stand_over_their_rows_and_folded_rows_nowhere() {
        let groups = groups(&[2, 3, 1]);
        let lines = Lines::new(6, &groups, &BTreeSet::from([groups[1].key]));
        let all: Vec<Line> = (0..lines.count).filter_map(|line| lines.at(line)).collect();
        assert_eq!(all, [Line::Head(0), Line::Row(0), Line::Row(1), Line::Head(1), Line::Head(2), Line::Row(5)]);
        assert_eq!(lines.at(6), None);
        assert_eq!(lines.rows(1, 5).collect::<Vec<_>>(), [(1, 0), (2, 1), (5, 5)]);
    }

    #[test]
    fn without_groups_a_line_is_a_row() {
        let lines = Lines::new(3, &[], &BTreeSet::new());
        assert_eq!((lines.at(2), lines.at(3)), (Some(Line::Row(2)), None));
    }
}
