//! The files of a policy that is written as several.

use std::path::{Path, PathBuf};

use super::names::piece_name;
use super::{NewText, Output};
use crate::cli::exit::Failure;
use crate::review::ReviewedFile;
use crate::text::Shown;

impl<'a> Output<'a> {
    /// Whether each policy is written as one.
    ///
    /// # Errors
    /// One is written as several, that cannot be so: `in one file`.
    pub fn can_be_one(&self, place: &str) -> Result<(), Failure> {
        let Some((&policy, pieces)) = (self.pieces.iter()).find(|(_, pieces)| pieces.len() > 1)
        else {
            return Ok(());
        };
        let name = self.review.input().document(policy).source().name();
        let count = pieces.len();
        Err(Failure::with_help(
            format!("{name} is split into {count} policies, and these do not fit {place}"),
            "give a file or a folder with -o; they are called NAME-1.json, NAME-2.json and so on",
        ))
    }

    /// What is to be written of a file to `target`, or to numbered ones beside it.
    pub(super) fn texts_of(&self, file: ReviewedFile<'a>, target: &Path) -> Vec<NewText<'_>> {
        let Some(texts) = self.pieces.get(&file.first.place) else {
            let text = file.text().map(|text| NewText {
                file,
                text,
                path: target.to_owned(),
                pieces: Vec::new(),
            });
            return text.into_iter().collect();
        };
        let pieces: Vec<PathBuf> = match texts.len() {
            1 => vec![target.to_owned()],
            count => (1..=count)
                .map(|number| piece_name(target, number))
                .collect(),
        };
        let texts = texts.iter().zip(&pieces);
        texts
            .map(|(text, path)| NewText {
                file,
                text: text.into(),
                path: path.clone(),
                pieces: pieces.clone(),
            })
            .collect()
    }

    /// The file at `path` as the only one that takes the place of a policy that is too long; none for
    /// another policy.
    pub(super) fn one_piece_at(&self, file: ReviewedFile<'_>, path: &Path) -> Vec<PathBuf> {
        let is_too_long = self.pieces.contains_key(&file.first.place);
        is_too_long.then(|| path.to_owned()).into_iter().collect()
    }

    /// Proves what is to be `written` of a file, if it is in pieces; whether it is.
    pub(super) fn prove_pieces(
        &self,
        file: &ReviewedFile<'_>,
        written: &[NewText<'_>],
    ) -> Result<bool, Failure> {
        let policy = file.first.place;
        if !self.pieces.contains_key(&policy) {
            return Ok(false);
        }
        let pieces: Vec<_> = written.iter().map(|piece| &piece.text).collect();
        self.review.prove_pieces(policy, &pieces, self.asked)?;
        Ok(true)
    }

    /// Whether nothing is beside the `targets` of the files that would be taken for one of the
    /// policies that a long one is split into: the policy as one, or one piece more, of another
    /// time.
    pub(super) fn has_all_pieces(&self, targets: &[PathBuf]) -> Result<(), Failure> {
        for (file, target) in self.review.files().zip(targets) {
            let pieces = self.pieces.get(&file.first.place).map_or(1, Vec::len);
            if pieces == 1 {
                continue;
            }
            let next = piece_name(target, pieces + 1);
            let is_there = |path: &&PathBuf| path.symlink_metadata().is_ok();
            if let Some(other) = [target, &next].into_iter().find(is_there) {
                return Err(Failure::with_help(
                    format!(
                        "{} is there, and is none of the {pieces} policies that would be written \
                         beside it",
                        other.shown()
                    ),
                    "move it away, or give another file or folder with -o; nothing was written",
                ));
            }
        }
        Ok(())
    }
}
