//! What is known of the others, and what the person does here.

use domain::{
    change::Target,
    id::{DealId, MemberId, StageId},
    presence::{Doing, News, People, Place, Spot},
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Copies are handles to the same state.
#[derive(Clone, Copy)]
pub struct Presence {
    people: RwSignal<People>,
    /// What the person does in this page.
    pub(super) doing: RwSignal<Doing>,
    /// Who holds a card, and who is over a stage with one: looked up by everything that stands on a board.
    holders: Memo<BTreeMap<DealId, MemberId>>,
    over: Memo<BTreeMap<StageId, Vec<MemberId>>>,
}

impl Presence {
    pub fn new() -> Self {
        let people = RwSignal::new(People::new());
        let held = move || {
            people.with(|people| {
                let held = spots(people).filter_map(|(member, spot)| match spot.doing {
                    Doing::Holding { deal, over } => Some((member, deal, over)),
                    Doing::Nothing | Doing::Editing { .. } => None,
                });
                held.collect::<Vec<_>>()
            })
        };
        let holders = Memo::new(move |_| held().into_iter().map(|(member, deal, _)| (deal, member)).collect());
        let over = Memo::new(move |_| {
            let mut over = BTreeMap::<_, Vec<_>>::new();
            for (member, _, stage) in held() {
                if let Some(stage) = stage {
                    over.entry(stage).or_default().push(member);
                }
            }
            over
        });
        Self { people, doing: RwSignal::default(), holders, over }
    }

    /// Takes in what the server said.
    pub fn hear(&self, text: &str) {
        if let Ok(news) = serde_json::from_str::<News>(text) {
            self.people.update(|people| news.apply(people));
        }
    }

    /// What is known, as the server would say it.
    pub fn retell(&self) -> String {
        let news = News { whole: true, people: self.people.get_untracked() };
        serde_json::to_string(&news).unwrap_or_default()
    }

    /// Nothing is heard any more, so nothing is known.
    pub fn forget(&self) {
        if self.people.with_untracked(|people| !people.is_empty()) {
            self.people.set(People::new());
        }
    }

    /// Others who are at the place.
    pub fn at(&self, place: Place) -> Vec<MemberId> {
        self.those(|spot| spot.place == place)
    }

    /// Others who edit the field.
    pub fn editors(&self, target: Target, field: &str) -> Vec<MemberId> {
        let is_here = |doing: &Doing| matches!(doing, Doing::Editing { target: other, field: name } if *other == target && name == field);
        self.those(|spot| is_here(&spot.doing))
    }

    fn those(&self, wanted: impl Fn(&Spot) -> bool) -> Vec<MemberId> {
        self.people.with(|people| {
            people.iter().filter(|(_, spots)| spots.iter().any(&wanted)).map(|(member, _)| *member).collect()
        })
    }

    /// Who holds the card.
    pub fn holder(&self, deal: DealId) -> Option<MemberId> {
        self.holders.with(|holders| holders.get(&deal).copied())
    }

    /// Who is over the stage with a card.
    pub fn over(&self, stage: StageId) -> Vec<MemberId> {
        self.over.with(|over| over.get(&stage).cloned().unwrap_or_default())
    }

    /// The person does something for as long as `what` gives it and the owner lives.
    pub fn while_doing(&self, what: impl Fn() -> Option<Doing> + 'static) {
        let doing = self.doing;
        let own = StoredValue::new(None::<Doing>);
        let end = move || {
            if let Some(ended) = own.try_update_value(Option::take).flatten()
                && doing.try_with_untracked(|doing| *doing == ended) == Some(true)
            {
                doing.set(Doing::Nothing);
            }
        };
        Effect::new(move |_| match what() {
            None => end(),
            Some(now) if own.with_value(|own| own.as_ref() == Some(&now)) => {}
            Some(now) => {
                own.set_value(Some(now.clone()));
                doing.set(now);
            }
        });
        on_cleanup(end);
    }
}

fn spots(people: &People) -> impl Iterator<Item = (MemberId, &Spot)> {
    people.iter().flat_map(|(member, spots)| spots.iter().map(|spot| (*member, spot)))
}
