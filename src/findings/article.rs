//! The list in AWS's article on removing unused permissions: a service and its unused actions.
//!
//! ```json
//! [{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "GetBucketCORS"]},
//!  {"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]
//! ```

use super::entry::Reader;
use super::recent::{Dates, Window};
use super::{Page, UnusedFor};
use crate::text::{Json, Problems, Source};

/// Reads the list. It names no principal, no id, and not when it was made.
pub(super) fn read(source: &Source, json: &Json, unused_for: UnusedFor) -> Result<Page, Problems> {
    let keys = ["serviceNamespace", "actions", "action", "lastAccessed"];
    let json = &json.respelled(source, &keys)?;
    let mut reader = Reader::new(source);
    match json.as_array() {
        None | Some([]) => reader.fields.wrong(
            json,
            "this list names nothing that is unused",
            "with nothing unused there is nothing to refine; is it the right file?",
        ),
        Some(entries) => entries.iter().for_each(|entry| reader.entry(entry)),
    }
    let mut page = Page {
        unused: reader.finish()?,
        ..Page::blank(source, json)
    };
    if let Some(window) = Window::before(&Dates::only_of(&page.unused), unused_for) {
        window.apply_to(&mut page);
    }
    Ok(page)
}
