//! Cutting text into records and cells: the inner part of [`super::Table`] and of dialect detection.
//!
//! Written here rather than taken from the `csv` crate, because the limits must hold within a cell (an unclosed quote
//! may run to the end of the file), and because lines are counted as editors do, also where CR alone ends them. On
//! well-formed input both agree, which a test shows.

use super::dialect::{Escape, Quote, Separator};
use super::table::{LimitKind, Limits};

/// How cells are written, as far as cutting them needs it.
#[derive(Clone, Copy)]
pub(super) struct Syntax {
    pub separator: Separator,
    pub quote: Quote,
    pub escape: Escape,
}

pub(super) struct Cell {
    pub text: String,
    pub quoted: bool,
}

/// One record as it stands in the file.
pub(super) struct RawRecord {
    /// 1-based line where the record starts.
    pub line: u64,
    pub cells: Vec<Cell>,
    /// Text followed a closing quote within the same cell.
    pub stray_quote: bool,
    /// The file ended within quotes.
    pub unclosed_quote: bool,
}

impl RawRecord {
    fn starting(line: u64) -> Self {
        Self { line, cells: Vec::new(), stray_quote: false, unclosed_quote: false }
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a backslash within quotes.
    Escaped,
    /// After a quote within quotes: the cell's end, or the first of a doubled quote.
    QuoteEnd,
}

pub(super) struct Parser {
    syntax: Syntax,
    max_cell: usize,
    max_columns: usize,
    state: State,
    record: RawRecord,
    cell: String,
    cell_quoted: bool,
    line: u64,
    /// The last byte was CR, so that LF after it is not another line.
    after_cr: bool,
}

impl Parser {
    pub fn new(syntax: Syntax, limits: &Limits) -> Self {
        Self {
            syntax,
            max_cell: limits.cell,
            max_columns: limits.columns,
            state: State::CellStart,
            record: RawRecord::starting(1),
            cell: String::new(),
            cell_quoted: false,
            line: 1,
            after_cr: false,
        }
    }

    /// The 1-based line where the record being read starts.
    pub fn line(&self) -> u64 {
        self.record.line
    }

    /// Consumes text up to the end of a record or of the text. Gives the bytes consumed and the record, if it ended.
    pub fn feed(&mut self, text: &str) -> Result<(usize, Option<RawRecord>), LimitKind> {
        let (separator, quote) = (self.syntax.separator.byte(), self.syntax.quote.byte());
        let spaced_quotes = self.syntax.quote == Quote::SpacedDouble;
        let backslash = self.syntax.escape == Escape::Backslash;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let line_end = byte == b'\n' || byte == b'\r';
            self.after_cr &= line_end;
            match self.state {
                State::CellStart if byte == b'\n' && self.after_cr && self.at_record_start() => {
                    self.after_cr = false;
                    at += 1;
                }
                State::CellStart if byte == quote => {
                    self.cell.clear();
                    self.cell_quoted = true;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::CellStart if byte == b' ' && spaced_quotes => {
                    self.push(" ")?;
                    at += 1;
                }
                State::CellStart | State::Plain | State::QuoteEnd if byte == separator => {
                    self.end_cell()?;
                    at += 1;
                }
                State::CellStart | State::Plain | State::QuoteEnd if line_end => {
                    self.count_line(byte);
                    return Ok((at + 1, Some(self.end_record()?)));
                }
                State::CellStart | State::Plain => {
                    self.state = State::Plain;
                    at += self.take(&text[at..], [separator; 2])?;
                }
                State::Quoted if byte == quote => {
                    self.state = State::QuoteEnd;
                    at += 1;
                }
                State::Quoted if backslash && byte == b'\\' => {
                    self.state = State::Escaped;
                    at += 1;
                }
                State::Quoted if line_end => {
                    self.count_line(byte);
                    self.push(&text[at..=at])?;
                    at += 1;
                }
                State::Quoted => {
                    at += self.take(&text[at..], [quote, if backslash { b'\\' } else { quote }])?;
                }
                State::Escaped => {
                    // A backslash before anything else is part of the text, as in a path.
                    if byte != quote && byte != b'\\' {
                        self.push("\\")?;
                        self.state = State::Quoted;
                    } else {
                        self.push(&text[at..=at])?;
                        self.state = State::Quoted;
                        at += 1;
                    }
                }
                State::QuoteEnd if byte == quote => {
                    self.push(&text[at..=at])?;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::QuoteEnd if byte == b' ' && spaced_quotes => at += 1,
                State::QuoteEnd => {
                    self.record.stray_quote = true;
                    self.state = State::Plain;
                }
            }
        }
        Ok((at, None))
    }

    /// The last record, where no line end closed it.
    pub fn finish(&mut self) -> Result<Option<RawRecord>, LimitKind> {
        if self.at_record_start() {
            return Ok(None);
        }
        self.record.unclosed_quote = matches!(self.state, State::Quoted | State::Escaped);
        self.end_record().map(Some)
    }

    fn at_record_start(&self) -> bool {
        self.state == State::CellStart && self.record.cells.is_empty() && self.cell.is_empty()
    }

    fn count_line(&mut self, byte: u8) {
        let second_half = byte == b'\n' && self.after_cr;
        self.line += u64::from(!second_half);
        self.after_cr = byte == b'\r';
    }

    /// Takes all up to the next of `ends` or a line end.
    fn take(&mut self, text: &str, ends: [u8; 2]) -> Result<usize, LimitKind> {
        let ends = |byte: u8| byte == ends[0] || byte == ends[1] || byte == b'\n' || byte == b'\r';
        let length = text.bytes().position(ends).unwrap_or(text.len());
        self.push(&text[..length])?;
        Ok(length)
    }

    fn push(&mut self, text: &str) -> Result<(), LimitKind> {
        if self.cell.len() + text.len() > self.max_cell {
            return Err(LimitKind::Cell);
        }
        self.cell.push_str(text);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), LimitKind> {
        if self.record.cells.len() == self.max_columns {
            return Err(LimitKind::Columns);
        }
        self.record.cells.push(Cell { text: self.cell.as_str().into(), quoted: self.cell_quoted });
        self.cell.clear();
        self.cell_quoted = false;
        self.state = State::CellStart;
        Ok(())
    }

    fn end_record(&mut self) -> Result<RawRecord, LimitKind> {
        self.end_cell()?;
        let next = RawRecord::starting(self.line);
        Ok(std::mem::replace(&mut self.record, next))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str, separator: Separator, quote: Quote, escape: Escape) -> String {
        let syntax = Syntax { separator, quote, escape };
        let mut outcome: Option<String> = None;
        // However the text is cut, the records are the same.
        for size in [1, 2, 5, text.len().max(1)] {
            let mut parser = Parser::new(syntax, &Limits::default());
            let mut shown = String::new();
            let mut show = |record: RawRecord| {
                let cells: Vec<_> = record.cells.iter().map(|c| c.text.as_str()).collect();
                let marks = [(record.stray_quote, " stray"), (record.unclosed_quote, " unclosed")];
                let marks: String = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
                writeln!(shown, "{} {cells:?}{marks}", record.line).unwrap();
            };
            let mut start = 0;
            while start < text.len() {
                let mut end = (start + size).min(text.len());
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                while start < end {
                    let (read, record) = parser.feed(&text[start..end]).unwrap();
                    record.into_iter().for_each(&mut show);
                    start += read;
                }
            }
            parser.finish().unwrap().into_iter().for_each(&mut show);
            if let Some(outcome) = &outcome {
                assert_eq!(outcome, &shown, "cut by {size}");
            }
            outcome = Some(shown);
        }
        outcome.unwrap()
    }

    fn check(text: &str, expected: &str) {
        let shown = parse(text, Separator::Comma, Quote::Double, Escape::Doubled);
        assert_eq!(shown.trim_end(), expected, "{text:?}");
    }

    #[test]
    fn records_and_their_lines() {
        check("", "");
        check("a,b", r#"1 ["a", "b"]"#);
        check("a,\n,b\n", "1 [\"a\", \"\"]\n2 [\"\", \"b\"]");
        check("a\r\nb\rc\nd", "1 [\"a\"]\n2 [\"b\"]\n3 [\"c\"]\n4 [\"d\"]");
        check("a\n\n\"\"\nb", "1 [\"a\"]\n2 [\"\"]\n3 [\"\"]\n4 [\"b\"]");
        check("\"x\ry\r\nz\",1\r\nb", "1 [\"x\\ry\\r\\nz\", \"1\"]\n4 [\"b\"]");
        check("\"a \"\"b\"\"\",c", r#"1 ["a \"b\"", "c"]"#);
        check("5\" pipe,c\"d\"", r#"1 ["5\" pipe", "c\"d\""]"#);
        check("\"a\"b,c", r#"1 ["ab", "c"] stray"#);
        check("x,\"a,b\nc", "1 [\"x\", \"a,b\\nc\"] unclosed");
    }

    #[test]
    fn other_ways_to_quote() {
        let comma = Separator::Comma;
        let shown = parse(r#""\"Big\" C:\x, a","\\""#, comma, Quote::Double, Escape::Backslash);
        assert_eq!(shown, "1 [\"\\\"Big\\\" C:\\\\x, a\", \"\\\\\"]\n");
        let shown = parse("'a, ''b''',c", comma, Quote::Single, Escape::Doubled);
        assert_eq!(shown, "1 [\"a, 'b'\", \"c\"]\n");
        let shown = parse("\"a\" , \"b, c\",  d", comma, Quote::SpacedDouble, Escape::Doubled);
        assert_eq!(shown, "1 [\"a\", \"b, c\", \"  d\"]\n");
    }

    #[test]
    fn limits_hold_within_a_cell_and_a_record() {
        let limits = Limits { cell: 4, columns: 2, ..Limits::default() };
        let syntax = Syntax { separator: Separator::Comma, quote: Quote::Double, escape: Escape::Doubled };
        let fails = |text| Parser::new(syntax, &limits).feed(text).err();
        assert_eq!(fails("1234,\"1234\"\n"), None);
        assert_eq!(fails("12345"), Some(LimitKind::Cell));
        assert_eq!(fails("\"1\n2\n3"), Some(LimitKind::Cell));
        assert_eq!(fails("1,2,3\n"), Some(LimitKind::Columns));
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a,\"\n\r é']{0,4}", 2), 0..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let shown = parse(&text, Separator::Comma, Quote::Double, Escape::Doubled);
            let ours: Vec<_> = shown.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
            let theirs: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
