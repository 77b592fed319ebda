//! Of which of its arguments what a function makes comes.

use hcl_edit::expr::{Expression, FuncCall};

use super::Value;
use super::once::ModuleOnce;
use super::walk::Step::{self, Any, Anywhere, Key, Name};
use super::walk::{Stands, Walk};
use crate::terraform::{keeps_members, tells_nothing};

impl<'a> Walk<'_, 'a> {
    pub(super) fn call(&mut self, call: &FuncCall, path: &[Step], stands: Stands<'_, 'a>) {
        let args: Vec<&Expression> = call.args.iter().collect();
        let name = call.name.name.as_str();
        let with = |step: Step| -> Vec<Step> {
            std::iter::once(step).chain(path.iter().cloned()).collect()
        };
        match (name, args.as_slice()) {
            (name, _) if tells_nothing(name) => {}
            (name, _) if OF_SEVERAL.contains(&name) => self.all_but_spread(call, path, stands),
            _ if call.args.expand_final() => self.all(&args, &[], stands),
            ("values", [map]) => {
                // Each of the list is one of the map.
                let path = match path {
                    [Anywhere, ..] => with(Any),
                    [_, rest @ ..] => [&[Any], rest].concat(),
                    [] => Vec::new(),
                };
                self.through(map, &path, stands);
            }
            ("toset", [list]) => {
                let path = match path {
                    // In a set each is called by itself.
                    [Key, rest @ ..] => [&[Any], rest].concat(),
                    path => path.to_vec(),
                };
                self.through(list, &path, stands);
            }
            (name, _) if keeps_members(name) => self.all(&args, path, stands),
            ("zipmap", [keys, values]) => {
                if let [] | [Key, ..] = path {
                    self.through(keys, &[], stands);
                }
                match path {
                    [] => self.through(values, &[], stands),
                    [Key, ..] => {}
                    [_, rest @ ..] => {
                        let path = [&[Any], rest].concat();
                        self.through(values, &path, stands);
                    }
                }
            }
            ("flatten", [list]) => {
                let path = match path {
                    [_, rest @ ..] => [&[Anywhere], rest].concat(),
                    [] => Vec::new(),
                };
                self.through(list, &path, stands);
            }
            ("one" | "element", [list, ..]) => self.through(list, &with(Any), stands),
            ("keys", [map]) => self.through(map, &[Key], stands),
            ("lookup", [map, key, rest @ ..]) => {
                let key = self.value(key, stands);
                let step = key.known_text().map_or(Any, Name);
                self.through(map, &with(step), stands);
                self.all(rest, path, stands);
            }
            ("file" | "filebase64" | "templatefile", [of, rest @ ..]) => {
                let path_of = self.value(of, stands);
                self.add_file(&path_of, stands.module);
                self.all(rest, &[], stands);
            }
            _ => self.all(&args, &[], stands),
        }
    }

    /// Adds a file that something is read from.
    pub fn add_file(&mut self, path: &Value<'a>, module: &ModuleOnce<'a>) {
        if !self.is_told && !self.is_silent {
            self.found
                .files
                .insert((self.folder(module), path.as_text()));
        }
    }

    /// Goes through the arguments of a call; the last one may be a list of those that are meant (`merge(list...)`).
    fn all_but_spread(&mut self, call: &FuncCall, path: &[Step], stands: Stands<'_, 'a>) {
        let args: Vec<&Expression> = call.args.iter().collect();
        match args.split_last() {
            Some((last, rest)) if call.args.expand_final() => {
                self.all(rest, path, stands);
                let within = [&[Any], path].concat();
                let path = if path.is_empty() { path } else { &within };
                self.through(last, path, stands);
            }
            _ => self.all(&args, path, stands),
        }
    }

    fn all(&mut self, expressions: &[&Expression], path: &[Step], stands: Stands<'_, 'a>) {
        for expression in expressions {
            self.through(expression, path, stands);
        }
    }
}

/// The functions that are given any number of collections, or of values, of which the members are as they were.
const OF_SEVERAL: [&str; 6] = [
    "coalesce",
    "coalescelist",
    "concat",
    "merge",
    "setunion",
    "try",
];
