//! What AWS denied, held against what was taken away: the records of it, and the report.

mod records;
mod report;
mod sorted;

pub use records::Records;
pub use report::cautions;
pub use sorted::Sorted;
