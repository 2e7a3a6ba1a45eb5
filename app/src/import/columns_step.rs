//! Step two: what each column becomes.

use super::{
    facts::Facts,
    figures::{grouped, rows},
    inspection::{ColumnFacts, Inspection},
    names::{custom_kind, new_type, target, targets},
    page::Problems,
    pick::{Pick, code, decode},
    places::{Owners, Places, TitleParts},
    plan::{ColumnPlan, FieldChoice, NewType, Plan, RowKind, Target},
    reading::ReadingOptions,
    sentence::form_example,
    state::{Step, Task, Wizard},
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName},
};
use domain::{
    field::FieldType,
    import::{ColumnKind, DateColumn, DateForm},
    view::View,
};
use leptos::prelude::*;

/// How many rows of the file are shown.
const PREVIEW: usize = 5;

#[component]
pub fn ColumnsStep() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    // The rows are built once for each reading of the file; within them only what changes is shown anew.
    let file = Memo::new(move |_| wizard.file.get());
    let in_file = Memo::new(move |_| file.with(|file| file.as_ref().map_or(0, |file| file.rows)));
    let has_rows = Memo::new(move |_| in_file.get() > 0);
    let doing = move || {
        if wizard.task.get() == Some(Task::Reading) {
            return t.reading().to_owned();
        }
        let progress = wizard.progress.get();
        t.checking(grouped(progress.done), grouped(progress.rows.max(in_file.get())))
    };
    view! {
        <div class="main">
            <Problems />
            {move || file.get().map(|file| view! { <Facts file=file /> })}
            <ReadingOptions />
            {move || if has_rows.get() {
                view! { <Columns file=file /> }.into_any()
            } else {
                view! { <p class="notice warn">{t.no_rows()}</p> }.into_any()
            }}
        </div>
        <footer>
            <button type="button" class="btn" on:click=move |_| wizard.step.set(Step::File)>{t.other_file()}</button>
            {move || wizard.is_busy().then(|| view! {
                <span class="second push" role="status">{doing}</span>
                <button type="button" class="btn" on:click=move |_| wizard.give_up()>{texts.common().cancel()}</button>
            })}
            {move || has_rows.get().then(|| view! {
                <button type="button" class="btn primary" class:push=move || !wizard.is_busy()
                    aria-busy=move || wizard.is_busy().then_some("true") disabled=move || wizard.is_busy()
                    on:click=move |_| wizard.run_check()>{t.check()}</button>
            })}
        </footer>
    }
}

/// What each column becomes, where the rows go, and the first of them.
#[component]
fn Columns(file: Memo<Option<Inspection>>) -> impl IntoView {
    let t = use_texts().importer();
    let wizard = expect_context::<Wizard>();
    let is_deals = Memo::new(move |_| wizard.planned(|plan| plan.rows == RowKind::Deals).unwrap_or(false));
    view! {
        <p class="lead-in">{t.columns_text()}</p>
        {move || file.get().map(|file| view! {
            <table class="table map">
                <thead>
                    <tr>
                        <th scope="col">{t.column_theirs()}</th>
                        <th scope="col" class="ex">{t.column_example()}</th>
                        <th scope="col" class="arrow"></th>
                        <th scope="col">{t.column_ours()}</th>
                    </tr>
                </thead>
                <tbody>
                    {file.columns.into_iter().enumerate().map(|(at, column)| view! { <ColumnRow at=at column=column /> }).collect_view()}
                </tbody>
            </table>
        })}
        {move || is_deals.get().then(|| view! { <TitleParts /> <Places /> <Owners /> })}
        {move || file.get().map(|file| view! { <Preview file=file /> })}
    }
}

#[component]
fn ColumnRow(at: usize, column: ColumnFacts) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let client = expect_context::<Client>();
    let wizard = expect_context::<Wizard>();
    let planned = Memo::new(move |_| {
        wizard.planned(|plan| plan.columns.get(at).cloned()).flatten().unwrap_or(ColumnPlan::IGNORED)
    });
    let examples = column.examples.join(", ");
    let name = column.name.clone();
    let facts = StoredValue::new(column);
    let options = Signal::derive(move || {
        wizard
            .planned(|plan| facts.with_value(|column| client.peek(|view| choices(texts, view, plan, at, column))))
            .unwrap_or_default()
    });
    let pick = Callback::new(move |chosen: String| {
        let Some(target) = decode::<Target>(&chosen) else { return };
        let dates = facts.with_value(|column| match &column.dates {
            DateColumn::Known(form) => Some(*form),
            _ => None,
        });
        wizard.change_column(at, |column| *column = ColumnPlan { target, dates });
    });
    let new_field = move || match planned.get().target {
        Target::Custom(FieldChoice::New { name, field_type }) => Some((name, field_type)),
        _ => None,
    };
    let is_date = move || planned.with(|planned| client.peek(|view| holds_dates(view, &planned.target)));
    let types: Vec<_> = NewType::ALL.into_iter().map(|kind| (code(&kind), new_type(texts, kind).to_owned())).collect();
    let types = StoredValue::new(types);
    view! {
        <tr class:left-out=move || planned.with(|planned| planned.target == Target::Ignore)
            class:bad=move || is_date() && planned.with(|planned| planned.dates.is_none())>
            <td class="src">{name.clone()}</td>
            <td class="ex" title=examples.clone()>{examples.clone()}</td>
            <td class="arrow"><Icon name=IconName::Arrow class="i-s" /></td>
            <td>
                <span class="becomes">
                    <Pick label=name quiet=true options=options value=Signal::derive(move || planned.with(|planned| code(&planned.target))) pick=pick />
                    {move || new_field().map(|(name, field_type)| view! {
                        <Pick label=t.column_new_as() quiet=true options=types.get_value() value=code(&field_type)
                            pick=Callback::new(move |kind: String| {
                                if let Some(field_type) = decode(&kind) {
                                    let name = name.clone();
                                    let target = Target::Custom(FieldChoice::New { name, field_type });
                                    wizard.change_column(at, |column| column.target = target);
                                }
                            }) />
                    })}
                    {move || is_date().then(|| view! {
                        <Pick label=t.column_dates() quiet=true options=date_forms(texts, &facts.with_value(|column| column.dates.clone()))
                            value=Signal::derive(move || planned.with(|planned| code(&planned.dates)))
                            pick=Callback::new(move |form: String| wizard.change_column(at, |column| column.dates = decode(&form).flatten())) />
                    })}
                </span>
            </td>
        </tr>
    }
}

/// What a column can become: what no other column is, and what it is itself. Nothing where the plan is already that of a
/// narrower reading of the file, and this column's row about to go.
fn choices(texts: Texts, view: &View, plan: &Plan, at: usize, column: &ColumnFacts) -> Vec<(String, String)> {
    let Some(ColumnPlan { target: own, .. }) = plan.columns.get(at) else { return Vec::new() };
    let mut choices = vec![Target::Ignore];
    choices.extend(targets(plan.rows));
    if let Some(kind) = custom_kind(plan.rows) {
        let fields = view.fields_of(kind).into_iter();
        let fields = fields
            .filter(|field| plan.rows != RowKind::Options || matches!(field.field_type, FieldType::Choice { .. }));
        choices.extend(fields.map(|field| Target::Custom(FieldChoice::Existing { id: field.id })));
        let name = if column.header.is_empty() { column.name.clone() } else { column.header.clone() };
        let field_type = match column.kind {
            _ if plan.rows == RowKind::Options => NewType::Choice,
            ColumnKind::Number(_) => NewType::Number,
            ColumnKind::Date(_) => NewType::Date,
            _ => NewType::Text,
        };
        match own {
            Target::Custom(FieldChoice::New { .. }) => choices.push(own.clone()),
            _ => choices.push(Target::Custom(FieldChoice::New { name, field_type })),
        }
    }
    let is_taken = |choice: &Target| {
        let mut others = plan.columns.iter().enumerate().filter(|(other, _)| *other != at);
        *choice != Target::Ignore && others.any(|(_, other)| other.target == *choice)
    };
    choices.retain(|choice| choice == own || !is_taken(choice));
    choices.into_iter().map(|choice| (code(&choice), target(texts, view, &choice))).collect()
}

fn holds_dates(view: &View, target: &Target) -> bool {
    let Target::Custom(FieldChoice::Existing { id }) = target else { return target.is_date() };
    view.fields.get(id).is_some_and(|field| matches!(field.field_type, FieldType::Date))
}

/// The forms in which a column's dates may be written; those that fit its cells first.
fn date_forms(texts: Texts, dates: &DateColumn) -> Vec<(String, String)> {
    let mut forms: Vec<DateForm> = match dates {
        DateColumn::Known(form) => vec![*form],
        DateColumn::Ambiguous(forms) => forms.clone(),
        DateColumn::NotDates => Vec::new(),
    };
    for form in DateForm::ALL {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    let choose = (code(&None::<DateForm>), texts.importer().dates_choose().to_owned());
    let form = |form: DateForm| (code(&Some(form)), form_example(form).to_owned());
    std::iter::once(choose).chain(forms.into_iter().map(form)).collect()
}

#[component]
fn Preview(file: Inspection) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    view! {
        <div class="preview" tabindex="0" role="region" aria-label=rows(texts, file.rows)>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t.row()}</th>
                        {file.columns.iter().map(|column| view! { <th scope="col">{column.name.clone()}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {file.sample.into_iter().take(PREVIEW).map(|row| view! {
                        <tr>
                            <td class="third">{row.line}</td>
                            {row.cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
