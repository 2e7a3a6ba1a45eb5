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
};

/// How many columns stand before the file's own: line and reasons.
const HEAD: usize = 2;

/// The file as it grows.
pub struct RefusedRows {
    texts: Texts,
    /// The columns that an earlier file of refused rows put before the file's own.
    earlier: usize,
    lines: String,
    any: bool,
}

impl RefusedRows {
    pub fn new(texts: Texts, columns: &[Column]) -> Self {
        let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
        let earlier = our_columns(headers.iter().copied());
        let mut lines = BYTE_ORDER_MARK.to_owned();
        let head = [texts.importer().row(), texts.importer().reason()];
        write_row(&mut lines, head.into_iter().chain(headers.into_iter().skip(earlier)));
        Self { texts, earlier, lines, any: false }
    }

    pub fn add(&mut self, record: &Record, problems: &[RowProblem], settings: &View) {
        let reasons: Vec<String> =
            problems.iter().map(|problem| problem_sentence(self.texts, settings, problem)).collect();
        let head = [record.line.to_string(), reasons.join("; ")];
        let cells = record.cells.iter().skip(self.earlier).chain(&record.surplus);
        write_row(&mut self.lines, head.iter().chain(cells).map(String::as_str));
        self.any = true;
    }

    /// The lines that have come since it was last asked, the first time with the head; nothing where no row was refused.
    pub fn take(&mut self) -> Option<String> {
        std::mem::take(&mut self.any).then(|| std::mem::take(&mut self.lines))
    }

    /// Writes the lines that have come to a file, which is made for the first.
    pub fn write_to(&mut self, file: &mut Option<File>) -> io::Result<()> {
        let Some(lines) = self.take() else { return Ok(()) };
        let mut open = match file.take() {
            Some(open) => open,
            None => super::upload::nameless_file()?,
        };
        open.write_all(lines.as_bytes())?;
        *file = Some(open);
        Ok(())
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

/// How many columns at a file's beginning a file of refused rows put there: more than once where rows were refused again.
pub fn our_columns<'a>(headers: impl IntoIterator<Item = &'a str>) -> usize {
    let heads = [app::Language::English, app::Language::Chinese].map(|language| {
        let texts = Texts(language);
        [texts.importer().row(), texts.importer().reason()]
    });
    let headers: Vec<&str> = headers.into_iter().collect();
    headers.chunks(HEAD).take_while(|pair| heads.iter().any(|head| pair == head)).count() * HEAD
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
        assert_eq!(our_columns(["Row", "Reason", "id"]), 2);
        assert_eq!(our_columns(["行", "原因", "Row", "Reason", "Row"]), 4);
        assert_eq!(our_columns(["id", "Row", "Reason"]), 0);
        let cells = ["'=1", "it's", "", "'a"].map(str::to_owned).to_vec();
        let mut record = Record { line: 2, cells, surplus: Vec::new(), problems: Vec::new() };
        restore(&mut record);
        assert_eq!(record.cells, ["=1", "it's", "", "'a"]);
    }
}
