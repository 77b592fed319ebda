//! States and plans of Terraform: whatever they are, nothing panics, and no message has text of them.

use iam_refine::sources::{InAws, Live, is_state, read_plan, read_state};
use iam_refine::text::{Error, Untrusted};

use super::telling::check_shown;

/// What a secret would be like.
const CANARY: &str = "hunter2";

pub fn run(bytes: &[u8]) -> bool {
    let name = Untrusted::from("state.json");
    let _ = is_state(bytes);
    let read = read_state(&name, bytes);
    let is_read = read.is_ok();
    match read {
        Ok(state) => {
            for resource in &state.resources {
                check_shown(&resource.address.to_string());
            }
            let live = Live::of(&[state], &InAws::default());
            for (place, policy) in live.policies.iter().enumerate() {
                for &holder in &policy.holders {
                    assert!(holder < live.principals.len(), "{place}");
                }
            }
        }
        Err(error) => check_error(&error),
    }
    let plan = read_plan(&name, bytes);
    if let Err(error) = &plan {
        check_error(error);
    }
    is_read || plan.is_ok()
}

fn check_error(error: &Error) {
    let told = error.report().to_string();
    check_shown(&told);
    assert!(!told.contains(CANARY), "{told}");
}
