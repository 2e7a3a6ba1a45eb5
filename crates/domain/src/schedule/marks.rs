//! The nodes that are still to be reckoned.

/// A set of nodes, taken in order of rank. To find the next takes a step for each 64 nodes between.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    words: Vec<u64>,
    /// Words that may have marks lie between.
    from: usize,
    to: usize,
}

impl Marks {
    pub fn new(count: usize) -> Self {
        let words = count.div_ceil(64);
        Self { words: vec![0; words], from: words, to: 0 }
    }

    pub fn set(&mut self, node: u32) {
        self.set_at(node as usize);
    }

    pub fn set_at(&mut self, node: usize) {
        let word = node / 64;
        self.words[word] |= 1 << (node % 64);
        self.from = self.from.min(word);
        self.to = self.to.max(word + 1);
    }

    pub fn is_empty(&self) -> bool {
        self.words[self.from.min(self.to)..self.to].iter().all(|word| *word == 0)
    }

    pub fn take_first(&mut self) -> Option<usize> {
        while self.from < self.to {
            let word = &mut self.words[self.from];
            if *word != 0 {
                let bit = word.trailing_zeros();
                *word &= *word - 1;
                return Some(self.from * 64 + bit as usize);
            }
            self.from += 1;
        }
        None
    }

    pub fn take_last(&mut self) -> Option<usize> {
        while self.from < self.to {
            let word = &mut self.words[self.to - 1];
            if *word != 0 {
                let bit = 63 - word.leading_zeros();
                *word &= !(1 << bit);
                return Some((self.to - 1) * 64 + bit as usize);
            }
            self.to -= 1;
        }
        None
    }
}
