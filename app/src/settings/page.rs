//! The settings' frame: their own list at the left (on a phone a strip at the top), and the chosen part.

use super::{
    calendar::CalendarPart,
    fields::{FieldsPart, NewFieldButton},
    invite::InviteButton,
    members::MembersPart,
    pipelines::{NewPipelineButton, PipelinesPart},
    workspace::WorkspacePart,
};
use crate::{
    client::Client,
    shell::TopBar,
    texts::{Texts, use_texts},
    ui::Title,
};
use domain::{
    access::Right,
    page::{Address, Section},
};
use leptos::prelude::*;

#[component]
pub fn SettingsPage(section: Section) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let editable = client.holds(right(section));
    let name = name(texts, section);
    let action = match section {
        Section::Members if editable => view! { <InviteButton /> }.into_any(),
        Section::Pipelines if editable => view! { <NewPipelineButton /> }.into_any(),
        Section::Fields if editable => view! { <NewFieldButton /> }.into_any(),
        _ => ().into_any(),
    };
    let part = match section {
        Section::Workspace => view! { <WorkspacePart editable=editable /> }.into_any(),
        Section::Members => view! { <MembersPart editable=editable /> }.into_any(),
        Section::Pipelines => view! { <PipelinesPart editable=editable /> }.into_any(),
        Section::Fields => view! { <FieldsPart editable=editable /> }.into_any(),
        Section::Calendar => view! { <CalendarPart editable=editable /> }.into_any(),
    };
    let why_not = match right(section) {
        Right::ManagePipelines => texts.settings().no_right_pipelines(),
        _ => texts.settings().no_right(),
    };
    view! {
        <Title text=texts.app().title(name) />
        <TopBar>
            <span class="crumb wide-only">{texts.settings().title()}</span>
            <span class="crumb wide-only">"/"</span>
            <h1>{name}</h1>
            {action}
        </TopBar>
        <main class="page setp" id="main">
            <nav class="sub" aria-label=texts.settings().sections()>
                {Section::ALL.into_iter().map(|other| {
                    let current = (other == section).then_some("page");
                    view! {
                        <a href=Address::Settings(other).path() aria-current=current>{self::name(texts, other)}</a>
                    }
                }).collect_view()}
            </nav>
            // Who may change nothing here finds nothing to focus, and yet scrolls.
            <div class="main" tabindex="0">
                {(!editable).then(|| view! { <p class="notice">{why_not}</p> })}
                {part}
            </div>
        </main>
    }
}

fn name(texts: Texts, section: Section) -> &'static str {
    let settings = texts.settings();
    match section {
        Section::Workspace => settings.workspace(),
        Section::Members => settings.members(),
        Section::Pipelines => settings.pipelines(),
        Section::Fields => settings.fields(),
        Section::Calendar => texts.calendar().title(),
    }
}

/// What one must hold to change the part.
fn right(section: Section) -> Right {
    match section {
        Section::Workspace | Section::Calendar => Right::ManageWorkspace,
        Section::Members => Right::ManageMembers,
        Section::Pipelines | Section::Fields => Right::ManagePipelines,
    }
}
