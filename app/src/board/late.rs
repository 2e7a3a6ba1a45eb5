//! How many of a column's open deals stand there longer than the stage allows: a link to the list of them.

use super::state::{Board, CardRef};
use crate::ui::HealthMark;
use domain::{board::Slot, health::Light, pipeline::Outcome};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn LateMark(
    board: Board,
    column: Slot,
    /// On which screens it stands there.
    class: &'static str,
) -> impl IntoView {
    let client = board.client;
    let texts = client.texts;
    // The stage's limit, and its number among the open ones.
    let stage = Memo::new(move |_| {
        client.with(|view| {
            let stage = view.stages.get(&column.stage()?)?;
            let open = view.stages_of(stage.pipeline).into_iter().filter(|it| it.outcome == Outcome::Open);
            let step = open.map(|it| it.id).position(|id| id == stage.id)?;
            Some((stage.limit()?, step))
        })
    });
    let late = Memo::new(move |_| {
        let (limit, step) = stage.get()?;
        let (zone, today) = (client.zone(), client.today());
        let is_late = |card: &CardRef| zone.worked_since(card.entered_at(), today) > u32::from(limit);
        // None as long as some of its cards are not here: what cannot be counted is not told.
        let count = board.count_cards(column, is_late)?;
        (count > 0).then_some((count, step))
    });
    move || {
        late.get().map(|(count, step)| {
            // As `Figure::Late` is named; the type would bring the other figures to the board.
            let href = format!("/funnel?pipeline={}&figure=late.{step}", board.pipeline);
            view! {
                <A href=href attr:class=format!("late-mark {class}") attr:title=texts.late().column_title()>
                    <HealthMark level=Light::Red label="" />
                    {texts.late().column(count)}
                </A>
            }
        })
    }
}
