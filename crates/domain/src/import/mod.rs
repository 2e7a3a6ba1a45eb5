//! Reading the tables that other tools export: bytes in, records and values out, nothing else touched.
//!
//! The way of a file: [`Format::detect`] looks at its beginning (encoding, then dialect), [`Table::open`] streams its
//! records under [`Limits`], [`guess::guess`] proposes what each column means, [`DateColumn`] and [`NumberColumn`]
//! decide over a whole column how dates and numbers are written, and [`export`] gives refused rows back.
//!
//! No reason here is a sentence: every problem is an enum, and the interface says it in the reader's language.

pub mod currency;
pub mod date;
pub mod dialect;
pub mod encoding;
pub mod export;
pub mod guess;
pub mod number;
pub mod table;
pub mod value;

mod parser;
mod shape;
mod synonyms;

#[cfg(test)]
pub(crate) mod real_data;

use serde::{Deserialize, Serialize};

pub use currency::CurrencyMark;
pub use date::{DateColumn, DateForm, DateOrder, WrittenDate, YearDigits};
pub use dialect::{Dialect, Escape, Header, LineEnd, Quote, Separator};
pub use encoding::{Decoder, Encoding};
pub use number::{Amount, DecimalMark, Number, NumberColumn};
pub use table::{Column, LimitKind, Limits, Problem, ReadError, Record, Table};
pub use value::{ColumnKind, ValueError};

/// How many bytes of a file are enough to detect its dialect.
pub const SAMPLE_BYTES: usize = 256 * 1024;

/// Whether bytes or text are a whole file or only its beginning, where the end may be cut anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Prefix,
}

/// All that must be known to read a file. A person may correct each part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    pub encoding: Encoding,
    pub dialect: Dialect,
}

impl Format {
    /// Detects encoding and dialect from a file's beginning.
    ///
    /// Give the whole file where it is at hand: the encoding is judged by all of it, as a file whose first text beyond
    /// ASCII stands far down would otherwise pass for UTF-8 (and [`Table::malformed`] would be the first to tell). The
    /// dialect is judged by the first [`SAMPLE_BYTES`].
    pub fn detect(bytes: &[u8], extent: Extent) -> Self {
        Self::with_encoding(Encoding::detect(bytes, extent), bytes, extent)
    }

    /// Detects the dialect alone, for an encoding that a person has chosen.
    pub fn with_encoding(encoding: Encoding, bytes: &[u8], extent: Extent) -> Self {
        let (bytes, extent) = match bytes.get(..SAMPLE_BYTES) {
            Some(sample) if bytes.len() > SAMPLE_BYTES => (sample, Extent::Prefix),
            _ => (bytes, extent),
        };
        let mut text = String::new();
        Decoder::new(encoding).decode(bytes, extent == Extent::Whole, &mut text);
        Self { encoding, dialect: Dialect::detect(&text, extent) }
    }
}
