//! A person is a name, not a colour: the family name's character, or initials, in a quiet disc.

use domain::{id::MemberId, member::Member};
use leptos::prelude::*;

#[component]
pub fn Avatar(
    member: Option<Member>,
    /// The person who looks.
    #[prop(optional)]
    me: Option<MemberId>,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    member.map(|member| {
        let mine = me == Some(member.id);
        view! {
            <span class="av" class:lg=large class:me=mine title=member.name.clone()>
                {member.initials()}
            </span>
        }
    })
}
