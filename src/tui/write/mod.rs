//! The preview of what would be written of a review.

mod draw;

pub(crate) use draw::draw;
