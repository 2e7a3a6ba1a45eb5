//! Currencies and factors: how they are written beside an amount and in the header above it.

use super::value::narrowed;
use crate::money::{COMMON, Currency};

/// What stood beside an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrencyMark {
    Nothing,
    Code(Currency),
    /// A sign that several currencies share, such as `$`.
    Shared(&'static [&'static str]),
}

impl CurrencyMark {
    /// Whether the amount can be in this currency.
    pub fn allows(self, currency: Currency) -> bool {
        match self {
            Self::Nothing => true,
            Self::Code(code) => code == currency,
            Self::Shared(codes) => codes.contains(&currency.code()),
        }
    }

    /// The currency that is meant where nothing else says: the workspace's own if the mark allows it.
    pub fn likely(self, usual: Currency) -> Option<Currency> {
        match self {
            Self::Nothing => None,
            Self::Code(code) => Some(code),
            Self::Shared(_) if self.allows(usual) => Some(usual),
            Self::Shared(codes) => codes.first()?.parse().ok(),
        }
    }

    /// What two marks beside one amount say together, as in `¥5元` or `$5 CAD`; none if they contradict each other.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Nothing, mark) | (mark, Self::Nothing) => Some(mark),
            (Self::Code(code), mark) | (mark, Self::Code(code)) => mark.allows(code).then_some(Self::Code(code)),
            (Self::Shared(codes), Self::Shared(others)) => (codes == others).then_some(self),
        }
    }
}

/// Signs and words for currencies, the longer before those they contain.
const SIGNS: [(&str, &[&str]); 27] = [
    ("US$", &["USD"]),
    ("HK$", &["HKD"]),
    ("NT$", &["TWD"]),
    ("AU$", &["AUD"]),
    ("CA$", &["CAD"]),
    ("A$", &["AUD"]),
    ("C$", &["CAD"]),
    ("S$", &["SGD"]),
    ("R$", &["BRL"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "COP", "ARS"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("RMB", &["CNY"]),
    ("人民币", &["CNY"]),
    ("美元", &["USD"]),
    ("欧元", &["EUR"]),
    ("英镑", &["GBP"]),
    ("日元", &["JPY"]),
    ("港币", &["HKD"]),
    ("港元", &["HKD"]),
    ("元", &["CNY"]),
    ("円", &["JPY"]),
];

/// Factors written after a number, as powers of ten, the longer first.
const FACTORS: [(&str, u8); 7] = [("万亿", 12), ("十亿", 9), ("千万", 7), ("百万", 6), ("亿", 8), ("万", 4), ("千", 3)];

/// Takes a currency's sign, name or ISO code off either end. In small letters only common codes are read: `12 cup` is
/// not Cuban.
pub(super) fn split_currency(text: &str) -> Option<(CurrencyMark, &str)> {
    for (sign, codes) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            let currency = match codes {
                [code] => CurrencyMark::Code(code.parse().ok()?),
                _ => CurrencyMark::Shared(codes),
            };
            return Some((currency, rest));
        }
    }
    let code = |text: &str| {
        let code = text.to_ascii_uppercase();
        (code == text || COMMON.contains(&&*code)).then(|| code.parse().ok().map(CurrencyMark::Code)).flatten()
    };
    let start = text.split_at_checked(3).and_then(|(start, rest)| Some((code(start)?, rest)));
    start.or_else(|| {
        let (rest, end) = text.split_at_checked(text.len().checked_sub(3)?)?;
        Some((code(end)?, rest))
    })
}

/// Takes a factor off the end; gives its power of ten, 0 where there is none.
pub(super) fn split_factor(text: &str) -> (&str, u8) {
    let split = |(word, exponent): &(&str, u8)| Some((text.strip_suffix(word)?.trim_end(), *exponent));
    FACTORS.iter().find_map(split).unwrap_or((text, 0))
}

/// What a header says of the amounts below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderUnit {
    pub currency: CurrencyMark,
    /// The power of ten by which they are multiplied: 4 for `金额（万元）`, 0 for most.
    pub exponent: u8,
}

/// Reads the currency and the factor that a header states: `金额（万元）`, `Amount (USD)`, `合同金额/元`.
pub fn unit_in_header(header: &str) -> HeaderUnit {
    let header = narrowed(header);
    let (before, within) = header.split_at(header.find(['(', '[', '【']).unwrap_or(header.len()));
    let is_sign = |c: char| !c.is_alphanumeric() && SIGNS.iter().any(|(sign, _)| sign.ends_with(c));
    let words = |text| str::split(text, move |c: char| !c.is_alphanumeric() && !is_sign(c));
    let units = words(within).map(|word| (word, true)).chain(words(before).map(|word| (word, false)));
    let found = units.filter_map(|(word, bracketed)| unit(word, bracketed));
    found.fold(HeaderUnit { currency: CurrencyMark::Nothing, exponent: 0 }, |all, one| HeaderUnit {
        currency: all.currency.and(one.currency).unwrap_or(all.currency),
        exponent: all.exponent.max(one.exponent),
    })
}

/// The unit that a word is. A word that holds more must show clearly that it is one: by a currency's symbol, its name of
/// several characters, or a factor (`金额万元`), as 元 alone ends and begins other words. A factor alone counts in brackets.
fn unit(word: &str, bracketed: bool) -> Option<HeaderUnit> {
    let (mut rest, mut currency, mut is_clear) = (word, CurrencyMark::Nothing, false);
    while let Some((mark, left)) = split_currency(rest) {
        let sign = rest.strip_suffix(left).or(rest.strip_prefix(left)).unwrap_or(rest);
        let is_name = !sign.is_ascii() && sign.chars().count() > 1;
        is_clear |= is_name || !sign.chars().all(char::is_alphanumeric);
        (currency, rest) = (currency.and(mark)?, left);
    }
    let (rest, exponent) = split_factor(rest);
    let is_unit = match currency {
        CurrencyMark::Nothing => bracketed && exponent > 0 && rest.is_empty(),
        _ => rest.is_empty() || is_clear || exponent > 0,
    };
    is_unit.then_some(HeaderUnit { currency, exponent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_may_state_a_unit() {
        for (header, currency, exponent) in [
            ("金额（万元）", "CNY", 4),
            ("金额(亿)", "-", 8),
            ("金额（百万元）", "CNY", 6),
            ("金额（人民币万元）", "CNY", 4),
            ("金额（单位：万元）", "CNY", 4),
            ("预计金额万元", "CNY", 4),
            ("人民币金额", "CNY", 0),
            ("金额/元", "CNY", 0),
            ("金额（元）", "CNY", 0),
            ("金额（美元）", "USD", 0),
            ("金额(万美元)", "USD", 4),
            ("合同额（RMB）", "CNY", 0),
            ("Amount (USD)", "USD", 0),
            ("amount_chf", "-", 0),
            ("amount_usd", "USD", 0),
            ("Amount CHF", "CHF", 0),
            ("Betrag €", "EUR", 0),
            ("金额￥", "CNY", 0),
            ("Amount (¥)", "CNY", 0),
            ("万科", "-", 0),
            ("单元金额", "-", 0),
            ("Total amount", "-", 0),
            ("audit amount", "-", 0),
            ("", "-", 0),
        ] {
            let unit = unit_in_header(header);
            let likely = unit.currency.likely(Currency::USD);
            assert_eq!(likely.map_or("-".to_owned(), String::from), currency, "{header}");
            assert_eq!(unit.exponent, exponent, "{header}");
        }
    }

    #[test]
    fn a_shared_sign_is_the_workspaces_currency_where_it_can_be() {
        let (yuan, _) = split_currency("¥5").unwrap();
        let jpy: Currency = "JPY".parse().unwrap();
        assert_eq!(yuan.likely(jpy), Some(jpy));
        assert_eq!(yuan.likely(Currency::EUR), Some(Currency::CNY));
        assert_eq!(CurrencyMark::Nothing.likely(jpy), None);
    }
}
