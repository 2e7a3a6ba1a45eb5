//! Where deals go: pipeline, stages, owners, and what their title is made of.

use super::{
    figures::grouped,
    pick::{Pick, code, decode},
    plan::{NewStage, OwnerChoice, PipelineChoice, Plan, StageChoice, Target},
    state::Wizard,
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
};
use domain::{import::guess::DealField, pipeline::Outcome, view::View};
use leptos::prelude::*;

/// What a person says of a stage that the file names.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
enum StageAnswer {
    Existing(StageChoice),
    New(Outcome),
    Refuse,
}

fn column_of(plan: &Plan, field: DealField) -> Option<usize> {
    plan.columns.iter().position(|column| column.target == Target::Deal(field))
}

/// The values of the column of a field, with their numbers of rows.
fn values(wizard: Wizard, field: DealField) -> Vec<(String, u64)> {
    let at = wizard.planned(|plan| column_of(plan, field)).flatten();
    wizard.file.with(|file| {
        let column = at.and_then(|at| file.as_ref()?.columns.get(at));
        column.and_then(|column| column.values.clone()).unwrap_or_default()
    })
}

/// The settings that places are chosen from. A deal that changes elsewhere wakes nothing that reads them.
fn settings(client: Client) -> Memo<View> {
    Memo::new(move |_| {
        client.with(|view| View {
            pipelines: view.pipelines.clone(),
            stages: view.stages.clone(),
            members: view.members.clone(),
            ..View::default()
        })
    })
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

#[component]
pub fn Places() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let client = expect_context::<Client>();
    let wizard = expect_context::<Wizard>();
    let settings = settings(client);
    let stages = Memo::new(move |_| values(wizard, DealField::Stage));
    let proposed = wizard.file.with_untracked(|file| {
        let name = file.as_ref().map(|file| file.file_name.clone()).unwrap_or_default();
        match file.as_ref().map(|file| &file.plan.deals.pipeline) {
            Some(PipelineChoice::New { name }) => name.clone(),
            _ => name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned()),
        }
    });
    let proposed = StoredValue::new(PipelineChoice::New { name: proposed });
    let pipelines = Memo::new(move |_| {
        let known = settings.with(|view| {
            let pipelines = view.pipelines().into_iter();
            pipelines
                .map(|pipeline| (code(&PipelineChoice::Existing { id: pipeline.id }), pipeline.name.clone()))
                .collect::<Vec<_>>()
        });
        let new = proposed.get_value();
        let name = if let PipelineChoice::New { name } = &new { t.pipeline_new(name) } else { String::new() };
        known.into_iter().chain([(code(&new), name)]).collect::<Vec<_>>()
    });
    let pick = Callback::new(move |chosen: String| {
        let Some(choice) = decode::<PipelineChoice>(&chosen) else { return };
        let names: Vec<String> = stages.get_untracked().into_iter().map(|(name, _)| name).collect();
        settings.with_untracked(|view| wizard.change(|plan| choose_pipeline(view, plan, choice, &names)));
    });
    let has_stage =
        Memo::new(move |_| wizard.planned(|plan| column_of(plan, DealField::Stage).is_some()).unwrap_or(false));
    // Several rows of one deal, each with the stage that it entered.
    let is_log = Memo::new(move |_| {
        let parts = [DealField::ExternalId, DealField::Stage, DealField::EnteredOn];
        wizard.planned(|plan| parts.iter().all(|field| column_of(plan, *field).is_some())).unwrap_or(false)
    });
    let has_closed =
        Memo::new(move |_| wizard.planned(|plan| column_of(plan, DealField::ClosedOn).is_some()).unwrap_or(false));
    let all = Memo::new(move |_| {
        let none = (code(&None::<StageChoice>), texts.common().none().to_owned());
        let stages = wizard.planned(|plan| settings.with(|view| all_stages(view, plan))).unwrap_or_default();
        let stages = stages.into_iter().map(|(choice, name)| (code(&Some(choice)), name));
        std::iter::once(none).chain(stages).collect::<Vec<_>>()
    });
    let open = Memo::new(move |_| {
        let none = (code(&None::<StageChoice>), t.last_open_unknown().to_owned());
        let stages = wizard.planned(|plan| settings.with(|view| open_stages(view, plan))).unwrap_or_default();
        let stages = stages.into_iter().map(|(choice, name)| (code(&Some(choice)), name));
        std::iter::once(none).chain(stages).collect::<Vec<_>>()
    });
    view! {
        <section class="part">
            <div class="opts">
                <Pick label=t.pipeline() options=pipelines
                    value=Signal::derive(move || wizard.planned(|plan| code(&plan.deals.pipeline)).unwrap_or_default()) pick=pick />
                {move || (!has_stage.get()).then(|| view! {
                    <Pick label=t.first_stage() options=all
                        value=Signal::derive(move || wizard.planned(|plan| code(&plan.deals.first_stage)).unwrap_or_default())
                        pick=Callback::new(move |stage: String| wizard.change(|plan| plan.deals.first_stage = decode(&stage).flatten())) />
                })}
                {move || has_closed.get().then(|| view! {
                    <Pick label=t.closed_stage() options=all
                        value=Signal::derive(move || wizard.planned(|plan| code(&plan.deals.closed_stage)).unwrap_or_default())
                        pick=Callback::new(move |stage: String| wizard.change(|plan| plan.deals.closed_stage = decode(&stage).flatten())) />
                })}
                {move || (!is_log.get()).then(|| view! {
                    <Pick label=t.last_open() options=open
                        value=Signal::derive(move || wizard.planned(|plan| code(&plan.deals.last_open)).unwrap_or_default())
                        pick=Callback::new(move |stage: String| wizard.change(|plan| plan.deals.last_open = decode(&stage).flatten())) />
                })}
            </div>
            {move || is_log.get().then(|| view! { <p class="hint-line" role="status">{t.log_hint()}</p> })}
            {move || (has_stage.get() && !stages.with(Vec::is_empty)).then(|| view! {
                <table class="table map">
                    <thead><tr><th scope="col">{t.stages()}</th><th scope="col" class="num">{texts.importer().deals()}</th><th scope="col">{t.column_ours()}</th></tr></thead>
                    <tbody>
                        {stages.get().into_iter().map(|(name, count)| view! {
                            <tr>
                                <td class="src">{name.clone()}</td>
                                <td class="num">{grouped(count)}</td>
                                <td><StageRow name=name settings=settings /></td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            })}
        </section>
    }
}

#[component]
fn StageRow(name: String, settings: Memo<View>) -> impl IntoView {
    let texts = use_texts();
    let wizard = expect_context::<Wizard>();
    let name = StoredValue::new(name);
    let options = Memo::new(move |_| {
        let t = texts.importer();
        let existing = wizard.planned(|plan| settings.with(|view| known_stages(view, plan))).unwrap_or_default();
        let existing = existing.into_iter().map(|(choice, name)| (code(&StageAnswer::Existing(choice)), name));
        let new = [(Outcome::Open, t.stage_open()), (Outcome::Won, t.stage_won()), (Outcome::Lost, t.stage_lost())];
        let new = new.map(|(outcome, name)| (code(&StageAnswer::New(outcome)), name.to_owned()));
        let refuse = (code(&StageAnswer::Refuse), t.refuse_rows().to_owned());
        existing.chain(new).chain([refuse]).collect::<Vec<_>>()
    });
    let value = Memo::new(move |_| {
        wizard
            .planned(|plan| settings.with(|view| code(&name.with_value(|name| answer(view, plan, name)))))
            .unwrap_or_default()
    });
    let pick = Callback::new(move |chosen: String| {
        let Some(answer) = decode::<StageAnswer>(&chosen) else { return };
        name.with_value(|name| wizard.change(|plan| say(plan, name, answer)));
    });
    view! { <Pick label=name.get_value() quiet=true options=options value=value pick=pick /> }
}

/// What the plan makes of a stage that the file names.
fn answer(view: &View, plan: &Plan, name: &str) -> StageAnswer {
    let said = plan.deals.stages.iter().find(|(said, _)| same(said, name)).map(|(_, choice)| choice.clone());
    match said {
        Some(StageChoice::New { name }) => {
            let new = plan.deals.new_stages.iter().find(|stage| stage.name == name);
            new.map_or(StageAnswer::Refuse, |stage| StageAnswer::New(stage.outcome))
        }
        Some(StageChoice::Refuse) => StageAnswer::Refuse,
        Some(existing) => StageAnswer::Existing(existing),
        None => {
            let known = known_stages(view, plan).into_iter().find(|(_, known)| same(known, name));
            known.map_or(StageAnswer::Refuse, |(choice, _)| StageAnswer::Existing(choice))
        }
    }
}

fn say(plan: &mut Plan, name: &str, answer: StageAnswer) {
    let deals = &mut plan.deals;
    deals.stages.retain(|said, _| !same(said, name));
    match answer {
        StageAnswer::Existing(choice) => {
            deals.stages.insert(name.to_owned(), choice);
        }
        StageAnswer::New(outcome) => {
            let stage = deals.new_stages.iter_mut().find(|stage| same(&stage.name, name));
            match stage {
                Some(stage) => stage.outcome = outcome,
                None => deals.new_stages.push(NewStage { name: name.to_owned(), outcome, probability: 0 }),
            }
            let made = deals.new_stages.iter().find(|stage| same(&stage.name, name));
            let made = made.map_or(name, |stage| &stage.name).to_owned();
            deals.stages.insert(name.to_owned(), StageChoice::New { name: made });
        }
        StageAnswer::Refuse => {
            deals.stages.insert(name.to_owned(), StageChoice::Refuse);
        }
    }
    settle(plan);
}

/// Takes out the new stages that nothing goes to any more, and puts the open ones first, with rising probabilities.
fn settle(plan: &mut Plan) {
    let deals = &mut plan.deals;
    let used: Vec<&str> = deals
        .stages
        .values()
        .chain(&deals.first_stage)
        .chain(&deals.closed_stage)
        .chain(&deals.last_open)
        .filter_map(|choice| if let StageChoice::New { name } = choice { Some(name.as_str()) } else { None })
        .collect();
    deals.new_stages.retain(|stage| used.contains(&stage.name.as_str()));
    deals.new_stages.sort_by_key(|stage| stage.outcome as u8);
    let open = deals.new_stages.iter().filter(|stage| stage.outcome == Outcome::Open).count();
    for (at, stage) in deals.new_stages.iter_mut().enumerate() {
        stage.probability = match stage.outcome {
            Outcome::Open => u8::try_from((at + 1) * 20 / (open + 1) * 5).unwrap_or(0),
            Outcome::Won => 100,
            Outcome::Lost => 0,
        };
    }
}

fn choose_pipeline(view: &View, plan: &mut Plan, choice: PipelineChoice, names: &[String]) {
    let deals = &mut plan.deals;
    let is_new = matches!(choice, PipelineChoice::New { .. });
    deals.pipeline = choice;
    deals.stages.clear();
    deals.first_stage = None;
    deals.closed_stage = None;
    deals.last_open = None;
    if is_new {
        let before = std::mem::take(&mut deals.new_stages);
        for name in names {
            let outcome =
                before.iter().find(|stage| same(&stage.name, name)).map_or(Outcome::Open, |stage| stage.outcome);
            say(plan, name, StageAnswer::New(outcome));
        }
    }
    let first = all_stages(view, plan).into_iter().next().map(|(choice, _)| choice);
    plan.deals.first_stage = first;
    settle(plan);
}

/// The stages of the plan's pipeline that are there.
fn known_stages(view: &View, plan: &Plan) -> Vec<(StageChoice, String)> {
    let PipelineChoice::Existing { id } = plan.deals.pipeline else { return Vec::new() };
    let stages = view.stages_of(id).into_iter();
    stages.map(|stage| (StageChoice::Existing { id: stage.id }, stage.name.clone())).collect()
}

fn all_stages(view: &View, plan: &Plan) -> Vec<(StageChoice, String)> {
    let new = plan.deals.new_stages.iter();
    let new = new.map(|stage| (StageChoice::New { name: stage.name.clone() }, stage.name.clone()));
    known_stages(view, plan).into_iter().chain(new).collect()
}

/// The stages among which deals move until they are won or lost.
fn open_stages(view: &View, plan: &Plan) -> Vec<(StageChoice, String)> {
    let is_open = |choice: &StageChoice| match choice {
        StageChoice::Existing { id } => view.stages.get(id).is_some_and(|stage| stage.outcome == Outcome::Open),
        StageChoice::New { name } => {
            let new = plan.deals.new_stages.iter().find(|stage| stage.name == *name);
            new.is_some_and(|stage| stage.outcome == Outcome::Open)
        }
        StageChoice::Refuse => false,
    };
    all_stages(view, plan).into_iter().filter(|(choice, _)| is_open(choice)).collect()
}

/// Names of owners that are no member's.
#[component]
pub fn Owners() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    let settings = settings(expect_context::<Client>());
    let unknown = Memo::new(move |_| {
        let mut names = values(wizard, DealField::Owner);
        settings.with(|view| {
            let is_member = |name: &str| {
                view.members
                    .values()
                    .any(|member| member.active && (same(&member.name, name) || same(&member.email, name)))
            };
            names.retain(|(name, _)| !is_member(name));
        });
        names
    });
    let has_owner =
        Memo::new(move |_| wizard.planned(|plan| column_of(plan, DealField::Owner).is_some()).unwrap_or(false));
    let others = Memo::new(move |_| settings.with(|view| owner_choices(texts, view)));
    view! {
        {move || has_owner.get().then(|| view! {
            <section class="part">
                <div class="opts">
                    <Pick label=t.unknown_owner() options=others
                        value=Signal::derive(move || wizard.planned(|plan| code(&plan.deals.other_owners)).unwrap_or_default())
                        pick=Callback::new(move |owner: String| wizard.change(|plan| {
                            plan.deals.other_owners = decode(&owner).unwrap_or(plan.deals.other_owners);
                        })) />
                </div>
                <p class="second">{t.owners_known()}</p>
                {move || (!unknown.with(Vec::is_empty)).then(|| view! {
                    <details class="each">
                        <summary>{move || unknown.with(|names| names.iter().map(|(name, _)| name.as_str()).take(6).collect::<Vec<_>>().join(", "))}</summary>
                        <table class="table map">
                            <tbody>
                                {unknown.get().into_iter().map(|(name, count)| {
                                    let said = name.clone();
                                    let key = StoredValue::new(name.clone());
                                    let value = Signal::derive(move || wizard.planned(|plan| {
                                        code(key.with_value(|name| plan.deals.owners.get(name)).unwrap_or(&plan.deals.other_owners))
                                    }).unwrap_or_default());
                                    let pick = Callback::new(move |owner: String| {
                                        if let Some(owner) = decode::<OwnerChoice>(&owner) {
                                            wizard.change(|plan| { plan.deals.owners.insert(key.get_value(), owner); });
                                        }
                                    });
                                    view! {
                                        <tr>
                                            <td class="src">{said}</td>
                                            <td class="num">{grouped(count)}</td>
                                            <td><Pick label=name quiet=true options=others value=value pick=pick /></td>
                                        </tr>
                                    }
                                }).collect_view()}
                            </tbody>
                        </table>
                    </details>
                })}
            </section>
        })}
    }
}

fn owner_choices(texts: Texts, view: &View) -> Vec<(String, String)> {
    let t = texts.importer();
    let mut members: Vec<_> = view.members.values().filter(|member| member.active).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    let fixed = [(OwnerChoice::Create, t.owners_create()), (OwnerChoice::Refuse, t.refuse_rows())];
    let fixed = fixed.map(|(choice, name)| (code(&choice), name.to_owned()));
    let members = members.into_iter().map(|member| (code(&OwnerChoice::Member { id: member.id }), member.name.clone()));
    fixed.into_iter().chain(members).collect()
}

/// From which columns a title is made, where none is the title.
#[component]
pub fn TitleParts() -> impl IntoView {
    let t = use_texts().importer();
    let wizard = expect_context::<Wizard>();
    let is_asked =
        Memo::new(move |_| wizard.planned(|plan| column_of(plan, DealField::Title).is_none()).unwrap_or(false));
    let names = Memo::new(move |_| {
        wizard.file.with(|file| {
            let columns = file.as_ref().map(|file| file.columns.as_slice()).unwrap_or_default();
            columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
        })
    });
    view! {
        {move || is_asked.get().then(|| view! {
            <fieldset class="part fieldset">
                <legend>{t.title_from()}</legend>
                <div class="parts">
                    {names.get().into_iter().enumerate().map(|(at, name)| view! {
                        <label class="checkline">
                            <input type="checkbox" class="check"
                                prop:checked=move || wizard.planned(|plan| plan.deals.title_from.contains(&at)).unwrap_or(false)
                                on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    wizard.change(|plan| {
                                        plan.deals.title_from.retain(|other| *other != at);
                                        if on {
                                            plan.deals.title_from.push(at);
                                        }
                                    });
                                } />
                            {name}
                        </label>
                    }).collect_view()}
                </div>
                <p class="second">{t.title_from_text()}</p>
            </fieldset>
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::plan::{DealPlan, RowKind};
    use domain::{
        id::{PipelineId, StageId},
        import::{DecimalMark, Extent, Format},
        money::Currency,
        pipeline::{Pipeline, Stage},
    };
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn a_stage_that_is_there_can_be_refused_or_made_anew() {
        let (pipeline, stage) = (PipelineId(Uuid::from_u128(1)), StageId(Uuid::from_u128(2)));
        let mut view = View::default();
        view.pipelines.insert(
            pipeline,
            Pipeline { id: pipeline, name: "Sales".to_owned(), position: 0, loss_reasons: Vec::new() },
        );
        let lead = Stage {
            id: stage,
            pipeline,
            name: "Lead".to_owned(),
            position: 0,
            outcome: Outcome::Open,
            probability: 0,
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: domain::gate::Gate::default(),
            starts: None,
        };
        view.stages.insert(stage, lead);
        let mut plan = Plan {
            rows: RowKind::Deals,
            format: Format::detect(b"a,b\n1,2\n", Extent::Whole),
            columns: Vec::new(),
            decimal: DecimalMark::Point,
            amount_exponent: 0,
            currency: Currency::CNY,
            deals: DealPlan {
                pipeline: PipelineChoice::Existing { id: pipeline },
                new_stages: Vec::new(),
                stages: BTreeMap::new(),
                first_stage: None,
                closed_stage: None,
                last_open: None,
                owners: BTreeMap::new(),
                other_owners: OwnerChoice::Create,
                title_from: Vec::new(),
            },
        };
        let existing = StageAnswer::Existing(StageChoice::Existing { id: stage });
        assert!(answer(&view, &plan, "lead") == existing);
        for said in [StageAnswer::Refuse, StageAnswer::New(Outcome::Lost), existing] {
            say(&mut plan, "lead", said.clone());
            assert!(answer(&view, &plan, "Lead ") == said);
        }
    }
}
