//! Fairlead's own drawings: icons, health marks, the logo. They are inline, so that they take the colour of the text
//! beside them, cost no request and need no exception in the content security policy.

use domain::health::Light;
use leptos::prelude::*;

/// What can be drawn. An icon is a hint: the word stands beside it, or its button has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IconName {
    Alarm,
    Arrow,
    Board,
    Building,
    Chat,
    Check,
    Clip,
    Clock,
    ClockFilled,
    Cloud,
    CloudOff,
    Dash,
    Deals,
    Down,
    Edit,
    File,
    Flag,
    Funnel,
    Globe,
    Goal,
    Help,
    Left,
    Link,
    Logout,
    Mail,
    Meet,
    Note,
    Phone,
    Pin,
    Plan,
    Plus,
    Right,
    Search,
    Settings,
    Swap,
    Today,
    Trash,
    Upload,
    User,
    X,
}

impl IconName {
    /// The drawing, as the `d` of one path in a box of 16 by 16.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Alarm => "M8 2.2 14.3 13H1.7zM8 6.3v3.2M8 11.2v.01",
            Self::Arrow => "M2.8 8H13M9.2 4.2 13 8l-3.8 3.8",
            Self::Board => "M2.5 2.8h3v10.4h-3zM6.5 2.8h3v6.6h-3zM10.5 2.8h3v8.4h-3z",
            Self::Building => "M3 13.5v-11h6.5v11M9.5 6.5H13v7M1.8 13.5h12.4M5.2 5.3h2M5.2 8h2M5.2 10.7h2",
            Self::Chat => "M2.5 3.2h11v7.6H7.2l-3 2.6v-2.6H2.5z",
            Self::Check => "m3.5 8.4 3 3 6-6.6",
            Self::Clip => {
                "m12.9 7.5-5.1 5.1a3 3 0 0 1-4.3-4.3L9 2.8a2 2 0 0 1 2.9 2.9L6.5 11a1 1 0 0 1-1.4-1.4l4.7-4.7"
            }
            Self::Clock => "M2.4 8a5.6 5.6 0 1 0 11.2 0A5.6 5.6 0 1 0 2.4 8M8 4.8V8l2.2 1.6",
            Self::ClockFilled => {
                "M2.1 8a5.9 5.9 0 1 0 11.8 0A5.9 5.9 0 1 0 2.1 8M7.25 5v3.5l2.4 1.64.85-1.24-1.75-1.2V5z"
            }
            Self::Cloud => "M4.7 12.3a2.9 2.9 0 0 1-.2-5.8 3.8 3.8 0 0 1 7.3 1.2 2.3 2.3 0 0 1-.2 4.6z",
            Self::CloudOff => {
                "M6.8 4.1a3.8 3.8 0 0 1 5 3.6 2.3 2.3 0 0 1 1.3 3.7M10.9 12.3H4.7a2.9 2.9 0 0 1-.2-5.8M2.6 2.6l10.8 10.8"
            }
            Self::Dash => "M2.4 8a5.6 5.6 0 1 0 11.2 0A5.6 5.6 0 1 0 2.4 8",
            Self::Deals => "M2.5 3.2h11v9.6h-11zM2.5 6.4h11M2.5 9.6h11M6.4 3.2v9.6",
            Self::Down => "M4.5 6.3 8 9.8l3.5-3.5",
            Self::Edit => "m3 13 .6-2.8 7-7a1.56 1.56 0 0 1 2.2 2.2l-7 7zM9.4 4.4l2.2 2.2",
            Self::File => "M3.5 2.3h5.7l3.3 3.3v8.1h-9zM9 2.5v3.3h3.3",
            Self::Flag => "M4 14V2.6M4 3h8.2l-2 2.9 2 2.9H4",
            Self::Funnel => "M2.2 3h11.6L9.5 8.4v4.8l-3-1.6V8.4z",
            Self::Globe => {
                "M2.3 8a5.7 5.7 0 1 0 11.4 0A5.7 5.7 0 1 0 2.3 8zm0 0h11.4M8 2.3c1.7 1.6 2.5 3.5 2.5 5.7S9.7 12.1 8 13.7C6.3 12.1 5.5 10.2 5.5 8S6.3 3.9 8 2.3"
            }
            Self::Goal => {
                "M2.4 8a5.6 5.6 0 1 0 11.2 0A5.6 5.6 0 1 0 2.4 8M5.6 8a2.4 2.4 0 1 0 4.8 0 2.4 2.4 0 1 0-4.8 0"
            }
            Self::Help => "M2.3 8a5.7 5.7 0 1 0 11.4 0A5.7 5.7 0 1 0 2.3 8M6.3 6.4A1.75 1.75 0 1 1 8 8.7v.7M8 11.5v.01",
            Self::Left => "M9.7 4.5 6.2 8l3.5 3.5",
            Self::Link => {
                "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.3-2.3A2.6 2.6 0 0 0 9 3.3l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8"
            }
            Self::Logout => "M9.5 4.8V2.6H3v10.8h6.5v-2.2M6.5 8h7.3M11.2 5.4 13.8 8l-2.6 2.6",
            Self::Mail => "M2.2 3.8h11.6v8.6H2.2zM2.5 4.3 8 8.8l5.5-4.5",
            Self::Meet => {
                "M3.4 5.6a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0M1.9 12.8C2.2 10.3 3.6 9 5.6 9s3.4 1.3 3.7 3.8M10.2 3.7a2.2 2.2 0 0 1 0 3.9M11.4 9.3c1.6.4 2.5 1.6 2.7 3.5"
            }
            Self::Note => "M3.2 2.6h9.6v7.3l-3.3 3.5H3.2zM12.6 10H9.5v3.3M5.5 5.6h5M5.5 8.2h3",
            Self::Phone => {
                "M3.2 2.8h2.6l1.3 3.1-1.5 1.2c.8 1.7 1.9 2.8 3.5 3.5l1.2-1.5 3 1.3V13C7.9 13.6 2.7 8.3 3.2 2.8z"
            }
            Self::Pin => {
                "M8 14c3-3.3 4.5-5.5 4.5-7.4a4.5 4.5 0 0 0-9 0C3.5 8.5 5 10.7 8 14zM6.4 6.5a1.6 1.6 0 1 0 3.2 0 1.6 1.6 0 1 0-3.2 0"
            }
            Self::Plan => "M2.5 2.5v11M4.6 4.2h5.2M6.6 8h6.6M9 11.8h4.2",
            Self::Plus => "M8 3.2v9.6M3.2 8h9.6",
            Self::Right => "M6.3 4.5 9.8 8l-3.5 3.5",
            Self::Search => "M2.7 7a4.3 4.3 0 1 0 8.6 0 4.3 4.3 0 1 0-8.6 0M10.3 10.3l3.2 3.2",
            Self::Settings => {
                "M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M8.5 4.5a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0M4.1 11.5a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 1 0-3.4 0"
            }
            Self::Swap => "M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13",
            Self::Today => "M2.5 4.5h11M2.5 8h7M2.5 11.5H7M10 11.5l1.5 1.5L14 9.8",
            Self::Trash => "M2.8 4.3h10.4M6 4.3V2.6h4v1.7M4.2 4.3l.6 9.1h6.4l.6-9.1M6.8 7v3.8M9.2 7v3.8",
            Self::Upload => "M8 10.2V2.5M4.8 5.7 8 2.5l3.2 3.2M2.5 11v2.5h11V11",
            Self::User => {
                "M5.3 5.3a2.7 2.7 0 1 0 5.4 0 2.7 2.7 0 1 0-5.4 0M2.8 13.6c.4-3.1 2.3-4.7 5.2-4.7s4.8 1.6 5.2 4.7"
            }
            Self::X => "m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6",
        }
    }
}

/// One icon, 16 px square unless `class` says `i-s` (14) or `i-xs` (12). Readers of the screen pass over it.
#[component]
pub fn Icon(name: IconName, #[prop(optional)] class: &'static str) -> impl IntoView {
    let filled = name == IconName::ClockFilled;
    view! {
        <svg class=format!("i {class}") viewBox="0 0 16 16" aria-hidden="true">
            <path
                d=name.path()
                fill=filled.then_some("currentColor")
                fill-rule=filled.then_some("evenodd")
                stroke=filled.then_some("none")
                stroke-dasharray=(name == IconName::Dash).then_some("2.3 2.3")
            />
        </svg>
    }
}

/// How a light is drawn, in a box of 14 by 14: its class, its shape and what stands in it. Each has its own shape (octagon,
/// triangle, circle), because colour alone tells nobody anything.
const fn drawing(light: Light) -> [&'static str; 3] {
    match light {
        Light::Red => ["h h-red", "M4.7.5h4.6l4.2 4.2v4.6l-4.2 4.2H4.7L.5 9.3V4.7z", "M7 3.8v3.5M7 10v.01"],
        Light::Amber => {
            let triangle = "M6.1 1.2a1.05 1.05 0 0 1 1.8 0l5.9 10.5a1 1 0 0 1-.9 1.5H1.1a1 1 0 0 1-.9-1.5z";
            ["h h-amber", triangle, "M7 5v3.3M7 10.7v.01"]
        }
        Light::Green => ["h h-green", "M.6 7a6.4 6.4 0 1 0 12.8 0A6.4 6.4 0 1 0 .6 7z", "m4.2 7.2 2 2 3.6-4"],
    }
}

/// A health mark. `label` is its name in the reader's language; where the word stands beside it, pass "".
#[component]
pub fn HealthMark(level: Light, #[prop(into)] label: TextProp, #[prop(optional)] class: &'static str) -> impl IntoView {
    let unnamed = label.clone();
    let [own, shape, glyph] = drawing(level);
    view! {
        <svg class=format!("{own} {class}") viewBox="0 0 14 14" role="img"
            aria-hidden=move || unnamed.get().is_empty().then_some("true") aria-label=move || label.get().to_string()>
            <path class="shape" d=shape />
            <path class="glyph" d=glyph />
        </svg>
    }
}

/// The logo: a fairlead seen from the front, the rope running through.
#[component]
pub fn Mark(#[prop(default = 20)] size: u32) -> impl IntoView {
    view! {
        <svg class="mark" width=size height=size viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-linecap="round" aria-hidden="true">
            <path d="M3.5 15.5V9a6.5 6.5 0 0 1 13 0v6.5M1.5 15.5h17" stroke-width="2" />
            <path d="M7.7 9.5a2.3 2.3 0 1 0 4.6 0 2.3 2.3 0 1 0-4.6 0z" stroke-width="1.8" />
        </svg>
    }
}
