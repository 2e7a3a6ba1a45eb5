//! The file of refused rows: line and reasons first, then the row as it was, so that it can be corrected and sent again.

use app::{
    Texts,
    import::{report::RowProblem, sentence::problem_sentence},
};
use domain::{
    import::{
        Column, Record,
        export::{BYTE_ORDER_MARK, restored, write_row},
    },
    view::View,
};
use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    sync::Arc,
};

/// Rows gathered before they are written to the disk.
const BUFFER: usize = 256 * 1024;
/// How many columns stand before the file's own: line and reasons.
pub const HEAD: usize = 2;

pub struct RefusedRows {
    texts: Texts,
    file: File,
    buffer: String,
    rows: u64,
}

impl RefusedRows {
    pub fn new(texts: Texts, columns: &[Column]) -> io::Result<Self> {
        let mut buffer = BYTE_ORDER_MARK.to_owned();
        let head = [texts.importer().row(), texts.importer().reason()];
        write_row(&mut buffer, head.into_iter().chain(columns.iter().map(|column| column.header.as_str())));
        Ok(Self { texts, file: super::upload::nameless_file()?, buffer, rows: 0 })
    }

    pub fn add(&mut self, record: &Record, problems: &[RowProblem], settings: &View) -> io::Result<()> {
        let reasons: Vec<String> =
            problems.iter().map(|problem| problem_sentence(self.texts, settings, problem)).collect();
        let head = [record.line.to_string(), reasons.join("; ")];
        let cells = record.cells.iter().chain(&record.surplus);
        write_row(&mut self.buffer, head.iter().chain(cells).map(String::as_str));
        self.rows += 1;
        if self.buffer.len() > BUFFER {
            self.file.write_all(self.buffer.as_bytes())?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// The file, if any row was refused.
    pub fn finish(mut self) -> io::Result<Option<Arc<File>>> {
        if self.rows == 0 {
            return Ok(None);
        }
        self.file.write_all(self.buffer.as_bytes())?;
        Ok(Some(Arc::new(self.file)))
    }
}

/// The text of a file of refused rows.
pub fn read(file: &File) -> io::Result<String> {
    let mut file = file.try_clone()?;
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// Whether a file is one of refused rows, sent again.
pub fn is_ours<'a>(headers: impl IntoIterator<Item = &'a str>) -> bool {
    let heads = [app::Language::English, app::Language::Chinese].map(|language| {
        let texts = Texts(language);
        [texts.importer().row(), texts.importer().reason()]
    });
    let start: Vec<&str> = headers.into_iter().take(HEAD).collect();
    heads.iter().any(|head| start == head)
}

/// Takes off the apostrophes that keep a spreadsheet from running cells of our file as formulas.
pub fn restore(record: &mut Record) {
    for cell in &mut record.cells {
        if let Some(start) = cell.strip_suffix(restored(cell)).map(str::len) {
            cell.drain(..start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_file_is_recognised_and_restored() {
        assert!(is_ours(["Row", "Reason", "id"]));
        assert!(is_ours(["行", "原因", "编号"]));
        assert!(!is_ours(["id", "Row", "Reason"]));
        let cells = ["'=1", "it's", "", "'a"].map(str::to_owned).to_vec();
        let mut record = Record { line: 2, cells, surplus: Vec::new(), problems: Vec::new() };
        restore(&mut record);
        assert_eq!(record.cells, ["=1", "it's", "", "'a"]);
    }
}
