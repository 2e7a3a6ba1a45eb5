//! The files of a deal: those on their way, and those that are there.

use super::{
    edit::Edit,
    input::Input,
    shape::Shape,
    uploads::{State, Upload, Uploads},
};
use crate::{
    client::Client,
    import::figures::size,
    texts::use_texts,
    ui::{Icon, IconName, refusal::sentence, time},
};
use domain::{change::Target, command::Command, file::File, id::FileId, record::Kind};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn Files(files: Memo<Vec<File>>, uploads: Uploads, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts().files();
    let chosen = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            if let Some(files) = input.files() {
                uploads.add(&files);
            }
            // So that the same file can be chosen again.
            input.set_value("");
        }
    };
    view! {
        <div class="files">
            {move || editable.get().then(|| view! {
                <p class="add">
                    <label class="btn file-btn">
                        <Icon name=IconName::Clip class="i-s" />{texts.add()}
                        <input type="file" class="vh" multiple aria-label=texts.add() on:change=chosen />
                    </label>
                    <span class="meta wide-only">{texts.drop()}</span>
                </p>
            })}
            {move || files.with(Vec::is_empty).then(|| view! { <p class="empty">{texts.none()}</p> })}
            <ul>
                <For each=move || files.with(|files| files.iter().map(|file| file.id).collect::<Vec<_>>()) key=|id| *id
                    children=move |id| view! { <FileLine id=id editable=editable /> } />
            </ul>
        </div>
    }
}

/// What is on its way, or waits for another try.
#[component]
pub fn Sent(uploads: Uploads) -> impl IntoView {
    view! {
        <ul class="sent" aria-live="polite">
            <For each=move || uploads.list.get() key=|upload| upload.number
                children=move |upload| view! { <UploadLine uploads=uploads upload=upload /> } />
        </ul>
    }
}

#[component]
fn UploadLine(uploads: Uploads, upload: Upload) -> impl IntoView {
    let texts = use_texts();
    let t = texts.files();
    let name = upload.name.get_value();
    let (label, bar_label) = (t.cancel(&name), name.clone());
    let again = move || matches!(upload.state.get(), State::Waiting);
    view! {
        <li>
            <Icon name=IconName::Upload />
            <span class="grow">
                <b class="ell">{name}</b>
                {move || match upload.state.get() {
                    State::Going(percent) => view! {
                        <progress class="bar" max="100" value=percent aria-label=bar_label.clone()></progress>
                    }.into_any(),
                    State::Waiting => view! { <span class="meta">{t.needs_network()}</span> }.into_any(),
                    State::Refused(why) => view! { <span class="form-err" role="alert">{why}</span> }.into_any(),
                }}
            </span>
            {move || again().then(|| view! {
                <button type="button" class="btn" on:click=move |_| uploads.send(upload)>{texts.common().retry()}</button>
            })}
            <button type="button" class="btn plain icon" aria-label=label.clone() title=label on:click=move |_| uploads.forget(upload)>
                <Icon name=IconName::X class="i-s" />
            </button>
        </li>
    }
}

/// Where a file's content is had.
pub fn content(id: FileId, open: bool) -> String {
    let how = if open { "?open=true" } else { "" };
    format!("/api/v1/files/{id}/content{how}")
}

#[component]
fn FileLine(id: FileId, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.files();
    let client = expect_context::<Client>();
    let target = Target::new(Kind::File, id);
    let file = Memo::new(move |_| client.with(|view| view.files.get(&id).cloned()));
    let edit = Edit::new(client, target, "name");
    let rename = Callback::new(move |typed: String| {
        let done = edit.commit(typed, |value| Shape::Text.text(value), |typed| Shape::Text.read(typed));
        if let Some(command) = done {
            client.toasts.done(texts.toast().saved(), command);
        }
    });
    let cancel = Callback::new(move |()| edit.cancel());
    let name = move || file.with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default());
    let about = move || {
        let file = file.get()?;
        let who = client.with(|view| view.members.get(&file.by).map(|member| member.name.clone())).unwrap_or_default();
        Some(t.line(size(file.bytes), time::when(&client.zone(), file.created_at, client.today()), who))
    };
    let delete = move |_| {
        let name = name();
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(texts.toast().deleted(name), command);
        }
    };
    let refused = move || edit.refused().map(|(refusal, _)| client.peek(|view| sentence(texts, view, &refusal)));
    view! {
        <li>
            <Icon name=IconName::File />
            <span class="grow">
                {move || if edit.is_open() {
                    let start = edit.start(|value| Shape::Text.text(value));
                    view! { <Input shape=Shape::Text start=start label=t.name().to_owned() commit=rename cancel=cancel /> }.into_any()
                } else {
                    view! { <a class="link ell" href=content(id, true) target="_blank" rel="noopener">{name}</a> }.into_any()
                }}
                <span class="meta">{about}</span>
                {move || refused().map(|why| view! { <span class="form-err" role="alert">{why}</span> })}
            </span>
            <a class="btn plain icon" href=content(id, false) download=name aria-label=move || t.download(name())>
                <Icon name=IconName::Down class="i-s" />
            </a>
            {move || editable.get().then(|| view! {
                <button type="button" class="btn plain icon" node_ref=edit.button aria-label=move || t.rename(name()) on:click=move |_| edit.open()>
                    <Icon name=IconName::Edit class="i-s" />
                </button>
                <button type="button" class="btn plain icon" aria-label=move || t.delete(name()) on:click=delete>
                    <Icon name=IconName::Trash class="i-s" />
                </button>
            })}
        </li>
    }
}
