//! A missing field in the prompt: its input, and what was typed as its value.

use crate::{
    client::{Client, get, new_id},
    deal::{AccountPicker, Picked, Picker, shape::Shape},
    texts::use_texts,
    ui::{
        Icon, IconName,
        refusal::{field_name, why},
    },
};
use domain::{
    command::{Command, Place},
    contact::Contact,
    deal::Deal,
    gate::Unmet,
    id::{AccountId, ContactId},
    money::Currency,
    page::{Address, Snapshot},
    record::Record,
    refusal::Rule,
    view::View,
};
use leptos::{html, prelude::*, task::spawn_local};
use serde_json::{Value, json};

/// What the field holds, and what it needs to be given.
#[derive(Debug, Clone, PartialEq)]
enum Of {
    Shape(Shape),
    /// People of this account, by name; a name that nobody has is a new one.
    Contacts(Option<AccountId>),
}

#[derive(Clone, Copy)]
pub struct Draft {
    client: Client,
    field: StoredValue<String>,
    of: StoredValue<Of>,
    typed: RwSignal<String>,
    picker: Picker,
    pub problem: RwSignal<Option<String>>,
}

fn of(view: &View, deal: Option<&Deal>, unmet: &Unmet, field: &str) -> Of {
    let usual = view.workspace().map_or(Currency::CNY, |workspace| workspace.currency);
    let currency = deal.and_then(|deal| deal.amount).map_or(usual, |amount| amount.currency);
    Of::Shape(match field {
        "amount" => Shape::Amount(currency),
        "close_on" => Shape::Date,
        "account" => Shape::Account,
        "contacts" => return Of::Contacts(deal.and_then(|deal| deal.account)),
        "tags" => Shape::Tags,
        "collaborators" => Shape::Members,
        "notes" => Shape::LongText,
        "loss_reason" => {
            let pipeline = view.stages.get(&unmet.stage).and_then(|stage| view.pipelines.get(&stage.pipeline));
            match pipeline.map(|pipeline| pipeline.loss_reasons.clone()).filter(|reasons| !reasons.is_empty()) {
                Some(reasons) => Shape::Choice(reasons),
                None => Shape::Text,
            }
        }
        other => {
            let custom = other.strip_prefix("custom.").and_then(|id| view.fields.get(&id.parse().ok()?));
            custom.map_or(Shape::Text, |field| Shape::of(field, currency))
        }
    })
}

impl Draft {
    /// `deal` is the first of those that lack the field.
    pub fn new(client: Client, deal: Option<&Deal>, unmet: &Unmet, field: &str) -> Self {
        let of = client.peek(|view| of(view, deal, unmet, field));
        Self {
            client,
            field: StoredValue::new(field.to_owned()),
            of: StoredValue::new(of),
            typed: RwSignal::new(String::new()),
            picker: Picker::new(client, ""),
            problem: RwSignal::new(None),
        }
    }

    pub fn name(self) -> String {
        self.field.get_value()
    }

    fn is_account(self) -> bool {
        self.of.with_value(|of| *of == Of::Shape(Shape::Account))
    }

    /// What was typed; null where nothing was. What it names and nobody has yet is made with it.
    pub async fn read(self, made: &mut Vec<Command>) -> Result<Value, Rule> {
        let client = self.client;
        let create = |record| Command::Create { record, place: Place::default(), dated: false };
        if self.is_account() {
            return Ok(match self.picker.settled().await {
                Picked::Nothing => Value::Null,
                Picked::Account(id) => json!(id),
                Picked::Name(name) => {
                    let account = domain::account::Account::new(AccountId(new_id()), name, client.now());
                    let id = account.id;
                    made.push(create(Record::Account(account)));
                    json!(id)
                }
            });
        }
        let typed = self.typed.get_untracked();
        match self.of.get_value() {
            Of::Shape(shape) => shape.read(&typed).map(blank_is_null),
            Of::Contacts(_) if typed.trim().is_empty() => Ok(Value::Null),
            Of::Contacts(account) => {
                let name = typed.trim();
                let held = client.peek(|view| people(view, account).into_iter().find(|it| it.name == name).cloned());
                let id = if let Some(contact) = held {
                    contact.id
                } else {
                    let mut contact = Contact::new(ContactId(new_id()), name.to_owned(), client.now());
                    contact.account = account;
                    let id = contact.id;
                    made.push(create(Record::Contact(contact)));
                    id
                };
                Ok(json!([id]))
            }
        }
    }

    /// Says why the field was not taken.
    pub fn refuse(self, rule: &Rule) {
        let field = self.name();
        self.problem.set(Some(self.client.peek(|view| why(self.client.texts, view, &field, rule))));
    }
}

fn blank_is_null(value: Value) -> Value {
    match value {
        Value::Array(list) if list.is_empty() => Value::Null,
        Value::String(text) if text.trim().is_empty() => Value::Null,
        other => other,
    }
}

/// The contacts of an account that are held here.
fn people(view: &View, account: Option<AccountId>) -> Vec<&Contact> {
    view.contacts.values().filter(|contact| account.is_some() && contact.account == account).collect()
}

#[component]
pub fn DraftField(
    draft: Draft,
    /// How many deals it is for.
    deals: usize,
) -> impl IntoView {
    let texts = use_texts();
    let client = draft.client;
    let field = draft.name();
    let id = format!("gate-{}", field.replace('.', "-"));
    let label = client.peek(|view| field_name(texts, view, &field));
    let invalid = move || draft.problem.with(Option::is_some).then_some("true");
    let typed = draft.typed;
    let type_in = move |event: web_sys::Event| {
        typed.set(event_target_value(&event));
        draft.problem.set(None);
    };
    let line = {
        let id = id.clone();
        move |kind: &'static str, keys: Option<&'static str>| {
            view! {
                <input class="input" id=id.clone() type=kind inputmode=keys autocomplete="off" aria-required="true"
                    aria-invalid=invalid prop:value=move || typed.get() on:input=type_in />
            }
            .into_any()
        }
    };
    let select = {
        let id = id.clone();
        move |options: Vec<(String, String)>| {
            view! {
                <span class="select">
                    <select id=id.clone() aria-required="true" aria-invalid=invalid on:change=type_in>
                        <option value="">{texts.common().choose()}</option>
                        {options.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            }
            .into_any()
        }
    };
    let members = || {
        client.peek(|view| {
            let active = view.members.values().filter(|member| member.active);
            active.map(|member| (member.id.to_string(), member.name.clone())).collect::<Vec<_>>()
        })
    };
    let of = draft.of.get_value();
    let shape = match &of {
        Of::Shape(Shape::Custom(_, inner)) => (**inner).clone(),
        Of::Shape(shape) => shape.clone(),
        Of::Contacts(_) => Shape::Text,
    };
    let is_long = shape == Shape::LongText;
    let node = NodeRef::<html::Input>::new();
    let input = match (of, shape) {
        (Of::Contacts(account), _) => view! { <People draft=draft account=account id=id.clone() /> }.into_any(),
        (_, Shape::Choice(options)) => select(options.into_iter().map(|option| (option.clone(), option)).collect()),
        (_, Shape::Member | Shape::Members) => select(members()),
        (_, Shape::LongText) => view! {
            <textarea class="area" id=id.clone() rows="3" aria-required="true" aria-invalid=invalid prop:value=move || typed.get()
                on:input=type_in></textarea>
        }
        .into_any(),
        (_, Shape::Account) => view! {
            <AccountPicker picker=draft.picker label=label.clone() id="gate-account" node=node
                choose=Callback::new(|_| ()) leave=Callback::new(|()| ()) />
        }
        .into_any(),
        (_, Shape::Date) => line("date", None),
        (_, Shape::Amount(_) | Shape::Number) => line("text", Some("decimal")),
        _ => line("text", None),
    };
    view! {
        <div class="field" class:full=is_long>
            <label for=id class="req">{label} {(deals > 1).then(|| view! { <span class="meta">" · " {texts.gate().of_deals(deals)}</span> })}</label>
            {input}
            {move || draft.problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
        </div>
    }
}

/// A contact by name. The account's others may not be held here; without them a new name still serves.
#[component]
fn People(draft: Draft, account: Option<AccountId>, id: String) -> impl IntoView {
    let texts = use_texts();
    let client = draft.client;
    let list = format!("{id}-names");
    let names = move || {
        let mut names = client
            .with(|view| people(view, account).into_iter().map(|contact| contact.name.clone()).collect::<Vec<_>>());
        names.sort();
        names
    };
    Effect::new(move |_| {
        let Some(account) = account else { return };
        spawn_local(async move {
            let address: String =
                form_urlencoded::byte_serialize(Address::Account(account).path().as_bytes()).collect();
            if let Ok(snapshot) = get::<Snapshot>(&format!("/api/v1/page?address={address}")).await {
                client.hold_page(snapshot);
            }
        });
    });
    view! {
        <input class="input" id=id type="text" list=list.clone() autocomplete="off" aria-required="true"
            aria-invalid=move || draft.problem.with(Option::is_some).then_some("true")
            placeholder=texts.gate().contact_new() prop:value=move || draft.typed.get()
            on:input=move |event| {
                draft.typed.set(event_target_value(&event));
                draft.problem.set(None);
            } />
        <datalist id=list>{move || names().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
        {move || {
            let count = names().len();
            (count > 0).then(|| view! { <span class="hint">{texts.gate().contact_new_hint(count)}</span> })
        }}
    }
}
