//! How a table is written as text: separator, quotes, line ends, and where the table starts.

use serde::{Deserialize, Serialize};

use super::parser::{Parser, RawRecord, Syntax};
use super::shape::Shape;
use super::{Extent, Limits, number, synonyms};

/// How many records are looked at.
const SAMPLE_RECORDS: usize = 200;

/// How many records may stand before the table.
const MAX_TITLE_RECORDS: usize = 20;

/// How a file's records and cells are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub separator: Separator,
    pub quote: Quote,
    pub escape: Escape,
    /// What ends most lines. Reading accepts all three anywhere.
    pub line_end: LineEnd,
    /// 1-based line of the header row, or of the first record where there is none. Lines before it, such as titles, are
    /// not read.
    pub start_line: u64,
    pub header: Header,
}

/// The character between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    Comma,
    Semicolon,
    Tab,
    Pipe,
    Colon,
}

impl Separator {
    pub const ALL: [Self; 5] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe, Self::Colon];

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::Colon => b':',
        }
    }
}

/// What encloses cells that contain separators or line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// `"a"`
    Double,
    /// `'a'`
    Single,
    /// `"a"`, with spaces around the quotes that do not belong to the cell.
    SpacedDouble,
}

impl Quote {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Double | Self::SpacedDouble => b'"',
            Self::Single => b'\'',
        }
    }
}

/// How a quote within quotes is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Twice.
    Doubled,
    /// With a backslash before it, or twice.
    Backslash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    Lf,
    CrLf,
    Cr,
}

/// Whether the first record names the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    Present,
    /// The table has this many columns without names.
    Absent {
        columns: usize,
    },
}

impl Dialect {
    /// Guesses the dialect from a file's beginning. What cannot be told falls back to RFC 4180: commas, double quotes,
    /// and a header row.
    pub fn detect(sample: &str, extent: Extent) -> Self {
        let declared = declared_separator(sample);
        let candidates = declared.map_or(Separator::ALL.to_vec(), |separator| vec![separator]);
        let mut best = Candidate::read(
            sample,
            extent,
            Syntax { separator: candidates[0], quote: Quote::Double, escape: Escape::Doubled },
        );
        for separator in candidates {
            for (quote, escape) in [
                (Quote::Double, Escape::Doubled),
                (Quote::Double, Escape::Backslash),
                (Quote::SpacedDouble, Escape::Doubled),
                (Quote::Single, Escape::Doubled),
            ] {
                let syntax = Syntax { separator, quote, escape };
                let candidate = Candidate::read(sample, extent, syntax);
                // A margin, so that what is simpler and stands first wins unless another explains clearly more.
                if candidate.score > best.score + 1e-9 && candidate.score > 0.2 {
                    best = candidate;
                }
            }
        }

        let mut records = best.records;
        let hints = usize::from(declared.is_some()).min(records.len());
        records.drain(..hints);
        records.drain(..title_records(&records));
        Self {
            separator: best.syntax.separator,
            quote: best.syntax.quote,
            escape: best.syntax.escape,
            line_end: line_end(sample),
            start_line: records.first().map_or(1, |record| record.line),
            header: header(&records),
        }
    }

    pub(super) fn syntax(&self) -> Syntax {
        Syntax { separator: self.separator, quote: self.quote, escape: self.escape }
    }
}

/// The first line `sep=;`, by which a file tells Excel its separator.
fn declared_separator(sample: &str) -> Option<Separator> {
    let line = sample.lines().next()?.trim_matches('"');
    let (key, value) = line.split_once('=')?;
    let &[byte] = value.as_bytes() else {
        return None;
    };
    Separator::ALL.into_iter().find(|separator| key.eq_ignore_ascii_case("sep") && separator.byte() == byte)
}

fn line_end(sample: &str) -> LineEnd {
    let pairs = sample.matches("\r\n").count();
    let feeds = sample.matches('\n').count() - pairs;
    let returns = sample.matches('\r').count() - pairs;
    if pairs > 0 && pairs >= feeds.max(returns) {
        LineEnd::CrLf
    } else if returns > feeds {
        LineEnd::Cr
    } else {
        LineEnd::Lf
    }
}

/// The sample as one syntax reads it.
struct Candidate {
    syntax: Syntax,
    /// Records that are not blank.
    records: Vec<RawRecord>,
    score: f64,
}

impl Candidate {
    fn read(sample: &str, extent: Extent, syntax: Syntax) -> Self {
        let records = read_records(sample, extent, syntax);
        let score = score(&records, syntax);
        Self { syntax, records, score }
    }
}

fn read_records(sample: &str, extent: Extent, syntax: Syntax) -> Vec<RawRecord> {
    let mut parser = Parser::new(syntax, &Limits::default());
    let mut records = Vec::new();
    let mut rest = sample;
    while records.len() < SAMPLE_RECORDS {
        match parser.feed(rest) {
            Ok((read, Some(record))) => {
                rest = &rest[read..];
                records.push(record);
            }
            Ok((_, None)) if extent == Extent::Whole => {
                records.extend(parser.finish().ok().flatten());
                break;
            }
            // The sample ends within a record, or the file breaks a limit, which reading it will report.
            Ok((_, None)) | Err(_) => break,
        }
    }
    records.retain(|record| !record.is_blank());
    records
}

/// How well a syntax explains the sample, from 0 to 1: how many records have the usual number of cells, and how many
/// cells look whole. After the idea of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row
/// and type patterns" (2019), with the most frequent width in place of all patterns.
#[allow(clippy::cast_precision_loss, reason = "at most 200 records")]
fn score(records: &[RawRecord], syntax: Syntax) -> f64 {
    let Some((width, agreeing)) = usual_width(records.iter().filter(|r| r.cells.len() > 1)) else {
        return 0.0;
    };
    let agreeing = agreeing as f64 / records.len() as f64;
    let sound = records.iter().filter(|record| !record.stray_quote && !record.unclosed_quote).count() as f64
        / records.len() as f64;
    let cells = || records.iter().flat_map(|record| &record.cells);
    // Not to be preferred merely because it leaves damaged double quotes alone.
    if syntax.quote == Quote::Single && !cells().any(|cell| cell.quoted) {
        return 0.0;
    }
    let whole = cells().filter(|cell| cell.quoted || looks_whole(&cell.text, syntax.separator)).count() as f64
        / cells().count() as f64;
    // Colons stand in times and addresses, too.
    let prior = if syntax.separator == Separator::Colon { 0.6 } else { 1.0 };
    prior * agreeing * (1.0 - 1.0 / width as f64) * sound * whole
}

/// Whether an unquoted cell has no trace of another separator or of quotes.
fn looks_whole(text: &str, separator: Separator) -> bool {
    let enclosed = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let spaced_quote = text.starts_with(' ') && text.trim_start_matches(' ').starts_with('"');
    let is_other = |c| matches!(c, ',' | ';' | '\t' | '|') && c != char::from(separator.byte());
    let parted = text.contains(is_other) && !number::looks_like_number(text);
    !(enclosed || spaced_quote || parted)
}

/// The most frequent number of cells, and how many records have it; the larger number where two are as frequent.
fn usual_width<'a>(records: impl Iterator<Item = &'a RawRecord>) -> Option<(usize, usize)> {
    let mut widths: Vec<usize> = records.map(|record| record.cells.len()).collect();
    widths.sort_unstable();
    widths.chunk_by(PartialEq::eq).map(|same| (same[0], same.len())).max_by_key(|&(width, count)| (count, width))
}

fn filled(record: &RawRecord) -> usize {
    let blank = |text: &str| text.trim().is_empty();
    record.cells.iter().filter(|c| !blank(&c.text)).count()
}

/// How many records stand before the table: those with a single text, or with too few cells, before the first that is
/// as wide as the table.
fn title_records(records: &[RawRecord]) -> usize {
    let Some((width, _)) = usual_width(records.iter()) else {
        return 0;
    };
    let is_title = |record: &RawRecord| {
        let short = record.cells.len() < width;
        let single = filled(record) == 1 && (width > 2 || short);
        width > 1 && (single || (short && filled(record) * 2 <= width))
    };
    let titles = records.iter().take_while(|record| is_title(record)).count();
    // Where no table follows, nothing was a title.
    if titles > MAX_TITLE_RECORDS || titles == records.len() { 0 } else { titles }
}

/// Whether the first record names the columns: each column votes by whether its first cell is of the kind of the
/// others. Without any sign there is a header, as nearly every export has one.
fn header(records: &[RawRecord]) -> Header {
    let Some((first, rest)) = records.split_first() else {
        return Header::Present;
    };
    let vote = |column: usize| -> i32 {
        let head = first.cells[column].text.trim();
        let shape = Shape::of(head);
        let below = || {
            rest.iter()
                .filter_map(|record| record.cells.get(column))
                .map(|cell| cell.text.trim())
                .filter(|text| !text.is_empty())
        };
        let usual = Shape::usual(below());
        match shape {
            Shape::Blank => 0,
            Shape::Text if synonyms::is_known(head) => 2,
            Shape::Text if usual.is_some_and(|usual| usual != Shape::Text) => 1,
            // A name seldom stands among its own values, but in a few rows it may by chance.
            Shape::Text => -i32::from(below().count() > 2 && below().any(|text| text == head)),
            // Columns may be named by years.
            Shape::Number if looks_like_year(head) && !below().any(looks_like_year) => 0,
            _ => -1,
        }
    };
    if (0..first.cells.len()).map(vote).sum::<i32>() >= 0 {
        Header::Present
    } else {
        let columns = usual_width(records.iter()).map_or(1, |(width, _)| width);
        Header::Absent { columns }
    }
}

fn looks_like_year(text: &str) -> bool {
    matches!(text.parse(), Ok(1900..=2100)) && text.len() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, separator: Separator, start_line: u64, header: Header) -> Dialect {
        let dialect = Dialect::detect(sample, Extent::Whole);
        assert_eq!(
            (dialect.separator, dialect.start_line, dialect.header),
            (separator, start_line, header),
            "{sample:?}"
        );
        dialect
    }

    #[test]
    fn separators() {
        use Header::Present;
        check("", Separator::Comma, 1, Present);
        check("name\nAnna\nBen", Separator::Comma, 1, Present);
        check("time\n10:30\n11:45\n", Separator::Comma, 1, Present);
        check("a,b\n1,2", Separator::Comma, 1, Present);
        check("a;b\n1,5;2,5\n3,1;4\n", Separator::Semicolon, 1, Present);
        check("1,5;2,5\n3,1;4,0\n", Separator::Semicolon, 1, Header::Absent { columns: 2 });
        check("a\tb\nDoe, Anna\tx\nRoe, Ben\ty\n", Separator::Tab, 1, Present);
        check("a|b|c\n1|2|3\n", Separator::Pipe, 1, Present);
        check("city:state\nKenai:AK\n", Separator::Colon, 1, Present);
        check("id,tags\n1,a;b\n2,c;d\n", Separator::Comma, 1, Present);
        check("at,what\n10:30:00,x\n10:31:00,y\n", Separator::Comma, 1, Present);
        check("sep=;\na;b\n1;2\n", Separator::Semicolon, 2, Present);
        check("a,b\n\"x;y;z\",\"p;q;r\"\n", Separator::Comma, 1, Present);
    }

    #[test]
    fn quotes_and_line_ends() {
        let detect = |sample| {
            let dialect = Dialect::detect(sample, Extent::Whole);
            (dialect.quote, dialect.escape, dialect.line_end)
        };
        assert_eq!(detect("a,b\n\"x, \"\"y\"\"\",2\n"), (Quote::Double, Escape::Doubled, LineEnd::Lf));
        assert_eq!(detect("a,b\r\n'x, y','z'\r\n"), (Quote::Single, Escape::Doubled, LineEnd::CrLf));
        assert_eq!(detect("a,b\r'tis,it's\r"), (Quote::Double, Escape::Doubled, LineEnd::Cr));
        assert_eq!(detect("\"\\\"Big\\\" Ed\"|1\n\"x\"|2\n"), (Quote::Double, Escape::Backslash, LineEnd::Lf));
        assert_eq!(detect("\"a\", \"b\"\n\"x, y\", \"z\"\n").0, Quote::SpacedDouble);
        assert_eq!(detect("a,b\n\"1\r2\",3\n4,5\n").2, LineEnd::Lf);
    }

    #[test]
    fn titles_before_the_table() {
        use Header::Present;
        check("Sales report\n\na,b,c\n1,2,3\n4,5,6\n", Separator::Comma, 3, Present);
        check("Sales report,,\nby month,,\na,b,c\n1,2,3\n", Separator::Comma, 3, Present);
        check("Made in June, 2024\na,b,c,d\n1,2,3,4\n1,2,3,4\n", Separator::Comma, 2, Present);
        check("\n\na,b\n1,2\n", Separator::Comma, 3, Present);
        check("客户清单\n姓名,电话\n张三,1\n李四,2\n", Separator::Comma, 2, Present);
        check("a,b,c,,\na,,,,\n,,c,\n", Separator::Comma, 1, Present);
    }

    #[test]
    fn headers() {
        use Header::{Absent, Present};
        check("1,english\n2,中国人\n3,german\n", Separator::Comma, 1, Absent { columns: 2 });
        check("1,2,3", Separator::Comma, 1, Absent { columns: 3 });
        check("Anna,a@example.com\nBen,b@example.com\n", Separator::Comma, 1, Absent { columns: 2 });
        check("city,2023,2024\nKenai,5,6\n", Separator::Comma, 1, Present);
        check("A,B\nX,Y\n", Separator::Comma, 1, Present);
        check("x,2024-01-05,Won\ny,2024-01-06,Won\n", Separator::Comma, 1, Absent { columns: 3 });
        check("姓名,电话\n张三,13800000000\n", Separator::Comma, 1, Present);
    }

    #[test]
    fn a_prefix_may_end_within_a_record() {
        let dialect = Dialect::detect("a,b\n1,2\n3,\"x;y;z", Extent::Prefix);
        assert_eq!(dialect.separator, Separator::Comma);
    }
}
