//! The board as it was, day by day or week by week: a slider and a button that plays it. All of it came with the report, so
//! that a step asks nothing of the server.

use super::{
    axes::{HEIGHT, Plot},
    chart::Chart,
    door::{Asked, Doors, named},
    state::Funnel,
    words,
};
use crate::{client::Client, texts::use_texts, ui::figure::short_text};
use chrono::NaiveDate;
use domain::{
    funnel::{
        figure::Figure,
        playback::{Frame, Standing},
        report::Report,
    },
    money::Currency,
    pipeline::Outcome,
    stay::{Micros, StageIndex},
};
use leptos::{ev, prelude::*};
use std::{sync::Arc, time::Duration};

/// How long a frame stands while it plays, in milliseconds; longer for those who want less to move.
const STANDS: u64 = 400;
const STANDS_CALMLY: u64 = 1_200;

/// Where the playback stands. It outlives the figures, which are drawn anew as others change deals.
#[derive(Clone, Copy)]
pub struct Player {
    /// None: the last one.
    day: RwSignal<Option<NaiveDate>>,
    weekly: RwSignal<bool>,
    timer: RwSignal<Option<IntervalHandle>>,
}

impl Player {
    pub fn new() -> Self {
        let player = Self { day: RwSignal::new(None), weekly: RwSignal::new(false), timer: RwSignal::new(None) };
        on_cleanup(move || {
            if let Some(timer) = player.timer.try_get_untracked().flatten() {
                timer.clear();
            }
        });
        player
    }

    fn stop(self) {
        if let Some(timer) = self.timer.get_untracked() {
            timer.clear();
            self.timer.set(None);
        }
    }

    fn play(self, step: impl Fn() -> bool + 'static) {
        self.stop();
        let calm =
            window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|it| it.matches());
        let stands = Duration::from_millis(if calm { STANDS_CALMLY } else { STANDS });
        let timer = set_interval_with_handle(
            move || {
                if !step() {
                    self.stop();
                }
            },
            stands,
        );
        self.timer.set(timer.ok());
    }
}

/// The frames that are stepped through: all of them, or one a week and the last.
fn stops(count: usize, step: u32, weekly: bool) -> Vec<usize> {
    let by = if weekly { usize::try_from(7 / step.clamp(1, 7)).unwrap_or(1) } else { 1 };
    let last = count.saturating_sub(1);
    let mut stops: Vec<usize> = (0..count).step_by(by.max(1)).collect();
    if stops.last().is_some_and(|at| *at != last) {
        stops.push(last);
    }
    stops
}

#[component]
pub fn PlaybackOf(report: Arc<Report>, funnel: Funnel) -> impl IntoView {
    let texts = use_texts();
    let (t, own) = (texts.funnel(), texts.playback());
    let client = expect_context::<Client>();
    let player = expect_context::<Player>();
    let playback = report.playback.clone();
    let (names, outcomes): (Vec<String>, Vec<Outcome>) = client.peek(|view| {
        let stage = |id| view.stages.get(id).map(|stage| (stage.name.clone(), stage.outcome));
        playback.stages.iter().map(|id| stage(id).unwrap_or_default()).unzip()
    });
    let usual = client.peek(|view| view.workspace().map(|workspace| workspace.currency));
    let currencies = playback.currencies.clone();
    let main = usual.and_then(|usual| currencies.iter().position(|it| *it == usual));
    let main = main.or((!currencies.is_empty()).then_some(0));
    let told = {
        let texts_of = |standing: &Standing| {
            let sums = currencies.iter().zip(standing.sums.iter().copied());
            [standing.deals.to_string(), words::sums(texts, sums)]
        };
        let head = names.iter().flat_map(|name| [t.stage_of(name, t.deals()), t.stage_of(name, t.amount())]);
        let head: Vec<String> = std::iter::once(own.day().to_owned()).chain(head).collect();
        let rows = playback.frames.iter().map(|frame| {
            std::iter::once(frame.day.to_string()).chain(frame.columns.iter().flat_map(texts_of)).collect()
        });
        std::iter::once(head).chain(rows).collect()
    };
    let frames: StoredValue<Vec<Frame>> = StoredValue::new(playback.frames);
    let count = frames.with_value(Vec::len);
    let step = playback.step;
    let stops = Memo::new(move |_| stops(count, step, player.weekly.get()));
    // The place among the stops: that of the day, or the nearest before it.
    let place = Memo::new(move |_| {
        let day = player.day.get();
        stops.with(|stops| {
            let is_after = |at: &usize| {
                frames.with_value(|frames| frames.get(*at).zip(day).is_some_and(|(frame, day)| frame.day > day))
            };
            stops.partition_point(|at| !is_after(at)).saturating_sub(1)
        })
    });
    let frame = Memo::new(move |_| {
        let at = stops.with(|stops| stops.get(place.get()).copied()).unwrap_or(0);
        frames.with_value(|frames| frames.get(at).cloned())
    });
    let last = move || stops.with(Vec::len).saturating_sub(1);
    let go = move |to: usize| {
        let at = stops.with_untracked(|stops| stops.get(to).copied()).unwrap_or(0);
        player.day.set(frames.with_value(|frames| frames.get(at).map(|frame| frame.day)));
    };
    let forth = move || {
        // The figures may have been drawn anew meanwhile.
        let (Some(at), Some(last)) = (place.try_get_untracked(), stops.try_with_untracked(Vec::len)) else {
            return false;
        };
        let next = (at + 1).min(last.saturating_sub(1));
        go(next);
        next + 1 < last
    };
    let is_playing = move || player.timer.with(Option::is_some);
    let toggle = move |_| {
        if player.timer.with_untracked(Option::is_some) {
            return player.stop();
        }
        if place.get_untracked() >= untrack(last) {
            go(0);
        }
        player.play(forth);
    };
    // Drawn anew while it plays, it plays on.
    Effect::new(move |before: Option<()>| {
        if before.is_none() && player.timer.with_untracked(Option::is_some) {
            player.play(forth);
        }
    });
    let slide = move |event: ev::Event| {
        player.stop();
        go(event_target_value(&event).parse().unwrap_or(0));
    };
    let choose = move |weekly: bool| player.weekly.set(weekly);
    let shown_day = move || frame.with(|frame| frame.as_ref().map(|frame| frame.day.to_string()).unwrap_or_default());
    let by_amount = Memo::new(move |_| funnel.query.with(|query| query.by_amount) && main.is_some());
    // One scale for all frames, so that they compare; what has ended is told in figures only.
    let most = {
        let open: Vec<bool> = outcomes.iter().map(|outcome| *outcome == Outcome::Open).collect();
        let most = |value: &dyn Fn(&Standing) -> i128| {
            frames.with_value(|frames| {
                let of_open = frames.iter().flat_map(|frame| frame.columns.iter().zip(&open));
                of_open.filter(|(_, open)| **open).map(|(column, _)| value(column)).max().unwrap_or(0)
            })
        };
        let sum = |column: &Standing| main.and_then(|main| column.sums.get(main).copied()).unwrap_or(0);
        [most(&|column| i128::from(column.deals)), most(&sum)]
    };
    let main = main.map(|at| (at, currencies[at]));
    let columns = names.into_iter().zip(outcomes).enumerate().map(|(at, (name, outcome))| {
        let standing = Memo::new(move |_| {
            frame.with(|frame| {
                frame.as_ref().and_then(|frame| Some((frame.at, frame.columns.get(at)?.clone()))).unwrap_or_default()
            })
        });
        view! {
            <Column at=at of=playback.stages.len() name=name is_open={outcome == Outcome::Open} standing=standing main=main
                by_amount=by_amount most=most />
        }
    });
    let columns = columns.collect_view();
    let open_sum = move || {
        let (at, currency) = main?;
        frame.with(|frame| {
            let frame = frame.as_ref()?;
            let sum = frame.columns.iter().filter_map(|column| column.sums.get(at)).sum::<i128>();
            Some(own.whole(short_text(sum, currency, texts.0)))
        })
    };
    let note = own.note(report.bridge.first, report.bridge.last);
    view! {
        <Chart name=own.title() note=note file="playback" rows=told wide=true>
            <div class="pb-bar" role="group" aria-label=own.controls()>
                <button type="button" class="btn" disabled={count < 2} on:click=toggle>
                    {move || if is_playing() { own.pause() } else { own.play() }}
                </button>
                <input type="range" min="0" max=move || last().to_string() step="1" aria-label=own.day() aria-valuetext=shown_day
                    disabled={count < 2} prop:value=move || place.get().to_string() value=move || place.get().to_string() on:input=slide />
                <span class="pb-day" data-day=shown_day>{shown_day}</span>
                <span class="seg" role="group" aria-label=own.pace()>
                    <button type="button" aria-pressed=move || (!player.weekly.get()).to_string() on:click=move |_| choose(false)>
                        {if step == 1 { own.daily().to_owned() } else { own.every(step) }}
                    </button>
                    <button type="button" disabled={step >= 7} aria-pressed=move || player.weekly.get().to_string() on:click=move |_| choose(true)>
                        {own.weekly()}
                    </button>
                </span>
            </div>
            <svg viewBox=Plot::view_box() class="plot wf pb" role="group" aria-label=own.title()>{columns}</svg>
            <p class="meta">{open_sum}</p>
        </Chart>
    }
}

/// A column of the board: its bar, its count, its amount, and the deals that stood there.
#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
fn Column(
    at: usize,
    of: usize,
    name: String,
    is_open: bool,
    standing: Memo<(Micros, Standing)>,
    main: Option<(usize, Currency)>,
    by_amount: Memo<bool>,
    most: [i128; 2],
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let Doors(asked) = expect_context();
    let each = (Plot::x(1.0) - Plot::x(0.0)) / of.max(1) as f64;
    let x = Plot::x(0.0) + each * at as f64;
    let sum = move || {
        let (main, _) = main?;
        standing.with(|(_, standing)| standing.sums.get(main).copied())
    };
    let deals = move || standing.with(|(_, standing)| standing.deals);
    let part = move || {
        let (value, most) =
            if by_amount.get() { (sum().unwrap_or(0), most[1]) } else { (i128::from(deals()), most[0]) };
        if is_open && most > 0 { value as f64 / most as f64 } else { 0.0 }
    };
    // Room above for two lines of figures, below for the name.
    let (top, bottom) = (34.0, HEIGHT - 24.0);
    let height = Memo::new(move |_| part() * (bottom - top));
    let amount =
        move || main.zip(sum()).map(|((_, currency), sum)| short_text(sum, currency, texts.0)).unwrap_or_default();
    let label = {
        let name = name.clone();
        move || format!("{}, {}", named(texts, &name, u64::from(deals())), amount())
    };
    let titled = name.clone();
    let figure = move || {
        let instant = standing.with(|(at, _)| *at);
        Figure::Stood(StageIndex::try_from(at).unwrap_or(StageIndex::MAX), instant)
    };
    let shown = name.clone();
    let open = move || {
        if untrack(deals) > 0 {
            asked.set(Some(Asked { figure: untrack(figure), compared: false, name: t.stage_of(&name, t.deals()) }));
        }
    };
    let by_key = open.clone();
    let middle = format!("{:.1}", x + each / 2.0);
    let y = move |above: f64| format!("{:.1}", bottom - height.get() - above);
    view! {
        <g class="hit" role="button" tabindex="0" aria-haspopup="dialog" aria-label=label data-column=at.to_string()
            data-deals=move || deals().to_string() on:click=move |_| open()
            on:keydown=move |event| if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                by_key();
            }>
            <title>{titled}</title>
            <rect class="ground" x=format!("{x:.1}") y="0" width=format!("{each:.1}") height=HEIGHT.to_string() />
            <rect class="up" x=format!("{:.1}", x + each * 0.14) y=move || y(0.0) width=format!("{:.1}", each * 0.72)
                height=move || format!("{:.1}", height.get()) />
            <text class="v mid" x=middle.clone() y=move || y(16.0)>{move || words::count(u64::from(deals()))}</text>
            <text class="lb mid" x=middle.clone() y=move || y(4.0)>{amount}</text>
            <text class="lb mid" x=middle y=(HEIGHT - 8.0).to_string()>{words::fitting(&shown, each)}</text>
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_end_where_days_do() {
        assert_eq!(stops(0, 1, false), Vec::<usize>::new());
        assert_eq!(stops(4, 1, false), [0, 1, 2, 3]);
        assert_eq!(stops(10, 1, true), [0, 7, 9]);
        assert_eq!(stops(8, 1, true), [0, 7]);
        assert_eq!(stops(5, 2, true), [0, 3, 4]);
        assert_eq!(stops(3, 9, true), [0, 1, 2]);
    }
}
