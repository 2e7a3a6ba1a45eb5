//! What stands at the board's foot while a card is dragged: won, lost, delete.

use super::{
    drag::{Dragging, Zone},
    state::Board,
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{access::Right, pipeline::Outcome};
use leptos::prelude::*;

#[component]
pub fn Zones(board: Board) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let drag = expect_context::<Dragging>();
    let zone = move |zone: Zone, icon: IconName, name: String| {
        let is_over = move || drag.with(|drag| drag.as_ref().and_then(|drag| drag.zone) == Some(zone));
        view! {
            <div class="zone" class:over=is_over data-zone=zone.word()><Icon name=icon class="i-s" />{name}</div>
        }
    };
    let may_delete = client.holds(Right::DeleteRecords);
    let ends: Vec<_> = client.peek(|view| {
        let stages = view.stages_of(board.pipeline).into_iter();
        let ends = stages.filter(|stage| stage.outcome != Outcome::Open);
        ends.map(|stage| (stage.id, stage.name.clone(), stage.outcome)).collect()
    });
    view! {
        <div class="zones" aria-hidden="true">
            {ends.into_iter().map(|(stage, name, outcome)| {
                let icon = if outcome == Outcome::Won { IconName::Check } else { IconName::X };
                zone(Zone::Stage(stage), icon, name)
            }).collect_view()}
            {may_delete.then(|| zone(Zone::Delete, IconName::Trash, texts.common().delete().to_owned()))}
        </div>
    }
}
