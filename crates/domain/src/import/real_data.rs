//! Files that other people and programs wrote, read as a person's upload is. The expected facts were computed from the
//! raw files by other means; they come with the data, see its EXPECT.md.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::*;
use crate::money::Currency;

/// The folder of real data; none, with a line in the test's output, where it is not set.
pub(crate) fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from);
    if folder.is_none() {
        // Past the test harness, which keeps what a passing test prints to itself.
        writeln!(io::stderr(), "SKIPPED {test}: FAIRLEAD_DATA is not set").unwrap();
    }
    folder
}

pub(crate) struct File {
    format: Format,
    headers: Vec<String>,
    names: Vec<String>,
    pub(crate) records: Vec<Record>,
    nuls: u64,
    malformed: u64,
}

impl File {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let format = Format::detect(&bytes, Extent::Whole);
        // Half of the file tells as much as all of it, and chunks may be cut anywhere.
        if bytes.len() > 5000 {
            let dialect = Format::with_encoding(format.encoding, &bytes[..bytes.len() / 2], Extent::Prefix).dialect;
            assert_eq!(dialect, format.dialect, "{}", path.display());
        }
        let mut table = Table::open(bytes.chunks(997), &format, Limits::default()).unwrap();
        let records = table.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
        Self {
            headers: table.columns().iter().map(|column| column.header.clone()).collect(),
            names: table.columns().iter().map(|column| column.name.clone()).collect(),
            nuls: table.nuls(),
            malformed: table.malformed(),
            format,
            records,
        }
    }

    pub(crate) fn column(&self, name: &str) -> impl Iterator<Item = &str> + Clone {
        let index = self.names.iter().position(|known| known == name).unwrap();
        self.records.iter().map(move |record| record.cells[index].as_str())
    }

    fn blanks(&self, name: &str) -> usize {
        self.column(name).filter(|cell| cell.is_empty()).count()
    }

    fn dates(&self, name: &str) -> Vec<WrittenDate> {
        let DateColumn::Known(form) = DateColumn::detect(self.column(name)) else {
            panic!("{name}");
        };
        self.column(name).filter(|cell| !cell.is_empty()).map(|cell| form.parse(cell).unwrap()).collect()
    }

    fn range(&self, name: &str) -> String {
        let dates = self.dates(name);
        let days = dates.iter().map(|written| written.date);
        format!("{}..{}", days.clone().min().unwrap(), days.max().unwrap())
    }

    /// The cells of the last record and what it has too much, without blank ones at the end.
    fn last(&self) -> String {
        let last = self.records.last().unwrap();
        let cells: Vec<_> = last.cells.iter().chain(&last.surplus).map(String::as_str).collect();
        cells.join("|").trim_end_matches('|').to_owned()
    }
}

/// One line a file: encoding, separator, rows, columns, and how the last row starts.
const DIALECTS: &str = r"
csv-spectrum/comma_in_quotes.csv            UTF-8 , 1 5 John|Doe|120 any st.|Anytown, WW|08123
csv-spectrum/escaped_quotes.csv             UTF-8 , 2 2 3|4
csv-spectrum/newlines.csv                   UTF-8 , 3 3 7|8|9
csv-spectrum/quotes_and_newlines.csv        UTF-8 , 2 2 3|4
csv-spectrum/simple.csv                     UTF-8 , 1 3 1|2|3
csv-spectrum/simple_crlf.csv                UTF-8 , 1 3 1|2|3
csv-spectrum/utf8.csv                       UTF-8 , 2 3 4|5|ʤ
csvkit/FY09_EDU_Recipients_by_State.csv     UTF-8 , 52 10 PUERTO RICO|PR|72|822
csvkit/bad.csv                              UTF-8 , 3 3 0|mixed types.... uh oh|17
csvkit/blanks.csv                           UTF-8 , 1 6 |NA|N/A|NONE|NULL|.
csvkit/mac_newlines.csv                     UTF-8 , 2 3 Once upon~a time|5|6
csvkit/null_byte.csv                        UTF-8 , 1 3 |2|3
csvkit/test_date_format.csv                 UTF-8 , 2 1 31/12/2012
csvkit/test_empty_columns.csv               UTF-8 , 2 5 ||c
csvkit/test_latin1.csv                      windows-1252 , 2 3 4|5|©
csvkit/test_locale.csv                      UTF-8 , 1 3 1,7|200.000.000
csvkit/test_utf16_big.csv                   UTF-16BE , 2 3 4|5|ʤ
csvkit/test_utf8_bom.csv                    UTF-8 , 2 3 4|5|ʤ
frictionless/accent.csv                     UTF-8 ; 2 17 XXX|YYY|ZZZ|FR*A17*P*ZZZ*3*_*_*_
frictionless/blank-headers.csv              UTF-8 , 2 3 1102|Julie|26
frictionless/blank-rows-multiple.csv        UTF-8 , 2 3 1102|Julie|26
frictionless/bom.csv                        UTF-8 , 2 2 2|中国人
frictionless/defective-rows.csv             UTF-8 , 2 3 1102|Julie|26|Potatoes
frictionless/delimiter.csv                  UTF-8 ; 2 2 2|中国人
frictionless/duplicate-headers.csv          UTF-8 , 2 5 1102|Julie|0|26|001102
frictionless/latin1.csv                     windows-1252 , 2 2 2|©
frictionless/leading-zeros.csv              UTF-8 , 3 1 00003
frictionless/table-with-accents.csv         windows-1252 ; 638 8 All|Midi-Lemonnier|01-10-17|2017
frictionless/without-headers.csv            UTF-8 , 3 2 3|german
papaparse/long-sample.csv                   UTF-8 , 8 7 Talon|Salinas|posuere.vulputate.lacus@Donecsollicitudin.example|2015-01-31T09:1
papaparse/sample-header.csv                 UTF-8 , 2 2 |test name 02
papaparse/utf-8-bom-sample.csv              UTF-8 , 1 3 X|Y|Z
rust-csv/smallpop-colon.csv                 UTF-8 : 10 4 Concord|NH|United States|42605
rust-csv/uspop.csv                          UTF-8 , 100 5 Cody|WY|9161|44.5263889
";

#[test]
fn dialects() {
    let Some(folder) = folder("import::dialects") else { return };
    let folder = folder.join("csv-dialects");
    for line in DIALECTS.lines().filter(|line| !line.is_empty()) {
        let (path, facts) = line.split_once(' ').unwrap();
        let facts: Vec<_> = facts.trim_start().splitn(5, ' ').collect();
        let file = File::read(&folder.join(path));
        let separator = char::from(file.format.dialect.separator.byte());
        let found = format!("{} {separator} {} {}", file.format.encoding.name(), file.records.len(), file.names.len());
        assert_eq!(found, facts[..4].join(" "), "{path}");
        let last = file.last().replace(['\r', '\n'], "~");
        assert!(last.starts_with(facts[4]), "{path}: {last}");
        assert_eq!(file.malformed, 0, "{path}");
        assert_eq!(file.nuls, u64::from(path.ends_with("null_byte.csv")), "{path}");
        let headless = ["without-headers.csv", "long-sample.csv"].iter().any(|name| path.ends_with(name));
        assert_eq!(file.format.dialect.header != Header::Present, headless, "{path}");
    }
    let count = |folder: PathBuf| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "csv")).count()
    };
    let packages = ["csv-spectrum", "csvkit", "frictionless", "papaparse", "rust-csv"];
    let files: usize = packages.iter().map(|package| count(folder.join(package))).sum();
    assert_eq!(files, DIALECTS.trim().lines().count(), "every file has its line");
}

/// The package's author gives each table as JSON.
#[test]
fn csv_spectrum() {
    let Some(folder) = folder("import::csv_spectrum") else { return };
    for entry in fs::read_dir(folder.join("csv-dialects/csv-spectrum")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            let expected = fs::read_to_string(path.with_extension("json")).unwrap();
            let file = File::read(&path);
            let object = |record: &Record| -> serde_json::Value {
                file.names
                    .iter()
                    .cloned()
                    .zip(record.cells.iter().cloned().map(Into::into))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            let found: Vec<_> = file.records.iter().map(object).collect();
            let expected: Vec<serde_json::Value> = serde_json::from_str(&expected).unwrap();
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}

#[test]
fn odd_rows_and_columns() {
    let Some(folder) = folder("import::odd_rows_and_columns") else { return };
    let file = |name: &str| File::read(&folder.join("csv-dialects").join(name));
    let problems = |name: &str| -> Vec<_> {
        file(name).records.iter().flat_map(|record| record.problems.iter().map(|&p| (record.line, p))).collect()
    };
    assert_eq!(problems("csvkit/bad.csv"), [(2, Problem::Long { cells: 4 }), (3, Problem::Short { cells: 2 })]);
    assert_eq!(
        problems("frictionless/defective-rows.csv"),
        [(2, Problem::Short { cells: 2 }), (3, Problem::Long { cells: 4 })]
    );
    assert_eq!(file("frictionless/duplicate-headers.csv").names, ["id", "name", "id (2)", "age", "id (3)"]);
    assert_eq!(file("frictionless/blank-headers.csv").names, ["id", "Column 2", "age"]);
    assert_eq!(file("csvkit/test_utf8_bom.csv").names, ["foo", "bar", "baz"]);

    let form = |order, year| DateForm { order, year };
    let file = file("csvkit/test_date_format.csv");
    let day_first = form(DateOrder::DayMonthYear, YearDigits::Four);
    assert_eq!(DateColumn::detect(file.column("a")), DateColumn::Known(day_first));
    let file = File::read(&folder.join("csv-dialects/frictionless/table-with-accents.csv"));
    assert_eq!(file.headers[3], "Année");
    // Every date is the first of a month, so that the file alone cannot say which part is the day.
    let two = |order| form(order, YearDigits::Two);
    assert_eq!(
        DateColumn::detect(file.column("Date")),
        DateColumn::Ambiguous(
            [DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay].map(two).into()
        )
    );
    assert_eq!(NumberColumn::detect(file.column("RevPAR")), NumberColumn::Known(DecimalMark::Comma));
    let file = File::read(&folder.join("csv-dialects/csvkit/FY09_EDU_Recipients_by_State.csv"));
    assert_eq!(NumberColumn::detect(file.column("TOTAL")), NumberColumn::Known(DecimalMark::Point));
    let file = File::read(&folder.join("csv-dialects/frictionless/leading-zeros.csv"));
    assert_eq!(ColumnKind::detect(file.column("value")), ColumnKind::Text);
    let file = File::read(&folder.join("csv-dialects/csvkit/test_locale.csv"));
    let cells = file.records[0].cells.iter().map(String::as_str);
    assert_eq!(NumberColumn::detect(cells), NumberColumn::Known(DecimalMark::Comma));
}

#[test]
fn chinese() {
    let Some(folder) = folder("import::chinese") else { return };
    let files = [("adcodes_utf8.csv", "UTF-8"), ("adcodes_utf8_bom.csv", "UTF-8"), ("adcodes_gb18030.csv", "gb18030")]
        .map(|(name, encoding)| {
            let file = File::read(&folder.join("csv-chinese").join(name));
            assert_eq!(file.format.encoding.name(), encoding);
            assert_eq!((file.records.len(), file.malformed), (2107, 0));
            file
        });
    for file in &files {
        assert_eq!(file.records[0].cells[..2], ["500233000000", "忠县"]);
        assert_eq!(file.records[2106].cells[..2], ["410322000000", "孟津县"]);
        let names: std::collections::HashSet<_> = file.column("name").collect();
        assert_eq!((names.len(), file.blanks("longitude")), (1905, 189));
        assert_eq!(ColumnKind::detect(file.column("adcode")), ColumnKind::Text);
        assert_eq!(file.records, files[0].records);
    }
    // The same table as Excel's "Unicode text", and as GBK without a mark, cut to a few rows.
    let text = fs::read_to_string(folder.join("csv-chinese/adcodes_utf8.csv")).unwrap();
    let start: String = text.split_inclusive('\n').take(4).collect();
    for (text, label) in [(&text, "utf-16le"), (&text, "utf-16be"), (&start, "gbk"), (&start, "utf-16le")] {
        let encoding = Encoding::from_label(label).unwrap();
        let bytes = encoding::encode(&text.replace(',', "\t"), encoding);
        let format = Format::detect(&bytes, Extent::Whole);
        assert_eq!((format.encoding, format.dialect.separator), (encoding, Separator::Tab));
        let records: Vec<_> = Table::open([&bytes], &format, Limits::default()).unwrap().map(Result::unwrap).collect();
        assert_eq!(records, files[0].records[..text.lines().count() - 1]);
    }
}

#[test]
fn crm_maven() {
    let Some(folder) = folder("import::crm_maven") else { return };
    let folder = folder.join("crm-maven");
    let deals = File::read(&folder.join("sales_pipeline.csv"));
    assert_eq!(deals.records.len(), 5280);
    let blanks = ["account", "engage_date", "close_date", "close_value"].map(|name| deals.blanks(name));
    assert_eq!(blanks, [874, 300, 1254, 1254]);
    assert_eq!(deals.range("engage_date"), "2016-10-20..2017-12-26");
    assert_eq!(deals.range("close_date"), "2017-03-01..2017-12-31");
    assert_eq!(NumberColumn::detect(deals.column("close_value")), NumberColumn::Known(DecimalMark::Point));
    let won = deals.column("deal_stage").zip(deals.column("close_value")).filter(|deal| deal.0 == "Won");
    let cents =
        won.map(|(_, value)| Amount::parse(value, DecimalMark::Point).unwrap().to_money(Currency::USD).unwrap().minor);
    assert_eq!(cents.sum::<i64>(), 6_064_445 * 100);
    for (name, rows) in [("accounts.csv", 85), ("products.csv", 7), ("sales_teams.csv", 35)] {
        assert_eq!(File::read(&folder.join(name)).records.len(), rows, "{name}");
    }
}

#[test]
fn crm_olist() {
    let Some(folder) = folder("import::crm_olist") else { return };
    let folder = folder.join("crm-olist");
    let leads = File::read(&folder.join("olist_marketing_qualified_leads_dataset.csv"));
    assert_eq!((leads.records.len(), leads.blanks("origin")), (4827, 38));
    assert_eq!(leads.range("first_contact_date"), "2017-06-14..2018-05-31");
    let closed = File::read(&folder.join("olist_closed_deals_dataset.csv"));
    assert_eq!(closed.records.len(), 239);
    let mut won = closed.dates("won_date");
    won.sort_by_key(|written| (written.date, written.time));
    let show = |written: &WrittenDate| format!("{} {}", written.date, written.time.unwrap());
    assert_eq!((show(&won[0]), show(&won[238])), ("2017-12-11 18:07:00".into(), "2018-08-07 17:17:00".into()));
}

/// Larger and stranger exports: every record is sound, and dates are recognised.
#[test]
fn other_exports() {
    let Some(folder) = folder("import::other_exports") else { return };
    for (path, rows, columns, dates) in [
        ("board-jira/Jira_cloud_export_give.csv", 42, 92, "Created"),
        ("log-bpic2012/bpic2012_stage_events.csv", 27508, 7, "timestamp"),
        ("log-receipt/receipt_sample.csv", 3590, 15, "time:timestamp"),
        ("crm-hubspot-seeds/deal_data.csv", 44, 11, "property_createdate"),
        ("crm-hubspot-seeds/deal_pipeline_stage_data.csv", 71, 12, "created_at"),
        ("crm-hubspot-seeds/company_data.csv", 24, 14, "property_createdate"),
    ] {
        let file = File::read(&folder.join(path));
        assert_eq!((file.records.len(), file.names.len()), (rows, columns), "{path}");
        assert!(file.records.iter().all(|record| record.problems.is_empty()), "{path}");
        assert!(!file.dates(dates).is_empty(), "{path}");
    }
}

/// Strings that break programs, sent through export and import as cells.
#[test]
fn bad_inputs_come_back_exactly() {
    let Some(folder) = folder("import::bad_inputs_come_back_exactly") else { return };
    let json = fs::read_to_string(folder.join("bad-inputs/blns_give.json")).unwrap();
    let strings: Vec<String> = serde_json::from_str(&json).unwrap();
    let mut csv = String::from(export::BYTE_ORDER_MARK);
    export::write_row(&mut csv, ["number", "text"]);
    for (number, string) in strings.iter().enumerate() {
        export::write_row(&mut csv, [number.to_string().as_str(), string]);
    }
    let format = Format::detect(csv.as_bytes(), Extent::Whole);
    assert_eq!((format.encoding, format.dialect.separator), (Encoding::UTF_8, Separator::Comma));
    let records: Vec<_> = Table::open([&csv], &format, Limits::default()).unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), strings.len());
    for (record, string) in records.iter().zip(&strings) {
        // U+0000 is the one character that is left out.
        assert_eq!(export::restored(&record.cells[1]), string.replace('\0', ""));
        assert!(record.problems.is_empty());
    }
}
