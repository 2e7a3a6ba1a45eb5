//! A block of cells as spreadsheets put it on the clipboard: cells parted by tabs, rows by line ends, and quotes around
//! a cell that holds one of these.

/// Reads a block. The line end after the last row begins no other.
pub fn read(text: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut letters = text.chars().peekable();
    // Quotes mean something only where a cell begins with one, as spreadsheets write them.
    let (mut quoted, mut at_start) = (false, true);
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().expect("there is always a row");
        let cell = row.last_mut().expect("a row has a cell");
        match letter {
            '"' if quoted => {
                if letters.next_if_eq(&'"').is_some() {
                    cell.push('"');
                } else {
                    quoted = false;
                }
                continue;
            }
            _ if quoted => cell.push(letter),
            '"' if at_start && is_closed(letters.clone()) => quoted = true,
            '\t' => {
                row.push(String::new());
                at_start = true;
                continue;
            }
            '\r' | '\n' => {
                if letter == '\r' {
                    letters.next_if_eq(&'\n');
                }
                if letters.peek().is_some() {
                    rows.push(vec![String::new()]);
                }
                at_start = true;
                continue;
            }
            letter => cell.push(letter),
        }
        at_start = false;
    }
    rows
}

/// Whether a quoted cell that begins here is closed where a cell may end. A lone inch sign is a part of the text.
fn is_closed(mut letters: std::iter::Peekable<std::str::Chars>) -> bool {
    while let Some(letter) = letters.next() {
        if letter == '"' && letters.next_if_eq(&'"').is_none() {
            return matches!(letters.peek(), None | Some('\t' | '\r' | '\n'));
        }
    }
    false
}

/// Writes a block.
pub fn write(rows: &[Vec<String>]) -> String {
    let cell = |text: &String| {
        if text.contains(['\t', '\r', '\n']) || text.starts_with('"') {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let row = |cells: &Vec<String>| cells.iter().map(cell).collect::<Vec<_>>().join("\t");
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_spreadsheets_copy() {
        let check = |text: &str, expected: &[&[&str]]| assert_eq!(read(text), expected, "{text:?}");
        check("", &[&[""]]);
        check("a\tb\r\nc\td\r\n", &[&["a", "b"], &["c", "d"]]);
        check("a\n\nb", &[&["a"], &[""], &["b"]]);
        check("\"two\nlines\"\t\"say \"\"hi\"\"\"", &[&["two\nlines", "say \"hi\""]]);
        check("19\" rack\t\"x", &[&["19\" rack", "\"x"]]);
        check("\"quoted\" name\tb", &[&["\"quoted\" name", "b"]]);
        check("a\t", &[&["a", ""]]);
        check("忠县\t1,860,000", &[&["忠县", "1,860,000"]]);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            rows in prop::collection::vec(prop::collection::vec("[a\"\t\n\r 忠]{0,5}", 2..4), 1..4)
        ) {
            prop_assert_eq!(read(&write(&rows)), rows);
        }
    }
}
