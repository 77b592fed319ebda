//! Policies as people have them: bare documents, or inside an answer of AWS.
//!
//! [`read`] takes a file of any shape that holds policies of one principal and returns a
//! [`LoadedPolicy`] for each; [`Account::read`] takes one that holds all of an account. What is
//! around a document says whose it is, its name and when it was changed: its [`Origin`]. The
//! document itself is read separately, so a policy in an answer and a bare one are refined, proved
//! and written in the same way.
//!
//! [`agree`] checks policies and findings against each other. A [`Recommendation`] is what AWS
//! would write in the place of policies.

mod account;
mod account_file;
mod agreement;
mod answer;
mod embedded;
mod holders;
mod made;
mod origin;
mod owner;
mod recommendation;
mod recommended;
mod refined;

pub use account::{
    Account, AccountPrincipal, BoundaryUses, ManagedPolicy, PrincipalDates, UnreadablePolicy,
};
pub use agreement::{agree, agree_everywhere, belied, outdated, young_principal};
pub use answer::{read, read_shape, read_version};
pub use embedded::{parse, parse_each};
pub use holders::{OtherHolders, PolicyDetail};
pub use made::{
    Computed, EMBEDDED, InAws, Made, SourceQuota, TakenDocument, is_made_at, made_within,
};
pub use origin::{LoadedPolicy, Origin, SourceBlock};
pub use owner::{Locked, PolicyOwner};
pub use recommendation::{Recommendation, Recommended};
pub use refined::{ReadRefined, read_refined};
