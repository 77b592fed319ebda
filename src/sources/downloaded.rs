//! Whether what `terraform init` downloaded is what is called now: where the call was changed since, nobody has read
//! what it calls.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::ModuleFolder;
use crate::terraform::Block;

impl ModuleFolder {
    /// Whether it is what a block calls, as far as that is literal; where it is not, nobody can tell.
    pub(super) fn is_called_by(&self, call: &Block) -> bool {
        let said = |name: &str| call.argument(name).map(|one| one.value.as_text());
        let is_source = match (said("source").flatten(), &self.source) {
            (Some(said), Some(source)) => is_same(said, source),
            // Terraform writes down all of them.
            (Some(_), None) => true,
            (None, _) => false,
        };
        let is_version = match (said("version"), &self.version) {
            (None, _) => true,
            (Some(Some(asked)), Some(version)) => satisfies(version, asked).unwrap_or(false),
            (Some(_), _) => false,
        };
        is_source && is_version
    }
}

/// Whether an address is the one that was written down of it, which says more of how it is reached.
fn is_same(said: &str, source: &str) -> bool {
    let of_registry = ["registry.terraform.io", "registry.opentofu.org"];
    let mut of_registry = of_registry.iter().map(|host| format!("{host}/{said}"));
    said == source || of_registry.any(|said| said == source) || parts(said) == parts(source)
}

/// Where an address leads, however that is reached, with the folder in it; and what is asked of it.
fn parts(address: &str) -> (String, &str, BTreeSet<&str>) {
    let (path, asked) = address.split_once('?').unwrap_or((address, ""));
    let path = path.strip_prefix("git::").unwrap_or(path);
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    let path = path.strip_prefix("git@").unwrap_or(path);
    let (path, folder) = path.split_once("//").unwrap_or((path, ""));
    let path = path.strip_suffix(".git").unwrap_or(path).replace(':', "/");
    let asked = asked.split('&').filter(|one| !one.starts_with("depth="));
    (path, folder, asked.collect())
}

/// Whether a version is one of those that are asked for, as `~> 5.1, != 5.3.0`; none where one of these is not plain.
fn satisfies(version: &str, asked: &str) -> Option<bool> {
    const OPERATORS: [&str; 7] = ["!=", ">=", "<=", "~>", "=", ">", "<"];
    let version = numbers(version)?;
    let mut all = true;
    for one in asked.split(',').map(str::trim) {
        let operator = OPERATORS
            .into_iter()
            .find(|operator| one.starts_with(operator));
        let operator = operator.unwrap_or("");
        let bound = numbers(&one[operator.len()..])?;
        let is = compared(&version, &bound);
        let leading = bound.len() - 1;
        all &= match operator {
            "!=" => is != Ordering::Equal,
            ">=" => is != Ordering::Less,
            "<=" => is != Ordering::Greater,
            ">" => is == Ordering::Greater,
            "<" => is == Ordering::Less,
            // The last number alone may be higher.
            "~>" => {
                is != Ordering::Less && version.iter().take(leading).eq(bound.iter().take(leading))
            }
            _ => is == Ordering::Equal,
        };
    }
    Some(all)
}

fn compared(one: &[u64], other: &[u64]) -> Ordering {
    let longest = one.len().max(other.len());
    let number = |of: &[u64], place: usize| of.get(place).copied().unwrap_or_default();
    let mut places = (0..longest).map(|place| number(one, place).cmp(&number(other, place)));
    places
        .find(|is| *is != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// The numbers of a version; none of one that is tried before its release.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let numbers = version.trim().split('.').map(|number| number.parse().ok());
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::terraform::read_blocks;
    use crate::text::Source;

    fn is_called(source: &str, version: Option<&str>, call: &str) -> bool {
        let folder = ModuleFolder {
            path: PathBuf::new(),
            is_downloaded: true,
            source: Some(source.to_owned()),
            version: version.map(str::to_owned),
        };
        let text = format!("module \"m\" {{\n{call}\n}}\n");
        let blocks = read_blocks(&Source::from_text("main.tf", &text));
        folder.is_called_by(&blocks.unwrap()[0])
    }

    #[test]
    fn an_address_is_the_same_however_it_is_reached() {
        for (source, said) in [
            (
                "git::https://github.com/x/y.git//m?ref=v1",
                "github.com/x/y//m?ref=v1",
            ),
            (
                "git::ssh://git@github.com/x/y.git//m?ref=v1",
                "git@github.com:x/y.git//m?ref=v1",
            ),
            (
                "git::https://h/x.git?depth=1&ref=v1",
                "git::https://h/x.git?ref=v1&depth=1",
            ),
            (
                "registry.terraform.io/x/y/aws//modules/z",
                "x/y/aws//modules/z",
            ),
            ("registry.opentofu.org/x/y/aws", "x/y/aws"),
            ("app.terraform.io/x/y/aws", "app.terraform.io/x/y/aws"),
            ("./modules/z", "./modules/z"),
        ] {
            let call = |said: &str| format!("source = \"{said}\"");
            assert!(is_called(source, None, &call(said)), "{said}");
            for other in [
                "${local.x}?ref=v1",
                "github.com/x/y//m?ref=v2",
                "github.com/x/y//m",
                "github.com/x/y//n?ref=v1",
                "acme/y/aws",
                "./x",
            ] {
                assert!(!is_called(source, None, &call(other)), "{source} {other}");
            }
        }
        assert!(!is_called("x/y/aws", None, "source = var.source"));
        assert!(!is_called("x/y/aws", None, "name = \"x\""));
    }

    #[test]
    fn a_version_is_one_of_those_that_are_asked_for() {
        let is_called = |asked: &str| {
            let call = format!("source = \"x/y/aws\"\nversion = {asked}");
            is_called("registry.terraform.io/x/y/aws", Some("5.10.0"), &call)
        };
        for asked in [
            "5.10.0",
            "= 5.10",
            "~> 5.1",
            "~>5.10.0",
            "~> 5",
            "~> 4",
            ">= 5.0, < 6.0",
            "!= 5.9.0",
            "> 5.9.9, <= 5.10",
        ] {
            assert!(is_called(&format!("\"{asked}\"")), "{asked}");
        }
        for asked in [
            "5.1.0",
            "~> 5.9.0",
            "~> 5.11",
            "~> 6.0",
            "~> 4.0",
            "> 5.10",
            "< 5.10.0",
            "!= 5.10",
            ">= 5.0, < 5.9",
            "5.10.0-beta1",
            "",
            "x",
            "> ",
        ] {
            assert!(!is_called(&format!("\"{asked}\"")), "{asked}");
        }
        assert!(!is_called("var.version"));
    }
}
