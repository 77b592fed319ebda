//! Removes unused permissions from AWS IAM policies.
#![forbid(unsafe_code)]

pub mod catalogue;
pub mod cli;
pub mod document;
pub mod findings;
pub mod iam;
pub mod proof;
pub mod refine;
pub mod review;
