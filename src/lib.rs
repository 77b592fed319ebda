//! Removes unused permissions from AWS IAM policies, and shows why each one may go.
//!
//! AWS IAM Access Analyzer reports which actions a role is allowed and never used. Here a policy
//! and such findings go in, and the policy comes out with every wildcard that covers unused
//! actions replaced by its *shortest safe prefixes*: of the actions that are known it allows all
//! and only what it did, minus what is unused. A person accepts, rejects or curates each change,
//! and every result is proved before it is shown and again before it is written.
//!
//! The rooms, in the order in which data flows through them; each knows only those above it:
//!
//! | room | what happens there |
//! |---|---|
//! | [`iam`] | the policy language: actions, patterns, statements; inclusion of patterns |
//! | [`text`] | a text and the places in it: files, problems, JSON with places, printing |
//! | [`store`] | the disk: files and folders written whole or not at all, journals |
//! | [`catalogue`] | the actions AWS has |
//! | [`findings`] | what is unused: one type, and a reader for each shape that AWS prints |
//! | [`denials`] | what AWS denied, as logs, events and pasted lines tell it |
//! | [`document`] | a policy in its source text, and edits that leave every other byte alone |
//! | [`terraform`] | policies in the files of Terraform and OpenTofu, and the blocks they stand in |
//! | [`cloudformation`] | policies in the templates of CloudFormation and SAM, and the resources they stand in |
//! | [`policies`] | policies as people have them: bare, or inside an answer of AWS |
//! | [`fetched`] | a folder of AWS's answers, as `fetch` leaves it |
//! | [`refine`] | policy, unused actions and catalogue become a plan: trie, safety, marks |
//! | [`proof`] | a second opinion on a plan and on the bytes; shares nothing with the trie |
//! | [`review`] | what a person decided: decisions, marks, undo, what would be written now |
//! | [`account`] | a whole account: which policies can be narrowed, and why others cannot |
//! | [`sources`] | policies where they live: Terraform's blocks, and what its state says they made |
//! | [`intake`] | the front door: files, standard input and texts become a review |
//! | [`aws`] | the `aws` commands as data: to print, for scripts, with their permissions |
//! | [`fetch`] | asking AWS, through the user's own `aws` program, for what a review needs |
//! | [`explain`] | reasons, steps and reports: as sentences, text, JSON, a picture |
//! | [`lessons`] | lessons: steps to watch, questions, a task, and progress |
//! | [`tui`] | the screen |
//! | [`cli`] | the command line |
//!
//! ```
//! use iam_refine::intake::Intake;
//! use iam_refine::review::{Decision, Review};
//!
//! let policy = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#;
//! let unused = r#"[{"serviceNamespace": "sqs", "actions": ["SetQueueAttributes"]}]"#;
//! let intake = Intake::new().text("policy.json", policy).text("findings.json", unused);
//! let mut review: Review = intake.review()?;
//! review.decide(&review.undecided(), Decision::Accepted);
//!
//! assert!(review.is_proved());
//! let refined = review.files().next().and_then(|file| file.text());
//! assert_eq!(refined.as_deref(), Some(policy.replace("sqs:Se*", "sqs:SendMessage").as_str()));
//! # Ok::<(), iam_refine::text::Error>(())
//! ```
#![forbid(unsafe_code)]
// In tests they are how a test fails.
#![cfg_attr(
    not(test),
    warn(clippy::expect_used, clippy::panic, clippy::unreachable)
)]

pub mod account;
pub mod aws;
pub mod catalogue;
#[cfg(feature = "cli")]
pub mod cli;
pub mod cloudformation;
pub mod denials;
pub mod document;
pub mod explain;
pub mod fetch;
pub mod fetched;
pub mod findings;
pub mod iam;
pub mod intake;
pub mod lessons;
pub mod policies;
pub mod proof;
pub mod refine;
pub mod review;
pub mod sources;
pub mod store;
pub mod terraform;
pub mod text;
#[cfg(feature = "tui")]
pub mod tui;
