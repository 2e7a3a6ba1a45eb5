//! The page of the funnel.

use super::{
    ageing::Ageing,
    apart::ApartOf,
    bottlenecks::BottleneckList,
    bridge::BridgeOf,
    door::{Doors, Opened},
    flow::{FlowOf, OverTime, Scatter, ThroughputOf},
    heads::Heads,
    losses::Losses,
    playback::{PlaybackOf, Player},
    process::ProcessOf,
    state::Funnel,
    steps::Steps,
    time::Time,
    toolbar::Toolbar,
    ways::{ReworkOf, WaysOf},
};
use crate::{
    client::Client,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::funnel::{
    query::{Only, Query, Span},
    report::Report,
};
use leptos::prelude::*;
use leptos_router::components::A;
use std::sync::Arc;

#[component]
pub fn FunnelPage() -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let funnel = Funnel::new(client);
    provide_context(Doors(RwSignal::new(None)));
    provide_context(Player::new());
    let shown = move || funnel.report.with(|report| report.as_ref().map(|report| report.pipeline));
    // Stages are another pipeline's.
    let switch = move |event| {
        let pipeline = event_target_value(&event).parse().ok();
        funnel.change(|query| *query = Query { pipeline, entered: None, ..query.clone() });
    };
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1>{t.title()}</h1>
            <span class="select pipeline-choice">
                <select aria-label=texts.nav().pipeline_menu() on:change=switch>
                    {move || client.with(|view| view.pipelines().into_iter().map(|pipeline| {
                        let id = pipeline.id;
                        view! {
                            <option value=id.to_string() selected=untrack(shown) == Some(id) prop:selected=move || shown() == Some(id)>
                                {pipeline.name.clone()}
                            </option>
                        }
                    }).collect_view())}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
        </TopBar>
        <main class="page flow fun" id="main" aria-busy=move || funnel.rereading.is_on.get().to_string()>
            <Toolbar funnel=funnel />
            {move || funnel.rereading.is_on.get().then(|| view! {
                <div class="loading" role="progressbar" aria-label=texts.common().loading()></div>
            })}
            {move || funnel.rereading.failed.get().then(|| view! {
                <p class="notice warn" role="alert">
                    {t.not_read()}
                    <button type="button" class="btn" on:click=move |_| funnel.read(0)>{texts.common().retry()}</button>
                </p>
            })}
            {move || funnel.report.get().map(|report| if report.main.funnel.cohort.total() == 0 && report.other.is_none() {
                view! { <Nothing funnel=funnel /> }.into_any()
            } else {
                view! { <Figures report=report funnel=funnel /> }.into_any()
            })}
        </main>
        <Opened funnel=funnel />
    }
}

#[component]
fn Figures(report: Arc<Report>, funnel: Funnel) -> impl IntoView {
    let of = || report.clone();
    view! {
        <Heads report=of() />
        <Steps report=of() funnel=funnel />
        <div class="charts">
            <Time report=of() />
            <Losses report=of() />
            <Ageing report=of() />
            <BottleneckList report=of() />
            <ApartOf report=of() funnel=funnel />
            <BridgeOf report=of() funnel=funnel />
            <PlaybackOf report=of() funnel=funnel />
            <ProcessOf report=of() />
            <WaysOf report=of() />
            <ReworkOf report=of() />
            <OverTime report=of() />
            <ThroughputOf report=of() />
            <FlowOf report=of() />
            <Scatter report=of() />
        </div>
    }
}

#[component]
fn Nothing(funnel: Funnel) -> impl IntoView {
    let t = use_texts().funnel();
    let is_filtered = move || {
        funnel.query.with(|query| query.span != Span::ALWAYS || !query.only.is_all() || query.entered.is_some())
    };
    let all = move |_| {
        funnel.change(|query| (query.entered, query.span, query.only) = (None, Span::ALWAYS, Only::default()));
    };
    view! {
        <div class="empty page-empty">
            {move || if is_filtered() {
                view! {
                    <b>{t.empty_filtered()}</b>
                    <p class="acts"><button type="button" class="btn" on:click=all>{t.show_all()}</button></p>
                }.into_any()
            } else {
                view! {
                    <b>{t.empty()}</b>
                    <p>{t.empty_text()}</p>
                    <p class="acts"><A href="/board" attr:class="btn primary">{t.to_board()}</A></p>
                }.into_any()
            }}
        </div>
    }
}
