//! Counts and sizes for people.

pub use crate::ui::figure::grouped;

use crate::texts::Texts;

pub fn rows(texts: Texts, count: u64) -> String {
    texts.importer().n_rows(grouped(count))
}

pub fn columns(texts: Texts, count: usize) -> String {
    texts.importer().n_columns(grouped(count as u64))
}

pub fn records(texts: Texts, count: u64) -> String {
    texts.importer().n_records(grouped(count))
}

pub fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    match bytes {
        bytes if bytes < MIB => format!("{} KB", bytes.div_ceil(1024)),
        bytes => format!("{:.1} MB", bytes as f64 / MIB as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn counts_and_sizes_are_said_as_people_say_them() {
        let (english, chinese) = (Texts(Language::English), Texts(Language::Chinese));
        assert_eq!([0, 1, 2, 5280].map(|count| rows(english, count)), ["0 rows", "1 row", "2 rows", "5,280 rows"]);
        assert_eq!([1, 2].map(|count| english.account().deals_n(count)), ["1 deal", "2 deals"]);
        assert_eq!(rows(chinese, 1), "1 行");
        assert_eq!(columns(english, 1), "1 column");
        assert_eq!([1, 131_072, 3 << 20].map(size), ["1 KB", "128 KB", "3.0 MB"]);
    }
}
