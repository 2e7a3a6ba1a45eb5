//! The values of a column, each once.

use std::collections::HashMap;

/// Longer cells are texts, which are not counted by value.
const LONGEST: usize = 300;

/// The values of a column in the order of their first occurrence, as long as they are not too many. What differs only
/// in spaces around it is one value.
pub struct Values {
    max: usize,
    index: HashMap<String, usize>,
    counts: Vec<(String, u64)>,
    overflown: bool,
}

impl Values {
    pub fn up_to(max: usize) -> Self {
        Self { max, index: HashMap::new(), counts: Vec::new(), overflown: false }
    }

    /// Takes in a cell that is not blank.
    pub fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if self.overflown || cell.is_empty() {
            return;
        }
        if let Some(&at) = self.index.get(cell) {
            self.counts[at].1 += 1;
        } else if self.counts.len() == self.max || cell.len() > LONGEST {
            *self = Self { overflown: true, ..Self::up_to(self.max) };
        } else {
            self.index.insert(cell.to_owned(), self.counts.len());
            self.counts.push((cell.to_owned(), 1));
        }
    }

    /// Each value with its number of cells; none where there are too many.
    pub fn counts(&self) -> Option<&[(String, u64)]> {
        (!self.overflown).then_some(&self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_up_to_a_limit() {
        let check = |cells: &[&str], expected: Option<&[(&str, u64)]>| {
            let mut values = Values::up_to(2);
            for cell in cells {
                values.add(cell);
            }
            let counts = values.counts().map(|counts| counts.iter().map(|(v, n)| (v.as_str(), *n)).collect::<Vec<_>>());
            assert_eq!(counts.as_deref(), expected, "{cells:?}");
        };
        check(&[], Some(&[]));
        check(&["b", " a", "b ", ""], Some(&[("b", 2), ("a", 1)]));
        check(&["a", "b", "c"], None);
        check(&["a", &"x".repeat(301)], None);
    }
}
