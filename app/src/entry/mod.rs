//! Entering: the demo, signing in, founding a workspace, joining one. Plain forms that work without the browser half.

use crate::{
    seed::{Entry, EntryForm, Problem},
    shell::LanguageChoice,
    texts::use_texts,
    ui::{Icon, IconName, Mark, Title},
};
use leptos::prelude::*;

#[component]
pub fn EntryPage(entry: Entry) -> impl IntoView {
    let texts = use_texts();
    let demo = entry.demo && entry.form != EntryForm::Join;
    let title = match entry.form {
        EntryForm::SignIn => texts.sign_in().title().to_owned(),
        EntryForm::Found => texts.sign_up().title().to_owned(),
        EntryForm::Join => texts.join().title(&entry.workspace),
    };
    view! {
        <Title text=texts.app().title(&title) />
        <main class="sign">
            <header>
                <span class="brand"><Mark /><b>{texts.app().name()}</b></span>
                <LanguageChoice />
            </header>
            <div class="two" class:one=!demo>
                {demo.then(|| view! { <Demo /> })}
                <section class="form"><Form entry=entry title=title /></section>
            </div>
            <footer class="meta">
                <span>{texts.app().tagline()}</span>
                <span>{texts.common().version(env!("CARGO_PKG_VERSION"))}</span>
            </footer>
        </main>
    }
}

#[component]
fn Demo() -> impl IntoView {
    let texts = use_texts().demo();
    let way = move |role: &'static str, icon, title, text| {
        view! {
            <li>
                <form method="post" action="/enter/demo">
                    <input type="hidden" name="role" value=role />
                    <button type="submit">
                        <Icon name=icon />
                        <span class="grow"><b>{title}</b><span>{text}</span></span>
                        <Icon name=IconName::Arrow />
                    </button>
                </form>
            </li>
        }
    };
    view! {
        <section class="demo">
            <h1>{texts.title()}</h1>
            <p class="second">{texts.text(300)}</p>
            <ul>
                {way("manager", IconName::Goal, texts.manager(), texts.manager_text())}
                {way("rep", IconName::Today, texts.rep(), texts.rep_text())}
            </ul>
        </section>
    }
}

#[component]
fn Form(entry: Entry, title: String) -> impl IntoView {
    let texts = use_texts();
    let found = entry.form == EntryForm::Found;
    let join = entry.form == EntryForm::Join;
    let action = match entry.form {
        EntryForm::SignIn => Some("/enter/sign-in"),
        EntryForm::Found => Some("/enter/found"),
        // Back to the address of the link itself.
        EntryForm::Join => None,
    };
    let submit = match entry.form {
        EntryForm::SignIn => texts.sign_in().submit(),
        EntryForm::Found => texts.sign_up().submit(),
        EntryForm::Join => texts.join().submit(),
    };
    let problem = entry.problem;
    let sentence = problem.map(|problem| match problem {
        Problem::WrongPassword => texts.sign_in().wrong().to_owned(),
        Problem::TooMany => texts.errors().too_many_attempts(15),
        Problem::NoWorkspace => texts.sign_in().nowhere().to_owned(),
        Problem::Workspace | Problem::Name => texts.errors().required().to_owned(),
        Problem::Email => texts.errors().not_email().to_owned(),
        Problem::Password => texts.errors().too_short(8),
        Problem::EmailTaken => texts.sign_up().email_taken().to_owned(),
        Problem::LinkExpired => texts.join().expired().to_owned(),
        Problem::Suspended => texts.join().suspended().to_owned(),
    });
    let at = move |field: Problem| (problem == Some(field)).then_some("true");
    let zone = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        // The browser knows where the person is.
        if let Some(input) = zone.get() {
            input.set_value(&browser_zone().unwrap_or_default());
        }
    });
    let next = entry.next.clone();
    view! {
        {if join {
            view! { <h1>{title}</h1> }.into_any()
        } else {
            view! {
                <nav class="tabs" aria-label=texts.app().name()>
                    <a href="/enter" aria-current=(!found).then_some("page")>{texts.sign_in().title()}</a>
                    <a href="/enter?form=found" aria-current=found.then_some("page")>{texts.sign_up().title()}</a>
                </nav>
            }.into_any()
        }}
        <form method="post" action=action>
            {entry.is_insecure.then(|| view! {
                <p class="form-err" role="alert">{texts.sign_in().insecure()}</p>
            })}
            {sentence.map(|sentence| view! {
                <p class="form-err" role="alert" id="problem">{sentence}</p>
            })}
            {found.then(|| view! {
                <div class="field">
                    <label for="workspace">{texts.sign_up().workspace()}</label>
                    <input class="input" id="workspace" name="workspace" required maxlength="300" autocomplete="organization"
                        value=entry.workspace.clone() aria-invalid=at(Problem::Workspace) />
                    <span class="hint">{texts.sign_up().workspace_hint()}</span>
                </div>
            })}
            {(found || join).then(|| view! {
                <div class="field">
                    <label for="name">{texts.sign_up().name()}</label>
                    <input class="input" id="name" name="name" required maxlength="300" autocomplete="name"
                        value=entry.name.clone() aria-invalid=at(Problem::Name) />
                </div>
            })}
            <div class="field">
                <label for="email">{texts.sign_in().email()}</label>
                <input class="input" id="email" name="email" type="email" required autocomplete="username"
                    value=entry.email.clone() aria-invalid=at(Problem::Email) />
            </div>
            <div class="field">
                <label for="password">{texts.sign_in().password()}</label>
                <input class="input" id="password" name="password" type="password" required
                    minlength=(found || join).then_some("8")
                    autocomplete=if found || join { "new-password" } else { "current-password" }
                    aria-invalid=at(Problem::Password) />
                {(found || join).then(|| view! { <span class="hint">{texts.sign_up().password_hint(8)}</span> })}
            </div>
            {found.then(|| view! {
                <input type="hidden" name="zone" node_ref=zone />
                <input type="hidden" name="attempt" value=entry.attempt.clone() />
            })}
            <input type="hidden" name="next" value=next />
            <button class="btn primary lg wide" type="submit">{submit}</button>
        </form>
        {(entry.form == EntryForm::SignIn).then(|| view! {
            <p class="meta">
                {texts.sign_in().no_workspace()} " "
                <a class="link" href="/enter?form=found">{texts.sign_in().create_link()}</a> " "
                {texts.sign_in().create_text()}
            </p>
        })}
    }
}

fn browser_zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}
