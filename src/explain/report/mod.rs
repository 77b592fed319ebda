//! What was refined, judged or found of an account, for people and for programs.

mod account;
mod account_folder;
mod summary;
mod verdict;

pub use account::{account_json, account_table};
pub use account_folder::{account_overview, policy_review};
pub use summary::{caveat_sentence, proof_sentence, size_sentence, summary};
pub use verdict::VerdictReport;
