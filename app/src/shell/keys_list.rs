//! The list of all keys, by where they work.

use super::keys::{FILTER, PLACES};
use crate::{
    texts::{Texts, use_texts},
    ui::dialog::Dialog,
};
use leptos::prelude::*;

/// Keys, and what they do.
type Row = (&'static str, &'static str);

/// Every key: the place where it works, then its row.
fn all(texts: Texts) -> [(&'static str, Vec<Row>); 8] {
    let look = texts.look();
    let (t, keys, palette, stream, grid) = (texts.key(), texts.keys(), texts.palette(), texts.stream(), texts.grid());
    let everywhere = vec![
        ("Ctrl K", palette.open()),
        (FILTER, keys.filter()),
        ("C", keys.create()),
        ("Ctrl Z", keys.undo()),
        ("Ctrl Shift Z  Ctrl Y", keys.redo()),
        ("Esc", keys.escape()),
        ("?", keys.help()),
    ];
    let places = PLACES.iter().map(|place| (place.keys, (place.name)(texts))).collect();
    let board = vec![
        ("Enter", t.open_card()),
        ("← → ↑ ↓", look.key_arrows()),
        (texts.drag().space(), keys.lift()),
        ("← → ↑ ↓", t.move_card()),
        ("Home  End", t.card_ends()),
        ("Shift ␣", look.key_peek()),
        ("X", keys.select()),
        ("Shift X  Shift ↑ ↓", look.key_extend()),
        ("Ctrl A", look.key_column()),
        ("M  A", keys.card_menu()),
    ];
    let deal = vec![
        ("L", stream.key_log()),
        ("Shift Enter", t.log_longer()),
        ("E", stream.key_edit()),
        ("M", t.to_stages()),
        ("A", t.give()),
        ("J  K", stream.key_near()),
    ];
    let table = vec![
        ("← → ↑ ↓", t.cells()),
        ("Home  End", t.row_ends()),
        ("Ctrl Home  Ctrl End", t.table_ends()),
        ("Page Up  Page Down", t.screen()),
        ("Shift ← → ↑ ↓", t.select_cells()),
        ("Ctrl A", t.select_all()),
        ("Enter  F2", grid.key_edit()),
        ("Delete", t.clear_cells()),
        ("Ctrl C  Ctrl V", t.copy_cells()),
        ("Ctrl D", grid.key_fill()),
        ("Ctrl Enter", grid.key_open()),
        ("Ctrl ←  Ctrl →", t.resize_column()),
        ("Shift ←  Shift →", t.move_column()),
    ];
    let g = texts.gantt();
    let plan = vec![
        ("← → ↑ ↓", g.key_lines()),
        ("Alt ←  Alt →", g.key_shift()),
        ("Shift ←  Shift →", g.key_resize()),
        ("Alt ↑  Alt ↓", g.key_order()),
        ("Tab  Shift Tab", g.key_indent()),
        ("Enter", g.key_accept()),
        (texts.drag().space(), g.key_details()),
        ("C  Insert", g.add_task()),
        ("L", g.begin_link()),
        ("Delete", texts.common().delete()),
        ("M", g.key_menu()),
        ("+  −", g.key_zoom()),
        ("F  T", g.key_fit()),
    ];
    let lists = vec![("X", keys.select())];
    let in_palette = vec![
        ("↑ ↓", palette.key_choose()),
        ("Enter", palette.key_take()),
        ("Ctrl Enter", palette.key_tab()),
        ("Backspace", texts.common().back()),
    ];
    [
        (t.everywhere(), everywhere),
        (t.go(), places),
        (texts.nav().board(), board),
        (texts.deal().title(), deal),
        (t.table(), table),
        (texts.nav().plan(), plan),
        (t.lists(), lists),
        (palette.title(), in_palette),
    ]
}

#[component]
pub fn Keys(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.keys().title() on_close=Callback::new(move |()| { open.try_set(false); })>
            <div class="body keys-list" tabindex="0" role="region" aria-label=texts.keys().title()>
                {all(texts).into_iter().map(|(place, rows)| view! {
                    <section aria-label=place>
                        <h3>{place}</h3>
                        <dl>{rows.into_iter().map(|(keys, what)| view! {
                            <div><dt>{what}</dt><dd>{keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dd></div>
                        }).collect_view()}</dl>
                    </section>
                }).collect_view()}
            </div>
        </Dialog>
    }
}
