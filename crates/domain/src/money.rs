//! Amounts: integers of a currency's minor unit, never without the currency.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The largest amount in minor units, either side of zero: every integer up to it is exact in the browser as well.
pub const MAX_MINOR: i64 = 9_000_000_000_000_000;

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// The active codes of ISO 4217 for money, without metals and test codes, in their order. A code that retires stays:
/// deals may hold it.
const CODES: [&str; 165] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CLF", "CLP",
    "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD",
    "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR",
    "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK",
    "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK",
    "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR",
    "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS",
    "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF",
    "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// The currencies offered in lists; any other of the codes is accepted as well.
pub const COMMON: [&str; 10] = ["CNY", "USD", "EUR", "JPY", "GBP", "HKD", "SGD", "AUD", "BRL", "INR"];

impl Currency {
    pub const CNY: Self = Self(*b"CNY");
    pub const USD: Self = Self(*b"USD");
    pub const EUR: Self = Self(*b"EUR");

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters")
    }

    /// Digits after the decimal point (ISO 4217's exponent): 0 for yen, 3 for dinars, 2 for most.
    pub fn decimals(self) -> u8 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// The sign that stands before an amount; the code where no sign is common. Yuan and yen share one, so that yen have
    /// their country before it.
    pub fn sign(&self) -> &str {
        match self.code() {
            "CNY" => "¥",
            "JPY" => "JP¥",
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "INR" => "₹",
            "KRW" => "₩",
            code => code,
        }
    }

    /// How many minor units make one major unit.
    pub fn scale(self) -> i64 {
        10_i64.pow(u32::from(self.decimals()))
    }
}

/// The text is no currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotACurrency;

impl fmt::Display for NotACurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is a code of ISO 4217, for example CNY")
    }
}

impl std::error::Error for NotACurrency {}

impl FromStr for Currency {
    type Err = NotACurrency;
    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        CODES.binary_search(&text).map_err(|_| NotACurrency)?;
        text.as_bytes().try_into().map(Self).map_err(|_| NotACurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;
    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in a currency's minor unit: `minor: 1_999, currency: USD` is 19.99 dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The exact amount with thousands parted: `1,860,000` or `19.99`; decimals only where they are not zero.
    pub fn exact(self) -> String {
        let scale = self.currency.scale().unsigned_abs();
        let (whole, rest) = (self.minor.unsigned_abs() / scale, self.minor.unsigned_abs() % scale);
        let mut text = thousands(whole);
        if rest > 0 {
            let width = usize::from(self.currency.decimals());
            text = format!("{text}.{rest:0width$}");
        }
        if self.minor < 0 { format!("-{text}") } else { text }
    }

    /// The plain decimal that an input field holds: `1860000` or `19.99`.
    pub fn plain(self) -> String {
        self.exact().replace(',', "")
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A sum made short for a head: the digits and the unit that belongs after them, by the language's own steps
/// (万 and 亿 in Chinese, K, M and B in English).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    pub digits: String,
    pub unit: &'static str,
}

/// Shortens a sum of minor units. `chinese` chooses between 万/亿 and K/M/B.
pub fn short(minor: i128, currency: Currency, chinese: bool) -> Short {
    let steps: &[(i128, &'static str)] = if chinese {
        &[(100_000_000, "亿"), (10_000, "万")]
    } else {
        &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")]
    };
    let scale = i128::from(currency.scale());
    for &(step, unit) in steps {
        if minor.abs() >= step * scale {
            // Tenths of the unit, rounded half away from zero; two decimals where the whole part is one digit.
            let places = if !chinese && minor.abs() < 100 * step * scale { 100 } else { 10 };
            let parts = (minor.abs() * places * 2 + step * scale) / (step * scale * 2);
            let width = if places == 100 { 2 } else { 1 };
            let whole = thousands(u64::try_from(parts / places).unwrap_or(u64::MAX));
            let sign = if minor < 0 { "-" } else { "" };
            return Short { digits: format!("{sign}{whole}.{:0width$}", parts % places), unit };
        }
    }
    let whole = i64::try_from(minor).unwrap_or(i64::MAX);
    Short { digits: Money::new(whole, currency).exact(), unit: "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_and_short_forms() {
        let cny = |minor| Money::new(minor, Currency::CNY);
        assert_eq!(cny(186_000_000).exact(), "1,860,000");
        assert_eq!(cny(1_999).exact(), "19.99");
        assert_eq!(cny(-5).exact(), "-0.05");
        assert_eq!(Money::new(1_234, "JPY".parse().unwrap()).exact(), "1,234");
        assert_eq!(Money::new(1_234, "KWD".parse().unwrap()).plain(), "1.234");
        let short_text = |minor, chinese| {
            let short = short(minor, Currency::CNY, chinese);
            format!("{}{}", short.digits, short.unit)
        };
        assert_eq!(short_text(319_000_000, true), "319.0万");
        assert_eq!(short_text(319_000_000, false), "3.19M");
        assert_eq!(short_text(99_900, true), "999");
        assert_eq!(short_text(1_234_500_000_000, true), "123.5亿");
    }

    #[test]
    fn no_two_currencies_share_a_sign() {
        let signs: std::collections::BTreeSet<_> = CODES.iter().map(|code| code.parse::<Currency>().unwrap()).collect();
        let signs: std::collections::BTreeSet<_> = signs.iter().map(Currency::sign).collect();
        assert_eq!(signs.len(), CODES.len());
    }

    #[test]
    fn a_code_is_one_of_iso_4217() {
        assert!(CODES.is_sorted() && CODES.iter().chain(&COMMON).all(|code| code.parse::<Currency>().is_ok()));
        for wrong in ["cny", "CN", "CNYY", "", "元", "PCS", "KGS ", "ABC", "XXX"] {
            assert_eq!(wrong.parse::<Currency>(), Err(NotACurrency), "{wrong}");
        }
    }
}
