//! The records of a table, streamed under limits.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::encoding::Decoder;
use super::parser::{Cell, Parser, RawRecord};
use super::{Format, Header};

/// How many bytes are decoded at once.
const PIECE_BYTES: usize = 64 * 1024;

/// How large a table may be. Reading stops where a limit is crossed, having done work in proportion to what was read
/// and held no more than one record and one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Records after the header, blank ones not counted.
    pub rows: u64,
    pub columns: usize,
    /// Bytes of one cell in UTF-8.
    pub cell: usize,
}

impl Default for Limits {
    /// 64 MiB, 200,000 rows, 512 columns, and cells of 128 KiB, which holds the 32,767 characters of Excel's fullest
    /// cell in any script.
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, rows: 200_000, columns: 512, cell: 128 * 1024 }
    }
}

/// Which of the [`Limits`] was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    Bytes,
    Rows,
    Columns,
    Cell,
}

/// Why a file cannot be read, or not further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ReadError {
    /// There is no record at all, not even a header.
    Empty,
    /// The file is a workbook, an archive, a picture or other bytes that are no text, whatever its name says.
    NotText,
    TooLarge {
        limit: LimitKind,
        /// The limit's value, in its own unit.
        max: u64,
        /// 1-based line of the file where the record that was being read starts.
        line: u64,
        /// 1-based record after the header that was being read.
        row: u64,
    },
}

/// A column by its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The header as written, without spaces around it; empty where there is none.
    pub header: String,
    /// A name that no other column of the table has: the header, `id (2)` for its second occurrence, `Column 3` where
    /// the third has none. The interface may say the last in its own language, as `header` is empty then.
    pub name: String,
}

/// One record of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// 1-based line of the file where the record starts.
    pub line: u64,
    /// One text for each column, exactly as written within quotes or separators; missing ones are empty.
    pub cells: Vec<String>,
    /// Cells beyond the last column. Which of all cells is one too many cannot be told.
    pub surplus: Vec<String>,
    pub problems: Vec<Problem>,
}

impl Record {
    /// Whether a problem leaves open which cell belongs to which column, so that the record must be refused.
    pub fn is_unsound(&self) -> bool {
        self.problems.iter().any(|problem| problem.is_unsound())
    }
}

/// What is odd about the way a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// It has only this many cells; those missing at the end are taken as blank.
    Short { cells: usize },
    /// It has this many cells, more than there are columns.
    Long { cells: usize },
    /// Text follows a closing quote: perhaps a quote within the text that was not doubled.
    StrayQuote,
    /// The file ends within quotes, so that what follows the quote may be other records.
    UnclosedQuote,
}

impl Problem {
    /// Whether cells may stand in wrong columns.
    pub fn is_unsound(self) -> bool {
        matches!(self, Self::Long { .. } | Self::UnclosedQuote)
    }
}

/// A table being read: an iterator over its records. It ends after the first error.
///
/// The chunks may be cut anywhere; one chunk with the whole file is as good.
pub struct Table<I: Iterator> {
    chunks: I,
    /// The chunk being decoded, and how much of it is done.
    chunk: Option<(I::Item, usize)>,
    decoder: Decoder,
    parser: Parser,
    /// Decoded text, and how much of it is parsed.
    text: String,
    parsed: usize,
    columns: Vec<Column>,
    /// The first record, where it turned out not to be a header.
    first: Option<RawRecord>,
    limits: Limits,
    bytes: u64,
    rows: u64,
    blank_rows: u64,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Reading,
    /// All chunks are decoded.
    Decoded,
    Ended,
}

impl<I, B> Table<I>
where
    I: Iterator<Item = B>,
    B: AsRef<[u8]>,
{
    /// Reads up to the header, or to the first record where there is none.
    pub fn open(chunks: impl IntoIterator<IntoIter = I>, format: &Format, limits: Limits) -> Result<Self, ReadError> {
        let mut table = Self {
            chunks: chunks.into_iter(),
            chunk: None,
            decoder: Decoder::new(format.encoding),
            parser: Parser::new(format.dialect.syntax(), &limits),
            text: String::new(),
            parsed: 0,
            columns: Vec::new(),
            first: None,
            limits,
            bytes: 0,
            rows: 0,
            blank_rows: 0,
            progress: Progress::Reading,
        };
        table.chunk = table.chunks.next().map(|chunk| (chunk, 0));
        if table.chunk.as_ref().is_some_and(|(chunk, _)| is_binary(chunk.as_ref())) {
            return Err(ReadError::NotText);
        }
        table.refill().map_err(|limit| table.stop(limit, 1))?;
        if is_noise(&table.text, table.decoder.nuls()) {
            return Err(ReadError::NotText);
        }
        let first = loop {
            match table.next_raw() {
                Some(Ok(raw)) if raw.line < format.dialect.start_line || raw.is_blank() => {}
                Some(Ok(raw)) => break raw,
                Some(Err(error)) => return Err(error),
                None => return Err(ReadError::Empty),
            }
        };
        match format.dialect.header {
            Header::Present => table.columns = name_columns(first.cells.iter().map(|c| &*c.text)),
            Header::Absent { columns } => {
                let columns = columns.clamp(1, limits.columns.max(1));
                table.columns = name_columns(std::iter::repeat_n("", columns));
                table.first = Some(first);
            }
        }
        Ok(table)
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Bytes of the file read so far, for showing progress.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Rows left out so far because all their cells were blank.
    pub fn blank_rows(&self) -> u64 {
        self.blank_rows
    }

    /// Sequences so far that are malformed in the file's encoding; they became U+FFFD.
    pub fn malformed(&self) -> u64 {
        self.decoder.malformed()
    }

    /// Characters U+0000 left out so far.
    pub fn nuls(&self) -> u64 {
        self.decoder.nuls()
    }

    fn next_raw(&mut self) -> Option<Result<RawRecord, ReadError>> {
        while self.progress != Progress::Ended {
            let outcome = if self.parsed < self.text.len() {
                let outcome = self.parser.feed(&self.text[self.parsed..]);
                outcome.map(|(read, raw)| {
                    self.parsed += read;
                    raw
                })
            } else if self.progress == Progress::Decoded {
                self.progress = Progress::Ended;
                self.parser.finish()
            } else {
                self.refill().map(|()| None)
            };
            match outcome {
                Ok(None) => {}
                Ok(Some(raw)) => return Some(Ok(raw)),
                Err(limit) => return Some(Err(self.stop(limit, self.parser.line()))),
            }
        }
        None
    }

    /// Decodes the next piece.
    fn refill(&mut self) -> Result<(), LimitKind> {
        self.text.clear();
        self.parsed = 0;
        if self.chunk.is_none() {
            self.chunk = self.chunks.next().map(|chunk| (chunk, 0));
        }
        let Some((chunk, start)) = &mut self.chunk else {
            self.progress = Progress::Decoded;
            self.decoder.decode(&[], true, &mut self.text);
            return Ok(());
        };
        let rest = &chunk.as_ref()[*start..];
        let piece = &rest[..rest.len().min(PIECE_BYTES)];
        self.bytes += piece.len() as u64;
        if self.bytes > self.limits.bytes {
            return Err(LimitKind::Bytes);
        }
        self.decoder.decode(piece, false, &mut self.text);
        *start += piece.len();
        if piece.len() == rest.len() {
            self.chunk = None;
        }
        Ok(())
    }

    fn stop(&mut self, limit: LimitKind, line: u64) -> ReadError {
        self.progress = Progress::Ended;
        ReadError::TooLarge {
            limit,
            max: match limit {
                LimitKind::Bytes => self.limits.bytes,
                LimitKind::Rows => self.limits.rows,
                LimitKind::Columns => self.limits.columns as u64,
                LimitKind::Cell => self.limits.cell as u64,
            },
            line,
            row: self.rows + 1,
        }
    }

    fn record(&self, raw: RawRecord) -> Record {
        let width = self.columns.len();
        let found = raw.cells.len();
        let mut cells: Vec<String> = raw.cells.into_iter().map(|Cell { text, .. }| text).collect();
        let mut surplus = cells.split_off(width.min(found));
        // Separators at the end of a line hold nothing that could be lost.
        if surplus.iter().all(|cell| cell.trim().is_empty()) {
            surplus.clear();
        }
        cells.resize(width, String::new());
        let problems = [
            (found < width, Problem::Short { cells: found }),
            (!surplus.is_empty(), Problem::Long { cells: found }),
            (raw.stray_quote, Problem::StrayQuote),
            (raw.unclosed_quote, Problem::UnclosedQuote),
        ];
        Record { line: raw.line, cells, surplus, problems: problems.iter().filter(|p| p.0).map(|p| p.1).collect() }
    }
}

impl<I, B> Iterator for Table<I>
where
    I: Iterator<Item = B>,
    B: AsRef<[u8]>,
{
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let raw = match self.first.take() {
                Some(first) => first,
                None => match self.next_raw()? {
                    Ok(raw) => raw,
                    Err(error) => return Some(Err(error)),
                },
            };
            if raw.is_blank() {
                self.blank_rows += 1;
                continue;
            }
            if self.rows == self.limits.rows {
                return Some(Err(self.stop(LimitKind::Rows, raw.line)));
            }
            self.rows += 1;
            return Some(Ok(self.record(raw)));
        }
    }
}

/// Whether a file starts like what people send by mistake: a zip archive (which .xlsx is), an old Office file, a PDF, gzip
/// or a PNG.
fn is_binary(start: &[u8]) -> bool {
    let known = [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0", b"%PDF", b"\x1F\x8B", b"\x89PNG"];
    known.iter().any(|magic| start.starts_with(magic))
}

/// Whether so many of a text's characters are control characters, or were U+0000, that it is none. In bytes without order
/// an eighth is; a few stray ones are found in any file.
fn is_noise(text: &str, nuls: u64) -> bool {
    const STRAY: u64 = 16;
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')).count() as u64 + nuls;
    controls >= STRAY && controls * 20 > text.chars().count() as u64 + nuls
}

/// Gives every column a name of its own.
fn name_columns<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<Column> {
    let headers: Vec<&str> = headers.map(str::trim).collect();
    let written: HashSet<&str> = headers.iter().copied().collect();
    let mut used = HashSet::new();
    let mut columns = Vec::with_capacity(headers.len());
    for (index, &header) in headers.iter().enumerate() {
        let base = if header.is_empty() { format!("Column {}", index + 1) } else { header.to_owned() };
        let mut name = base.clone();
        let mut occurrence = 1;
        // A made name must not take one that another column has of its own.
        while used.contains(&name) || (name != header && written.contains(&*name)) {
            occurrence += 1;
            name = format!("{base} ({occurrence})");
        }
        used.insert(name.clone());
        columns.push(Column { header: header.to_owned(), name });
    }
    columns
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::import::Extent;

    /// Reads a text with its detected format and shows it: names, then a line for each record.
    fn check(text: &str, expected: &[&str]) {
        let format = Format::detect(text.as_bytes(), Extent::Whole);
        let mut table = Table::open([text], &format, Limits::default()).unwrap();
        let names: Vec<_> = table.columns().iter().map(|c| c.name.as_str()).collect();
        let mut shown = vec![names.join("|")];
        for record in &mut table {
            let Record { line, cells, surplus, problems } = record.unwrap();
            let mut row = format!("{line}: {}", cells.join("|"));
            if !surplus.is_empty() {
                write!(row, " + {}", surplus.join("|")).unwrap();
            }
            for problem in problems {
                write!(row, " {problem:?}").unwrap();
            }
            shown.push(row);
        }
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn rows_of_other_widths_keep_their_columns() {
        check(
            "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n",
            &["a|b|c", "2: 1|2|3", "3: 1|2| Short { cells: 2 }", "4: 1|2|3 + 4 Long { cells: 4 }", "5: 1|2|3"],
        );
        check(
            "1,x,5\n2,y\n3,z,6\n",
            &["Column 1|Column 2|Column 3", "1: 1|x|5", "2: 2|y| Short { cells: 2 }", "3: 3|z|6"],
        );
    }

    #[test]
    fn blank_rows_are_left_out() {
        check("a,b\n\n,\n 1 ,\n\" \",\n", &["a|b", "4:  1 |"]);
        check("a,b\n", &["a|b"]);
        check("\r\r\ntitle\r\na,b\r\n\r\n1,2\r\n3,4", &["a|b", "6: 1|2", "7: 3|4"]);
    }

    #[test]
    fn every_column_has_its_own_name() {
        check("id,,id,name,id\n", &["id|Column 2|id (2)|name|id (3)"]);
        check("id,id,id (2),Column 5,\n", &["id|id (3)|id (2)|Column 5|Column 5 (2)"]);
        check(" id ,\"x\ny\"\n", &["id|x\ny"]);
    }

    #[test]
    fn quotes_gone_wrong_are_told() {
        check("a,b\n\"x\"y,1\n2,\"z\n3,4\n", &["a|b", "2: xy|1 StrayQuote", "3: 2|z\n3,4\n UnclosedQuote"]);
    }

    fn read(text: &[u8], limits: Limits) -> Result<usize, ReadError> {
        let format = Format::detect(text, Extent::Whole);
        Table::open(text.chunks(1000), &format, limits)?.try_fold(0, |count, record| record.map(|_| count + 1))
    }

    #[test]
    fn an_empty_file_is_refused() {
        for text in ["", "\n\n", ",,\n", "\u{FEFF}"] {
            assert_eq!(read(text.as_bytes(), Limits::default()), Err(ReadError::Empty), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let refused = |bytes: &[u8]| read(bytes, Limits::default()) == Err(ReadError::NotText);
        assert!(refused(b"PK\x03\x04\x14\0\x06\0"));
        assert!(refused(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"));
        assert!(refused(&[0; 5000]));
        // Bytes without any order, of a generator that every machine runs alike.
        let mut state = 1u32;
        let mut noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        for length in [300, 5000, 300_000] {
            assert!(refused(&noise.by_ref().take(length).collect::<Vec<_>>()), "{length}");
        }
        // A few stray characters do not make a text another thing.
        assert_eq!(read(b"name,phone\nAc\0me,12\x003\nBeta,\0\n", Limits::default()), Ok(2));
        let tabbed = "a\tb\r\n1\t2\r\n".repeat(100);
        let utf_16: Vec<u8> = tabbed.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf_16, Limits::default()), Ok(199));
    }

    #[test]
    fn limits_name_themselves_and_the_place() {
        let small = Limits { bytes: 5000, rows: 10, columns: 3, cell: 100 };
        let error = |limit, max, line, row| Err(ReadError::TooLarge { limit, max, line, row });
        let rows = |count| format!("a,b\n{}", "1,2\n".repeat(count)).into_bytes();
        assert_eq!(read(&rows(10), small), Ok(10));
        assert_eq!(read(&rows(11), small), error(LimitKind::Rows, 10, 12, 11));
        assert_eq!(read(b"a,b\n1,2\n1,2,3,4\n", small), error(LimitKind::Columns, 3, 3, 2));
        assert_eq!(read(b"a,b,c,d\n", small), error(LimitKind::Columns, 3, 1, 1));
        let long = format!("a,b\n1,{}\n", "x".repeat(101));
        assert_eq!(read(long.as_bytes(), small), error(LimitKind::Cell, 100, 2, 1));
        let blank = format!("a,b\n{}", ",\n".repeat(2600));
        assert!(matches!(
            read(blank.as_bytes(), small),
            Err(ReadError::TooLarge { limit: LimitKind::Bytes, max: 5000, .. })
        ));
    }

    /// An endless file: what is read before the refusal shows that reading stops there.
    #[test]
    fn reading_stops_at_the_limit() {
        let format = Format::detect(b"a,b\n1,2\n", Extent::Whole);
        let limits = Limits { bytes: 2 << 20, rows: 1000, ..Limits::default() };
        for (endless, most) in [(",\n", 2 << 20), ("1,2\n", 1 << 20), ("\"x", 1 << 20), ("x", 1 << 20), (",", 1 << 20)]
        {
            let chunk = endless.repeat(1000);
            let mut given = 0;
            let chunks = std::iter::once("a,b\n").chain(std::iter::repeat_with(|| {
                given += chunk.len();
                &*chunk
            }));
            let error = Table::open(chunks, &format, limits).unwrap().find_map(Result::err);
            assert!(matches!(error, Some(ReadError::TooLarge { .. })), "{endless:?}");
            assert!(given <= most + 2 * chunk.len(), "{endless:?} {given}");
        }
    }
}
