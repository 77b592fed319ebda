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
            (name, _) if keeps_members(name) => {
                self.all(&args, path, stands);
            }
            ("toset", [list]) => {
                let path = match path {
                    [Key, rest @ ..] => std::iter::once(Any).chain(rest.iter().cloned()).collect(),
                    path => path.to_vec(),
                };
                self.through(list, &path, stands);
            }
            ("flatten", [list]) => {
                let path = match path {
                    [Any, rest @ ..] => std::iter::once(Anywhere)
                        .chain(rest.iter().cloned())
                        .collect(),
                    path => path.to_vec(),
                };
                self.through(list, &path, stands);
            }
            ("one" | "element", [list, ..]) => self.through(list, &with(Any), stands),
            ("keys", [map]) => self.through(map, &[Key], stands),
            ("lookup", [map, key, rest @ ..]) => {
                let key = self.evaluation.value_of(stands.module, stands.each, key);
                let step = key.known_text().map_or(Any, Name);
                self.through(map, &with(step), stands);
                self.all(rest, path, stands);
            }
            ("file" | "filebase64" | "templatefile", [of, rest @ ..]) => {
                let path_of = self.evaluation.value_of(stands.module, stands.each, of);
                self.add_file(&path_of, stands.module);
                self.all(rest, &[], stands);
            }
            _ => self.all(&args, &[], stands),
        }
    }

    /// Adds a file that something is read from.
    pub fn add_file(&mut self, path: &Value<'a>, module: &ModuleOnce<'a>) {
        if !self.is_told {
            self.found
                .files
                .insert((self.folder(module), path.as_text()));
        }
    }

    fn all(&mut self, expressions: &[&Expression], path: &[Step], stands: Stands<'_, 'a>) {
        for expression in expressions {
            self.through(expression, path, stands);
        }
    }
}
