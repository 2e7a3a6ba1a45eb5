//! Choosing the account whose deals the board shows.

use crate::{
    client::Client,
    deal::{AccountPicker, Picked, Picker},
    texts::use_texts,
};
use domain::id::AccountId;
use leptos::{html, prelude::*};

#[component]
pub fn AccountFilter(chosen: Callback<AccountId>, open: RwSignal<bool>) -> impl IntoView {
    let client = expect_context::<Client>();
    let label = use_texts().filter().account();
    let picker = Picker::new(client, "");
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| {
        let _ = input.focus();
    });
    let choose = Callback::new(move |picked: Picked| {
        if let Picked::Account(account) = picked {
            open.set(false);
            chosen.run(account);
        }
    });
    let close = Callback::new(move |()| open.set(false));
    view! {
        <AccountPicker picker=picker label=label.to_owned() placeholder=label node=node only_existing=true
            choose=choose leave=close cancel=close />
    }
}
