//! What a row of each kind asks.

mod account;
mod contact;
mod custom;
mod deal;
mod member;
mod option;
