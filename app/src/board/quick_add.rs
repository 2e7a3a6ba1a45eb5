//! A new deal in a column: its name, and after an `@`, `#` or `!` who owns it, how it is tagged and how urgent it is; an
//! amount with its sign, and a day in words for its close.

use super::state::{Board, CardRef, ColumnState};
use crate::{
    client::{Client, new_id},
    deal::{SIGNS, parse_amount},
    texts::use_texts,
    ui::{priority, refusal::sentence, time},
};
use chrono::NaiveDate;
use domain::{
    command::{Command, Place},
    deal::{Deal, Priority},
    field::Custom,
    id::{DealId, MemberId},
    money::Currency,
    order::OrderKey,
    quick::find_member,
    record::Record,
    view::View,
    when::day_in_words,
};
use leptos::{html, prelude::*};

#[component]
pub fn QuickAdd(board: Board, column: ColumnState, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let input = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<String>);
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let create = move || {
        let Some(element) = input.get_untracked() else { return };
        let typed = element.value();
        if typed.trim().is_empty() {
            open.set(false);
            return;
        }
        let Some(stage) = column.slot.stage() else { return };
        let deal = client.peek(|view| read(view, &typed, client.me, client.today()));
        let now = client.now();
        let deal = Deal {
            id: DealId(new_id()),
            pipeline: board.pipeline,
            stage,
            key: OrderKey::from_stored("V".to_owned()),
            created_at: now,
            entered_at: now,
            ..deal
        };
        let title = deal.title.clone();
        // At the top, where it was asked for.
        let lanes = board.lanes.get_value();
        let cell = lanes.first().and_then(|lane| board.cell(lane.lane, column.slot));
        let below = cell.and_then(|cell| cell.cards.with_untracked(|cards| cards.first().map(CardRef::id)));
        let place = Place { above: None, below };
        let done = move |command| {
            problem.set(None);
            if let Some(element) = input.get_untracked() {
                element.set_value("");
            }
            text.set(String::new());
            client.toasts.done(texts.quick_add().created(&title), command);
        };
        // What was typed stays, with what is wrong with it.
        if let Err(refusal) =
            client.ask_through(Command::Create { record: Record::Deal(deal), place, dated: false }, done)
        {
            problem.set(Some(client.peek(|view| sentence(texts, view, &refusal))));
        }
    };
    let understood = Memo::new(move |_| {
        let deal = client.with(|view| read(view, &text.get(), client.me, client.today()));
        parts(client, &deal)
    });
    view! {
        <form class="quick-add" on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            create();
        }>
            <input class="input" node_ref=input aria-label=texts.quick_add().title() maxlength="300"
                placeholder=texts.quick_add().placeholder() autocomplete="off"
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                on:input=move |event| text.set(event_target_value(&event))
                on:keydown=move |event: web_sys::KeyboardEvent| if event.key() == "Escape" { open.set(false) } />
            {move || problem.get().map(|problem| view! { <p class="err" role="alert">{problem}</p> })}
            <p class="tags" role="status" aria-label=texts.quick_add().understood()>
                {move || understood.get().into_iter().map(|part| view! { <span class="tag">{part}</span> }).collect_view()}
            </p>
            {move || understood.with(Vec::is_empty).then(|| view! { <p class="hint">{texts.quick_add().hint()}</p> })}
        </form>
    }
}

/// What was understood beside the name.
fn parts(client: Client, deal: &Deal) -> Vec<String> {
    let owner = Some(deal.owner).filter(|owner| *owner != client.me);
    let owner = owner.and_then(|id| client.peek(|view| view.members.get(&id).map(|member| member.name.clone())));
    let urgency = Some(deal.priority).filter(|priority| *priority != Priority::Normal);
    let urgency = urgency.map(|it| priority::name(client.texts, it).to_owned());
    let amount = deal.amount.map(|amount| format!("{}{}", amount.currency.sign(), amount.exact()));
    let day = deal.close_on.map(|day| time::day(client.texts, day, client.today()));
    let tags = deal.tags.iter().map(|tag| format!("#{tag}"));
    owner.into_iter().chain(tags).chain(urgency).chain(amount).chain(day).collect()
}

/// Reads what was typed. What is neither owner, tag, priority, amount nor the day of closing is the name.
fn read(view: &View, typed: &str, me: MemberId, today: NaiveDate) -> Deal {
    let currency = view.workspace().map_or(Currency::CNY, |workspace| workspace.currency);
    let (mut title, mut tags, mut owner, mut amount, mut close_on) = (Vec::new(), Vec::new(), None, None, None);
    let mut priority = None;
    let signed = |word: &str| SIGNS.iter().any(|(sign, _)| word.starts_with(sign));
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        let day = if close_on.is_none() { day_in_words(&words[at..], today) } else { None };
        let named = word.strip_prefix('@').and_then(|name| find_member(view, name, &words[at + 1..]));
        at += 1;
        if let Some((member, more)) = named {
            owner = Some(member);
            at += more;
        } else if let Some((day, used)) = day {
            close_on = Some(day);
            at += used - 1;
        } else if let Some(tag) = word.strip_prefix('#').filter(|tag| !tag.is_empty()) {
            tags.push(tag.to_owned());
        } else if let Some(urgency) = word.strip_prefix(['!', '！']).and_then(Priority::in_words) {
            priority = Some(urgency);
        } else if let Some(money) = Some(word).filter(|word| signed(word)).and_then(|word| parse_amount(word, currency))
        {
            amount = Some(money);
        } else {
            title.push(word);
        }
    }
    // Where nothing was taken out, the name is exactly what was typed.
    let plain = tags.is_empty() && owner.is_none() && priority.is_none() && amount.is_none() && close_on.is_none();
    Deal {
        id: DealId(uuid::Uuid::nil()),
        title: if plain { typed.trim().to_owned() } else { title.join(" ") },
        pipeline: uuid::Uuid::nil().into(),
        stage: uuid::Uuid::nil().into(),
        key: OrderKey::from_stored(String::new()),
        account: None,
        amount,
        owner: owner.unwrap_or(me),
        collaborators: Vec::new(),
        contacts: Vec::new(),
        priority: priority.unwrap_or_default(),
        close_on,
        source: String::new(),
        tags,
        notes: String::new(),
        external_id: None,
        custom: Custom::new(),
        loss_reason: String::new(),
        exception: String::new(),
        met: domain::gate::Met::new(),
        created_at: chrono::DateTime::UNIX_EPOCH,
        entered_at: chrono::DateTime::UNIX_EPOCH,
        closed_at: None,
    }
}
