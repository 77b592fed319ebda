//! Reports, as text for people and as JSON for programs: of what was refined ([`summary()`]), of a
//! verdict ([`VerdictReport`]), and of an account ([`account_table`], [`account_overview()`]).

mod account;
mod account_evidence;
mod account_overview;
mod as_deny;
mod markdown;
mod plan;
mod policy_review;
mod pull_request;
mod sarif;
mod source_summary;
mod summary;
mod verdict;

pub use account::{account_json, account_table};
pub use account_overview::account_overview;
pub use as_deny::as_deny_summary;
pub use plan::PlanReport;
pub use policy_review::policy_review;
pub use pull_request::pull_request;
pub use sarif::sarif;
pub use source_summary::source_summary;
pub use summary::{
    age_unknown, caveat_sentence, levels_in_words, proof_sentence, size_sentence, spoken_proof,
    statement_changes, summary, used_names,
};
pub use verdict::VerdictReport;
