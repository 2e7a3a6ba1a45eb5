//! Texts as PostgreSQL's words, and what was typed as its query.
//!
//! Chinese has no spaces, and one does not know which part of a text somebody will type. So a run of its characters is
//! kept as its overlapping pairs: any part of two characters is one of them, a longer part is several, a single character
//! is the beginning of one (the last stands alone). Which pairs are words of the language tells the segmentation; those
//! count as the text does, those across two words count little. What is typed is segmented too, so that the parts of
//! 北京仓库 are found with something between them.

use jieba_rs::Jieba;
use std::{collections::BTreeMap, sync::LazyLock};

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// A word is kept and looked for up to so many characters.
const LONGEST: usize = 60;
/// Within words up to this length any part from two characters on is found.
const TAKEN_APART: usize = 24;
/// So much of what is typed is looked for.
const TYPED: usize = 200;
/// PostgreSQL's greatest position.
const POSITIONS: usize = 16_383;

/// How much a word counts, as PostgreSQL's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// In the record's name.
    A,
    /// In what else tells it from others.
    B,
    /// In a longer text.
    C,
    /// A part of a word, or of two.
    D,
}

/// A text in the form in which it is compared: lower case, full-width letters as plain ones.
fn plain(text: &str) -> String {
    let narrow = |letter: char| match u32::from(letter) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(letter),
        0x3000 => ' ',
        _ => letter,
    };
    text.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// So much of a name is compared with what is typed.
const NAME: usize = 100;

/// The beginning of a name, in the form in which it is compared.
pub(super) fn beginning(name: &str) -> String {
    plain(name).trim().chars().take(NAME).collect()
}

enum Piece {
    Word(String),
    /// Characters of a script that is written without spaces.
    Run(Vec<char>),
}

fn is_spaceless(letter: char) -> bool {
    matches!(u32::from(letter),
        0x3005..=0x3007 | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut goes_on = false;
    for letter in plain(text).chars() {
        let (spaceless, is_word) = (is_spaceless(letter), letter.is_alphanumeric());
        match pieces.last_mut() {
            Some(Piece::Run(run)) if goes_on && spaceless => run.push(letter),
            Some(Piece::Word(word)) if goes_on && is_word && !spaceless => word.push(letter),
            _ if spaceless => pieces.push(Piece::Run(vec![letter])),
            _ if is_word => pieces.push(Piece::Word(letter.to_string())),
            _ => {}
        }
        goes_on = spaceless || is_word;
    }
    pieces
}

/// The words of a run, each as how many characters it has.
fn segmented(run: &[char]) -> Vec<usize> {
    if run.len() < 3 {
        return vec![run.len()];
    }
    let text: String = run.iter().collect();
    JIEBA.cut(&text, true).into_iter().map(|token| token.word.chars().count()).collect()
}

/// The words of a record with what each counts.
#[derive(Default)]
pub(super) struct Words(BTreeMap<String, Weight>);

impl Words {
    /// A text of which whole words, beginnings of words, and parts of Chinese are found.
    pub fn text(mut self, text: &str, weight: Weight) -> Self {
        self.add(text, weight, false);
        self
    }

    /// A short text by which the record is known: parts of its words are found too.
    pub fn name(mut self, text: &str, weight: Weight) -> Self {
        self.add(text, weight, true);
        self
    }

    /// A telephone number: any of its digits in a row are found, however they are grouped.
    pub fn phone(self, text: &str) -> Self {
        let digits: String = plain(text).chars().filter(char::is_ascii_digit).collect();
        self.name(text, Weight::B).name(&digits, Weight::B)
    }

    fn add(&mut self, text: &str, weight: Weight, in_parts: bool) {
        for piece in pieces(text) {
            match piece {
                Piece::Word(word) => {
                    let letters: Vec<char> = word.chars().take(LONGEST).collect();
                    self.put(&letters, weight);
                    if in_parts && letters.len() <= TAKEN_APART {
                        for from in 1..letters.len().saturating_sub(1) {
                            self.put(&letters[from..], Weight::D);
                        }
                    }
                }
                Piece::Run(run) => {
                    let mut word_ends = 0;
                    let mut lengths = segmented(&run).into_iter();
                    for at in 0..run.len() {
                        if at >= word_ends {
                            word_ends += lengths.next().unwrap_or(1);
                        }
                        let is_last = at + 1 == run.len();
                        let in_word = at + 1 < word_ends || is_last && run.len() == 1;
                        self.put(&run[at..run.len().min(at + 2)], if in_word { weight } else { Weight::D });
                    }
                }
            }
        }
    }

    fn put(&mut self, letters: &[char], weight: Weight) {
        let kept = self.0.entry(letters.iter().collect()).or_insert(weight);
        *kept = weight.min(*kept);
    }

    /// As PostgreSQL reads a `tsvector`. The letters need no escaping: they are letters and digits.
    pub fn vector(&self) -> String {
        let words = self.0.iter().enumerate();
        let words = words.map(|(at, (word, weight))| format!("'{word}':{}{weight:?}", (at + 1).min(POSITIONS)));
        words.collect::<Vec<_>>().join(" ")
    }
}

/// What was typed as PostgreSQL reads a `tsquery`: all of its words, each of which may be the beginning of one. Empty where
/// no word was typed.
pub(super) fn query(typed: &str) -> String {
    let typed: String = typed.chars().take(TYPED).collect();
    let mut terms: Vec<String> = Vec::new();
    let mut add = |term: String| {
        if !terms.contains(&term) {
            terms.push(term);
        }
    };
    for piece in pieces(&typed) {
        match piece {
            Piece::Word(word) => add(format!("'{}':*", word.chars().take(LONGEST).collect::<String>())),
            Piece::Run(run) => {
                let mut at = 0;
                for length in joined(segmented(&run)) {
                    let word = &run[at..at + length];
                    if let [single] = word {
                        add(format!("'{single}':*"));
                    }
                    word.windows(2).for_each(|pair| add(format!("'{}{}'", pair[0], pair[1])));
                    at += length;
                }
            }
        }
    }
    terms.join(" & ")
}

/// Single characters beside each other are a name that the dictionary does not know: they stay together.
fn joined(lengths: Vec<usize>) -> Vec<usize> {
    let mut words: Vec<(usize, bool)> = Vec::new();
    for length in lengths {
        match words.last_mut() {
            Some((last, true)) if length == 1 => *last += 1,
            _ => words.push((length, length == 1)),
        }
    }
    words.into_iter().map(|(length, _)| length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_taken_apart_where_its_words_end() {
        let check = |text: &str, expected: &str| assert_eq!(Words::default().text(text, Weight::A).vector(), expected);
        check("大学", "'大学':1A '学':2D");
        // 学仓 belongs to two words.
        check("北京大学仓库", "'京大':1A '仓库':2A '北京':3A '大学':4A '学仓':5D '库':6D");
        check("库", "'库':1A");
        check("MES 试点", "'mes':1A '点':2D '试点':3A");
        check("ＡＢＣ，ｄ", "'abc':1A 'd':2A");
        check("、。 !", "");
    }

    #[test]
    fn what_names_a_record_is_found_by_parts() {
        let check = |words: Words, expected: &str| assert_eq!(words.vector(), expected);
        check(Words::default().name("Crane", Weight::A), "'ane':1D 'crane':2A 'ne':3D 'rane':4D");
        check(Words::default().phone("12-34"), "'12':1B '1234':2B '234':3D '34':4B");
        // The better of two weights stays.
        check(Words::default().text("a", Weight::C).text("a", Weight::A).text("a", Weight::D), "'a':1A");
    }

    #[test]
    fn what_is_typed_becomes_a_query() {
        let check = |typed: &str, expected: &str| assert_eq!(query(typed), expected, "{typed}");
        check("北京大学", "'北京' & '京大' & '大学'");
        check("北大", "'北大'");
        check("华屿", "'华屿'");
        check("库", "'库':*");
        check("北京仓库", "'北京' & '仓库'");
        check("li.min@hengze", "'li':* & 'min':* & 'hengze':*");
        check("MES试点 mes", "'mes':* & '试点'");
        check("' & | ! :* \\ ()", "");
        check(" ", "");
    }

    #[test]
    fn every_part_of_a_text_is_found() {
        let text = "华屿光电供应商门户二期验收补单";
        let letters: Vec<char> = text.chars().collect();
        let kept = Words::default().text(text, Weight::A).0;
        for from in 0..letters.len() {
            for to in from + 1..=letters.len() {
                let part: String = letters[from..to].iter().collect();
                for term in query(&part).split(" & ") {
                    let word = term.trim_end_matches(":*").trim_matches('\'');
                    let is_there = if term.ends_with(":*") {
                        kept.keys().any(|kept| kept.starts_with(word))
                    } else {
                        kept.contains_key(word)
                    };
                    assert!(is_there, "{part}: {term}");
                }
            }
        }
    }
}
