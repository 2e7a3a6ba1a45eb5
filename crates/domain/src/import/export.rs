//! Writing a table as CSV, as a refused row goes back to the person who sent it.
//!
//! The form is RFC 4180 in UTF-8 with a byte order mark, without which Excel would take it for the system's encoding.
//!
//! A cell that a spreadsheet would run as a formula gets an apostrophe before it. That is reversible: every apostrophe
//! that [`neutralised`] adds, [`restored`] removes, and it touches nothing else. It is right only for files that were
//! written here, as elsewhere an apostrophe may belong to the text.

use std::borrow::Cow;

/// Stands before the first row.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Appends one row, its cells neutralised and quoted where needed, and the line end.
pub fn write_row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let cell = neutralised(cell);
        if needs_quotes(&cell) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

/// The cell with an apostrophe before it if, apostrophes aside, it starts with `=`, `+`, `-`, `@`, tab or CR. Negative
/// numbers are no exception, since a formula can start like one.
pub fn neutralised(cell: &str) -> Cow<'_, str> {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell before [`neutralised`].
pub fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// Also with the full-width signs, which some spreadsheets read alike.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn needs_quotes(cell: &str) -> bool {
    cell.contains([',', '"', '\r', '\n', '\t', ';'])
        || cell.starts_with(char::is_whitespace)
        || cell.ends_with(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(cells: &[&str], row: &str) {
        let mut out = String::new();
        write_row(&mut out, cells.iter().copied());
        assert_eq!(out.strip_suffix("\r\n"), Some(row), "{cells:?}");
    }

    #[test]
    fn rows() {
        check(&["a", "", "忠县"], "a,,忠县");
        check(&["a,b", "say \"hi\"", "x\ny"], "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\"");
        check(&[" a", "it's"], "\" a\",it's");
        check(&["=1+1", "-5", "+49 30", "@x"], "'=1+1,'-5,'+49 30,'@x");
        check(&["\t=1", "'=1", "＝1"], "\"'\t=1\",''=1,'＝1");
        check(&["=HYPERLINK(\"x\",\"y\")"], "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_runs(cells in prop::collection::vec("['=a@+,\"\n\r\t é-]{0,6}", 1..4)) {
            let mut out = String::new();
            write_row(&mut out, cells.iter().map(String::as_str));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
            // A single blank cell is a blank line, which is no record.
            if out != "\r\n" {
                let record = reader.records().next().unwrap().unwrap();
                prop_assert!(record.iter().all(|cell| !is_formula(cell)));
                prop_assert!(record.iter().map(restored).eq(cells.iter().map(String::as_str)));
            }
        }
    }
}
