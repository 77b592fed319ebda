//! The review screen, driven as a person would: keys in, a buffer or a policy out.

mod account;
mod account_list;
mod drawing;
mod drawn_policy;
mod film;
mod finding;
mod fitting;
mod granularity;
mod held;
mod keys;
mod leaving;
mod lessons;
mod marking;
mod moving;
mod numbers;
mod picture;
mod practice;
mod principals;
mod recommended;
mod setup;
mod shared;
mod shown_numbers;
mod silent;
mod sizes;
mod steps;
