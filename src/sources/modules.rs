//! Where the modules of a root module are, as `terraform init` wrote it down.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::text::{Json, Problem, Problems, Source};

/// Where `terraform init` writes where the modules are.
pub const MODULES_JSON: &str = ".terraform/modules/modules.json";

/// The folders of modules, by their names from the root on.
///
/// ```json
/// {"Modules": [{"Key": "", "Source": "", "Dir": "."},
///              {"Key": "queue.inner", "Source": "./inner", "Dir": "modules/queue/inner"}]}
/// ```
#[derive(Clone, Debug, Default)]
pub struct Modules(BTreeMap<Vec<String>, ModuleFolder>);

/// The folder of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFolder {
    /// Below the root module's folder, or beside it.
    pub path: PathBuf,
    /// Whether `terraform init` downloaded it: what is changed there is lost.
    pub is_downloaded: bool,
    /// The address that it was downloaded from, where that is told.
    pub source: Option<String>,
    /// The version that a registry gave it, where it is of one.
    pub version: Option<String>,
}

impl Modules {
    /// The folders of a root module that calls no others.
    pub fn root_alone() -> Self {
        let root = ModuleFolder {
            path: PathBuf::new(),
            is_downloaded: false,
            source: None,
            version: None,
        };
        Modules(BTreeMap::from([(Vec::new(), root)]))
    }

    /// Reads `modules.json`.
    ///
    /// # Errors
    /// It is not what `terraform init` writes.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let json = Json::parse(source)?;
        let mut modules = Modules::root_alone();
        let list = json.get("Modules").and_then(Json::as_array);
        let Some(list) = list else {
            return Err(refused(source, &json).into());
        };
        for module in list {
            let text = |key| module.get(key).and_then(Json::as_str);
            let (Some(key), Some(folder)) = (text("Key"), text("Dir")) else {
                return Err(refused(source, module).into());
            };
            let told = |key| text(key).filter(|said| !said.is_empty()).map(str::to_owned);
            let names = key.split('.').filter(|name| !name.is_empty());
            let path = Path::new(folder);
            let is_downloaded = path
                .components()
                .any(|part| part.as_os_str() == ".terraform");
            let folder = ModuleFolder {
                path: normal(path),
                is_downloaded,
                source: told("Source"),
                version: told("Version"),
            };
            modules.0.insert(names.map(str::to_owned).collect(), folder);
        }
        Ok(modules)
    }

    /// The folder of the module with these names.
    pub fn folder(&self, module: &[String]) -> Option<&ModuleFolder> {
        self.0.get(module)
    }

    /// The names of a module as they are kept here.
    pub(super) fn names(&self, module: &[String]) -> Option<&[String]> {
        self.0
            .get_key_value(module)
            .map(|(names, _)| names.as_slice())
    }

    /// All modules by their names, with their folders.
    pub fn all(&self) -> impl Iterator<Item = (&[String], &ModuleFolder)> {
        let all = self.0.iter();
        all.map(|(module, folder)| (module.as_slice(), folder))
    }

    /// All folders whose files may be edited, each once.
    pub fn own_folders(&self) -> Vec<&Path> {
        let own_folders = self.0.values().filter(|folder| !folder.is_downloaded);
        let mut paths: Vec<&Path> = own_folders.map(|folder| folder.path.as_path()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

/// A path without `.`, and without `..` where a name stands before it.
pub fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.file_name().is_some() => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

fn refused(source: &Source, place: &Json) -> Problem {
    let start = place.range.start..place.range.start + 1;
    let problem = source.error_at(start, "this is not what `terraform init` writes");
    problem.help("run `terraform init` in the root module")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_found_by_its_names_and_a_downloaded_one_is_told() {
        let text = r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."},
            {"Key": "a.b", "Source": "../b", "Dir": "modules/a/../b"},
            {"Key": "far", "Source": "x", "Dir": ".terraform/modules/far/sub"}]}"#;
        let modules = Modules::read(&Source::from_text("modules.json", text)).unwrap();
        let folder = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            modules.folder(&names).cloned()
        };
        assert_eq!(folder(&["a", "b"]).unwrap().path, Path::new("modules/b"));
        assert!(folder(&["far"]).unwrap().is_downloaded);
        assert!(!folder(&[]).unwrap().is_downloaded);
        assert_eq!(folder(&["a"]), None);
        assert_eq!(
            modules.own_folders(),
            [Path::new(""), Path::new("modules/b")]
        );
    }
}
