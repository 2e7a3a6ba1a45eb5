//! A line of the list of accounts.

use super::listing::{Listed, Pick};
use crate::{
    texts::{Language, use_texts},
    ui::figure::sums_text,
};
use domain::{
    board::Totals,
    id::AccountId,
    page::{AccountLine, Address},
    view::View,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// What a line shows. Lines that are equal are drawn once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shown {
    id: AccountId,
    name: String,
    industry: String,
    open: Figure,
    won: Figure,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Figure {
    deals: u32,
    sum: String,
}

impl Figure {
    fn new(totals: &Totals, language: Language) -> Self {
        Self { deals: totals.deals, sum: sums_text(totals, false, language) }
    }
}

impl Shown {
    /// `None` where the account is not there any more.
    pub fn new(line: &AccountLine, view: &View, language: Language) -> Option<Self> {
        let account = view.accounts.get(&line.account)?;
        Some(Self {
            id: line.account,
            name: account.name.clone(),
            industry: account.industry.clone(),
            open: Figure::new(&line.open, language),
            won: Figure::new(&line.won, language),
        })
    }
}

#[component]
pub fn Line(line: Shown, listed: Listed) -> impl IntoView {
    let texts = use_texts();
    let t = texts.account();
    let path = Address::Account(line.id).path();
    let id = line.id.0;
    let pick = listed.may_merge.then(|| view! { <Pick listed=listed id=id name=line.name.clone() /> });
    // No deals: nothing to count.
    let count = move |figure: &Figure| (figure.deals > 0).then(|| t.deals_n(figure.deals));
    view! {
        <tr on:keydown=move |event| listed.on_key(&event, id)>
            {pick}
            <td class="name"><A href=path>{line.name}</A></td>
            <td class="second">{line.industry}</td>
            <td class="num second">{count(&line.open)}</td>
            <td class="num figure"><span class="money">{line.open.sum}</span></td>
            <td class="num second">
                {(line.won.deals > 0).then(|| view! { <span class="phone-only">{t.won()} " "</span> })}
                {line.won.sum}
            </td>
        </tr>
    }
}
