//! Looking through a file once: how it is written, what its columns hold, what they may become.

use super::{
    error::{ImportError, Result},
    guess,
    upload::Upload,
    values::Values,
};
use app::import::inspection::{ColumnFacts, Inspection, Reading, SampleRow};
use domain::{
    import::{ColumnKind, DateColumn, DateForm, Dialect, Extent, Format, Header, Table},
    view::View,
};
use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// How many rows the person sees.
const SAMPLE: usize = 20;
/// Over how many rows the kinds of columns are decided; the form of dates is decided over all.
const JUDGED: u64 = 2_000;
/// A column that has no date among so many cells has none.
const DATELESS: u64 = 50;
/// How many different values of a column are told.
const VALUES: usize = 100;
/// How many examples of a column are shown, and how long.
const EXAMPLES: usize = 3;
const EXAMPLE_CHARS: usize = 60;
/// Among how many columns one of codes is looked for, and in how many rows there must be one.
const CODED: usize = 16;
const CODES: u64 = 10;
const CODE_BYTES: usize = 40;
/// How long a cell of the sample is shown.
const CELL_CHARS: usize = 120;

/// Reads the whole file once. It holds the file in memory while the encoding is detected, so few may run at once.
pub fn inspect(upload: &Upload, reading: &Reading, settings: &View) -> Result<Inspection> {
    let format = detect(upload, reading)?;
    let mut table = upload.table(&format)?;
    let mut columns: Vec<Watched> = (0..table.columns().len()).map(Watched::new).collect();
    let (mut rows, mut odd_rows) = (0, 0);
    let mut sample = Vec::new();
    for record in &mut table {
        let record = record?;
        rows += 1;
        odd_rows += u64::from(!record.problems.is_empty());
        for (column, cell) in columns.iter_mut().zip(&record.cells) {
            column.add(cell, rows <= JUDGED);
        }
        if sample.len() < SAMPLE {
            let cells = record.cells.iter().map(|cell| shortened(cell, CELL_CHARS)).collect();
            sample.push(SampleRow { line: record.line, cells });
        }
    }
    check_whole(upload, table.bytes())?;
    let codes: Vec<bool> = columns.iter().map(|watched| watched.holds_codes(rows)).collect();
    let facts = |(watched, column): (Watched, &domain::import::Column)| watched.facts(&column.header, &column.name);
    let columns: Vec<ColumnFacts> = columns.into_iter().zip(table.columns()).map(facts).collect();
    let file = guess::File { name: &upload.name, columns: &columns, codes: &codes, format: &format };
    let plan = guess::plan(&file, settings, reading.rows);
    Ok(Inspection {
        upload: upload.id,
        file_name: upload.name.clone(),
        bytes: upload.bytes,
        rows,
        blank_rows: table.blank_rows(),
        odd_rows,
        malformed: table.malformed(),
        nuls: table.nuls(),
        format,
        columns,
        sample,
        plan,
    })
}

/// A disk that fails midway must not pass for the end of the file.
pub fn check_whole(upload: &Upload, read: u64) -> Result<()> {
    if read == upload.bytes { Ok(()) } else { Err(ImportError::Io(std::io::ErrorKind::UnexpectedEof.into())) }
}

fn detect(upload: &Upload, reading: &Reading) -> Result<Format> {
    let bytes = upload.read()?;
    let mut format = match reading.encoding {
        Some(encoding) => Format::with_encoding(encoding, &bytes, Extent::Whole),
        None => Format::detect(&bytes, Extent::Whole),
    };
    if let Some(separator) = reading.separator {
        format.dialect.separator = separator;
    }
    match (reading.header, format.dialect.header) {
        (Some(true), Header::Absent { .. }) => format.dialect.header = Header::Present,
        (Some(false), _) => format.dialect.header = Header::Absent { columns: width(&bytes, &format)? },
        (_, Header::Absent { .. }) if reading.separator.is_some() => {
            format.dialect.header = Header::Absent { columns: width(&bytes, &format)? };
        }
        _ => {}
    }
    Ok(format)
}

/// How many cells the first row has.
fn width(bytes: &[u8], format: &Format) -> Result<usize> {
    let dialect = Dialect { header: Header::Present, ..format.dialect.clone() };
    let format = Format { dialect, ..format.clone() };
    Ok(Table::open([bytes], &format, domain::import::Limits::default())?.columns().len())
}

/// A column while its cells go by.
struct Watched {
    filled: u64,
    values: Values,
    judged: Vec<String>,
    /// How many cells are written in each of [`DateForm::ALL`], and in any of them.
    forms: [u64; DateForm::ALL.len()],
    dates: u64,
    /// Hashes of the cells as long as each is a code of its own.
    codes: Option<HashSet<u64>>,
}

impl Watched {
    fn new(at: usize) -> Self {
        let forms = [0; DateForm::ALL.len()];
        let codes = (at < CODED).then(HashSet::new);
        Self { filled: 0, values: Values::up_to(VALUES), judged: Vec::new(), forms, dates: 0, codes }
    }

    fn add(&mut self, cell: &str, judge: bool) {
        if cell.trim().is_empty() {
            return;
        }
        self.filled += 1;
        self.values.add(cell);
        if self.filled <= DATELESS || self.dates > 0 {
            let mut any = 0;
            for (count, form) in self.forms.iter_mut().zip(DateForm::ALL) {
                let fits = u64::from(form.parse(cell).is_ok());
                *count += fits;
                any |= fits;
            }
            self.dates += any;
        }
        if judge {
            self.judged.push(cell.to_owned());
        }
        if self.codes.as_mut().is_some_and(|codes| !is_code(cell) || !codes.insert(hash(cell.trim()))) {
            self.codes = None;
        }
    }

    /// Whether every row has a code of its own here. A few rows tell nothing, and numbers and dates are no codes.
    fn holds_codes(&self, rows: u64) -> bool {
        let is_text = || ColumnKind::detect(self.judged.iter().map(String::as_str)) == ColumnKind::Text;
        self.codes.is_some() && self.filled == rows && rows >= CODES && is_text()
    }

    fn facts(self, header: &str, name: &str) -> ColumnFacts {
        let judged = || self.judged.iter().map(String::as_str);
        let mut kind = ColumnKind::detect(judged());
        let mut dates = DateColumn::detect(judged());
        // A day beyond the 12th far down in the file settles what its beginning left open.
        let mut reading_all = DateForm::ALL.iter().zip(self.forms).filter(|(_, count)| *count == self.dates);
        if let (DateColumn::Ambiguous(_), Some((form, _)), None) = (&dates, reading_all.next(), reading_all.next()) {
            dates = DateColumn::Known(*form);
        }
        if let ColumnKind::Date(of_sample) = &mut kind {
            *of_sample = dates.clone();
        }
        let mut examples: Vec<String> = Vec::new();
        for cell in &self.judged {
            let example = shortened(cell.trim(), EXAMPLE_CHARS);
            if examples.len() == EXAMPLES {
                break;
            }
            if !examples.contains(&example) {
                examples.push(example);
            }
        }
        ColumnFacts {
            header: header.to_owned(),
            name: name.to_owned(),
            kind,
            dates,
            filled: self.filled,
            values: self.values.counts().map(<[_]>::to_vec),
            examples,
        }
    }
}

/// Whether a cell names something by letters and digits, as programs do.
fn is_code(cell: &str) -> bool {
    let cell = cell.trim();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    cell.len() <= CODE_BYTES && cell.bytes().all(is_part) && cell.bytes().any(|byte| byte.is_ascii_digit())
}

fn hash(cell: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    cell.hash(&mut hasher);
    hasher.finish()
}

/// The beginning of a text that is too long to show.
pub fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
