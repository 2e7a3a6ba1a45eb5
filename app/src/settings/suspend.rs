//! Whether a member may sign in. Suspending asks first: it ends the member's sessions at once.

use super::cell::reason;
use crate::{client::Client, texts::use_texts, ui::dialog::Dialog};
use domain::{change::Target, member::Member, record::Kind};
use leptos::prelude::*;
use serde_json::json;

#[component]
pub fn Standing(member: Memo<Option<Member>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.member();
    let asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let is_active = move || member.with(|member| member.as_ref().is_some_and(|member| member.active));
    let is_me = member.with_untracked(|member| member.as_ref().is_some_and(|member| member.id == client.me));
    let name = move || member.with_untracked(|member| member.as_ref().map(|m| m.name.clone()).unwrap_or_default());
    let set = move |active: bool| {
        let Some(id) = member.with_untracked(|member| member.as_ref().map(|member| member.id)) else { return };
        let result = client.set(Target::new(Kind::Member, id), "active", json!(active));
        if let Ok(command) = &result {
            let said = if active { t.reactivated(name()) } else { t.suspended_toast(name()) };
            client.toasts.done(said, *command);
        }
        problem.set(result.err().map(|refusal| reason(client, &refusal)));
        asking.set(false);
    };
    // Nobody locks themselves out: another administrator can.
    let changes = editable && !is_me;
    view! {
        <span class="standing">
            {move || if is_active() {
                view! { <span class="second">{t.active()}</span> }.into_any()
            } else {
                view! { <span class="tag">{t.suspended()}</span> }.into_any()
            }}
            {move || changes.then(|| if is_active() {
                view! { <button type="button" class="btn plain" on:click=move |_| asking.set(true)>{t.suspend()}</button> }.into_any()
            } else {
                view! { <button type="button" class="btn plain" on:click=move |_| set(true)>{t.reactivate()}</button> }.into_any()
            })}
        </span>
        {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        {move || asking.get().then(|| view! {
            <Dialog title=t.suspend_title(name()) on_close=Callback::new(move |()| asking.set(false))>
                <div class="body"><p>{t.suspend_ask(name())}</p></div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| asking.set(false)>{texts.common().cancel()}</button>
                    <button type="button" class="btn primary" on:click=move |_| set(false)>{t.suspend()}</button>
                </footer>
            </Dialog>
        })}
    }
}
