//! The library through what it makes public.

#![allow(clippy::unwrap_used)] // A test may.

mod account;
mod account_model;
mod bad_documents;
mod case_answers;
mod choosing;
mod closing_test;
mod cloudformation;
mod cloudformation_random;
mod files;
mod findings;
mod fit;
mod house;
mod intake;
mod keep_comments;
mod last_accessed;
mod layout;
mod layout_random;
mod playground;
mod practice;
mod reasons;
mod review;
mod shared;
mod split;
mod teaching;
mod terraform;
mod vectors;
