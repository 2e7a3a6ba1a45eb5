//! Amounts: the sign and the unit lighter than the digits; sums short, records exact.

use crate::texts::Language;
use domain::{
    board::Totals,
    money::{Currency, Money, short},
};
use leptos::prelude::*;

/// A record's amount, exact.
#[component]
pub fn Exact(amount: Money) -> impl IntoView {
    let currency = amount.currency;
    view! {
        <span class="money">
            <span class="cur">{currency.sign().to_owned()}</span>
            {amount.exact()}
        </span>
    }
}

/// A short sum as text, for places that hold no elements.
pub fn short_text(minor: i128, currency: Currency, language: Language) -> String {
    let short = short(minor, currency, language.is_chinese());
    let space = if language.is_chinese() && !short.unit.is_empty() { " " } else { "" };
    format!("{}{}{space}{}", currency.sign(), short.digits, short.unit)
}

/// Every currency's sum: amounts of different currencies are never added.
pub fn sums_text(totals: &Totals, weighted: bool, language: Language) -> String {
    let sums = totals.sums.iter().map(|(currency, sum)| {
        let minor = if weighted { sum.weighted / 100 } else { sum.amount };
        short_text(minor, *currency, language)
    });
    sums.collect::<Vec<_>>().join(" + ")
}

/// A count with its thousands apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
