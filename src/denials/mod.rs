//! What AWS denied: its messages in logs, in events of `CloudTrail` and in pasted lines.
//!
//! [`Denials::read`] reads any text as a stream, of which it holds a few MB at most, and counts each
//! [`Denial`] once for all times that it is in there. Text that is JSON is taken apart, so that the
//! time of an event and who it is about are known; of every other text each line is searched.
//!
//! ```
//! use iam_refine::denials::{Denials, Refusal};
//! let log = "User: arn:aws:sts::123456789012:assumed-role/MyRole/i-1 is not authorized to perform: \
//!            ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the \
//!            ecr:GetAuthorizationToken action\n";
//! let denials = Denials::read(log.as_bytes())?;
//! let (denial, times) = denials.iter().next().unwrap();
//! let Refusal::Of { action, .. } = &denial.refusal else { panic!() };
//! assert_eq!((action.to_string().as_str(), times.count), ("ecr:GetAuthorizationToken", 1));
//! assert_eq!(denial.caller.as_ref().unwrap().to_string(), "role MyRole");
//! # Ok::<(), std::io::Error>(())
//! ```

mod call;
mod caller;
mod event;
mod lines;
mod message;
mod tally;
mod time;

pub use call::actions_named_otherwise;
pub use caller::Caller;
pub use lines::LONGEST_LINE;
pub use message::{Denial, Nameless, PolicyType, Reason, Refusal};
pub use tally::{Denials, Times};
