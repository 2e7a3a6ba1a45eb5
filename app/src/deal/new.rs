//! A new deal: the form with what a deal needs to begin.

use super::{
    account_picker::{AccountPicker, Picked, Picker},
    amount::parse_amount,
};
use crate::{
    client::{Client, new_id},
    palette::Opener,
    texts::use_texts,
    ui::form::{Form, FormDialog, Labelled, SelectField, TextField},
};
use domain::{
    access::Right,
    account::Account,
    command::{Command, Place},
    deal::{Deal, Priority},
    field::Custom,
    id::{AccountId, DealId, PipelineId},
    money::Currency,
    order::OrderKey,
    page::Address,
    pipeline::Outcome,
    record::Record,
    refusal::{Refusal, Rule},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

#[component]
pub fn NewDeal(pipeline: PipelineId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let stages: Vec<(String, String)> = client.peek(|view| {
        let open = view.stages_of(pipeline).into_iter().filter(|stage| stage.outcome == Outcome::Open);
        open.map(|stage| (stage.id.to_string(), stage.name.clone())).collect()
    });
    let members = client.peek(|view| {
        let active = view.members.values().filter(|member| member.active);
        active.map(|member| (member.id.to_string(), member.name.clone())).collect::<Vec<_>>()
    });
    let usual = client.peek(|view| view.workspace().map_or(Currency::CNY, |workspace| workspace.currency));
    let [title, amount, close, source] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let owner = RwSignal::new(client.me.to_string());
    let stage = RwSignal::new(stages.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let Opener { customer, .. } = expect_context();
    let picker = match customer.try_update(Option::take).flatten() {
        Some(account) => Picker::with(client, account),
        None => Picker::new(client, ""),
    };
    let account_input = NodeRef::<html::Input>::new();
    let form = Form::new(client, "new");
    let navigate = StoredValue::new_local(use_navigate());
    let save = move |picked: Picked| {
        let typed = amount.get_untracked();
        let money = parse_amount(&typed, usual);
        if money.is_none() && !typed.trim().is_empty() {
            form.refuse(Refusal::invalid("amount", Rule::WrongType));
            return;
        }
        let Ok(stage) = stage.get_untracked().parse() else { return };
        let now = client.now();
        let create = |record| Command::Create { record, place: Place::default(), dated: false };
        // An account that nobody has yet begins together with its deal.
        let (account, new_account) = match picked {
            Picked::Nothing => (None, None),
            Picked::Account(id) => (Some(id), None),
            Picked::Name(name) => {
                let account = Account::new(AccountId(new_id()), name, now);
                (Some(account.id), Some(create(Record::Account(account))))
            }
        };
        let deal = Deal {
            id: DealId(new_id()),
            title: title.get_untracked(),
            pipeline,
            stage,
            key: OrderKey::from_stored("V".to_owned()),
            account,
            amount: money,
            owner: owner.get_untracked().parse().unwrap_or(client.me),
            collaborators: Vec::new(),
            contacts: Vec::new(),
            priority: Priority::default(),
            close_on: close.get_untracked().parse().ok(),
            source: source.get_untracked(),
            tags: Vec::new(),
            notes: String::new(),
            external_id: None,
            custom: Custom::new(),
            loss_reason: String::new(),
            exception: String::new(),
            met: domain::gate::Met::new(),
            created_at: now,
            entered_at: now,
            closed_at: None,
        };
        let (id, name) = (deal.id, deal.title.clone());
        let deal = create(Record::Deal(deal));
        let command = match new_account {
            Some(account) => Command::Batch { parts: vec![account, deal] },
            None => deal,
        };
        let done = move |command| {
            client.toasts.done(texts.toast().created(&name), command);
            navigate.with_value(|navigate| navigate(&Address::Deal(id).path(), NavigateOptions::default()));
            open.set(false);
        };
        if let Err(refusal) = client.ask_through(command, done) {
            form.refuse(refusal);
        }
    };
    // Whether an account has the typed name may still be asked.
    let submit = Callback::new(move |()| {
        spawn_local(async move {
            let picked = picker.settled().await;
            if open.try_get_untracked() == Some(true) {
                save(picked);
            }
        });
    });
    let may_give = client.holds(Right::EditAllDeals);
    let d = texts.deal();
    view! {
        <FormDialog form=form title=d.new() submit=texts.common().create() on_submit=submit
            on_close=Callback::new(move |()| open.set(false))>
            <div class="form-grid">
                <TextField form=form name="title" label=d.name() value=title required=true full=true />
                <Labelled form=form name="account" label=d.account() full=true>
                    <AccountPicker picker=picker label=d.account().to_owned() id="new-account" node=account_input
                        choose=Callback::new(|_| ()) leave=Callback::new(|()| ()) />
                    {move || picker.is_new_name().then(|| view! { <span class="hint">{d.account_will_be_new()}</span> })}
                </Labelled>
                <TextField form=form name="amount" label=d.amount() value=amount keys="decimal" placeholder=usual.code() />
                <TextField form=form name="close_on" label=d.close_date() value=close kind="date" />
                <SelectField form=form name="stage" label=d.stage() options=stages value=stage />
                <SelectField form=form name="owner" label=d.owner() options=members value=owner disabled=!may_give />
                <TextField form=form name="source" label=d.source() value=source full=true />
            </div>
        </FormDialog>
    }
}
