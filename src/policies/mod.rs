//! Policies as people have them: bare documents, or inside an answer of AWS.
//!
//! [`read`] takes a file of any shape that holds policies of one principal, [`Account::read`] one
//! that holds all of an account. What stands around a document tells whose it is, what it is
//! called and when it was changed: its [`Origin`]. The document itself is read on its own, so an
//! answer and a bare document are refined, proved and written in the same way.
//!
//! [`agree`] holds policies and findings against each other.

mod account;
mod agreement;
mod answer;
mod embedded;
mod origin;
mod owner;
mod recommendation;
mod recommended;
mod refined;

pub use account::{Account, AccountPrincipal, Locked, ManagedPolicy};
pub use agreement::agree;
pub use answer::{read, read_shape};
pub use embedded::parse;
pub use origin::{LoadedPolicy, Origin};
pub use owner::PolicyOwner;
pub use recommendation::{Recommendation, Recommended};
pub use refined::{ReadRefined, read_refined};
