//! Forms in dialogs. A refusal of one field stands at that field, any other at the form's head.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Icon, IconName,
        dialog::Dialog,
        refusal::{sentence, why},
    },
};
use domain::refusal::Refusal;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Form {
    client: Client,
    /// What the fields' ids begin with.
    id: &'static str,
    refusal: RwSignal<Option<Refusal>>,
    /// The fields that show their refusals themselves.
    fields: StoredValue<Vec<&'static str>>,
}

impl Form {
    pub fn new(client: Client, id: &'static str) -> Self {
        Self { client, id, refusal: RwSignal::new(None), fields: StoredValue::new(Vec::new()) }
    }

    pub fn refuse(&self, refusal: Refusal) {
        self.refusal.set(Some(refusal));
    }

    /// Why a field was refused.
    fn at(&self, name: &str) -> Option<String> {
        self.refusal.with(|refusal| match refusal {
            Some(Refusal::Invalid { field, rule }) if field == name => {
                Some(self.client.peek(|view| why(self.client.texts, view, field, rule)))
            }
            _ => None,
        })
    }

    /// Why the whole was refused.
    fn general(&self) -> Option<String> {
        self.refusal.with(|refusal| match refusal {
            Some(Refusal::Invalid { field, .. }) if self.fields.with_value(|own| own.contains(&field.as_str())) => None,
            Some(other) => Some(self.client.peek(|view| sentence(self.client.texts, view, other))),
            None => None,
        })
    }
}

/// A dialog around a form: what is refused of the whole, the fields, and the two ways out.
#[component]
pub fn FormDialog(
    form: Form,
    #[prop(into)] title: String,
    /// The word on the button that carries it out.
    submit: &'static str,
    on_submit: Callback<()>,
    on_close: Callback<()>,
    /// What else can be done, at the left.
    #[prop(optional, into)]
    other: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <Dialog title=title on_close=on_close>
            <form novalidate on:submit=on_submit>
                <div class="body form-stack">
                    {move || form.general().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    {children()}
                </div>
                <footer>
                    {other.map(|other| other.run())}
                    <button type="button" class="btn push" on:click=move |_| on_close.run(())>{use_texts().common().cancel()}</button>
                    <button type="submit" class="btn primary">{submit}</button>
                </footer>
            </form>
        </Dialog>
    }
}

/// A field with its label above, and its refusal below.
#[component]
pub fn Labelled(
    form: Form,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] full: bool,
    #[prop(optional)] hint: &'static str,
    children: Children,
) -> impl IntoView {
    form.fields.update_value(|fields| fields.push(name));
    view! {
        <div class="field" class:full=full>
            <label for=format!("{}-{name}", form.id) class:req=required>{label}</label>
            {children()}
            {move || form.at(name).map(|why| view! { <span class="err" role="alert">{why}</span> })}
            {(!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> })}
        </div>
    }
}

/// A text, an amount, a date: one line.
#[component]
pub fn TextField(
    form: Form,
    name: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    /// Which keys a phone offers.
    #[prop(optional, into)]
    keys: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] full: bool,
) -> impl IntoView {
    view! {
        <Labelled form=form name=name label=label required=required full=full>
            <input class="input" id=format!("{}-{name}", form.id) type=kind inputmode=keys placeholder=placeholder autocomplete="off"
                prop:value=move || value.get() aria-invalid=move || form.at(name).map(|_| "true")
                on:input=move |event| value.set(event_target_value(&event)) />
        </Labelled>
    }
}

/// Several lines.
#[component]
pub fn AreaField(
    form: Form,
    name: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = 3)] rows: u8,
    #[prop(optional)] required: bool,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    view! {
        <Labelled form=form name=name label=label required=required full=true hint=hint>
            <textarea class="area" id=format!("{}-{name}", form.id) rows=rows.to_string() prop:value=move || value.get()
                aria-invalid=move || form.at(name).map(|_| "true")
                on:input=move |event| value.set(event_target_value(&event))></textarea>
        </Labelled>
    }
}

/// One of several.
#[component]
pub fn SelectField(
    form: Form,
    name: &'static str,
    label: &'static str,
    /// Value and name of each.
    options: Vec<(String, String)>,
    value: RwSignal<String>,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let chosen = value.get_untracked();
    view! {
        <Labelled form=form name=name label=label hint=hint>
            <span class="select">
                <select id=format!("{}-{name}", form.id) disabled=disabled on:change=move |event| value.set(event_target_value(&event))>
                    {options.into_iter().map(|(value, name)| {
                        let selected = value == chosen;
                        view! { <option value=value selected=selected>{name}</option> }
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
        </Labelled>
    }
}
