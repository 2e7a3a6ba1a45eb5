//! Numbers and amounts as people and programs write them, read exactly: no step goes through floating point.

use serde::{Deserialize, Serialize};

use super::ValueError;
use super::currency::{CurrencyMark, split_currency, split_factor};
use super::value::narrowed;
use crate::money::{Currency, MAX_MINOR, Money};

/// Which character stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.5`
    Point,
    /// `1.234,5`
    Comma,
}

impl DecimalMark {
    pub const ALL: [Self; 2] = [Self::Point, Self::Comma];

    fn decimal(self) -> char {
        if self == Self::Point { '.' } else { ',' }
    }

    fn thousands(self) -> char {
        if self == Self::Point { ',' } else { '.' }
    }
}

/// An exact decimal number.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    mantissa: i128,
    /// Decimals of the mantissa.
    decimals: u32,
}

impl Number {
    /// Reads a number: digits, perhaps in groups by the other mark, spaces or apostrophes, a sign before or after them
    /// or parentheses for a negative one, and perhaps 千, 万, 亿 or 万亿 as factor. Fails with
    /// [`ValueError::NotANumber`], or [`ValueError::TooLarge`] beyond some 38 digits.
    pub fn parse(cell: &str, mark: DecimalMark) -> Result<Self, ValueError> {
        let amount = Amount::parse(cell, mark)?;
        match amount.currency {
            CurrencyMark::Nothing => Ok(amount.number),
            _ => Err(ValueError::NotANumber { mark }),
        }
    }

    /// The number times a power of ten, as where a header states 万元.
    pub fn times_ten_to(self, exponent: u8) -> Result<Self, ValueError> {
        let exponent = u32::from(exponent);
        let rest = exponent.saturating_sub(self.decimals);
        let factor = 10i128.checked_pow(rest).ok_or(ValueError::TooLarge)?;
        let mantissa = self.mantissa.checked_mul(factor).ok_or(ValueError::TooLarge)?;
        Ok(Self { mantissa, decimals: self.decimals.saturating_sub(exponent) })
    }

    /// The number in units of its last decimal: `12.5` with two decimals is 1250. Fails with
    /// [`ValueError::TooPrecise`] if it has more decimals than that which are not zero, and with
    /// [`ValueError::TooLarge`].
    pub fn to_minor(self, decimals: u8) -> Result<i64, ValueError> {
        let wanted = u32::from(decimals);
        let power = |exponent| 10i128.checked_pow(exponent).ok_or(ValueError::TooLarge);
        let minor = if wanted >= self.decimals {
            self.mantissa.checked_mul(power(wanted - self.decimals)?).ok_or(ValueError::TooLarge)?
        } else {
            let divisor = power(self.decimals - wanted)?;
            if self.mantissa % divisor != 0 {
                return Err(ValueError::TooPrecise { decimals });
            }
            self.mantissa / divisor
        };
        i64::try_from(minor).map_err(|_| ValueError::TooLarge)
    }

    /// The nearest floating-point number, for fields that hold one.
    pub fn to_f64(self) -> f64 {
        // The standard library rounds decimal text correctly, which dividing here would not.
        format!("{}e-{}", self.mantissa, self.decimals).parse().unwrap_or(f64::NAN)
    }
}

/// A number with the currency written beside it.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    pub number: Number,
    pub currency: CurrencyMark,
    /// The number was written with 千, 万 or the like, so that the header's does not count for it as well.
    pub has_factor: bool,
}

impl Amount {
    /// Reads a [`Number`] with a currency's sign, name or ISO code before or after it.
    pub fn parse(cell: &str, mark: DecimalMark) -> Result<Self, ValueError> {
        let cell = narrowed(cell);
        let mut written = Written { text: cell.trim(), negative: false, currency: CurrencyMark::Nothing };
        written.strip().ok_or(ValueError::NotANumber { mark })?;
        let (text, exponent) = split_factor(written.text);
        let digits = Digits::read(text, mark).ok_or(ValueError::NotANumber { mark })?;
        let number = digits.number(written.negative)?.times_ten_to(exponent)?;
        Ok(Self { number, currency: written.currency, has_factor: exponent > 0 })
    }

    /// The amount as money. Fails with [`ValueError::TooPrecise`] or [`ValueError::TooLarge`]; whether the currency is
    /// the one written is for [`CurrencyMark::allows`] to say.
    pub fn to_money(self, currency: Currency) -> Result<Money, ValueError> {
        let minor = self.number.to_minor(currency.decimals())?;
        if minor.abs() > MAX_MINOR {
            return Err(ValueError::TooLarge);
        }
        Ok(Money::new(minor, currency))
    }
}

/// Whether a cell is a number beside a word that is neither a currency nor a factor, such as `12 pcs`.
pub fn has_unknown_unit(cell: &str, mark: DecimalMark) -> bool {
    let cell = narrowed(cell);
    let number = cell.trim().trim_matches(char::is_alphabetic).trim();
    number != cell.trim() && Number::parse(number, mark).is_ok() && Amount::parse(&cell, mark).is_err()
}

/// An amount whose signs and currency are being taken off from both ends, each at most once.
struct Written<'a> {
    text: &'a str,
    negative: bool,
    currency: CurrencyMark,
}

impl Written<'_> {
    fn strip(&mut self) -> Option<()> {
        let mut signed = false;
        if let Some(inner) = self.text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            (signed, self.negative, self.text) = (true, true, inner.trim());
        }
        loop {
            if let Some(rest) = self.text.strip_prefix(['+', '-', '−']).or_else(|| self.text.strip_suffix(['-', '−']))
            {
                let negative = !self.text.starts_with('+');
                if std::mem::replace(&mut signed, true) {
                    return None;
                }
                (self.negative, self.text) = (negative, rest.trim());
            } else if let Some((currency, rest)) = split_currency(self.text) {
                (self.currency, self.text) = (self.currency.and(currency)?, rest.trim());
            } else {
                return Some(());
            }
        }
    }
}

/// Digits without their groups.
struct Digits {
    digits: String,
    decimals: usize,
}

impl Digits {
    fn read(text: &str, mark: DecimalMark) -> Option<Self> {
        let (whole, decimals) = text.split_once(mark.decimal()).unwrap_or((text, ""));
        let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
            return None;
        }
        if groups.len() > 1 {
            let separator = whole.chars().find(|c| !c.is_ascii_digit())?;
            let known = separator == mark.thousands() || matches!(separator, ' ' | '\'' | '’');
            let same = whole.chars().all(|c| c.is_ascii_digit() || c == separator);
            if !known || !same || !is_grouped(&groups) {
                return None;
            }
        }
        Some(Self { digits: groups.concat() + decimals, decimals: decimals.len() })
    }

    fn number(&self, negative: bool) -> Result<Number, ValueError> {
        let mantissa: i128 = self.digits.parse().map_err(|_| ValueError::TooLarge)?;
        let decimals = u32::try_from(self.decimals).map_err(|_| ValueError::TooLarge)?;
        Ok(Number { mantissa: if negative { -mantissa } else { mantissa }, decimals })
    }
}

/// Groups of three, or as in India of two with three at the end. A grouped number does not start with zero.
fn is_grouped(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else {
        return false;
    };
    let by = |size: usize| {
        (1..=size).contains(&first.len()) && middle.iter().all(|group| group.len() == size) && last.len() == 3
    };
    !first.starts_with('0') && (by(3) || by(2))
}

/// Whether a cell is a number or an amount with either decimal mark.
pub(super) fn looks_like_number(cell: &str) -> bool {
    DecimalMark::ALL.iter().any(|&mark| Amount::parse(cell, mark).is_ok())
}

/// How a column's numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "numbers", content = "mark", rename_all = "snake_case")]
pub enum NumberColumn {
    /// Fewer than half of its cells are numbers, or all are blank.
    #[default]
    NotNumbers,
    Known(DecimalMark),
    /// The cells contradict each other, or all that have a mark are like `1.234`, which is either more than a thousand
    /// or little more than one.
    Ambiguous,
}

impl NumberColumn {
    /// Decides over a column's cells, or over all columns of numbers in a file: one program writes them all alike.
    ///
    /// Numbers like `1,234` are taken as thousands: amounts with three decimals are rare.
    pub fn detect<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut numbers, mut others, mut points, mut commas, mut open) = (0usize, 0usize, 0usize, 0usize, 0usize);
        for cell in cells.into_iter().filter(|cell| !cell.trim().is_empty()) {
            let [point, comma] = DecimalMark::ALL.map(|mark| Amount::parse(cell, mark).ok().map(|a| a.number.decimals));
            numbers += usize::from(point.is_some() || comma.is_some());
            match (point, comma) {
                (None, None) => others += 1,
                (Some(_), None) => points += 1,
                (None, Some(_)) => commas += 1,
                // The point is a decimal mark in the one reading and parts thousands in the other.
                (Some(3), Some(0)) => open += 1,
                _ => {}
            }
        }
        match (points, commas) {
            _ if numbers == 0 || numbers < others => Self::NotNumbers,
            (0, 0) if open > 0 => Self::Ambiguous,
            (_, 0) => Self::Known(DecimalMark::Point),
            (0, _) => Self::Known(DecimalMark::Comma),
            _ => Self::Ambiguous,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DecimalMark::{Comma, Point};
    use super::*;

    /// The amount in cents, or the error.
    fn check(cell: &str, mark: DecimalMark, expected: &str) {
        let minor = Amount::parse(cell, mark).and_then(|amount| amount.to_money(Currency::USD));
        let shown = match minor {
            Ok(money) => money.minor.to_string(),
            Err(ValueError::NotANumber { .. }) => "-".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(shown, expected, "{cell}");
    }

    #[test]
    fn amounts_in_minor_units() {
        check("1054", Point, "105400");
        check("0.29", Point, "29");
        check("1,234,567.89", Point, "123456789");
        check("1.234.567,89", Comma, "123456789");
        check("200.000.000", Comma, "20000000000");
        check("1,7", Comma, "170");
        check("1 234,5", Comma, "123450");
        check("1\u{a0}234\u{a0}567", Point, "123456700");
        check("1\u{202f}234,5", Comma, "123450");
        check("1'234.50", Point, "123450");
        check("1’234.50", Point, "123450");
        check("12,34,567", Point, "123456700");
        check(".5", Point, "50");
        check("5.", Point, "500");
        check("1.50000", Point, "150");
        check("１２，３４５．６", Point, "1234560");
    }

    #[test]
    fn signs_and_currencies() {
        for cell in ["-5", "(5)", "5-", "−5", "-$5", "$-5", "($5)", "（5）", "$ -5.00", "-5 USD"] {
            check(cell, Point, "-500");
        }
        for cell in
            ["+5", "$5", "US$ 5", "USD 5", "5 usd", "¥5", "￥５", "5元", "人民币5元", "RMB 5", "€5", "5 €", "£5"]
        {
            check(cell, Point, "500");
        }
        check("1.5万", Point, "1500000");
        check("¥1.5万元", Point, "1500000");
        check("$5 CAD", Point, "500");
        check("0.00005亿", Point, "500000");
        check("2 千", Point, "200000");
        let allows = |cell, code: &str| Amount::parse(cell, Point).unwrap().currency.allows(code.parse().unwrap());
        assert!(allows("5", "EUR") && allows("€5", "EUR") && allows("¥5", "JPY") && allows("$5", "CAD"));
        assert!(!allows("€5", "USD") && !allows("$5", "CNY") && !allows("5元", "JPY") && !allows("EUR 5", "USD"));
        assert!(Number::parse("€5", Point).is_err());
    }

    #[test]
    fn what_is_no_number() {
        for cell in [
            "",
            " ",
            "-",
            "$",
            "NA",
            "1,7",
            "1,23",
            "12,3456",
            "1,,234",
            "0,123",
            "1.2.3",
            "1,234 567",
            "--5",
            "-(5)",
            "5%",
            "1e5",
            "0x1F",
            "$5 €",
            "万",
            "五",
            "NaN",
            "Infinity",
            "1 2",
            "₅",
            "USD",
            ".",
            "1_000",
            "12 pcs",
            "5 kgs",
            "12 cup",
            "ABC 5",
        ] {
            check(cell, Point, "-");
        }
        check("1.7", Comma, "-");
    }

    #[test]
    fn nothing_is_rounded_or_overflows() {
        check("0.125", Point, "TooPrecise { decimals: 2 }");
        check("90000000000000", Point, "9000000000000000");
        check("90000000000000.01", Point, "TooLarge");
        // 2^64 in minor units, which would wrap to zero.
        check("184467440737095516.16", Point, "TooLarge");
        check(&"9".repeat(60), Point, "TooLarge");
        check("99999999999999999999999999999999999999万亿", Point, "TooLarge");
        check(&format!("0.{}", "0".repeat(50)), Point, "TooLarge");
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(Amount::parse("1234.00", Point).unwrap().to_money(yen).unwrap().minor, 1234);
        assert_eq!(Number::parse("0.1", Point).unwrap().to_f64().to_string(), "0.1");
    }

    #[test]
    fn units_that_are_no_currency_are_told_from_what_is_no_number() {
        for (cell, expected) in [
            ("12 pcs", true),
            ("12PCS", true),
            ("3 台", true),
            ("12 USD", false),
            ("1.5万", false),
            ("12", false),
            ("one", false),
            ("1,23 pcs", false),
            ("5%", false),
        ] {
            assert_eq!(has_unknown_unit(cell, Point), expected, "{cell}");
        }
    }

    #[test]
    fn factors_stand_in_the_cell_or_in_the_header() {
        let amount = |cell| Amount::parse(cell, Point).unwrap();
        assert!(amount("1.5万元").has_factor && !amount("15000元").has_factor);
        assert_eq!(amount("1.5").number.times_ten_to(4).unwrap().to_minor(2), Ok(1_500_000));
        check("5百万", Point, "500000000");
    }

    fn check_column(cells: &str, expected: NumberColumn) {
        assert_eq!(NumberColumn::detect(cells.split('|')), expected, "{cells}");
    }

    #[test]
    fn columns() {
        use NumberColumn::{Ambiguous, Known, NotNumbers};
        check_column("", NotNumbers);
        check_column("a|b|1", NotNumbers);
        check_column("1|2||3", Known(Point));
        check_column("6,718|776", Known(Point));
        check_column("1.5|2.25", Known(Point));
        check_column("1.234|2.345", Ambiguous);
        check_column("1.234|2.34", Known(Point));
        check_column("1.234|2,34", Known(Comma));
        check_column("1,7|200.000.000", Known(Comma));
        check_column("0,611553068|81,20416129", Known(Comma));
        check_column("1.5|1,5", Ambiguous);
        check_column("0.123|0.456", Known(Point));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(minor in -MAX_MINOR..=MAX_MINOR, code in prop::sample::select(vec!["USD", "JPY", "KWD"])) {
            let money = Money::new(minor, code.parse().unwrap());
            for text in [money.exact(), money.plain()] {
                let read = Amount::parse(&text, Point).unwrap().to_money(money.currency);
                prop_assert_eq!(read, Ok(money));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = looks_like_number(&text);
        }
    }
}
