//! Amounts as people type them.

use domain::money::{Currency, MAX_MINOR, Money};

/// Signs before an amount, and whose they are where nothing else is known.
pub const SIGNS: [(&str, &str); 5] = [("¥", "CNY"), ("￥", "CNY"), ("$", "USD"), ("€", "EUR"), ("£", "GBP")];

/// Reads an amount: digits with thousands parted or not, at most the currency's decimals, the currency's code or sign
/// before or after, and 万 for ten thousand. Nothing is rounded: what cannot be kept exactly is not understood.
pub fn parse_amount(text: &str, usual: Currency) -> Option<Money> {
    let mut rest: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut currency = usual;
    // Where the workspace's own currency is written with the sign, it is meant: ¥ may be yen.
    for (sign, code) in SIGNS {
        if let Some(without) = rest.strip_prefix(sign).map(str::to_owned) {
            let own = usual.sign() == sign.replace('￥', "¥");
            currency = if own { usual } else { code.parse().ok()? };
            rest = without;
        }
    }
    let letters = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    for (code, number) in [
        (rest.get(..3).map(str::to_owned), rest.get(3..).map(str::to_owned)),
        (
            rest.len().checked_sub(3).and_then(|at| rest.get(at..)).map(str::to_owned),
            rest.len().checked_sub(3).and_then(|at| rest.get(..at)).map(str::to_owned),
        ),
    ] {
        if let (Some(code), Some(number)) = (code, number)
            && letters(&code)
        {
            currency = code.to_ascii_uppercase().parse().ok()?;
            rest = number;
        }
    }
    let (number, factor) = match rest.strip_suffix('万').or_else(|| rest.strip_suffix('w')) {
        Some(number) => (number, 10_000_i64),
        None => (rest.as_str(), 1),
    };
    let number = without_thousands(number)?;
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && part.is_empty() || !digits(whole) || !digits(part) || part.len() > 9 {
        return None;
    }
    // In parts of ten to the minus nine of the major unit, exactly.
    let parts = i128::from(whole.parse::<i64>().ok().or_else(|| whole.is_empty().then_some(0))?) * 1_000_000_000
        + format!("{part:0<9}").parse::<i128>().ok()?;
    let minor = parts.checked_mul(i128::from(factor) * i128::from(currency.scale()))?;
    if minor % 1_000_000_000 != 0 {
        return None;
    }
    let minor = i64::try_from(minor / 1_000_000_000).ok().filter(|minor| *minor <= MAX_MINOR)?;
    Some(Money::new(minor, currency))
}

/// A number without the commas between its thousands. A comma elsewhere may mean a decimal point, so it is not understood.
pub fn without_thousands(number: &str) -> Option<String> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.trim_start_matches('-').split([',', '，']);
    let first = groups.next().unwrap_or_default();
    let mut others = groups.peekable();
    let is_parted = others.peek().is_some();
    let fits = !is_parted || (1..=3).contains(&first.len());
    if !fits || !others.all(|group| group.len() == 3) || part.contains([',', '，']) {
        return None;
    }
    Some(number.chars().filter(|letter| !matches!(letter, ',' | '，')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_thousands_and_nothing_else() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(without_thousands(text).as_deref(), expected, "{text}");
        check("1,234,567.5", Some("1234567.5"));
        check("-12,345", Some("-12345"));
        check("1234", Some("1234"));
        for wrong in ["1,5", "2,75", "1,00,000", "12345,678", ",500", "1.234,5"] {
            check(wrong, None);
        }
    }

    #[test]
    fn what_people_type() {
        let check = |text: &str, expected: Option<(i64, &str)>| {
            let read = parse_amount(text, Currency::CNY);
            let expected = expected.map(|(minor, code)| Money::new(minor, code.parse().unwrap()));
            assert_eq!(read, expected, "{text}");
        };
        check("1,860,000", Some((186_000_000, "CNY")));
        check("¥ 19.99", Some((1_999, "CNY")));
        check("125万", Some((125_000_000, "CNY")));
        check("1.25 万", Some((1_250_000, "CNY")));
        check("20 USD", Some((2_000, "USD")));
        check("jpy 500", Some((500, "JPY")));
        check("$5", Some((500, "USD")));
        check("5,5", None);
        check("€1,5", None);
        check("0.005", None);
        check("500.5 JPY", None);
        check("-5", None);
        check("", None);
        check("abc", None);
        check("90000000000000000", None);
    }
}
