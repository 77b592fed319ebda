//! Small random services, and the plain string tests that judge what is said of them.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::explain::Walkthrough;
use iam_refine::findings::UnusedActions;
use iam_refine::iam::{
    ActionPattern, ActionPrefix, Glob, ServicePrefix, starts_with_ignoring_case,
};
use iam_refine::intake::Intake;
use iam_refine::refine::{Curation, Granularity, Keep, Mark, MarkKind, SetBy, Universe};
use iam_refine::text::Source;
use proptest::prelude::*;

/// A service `t`, a pattern, and what is unused.
#[derive(Clone, Debug)]
pub struct World {
    pub pattern: ActionPattern,
    pub catalogue: String,
    pub names: Vec<String>,
    pub unused: Vec<String>,
    pub wholly_unused: Vec<&'static str>,
    pub granularity: Granularity,
    pub keeps: Vec<Keep>,
    pub marks: Vec<Mark>,
}

impl World {
    pub fn new(pattern: &str, names: &[&str], unused: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        World {
            pattern: pattern.parse().unwrap(),
            catalogue: format!("t:{}\n", names.join("\nt:")),
            names: owned(names),
            unused: owned(unused),
            wholly_unused: Vec::new(),
            granularity: Granularity::Word,
            keeps: Vec::new(),
            marks: Vec::new(),
        }
    }

    pub fn universe(&self) -> Universe {
        let catalogue = Catalogue::parse(&Source::from_text("t", &self.catalogue)).unwrap();
        let mut unused = UnusedActions::default();
        for name in &self.unused {
            let action = if name.contains(':') {
                name.clone()
            } else {
                format!("t:{name}")
            };
            unused.add(action.parse().unwrap(), None);
        }
        for service in &self.wholly_unused {
            unused.add_service(ServicePrefix::parse(service).unwrap(), None);
        }
        Universe::new(Arc::new(catalogue), Arc::new(unused), [])
    }

    pub fn walk(&self) -> Walkthrough {
        let curation = Curation {
            keeps: &self.keeps,
            marks: &self.marks,
            ..Curation::NONE
        };
        Walkthrough::new(&self.pattern, &self.universe(), curation, self.granularity)
    }

    /// The names that a pattern of names and the world's own both match.
    pub fn matched(&self, glob: &str) -> Vec<String> {
        let (glob, own) = (Glob::parse(glob).unwrap(), self.pattern.name());
        let names = self.names.iter();
        let matched = names.filter(|name| glob.matches(name) && own.matches(name));
        matched.cloned().collect()
    }

    pub fn is_unused(&self, name: &str) -> bool {
        self.unused
            .iter()
            .any(|unused| unused.eq_ignore_ascii_case(name))
    }

    pub fn unused_starting_with(&self, prefix: &str) -> Vec<String> {
        let mut names = self.matched("*");
        names.retain(|name| self.is_unused(name) && starts_with_ignoring_case(name, prefix));
        names
    }

    /// The names that lie beneath a prefix: they start with it, and are cut behind it.
    pub fn beneath(&self, prefix: &str) -> Vec<String> {
        let root = self.pattern.name().literal_prefix().len();
        let mut names = self.matched("*");
        names.retain(|name| {
            let cut_there = prefix.len() == root
                || self
                    .granularity
                    .cuts(name, root)
                    .any(|cut| cut == prefix.len());
            cut_there && starts_with_ignoring_case(name, prefix)
        });
        names
    }

    /// Worlds with marks, keeps, wholly unused services, and `*`.
    pub fn odd_ones() -> Vec<World> {
        let names = [
            "ListRole",
            "ListRoleTags",
            "ListRoles",
            "ListUsers",
            "GetA",
            "GetBTag",
            "GetBTags",
        ];
        let mark = |kind, prefix: &str| Mark {
            kind,
            prefix: ActionPrefix::in_service(ServicePrefix::parse("t").unwrap(), prefix),
            by: SetBy::Person,
            reason: None,
        };
        let keep = |pattern: &str| Keep::of(pattern.parse().unwrap());
        let plain = World::new("t:*", &names, &["ListRoles"]);
        let list = World::new("t:List*", &names, &["ListRoles"]);
        let wholly = World {
            wholly_unused: vec!["t"],
            unused: Vec::new(),
            ..plain.clone()
        };
        let everything = World {
            pattern: ActionPattern::Everything,
            catalogue: format!("{}u:GetA\nu:PutA\nv:GetA\n", plain.catalogue),
            wholly_unused: vec!["v", "w"],
            unused: vec!["ListRoles".to_owned(), "x:GetA".to_owned()],
            ..plain.clone()
        };
        vec![
            World {
                marks: vec![mark(MarkKind::Split, "Get")],
                ..plain.clone()
            },
            World {
                marks: vec![mark(MarkKind::Drop, "Get")],
                ..plain.clone()
            },
            World {
                keeps: vec![keep("t:ListRoles")],
                ..World::new("t:*", &names, &["ListRoles", "GetA"])
            },
            World {
                keeps: vec![keep("t:ListRoles")],
                ..list.clone()
            },
            World::new("t:*Tag*", &names, &["GetBTags"]),
            World::new("t:Put*", &names, &["GetA"]),
            World::new(
                "t:List*",
                &names,
                &["ListRole", "ListRoles", "ListRoleTags", "ListUsers"],
            ),
            World::new("y:Get*", &names, &["y:GetA"]),
            World {
                pattern: "y:Get*".parse().unwrap(),
                unused: vec!["y:GetA".to_owned()],
                ..plain.clone()
            },
            World {
                pattern: "t:GetA".parse().unwrap(),
                ..World::new("t:*", &names, &["GetA"])
            },
            wholly.clone(),
            World {
                keeps: vec![keep("t:ListRole*"), keep("t:GetA")],
                ..wholly
            },
            everything,
        ]
    }
}

/// Services whose names are one another's prefixes often, without marks or keeps.
pub fn world() -> impl Strategy<Value = World> {
    let word = prop::sample::select(vec!["Get", "List", "Role", "Tag", "M", "s", "A"]);
    let name = prop::collection::vec(word, 1..5).prop_map(|words| {
        let name: String = words.concat();
        match name.strip_prefix('s') {
            Some(rest) => format!("S{rest}"),
            None => name,
        }
    });
    let pattern = prop::sample::select(vec![
        "*", "Get*", "List*", "*Tag", "*Role*", "L*s", "Ge*", "Get?*", "*s", "gEt*",
    ]);
    let granularity = prop::sample::select(Granularity::ALL.to_vec());
    let names = prop::collection::btree_map(name, prop::bool::weighted(0.3), 1..24);
    (names, pattern, granularity).prop_map(|(named, pattern, granularity)| {
        let names: Vec<&str> = named.keys().map(String::as_str).collect();
        let unused: Vec<&str> = (named.iter().filter(|(_, unused)| **unused))
            .map(|(name, _)| name.as_str())
            .collect();
        let pattern = format!("t:{pattern}");
        World {
            granularity,
            ..World::new(&pattern, &names, &unused)
        }
    })
}

/// A wildcard with the article's findings and the actions of June 2024.
pub fn article(pattern: &str) -> Walkthrough {
    let findings = include_str!("../../../assets/demo/findings.json");
    let loaded = Intake::new().text("findings.json", findings).findings();
    let unused = loaded.unwrap().input.findings.unused;
    let universe = Universe::new(Catalogue::s3_of_june_2024(), unused, []);
    let pattern = pattern.parse().unwrap();
    Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word)
}
